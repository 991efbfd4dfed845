/* SPDX-License-Identifier: MIT */
/* Markdown. */
#include "guide/markdown.h"

#include <string.h>

#include "base/span.h"

static bool is_of_a_word(char byte)
{
    return ascii_is_digit(byte) || (ascii_lower(byte) >= 'a' && ascii_lower(byte) <= 'z');
}

/* Whether byte number `i` would be a mark.  An underscore within a word is none. */
static bool is_mark(struct span word, size_t i)
{
    if (word.bytes[i] == '_')
        return i == 0 || i + 1 == word.length || !is_of_a_word(word.bytes[i - 1]) ||
               !is_of_a_word(word.bytes[i + 1]);
    return strchr("\\`*[]<>|#~", word.bytes[i]) != NULL;
}

static void append_span(struct text *text, struct span word)
{
    for (size_t i = 0; i < word.length; i++) {
        if (is_mark(word, i))
            text_append_byte(text, '\\');
        text_append_byte(text, word.bytes[i]);
    }
}

static size_t width_of(struct span word)
{
    size_t width = word.length;
    for (size_t i = 0; i < word.length; i++)
        width += is_mark(word, i) ? 1 : 0;
    return width;
}

void markdown_text(struct text *text, const char *string)
{
    append_span(text, span_of(string));
}

static size_t column_of(const struct text *text)
{
    size_t column = 0;
    while (column < text->length && text->bytes[text->length - 1 - column] != '\n')
        column++;
    return column;
}

/* A word that would be the mark of a list at the begin of a line. */
static bool may_begin_a_line(struct span word)
{
    bool is_digit = word.length > 0 && word.bytes[0] >= '0' && word.bytes[0] <= '9';
    return word.length > 0 && strchr("-+=", word.bytes[0]) == NULL &&
           !(is_digit && strchr(".)", word.bytes[word.length - 1]) != NULL);
}

/* Words until the end of the string, on lines that begin with `indent` blanks; then the end of the line. */
static void append_lines(struct text *text, const char *string, size_t indent)
{
    bool is_first = true;
    while (*string != '\0') {
        size_t length = strcspn(string, " ");
        struct span word = {string, length};
        bool is_broken =
            !is_first && column_of(text) + 1 + width_of(word) > MARKDOWN_COLUMNS && may_begin_a_line(word);
        if (is_broken)
            text_append_format(text, "\n%*s", (int)indent, "");
        else if (!is_first)
            text_append_byte(text, ' ');
        append_span(text, word);
        string += length + strspn(string + length, " ");
        is_first = false;
    }
    text_append_byte(text, '\n');
}

void markdown_code(struct text *text, const char *string)
{
    text_append_format(text, "`%s`", string);
}

void markdown_heading(struct text *text, unsigned level, const char *title)
{
    text_append_byte(text, '\n');
    while (level-- > 0)
        text_append_byte(text, '#');
    text_append_byte(text, ' ');
    markdown_text(text, title);
    text_append(text, "\n\n");
}

void markdown_paragraph(struct text *text, const char *string)
{
    append_lines(text, string, 0);
    text_append_byte(text, '\n');
}

void markdown_item(struct text *text, const char *label, const char *string)
{
    if (string == NULL)
        return;
    text_append_format(text, "- **%s:** ", label);
    append_lines(text, string, 2);
}

void markdown_step(struct text *text, size_t number, const char *string)
{
    text_append_format(text, "  %zu. ", number);
    append_lines(text, string, 5);
}
