/* SPDX-License-Identifier: MIT */
/* What the tests of judge_reach share: facts that are short to write, the judging of a case, and what holds
 * for every report of check_kms_reach. */
#ifndef TEST_REACH_CASES_H
#define TEST_REACH_CASES_H

#include "base/arena.h"
#include "judge/judge_reach.h"
#include "report/first_line.h"
#include "report/nagios_text.h"

#include "report_checks.h"

#include <stdio.h>

enum { ZONES_MAXIMUM = 4, TARGETS_MAXIMUM = 8, EXPECTED_MAXIMUM = 8 };
enum { PORT_ZERO = 65535 };

enum depth_choice { UP_TO_DECOY, UP_TO_BIND, UP_TO_TCP };

/* The facts of a run with its limits, and what is expected of the report.  Zones: up to the first empty one;
 * none = corp.example.com, one server, one record "0 0" for each target.  Targets: up to the first without a
 * host; without a port 1688 (PORT_ZERO stands for 0); without look-ups A and AAAA as the probes tell. */
struct reach_case {
    const char *name; /* a sentence */
    struct reach_zone zones[ZONES_MAXIMUM];
    struct reach_target targets[TARGETS_MAXIMUM];
    bool has_named_servers; /* --dns-server */
    bool are_hosts;         /* the targets were named with -H */
    enum depth_choice depth;
    int64_t dns_us;
    const char *warning, *critical, *rules;
    const char *planned; /* --expect, separated by commas */
    unsigned port;       /* -p; 0 = not given */
    unsigned minimum;    /* --min-usable; 0 = 1 */
    enum state late;     /* --timeout-result; OK = UNKNOWN, its default */
    bool is_late_ok;     /* --timeout-result=ok */
    struct expectation expected;
};

/* ---- addresses, probes ---- */

/* In brackets: the commas inside are none between the arguments of a macro. */
#define IPV4(last) ((struct address) {.bytes = {192, 0, 2, last}})
#define IPV6(last)                                                                                           \
    ((struct address) {.is_ipv6 = true, .bytes = {0x20, 0x01, 0x0D, 0xB8, 0, 0x11, [15] = last}})
#define PROBE(place, ...)                                                                                    \
    {                                                                                                        \
        .address = place, .limit_ms = 5000, __VA_ARGS__                                                      \
    }
#define ENDED(how) .outcome = (how)
#define ANSWERED(...)                                                                                        \
    .outcome = PROBE_ANSWERED, .connect_us = 2000, .exchange_us = 10000, .received = 84,                     \
    .answer = {__VA_ARGS__}
#define ACK .kind = BIND_ACK, .kms = BIND_ACCEPTED
#define GENUINE ANSWERED(ACK, .decoy = BIND_REFUSED)
#define EMULATOR                                                                                             \
    ANSWERED(ACK, .decoy = BIND_ACCEPTED, .has_emulator_group = true, .has_unasked_multiplexing = true)
#define TOOK(connect, exchange)                                                                              \
    .outcome = PROBE_ANSWERED, .connect_us = (connect), .exchange_us = (exchange),                           \
    .answer = {ACK, .decoy = BIND_REFUSED}
#define REFUSED(place) PROBE(place, ENDED(PROBE_REFUSED))
#define FILTERED(place) PROBE(place, ENDED(PROBE_FILTERED))
#define NO_ROUTE(place) PROBE(place, ENDED(PROBE_NO_ROUTE))
#define LATE(place) PROBE(place, ENDED(PROBE_NOT_IN_TIME))
#define FINE(place) PROBE(place, GENUINE)

#define PROBES(...)                                                                                          \
    .probes = (struct probe[]) {__VA_ARGS__},                                                                \
    .probe_count = sizeof((struct probe[]) {__VA_ARGS__}) / sizeof(struct probe)

/* ---- targets ---- */

