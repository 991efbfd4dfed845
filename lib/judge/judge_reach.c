/* SPDX-License-Identifier: MIT */
/* The judge of the way to KMS: targets, zones, and what was planned. */
#include "judge/judge_reach.h"

#include "base/span.h"
#include "judge/reach_answers.h"
#include "judge/reach_plan.h"
#include "judge/reach_target.h"
#include "judge/reach_zone.h"
#include "judge/target_details.h"

const char reach_remark[] = "not proven here: host license, count, product range, clock";

const struct rule reach_rules[REACH_RULE_COUNT] = {
    [REACH_SRV_MISSING] = {"srv-missing",
                           "a zone gives no target: CRITICAL. SERVFAIL, silence or nobody there at the "
                           "DNS servers of this machine: UNKNOWN. Named servers differ: WARNING"},
    [REACH_SRV_STALE] = {"srv-stale",
                         "an SRV record names a host without an address: WARNING, CRITICAL where fewer "
                         "than --min-usable targets are left"},
    [REACH_SRV_ROGUE] = {"srv-rogue", "an SRV record names a host that --expect does not: CRITICAL"},
    [REACH_SRV_EXPECTED] = {"srv-expected", "a host of --expect is in no SRV record of any zone: WARNING"},
    [REACH_SRV_DUPLICATE] = {"srv-duplicate", "two SRV records of a zone name the same host: WARNING"},
    [REACH_SRV_PORT] = {"srv-port", "an SRV record has another port than --port: CRITICAL"},
    [REACH_TARGET] = {"target",
                      "no address of a target is usable: WARNING, CRITICAL where fewer than --min-usable "
                      "targets are left. Nothing of it can be tried from here: UNKNOWN"},
    [REACH_ADDRESS] = {"address",
                       "an address is dead while another one of the target is usable, or an SRV record "
                       "names an alias or an IP address: WARNING"},
    [REACH_FAMILY] = {"family", "an address that no route leads to from here: not tested, no state"},
    [REACH_DECOY] = {"decoy", "a target accepts an invented interface, as KMS emulators do: WARNING"},
    [REACH_STANDBY] = {"standby", "all targets of the best priority are dead while others live: WARNING"},
    [REACH_TIME] = {"time", "the slowest usable address is outside --warning or --critical"},
};

/* "kms01", or "port 1688" where the subject of the report is the host already. */
static const char *headline_name(const struct reach_judging *all, const struct reach_zone *zone,
                                 const struct reach_target *target)
{
    if (all->reach->target_count == 1 && all->reach->zone_count == 1 && zone->domain == NULL)
        return report_format(all->judging->report, "port %u", (unsigned)target->port);
    return target_short_name(all->judging, target, zone->domain);
}

/* True for the first of the zone's dead targets that stands on the first line, which says the code once. */
static bool is_first_dead(const struct reach_judging *all, const struct reach_zone *zone, size_t target,
                          enum state own, enum state state)
{
    for (size_t i = 0; i < target; i++) {
        enum reach_rule rule = reach_rule_of_dead(all, i);
        if (all->verdicts[i].usability == TARGET_UNUSABLE && all->deciding[i] == zone &&
            !rule_is_off(all->judging->wishes, rule) && rule_state(all->judging->wishes, rule, own) == state)
            return false;
    }
    return true;
}

/* The finding about a zone that has too few speaks for its dead targets on the first line, where it has the
 * state of their findings. */
static bool is_said_by_zone(const struct reach_judging *all, const struct zone_tally *tally, enum state state)
{
    const struct rule_wishes *wishes = all->judging->wishes;
    return tally->is_short && !rule_is_off(wishes, REACH_TARGET) &&
           rule_state(wishes, REACH_TARGET, STATE_CRITICAL) == state;
}

