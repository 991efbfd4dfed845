/* SPDX-License-Identifier: MIT */
/* A plugin stands twice in the file system: lean, and with a part linked in whose libraries cost more than
 * the rest of a run.  The lean one reads the options and becomes its twin only when that part is needed.  The
 * twin is the same program from the same sources: same words, same output.
 *
 * It is looked for beside the running program, in kms-monitoring/NAME-PART, and then in the folder that was
 * compiled in, never by the environment. */
#ifndef FRAME_TWIN_H
#define FRAME_TWIN_H

#include "base/arena.h"

/* Executes the twin with the same words.  Returns only when there is none: where it was looked for, in words
 * that live in the arena. */
const char *twin_become(const char *name, const char *part, char *argv[], struct arena *arena);

#endif
