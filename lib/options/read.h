/* SPDX-License-Identifier: MIT */
/* Reads the options of a program: defaults, then the ini sections of --extra-opts, then the command line,
 * each overriding the one before; secrets as their own order says.  Among themselves repeated options add up
 * where they are lists, else the last one counts.  A list on the command line replaces that of the ini files,
 * rules (--rule) are replaced one by one.  Errors name the option, what was wrong with the value, and the
 * nearest option where the name is unknown; those of an ini file name file and line. */
#ifndef OPTIONS_READ_H
#define OPTIONS_READ_H

#include "base/arena.h"
#include "base/problem.h"
#include "options/option.h"

#include <stddef.h>

enum options_outcome { OPTIONS_READY, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_WRONG };

/* The operands, which may stand between options, or the program after `--`.  Words of argv. */
struct options_rest {
    const char *const *words; /* in argv or the arena; NULL when there are none */
    size_t count;
    bool was_separated; /* a `--` was given */
};

/* What the reading asks its surroundings; tests hand in their own. */
struct options_world {
    const char *(*environment)(const char *name); /* like getenv */
};

/* Fills *config (program->config_size bytes, of any content before).  Strings are those of argv or live in
 * the arena.  OPTIONS_HELP and OPTIONS_VERSION read nothing but argv.  OPTIONS_WRONG fills *why with one
 * sentence (kind PROBLEM_USAGE, or PROBLEM_MEMORY); *config is then half filled. */
enum options_outcome options_read(const struct program *program, const struct options_world *world, int argc,
                                  const char *const argv[], struct arena *arena, void *config,
                                  struct options_rest *ret_rest, struct problem *why);

/* The same but for the secrets: their places are noted in *ret_secrets, and options_read_secrets fills them
 * later.  For a program that hands its command line on: a secret may come out of a pipe, which can
 * be read only once. */
struct secrets;
enum options_outcome options_read_but_secrets(const struct program *program,
                                              const struct options_world *world, int argc,
                                              const char *const argv[], struct arena *arena, void *config,
                                              struct options_rest *ret_rest, struct secrets *ret_secrets,
                                              struct problem *why);

/* Fills the secrets that were left: OPTIONS_READY, or OPTIONS_WRONG with *why. */
enum options_outcome options_read_secrets(const struct secrets *secrets, const struct options_world *world,
                                          struct arena *arena, struct problem *why);

/* The last value that the command line gives to a long option, without judging anything else; NULL = none.
 * For the output format of a usage error. */
const char *options_peek(int argc, const char *const argv[], const char *name);

#endif
