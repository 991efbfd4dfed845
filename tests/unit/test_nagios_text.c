/* SPDX-License-Identifier: MIT */
/* Reports as Nagios and Icinga read them. */
#include "report/nagios_text.h"

#include "report/first_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 16 << 20, UNLIMITED = 16 << 20 };

static const struct explanation grace_over = {
    .code = 0xC004F009,
    .symbol = "SL_E_GRACE_TIME_EXPIRED",
    .brief = "grace period over",
    .meaning = "The grace period is over",
    .advice = {.cause = "No KMS host answered in time",
               .steps = {"look at the event log", "ask the KMS host", "activate again"},
               .step_count = 3,
               .side = "client"}};

static const struct explanation no_host = {
    .code = 0xC004F074,
    .symbol = "SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH",
    .brief = "no KMS host reached",
    .meaning = "No KMS host could be reached",
    .advice = {.cause = "Network or DNS", .steps = {"test port 1688"}, .step_count = 1, .side = "network"}};

static struct range parsed(const char *text)
{
    struct range range;
    struct problem why;
    assert_true(range_parse(span_of(text), &range, &why));
    return range;
}

/* A client in Notification with a healthy second product. */
static void make_client(struct report *report)
{
    report_start(report, "KMS_CLIENT", "check_kms_client");
    report->subject = "wks-025";
    struct finding *office = report_add(report, "permanent", STATE_OK);
    office->subject = "Office 16, Office16ProPlusVL_MAK edition";
    office->text = "Licensed, permanent";
    office->headline = "Office permanent";
    struct finding *windows = report_add(report, "license", STATE_CRITICAL);
    windows->subject = "Windows(R), Enterprise edition";
    windows->text = "Notification, reason 0xC004F009";
    windows->headline = "Windows in Notification, 0xC004F009 grace period over";
    windows->impact = "the desktop turns black, users are reminded every hour";
    windows->urgency = URGENCY_DAY;
    windows->explanation = &grace_over;
    report_add_metric(report, &(struct metric) {.label = "lease_days",
                                                .decimals = 1,
                                                .unit = "",
                                                .warning = parsed("165:"),
                                                .critical = parsed("30:"),
                                                .has_minimum = true,
                                                .has_maximum = true,
                                                .maximum = 180});
    report_add_metric(report, &(struct metric) {.label = "products", .value = 2, .unit = ""});
    report_add_metric(report,
                      &(struct metric) {.label = "time", .value = 0.0036, .decimals = 3, .unit = "s"});
    report_add_note(report, "asked: file report.json, 1 ms");
}

/* The output as a string that the caller frees. */
static char *render(const struct report *report, const struct report_style *style)
{
    struct text output;
    text_start(&output, ROOM);
    assert_true(nagios_text_render(report, style, &output));
    assert_true(text_ok(&output));
    char *string = output.bytes;
    assert_non_null(string);
    assert_int_equal(strlen(string), output.length);
    return string;
}

static void check_output(const struct report *report, const struct report_style *style, const char *expected,
                         int line)
{
    char *output = render(report, style);
    _assert_string_equal(output, expected, __FILE__, line);
    free(output);
}

#define CLIENT_FIRST_LINE                                                                                    \
    "KMS_CLIENT CRITICAL - wks-025: Windows in Notification, 0xC004F009 grace period over"                   \
    " | lease_days=0.0;165:;30:;0;180 products=2 time=0.004s\n"
#define CLIENT_OFFICE " \\_ [OK] permanent: Office 16, Office16ProPlusVL_MAK edition: Licensed, permanent\n"
#define CLIENT_WINDOWS                                                                                       \
    " \\_ [CRITICAL] license: Windows(R), Enterprise edition: Notification, reason 0xC004F009"
#define CLIENT_IMPACT "    impact: the desktop turns black, users are reminded every hour\n"

