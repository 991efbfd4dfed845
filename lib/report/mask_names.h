/* SPDX-License-Identifier: MIT */
/* Names of hosts, domains and users by their shape, and names that are known by now. */
#ifndef REPORT_MASK_NAMES_H
#define REPORT_MASK_NAMES_H

#include "report/mask_table.h"
#include "report/mask_view.h"

void mask_names(struct mask_view *view, struct mask_table *table);

#endif
