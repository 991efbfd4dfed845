/* SPDX-License-Identifier: MIT */
/* Points in time as seconds since 1970-01-01 00:00:00 UTC, and the calendar around them (proleptic Gregorian,
 * no leap seconds, no time zone).  Years 1601 to 9999: what Windows can say. */
#ifndef BASE_UTC_H
#define BASE_UTC_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

struct civil_time {
    int year, month, day; /* 1601.., 1..12, 1..31 */
    int hour, minute, second;
};

enum { UTC_DATE_SIZE = 16 };

/* False when the fields name no moment (month 13, 30 February, hour 24, year 1600). */
MUST_CHECK bool utc_from_civil(const struct civil_time *civil, int64_t *ret_seconds);

/* Writes YYYY-MM-DD.  Moments outside the years 1601 to 9999 become "unknown". */
void utc_print_date(int64_t seconds, char ret_date[UTC_DATE_SIZE]);

#endif
