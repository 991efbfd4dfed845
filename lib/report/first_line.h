/* SPDX-License-Identifier: MIT */
/* What the first line of a report says, and the order of its findings: worst first, else as the judge added
 * them. */
#ifndef REPORT_FIRST_LINE_H
#define REPORT_FIRST_LINE_H

#include "base/text.h"
#include "model/report.h"

#include <stddef.h>
#include <stdint.h>

enum {
    FIRST_LINE_MAXIMUM = 160,    /* the first line before the bar, whole */
    FIRST_LINE_NAME_MAXIMUM = 40 /* a name on it */
};

/* Appends "subject: reason" in at most `maximum` bytes: the headline of the worst finding, joined by those of
 * the same state as long as they fit, then how many more there are, unless the first one alone takes all the
 * room. */
void first_line_append(struct text *line, const struct report *report, size_t maximum);

/* The code that the first line is about; NULL when no code explains the state. */
const struct explanation *first_line_explanation(const struct report *report);

/* Walks through `first` and its siblings, worst first.  Start with NULL; NULL ends. */
const struct finding *finding_next_worst(const struct finding *first, const struct finding *current);

#endif
