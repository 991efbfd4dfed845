/* SPDX-License-Identifier: MIT */
/* Text: a bounded string builder. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_start(struct text *text, size_t maximum)
{
    *text = (struct text) {.maximum = maximum};
}

/* Room for `extra` more bytes and the NUL; false (and remembered) when there is no memory. */
static bool grow(struct text *text, size_t extra)
{
    size_t needed = text->length + extra + 1;
    if (needed <= text->capacity)
        return true;
    size_t capacity = text->capacity < 128 ? 128 : text->capacity * 2;
    if (capacity < needed)
        capacity = needed;
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->has_no_memory = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_append_span(struct text *text, struct span bytes)
{
    if (bytes.length > text->maximum - text->length) {
        text->has_overflowed = true;
        bytes.length = text->maximum - text->length;
    }
    if (bytes.length == 0 || !grow(text, bytes.length))
        return;
    memcpy(text->bytes + text->length, bytes.bytes, bytes.length);
    text->length += bytes.length;
    text->bytes[text->length] = '\0';
}

void text_append(struct text *text, const char *string)
{
    text_append_span(text, span_of(string));
}

void text_append_byte(struct text *text, char byte)
{
    text_append_span(text, (struct span) {&byte, 1});
}

void text_append_format(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        text->has_overflowed = true; /* vsnprintf refused it: nothing was kept */
    if (length > 0 && grow(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
        if (text->length > text->maximum) {
            text->has_overflowed = true;
            text_cut(text, text->maximum);
        }
    }
    va_end(again);
}

void text_cut(struct text *text, size_t length)
{
    if (length < text->length) {
        text->length = length;
        text->bytes[length] = '\0';
    }
}

bool text_ok(const struct text *text)
{
    return !text->has_overflowed && !text->has_no_memory;
}

const char *text_string(const struct text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

void text_done(struct text *text)
{
    free(text->bytes);
    *text = (struct text) {0};
}
