/* SPDX-License-Identifier: MIT */
/* A span is a stretch of bytes that somebody else owns: a pointer and a length, never NUL terminated by
 * promise.  Received bytes always travel as spans.  Nothing here allocates or fails.
 * Letters are ASCII letters; no locale is involved. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *bytes; /* may be NULL when length is 0 */
    size_t length;
};

/* The bytes of a C string without its NUL; NULL gives the empty span. */
struct span span_of(const char *string);

/* Without leading and trailing blanks, tabs, CR, LF, VT and FF. */
struct span span_trim(struct span span);

/* From `offset` to the end; empty when the offset is beyond it. */
struct span span_from(struct span span, size_t offset);

/* At most the first `length` bytes. */
struct span span_first(struct span span, size_t length);

bool span_is(struct span span, const char *string);
bool span_is_ignoring_case(struct span span, const char *string);
bool span_equal_ignoring_case(struct span left, struct span right);
bool span_starts_with(struct span span, const char *prefix);
bool span_starts_with_ignoring_case(struct span span, const char *prefix);
bool span_contains(struct span span, const char *part);
bool span_contains_ignoring_case(struct span span, const char *part);

/* Offset of the first occurrence of a byte, or span.length when there is none. */
size_t span_find(struct span span, char byte);

/* Takes the part before `separator` off the front of *rest and returns it; the separator is dropped.  Without
 * one the whole rest is returned and *rest becomes empty with a NULL pointer, which ends a loop:
 *     for (struct span rest = list; rest.bytes != NULL;) { struct span item = span_cut(&rest, ','); ... } */
struct span span_cut(struct span *rest, char separator);

/* Same letter, whatever its case; for other bytes the byte itself. */
char ascii_lower(char byte);
bool ascii_is_blank(char byte); /* the bytes that span_trim removes */
bool ascii_is_digit(char byte);

#endif
