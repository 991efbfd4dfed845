/* SPDX-License-Identifier: MIT */
/* Planned and published. */
#include "judge/reach_plan.h"

#include "base/span.h"
#include "judge/target_details.h"

static bool is_port_meant(const struct endpoint *expected, const struct reach_target *target)
{
    return !expected->has_port || expected->port == target->port;
}

static bool is_host_meant(const struct endpoint *expected, const struct reach_target *target)
{
    struct address literal;
    if (!expected->is_address)
        return host_name_equal(span_of(expected->host), span_of(target->host));
    if (target->is_literal && address_parse(span_of(target->host), &literal))
        return address_equal(&expected->address, &literal);
    for (size_t i = 0; i < target->probe_count; i++) {
        if (address_equal(&expected->address, &target->probes[i].address))
            return true;
    }
    return false;
}

static bool is_meant(const struct endpoint *expected, const struct reach_target *target)
{
    return is_port_meant(expected, target) && is_host_meant(expected, target);
}

/* An address was expected, and the look-up that could tell whether the target has it failed. */
static bool may_be_meant(const struct endpoint *expected, const struct reach_target *target)
{
    bool is_asked = expected->address.is_ipv6 ? target->asked_aaaa : target->asked_a;
    const struct dns_answer *answer = expected->address.is_ipv6 ? &target->aaaa : &target->a;
    return expected->is_address && !target->is_literal && is_port_meant(expected, target) && is_asked &&
           answer->outcome > DNS_NO_DATA;
}

/* The later one counts where several planned hosts are compared with a target. */
enum planning { NOT_PLANNED, PLANNED_WITH_ANOTHER_PORT, MAYBE_PLANNED, PLANNED };

/* An address of this family is not planned: an intruder may add that of a real host to its own. */
static bool has_foreign_address(const struct reach_limits *limits, const struct reach_target *target,
                                bool is_ipv6)
{
    for (size_t i = 0; i < target->probe_count; i++) {
        bool is_planned = false;
        for (size_t at = 0; at < limits->expected_count; at++)
            is_planned |= limits->expected[at].is_address &&
                          address_equal(&limits->expected[at].address, &target->probes[i].address);
        if (!is_planned && target->probes[i].address.is_ipv6 == is_ipv6)
            return true;
    }
    return false;
}

static enum planning planning_of(const struct reach_limits *limits, const struct reach_target *target)
{
    enum planning planning = NOT_PLANNED;
    for (size_t i = 0; i < limits->expected_count; i++) {
        const struct endpoint *expected = &limits->expected[i];
        bool is_by_address = expected->is_address && !target->is_literal;
        if (is_by_address && has_foreign_address(limits, target, expected->address.is_ipv6))
            continue;
        enum planning one = is_meant(expected, target)        ? PLANNED
                            : may_be_meant(expected, target)  ? MAYBE_PLANNED
                            : is_host_meant(expected, target) ? PLANNED_WITH_ANOTHER_PORT
                                                              : NOT_PLANNED;
        planning = one > planning ? one : planning;
    }
    return planning;
}

static uint16_t best_priority(const struct reach_zone *zone)
{
    uint16_t best = UINT16_MAX;
    for (size_t i = 0; i < zone->record_count; i++) {
        if (zone->records[i].priority < best)
            best = zone->records[i].priority;
    }
    return best;
}

/* How many records of the best priority a client chooses from at its first contact. */
static size_t count_best(const struct reach_zone *zone)
{
    uint16_t best = best_priority(zone);
    size_t count = 0;
    for (size_t i = 0; i < zone->record_count; i++)
        count += zone->records[i].priority == best;
    return count;
}

/* Which clients go there. */
static const char *share_of_record(const struct reach_judging *all, const struct reach_zone *zone,
                                   const struct reach_record *record)
{
    size_t count = count_best(zone);
    if (record->priority != best_priority(zone))
        return "clients go there when nobody of a better priority answers";
    return count == 1 ? "this is the only record of the best priority, every client goes there first"
                      : report_format(all->judging->report,
                                      "one of %zu records of the best priority, clients choose among them at "
                                      "random",
                                      count);
}

