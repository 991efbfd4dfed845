/* SPDX-License-Identifier: MIT */
/* What there is to say about a target besides whether it is usable. */
#include "judge/target_details.h"

#include "judge/reach_failure.h"

static bool is_dead(const struct reach *reach, const struct probe *probe)
{
    return !probe_is_usable(reach, probe) && probe->outcome != PROBE_NO_ROUTE &&
           probe->outcome != PROBE_NOT_IN_TIME;
}

/* "kms01": the name without the domain of its zone. */
static const char *short_name(struct reach_judging *all, size_t number)
{
    return target_short_name(all->judging, &all->reach->targets[number], reach_domain_of(all, number));
}

/* "192.0.2.11", "IPv6": a long address would leave no room for the code on the first line. */
static const char *headline_address(struct judging *judging, const struct address *address)
{
    return address->is_ipv6 ? "IPv6" : address_words(judging, address);
}

/* The host lives: nothing that is said about a dead one fits, least of all to delete its SRV record. */
static const struct advice dead_address_advice = {
    .cause = "the address is no longer one of the host, or the way to it is blocked",
    .steps =
        {"is it still an address of the host: ipconfig there, nslookup KMSHOST",
         "no: delete this one A or AAAA record, ipconfig /registerdns on the host",
         "yes: routing and firewall of this address, from a client: Test-NetConnection ADDRESS -Port 1688"},
    .step_count = 3,
    .side = "network"};

/* The host itself turned us away at that address: too busy, access denied. */
static bool is_answer_of_host(const struct target_failure *failure)
{
    return failure->code == UINT32_C(0x800706BB) || failure->code == UINT32_C(0x80070005);
}

/* The target works, one of its addresses does not: clients that take this one lose time. */
static void judge_dead_addresses(struct reach_judging *all, size_t number)
{
    struct judging *judging = all->judging;
    const struct reach *reach = all->reach;
    const struct reach_target *target = &reach->targets[number];
    for (size_t i = 0; i < target->probe_count; i++) {
        const struct probe *probe = &target->probes[i];
        if (!is_dead(reach, probe))
            continue;
        struct finding *finding = judging_fire(judging, REACH_ADDRESS, STATE_WARNING);
        if (finding == NULL)
            return;
        struct target_failure failure = probe_failure(judging, probe);
        const char *address = address_words(judging, &probe->address);
        finding->subject = target_name(judging, target);
        finding->explanation = reach_explain(
            judging, failure.code, is_answer_of_host(&failure) ? &failure.advice : &dead_address_advice);
        finding->text = report_format(judging->report, "%s %s, another address of it is usable%s", address,
                                      probe_words(judging, reach, probe),
                                      reach_code_number(judging, finding->explanation));
        finding->headline = report_format(
            judging->report, "%s of %s %s%s", headline_address(judging, &probe->address),
            short_name(all, number), failure.brief, reach_code_words(judging, finding->explanation, false));
        finding->impact = "activation works. A client that takes this address first loses time";
        finding->urgency = URGENCY_WEEK;
    }
}

/* The target works, and the end of the run left a part of it without a verdict. */
static void judge_late_addresses(struct reach_judging *all, size_t number)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[number];
    size_t late = target_look_up_is_late(target) ? 1 : 0;
    for (size_t i = 0; i < target->probe_count; i++)
        late += target->probes[i].outcome == PROBE_NOT_IN_TIME;
    struct finding *finding =
        late == 0 ? NULL : judging_state(judging, REACH_ADDRESS, all->limits->timeout_state);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text = "usable, and not all of its addresses were tried before the time limit of the run";
    finding->headline = report_format(judging->report, "%s: not every address tried before the time limit",
                                      short_name(all, number));
    finding->impact = "activation works. Whether every address of it works is not known";
    finding->urgency = URGENCY_WEEK;
    finding->advice = (struct advice) {
        .steps = {"give the run more time with --timeout"}, .step_count = 1, .side = "monitoring"};
}

