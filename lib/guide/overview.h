/* SPDX-License-Identifier: MIT */
/* The manual page kms-monitoring(7): what the programs are and how they work together.  Lists of programs,
 * agents, rules, metrics and variables come from the tables of the programs. */
#ifndef GUIDE_OVERVIEW_H
#define GUIDE_OVERVIEW_H

#include "base/text.h"
#include "options/option.h"

/* Appends the whole page in roff; the caller looks at text_ok.  `programs` ends with NULL. */
void overview_write(const struct program *const *programs, const char *version, struct text *text);

#endif
