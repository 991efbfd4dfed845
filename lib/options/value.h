/* SPDX-License-Identifier: MIT */
/* The text of one value becomes the typed thing that an option stores.  The same code reads defaults, ini
 * files and the command line.  Pure: no file is opened here, secrets are secret.h. */
#ifndef OPTIONS_VALUE_H
#define OPTIONS_VALUE_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/text.h"
#include "options/option.h"

#include <stdbool.h>

/* Stores into `place`, which already holds what was given before: lists and counters grow, everything else is
 * replaced.  Flags and counters take an empty value (given) or a word of yes and no.  The value must live as
 * long as the configuration; parts of lists are copied into the arena.  On failure *why says what is wrong
 * with the value without naming the option, which the caller puts in front.  Of an OPTION_SECRET (the name of
 * a file) only the emptiness is judged and nothing is stored; the kinds without a place store nothing either.
 */
MUST_CHECK bool value_store(const struct program *program, const struct option *option, const char *value,
                            struct arena *arena, void *place, struct problem *why);

/* Appends what a value must look like, to follow "needs" or "is not": "a whole number from 1 to 65535". */
void value_describe(const struct option *option, struct text *text);

#endif
