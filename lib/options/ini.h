/* SPDX-License-Identifier: MIT */
/* Reads the text of an ini file line by line: [section], key=value, comment lines that begin with # or ;.
 * Blanks around names and values do not count; a value is everything up to the end of its line: no quoting,
 * no continuation, no comment behind it.  A section may occur several times.  What keys mean is not known
 * here; nothing allocates. */
#ifndef OPTIONS_INI_H
#define OPTIONS_INI_H

#include "base/problem.h"
#include "base/span.h"

enum { INI_LINE_MAXIMUM = 4096 }; /* bytes; the longest value is a path or a list of names */

enum ini_outcome { INI_SECTION, INI_ENTRY, INI_END, INI_WRONG };

struct ini {
    struct span rest;    /* what has not been read yet */
    struct span section; /* the one that the last line belongs to */
    unsigned line;       /* number of the last line, from 1 */
};

/* All parts lie in the text.  Names are never empty, a value may be. */
struct ini_item {
    struct span section, key, value;
    unsigned line;
};

struct ini ini_over(struct span text);

/* The next section header (key and value empty) or entry.  INI_WRONG fills *why (PROBLEM_USAGE) with what is
 * wrong with line ini->line: no =, an unclosed header, an entry before the first section, a NUL, a line that
 * is too long. The sentence tells nothing of the content, which may be a secret. */
enum ini_outcome ini_next(struct ini *ini, struct ini_item *ret, struct problem *why);

#endif
