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

/* On success *ret is filled.  Who was asked and how long it took goes into the notes of the report. */
MUST_CHECK bool ask(const struct agent_config *config, const struct options_rest *rest,
                    struct deadline deadline, struct report *report, struct answer *ret, struct problem *why);

#endif
