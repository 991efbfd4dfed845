/* SPDX-License-Identifier: MIT */
/* What the judges make of a machine of which only the presence is known. */
#include "judge/judge_client.h"
#include "judge/judge_host.h"

#include "report_checks.h"

/* yes, no, unknown */
#define YES                                                                                                  \
    {                                                                                                        \
        true, true                                                                                           \
    }
#define NO                                                                                                   \
    {                                                                                                        \
        true, false                                                                                          \
    }
#define UNKNOWN                                                                                              \
    {                                                                                                        \
        false, false                                                                                         \
    }
#define LISTENS .listening_words = "TCP 1688 on 0.0.0.0"
#define LISTENS_NOT .listening_words = "no listener on TCP 1688 in tcpConnTable"
#define RUNS .running_words = "service Software Protection"
#define RUNS_NOT .running_words = "no process sppsvc.exe"

struct presence_case {
    const char *name;
    struct presence presence;
    const char *rules, *product;
    struct known_number floor;
    const char *warning, *critical_office;
    struct expectation expected;
};

static const struct presence_case cases[] = {
    {.name = "listening-and-running-is-ok",
     .presence = {true, YES, YES, UNKNOWN, LISTENS, RUNS},
     .expected = {.states = "OK: presence=OK",
                  .metrics = "",
                  .says = "presence only, count unknown",
                  .details =
                      "TCP 1688 on 0.0.0.0, service Software Protection: presence only, count unknown"}},
    {.name = "the-listener-is-sppsvc",
     .presence = {true, YES, YES, YES, LISTENS, RUNS},
     .expected = {.states = "OK: presence=OK", .says = "presence only, count unknown"}},
    {.name = "nobody-listens-though-sppsvc-runs",
     .presence = {true, NO, YES, UNKNOWN, LISTENS_NOT, RUNS},
     .expected = {.states = "CRITICAL: presence=CRITICAL",
                  .metrics = "",
                  .says = "not listening on the KMS port, though sppsvc runs",
                  .details = "no listener on TCP 1688|other KMS hosts work|slmgr.vbs /dlv|kms-host"}},
    {.name = "nobody-listens-and-sppsvc-is-not-there",
     .presence = {true, NO, NO, UNKNOWN, LISTENS_NOT, RUNS_NOT},
     .expected = {.states = "CRITICAL: presence=CRITICAL",
                  .says = "not listening on the KMS port",
                  .says_not = "though",
                  .details = "net start sppsvc|no process sppsvc.exe"}},
    {.name = "nobody-listens-and-processes-are-unknown",
     .presence = {true, NO, UNKNOWN, UNKNOWN, LISTENS_NOT},
     .expected = {.states = "CRITICAL: presence=CRITICAL", .says = "not listening"}},
    {.name = "listening-and-sppsvc-is-not-seen",
     .presence = {true, YES, NO, UNKNOWN, LISTENS, RUNS_NOT},
     .expected = {.states = "WARNING: presence=WARNING",
                  .says = "sppsvc is not seen",
                  .details = "--service-name|check_kms_reach|kms-host"}},
    {.name = "another-process-listens",
     .presence = {true, YES, YES, NO, .listening_words = "TCP 1688 on 0.0.0.0, process other.exe 777", RUNS},
     .expected = {.states = "WARNING: presence=WARNING",
                  .says = "another process than sppsvc",
                  .details = "other.exe 777|tasklist"}},
    {.name = "another-process-listens-beside-sppsvc",
     .presence = {true, YES, YES, YES,
                  .listening_words =
                      "TCP 1688 on ::, process sppsvc.exe 4242, on 0.0.0.0, process other.exe 777",
                  .has_foreign_listener = true},
     .expected = {.states = "WARNING: presence=WARNING",
                  .says = "another process beside sppsvc",
                  .details = "other.exe 777|beside sppsvc.exe|tasklist"}},
    {.name = "only-the-loopback-address-listens",
     .presence = {true, YES, YES, YES, .listening_words = "TCP 1688 on 127.0.0.1, process sppsvc.exe 4242",
                  .is_loopback_only = true},
     .expected = {.states = "WARNING: presence=WARNING",
                  .says = "listens on its loopback address only: no client reaches it",
                  .details = "TCP 1688 on 127.0.0.1|check_kms_reach|kms-host"}},
    {.name = "only-the-loopback-address-listens-and-processes-are-unknown",
     .presence = {true, YES, UNKNOWN, UNKNOWN, LISTENS, .is_loopback_only = true},
     .expected = {.states = "WARNING: presence=WARNING", .says = "loopback address only"}},
    {.name = "a-loopback-address-listens-and-the-table-is-cut",
     .presence = {true, UNKNOWN, YES, UNKNOWN, LISTENS, RUNS},
     .expected = {.states = "UNKNOWN: presence=UNKNOWN",
                  .says = "answered to its end",
                  .details = "seen: TCP 1688"}},
    {.name = "another-process-listens-and-sppsvc-is-not-there",
     .presence = {true, YES, NO, NO, LISTENS, RUNS_NOT},
     .expected = {.states = "WARNING: presence=WARNING", .says = "another process than sppsvc"}},
    {.name = "sockets-are-unknown-and-sppsvc-is-not-there",
     .presence = {true, UNKNOWN, NO, UNKNOWN, NULL, RUNS_NOT},
     .expected = {.states = "WARNING: presence=WARNING",
                  .says = "sppsvc is not seen",
                  .details = "neither tcpConnTable nor tcpListenerTable answered"}},
    {.name = "sockets-are-unknown-and-sppsvc-runs",
     .presence = {true, UNKNOWN, YES, UNKNOWN, NULL, RUNS},
     .expected = {.states = "UNKNOWN: presence=UNKNOWN",
                  .says = "presence unknown: neither tcpConnTable nor tcpListenerTable answered",
                  .says_not = "hrSWRunTable",
                  .details = "seen: service Software Protection|monitoring"}},
    {.name = "listening-and-processes-are-unknown",
     .presence = {true, YES, UNKNOWN, UNKNOWN, LISTENS},
     .expected = {.states = "UNKNOWN: presence=UNKNOWN",
                  .says = "neither hrSWRunTable nor svSvcTable answered",
                  .says_not = "tcpConnTable"}},
    {.name = "nothing-is-known",
     .presence = {.was_looked_for = true},
     .expected = {.states = "UNKNOWN: presence=UNKNOWN",
                  .metrics = "",
                  .says = "tcpConnTable|tcpListenerTable|hrSWRunTable|svSvcTable",
                  .details = "view of this community|see --agent"}},
    {.name = "a-floor-is-not-compared",
     .presence = {true, YES, YES, UNKNOWN, LISTENS, RUNS},
     .floor = {true, 25},
     .expected = {.states = "UNKNOWN: presence=OK count=UNKNOWN",
                  .metrics = "",
                  .says = "the count cannot be compared"}},
    {.name = "a-floor-of-zero-asks-for-nothing",
     .presence = {true, YES, YES, UNKNOWN, LISTENS, RUNS},
     .floor = {true, 0},
     .expected = {.states = "OK: presence=OK"}},
    {.name = "a-limit-is-not-compared",
     .presence = {true, NO, NO, UNKNOWN, LISTENS_NOT, RUNS_NOT},
     .warning = "25:",
     .expected = {.states = "CRITICAL: presence=CRITICAL count=UNKNOWN"}},
    {.name = "a-limit-of-office-is-not-compared",
     .presence = {true, YES, YES, UNKNOWN, LISTENS, RUNS},
     .critical_office = "5:",
     .expected = {.states = "UNKNOWN: presence=OK count=UNKNOWN"}},
    {.name = "a-product-is-not-there",
     .presence = {true, YES, YES, UNKNOWN, LISTENS, RUNS},
     .product = "windows",
     .expected = {.states = "UNKNOWN: product=UNKNOWN presence=OK"}},
    {.name = "the-user-s-state-replaces-that-of-the-rule",
     .presence = {true, NO, YES, UNKNOWN, LISTENS_NOT, RUNS},
     .rules = "presence=warning",
     .expected = {.states = "WARNING: presence=WARNING"}},
    {.name = "the-user-s-state-leaves-ok-and-unknown-alone",
     .presence = {.was_looked_for = true},
     .rules = "presence=ok",
     .expected = {.states = "UNKNOWN: presence=UNKNOWN"}},
    {.name = "without-the-rule-nothing-is-known",
     .presence = {true, YES, YES, UNKNOWN, LISTENS, RUNS},
     .rules = "presence=off",
     .expected = {.states = "UNKNOWN:"}},
};

