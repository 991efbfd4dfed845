/* SPDX-License-Identifier: MIT */
/* The calendar, checked against a second one that only counts. */
#include "base/utc.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t first_moment = INT64_C(-11644473600); /* 1601-01-01, where FILETIME begins */

static int length_of_month(int year, int month)
{
    if (month == 2)
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void known_moments_have_their_seconds(void **state)
{
    static const struct {
        int line;
        struct civil_time civil;
        int64_t seconds;
    } rows[] = {
        {__LINE__, {1970, 1, 1, 0, 0, 0}, 0},
        {__LINE__, {1969, 12, 31, 23, 59, 59}, -1},
        {__LINE__, {1601, 1, 1, 0, 0, 0}, INT64_C(-11644473600)},
        {__LINE__, {2000, 2, 29, 12, 30, 15}, 951827415},
        {__LINE__, {2038, 1, 19, 3, 14, 8}, INT64_C(2147483648)},
        {__LINE__, {2024, 2, 29, 0, 0, 0}, 1709164800},
        {__LINE__, {9999, 12, 31, 23, 59, 59}, INT64_C(253402300799)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = 77;
        _assert_true(utc_from_civil(&rows[i].civil, &seconds), "utc_from_civil", __FILE__, rows[i].line);
        if (seconds != rows[i].seconds)
            fail_msg("line %d: %" PRId64 ", wanted %" PRId64, rows[i].line, seconds, rows[i].seconds);
    }
}

static void fields_that_name_no_moment_are_refused(void **state)
{
    static const struct {
        int line;
        struct civil_time civil;
    } rows[] = {
        {__LINE__, {1600, 12, 31, 0, 0, 0}}, {__LINE__, {10000, 1, 1, 0, 0, 0}},
        {__LINE__, {-1, 1, 1, 0, 0, 0}},     {__LINE__, {2026, 0, 1, 0, 0, 0}},
        {__LINE__, {2026, 13, 1, 0, 0, 0}},  {__LINE__, {2026, -1, 1, 0, 0, 0}},
        {__LINE__, {2026, 1, 0, 0, 0, 0}},   {__LINE__, {2026, 1, 32, 0, 0, 0}},
        {__LINE__, {2026, 4, 31, 0, 0, 0}},  {__LINE__, {2026, 2, 29, 0, 0, 0}},
        {__LINE__, {2024, 2, 30, 0, 0, 0}},  {__LINE__, {1900, 2, 29, 0, 0, 0}},
        {__LINE__, {2026, 1, 1, 24, 0, 0}},  {__LINE__, {2026, 1, 1, -1, 0, 0}},
        {__LINE__, {2026, 1, 1, 0, 60, 0}},  {__LINE__, {2026, 1, 1, 0, -1, 0}},
        {__LINE__, {2026, 1, 1, 0, 0, 60}},  {__LINE__, {2026, 1, 1, 0, 0, -1}},
        {__LINE__, {2026, 1, -1, 0, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = 77;
        _assert_int_equal(utc_from_civil(&rows[i].civil, &seconds), false, __FILE__, rows[i].line);
        _assert_int_equal((uint64_t)seconds, 77, __FILE__, rows[i].line);
    }
}

static void every_day_follows_the_day_before(void **state)
{
    int64_t wanted = first_moment;
    (void)state;
    for (int year = 1601; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= length_of_month(year, month); day++, wanted += 86400) {
                struct civil_time civil = {.year = year, .month = month, .day = day};
                int64_t seconds = 77;
                if (!utc_from_civil(&civil, &seconds) || seconds != wanted)
                    fail_msg("%04d-%02d-%02d: %" PRId64 ", wanted %" PRId64, year, month, day, seconds,
                             wanted);
            }
        }
    }
}

static void check_date(int64_t seconds, const char *wanted)
{
    char date[UTC_DATE_SIZE];
    utc_print_date(seconds, date);
    if (strcmp(date, wanted) != 0)
        fail_msg("%" PRId64 " printed as %s, wanted %s", seconds, date, wanted);
}

static void the_first_and_the_last_day_of_every_month_are_printed(void **state)
{
    int64_t moment = first_moment;
    (void)state;
    for (int year = 1601; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            char wanted[32];
            snprintf(wanted, sizeof wanted, "%04d-%02d-01", year, month);
            check_date(moment, wanted);
            moment += INT64_C(86400) * length_of_month(year, month);
            snprintf(wanted, sizeof wanted, "%04d-%02d-%02d", year, month, length_of_month(year, month));
            check_date(moment - 1, wanted);
        }
    }
}

static void a_date_lasts_from_midnight_to_midnight(void **state)
{
    (void)state;
    check_date(0, "1970-01-01");
    check_date(86399, "1970-01-01");
    check_date(86400, "1970-01-02");
    check_date(-1, "1969-12-31");
    check_date(-86400, "1969-12-31");
    check_date(-86401, "1969-12-30");
}

static void moments_outside_the_calendar_are_unknown(void **state)
{
    (void)state;
    check_date(first_moment, "1601-01-01");
    check_date(first_moment - 1, "unknown");
    check_date(INT64_C(253402300799), "9999-12-31");
    check_date(INT64_C(253402300800), "unknown");
    check_date(INT64_MIN, "unknown");
    check_date(INT64_MAX, "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_have_their_seconds),
        cmocka_unit_test(fields_that_name_no_moment_are_refused),
        cmocka_unit_test(every_day_follows_the_day_before),
        cmocka_unit_test(the_first_and_the_last_day_of_every_month_are_printed),
        cmocka_unit_test(a_date_lasts_from_midnight_to_midnight),
        cmocka_unit_test(moments_outside_the_calendar_are_unknown),
    };
    return cmocka_run_group_tests_name("utc", tests, NULL, NULL);
}
