/* SPDX-License-Identifier: MIT */
/* From lines to a document. */
#include "agents/snmp_output.h"

#include "payload/document.h"

#include <string.h>

enum {
    QUOTED_MAXIMUM = 200,
    LARGE_BYTES = 60 * 1000, /* from here on snmpd may have stopped reading */
    LARGE_LINES = 100,       /* it reads 100 times, and a script may write line by line */
    STATUS_NOT_STARTED = 1,  /* with an empty line: what the agent says when it cannot start the program */
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127 /* both by the shell */
};

void snmp_output_restart(struct snmp_output *output)
{
    output->length = output->line_count = output->sent = 0;
}

/* Scripts on Windows end their lines with CR LF, and some print CR CR LF. */
static struct span without_carriage_returns(struct span line)
{
    while (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    return line;
}

bool snmp_output_add(struct snmp_output *output, struct span line, struct arena *arena, struct problem *why)
{
    if (output->bytes == NULL)
        output->bytes = arena_allocate(arena, SNMP_OUTPUT_KEPT);
    if (output->bytes == NULL)
        return problem_set_memory(why);
    size_t sent = output->sent + (output->line_count > 0 ? 1 : 0); /* with the line end before it */
    if (line.length >= SNMP_OUTPUT_KEPT - sent) {
        problem_set(why, PROBLEM_PROTOCOL,
                    "keeps 100 KiB of the output of a script: that much came, and the rest was cut");
        return problem_advise(why, "let the script print less: the JSON report, on one line, has only "
                                   "products with a key");
    }
    if (span_find(line, '\0') < line.length) {
        problem_set(why, PROBLEM_PROTOCOL, "sent NUL bytes in line %zu of the output of the script",
                    output->line_count + 1);
        return problem_advise(
            why, "let the script print ASCII or UTF-8: an agent cannot hand out UTF-16 line by line");
    }
    struct span kept = without_carriage_returns(line);
    if (kept.length > 0)
        memcpy(output->bytes + output->length, kept.bytes, kept.length);
    output->length += kept.length;
    output->bytes[output->length++] = '\n'; /* fits: at most one byte more than was sent, below the limit */
    output->line_count++;
    output->sent = sent + line.length;
    return true;
}

/* The first line that says something. */
static struct span first_words(const struct snmp_output *output)
{
    struct span words = span_trim((struct span) {output->bytes, output->length});
    return span_first(span_trim(span_first(words, span_find(words, '\n'))), QUOTED_MAXIMUM);
}

/* snmpd 5.9.3 then closes the pipe; a script that dies of that has status 0. */
static bool may_be_cut(const struct snmp_output *output)
{
    return output->sent >= LARGE_BYTES || output->line_count >= LARGE_LINES;
}

static const char reading_stopped[] =
    "snmpd may have stopped reading (100 reads and 100 KiB are its limits), and the script then failed to "
    "write: let it print less, or all of it in one write";

static const char *advice_for(const struct snmp_output *output, int64_t result, bool is_silent)
{
    if (may_be_cut(output))
        return reading_stopped;
    if ((result == STATUS_NOT_STARTED && is_silent) || result == STATUS_NOT_FOUND ||
        result == STATUS_NOT_EXECUTABLE)
        return "usually the program of the extend line in snmpd.conf is missing, or the user of snmpd may "
               "not execute it: look at its path and its rights, and run it as that user";
    return "run the script by hand as the user of snmpd, and look at what it says";
}

static bool explain_failure(const struct snmp_output *output, const char *extend, int64_t result,
                            bool has_document, struct problem *why)
{
    struct span said = first_words(output);
    if (has_document)
        problem_set(why, PROBLEM_PROTOCOL,
                    "ran extend %s, which printed a document but failed with status %lld", extend,
                    (long long)result);
    else if (said.length == 0)
        problem_set(why, PROBLEM_PROTOCOL, "ran extend %s, which failed with status %lld and said nothing",
                    extend, (long long)result);
    else
        problem_set(why, PROBLEM_PROTOCOL, "ran extend %s, which failed with status %lld: %.*s", extend,
                    (long long)result, (int)said.length, said.bytes);
    return problem_advise(why, "%s", advice_for(output, result, said.length == 0));
}

static bool explain_silence(const char *extend, struct problem *why)
{
    problem_set(why, PROBLEM_MISSING, "ran extend %s, which printed nothing", extend);
    return problem_advise(why, "run the script by hand as the user of snmpd. A script that was killed, by a "
                               "limit or by hand, looks the same");
}

/* JSON shows its end by itself. */
static bool is_json(struct span text)
{
    if (span_starts_with(text, "\xEF\xBB\xBF"))
        text = span_from(text, 3);
    text = span_trim(text);
    return span_starts_with(text, "{") || span_starts_with(text, "[");
}

/* Takes the mark away from the end; false when there is none. */
static bool take_end_mark(struct span *text)
{
    struct span rest = *text;
    while (rest.length > 0 && ascii_is_blank(rest.bytes[rest.length - 1]))
        rest.length--;
    size_t begin = rest.length;
    while (begin > 0 && rest.bytes[begin - 1] != '\n')
        begin--;
    if (!span_is(span_from(rest, begin), SNMP_OUTPUT_END_MARK))
        return false;
    *text = span_first(*text, begin);
    return true;
}

static bool explain_missing_end(const struct snmp_output *output, const char *extend, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL,
                "ran extend %s, whose text does not end with the line " SNMP_OUTPUT_END_MARK
                ": its last part may be missing",
                extend);
    return problem_advise(
        why,
        "let the script print the JSON report (kms-report.ps1), which shows its own end, or "
        "behind the text, and only when the program has ended well, a last line "
        "" SNMP_OUTPUT_END_MARK "%s%s",
        may_be_cut(output) ? ". Where it does: " : "", may_be_cut(output) ? reading_stopped : "");
}

static bool explain_unreadable(const struct snmp_output *output, const char *extend, struct problem *why)
{
    problem_add_place(why, "sent the output of extend %s", extend);
    if (why->kind != PROBLEM_PROTOCOL || why->advice[0] != '\0')
        return false;
    return problem_advise(why, "%s",
                          may_be_cut(output) ? reading_stopped
                                             : "run the script by hand as the user of snmpd, and look at "
                                               "what it prints");
}

bool snmp_output_read(const struct snmp_output *output, const char *extend, int64_t result,
                      struct license_document *ret, struct problem *why)
{
    struct license_document document;
    struct span text = {output->bytes, output->length};
    bool has_end = take_end_mark(&text);
    bool is_silent = span_trim(text).length == 0;
    if (is_silent && result == 0)
        return explain_silence(extend, why);
    bool is_read = !is_silent && document_read(text, &document, why);
    if (!is_read && result != 0)
        return explain_failure(output, extend, result, false, why);
    if (!is_read)
        return explain_unreadable(output, extend, why);
    bool is_only_error = document.license_count == 0 && document.error_text != NULL;
    bool is_failed = result != 0 && !is_only_error;
    if (!is_failed && (has_end || is_only_error || is_json(text))) {
        *ret = document;
        return true;
    }
    license_document_done(&document);
    return is_failed ? explain_failure(output, extend, result, true, why)
                     : explain_missing_end(output, extend, why);
}
