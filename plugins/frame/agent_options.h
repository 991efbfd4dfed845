/* SPDX-License-Identifier: MIT */
/* The options of plugins that ask a machine for its license data: whom, how, and which products. */
#ifndef FRAME_AGENT_OPTIONS_H
#define FRAME_AGENT_OPTIONS_H

#include "base/problem.h"
#include "options/option.h"
#include "options/read.h"

#include <stddef.h>

enum agent_kind { AGENT_NONE, AGENT_FILE, AGENT_EXEC };

struct agent_config {
    int kind; /* enum agent_kind */
    const char *hostname;
    const char *input;
    struct option_duration max_age;
    struct option_texts products;
};

enum { AGENT_OPTION_COUNT = 5 };
extern const struct option agent_options[AGENT_OPTION_COUNT];

/* The group for a program's table; `config` is its configuration, `member` the agent_config in it. */
#define AGENT_GROUP(config, member)                                                                          \
    {                                                                                                        \
        "Asking the machine", agent_options, AGENT_OPTION_COUNT, offsetof(config, member)                    \
    }

/* Completes the configuration (--input implies the agent file) and refuses what does not fit together. */
MUST_CHECK bool agent_options_check(struct agent_config *config, const struct options_rest *rest,
                                    struct problem *why);

/* The time limit of a run when the user gives none. */
int64_t agent_default_timeout_ms(const struct agent_config *config);

#endif