#define CORP ".corp.example.com"
#define KMS01 "kms01" CORP
#define KMS02 "kms02" CORP
#define KMS03 "kms03" CORP
#define KMS04 "kms04" CORP
#define KMS_OLD "kms-old" CORP
#define NAS7 "nas7" CORP

#define TARGET(name, ...)                                                                                    \
    {                                                                                                        \
        .host = (name), __VA_ARGS__                                                                          \
    }
#define LOOKED_UP(how, how_aaaa)                                                                             \
    .asked_a = true, .asked_aaaa = true, .a = {.outcome = (how), .duration_us = 5000000},                    \
    .aaaa = {.outcome = (how_aaaa), .duration_us = 5000000}
#define LOOKED_UP_A(how) .asked_a = true, .a = {.outcome = (how), .duration_us = 5000000}
#define LOOKED_UP_AAAA(how) .asked_aaaa = true, .aaaa = {.outcome = (how), .duration_us = 5000000}
#define STALE(name) TARGET(name, LOOKED_UP(DNS_NAME_ERROR, DNS_NAME_ERROR))
#define LIVE(name, last) TARGET(name, PROBES(FINE(IPV4(last))))
#define DEAD(name, last) TARGET(name, PROBES(REFUSED(IPV4(last))))
#define UNTESTED(name, last) TARGET(name, PROBES(NO_ROUTE(IPV4(last))))
#define TOO_LATE(name, last) TARGET(name, PROBES(LATE(IPV4(last))))

#define TWO_LIVE                                                                                             \
    {                                                                                                        \
        LIVE(KMS01, 11), LIVE(NAS7, 77)                                                                      \
    }

/* ---- zones ---- */

/* 192.0.2.`last`, then how its answer ended and more of it. */
#define SERVER(last, ...)                                                                                    \
    {                                                                                                        \
        .server = {.address = IPV4(last), .port = 53}, .duration_us = 5000000, .outcome = __VA_ARGS__        \
    }
#define SAID_BY(...)                                                                                         \
    .answers = (struct dns_answer[]) {__VA_ARGS__},                                                          \
    .answer_count = sizeof((struct dns_answer[]) {__VA_ARGS__}) / sizeof(struct dns_answer)
#define RECORDS(...)                                                                                         \
    .records = (struct reach_record[]) {__VA_ARGS__},                                                        \
    .record_count = sizeof((struct reach_record[]) {__VA_ARGS__}) / sizeof(struct reach_record)
/* By the first server. */
#define RECORD(best, number)                                                                                 \
    {                                                                                                        \
        .priority = (best), .target = (number), .servers = 1                                                 \
    }
#define RECORD_BY(bits, number)                                                                              \
    {                                                                                                        \
        .target = (number), .servers = (bits)                                                                \
    }
#define ZONE(name, ...)                                                                                      \
    {                                                                                                        \
        .domain = (name), __VA_ARGS__                                                                        \
    }
#define ANSWERING SAID_BY(SERVER(53, DNS_ANSWERED))

/* ---- judging ---- */

/* A case made ready for the judge; the tables that it needs beside the case. */
struct reach_facts {
    struct reach reach;
    struct reach_zone zones[ZONES_MAXIMUM];
    struct reach_target targets[TARGETS_MAXIMUM];
    struct reach_record records[TARGETS_MAXIMUM];
    struct dns_answer answer;
    struct rule_wishes rules;
    struct endpoint expected[EXPECTED_MAXIMUM];
    struct arena arena;
    char subject[200];
};

/* A and AAAA were answered where there are such addresses. */
static inline void complete_target(struct reach_target *target)
{
    target->port = target->port == 0 ? KMS_PORT : target->port == PORT_ZERO ? 0 : target->port;
    if (target->is_literal || target->asked_a || target->asked_aaaa)
        return;
    target->asked_a = target->asked_aaaa = true;
    target->a.outcome = target->aaaa.outcome = DNS_NO_DATA;
    for (size_t i = 0; i < target->probe_count; i++)
        *(target->probes[i].address.is_ipv6 ? &target->aaaa.outcome : &target->a.outcome) = DNS_ANSWERED;
}

