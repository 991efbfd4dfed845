/* SPDX-License-Identifier: MIT */
/* Any bytes as the replies of WinRM: NUL bytes stand between two, three digits of the status in front. */
#include "fuzz_license_document.h"

#include "agents/conversation.h"

static void fill(uint8_t *bytes, size_t length)
{
    memset(bytes, 0x11, length);
}

static struct http_reply reply_of(struct span bytes)
{
    static const char *const challenges[] = {"Negotiate", "Basic realm=\"WSMAN\"", "CredSSP"};
    struct http_reply reply = {.status = 0, .has_proven_length = true};
    for (size_t i = 0; i < 3; i++)
        reply.status = reply.status * 10 + (i < bytes.length ? (unsigned char)bytes.bytes[i] % 10 : 0);
    if (reply.status < 100 || reply.status > 599)
        reply.status = 200;
    for (size_t i = 0; i < bytes.length % 4; i++)
        reply.challenges[reply.challenge_count++] = challenges[i];
    reply.body = span_from(bytes, 3);
    return reply;
}

static void require_request(const struct http_request *request)
{
    REQUIRE(request->header_count <= HTTP_REQUEST_HEADERS_MAXIMUM && request->path[0] == '/');
    REQUIRE(span_contains(request->body, "</s:Envelope>"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct agent_wishes wishes = {.authority = "kms01.corp.example.com:5986",
                                        .is_plain = size % 2 != 0,
                                        .login = (enum http_login)(size % 5),
                                        .fill_with_random = fill};
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    struct span rest = {(const char *)data, size};
    enum turn turn = conversation_start(&conversation, &winrm_agent, &wishes, &request, &why);
    size_t replies = 0, rows = 0;
    while (turn == TURN_ASK && rest.bytes != NULL) {
        require_request(&request);
        struct span bytes = span_cut(&rest, '\0');
        char *copy = copy_of(bytes.bytes, bytes.length);
        struct http_reply reply = reply_of((struct span) {copy, bytes.length});
        turn = conversation_next(&conversation, &reply, &request, &why);
        free(copy);
        replies++;
        rows = conversation.document.license_count;
    }
    REQUIRE(turn != TURN_FAILED || (why.kind != PROBLEM_NONE && why.sentence[0] != '\0'));
    REQUIRE(turn != TURN_ANSWERED || replies >= 3);
    for (size_t i = 0; i < rows; i++)
        require_license(&conversation.document.licenses[i]);
    conversation_done(&conversation);
    return 0;
}
