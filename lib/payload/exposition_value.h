/* SPDX-License-Identifier: MIT */
/* The value of a sample in the text format of Prometheus: a number as Go prints and reads it, "26",
 * "1.772409e+09", "NaN", "+Inf", base ten, no locale.  Source: Prometheus, "Exposition formats", text format
 * 0.0.4 (the value is what ParseFloat of Go reads; hexadecimal and digits with underscores are not used). */
#ifndef PAYLOAD_EXPOSITION_VALUE_H
#define PAYLOAD_EXPOSITION_VALUE_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

enum { EXPOSITION_VALUE_MAXIMUM = 64 }; /* characters; Go prints 24 at most */

/* Whole numbers up to 2^53 are exact, others within a few units in the last place.  False for anything that
 * is no number, and for one that a double cannot hold (1e999); *ret is then untouched. */
MUST_CHECK bool exposition_value_read(struct span text, double *ret);

/* A value that is a whole number of at most 2^53, either sign; false for any other, NaN and Inf among them.
 */
MUST_CHECK bool exposition_value_is_whole(double value, int64_t *ret);

/* A value that is a moment, in seconds since 1970-01-01 00:00 UTC, the fraction cut off; from the first
 * second after that to the year 9999. */
MUST_CHECK bool exposition_value_is_time(double value, int64_t *ret_seconds);

#endif
