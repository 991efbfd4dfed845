/* SPDX-License-Identifier: MIT */
/* Reader: a bounded cursor with a sticky error. */
#include "base/reader.h"

struct reader reader_over(struct span bytes)
{
    return (struct reader) {.rest = bytes};
}

size_t reader_remaining(const struct reader *reader)
{
    return reader->rest.length;
}

struct span reader_bytes(struct reader *reader, size_t length)
{
    if (reader->has_failed || length > reader->rest.length) {
        reader->has_failed = true;
        return (struct span) {NULL, 0};
    }
    struct span bytes = span_first(reader->rest, length);
    reader->rest = span_from(reader->rest, length);
    return bytes;
}

uint8_t reader_byte(struct reader *reader)
{
    struct span byte = reader_bytes(reader, 1);
    return byte.length == 1 ? (uint8_t)byte.bytes[0] : 0;
}

uint16_t reader_u16_little(struct reader *reader)
{
    struct span two = reader_bytes(reader, 2);
    if (two.length != 2)
        return 0;
    unsigned low = (uint8_t)two.bytes[0], high = (uint8_t)two.bytes[1];
    return (uint16_t)(low | high << 8);
}

bool reader_line(struct reader *reader, struct span *ret_line, bool *ret_is_ended)
{
    struct span rest = reader->rest;
    if (reader->has_failed || rest.length == 0)
        return false;
    size_t end = 0;
    while (end < rest.length && rest.bytes[end] != '\n' && rest.bytes[end] != '\r')
        end++;
    *ret_line = span_first(rest, end);
    *ret_is_ended = end < rest.length;
    size_t next = end;
    if (next < rest.length && rest.bytes[next] == '\r')
        next++;
    if (next < rest.length && rest.bytes[next] == '\n')
        next++;
    reader->rest = span_from(rest, next);
    return true;
}
