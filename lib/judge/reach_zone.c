/* SPDX-License-Identifier: MIT */
/* Zones: their targets, counted and compared, and their records. */
#include "judge/reach_zone.h"

#include "base/span.h"
#include "base/text.h"

enum { LIST_SIZE = 4000, BRIEF_MAXIMUM = 9 };

bool zone_holds(const struct reach_zone *zone, size_t target)
{
    for (size_t i = 0; i < zone->record_count; i++) {
        if (zone->records[i].target == target)
            return true;
    }
    return false;
}

bool reach_is_published(const struct reach *reach, size_t target)
{
    for (size_t i = 0; i < reach->zone_count; i++) {
        if (reach->zones[i].domain != NULL && zone_holds(&reach->zones[i], target))
            return true;
    }
    return false;
}

const struct reach_zone *zone_decide(const struct reach_judging *all, size_t target)
{
    const struct reach_zone *deciding = NULL;
    for (size_t i = 0; i < all->reach->zone_count; i++) {
        const struct reach_zone *zone = &all->reach->zones[i];
        if (zone_holds(zone, target) &&
            (deciding == NULL ||
             (all->tallies[i].is_short && !all->tallies[deciding - all->reach->zones].is_short)))
            deciding = zone;
    }
    return deciding;
}

const char *reach_domain_of(const struct reach_judging *all, size_t target)
{
    return all->deciding[target] == NULL ? NULL : all->deciding[target]->domain;
}

enum reach_rule reach_rule_of_dead(const struct reach_judging *all, size_t target)
{
    const struct target_verdict *verdict = &all->verdicts[target];
    return verdict->is_stale && verdict->is_published ? REACH_SRV_STALE : REACH_TARGET;
}

struct zone_tally zone_count(const struct reach_judging *all, const struct reach_zone *zone)
{
    struct zone_tally tally = {0};
    for (size_t target = 0; target < all->reach->target_count; target++) {
        if (!zone_holds(zone, target))
            continue;
        tally.targets++;
        tally.usable += all->verdicts[target].usability == TARGET_USABLE;
        tally.unusable += all->verdicts[target].usability == TARGET_UNUSABLE;
        tally.late += all->verdicts[target].usability == TARGET_NOT_IN_TIME;
    }
    tally.untested = tally.targets - tally.usable - tally.unusable;
    tally.is_short = tally.targets > 0 && tally.usable + tally.untested < all->limits->minimum_usable;
    return tally;
}

static const char *zone_name(const struct reach_zone *zone)
{
    return zone->domain != NULL ? zone->domain : "named hosts";
}

const char *zone_prefix(const struct reach_judging *all, const struct reach_zone *zone)
{
    if (all->reach->zone_count < 2)
        return "";
    return report_format(all->judging->report, "%s: ", judging_short(all->judging, zone_name(zone)));
}

const char *zone_subject(const struct reach_judging *all, const struct reach_zone *zone)
{
    return all->reach->zone_count < 2 ? NULL : zone_name(zone);
}

const char *record_words(const struct reach_judging *all, const struct reach_record *record)
{
    const struct reach_target *target = &all->reach->targets[record->target];
    return report_format(all->judging->report, "%u %u %u %s", (unsigned)record->priority,
                         (unsigned)record->weight, (unsigned)target->port, target->host);
}

/* The failure that stands for all dead targets of a zone: the most common code, RPC unavailable, where it
 * occurs. */
static const struct target_failure *common_failure(const struct reach_judging *all,
                                                   const struct reach_zone *zone)
{
    const struct target_failure *common = NULL;
    for (size_t i = 0; i < zone->record_count; i++) {
        const struct target_verdict *verdict = &all->verdicts[zone->records[i].target];
        if (verdict->usability != TARGET_UNUSABLE)
            continue;
        if (common == NULL ||
            (verdict->failure.code == UINT32_C(0x800706BA) && common->code != verdict->failure.code))
            common = &verdict->failure;
    }
    return common;
}

/* " (refused)" where all dead targets fail alike and the first line has room for it. */
static const char *common_brief(const struct reach_judging *all, const struct reach_zone *zone)
{
    const char *brief = NULL;
    for (size_t i = 0; i < zone->record_count; i++) {
        const struct target_verdict *verdict = &all->verdicts[zone->records[i].target];
        if (verdict->usability != TARGET_UNUSABLE)
            continue;
        if (brief != NULL && !span_is(span_of(brief), verdict->failure.brief))
            return "";
        brief = verdict->failure.brief;
    }
    return brief == NULL || span_of(brief).length > BRIEF_MAXIMUM
               ? ""
               : report_format(all->judging->report, " (%s)", brief);
}

