/* SPDX-License-Identifier: MIT */
/* Rules have stable names that users script against: the first word of a detail line, the "rule" of JSON, and
 * the ID of --rule=ID=STATE.  A judge owns an array of them; the user's wishes are kept beside it. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/state.h"

#include <stdbool.h>
#include <stddef.h>

struct rule {
    const char *id;      /* [a-z-]+ */
    const char *summary; /* when it fires and with which state, for the manual */
};

enum { RULE_MAXIMUM = 32 };

enum rule_wish { RULE_AS_IT_IS, RULE_STATE, RULE_OFF };

/* What the user wants of each rule, by its place in the array.  {0}: every rule as it is. */
struct rule_wishes {
    enum rule_wish wish[RULE_MAXIMUM];
    enum state state[RULE_MAXIMUM]; /* valid where the wish is RULE_STATE */
};

/* The state that rule number `rule` has when it fires with `own` as its own. */
enum state rule_state(const struct rule_wishes *wishes, size_t rule, enum state own);

bool rule_is_off(const struct rule_wishes *wishes, size_t rule);

#endif