static void judge_form(struct reach_judging *all, size_t number)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[number];
    const char *alias = target->asked_a && target->a.alias_of != NULL         ? target->a.alias_of
                        : target->asked_aaaa && target->aaaa.alias_of != NULL ? target->aaaa.alias_of
                                                                              : NULL;
    if (!all->verdicts[number].is_published || (!target->is_literal && alias == NULL))
        return;
    struct finding *finding = judging_fire(judging, REACH_ADDRESS, STATE_WARNING);
    if (finding == NULL)
        return;
    const char *name = short_name(all, number);
    finding->subject = target_name(judging, target);
    if (target->is_literal) {
        finding->text = "the SRV record names an IP address, RFC 2782 wants a host name";
        finding->headline = report_format(judging->report, "SRV target %s is an IP address", name);
    } else {
        finding->text =
            report_format(judging->report,
                          "the SRV record names an alias of %s, RFC 2782 wants the host name itself", alias);
        finding->headline = report_format(judging->report, "SRV target %s is an alias", name);
    }
    finding->impact = "some clients may not use this target";
    finding->urgency = URGENCY_WEEK;
    finding->advice = (struct advice) {
        .cause = "the record was made by hand: a KMS host publishes its own name",
        .steps =
            {"change the target of the SRV record to the name of the KMS host that has the address record",
             "or let the host publish its own record: slmgr.vbs /sdns, restart sppsvc there, then delete "
             "this one"},
        .step_count = 2,
        .side = "dns"};
}

/* Said and no fault, unless the user wants one. */
static void judge_families(struct reach_judging *all, size_t number)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[number];
    for (size_t i = 0; i < target->probe_count; i++) {
        const struct probe *probe = &target->probes[i];
        if (probe->outcome != PROBE_NO_ROUTE)
            continue;
        struct finding *finding = judging_fire(judging, REACH_FAMILY, STATE_OK);
        if (finding == NULL)
            return;
        finding->subject = target_name(judging, target);
        finding->text = report_format(judging->report, "%s %s", address_words(judging, &probe->address),
                                      probe_words(judging, all->reach, probe));
        if (finding->state == STATE_OK)
            continue;
        finding->headline =
            report_format(judging->report, "%s of %s not tested from here",
                          headline_address(judging, &probe->address), short_name(all, number));
        finding->impact = "activation works. Whether this address works is not known from here";
        finding->urgency = URGENCY_WEEK;
        finding->advice = (struct advice) {
            .steps = {"see from here: ip route get ADDRESS",
                      "let an agent or satellite in a network of the clients run this check"},
            .step_count = 2,
            .side = "monitoring"};
    }
}

static const char *emulator_signs(const struct bind_answer *answer)
{
    if (answer->has_emulator_group && answer->has_unasked_multiplexing)
        return ", has the association group of a known emulator, sets a flag that nobody asked for";
    if (answer->has_emulator_group)
        return ", has the association group of a known emulator";
    return answer->has_unasked_multiplexing ? ", sets a flag that nobody asked for" : "";
}

const struct probe *target_odd_probe(const struct reach_target *target)
{
    for (size_t i = 0; i < target->probe_count; i++) {
        const struct bind_answer *answer = &target->probes[i].answer;
        if (target->probes[i].outcome == PROBE_ANSWERED && answer->kind == BIND_ACK &&
            answer->kms == BIND_ACCEPTED && (answer->decoy == BIND_ACCEPTED || answer->has_emulator_group))
            return &target->probes[i];
    }
    return NULL;
}

void judge_decoy(struct reach_judging *all, size_t number)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[number];
    const struct probe *odd = target_odd_probe(target);
    struct finding *finding = odd == NULL ? NULL : judging_fire(judging, REACH_DECOY, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text =
        report_format(judging->report, "%s %s%s", address_words(judging, &odd->address),
                      odd->answer.decoy == BIND_ACCEPTED ? "accepts an invented interface, Windows refuses it"
                                                         : "accepts the KMS interface",
                      emulator_signs(&odd->answer));
    finding->headline =
        report_format(judging->report, "%s is not a genuine Windows RPC service, possible KMS emulator",
                      short_name(all, number));
    finding->impact = "possible KMS emulator: a security and license question";
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {
        .cause = "a responder that ignores what it is asked for: a KMS emulator or a honeypot",
        .steps = {"tell security before touching it", "see whose machine it is, and who made its SRV record",
                  "a planned proxy: --rule=decoy=ok, which silences every target"},
        .step_count = 3,
        .side = "kms-host"};
}

void judge_target_details(struct reach_judging *all, size_t number)
{
    judge_form(all, number);
    if (all->verdicts[number].usability != TARGET_USABLE)
        return; /* what happened at its addresses is in the finding about the target */
    judge_dead_addresses(all, number);
    judge_late_addresses(all, number);
    judge_families(all, number);
}
