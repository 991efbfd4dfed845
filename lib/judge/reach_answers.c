/* SPDX-License-Identifier: MIT */
/* No records, records, and servers that differ. */
#include "judge/reach_answers.h"

#include "base/text.h"

enum { LISTED_MAXIMUM = 8, WHOLE_LIST_MAXIMUM = 3, LIST_SIZE = 4000 };

static const char *server_words(struct judging *judging, const struct dns_server *server)
{
    char address[ADDRESS_TEXT_SIZE];
    address_print(&server->address, address);
    return server->port == DNS_PORT ? report_format(judging->report, "%s", address)
                                    : endpoint_format(address, server->port, &judging->report->arena);
}

/* "192.0.2.53 NXDOMAIN, 192.0.2.54 no answer in 5.0 s" */
static const char *describe_answers(struct judging *judging, const struct reach_zone *zone)
{
    struct text words;
    text_start(&words, LIST_SIZE);
    for (size_t i = 0; i < zone->answer_count; i++)
        text_append_format(&words, "%s%s %s", i == 0 ? "" : ", ",
                           server_words(judging, &zone->answers[i].server),
                           dns_outcome_words(judging, &zone->answers[i]));
    const char *kept = report_format(judging->report, "%s", text_string(&words));
    text_done(&words);
    return kept;
}

/* Records as a list, those of `servers` without bit `server`, or all of them when it is negative. */
static const char *describe_records(const struct reach_judging *all, const struct reach_zone *zone,
                                    int server, size_t *ret_count)
{
    struct text words;
    size_t count = 0;
    text_start(&words, LIST_SIZE);
    for (size_t i = 0; i < zone->record_count; i++) {
        if (server >= 0 && (zone->records[i].servers >> server & 1) != 0)
            continue;
        if (count < LISTED_MAXIMUM)
            text_append_format(&words, "%s%s", count == 0 ? "" : ", ", record_words(all, &zone->records[i]));
        count++;
    }
    if (count > LISTED_MAXIMUM)
        text_append_format(&words, ", and %zu more", count - LISTED_MAXIMUM);
    const char *kept = report_format(all->judging->report, "%s", text_string(&words));
    text_done(&words);
    *ret_count = count;
    return kept;
}

/* What a client acts on: the first outcome in the order of how much it says. */
static const struct dns_answer *telling_answer(const struct reach_zone *zone)
{
    const struct dns_answer *telling = NULL;
    for (size_t i = 0; i < zone->answer_count; i++) {
        if (telling == NULL || zone->answers[i].outcome < telling->outcome)
            telling = &zone->answers[i];
    }
    return telling;
}

/* The DNS servers of this machine may fail where those of the clients do not. */
static enum state missing_state(const struct reach_judging *all, enum dns_outcome outcome)
{
    switch (outcome) {
    case DNS_NOT_IN_TIME:
        return all->limits->timeout_state;
    case DNS_SERVER_FAILURE:
    case DNS_BAD_ANSWER:
    case DNS_TIMEOUT:
    case DNS_UNREACHABLE:
        return all->reach->is_own_resolver ? STATE_UNKNOWN : STATE_CRITICAL;
    case DNS_ANSWERED:
    case DNS_NAME_ERROR:
    case DNS_NO_DATA:
    case DNS_REFUSED:
    case DNS_NOT_IMPLEMENTED:
    case DNS_FORMAT_ERROR:
        break;
    }
    return STATE_CRITICAL;
}

static const struct advice own_resolver_advice = {
    .cause = "the DNS servers of this monitoring server gave no answer. Those of the clients may",
    .steps = {"here: does any name resolve, which servers does /etc/resolv.conf name",
              "ask the DNS servers of the clients instead: --dns-server=ADDRESS"},
    .step_count = 2,
    .side = "monitoring"};

static const struct advice late_advice = {
    .cause = "the run ended before the DNS servers had answered",
    .steps = {"give the run more time with --timeout",
              "the DNS servers: nslookup -type=srv _vlmcs._tcp.DOMAIN against each shows which is slow"},
    .step_count = 2,
    .side = "monitoring"};

static const struct advice declined_advice = {
    .cause = "an SRV record with the target . says on purpose that the zone has no KMS (RFC 2782)",
    .steps =
        {"KMS is wanted here: delete this record, then slmgr.vbs /sdns and restart of sppsvc on the KMS host",
         "KMS is not wanted here: take the zone out of this check"},
    .step_count = 2,
    .side = "dns"};

