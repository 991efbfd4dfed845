/* SPDX-License-Identifier: MIT */
/* Threshold ranges: every notation that parsers in the field disagree about, and the way back. */
#include "model/range.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The values that every range is tried with. */
static const struct {
    double value;
    const char *name;
} tried[] = {{-1, "-1"}, {0, "0"}, {9.5, "9.5"}, {10, "10"}, {15, "15"}, {20, "20"}, {25, "25"}};

/* Those of the tried values that alert, or "refused". */
static const char *describe(struct span text)
{
    static char shown[64];
    struct range range;
    struct problem why;
    shown[0] = '\0';
    if (!range_parse(text, &range, &why))
        return "refused";
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        size_t length = strlen(shown);
        if (range_alerts(&range, tried[i].value))
            snprintf(shown + length, sizeof shown - length, "%s%s", length > 0 ? " " : "", tried[i].name);
    }
    return shown;
}

struct row {
    int line; /* of this file, shown when the row fails */
    const char *text, *expected;
};

/* The first rows are the inputs on which four parsers in use were compared; expected is what the Monitoring
 * Plugins Development Guidelines and the interface draft say. */
static const struct row rows[] = {
    {__LINE__, "10", "-1 15 20 25"},
    {__LINE__, "~:10", "15 20 25"},
    {__LINE__, "@10", "0 9.5 10"},
    {__LINE__, "10:", "-1 0 9.5"},
    {__LINE__, "10:20", "-1 0 9.5 25"},
    {__LINE__, "@10:20", "10 15 20"},
    {__LINE__, "~:", ""},
    {__LINE__, ":10", "-1 15 20 25"},
    {__LINE__, ":", "refused"},
    {__LINE__, "", "refused"},
    {__LINE__, "@", "refused"},
    {__LINE__, "~", "refused"},
    {__LINE__, "5:1", "refused"},
    {__LINE__, "-10", "refused"},
    {__LINE__, "abc", "refused"},
    {__LINE__, "10x", "refused"},
    {__LINE__, "1,5", "refused"},
    {__LINE__, "1e3", "refused"},
    {__LINE__, "0x10", "refused"},
    /* both ends, and the ends themselves */
    {__LINE__, "0", "-1 9.5 10 15 20 25"},
    {__LINE__, "0:0", "-1 9.5 10 15 20 25"},
    {__LINE__, "10:10", "-1 0 9.5 15 20 25"},
    {__LINE__, "@10:10", "10"},
    {__LINE__, "9.5:", "-1 0"},
    {__LINE__, "9.6:", "-1 0 9.5"},
    {__LINE__, "~:9.5", "10 15 20 25"},
    {__LINE__, "~:-1", "0 9.5 10 15 20 25"},
    {__LINE__, "-1:", ""},
    {__LINE__, "-1:20", "25"},
    {__LINE__, "-10:-5", "-1 0 9.5 10 15 20 25"},
    {__LINE__, "-10:-1", "0 9.5 10 15 20 25"},
    {__LINE__, "-0:10", "-1 15 20 25"},
    {__LINE__, "010:020", "-1 0 9.5 25"},
    /* the inside */
    {__LINE__, "@:10", "0 9.5 10"},
    {__LINE__, "@~:10", "-1 0 9.5 10"},
    {__LINE__, "@10:", "10 15 20 25"},
    {__LINE__, "@~:", "-1 0 9.5 10 15 20 25"},
    {__LINE__, "@-1:0", "-1 0"},
    /* slips of the pen */
    {__LINE__, "@:", "refused"},
    {__LINE__, "@~", "refused"},
    {__LINE__, "@@10", "refused"},
    {__LINE__, "10@", "refused"},
    {__LINE__, "10:~", "refused"},
    {__LINE__, "~:~", "refused"},
    {__LINE__, "~10", "refused"},
    {__LINE__, "~10:20", "refused"},
    {__LINE__, "10:20:30", "refused"},
    {__LINE__, "10::20", "refused"},
    {__LINE__, "::", "refused"},
    {__LINE__, "10:9.9", "refused"},
    {__LINE__, "@5:1", "refused"},
    {__LINE__, "@-10", "refused"},
    {__LINE__, " 10", "refused"},
    {__LINE__, "10 ", "refused"},
    {__LINE__, "10: 20", "refused"},
    {__LINE__, "10\n", "refused"},
    {__LINE__, "+10", "refused"},
    {__LINE__, "--10:", "refused"},
    {__LINE__, "-:10", "refused"},
    {__LINE__, ".5", "refused"},
    {__LINE__, "5.", "refused"},
    {__LINE__, "1.5.2", "refused"},
    {__LINE__, "1,5:", "refused"},
    {__LINE__, "inf", "refused"},
    {__LINE__, "nan:", "refused"},
    {__LINE__, "10%", "refused"},
    {__LINE__, "10s", "refused"},
    {__LINE__, "10;20", "refused"},
    {__LINE__, "10,20", "refused"},
    {__LINE__, "\xd9\xa1\xd9\xa0", "refused"},
};

