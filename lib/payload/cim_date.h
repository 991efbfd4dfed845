/* SPDX-License-Identifier: MIT */
/* Points in time as Windows' agents write them:
 *
 *   2026-03-02T08:00:00Z             ISO 8601, a fraction of any length, Z or an offset (+01:00, +0100, +01)
 *   2026-03-02T08:00:00              without either it is UTC; a blank may stand for the T
 *   /Date(1772438400000)/            milliseconds since 1970, .NET in PowerShell 5.1; an offset changes
 * nothing 20260302090000.000000+060        DMTF: local time, and the minutes that it is ahead of UTC
 *
 * Sources: ISO 8601; Microsoft, ConvertTo-Json; DMTF DSP0004, "datetime"; Microsoft, WMI "Date and time
 * format". */
#ifndef PAYLOAD_CIM_DATE_H
#define PAYLOAD_CIM_DATE_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970-01-01 00:00 UTC, the fraction cut off.  False for anything else, for moments outside the
 * years 1601 to 9999, and for 1601-01-01 00:00 UTC itself, with which Windows says that there is no date. */
MUST_CHECK bool cim_date_read(struct span text, int64_t *ret_seconds);

#endif
