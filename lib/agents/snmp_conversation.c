/* SPDX-License-Identifier: MIT */
/* What is the same in every conversation over SNMP. */
#include "agents/snmp_conversation.h"

/* Whatever the agent says, without memory there are no facts and no request. */
static enum snmp_turn check_memory(struct snmp_conversation *conversation, enum snmp_turn turn,
                                   struct problem *why)
{
    if (arena_ok(&conversation->arena) && arena_ok(&conversation->document.arena))
        return turn;
    problem_set_memory(why);
    return SNMP_TURN_FAILED;
}

enum snmp_turn snmp_conversation_start(struct snmp_conversation *conversation, const struct snmp_agent *agent,
                                       const struct snmp_wishes *wishes, struct snmp_request *ret_request,
                                       struct problem *why)
{
    *conversation = (struct snmp_conversation) {.agent = agent, .wishes = wishes, .turns = 1};
    *ret_request = (struct snmp_request) {.kind = SNMP_GET};
    return check_memory(conversation, agent->start(conversation, ret_request, why), why);
}

enum snmp_turn snmp_conversation_next(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                      struct snmp_request *ret_request, struct problem *why)
{
    *ret_request = (struct snmp_request) {.kind = SNMP_GET};
    enum snmp_turn turn = conversation->agent->next(conversation, reply, ret_request, why);
    if (turn == SNMP_TURN_ASK && conversation->turns++ == SNMP_CONVERSATION_TURNS_MAXIMUM) {
        problem_set(why, PROBLEM_PROTOCOL, "did not come to an end in %d answers",
                    SNMP_CONVERSATION_TURNS_MAXIMUM);
        turn = SNMP_TURN_FAILED;
    }
    return check_memory(conversation, turn, why);
}

void snmp_conversation_done(struct snmp_conversation *conversation)
{
    arena_done(&conversation->arena);
    license_document_done(&conversation->document);
    *conversation = (struct snmp_conversation) {0};
}
