/* SPDX-License-Identifier: MIT */
/* The manual page of a program (section 1) in roff, from the table.  Sections that would be empty are left
 * out. */
#ifndef OPTIONS_MANUAL_H
#define OPTIONS_MANUAL_H

#include "base/text.h"
#include "options/option.h"

/* Appends the whole page; the caller looks at text_ok. */
void manual_write(const struct program *program, const char *version, struct text *text);

#endif
