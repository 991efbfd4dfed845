/* SPDX-License-Identifier: MIT */
/* Spans: bytes with their length. */
#include "base/span.h"

#include <string.h>

char ascii_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

bool ascii_is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool ascii_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

struct span span_of(const char *string)
{
    return (struct span) {string, string == NULL ? 0 : strlen(string)};
}

struct span span_trim(struct span span)
{
    while (span.length > 0 && ascii_is_blank(span.bytes[0]))
        span = span_from(span, 1);
    while (span.length > 0 && ascii_is_blank(span.bytes[span.length - 1]))
        span.length--;
    return span;
}

struct span span_from(struct span span, size_t offset)
{
    if (offset > span.length)
        offset = span.length;
    if (offset == 0)
        return span;
    return (struct span) {span.bytes + offset, span.length - offset};
}

struct span span_first(struct span span, size_t length)
{
    return (struct span) {span.bytes, length < span.length ? length : span.length};
}

static bool is_same(const char *left, const char *right, size_t length, bool ignore_case)
{
    for (size_t i = 0; i < length; i++) {
        if (left[i] != right[i] && !(ignore_case && ascii_lower(left[i]) == ascii_lower(right[i])))
            return false;
    }
    return true;
}

static bool starts_with(struct span span, struct span prefix, bool ignore_case)
{
    return span.length >= prefix.length && is_same(span.bytes, prefix.bytes, prefix.length, ignore_case);
}

static bool contains(struct span span, struct span part, bool ignore_case)
{
    for (; span.length >= part.length && span.length > 0; span = span_from(span, 1)) {
        if (is_same(span.bytes, part.bytes, part.length, ignore_case))
            return true;
    }
    return part.length == 0;
}

bool span_is(struct span span, const char *string)
{
    return span.length == strlen(string) && starts_with(span, span_of(string), false);
}

bool span_is_ignoring_case(struct span span, const char *string)
{
    return span_equal_ignoring_case(span, span_of(string));
}

bool span_equal_ignoring_case(struct span left, struct span right)
{
    return left.length == right.length && starts_with(left, right, true);
}

bool span_starts_with(struct span span, const char *prefix)
{
    return starts_with(span, span_of(prefix), false);
}

bool span_starts_with_ignoring_case(struct span span, const char *prefix)
{
    return starts_with(span, span_of(prefix), true);
}

bool span_contains(struct span span, const char *part)
{
    return contains(span, span_of(part), false);
}

bool span_contains_ignoring_case(struct span span, const char *part)
{
    return contains(span, span_of(part), true);
}

size_t span_find(struct span span, char byte)
{
    size_t at = 0;
    while (at < span.length && span.bytes[at] != byte)
        at++;
    return at;
}

struct span span_cut(struct span *rest, char separator)
{
    size_t at = span_find(*rest, separator);
    struct span part = span_first(*rest, at);
    *rest = at == rest->length ? (struct span) {NULL, 0} : span_from(*rest, at + 1);
    return part;
}