static const char *impact_of_dead(struct judging *judging, const struct reach_zone *zone,
                                  const struct zone_tally *tally)
{
    if (zone->domain == NULL && tally->usable == 0 && tally->untested == 0)
        return "clients that are fixed to this host do not activate or renew. Other KMS hosts were not "
               "looked at";
    if (tally->usable > 0)
        return "activation works. A client that takes this target first loses time and logs the code";
    if (tally->untested > 0)
        return "a client that takes this target first loses time and logs the code. Whether another one "
               "works is not known from here";
    return report_format(judging->report,
                         "no client finds a KMS host here unless it has another one fixed or cached. Those "
                         "renewed this week stay licensed until "
                         "about %s",
                         judging_date(judging, LEASE_AFTER_A_WEEK_MINUTES));
}

/* ", 2 of 3 usable" and ", 1 not tested"; with several zones the name of the zone needs the room. */
static const char *usable_words(const struct reach_judging *all, const struct zone_tally *tally)
{
    return all->reach->zone_count > 1
               ? ""
               : report_format(all->judging->report, ", %zu of %zu usable", tally->usable, tally->targets);
}

static const char *untested_words(const struct reach_judging *all, const struct zone_tally *tally)
{
    return all->reach->zone_count > 1 || tally->untested == 0
               ? ""
               : report_format(all->judging->report, ", %zu not tested", tally->untested);
}

static void judge_unusable(struct reach_judging *all, size_t number, const struct reach_zone *zone)
{
    struct judging *judging = all->judging;
    struct report *report = judging->report;
    const struct reach_target *target = &all->reach->targets[number];
    const struct target_verdict *verdict = &all->verdicts[number];
    const struct zone_tally *tally = &all->tallies[zone - all->reach->zones];
    enum state own = tally->is_short ? STATE_CRITICAL : STATE_WARNING;
    struct finding *finding = judging_fire(judging, reach_rule_of_dead(all, number), own);
    if (finding == NULL)
        return;
    const char *name = headline_name(all, zone, target), *brief = verdict->failure.brief;
    finding->subject = target_name(judging, target);
    finding->explanation = reach_explain(judging, verdict->failure.code, &verdict->failure.advice);
    finding->text =
        report_format(report, "%s%s", verdict->text, reach_code_number(judging, finding->explanation));
    if (tally->targets == 1)
        finding->headline =
            report_format(report, "%s%s %s%s", zone_prefix(all, zone), name, brief,
                          reach_code_words(judging, finding->explanation, all->reach->zone_count < 2));
    else if (is_said_by_zone(all, tally, finding->state))
        finding->headline = NULL;
    else if (!is_first_dead(all, zone, number, own, finding->state))
        finding->headline = report_format(report, "%s %s", name, brief);
    else
        finding->headline = report_format(
            report, "%s%s %s%s%s%s", zone_prefix(all, zone), name, brief, usable_words(all, tally),
            reach_code_words(judging, finding->explanation, false), untested_words(all, tally));
    finding->urgency = tally->is_short ? URGENCY_DAY : URGENCY_WEEK;
    finding->impact = impact_of_dead(judging, zone, tally);
}

/* An address was not tried because this machine had no descriptor or no memory left. */
static bool is_out_of_means(const struct reach_target *target)
{
    for (size_t i = 0; i < target->probe_count; i++) {
        if (target->probes[i].outcome == PROBE_NOT_IN_TIME && target->probes[i].error != 0)
            return true;
    }
    return false;
}

static void judge_untested(struct reach_judging *all, size_t number, const struct reach_zone *zone)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[number];
    const struct target_verdict *verdict = &all->verdicts[number];
    bool is_late = verdict->usability == TARGET_NOT_IN_TIME;
    struct finding *finding =
        judging_state(judging, REACH_TARGET, is_late ? all->limits->timeout_state : STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text = verdict->text;
    bool is_starved = is_late && is_out_of_means(target);
    finding->headline =
        report_format(judging->report, "%s%s: %s", zone_prefix(all, zone), headline_name(all, zone, target),
                      is_starved ? "not tested, out of descriptors or memory here"
                      : is_late  ? "no verdict before the time limit"
                                 : verdict->failure.brief);
    finding->impact = "says nothing about KMS, this target was not tried";
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {
        .steps =
            {is_starved ? "let the monitoring daemon open more files: ulimit -n, LimitNOFILE of its service"
             : is_late
                 ? "give the run more time with --timeout"
                 : "see from here: ip route get ADDRESS, and whether the DNS servers of this machine answer",
             "let an agent or satellite in a network of the clients run this check"},
        .step_count = 2,
        .side = "monitoring"};
}

