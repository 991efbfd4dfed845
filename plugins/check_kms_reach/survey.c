/* SPDX-License-Identifier: MIT */
/* SRV records and the whole of the survey. */
#include "check_kms_reach/survey.h"

#include "check_kms_reach/survey_state.h"

/* ---- SRV records
 * -------------------------------------------------------------------------------------------- */

static void add_record(struct survey_zone *zone, const struct srv_record *record,
                       struct survey_target *target, size_t server)
{
    uint32_t bit = UINT32_C(1) << server;
    for (struct survey_record *other = zone->first_record; other != NULL; other = other->next) {
        if (other->facts.target == target->number && other->facts.priority == record->priority &&
            other->facts.weight == record->weight) {
            other->facts.servers |= bit;
            return;
        }
    }
    struct survey_record *added = arena_allocate(zone->survey->arena, sizeof *added);
    if (added == NULL)
        return;
    added->facts = (struct reach_record) {
        .priority = record->priority, .weight = record->weight, .target = target->number, .servers = bit};
    *zone->last_record = added;
    zone->last_record = &added->next;
    zone->facts.record_count++;
}

static void take_records(struct survey_zone *zone, size_t server, const struct dns_answer *answer)
{
    struct survey *survey = zone->survey;
    zone->answers[server] = survey_keep_answer(survey, answer);
    survey_note_answer(survey, "SRV _vlmcs._tcp of", zone->facts.domain, answer);
    for (size_t i = 0; i < answer->record_count; i++) {
        const struct srv_record *record = &answer->records[i];
        if (span_is(span_of(record->target), ".")) {
            zone->facts.is_declined = true;
            continue;
        }
        struct survey_target *target = survey_target_find(survey, record->target, record->port, true);
        if (target != NULL)
            add_record(zone, record, target, server);
    }
}

/* An answer of one of the servers that were named. */
static void take_numbered(void *context, const struct dns_answer *answer)
{
    const struct survey_question *question = context;
    struct survey *survey = question->zone->survey;
    survey->open_questions--;
    take_records(question->zone, question->server, answer);
    survey_tell_stage(survey);
}

/* An answer of one of this machine's servers, tried one after the other. */
static void take_attempt(void *context, const struct dns_answer *answer)
{
    struct survey_zone *zone = context;
    if (zone->facts.answer_count < RESOLVER_SERVERS_MAXIMUM)
        take_records(zone, zone->facts.answer_count++, answer);
}

static void take_end(void *context, const struct dns_answer *answer)
{
    struct survey_zone *zone = context;
    (void)answer; /* the last attempt */
    zone->survey->open_questions--;
    survey_tell_stage(zone->survey);
}

static void ask_named_servers(struct survey_zone *zone, const char *name)
{
    struct survey *survey = zone->survey;
    size_t count = survey->wishes->server_count;
    struct survey_question *questions = arena_allocate(survey->arena, count * sizeof *questions);
    if (questions == NULL)
        return;
    zone->facts.answer_count = count;
    survey->open_questions += count;
    survey_tell_stage(survey); /* before anything is sent */
    for (size_t i = 0; i < count; i++) {
        questions[i] = (struct survey_question) {.zone = zone, .server = i};
        zone->answers[i] =
            (struct dns_answer) {.server = survey->wishes->servers[i], .outcome = DNS_NOT_IN_TIME};
    }
    for (size_t i = 0; i < count; i++)
        resolver_ask_server(survey->resolver, i, name, DNS_TYPE_SRV, take_numbered, &questions[i]);
}

static void ask_zone(struct survey_zone *zone)
{
    struct survey *survey = zone->survey;
    const char *name = report_format(survey->report, "_vlmcs._tcp.%s", zone->facts.domain);
    zone->answers = arena_allocate(survey->arena, RESOLVER_SERVERS_MAXIMUM * sizeof *zone->answers);
    zone->facts.answers = zone->answers;
    if (zone->answers == NULL)
        return;
    if (survey->wishes->server_count > 0) {
        ask_named_servers(zone, name);
    } else {
        survey->open_questions++;
        survey_tell_stage(survey);
        resolver_ask(survey->resolver, name, DNS_TYPE_SRV, take_attempt, take_end, zone);
    }
}

/* ---- all of it
 * ---------------------------------------------------------------------------------------------- */

static void name_hosts(struct survey_zone *zone)
{
    const struct reach_wishes *wishes = zone->survey->wishes;
    for (size_t i = 0; i < wishes->host_count; i++) {
        struct survey_target *target =
            survey_target_find(zone->survey, wishes->hosts[i].host, wishes->hosts[i].port, false);
        if (target != NULL)
            add_record(zone, &(struct srv_record) {.port = wishes->hosts[i].port}, target, 0);
    }
}

