/* SPDX-License-Identifier: MIT */
/* Cleaning of text on its way out. */
#include "report/clean.h"

#include "base/unicode.h"

/* The byte to print for one character of `length` bytes at the front; length 0 is a byte that is no UTF-8. */
static char printable(struct span bytes, size_t length, bool is_first_line)
{
    char byte = bytes.bytes[0];
    if (length != 1)
        return '?';
    switch (byte) {
    case '|':
        return '/';
    case '<':
        return '(';
    case '>':
        return ')';
    case '`':
        return '\'';
    case '$':
        return '?';
    case '\\':
        return bytes.length > 1 && (bytes.bytes[1] == 'n' || bytes.bytes[1] == 't') ? '/' : byte;
    case ';':
        return is_first_line ? ',' : byte;
    default:
        return byte < ' ' || byte > '~' ? ' ' : byte;
    }
}

void clean_append(struct text *line, struct span foreign, bool is_first_line)
{
    bool has_begun = false, has_blank = false; /* what comes out begins with no blank */
    while (foreign.length > 0) {
        size_t length = utf8_character_length(foreign); /* 0: some other code page, one byte at a time */
        char byte = printable(foreign, length, is_first_line);
        foreign = span_from(foreign, length > 0 ? length : 1);
        if (byte == ' ') {
            has_blank = has_begun;
            continue;
        }
        if (has_blank)
            text_append_byte(line, ' ');
        text_append_byte(line, byte);
        has_begun = true;
        has_blank = false;
    }
}

void clean_append_short(struct text *line, struct span foreign, bool is_first_line, size_t maximum)
{
    size_t start = line->length;
    clean_append(line, foreign, is_first_line);
    if (line->length - start > maximum) {
        text_cut(line, start + maximum - 2);
        while (line->length > start && line->bytes[line->length - 1] == ' ')
            text_cut(line, line->length - 1);
        text_append(line, "..");
    }
}