static void judge_declined(struct reach_judging *all, const struct reach_zone *zone, struct finding *finding)
{
    struct report *report = all->judging->report;
    finding->explanation = reach_explain(all->judging, UINT32_C(0x800706BA), &declined_advice);
    finding->text = report_format(report,
                                  "the SRV record of _vlmcs._tcp says that there is no KMS, its target is . "
                                  "(%s)%s",
                                  describe_answers(all->judging, zone),
                                  reach_code_number(all->judging, finding->explanation));
    finding->headline =
        report_format(report, "%sDNS says on purpose: no KMS%s", zone_prefix(all, zone),
                      reach_code_words(all->judging, finding->explanation, all->reach->zone_count < 2));
}

/* Whose machines are cut off, or why that is not known. */
static const char *impact_of_missing(struct reach_judging *all, enum dns_outcome outcome, bool is_unknown)
{
    switch (outcome) {
    case DNS_NAME_ERROR:
    case DNS_NO_DATA:
        return report_format(all->judging->report,
                             "%smachines of this zone without a fixed or cached KMS host cannot activate or "
                             "renew. Those renewed this week stay licensed until about %s",
                             all->reach->is_own_resolver ? "if their DNS servers say the same, " : "",
                             judging_date(all->judging, LEASE_AFTER_A_WEEK_MINUTES));
    case DNS_NOT_IN_TIME:
        return "says nothing about KMS, the answer was not waited for";
    case DNS_ANSWERED:
    case DNS_REFUSED:
    case DNS_NOT_IMPLEMENTED:
    case DNS_FORMAT_ERROR:
    case DNS_SERVER_FAILURE:
    case DNS_BAD_ANSWER:
    case DNS_TIMEOUT:
    case DNS_UNREACHABLE:
        break;
    }
    if (is_unknown)
        return "says nothing about KMS. Clients with the same DNS servers find no KMS host";
    return all->reach->is_own_resolver
               ? "clients with the same DNS servers find no KMS host unless they have a fixed or cached one"
               : "clients of this DNS server find no KMS host unless they have a fixed or cached one";
}

/* No answer with records: "no SRV record _vlmcs._tcp (NXDOMAIN), clients see ...".  With several zones the
 * name of the zone needs the room. */
static const char *headline_of_missing(struct reach_judging *all, const struct reach_zone *zone,
                                       const struct dns_answer *answer, const struct explanation *explanation)
{
    struct report *report = all->judging->report;
    const char *words = answer == NULL ? "not asked" : dns_outcome_words(all->judging, answer);
    const char *code = reach_code_words(all->judging, explanation, true);
    bool is_one = all->reach->zone_count < 2;
    if (answer != NULL && (answer->outcome == DNS_NAME_ERROR || answer->outcome == DNS_NO_DATA))
        return is_one ? report_format(report, "no SRV record _vlmcs._tcp (%s)%s", words, code)
                      : report_format(report, "%sno SRV record%s", zone_prefix(all, zone), code);
    return report_format(report, "%sSRV look-up%s failed (%s)%s", zone_prefix(all, zone),
                         is_one ? " of _vlmcs._tcp" : "", words, code);
}

static void judge_missing(struct reach_judging *all, const struct reach_zone *zone)
{
    struct judging *judging = all->judging;
    const struct dns_answer *answer = telling_answer(zone);
    enum dns_outcome outcome = answer == NULL ? DNS_NOT_IN_TIME : answer->outcome;
    enum state state = zone->is_declined ? STATE_CRITICAL : missing_state(all, outcome);
    struct finding *finding = outcome == DNS_NOT_IN_TIME ? judging_state(judging, REACH_SRV_MISSING, state)
                                                         : judging_fire(judging, REACH_SRV_MISSING, state);
    if (finding == NULL)
        return;
    finding->subject = zone_subject(all, zone);
    finding->urgency = URGENCY_DAY;
    if (zone->is_declined) {
        finding->impact = impact_of_missing(all, DNS_NO_DATA, false);
        judge_declined(all, zone, finding);
        return;
    }
    uint32_t code = dns_outcome_code(outcome);
    bool is_unknown = state == STATE_UNKNOWN, is_known = outcome == DNS_NAME_ERROR || outcome == DNS_NO_DATA;
    finding->impact = impact_of_missing(all, outcome, is_unknown);
    finding->advice = outcome == DNS_NOT_IN_TIME ? late_advice : own_resolver_advice;
    if (code != 0)
        finding->explanation = reach_explain(judging, code, is_unknown ? &own_resolver_advice : NULL);
    finding->text = report_format(judging->report, "%s _vlmcs._tcp, asked %s%s",
                                  is_known ? "no SRV record" : "no answer for",
                                  answer == NULL ? "nobody" : describe_answers(judging, zone),
                                  reach_code_number(judging, finding->explanation));
    finding->headline = headline_of_missing(all, zone, answer, finding->explanation);
}

