/* SPDX-License-Identifier: MIT */
/* A whole conversation with NSClient++.  The first byte chooses how it is asked, the rest are replies,
 * separated by bytes of 0xFF, each with the status of its first byte and a body.  It ends, with facts or with
 * a sentence, within the questions that there are. */
#include "fuzz_license_document.h"

#include "agents/conversation.h"

enum { WAYS = 8, QUESTIONS_MAXIMUM = 6, SEPARATOR = 0xFF };

static int status_of(uint8_t byte)
{
    static const int statuses[] = {200, 401, 403, 404, 410, 500, 503, 302, 400, 202};
    return byte >= 'a' && byte < 'a' + (int)(sizeof statuses / sizeof statuses[0]) ? statuses[byte - 'a']
                                                                                   : 200;
}

static struct agent_wishes wishes_of(uint8_t byte)
{
    static const char *const commands[] = {NULL, "kms_report", "check_activation", NULL};
    bool is_legacy = byte % WAYS >= WAYS / 2;
    return (struct agent_wishes) {.authority = "wks-001.corp.example.com:8443",
                                  .command = commands[byte % (WAYS / 2)],
                                  .login = is_legacy ? HTTP_LOGIN_HEADER : HTTP_LOGIN_BASIC,
                                  .password = is_legacy ? "secret" : NULL,
                                  .is_legacy = is_legacy};
}

/* The next reply off the front, its body in memory of its own size. */
static char *take_reply(const uint8_t **data, size_t *size, struct http_reply *ret)
{
    const uint8_t *end = *size > 0 ? memchr(*data, SEPARATOR, *size) : NULL;
    size_t length = end != NULL ? (size_t)(end - *data) : *size;
    size_t body_length = length > 0 ? length - 1 : 0;
    char *body = copy_of(length > 0 ? *data + 1 : *data, body_length);
    *ret = (struct http_reply) {.status = length > 0 ? status_of(**data) : 200, .body = {body, body_length}};
    size_t taken = end != NULL ? length + 1 : length;
    *data += taken;
    *size -= taken;
    return body;
}

static void check_request(const struct http_request *request)
{
    REQUIRE(request->path[0] == '/' && strlen(request->path) <= 6000);
    for (const char *byte = request->path; *byte != '\0'; byte++)
        REQUIRE(*byte > ' ' && *byte < 0x7F);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct agent_wishes wishes = wishes_of(data[0]);
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    size_t questions = 0;
    data++;
    size--;
    enum turn turn = conversation_start(&conversation, &nsclient_agent, &wishes, &request, &why);
    while (turn == TURN_ASK) {
        struct http_reply reply;
        check_request(&request);
        REQUIRE(++questions <= QUESTIONS_MAXIMUM);
        char *body = take_reply(&data, &size, &reply);
        turn = conversation_next(&conversation, &reply, &request, &why);
        free(body);
        REQUIRE(reply.status == 200 || turn == TURN_FAILED);
    }
    if (turn == TURN_FAILED)
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
    for (size_t i = 0; turn == TURN_ANSWERED && i < conversation.document.license_count; i++)
        require_license(&conversation.document.licenses[i]);
    conversation_done(&conversation);
    return 0;
}
