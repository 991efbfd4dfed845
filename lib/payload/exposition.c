/* SPDX-License-Identifier: MIT */
/* Lines of metrics. */
#include "payload/exposition.h"

#include "base/number.h"
#include "base/unicode.h"
#include "payload/exposition_value.h"

#include <string.h>

void exposition_start(struct exposition *exposition, struct span bytes)
{
    *exposition = (struct exposition) {.rest = bytes};
}

void exposition_done(struct exposition *exposition)
{
    arena_done(&exposition->unescaped);
    *exposition = (struct exposition) {0};
}

static bool complain(struct exposition *exposition, const char *complaint)
{
    exposition->complaint = complaint;
    return false;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static void skip_blanks(struct span *rest)
{
    size_t blanks = 0;
    while (blanks < rest->length && is_blank(rest->bytes[blanks]))
        blanks++;
    *rest = span_from(*rest, blanks);
}

/* Takes the byte off the front of the rest when it is there. */
static bool take_byte(struct span *rest, char byte)
{
    if (rest->length == 0 || rest->bytes[0] != byte)
        return false;
    *rest = span_from(*rest, 1);
    return true;
}

static bool is_name_byte(char byte, bool is_first, bool is_of_label)
{
    char lower = ascii_lower(byte);
    return (lower >= 'a' && lower <= 'z') || byte == '_' || (byte == ':' && !is_of_label) ||
           (ascii_is_digit(byte) && !is_first);
}

/* The name at the front; empty when there is none. */
static struct span take_name(struct span *rest, bool is_of_label)
{
    size_t length = 0;
    while (length < rest->length && is_name_byte(rest->bytes[length], length == 0, is_of_label))
        length++;
    struct span name = span_first(*rest, length);
    *rest = span_from(*rest, length);
    return name;
}

/* Everything up to the next blank. */
static struct span take_word(struct span *rest)
{
    size_t length = 0;
    while (length < rest->length && !is_blank(rest->bytes[length]))
        length++;
    struct span word = span_first(*rest, length);
    *rest = span_from(*rest, length);
    return word;
}

/* The length of the value up to its closing quote, which stays; *ret_escapes counts the backslashes that
 * begin an escape. */
static bool measure_value(struct exposition *exposition, struct span rest, size_t *ret_length,
                          size_t *ret_escapes)
{
    size_t length = 0, escapes = 0;
    while (length < rest.length && rest.bytes[length] != '"') {
        if (rest.bytes[length] == '\\') {
            struct span escaped = span_first(span_from(rest, length + 1), 1);
            if (!span_is(escaped, "\\") && !span_is(escaped, "\"") && !span_is(escaped, "n"))
                return complain(exposition, "a label value has an unknown escape");
            escapes++;
            length++;
        }
        length++;
    }
    if (length >= rest.length)
        return complain(exposition, "a label value is not closed");
    *ret_length = length;
    *ret_escapes = escapes;
    return true;
}

/* The value without its escapes, in memory of its own. */
static struct span unescape(struct exposition *exposition, struct span value, size_t escapes)
{
    char *bytes = arena_allocate(&exposition->unescaped, value.length - escapes);
    size_t length = 0;
    if (bytes == NULL)
        return (struct span) {NULL, 0};
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.bytes[i];
        if (byte == '\\') {
            byte = value.bytes[++i];
            byte = byte == 'n' ? '\n' : byte;
        }
        bytes[length++] = byte;
    }
    return (struct span) {bytes, length};
}

static bool has_label(const struct exposition_sample *sample, struct span name)
{
    for (size_t i = 0; i < sample->label_count; i++) {
        if (sample->labels[i].name.length == name.length &&
            memcmp(sample->labels[i].name.bytes, name.bytes, name.length) == 0)
            return true;
    }
    return false;
}

