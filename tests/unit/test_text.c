/* SPDX-License-Identifier: MIT */
/* Texts: a bounded builder that remembers its first failure. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void appends_stand_one_behind_the_other(void **state)
{
    struct text text;
    (void)state;
    text_start(&text, 100);
    assert_string_equal(text_string(&text), "");
    text_append(&text, "count ");
    text_append_format(&text, "%d of %s", 26, "25");
    text_append_byte(&text, ',');
    text_append_span(&text, (struct span) {" cap", 2});
    text_append_span(&text, (struct span) {NULL, 0});
    text_append(&text, "");
    assert_string_equal(text_string(&text), "count 26 of 25, c");
    assert_int_equal(text.length, strlen("count 26 of 25, c"));
    assert_true(text_ok(&text));
    text_done(&text);
}

static void bytes_are_kept_as_they_are(void **state)
{
    struct text text;
    (void)state;
    text_start(&text, 10);
    text_append_span(&text, (struct span) {"a\0\xff", 3});
    assert_int_equal(text.length, 3);
    assert_memory_equal(text_string(&text), "a\0\xff", 4);
    text_done(&text);
}

/* The maximum is the same however the bytes arrive: `way` is s(tring), b(ytes one by one), f(ormatted). */
static void append_by(struct text *text, char way, const char *string)
{
    if (way == 's')
        text_append(text, string);
    else if (way == 'f')
        text_append_format(text, "%s", string);
    else
        while (*string != '\0')
            text_append_byte(text, *string++);
}

static void what_fits_into_the_maximum_is_kept(void **state)
{
    static const struct {
        int line;
        size_t maximum;
        const char *first, *second, *expected;
        bool is_ok;
    } rows[] = {
        {__LINE__, 0, "", "", "", true},
        {__LINE__, 0, "", "a", "", false},
        {__LINE__, 5, "abc", "de", "abcde", true},
        {__LINE__, 5, "abc", "def", "abcde", false},
        {__LINE__, 5, "abcde", "f", "abcde", false},
        {__LINE__, 5, "abcde", "", "abcde", true},
        {__LINE__, 1, "abc", "", "a", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (const char *way = "sbf"; *way != '\0'; way++) {
            struct text text;
            text_start(&text, rows[i].maximum);
            append_by(&text, *way, rows[i].first);
            append_by(&text, *way, rows[i].second);
            _assert_string_equal(text_string(&text), rows[i].expected, __FILE__, rows[i].line);
            _assert_int_equal(text.length, strlen(rows[i].expected), __FILE__, rows[i].line);
            _assert_int_equal(text_ok(&text), rows[i].is_ok, __FILE__, rows[i].line);
            text_done(&text);
        }
    }
}

static void a_failure_stays_remembered_when_the_text_is_cut(void **state)
{
    struct text text;
    (void)state;
    text_start(&text, 5);
    text_append(&text, "abcdef");
    text_cut(&text, 2);
    assert_string_equal(text_string(&text), "ab");
    assert_false(text_ok(&text));
    text_append(&text, "xyz");
    assert_string_equal(text_string(&text), "abxyz");
    assert_false(text_ok(&text));
    text_done(&text);
}

static void a_cut_behind_the_end_changes_nothing(void **state)
{
    struct text text;
    (void)state;
    text_start(&text, 5);
    text_cut(&text, 0);
    text_cut(&text, 3);
    assert_string_equal(text_string(&text), "");
    text_append(&text, "abc");
    text_cut(&text, 3);
    text_cut(&text, 4);
    assert_string_equal(text_string(&text), "abc");
    assert_true(text_ok(&text));
    text_done(&text);
}

static void a_format_that_fails_is_remembered(void **state)
{
    struct text text;
    const wchar_t no_character[] = {0xD800, 0};
    (void)state;
    text_start(&text, 100);
    text_append(&text, "before");
    text_append_format(&text, "a%lsb", no_character);
    assert_string_equal(text_string(&text), "before");
    assert_false(text_ok(&text));
    text_done(&text);
}

static void a_long_text_grows_as_needed(void **state)
{
    enum { SIZE = 300000 };
    struct text text;
    (void)state;
    text_start(&text, SIZE);
    for (int i = 0; i < SIZE; i++)
        text_append_byte(&text, (char)('a' + i % 26));
    assert_true(text_ok(&text));
    assert_int_equal(text.length, SIZE);
    for (int i = 0; i < SIZE; i++)
        assert_int_equal(text.bytes[i], 'a' + i % 26);
    assert_int_equal(text.bytes[SIZE], '\0');
    text_done(&text);
}

static void a_text_may_be_done_twice(void **state)
{
    struct text text;
    (void)state;
    text_start(&text, 5);
    text_done(&text);
    text_start(&text, 5);
    text_append(&text, "abc");
    text_done(&text);
    text_done(&text);
    assert_string_equal(text_string(&text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_stand_one_behind_the_other),
        cmocka_unit_test(bytes_are_kept_as_they_are),
        cmocka_unit_test(what_fits_into_the_maximum_is_kept),
        cmocka_unit_test(a_failure_stays_remembered_when_the_text_is_cut),
        cmocka_unit_test(a_cut_behind_the_end_changes_nothing),
        cmocka_unit_test(a_format_that_fails_is_remembered),
        cmocka_unit_test(a_long_text_grows_as_needed),
        cmocka_unit_test(a_text_may_be_done_twice),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