static inline void complete_zones(const struct reach_case *input, struct reach_facts *facts)
{
    struct reach *reach = &facts->reach;
    memcpy(facts->zones, input->zones, sizeof facts->zones);
    while (reach->zone_count < ZONES_MAXIMUM && (facts->zones[reach->zone_count].domain != NULL ||
                                                 facts->zones[reach->zone_count].record_count > 0))
        reach->zone_count++;
    if (reach->zone_count > 0)
        return;
    reach->zone_count = 1;
    facts->answer = (struct dns_answer)SERVER(53, DNS_ANSWERED);
    for (size_t i = 0; i < reach->target_count; i++)
        facts->records[i] = (struct reach_record)RECORD(0, i);
    facts->zones[0] = (struct reach_zone) {.domain = input->are_hosts ? NULL : "corp.example.com",
                                           .answers = &facts->answer,
                                           .answer_count = input->are_hosts ? 0 : 1,
                                           .records = facts->records,
                                           .record_count = reach->target_count};
}

/* What was asked about: a domain, a host, or how many of them. */
static inline void make_subject(struct reach_facts *facts, bool are_hosts)
{
    if (facts->reach.zone_count > 1)
        snprintf(facts->subject, sizeof facts->subject, "%zu zones", facts->reach.zone_count);
    else if (are_hosts && facts->reach.target_count > 1)
        snprintf(facts->subject, sizeof facts->subject, "%zu hosts", facts->reach.target_count);
    else
        snprintf(facts->subject, sizeof facts->subject, "%s",
                 are_hosts ? facts->targets[0].host : facts->zones[0].domain);
}

static inline struct reach_limits limits_of(const struct reach_case *input, struct reach_facts *facts)
{
    struct reach_limits limits = {.warning = range_of(input->warning),
                                  .critical = range_of(input->critical),
                                  .expected = facts->expected,
                                  .expected_port = {input->port != 0, input->port},
                                  .minimum_usable = input->minimum == 0 ? 1 : input->minimum,
                                  .timeout_state = input->late};
    if (input->late == STATE_OK && !input->is_late_ok)
        limits.timeout_state = STATE_UNKNOWN;
    for (struct span rest = span_of(input->planned); rest.bytes != NULL;) {
        struct problem why;
        if (!endpoint_parse(span_cut(&rest, ','), &facts->arena, &facts->expected[limits.expected_count++],
                            &why))
            fail_msg("%s: %s", input->name, why.sentence);
    }
    return limits;
}

/* The caller releases the report; nothing in it may point into the facts. */
static inline void judge_case(const struct reach_case *input, struct report *ret)
{
    static const enum probe_depth depths[] = {
        [UP_TO_DECOY] = PROBE_DECOY, [UP_TO_BIND] = PROBE_BIND, [UP_TO_TCP] = PROBE_TCP};
    struct reach_facts facts = {.reach = {.is_own_resolver = !input->has_named_servers,
                                          .is_ipv4_wanted = true,
                                          .is_ipv6_wanted = true,
                                          .depth = depths[input->depth],
                                          .dns_us = input->dns_us}};
    memcpy(facts.targets, input->targets, sizeof facts.targets);
    while (facts.reach.target_count < TARGETS_MAXIMUM && facts.targets[facts.reach.target_count].host != NULL)
        complete_target(&facts.targets[facts.reach.target_count++]);
    complete_zones(input, &facts);
    facts.reach.zones = facts.zones;
    facts.reach.targets = facts.targets;
    make_subject(&facts, input->are_hosts);
    facts.rules = wishes_of(input->rules, reach_rules, REACH_RULE_COUNT);
    struct reach_limits limits = limits_of(input, &facts);
    report_start(ret, "KMS_REACH", "check_kms_reach");
    ret->subject = report_format(ret, "%s", facts.subject);
    struct judging judging = {
        .rules = reach_rules, .wishes = &facts.rules, .moment = MOMENT, .now = MOMENT, .report = ret};
    judge_reach(&judging, &facts.reach, &limits);
    judging_finish(ret);
    for (struct finding *finding = ret->first; finding != NULL; finding = finding->next)
        finding->subject = finding->subject == NULL ? NULL : report_format(ret, "%s", finding->subject);
    arena_done(&facts.arena);
}

