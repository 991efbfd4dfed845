/* SPDX-License-Identifier: MIT */
/* Weighing one target, and the words for it. */
#include "judge/reach_target.h"

#include "base/span.h"
#include "base/text.h"
#include "judge/reach_failure.h"

#include <errno.h>

enum { LISTED_ADDRESSES_MAXIMUM = 8 };

bool probe_is_usable(const struct reach *reach, const struct probe *probe)
{
    if (reach->depth == PROBE_TCP)
        return probe->outcome == PROBE_CONNECTED;
    return probe->outcome == PROBE_ANSWERED && probe->answer.kind == BIND_ACK &&
           probe->answer.kms == BIND_ACCEPTED;
}

double probe_seconds(const struct probe *probe)
{
    return (double)(probe->connect_us + probe->exchange_us) / 1e6;
}

const char *address_words(struct judging *judging, const struct address *address)
{
    char text[ADDRESS_TEXT_SIZE];
    address_print(address, text);
    return report_format(judging->report, "%s", text);
}

const char *target_name(struct judging *judging, const struct reach_target *target)
{
    return endpoint_format(target->host, target->port, &judging->report->arena);
}

const char *target_short_name(struct judging *judging, const struct reach_target *target, const char *domain)
{
    struct span name = span_of(target->host), zone = span_of(domain);
    size_t label = span_find(name, '.');
    if (zone.length > 0 && label < name.length && host_name_equal(span_from(name, label + 1), zone))
        name = span_first(name, label);
    const char *host = judging_short(judging, arena_copy(&judging->report->arena, name));
    return target->port == KMS_PORT ? host : endpoint_format(host, target->port, &judging->report->arena);
}

const char *dns_outcome_words(struct judging *judging, const struct dns_answer *answer)
{
    switch (answer->outcome) {
    case DNS_ANSWERED:
        return "answered";
    case DNS_NAME_ERROR:
        return "NXDOMAIN";
    case DNS_NO_DATA:
        return "NODATA";
    case DNS_REFUSED:
        return "REFUSED";
    case DNS_NOT_IMPLEMENTED:
        return "NOTIMP";
    case DNS_FORMAT_ERROR:
        return "FORMERR";
    case DNS_SERVER_FAILURE:
        return "SERVFAIL";
    case DNS_BAD_ANSWER:
        return answer->rcode == 0
                   ? "unreadable answer"
                   : report_format(judging->report, "unexpected answer, rcode %u", (unsigned)answer->rcode);
    case DNS_TIMEOUT:
        return report_format(judging->report, "no answer in %.1f s", (double)answer->duration_us / 1e6);
    case DNS_UNREACHABLE:
        return "unreachable";
    case DNS_NOT_IN_TIME:
        break;
    }
    return "no answer before the time limit of the run";
}

uint32_t dns_outcome_code(enum dns_outcome outcome)
{
    static const uint32_t codes[] = {[DNS_ANSWERED] = 0,
                                     [DNS_NAME_ERROR] = 0x8007232B,
                                     [DNS_NO_DATA] = 0x8007251D,
                                     [DNS_REFUSED] = 0x8007232D,
                                     [DNS_NOT_IMPLEMENTED] = 0x8007232C,
                                     [DNS_FORMAT_ERROR] = 0x80072329,
                                     [DNS_SERVER_FAILURE] = 0x8007232A,
                                     [DNS_BAD_ANSWER] = 0x8007251E,
                                     [DNS_TIMEOUT] = 0x8007232A,
                                     [DNS_UNREACHABLE] = 0x8007232A,
                                     [DNS_NOT_IN_TIME] = 0};
    return codes[outcome];
}

const struct explanation *reach_explain(struct judging *judging, uint32_t code, const struct advice *advice)
{
    struct explanation explanation;
    activation_code_explain(code, SITUATION_KMS_CLIENT, &judging->report->arena, &explanation);
    if (advice != NULL && advice->step_count > 0)
        explanation.advice = *advice;
    return report_keep_explanation(judging->report, &explanation);
}

/* Errors of single KMS hosts hide behind the summary; those of DNS and of rights are shown as they are. */
static bool is_hidden(uint32_t code)
{
    return (code & UINT32_C(0xFFFFFF00)) == UINT32_C(0x80070600);
}

const char *reach_code_number(struct judging *judging, const struct explanation *explanation)
{
    return explanation == NULL
               ? ""
               : report_format(judging->report, ", clients see 0x%08X", (unsigned)explanation->code);
}