static void judge_as_host(const struct presence_case *input, struct report *ret)
{
    struct license_document document = {.presence = input->presence};
    struct document_wishes wishes = {.products = &input->product, .product_count = input->product != NULL};
    struct rule_wishes rules = wishes_of(input->rules, host_rules, HOST_RULE_COUNT);
    struct host_limits limits = {
        .by_application = {[APPLICATION_WINDOWS] = {.warning = range_of(input->warning),
                                                    .critical = range_of(NULL),
                                                    .floor = input->floor},
                           [APPLICATION_OFFICE] = {.warning = range_of(NULL),
                                                   .critical = range_of(input->critical_office)}}};
    report_start(ret, "KMS_HOST", "check_kms_host");
    struct judging judging = {
        .rules = host_rules, .wishes = &rules, .moment = MOMENT, .now = MOMENT, .report = ret};
    if (judge_document(&judging, &document, &wishes, (struct known_time) {0}, MOMENT))
        judge_host(&judging, &document, &wishes, &limits);
    judging_finish(ret);
}

static void presence_is_judged_by_the_table_of_the_contract(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report report;
        judge_as_host(&cases[i], &report);
        check_report(cases[i].name, &report, &cases[i].expected);
        report_done(&report);
    }
}

static struct known_flag flag_of(unsigned number)
{
    return (struct known_flag) {number > 0, number == 2};
}

