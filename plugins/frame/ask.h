/* SPDX-License-Identifier: MIT */
/* Asks a machine for its license data, in the way that the options say. */
#ifndef FRAME_ASK_H
#define FRAME_ASK_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "frame/agent_options.h"
#include "model/license.h"
#include "model/report.h"
#include "options/read.h"

#include <stdbool.h>

/* The facts, and when the file that held them was written.  The caller releases the document. */
struct answer {
    struct license_document document;
    struct known_time written;
};

/* Asks over the network.  Adds notes of the conversation from `verbosity` 2 on. */
typedef bool agent_ask(const struct agent_config *config, struct deadline deadline, unsigned verbosity,
                       struct report *report, struct answer *ret, struct problem *why);

/* A way to ask that needs libraries of its own, and so is linked into a program of its own. */
struct agent_part {
    const char *name; /* "http" */
    agent_ask *ask;
};

/* With what agents over the network can be asked. */
struct agent_means {
    const struct agent_part *part; /* NULL = this program has none */
    const char *missing;           /* then why there is no twin that has it */
};

/* On success *ret is filled.  Who was asked and how long it took goes into the notes of the report. */
MUST_CHECK bool ask(const struct agent_config *config, const struct options_rest *rest,
                    const struct agent_means *means, struct deadline deadline, unsigned verbosity,
                    struct report *report, struct answer *ret, struct problem *why);

#endif
