/* SPDX-License-Identifier: MIT */
/* A report as Nagios and Icinga read it: the first line with the performance data on it, then a line for
 * every finding, worst first, with what it means and what to do.
 *
 * Nagios Core 4 keeps 4096 bytes of a plugin's output for certain, so the performance data stand on the first
 * line and whole detail lines are left out from the end, with a line that says how many.  When the first line
 * alone is longer than the maximum it is printed alone; performance data are never cut. */
#ifndef REPORT_NAGIOS_TEXT_H
#define REPORT_NAGIOS_TEXT_H

#include "base/attributes.h"
#include "base/text.h"
#include "model/report.h"
#include "report/style.h"

#include <stdbool.h>

enum { NAGIOS_TEXT_MAXIMUM = 4096, NAGIOS_TEXT_MINIMUM = 512 };

/* Appends the whole output, ending in a newline.  False only without memory. */
MUST_CHECK bool nagios_text_render(const struct report *report, const struct report_style *style,
                                   struct text *ret_output);

#endif