static void a_report_is_a_first_line_and_a_line_for_every_finding_worst_first(void **state)
{
    struct report report;
    (void)state;
    make_client(&report);
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_FULL, .maximum = NAGIOS_TEXT_MAXIMUM},
                 CLIENT_FIRST_LINE CLIENT_WINDOWS
                 " (The grace period is over)\n" CLIENT_IMPACT "    cause: No KMS host answered in time\n"
                 "    do: 1. look at the event log 2. ask the KMS host 3. activate again\n"
                 "    side: client\n" CLIENT_OFFICE,
                 __LINE__);
    report_done(&report);
}

static void a_short_explanation_has_the_first_step_and_no_cause(void **state)
{
    struct report report;
    (void)state;
    make_client(&report);
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_SHORT, .maximum = NAGIOS_TEXT_MAXIMUM},
                 CLIENT_FIRST_LINE CLIENT_WINDOWS " (The grace period is over)\n" CLIENT_IMPACT
                                                  "    do: 1. look at the event log\n"
                                                  "    side: client\n" CLIENT_OFFICE,
                 __LINE__);
    report_done(&report);
}

static void without_an_explanation_the_impact_stays(void **state)
{
    struct report report;
    (void)state;
    make_client(&report);
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_NONE, .maximum = NAGIOS_TEXT_MAXIMUM},
                 CLIENT_FIRST_LINE CLIENT_WINDOWS "\n" CLIENT_IMPACT CLIENT_OFFICE, __LINE__);
    report_done(&report);
}

static void verbosity_adds_the_notes_behind_the_findings(void **state)
{
    struct report report;
    (void)state;
    make_client(&report);
    report_add_note(&report, "line two|\x01<b>");
    check_output(
        &report,
        &(struct report_style) {.explain = EXPLAIN_NONE, .verbosity = 1, .maximum = NAGIOS_TEXT_MAXIMUM},
        CLIENT_FIRST_LINE CLIENT_WINDOWS "\n" CLIENT_IMPACT CLIENT_OFFICE
                                         "asked: file report.json, 1 ms\nline two/ (b)\n",
        __LINE__);
    report_done(&report);
}

static void an_empty_report_is_unknown_and_one_line(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    check_output(&report, &(struct report_style) {.maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_HOST UNKNOWN - nothing was judged\n", __LINE__);
    report_done(&report);
}

static void a_finding_without_a_code_gives_its_own_advice(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    struct finding *finding = report_add(&report, "priority", STATE_WARNING);
    finding->text = "low priority";
    finding->headline = "KMS priority is low";
    finding->impact = "answers come late";
    finding->missing_code = "run slmgr.vbs /dlv";
    finding->advice = (struct advice) {.cause = "somebody ran slmgr.vbs /cpri",
                                       .steps = {"slmgr.vbs /spri", "restart sppsvc"},
                                       .step_count = 2,
                                       .side = "kms-host"};
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_FULL, .maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_HOST WARNING - KMS priority is low\n"
                 " \\_ [WARNING] priority: low priority\n"
                 "    impact: answers come late\n"
                 "    code: run slmgr.vbs /dlv\n"
                 "    cause: somebody ran slmgr.vbs /cpri\n"
                 "    do: 1. slmgr.vbs /spri 2. restart sppsvc\n"
                 "    side: kms-host\n",
                 __LINE__);
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_NONE, .maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_HOST WARNING - KMS priority is low\n"
                 " \\_ [WARNING] priority: low priority\n"
                 "    impact: answers come late\n",
                 __LINE__);
    report_done(&report);
}