const char *reach_code_words(struct judging *judging, const struct explanation *explanation, bool is_whole)
{
    if (explanation == NULL)
        return "";
    return report_format(judging->report, ", clients see 0x%08X %s%s", (unsigned)explanation->code,
                         explanation->brief,
                         is_whole && is_hidden(explanation->code) ? " (shown as 0xC004F074)" : "");
}

static const char *answer_words(const struct reach *reach, const struct probe *probe)
{
    if (reach->depth == PROBE_TCP)
        return "connection accepted";
    switch (probe->answer.decoy) {
    case BIND_ACCEPTED:
        return "bind accepted, decoy accepted too";
    case BIND_REFUSED:
        return "bind accepted, decoy refused";
    case BIND_NOT_OFFERED:
        break;
    }
    return "bind accepted";
}

static const char *no_route_words(const struct probe *probe)
{
    switch (probe->error) {
    case EACCES:
    case EPERM:
        return "not tested, forbidden by rules of this machine";
    default:
        return probe->address.is_ipv6 ? "not tested from here, no IPv6 route"
                                      : "not tested from here, no route";
    }
}

const char *probe_words(struct judging *judging, const struct reach *reach, const struct probe *probe)
{
    if (probe_is_usable(reach, probe))
        return report_format(judging->report, "%s, %.1f ms", answer_words(reach, probe),
                             probe_seconds(probe) * 1e3);
    if (probe->outcome == PROBE_NO_ROUTE)
        return no_route_words(probe);
    if (probe->outcome == PROBE_NOT_IN_TIME)
        return probe->error == 0 ? "not finished before the time limit of the run"
                                 : "not tested, this machine is out of descriptors or memory";
    struct target_failure failure = probe_failure(judging, probe);
    if (probe->outcome == PROBE_FILTERED || probe->outcome == PROBE_SILENT)
        return report_format(judging->report, "%s (%.1f s)", failure.text, (double)probe->limit_ms / 1e3);
    return failure.text;
}

static bool is_empty(const struct dns_answer *answer)
{
    return answer->outcome == DNS_NAME_ERROR || answer->outcome == DNS_NO_DATA;
}

static bool has_failed(bool is_asked, const struct dns_answer *answer)
{
    return is_asked && answer->outcome != DNS_ANSWERED && !is_empty(answer);
}

/* "192.0.2.11 refused, ...", the same for the next address, joined with " / "; then look-ups that failed. */
static const char *describe_probes(struct judging *judging, const struct reach *reach,
                                   const struct reach_target *target)
{
    struct text words;
    text_start(&words, 4000);
    for (size_t i = 0; i < target->probe_count; i++) {
        if (i == LISTED_ADDRESSES_MAXIMUM) {
            text_append_format(&words, " / and %zu more addresses", target->probe_count - i);
            break;
        }
        const struct probe *probe = &target->probes[i];
        text_append_format(&words, "%s%s %s", i == 0 ? "" : " / ", address_words(judging, &probe->address),
                           probe_words(judging, reach, probe));
    }
    if (has_failed(target->asked_a, &target->a))
        text_append_format(&words, " / A look-up: %s", dns_outcome_words(judging, &target->a));
    if (has_failed(target->asked_aaaa, &target->aaaa))
        text_append_format(&words, " / AAAA look-up: %s", dns_outcome_words(judging, &target->aaaa));
    const char *kept = report_format(judging->report, "%s", text_string(&words));
    text_done(&words);
    return kept;
}

/* "A NXDOMAIN, AAAA SERVFAIL", or once when both say the same. */
static const char *describe_look_up(struct judging *judging, const struct reach_target *target)
{
    const char *a = target->asked_a ? dns_outcome_words(judging, &target->a) : NULL;
    const char *aaaa = target->asked_aaaa ? dns_outcome_words(judging, &target->aaaa) : NULL;
    if (a == NULL || aaaa == NULL)
        return report_format(judging->report, "%s", a != NULL ? a : aaaa != NULL ? aaaa : "not asked");
    if (target->a.outcome == target->aaaa.outcome)
        return a;
    return report_format(judging->report, "A %s, AAAA %s", a, aaaa);
}

/* Addresses of the target may be unknown: a look-up had no answer that says something. */
static bool has_failed_look_up(const struct reach_target *target)
{
    return has_failed(target->asked_a, &target->a) || has_failed(target->asked_aaaa, &target->aaaa);
}

bool target_look_up_is_late(const struct reach_target *target)
{
    return (target->asked_a && target->a.outcome == DNS_NOT_IN_TIME) ||
           (target->asked_aaaa && target->aaaa.outcome == DNS_NOT_IN_TIME);
}

