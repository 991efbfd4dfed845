/* SPDX-License-Identifier: MIT */
/* The questions before any judgement. */
#include "judge/judge_document.h"

#include "report_checks.h"

#include <stdio.h>

enum { PRODUCTS_MAXIMUM = 3, MINUTE = 60, HOUR = 3600, DAY = 86400, HOUR_MS = 3600000 };

static const struct rule rules[DOCUMENT_RULE_COUNT] = {DOCUMENT_RULES};

struct document_case {
    const char *name; /* a sentence */
    const char *hostname, *computer_name;
    int64_t max_age_ms;
    struct known_time time, written; /* before now */
    struct known_number error;
    const char *error_text;
    const char *products[PRODUCTS_MAXIMUM];
    const char *wishes;
    bool has_products; /* beside an error */
    bool is_judged;    /* the document may be judged */
    struct expectation expected;
};

static struct license windows = {.name = "Windows(R), Enterprise edition",
                                 .description = "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
                                 .partial_product_key = "XXXXX"};

static struct known_time before_now(struct known_time time)
{
    return (struct known_time) {time.is_known, MOMENT - time.seconds};
}

static void check_case(const struct document_case *input)
{
    struct license_document document = {.computer_name = input->computer_name,
                                        .time = before_now(input->time),
                                        .licenses = &windows,
                                        .license_count = input->error_text == NULL || input->has_products,
                                        .error = input->error,
                                        .error_text = input->error_text};
    struct rule_wishes rule_wishes = wishes_of(input->wishes, rules, DOCUMENT_RULE_COUNT);
    struct document_wishes wishes = {
        .hostname = input->hostname, .max_age_ms = input->max_age_ms, .products = input->products};
    while (wishes.product_count < PRODUCTS_MAXIMUM && input->products[wishes.product_count] != NULL)
        wishes.product_count++;
    struct report report;
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    struct judging judging = {
        .rules = rules, .wishes = &rule_wishes, .moment = MOMENT, .now = MOMENT, .report = &report};
    bool is_judged = judge_document(&judging, &document, &wishes, before_now(input->written), MOMENT);
    judging_finish(&report);
    require_equal(input->name, "may be judged", is_judged ? "yes" : "no", input->is_judged ? "yes" : "no");
    check_report(input->name, &report, &input->expected);
    report_done(&report);
}

#define CHECK_CASES(cases)                                                                                   \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                             \
    check_case(&(cases)[i])

#define NOTHING .is_judged = true, .expected = {.states = "UNKNOWN:"}
#define OTHER_MACHINE .expected = {.states = "UNKNOWN: machine=UNKNOWN"}
#define TOO_OLD .expected = {.states = "UNKNOWN: age=UNKNOWN"}

