/* SPDX-License-Identifier: MIT */
/* A reply as it comes over the wire, status line to body, as the value that a conversation takes: for
 * fixtures that are whole byte streams, and for fuzzing.  It knows as much of HTTP as fixtures need:
 * Content-Length, chunks, and the end of the connection. */
#ifndef TEST_HTTP_STREAM_H
#define TEST_HTTP_STREAM_H

#include "base/arena.h"
#include "base/number.h"
#include "base/span.h"
#include "model/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline struct span http_stream_line(struct span *rest)
{
    return span_trim(span_cut(rest, '\n'));
}

/* The bytes of the chunks in one piece; false when the last one is missing. */
static inline bool http_stream_read_chunks(struct span rest, struct arena *arena, struct span *ret_body)
{
    char *bytes = arena_allocate(arena, rest.length + 1);
    size_t length = 0;
    uint32_t size = 1;
    while (bytes != NULL && size > 0) {
        if (span_find(rest, '\n') == rest.length || !number_parse_hex(http_stream_line(&rest), &size) ||
            rest.length < (size_t)size + 2)
            return false;
        for (size_t i = 0; i < size; i++)
            bytes[length++] = rest.bytes[i];
        rest = span_from(rest, (size_t)size + 2);
    }
    *ret_body = (struct span) {bytes, length};
    return bytes != NULL;
}

/* False when the stream is no reply, or was cut where its headers show that.  Strings live in `arena`. */
static inline bool http_stream_read(struct span stream, struct arena *arena, struct http_reply *ret)
{
    struct http_reply reply = {0};
    struct span rest = stream, line = http_stream_line(&rest);
    uint64_t status, length = 0;
    bool is_chunked = false, has_length = false;
    struct span code = span_first(span_from(line, span_find(line, ' ') + 1), 3);
    if (!span_starts_with(line, "HTTP/1.") || !number_parse_unsigned(code, &status) || status < 100 ||
        status > 599)
        return false;
    reply.status = (int)status;
    while ((line = http_stream_line(&rest)).length > 0) {
        struct span name = span_first(line, span_find(line, ':'));
        struct span value = span_trim(span_from(line, name.length + 1));
        if (span_is_ignoring_case(name, "Content-Type"))
            reply.content_type = arena_copy(arena, value);
        else if (span_is_ignoring_case(name, "Server"))
            reply.server = arena_copy(arena, value);
        else if (span_is_ignoring_case(name, "Location"))
            reply.location = arena_copy(arena, value);
        else if (span_is_ignoring_case(name, "WWW-Authenticate") &&
                 reply.challenge_count < HTTP_CHALLENGES_MAXIMUM)
            reply.challenges[reply.challenge_count++] = arena_copy(arena, value);
        else if (span_is_ignoring_case(name, "Transfer-Encoding"))
            is_chunked = span_is(value, "chunked");
        else if (span_is_ignoring_case(name, "Content-Length"))
            has_length = number_parse_unsigned(value, &length);
    }
    if (rest.bytes == NULL || (has_length && rest.length < length))
        return false; /* it ended among the headers, or in the body */
    reply.has_proven_length = has_length || is_chunked;
    reply.body = has_length ? span_first(rest, length) : rest;
    if (is_chunked && !http_stream_read_chunks(rest, arena, &reply.body))
        return false;
    *ret = reply;
    return true;
}

#endif