static void judge_usable(struct reach_judging *all, size_t number, const struct reach_zone *zone)
{
    struct judging *judging = all->judging;
    const struct reach_target *target = &all->reach->targets[number];
    const struct target_verdict *verdict = &all->verdicts[number];
    struct finding *finding = judging_state(judging, REACH_TARGET, STATE_OK);
    if (finding == NULL)
        return;
    finding->subject = target_name(judging, target);
    finding->text = verdict->text;
    if (all->tallies[zone - all->reach->zones].targets == 1)
        finding->headline = report_format(judging->report, "%s%s usable, %s", zone_prefix(all, zone),
                                          headline_name(all, zone, target),
                                          probe_words(judging, all->reach, verdict->slowest));
}

static void judge_target(struct reach_judging *all, size_t number)
{
    const struct reach_zone *zone = all->deciding[number];
    if (zone == NULL)
        return;
    switch (all->verdicts[number].usability) {
    case TARGET_USABLE:
        judge_usable(all, number, zone);
        break;
    case TARGET_UNUSABLE:
        judge_unusable(all, number, zone);
        break;
    case TARGET_UNTESTED:
    case TARGET_NOT_IN_TIME:
        judge_untested(all, number, zone);
        break;
    case TARGET_USABILITIES:
        break;
    }
}

/* The slowest usable address of all targets, and its target. */
static const struct probe *slowest_probe(const struct reach_judging *all, size_t *ret_target)
{
    const struct probe *slowest = NULL;
    for (size_t i = 0; i < all->reach->target_count; i++) {
        const struct probe *probe = all->verdicts[i].slowest;
        if (probe != NULL && (slowest == NULL || probe_seconds(probe) > probe_seconds(slowest))) {
            slowest = probe;
            *ret_target = i;
        }
    }
    return slowest;
}

static void judge_time(struct reach_judging *all, const struct probe *slowest, size_t number)
{
    struct judging *judging = all->judging;
    const struct range *warning = &all->limits->warning, *critical = &all->limits->critical;
    double seconds = probe_seconds(slowest);
    if (warning->text[0] == '\0' && critical->text[0] == '\0')
        return;
    bool is_critical = critical->text[0] != '\0' && range_alerts(critical, seconds);
    bool is_warning = warning->text[0] != '\0' && range_alerts(warning, seconds);
    struct finding *finding =
        is_critical || is_warning
            ? judging_fire(judging, REACH_TIME, is_critical ? STATE_CRITICAL : STATE_WARNING)
            : judging_state(judging, REACH_TIME, STATE_OK);
    if (finding == NULL)
        return;
    const struct reach_target *target = &all->reach->targets[number];
    finding->subject = target_name(judging, target);
    finding->text = report_format(judging->report, "%s took %.6f s, the slowest usable address",
                                  address_words(judging, &slowest->address), seconds);
    if (!is_critical && !is_warning)
        return;
    finding->text = report_format(judging->report, "%s, limit %s", finding->text,
                                  is_critical ? critical->text : warning->text);
    finding->headline = report_format(judging->report, "%s answers in %.3f s, limit %s",
                                      target_short_name(judging, target, reach_domain_of(all, number)),
                                      seconds, is_critical ? critical->text : warning->text);
    finding->impact = "activation works, in another time than wanted";
    finding->urgency = URGENCY_WEEK;
    finding->advice = (struct advice) {
        .steps = {"load and network of the host, and of the way to it"}, .step_count = 1, .side = "network"};
}

static void add_time(struct report *report, const char *label, double seconds,
                     const struct reach_limits *limits)
{
    struct metric metric = {
        .label = label, .value = seconds, .decimals = 6, .unit = "s", .has_minimum = true};
    if (limits != NULL) {
        metric.warning = limits->warning;
        metric.critical = limits->critical;
    }
    report_add_metric(report, &metric);
}

