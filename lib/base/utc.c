/* SPDX-License-Identifier: MIT */
/* Calendar arithmetic on days since 1970-01-01, by the usual trick of letting the year begin in March so that
 * the leap day is its last day. */
#include "base/utc.h"

#include <stdio.h>
#include <string.h>

enum { SECONDS_A_DAY = 86400, DAYS_IN_400_YEARS = 146097, DAYS_TO_1970 = 719468 };

static int64_t days_from_civil(int year, int month, int day)
{
    year -= month <= 2;
    int era = year / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * DAYS_IN_400_YEARS + day_of_era - DAYS_TO_1970;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

bool utc_from_civil(const struct civil_time *civil, int64_t *ret_seconds)
{
    if (civil->year < 1601 || civil->year > 9999 || civil->month < 1 || civil->month > 12)
        return false;
    if (civil->day < 1 || civil->day > days_in_month(civil->year, civil->month))
        return false;
    if (civil->hour < 0 || civil->hour > 23 || civil->minute < 0 || civil->minute > 59 || civil->second < 0 ||
        civil->second > 59)
        return false;
    *ret_seconds = days_from_civil(civil->year, civil->month, civil->day) * SECONDS_A_DAY +
                   civil->hour * 3600 + civil->minute * 60 + civil->second;
    return true;
}

void utc_print_date(int64_t seconds, char ret_date[UTC_DATE_SIZE])
{
    int64_t days = seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0 ? 1 : 0) + DAYS_TO_1970;
    if (days < days_from_civil(1601, 1, 1) + DAYS_TO_1970 ||
        days > days_from_civil(9999, 12, 31) + DAYS_TO_1970) {
        memcpy(ret_date, "unknown", sizeof "unknown");
        return;
    }
    int era = (int)(days / DAYS_IN_400_YEARS);
    int day_of_era = (int)(days % DAYS_IN_400_YEARS);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    int day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    int year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    snprintf(ret_date, UTC_DATE_SIZE, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
}
