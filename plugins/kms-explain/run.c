/* SPDX-License-Identifier: MIT */
/* kms-explain from the command line to the exit code.  Everything is rendered before anything is printed, so
 * the output is whole or the exit code says that it is not. */
#include "kms-explain/run.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/problem.h"
#include "base/text.h"
#include "frame/standard_output.h"
#include "kms-explain/entry.h"
#include "kms-explain/render.h"
#include "options/help.h"
#include "options/read.h"
#include "report/clean.h"

enum { EXIT_KNOWN, EXIT_UNKNOWN, EXIT_WRONG };

/* The page of the whole catalogue has half a megabyte. */
enum { OUTPUT_MAXIMUM = 32 << 20, SENTENCE_MAXIMUM = 1024 };

/* One sentence on standard error.  It may quote what the user typed or pasted, so it is cleaned. */
static void say(const char *sentence)
{
    struct text line;
    text_start(&line, SENTENCE_MAXIMUM);
    text_append(&line, "kms-explain: ");
    clean_append(&line, span_of(sentence), false);
    text_append_byte(&line, '\n');
    fputs(text_string(&line), stderr);
    text_done(&line);
}

/* Prints the text and returns the exit code, which is no longer `outcome` when the text did not get out. */
static int print(const struct text *out, int outcome)
{
    if (!text_ok(out)) {
        say(out->has_overflowed ? "the output is larger than 32 MiB" : "out of memory");
        return EXIT_WRONG;
    }
    errno = 0;
    if (!standard_output_write(text_string(out), out->length)) {
        if (errno != EPIPE) /* a reader such as head(1) left on purpose */
            say("the output could not be written in full");
        return EXIT_WRONG;
    }
    return outcome;
}

/* A code that somebody types has all of its digits; fewer after 0x is a digit lost. */
static bool read_code(const char *word, uint32_t *ret, struct problem *why)
{
    enum { WRITTEN_LENGTH = ACTIVATION_CODE_SIZE - 1 };
    struct span text = span_of(word);
    uint32_t code;
    if (!activation_code_parse(text, &code, why))
        return false;
    if (span_starts_with_ignoring_case(text, "0x") && text.length != WRITTEN_LENGTH)
        return problem_set(why, PROBLEM_USAGE, "%s is too short: a code has 8 hex digits, such as 0xC004F038",
                           word);
    *ret = code;
    return true;
}

/* Reads the codes among the words into ret_codes, which has room for all, and says what is wrong with the
 * rest. */
static int read_codes(const struct options_rest *rest, uint32_t *ret_codes, size_t *ret_count)
{
    int outcome = EXIT_KNOWN;
    size_t count = 0;
    for (size_t i = 0; i < rest->count; i++) {
        struct problem why;
        if (!read_code(rest->words[i], &ret_codes[count], &why)) {
            say(why.sentence);
            outcome = EXIT_WRONG;
            continue;
        }
        if (activation_error_find(ret_codes[count]) == NULL && outcome < EXIT_UNKNOWN)
            outcome = EXIT_UNKNOWN;
        count++;
    }
    *ret_count = count;
    return outcome;
}

static void render(const struct explain_config *config, const struct selection *selection, struct text *out)
{
    switch ((enum explain_format)config->format) {
    case EXPLAIN_TEXT:
        if (config->list != EXPLAIN_LIST_NOTHING)
            render_list(selection, out);
        else
            render_text(selection, out);
        return;
    case EXPLAIN_JSON:
        render_json(selection, out);
        return;
    case EXPLAIN_TSV:
        render_tsv(selection, out);
        return;
    case EXPLAIN_HTML:
        render_html(selection, out);
        return;
    }
}

/* What was asked for makes sense as a whole. */
static bool is_request_complete(const struct explain_config *config, const struct options_rest *rest,
                                struct problem *why)
{
    bool has_list = config->list != EXPLAIN_LIST_NOTHING;
    bool has_filter = config->search != NULL || config->applies_to != 0;
    if (rest->count == 0 && !has_list && !has_filter)
        return problem_set(
            why, PROBLEM_USAGE,
            "no code was given: write kms-explain CODE, or --list, --search, --applies-to (--help tells "
            "more)");
    if (rest->count > 0 && has_list)
        return problem_set(
            why, PROBLEM_USAGE,
            "--list does not go together with a code (%.40s): leave one of them out; every code of the "
            "catalogue is --list=all",
            rest->words[0]);
    return true;
}

static int explain(const struct explain_config *config, const struct options_rest *rest, struct arena *arena,
                   struct text *out)
{
    struct problem why;
    struct selection selection;
    uint32_t *codes = NULL;
    size_t count = 0;
    int outcome = EXIT_KNOWN;
    if (!is_request_complete(config, rest, &why)) {
        say(why.sentence);
        return EXIT_WRONG;
    }
    if (rest->count > 0) {
        codes = arena_allocate(arena, rest->count * sizeof *codes);
        if (codes == NULL) {
            say("out of memory");
            return EXIT_WRONG;
        }
        outcome = read_codes(rest, codes, &count);
    }
    if (!select_entries(config, codes, count, arena, &selection)) {
        say("out of memory");
        return EXIT_WRONG;
    }
    if (selection.count == 0 && (codes == NULL || count > 0)) {
        say("nothing found: no code passes the filters");
        outcome = outcome < EXIT_UNKNOWN ? EXIT_UNKNOWN : outcome;
    }
    render(config, &selection, out);
    return print(out, outcome);
}

int explain_run(int argc, const char *const argv[])
{
    const struct options_world world = {NULL};
    struct arena arena = {0};
    struct explain_config config;
    struct options_rest rest;
    struct problem why;
    struct text out;
    int outcome = EXIT_WRONG;
    standard_output_prepare();
    signal(SIGPIPE, SIG_IGN);
    text_start(&out, OUTPUT_MAXIMUM);
    switch (options_read(&kms_explain_program, &world, argc, argv, &arena, &config, &rest, &why)) {
    case OPTIONS_READY:
        outcome = explain(&config, &rest, &arena, &out);
        break;
    case OPTIONS_HELP:
        help_write(&kms_explain_program, KMS_VERSION, &out);
        outcome = print(&out, EXIT_KNOWN);
        break;
    case OPTIONS_VERSION:
        text_append(&out, "kms-explain " KMS_VERSION "\n");
        outcome = print(&out, EXIT_KNOWN);
        break;
    case OPTIONS_WRONG:
        say(why.sentence);
        break;
    }
    text_done(&out);
    arena_done(&arena);
    return outcome;
}
