/* SPDX-License-Identifier: MIT */
/* The words of the first line, and the order of findings. */
#include "report/first_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum state state_of(char letter)
{
    switch (letter) {
    case 'o':
        return STATE_OK;
    case 'w':
        return STATE_WARNING;
    case 'c':
        return STATE_CRITICAL;
    default:
        return STATE_UNKNOWN;
    }
}

static void findings_are_walked_worst_first_else_in_their_order(void **state)
{
    static const struct {
        int line;
        const char *states, *expected; /* one letter for each finding, and the places in the walk */
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "o", "0"},
        {__LINE__, "oooo", "0123"},
        {__LINE__, "oc", "10"},
        {__LINE__, "ouwc", "3210"},
        {__LINE__, "cwuo", "0123"},
        {__LINE__, "uwu", "102"},
        {__LINE__, "ocwocwo", "1425036"},
        {__LINE__, "uououo", "024135"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const char *const rules[] = {"0", "1", "2", "3", "4", "5", "6"};
        char actual[16] = "";
        struct report report;
        report_start(&report, "KMS_HOST", "check_kms_host");
        for (size_t at = 0; rows[i].states[at] != '\0'; at++)
            report_add(&report, rules[at], state_of(rows[i].states[at]));
        for (const struct finding *finding = NULL;
             (finding = finding_next_worst(report.first, finding)) != NULL;) {
            size_t length = strlen(actual);
            snprintf(actual + length, sizeof actual - length, "%s", finding->rule);
        }
        _assert_string_equal(actual, rows[i].expected, __FILE__, rows[i].line);
        report_done(&report);
    }
}

/* A report from words: each is the letter of a state and a headline, "-" for none. */
static void make_report(struct report *report, const char *subject, const char *const *findings)
{
    report_start(report, "KMS_HOST", "check_kms_host");
    report->subject = subject;
    for (; *findings != NULL; findings++) {
        struct finding *finding = report_add(report, "some-rule", state_of((*findings)[0]));
        finding->text = "the text of a detail line";
        finding->headline = strcmp(*findings + 1, "-") == 0 ? NULL : *findings + 1;
    }
}