static void parts_stand_deeper_and_worst_first(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_REACH", "check_kms_reach");
    struct finding *target = report_add(&report, "target", STATE_WARNING);
    target->text = "one of two targets";
    target->headline = "one of two targets answers";
    target->impact = "clients wait longer";
    report_add_part(&report, target, "address", STATE_OK)->text = "192.0.2.1 answers";
    struct finding *dead = report_add_part(&report, target, "address", STATE_WARNING);
    dead->text = "192.0.2.2 is silent";
    dead->impact = "none yet";
    report_add_part(&report, dead, "family", STATE_OK)->text = "no route from here";
    report_add(&report, "time", STATE_OK)->text = "4 ms";
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_FULL, .maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_REACH WARNING - one of two targets answers\n"
                 " \\_ [WARNING] target: one of two targets\n"
                 "    impact: clients wait longer\n"
                 "    \\_ [WARNING] address: 192.0.2.2 is silent\n"
                 "       impact: none yet\n"
                 "       \\_ [OK] family: no route from here\n"
                 "    \\_ [OK] address: 192.0.2.1 answers\n"
                 " \\_ [OK] time: 4 ms\n",
                 __LINE__);
    report_done(&report);
}

static struct finding *add_failure(struct report *report, const char *subject,
                                   const struct explanation *explanation)
{
    struct finding *finding = report_add(report, "license", STATE_CRITICAL);
    finding->subject = subject;
    finding->text = "Notification";
    finding->headline = subject;
    finding->explanation = explanation;
    return finding;
}

static void a_code_that_comes_again_is_explained_once(void **state)
{
    struct report report;
    struct explanation copy = grace_over;
    (void)state;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    add_failure(&report, "A", &grace_over);
    add_failure(&report, "B", &no_host);
    add_failure(&report, "C", &copy)->impact = "C stops";
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_FULL, .maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_CLIENT CRITICAL - A, B, C\n"
                 " \\_ [CRITICAL] license: A: Notification (The grace period is over)\n"
                 "    cause: No KMS host answered in time\n"
                 "    do: 1. look at the event log 2. ask the KMS host 3. activate again\n"
                 "    side: client\n"
                 " \\_ [CRITICAL] license: B: Notification (No KMS host could be reached)\n"
                 "    cause: Network or DNS\n"
                 "    do: 1. test port 1688\n"
                 "    side: network\n"
                 " \\_ [CRITICAL] license: C: Notification\n"
                 "    impact: C stops\n"
                 "    do: as above for 0xC004F009\n",
                 __LINE__);
    report_done(&report);
}

