/* SPDX-License-Identifier: MIT */
/* Dates of agents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payload/cim_date.h"

enum { NOON = 1772452800 }; /* 2026-03-02 12:00:00 UTC */

static void every_spelling_of_a_moment_is_read(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"2026-03-02T12:00:00Z", NOON},
        {"2026-03-02t12:00:00z", NOON},
        {"2026-03-02 12:00:00Z", NOON},
        {"2026-03-02T12:00:00", NOON},
        {" 2026-03-02T12:00:00Z\r\n", NOON},
        {"2026-03-02T12:00:00.5Z", NOON},
        {"2026-03-02T12:00:00,5Z", NOON},
        {"2026-03-02T12:00:00.9999999Z", NOON},
        {"2026-03-02T12:00:00.00000000000000000000000000000001Z", NOON},
        {"2026-03-02T13:00:00+01:00", NOON},
        {"2026-03-02T13:00:00.1234567+01:00", NOON},
        {"2026-03-02T13:00:00+0100", NOON},
        {"2026-03-02T13:00:00+01", NOON},
        {"2026-03-02T07:00:00-05:00", NOON},
        {"2026-03-02T17:45:00+05:45", NOON},
        {"2026-03-03T02:00:00+14:00", NOON},
        {"2026-03-02T12:00:00-00:00", NOON},
        {"/Date(1772452800000)/", NOON},
        {"/Date(1772452800999)/", NOON},
        {"/Date(1772452800000+0100)/", NOON},
        {"/Date(1772452800000-0500)/", NOON},
        {"/Date(0)/", 0},
        {"/Date(-1)/", -1},
        {"/Date(-1000)/", -1},
        {"/Date(-1001)/", -2},
        {"20260302120000.000000-000", NOON},
        {"20260302120000.000000+000", NOON},
        {"20260302120000.999999+000", NOON},
        {"20260302130000.000000+060", NOON},
        {"20260302070000.000000-300", NOON},
        {"1601-01-01T00:00:01Z", -11644473599},
        {"1970-01-01T00:00:00Z", 0},
        {"2000-02-29T00:00:00Z", 951782400},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"/Date(253402300799999)/", 253402300799},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = 42;
        if (!cim_date_read(span_of(cases[i].text), &seconds))
            fail_msg("%s was refused", cases[i].text);
        if (seconds != cases[i].seconds)
            fail_msg("%s became %lld, not %lld", cases[i].text, (long long)seconds,
                     (long long)cases[i].seconds);
    }
}

static void what_is_no_moment_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "yesterday",
        "2026-03-02",
        "2026-03-02T",
        "2026-03-02T12",
        "2026-03-02T12:00",
        "2026-03-02T12:00Z",
        "2026-03-02T12:00:0",
        "2026-03-02T12:00:60Z",
        "2026-03-02T24:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-13-02T12:00:00Z",
        "2026-00-02T12:00:00Z",
        "2026-3-2T12:00:00Z",
        "26-03-02T12:00:00Z",
        "+2026-03-02T12:00:00Z",
        "2026-03-02T12:00:00.Z",
        "2026-03-02T12:00:00.",
        "2026-03-02T12:00:00 Z",
        "2026-03-02T12:00:00ZZ",
        "2026-03-02T12:00:00X",
        "2026-03-02T12:00:00+",
        "2026-03-02T12:00:00+1",
        "2026-03-02T12:00:00+01:",
        "2026-03-02T12:00:00+01:0",
        "2026-03-02T12:00:00+01:60",
        "2026-03-02T12:00:00+01:00Z",
        "2026-03-02T12:00:00+15:00",
        "2026-03-02T12:00:00 2026-03-02T12:00:00Z",
        "02/03/2026 12:00:00",
        "3/2/2026 12:00:00 PM",
        "1772452800",
        "/Date()/",
        "/Date(-)/",
        "/Date(1.5)/",
        "/Date(1772452800000)",
        "/Date(1772452800000",
        "/Date(1772452800000)/ ,",
        "/Date(1772452800000+01)/",
        "/Date(99999999999999999999)/",
        "/Date(253402300800000)/",
        "/Date(-11644473600001)/",
        "/Date(-9223372036854775807)/",
        "20260302120000.000000",
        "20260302120000.000000+",
        "20260302120000.000000+60",
        "20260302120000.000000+0600",
        "20260302120000.000000+841",
        "20260302120000.00000+000",
        "20260302120000.000000:000",
        "20260302120000.******+***",
        "00000005120000.000000:000",
        "20261302120000.000000+000",
        "10000-01-01T00:00:00Z",
        "1600-12-31T23:59:59Z",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds = 42;
        if (cim_date_read(span_of(cases[i]), &seconds))
            fail_msg("%s was read as %lld", cases[i], (long long)seconds);
        if (seconds != 42)
            fail_msg("%s was refused and yet written: %lld, not 42", cases[i], (long long)seconds);
    }
}

static void no_date_is_said_with_the_year_1601(void **state)
{
    static const char *const cases[] = {"1601-01-01T00:00:00Z", "1601-01-01T01:00:00+01:00",
                                        "16010101000000.000000-000", "16010101010000.000000+060",
                                        "/Date(-11644473600000)/"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t seconds;
        if (cim_date_read(span_of(cases[i]), &seconds))
            fail_msg("%s was read as %lld", cases[i], (long long)seconds);
    }
}

static void a_dmtf_or_dotnet_date_that_was_cut_is_refused(void **state)
{
    static const char *const cases[] = {"20260302130000.000000+060", "/Date(1772452800000)/",
                                        "/Date(1772452800000+0100)/"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span whole = span_of(cases[i]);
        for (size_t length = 0; length < whole.length; length++) {
            int64_t seconds;
            if (cim_date_read(span_first(whole, length), &seconds))
                fail_msg("%.*s was read as %lld", (int)length, cases[i], (long long)seconds);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_moment_is_read),
        cmocka_unit_test(what_is_no_moment_is_refused),
        cmocka_unit_test(no_date_is_said_with_the_year_1601),
        cmocka_unit_test(a_dmtf_or_dotnet_date_that_was_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