static void check_rows(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        _assert_string_equal(describe(span_of(rows[i].text)), rows[i].expected, __FILE__, rows[i].line);
}

static void every_notation_means_what_the_guidelines_say(void **state)
{
    (void)state;
    check_rows();
    assert_string_equal(describe((struct span) {NULL, 0}), "refused");
    assert_string_equal(describe((struct span) {"10\0", 3}), "refused");
    assert_string_equal(describe((struct span) {"10:20x", 5}), "-1 0 9.5 25");
}

/* A locale in which a comma divides the decimals; false when the machine has none. */
static bool use_decimal_comma(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "de_DE@euro"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_NUMERIC, names[i]) != NULL && strcmp(localeconv()->decimal_point, ",") == 0)
            return true;
    }
    return false;
}

static int use_c_locale(void **state)
{
    (void)state;
    setlocale(LC_NUMERIC, "C");
    return 0;
}

static void a_locale_with_a_decimal_comma_changes_nothing(void **state)
{
    (void)state;
    if (!use_decimal_comma()) {
        print_message("skipped: this machine has no locale de_DE\n");
        skip();
    }
    check_rows();
}

static void a_refusal_names_the_range_and_the_fault(void **state)
{
    static const struct row refusals[] = {
        {__LINE__, "", "an empty range"},
        {__LINE__, ":", "range :: no number in it"},
        {__LINE__, "@", "range @: no number in it"},
        {__LINE__, "~", "range ~: unexpected ~, a number looks like 25, 0.5 or -3"},
        {__LINE__, "5:1", "range 5:1: the start is above the end"},
        {__LINE__, "-10", "range -10: the end is below the start, which is 0 unless written"},
        {__LINE__, "abc", "range abc: unexpected a, a number looks like 25, 0.5 or -3"},
        {__LINE__, "10x", "range 10x: unexpected x, a number looks like 25, 0.5 or -3"},
        {__LINE__, "1,5", "range 1,5: unexpected ,, a number looks like 25, 0.5 or -3"},
        {__LINE__, "1e3", "range 1e3: unexpected e, a number looks like 25, 0.5 or -3"},
        {__LINE__, "5:0x10", "range 5:0x10: unexpected x, a number looks like 25, 0.5 or -3"},
        {__LINE__, ".5", "range .5: a number looks like 25, 0.5 or -3"},
        {__LINE__, "1-2", "range 1-2: unexpected -, a number looks like 25, 0.5 or -3"},
        {__LINE__, "1\n", "range 1\n: unexpected ?, a number looks like 25, 0.5 or -3"},
        {__LINE__, "1234567890123456789012345678901:",
         "range 1234567890123456789012345678901:: "
         "a number looks like 25, 0.5 or -3"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct range range;
        struct problem why = {0};
        _assert_int_equal(range_parse(span_of(refusals[i].text), &range, &why), false, __FILE__,
                          refusals[i].line);
        _assert_string_equal(why.sentence, refusals[i].expected, __FILE__, refusals[i].line);
        _assert_int_equal(why.kind, PROBLEM_USAGE, __FILE__, refusals[i].line);
    }
}

static void a_refused_range_leaves_the_result_alone(void **state)
{
    static const char *const refused[] = {"", ":", "@", "5:1", "10:x", "x:10", "~:x", "@10:1"};
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct range range, before;
        struct problem why;
        memset(&range, 0x55, sizeof range);
        memset(&before, 0x55, sizeof before);
        assert_false(range_parse(span_of(refused[i]), &range, &why));
        assert_memory_equal(&range, &before, sizeof range);
    }
}

static void a_range_has_at_most_63_bytes(void **state)
{
    struct range range;
    struct problem why;
    (void)state;
    assert_true(
        range_parse(span_of("000000000000000000000000000001:000000000000000000000000000002"), &range, &why));
    assert_string_equal(range.text, "000000000000000000000000000001:000000000000000000000000000002");
    for (int length = 64; length < 1000; length++) {
        char text[1001];
        snprintf(text, sizeof text, "%0*d", length, 1);
        assert_false(range_parse(span_of(text), &range, &why));
        assert_non_null(strstr(why.sentence, ": too long"));
        assert_true(strlen(why.sentence) < 80);
    }
}