static void judge_short(struct reach_judging *all, const struct reach_zone *zone,
                        const struct zone_tally *tally)
{
    struct judging *judging = all->judging;
    struct report *report = judging->report;
    struct finding *finding = judging_fire(judging, REACH_TARGET, STATE_CRITICAL);
    if (finding == NULL)
        return;
    unsigned wanted = all->limits->minimum_usable;
    const struct target_failure *failure = common_failure(all, zone);
    const char *words = wanted > 1 ? report_format(report, ", %u wanted", wanted) : "";
    finding->subject = zone_subject(all, zone);
    if (failure != NULL)
        finding->explanation = reach_explain(judging, failure->code, &failure->advice);
    const char *brief = wanted > 1 || all->reach->zone_count > 1 ? "" : common_brief(all, zone);
    const char *tally_text =
        report_format(report, "%zu of %zu targets usable%s%s", tally->usable, tally->targets, words, brief);
    finding->text =
        report_format(report, "%s%s", tally_text, reach_code_number(judging, finding->explanation));
    finding->headline = report_format(
        report, "%s%s%s", zone_prefix(all, zone), tally_text,
        reach_code_words(judging, finding->explanation, tally->usable == 0 && all->reach->zone_count < 2));
    finding->urgency = URGENCY_DAY;
    if (tally->usable == 0) {
        finding->impact = report_format(
            report,
            "no client finds a KMS host here unless it has another one fixed or cached. Those renewed this "
            "week stay licensed until about %s",
            judging_date(judging, LEASE_AFTER_A_WEEK_MINUTES));
    } else {
        finding->impact =
            "activation works, with less redundancy than wanted. A client that meets a dead target "
            "logs the code";
    }
    if (failure == NULL)
        finding->advice = (struct advice) {
            .steps =
                {"publish the missing KMS host: slmgr.vbs /sdns there, restart sppsvc, event 12293 = failed",
                 "fewer are enough: lower --min-usable"},
            .step_count = 2,
            .side = "kms-host"};
}

