/* SPDX-License-Identifier: MIT */
/* One item of performance data.  Format: Monitoring Plugins Development Guidelines, "Performance data":
 * label=value[unit];[warning];[critical];[minimum];[maximum].  Our labels are [a-z0-9_]+ and need no quotes,
 * values are plain decimals, units are s, %, c or none. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include "base/attributes.h"
#include "base/span.h"
#include "model/range.h"

#include <stdbool.h>

struct metric {
    const char *label; /* a literal, or owned by the report's arena */
    double value;
    int decimals;                   /* digits after the point, 0 to 3 */
    const char *unit;               /* "", "s", "%" or "c" */
    struct range warning, critical; /* an empty text = none */
    bool has_minimum, has_maximum;
    double minimum, maximum; /* whole numbers */
};

/* Reads the value of `label` out of a perfdata string such as $SERVICEPERFDATA$ (quotes around labels may be
 * there or not).  False when it is absent or not a number. */
MUST_CHECK bool metric_find(struct span perfdata, const char *label, double *ret_value);

#endif
