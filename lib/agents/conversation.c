/* SPDX-License-Identifier: MIT */
/* What is the same in every conversation. */
#include "agents/conversation.h"

/* Whatever the agent says, without memory there are no facts and no request. */
static enum turn check_memory(struct conversation *conversation, enum turn turn, struct problem *why)
{
    if (arena_ok(&conversation->arena) && arena_ok(&conversation->document.arena))
        return turn;
    problem_set_memory(why);
    return TURN_FAILED;
}

enum turn conversation_start(struct conversation *conversation, const struct agent *agent,
                             const struct agent_wishes *wishes, struct http_request *ret_request,
                             struct problem *why)
{
    *conversation = (struct conversation) {.agent = agent, .wishes = wishes, .turns = 1};
    *ret_request = (struct http_request) {.method = "GET"};
    return check_memory(conversation, agent->start(conversation, ret_request, why), why);
}

enum turn conversation_next(struct conversation *conversation, const struct http_reply *reply,
                            struct http_request *ret_request, struct problem *why)
{
    *ret_request = (struct http_request) {.method = "GET"};
    enum turn turn = conversation->agent->next(conversation, reply, ret_request, why);
    if (turn == TURN_ASK && conversation->turns++ == CONVERSATION_TURNS_MAXIMUM) {
        problem_set(why, PROBLEM_PROTOCOL, "did not come to an end in %d answers",
                    CONVERSATION_TURNS_MAXIMUM);
        turn = TURN_FAILED;
    }
    return check_memory(conversation, turn, why);
}

void conversation_done(struct conversation *conversation)
{
    arena_done(&conversation->arena);
    license_document_done(&conversation->document);
    *conversation = (struct conversation) {0};
}