/* A target before this one has the same name and port. */
static bool is_repeated(const struct reach *reach, size_t number)
{
    const struct reach_target *target = &reach->targets[number];
    if (!target->is_found && number > 0 && !reach->targets[0].is_found)
        return false; /* nothing was looked up in two ways, the common case */
    for (size_t i = 0; i < number; i++) {
        if (reach->targets[i].port == target->port &&
            host_name_equal(span_of(reach->targets[i].host), span_of(target->host)))
            return true;
    }
    return false;
}

static void add_metrics(struct reach_judging *all, const struct probe *slowest)
{
    struct report *report = all->judging->report;
    size_t usable = 0;
    double connect = 0, bind = 0;
    size_t targets = 0;
    for (size_t i = 0; i < all->reach->target_count; i++) {
        const struct probe *probe = all->verdicts[i].slowest;
        if (is_repeated(all->reach, i))
            continue; /* looked up in two ways, as clients with and without a fixed host do */
        targets++;
        usable += all->verdicts[i].usability == TARGET_USABLE;
        if (probe != NULL && (double)probe->connect_us / 1e6 > connect)
            connect = (double)probe->connect_us / 1e6;
        if (probe != NULL && (double)probe->exchange_us / 1e6 > bind)
            bind = (double)probe->exchange_us / 1e6;
    }
    report_add_metric(
        report,
        &(struct metric) {.label = "targets", .value = (double)targets, .unit = "", .has_minimum = true});
    struct metric metric = {
        .label = "targets_usable", .value = (double)usable, .unit = "", .has_minimum = true};
    if (all->reach->zone_count == 1)
        metric.critical = range_from_minimum(all->limits->minimum_usable);
    report_add_metric(report, &metric);
    if (all->reach->dns_us > 0)
        add_time(report, "time_dns", (double)all->reach->dns_us / 1e6, NULL);
    if (slowest == NULL)
        return;
    add_time(report, "time_connect", connect, NULL);
    if (all->reach->depth != PROBE_TCP)
        add_time(report, "time_bind", bind, NULL);
    add_time(report, "time_probe", probe_seconds(slowest), all->limits);
}

void judge_reach(struct judging *judging, const struct reach *reach, const struct reach_limits *limits)
{
    struct arena *arena = &judging->report->arena;
    struct reach_judging all = {
        .judging = judging,
        .reach = reach,
        .limits = limits,
        .verdicts = arena_allocate(arena, (reach->target_count + 1) * sizeof(struct target_verdict)),
        .tallies = arena_allocate(arena, (reach->zone_count + 1) * sizeof(struct zone_tally)),
        .deciding = arena_allocate(arena, (reach->target_count + 1) * sizeof(struct reach_zone *))};
    size_t slowest_target = 0;
    judging->report->remark = reach_remark;
    if (all.verdicts == NULL || all.tallies == NULL || all.deciding == NULL)
        return; /* the report remembers that memory ran out */
    for (size_t i = 0; i < reach->target_count; i++)
        all.verdicts[i] = target_weigh(judging, reach, &reach->targets[i], reach_is_published(reach, i));
    for (size_t i = 0; i < reach->zone_count; i++)
        all.tallies[i] = zone_count(&all, &reach->zones[i]);
    for (size_t i = 0; i < reach->target_count; i++)
        all.deciding[i] = zone_decide(&all, i);
    for (size_t i = 0; i < reach->zone_count; i++) {
        judge_zone_answers(&all, &reach->zones[i]);
        judge_zone_count(&all, &reach->zones[i]);
    }
    judge_unplanned(&all);
    for (size_t i = 0; i < reach->target_count; i++)
        judge_decoy(&all, i);
    for (size_t i = 0; i < reach->target_count; i++)
        judge_target(&all, i);
    for (size_t i = 0; i < reach->zone_count; i++)
        judge_zone_records(&all, &reach->zones[i]);
    for (size_t i = 0; i < reach->target_count; i++)
        judge_target_details(&all, i);
    judge_unpublished(&all);
    const struct probe *slowest = slowest_probe(&all, &slowest_target);
    if (slowest != NULL)
        judge_time(&all, slowest, slowest_target);
    add_metrics(&all, slowest);
}
