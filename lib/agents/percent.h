/* SPDX-License-Identifier: MIT */
/* Percent-encoding of the parts of a URL, RFC 3986 section 2.1. */
#ifndef AGENTS_PERCENT_H
#define AGENTS_PERCENT_H

#include "base/text.h"

/* Appends the bytes: letters, digits and - . _ ~ stay, every other byte becomes %XX, a blank and a plus sign
 * among them, so that readers of either style of query understand it. */
void percent_append(struct text *text, const char *bytes);

#endif