static bool start_zones(struct survey *survey)
{
    const struct reach_wishes *wishes = survey->wishes;
    survey->zones = arena_allocate(survey->arena, (wishes->domain_count + 1) * sizeof *survey->zones);
    if (survey->zones == NULL)
        return false;
    survey->zone_count = wishes->domain_count + (wishes->host_count > 0 ? 1 : 0);
    for (size_t i = 0; i < survey->zone_count; i++) {
        struct survey_zone *zone = &survey->zones[i];
        zone->survey = survey;
        zone->last_record = &zone->first_record;
        zone->facts.domain = i < wishes->domain_count ? wishes->domains[i] : NULL;
    }
    for (size_t i = 0; i < wishes->domain_count; i++)
        ask_zone(&survey->zones[i]);
    if (wishes->host_count > 0)
        name_hosts(&survey->zones[wishes->domain_count]);
    survey_tell_stage(survey);
    return true;
}

static void gather_target(struct survey *survey, struct survey_target *target, struct reach_target *ret)
{
    size_t count = 0;
    *ret = target->facts;
    ret->probes = arena_allocate(survey->arena, (target->facts.probe_count + 1) * sizeof *ret->probes);
    for (struct survey_probe *probe = target->first_probe; probe != NULL && ret->probes != NULL;
         probe = probe->next)
        ret->probes[count++] = probe->facts;
    ret->probe_count = count;
}

static void gather_zone(struct survey *survey, const struct survey_zone *zone, struct reach_zone *ret)
{
    size_t count = 0;
    struct reach_record *records =
        arena_allocate(survey->arena, (zone->facts.record_count + 1) * sizeof *records);
    for (const struct survey_record *record = zone->first_record; record != NULL && records != NULL;
         record = record->next)
        records[count++] = record->facts;
    *ret = zone->facts;
    ret->records = records;
    ret->record_count = count;
}

/* From lists to arrays. */
static bool gather(struct survey *survey, struct reach *ret)
{
    size_t count = 0;
    ret->zone_count = survey->zone_count;
    ret->target_count = survey->target_count;
    ret->zones = arena_allocate(survey->arena, (survey->zone_count + 1) * sizeof *ret->zones);
    ret->targets = arena_allocate(survey->arena, (survey->target_count + 1) * sizeof *ret->targets);
    if (ret->zones == NULL || ret->targets == NULL)
        return false;
    for (struct survey_target *target = survey->first_target; target != NULL; target = target->next)
        gather_target(survey, target, &ret->targets[count++]);
    for (size_t i = 0; i < survey->zone_count; i++)
        gather_zone(survey, &survey->zones[i], &ret->zones[i]);
    return true;
}

static bool needs_dns(const struct reach_wishes *wishes)
{
    bool has_names = wishes->domain_count > 0;
    for (size_t i = 0; i < wishes->host_count; i++)
        has_names |= !wishes->hosts[i].is_address;
    return has_names;
}

bool survey_run(const struct reach_wishes *wishes, struct deadline deadline, unsigned verbosity,
                struct report *report, struct reach *ret, struct problem *why)
{
    struct survey survey = {.wishes = wishes,
                            .deadline = deadline,
                            .verbosity = verbosity,
                            .report = report,
                            .arena = &report->arena,
                            .started_us = monotonic_us()};
    struct reach reach = {.is_own_resolver = wishes->server_count == 0,
                          .is_ipv4_wanted = wishes->wants_ipv4,
                          .is_ipv6_wanted = wishes->wants_ipv6,
                          .depth = wishes->depth};
    survey.last_target = &survey.first_target;
    survey.bind_length = kms_rpc_bind(wishes->depth == PROBE_DECOY, survey.bind);
    survey.loop = loop_new();
    if (survey.loop == NULL)
        return problem_set_memory(why);
    bool is_done = !needs_dns(wishes) || resolver_open(survey.loop, wishes->servers, wishes->server_count,
                                                       deadline, &survey.resolver, why);
    if (is_done && !start_zones(&survey))
        is_done = problem_set_memory(why);
    bool is_in_time = is_done && loop_run(survey.loop, deadline);
    survey.is_over = true;
    resolver_close(survey.resolver);
    survey_end_probes(&survey);
    if (is_done && !gather(&survey, &reach))
        is_done = problem_set_memory(why);
    loop_free(survey.loop);
    if (!is_done)
        return false;
    if (survey.last_answer_us > 0)
        reach.dns_us = survey.last_answer_us - survey.started_us;
    if (verbosity > 1 && wishes->depth != PROBE_TCP)
        survey_note_bytes(&survey, "sent to each",
                          (struct span) {(const char *)survey.bind, survey.bind_length});
    if (!is_in_time)
        report_add_note(report, "the time limit came before everything was tried");
    *ret = reach;
    return true;
}
