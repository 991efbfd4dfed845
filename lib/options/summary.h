/* SPDX-License-Identifier: MIT */
/* What the documents of a program say about an option in one line and in one spelling, so that --help, the
 * CheckCommand and the manual agree. */
#ifndef OPTIONS_SUMMARY_H
#define OPTIONS_SUMMARY_H

#include "base/text.h"
#include "options/option.h"

#include <stdbool.h>

/* The summary of the table with choices, environment variable and default behind it: "how to log in (basic or
 * ntlm; default basic)". */
void summary_append(const struct option *option, struct text *text);

/* False for what documents leave out: options that only say what to use instead. */
bool summary_is_shown(const struct option *option);

/* What stands behind the name: "=HOST", "[=WORD]" where the value may be left out, "" without a value. */
void summary_append_placeholder(const struct option *option, struct text *text);

/* The rest of the usage line behind the name of the program: "[OPTION]... [-- PROGRAM [ARGUMENT]...]". */
void summary_append_usage(const struct program *program, struct text *text);

/* Releases a text that was built aside and then went into `whole`.  What was lost in it is lost in the whole,
 * which remembers. */
void summary_part_done(struct text *part, struct text *whole);

#endif
