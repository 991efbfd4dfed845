/* SPDX-License-Identifier: MIT */
/* Writes Markdown (CommonMark with tables).  Text is escaped so that it comes out letter by letter, and
 * broken into lines; names, codes and file names stand as code. */
#ifndef GUIDE_MARKDOWN_H
#define GUIDE_MARKDOWN_H

#include "base/text.h"

enum { MARKDOWN_COLUMNS = 120 };

/* Text on the current line, which does not end with it. */
void markdown_text(struct text *text, const char *string);

/* `string`, which holds no backtick. */
void markdown_code(struct text *text, const char *string);

/* A blank line, "## " for level 2, the title, and a blank line. */
void markdown_heading(struct text *text, unsigned level, const char *title);

/* A paragraph of its own. */
void markdown_paragraph(struct text *text, const char *string);

/* One item of a list: "- **Impact:** nobody notices"; nothing when `string` is NULL. */
void markdown_item(struct text *text, const char *label, const char *string);

/* One step below an item: "  1. restart". */
void markdown_step(struct text *text, size_t number, const char *string);

#endif
