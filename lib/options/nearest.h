/* SPDX-License-Identifier: MIT */
/* Finds the word that somebody most likely meant: the candidate with the fewest typing slips (a letter too
 * much, too few, another one, two swapped), or one that the wanted word is the beginning of.  Case is
 * ignored.  Nothing allocates. */
#ifndef OPTIONS_NEAREST_H
#define OPTIONS_NEAREST_H

#include "base/span.h"

#include <stddef.h>

struct nearest {
    struct span wanted;
    const char *word; /* the best so far; NULL = none is near */
    size_t slips;     /* of that word */
};

struct nearest nearest_to(struct span wanted);

/* Candidates must outlive the struct.  Of two that are equally near the first one stays; NULL is no
 * candidate. */
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
