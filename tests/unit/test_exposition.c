/* SPDX-License-Identifier: MIT */
/* The text format of Prometheus, and the numbers in it. */
#include "base/text.h"
#include "payload/exposition.h"
#include "payload/exposition_value.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PRINTED_MAXIMUM = 1 << 20 };

/* "name{label=[value]} number" for each sample, then the problem if there is one. */
static void print(struct span bytes, struct text *ret)
{
    struct exposition exposition;
    struct exposition_sample sample;
    struct problem why;
    text_start(ret, PRINTED_MAXIMUM);
    exposition_start(&exposition, bytes);
    while (exposition_next(&exposition, &sample)) {
        text_append_span(ret, sample.name);
        for (size_t i = 0; i < sample.label_count; i++) {
            text_append(ret, i == 0 ? "{" : ",");
            text_append_span(ret, sample.labels[i].name);
            text_append(ret, "=[");
            text_append_span(ret, sample.labels[i].value);
            text_append(ret, "]");
        }
        text_append_format(ret, "%s %.17g\n", sample.label_count > 0 ? "}" : "", sample.value);
    }
    if (!exposition_ok(&exposition, &why))
        text_append_format(ret, "%s\n", why.sentence);
    exposition_done(&exposition);
}

static void check(struct span bytes, const char *expected)
{
    struct text printed;
    print(bytes, &printed);
    if (strcmp(text_string(&printed), expected) != 0)
        fail_msg("%.*s\n--- expected\n%s--- read\n%s", (int)span_first(bytes, 2000).length, bytes.bytes,
                 expected, text_string(&printed));
    text_done(&printed);
}

