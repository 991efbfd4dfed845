/* SPDX-License-Identifier: MIT */
/* The line reader of ini files. */
#include "options/ini.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Everything that a text holds as one string: "[section]" for a header, "section/key=value@line" for an
 * entry, the sentence behind "line N: " for an error; parts are separated by " | ". */
static void describe(struct span text, struct text *ret)
{
    struct ini ini = ini_over(text);
    struct ini_item item;
    struct problem why;
    text_start(ret, 100000);
    for (;;) {
        enum ini_outcome outcome = ini_next(&ini, &item, &why);
        if (outcome == INI_END)
            return;
        if (ret->length > 0)
            text_append(ret, " | ");
        if (outcome == INI_WRONG) {
            assert_int_equal(why.kind, PROBLEM_USAGE);
            text_append_format(ret, "line %u: %s", ini.line, why.sentence);
            return;
        }
        if (outcome == INI_SECTION) {
            text_append_format(ret, "[%.*s]", (int)item.section.length, item.section.bytes);
            continue;
        }
        text_append_format(ret, "%.*s/%.*s=%.*s@%u", (int)item.section.length, item.section.bytes,
                           (int)item.key.length, item.key.bytes, (int)item.value.length, item.value.bytes,
                           item.line);
    }
}

struct row {
    int line; /* of this file, shown when the row fails */
    const char *text, *expected;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text actual;
        describe(span_of(rows[i].text), &actual);
        _assert_string_equal(text_string(&actual), rows[i].expected, __FILE__, rows[i].line);
        text_done(&actual);
    }
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows)

static void entries_belong_to_the_section_above_them(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "\n\n", ""},
        {__LINE__, "[a]\nport=1\n[b]\nport=2\n", "[a] | a/port=1@2 | [b] | b/port=2@4"},
        {__LINE__, "[a]\nx=1\n[b]\n[a]\ny=2", "[a] | a/x=1@2 | [b] | [a] | a/y=2@5"},
        {__LINE__, "[a]\nx=1\nx=2\n", "[a] | a/x=1@2 | a/x=2@3"},
        {__LINE__, "[a", "line 1: a section header without ]"},
        {__LINE__, "[]", "line 1: a section header without a name"},
        {__LINE__, "[ \t]", "line 1: a section header without a name"},
        {__LINE__, "[a] # b", "line 1: text behind the ] of a section header"},
        {__LINE__, "\nx=1\n[a]", "line 2: an entry before the first section header"},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void blanks_and_line_ends_around_names_and_values_do_not_count(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "[a]\r\nx=1\r\n", "[a] | a/x=1@2"},
        {__LINE__, " [ a b ] \n \t x \t=\t1 2 \t\n", "[a b] | a b/x=1 2@2"},
        {__LINE__, "[a]\nx=1\r", "[a] | a/x=1@2"},
        {__LINE__, "\xEF\xBB\xBF[a]\nx=1", "[a] | a/x=1@2"},
        {__LINE__, "[a]\nx=\ny= \n", "[a] | a/x=@2 | a/y=@3"},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void a_value_is_everything_up_to_the_end_of_its_line(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "[a]\nx=1 # no comment ; none\n", "[a] | a/x=1 # no comment ; none@2"},
        {__LINE__, "[a]\nx=\"q\"\n", "[a] | a/x=\"q\"@2"},
        {__LINE__, "[a]\nx=a=b==\n", "[a] | a/x=a=b==@2"},
        {__LINE__, "[a]\nx=1\\\ny=2\n", "[a] | a/x=1\\@2 | a/y=2@3"},
        {__LINE__, "[a]\nx=[b]\n", "[a] | a/x=[b]@2"},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void comments_are_lines_of_their_own(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "# x\n; y = [\n[a]\n \t# z\n#\n;\nx=1", "[a] | a/x=1@7"},
        {__LINE__, "#", ""},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void a_line_that_is_no_entry_is_an_error_which_does_not_show_it(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "[a]\npassword geheim\n", "[a] | line 2: a line without = (key=value is needed)"},
        {__LINE__, "geheim", "line 1: a line without = (key=value is needed)"},
        {__LINE__, "[a]\n=geheim\n", "[a] | line 2: no key before ="},
        {__LINE__, "[a]\nx=1\n  y\n", "[a] | a/x=1@2 | line 3: a line without = (key=value is needed)"},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void a_nul_byte_is_an_error_wherever_it_is(void **state)
{
    static const char in_value[] = "[a]\nx=1\0002\n", in_comment[] = "#\0\n[a]\n";
    struct text actual;
    (void)state;
    describe((struct span) {in_value, sizeof in_value - 1}, &actual);
    assert_string_equal(text_string(&actual), "[a] | line 2: a NUL byte");
    text_done(&actual);
    describe((struct span) {in_comment, sizeof in_comment - 1}, &actual);
    assert_string_equal(text_string(&actual), "line 1: a NUL byte");
    text_done(&actual);
}

static void a_line_has_at_most_4096_bytes(void **state)
{
    static char line[4 + INI_LINE_MAXIMUM + 1] = "[a]\nx=";
    struct text actual;
    (void)state;
    memset(line + 6, 'v', sizeof line - 6);
    describe((struct span) {line, 4 + INI_LINE_MAXIMUM}, &actual);
    assert_int_equal(actual.length, strlen("[a] | a/x=@2") + INI_LINE_MAXIMUM - 2);
    text_done(&actual);
    describe((struct span) {line, 4 + INI_LINE_MAXIMUM + 1}, &actual);
    assert_string_equal(text_string(&actual), "[a] | line 2: a line of more than 4096 bytes");
    text_done(&actual);
}

static void reading_goes_on_behind_an_error(void **state)
{
    struct ini ini = ini_over(span_of("[a]\nbad\nx=1\n"));
    struct ini_item item;
    struct problem why;
    (void)state;
    assert_int_equal(ini_next(&ini, &item, &why), INI_SECTION);
    assert_int_equal(ini_next(&ini, &item, &why), INI_WRONG);
    assert_int_equal(ini_next(&ini, &item, &why), INI_ENTRY);
    assert_int_equal(item.line, 3);
    assert_int_equal(ini_next(&ini, &item, &why), INI_END);
    assert_int_equal(ini_next(&ini, &item, &why), INI_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_belong_to_the_section_above_them),
        cmocka_unit_test(blanks_and_line_ends_around_names_and_values_do_not_count),
        cmocka_unit_test(a_value_is_everything_up_to_the_end_of_its_line),
        cmocka_unit_test(comments_are_lines_of_their_own),
        cmocka_unit_test(a_line_that_is_no_entry_is_an_error_which_does_not_show_it),
        cmocka_unit_test(a_nul_byte_is_an_error_wherever_it_is),
        cmocka_unit_test(a_line_has_at_most_4096_bytes),
        cmocka_unit_test(reading_goes_on_behind_an_error),
    };
    return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
