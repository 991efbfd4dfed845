/* SPDX-License-Identifier: MIT */
/* Writes the roff of a manual page (groff_man(7)): macros stand at the begin of a line, everything else is
 * escaped so that it comes out letter by letter, can be copied into a shell, and never is a request. */
#ifndef OPTIONS_ROFF_H
#define OPTIONS_ROFF_H

#include "base/text.h"

/* A line with a macro and nothing of the program's own: ".TP", ".SH OPTIONS". */
void roff_macro(struct text *text, const char *line);

/* Text on the current line, escaped; a newline in it becomes a blank. */
void roff_text(struct text *text, const char *string);

/* The same in another face; the roman one is back afterwards. */
void roff_bold(struct text *text, const char *string);
void roff_italic(struct text *text, const char *string);

/* Ends the line, unless it has just begun. */
void roff_end_line(struct text *text);

/* A paragraph of its own. */
void roff_paragraph(struct text *text, const char *string);

/* A term in bold and what it means. */
void roff_term(struct text *text, const char *term, const char *meaning);

#endif
