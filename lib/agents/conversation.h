/* SPDX-License-Identifier: MIT */
/* A conversation with an agent over HTTP, without the network: which request comes next, given the last
 * reply, until the facts are complete or cannot be had.  Pure: no clock, no socket, no library of a
 * transport.
 *
 *     enum turn turn = conversation_start(&conversation, &winrm_agent, &wishes, &request, &why);
 *     while (turn == TURN_ASK)
 *         turn = conversation_next(&conversation, &(the reply to request), &request, &why);
 *
 * Sentences of a problem begin with the verb: "answered 403: ..."; whoever drives the conversation puts
 * "NSClient++ at srv7:8443" in front.  An agent never asks again after 401 or 403. */
#ifndef AGENTS_CONVERSATION_H
#define AGENTS_CONVERSATION_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "model/http.h"
#include "model/known.h"
#include "model/license.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum turn { TURN_ASK, TURN_ANSWERED, TURN_FAILED };

enum { CONVERSATION_TURNS_MAXIMUM = 1000 };

/* What the user wants of the agent.  Strings outlive the conversation. */
struct agent_wishes {
    const char *authority; /* "kms01.corp.example.com:5986", "[2001:db8::11]:8443" */
    bool is_plain;         /* http, not https */
    const char *command;   /* --command; NULL = what this agent does by itself */
    const char *path;      /* --path, begins with '/'; NULL = the usual one */
    bool is_legacy;        /* NSClient++ before 0.5.2 */
    enum http_login login;
    const char *password; /* for the header of HTTP_LOGIN_HEADER; NULL elsewhere */
    void (*fill_with_random)(uint8_t *bytes, size_t length); /* for message ids that are not guessed */
};

struct conversation;

/* One kind of agent. */
struct agent {
    const char *name;      /* "NSClient++", as operators say it */
    const char *when_shut; /* why it may end connections without a word; NULL = no special reason */
    enum turn (*start)(struct conversation *conversation, struct http_request *ret_request,
                       struct problem *why);
    enum turn (*next)(struct conversation *conversation, const struct http_reply *reply,
                      struct http_request *ret_request, struct problem *why);
};

extern const struct agent nsclient_agent, winrm_agent, icinga_windows_agent, exporter_agent;

/* Requests and everything that the agent keeps between two turns live in `arena`. */
struct conversation {
    const struct agent *agent;
    const struct agent_wishes *wishes;
    struct arena arena;
    void *state; /* of the agent, in the arena */
    size_t turns;
    struct license_document document; /* the facts so far; complete after TURN_ANSWERED */
    struct known_time written;        /* when the agent's own file was written, where it has one */
};

/* TURN_ASK fills *ret_request, whose strings and body live until conversation_done.  TURN_FAILED fills *why.
 * TURN_ANSWERED leaves the facts in conversation->document: the caller may take them out and must then empty
 * it.  Nothing may be called after TURN_ANSWERED and TURN_FAILED but conversation_done. */
MUST_CHECK enum turn conversation_start(struct conversation *conversation, const struct agent *agent,
                                        const struct agent_wishes *wishes, struct http_request *ret_request,
                                        struct problem *why);
MUST_CHECK enum turn conversation_next(struct conversation *conversation, const struct http_reply *reply,
                                       struct http_request *ret_request, struct problem *why);

void conversation_done(struct conversation *conversation);

#endif
