/* SPDX-License-Identifier: MIT */
/* One target of a survey: its addresses, and a probe of each. */
#include "check_kms_reach/survey_state.h"

enum { PROBE_LIMIT_MAXIMUM_MS = 5000, PROBE_LIMIT_MINIMUM_MS = 50 };

/* ---- probes
 * ------------------------------------------------------------------------------------------------- */

static bool is_whole(const struct tcp_exchange *exchange, struct span received)
{
    const struct survey_probe *probe = exchange->context;
    struct bind_answer answer;
    return kms_rpc_read(received, probe->target->survey->wishes->depth == PROBE_DECOY, false, &answer);
}

static void note_probe(struct survey *survey, const struct survey_probe *probe, struct span received)
{
    char address[ADDRESS_TEXT_SIZE];
    if (survey->verbosity == 0)
        return;
    address_print(&probe->facts.address, address);
    report_add_note(survey->report, "probed: %s at %s, connected in %.3f ms, answered in %.3f ms, %zu bytes",
                    endpoint_format(probe->target->facts.host, probe->target->facts.port, survey->arena),
                    address, (double)probe->facts.connect_us / 1e3, (double)probe->facts.exchange_us / 1e3,
                    received.length);
    if (survey->verbosity > 1 && received.length > 0)
        survey_note_bytes(survey, "received", received);
}

/* Takes over what the exchange found out. */
static void finish_probe(struct tcp_exchange *exchange)
{
    struct survey_probe *probe = exchange->context;
    struct survey *survey = probe->target->survey;
    struct span received = {text_string(&exchange->received), exchange->received.length};
    probe->facts.outcome = exchange->outcome;
    probe->facts.error = exchange->error;
    probe->facts.connect_us = exchange->connect_us;
    probe->facts.exchange_us = exchange->exchange_us;
    probe->facts.received = received.length;
    if (!kms_rpc_read(received, survey->wishes->depth == PROBE_DECOY, true, &probe->facts.answer))
        probe->facts.answer = (struct bind_answer) {.kind = BIND_NOTHING};
    note_probe(survey, probe, received);
    tcp_exchange_done(exchange);
}

static int64_t probe_limit_ms(const struct survey *survey)
{
    int64_t half = deadline_remaining_ms(survey->deadline) / 2;
    return half < PROBE_LIMIT_MAXIMUM_MS ? half : PROBE_LIMIT_MAXIMUM_MS;
}

static void start_probe(struct survey_target *target, const struct address *address)
{
    struct survey *survey = target->survey;
    for (const struct survey_probe *other = target->first_probe; other != NULL; other = other->next) {
        if (address_equal(&other->facts.address, address))
            return;
    }
    struct survey_probe *probe = arena_allocate(survey->arena, sizeof *probe);
    if (probe == NULL || survey->is_over)
        return;
    bool is_too_late = probe_limit_ms(survey) < PROBE_LIMIT_MINIMUM_MS; /* silence would prove nothing */
    *target->last_probe = probe;
    target->last_probe = &probe->next;
    target->facts.probe_count++;
    survey->probe_count++;
    probe->target = target;
    probe->facts = (struct probe) {
        .address = *address, .outcome = PROBE_NOT_IN_TIME, .limit_ms = probe_limit_ms(survey)};
    probe->exchange = (struct tcp_exchange) {
        .address = *address,
        .port = target->facts.port,
        .request = {(const char *)survey->bind, survey->wishes->depth == PROBE_TCP ? 0 : survey->bind_length},
        .limit_ms = probe->facts.limit_ms,
        .answer_maximum = KMS_RPC_ANSWER_MAXIMUM,
        .is_whole = is_whole,
        .finished = finish_probe,
        .context = probe};
    survey_tell_stage(survey);
    if (!is_too_late)
        tcp_exchange_start(&probe->exchange, survey->loop);
}

/* ---- addresses
 * ---------------------------------------------------------------------------------------------- */