/* A server that does not say what the others say; replication, or a zone that is not there. */
static void judge_difference(struct reach_judging *all, const struct reach_zone *zone, size_t number)
{
    struct judging *judging = all->judging;
    const struct dns_answer *answer = &zone->answers[number];
    size_t lacking;
    const char *records = describe_records(all, zone, (int)number, &lacking);
    const char *server = server_words(judging, &answer->server);
    if (answer->outcome == DNS_ANSWERED && lacking == 0)
        return;
    bool is_different = answer->outcome <= DNS_NO_DATA;
    struct finding *finding = is_different ? judging_fire(judging, REACH_SRV_MISSING, STATE_WARNING)
                                           : judging_state(judging, REACH_SRV_MISSING, STATE_OK);
    if (finding == NULL)
        return;
    finding->subject = zone_subject(all, zone);
    if (!is_different) {
        finding->text = report_format(judging->report, "%s %s, another server answered", server,
                                      dns_outcome_words(judging, answer));
        return;
    }
    finding->urgency = URGENCY_WEEK;
    finding->advice = (struct advice) {
        .cause = "the zone is not replicated to this server yet, or is kept twice",
        .steps =
            {"nslookup -type=srv _vlmcs._tcp.DOMAIN against each server, again after the replication time",
             "Active Directory: repadmin /replsummary, and the scope of the zone in dnsmgmt.msc"},
        .step_count = 2,
        .side = "dns"};
    if (answer->outcome == DNS_ANSWERED) {
        finding->text = report_format(judging->report, "DNS servers differ, %s lacks %zu of %zu records: %s",
                                      server, lacking, zone->record_count, records);
        finding->headline =
            report_format(judging->report, "%sDNS servers differ, %s lacks %zu of %zu SRV records",
                          zone_prefix(all, zone), server, lacking, zone->record_count);
        finding->impact = "clients that ask this server do not find all KMS hosts";
        return;
    }
    finding->explanation = reach_explain(judging, dns_outcome_code(answer->outcome), &finding->advice);
    finding->text =
        report_format(judging->report, "DNS servers differ, %s says %s%s", server,
                      dns_outcome_words(judging, answer), reach_code_number(judging, finding->explanation));
    finding->headline =
        report_format(judging->report, "%sDNS servers differ: %s has none%s", zone_prefix(all, zone), server,
                      reach_code_words(judging, finding->explanation, false));
    finding->impact = "clients that ask this server find no KMS host unless they have a fixed or cached one";
}

/* A record with the target . beside others, which RFC 2782 wants alone. */
static void judge_contradiction(struct reach_judging *all, const struct reach_zone *zone)
{
    struct finding *finding = judging_fire(all->judging, REACH_SRV_STALE, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->subject = zone_subject(all, zone);
    finding->text = "a record with the target . says that there is no KMS, beside records that name hosts";
    finding->headline = report_format(
        all->judging->report, "%sa record says that there is no KMS, beside others", zone_prefix(all, zone));
    finding->impact = "clients that meet this record, or ask a server that has it alone, find no KMS host";
    finding->urgency = URGENCY_WEEK;
    finding->advice = declined_advice;
}

void judge_zone_answers(struct reach_judging *all, const struct reach_zone *zone)
{
    if (zone->domain == NULL)
        return;
    if (zone->record_count == 0) {
        judge_missing(all, zone);
        return;
    }
    for (size_t i = 0; i < zone->answer_count; i++)
        judge_difference(all, zone, i);
    if (zone->is_declined)
        judge_contradiction(all, zone);
    struct finding *finding = judging_state(all->judging, REACH_SRV_MISSING, STATE_OK);
    if (finding == NULL)
        return;
    size_t count;
    const char *records = describe_records(all, zone, -1, &count);
    finding->subject = zone_subject(all, zone);
    finding->text = count <= WHOLE_LIST_MAXIMUM
                        ? report_format(all->judging->report, "%zu SRV record%s _vlmcs._tcp: %s", count,
                                        count == 1 ? "" : "s", records)
                        : report_format(all->judging->report, "%zu SRV records _vlmcs._tcp", count);
}
