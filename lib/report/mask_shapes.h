/* SPDX-License-Identifier: MIT */
/* What is masked for its shape alone, and how one label of a name is masked. */
#ifndef REPORT_MASK_SHAPES_H
#define REPORT_MASK_SHAPES_H

#include "base/span.h"
#include "report/mask_table.h"
#include "report/mask_view.h"

#include <stdbool.h>
#include <stddef.h>

/* Product keys, GUIDs, product and installation ids, thumbprints, then addresses. */
void mask_shapes(struct mask_view *view, struct mask_table *table);

/* The label of a host, domain or user name in [from, to) becomes zz and its number.  A settled one stays. */
void mask_label(struct mask_view *view, struct mask_table *table, size_t from, size_t to);

/* Letters and digits in [from, to) become `letter` and `digit`; all of it is settled.  What is settled
 * stays. */
void mask_fill(struct mask_view *view, size_t from, size_t to, char letter, char digit);

void mask_settle(struct mask_view *view, size_t from, size_t to);

/* Letters and digits of ASCII; those and '-', '_' and whatever is beyond ASCII. */
bool mask_is_letter(char byte);
bool mask_is_alphanumeric(char byte);
bool mask_is_name(char byte);

/* The character at `at`; '\n' beyond the end and before the begin. */
char mask_at(const struct mask_view *view, size_t at);
char mask_before(const struct mask_view *view, size_t at);

struct span mask_span(const struct mask_view *view, size_t from, size_t to);

#endif