/* All 27 combinations: OK is said of one that listens and runs, and of no other. */
static void ok_is_said_of_a_host_that_listens_and_runs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 27; i++) {
        struct presence_case input = {.name = "combination",
                                      .presence = {.was_looked_for = true,
                                                   .is_listening = flag_of(i % 3),
                                                   .is_running = flag_of(i / 3 % 3),
                                                   .is_listener_licensing = flag_of(i / 9)}};
        struct report report;
        judge_as_host(&input, &report);
        bool is_well = i % 3 == 2 && i / 3 % 3 == 2 && i / 9 != 1;
        if ((report_state(&report) == STATE_OK) != is_well)
            fail_msg("combination %u is %s", i, state_name(report_state(&report)));
        report_done(&report);
    }
}

static void a_client_has_no_license_data_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct license_document document = {.presence = cases[i].presence};
        struct document_wishes wishes = {.hostname = "wks-001"};
        struct rule_wishes rules = {.wish = {RULE_AS_IT_IS}};
        struct client_limits limits = {.warning = range_of(NULL), .critical = range_of(NULL)};
        struct report report;
        report_start(&report, "KMS_CLIENT", "check_kms_client");
        struct judging judging = {
            .rules = client_rules, .wishes = &rules, .moment = MOMENT, .now = MOMENT, .report = &report};
        if (judge_document(&judging, &document, &wishes, (struct known_time) {0}, MOMENT))
            judge_client(&judging, &document, &wishes, &limits);
        judging_finish(&report);
        check_report(cases[i].name, &report,
                     &(struct expectation) {.states = "UNKNOWN: product=UNKNOWN",
                                            .metrics = "",
                                            .says = "this agent has no license data",
                                            .details = "see --agent|monitoring"});
        report_done(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presence_is_judged_by_the_table_of_the_contract),
        cmocka_unit_test(ok_is_said_of_a_host_that_listens_and_runs),
        cmocka_unit_test(a_client_has_no_license_data_here),
    };
    return cmocka_run_group_tests_name("host_presence", tests, NULL, NULL);
}
