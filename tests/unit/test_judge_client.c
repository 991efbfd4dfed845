/* SPDX-License-Identifier: MIT */
/* What check_kms_client makes of the facts of a machine. */
#include "judge/judge_client.h"

#include "report_checks.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAXIMUM = 6, HOSTS_MAXIMUM = 4 };

struct client_case {
    const char *name;                  /* a sentence */
    struct license rows[ROWS_MAXIMUM]; /* up to the first one without an id */
    struct licensing_service service;
    const char *warning, *critical, *rules;
    const char *expect[HOSTS_MAXIMUM], *products[HOSTS_MAXIMUM];
    enum required_method require;
    struct expectation expected;
};

/* ---- rows ---- */

#define ROW(...) .id = "row", .partial_product_key = "XXXXX", __VA_ARGS__
#define WINDOWS(channel, ...)                                                                                \
    {                                                                                                        \
        ROW(.name = "Windows(R), Enterprise edition",                                                        \
            .description = "Windows(R) Operating System, " channel " channel", __VA_ARGS__)                  \
    }
#define OFFICE(channel, ...)                                                                                 \
    {                                                                                                        \
        ROW(.name = "Office 24, Office24ProPlus2024VL_KMS_Client_AE edition",                                \
            .description = "Office 24, " channel " channel",                                                 \
            .application_id = "0ff1ce15-a989-479d-af46-f275c6370663", __VA_ARGS__)                           \
    }
#define ESU(...)                                                                                             \
    {                                                                                                        \
        ROW(.name = "Windows(R), Client-ESU-Year1 add-on for Enterprise, EnterpriseN and Education",         \
            .description = "Windows(R) Operating System, VOLUME_MAK channel", .is_addon = {true, true},      \
            __VA_ARGS__)                                                                                     \
    }
#define STATUS(number) .status = {true, number}
#define MINUTES(number) .grace_minutes = {true, number}
#define LICENSED(minutes) STATUS(1), MINUTES(minutes)
#define REASON(code) .reason = {true, code}
#define BY_AD .volume_activation = {true, VOLUME_ACTIVATION_AD}
#define BY_KMS .volume_activation = {true, VOLUME_ACTIVATION_KMS}
#define BY_TOKEN .volume_activation = {true, VOLUME_ACTIVATION_TOKEN}
#define RENEWAL(minutes) .renewal_interval = {true, minutes}
#define AT(host) .kms_name = host, .kms_port = {true, 1688}

#define KMS(...) WINDOWS("VOLUME_KMSCLIENT", __VA_ARGS__)
#define MAK(...) WINDOWS("VOLUME_MAK", __VA_ARGS__)
#define EVALUATION(...) WINDOWS("TIMEBASED_EVAL", __VA_ARGS__)
#define TIME_BASED(...) WINDOWS("TIMEBASED_LEASE", __VA_ARGS__)
#define AVMA(...) WINDOWS("VIRTUAL_MACHINE_ACTIVATION", __VA_ARGS__)
#define SUBSCRIPTION(...) OFFICE("TIMEBASED_SUB", __VA_ARGS__)
#define PLACEHOLDER(...) OFFICE("RETAIL(Grace)", __VA_ARGS__)

enum { DAY = 1440, HEALTHY = 258780, FULL = 259200 };

/* ---- judging ---- */

static size_t count_texts(const char *const *texts)
{
    size_t count = 0;
    while (count < HOSTS_MAXIMUM && texts[count] != NULL)
        count++;
    return count;
}

static size_t count_rows(const struct license *rows)
{
    size_t count = 0;
    while (count < ROWS_MAXIMUM && rows[count].id != NULL)
        count++;
    return count;
}

/* The caller releases the report. */
static void judge(const struct client_case *input, struct report *ret)
{
    struct license_document document = {.service = input->service, .license_count = count_rows(input->rows)};
    document.licenses = test_malloc(document.license_count * sizeof *document.licenses + 1);
    memcpy(document.licenses, input->rows, document.license_count * sizeof *document.licenses);
    struct rule_wishes rules = wishes_of(input->rules, client_rules, CLIENT_RULE_COUNT);
    struct document_wishes wishes = {.products = input->products,
                                     .product_count = count_texts(input->products)};
    struct client_limits limits = {.warning = range_of(input->warning),
                                   .critical = range_of(input->critical),
                                   .expected_hosts = input->expect,
                                   .expected_host_count = count_texts(input->expect),
                                   .required_method = input->require};
    report_start(ret, "KMS_CLIENT", "check_kms_client");
    struct judging judging = {
        .rules = client_rules, .wishes = &rules, .moment = MOMENT, .now = MOMENT, .report = ret};
    if (judge_document(&judging, &document, &wishes, (struct known_time) {0}, MOMENT))
        judge_client(&judging, &document, &wishes, &limits);
    judging_finish(ret);
    test_free(document.licenses); /* nothing in the report points to a row */
}

static void check_case(const struct client_case *input)
{
    struct report report;
    judge(input, &report);
    check_report(input->name, &report, &input->expected);
    report_done(&report);
}

#define CHECK_CASES(cases)                                                                                   \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                             \
    check_case(&(cases)[i])

/* One Windows row and the states it gives. */
struct row_case {
    const char *name;
    struct license row;
    const char *states;
};

static void check_rows(const struct row_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct client_case whole = {
            .name = cases[i].name, .rows = {cases[i].row}, .expected = {.states = cases[i].states}};
        check_case(&whole);
    }
}

#define CHECK_ROWS(cases) check_rows(cases, sizeof(cases) / sizeof *(cases))

static enum state state_of(const struct client_case *input)
{
    struct report report;
    judge(input, &report);
    enum state state = report_state(&report);
    check_any_report(input->name, &report);
    report_done(&report);
    return state;
}

/* ---- lease ---- */

static void a_lease_is_compared_in_exact_minutes(void **state)
{
    static const struct row_case cases[] = {
        {"the full lease", KMS(LICENSED(FULL)), "OK: lease=OK"},
        {"15 days after the renewal, to the minute", KMS(LICENSED(165 * DAY)), "OK: lease=OK"},
        {"a minute later", KMS(LICENSED(165 * DAY - 1)), "WARNING: lease=WARNING"},
        {"30 days left, to the minute", KMS(LICENSED(30 * DAY)), "WARNING: lease=WARNING"},
        {"a minute less than 30 days", KMS(LICENSED(30 * DAY - 1)), "CRITICAL: lease=CRITICAL"},
        {"one minute left", KMS(LICENSED(1)), "CRITICAL: lease=CRITICAL"},
        {"nothing left", KMS(LICENSED(0)), "CRITICAL: lease=CRITICAL"},
        {"by AD: 15 days", KMS(LICENSED(165 * DAY), BY_AD), "OK: lease=OK"},
        {"by AD: a minute later", KMS(LICENSED(165 * DAY - 1), BY_AD), "WARNING: lease=WARNING"},
        {"by AD: below 30 days", KMS(LICENSED(30 * DAY - 1), BY_AD), "CRITICAL: lease=CRITICAL"},
        {"by AD: nothing left", KMS(LICENSED(0), BY_AD), "CRITICAL: lease=CRITICAL"},
        {"Office at 165 days", OFFICE("VOLUME_KMSCLIENT", LICENSED(165 * DAY)), "OK: lease=OK"},
        {"Office a minute less", OFFICE("VOLUME_KMSCLIENT", LICENSED(165 * DAY - 1)),
         "WARNING: lease=WARNING"},
    };
    (void)state;
    CHECK_ROWS(cases);
}

static void a_renewal_is_late_after_two_intervals_and_a_day(void **state)
{
    static const struct row_case cases[] = {
        {"7 days, said", KMS(LICENSED(165 * DAY), RENEWAL(10080)), "OK: lease=OK"},
        {"7 days, said, late", KMS(LICENSED(165 * DAY - 1), RENEWAL(10080)), "WARNING: lease=WARNING"},
        {"1 day", KMS(LICENSED(177 * DAY), RENEWAL(1440)), "OK: lease=OK"},
        {"1 day, late", KMS(LICENSED(177 * DAY - 1), RENEWAL(1440)), "WARNING: lease=WARNING"},
        {"30 days", KMS(LICENSED(119 * DAY), RENEWAL(43200)), "OK: lease=OK"},
        {"30 days, late", KMS(LICENSED(119 * DAY - 1), RENEWAL(43200)), "WARNING: lease=WARNING"},
        {"0 is no interval", KMS(LICENSED(165 * DAY), RENEWAL(0)), "OK: lease=OK"},
        {"0 is no interval, late", KMS(LICENSED(165 * DAY - 1), RENEWAL(0)), "WARNING: lease=WARNING"},
        {"an interval longer than the lease", KMS(LICENSED(30 * DAY), RENEWAL(200000)), "OK: lease=OK"},
        {"an interval longer than the lease, critical", KMS(LICENSED(30 * DAY - 1), RENEWAL(200000)),
         "CRITICAL: lease=CRITICAL"},
        {"the largest number", KMS(LICENSED(30 * DAY), RENEWAL(UINT32_MAX)), "OK: lease=OK"},
    };
    (void)state;
    CHECK_ROWS(cases);
    for (uint32_t renewal = 15; renewal <= 43200; renewal += 7) {
        uint32_t on_time = FULL - 2 * renewal - DAY;
        struct client_case input = {.name = "every interval",
                                    .rows = {KMS(LICENSED(on_time), RENEWAL(renewal))},
                                    .expected = {.states = "OK: lease=OK"}};
        check_case(&input);
        input.rows[0].grace_minutes.value--;
        input.expected.states = "WARNING: lease=WARNING";
        check_case(&input);
    }
}