/* Whether there are enough depends on targets that were not tested. */
static void judge_undecided(struct reach_judging *all, const struct reach_zone *zone,
                            const struct zone_tally *tally)
{
    struct judging *judging = all->judging;
    bool is_late = tally->late == tally->untested;
    struct finding *finding =
        judging_state(judging, REACH_TARGET, is_late ? all->limits->timeout_state : STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->subject = zone_subject(all, zone);
    finding->text =
        report_format(judging->report, "%zu of %zu targets usable, %zu not tested, %u wanted", tally->usable,
                      tally->targets, tally->untested, all->limits->minimum_usable);
    finding->headline = report_format(judging->report, "%s%s", zone_prefix(all, zone), finding->text);
    finding->impact = "says nothing about the targets that were not tested";
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {
        .steps = {"see the findings about these targets"}, .step_count = 1, .side = "monitoring"};
}

/* The finding about the only target of a zone says it all, unless it speaks for another zone or the user has
 * other wishes for stale records. */
static bool is_left_to_target(const struct reach_judging *all, const struct reach_zone *zone)
{
    size_t target = zone->records[0].target;
    bool is_dead = all->verdicts[target].usability == TARGET_UNUSABLE;
    return all->deciding[target] == zone && all->limits->minimum_usable < 2 &&
           (!is_dead || reach_rule_of_dead(all, target) == REACH_TARGET ||
            all->judging->wishes->wish[REACH_SRV_STALE] == RULE_AS_IT_IS);
}

void judge_zone_count(struct reach_judging *all, const struct reach_zone *zone)
{
    const struct zone_tally *tally = &all->tallies[zone - all->reach->zones];
    if (tally->targets == 0 || (tally->targets == 1 && is_left_to_target(all, zone)))
        return;
    if (tally->is_short) {
        judge_short(all, zone, tally);
        return;
    }
    if (tally->usable < all->limits->minimum_usable) {
        judge_undecided(all, zone, tally);
        return;
    }
    struct finding *finding = judging_state(all->judging, REACH_TARGET, STATE_OK);
    if (finding == NULL)
        return;
    finding->subject = zone_subject(all, zone);
    finding->text =
        report_format(all->judging->report, "%zu of %zu targets usable", tally->usable, tally->targets);
    finding->headline = report_format(all->judging->report, "%s%s", zone_prefix(all, zone), finding->text);
}

/* The same host, according to one and the same server: servers that differ are another matter. */
static bool is_twice(const struct reach_target *targets, const struct reach_record *left,
                     const struct reach_record *right)
{
    return (left->servers & right->servers) != 0 &&
           host_name_equal(span_of(targets[left->target].host), span_of(targets[right->target].host));
}

static void judge_duplicate(struct reach_judging *all, const struct reach_zone *zone, size_t first)
{
    struct judging *judging = all->judging;
    const struct reach_target *targets = all->reach->targets;
    const char *host = targets[zone->records[first].target].host;
    struct text words;
    size_t count = 1;
    bool has_other_port = false;
    for (size_t i = 0; i < first; i++) {
        if (is_twice(targets, &zone->records[i], &zone->records[first]))
            return; /* said already */
    }
    text_start(&words, LIST_SIZE);
    text_append(&words, record_words(all, &zone->records[first]));
    for (size_t i = first + 1; i < zone->record_count; i++) {
        if (!is_twice(targets, &zone->records[first], &zone->records[i]))
            continue;
        text_append_format(&words, ", %s", record_words(all, &zone->records[i]));
        has_other_port |= targets[zone->records[i].target].port != targets[zone->records[first].target].port;
        count++;
    }
    struct finding *finding = count < 2 ? NULL : judging_fire(judging, REACH_SRV_DUPLICATE, STATE_WARNING);
    if (finding != NULL) {
        finding->subject = zone_subject(all, zone);
        finding->text =
            report_format(judging->report, "%zu SRV records for one host: %s", count, text_string(&words));
        finding->headline = report_format(judging->report, "%s%s has %zu SRV records", zone_prefix(all, zone),
                                          judging_short(judging, host), count);
        finding->impact = has_other_port ? "a share of the clients uses the record that is out of date"
                                         : "none now, priority or weight may not be the planned ones";
        finding->urgency = URGENCY_WEEK;
        finding->advice = (struct advice) {
            .cause = "port, priority or weight were changed: the host publishes a new "
                     "record, nobody deletes the old one",
            .steps = {has_other_port ? "slmgr.vbs /dlv on the host shows the port it listens on"
                                     : "DnsDomainPublishList on the host says which one is planned",
                      "delete the other record in DNS"},
            .step_count = 2,
            .side = "dns"};
    }
    text_done(&words);
}

static void judge_standby(struct reach_judging *all, const struct reach_zone *zone)
{
    uint16_t best = UINT16_MAX, next = UINT16_MAX;
    bool is_best_dead = true, lives = false;
    for (size_t i = 0; i < zone->record_count; i++) {
        if (zone->records[i].priority < best)
            best = zone->records[i].priority;
    }
    for (size_t i = 0; i < zone->record_count; i++) {
        enum usability usability = all->verdicts[zone->records[i].target].usability;
        if (zone->records[i].priority == best) {
            is_best_dead &= usability == TARGET_UNUSABLE;
        } else if (usability == TARGET_USABLE) {
            lives = true;
            next = zone->records[i].priority < next ? zone->records[i].priority : next;
        }
    }
    struct finding *finding =
        is_best_dead && lives ? judging_fire(all->judging, REACH_STANDBY, STATE_WARNING) : NULL;
    if (finding == NULL)
        return;
    finding->subject = zone_subject(all, zone);
    finding->text = report_format(all->judging->report,
                                  "all targets of priority %u are dead, clients live on those of priority %u",
                                  (unsigned)best, (unsigned)next);
    finding->headline = report_format(all->judging->report, "%sclients live on the standby, priority %u",
                                      zone_prefix(all, zone), (unsigned)next);
    finding->impact = "activation works, through targets that are meant as a reserve";
    finding->urgency = URGENCY_DAY;
    finding->advice =
        (struct advice) {.steps = {"repair the targets of the best priority, see their findings"},
                         .step_count = 1,
                         .side = "kms-host"};
}

void judge_zone_records(struct reach_judging *all, const struct reach_zone *zone)
{
    if (zone->domain == NULL)
        return;
    for (size_t i = 0; i < zone->record_count; i++)
        judge_duplicate(all, zone, i);
    if (zone->record_count > 0)
        judge_standby(all, zone);
}
