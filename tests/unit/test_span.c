/* SPDX-License-Identifier: MIT */
/* Spans: comparing, trimming and cutting bytes that somebody else owns. */
#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct span nothing = {NULL, 0};

/* The bytes as a C string in a buffer that the next call uses again. */
static const char *shown(struct span span)
{
    static char buffer[256];
    snprintf(buffer, sizeof buffer, "%.*s", (int)span.length, span.length > 0 ? span.bytes : "");
    return buffer;
}

static void a_c_string_becomes_its_bytes_without_the_nul(void **state)
{
    (void)state;
    assert_int_equal(span_of("abc").length, 3);
    assert_int_equal(span_of("").length, 0);
    assert_int_equal(span_of(NULL).length, 0);
    assert_null(span_of(NULL).bytes);
}

static void trim_removes_blanks_at_both_ends_only(void **state)
{
    static const struct {
        int line;
        const char *text, *expected;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, " ", ""},
        {__LINE__, " \t\r\n\v\f", ""},
        {__LINE__, "a", "a"},
        {__LINE__, " a b ", "a b"},
        {__LINE__, "\r\na\n", "a"},
        {__LINE__, "\x1f\x0e", "\x1f\x0e"},
        {__LINE__, "\xa0 x", "\xa0 x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        _assert_string_equal(shown(span_trim(span_of(rows[i].text))), rows[i].expected, __FILE__,
                             rows[i].line);
    assert_int_equal(span_trim(nothing).length, 0);
}

static void from_and_first_stay_inside_the_bytes(void **state)
{
    struct span span = span_of("abcdef");
    (void)state;
    assert_string_equal(shown(span_from(span, 0)), "abcdef");
    assert_string_equal(shown(span_from(span, 4)), "ef");
    assert_string_equal(shown(span_from(span, 6)), "");
    assert_string_equal(shown(span_from(span, 7)), "");
    assert_string_equal(shown(span_from(span, SIZE_MAX)), "");
    assert_string_equal(shown(span_first(span, 0)), "");
    assert_string_equal(shown(span_first(span, 2)), "ab");
    assert_string_equal(shown(span_first(span, SIZE_MAX)), "abcdef");
    assert_int_equal(span_from(nothing, 3).length, 0);
    assert_int_equal(span_first(nothing, 3).length, 0);
}

/* The answers of all comparisons as letters: is, Is ignoring case, starts, Starts ignoring case, contains,
 * Contains ignoring case; a dot for no. */
static const char *compare(struct span span, const char *word)
{
    static char answers[7];
    answers[0] = span_is(span, word) ? 'i' : '.';
    answers[1] = span_is_ignoring_case(span, word) ? 'I' : '.';
    answers[2] = span_starts_with(span, word) ? 's' : '.';
    answers[3] = span_starts_with_ignoring_case(span, word) ? 'S' : '.';
    answers[4] = span_contains(span, word) ? 'c' : '.';
    answers[5] = span_contains_ignoring_case(span, word) ? 'C' : '.';
    return answers;
}

static void comparisons_look_at_every_byte(void **state)
{
    static const struct {
        int line;
        const char *text, *word, *expected;
    } rows[] = {
        {__LINE__, "license", "license", "iIsScC"},
        {__LINE__, "License", "license", ".I.S.C"},
        {__LINE__, "license", "LIC", "...S.C"},
        {__LINE__, "license", "licenses", "......"},
        {__LINE__, "license", "cense", "....cC"},
        {__LINE__, "liCENse", "cense", ".....C"},
        {__LINE__, "license", "", "..sScC"},
        {__LINE__, "", "", "iIsScC"},
        {__LINE__, "", "a", "......"},
        {__LINE__, "aab", "ab", "....cC"},
        {__LINE__, "[", "{", "......"},
        {__LINE__, "\xc4", "\xe4", "......"},
        {__LINE__, "@", "`", "......"},
        {__LINE__, "a", "b", "......"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        _assert_string_equal(compare(span_of(rows[i].text), rows[i].word), rows[i].expected, __FILE__,
                             rows[i].line);
    assert_string_equal(compare(nothing, ""), "iIsScC");
    assert_string_equal(compare(nothing, "a"), "......");
    assert_string_equal(compare((struct span) {"a\0b", 3}, "a"), "..sScC");
    assert_true(span_equal_ignoring_case((struct span) {"A\0b", 3}, (struct span) {"a\0B", 3}));
    assert_false(span_equal_ignoring_case((struct span) {"a\0b", 3}, (struct span) {"a\0c", 3}));
}

static void find_gives_the_length_when_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(span_find(span_of("a=b=c"), '='), 1);
    assert_int_equal(span_find(span_of("abc"), '='), 3);
    assert_int_equal(span_find(span_of("=abc"), '='), 0);
    assert_int_equal(span_find((struct span) {"a\0b", 3}, '\0'), 1);
    assert_int_equal(span_find(nothing, '='), 0);
}

static void cut_gives_every_item_of_a_list(void **state)
{
    static const struct {
        int line;
        const char *list, *expected;
    } rows[] = {
        {__LINE__, "a,b,c", "[a][b][c]"}, {__LINE__, "a", "[a]"},     {__LINE__, "", "[]"},
        {__LINE__, "a,", "[a][]"},        {__LINE__, ",a", "[][a]"},  {__LINE__, ",", "[][]"},
        {__LINE__, ",,", "[][][]"},       {__LINE__, "a b", "[a b]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char actual[64] = "";
        for (struct span rest = span_of(rows[i].list); rest.bytes != NULL;) {
            struct span item = span_cut(&rest, ',');
            size_t length = strlen(actual);
            snprintf(actual + length, sizeof actual - length, "[%.*s]", (int)item.length, item.bytes);
        }
        _assert_string_equal(actual, rows[i].expected, __FILE__, rows[i].line);
    }
}

static void cut_of_no_list_ends_the_loop_at_once(void **state)
{
    struct span rest = nothing;
    (void)state;
    assert_int_equal(span_cut(&rest, ',').length, 0);
    assert_null(rest.bytes);
}

static void letters_digits_and_blanks_are_those_of_ascii(void **state)
{
    (void)state;
    for (int value = 0; value < 256; value++) {
        char byte = (char)value;
        int lower = value >= 'A' && value <= 'Z' ? value + 32 : value;
        assert_int_equal((unsigned char)ascii_lower(byte), lower);
        assert_int_equal(ascii_is_digit(byte), value >= '0' && value <= '9');
        assert_int_equal(ascii_is_blank(byte), value != 0 && strchr(" \t\r\n\v\f", value) != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_c_string_becomes_its_bytes_without_the_nul),
        cmocka_unit_test(trim_removes_blanks_at_both_ends_only),
        cmocka_unit_test(from_and_first_stay_inside_the_bytes),
        cmocka_unit_test(comparisons_look_at_every_byte),
        cmocka_unit_test(find_gives_the_length_when_there_is_none),
        cmocka_unit_test(cut_gives_every_item_of_a_list),
        cmocka_unit_test(cut_of_no_list_ends_the_loop_at_once),
        cmocka_unit_test(letters_digits_and_blanks_are_those_of_ascii),
    };
    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