/* name="value" */
static bool read_label(struct exposition *exposition, struct span *rest, struct exposition_sample *sample)
{
    size_t length, escapes;
    struct span name = take_name(rest, true);
    if (name.length == 0)
        return complain(exposition, "a label has no name");
    if (has_label(sample, name))
        return complain(exposition, "a label is there twice");
    if (sample->label_count == EXPOSITION_LABELS_MAXIMUM)
        return complain(exposition, "it has too many labels");
    skip_blanks(rest);
    if (!take_byte(rest, '='))
        return complain(exposition, "a label has no value");
    skip_blanks(rest);
    if (!take_byte(rest, '"'))
        return complain(exposition, "a label value is not in quotes");
    if (!measure_value(exposition, *rest, &length, &escapes))
        return false;
    struct span value = span_first(*rest, length);
    *rest = span_from(*rest, length + 1);
    sample->labels[sample->label_count++] = (struct exposition_label) {
        .name = name, .value = escapes > 0 ? unescape(exposition, value, escapes) : value};
    return arena_ok(&exposition->unescaped);
}

/* Everything between the braces, the closing one included. */
static bool read_labels(struct exposition *exposition, struct span *rest, struct exposition_sample *sample)
{
    skip_blanks(rest);
    while (!take_byte(rest, '}')) {
        if (!read_label(exposition, rest, sample))
            return false;
        skip_blanks(rest);
        if (!take_byte(rest, ',') && !span_starts_with(*rest, "}"))
            return complain(exposition, "its labels are not closed");
        skip_blanks(rest);
    }
    return true;
}

static bool read_sample(struct exposition *exposition, struct span rest, struct exposition_sample *sample)
{
    int64_t timestamp;
    sample->name = take_name(&rest, false);
    sample->label_count = 0;
    sample->line = exposition->line;
    if (sample->name.length == 0)
        return complain(exposition, "it is neither a sample nor a comment");
    bool has_blank = rest.length > 0 && is_blank(rest.bytes[0]);
    skip_blanks(&rest);
    if (take_byte(&rest, '{')) {
        if (!read_labels(exposition, &rest, sample))
            return false;
    } else if (!has_blank) {
        return complain(exposition, "it is neither a sample nor a comment");
    }
    skip_blanks(&rest);
    if (!exposition_value_read(take_word(&rest), &sample->value))
        return complain(exposition, "its value is no number");
    skip_blanks(&rest);
    if (rest.length > 0 && !number_parse_signed(take_word(&rest), &timestamp))
        return complain(exposition, "its timestamp is no number");
    skip_blanks(&rest);
    return rest.length == 0 || complain(exposition, "something follows its timestamp");
}

/* The next line without its end. */
static bool take_line(struct exposition *exposition, struct span *ret_line)
{
    struct span rest = exposition->rest;
    if (rest.length == 0)
        return false;
    exposition->line++;
    size_t end = span_find(rest, '\n');
    if (end == rest.length)
        return complain(exposition, "it is the last one and has no line feed, it was cut");
    if (end > EXPOSITION_LINE_MAXIMUM)
        return complain(exposition, "it is too long");
    if (exposition->line > EXPOSITION_LINES_MAXIMUM)
        return complain(exposition, "there are too many lines");
    struct span line = span_first(rest, end);
    exposition->rest = span_from(rest, end + 1);
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    if (!utf8_is_valid(line))
        return complain(exposition, "it has bytes that are not UTF-8");
    if (span_find(line, '\0') < line.length)
        return complain(exposition, "it has a NUL byte");
    *ret_line = line;
    return true;
}

bool exposition_next(struct exposition *exposition, struct exposition_sample *ret)
{
    struct span line;
    while (exposition->complaint == NULL && arena_ok(&exposition->unescaped) &&
           take_line(exposition, &line)) {
        skip_blanks(&line);
        if (line.length > 0 && line.bytes[0] != '#')
            return read_sample(exposition, line, ret);
    }
    return false;
}

bool exposition_ok(const struct exposition *exposition, struct problem *why)
{
    if (!arena_ok(&exposition->unescaped))
        return problem_set_memory(why);
    if (exposition->complaint != NULL)
        return problem_set(why, PROBLEM_PROTOCOL, "line %zu of the metrics cannot be read: %s",
                           exposition->line, exposition->complaint);
    return true;
}

struct span exposition_label(const struct exposition_sample *sample, const char *name)
{
    for (size_t i = 0; i < sample->label_count; i++) {
        if (span_is(sample->labels[i].name, name))
            return sample->labels[i].value;
    }
    return (struct span) {NULL, 0};
}