static void the_first_line_names_the_subject_and_the_worst_reasons(void **state)
{
    static const struct {
        int line;
        const char *subject;
        const char *findings[6];
        const char *expected;
    } rows[] = {
        {__LINE__, "kms01", {"oall is well"}, "kms01: all is well"},
        {__LINE__, "", {"oall is well"}, "all is well"},
        {__LINE__, " \x01", {"oall is well"}, "all is well"},
        {__LINE__, "kms01", {"ofine", "wcount 26"}, "kms01: count 26"},
        {__LINE__, "kms01", {"wfirst", "csecond", "wthird", "cfourth"}, "kms01: second, fourth"},
        {__LINE__, "kms01", {"ofine", "ufield not reported"}, "kms01: field not reported"},
        {__LINE__, "kms01", {"unot known", "wcount 26"}, "kms01: count 26"},
        {__LINE__, "kms01", {"o-", "oall is well", "o-"}, "kms01: all is well"},
        {__LINE__, "kms01", {"c-", "cbad"}, "kms01: bad"},
        {__LINE__, "kms01", {"o-"}, "kms01: the text of a detail line"},
        {__LINE__, "kms01", {NULL}, "kms01: nothing was judged"},
        {__LINE__, "", {NULL}, "nothing was judged"},
        {__LINE__, "a|b;c", {"w<d>; e"}, "a/b,c: (d), e"},
        {__LINE__,
         "a-name-of-41-characters-is-one-too-long-x",
         {"oall is well"},
         "a-name-of-41-characters-is-one-too-lon..: all is well"},
        {__LINE__,
         "a-name-of-40-characters-is-not-too-long-",
         {"oall is well"},
         "a-name-of-40-characters-is-not-too-long-: all is well"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report report;
        struct text line;
        make_report(&report, rows[i].subject, rows[i].findings);
        text_start(&line, 1000);
        first_line_append(&line, &report, FIRST_LINE_MAXIMUM);
        _assert_string_equal(text_string(&line), rows[i].expected, __FILE__, rows[i].line);
        text_done(&line);
        report_done(&report);
    }
}

static void the_worst_finding_without_a_headline_is_named_by_its_text(void **state)
{
    struct report report;
    struct text line;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    report_add(&report, "publishing", STATE_OK);
    report_add(&report, "interval", STATE_WARNING)->text = "the interval is long";
    text_start(&line, 1000);
    first_line_append(&line, &report, FIRST_LINE_MAXIMUM);
    assert_string_equal(text_string(&line), "the interval is long");
    text_done(&line);
    report_done(&report);
}

static void without_memory_the_first_line_says_so(void **state)
{
    struct report report;
    struct text line;
    (void)state;
    make_report(&report, "kms01", (const char *const[]) {"oall is well", NULL});
    assert_null(arena_allocate(&report.arena, SIZE_MAX));
    text_start(&line, 1000);
    first_line_append(&line, &report, FIRST_LINE_MAXIMUM);
    assert_string_equal(text_string(&line), "kms01: out of memory while judging");
    text_done(&line);
    report_done(&report);
}

static void reasons_that_do_not_fit_are_counted(void **state)
{
    static const struct {
        int line;
        size_t maximum;
        const char *expected;
    } rows[] = {
        {__LINE__, 160, "kms01: reason one, reason two, reason three, reason four"},
        {__LINE__, 56, "kms01: reason one, reason two, reason three, reason four"},
        {__LINE__, 55, "kms01: reason one, reason two (and 2 more)"},
        {__LINE__, 42, "kms01: reason one, reason two (and 2 more)"},
        {__LINE__, 41, "kms01: reason one (and 3 more)"},
        {__LINE__, 30, "kms01: reason one (and 3 more)"},
        {__LINE__, 29, "kms01: reason one"},
        {__LINE__, 17, "kms01: reason one"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report report;
        struct text line;
        make_report(&report, "kms01",
                    (const char *const[]) {"creason one", "wlesser", "creason two", "creason three",
                                           "creason four", NULL});
        text_start(&line, 1000);
        first_line_append(&line, &report, rows[i].maximum);
        _assert_string_equal(text_string(&line), rows[i].expected, __FILE__, rows[i].line);
        text_done(&line);
        report_done(&report);
    }
}

enum { LINE_MAXIMUM = 138 }; /* behind "KMS_CLIENT CRITICAL - " */

/* Checks a line that may end in "(and N more)": what is shown and N are all findings.  One whole reason that
 * leaves no room for "(and N more)" stands without it. */
static void check_count(const char *line, size_t findings)
{
    size_t shown = 1;
    bool is_cut = strcmp(line + strlen(line) - 2, "..") == 0;
    if (!is_cut && strstr(line, ", ") == NULL && strstr(line, "(and ") == NULL &&
        strlen(line) + strlen(" (and N more)") > LINE_MAXIMUM)
        return;
    for (const char *at = line; (at = strstr(at, ", ")) != NULL; at++)
        shown++;
    const char *more = strrchr(line, '(');
    if (more != NULL && strncmp(more, "(and ", 5) == 0)
        shown += strtoul(more + 5, NULL, 10);
    if (shown != findings)
        fail_msg("%zu findings, the line counts %zu: %s", findings, shown, line);
}

static void the_line_keeps_its_maximum_and_counts_every_reason(void **state)
{
    static const size_t counts[] = {1, 2, 3, 9, 10, 11, 98, 99, 100, 101, 150, 1500, 4096};
    static const char name[] = "a-rather-long-name-of-a-machine-in-some-domain";
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (int length = 1; length <= 150; length++) {
            struct report report;
            struct text line;
            report_start(&report, "KMS_CLIENT", "check_kms_client");
            report.subject = name + (size_t)length % (sizeof name - 1);
            for (size_t at = 0; at < counts[i]; at++) {
                static char headline[160];
                memset(headline, 'h', (size_t)length);
                headline[length] = '\0';
                report_add(&report, "license", STATE_CRITICAL)->headline = headline;
            }
            text_start(&line, 1000);
            first_line_append(&line, &report, LINE_MAXIMUM);
            if (line.length > LINE_MAXIMUM)
                fail_msg("%zu findings of %d bytes: %zu bytes: %s", counts[i], length, line.length,
                         text_string(&line));
            check_count(text_string(&line), counts[i]);
            text_done(&line);
            report_done(&report);
        }
    }
}

static void the_code_of_the_first_line_is_that_of_the_worst_state(void **state)
{
    static const struct explanation grace_over = {.code = 0xC004F009};
    static const struct explanation no_host = {.code = 0xC004F074};
    static const struct explanation information = {.code = 0x4004F00C, .is_informational = true};
    static const struct {
        int line;
        const char *states;
        const struct explanation *explanations[3];
        uint32_t expected; /* 0 = none */
    } rows[] = {
        {__LINE__, "c", {&grace_over}, 0xC004F009},
        {__LINE__, "c", {NULL}, 0},
        {__LINE__, "c", {&information}, 0},
        {__LINE__, "wc", {&no_host, NULL}, 0},
        {__LINE__, "wc", {&no_host, &grace_over}, 0xC004F009},
        {__LINE__, "cc", {NULL, &grace_over}, 0xC004F009},
        {__LINE__, "cc", {&grace_over, &no_host}, 0xC004F009},
        {__LINE__, "ww", {&information, &no_host}, 0xC004F074},
        {__LINE__, "", {NULL}, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report report;
        report_start(&report, "KMS_CLIENT", "check_kms_client");
        for (size_t at = 0; rows[i].states[at] != '\0'; at++) {
            struct finding *finding = report_add(&report, "license", state_of(rows[i].states[at]));
            finding->headline = "reason";
            finding->explanation = rows[i].explanations[at];
        }
        const struct explanation *explanation = first_line_explanation(&report);
        _assert_int_equal(explanation == NULL ? 0 : explanation->code, rows[i].expected, __FILE__,
                          rows[i].line);
        report_done(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_walked_worst_first_else_in_their_order),
        cmocka_unit_test(the_first_line_names_the_subject_and_the_worst_reasons),
        cmocka_unit_test(the_worst_finding_without_a_headline_is_named_by_its_text),
        cmocka_unit_test(without_memory_the_first_line_says_so),
        cmocka_unit_test(reasons_that_do_not_fit_are_counted),
        cmocka_unit_test(the_line_keeps_its_maximum_and_counts_every_reason),
        cmocka_unit_test(the_code_of_the_first_line_is_that_of_the_worst_state),
    };
    return cmocka_run_group_tests_name("first_line", tests, NULL, NULL);
}