static void take_addresses(struct survey_target *target, const char *type, const struct dns_answer *answer)
{
    struct survey *survey = target->survey;
    survey_note_answer(survey, type, target->facts.host, answer);
    for (size_t i = 0; i < answer->address_count; i++) {
        if (!address_is_unspecified(&answer->addresses[i])) /* 0.0.0.0 would try this very machine */
            start_probe(target, &answer->addresses[i]);
    }
    survey->open_look_ups--;
    survey_tell_stage(survey);
}

static void take_a(void *context, const struct dns_answer *answer)
{
    struct survey_target *target = context;
    target->facts.a = survey_keep_answer(target->survey, answer);
    take_addresses(target, "A", answer);
}

static void take_aaaa(void *context, const struct dns_answer *answer)
{
    struct survey_target *target = context;
    target->facts.aaaa = survey_keep_answer(target->survey, answer);
    take_addresses(target, "AAAA", answer);
}

/* The families were asked for together: the outcome holds for those that were wanted. */
static void take_host(void *context, const struct dns_answer *answer)
{
    struct survey_target *target = context;
    target->facts.a = target->facts.aaaa = survey_keep_answer(target->survey, answer);
    take_addresses(target, "the host", answer);
}

static void look_up(struct survey_target *target)
{
    struct survey *survey = target->survey;
    const char *host = target->facts.host;
    bool wants_ipv4 = survey->wishes->wants_ipv4, wants_ipv6 = survey->wishes->wants_ipv6;
    struct address address;
    if (address_parse(span_of(host), &address)) {
        target->facts.is_literal = true;
        if (address.is_ipv6 ? wants_ipv6 : wants_ipv4) {
            start_probe(target, &address);
        } else { /* no address of the family that is wanted */
            target->facts.asked_a = wants_ipv4;
            target->facts.asked_aaaa = wants_ipv6;
            target->facts.a.outcome = target->facts.aaaa.outcome = DNS_NO_DATA;
        }
        return;
    }
    target->facts.asked_a = wants_ipv4;
    target->facts.asked_aaaa = wants_ipv6;
    if (target->facts.is_found) {
        survey->open_look_ups++;
        resolver_find_host(survey->resolver, host, wants_ipv4, wants_ipv6, take_host, target);
        return;
    }
    survey->open_look_ups += (size_t)wants_ipv4 + (size_t)wants_ipv6;
    if (wants_ipv4)
        resolver_ask(survey->resolver, host, DNS_TYPE_A, NULL, take_a, target);
    if (wants_ipv6)
        resolver_ask(survey->resolver, host, DNS_TYPE_AAAA, NULL, take_aaaa, target);
}

/* The target with this name and port, new or known; NULL when there is no memory. */
struct survey_target *survey_target_find(struct survey *survey, const char *host, uint16_t port,
                                         bool is_published)
{
    struct address literal;
    bool is_found =
        !is_published && survey->wishes->server_count == 0 && !address_parse(span_of(host), &literal);
    for (struct survey_target *target = survey->first_target; target != NULL; target = target->next) {
        if (target->facts.port == port && target->facts.is_found == is_found &&
            host_name_equal(span_of(target->facts.host), span_of(host)))
            return target;
    }
    struct survey_target *target = arena_allocate(survey->arena, sizeof *target);
    if (target == NULL)
        return NULL;
    target->survey = survey;
    target->facts.host = arena_copy(survey->arena, span_of(host));
    target->facts.port = port;
    target->facts.is_found = is_found;
    target->facts.a.outcome = target->facts.aaaa.outcome = DNS_NOT_IN_TIME;
    target->last_probe = &target->first_probe;
    target->number = survey->target_count++;
    *survey->last_target = target;
    survey->last_target = &target->next;
    look_up(target);
    return target;
}

void survey_end_probes(struct survey *survey)
{
    for (struct survey_target *target = survey->first_target; target != NULL; target = target->next) {
        for (struct survey_probe *probe = target->first_probe; probe != NULL; probe = probe->next)
            tcp_exchange_done(&probe->exchange);
    }
}
