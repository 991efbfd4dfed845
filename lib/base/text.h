/* SPDX-License-Identifier: MIT */
/* A text is a growing string with a maximum from birth.  It remembers its first failure, so building one is a
 * plain list of appends and one question at the end.  What fits is kept: a full text holds the longest
 * prefix. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes; /* NULL until the first append; else NUL terminated */
    size_t length, capacity, maximum;
    bool has_overflowed, has_no_memory;
};

/* An empty text that will never hold more than `maximum` bytes (not counting the NUL). */
void text_start(struct text *text, size_t maximum);

void text_append(struct text *text, const char *string);
void text_append_span(struct text *text, struct span bytes);
void text_append_byte(struct text *text, char byte);
void text_append_format(struct text *text, const char *format, ...) LIKE_PRINTF(2, 3);

/* Forgets everything after the first `length` bytes; failures stay remembered. */
void text_cut(struct text *text, size_t length);

/* True when every append so far was kept whole. */
bool text_ok(const struct text *text);

/* The string so far, never NULL.  Valid until the next append. */
const char *text_string(const struct text *text);

void text_done(struct text *text);

#endif
