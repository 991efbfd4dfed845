/* SPDX-License-Identifier: MIT */
/* The user's wishes about rules. */
#include "model/rule.h"

enum state rule_state(const struct rule_wishes *wishes, size_t rule, enum state own)
{
    return wishes->wish[rule] == RULE_STATE ? wishes->state[rule] : own;
}

bool rule_is_off(const struct rule_wishes *wishes, size_t rule)
{
    return wishes->wish[rule] == RULE_OFF;
}
