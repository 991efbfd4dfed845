/* SPDX-License-Identifier: MIT */
/* Numbers: the whole span or nothing. */
#include "base/number.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct row {
    int line;                      /* of this file, shown when the row fails */
    const char *digits, *expected; /* printed in the form of the reader, or "refused" */
};

/* What each reader makes of the digits.  A reader that touches its result on failure shows. */
static const char *read_unsigned(struct span digits)
{
    static char shown[32];
    uint64_t value = 77;
    if (number_parse_unsigned(digits, &value))
        snprintf(shown, sizeof shown, "%" PRIu64, value);
    else
        snprintf(shown, sizeof shown, "%s", value == 77 ? "refused" : "touched");
    return shown;
}

static const char *read_signed(struct span digits)
{
    static char shown[32];
    int64_t value = 77;
    if (number_parse_signed(digits, &value))
        snprintf(shown, sizeof shown, "%" PRId64, value);
    else
        snprintf(shown, sizeof shown, "%s", value == 77 ? "refused" : "touched");
    return shown;
}

static const char *read_hex(struct span digits)
{
    static char shown[32];
    uint32_t value = 0x77;
    if (number_parse_hex(digits, &value))
        snprintf(shown, sizeof shown, "%" PRIX32, value);
    else
        snprintf(shown, sizeof shown, "%s", value == 0x77 ? "refused" : "touched");
    return shown;
}

static const char *read_decimal(struct span digits)
{
    static char shown[64];
    double value = 77;
    if (number_parse_decimal(digits, &value))
        snprintf(shown, sizeof shown, "%.17g", value);
    else
        snprintf(shown, sizeof shown, "%s", value == 77 ? "refused" : "touched");
    return shown;
}

static void check_rows(const char *(*read)(struct span digits), const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        _assert_string_equal(read(span_of(rows[i].digits)), rows[i].expected, __FILE__, rows[i].line);
    assert_string_equal(read((struct span) {NULL, 0}), "refused");
    assert_string_equal(read((struct span) {"1\0", 2}), "refused");
    assert_string_equal(read((struct span) {"12x", 2}), "12");
}

#define CHECK_ROWS(read, rows) check_rows(read, rows, sizeof rows / sizeof *rows)

static void unsigned_numbers_are_digits_up_to_64_bits(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "0", "0"},
        {__LINE__, "007", "7"},
        {__LINE__, "4294967295", "4294967295"},
        {__LINE__, "18446744073709551615", "18446744073709551615"},
        {__LINE__, "18446744073709551616", "refused"},
        {__LINE__, "18446744073709551620", "refused"},
        {__LINE__, "99999999999999999999999999", "refused"},
        {__LINE__, "", "refused"},
        {__LINE__, "-1", "refused"},
        {__LINE__, "+1", "refused"},
        {__LINE__, " 1", "refused"},
        {__LINE__, "1 ", "refused"},
        {__LINE__, "1.0", "refused"},
        {__LINE__, "1e3", "refused"},
        {__LINE__, "0x10", "refused"},
        {__LINE__, "1,000", "refused"},
        {__LINE__, "\xd9\xa1", "refused"}, /* an Arabic one */
    };
    (void)state;
    CHECK_ROWS(read_unsigned, rows);
}

static void signed_numbers_may_begin_with_one_minus(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "0", "0"},
        {__LINE__, "-0", "0"},
        {__LINE__, "-1", "-1"},
        {__LINE__, "-1073418124", "-1073418124"},
        {__LINE__, "9223372036854775807", "9223372036854775807"},
        {__LINE__, "-9223372036854775807", "-9223372036854775807"},
        {__LINE__, "9223372036854775808", "refused"},
        {__LINE__, "-18446744073709551615", "refused"},
        {__LINE__, "", "refused"},
        {__LINE__, "-", "refused"},
        {__LINE__, "--1", "refused"},
        {__LINE__, "- 1", "refused"},
        {__LINE__, "+1", "refused"},
        {__LINE__, "1-", "refused"},
    };
    (void)state;
    CHECK_ROWS(read_signed, rows);
}

static void hex_numbers_have_one_to_eight_digits(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "0", "0"},        {__LINE__, "c004F074", "C004F074"}, {__LINE__, "FFFFFFFF", "FFFFFFFF"},
        {__LINE__, "0000000a", "A"}, {__LINE__, "100000000", "refused"}, {__LINE__, "0c004f074", "refused"},
        {__LINE__, "", "refused"},   {__LINE__, "0x1", "refused"},       {__LINE__, "-1", "refused"},
        {__LINE__, "g", "refused"},  {__LINE__, "@", "refused"},         {__LINE__, "`", "refused"},
        {__LINE__, " 1", "refused"},
    };
    (void)state;
    CHECK_ROWS(read_hex, rows);
}

static void decimal_numbers_follow_the_grammar_of_the_draft(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "0", "0"},
        {__LINE__, "25", "25"},
        {__LINE__, "0.5", "0.5"},
        {__LINE__, "-3", "-3"},
        {__LINE__, "-0.25", "-0.25"},
        {__LINE__, "0.1", "0.10000000000000001"},
        {__LINE__, "179.7", "179.69999999999999"},
        {__LINE__, "007.50", "7.5"},
        {__LINE__, "123456789012345", "123456789012345"},
        {__LINE__, "000000000000000000000000000001", "1"}, /* 30 digits */
        {__LINE__, "0000000000000000000000000000001", "refused"},
        {__LINE__, "", "refused"},
        {__LINE__, "-", "refused"},
        {__LINE__, ".", "refused"},
        {__LINE__, "-.", "refused"},
        {__LINE__, ".5", "refused"},
        {__LINE__, "-.5", "refused"},
        {__LINE__, "5.", "refused"},
        {__LINE__, "1.2.3", "refused"},
        {__LINE__, "1..2", "refused"},
        {__LINE__, "1.-2", "refused"},
        {__LINE__, "--1", "refused"},
        {__LINE__, "+1", "refused"},
        {__LINE__, "1,5", "refused"},
        {__LINE__, "1e3", "refused"},
        {__LINE__, "1E3", "refused"},
        {__LINE__, "0x10", "refused"},
        {__LINE__, "inf", "refused"},
        {__LINE__, "nan", "refused"},
        {__LINE__, " 1", "refused"},
        {__LINE__, "1 ", "refused"},
        {__LINE__, "1s", "refused"},
    };
    (void)state;
    CHECK_ROWS(read_decimal, rows);
}

static void printed_decimals_are_read_back(void **state)
{
    (void)state;
    for (int thousandths = -20000; thousandths <= 20000; thousandths++) {
        char printed[32];
        double value = 0;
        snprintf(printed, sizeof printed, "%.3f", thousandths / 1000.0);
        if (!number_parse_decimal(span_of(printed), &value) || value != thousandths / 1000.0)
            fail_msg("%s was read as %.17g, wanted %.17g", printed, value, thousandths / 1000.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_numbers_are_digits_up_to_64_bits),
        cmocka_unit_test(signed_numbers_may_begin_with_one_minus),
        cmocka_unit_test(hex_numbers_have_one_to_eight_digits),
        cmocka_unit_test(decimal_numbers_follow_the_grammar_of_the_draft),
        cmocka_unit_test(printed_decimals_are_read_back),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
