/* SPDX-License-Identifier: MIT */
/* What NSClient++ answers when a command was run: one result with a state and a text, in JSON.  The shape
 * depends on the path and on the version; all of them are read here, and nothing else is.
 *
 *     {"command": C, "result": 0..3, "lines": [{"message": T, "perf": {}}]}       .../execute
 *     {"command": C, "result": "OK", "lines": [{"message": T, "perf": ""}]}       .../execute_nagios
 *     {"payload": [{"command": C, "result": "OK", "lines": [...]}]}               /query, 0.5 and later
 *     {"payload": [{"command": C, "result": "OK", "message": T, "perf": []}]}     /query, 0.4
 *
 * Some versions write the number where others write the word, and some write OK whatever happened.
 * Source: mickem/nscp, module WEBServer, the controllers of queries and of the old commands, 0.4 to 0.16. */
#ifndef PAYLOAD_NSCLIENT_REPLY_H
#define PAYLOAD_NSCLIENT_REPLY_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>

enum nsclient_state { NSCLIENT_OK, NSCLIENT_WARNING, NSCLIENT_CRITICAL, NSCLIENT_UNKNOWN };

/* "OK", "WARNING", "CRITICAL", "UNKNOWN". */
const char *nsclient_state_word(enum nsclient_state state);

struct nsclient_reply {
    enum nsclient_state state; /* as the agent says it: some versions always say OK */
    struct span text;          /* the messages of all lines, joined by LF; may be empty */
    const char *command;       /* NULL = not named */
    bool has_metrics;          /* the command printed something behind a bar, which is not in `text` */
};

/* True when the bytes are one closed JSON object with exactly one result that has a state and a text.  An
 * object with the same member twice, and anything behind the object, is refused.  On failure *ret is
 * untouched and the sentence of *why begins with its verb.  Text and command belong to `arena`. */
MUST_CHECK bool nsclient_reply_read(struct span bytes, struct arena *arena, struct nsclient_reply *ret,
                                    struct problem *why);

#endif