static void a_single_number_is_known_as_such(void **state)
{
    static const struct {
        int line;
        const char *text;
        bool is_bare;
    } bare[] = {{__LINE__, "25", true},    {__LINE__, "0", true},     {__LINE__, "@25", true},
                {__LINE__, "25:", false},  {__LINE__, "0:25", false}, {__LINE__, ":25", false},
                {__LINE__, "~:25", false}, {__LINE__, "@25:", false}};
    (void)state;
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
        struct range range;
        struct problem why;
        _assert_int_equal(range_parse(span_of(bare[i].text), &range, &why), true, __FILE__, bare[i].line);
        _assert_int_equal(range.is_bare, bare[i].is_bare, __FILE__, bare[i].line);
    }
}

/* Fails unless the range reads back from its own text as the same range. */
static void check_way_back(const struct range *range)
{
    struct range again;
    struct problem why = {0};
    if (!range_parse(span_of(range->text), &again, &why))
        fail_msg("%s is refused: %s", range->text, why.sentence);
    if (again.alerts_inside != range->alerts_inside || again.has_start != range->has_start ||
        again.has_end != range->has_end || strcmp(again.text, range->text) != 0)
        fail_msg("%s reads back as %s", range->text, again.text);
    for (double value = -40; value <= 40; value += 0.25) {
        if (range_alerts(&again, value) != range_alerts(range, value))
            fail_msg("%s at %g: %d, read back: %d", range->text, value, range_alerts(range, value),
                     range_alerts(&again, value));
    }
}

static void written_ranges_keep_their_text_and_their_meaning(void **state)
{
    static const char *const insides[] = {"", "@"};
    (void)state;
    for (int start = -80; start <= 80; start += 5) {
        for (int end = start; end <= 80; end += 5) {
            for (size_t inside = 0; inside < 2; inside++) {
                struct range range;
                struct problem why = {0};
                char text[64];
                snprintf(text, sizeof text, "%s%.2f:%.2f", insides[inside], start / 4.0, end / 4.0);
                if (!range_parse(span_of(text), &range, &why))
                    fail_msg("%s is refused: %s", text, why.sentence);
                assert_string_equal(range.text, text);
                for (int value = -100; value <= 100; value++) {
                    bool is_inside = value >= start && value <= end;
                    if (range_alerts(&range, value / 4.0) != (is_inside == (inside == 1)))
                        fail_msg("%s at %g: %d", text, value / 4.0, range_alerts(&range, value / 4.0));
                }
                check_way_back(&range);
            }
        }
    }
}

static void a_minimum_is_printed_as_a_range_that_reads_back(void **state)
{
    static const struct {
        int line;
        double minimum;
        const char *expected;
    } minimums[] = {
        {__LINE__, 25, "25:"},         {__LINE__, 0, "0:"},         {__LINE__, 30, "30:"},
        {__LINE__, 100, "100:"},       {__LINE__, 0.5, "0.5:"},     {__LINE__, 164.9993, "164.9993:"},
        {__LINE__, -3, "-3:"},         {__LINE__, 10.25, "10.25:"}, {__LINE__, 0.0001, "0.0001:"},
        {__LINE__, 259200, "259200:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof minimums / sizeof *minimums; i++) {
        struct range range = range_from_minimum(minimums[i].minimum);
        _assert_string_equal(range.text, minimums[i].expected, __FILE__, minimums[i].line);
        _assert_int_equal(range.is_bare, false, __FILE__, minimums[i].line);
        check_way_back(&range);
    }
    for (int quarter = -160; quarter <= 160; quarter++) {
        struct range range = range_from_minimum(quarter / 4.0);
        assert_true(range_alerts(&range, quarter / 4.0 - 0.25));
        assert_false(range_alerts(&range, quarter / 4.0));
        check_way_back(&range);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_notation_means_what_the_guidelines_say),
        cmocka_unit_test_teardown(a_locale_with_a_decimal_comma_changes_nothing, use_c_locale),
        cmocka_unit_test(a_refusal_names_the_range_and_the_fault),
        cmocka_unit_test(a_refused_range_leaves_the_result_alone),
        cmocka_unit_test(a_range_has_at_most_63_bytes),
        cmocka_unit_test(a_single_number_is_known_as_such),
        cmocka_unit_test(written_ranges_keep_their_text_and_their_meaning),
        cmocka_unit_test(a_minimum_is_printed_as_a_range_that_reads_back),
    };
    return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
