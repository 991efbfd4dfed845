/* SPDX-License-Identifier: MIT */
/* Numbers for things that are masked: the same thing has the same number in one recording. */
#ifndef REPORT_MASK_TABLE_H
#define REPORT_MASK_TABLE_H

#include "base/arena.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

enum mask_kind { MASK_LABEL, MASK_GUID, MASK_ADDRESS };

enum {
    MASK_ENTRIES_MAXIMUM = 1024, /* different things of one recording; a machine has some dozens */
    MASK_ENTRY_LENGTH = 64       /* a DNS label has 63 bytes; more of a thing does not tell it apart */
};

struct mask_table;

/* NULL without memory. */
struct mask_table *mask_table_create(struct arena *arena);

/* The number, from 1, of this thing among those of its kind and length, letters' case ignored; a new thing
 * gets the next one.  0 for all things that found the table full. */
unsigned mask_table_number(struct mask_table *table, enum mask_kind kind, struct span thing);

/* From now on the label is hidden in running text too; without effect for a word of the documents. */
void mask_table_learn(struct mask_table *table, struct span label);
bool mask_table_is_learned(struct mask_table *table, struct span word);

#endif
