/* SPDX-License-Identifier: MIT */
/* Performance data read back: that of others, and our own. */
#include "model/metric.h"

#include "base/text.h"
#include "model/report.h"
#include "report/nagios_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The value of `count`, or "none".  A value that was touched without being found shows. */
static const char *describe(struct span perfdata)
{
    static char shown[64];
    double value = -77;
    if (metric_find(perfdata, "count", &value))
        snprintf(shown, sizeof shown, "%g", value);
    else
        snprintf(shown, sizeof shown, "%s", value == -77 ? "none" : "touched");
    return shown;
}

static void a_label_is_found_whole(void **state)
{
    static const struct {
        int line;
        const char *perfdata, *expected;
    } rows[] = {
        {__LINE__, "count=26;30:;25:;0;50", "26"},
        {__LINE__, "count=26", "26"},
        {__LINE__, "time=0.004s count=26 idle=3s", "26"},
        {__LINE__, "time=0.004s  count=26  ", "26"},
        {__LINE__, "  count=26", "26"},
        {__LINE__, "'count'=26", "26"},
        {__LINE__, "'time'=1s 'count'=26;;;0", "26"},
        {__LINE__, "count=-3", "-3"},
        {__LINE__, "count=0.5", "0.5"},
        {__LINE__, "count=1680c", "1680"},
        {__LINE__, "count=12%", "12"},
        {__LINE__, "count=1.5s;", "1.5"},
        {__LINE__, "count=1KiB", "1"},
        {__LINE__, "count=26 count=27", "26"},
        {__LINE__, "count=26\n", "26"},
        {__LINE__, "", "none"},
        {__LINE__, " ", "none"},
        {__LINE__, "count", "none"},
        {__LINE__, "count=", "none"},
        {__LINE__, "count=U", "none"},
        {__LINE__, "count=;5", "none"},
        {__LINE__, "count=s", "none"},
        {__LINE__, "count=1,5", "none"},
        {__LINE__, "count=1e3", "none"},
        {__LINE__, "count=+5", "none"},
        {__LINE__, "count= 5", "none"},
        {__LINE__, "count=abc5", "none"},
        {__LINE__, "count==5", "none"},
        {__LINE__, "=5", "none"},
        {__LINE__, "''=5", "none"},
        {__LINE__, "'=5", "none"},
        {__LINE__, "COUNT=5", "none"},
        {__LINE__, "count_office=5", "none"},
        {__LINE__, "account=5", "none"},
        {__LINE__, "'count=5", "none"},
        {__LINE__, "count'=5", "none"},
        {__LINE__, "'a count'=5", "none"},
        {__LINE__, "count_office=1 count_headroom=2 count=3", "3"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        _assert_string_equal(describe(span_of(rows[i].perfdata)), rows[i].expected, __FILE__, rows[i].line);
    assert_string_equal(describe((struct span) {NULL, 0}), "none");
    assert_string_equal(describe((struct span) {"count=26", 7}), "2");
}

/* The next number of a fixed pseudo-random sequence (xorshift). */
static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static struct range parsed(const char *text)
{
    struct range range;
    struct problem why;
    assert_true(range_parse(span_of(text), &range, &why));
    return range;
}

/* The field number `field` (0 = the value) of the item that begins at `item`. */
static struct span field_of(const char *item, size_t field)
{
    struct span rest = span_first(span_of(item), strcspn(item, " \n"));
    struct span part = span_cut(&rest, ';');
    while (field-- > 0)
        part = span_cut(&rest, ';');
    return part;
}

static void check_range_field(const char *item, size_t field, const struct range *wanted)
{
    struct span text = field_of(item, field);
    struct range range;
    struct problem why = {0};
    if (wanted->text[0] == '\0') {
        assert_int_equal(text.length, 0);
        return;
    }
    if (!range_parse(text, &range, &why))
        fail_msg("%.*s is refused: %s", (int)text.length, text.bytes, why.sentence);
    assert_string_equal(range.text, wanted->text);
}

static void check_whole_number_field(const char *item, size_t field, bool is_there, double wanted)
{
    struct span text = field_of(item, field);
    char expected[32] = "";
    if (is_there)
        snprintf(expected, sizeof expected, "%.0f", wanted);
    if (!span_is(text, expected))
        fail_msg("field %zu of %s is %.*s, wanted %s", field, item, (int)text.length,
                 text.length > 0 ? text.bytes : "", expected);
}

static void printed_metrics_are_read_back(void **state)
{
    static const char *const labels[] = {
        "count", "count_office", "count_headroom", "lease_days", "requests_total", "time", "idle"};
    static const char *const units[] = {"", "s", "%", "c"};
    static const char *const ranges[] = {"", "25:", "0:", "~:10", "@10:20", "10", "0.5:0.75", "-3:"};
    enum { LABELS = sizeof labels / sizeof *labels };
    uint32_t seed = 20260101;
    (void)state;
    for (int round = 0; round < 500; round++) {
        struct report report;
        struct text output;
        struct metric metrics[LABELS];
        struct report_style style = {.maximum = 4096};
        report_start(&report, "KMS_HOST", "check_kms_host");
        text_start(&output, 100000);
        for (size_t i = 0; i < LABELS; i++) {
            metrics[i] = (struct metric) {.label = labels[i],
                                          .decimals = (int)(next_random(&seed) % 4),
                                          .unit = units[next_random(&seed) % 4],
                                          .has_minimum = next_random(&seed) % 2 == 0,
                                          .has_maximum = next_random(&seed) % 2 == 0,
                                          .minimum = next_random(&seed) % 10,
                                          .maximum = next_random(&seed) % 100};
            metrics[i].value = ((double)(next_random(&seed) % 20000001) - 10000000) / 1000;
            const char *warning = ranges[next_random(&seed) % 8], *critical = ranges[next_random(&seed) % 8];
            if (warning[0] != '\0')
                metrics[i].warning = parsed(warning);
            if (critical[0] != '\0')
                metrics[i].critical = parsed(critical);
            report_add_metric(&report, &metrics[i]);
        }
        assert_true(nagios_text_render(&report, &style, &output));
        const char *bar = strchr(text_string(&output), '|');
        assert_non_null(bar);
        for (size_t i = 0; i < LABELS; i++) {
            double value = -77;
            char printed[32], beginning[96];
            snprintf(printed, sizeof printed, "%.*f", metrics[i].decimals, metrics[i].value);
            if (!metric_find(span_of(bar + 1), labels[i], &value) || value != strtod(printed, NULL))
                fail_msg("%s of%s was read as %g, wanted %s", labels[i], bar + 1, value, printed);
            snprintf(beginning, sizeof beginning, " %s=%s%s", labels[i], printed, metrics[i].unit);
            const char *item = strstr(bar, beginning);
            if (item == NULL)
                fail_msg("%s is not in%s", beginning, bar + 1);
            check_range_field(item + 1, 1, &metrics[i].warning);
            check_range_field(item + 1, 2, &metrics[i].critical);
            check_whole_number_field(item + 1, 3, metrics[i].has_minimum, metrics[i].minimum);
            check_whole_number_field(item + 1, 4, metrics[i].has_maximum, metrics[i].maximum);
        }
        text_done(&output);
        report_done(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_found_whole),
        cmocka_unit_test(printed_metrics_are_read_back),
    };
    return cmocka_run_group_tests_name("metric", tests, NULL, NULL);
}
