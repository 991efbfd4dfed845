/* SPDX-License-Identifier: MIT */
/* A conversation with an agent over SNMP, without the network: the twin of agents/conversation.h for another
 * protocol.  Which request comes next, given the last reply, until the facts are complete or cannot be had.
 *
 * Sentences of a problem begin with the verb: "has no extend kms: ..."; whoever drives the conversation puts
 * "snmpd at srv7:161" in front. */
#ifndef AGENTS_SNMP_CONVERSATION_H
#define AGENTS_SNMP_CONVERSATION_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "model/license.h"
#include "model/snmp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum snmp_turn { SNMP_TURN_ASK, SNMP_TURN_ANSWERED, SNMP_TURN_FAILED };

enum { SNMP_CONVERSATION_TURNS_MAXIMUM = 4000 };

/* What the user wants of the agent.  Strings outlive the conversation. */
struct snmp_wishes {
    bool is_version_1;        /* no GETBULK, no exceptions in values */
    const char *extend;       /* name of the NET-SNMP extend, at most 64 bytes */
    const char *service_name; /* display name of the licensing service on this Windows */
    uint16_t kms_port;        /* that must listen, 1688 */
};

struct snmp_conversation;

struct snmp_agent {
    const char *name; /* as operators say it: "snmpd", "the SNMP service of Windows" */
    enum snmp_turn (*start)(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                            struct problem *why);
    enum snmp_turn (*next)(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                           struct snmp_request *ret_request, struct problem *why);
};

/* --agent=snmp: the output of a script behind NET-SNMP-EXTEND-MIB, which is a document. */
extern const struct snmp_agent snmp_extend_agent;

/* --agent=snmp-windows: tables of Windows' own SNMP service, presence only. */
extern const struct snmp_agent snmp_windows_agent;

struct snmp_conversation {
    const struct snmp_agent *agent;
    const struct snmp_wishes *wishes;
    struct arena arena; /* requests, and everything that the agent keeps between two turns */
    void *state;        /* of the agent, in the arena */
    size_t turns;
    struct license_document document; /* complete after SNMP_TURN_ANSWERED */
};

/* Like conversation_start and conversation_next. */
MUST_CHECK enum snmp_turn snmp_conversation_start(struct snmp_conversation *conversation,
                                                  const struct snmp_agent *agent,
                                                  const struct snmp_wishes *wishes,
                                                  struct snmp_request *ret_request, struct problem *why);
MUST_CHECK enum snmp_turn snmp_conversation_next(struct snmp_conversation *conversation,
                                                 const struct snmp_reply *reply,
                                                 struct snmp_request *ret_request, struct problem *why);

void snmp_conversation_done(struct snmp_conversation *conversation);

#endif