static void the_same_code_with_other_advice_is_explained_again(void **state)
{
    struct report report;
    struct explanation on_a_mak_machine = grace_over;
    (void)state;
    on_a_mak_machine.advice = (struct advice) {.cause = "The MAK was never activated",
                                               .steps = {"activate by phone"},
                                               .step_count = 1,
                                               .side = "client"};
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    add_failure(&report, "A", &grace_over);
    add_failure(&report, "B", &on_a_mak_machine);
    add_failure(&report, "C", &on_a_mak_machine);
    add_failure(&report, "D", &grace_over);
    check_output(&report, &(struct report_style) {.explain = EXPLAIN_SHORT, .maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_CLIENT CRITICAL - A, B, C, D\n"
                 " \\_ [CRITICAL] license: A: Notification (The grace period is over)\n"
                 "    do: 1. look at the event log\n"
                 "    side: client\n"
                 " \\_ [CRITICAL] license: B: Notification\n"
                 "    do: 1. activate by phone\n"
                 "    side: client\n"
                 " \\_ [CRITICAL] license: C: Notification\n"
                 "    do: as above for 0xC004F009\n"
                 " \\_ [CRITICAL] license: D: Notification\n"
                 "    do: 1. look at the event log\n"
                 "    side: client\n",
                 __LINE__);
    report_done(&report);
}

static void the_notes_url_carries_the_code_of_the_first_line(void **state)
{
    static const struct {
        int line;
        const char *template, *expected; /* the last line */
    } rows[] = {
        {__LINE__, "https://example.org/kms#{code}", "notes: https://example.org/kms#0xC004F009"},
        {__LINE__, "{code}{code}", "notes: 0xC004F0090xC004F009"},
        {__LINE__, "https://example.org/{cod}/{code", "notes: https://example.org/{cod}/{code"},
        {__LINE__, "https://example.org/?a=1&b={code}", "notes: https://example.org/?a=1&b=0xC004F009"},
        {__LINE__, "", NULL},
        {__LINE__, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report report;
        make_client(&report);
        struct report_style style = {
            .explain = EXPLAIN_FULL, .maximum = NAGIOS_TEXT_MAXIMUM, .notes_url = rows[i].template};
        char *output = render(&report, &style), *url = strstr(output, "\nnotes: ");
        if (rows[i].expected == NULL) {
            _assert_true(url == NULL, "no notes line", __FILE__, rows[i].line);
        } else {
            _assert_true(url != NULL, "a notes line", __FILE__, rows[i].line);
            output[strlen(output) - 1] = '\0';
            _assert_string_equal(url + 1, rows[i].expected, __FILE__, rows[i].line);
        }
        free(output);
        report_done(&report);
    }
}

static void without_a_code_on_the_first_line_there_is_no_notes_url(void **state)
{
    static const struct explanation information = {
        .code = 0x4004F00C, .meaning = "In its grace period", .is_informational = true};
    struct report_style style = {.maximum = NAGIOS_TEXT_MAXIMUM, .notes_url = "https://example.org/{code}"};
    (void)state;
    for (int variant = 0; variant < 3; variant++) {
        struct report report;
        report_start(&report, "KMS_CLIENT", "check_kms_client");
        struct finding *worst = report_add(&report, "license", STATE_CRITICAL);
        worst->headline = worst->text = "not activated";
        if (variant == 1)
            worst->explanation = &information;
        struct finding *lesser = report_add(&report, "grace", STATE_WARNING);
        lesser->headline = lesser->text = "grace";
        if (variant == 2)
            lesser->explanation = &no_host;
        char *output = render(&report, &style);
        assert_null(strstr(output, "example.org"));
        free(output);
        report_done(&report);
    }
}

static void foreign_text_is_clean_wherever_it_stands(void **state)
{
    static const char hostile[] = "\x01 a|b<c>`d`$e\\n;\xC3\xBC ";
    struct report report;
    (void)state;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    report.subject = hostile;
    struct finding *finding = report_add(&report, "license", STATE_WARNING);
    finding->subject = finding->text = finding->headline = finding->impact = finding->missing_code = hostile;
    finding->advice =
        (struct advice) {.cause = hostile, .steps = {hostile}, .step_count = 1, .side = hostile};
    struct finding *blank = report_add(&report, "lease", STATE_OK);
    blank->subject = "\x01 ";
    blank->text = "fine";
    report_add_note(&report, "%s", hostile);
    check_output(
        &report,
        &(struct report_style) {.explain = EXPLAIN_FULL, .verbosity = 1, .maximum = NAGIOS_TEXT_MAXIMUM},
        "KMS_CLIENT WARNING - a/b(c)'d'?e/n,?: a/b(c)'d'?e/n,?\n"
        " \\_ [WARNING] license: a/b(c)'d'?e/n;?: a/b(c)'d'?e/n;?\n"
        "    impact: a/b(c)'d'?e/n;?\n"
        "    code: a/b(c)'d'?e/n;?\n"
        "    cause: a/b(c)'d'?e/n;?\n"
        "    do: 1. a/b(c)'d'?e/n;?\n"
        "    side: a/b(c)'d'?e/n;?\n"
        " \\_ [OK] lease: fine\n"
        "a/b(c)'d'?e/n;?\n",
        __LINE__);
    report_done(&report);
}

static void metrics_are_plain_decimals_without_trailing_semicolons(void **state)
{
    static const struct {
        int line;
        struct metric metric;
        const char *warning, *critical, *expected;
    } rows[] = {
        {__LINE__, {.value = 26}, "", "", "m=26"},
        {__LINE__, {.value = 26.4}, "", "", "m=26"},
        {__LINE__, {.value = -3}, "", "", "m=-3"},
        {__LINE__, {.value = 1680, .unit = "c"}, "", "", "m=1680c"},
        {__LINE__, {.value = 0.0042, .decimals = 3, .unit = "s"}, "", "", "m=0.004s"},
        {__LINE__, {.value = 12.5, .decimals = 1, .unit = "%"}, "", "", "m=12.5%"},
        {__LINE__, {.value = 4294967295.0, .unit = "c"}, "", "", "m=4294967295c"},
        {__LINE__, {.value = 1e15}, "", "", "m=1000000000000000"},
        {__LINE__, {.value = 1}, "30:", "", "m=1;30:"},
        {__LINE__, {.value = 1}, "", "0:", "m=1;;0:"},
        {__LINE__, {.value = 1}, "30:", "25:", "m=1;30:;25:"},
        {__LINE__, {.value = 1, .has_minimum = true}, "", "", "m=1;;;0"},
        {__LINE__, {.value = 1, .has_maximum = true, .maximum = 50}, "", "", "m=1;;;;50"},
        {__LINE__,
         {.value = 1, .has_minimum = true, .has_maximum = true, .maximum = 50},
         "@1:2",
         "~:3",
         "m=1;@1:2;~:3;0;50"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report report;
        struct metric metric = rows[i].metric;
        char expected[100];
        metric.label = "m";
        if (metric.unit == NULL)
            metric.unit = "";
        if (rows[i].warning[0] != '\0')
            metric.warning = parsed(rows[i].warning);
        if (rows[i].critical[0] != '\0')
            metric.critical = parsed(rows[i].critical);
        report_start(&report, "KMS_HOST", "check_kms_host");
        report_add_metric(&report, &metric);
        report_add_metric(&report, &(struct metric) {.label = "time", .unit = "s"});
        snprintf(expected, sizeof expected, "KMS_HOST UNKNOWN - nothing was judged | %s time=0s\n",
                 rows[i].expected);
        check_output(&report, &(struct report_style) {.maximum = NAGIOS_TEXT_MAXIMUM}, expected,
                     rows[i].line);
        report_done(&report);
    }
}

/* A report that is far too long: findings of all states with explanations, parts and notes. */
static void make_large(struct report *report, int findings)
{
    static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN};
    report_start(report, "KMS_CLIENT", "check_kms_client");
    report->subject = "a-machine-with-a-name-that-is-far-too-long.example.org";
    for (int i = 0; i < findings; i++) {
        struct finding *finding = report_add(report, "license", states[i % 4]);
        finding->subject = report_format(report, "product %d", i);
        finding->text = report_format(report, "%*d", 20 + i * 7 % 60, i);
        finding->headline = report_format(report, "headline of product %d", i);
        finding->impact = "users are reminded";
        finding->explanation = i % 3 == 0 ? &grace_over : i % 3 == 1 ? &no_host : NULL;
        if (i % 5 == 0)
            report_add_part(report, finding, "part", states[i / 5 % 4])->text = "a part";
    }
    report_add_metric(report, &(struct metric) {.label = "products", .value = findings, .unit = ""});
    report_add_metric(report, &(struct metric) {.label = "time", .value = 0.004, .decimals = 3, .unit = "s"});
    report_add_note(report, "asked: file report.json, 1 ms");
}

static size_t count_lines(struct span text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.length; i++)
        lines += text.bytes[i] == '\n';
    return lines;
}

/* Takes the last line off, newline included. */
static struct span take_last_line(struct span *text)
{
    size_t start = text->length > 0 ? text->length - 1 : 0;
    while (start > 0 && text->bytes[start - 1] != '\n')
        start--;
    struct span line = span_from(*text, start);
    *text = span_first(*text, start);
    return line;
}

/* Checks that `printed` is `full` with whole lines left out from the end, a line that says how many, and the
 * notes line of `full`, which stays. */
static void check_left_out(const char *printed, const char *full, size_t maximum)
{
    struct span output = span_of(printed), whole = span_of(full);
    if (output.length > maximum)
        fail_msg("maximum %zu: %zu bytes", maximum, output.length);
    if (output.length == 0 || output.bytes[output.length - 1] != '\n')
        fail_msg("maximum %zu: does not end in a newline: %s", maximum, printed);
    struct span last = take_last_line(&output);
    if (span_starts_with(last, "notes: ")) {
        if (!span_equal_ignoring_case(last, take_last_line(&whole)))
            fail_msg("maximum %zu: another notes line: %.*s", maximum, (int)last.length, last.bytes);
        last = take_last_line(&output);
    }
    char *end = NULL;
    unsigned long more = span_starts_with(last, "(") ? strtoul(last.bytes + 1, &end, 10) : 0;
    if (end == NULL || strncmp(end, " more lines, see --max-output)\n", 31) != 0)
        fail_msg("maximum %zu: does not say how many lines are left out: %.*s", maximum, (int)last.length,
                 last.bytes);
    if (strncmp(output.bytes, whole.bytes, output.length) != 0)
        fail_msg("maximum %zu: is not the begin of the whole text", maximum);
    if (count_lines(output) + more != count_lines(whole))
        fail_msg("maximum %zu: %zu lines and %lu more, the whole text has %zu", maximum, count_lines(output),
                 more, count_lines(whole));
}

static void lines_are_left_out_from_the_end_and_counted(void **state)
{
    struct report report;
    struct report_style style = {.verbosity = 1, .notes_url = "https://example.org/{code}"};
    (void)state;
    make_large(&report, 60);
    style.maximum = UNLIMITED;
    char *whole = render(&report, &style);
    assert_true(strlen(whole) > NAGIOS_TEXT_MAXIMUM);
    assert_null(strstr(whole, "more lines"));
    for (style.maximum = NAGIOS_TEXT_MINIMUM; style.maximum <= NAGIOS_TEXT_MAXIMUM; style.maximum++) {
        char *output = render(&report, &style);
        check_left_out(output, whole, style.maximum);
        free(output);
    }
    free(whole);
    report_done(&report);
}

static void a_text_of_exactly_the_maximum_is_whole(void **state)
{
    struct report report;
    struct report_style style = {.maximum = UNLIMITED};
    (void)state;
    make_large(&report, 10);
    char *whole = render(&report, &style);
    style.maximum = strlen(whole);
    char *output = render(&report, &style);
    assert_string_equal(output, whole);
    free(output);
    style.maximum--;
    output = render(&report, &style);
    check_left_out(output, whole, style.maximum);
    free(output);
    free(whole);
    report_done(&report);
}

static void the_count_is_right_for_the_largest_report(void **state)
{
    struct report report;
    struct report_style style = {.maximum = UNLIMITED};
    static char long_text[600];
    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    for (int i = 0; i < 4096; i++) /* as many as a document has rows, 4 MiB of text */
        add_failure(&report, "product", &grace_over)->text = report_format(&report, "%s%d", long_text, i);
    char *whole = render(&report, &style);
    assert_true(strlen(whole) > 4096 * sizeof long_text);
    for (style.maximum = NAGIOS_TEXT_MINIMUM; style.maximum <= 1 << 20; style.maximum *= 2) {
        char *output = render(&report, &style);
        check_left_out(output, whole, style.maximum);
        free(output);
    }
    free(whole);
    report_done(&report);
}

static void performance_data_that_are_too_long_stand_alone(void **state)
{
    enum { METRICS = 300 };
    static char labels[METRICS][32];
    struct report report;
    struct report_style style = {.maximum = NAGIOS_TEXT_MINIMUM};
    (void)state;
    make_large(&report, 20);
    for (int i = 0; i < METRICS; i++) {
        snprintf(labels[i], sizeof labels[i], "requests_of_kind_%d", i);
        report_add_metric(&report, &(struct metric) {.label = labels[i], .value = i, .unit = "c"});
    }
    char *output = render(&report, &style);
    assert_true(strlen(output) > NAGIOS_TEXT_MAXIMUM);
    assert_int_equal(count_lines(span_of(output)), 1);
    assert_non_null(strstr(output, " requests_of_kind_299=299c\n"));
    free(output);
    report_done(&report);
}

static void check_first_line(const char *output)
{
    const char *bar = strchr(output, '|'), *end = strchr(output, '\n');
    if (bar == NULL || bar > end || strchr(bar + 1, '|') != NULL)
        fail_msg("not exactly one bar, on the first line: %s", output);
    if (bar - output > FIRST_LINE_MAXIMUM)
        fail_msg("%td bytes before the bar: %s", bar - output, output);
    for (const char *byte = output; *byte != '\0'; byte++) {
        if (*byte != '\n' && (*byte < ' ' || *byte > '~'))
            fail_msg("byte %02x at %td", (unsigned char)*byte, byte - output);
    }
    if (strchr(end, '=') != NULL)
        fail_msg("performance data behind the first line: %s", end);
}

static void the_first_line_has_at_most_160_characters_and_the_only_bar(void **state)
{
    static char subject[201], headline[401];
    struct report_style style = {.explain = EXPLAIN_FULL, .verbosity = 1, .maximum = NAGIOS_TEXT_MAXIMUM};
    (void)state;
    for (size_t subject_length = 0; subject_length < sizeof subject; subject_length += 20) {
        for (size_t length = 0; length < sizeof headline; length += 3) {
            struct report report;
            memset(subject, '|', subject_length);
            subject[subject_length] = '\0';
            memset(headline, '|', length);
            headline[length] = '\0';
            make_client(&report);
            report.subject = subject;
            for (int i = 0; i < 3; i++)
                add_failure(&report, headline, &no_host)->impact = headline;
            report_add_note(&report, "%s", headline);
            char *output = render(&report, &style);
            check_first_line(output);
            free(output);
            report_done(&report);
        }
    }
}

static void without_memory_the_text_is_unknown_and_says_so(void **state)
{
    struct report report;
    (void)state;
    report_start(&report, "KMS_HOST", "check_kms_host");
    struct finding *finding = report_add(&report, "count", STATE_OK);
    finding->text = finding->headline = "count 26";
    assert_null(arena_allocate(&report.arena, SIZE_MAX));
    check_output(&report, &(struct report_style) {.maximum = NAGIOS_TEXT_MAXIMUM},
                 "KMS_HOST UNKNOWN - out of memory while judging\n"
                 " \\_ [OK] count: count 26\n",
                 __LINE__);
    report_done(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_a_first_line_and_a_line_for_every_finding_worst_first),
        cmocka_unit_test(a_short_explanation_has_the_first_step_and_no_cause),
        cmocka_unit_test(without_an_explanation_the_impact_stays),
        cmocka_unit_test(verbosity_adds_the_notes_behind_the_findings),
        cmocka_unit_test(an_empty_report_is_unknown_and_one_line),
        cmocka_unit_test(a_finding_without_a_code_gives_its_own_advice),
        cmocka_unit_test(parts_stand_deeper_and_worst_first),
        cmocka_unit_test(a_code_that_comes_again_is_explained_once),
        cmocka_unit_test(the_same_code_with_other_advice_is_explained_again),
        cmocka_unit_test(the_notes_url_carries_the_code_of_the_first_line),
        cmocka_unit_test(without_a_code_on_the_first_line_there_is_no_notes_url),
        cmocka_unit_test(foreign_text_is_clean_wherever_it_stands),
        cmocka_unit_test(metrics_are_plain_decimals_without_trailing_semicolons),
        cmocka_unit_test(lines_are_left_out_from_the_end_and_counted),
        cmocka_unit_test(a_text_of_exactly_the_maximum_is_whole),
        cmocka_unit_test(the_count_is_right_for_the_largest_report),
        cmocka_unit_test(performance_data_that_are_too_long_stand_alone),
        cmocka_unit_test(the_first_line_has_at_most_160_characters_and_the_only_bar),
        cmocka_unit_test(without_memory_the_text_is_unknown_and_says_so),
    };
    return cmocka_run_group_tests_name("nagios_text", tests, NULL, NULL);
}
