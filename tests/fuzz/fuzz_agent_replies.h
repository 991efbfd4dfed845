/* SPDX-License-Identifier: MIT */
/* Any bytes as the replies to a conversation, separated by the byte 0x1E: it ends, with facts that keep their
 * limits or with a problem.  A piece that is no reply of HTTP is the body of one. */
#ifndef FUZZ_AGENT_REPLIES_H
#define FUZZ_AGENT_REPLIES_H

#include "fuzz_license_document.h"

#include "../unit/test_http_stream.h"
#include "agents/conversation.h"

static inline void require_request(const struct http_request *request)
{
    require(request->method != NULL && request->path != NULL && request->path[0] == '/');
    require(request->header_count <= HTTP_REQUEST_HEADERS_MAXIMUM);
}

static inline void fuzz_agent(const struct agent *agent, const struct agent_wishes *wishes,
                              const uint8_t *data, size_t size)
{
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    struct arena arena = {0};
    struct span rest = {arena_copy(&arena, (struct span) {(const char *)data, size}), size};
    enum turn turn = conversation_start(&conversation, agent, wishes, &request, &why);
    while (turn == TURN_ASK && rest.bytes != NULL) {
        struct span stream = span_cut(&rest, '\x1E');
        struct arena own = {0}; /* so that reading one byte too many, or later, is seen */
        struct span copy = {arena_copy(&own, stream), stream.length};
        struct http_reply reply;
        require_request(&request);
        if (!http_stream_read(copy, &own, &reply))
            reply = (struct http_reply) {.status = 200, .body = copy, .has_proven_length = true};
        turn = conversation_next(&conversation, &reply, &request, &why);
        if (turn == TURN_ANSWERED)
            require(reply.status == 200);
        arena_done(&own);
    }
    if (turn == TURN_FAILED)
        require(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
    for (size_t i = 0; turn == TURN_ANSWERED && i < conversation.document.license_count; i++)
        require_license(&conversation.document.licenses[i]);
    conversation_done(&conversation);
    arena_done(&arena);
}

#endif
