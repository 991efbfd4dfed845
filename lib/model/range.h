/* SPDX-License-Identifier: MIT */
/* A threshold range: [@][start:][end], read strictly.  Alerts when a value is outside; both ends belong to
 * the inside; with @ it alerts when the value is inside.  `~` as start is minus infinity, `start:` has no
 * upper end, a bare end means 0:end.  Source: Monitoring Plugins Development Guidelines, "Threshold and
 * Ranges", and the ABNF of the Monitoring Plugins Interface draft for the numbers: no exponent, no plus sign,
 * no leading point. */
#ifndef MODEL_RANGE_H
#define MODEL_RANGE_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>

enum { RANGE_TEXT_SIZE = 64 };

struct range {
    bool alerts_inside;         /* @ */
    bool has_start, has_end;    /* false = infinite */
    double start, end;          /* valid where known; start <= end */
    bool is_bare;               /* written as one number: most likely a slip where low values are bad */
    char text[RANGE_TEXT_SIZE]; /* as written, accepted by range_parse */
};

/* Reads the whole span.  On failure *ret is untouched and *why names the range and what is wrong with it. */
MUST_CHECK bool range_parse(struct span text, struct range *ret, struct problem *why);

/* `minimum:`, the range that alerts below `minimum`.  Printed with at most four decimals. */
struct range range_from_minimum(double minimum);

bool range_alerts(const struct range *range, double value);

#endif
