/* SPDX-License-Identifier: MIT */
/* The four states of a check and how several become one.
 * Values are the exit codes of the Monitoring Plugins Development Guidelines. */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>

enum state { STATE_OK = 0, STATE_WARNING = 1, STATE_CRITICAL = 2, STATE_UNKNOWN = 3 };

/* "OK", "WARNING", "CRITICAL" or "UNKNOWN". */
const char *state_name(enum state state);

/* Place in the order OK < UNKNOWN < WARNING < CRITICAL, from 0: a part that could not be judged does not hide
 * one that is known to be bad. */
int state_severity(enum state state);

/* The one of the two that is further up in that order. */
enum state state_worse(enum state left, enum state right);

/* A name in any case, or the digit 0 to 3. */
MUST_CHECK bool state_parse(struct span name, enum state *ret);

#endif
