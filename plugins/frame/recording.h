/* SPDX-License-Identifier: MIT */
/* --record=FILE: the replies of an agent, one after the other, each with status line, headers and body, and
 * masked (report/mask.h).  Every reply has a Content-Length, whatever it had on the way, so that it can be
 * told where one ends. */
#ifndef FRAME_RECORDING_H
#define FRAME_RECORDING_H

#include "base/problem.h"
#include "frame/agent_options.h"
#include "frame/secrecy.h"
#include "model/http.h"
#include "report/mask.h"

#include <stdbool.h>

/* All zero: nothing is recorded. */
struct recording {
    const char *file;
    const struct secrecy *secrecy;
    bool is_open; /* from the first reply on */
    int descriptor;
    struct mask mask;
};

/* False when the file is there already: then nobody is asked, because the user wants a recording.  It is made
 * with the first reply; the secrecy must live longer. */
MUST_CHECK bool recording_start(struct recording *recording, const struct agent_config *config,
                                const struct secrecy *secrecy, struct problem *why);

/* Adds a reply; `head` as it came. */
MUST_CHECK bool recording_add(struct recording *recording, struct span head, const struct http_reply *reply,
                              struct problem *why);

void recording_done(struct recording *recording);

#endif
