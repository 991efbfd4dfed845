/* SPDX-License-Identifier: MIT */
/* From what a command printed to facts. */
#include "agents/nsclient_command.h"

#include "agents/nsclient_refusal.h"
#include "base/text.h"
#include "payload/document.h"
#include "payload/wmi_rows.h"

#include <stddef.h>
#include <string.h>

enum { TEXT_MAXIMUM = DOCUMENT_MAXIMUM + 1 };

/* "OK: ", "[OK] ", "WARNING - ": checks and aliases put their state in front.  No document begins so, and
 * with it the first line would be lost. */
static struct span without_state(struct span text)
{
    static const char *const ends[] = {": ", "] - ", "]: ", "] ", " - "};
    for (int i = NSCLIENT_OK; i <= NSCLIENT_UNKNOWN; i++) {
        const char *word = nsclient_state_word((enum nsclient_state)i);
        bool has_bracket = span_starts_with(text, "[");
        struct span rest = span_from(text, has_bracket ? 1 : 0);
        if (!span_starts_with_ignoring_case(rest, word))
            continue;
        rest = span_from(rest, strlen(word));
        for (size_t j = 0; j < sizeof ends / sizeof ends[0]; j++) {
            if (has_bracket == (ends[j][0] == ']') && span_starts_with(rest, ends[j]))
                return span_from(rest, strlen(ends[j]));
        }
    }
    return text;
}

/* Rows that an alias prints: their tags say which template they fill. */
static bool read_own_rows(struct span text, struct license_document *ret, struct problem *why)
{
    static const enum wmi_columns tries[] = {WMI_ACTIVATION, WMI_PRODUCT, WMI_PRODUCT_WINDOWS_7,
                                             WMI_PRODUCT_VISTA};
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        struct license_document document = {0};
        size_t count;
        if (wmi_rows_read(tries[i], text, &document, &count, why)) {
            *ret = document;
            return true;
        }
        license_document_done(&document);
    }
    return problem_set(why, PROBLEM_PROTOCOL, "its rows fill none of our templates, or they were cut");
}

/* The agent drops line ends at the end of what a script prints; that the reply is whole is proven by its
 * JSON. */
static bool read_document(struct span text, struct license_document *ret, struct problem *why)
{
    struct text lines;
    text_start(&lines, TEXT_MAXIMUM);
    text_append_span(&lines, text);
    text_append_byte(&lines, '\n');
    bool is_read = text_ok(&lines) ? document_read((struct span) {lines.bytes, lines.length}, ret, why)
                                   : problem_set_memory(why);
    text_done(&lines);
    return is_read;
}

static bool read_text(struct span text, struct license_document *ret, struct problem *why)
{
    text = without_state(text);
    return wmi_rows_are(text) ? read_own_rows(text, ret, why) : read_document(text, ret, why);
}

/* "Windows(R), Professional edition: licensed (genuine, grace 178d)". */
static bool is_activation_text(struct span text)
{
    return span_contains(text, ", grace ") && span_contains(text, "d)") && span_contains(text, " (");
}

static bool explain_print(const struct nsclient_reply *result, const char *command, struct problem *why)
{
    if (is_activation_text(result->text)) {
        problem_set(why, PROBLEM_PROTOCOL,
                    "ran %.60s: the text of check_activation has neither the channel nor the minutes",
                    command);
        return problem_advise(why,
                              "use --command=check_activation itself, which is asked for what is needed, or "
                              "leave --command out");
    }
    if (result->state == NSCLIENT_UNKNOWN || result->text.length == 0)
        return nsclient_explain_text(result, command, why);
    problem_add_place(why, "ran %.60s", command);
    if (why->advice[0] == '\0')
        problem_advise(why,
                       "the command must print the JSON report, or what slmgr.vbs /dlv prints, and nothing "
                       "else");
    return false;
}

/* Everything behind the first bar was taken away as metrics: of JSON that shows, of lines it does not. */
static bool is_cut_at_bar(const struct nsclient_reply *result)
{
    struct span begin = span_trim(without_state(result->text));
    return result->has_metrics && !span_starts_with(begin, "{") && !span_starts_with(begin, "[");
}

static bool is_more_than_error(const struct license_document *document)
{
    return document->license_count > 0 || document->error_text == NULL;
}

bool nsclient_read_command(const struct nsclient_reply *result, const char *command,
                           struct license_document *ret, struct problem *why)
{
    struct license_document document = {0};
    bool is_read = read_text(result->text, &document, why);
    bool is_whole = is_read && is_more_than_error(&document);
    if (is_whole && result->state == NSCLIENT_UNKNOWN) {
        problem_set(why, PROBLEM_PROTOCOL, "ran %.60s: it printed a document and ended with UNKNOWN",
                    command);
        problem_advise(why,
                       "run the script on that machine and see why it fails: it may have printed half of "
                       "what it knows");
    } else if (is_whole && is_cut_at_bar(result)) {
        problem_set(why, PROBLEM_PROTOCOL, "ran %.60s: its text was cut at a vertical bar", command);
        problem_advise(why, "the command must print no vertical bar, or set ignore perfdata in "
                            "[/settings/external scripts]: what follows it is taken for metrics");
    } else if (is_whole || (is_read && !nsclient_explain_known(result->text, command, why))) {
        *ret = document;
        return true;
    } else if (!is_read && !nsclient_explain_known(result->text, command, why)) {
        explain_print(result, command, why);
    }
    license_document_done(&document);
    return false;
}