/* A record of which nothing can be tried: TCP has no port 0. */
static struct target_verdict weigh_port_zero(void)
{
    return (struct target_verdict) {.usability = TARGET_UNUSABLE,
                                    .is_published = true, /* a record alone can have it */
                                    .failure = failure_of_port_zero(),
                                    .text = "the record has port 0, nobody can connect to it"};
}

/* No address of the families that were asked for.  The record is stale when there is none at all; a name that
 * exists may have addresses of the family that the user left out. */
static struct target_verdict weigh_empty(struct judging *judging, const struct reach_target *target,
                                         bool is_published)
{
    bool is_ipv6 = !target->asked_a;
    bool has_one_family = target->asked_a != target->asked_aaaa;
    bool is_gone = (target->asked_a && target->a.outcome == DNS_NAME_ERROR) ||
                   (target->asked_aaaa && target->aaaa.outcome == DNS_NAME_ERROR);
    struct target_verdict verdict = {
        .usability = TARGET_UNUSABLE, .is_published = is_published, .is_stale = is_gone || !has_one_family};
    verdict.failure =
        verdict.is_stale ? failure_without_address(is_published) : failure_without_family(is_ipv6);
    verdict.text = report_format(judging->report, "no %saddress (%s)",
                                 verdict.is_stale ? ""
                                 : is_ipv6        ? "IPv6 "
                                                  : "IPv4 ",
                                 describe_look_up(judging, target));
    return verdict;
}

/* A target that DNS gave no address for. */
static struct target_verdict weigh_without_address(struct judging *judging, const struct reach *reach,
                                                   const struct reach_target *target, bool is_published)
{
    struct target_verdict verdict = {.usability = TARGET_UNUSABLE, .is_published = is_published};
    if ((!target->asked_a || is_empty(&target->a)) && (!target->asked_aaaa || is_empty(&target->aaaa)))
        return weigh_empty(judging, target, is_published);
    verdict.text =
        report_format(judging->report, "address look-up failed (%s)", describe_look_up(judging, target));
    verdict.failure = failure_of_look_up();
    if (target_look_up_is_late(target)) {
        verdict.usability = TARGET_NOT_IN_TIME;
    } else if (reach->is_own_resolver) {
        verdict.usability = TARGET_UNTESTED;
        verdict.failure.brief = verdict.text;
    }
    return verdict;
}

/* How much a failure tells about the target, for the choice between several addresses. */
static int weight_of(const struct probe *probe)
{
    static const int weights[] = {
        [PROBE_NOT_IN_TIME] = 0, [PROBE_NO_ROUTE] = 0, [PROBE_FILTERED] = 1, [PROBE_UNREACHABLE] = 2,
        [PROBE_REFUSED] = 3,     [PROBE_SILENT] = 4,   [PROBE_CLOSED] = 5,   [PROBE_RESET] = 5,
        [PROBE_ANSWERED] = 6,    [PROBE_CONNECTED] = 6};
    return weights[probe->outcome];
}

struct target_verdict target_weigh(struct judging *judging, const struct reach *reach,
                                   const struct reach_target *target, bool is_published)
{
    if (target->port == 0)
        return weigh_port_zero();
    if (target->probe_count == 0)
        return weigh_without_address(judging, reach, target, is_published);
    struct target_verdict verdict = {.usability = TARGET_UNTESTED,
                                     .is_published = is_published,
                                     .text = describe_probes(judging, reach, target)};
    const struct probe *telling = NULL;
    bool is_late = target_look_up_is_late(target);
    for (size_t i = 0; i < target->probe_count; i++) {
        const struct probe *probe = &target->probes[i];
        if (probe_is_usable(reach, probe)) {
            if (verdict.slowest == NULL || probe_seconds(probe) > probe_seconds(verdict.slowest))
                verdict.slowest = probe;
        } else if (probe->outcome == PROBE_NOT_IN_TIME) {
            is_late = true;
        } else if (probe->outcome != PROBE_NO_ROUTE &&
                   (telling == NULL || weight_of(probe) > weight_of(telling))) {
            telling = probe;
        }
    }
    if (verdict.slowest != NULL) {
        verdict.usability = TARGET_USABLE;
    } else if (is_late) {
        verdict.usability = TARGET_NOT_IN_TIME;
    } else if (reach->is_own_resolver && has_failed_look_up(target)) {
        verdict.failure.brief =
            report_format(judging->report, "address look-up failed (%s)", describe_look_up(judging, target));
    } else if (telling != NULL) {
        verdict.usability = TARGET_UNUSABLE;
        verdict.failure = probe_failure(judging, telling);
    } else {
        verdict.failure.brief = no_route_words(&target->probes[0]);
    }
    return verdict;
}
