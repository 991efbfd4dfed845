/* SPDX-License-Identifier: MIT */
/* Readers: a cursor that never passes the end of the bytes. */
#include "base/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void numbers_are_read_in_order(void **state)
{
    struct reader reader = reader_over((struct span) {"\x01\x34\x12\xff\xfe\xff"
                                                      "ab",
                                                      8});
    (void)state;
    assert_int_equal(reader_remaining(&reader), 8);
    assert_int_equal(reader_byte(&reader), 1);
    assert_int_equal(reader_u16_little(&reader), 0x1234);
    assert_int_equal(reader_byte(&reader), 0xff);
    assert_int_equal(reader_u16_little(&reader), 0xfffe);
    struct span rest = reader_bytes(&reader, 2);
    assert_int_equal(rest.length, 2);
    assert_memory_equal(rest.bytes, "ab", 2);
    assert_int_equal(reader_remaining(&reader), 0);
    assert_false(reader.has_failed);
}

static void reading_nothing_at_the_end_is_no_failure(void **state)
{
    struct reader reader = reader_over((struct span) {NULL, 0});
    (void)state;
    assert_int_equal(reader_bytes(&reader, 0).length, 0);
    assert_false(reader.has_failed);
}

static void a_read_that_does_not_fit_gives_zero_and_stays_failed(void **state)
{
    struct reader reader = reader_over(span_of("abc"));
    (void)state;
    assert_int_equal(reader_u16_little(&reader), 0x6261);
    assert_int_equal(reader_u16_little(&reader), 0);
    assert_true(reader.has_failed);
    assert_int_equal(reader_byte(&reader), 0);
    assert_int_equal(reader_bytes(&reader, 0).length, 0);
    assert_true(reader.has_failed);
    struct span line = {NULL, 0};
    bool is_ended = true;
    assert_false(reader_line(&reader, &line, &is_ended));
    assert_null(line.bytes);
}

static void a_length_beyond_the_end_is_refused(void **state)
{
    static const size_t lengths[] = {4, 5, SIZE_MAX / 2, SIZE_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct reader reader = reader_over(span_of("abc"));
        assert_int_equal(reader_bytes(&reader, lengths[i]).length, 0);
        assert_true(reader.has_failed);
    }
}

static void lines_end_with_lf_cr_lf_or_cr(void **state)
{
    static const struct {
        int line;
        const char *text, *expected; /* a line that has its end is shown with a slash behind it */
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "a", "a"},
        {__LINE__, "a\n", "a/"},
        {__LINE__, "a\nb", "a/b"},
        {__LINE__, "a\r\nb\r\n", "a/b/"},
        {__LINE__, "a\rb\r", "a/b/"},
        {__LINE__, "\n\n", "//"},
        {__LINE__, "\r\r\n\n", "///"},
        {__LINE__, "a\n\rb", "a//b"},
        {__LINE__, "a\vb", "a\vb"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reader reader = reader_over(span_of(rows[i].text));
        struct span line;
        bool is_ended;
        char actual[64] = "";
        while (reader_line(&reader, &line, &is_ended)) {
            size_t length = strlen(actual);
            snprintf(actual + length, sizeof actual - length, "%.*s%s", (int)line.length, line.bytes,
                     is_ended ? "/" : "");
        }
        _assert_string_equal(actual, rows[i].expected, __FILE__, rows[i].line);
        _assert_int_equal(reader.has_failed, false, __FILE__, rows[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_in_order),
        cmocka_unit_test(reading_nothing_at_the_end_is_no_failure),
        cmocka_unit_test(a_read_that_does_not_fit_gives_zero_and_stays_failed),
        cmocka_unit_test(a_length_beyond_the_end_is_refused),
        cmocka_unit_test(lines_end_with_lf_cr_lf_or_cr),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
