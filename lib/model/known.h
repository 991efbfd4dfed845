/* SPDX-License-Identifier: MIT */
/* Facts that may be unknown.  Unknown is a value of its own, never 0 or -1, and {0} is unknown. */
#ifndef MODEL_KNOWN_H
#define MODEL_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

struct known_number {
    bool is_known;
    uint32_t value;
};

struct known_flag {
    bool is_known;
    bool value;
};

struct known_time {
    bool is_known;
    int64_t seconds; /* since 1970-01-01 00:00 UTC */
};

#endif
