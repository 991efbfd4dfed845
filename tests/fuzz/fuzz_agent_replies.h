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
    REQUIRE(request->method != NULL && request->path != NULL && request->path[0] == '/');
    REQUIRE(request->header_count <= HTTP_REQUEST_HEADERS_MAXIMUM);
}

static inline void fuzz_agent(const struct agent *agent, const struct agent_wishes *wishes,
                              const uint8_t *data, size_t size)
{
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    struct span rest = {(const char *)data, size};
    enum turn turn = conversation_start(&conversation, agent, wishes, &request, &why);
    while (turn == TURN_ASK && rest.bytes != NULL) {
        struct span stream = span_cut(&rest, '\x1E');
        struct arena own = {0}; /* so that reading a header later is seen */
        char *bytes = copy_of(stream.bytes, stream.length);
        struct span copy = {bytes, stream.length};
        struct http_reply reply;
        require_request(&request);
        if (!http_stream_read(copy, &own, &reply))
            reply = (struct http_reply) {.status = 200, .body = copy, .has_proven_length = true};
        turn = conversation_next(&conversation, &reply, &request, &why);
        if (turn == TURN_ANSWERED)
            REQUIRE(reply.status == 200);
        free(bytes);
        arena_done(&own);
    }
    if (turn == TURN_FAILED)
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
    for (size_t i = 0; turn == TURN_ANSWERED && i < conversation.document.license_count; i++)
        require_license(&conversation.document.licenses[i]);
    conversation_done(&conversation);
}

#endif
