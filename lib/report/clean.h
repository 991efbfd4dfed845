/* SPDX-License-Identifier: MIT */
/* The one place where text is made fit for a monitoring daemon, on its way out.  Text in a report may hold
 * anything that a machine, a file or a network peer said: control bytes, other alphabets, characters that end
 * a plugin's text (the bar), that Icinga Web takes for HTML or line breaks, or that a shell would love.
 *
 * What comes out is printable ASCII without `|`, `<`, `>`, `$` and backquote, without a backslash before n or
 * t, and without leading, trailing or double blanks.  Meaning is kept where a neighbour can carry it:
 * `|` and backslash become `/`, `<` and `>` become round brackets, a character of another alphabet one `?`.
 */
#ifndef REPORT_CLEAN_H
#define REPORT_CLEAN_H

#include "base/span.h"
#include "base/text.h"

#include <stdbool.h>

/* Appends the cleaned text.  On the first line `;` becomes `,` as well: Nagios would make it a colon. */
void clean_append(struct text *line, struct span foreign, bool is_first_line);

/* The same, cut to `maximum` bytes with `..` at the end when it was longer. */
void clean_append_short(struct text *line, struct span foreign, bool is_first_line, size_t maximum);

#endif
