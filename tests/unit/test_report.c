/* SPDX-License-Identifier: MIT */
/* The result tree: what it owns, and the state that its findings make. */
#include "model/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Makes the report run out of memory, as far as it can tell. */
static void run_out_of_memory(struct report *report)
{
    assert_null(arena_allocate(&report->arena, SIZE_MAX));
}

static void a_report_without_findings_is_unknown(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    assert_string_equal(report.service, "KMS_HOST");
    assert_string_equal(report.plugin, "check_kms_host");
    assert_string_equal(report.subject, "");
    assert_string_equal(state_name(report_state(&report)), "UNKNOWN");
    report_add_metric(&report, &(struct metric) {.label = "time", .unit = "s"});
    report_add_note(&report, "asked: file");
    assert_string_equal(state_name(report_state(&report)), "UNKNOWN");
    assert_true(report_is_complete(&report));
    report_done(&report);
}

static void the_worst_finding_makes_the_state(void **state)
{
    static const struct {
        int line;
        const char *states, *expected; /* one letter for each finding */
    } rows[] = {
        {__LINE__, "o", "OK"},          {__LINE__, "oo", "OK"},        {__LINE__, "u", "UNKNOWN"},
        {__LINE__, "ou", "UNKNOWN"},    {__LINE__, "uo", "UNKNOWN"},   {__LINE__, "uw", "WARNING"},
        {__LINE__, "wu", "WARNING"},    {__LINE__, "owo", "WARNING"},  {__LINE__, "cwu", "CRITICAL"},
        {__LINE__, "ouwc", "CRITICAL"}, {__LINE__, "oco", "CRITICAL"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report report;
        report_start(&report, "KMS_HOST", "check_kms_host");
        for (const char *letter = rows[i].states; *letter != '\0'; letter++)
            report_add(&report, "count",
                       *letter == 'o'   ? STATE_OK
                       : *letter == 'w' ? STATE_WARNING
                       : *letter == 'c' ? STATE_CRITICAL
                                        : STATE_UNKNOWN);
        _assert_string_equal(state_name(report_state(&report)), rows[i].expected, __FILE__, rows[i].line);
        report_done(&report);
    }
}

static void findings_and_parts_keep_the_order_of_adding(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    struct finding *first = report_add(&report, "first", STATE_OK);
    struct finding *part = report_add_part(&report, first, "first-part", STATE_OK);
    struct finding *second = report_add(&report, "second", STATE_OK);
    struct finding *later_part = report_add_part(&report, first, "later-part", STATE_CRITICAL);
    struct finding *grandchild = report_add_part(&report, part, "grandchild", STATE_OK);
    assert_ptr_equal(report.first, first);
    assert_ptr_equal(first->next, second);
    assert_null(second->next);
    assert_ptr_equal(first->first_part, part);
    assert_ptr_equal(part->next, later_part);
    assert_null(later_part->next);
    assert_ptr_equal(part->first_part, grandchild);
    assert_string_equal(later_part->rule, "later-part");
    assert_string_equal(state_name(later_part->state), "CRITICAL");
    report_done(&report);
}

static void a_new_finding_is_empty_but_for_rule_and_state(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    struct finding *finding = report_add(&report, "count", STATE_WARNING);
    assert_string_equal(finding->rule, "count");
    assert_string_equal(finding->text, "");
    assert_null(finding->subject);
    assert_null(finding->headline);
    assert_null(finding->impact);
    assert_null(finding->explanation);
    assert_null(finding->missing_code);
    assert_null(finding->first_part);
    assert_int_equal(finding->advice.step_count, 0);
    assert_int_equal(finding->urgency, URGENCY_NONE);
    report_done(&report);
}

static void metrics_and_notes_are_kept_however_many(void **state)
{
    enum { COUNT = 1000 };
    static char labels[COUNT][24];
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    for (int i = 0; i < COUNT; i++) {
        snprintf(labels[i], sizeof labels[i], "metric_%d", i);
        report_add_metric(&report, &(struct metric) {.label = labels[i], .value = i, .unit = ""});
        report_add_note(&report, "note %d", i);
    }
    assert_int_equal(report.metric_count, COUNT);
    assert_int_equal(report.note_count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        char note[32];
        snprintf(note, sizeof note, "note %d", i);
        assert_string_equal(report.metrics[i].label, labels[i]);
        assert_int_equal(report.metrics[i].value, i);
        assert_string_equal(report.notes[i], note);
    }
    assert_true(report_is_complete(&report));
    report_done(&report);
}

static void strings_and_explanations_live_as_long_as_the_report(void **state)
{
    struct report report;
    struct explanation explanation = {.code = 0xC004F074, .brief = "no KMS host reached"};
    char name[] = "kms01";
    (void)state;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    const char *string = report_format(&report, "asked %s", name);
    const struct explanation *kept = report_keep_explanation(&report, &explanation);
    memset(name, 'x', sizeof name - 1);
    memset(&explanation, 0, sizeof explanation);
    assert_string_equal(string, "asked kms01");
    assert_int_equal(kept->code, 0xC004F074);
    assert_string_equal(kept->brief, "no KMS host reached");
    report_done(&report);
}

static void without_memory_a_report_is_unknown_and_incomplete(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    report_add(&report, "count", STATE_OK);
    run_out_of_memory(&report);
    assert_false(report_is_complete(&report));
    assert_string_equal(state_name(report_state(&report)), "UNKNOWN");
    report_done(&report);
}

static void without_memory_findings_can_be_filled_and_are_in_no_report(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    struct finding *kept = report_add(&report, "count", STATE_OK);
    run_out_of_memory(&report);
    struct finding *lost = report_add(&report, "priority", STATE_CRITICAL);
    assert_non_null(lost);
    lost->text = "can be written to";
    struct finding *lost_part = report_add_part(&report, kept, "part", STATE_CRITICAL);
    assert_non_null(lost_part);
    lost_part->text = "this too";
    assert_ptr_equal(report.first, kept);
    assert_null(kept->next);
    assert_null(kept->first_part);
    report_done(&report);
}

static void urgencies_have_names(void **state)
{
    (void)state;
    assert_null(urgency_name(URGENCY_NONE));
    assert_string_equal(urgency_name(URGENCY_NOW), "now");
    assert_string_equal(urgency_name(URGENCY_DAY), "day");
    assert_string_equal(urgency_name(URGENCY_WEEK), "week");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_without_findings_is_unknown),
        cmocka_unit_test(the_worst_finding_makes_the_state),
        cmocka_unit_test(findings_and_parts_keep_the_order_of_adding),
        cmocka_unit_test(a_new_finding_is_empty_but_for_rule_and_state),
        cmocka_unit_test(metrics_and_notes_are_kept_however_many),
        cmocka_unit_test(strings_and_explanations_live_as_long_as_the_report),
        cmocka_unit_test(without_memory_a_report_is_unknown_and_incomplete),
        cmocka_unit_test(without_memory_findings_can_be_filled_and_are_in_no_report),
        cmocka_unit_test(urgencies_have_names),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