static void samples_are_read_in_every_lawful_spelling(void **state)
{
    static const struct {
        const char *page, *printed;
    } cases[] = {
        {"", ""},
        {"\n \t\n\r\n", ""},
        {"# HELP a what it is\n# TYPE a gauge\na 1\n", "a 1\n"},
        {"#\n#a\n# anything { } \" \\\n  # indented\na 1\n", "a 1\n"},
        {"a 1\r\nb 2\r\n", "a 1\nb 2\n"},
        {"a:b_9 1\n", "a:b_9 1\n"},
        {"_ 1\n", "_ 1\n"},
        {"a{} 1\n", "a 1\n"},
        {"a{}1\n", "a 1\n"},
        {"a{b=\"c\"}1\n", "a{b=[c]} 1\n"},
        {" \ta \t { b\t= \"c\" , d = \"e\" , } \t 1 \t 1395066363000 \t\n", "a{b=[c],d=[e]} 1\n"},
        {"a{b=\"\"} 1\n", "a{b=[]} 1\n"},
        {"a{b=\"\\\\ \\\" \\n\"} 1\n", "a{b=[\\ \" \n]} 1\n"},
        {"a{b=\"C:\\\\new\\\\\"} 1\n", "a{b=[C:\\new\\]} 1\n"},
        {"a{b=\"}, {=# x\"} 1\n", "a{b=[}, {=# x]} 1\n"},
        {"a{b=\"\xC3\x84 \xE2\x82\xAC \xF0\x9F\x98\x80\"} 1\n",
         "a{b=[\xC3\x84 \xE2\x82\xAC \xF0\x9F\x98\x80]} 1\n"},
        {"a{b=\"c\rd\"} 1\n", "a{b=[c\rd]} 1\n"},
        {"a 1 -5\n", "a 1\n"},
        {"b 2\na 1\nb 3\n", "b 2\na 1\nb 3\n"},
        {"a NaN\nb +Inf\nc -Inf\nd 1.772409e+09\n", "a nan\nb inf\nc -inf\nd 1772409000\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(span_of(cases[i].page), cases[i].printed);
}

static void other_lines_end_the_page_with_their_number(void **state)
{
    static const struct {
        const char *page, *printed;
    } cases[] = {
        {"a 1",
         "line 1 of the metrics cannot be read: it is the last one and has no line feed, it was cut\n"},
        {"a 1\nb 2",
         "a 1\nline 2 of the metrics cannot be read: it is the last one and has no line feed, it was cut\n"},
        {"a 1\n ",
         "a 1\nline 2 of the metrics cannot be read: it is the last one and has no line feed, it was cut\n"},
        {"# x",
         "line 1 of the metrics cannot be read: it is the last one and has no line feed, it was cut\n"},
        {"a 1\n\n<html>\nb 2\n",
         "a 1\nline 3 of the metrics cannot be read: it is neither a sample nor a comment\n"},
        {"a\n", "line 1 of the metrics cannot be read: it is neither a sample nor a comment\n"},
        {"a.b 1\n", "line 1 of the metrics cannot be read: it is neither a sample nor a comment\n"},
        {"9a 1\n", "line 1 of the metrics cannot be read: it is neither a sample nor a comment\n"},
        {"{\"a\"} 1\n", "line 1 of the metrics cannot be read: it is neither a sample nor a comment\n"},
        {"a \n", "line 1 of the metrics cannot be read: its value is no number\n"},
        {"a x\n", "line 1 of the metrics cannot be read: its value is no number\n"},
        {"a 1,5\n", "line 1 of the metrics cannot be read: its value is no number\n"},
        {"a 1 x\n", "line 1 of the metrics cannot be read: its timestamp is no number\n"},
        {"a 1 1.5\n", "line 1 of the metrics cannot be read: its timestamp is no number\n"},
        {"a 1 2 3\n", "line 1 of the metrics cannot be read: something follows its timestamp\n"},
        {"a 1 # {trace=\"x\"} 1\n", "line 1 of the metrics cannot be read: its timestamp is no number\n"},
        {"a{b=\"c\" 1\n", "line 1 of the metrics cannot be read: its labels are not closed\n"},
        {"a{b=\"c\"d=\"e\"} 1\n", "line 1 of the metrics cannot be read: its labels are not closed\n"},
        {"a{,} 1\n", "line 1 of the metrics cannot be read: a label has no name\n"},
        {"a{b=\"c\",,} 1\n", "line 1 of the metrics cannot be read: a label has no name\n"},
        {"a{\n", "line 1 of the metrics cannot be read: a label has no name\n"},
        {"a{b:c=\"d\"} 1\n", "line 1 of the metrics cannot be read: a label has no value\n"},
        {"a{b} 1\n", "line 1 of the metrics cannot be read: a label has no value\n"},
        {"a{b=c} 1\n", "line 1 of the metrics cannot be read: a label value is not in quotes\n"},
        {"a{b='c'} 1\n", "line 1 of the metrics cannot be read: a label value is not in quotes\n"},
        {"a{b=\"c} 1\n", "line 1 of the metrics cannot be read: a label value is not closed\n"},
        {"a{b=\"c\\\"} 1\n", "line 1 of the metrics cannot be read: a label value is not closed\n"},
        {"a{b=\"c\nd\"} 1\n", "line 1 of the metrics cannot be read: a label value is not closed\n"},
        {"a{b=\"\\t\"} 1\n", "line 1 of the metrics cannot be read: a label value has an unknown escape\n"},
        {"a{b=\"\\\n", "line 1 of the metrics cannot be read: a label value has an unknown escape\n"},
        {"a{b=\"1\",b=\"2\"} 1\n", "line 1 of the metrics cannot be read: a label is there twice\n"},
        {"a{b=\"\xC3\"} 1\n", "line 1 of the metrics cannot be read: it has bytes that are not UTF-8\n"},
        {"# \xFF\n", "line 1 of the metrics cannot be read: it has bytes that are not UTF-8\n"},
        {"\xEF\xBB\xBF"
         "a 1\n",
         "line 1 of the metrics cannot be read: it is neither a sample nor a comment\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(span_of(cases[i].page), cases[i].printed);
    check((struct span) {"a{b=\"\0\"} 1\n", 11}, "line 1 of the metrics cannot be read: it has a NUL byte\n");
}

static void labels_and_lines_have_bounds(void **state)
{
    struct text page, printed;
    (void)state;
    text_start(&page, 16 << 20);
    text_append(&page, "a{");
    for (int i = 0; i < EXPOSITION_LABELS_MAXIMUM; i++)
        text_append_format(&page, "l%d=\"\",", i);
    text_append(&page, "} 1\na{");
    for (int i = 0; i <= EXPOSITION_LABELS_MAXIMUM; i++)
        text_append_format(&page, "l%d=\"\",", i);
    text_append(&page, "} 1\n");
    print((struct span) {page.bytes, page.length}, &printed);
    assert_non_null(strstr(text_string(&printed),
                           "l63=[]} 1\nline 2 of the metrics cannot be read: it has too many "
                           "labels\n"));
    text_done(&printed);
    text_cut(&page, 0);
    text_append(&page, "# ");
    while (page.length <= EXPOSITION_LINE_MAXIMUM)
        text_append(&page, "x");
    text_append(&page, "\n");
    check((struct span) {page.bytes, page.length}, "line 1 of the metrics cannot be read: it is too long\n");
    text_cut(&page, 0);
    for (int i = 0; i <= EXPOSITION_LINES_MAXIMUM; i++)
        text_append(&page, "\n");
    check((struct span) {page.bytes, page.length},
          "line 1048577 of the metrics cannot be read: there are too many lines\n");
    text_done(&page);
}

static void a_label_that_is_not_there_is_empty(void **state)
{
    struct exposition exposition;
    struct exposition_sample sample;
    (void)state;
    exposition_start(&exposition, span_of("a{b=\"c\"} 1\n"));
    assert_true(exposition_next(&exposition, &sample));
    assert_true(span_is(exposition_label(&sample, "b"), "c"));
    assert_int_equal(exposition_label(&sample, "B").length, 0);
    assert_int_equal(sample.line, 1);
    assert_false(exposition_next(&exposition, &sample));
    exposition_done(&exposition);
}

static void a_page_that_was_cut_is_no_page(void **state)
{
    static const char page[] = "# TYPE a gauge\na{b=\"\\\\\",c=\"d\"} 1.5e3 7\nb 26\n";
    (void)state;
    for (size_t length = 1; length < sizeof page - 1; length++) {
        struct text printed;
        char *copy = malloc(length);
        assert_non_null(copy);
        memcpy(copy, page, length);
        print((struct span) {copy, length}, &printed);
        bool is_cut = page[length - 1] != '\n';
        if ((strstr(text_string(&printed), "cannot be read") != NULL) != is_cut)
            fail_msg("cut after %zu bytes:\n%s", length, text_string(&printed));
        text_done(&printed);
        free(copy);
    }
}

static void numbers_of_go_are_read(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0},
        {"-0", 0},
        {"26", 26},
        {"+26", 26},
        {"-1", -1},
        {"007", 7},
        {"1.", 1},
        {".5", 0.5},
        {"0.1", 0.1},
        {"1e0", 1},
        {"1E+3", 1000},
        {"1e-3", 0.001},
        {"1.772409e+09", 1772409000},
        {"4.294967295e+09", 4294967295.0},
        {"3.221549172e+09", 3221549172.0},
        {"-1.073418124e+09", -1073418124.0},
        {"9007199254740991", 9007199254740991.0},
        {"9.007199254740992e+15", 9007199254740992.0},
        {"9007199254740991.000000", 9007199254740991.0},
        {"900719925474099100e-2", 9007199254740991.0},
        {"1e22", 1e22},
        {"0e9999", 0},
        {"0.000000000000000000000000000001e30", 1},
        {"1e-9999", 0},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -7;
        if (!exposition_value_read(span_of(cases[i].text), &value) ||
            fabs(value - cases[i].value) > fabs(cases[i].value) * 4e-16 ||
            (fabs(value) <= 9007199254740992.0 && value != cases[i].value))
            fail_msg("%s: expected %.17g, read %.17g", cases[i].text, cases[i].value, value);
    }
}

static void other_words_are_no_number(void **state)
{
    static const char *const words[] = {
        "",      "-",        "+",
        ".",     "e5",       "1e",
        "1e+",   "1e5.0",    "--1",
        "+-1",   "1 ",       " 1",
        "1_0",   "0x10",     "0x1p3",
        "1,5",   "1f",       "in",
        "nan1",  "1e999",    "-1e999",
        "1..2",  "1.2.3",    "infinit",
        "1e5e5", "\xC2\xB2", "11111111111111111111111111111111111111111111111111111111111111111"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        double value = -7;
        if (exposition_value_read(span_of(words[i]), &value) || value != -7)
            fail_msg("%s was read as %.17g", words[i], value);
    }
}

static void every_whole_number_is_exact(void **state)
{
    uint64_t random = 88172645463325252U;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int64_t number = (int64_t)((random >> 11) >> (random % 53)), read = -1;
        struct text plain;
        double value;
        text_start(&plain, 100);
        if (i % 2 == 0)
            text_append_format(&plain, "%" PRId64, number);
        else
            text_append_format(&plain, "%.16e", (double)number);
        if (!exposition_value_read(span_of(text_string(&plain)), &value) ||
            !exposition_value_is_whole(value, &read) || read != number)
            fail_msg("%s was read as %" PRId64, text_string(&plain), read);
        text_done(&plain);
    }
}

static void whole_numbers_and_times_have_limits(void **state)
{
    int64_t number = -7;
    (void)state;
    assert_false(exposition_value_is_whole(0.5, &number));
    assert_false(exposition_value_is_whole((double)NAN, &number));
    assert_false(exposition_value_is_whole((double)INFINITY, &number));
    assert_false(exposition_value_is_whole(9007199254740994.0, &number));
    assert_false(exposition_value_is_time((double)NAN, &number));
    assert_false(exposition_value_is_time(0, &number));
    assert_false(exposition_value_is_time(-5, &number));
    assert_false(exposition_value_is_time(253402300800.0, &number));
    assert_int_equal(number, -7);
    assert_true(exposition_value_is_whole(-9007199254740992.0, &number));
    assert_true(number == -9007199254740992);
    assert_true(exposition_value_is_time(1772438401.75, &number));
    assert_true(number == 1772438401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_read_in_every_lawful_spelling),
        cmocka_unit_test(other_lines_end_the_page_with_their_number),
        cmocka_unit_test(labels_and_lines_have_bounds),
        cmocka_unit_test(a_label_that_is_not_there_is_empty),
        cmocka_unit_test(a_page_that_was_cut_is_no_page),
        cmocka_unit_test(numbers_of_go_are_read),
        cmocka_unit_test(other_words_are_no_number),
        cmocka_unit_test(every_whole_number_is_exact),
        cmocka_unit_test(whole_numbers_and_times_have_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
