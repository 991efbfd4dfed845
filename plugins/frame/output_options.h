/* SPDX-License-Identifier: MIT */
/* The options that every plugin has: help, time limit, what is printed, the states of rules. */
#ifndef FRAME_OUTPUT_OPTIONS_H
#define FRAME_OUTPUT_OPTIONS_H

#include "model/rule.h"
#include "options/option.h"

#include <stdbool.h>
#include <stddef.h>

enum output_format { OUTPUT_NAGIOS, OUTPUT_JSON };

/* First member of every plugin's configuration. */
struct output_config {
    unsigned verbosity;
    struct option_timeout timeout;
    struct option_state timeout_result;
    struct rule_wishes wishes;
    int format;  /* enum output_format */
    int explain; /* enum explain */
    const char *notes_url;
    struct known_number max_output;
    bool exit_ok;
};

enum { OUTPUT_OPTION_COUNT = 12 };
extern const struct option output_options[OUTPUT_OPTION_COUNT];

/* The group for a program's table. */
#define OUTPUT_GROUP                                                                                         \
    {                                                                                                        \
        "General options", output_options, OUTPUT_OPTION_COUNT, 0                                            \
    }

/* The state when the time limit ends a run before there is a verdict. */
enum state output_timeout_state(const struct output_config *config);

#endif
