/* SPDX-License-Identifier: MIT */
/* Reports as JSON, read back by the library that other programs use. */
#include "report/json_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

enum { ROOM = 64 << 20 };

static const struct explanation grace_over = {
    .code = 0xC004F009,
    .symbol = "SL_E_GRACE_TIME_EXPIRED",
    .brief = "grace period over",
    .meaning = "The grace period is over",
    .advice = {.cause = "No KMS host answered in time",
               .steps = {"look at the event log", "ask the KMS host"},
               .step_count = 2,
               .side = "client"}};

static const struct explanation unknown_code = {.code = 0x0000000A, .brief = "unknown code"};

static struct range parsed(const char *text)
{
    struct range range;
    struct problem why;
    assert_true(range_parse(span_of(text), &range, &why));
    return range;
}

static void check_output(const struct report *report, const char *expected, int line)
{
    struct text output;
    text_start(&output, ROOM);
    assert_true(json_text_render(report, "0.1.0", &output));
    _assert_string_equal(text_string(&output), expected, __FILE__, line);
    text_done(&output);
}

static json_t *render_and_load(const struct report *report)
{
    struct text output;
    json_error_t error;
    text_start(&output, ROOM);
    assert_true(json_text_render(report, "0.1.0", &output));
    assert_true(text_ok(&output));
    json_t *root = json_loadb(output.bytes, output.length, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        fail_msg("%s: %s", error.text, text_string(&output));
    assert_ptr_equal(strchr(output.bytes, '\n'), output.bytes + output.length - 1); /* one line */
    text_done(&output);
    return root;
}

static void an_empty_report_has_every_key(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    check_output(&report,
                 "{\"plugin\":\"check_kms_host\",\"version\":\"0.1.0\",\"state\":\"UNKNOWN\",\"exit_code\":3,"
                 "\"summary\":\"nothing was judged\",\"findings\":[],\"metrics\":[]}\n",
                 __LINE__);
    report_done(&report);
}

static void a_finding_shows_all_that_is_known_about_it(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    report.subject = "wks-025";
    struct finding *finding = report_add(&report, "license", STATE_CRITICAL);
    finding->subject = "Windows(R), Enterprise edition";
    finding->text = "Notification, reason 0xC004F009";
    finding->headline = "Windows in Notification";
    finding->impact = "users are reminded every hour";
    finding->urgency = URGENCY_DAY;
    finding->explanation = &grace_over;
    check_output(
        &report,
        "{\"plugin\":\"check_kms_client\",\"version\":\"0.1.0\",\"state\":\"CRITICAL\",\"exit_code\":2,"
        "\"summary\":\"wks-025: Windows in Notification\",\"findings\":[{\"rule\":\"license\","
        "\"state\":\"CRITICAL\",\"subject\":\"Windows(R), Enterprise edition\","
        "\"text\":\"Notification, reason 0xC004F009\",\"impact\":\"users are reminded every hour\","
        "\"urgency\":\"day\",\"code\":{\"code\":\"0xC004F009\",\"symbol\":\"SL_E_GRACE_TIME_EXPIRED\","
        "\"brief\":\"grace period over\",\"meaning\":\"The grace period is over\","
        "\"cause\":\"No KMS host answered in time\",\"steps\":[\"look at the event log\","
        "\"ask the KMS host\"],\"side\":\"client\"},\"findings\":[]}],\"metrics\":[]}\n",
        __LINE__);
    report_done(&report);
}

static void what_is_absent_is_null(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    struct finding *finding = report_add(&report, "count", STATE_OK);
    finding->headline = "count 26";
    finding->explanation = &unknown_code;
    report_add_metric(&report, &(struct metric) {.label = "count", .value = 26, .unit = ""});
    check_output(
        &report,
        "{\"plugin\":\"check_kms_host\",\"version\":\"0.1.0\",\"state\":\"OK\",\"exit_code\":0,"
        "\"summary\":\"count 26\",\"findings\":[{\"rule\":\"count\",\"state\":\"OK\",\"subject\":null,"
        "\"text\":\"\",\"impact\":null,\"urgency\":null,\"code\":{\"code\":\"0x0000000A\","
        "\"symbol\":null,\"brief\":\"unknown code\",\"meaning\":null,\"cause\":null,\"steps\":[],"
        "\"side\":null},\"findings\":[]}],\"metrics\":[{\"label\":\"count\",\"value\":26,"
        "\"unit\":null,\"warning\":null,\"critical\":null,\"min\":null,\"max\":null}]}\n",
        __LINE__);
    report_done(&report);
}

static void a_finding_without_a_code_has_null_there(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    report_add(&report, "count", STATE_WARNING)->text = "26";
    json_t *root = render_and_load(&report);
    json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
    assert_true(json_is_null(json_object_get(finding, "code")));
    json_decref(root);
    report_done(&report);
}

static void metrics_carry_ranges_as_text(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    report_add_metric(&report, &(struct metric) {.label = "count",
                                                 .value = 26,
                                                 .unit = "",
                                                 .warning = parsed("@10:20"),
                                                 .critical = parsed("25:"),
                                                 .has_minimum = true,
                                                 .has_maximum = true,
                                                 .maximum = 50});
    report_add_metric(&report,
                      &(struct metric) {.label = "requests_total", .value = 4294967295.0, .unit = "c"});
    report_add_metric(&report,
                      &(struct metric) {.label = "time", .value = 0.004, .decimals = 3, .unit = "s"});
    report_add_metric(&report,
                      &(struct metric) {.label = "lease_days", .value = 179.7, .decimals = 1, .unit = ""});
    check_output(
        &report,
        "{\"plugin\":\"check_kms_host\",\"version\":\"0.1.0\",\"state\":\"UNKNOWN\",\"exit_code\":3,"
        "\"summary\":\"nothing was judged\",\"findings\":[],\"metrics\":["
        "{\"label\":\"count\",\"value\":26,\"unit\":null,\"warning\":\"@10:20\",\"critical\":\"25:\","
        "\"min\":0,\"max\":50},"
        "{\"label\":\"requests_total\",\"value\":4294967295,\"unit\":\"c\",\"warning\":null,"
        "\"critical\":null,\"min\":null,\"max\":null},"
        "{\"label\":\"time\",\"value\":0.004,\"unit\":\"s\",\"warning\":null,\"critical\":null,"
        "\"min\":null,\"max\":null},"
        "{\"label\":\"lease_days\",\"value\":179.7,\"unit\":null,\"warning\":null,\"critical\":null,"
        "\"min\":null,\"max\":null}]}\n",
        __LINE__);
    report_done(&report);
}

static const char *rule_at(json_t *findings, size_t index)
{
    const char *rule = json_string_value(json_object_get(json_array_get(findings, index), "rule"));
    assert_non_null(rule);
    return rule;
}

static void findings_and_their_parts_stand_worst_first(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_REACH", "check_kms_reach");
    report_add(&report, "time", STATE_OK);
    struct finding *target = report_add(&report, "target", STATE_CRITICAL);
    report_add(&report, "srv-stale", STATE_WARNING);
    report_add_part(&report, target, "address", STATE_OK);
    report_add_part(&report, target, "family", STATE_UNKNOWN);
    json_t *root = render_and_load(&report), *findings = json_object_get(root, "findings");
    assert_int_equal(json_array_size(findings), 3);
    assert_string_equal(rule_at(findings, 0), "target");
    assert_string_equal(rule_at(findings, 1), "srv-stale");
    assert_string_equal(rule_at(findings, 2), "time");
    json_t *parts = json_object_get(json_array_get(findings, 0), "findings");
    assert_int_equal(json_array_size(parts), 2);
    assert_string_equal(rule_at(parts, 0), "family");
    assert_string_equal(rule_at(parts, 1), "address");
    json_decref(root);
    report_done(&report);
}

static void foreign_text_is_clean_ascii(void **state)
{
    static const char hostile[] = "\x01 a|b<c>`d`$e\\n;\"\xC3\xBC\xFF ";
    struct report report;
    (void)state;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    report.subject = hostile;
    struct finding *finding = report_add(&report, "license", STATE_WARNING);
    finding->subject = finding->text = finding->headline = finding->impact = hostile;
    json_t *root = render_and_load(&report);
    json_t *object = json_array_get(json_object_get(root, "findings"), 0);
    assert_string_equal(json_string_value(json_object_get(object, "subject")), "a/b(c)'d'?e/n;\"??");
    assert_string_equal(json_string_value(json_object_get(object, "text")), "a/b(c)'d'?e/n;\"??");
    assert_string_equal(json_string_value(json_object_get(object, "impact")), "a/b(c)'d'?e/n;\"??");
    assert_string_equal(json_string_value(json_object_get(root, "summary")),
                        "a/b(c)'d'?e/n,\"??: a/b(c)'d'?e/n,\"??");
    json_decref(root);
    report_done(&report);
}

static void nothing_is_left_out_of_a_large_report(void **state)
{
    enum { FINDINGS = 4096, METRICS = 500 };
    static char labels[METRICS][24];
    struct report report;
    (void)state;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    for (int i = 0; i < FINDINGS; i++) {
        struct finding *finding = report_add(&report, "license", STATE_CRITICAL);
        finding->text = report_format(&report, "%500d", i); /* 2 MiB in all, before cleaning */
        finding->subject = report_format(&report, "product-%0500d", i);
        finding->explanation = &grace_over;
    }
    for (int i = 0; i < METRICS; i++) {
        snprintf(labels[i], sizeof labels[i], "metric_%d", i);
        report_add_metric(&report, &(struct metric) {.label = labels[i], .value = i, .unit = ""});
    }
    json_t *root = render_and_load(&report), *findings = json_object_get(root, "findings");
    assert_int_equal(json_array_size(findings), FINDINGS);
    assert_int_equal(json_array_size(json_object_get(root, "metrics")), METRICS);
    for (size_t i = 0; i < FINDINGS; i++) {
        char number[16];
        json_t *finding = json_array_get(findings, i);
        snprintf(number, sizeof number, "%zu", i);
        assert_string_equal(json_string_value(json_object_get(finding, "text")), number);
        assert_int_equal(json_string_length(json_object_get(finding, "subject")), strlen("product-") + 500);
        assert_int_equal(json_array_size(json_object_get(json_object_get(finding, "code"), "steps")), 2);
    }
    json_decref(root);
    report_done(&report);
}

static void every_state_has_its_exit_code(void **state)
{
    (void)state;
    for (enum state own = STATE_OK; own <= STATE_UNKNOWN; own++) {
        struct report report;
        report_start(&report, "KMS_HOST", "check_kms_host");
        report_add(&report, "count", own)->headline = "reason";
        json_t *root = render_and_load(&report);
        assert_string_equal(json_string_value(json_object_get(root, "state")), state_name(own));
        assert_int_equal(json_integer_value(json_object_get(root, "exit_code")), own);
        json_decref(root);
        report_done(&report);
    }
}

static void without_memory_the_object_is_unknown_and_says_so(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    assert_null(arena_allocate(&report.arena, SIZE_MAX));
    check_output(&report,
                 "{\"plugin\":\"check_kms_host\",\"version\":\"0.1.0\",\"state\":\"UNKNOWN\",\"exit_code\":3,"
                 "\"summary\":\"out of memory while judging\",\"findings\":[],\"metrics\":[]}\n",
                 __LINE__);
    report_done(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_report_has_every_key),
        cmocka_unit_test(a_finding_shows_all_that_is_known_about_it),
        cmocka_unit_test(what_is_absent_is_null),
        cmocka_unit_test(a_finding_without_a_code_has_null_there),
        cmocka_unit_test(metrics_carry_ranges_as_text),
        cmocka_unit_test(findings_and_their_parts_stand_worst_first),
        cmocka_unit_test(foreign_text_is_clean_ascii),
        cmocka_unit_test(nothing_is_left_out_of_a_large_report),
        cmocka_unit_test(every_state_has_its_exit_code),
        cmocka_unit_test(without_memory_the_object_is_unknown_and_says_so),
    };
    return cmocka_run_group_tests_name("json_text", tests, NULL, NULL);
}
