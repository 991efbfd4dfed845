/* SPDX-License-Identifier: MIT */
/* The page "what each alert means" in Markdown: every rule of the programs, and every activation code of the
 * catalogue. */
#ifndef GUIDE_ALERTS_H
#define GUIDE_ALERTS_H

#include "base/text.h"
#include "options/option.h"

/* Appends the whole page; the caller looks at text_ok.  `programs` ends with NULL; those without rules have
 * no section. */
void alerts_write(const struct program *const *programs, struct text *text);

/* The codes of Microsoft's published table of activation errors, in its order; 0 ends. */
extern const uint32_t alerts_published_codes[];

#endif
