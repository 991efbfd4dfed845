/* SPDX-License-Identifier: MIT */
/* Secrets: passwords, passphrases, communities.  While the options are read, the places that a secret may
 * come from are only noted; afterwards the one that ranks highest is asked: a file (named on the command
 * line, else in an ini file), then the secret itself in an ini file, then the environment.  No sentence ever
 * holds a secret. */
#ifndef OPTIONS_SECRET_H
#define OPTIONS_SECRET_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "options/option.h"
#include "options/read.h"

#include <stdbool.h>
#include <stddef.h>

struct secret; /* one option of kind OPTION_SECRET and where its secret may come from */

struct secrets {
    struct secret *items; /* in the arena */
    size_t count;
};

/* Lists the secrets of a program; the arena keeps the list. */
MUST_CHECK bool secrets_start(struct secrets *secrets, const struct program *program, void *config,
                              struct arena *arena, struct problem *why);

/* The option whose secret itself stands under this key of an ini file; NULL when there is none. */
const struct option *secrets_find_key(const struct secrets *secrets, const char *key);

/* Notes the name of a file, or the secret itself (not empty).  What is noted later replaces what was noted
 * before. `place` begins the sentence when the file is wrong: "--password-file", "FILE:LINE: password-file".
 * The strings must live as long as the arena. */
void secrets_note_file(struct secrets *secrets, const struct option *option, const char *file,
                       const char *place);
void secrets_note_value(struct secrets *secrets, const struct option *option, const char *value);

/* Fills every secret that was given.  An empty one, an unreadable file, one above 4096 bytes and one with a
 * NUL are errors.  A variable that exists without content is not given: Icinga 2 exports those of unset
 * macros that way. */
MUST_CHECK bool secrets_read(const struct secrets *secrets, const struct options_world *world,
                             struct arena *arena, struct problem *why);

#endif
