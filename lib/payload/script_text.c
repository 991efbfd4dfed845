/* SPDX-License-Identifier: MIT */
/* Lines of script output. */
#include "payload/script_text.h"

#include "base/unicode.h"

enum {
    WRAPPED_WIDTH_MINIMUM = 30, /* narrower consoles do not exist; shorter texts are not wrapped */
    LOST_INDENTATION = 5        /* four blanks before the lines of a block, and one at the break */
};

/* A line as it stands in the text. */
struct physical_line {
    struct span bytes;   /* without its line end */
    struct span trimmed; /* empty when the line is blank */
    bool is_ended;
};

/* CR LF, LF, CR, and any run of CR before LF end a line once: writing CR LF through a text file doubles the
 * CR. */
static bool take_line(struct span *rest, struct physical_line *ret)
{
    if (rest->length == 0)
        return false;
    size_t end = 0;
    while (end < rest->length && rest->bytes[end] != '\n' && rest->bytes[end] != '\r')
        end++;
    size_t next = end;
    while (next < rest->length && rest->bytes[next] == '\r')
        next++;
    if (next < rest->length && rest->bytes[next] == '\n')
        next++;
    ret->bytes = span_first(*rest, end);
    ret->trimmed = span_trim(ret->bytes);
    ret->is_ended = next > end;
    *rest = span_from(*rest, next);
    return true;
}

/* How many columns the line fills, near enough: well-formed UTF-8 counts once, any other byte too. */
static size_t line_width(const struct physical_line *line)
{
    if (line->trimmed.length == 0)
        return 0;
    size_t indentation = (size_t)(line->trimmed.bytes - line->bytes.bytes), width = indentation;
    for (struct span left = line->trimmed; left.length > 0; width++) {
        size_t length = utf8_character_length(left);
        left = span_from(left, length == 0 ? 1 : length);
    }
    return width;
}

void script_text_start(struct script_text *script, struct span bytes, const struct script_label *labels)
{
    *script = (struct script_text) {.rest = bytes, .labels = labels};
    text_start(&script->joined, bytes.length);
    struct physical_line line;
    for (struct span rest = bytes; take_line(&rest, &line);) {
        size_t width = line_width(&line);
        if (width > script->width) {
            script->width = width;
            script->widest_lines = 0;
        }
        script->widest_lines += width == script->width ? 1 : 0;
    }
}

/* Walks over both as long as they agree, blanks left out; returns how many bytes of the text that took.
 * *ret_words is what is left of the words. */
static size_t agree(struct span text, const char *words, const char **ret_words)
{
    size_t at = 0;
    for (;;) {
        while (*words == ' ')
            words++;
        size_t next = at;
        while (next < text.length && ascii_is_blank(text.bytes[next]))
            next++;
        *ret_words = words;
        if (*words == '\0' || next == text.length || ascii_lower(text.bytes[next]) != ascii_lower(*words))
            return at;
        at = next + 1;
        words++;
    }
}

bool script_words_begin(struct span text, const char *words, struct span *ret_rest)
{
    const char *left;
    size_t length = agree(text, words, &left);
    if (*left != '\0')
        return false;
    *ret_rest = span_trim(span_from(text, length));
    return true;
}

bool script_words_are(struct span text, const char *words)
{
    struct span rest;
    return script_words_begin(text, words, &rest) && rest.length == 0;
}

/* Spares most labels the comparison; a line begins with no blank. */
static bool has_first_letter_of(const struct script_label *label, struct span line)
{
    return line.length > 0 && ascii_lower(line.bytes[0]) == ascii_lower(label->words[0]);
}

static const struct script_label *find_label(const struct script_label *labels, struct span line,
                                             struct span *ret_value)
{
    for (const struct script_label *label = labels; label->words != NULL; label++) {
        if (has_first_letter_of(label, line) && script_words_begin(line, label->words, ret_value))
            return label;
    }
    return NULL;
}

/* True when the line is the first part of a label that a break cut in two. */
static bool is_begin_of_label(const struct script_label *labels, struct span line)
{
    for (const struct script_label *label = labels; label->words != NULL; label++) {
        const char *left;
        if (has_first_letter_of(label, line) &&
            span_trim(span_from(line, agree(line, label->words, &left))).length == 0)
            return true;
    }
    return false;
}

static bool is_full(const struct script_text *script, const struct physical_line *line)
{
    return script->width >= WRAPPED_WIDTH_MINIMUM && line_width(line) + LOST_INDENTATION >= script->width;
}

static bool begins_with_label(const struct script_text *script, const struct physical_line *line)
{
    struct span value;
    return find_label(script->labels, line->trimmed, &value) != NULL ||
           (is_full(script, line) && is_begin_of_label(script->labels, line->trimmed));
}

/* Appends the lines in which `first` goes on to script->joined, which stays empty when there are none.
 * Returns whether the last of them may be cut. */
static bool join(struct script_text *script, const struct physical_line *first)
{
    struct physical_line last = *first, next;
    while (last.is_ended && is_full(script, &last)) {
        struct span rest = script->rest;
        if (!take_line(&rest, &next))
            return script->widest_lines > 1;
        if (next.trimmed.length == 0 || begins_with_label(script, &next))
            return false;
        if (script->joined.length == 0)
            text_append_span(&script->joined, last.bytes);
        text_append_span(&script->joined, next.bytes);
        script->rest = rest;
        last = next;
    }
    return !last.is_ended;
}

bool script_text_next(struct script_text *script, struct script_line *ret)
{
    struct physical_line line;
    do {
        if (!take_line(&script->rest, &line))
            return false;
    } while (line.trimmed.length == 0);

    text_cut(&script->joined, 0);
    bool may_be_cut = join(script, &line);
    if (!text_ok(&script->joined))
        return false;
    if (script->joined.length > 0)
        line.trimmed = span_trim((struct span) {script->joined.bytes, script->joined.length});

    *ret = (struct script_line) {.whole = line.trimmed, .value = line.trimmed, .may_be_cut = may_be_cut};
    const struct script_label *label = find_label(script->labels, line.trimmed, &ret->value);
    ret->meaning = label == NULL ? SCRIPT_NO_LABEL : label->meaning;
    return true;
}

bool script_text_ok(const struct script_text *script)
{
    return text_ok(&script->joined);
}

void script_text_done(struct script_text *script)
{
    text_done(&script->joined);
}
