/* SPDX-License-Identifier: MIT */
/* The frame around every plugin: options in, report out, one exit.  A plugin brings its table, a check of its
 * options, and the run; everything that is the same in all of them happens here. */
#ifndef FRAME_PLUGIN_H
#define FRAME_PLUGIN_H

#include "base/deadline.h"
#include "base/problem.h"
#include "frame/ask.h"
#include "model/report.h"
#include "options/option.h"
#include "options/read.h"

#include <stdbool.h>
#include <stdint.h>

/* What a run may use. */
struct run_means {
    const struct options_rest *rest;
    struct agent_means agents; /* for plugins that ask a machine */
    struct deadline deadline;
};

struct plugin {
    /* Its configuration begins with a struct output_config. */
    const struct program *program;

    /* Completes the configuration; false with a sentence (PROBLEM_USAGE) when options do not fit together. */
    bool (*check_options)(void *config, const struct options_rest *rest, struct problem *why);

    /* The time limit when the user gives none. */
    int64_t (*default_timeout_ms)(const void *config);

    /* The part that this configuration needs (frame/twin.h); may return NULL, and be NULL. */
    const char *(*part)(const void *config);

    /* Asks and judges.  Never prints, never exits. */
    void (*run)(const void *config, const struct run_means *means, struct report *report);
};

/* Runs the plugin and returns its exit code, 0 to 3.  `part` is the one that is linked in, NULL in the lean
 * program, which then becomes its twin where the configuration needs one. */
int plugin_run(const struct plugin *plugin, const struct agent_part *part, int argc, char *argv[]);

#endif
