/* SPDX-License-Identifier: MIT */
/* What a survey says about itself while it runs. */
#include "check_kms_reach/survey_state.h"

#include "base/text.h"
#include "frame/last_words.h"

#include <stdio.h>

enum { STAGE_SIZE = 96, SHOWN_BYTES_MAXIMUM = 200 };

void survey_tell_stage(const struct survey *survey)
{
    char stage[STAGE_SIZE];
    if (survey->open_questions > 0)
        snprintf(stage, sizeof stage, "asking DNS for the SRV records of %zu domain%s",
                 survey->wishes->domain_count, survey->wishes->domain_count == 1 ? "" : "s");
    else if (survey->open_look_ups > 0)
        snprintf(stage, sizeof stage, "looking up the addresses of %zu target%s", survey->target_count,
                 survey->target_count == 1 ? "" : "s");
    else
        snprintf(stage, sizeof stage, "probing %zu address%s, TCP and RPC bind", survey->probe_count,
                 survey->probe_count == 1 ? "" : "es");
    last_words_stage(stage);
}

void survey_note_answer(struct survey *survey, const char *type, const char *name,
                        const struct dns_answer *answer)
{
    char address[ADDRESS_TEXT_SIZE];
    survey->last_answer_us = monotonic_us();
    if (survey->verbosity == 0)
        return;
    address_print(&answer->server.address, address);
    report_add_note(survey->report, "asked: %s for %s %s, %zu records, %.3f ms",
                    answer->server.port == 0 ? "this machine"
                                             : endpoint_format(address, answer->server.port, survey->arena),
                    type, name, answer->record_count + answer->address_count,
                    (double)answer->duration_us / 1e3);
}

void survey_note_bytes(struct survey *survey, const char *what, struct span bytes)
{
    struct text hex;
    text_start(&hex, 2 * SHOWN_BYTES_MAXIMUM);
    for (size_t i = 0; i < bytes.length; i++)
        text_append_format(&hex, "%02x", (unsigned)(uint8_t)bytes.bytes[i]);
    report_add_note(survey->report, "%s, %zu bytes: %s%s", what, bytes.length, text_string(&hex),
                    text_ok(&hex) ? "" : "..");
    text_done(&hex);
}

/* What is kept of an answer: not its records, which live in the zone, nor its addresses, which become probes.
 */
/* Addresses that are none, like 0.0.0.0. */
static bool has_no_use(const struct dns_answer *answer)
{
    for (size_t i = 0; i < answer->address_count; i++) {
        if (!address_is_unspecified(&answer->addresses[i]))
            return false;
    }
    return true;
}

struct dns_answer survey_keep_answer(struct survey *survey, const struct dns_answer *answer)
{
    struct dns_answer kept = *answer;
    kept.records = NULL;
    kept.record_count = 0;
    kept.addresses = NULL;
    kept.address_count = 0;
    if (kept.outcome == DNS_ANSWERED && answer->address_count > 0 && has_no_use(answer))
        kept.outcome = DNS_NO_DATA;
    kept.alias_of = answer->alias_of == NULL ? NULL : arena_copy(survey->arena, span_of(answer->alias_of));
    return kept;
}
