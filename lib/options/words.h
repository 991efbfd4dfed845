/* SPDX-License-Identifier: MIT */
/* Walks over a command line, one option with its value after the other: --name=value, --name value, -n value,
 * -nvalue, clusters of flags (-vv), and `--`, which ends the options.  Names are never abbreviated.  What a
 * value means is not known here. */
#ifndef OPTIONS_WORDS_H
#define OPTIONS_WORDS_H

#include "base/problem.h"
#include "options/option.h"

#include <stdbool.h>

enum words_item { WORDS_OPTION, WORDS_SEPARATOR, WORDS_OPERAND, WORDS_END, WORDS_WRONG };

struct words {
    const struct program *program;
    int argc;
    const char *const *argv;
    int at;              /* the next word */
    const char *cluster; /* what is left of a word of letters; NULL = nothing */
    bool is_past_separator;
};

enum { GIVEN_WRITTEN_SIZE = 64 };

struct given {
    const struct option *option;
    const struct option_group *group;
    const char *value;                /* "" for a flag and for --extra-opts without a value */
    char written[GIVEN_WRITTEN_SIZE]; /* "--port" or "-p" */
};

/* The first word of argv is the program's name and skipped. */
struct words words_over(const struct program *program, int argc, const char *const argv[]);

/* The next item: WORDS_OPTION fills *ret_given, WORDS_OPERAND is the word argv[words->at - 1].  WORDS_WRONG
 * fills *why with a sentence that names the option as it was written: an unknown one, a refused one, a
 * missing value, a value where none is taken. */
enum words_item words_next(struct words *words, struct given *ret_given, struct problem *why);

#endif