static const char *first_address(struct judging *judging, const struct reach_target *target)
{
    return target->probe_count == 0
               ? ""
               : report_format(judging->report, " (%s)", address_words(judging, &target->probes[0].address));
}

static void judge_rogue(struct reach_judging *all, const struct reach_zone *zone,
                        const struct reach_record *record)
{
    struct judging *judging = all->judging;
    struct report *report = judging->report;
    const struct reach_target *target = &all->reach->targets[record->target];
    struct finding *finding = judging_fire(judging, REACH_SRV_ROGUE, STATE_CRITICAL);
    if (finding == NULL)
        return;
    const char *address = first_address(judging, target);
    finding->subject = target_name(judging, target);
    finding->text = report_format(report, "unexpected KMS host%s in DNS, not in --expect: %s", address,
                                  record_words(all, record));
    finding->headline =
        report_format(report, "%sunexpected KMS host %s%s in DNS%s", zone_prefix(all, zone),
                      target_short_name(judging, target, zone->domain), address,
                      target_odd_probe(target) != NULL ? ", not a genuine Windows RPC service" : "");
    finding->impact = report_format(
        report, "%s. %s", share_of_record(all, zone, record),
        all->verdicts[record->target].usability == TARGET_UNUSABLE
            ? "It does not work now: they lose time, and whoever takes over its name or address gets them"
            : "Possible KMS emulator: a security and license question");
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {
        .cause = "a KMS emulator, a KMS host key on a wrong machine, or a planned host that --expect lacks",
        .steps = {"tell security before touching it", "delete its SRV record, see who owns it",
                  "host key by mistake: slmgr.vbs /ipk with its client setup key, restart",
                  "restrict who may write _vlmcs._tcp", "planned: add it to --expect"},
        .step_count = 5,
        .side = "dns"};
}

static void judge_unknown_plan(struct reach_judging *all, const struct reach_zone *zone,
                               const struct reach_record *record)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[record->target];
    struct finding *finding = judging_state(judging, REACH_SRV_ROGUE, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text = "--expect has addresses, and the look-up of the addresses of this target failed";
    finding->headline =
        report_format(judging->report, "%s%s cannot be compared with --expect", zone_prefix(all, zone),
                      target_short_name(judging, target, zone->domain));
    finding->impact = "whether this is a planned KMS host is not known in this run";
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {.steps = {"nslookup KMSHOST here, see why it fails",
                                                 "names in --expect need no look-up: --expect=KMSHOST"},
                                       .step_count = 2,
                                       .side = "monitoring"};
}

static const struct advice port_advice = {
    .cause = "a record that stayed when the port was changed, or slmgr.vbs /sprt on the host",
    .steps = {"slmgr.vbs /dlv on the host shows the port it listens on",
              "delete the wrong record, or set the port with slmgr.vbs /sprt and the firewall rule"},
    .step_count = 2,
    .side = "dns"};

/* A planned host on a port that --expect does not name: not in it either, and no stranger. */
static void judge_unplanned_port(struct reach_judging *all, const struct reach_zone *zone,
                                 const struct reach_record *record)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[record->target];
    struct finding *finding = judging_fire(judging, REACH_SRV_ROGUE, STATE_CRITICAL);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text =
        report_format(judging->report, "in --expect with another port: %s", record_words(all, record));
    finding->headline = report_format(
        judging->report, "%s%s published with port %u, expected with another one", zone_prefix(all, zone),
        target_short_name(judging, target, zone->domain), (unsigned)target->port);
    finding->impact = "clients that take this record go to a port that was not planned";
    finding->urgency = URGENCY_DAY;
    finding->advice = port_advice;
}

static void judge_port(struct reach_judging *all, const struct reach_zone *zone,
                       const struct reach_record *record)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[record->target];
    unsigned wanted = all->limits->expected_port.value;
    struct finding *finding = judging_fire(judging, REACH_SRV_PORT, STATE_CRITICAL);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text = report_format(judging->report, "the SRV record has port %u, expected %u: %s",
                                  (unsigned)target->port, wanted, record_words(all, record));
    finding->headline =
        report_format(judging->report, "%s%s published with port %u, expected %u", zone_prefix(all, zone),
                      target_short_name(judging, target, zone->domain), (unsigned)target->port, wanted);
    finding->impact = "clients that take this record go to a port that was not planned";
    finding->urgency = URGENCY_DAY;
    finding->advice = port_advice;
}

