/* SPDX-License-Identifier: MIT */
/* A report as JSON: the whole result tree on one line, nothing left out.  Keys and shape are documented in
 * the manual pages; absent values are null, ranges are text. */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include "base/attributes.h"
#include "base/text.h"
#include "model/report.h"

#include <stdbool.h>

/* Appends the object and a newline.  False only without memory. */
MUST_CHECK bool json_text_render(const struct report *report, const char *version, struct text *ret_output);

#endif