static void the_user_s_limits_replace_one_level_of_the_lease_only(void **state)
{
    static const struct client_case cases[] = {
        {.name = "-w 120: at 120 days",
         .rows = {KMS(LICENSED(120 * DAY))},
         .warning = "120:",
         .expected = {.states = "OK: lease=OK"}},
        {.name = "-w 120: below",
         .rows = {KMS(LICENSED(120 * DAY - 1))},
         .warning = "120:",
         .expected = {.states = "WARNING: lease=WARNING"}},
        {.name = "-w leaves the critical limit",
         .rows = {KMS(LICENSED(30 * DAY - 1))},
         .warning = "120:",
         .expected = {.states = "CRITICAL: lease=CRITICAL"}},
        {.name = "-c 14: at 14 days",
         .rows = {KMS(LICENSED(14 * DAY))},
         .critical = "14:",
         .expected = {.states = "WARNING: lease=WARNING"}},
        {.name = "-c 14: below",
         .rows = {KMS(LICENSED(14 * DAY - 1))},
         .critical = "14:",
         .expected = {.states = "CRITICAL: lease=CRITICAL"}},
        {.name = "-w with a fraction",
         .rows = {KMS(LICENSED(238320))},
         .warning = "165.5:",
         .expected = {.states = "OK: lease=OK"}},
        {.name = "-w with a fraction, a minute less",
         .rows = {KMS(LICENSED(238319))},
         .warning = "165.5:",
         .expected = {.states = "WARNING: lease=WARNING"}},
        {.name = "an inner range",
         .rows = {KMS(LICENSED(50 * DAY))},
         .warning = "@0:50",
         .critical = "@0:20",
         .expected = {.states = "WARNING: lease=WARNING"}},
        {.name = "0 minutes are critical whatever -c says",
         .rows = {KMS(LICENSED(0))},
         .warning = "0:",
         .critical = "0:",
         .expected = {.states = "CRITICAL: lease=CRITICAL"}},
        {.name = "limits are printed with the metric",
         .rows = {KMS(LICENSED(100 * DAY))},
         .warning = "90:",
         .critical = "0:14",
         .expected = {.metrics = "lease_days=100.0;90:;0:14;0;180 lease_age_days=80.0 "
                                 "lease_days_windows=100.0;90:;0:14;0;180 products=1 products_failing=1"}},
        {.name = "an evaluation keeps its own limits",
         .rows = {EVALUATION(LICENSED(30 * DAY))},
         .warning = "170:",
         .critical = "160:",
         .expected = {.states = "OK: evaluation=OK"}},
        {.name = "AVMA keeps its own limits",
         .rows = {AVMA(LICENSED(7 * DAY))},
         .warning = "170:",
         .critical = "160:",
         .expected = {.states = "OK: avma=OK"}},
        {.name = "grace keeps its own limits",
         .rows = {KMS(STATUS(2), MINUTES(3 * DAY))},
         .critical = "170:",
         .expected = {.states = "WARNING: grace=WARNING"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_lease_longer_than_180_days_and_an_hour_is_tampered(void **state)
{
    static const struct row_case cases[] = {
        {"an hour of rounding", KMS(LICENSED(259260)), "OK: lease=OK"},
        {"a minute more", KMS(LICENSED(259261)), "WARNING: lease=OK tamper=WARNING"},
        {"by AD", KMS(LICENSED(259261), BY_AD), "WARNING: lease=OK tamper=WARNING"},
        {"the largest number", KMS(LICENSED(UINT32_MAX)), "WARNING: lease=OK tamper=WARNING"},
        {"an evaluation may be longer", EVALUATION(LICENSED(300000)), "OK: evaluation=OK"},
        {"a token may be longer", KMS(LICENSED(300000), BY_TOKEN), "OK: evaluation=OK"},
        {"a grace period is no lease", KMS(STATUS(2), MINUTES(300000)), "WARNING: grace=WARNING"},
    };
    (void)state;
    CHECK_ROWS(cases);
}

/* ---- every channel, every status ---- */

#define LICENSE "CRITICAL: license=CRITICAL"
#define UNDEFINED "UNKNOWN: license=UNKNOWN"
#define GRACE "WARNING: grace=WARNING"
#define SHORT "CRITICAL: grace=CRITICAL"
#define ENDED "CRITICAL: evaluation=CRITICAL"
#define LISTED "UNKNOWN: product=OK product=UNKNOWN"
#define PERMANENT "OK: permanent=OK"
#define NO_GRACE "UNKNOWN: grace=UNKNOWN"
#define NO_EVALUATION "UNKNOWN: evaluation=UNKNOWN"

struct channel_case {
    const char *channel;
    enum volume_activation way; /* 0 = not reported */
    bool is_office;
    const char *by_status[9]; /* 0 to 6, 7 that nobody knows, not reported */
};

static void check_channels(const char *name, const struct channel_case *cases, size_t count,
                           struct known_number minutes)
{
    for (size_t i = 0; i < count; i++) {
        char description[80], sentence[120];
        snprintf(description, sizeof description, "%s, %s channel",
                 cases[i].is_office ? "Office 24" : "Windows(R) Operating System", cases[i].channel);
        for (uint32_t status = 0; status <= 8; status++) {
            snprintf(sentence, sizeof sentence, "%s, %s%s, status %u%s", name, cases[i].channel,
                     cases[i].way == VOLUME_ACTIVATION_TOKEN ? " by token" : "", (unsigned)status,
                     status == 8 ? " (not reported)" : "");
            struct client_case input = {
                .name = sentence,
                .rows = {{ROW(.name = cases[i].is_office ? "Office 24" : "Windows(R)",
                              .description = description, .status = {status < 8, status},
                              .grace_minutes = minutes,
                              .volume_activation = {cases[i].way != 0, (uint32_t)cases[i].way})}},
                .expected = {.states = cases[i].by_status[status]}};
            check_case(&input);
        }
    }
}

#define CHECK_CHANNELS(name, cases, ...)                                                                     \
    check_channels(name, cases, sizeof(cases) / sizeof *(cases), (struct known_number) {__VA_ARGS__})

#define LEASE_LATE "WARNING: lease=WARNING"
#define ON_TIME "OK: evaluation=OK"
#define PERMANENT_CHANNEL                                                                                    \
    {                                                                                                        \
        LICENSE, ON_TIME, GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED                        \
    }
#define ALL_LISTED                                                                                           \
    {                                                                                                        \
        LISTED, LISTED, LISTED, LISTED, LISTED, LISTED, LISTED, LISTED, LISTED                               \
    }

static void every_channel_and_status_with_plenty_of_time(void **state)
{
    static const struct channel_case cases[] = {
        {"VOLUME_KMSCLIENT",
         0,
         false,
         {LICENSE, LEASE_LATE, GRACE, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMSCLIENT",
         VOLUME_ACTIVATION_KMS,
         false,
         {LICENSE, LEASE_LATE, GRACE, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMSCLIENT",
         VOLUME_ACTIVATION_AD,
         true,
         {LICENSE, LEASE_LATE, GRACE, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMSCLIENT",
         VOLUME_ACTIVATION_TOKEN,
         false,
         {LICENSE, ON_TIME, GRACE, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMS_WS25", 0, false, PERMANENT_CHANNEL},
        {"VOLUME_MAK", 0, false, PERMANENT_CHANNEL},
        {"VOLUME_MAK", 0, true, PERMANENT_CHANNEL},
        {"RETAIL", 0, false, PERMANENT_CHANNEL},
        {"RETAIL", 0, true, PERMANENT_CHANNEL},
        {"RETAIL(Grace)", 0, false, PERMANENT_CHANNEL},
        {"OEM_DM", 0, false, PERMANENT_CHANNEL},
        {"BYPASS", 0, false, PERMANENT_CHANNEL},
        {"TIMEBASED_LEASE", 0, false, PERMANENT_CHANNEL},
        {"VIRTUAL_MACHINE_ACTIVATION",
         0,
         false,
         {LICENSE, "OK: avma=OK", GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"TIMEBASED_EVAL",
         0,
         false,
         {ENDED, ON_TIME, ENDED, ENDED, ENDED, ENDED, ENDED, UNDEFINED, UNDEFINED}},
        {"TIMEBASED_EVAL",
         0,
         true,
         {ENDED, ON_TIME, ENDED, ENDED, ENDED, ENDED, ENDED, UNDEFINED, UNDEFINED}},
        {"TIMEBASED_SUB", 0, true, ALL_LISTED},
        {"TIMEBASED_SUB", 0, false, ALL_LISTED},
        {"RETAIL(Grace)", 0, true, ALL_LISTED},
    };
    (void)state;
    CHECK_CHANNELS("35 days", cases, true, 35 * DAY);
}

#define EXPIRED_PERMANENT                                                                                    \
    {                                                                                                        \
        LICENSE, PERMANENT, SHORT, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED                      \
    }

static void every_channel_and_status_with_no_time(void **state)
{
    static const struct channel_case cases[] = {
        {"VOLUME_KMSCLIENT",
         0,
         false,
         {LICENSE, "CRITICAL: lease=CRITICAL", SHORT, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMSCLIENT",
         VOLUME_ACTIVATION_AD,
         false,
         {LICENSE, "CRITICAL: lease=CRITICAL", SHORT, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMSCLIENT",
         VOLUME_ACTIVATION_TOKEN,
         false,
         {LICENSE, ENDED, SHORT, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMS_2012-R2_C", 0, false, EXPIRED_PERMANENT},
        {"VOLUME_MAK", 0, false, EXPIRED_PERMANENT},
        {"RETAIL", 0, true, EXPIRED_PERMANENT},
        {"OEM_COA_NSLP", 0, false, EXPIRED_PERMANENT},
        {"BYPASS", 0, false, EXPIRED_PERMANENT},
        {"TIMEBASED_LEASE",
         0,
         false,
         {LICENSE, ENDED, SHORT, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VIRTUAL_MACHINE_ACTIVATION",
         0,
         false,
         {LICENSE, "OK: avma=OK", SHORT, SHORT, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"TIMEBASED_EVAL", 0, false, {ENDED, ENDED, ENDED, ENDED, ENDED, ENDED, ENDED, UNDEFINED, UNDEFINED}},
        {"TIMEBASED_SUB", 0, true, ALL_LISTED},
    };
    (void)state;
    CHECK_CHANNELS("0 minutes", cases, true, 0);
}

static void every_channel_and_status_without_minutes(void **state)
{
    static const struct channel_case cases[] = {
        {"VOLUME_KMSCLIENT",
         0,
         false,
         {LICENSE, "UNKNOWN: lease=UNKNOWN", NO_GRACE, NO_GRACE, UNDEFINED, LICENSE, NO_GRACE, UNDEFINED,
          UNDEFINED}},
        {"VOLUME_KMSCLIENT",
         VOLUME_ACTIVATION_TOKEN,
         true,
         {LICENSE, "UNKNOWN: lease=UNKNOWN", NO_GRACE, NO_GRACE, UNDEFINED, LICENSE, NO_GRACE, UNDEFINED,
          UNDEFINED}},
        {"TIMEBASED_EVAL",
         0,
         false,
         {ENDED, NO_EVALUATION, NO_EVALUATION, NO_EVALUATION, NO_EVALUATION, ENDED, NO_EVALUATION, UNDEFINED,
          UNDEFINED}},
        {"TIMEBASED_LEASE",
         0,
         false,
         {LICENSE, NO_EVALUATION, NO_GRACE, NO_GRACE, UNDEFINED, LICENSE, NO_GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_MAK",
         0,
         false,
         {LICENSE, PERMANENT, GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"OEM_SLP",
         0,
         false,
         {LICENSE, PERMANENT, GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"RETAIL",
         0,
         true,
         {LICENSE, PERMANENT, GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VOLUME_KMS",
         0,
         false,
         {LICENSE, PERMANENT, GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"VIRTUAL_MACHINE_ACTIVATION",
         0,
         false,
         {LICENSE, "OK: avma=OK", GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        /* a channel that nobody knows may have an end */
        {"BYPASS",
         0,
         false,
         {LICENSE, NO_EVALUATION, GRACE, GRACE, LICENSE, LICENSE, GRACE, UNDEFINED, UNDEFINED}},
        {"TIMEBASED_SUB", 0, true, ALL_LISTED},
    };
    (void)state;
    CHECK_CHANNELS("no minutes", cases, false, 0);
}

/* ---- the other limits ---- */

static void grace_is_compared_in_exact_minutes(void **state)
{
    static const struct row_case cases[] = {
        {"initial grace, 3 days", KMS(STATUS(2), MINUTES(3 * DAY)), GRACE},
        {"initial grace, a minute less", KMS(STATUS(2), MINUTES(3 * DAY - 1)), SHORT},
        {"initial grace of a MAK machine, 3 days", MAK(STATUS(2), MINUTES(3 * DAY)), GRACE},
        {"initial grace of a MAK machine, a minute less", MAK(STATUS(2), MINUTES(3 * DAY - 1)), SHORT},
        {"additional grace of a KMS client", KMS(STATUS(3), MINUTES(30 * DAY)), SHORT},
        {"additional grace by AD", KMS(STATUS(3), MINUTES(30 * DAY), BY_AD), SHORT},
        {"additional grace of a MAK machine, 5 days", MAK(STATUS(3), MINUTES(5 * DAY)), GRACE},
        {"additional grace of a MAK machine, a minute less", MAK(STATUS(3), MINUTES(5 * DAY - 1)), SHORT},
        {"additional grace of AVMA, 5 days", AVMA(STATUS(3), MINUTES(5 * DAY)), GRACE},
        {"additional grace of AVMA, a minute less", AVMA(STATUS(3), MINUTES(5 * DAY - 1)), SHORT},
        {"extended grace, one minute", KMS(STATUS(6), MINUTES(1)), GRACE},
    };
    (void)state;
    CHECK_ROWS(cases);
}

static void ends_are_compared_in_exact_minutes(void **state)
{
    static const struct row_case cases[] = {
        {"evaluation, 30 days", EVALUATION(LICENSED(30 * DAY)), "OK: evaluation=OK"},
        {"evaluation, a minute less", EVALUATION(LICENSED(30 * DAY - 1)), "WARNING: evaluation=WARNING"},
        {"evaluation, 10 days", EVALUATION(LICENSED(10 * DAY)), "WARNING: evaluation=WARNING"},
        {"evaluation, a minute less than 10", EVALUATION(LICENSED(10 * DAY - 1)), ENDED},
        {"evaluation, one minute", EVALUATION(LICENSED(1)), ENDED},
        {"time-based, 30 days", TIME_BASED(LICENSED(30 * DAY)), "OK: evaluation=OK"},
        {"time-based, a minute less", TIME_BASED(LICENSED(30 * DAY - 1)), "WARNING: evaluation=WARNING"},
        {"time-based, 7 days", TIME_BASED(LICENSED(7 * DAY)), "WARNING: evaluation=WARNING"},
        {"time-based, a minute less than 7", TIME_BASED(LICENSED(7 * DAY - 1)), ENDED},
        {"token, 30 days", KMS(LICENSED(30 * DAY), BY_TOKEN), "OK: evaluation=OK"},
        {"token, a minute less", KMS(LICENSED(30 * DAY - 1), BY_TOKEN), "WARNING: evaluation=WARNING"},
        {"token, 7 days", KMS(LICENSED(7 * DAY), BY_TOKEN), "WARNING: evaluation=WARNING"},
        {"token, a minute less than 7", KMS(LICENSED(7 * DAY - 1), BY_TOKEN), ENDED},
        {"MAK with an end, 30 days", MAK(LICENSED(30 * DAY)), "OK: evaluation=OK"},
        {"MAK with an end, a minute less", MAK(LICENSED(30 * DAY - 1)), "WARNING: evaluation=WARNING"},
        {"MAK with an end, 7 days", MAK(LICENSED(7 * DAY)), "WARNING: evaluation=WARNING"},
        {"MAK with an end, a minute less than 7", MAK(LICENSED(7 * DAY - 1)), ENDED},
        {"AVMA, 7 days", AVMA(LICENSED(7 * DAY)), "OK: avma=OK"},
        {"AVMA, a minute less", AVMA(LICENSED(7 * DAY - 1)), "WARNING: avma=WARNING"},
        {"AVMA, 2 days", AVMA(LICENSED(2 * DAY)), "WARNING: avma=WARNING"},
        {"AVMA, a minute less than 2", AVMA(LICENSED(2 * DAY - 1)), "CRITICAL: avma=CRITICAL"},
        {"AVMA, one minute", AVMA(LICENSED(1)), "CRITICAL: avma=CRITICAL"},
    };
    (void)state;
    CHECK_ROWS(cases);
}

/* ---- missing fields ---- */

static void a_required_field_that_is_missing_is_unknown_with_its_name(void **state)
{
    static const struct client_case cases[] = {
        {.name = "no LicenseStatus",
         .rows = {KMS(MINUTES(HEALTHY))},
         .expected = {.states = "UNKNOWN: license=UNKNOWN",
                      .says = "Windows|LicenseStatus not reported",
                      .metrics = "products=1 products_failing=1"}},
        {.name = "no Description",
         .rows = {{ROW(.name = "Windows(R), Enterprise edition", LICENSED(HEALTHY))}},
         .expected = {.states = "UNKNOWN: license=UNKNOWN", .says = "Description not reported"}},
        {.name = "no Description, and a status that is known to be bad",
         .rows = {{ROW(.name = "Windows(R), Enterprise edition", STATUS(5))}},
         .expected = {.states = "UNKNOWN: license=UNKNOWN", .says = "Description not reported"}},
        {.name = "no GracePeriodRemaining",
         .rows = {KMS(STATUS(1))},
         .expected = {.states = "UNKNOWN: lease=UNKNOWN",
                      .says = "GracePeriodRemaining not reported",
                      .metrics = "products=1 products_failing=1"}},
        {.name = "no product at all",
         .expected = {.states = "UNKNOWN: product=UNKNOWN",
                      .says = "nothing judged|PartialProductKey",
                      .metrics = "products=0 products_failing=0"}},
        {.name = "no product with a key",
         .rows = {{.id = "row",
                   .name = "Windows(R), Enterprise edition",
                   .description = "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
                   LICENSED(HEALTHY)}},
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "nothing judged"}},
        {.name = "an empty key is none",
         .rows = {{.id = "row",
                   .partial_product_key = "",
                   .name = "Windows(R), Enterprise edition",
                   .description = "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
                   LICENSED(HEALTHY)}},
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "nothing judged"}},
        {.name = "minutes that were there and made no sense",
         .rows = {MAK(STATUS(1), .unreadable = "GracePeriodRemaining")},
         .expected = {.states = "UNKNOWN: evaluation=UNKNOWN",
                      .says = "GracePeriodRemaining",
                      .says_not = "not reported"}},
        {.name = "AVMA minutes that made no sense",
         .rows = {AVMA(STATUS(1), .unreadable = "VLRenewalInterval, GracePeriodRemaining")},
         .expected = {.states = "UNKNOWN: avma=UNKNOWN", .says = "GracePeriodRemaining"}},
        {.name = "another field that made no sense does not matter",
         .rows = {MAK(STATUS(1), MINUTES(0), .unreadable = "LicenseStatusReason")},
         .expected = {.states = "OK: permanent=OK"}},
        {.name = "a reason that made no sense is not the status",
         .rows = {KMS(MINUTES(HEALTHY), .unreadable = "LicenseStatusReason")},
         .expected = {.states = "UNKNOWN: license=UNKNOWN", .says = "LicenseStatus not reported"}},
        {.name = "a status that nobody knows is said with its number",
         .rows = {KMS(STATUS(4711), MINUTES(HEALTHY))},
         .expected = {.states = "UNKNOWN: license=UNKNOWN",
                      .says = "LicenseStatus 4711",
                      .metrics = "products=1 products_failing=1"}},
        {.name = "a status that nobody knows and no minutes",
         .rows = {KMS(STATUS(7))},
         .expected = {.states = "UNKNOWN: license=UNKNOWN", .says = "LicenseStatus 7"}},
        {.name = "minutes of a permanent license that are not reported are said",
         .rows = {MAK(STATUS(1))},
         .expected = {.states = "OK: permanent=OK",
                      .details = "GracePeriodRemaining not reported",
                      .says_not = "permanently"}},
        {.name = "a field that is optional changes nothing",
         .rows = {KMS(LICENSED(HEALTHY))},
         .expect = {"kms01"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "a row without a name has its description",
         .rows = {{ROW(.description = "Windows(R) Operating System, VOLUME_KMSCLIENT channel", STATUS(5),
                       REASON(0xC004F009))}},
         .expected = {.states = "CRITICAL: license=CRITICAL"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- several products ---- */

static void products_are_judged_each_and_the_worst_one_counts(void **state)
{
    static const struct client_case cases[] = {
        {.name = "Windows and Office, both fine",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", LICENSED(250000))},
         .expected = {.states = "OK: lease=OK lease=OK",
                      .says = "Windows|Office",
                      .metrics = "lease_days=173.6;165:;30:;0;180 lease_age_days=6.3 "
                                 "lease_days_windows=179.7;165:;30:;0;180 "
                                 "lease_days_office=173.6;165:;30:;0;180 products=2 products_failing=0"}},
        {.name = "Office late",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", LICENSED(200000))},
         .expected = {.states = "WARNING: lease=OK lease=WARNING", .says = "Office", .says_not = "Windows"}},
        {.name = "Windows in Notification, Office late",
         .rows = {KMS(STATUS(5), REASON(0xC004F009)), OFFICE("VOLUME_KMSCLIENT", LICENSED(200000))},
         .expected = {.states = "CRITICAL: license=CRITICAL lease=WARNING",
                      .says = "Windows in Notification, 0xC004F009",
                      .metrics = "lease_days=0.0;165:;30:;0;180 lease_age_days=41.1 "
                                 "lease_days_windows=0.0;165:;30:;0;180 "
                                 "lease_days_office=138.8;165:;30:;0;180 products=2 products_failing=2"}},
        {.name = "a known fault is not hidden by an unknown one",
         .rows = {KMS(MINUTES(1)), OFFICE("VOLUME_KMSCLIENT", LICENSED(200000))},
         .expected = {.states = "WARNING: license=UNKNOWN lease=WARNING"}},
        {.name = "an unknown one is not hidden by what is fine",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", STATUS(1))},
         .expected = {.states = "UNKNOWN: lease=OK lease=UNKNOWN"}},
        {.name = "a row without a key is not in use",
         .rows = {KMS(LICENSED(HEALTHY)),
                  {.id = "row",
                   .name = "Windows(R), Professional edition",
                   .description = "Windows(R) Operating System, RETAIL channel",
                   STATUS(0)}},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "a subscription is listed and not judged",
         .rows = {KMS(LICENSED(HEALTHY)), SUBSCRIPTION(STATUS(5), REASON(0xC004F009))},
         .expected = {.states = "OK: lease=OK product=OK",
                      .details = "not judged",
                      .metrics = "lease_days=179.7;165:;30:;0;180 lease_age_days=0.2 "
                                 "lease_days_windows=179.7;165:;30:;0;180 products=1 products_failing=0"}},
        {.name = "the placeholder of Office is listed and not judged",
         .rows = {KMS(LICENSED(HEALTHY)), PLACEHOLDER(STATUS(5))},
         .expected = {.states = "OK: lease=OK product=OK"}},
        {.name = "only listed rows are no verdict",
         .rows = {SUBSCRIPTION(LICENSED(40000)), PLACEHOLDER(STATUS(2))},
         .expected = {.states = "UNKNOWN: product=OK product=OK product=UNKNOWN",
                      .says = "subscription",
                      .metrics = "products=0 products_failing=0"}},
        {.name = "MAK beside KMS Office",
         .rows = {MAK(LICENSED(0)), OFFICE("VOLUME_KMSCLIENT", LICENSED(HEALTHY))},
         .expected = {.states = "OK: permanent=OK lease=OK",
                      .says = "MAK",
                      .metrics = "lease_days=179.7;165:;30:;0;180 lease_age_days=0.2 "
                                 "lease_days_office=179.7;165:;30:;0;180 products=2 products_failing=0"}},
        {.name = "three rows of Office",
         .rows = {OFFICE("VOLUME_KMSCLIENT", LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", LICENSED(100)),
                  OFFICE("VOLUME_MAK", LICENSED(0))},
         .expected = {.states = "CRITICAL: lease=OK lease=CRITICAL permanent=OK",
                      .metrics = "lease_days=0.0;165:;30:;0;180 lease_age_days=179.9 "
                                 "lease_days_office=0.0;165:;30:;0;180 products=3 products_failing=1"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void an_add_on_is_never_the_operating_system(void **state)
{
    static const struct client_case cases[] = {
        {.name = "a licensed add-on",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(LICENSED(0))},
         .expected = {.states = "OK: lease=OK addon=OK",
                      .metrics = "lease_days=179.7;165:;30:;0;180 lease_age_days=0.2 "
                                 "lease_days_windows=179.7;165:;30:;0;180 products=1 products_failing=0"}},
        {.name = "an add-on that is not licensed",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(STATUS(0))},
         .expected = {.states = "WARNING: lease=OK addon=WARNING", .says = "add-on|Client-ESU-Year1"}},
        {.name = "in Notification with a code",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(STATUS(5), REASON(0xC004F009))},
         .expected = {.states = "WARNING: lease=OK addon=WARNING",
                      .says = "0xC004F009 grace period over|Windows(R), Client-ESU-Year1 add-on",
                      .details = "0xC004F009"}},
        {.name = "a status that nobody knows",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(STATUS(9))},
         .expected = {.states = "WARNING: lease=OK addon=WARNING"}},
        {.name = "without a status",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(MINUTES(0))},
         .expected = {.states = "UNKNOWN: lease=OK addon=UNKNOWN", .says = "LicenseStatus not reported"}},
        {.name = "an add-on without a key",
         .rows = {KMS(LICENSED(HEALTHY)),
                  {.id = "row",
                   .name = "Windows(R), Client-ESU-Year2 add-on",
                   .description = "Windows(R) Operating System, VOLUME_MAK channel",
                   .is_addon = {true, true},
                   STATUS(0)}},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "by its name, where the document does not say",
         .rows = {KMS(LICENSED(HEALTHY)),
                  {ROW(.name = "Windows(R), Server-ESU-Year3 add-on for Server",
                       .description = "Windows(R) Operating System, VOLUME_MAK channel", STATUS(0))}},
         .expected = {.states = "WARNING: lease=OK addon=WARNING"}},
        {.name = "alone it is no verdict",
         .rows = {ESU(LICENSED(0))},
         .expected = {.states = "UNKNOWN: addon=OK product=UNKNOWN", .says = "add-on"}},
        {.name = "no answer to --product=windows",
         .rows = {ESU(LICENSED(0))},
         .products = {"windows"},
         .expected = {.states = "UNKNOWN: addon=OK product=UNKNOWN"}},
        {.name = "--require is not about add-ons",
         .rows = {KMS(LICENSED(HEALTHY), BY_KMS), ESU(LICENSED(0))},
         .require = METHOD_KMS,
         .expected = {.states = "OK: lease=OK addon=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void every_product_that_is_named_must_be_there(void **state)
{
    static const struct client_case cases[] = {
        {.name = "windows only",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", STATUS(5))},
         .products = {"windows"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "office only",
         .rows = {KMS(STATUS(5)), OFFICE("VOLUME_KMSCLIENT", LICENSED(HEALTHY))},
         .products = {"office"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "case does not count",
         .rows = {KMS(STATUS(5)), OFFICE("VOLUME_KMSCLIENT", LICENSED(HEALTHY))},
         .products = {"Office"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "both",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", STATUS(5))},
         .products = {"windows", "office"},
         .expected = {.states = "CRITICAL: lease=OK license=CRITICAL"}},
        {.name = "one is missing",
         .rows = {KMS(LICENSED(HEALTHY))},
         .products = {"windows", "office"},
         .expected = {.states = "UNKNOWN: product=UNKNOWN lease=OK", .says = "office"}},
        {.name = "a part of the name",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_KMSCLIENT", STATUS(5))},
         .products = {"enterprise"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "a part of the description",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("VOLUME_MAK", STATUS(5))},
         .products = {"volume_kmsclient"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "a part that nothing has",
         .rows = {KMS(LICENSED(HEALTHY))},
         .products = {"Visio"},
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "Visio"}},
        {.name = "a row without a key is not there",
         .rows = {KMS(LICENSED(HEALTHY)),
                  {.id = "row", .name = "Office 24", .description = "Office 24, RETAIL channel"}},
         .products = {"office"},
         .expected = {.states = "UNKNOWN: product=UNKNOWN"}},
        {.name = "only a subscription under the selection",
         .rows = {KMS(LICENSED(HEALTHY)), SUBSCRIPTION(LICENSED(1000))},
         .products = {"office"},
         .expected = {.states = "UNKNOWN: product=OK product=UNKNOWN", .says = "subscription"}},
        {.name = "only an add-on and a subscription under the selection",
         .rows = {ESU(LICENSED(0)), SUBSCRIPTION(LICENSED(1000))},
         .products = {"windows", "office"},
         .expected = {.states = "UNKNOWN: addon=OK product=OK product=UNKNOWN"}},
        {.name = "Office by its ApplicationID",
         .rows = {{ROW(.name = "Project", .description = "Project 24, VOLUME_KMSCLIENT channel",
                       .application_id = "0FF1CE16-A989-479D-AF46-F275C6370663", LICENSED(HEALTHY))}},
         .products = {"office"},
         .expected = {.states = "OK: lease=OK", .says = "Office"}},
        {.name = "Office 2010 by its ApplicationID",
         .rows = {{ROW(.name = "Visio", .description = "Visio 14, VOLUME_KMSCLIENT channel",
                       .application_id = "59a52881-a989-479d-af46-f275c6370663", LICENSED(HEALTHY))}},
         .products = {"office"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "Office by the begin of its name",
         .rows = {{ROW(.name = "Microsoft Office 2010", .description = "x, VOLUME_KMSCLIENT channel",
                       LICENSED(HEALTHY))}},
         .products = {"office"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "everything else is Windows",
         .rows = {{ROW(.name = "My Office", .description = "x, VOLUME_KMSCLIENT channel",
                       LICENSED(HEALTHY))}},
         .products = {"office"},
         .expected = {.states = "UNKNOWN: product=UNKNOWN"}},
        {.name = "a long name that nothing has is cut",
         .rows = {KMS(LICENSED(HEALTHY))},
         .products = {"a product with a name that is far longer than forty characters are"},
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = ".."}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- source and method ---- */

static void the_kms_host_in_use_must_be_an_expected_one(void **state)
{
    static const struct client_case cases[] = {
        {.name = "the expected host",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01.corp.example.com"))},
         .expect = {"kms01.corp.example.com"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "case and a final dot do not count",
         .rows = {KMS(LICENSED(HEALTHY), AT("KMS01.corp.example.com."))},
         .expect = {"kms01.CORP.example.com"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "a final dot of the wish does not count",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01"))},
         .expect = {"kms01."},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "one of several",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms02"))},
         .expect = {"kms01", "kms02"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "another host",
         .rows = {KMS(LICENSED(HEALTHY), AT("nas7.corp.example.com"))},
         .expect = {"kms01", "kms02"},
         .expected = {.states = "WARNING: lease=OK source=WARNING", .says = "nas7.corp.example.com:1688"}},
        {.name = "a part of the name is another host",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01.corp.example.com"))},
         .expect = {"kms01"},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "no --expect, any host",
         .rows = {KMS(LICENSED(HEALTHY), AT("nas7"))},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "the name is not reported",
         .rows = {KMS(LICENSED(HEALTHY))},
         .expect = {"kms01"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "the expected address",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01"), .kms_address = "192.0.2.11")},
         .expect = {"192.0.2.11"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "another address",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01"), .kms_address = "192.0.2.12")},
         .expect = {"192.0.2.11"},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "the expected port",
         .rows = {KMS(LICENSED(HEALTHY), .kms_name = "kms01", .kms_port = {true, 1689})},
         .expect = {"kms01:1689"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "another port",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01"))},
         .expect = {"kms01:1689"},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "no port means 1688",
         .rows = {KMS(LICENSED(HEALTHY), .kms_name = "kms01")},
         .expect = {"kms01:1688"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "an IPv6 address",
         .rows = {KMS(LICENSED(HEALTHY), AT("2001:db8:11::11"))},
         .expect = {"2001:db8:11::11"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "an IPv6 address in brackets with its port",
         .rows = {KMS(LICENSED(HEALTHY), AT("2001:db8:11::11"))},
         .expect = {"[2001:db8:11::11]:1688"},
         .expected = {.states = "OK: lease=OK"}},
        {.name = "another IPv6 address",
         .rows = {KMS(LICENSED(HEALTHY), AT("2001:db8:11::12"))},
         .expect = {"[2001:db8:11::11]"},
         .expected = {.states = "WARNING: lease=OK source=WARNING", .says = "[2001:db8:11::12]:1688"}},
        {.name = "loopback needs no --expect",
         .rows = {KMS(LICENSED(HEALTHY), AT("127.0.0.2"))},
         .expected = {.states = "WARNING: lease=OK source=WARNING", .says = "127.0.0.2:1688|itself"}},
        {.name = "loopback is not cured by --expect",
         .rows = {KMS(LICENSED(HEALTHY), AT("127.0.0.2"))},
         .expect = {"127.0.0.2"},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "localhost",
         .rows = {KMS(LICENSED(HEALTHY), AT("LocalHost."))},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "the loopback of IPv6",
         .rows = {KMS(LICENSED(HEALTHY), AT("::1"))},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "a name with a loopback address",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms.example.com"), .kms_address = "127.0.0.1")},
         .expected = {.states = "WARNING: lease=OK source=WARNING"}},
        {.name = "in Notification the host counts, too",
         .rows = {KMS(STATUS(5), REASON(0xC004F009), AT("nas7"))},
         .expect = {"kms01"},
         .expected = {.states = "CRITICAL: license=CRITICAL source=WARNING"}},
        {.name = "licensed by AD no KMS host is in use",
         .rows = {KMS(LICENSED(HEALTHY), BY_AD, AT("kms-old"))},
         .expect = {"kms01"},
         .expected = {.states = "OK: lease=OK", .details_not = "kms-old"}},
        {.name = "a MAK machine uses none",
         .rows = {MAK(LICENSED(0), AT("kms-old"))},
         .expect = {"kms01"},
         .expected = {.states = "OK: permanent=OK"}},
        {.name = "Office may use another one",
         .rows = {KMS(LICENSED(HEALTHY), AT("kms01")),
                  OFFICE("VOLUME_KMSCLIENT", LICENSED(HEALTHY), AT("nas7"))},
         .expect = {"kms01"},
         .expected = {.states = "WARNING: lease=OK lease=OK source=WARNING"}},
        {.name = "the service knows the host of Windows",
         .rows = {KMS(LICENSED(HEALTHY))},
         .service = {.kms_name = "nas7"},
         .expect = {"kms01"},
         .expected = {.states = "WARNING: lease=OK source=WARNING", .says = "nas7:1688"}},
        {.name = "a fixed host is called so",
         .rows = {KMS(LICENSED(HEALTHY), AT("nas7"), .is_kms_name_fixed = true)},
         .expect = {"kms01"},
         .expected = {.states = "WARNING: lease=OK source=WARNING", .details = "fixed KMS host nas7:1688"}},
        {.name = "a long name is cut on the first line",
         .rows = {KMS(LICENSED(HEALTHY), AT("a-very-long-host-name-for-activation.branch.corp.example.com"))},
         .expect = {"kms01"},
         .expected = {.states = "WARNING: lease=OK source=WARNING",
                      .says = "..",
                      .details = "a-very-long-host-name-for-activation.branch.corp.example.com:1688"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void the_way_of_activation_is_the_required_one(void **state)
{
#define MET "OK: lease=OK"
#define NOT_MET "WARNING: lease=OK method=WARNING"
    static const struct client_case cases[] = {
        {.name = "kms by KMS",
         .rows = {KMS(LICENSED(HEALTHY), BY_KMS)},
         .require = METHOD_KMS,
         .expected = {.states = MET}},
        {.name = "kms by AD",
         .rows = {KMS(LICENSED(HEALTHY), BY_AD)},
         .require = METHOD_KMS,
         .expected = {.states = NOT_MET, .says = "KMS", .details = "Active Directory"}},
        {.name = "kms by token",
         .rows = {KMS(LICENSED(HEALTHY), BY_TOKEN)},
         .require = METHOD_KMS,
         .expected = {.states = "WARNING: evaluation=OK method=WARNING"}},
        {.name = "kms by MAK",
         .rows = {MAK(LICENSED(0))},
         .require = METHOD_KMS,
         .expected = {.states = "WARNING: permanent=OK method=WARNING"}},
        {.name = "kms by retail",
         .rows = {WINDOWS("RETAIL", LICENSED(0))},
         .require = METHOD_KMS,
         .expected = {.states = "WARNING: permanent=OK method=WARNING"}},
        {.name = "ad by AD",
         .rows = {KMS(LICENSED(HEALTHY), BY_AD)},
         .require = METHOD_AD,
         .expected = {.states = MET}},
        {.name = "ad by KMS",
         .rows = {KMS(LICENSED(HEALTHY), BY_KMS)},
         .require = METHOD_AD,
         .expected = {.states = NOT_MET, .says = "Active Directory", .details = "activated by KMS"}},
        {.name = "mak by MAK",
         .rows = {MAK(LICENSED(0))},
         .require = METHOD_MAK,
         .expected = {.states = "OK: permanent=OK"}},
        {.name = "mak by KMS",
         .rows = {KMS(LICENSED(HEALTHY), BY_KMS)},
         .require = METHOD_MAK,
         .expected = {.states = NOT_MET, .says = "MAK"}},
        {.name = "any by KMS",
         .rows = {KMS(LICENSED(HEALTHY), BY_KMS)},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = MET}},
        {.name = "any by AD",
         .rows = {KMS(LICENSED(HEALTHY), BY_AD)},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = MET}},
        {.name = "any by MAK",
         .rows = {MAK(LICENSED(0))},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = "OK: permanent=OK"}},
        {.name = "any without a type",
         .rows = {KMS(LICENSED(HEALTHY))},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = MET}},
        {.name = "any by token",
         .rows = {KMS(LICENSED(HEALTHY), BY_TOKEN)},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = "WARNING: evaluation=OK method=WARNING"}},
        {.name = "any by OEM",
         .rows = {WINDOWS("OEM_DM", LICENSED(0))},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = "WARNING: permanent=OK method=WARNING"}},
        {.name = "any by AVMA",
         .rows = {AVMA(LICENSED(0))},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = "WARNING: avma=OK method=WARNING"}},
        {.name = "any by evaluation",
         .rows = {EVALUATION(LICENSED(100 * DAY))},
         .require = METHOD_ANY_OF_THEM,
         .expected = {.states = "WARNING: evaluation=OK method=WARNING"}},
        {.name = "a type that is not reported changes no state and is said",
         .rows = {KMS(LICENSED(HEALTHY))},
         .require = METHOD_AD,
         .expected = {.states = "OK: lease=OK method=OK", .details = "VLActivationType not reported"}},
        {.name = "the same for kms",
         .rows = {KMS(LICENSED(HEALTHY))},
         .require = METHOD_KMS,
         .expected = {.states = "OK: lease=OK method=OK", .details = "VLActivationType not reported"}},
        {.name = "before the first success the key decides",
         .rows = {KMS(STATUS(2), MINUTES(20 * DAY))},
         .require = METHOD_AD,
         .expected = {.states = "WARNING: grace=WARNING"}},
        {.name = "before the first success with the wrong key",
         .rows = {MAK(STATUS(2), MINUTES(20 * DAY))},
         .require = METHOD_AD,
         .expected = {.states = "WARNING: grace=WARNING method=WARNING"}},
        {.name = "Office is not the operating system",
         .rows = {KMS(LICENSED(HEALTHY), BY_AD), OFFICE("VOLUME_MAK", LICENSED(0))},
         .require = METHOD_AD,
         .expected = {.states = "OK: lease=OK permanent=OK"}},
        {.name = "nothing is required",
         .rows = {WINDOWS("OEM_DM", LICENSED(0))},
         .expected = {.states = "OK: permanent=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- rules ---- */

static void a_rule_has_the_state_that_the_user_gives_it(void **state)
{
    static const struct client_case cases[] = {
        {.name = "lease=ok",
         .rows = {KMS(LICENSED(100))},
         .rules = "lease=ok",
         .expected = {.states = "OK: lease=OK",
                      .metrics = "lease_days=0.0;165:;30:;0;180 lease_age_days=179.9 "
                                 "lease_days_windows=0.0;165:;30:;0;180 products=1 products_failing=0"}},
        {.name = "lease=warning for both levels",
         .rows = {KMS(LICENSED(100))},
         .rules = "lease=warning",
         .expected = {.states = "WARNING: lease=WARNING"}},
        {.name = "lease=critical for both levels",
         .rows = {KMS(LICENSED(200000))},
         .rules = "lease=critical",
         .expected = {.states = "CRITICAL: lease=CRITICAL"}},
        {.name = "lease=unknown",
         .rows = {KMS(LICENSED(200000))},
         .rules = "lease=unknown",
         .expected = {.states = "UNKNOWN: lease=UNKNOWN"}},
        {.name = "a rule that does not fire stays OK",
         .rows = {KMS(LICENSED(HEALTHY))},
         .rules = "lease=critical",
         .expected = {.states = "OK: lease=OK"}},
        {.name = "off leaves the finding out and keeps the metrics",
         .rows = {KMS(LICENSED(100)), OFFICE("VOLUME_MAK", LICENSED(0))},
         .rules = "lease=off",
         .expected = {.states = "OK: permanent=OK",
                      .metrics = "lease_days=0.0;165:;30:;0;180 lease_age_days=179.9 "
                                 "lease_days_windows=0.0;165:;30:;0;180 products=2 products_failing=0"}},
        {.name = "everything off is no OK",
         .rows = {KMS(LICENSED(HEALTHY))},
         .rules = "lease=off",
         .expected = {.states = "UNKNOWN:"}},
        {.name = "permanent=warning",
         .rows = {MAK(LICENSED(0))},
         .rules = "permanent=warning",
         .expected = {.states = "WARNING: permanent=WARNING"}},
        {.name = "grace=critical",
         .rows = {KMS(STATUS(6), MINUTES(100))},
         .rules = "grace=critical",
         .expected = {.states = "CRITICAL: grace=CRITICAL"}},
        {.name = "license=warning",
         .rows = {KMS(STATUS(5), REASON(0xC004F009))},
         .rules = "license=warning",
         .expected = {.states = "WARNING: license=WARNING"}},
        {.name = "a status that nobody knows is not made OK",
         .rows = {KMS(STATUS(9))},
         .rules = "license=ok",
         .expected = {.states = "UNKNOWN: license=UNKNOWN"}},
        {.name = "a missing field is not made OK",
         .rows = {KMS(STATUS(1))},
         .rules = "lease=ok",
         .expected = {.states = "UNKNOWN: lease=UNKNOWN"}},
        {.name = "a rule that is off does not hide the missing field of another",
         .rows = {EVALUATION(STATUS(1)), OFFICE("VOLUME_MAK", LICENSED(0))},
         .rules = "lease=off",
         .expected = {.states = "UNKNOWN: evaluation=UNKNOWN permanent=OK"}},
        {.name = "evaluation=warning",
         .rows = {EVALUATION(STATUS(5))},
         .rules = "evaluation=warning",
         .expected = {.states = "WARNING: evaluation=WARNING"}},
        {.name = "avma=critical",
         .rows = {AVMA(LICENSED(5 * DAY))},
         .rules = "avma=critical",
         .expected = {.states = "CRITICAL: avma=CRITICAL"}},
        {.name = "addon=critical",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(STATUS(0))},
         .rules = "addon=critical",
         .expected = {.states = "CRITICAL: lease=OK addon=CRITICAL"}},
        {.name = "tamper=off",
         .rows = {KMS(LICENSED(300000))},
         .rules = "tamper=off",
         .expected = {.states = "OK: lease=OK"}},
        {.name = "source=critical",
         .rows = {KMS(LICENSED(HEALTHY), AT("nas7"))},
         .expect = {"kms01"},
         .rules = "source=critical",
         .expected = {.states = "CRITICAL: lease=OK source=CRITICAL"}},
        {.name = "method=critical",
         .rows = {MAK(LICENSED(0))},
         .require = METHOD_AD,
         .rules = "method=critical",
         .expected = {.states = "CRITICAL: permanent=OK method=CRITICAL"}},
        {.name = "product=warning",
         .rows = {KMS(LICENSED(HEALTHY))},
         .products = {"windows", "Visio"},
         .rules = "product=warning",
         .expected = {.states = "WARNING: product=WARNING lease=OK"}},
        {.name = "several rules",
         .rows = {KMS(LICENSED(300000), AT("127.0.0.1"))},
         .rules = "tamper=ok,source=unknown",
         .expected = {.states = "UNKNOWN: lease=OK tamper=OK source=UNKNOWN"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void the_rules_are_those_of_the_contract(void **state)
{
    static const char *const ids[] = {"agent", "login",     "machine", "age",     "product",
                                      "lease", "permanent", "grace",   "license", "evaluation",
                                      "avma",  "addon",     "tamper",  "source",  "method"};
    (void)state;
    assert_int_equal(CLIENT_RULE_COUNT, sizeof ids / sizeof *ids);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_string_equal(client_rules[i].id, ids[i]);
        assert_non_null(client_rules[i].summary);
    }
}

/* ---- metrics ---- */

static void metrics_are_those_of_the_contract(void **state)
{
    static const struct client_case cases[] = {
        {.name = "a fresh lease",
         .rows = {KMS(LICENSED(FULL))},
         .expected = {.metrics = "lease_days=180.0;165:;30:;0;180 lease_age_days=0.0 "
                                 "lease_days_windows=180.0;165:;30:;0;180 products=1 products_failing=0"}},
        {.name = "days are rounded down",
         .rows = {KMS(LICENSED(165 * DAY - 1))},
         .expected = {.metrics = "lease_days=164.9;165:;30:;0;180 lease_age_days=15.0 "
                                 "lease_days_windows=164.9;165:;30:;0;180 products=1 products_failing=1"}},
        {.name = "another interval, another limit",
         .rows = {KMS(LICENSED(177 * DAY), RENEWAL(1440))},
         .expected = {.metrics = "lease_days=177.0;177:;30:;0;180 lease_age_days=3.0 "
                                 "lease_days_windows=177.0;177:;30:;0;180 products=1 products_failing=0"}},
        {.name = "no lease in Notification",
         .rows = {KMS(STATUS(5), REASON(0xC004F009))},
         .expected = {.metrics =
                          "lease_days=0.0;165:;30:;0;180 lease_days_windows=0.0;165:;30:;0;180 products=1 "
                          "products_failing=1"}},
        {.name = "no lease in initial grace",
         .rows = {KMS(STATUS(2), MINUTES(23040))},
         .expected = {.metrics = "lease_days=0.0;165:;30:;0;180 lease_days_windows=0.0;165:;30:;0;180 "
                                 "grace_minutes=23040 products=1 products_failing=1"}},
        {.name = "non-genuine grace",
         .rows = {MAK(STATUS(4), MINUTES(77))},
         .expected = {.metrics = "grace_minutes=77 products=1 products_failing=1"}},
        {.name = "extended grace",
         .rows = {KMS(STATUS(6), MINUTES(88))},
         .expected = {.metrics = "lease_days=0.0;165:;30:;0;180 lease_days_windows=0.0;165:;30:;0;180 "
                                 "grace_minutes=88 products=1 products_failing=1"}},
        {.name = "the shortest grace",
         .rows = {KMS(STATUS(3), MINUTES(17280)), OFFICE("VOLUME_MAK", STATUS(2), MINUTES(100))},
         .expected = {.metrics = "lease_days=0.0;165:;30:;0;180 lease_days_windows=0.0;165:;30:;0;180 "
                                 "grace_minutes=100 products=2 products_failing=2"}},
        {.name = "a lease that has run out while licensed",
         .rows = {KMS(LICENSED(0))},
         .expected = {.metrics = "lease_days=0.0;165:;30:;0;180 lease_age_days=180.0 "
                                 "lease_days_windows=0.0;165:;30:;0;180 products=1 products_failing=1"}},
        {.name = "longer than 180 days",
         .rows = {KMS(LICENSED(300000))},
         .expected = {.metrics = "lease_days=208.3;165:;30:;0;180 lease_age_days=0.0 "
                                 "lease_days_windows=208.3;165:;30:;0;180 products=1 products_failing=0"}},
        {.name = "permanent",
         .rows = {MAK(LICENSED(0))},
         .expected = {.metrics = "products=1 products_failing=0"}},
        {.name = "AVMA without an end",
         .rows = {AVMA(LICENSED(0))},
         .expected = {.metrics = "products=1 products_failing=0"}},
        {.name = "AVMA with an end",
         .rows = {AVMA(LICENSED(5 * DAY))},
         .expected = {.metrics = "lease_days=5.0;7:;2:;0 lease_days_windows=5.0;7:;2:;0 products=1 "
                                 "products_failing=1"}},
        {.name = "an evaluation has no age",
         .rows = {EVALUATION(LICENSED(20 * DAY))},
         .expected = {.metrics = "lease_days=20.0;30:;10:;0 lease_days_windows=20.0;30:;10:;0 products=1 "
                                 "products_failing=1"}},
        {.name = "a time-based Office",
         .rows = {OFFICE("TIMEBASED_LEASE", LICENSED(20 * DAY))},
         .expected = {.metrics = "lease_days=20.0;30:;7:;0 lease_days_office=20.0;30:;7:;0 products=1 "
                                 "products_failing=1"}},
        {.name = "the shortest of all",
         .rows = {KMS(LICENSED(HEALTHY)), OFFICE("TIMEBASED_EVAL", LICENSED(40 * DAY))},
         .expected = {.metrics = "lease_days=40.0;30:;10:;0 lease_age_days=0.2 "
                                 "lease_days_windows=179.7;165:;30:;0;180 lease_days_office=40.0;30:;10:;0 "
                                 "products=2 products_failing=0"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- words ---- */

static void an_alert_says_what_when_and_what_to_do(void **state)
{
    static const struct client_case cases[] = {
        {.name = "a late renewal",
         .rows = {KMS(LICENSED(230400), BY_KMS, AT("kms01"), REASON(0x4004F040))},
         .expected = {.says = "no renewal for 20.0 days|Windows licensed until 2026-08-09|160.0 days",
                      .says_not = "0x4004F040",
                      .details = "2026-08-09|12288|slmgr.vbs /ato|kms01:1688",
                      .details_not = "Nothing to do|Information only"}},
        {.name = "a lease with the code of its failure",
         .rows = {KMS(LICENSED(230400), REASON(0xC004F074))},
         .expected = {.says = "no renewal for 20.0 days|0xC004F074 every KMS host tried failed"}},
        {.name = "by AD",
         .rows = {KMS(LICENSED(230400), BY_AD)},
         .expected = {.details = "domain controller|AD", .details_not = "12289|leaves the count"}},
        {.name = "Office is activated by its own script",
         .rows = {OFFICE("VOLUME_KMSCLIENT", LICENSED(230400))},
         .expected = {.says = "Office",
                      .details = "ospp.vbs /act",
                      .details_not = "slmgr.vbs /ato|slmgr.vbs /ckms"}},
        {.name = "the lease is over",
         .rows = {KMS(LICENSED(0))},
         .expected = {.says = "Windows|over|0 days"}},
        {.name = "one day", .rows = {KMS(LICENSED(DAY))}, .expected = {.says = "until 2026-03-03"}},
        {.name = "hours", .rows = {KMS(LICENSED(1050))}, .expected = {.says = "17.5 hours"}},
        {.name = "a minute", .rows = {KMS(LICENSED(1))}, .expected = {.says = "1 minute)"}},
        {.name = "Notification",
         .rows = {KMS(STATUS(5), REASON(0xC004F009))},
         .expected = {.says = "Windows in Notification, 0xC004F009 grace period over",
                      .details = "reason 0xC004F009|event 12288",
                      .details_not = "MAK"}},
        {.name = "Notification on a MAK machine",
         .rows = {MAK(STATUS(5), REASON(0xC004F009))},
         .expected = {.details = "slmgr.vbs /ato", .details_not = "12288"}},
        {.name = "Notification without a reason",
         .rows = {KMS(STATUS(5))},
         .expected = {.says = "Windows in Notification, reason not reported",
                      .details = "12288|slmgr.vbs /ato"}},
        {.name = "a reason of 0 is none",
         .rows = {KMS(STATUS(5), REASON(0))},
         .expected = {.says = "reason not reported", .says_not = "0x00000000"}},
        {.name = "Notification with a reason that says that all is well",
         .rows = {KMS(STATUS(5), REASON(0x4004F040))},
         .expected = {.says = "Windows in Notification",
                      .says_not = "0x4004F040",
                      .details = "reason 0x4004F040|slmgr.vbs /ato",
                      .details_not = "Nothing to do"}},
        {.name = "Unlicensed",
         .rows = {KMS(STATUS(0), REASON(0xC004F014))},
         .expected = {.says = "Windows is Unlicensed, 0xC004F014 no product key installed"}},
        {.name = "non-genuine grace has an end",
         .rows = {KMS(STATUS(4), MINUTES(2 * DAY), REASON(0xC004F200))},
         .expected = {.says = "Windows in Non-genuine grace period, 0xC004F200", .details = "2026-03-04"}},
        {.name = "Office in Notification",
         .rows = {OFFICE("VOLUME_KMSCLIENT", STATUS(5))},
         .expected = {.says = "Office in Notification", .details = "loses functions"}},
        {.name = "Windows keeps running",
         .rows = {KMS(STATUS(5))},
         .expected = {.details = "the machine keeps running"}},
        {.name = "a code that says it itself",
         .rows = {MAK(STATUS(5), REASON(0xC004C008))},
         .expected = {.says = "0xC004C008", .details_not = "not in this data"}},
        {.name = "a reason that only says that it failed",
         .rows = {MAK(STATUS(5), REASON(0xC004F034))},
         .expected = {.details = "not in this data: look for event 8198"}},
        {.name = "an informational reason does not say why",
         .rows = {MAK(STATUS(3), MINUTES(20 * DAY), REASON(0x4004F00D))},
         .expected = {.details = "not in this data"}},
        {.name = "initial grace without a reason",
         .rows = {KMS(STATUS(2), MINUTES(20 * DAY))},
         .expected = {.details = "since it was set up", .details_not = "renewal"}},
        {.name = "additional grace without a reason",
         .rows = {KMS(STATUS(3), MINUTES(20 * DAY))},
         .expected = {.details = "180 days have passed without a renewal"}},
        {.name = "additional grace of a MAK machine without a reason",
         .rows = {MAK(STATUS(3), MINUTES(20 * DAY))},
         .expected = {.details = "hardware", .details_not = "180 days"}},
        {.name = "extended grace without a reason",
         .rows = {KMS(STATUS(6), MINUTES(20 * DAY))},
         .expected = {.says = "Extended grace period", .details_not = "180 days"}},
        {.name = "an add-on says its status",
         .rows = {KMS(LICENSED(HEALTHY)), ESU(STATUS(0))},
         .expected = {.details = "add-on, Unlicensed|/ato ACTIVATION-ID"}},
        {.name = "a code that nobody described",
         .rows = {KMS(STATUS(5), REASON(0xC004FABC))},
         .expected = {.says = "0xC004FABC"}},
        {.name = "initial grace",
         .rows = {KMS(STATUS(2), MINUTES(7 * DAY), REASON(0x4004F00C))},
         .expected = {.says = "Windows not activated, 7.0 days of grace left|Initial grace period",
                      .says_not = "0x4004F00C",
                      .details = "2026-03-09|reason 0x4004F00C|12288"}},
        {.name = "additional grace with a code",
         .rows = {KMS(STATUS(3), MINUTES(7 * DAY), REASON(0xC004F00F))},
         .expected = {.says = "Windows not activated, 7.0 days of grace left, 0xC004F00F hardware changed"}},
        {.name = "grace of AVMA",
         .rows = {AVMA(STATUS(3), MINUTES(7 * DAY))},
         .expected = {.details = "Hyper-V", .details_not = "slmgr.vbs /dti"}},
        {.name = "grace of Office",
         .rows = {OFFICE("VOLUME_MAK", STATUS(2), MINUTES(7 * DAY))},
         .expected = {.details = "ospp.vbs", .details_not = "slmgr.vbs /ato"}},
        {.name = "an evaluation that ends",
         .rows = {EVALUATION(LICENSED(7 * DAY))},
         .expected = {.says = "Windows evaluation ends 2026-03-09|7.0 days",
                      .details = "2026-03-09|shuts down every hour|slmgr.vbs /rearm"}},
        {.name = "an evaluation that is over",
         .rows = {EVALUATION(STATUS(5), REASON(0xC004FC07))},
         .expected = {.says = "Windows evaluation over|0xC004FC07|not a KMS fault",
                      .details = "shuts down every hour|slmgr.vbs /rearm"}},
        {.name = "an evaluation with no minutes left",
         .rows = {EVALUATION(LICENSED(0), REASON(0x4004FC04))},
         .expected = {.says = "Windows evaluation over|not a KMS fault",
                      .details = "slmgr.vbs /rearm",
                      .details_not = "Nothing breaks"}},
        {.name = "an evaluation in its first days is not over",
         .rows = {EVALUATION(STATUS(2), MINUTES(9 * DAY), REASON(0x4004F00C))},
         .expected = {.says = "Windows evaluation not activated, 9.0 days left",
                      .says_not = "over",
                      .details = "from 2026-03-11 on Windows shuts down every hour"}},
        {.name = "an evaluation of Office shuts nothing down",
         .rows = {OFFICE("TIMEBASED_EVAL", STATUS(5))},
         .expected = {.says = "Office", .details_not = "shuts down"}},
        {.name = "AVMA near its end",
         .rows = {AVMA(LICENSED(3 * DAY))},
         .expected = {.says = "Hyper-V|3.0 days", .details = "2026-03-05|12310"}},
        {.name = "a token near its end",
         .rows = {KMS(LICENSED(10 * DAY), BY_TOKEN)},
         .expected = {.says = "2026-03-12", .details = "certificate|token"}},
        {.name = "a time-based license at its end",
         .rows = {TIME_BASED(LICENSED(0))},
         .expected = {.says = "has ended"}},
        {.name = "a lease that is too long",
         .rows = {KMS(LICENSED(300000))},
         .expected = {.says = "208.3 days|longer than KMS can grant", .details = "security"}},
        {.name = "all is well",
         .rows = {KMS(LICENSED(HEALTHY), BY_KMS)},
         .expected = {.says = "Windows licensed by KMS, 179.7 days left", .details = "until 2026-08-29"}},
        {.name = "all is well by AD",
         .rows = {KMS(LICENSED(HEALTHY), BY_AD)},
         .expected = {.says = "Windows licensed by AD, 179.7 days left"}},
        {.name = "all is well by MAK",
         .rows = {MAK(LICENSED(0))},
         .expected = {.says = "Windows permanently activated by MAK", .details = "KMS does not apply"}},
        {.name = "all is well by OEM", .rows = {WINDOWS("OEM_DM", LICENSED(0))}, .expected = {.says = "OEM"}},
        {.name = "all is well by retail",
         .rows = {WINDOWS("RETAIL", LICENSED(0))},
         .expected = {.says = "retail"}},
        {.name = "a KMS host key of its own",
         .rows = {WINDOWS("VOLUME_KMS_WS25", LICENSED(0))},
         .expected = {.says = "KMS host key"}},
        {.name = "a channel that nobody knows",
         .rows = {WINDOWS("BYPASS", LICENSED(0))},
         .expected = {.says = "Windows permanently licensed", .details = "BYPASS channel"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void urgency_goes_from_now_to_a_week(void **state)
{
    static const struct {
        const char *name;
        struct license row;
        enum urgency urgency;
    } cases[] = {
        {"an evaluation that is over shuts the machine down", EVALUATION(STATUS(5)), URGENCY_NOW},
        {"a late renewal has months", KMS(LICENSED(200000)), URGENCY_WEEK},
        {"less than 30 days", KMS(LICENSED(20000)), URGENCY_DAY},
        {"an evaluation with weeks", EVALUATION(LICENSED(20 * DAY)), URGENCY_WEEK},
        {"an evaluation with days", EVALUATION(LICENSED(5 * DAY)), URGENCY_DAY},
        {"an evaluation in its first days", EVALUATION(STATUS(2), MINUTES(9 * DAY)), URGENCY_DAY},
        {"grace", KMS(STATUS(2), MINUTES(20 * DAY)), URGENCY_DAY},
        {"a missing field", KMS(STATUS(1)), URGENCY_WEEK},
        {"Notification", KMS(STATUS(5)), URGENCY_DAY},
        {"grace that ends soon", KMS(STATUS(2), MINUTES(100)), URGENCY_NOW},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client_case input = {.name = cases[i].name, .rows = {cases[i].row}};
        struct report report;
        judge(&input, &report);
        require_equal(cases[i].name, "urgency", urgency_name(report.first->urgency),
                      urgency_name(cases[i].urgency));
        report_done(&report);
    }
}

/* Codes of KMS clients whose cure is, or may be, another kind of key: firmware without a Windows marker, a
 * key of the wrong channel, a schema without activation objects. */
static bool may_speak_of_mak(uint32_t code)
{
    static const uint32_t codes[] = {0xC004F035, 0xC004F059, 0xC004F07D, 0xC004F083};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (code == codes[i])
            return true;
    }
    return false;
}

static void check_no_mak_advice(const struct client_case *input)
{
    struct report report;
    struct text advice;
    judge(input, &report);
    text_start(&advice, CHECKED_TEXT_MAXIMUM);
    for (const struct finding *finding = report.first; finding != NULL; finding = finding->next)
        append_advice(&advice,
                      finding->explanation != NULL ? &finding->explanation->advice : &finding->advice);
    require_words(input->name, "advice", text_string(&advice), "MAK|slmgr.vbs /ipk MAK", false);
    text_done(&advice);
    report_done(&report);
}

/* Every code of the catalogue in every place where a machine may report it. */
static void every_code_fits_the_first_line_and_a_kms_client_never_sees_mak_advice(void **state)
{
    static const char *const channels[] = {"VOLUME_KMSCLIENT", "VOLUME_MAK", "TIMEBASED_EVAL",
                                           "VIRTUAL_MACHINE_ACTIVATION", "RETAIL"};
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        uint32_t code = activation_error_code(activation_error_at(i));
        for (size_t channel = 0; channel < sizeof channels / sizeof *channels; channel++) {
            for (uint32_t status = 0; status <= 6; status++) {
                char description[80], sentence[80];
                snprintf(description, sizeof description, "Windows(R), %s channel", channels[channel]);
                snprintf(sentence, sizeof sentence, "0x%08X, %s, status %u", (unsigned)code,
                         channels[channel], (unsigned)status);
                struct client_case input = {
                    .name = sentence,
                    .rows = {{ROW(.name = "Windows(R)", .description = description, .status = {true, status},
                                  .grace_minutes = {true, 200000}, .reason = {true, code})}}};
                check_case(&input);
                if (channel == 0 && !may_speak_of_mak(code))
                    check_no_mak_advice(&input);
            }
        }
    }
}

/* ---- properties over generated facts ---- */

static struct license generate_row(uint32_t *seed)
{
    static const char *const descriptions[] = {
        "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        "Office 24, VOLUME_KMSCLIENT channel",
        "Windows(R) Operating System, VOLUME_MAK channel",
        "Windows(R) Operating System, VOLUME_KMS_WS25 channel",
        "Windows(R) Operating System, TIMEBASED_EVAL channel",
        "Windows(R) Operating System, TIMEBASED_LEASE channel",
        "Windows(R) Operating System, VIRTUAL_MACHINE_ACTIVATION channel",
        "Windows(R) Operating System, RETAIL channel",
        "Office 24, RETAIL channel",
        "Windows(R) Operating System, OEM_DM channel",
        "Windows(R) Operating System, BYPASS channel",
    };
    static const uint32_t minutes[] = {0,      1,      2879,   2880,   4319,   4320,  7199,   7200,
                                       10079,  10080,  14399,  14400,  43199,  43200, 100000, 237599,
                                       237600, 258780, 259200, 259260, 259261, 300000};
    static const uint32_t reasons[] = {0,          0x4004F040, 0x4004F00C, 0x4004F00D,
                                       0xC004F009, 0xC004F00F, 0xC004F034};
    unsigned status = pick(seed, 12);
    return (struct license) {
        ROW(.name = "a product",
            .description = descriptions[pick(seed, sizeof descriptions / sizeof *descriptions)],
            .status = {true, status > 7 ? LICENSE_LICENSED : status},
            .grace_minutes = {true, minutes[pick(seed, sizeof minutes / sizeof *minutes)]},
            .reason = {pick(seed, 4) > 0, reasons[pick(seed, sizeof reasons / sizeof *reasons)]},
            .volume_activation = {pick(seed, 2) > 0, 1 + pick(seed, 3)},
            .renewal_interval = {pick(seed, 3) == 0, 10080})};
}

static struct client_case generate_case(uint32_t *seed)
{
    struct client_case input = {.name = "generated"};
    unsigned count = 1 + pick(seed, 3);
    for (unsigned i = 0; i < count; i++)
        input.rows[i] = generate_row(seed);
    return input;
}

enum { GENERATED_CASES = 20000 };

static void ok_is_never_said_without_a_judged_product(void **state)
{
    uint32_t seed = 1;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct client_case input = generate_case(&seed);
        for (size_t row = 0; row < count_rows(input.rows); row++) {
            switch (pick(&seed, 6)) {
            case 0:
                input.rows[row].partial_product_key = NULL;
                break;
            case 1:
                input.rows[row].description = "Office 24, TIMEBASED_SUB channel";
                break;
            case 2:
                input.rows[row].is_addon = (struct known_flag) {true, true};
                break;
            default:
                break;
            }
        }
        struct report report;
        judge(&input, &report);
        bool has_judged = false;
        for (const struct finding *finding = report.first; finding != NULL; finding = finding->next)
            has_judged |= strcmp(finding->rule, "product") != 0 && strcmp(finding->rule, "addon") != 0;
        if (report_state(&report) == STATE_OK && !has_judged)
            fail_msg("generated case %u is OK without a judged product", i);
        report_done(&report);
    }
}

/* A channel whose minutes the contract does not require. */
static bool may_lack_minutes(const struct license *license)
{
    switch (license_channel(license)) {
    case CHANNEL_MAK:
    case CHANNEL_KMS_HOST:
    case CHANNEL_RETAIL:
    case CHANNEL_OEM:
    case CHANNEL_AVMA:
        return true;
    case CHANNEL_OTHER:
    case CHANNEL_KMS_CLIENT:
    case CHANNEL_EVALUATION:
    case CHANNEL_SUBSCRIPTION:
    case CHANNEL_TIME_BASED:
    case CHANNEL_RETAIL_GRACE:
        break;
    }
    return false;
}

static void leaving_out_a_fact_never_makes_ok_of_a_fault(void **state)
{
    uint32_t seed = 2;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct client_case whole = generate_case(&seed);
        struct client_case input = whole;
        for (size_t row = 0; row < count_rows(input.rows); row++) {
            struct license *license = &input.rows[row];
            if (pick(&seed, 4) == 0)
                license->status = (struct known_number) {0};
            if (pick(&seed, 4) == 0 && !may_lack_minutes(license))
                license->grace_minutes = (struct known_number) {0};
            if (pick(&seed, 4) == 0)
                license->reason = (struct known_number) {0};
            if (pick(&seed, 4) == 0)
                license->description = NULL;
            if (pick(&seed, 4) == 0)
                license->name = NULL;
        }
        if (state_of(&input) == STATE_OK && state_of(&whole) != STATE_OK)
            fail_msg("generated case %u becomes OK when facts are left out", i);
    }
}

static void the_report_is_as_bad_as_its_worst_product(void **state)
{
    uint32_t seed = 3;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct client_case input = generate_case(&seed);
        enum state worst = STATE_OK;
        for (size_t row = 0; row < count_rows(input.rows); row++) {
            struct client_case single = {.name = "generated", .rows = {input.rows[row]}};
            worst = state_worse(worst, state_of(&single));
        }
        require_equal("generated", "state", state_name(state_of(&input)), state_name(worst));
    }
}

static void making_one_product_worse_never_makes_the_report_better(void **state)
{
    uint32_t seed = 4;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct client_case input = generate_case(&seed);
        struct license other = generate_row(&seed);
        struct client_case before = {.name = "generated", .rows = {input.rows[0]}},
                           after = {.name = "generated", .rows = {other}};
        bool is_worse = state_severity(state_of(&after)) >= state_severity(state_of(&before));
        enum state whole = state_of(&input);
        input.rows[0] = other;
        if (is_worse && state_severity(state_of(&input)) < state_severity(whole))
            fail_msg("generated case %u is better with a worse product", i);
    }
}

static void less_time_is_never_better(void **state)
{
    uint32_t seed = 5;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct client_case input = {.name = "generated", .rows = {generate_row(&seed)}};
        struct known_number *minutes = &input.rows[0].grace_minutes;
        enum license_channel channel = license_channel(&input.rows[0]);
        bool is_limited = channel == CHANNEL_KMS_CLIENT || channel == CHANNEL_EVALUATION ||
                          channel == CHANNEL_TIME_BASED || input.rows[0].status.value != LICENSE_LICENSED;
        if (minutes->value > 259260 || minutes->value == 0)
            continue;
        enum state before = state_of(&input);
        minutes->value = pick(&seed, minutes->value);
        if (!is_limited && minutes->value == 0) /* permanent */
            continue;
        if (state_severity(state_of(&input)) < state_severity(before))
            fail_msg("generated case %u is better with %u minutes", i, (unsigned)minutes->value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lease_is_compared_in_exact_minutes),
        cmocka_unit_test(a_renewal_is_late_after_two_intervals_and_a_day),
        cmocka_unit_test(the_user_s_limits_replace_one_level_of_the_lease_only),
        cmocka_unit_test(a_lease_longer_than_180_days_and_an_hour_is_tampered),
        cmocka_unit_test(every_channel_and_status_with_plenty_of_time),
        cmocka_unit_test(every_channel_and_status_with_no_time),
        cmocka_unit_test(every_channel_and_status_without_minutes),
        cmocka_unit_test(grace_is_compared_in_exact_minutes),
        cmocka_unit_test(ends_are_compared_in_exact_minutes),
        cmocka_unit_test(a_required_field_that_is_missing_is_unknown_with_its_name),
        cmocka_unit_test(products_are_judged_each_and_the_worst_one_counts),
        cmocka_unit_test(an_add_on_is_never_the_operating_system),
        cmocka_unit_test(every_product_that_is_named_must_be_there),
        cmocka_unit_test(the_kms_host_in_use_must_be_an_expected_one),
        cmocka_unit_test(the_way_of_activation_is_the_required_one),
        cmocka_unit_test(a_rule_has_the_state_that_the_user_gives_it),
        cmocka_unit_test(the_rules_are_those_of_the_contract),
        cmocka_unit_test(metrics_are_those_of_the_contract),
        cmocka_unit_test(an_alert_says_what_when_and_what_to_do),
        cmocka_unit_test(urgency_goes_from_now_to_a_week),
        cmocka_unit_test(every_code_fits_the_first_line_and_a_kms_client_never_sees_mak_advice),
        cmocka_unit_test(ok_is_never_said_without_a_judged_product),
        cmocka_unit_test(leaving_out_a_fact_never_makes_ok_of_a_fault),
        cmocka_unit_test(the_report_is_as_bad_as_its_worst_product),
        cmocka_unit_test(making_one_product_worse_never_makes_the_report_better),
        cmocka_unit_test(less_time_is_never_better),
    };
    return cmocka_run_group_tests_name("judge_client", tests, NULL, NULL);
}