static void a_document_of_another_machine_is_not_judged(void **state)
{
    static const struct document_case cases[] = {
        {.name = "no name asked for", .computer_name = "WKS-001", NOTHING},
        {.name = "no name in the document", .hostname = "wks-001", NOTHING},
        {.name = "the same name", .hostname = "wks-001", .computer_name = "wks-001", NOTHING},
        {.name = "case does not count", .hostname = "wks-001", .computer_name = "WKS-001", NOTHING},
        {.name = "only the first label counts",
         .hostname = "wks-001.corp.example.com",
         .computer_name = "WKS-001",
         NOTHING},
        {.name = "on the other side, too",
         .hostname = "wks-001",
         .computer_name = "wks-001.corp.example.com",
         NOTHING},
        {.name = "another domain is not seen",
         .hostname = "wks-001.a.example.com",
         .computer_name = "wks-001.b.example.com",
         NOTHING},
        {.name = "the name of __SERVER", .hostname = "wks-001", .computer_name = "\\\\WKS-001", NOTHING},
        {.name = "an IPv4 address is not compared",
         .hostname = "192.0.2.11",
         .computer_name = "WKS-001",
         NOTHING},
        {.name = "an IPv6 address is not compared",
         .hostname = "2001:db8::1",
         .computer_name = "WKS-001",
         NOTHING},
        {.name = "an IPv6 address in brackets",
         .hostname = "[2001:db8::1]",
         .computer_name = "WKS-001",
         NOTHING},
        {.name = "Windows keeps 15 characters of a name",
         .hostname = "application-server-01.corp.example.com",
         .computer_name = "APPLICATION-SER",
         NOTHING},
        {.name = "15 characters of another name",
         .hostname = "application-server-01",
         .computer_name = "APPLICATION-SEC",
         OTHER_MACHINE},
        {.name = "fewer than 15 characters are the whole name",
         .hostname = "application-server-01",
         .computer_name = "APPLICATION",
         OTHER_MACHINE},
        {.name = "another machine",
         .hostname = "wks-001",
         .computer_name = "WKS-002",
         .expected = {.states = "UNKNOWN: machine=UNKNOWN",
                      .says = "nothing judged|WKS-002",
                      .details = "asked for wks-001"}},
        {.name = "a longer name", .hostname = "wks-001", .computer_name = "WKS-0011", OTHER_MACHINE},
        {.name = "a shorter name", .hostname = "wks-0011", .computer_name = "WKS-001", OTHER_MACHINE},
        {.name = "a name of digits and letters is no address",
         .hostname = "10a",
         .computer_name = "10b",
         OTHER_MACHINE},
        {.name = "a long name is cut on the first line",
         .hostname = "wks-001",
         .computer_name = "a-name-that-is-far-longer-than-forty-characters-are",
         .expected = {.states = "UNKNOWN: machine=UNKNOWN", .says = ".."}},
        {.name = "machine=off",
         .hostname = "wks-001",
         .computer_name = "WKS-002",
         .wishes = "machine=off",
         NOTHING},
        {.name = "machine=ok",
         .hostname = "wks-001",
         .computer_name = "WKS-002",
         .wishes = "machine=ok",
         .is_judged = true,
         .expected = {.states = "OK: machine=OK"}},
        {.name = "machine=critical",
         .hostname = "wks-001",
         .computer_name = "WKS-002",
         .wishes = "machine=critical",
         .expected = {.states = "CRITICAL: machine=CRITICAL"}},
        {.name = "before an error of its program",
         .hostname = "wks-001",
         .computer_name = "WKS-002",
         .error_text = "Error: product not found.",
         OTHER_MACHINE},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void an_old_document_is_not_judged(void **state)
{
    static const struct document_case cases[] = {
        {.name = "any age", .time = {true, 4000 * (int64_t)DAY}, NOTHING},
        {.name = "any age and no time", NOTHING},
        {.name = "exactly as old as allowed", .max_age_ms = HOUR_MS, .time = {true, HOUR}, NOTHING},
        {.name = "a second older", .max_age_ms = HOUR_MS, .time = {true, HOUR + 1}, TOO_OLD},
        {.name = "milliseconds", .max_age_ms = 1500, .time = {true, 1}, NOTHING},
        {.name = "milliseconds, too old", .max_age_ms = 1500, .time = {true, 2}, TOO_OLD},
        {.name = "by its file", .max_age_ms = HOUR_MS, .written = {true, HOUR}, NOTHING},
        {.name = "by its file, too old", .max_age_ms = HOUR_MS, .written = {true, HOUR + 1}, TOO_OLD},
        {.name = "its own time comes before that of the file",
         .max_age_ms = HOUR_MS,
         .time = {true, 2 * HOUR},
         .written = {true, 0},
         TOO_OLD},
        {.name = "its own time is enough",
         .max_age_ms = HOUR_MS,
         .time = {true, 0},
         .written = {true, 2 * HOUR},
         NOTHING},
        {.name = "neither",
         .max_age_ms = HOUR_MS,
         .expected = {.states = "UNKNOWN: age=UNKNOWN", .says = "no time (TimeUtc)|--max-age"}},
        {.name = "how old",
         .max_age_ms = 26 * HOUR_MS,
         .time = {true, 3 * DAY},
         .expected = {.states = "UNKNOWN: age=UNKNOWN", .says = "nothing judged|3.0 days old|1.0 days"}},
        {.name = "a clock that runs ahead a little", .max_age_ms = HOUR_MS, .time = {true, -HOUR}, NOTHING},
        {.name = "a clock that runs ahead too much",
         .max_age_ms = HOUR_MS,
         .time = {true, -HOUR - 1},
         .expected = {.states = "UNKNOWN: age=UNKNOWN", .says = "future"}},
        {.name = "from the year 1601",
         .max_age_ms = 3650 * (int64_t)24 * HOUR_MS,
         .time = {true, INT64_C(1772438400) + INT64_C(11644473600)},
         TOO_OLD},
        {.name = "from the year 9999",
         .max_age_ms = HOUR_MS,
         .time = {true, -INT64_C(251000000000)},
         TOO_OLD},
        {.name = "age=off", .max_age_ms = HOUR_MS, .time = {true, DAY}, .wishes = "age=off", NOTHING},
        {.name = "age=ok",
         .max_age_ms = HOUR_MS,
         .time = {true, DAY},
         .wishes = "age=ok",
         .is_judged = true,
         .expected = {.states = "OK: age=OK"}},
        {.name = "age=warning",
         .max_age_ms = HOUR_MS,
         .time = {true, DAY},
         .wishes = "age=warning",
         .expected = {.states = "WARNING: age=WARNING"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void an_error_of_the_program_is_explained(void **state)
{
    static const struct document_case cases[] = {
        {.name = "a code",
         .error = {true, 0xC004F074},
         .error_text = "Error: 0xC004F074 ...",
         .expected = {.states = "UNKNOWN: agent=UNKNOWN",
                      .says = "nothing judged|0xC004F074 every KMS host tried failed",
                      .details = "0xC004F074"}},
        {.name = "a refused account is ours",
         .error = {true, 0x80070005},
         .error_text = "Error: 0x80070005",
         .expected = {.says = "0x80070005 access denied",
                      .details = "monitoring account|monitoring",
                      .details_not = "NETWORK SERVICE"}},
        {.name = "WMI refuses our account",
         .error = {true, 0x80041003},
         .error_text = "Error: 0x80041003",
         .expected = {.says = "0x80041003 WMI access denied", .details = "monitoring account"}},
        {.name = "a code that nobody described",
         .error = {true, 0xDEADBEEF},
         .error_text = "Error: 0xDEADBEEF",
         .expected = {.states = "UNKNOWN: agent=UNKNOWN", .says = "0xDEADBEEF"}},
        {.name = "words only",
         .error_text = "product not found.",
         .expected = {.states = "UNKNOWN: agent=UNKNOWN", .says = "nothing judged|product not found."}},
        {.name = "an error behind products: some may be missing",
         .error = {true, 0x80041010},
         .error_text = "0x80041010 ...",
         .has_products = true,
         .is_judged = true,
         .expected = {.states = "UNKNOWN: agent=UNKNOWN", .says = "not all products listed|0x80041010"}},
        {.name = "agent=critical",
         .error_text = "product not found.",
         .wishes = "agent=critical",
         .expected = {.states = "CRITICAL: agent=CRITICAL"}},
        {.name = "agent=off is no OK",
         .error_text = "product not found.",
         .wishes = "agent=off",
         .expected = {.states = "UNKNOWN:"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_product_that_is_named_must_be_there_with_a_key(void **state)
{
    static const struct document_case cases[] = {
        {.name = "there", .products = {"windows"}, NOTHING},
        {.name = "by a part of its name", .products = {"ENTERPRISE EDITION"}, NOTHING},
        {.name = "not there",
         .products = {"office"},
         .is_judged = true,
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "office"}},
        {.name = "one of two",
         .products = {"windows", "office"},
         .is_judged = true,
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "office", .says_not = "windows"}},
        {.name = "two of two",
         .products = {"Visio", "office"},
         .is_judged = true,
         .expected = {.states = "UNKNOWN: product=UNKNOWN product=UNKNOWN"}},
        {.name = "product=off", .products = {"office"}, .wishes = "product=off", NOTHING},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_machine_that_could_not_be_asked_is_unknown(void **state)
{
    static const struct {
        const char *name;
        enum problem_kind kind;
        enum state timeout_state;
        const char *wishes, *states;
    } cases[] = {
        {"resolve", PROBLEM_RESOLVE, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"connect", PROBLEM_CONNECT, STATE_CRITICAL, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"tls", PROBLEM_TLS, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"refused", PROBLEM_REFUSED, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"protocol", PROBLEM_PROTOCOL, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"missing", PROBLEM_MISSING, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"memory", PROBLEM_MEMORY, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"timeout", PROBLEM_TIMEOUT, STATE_UNKNOWN, NULL, "UNKNOWN: agent=UNKNOWN"},
        {"timeout with a state", PROBLEM_TIMEOUT, STATE_CRITICAL, NULL, "CRITICAL: agent=CRITICAL"},
        {"timeout with OK", PROBLEM_TIMEOUT, STATE_OK, NULL, "OK: agent=OK"},
        {"agent=warning", PROBLEM_REFUSED, STATE_UNKNOWN, "agent=warning", "WARNING: agent=WARNING"},
        {"agent=warning comes before the state of the timeout", PROBLEM_TIMEOUT, STATE_CRITICAL,
         "agent=warning", "WARNING: agent=WARNING"},
        {"login=critical: a refusal", PROBLEM_REFUSED, STATE_UNKNOWN, "login=critical",
         "CRITICAL: login=CRITICAL"},
        {"login=critical: a machine that is off", PROBLEM_CONNECT, STATE_UNKNOWN, "login=critical",
         "UNKNOWN: agent=UNKNOWN"},
        {"login=critical: a machine that is silent", PROBLEM_TIMEOUT, STATE_UNKNOWN, "login=critical",
         "UNKNOWN: agent=UNKNOWN"},
        {"login=critical comes before agent=warning", PROBLEM_REFUSED, STATE_UNKNOWN,
         "agent=warning,login=critical", "CRITICAL: login=CRITICAL"},
        {"login=off is no OK", PROBLEM_REFUSED, STATE_UNKNOWN, "login=off", "UNKNOWN:"},
        {"agent=off is no OK", PROBLEM_TIMEOUT, STATE_OK, "agent=off", "UNKNOWN:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem;
        struct report report;
        struct rule_wishes wishes = wishes_of(cases[i].wishes, rules, DOCUMENT_RULE_COUNT);
        problem_set(&problem, cases[i].kind, "check_nrpe failed with status 2: nothing there");
        report_start(&report, "KMS_CLIENT", "check_kms_client");
        struct judging judging = {
            .rules = rules, .wishes = &wishes, .moment = MOMENT, .now = MOMENT, .report = &report};
        judge_problem(&judging, &problem, cases[i].timeout_state);
        judging_finish(&report);
        struct expectation expected = {.states = cases[i].states};
        if (report.first != NULL) {
            expected.says = "nothing judged: check_nrpe failed with status 2: nothing there";
            assert_true(report.first->advice.step_count > 0);
        }
        check_report(cases[i].name, &report, &expected);
        report_done(&report);
    }
}

static void what_is_known_of_a_refusal_is_said(void **state)
{
    struct problem problem;
    struct report report;
    struct rule_wishes wishes = {.wish = {RULE_AS_IT_IS}};
    (void)state;
    problem_set(&problem, PROBLEM_REFUSED, "WinRM at kms01:5986 answered 500: access denied");
    problem_advise(&problem, "put the account into Remote Management Users");
    problem_add_code(&problem, 0x80070005);
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    struct judging judging = {
        .rules = rules, .wishes = &wishes, .moment = MOMENT, .now = MOMENT, .report = &report};
    judge_problem(&judging, &problem, STATE_UNKNOWN);
    judging_finish(&report);
    check_report(
        "a code and an advice", &report,
        &(struct expectation) {.states = "UNKNOWN: agent=UNKNOWN",
                               .says = "access denied",
                               .details = "put the account into Remote Management Users|monitoring"});
    assert_non_null(report.first->explanation);
    assert_int_equal(report.first->explanation->code, 0x80070005);
    assert_int_equal(report.first->explanation->advice.step_count, 1);
    report_done(&report);
}

static void check_remark(const struct license_document *document, int64_t max_age_ms, bool is_judged,
                         const char *expected)
{
    struct report report;
    struct document_wishes wishes = {.max_age_ms = max_age_ms};
    report_start(&report, "KMS_CLIENT", "check_kms_client");
    struct judging judging = {.rules = rules, .moment = MOMENT, .now = MOMENT, .report = &report};
    if (is_judged)
        report_add(&report, "lease", STATE_OK);
    judge_document_remark(&judging, document, &wishes, (struct known_time) {0}, MOMENT);
    if (expected == NULL)
        assert_null(report.remark);
    else
        assert_string_equal(report.remark, expected);
    report_done(&report);
}

static void the_remark_tells_old_documents_and_genuineness(void **state)
{
#define OLD "the document is of 2026-02-27 and was judged as of then, --max-age sets a limit"
#define TAMPERED "genuineness of Windows: tampered, which says nothing about activation"
    struct license_document fresh = {.time = {true, MOMENT - DAY}}, old = {.time = {true, MOMENT - 3 * DAY}};
    struct license_document tampered = fresh, both = old;
    tampered.genuine_state = both.genuine_state = "tampered";
    (void)state;
    check_remark(&fresh, 0, true, NULL);
    check_remark(&old, 0, true, OLD);
    check_remark(&old, HOUR_MS, true, NULL);
    check_remark(&tampered, 0, true, TAMPERED);
    check_remark(&both, 0, true, OLD ". " TAMPERED);
    check_remark(&both, HOUR_MS, true, TAMPERED);
    check_remark(&both, 0, false, NULL);
#undef OLD
#undef TAMPERED
}

static void the_subject_is_the_host_that_was_asked(void **state)
{
    struct license_document named = {.computer_name = "WKS-001"}, nameless = {.computer_name = NULL};
    (void)state;
    assert_string_equal(document_subject(&named, "192.0.2.11"), "192.0.2.11");
    assert_string_equal(document_subject(&named, NULL), "WKS-001");
    assert_string_equal(document_subject(&nameless, NULL), "");
    assert_string_equal(document_subject(&nameless, "wks-001"), "wks-001");
    assert_string_equal(document_subject(NULL, NULL), "");
    assert_string_equal(document_subject(NULL, "wks-001"), "wks-001");
}

static void durations_and_dates_are_written_for_people(void **state)
{
    static const struct {
        uint32_t minutes;
        const char *duration, *date;
    } cases[] = {
        {0, "0 minutes", "2026-03-02"},       {1, "1 minute", "2026-03-02"},
        {59, "59 minutes", "2026-03-02"},     {60, "1.0 hours", "2026-03-02"},
        {959, "15.9 hours", "2026-03-02"},    {960, "16.0 hours", "2026-03-03"},
        {1439, "23.9 hours", "2026-03-03"},   {1440, "1.0 days", "2026-03-03"},
        {258780, "179.7 days", "2026-08-29"}, {259200, "180.0 days", "2026-08-29"},
    };
    struct report report;
    struct judging judging = {.moment = MOMENT, .report = &report};
    (void)state;
    report_start(&report, "", "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(judging_duration(&judging, cases[i].minutes), cases[i].duration);
        assert_string_equal(judging_date(&judging, cases[i].minutes), cases[i].date);
    }
    report_done(&report);
}

static void names_are_short_on_the_first_line(void **state)
{
    struct report report;
    struct judging judging = {.report = &report};
    (void)state;
    report_start(&report, "", "");
    assert_string_equal(judging_short(&judging, "kms01"), "kms01");
    assert_string_equal(judging_short(&judging, "0123456789012345678901234567890123456789"),
                        "0123456789012345678901234567890123456789");
    assert_string_equal(judging_short(&judging, "01234567890123456789012345678901234567890"),
                        "01234567890123456789012345678901234567..");
    assert_string_equal(judging_endpoint(&judging, "kms01", (struct known_number) {0}), "kms01:1688");
    assert_string_equal(judging_endpoint(&judging, "kms01", (struct known_number) {true, 0}), "kms01:1688");
    assert_string_equal(judging_endpoint(&judging, "2001:db8::1", (struct known_number) {true, 1689}),
                        "[2001:db8::1]:1689");
    assert_string_equal(judging_endpoint(&judging, "[2001:db8::1]", (struct known_number) {0}),
                        "[2001:db8::1]:1688");
    assert_null(judging_endpoint(&judging, NULL, (struct known_number) {0}));
    report_done(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_of_another_machine_is_not_judged),
        cmocka_unit_test(an_old_document_is_not_judged),
        cmocka_unit_test(an_error_of_the_program_is_explained),
        cmocka_unit_test(a_product_that_is_named_must_be_there_with_a_key),
        cmocka_unit_test(a_machine_that_could_not_be_asked_is_unknown),
        cmocka_unit_test(what_is_known_of_a_refusal_is_said),
        cmocka_unit_test(the_remark_tells_old_documents_and_genuineness),
        cmocka_unit_test(the_subject_is_the_host_that_was_asked),
        cmocka_unit_test(durations_and_dates_are_written_for_people),
        cmocka_unit_test(names_are_short_on_the_first_line),
    };
    return cmocka_run_group_tests_name("judge_document", tests, NULL, NULL);
}
