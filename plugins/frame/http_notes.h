/* SPDX-License-Identifier: MIT */
/* What -v, -vv and --record show of a conversation over HTTP, without its password. */
#ifndef FRAME_HTTP_NOTES_H
#define FRAME_HTTP_NOTES_H

#include "base/arena.h"
#include "base/problem.h"
#include "frame/agent_options.h"
#include "frame/recording.h"
#include "frame/secrecy.h"
#include "model/address.h"
#include "model/http.h"
#include "model/report.h"
#include "transport/http_client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_notes {
    unsigned verbosity; /* filled in by the owner */
    struct report *report;
    struct arena arena;
    struct secrecy secrecy;
    struct recording recording;
    size_t requests; /* that were sent */
};

/* False when the recording cannot begin. */
MUST_CHECK bool http_notes_start(struct http_notes *notes, const struct agent_config *config,
                                 struct report *report, struct problem *why);

/* A request that has left. */
void http_notes_request(struct http_notes *notes, const struct http_request *request);

/* False when the recording could not be written. */
MUST_CHECK bool http_notes_reply(struct http_notes *notes, struct span head, const struct http_reply *reply,
                                 struct problem *why);

/* Who was asked, how the two were to prove who they are, how long it took.  `address` is the one that was
 * tried last, NULL = none was. */
void http_notes_end(struct http_notes *notes, const char *agent, const struct http_target *target,
                    const struct address *address, int64_t duration_ms);

/* Takes the password out of the sentence and the advice. */
void http_notes_hide(const struct http_notes *notes, struct problem *why);

void http_notes_done(struct http_notes *notes);

#endif
