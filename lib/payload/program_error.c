/* SPDX-License-Identifier: MIT */
/* Errors of scripts. */
#include "payload/program_error.h"

#include "base/number.h"
#include "payload/script_text.h"

#include <stddef.h>

enum {
    CODE_DIGITS = 8,
    WORDS_MAXIMUM = 400 /* more than any message of the scripts */
};

/* What stands around an error.  None of these continues a wrapped line. */
enum meaning { UNLABELLED = SCRIPT_NO_LABEL, ERROR, ERROR_CODE, REMARK };

static const struct script_label labels[] = {
    {"Error:", ERROR},
    {"ERROR CODE:", ERROR_CODE},
    {"ERROR DESCRIPTION:", REMARK},
    {"Microsoft (R) Windows Script Host", REMARK},
    {"Copyright (C)", REMARK},
    {"Software licensing service version:", REMARK},
    {"---", REMARK}, /* the frame of ospp.vbs */
    {NULL, UNLABELLED},
};

/* "0x" and exactly eight hex digits, anywhere in the line. */
static bool find_code(struct span line, struct known_number *ret)
{
    for (; line.length > 0; line = span_from(line, 1)) {
        uint32_t code, more;
        struct span digits = span_from(line, 2);
        if (span_starts_with_ignoring_case(line, "0x") && digits.length >= CODE_DIGITS &&
            number_parse_hex(span_first(digits, CODE_DIGITS), &code) &&
            !number_parse_hex(span_first(span_from(digits, CODE_DIGITS), 1), &more)) {
            *ret = (struct known_number) {.is_known = true, .value = code};
            return true;
        }
    }
    return false;
}

/* "Error: ...", "Input Error: ...", "Error 0x...", or any word, a colon and a code. */
static bool is_error(const struct script_line *line, bool has_code)
{
    if (line->meaning == ERROR || line->meaning == ERROR_CODE)
        return true;
    if (line->meaning == REMARK)
        return false;
    struct span before_colon = span_first(line->whole, span_find(line->whole, ':'));
    bool has_colon = before_colon.length < line->whole.length;
    return (has_colon && (has_code || span_contains_ignoring_case(before_colon, "error"))) ||
           (has_code && span_starts_with_ignoring_case(line->whole, "Error "));
}

void program_error_note(struct span words, struct license_document *document)
{
    struct known_number code = {0};
    if (document->error_text != NULL)
        return;
    find_code(words, &code);
    document->error_text = arena_copy(&document->arena, span_first(words, WORDS_MAXIMUM));
    document->error = code;
}

void program_error_find(struct span text, struct license_document *document)
{
    struct script_text script;
    struct script_line line;
    script_text_start(&script, text, labels);
    while (document->error_text == NULL && script_text_next(&script, &line)) {
        struct known_number code = {0};
        if (!is_error(&line, find_code(line.whole, &code)))
            continue;
        program_error_note(line.meaning == ERROR ? line.value : line.whole, document);
    }
    if (!script_text_ok(&script))
        document->arena.has_failed = true;
    script_text_done(&script);
}