static void judge_expectation(struct reach_judging *all, const struct reach_zone *zone,
                              const struct reach_record *record)
{
    switch (planning_of(all->limits, &all->reach->targets[record->target])) {
    case PLANNED:
        break;
    case MAYBE_PLANNED:
        judge_unknown_plan(all, zone, record);
        break;
    case PLANNED_WITH_ANOTHER_PORT:
        judge_unplanned_port(all, zone, record);
        break;
    case NOT_PLANNED:
        judge_rogue(all, zone, record);
        break;
    }
}

/* What was planned against what is published, each target once. */
void judge_unplanned(struct reach_judging *all)
{
    const struct reach *reach = all->reach;
    const struct reach_limits *limits = all->limits;
    bool *is_said = arena_allocate(&all->judging->report->arena, reach->target_count + 1);
    for (size_t i = 0; is_said != NULL && i < reach->zone_count; i++) {
        const struct reach_zone *zone = &reach->zones[i];
        for (size_t at = 0; zone->domain != NULL && at < zone->record_count; at++) {
            size_t target = zone->records[at].target;
            if (is_said[target])
                continue;
            is_said[target] = true;
            bool is_said_as_stale =
                all->verdicts[target].is_stale && !rule_is_off(all->judging->wishes, REACH_SRV_STALE);
            if (limits->expected_count > 0 && !is_said_as_stale) /* nobody can be sent there */
                judge_expectation(all, zone, &zone->records[at]);
            if (limits->expected_port.is_known && limits->expected_port.value != reach->targets[target].port)
                judge_port(all, zone, &zone->records[at]);
        }
    }
}

/* True when it is known what every zone publishes: an expected host that is not there is missing then. */
static bool is_publication_known(const struct reach *reach)
{
    bool has_records = false;
    for (size_t i = 0; i < reach->zone_count; i++) {
        const struct reach_zone *zone = &reach->zones[i];
        bool is_known = zone->domain == NULL || zone->record_count > 0 || zone->is_declined;
        for (size_t at = 0; at < zone->answer_count; at++)
            is_known |= zone->answers[at].outcome <= DNS_NO_DATA;
        if (!is_known)
            return false;
        has_records |= zone->domain != NULL && zone->record_count > 0;
    }
    return has_records;
}

void judge_unpublished(struct reach_judging *all)
{
    struct judging *judging = all->judging;
    const struct reach *reach = all->reach;
    if (!is_publication_known(reach))
        return;
    for (size_t i = 0; i < all->limits->expected_count; i++) {
        const struct endpoint *expected = &all->limits->expected[i];
        bool is_there = false;
        for (size_t target = 0; target < reach->target_count; target++)
            is_there |=
                all->verdicts[target].is_published && (is_meant(expected, &reach->targets[target]) ||
                                                       may_be_meant(expected, &reach->targets[target]));
        struct finding *finding = is_there ? NULL : judging_fire(judging, REACH_SRV_EXPECTED, STATE_WARNING);
        if (finding == NULL)
            continue;
        const char *name = expected->has_port
                               ? endpoint_format(expected->host, expected->port, &judging->report->arena)
                               : expected->host;
        finding->subject = name;
        finding->text = "expected and in no SRV record";
        finding->headline =
            report_format(judging->report, "%s is not published in DNS", judging_short(judging, name));
        finding->impact = "clients do not find this host, the others carry its load";
        finding->urgency = URGENCY_WEEK;
        finding->advice =
            (struct advice) {.cause = "it has no right to write the record that another host owns, its "
                                      "publishing is off, or the record was deleted",
                             .steps = {"on the host: event 12293 = publishing failed, with the DNS code",
                                       "rights on _vlmcs._tcp for all KMS hosts, through one group",
                                       "slmgr.vbs /sdns, restart sppsvc, event 12294 = published",
                                       "retired: take it out of --expect"},
                             .step_count = 4,
                             .side = "kms-host"};
    }
}