/* ---- what holds for every report ---- */

/* The finding that leads the first line. */
static inline const struct finding *leading_finding(const struct report *report)
{
    const struct finding *finding = report->first;
    while (finding != NULL && (finding->state != report_state(report) || finding->headline == NULL))
        finding = finding->next;
    return finding;
}

/* Within 160 characters, with the code and its brief where the finding that leads it has one. */
static inline void check_first_line(const char *name, const struct report *report)
{
    const struct finding *leading = leading_finding(report);
    const struct explanation *explanation =
        leading == NULL || leading->state == STATE_OK ? NULL : leading->explanation;
    struct text line, wanted;
    text_start(&line, CHECKED_TEXT_MAXIMUM);
    text_append_format(&line, "%s %s - ", report->service, state_name(report_state(report)));
    first_line_append(&line, report, FIRST_LINE_MAXIMUM - 1 - line.length);
    if (line.length >= FIRST_LINE_MAXIMUM)
        fail_msg("%s: %zu bytes on the first line: %s", name, line.length, text_string(&line));
    text_start(&wanted, CHECKED_TEXT_MAXIMUM);
    if (explanation != NULL)
        text_append_format(&wanted, "clients see 0x%08X %s", (unsigned)explanation->code, explanation->brief);
    require_words(name, "the first line", text_string(&line), text_string(&wanted), true);
    text_done(&wanted);
    text_done(&line);
}

/* Every code is said on the detail line that explains it: the first line has room for one. */
static inline void check_codes(const char *name, const struct report *report)
{
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next) {
        char wanted[40];
        if (finding->explanation == NULL)
            continue;
        snprintf(wanted, sizeof wanted, "clients see 0x%08X", (unsigned)finding->explanation->code);
        require(span_contains(span_of(finding->text), wanted), name, wanted, finding->text);
    }
}

/* A target whose finding has no headline leaves the first line to the finding about its zone. */
static inline void check_headlines(const char *name, const struct report *report)
{
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next) {
        bool is_said = finding->state == STATE_OK || finding->headline != NULL;
        for (const struct finding *zone = report->first; zone != finding && !is_said; zone = zone->next)
            is_said = zone->state == finding->state && zone->headline != NULL && zone->explanation != NULL &&
                      strcmp(zone->rule, reach_rules[REACH_TARGET].id) == 0;
        require(is_said, name, "no headline, and no zone that has one with a code", finding->text);
    }
}

static inline void check_any_reach(const char *name, const struct report *report)
{
    check_any_report(name, report);
    check_first_line(name, report);
    check_codes(name, report);
    check_headlines(name, report);
}

/* The whole output. */
static inline void render(const char *name, const struct report *report, struct text *ret)
{
    static const struct report_style style = {.explain = EXPLAIN_FULL, .maximum = 1 << 20};
    text_start(ret, CHECKED_TEXT_MAXIMUM);
    require(nagios_text_render(report, &style, ret), name, "not rendered", "");
}

static inline void check_remark(const char *name, const struct report *report)
{
    struct text output;
    render(name, report, &output);
    require_words(name, "the output", text_string(&output),
                  "\nnot proven here: host license, count, product range, clock\n", true);
    text_done(&output);
}

static inline void check_case(const struct reach_case *input)
{
    struct report report;
    judge_case(input, &report);
    check_report(input->name, &report, &input->expected);
    check_any_reach(input->name, &report);
    check_remark(input->name, &report);
    report_done(&report);
}

#define CHECK_CASES(cases)                                                                                   \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                             \
    check_case(&(cases)[i])

#endif
