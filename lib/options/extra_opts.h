/* SPDX-License-Identifier: MIT */
/* The ini file of --extra-opts[=[SECTION][@FILE]]: finds it, reads it, and hands out the entries of one
 * section. Without SECTION it is the one named like the program; without FILE the file is searched for as the
 * Monitoring Plugins do: $MP_CONFIG_FILE, the directories of $NAGIOS_CONFIG_PATH, then a fixed list.  @- is
 * standard input. What the keys mean is the reader's business. */
#ifndef OPTIONS_EXTRA_OPTS_H
#define OPTIONS_EXTRA_OPTS_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "options/ini.h"
#include "options/option.h"
#include "options/read.h"

#include <stdbool.h>

struct extra_opts {
    const char *section, *file; /* as they appear in sentences */
    bool has_section;           /* a header of the section was seen */
    struct ini ini;
};

struct extra_opts_entry {
    const char *key, *value; /* in the arena */
    const char *place;       /* "FILE:LINE", in the arena */
};

enum extra_opts_outcome { EXTRA_OPTS_ENTRY, EXTRA_OPTS_END, EXTRA_OPTS_WRONG };

/* The files that are looked at where nothing names one, in order, NULL ends; for the manual. */
extern const char *const extra_opts_files[];

/* `argument` is what stands behind --extra-opts=, empty when nothing does.  False when no file can be found
 * or read; the sentence begins with "--extra-opts: ". */
MUST_CHECK bool extra_opts_open(const char *argument, const struct program *program,
                                const struct options_world *world, struct arena *arena,
                                struct extra_opts *ret, struct problem *why);

/* The next entry of the section.  EXTRA_OPTS_WRONG fills *why: a line that is wrong anywhere in the file (its
 * sentence begins with FILE:LINE: ), or a section that is not there. */
enum extra_opts_outcome extra_opts_next(struct extra_opts *extra_opts, struct arena *arena,
                                        struct extra_opts_entry *ret, struct problem *why);

#endif
