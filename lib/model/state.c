/* SPDX-License-Identifier: MIT */
/* States of a check. */
#include "model/state.h"

static const char *const names[] = {[STATE_OK] = "OK",
                                    [STATE_WARNING] = "WARNING",
                                    [STATE_CRITICAL] = "CRITICAL",
                                    [STATE_UNKNOWN] = "UNKNOWN"};

const char *state_name(enum state state)
{
    return names[state];
}

int state_severity(enum state state)
{
    static const int severity[] = {
        [STATE_OK] = 0, [STATE_UNKNOWN] = 1, [STATE_WARNING] = 2, [STATE_CRITICAL] = 3};
    return severity[state];
}

enum state state_worse(enum state left, enum state right)
{
    return state_severity(left) >= state_severity(right) ? left : right;
}

bool state_parse(struct span name, enum state *ret)
{
    if (name.length == 1 && name.bytes[0] >= '0' && name.bytes[0] <= '3') {
        *ret = (enum state)(name.bytes[0] - '0');
        return true;
    }
    for (enum state state = STATE_OK; state <= STATE_UNKNOWN; state++) {
        if (span_is_ignoring_case(name, names[state])) {
            *ret = state;
            return true;
        }
    }
    return false;
}
