/* SPDX-License-Identifier: MIT */
/* Limits and sentences around jansson. */
#include "payload/strict_json.h"

#include <stddef.h>

/* Counts before jansson pays for them.  Brackets in a text cost nothing, and texts are full of them.  Up to
 * the first error of the syntax, where jansson stops, this finds the same texts as jansson does: a quote
 * begins one wherever it stands outside, and inside a backslash keeps the next byte from ending it. */
static bool is_bounded(struct span bytes)
{
    size_t count = 0;
    bool is_in_text = false;
    for (size_t i = 0; i < bytes.length; i++) {
        char byte = bytes.bytes[i];
        if (is_in_text && byte == '\\')
            i++;
        else if (byte == '"')
            is_in_text = !is_in_text;
        else
            count += !is_in_text && (byte == '{' || byte == '[');
    }
    return count <= STRICT_JSON_VALUES_MAXIMUM;
}

static bool explain(const json_error_t *error, const char *what, struct problem *why)
{
    static const struct {
        enum json_error_code code;
        const char *words;
    } reasons[] = {
        {json_error_premature_end_of_input, "it ends before it is closed, it was cut"},
        {json_error_end_of_input_expected, "something follows its end"},
        {json_error_duplicate_key, "an object has the same member twice"},
        {json_error_invalid_utf8, "it has bytes that are not UTF-8"},
        {json_error_stack_overflow, "it is nested too deeply"},
        {json_error_numeric_overflow, "a number is too large"},
        {json_error_null_character, "a text has a NUL character"},
        {json_error_null_byte_in_key, "a name has a NUL character"},
    };
    enum json_error_code code = json_error_code(error);
    if (code == json_error_out_of_memory || error->line < 0) /* below 0: jansson gave up without a word */
        return problem_set_memory(why);
    const char *words = "it breaks the syntax, or it was cut";
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == code)
            words = reasons[i].words;
    }
    return problem_set(why, PROBLEM_PROTOCOL, "%s cannot be read, line %d, column %d: %s", what, error->line,
                       error->column, words);
}

static bool load(struct span bytes, size_t flags, const char *what, json_t **ret, struct problem *why)
{
    json_error_t error = {0};
    if (!is_bounded(bytes))
        return problem_set(why, PROBLEM_PROTOCOL, "%s has more than %d objects and lists", what,
                           STRICT_JSON_VALUES_MAXIMUM);
    json_t *json =
        json_loadb(bytes.length > 0 ? bytes.bytes : "", bytes.length, JSON_REJECT_DUPLICATES | flags, &error);
    if (json == NULL)
        return explain(&error, what, why);
    *ret = json;
    return true;
}

bool strict_json_read(struct span bytes, const char *what, json_t **ret, struct problem *why)
{
    return load(bytes, 0, what, ret, why);
}

bool strict_json_read_any(struct span bytes, const char *what, json_t **ret, struct problem *why)
{
    return load(bytes, JSON_DECODE_ANY, what, ret, why);
}

struct span strict_json_text(const json_t *json)
{
    return (struct span) {json_string_value(json), json_string_length(json)};
}
