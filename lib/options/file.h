/* SPDX-License-Identifier: MIT */
/* Reads small files that the user names: ini files and secrets.  Regular files and pipes only, so that no run
 * hangs on a terminal or reads a device without end. */
#ifndef OPTIONS_FILE_H
#define OPTIONS_FILE_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

/* The whole content, at most `maximum` bytes, in the arena with a NUL behind it.  On failure *why (kind
 * PROBLEM_USAGE) says what is wrong with the file, which it calls `name`; never what is in it. */
MUST_CHECK bool file_read(const char *path, const char *name, size_t maximum, struct arena *arena,
                          struct span *ret, struct problem *why);

/* The same for standard input, which is left open. */
MUST_CHECK bool file_read_standard_input(size_t maximum, struct arena *arena, struct span *ret,
                                         struct problem *why);

/* True when something of this name is there, readable or not. */
bool file_exists(const char *path);

#endif
