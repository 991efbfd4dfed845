/* SPDX-License-Identifier: MIT */
/* What can be seen of a KMS host from outside its licensing service, by an agent that knows processes and
 * sockets but no licenses.  Pure data. */
#ifndef MODEL_PRESENCE_H
#define MODEL_PRESENCE_H

#include "model/known.h"

#include <stdbool.h>

struct presence {
    bool was_looked_for;            /* by an agent that knows no licenses: nothing else will be known */
    struct known_flag is_listening; /* somebody listens on the port of KMS */
    struct known_flag is_running;   /* the licensing service is seen */
    struct known_flag is_listener_licensing; /* a listener is the process of the licensing service */
    const char *listening_words; /* how it was seen, "TCP 1688 on 0.0.0.0"; NULL = nothing to add */
    const char *running_words;   /* "process sppsvc.exe 4242", "service Software Protection" */
    bool is_loopback_only;       /* all listeners are on addresses that no other machine reaches */
    bool has_foreign_listener;   /* one of the listeners is another process, beside the service or alone */
};

#endif
