/* SPDX-License-Identifier: MIT */
/* Dates of agents. */
#include "payload/cim_date.h"

#include "base/number.h"
#include "base/utc.h"

#include <stddef.h>

enum { OFFSET_MAXIMUM = 14 * 60 }; /* minutes; no clock on earth is further from UTC */

static const int64_t first_second = -11644473600; /* 1601-01-01 00:00:00 UTC, "no date" */
static const int64_t last_second = 253402300799;  /* 9999-12-31 23:59:59 UTC */

/* Takes exactly `count` digits off the front. */
static bool take_number(struct span *rest, size_t count, int *ret)
{
    uint64_t number;
    if (rest->length < count || !number_parse_unsigned(span_first(*rest, count), &number))
        return false;
    *ret = (int)number;
    *rest = span_from(*rest, count);
    return true;
}

static bool take_byte(struct span *rest, const char *one_of)
{
    for (; *one_of != '\0'; one_of++) {
        if (rest->length > 0 && rest->bytes[0] == *one_of) {
            *rest = span_from(*rest, 1);
            return true;
        }
    }
    return false;
}

static bool take_digits(struct span *rest)
{
    size_t length = 0;
    while (length < rest->length && ascii_is_digit(rest->bytes[length]))
        length++;
    *rest = span_from(*rest, length);
    return length > 0;
}

static bool finish(const struct civil_time *local, int ahead_minutes, int64_t *ret_seconds)
{
    int64_t seconds;
    if (ahead_minutes < -OFFSET_MAXIMUM || ahead_minutes > OFFSET_MAXIMUM || !utc_from_civil(local, &seconds))
        return false;
    seconds -= (int64_t)ahead_minutes * 60;
    if (seconds <= first_second || seconds > last_second)
        return false;
    *ret_seconds = seconds;
    return true;
}

/* "Z", "+01:00", "+0100", "+01" or nothing. */
static bool read_iso_zone(struct span zone, int *ret_ahead_minutes)
{
    int hours = 0, minutes = 0;
    bool is_behind = span_starts_with(zone, "-");
    if (zone.length > 0 && !span_is_ignoring_case(zone, "Z")) {
        if (!take_byte(&zone, "+-") || !take_number(&zone, 2, &hours))
            return false;
        bool has_colon = take_byte(&zone, ":");
        if ((has_colon || zone.length > 0) &&
            (!take_number(&zone, 2, &minutes) || zone.length > 0 || minutes > 59))
            return false;
    }
    *ret_ahead_minutes = (is_behind ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool read_iso(struct span rest, int64_t *ret_seconds)
{
    struct civil_time local;
    int ahead_minutes;
    bool is_moment =
        take_number(&rest, 4, &local.year) && take_byte(&rest, "-") && take_number(&rest, 2, &local.month) &&
        take_byte(&rest, "-") && take_number(&rest, 2, &local.day) && take_byte(&rest, "Tt ") &&
        take_number(&rest, 2, &local.hour) && take_byte(&rest, ":") && take_number(&rest, 2, &local.minute) &&
        take_byte(&rest, ":") && take_number(&rest, 2, &local.second);
    if (!is_moment || (take_byte(&rest, ".,") && !take_digits(&rest)))
        return false;
    return read_iso_zone(rest, &ahead_minutes) && finish(&local, ahead_minutes, ret_seconds);
}

static bool read_dmtf(struct span rest, int64_t *ret_seconds)
{
    struct civil_time local;
    int ahead_minutes, microseconds;
    bool is_moment = take_number(&rest, 4, &local.year) && take_number(&rest, 2, &local.month) &&
                     take_number(&rest, 2, &local.day) && take_number(&rest, 2, &local.hour) &&
                     take_number(&rest, 2, &local.minute) && take_number(&rest, 2, &local.second) &&
                     take_byte(&rest, ".") && take_number(&rest, 6, &microseconds);
    bool is_behind = span_starts_with(rest, "-");
    if (!is_moment || !take_byte(&rest, "+-") || !take_number(&rest, 3, &ahead_minutes) || rest.length > 0)
        return false;
    return finish(&local, is_behind ? -ahead_minutes : ahead_minutes, ret_seconds);
}

/* The number counts from 1970 UTC whatever offset follows it. */
static bool read_dotnet(struct span text, int64_t *ret_seconds)
{
    static const char head[] = "/Date(", tail[] = ")/";
    int64_t milliseconds;
    int offset;
    struct span rest = span_from(text, sizeof head - 1);
    size_t sign = span_starts_with(rest, "-") ? 1 : 0, end = sign;
    while (end < rest.length && ascii_is_digit(rest.bytes[end]))
        end++;
    if (!number_parse_signed(span_first(rest, end), &milliseconds))
        return false;
    rest = span_from(rest, end);
    if (take_byte(&rest, "+-") && !take_number(&rest, 4, &offset))
        return false;
    if (!span_is(rest, tail))
        return false;
    int64_t seconds = milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0);
    if (seconds <= first_second || seconds > last_second)
        return false;
    *ret_seconds = seconds;
    return true;
}

bool cim_date_read(struct span text, int64_t *ret_seconds)
{
    text = span_trim(text);
    if (span_starts_with(text, "/Date("))
        return read_dotnet(text, ret_seconds);
    return read_iso(text, ret_seconds) || read_dmtf(text, ret_seconds);
}
