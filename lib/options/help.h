/* SPDX-License-Identifier: MIT */
/* The text of --help, from the table: the question that the program answers, its usage, the options by group
 * with their defaults.  At most 80 columns wide. */
#ifndef OPTIONS_HELP_H
#define OPTIONS_HELP_H

#include "base/text.h"
#include "options/option.h"

/* Appends the whole text; the caller looks at text_ok. */
void help_write(const struct program *program, const char *version, struct text *text);

#endif
