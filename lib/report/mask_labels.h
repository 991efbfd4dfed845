/* SPDX-License-Identifier: MIT */
/* What is masked for the label in front of it, and headers that are secret as a whole. */
#ifndef REPORT_MASK_LABELS_H
#define REPORT_MASK_LABELS_H

#include "report/mask_table.h"
#include "report/mask_view.h"

/* Values of headers that carry logins and cookies; settles headers that describe the body. */
void mask_headers(struct mask_view *view);

/* Values behind labels: before the shapes (ids, keys) and after them (names, whose addresses and ports are
 * settled then). */
void mask_labelled_ids(struct mask_view *view);
void mask_labelled_names(struct mask_view *view, struct mask_table *table);

#endif
