/* SPDX-License-Identifier: MIT */
/* What check_kms_host makes of the facts of a machine. */
#include "base/number.h"
#include "judge/host_count.h"
#include "judge/judge_host.h"

#include "report_checks.h"

#include <stdio.h>

enum { ROWS_MAXIMUM = 5, PRODUCTS_MAXIMUM = 3, HOUR = 3600, DAY = 86400 };

#define NEVER (-1) /* a time of 0, what Nagios says before the first run */

struct host_case {
    const char *name;                  /* a sentence */
    struct license rows[ROWS_MAXIMUM]; /* up to the first one without an id */
    struct licensing_service service;
    const char *service_state;
    const char *floor, *margin, *warning, *critical; /* NULL = not given */
    const char *floor_office, *margin_office, *warning_office, *critical_office;
    const char *rules, *products[PRODUCTS_MAXIMUM];
    const char *previous;
    int64_t previous_time, moment; /* 0 = not given, MOMENT */
    struct expectation expected;
};

/* ---- rows ---- */

#define ROW(...) .id = "row", .partial_product_key = "XXXXX", __VA_ARGS__
#define HOST(...)                                                                                            \
    {                                                                                                        \
        ROW(.name = "Windows(R), ServerStandard edition",                                                    \
            .description = "Windows(R) Operating System, VOLUME_KMS_WS25 channel",                           \
            .is_kms_host = {true, true}, __VA_ARGS__)                                                        \
    }
#define OFFICE_HOST(...)                                                                                     \
    {                                                                                                        \
        ROW(.name = "Office 24, Office24_KMSHostVL_KMS_Host edition",                                        \
            .description = "Office 24, VOLUME_KMS_2024 channel",                                             \
            .application_id = "0ff1ce15-a989-479d-af46-f275c6370663", .is_kms_host = {true, true},           \
            __VA_ARGS__)                                                                                     \
    }
#define CLIENT(...)                                                                                          \
    {                                                                                                        \
        ROW(.name = "Windows(R), ServerStandard edition",                                                    \
            .description = "Windows(R) Operating System, VOLUME_KMSCLIENT channel",                          \
            .is_kms_host = {true, false}, .status = {true, 1}, .grace_minutes = {true, 258780}, __VA_ARGS__) \
    }
#define STATUS(number) .status = {true, number}
#define LICENSED STATUS(1), .grace_minutes = {true, 0}
#define COUNT(number) .count = {true, number}
#define NONE .is_count_none = true
#define REASON(code) .reason = {true, code}
#define COUNTERS(t, f, u, l, ob, ot, ng, n)                                                                  \
    .requests = {{true, t}, {true, f}, {true, u}, {true, l}, {true, ob}, {true, ot}, {true, ng}, {true, n}}
#define TOTAL_AND_FAILED(t, f) .requests = {.total = {true, t}, .failed = {true, f}}
#define RENEWAL(minutes) .renewal_interval = {true, minutes}
#define ACTIVATION(minutes) .activation_interval = {true, minutes}
#define SETTINGS .listening_port = {true, 1688}, .dns_publishing = {true, true}, .low_priority = {true, false}

/* ---- judging ---- */

static size_t count_rows(const struct license *rows)
{
    size_t count = 0;
    while (count < ROWS_MAXIMUM && rows[count].id != NULL)
        count++;
    return count;
}

static struct known_number number_of(const char *text)
{
    uint64_t value = 0;
    if (text != NULL && !number_parse_unsigned(span_of(text), &value))
        fail_msg("%s is no number", text);
    return (struct known_number) {.is_known = text != NULL, .value = (uint32_t)value};
}

/* The caller releases the report. */
static void judge(const struct host_case *input, struct report *ret)
{
    struct license_document document = {.service = input->service,
                                        .service_state = input->service_state,
                                        .license_count = count_rows(input->rows)};
    document.licenses = test_malloc(document.license_count * sizeof *document.licenses + 1);
    memcpy(document.licenses, input->rows, document.license_count * sizeof *document.licenses);
    struct rule_wishes rules = wishes_of(input->rules, host_rules, HOST_RULE_COUNT);
    struct document_wishes wishes = {.products = input->products};
    while (wishes.product_count < PRODUCTS_MAXIMUM && input->products[wishes.product_count] != NULL)
        wishes.product_count++;
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld",
             input->previous_time == NEVER ? 0LL : (long long)input->previous_time);
    struct host_limits limits = {
        .by_application = {[APPLICATION_WINDOWS] = {.warning = range_of(input->warning),
                                                    .critical = range_of(input->critical),
                                                    .floor = number_of(input->floor),
                                                    .margin = number_of(input->margin)},
                           [APPLICATION_OFFICE] = {.warning = range_of(input->warning_office),
                                                   .critical = range_of(input->critical_office),
                                                   .floor = number_of(input->floor_office),
                                                   .margin = number_of(input->margin_office)}},
        .previous = input->previous,
        .previous_time = input->previous_time != 0 ? seconds : NULL};
    report_start(ret, "KMS_HOST", "check_kms_host");
    struct judging judging = {.rules = host_rules,
                              .wishes = &rules,
                              .moment = input->moment != 0 ? input->moment : MOMENT,
                              .now = MOMENT,
                              .report = ret};
    if (judge_document(&judging, &document, &wishes, (struct known_time) {0}, MOMENT))
        judge_host(&judging, &document, &wishes, &limits);
    judging_finish(ret);
    test_free(document.licenses); /* nothing in the report points to a row */
}

static void check_case(const struct host_case *input)
{
    struct report report;
    judge(input, &report);
    check_report(input->name, &report, &input->expected);
    report_done(&report);
}

#define CHECK_CASES(cases)                                                                                   \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                             \
    check_case(&(cases)[i])

static enum state state_of(const struct host_case *input)
{
    struct report report;
    judge(input, &report);
    enum state state = report_state(&report);
    check_any_report(input->name, &report);
    report_done(&report);
    return state;
}

/* The states of a licensed host whose count has this state. */
#define COUNTED(state) state ": host-license=OK count=" state " publishing=OK"
#define IS_OK COUNTED("OK")
#define IS_WARNING COUNTED("WARNING")
#define IS_CRITICAL COUNTED("CRITICAL")

/* ---- the count ---- */

/* One Windows host with one count. */
struct count_case {
    const char *name, *floor, *margin, *warning, *critical;
    uint32_t count;
    const char *states;
};

static void check_counts(const struct count_case *cases, size_t count, bool is_office)
{
    for (size_t i = 0; i < count; i++) {
        struct host_case input = {.name = cases[i].name, .expected = {.states = cases[i].states}};
        if (is_office) {
            input.rows[0] = (struct license)OFFICE_HOST(LICENSED, COUNT(cases[i].count));
            input.floor_office = cases[i].floor;
            input.margin_office = cases[i].margin;
            input.warning_office = cases[i].warning;
            input.critical_office = cases[i].critical;
        } else {
            input.rows[0] = (struct license)HOST(LICENSED, COUNT(cases[i].count));
            input.floor = cases[i].floor;
            input.margin = cases[i].margin;
            input.warning = cases[i].warning;
            input.critical = cases[i].critical;
        }
        check_case(&input);
    }
}

static void the_count_of_windows_is_compared_with_its_floor(void **state)
{
    static const struct count_case cases[] = {
        {"no floor, 0", NULL, NULL, NULL, NULL, 0, IS_CRITICAL},
        {"no floor, 4", NULL, NULL, NULL, NULL, 4, IS_CRITICAL},
        {"no floor, 5", NULL, NULL, NULL, NULL, 5, IS_WARNING},
        {"no floor, 10", NULL, NULL, NULL, NULL, 10, IS_WARNING},
        {"no floor, 24", NULL, NULL, NULL, NULL, 24, IS_WARNING},
        {"no floor, 25", NULL, NULL, NULL, NULL, 25, IS_WARNING},
        {"no floor, 29", NULL, NULL, NULL, NULL, 29, IS_WARNING},
        {"no floor, 30", NULL, NULL, NULL, NULL, 30, IS_OK},
        {"no floor, 49", NULL, NULL, NULL, NULL, 49, IS_OK},
        {"no floor, 50", NULL, NULL, NULL, NULL, 50, IS_OK},
        {"floor 25, 0", "25", NULL, NULL, NULL, 0, IS_CRITICAL},
        {"floor 25, 24", "25", NULL, NULL, NULL, 24, IS_CRITICAL},
        {"floor 25, 25", "25", NULL, NULL, NULL, 25, IS_WARNING},
        {"floor 25, 29", "25", NULL, NULL, NULL, 29, IS_WARNING},
        {"floor 25, 30", "25", NULL, NULL, NULL, 30, IS_OK},
        {"floor 25, 50", "25", NULL, NULL, NULL, 50, IS_OK},
        {"floor 5, 4", "5", NULL, NULL, NULL, 4, IS_CRITICAL},
        {"floor 5, 5", "5", NULL, NULL, NULL, 5, IS_WARNING},
        {"floor 5, 6", "5", NULL, NULL, NULL, 6, IS_WARNING},
        {"floor 5, 7", "5", NULL, NULL, NULL, 7, IS_OK},
        {"floor 12, 11", "12", NULL, NULL, NULL, 11, IS_CRITICAL},
        {"floor 12, 13", "12", NULL, NULL, NULL, 13, IS_WARNING},
        {"floor 12, 14", "12", NULL, NULL, NULL, 14, IS_OK},
        {"floor 40, 39", "40", NULL, NULL, NULL, 39, IS_CRITICAL},
        {"floor 40, 41", "40", NULL, NULL, NULL, 41, IS_WARNING},
        {"floor 40, 42", "40", NULL, NULL, NULL, 42, IS_OK},
        {"floor at the cap, 49", "50", NULL, NULL, NULL, 49, IS_CRITICAL},
        {"floor at the cap, 50", "50", NULL, NULL, NULL, 50, IS_OK},
        {"floor and margin end at the cap, 49", "49", NULL, NULL, NULL, 49, IS_WARNING},
        {"floor and margin end at the cap, 50", "49", NULL, NULL, NULL, 50, IS_OK},
        {"margin 0, at the floor", "25", "0", NULL, NULL, 25, IS_OK},
        {"margin 0, below", "25", "0", NULL, NULL, 24, IS_CRITICAL},
        {"margin 10, 34", "25", "10", NULL, NULL, 34, IS_WARNING},
        {"margin 10, 35", "25", "10", NULL, NULL, 35, IS_OK},
        {"margin 1 of a server host, 5", "5", "1", NULL, NULL, 5, IS_WARNING},
        {"margin 1 of a server host, 6", "5", "1", NULL, NULL, 6, IS_OK},
        {"margin 50 ends at the cap, 49", "25", "50", NULL, NULL, 49, IS_WARNING},
        {"margin 50 ends at the cap, 50", "25", "50", NULL, NULL, 50, IS_OK},
        {"a margin without a floor, 27", NULL, "3", NULL, NULL, 27, IS_WARNING},
        {"a margin without a floor, 28", NULL, "3", NULL, NULL, 28, IS_OK},
        {"standby, 0", "0", NULL, NULL, NULL, 0, IS_OK},
        {"standby, 3", "0", "4", NULL, NULL, 3, IS_OK},
        {"standby, 50", "0", NULL, NULL, NULL, 50, IS_OK},
    };
    (void)state;
    check_counts(cases, sizeof cases / sizeof *cases, false);
}

static void the_count_of_office_is_compared_with_its_floor(void **state)
{
    static const struct count_case cases[] = {
        {"no floor, 0", NULL, NULL, NULL, NULL, 0, IS_CRITICAL},
        {"no floor, 4", NULL, NULL, NULL, NULL, 4, IS_CRITICAL},
        {"no floor, 5", NULL, NULL, NULL, NULL, 5, IS_WARNING},
        {"no floor, 6", NULL, NULL, NULL, NULL, 6, IS_WARNING},
        {"no floor, 7", NULL, NULL, NULL, NULL, 7, IS_OK},
        {"no floor, 10", NULL, NULL, NULL, NULL, 10, IS_OK},
        {"floor 8, 7", "8", NULL, NULL, NULL, 7, IS_CRITICAL},
        {"floor 8, 9", "8", NULL, NULL, NULL, 9, IS_WARNING},
        {"floor 8, 10", "8", NULL, NULL, NULL, 10, IS_OK},
        {"floor 10, 9", "10", NULL, NULL, NULL, 9, IS_CRITICAL},
        {"floor 10, 10", "10", NULL, NULL, NULL, 10, IS_OK},
        {"margin 4, 8", NULL, "4", NULL, NULL, 8, IS_WARNING},
        {"margin 4, 9", NULL, "4", NULL, NULL, 9, IS_OK},
        {"margin 10 ends at the cap, 10", NULL, "10", NULL, NULL, 10, IS_OK},
        {"standby, 1", "0", NULL, NULL, NULL, 1, IS_OK},
        {"--warning-office", NULL, NULL, "9:", NULL, 8, IS_WARNING},
        {"--warning-office, met", NULL, NULL, "9:", NULL, 9, IS_OK},
        {"--critical-office", NULL, NULL, NULL, "8:", 7, IS_CRITICAL},
        {"--critical-office, met", NULL, NULL, NULL, "8:", 8, IS_OK},
    };
    (void)state;
    check_counts(cases, sizeof cases / sizeof *cases, true);
}

static void the_user_s_limits_replace_one_level_of_the_count(void **state)
{
    static const struct count_case cases[] = {
        {"-w 35: with a floor, 34", "25", NULL, "35:", NULL, 34, IS_WARNING},
        {"-w 35: with a floor, 35", "25", NULL, "35:", NULL, 35, IS_OK},
        {"-w leaves the critical level", "25", NULL, "35:", NULL, 24, IS_CRITICAL},
        {"-w below the margin", "25", NULL, "26:", NULL, 26, IS_OK},
        {"-c 20: with a floor, 20", "25", NULL, NULL, "20:", 20, IS_WARNING},
        {"-c 20: with a floor, 19", "25", NULL, NULL, "20:", 19, IS_CRITICAL},
        {"-c leaves the warning level", "25", NULL, NULL, "20:", 29, IS_WARNING},
        {"-w without a floor, 9", NULL, NULL, "10:", NULL, 9, IS_WARNING},
        {"-w without a floor, 10", NULL, NULL, "10:", NULL, 10, IS_OK},
        {"-w without a floor leaves the critical level", NULL, NULL, "10:", NULL, 4, IS_CRITICAL},
        {"-c without a floor, 19", NULL, NULL, NULL, "20:", 19, IS_CRITICAL},
        {"-c without a floor, 20", NULL, NULL, NULL, "20:", 20, IS_WARNING},
        {"-c without a floor, 4", NULL, NULL, NULL, "3:", 4, IS_WARNING},
        {"both, met below the floor", "25", NULL, "4:", "3:", 4, IS_OK},
        {"both, 3", "25", NULL, "4:", "3:", 3, IS_WARNING},
        {"both, 2", "25", NULL, "4:", "3:", 2, IS_CRITICAL},
        {"standby with a limit of its own", "0", NULL, "3:", NULL, 2, IS_WARNING},
        {"standby with a limit of its own, met", "0", NULL, "3:", NULL, 3, IS_OK},
        {"an inner range", "25", NULL, "@0:35", "@0:24", 35, IS_WARNING},
        {"an upper end", "5", NULL, "7:9", NULL, 10, IS_WARNING},
    };
    (void)state;
    check_counts(cases, sizeof cases / sizeof *cases, false);
}

static void a_count_is_said_in_words(void **state)
{
    static const struct host_case cases[] = {
        {.name = "below the floor of desktops",
         .rows = {HOST(LICENSED, COUNT(19))},
         .floor = "25",
         .expected = {.says = "Windows count 19, desktops need 25|0xC004F038 KMS count too low|Servers (need "
                              "5) not affected",
                      .details = "19 of 25|cap 50|0xC004F038|2026-08-22|desktops stay unactivated"}},
        {.name = "below the floor of desktops and that of servers",
         .rows = {HOST(LICENSED, COUNT(4))},
         .floor = "25",
         .expected = {.says = "Windows count 4, desktops need 25: new clients get 0xC004F038",
                      .says_not = "not affected"}},
        {.name = "below the floor of servers",
         .rows = {HOST(LICENSED, COUNT(4))},
         .floor = "5",
         .expected = {.says = "Windows count 4, servers need 5: new clients get 0xC004F038"}},
        {.name = "below a floor between the two",
         .rows = {HOST(LICENSED, COUNT(11))},
         .floor = "12",
         .expected = {.says = "Windows count 11, floor is 12: new desktops get 0xC004F038"}},
        {.name = "below a floor that no client asks for",
         .rows = {HOST(LICENSED, COUNT(30))},
         .floor = "40",
         .expected = {.says = "Windows count 30|below the limit of 40",
                      .says_not = "0xC004F038|fail",
                      .details = "none on clients yet|Below 25 new desktops get 0xC004F038"}},
        {.name = "no floor, below 5",
         .rows = {HOST(LICENSED, COUNT(3))},
         .expected = {.says = "Windows count 3|new clients get 0xC004F038 KMS count too low",
                      .says_not = "--floor"}},
        {.name = "no floor, below 25",
         .rows = {HOST(LICENSED, COUNT(12))},
         .expected = {.says = "Windows count 12: enough for servers, not for desktops, set --floor=5 or 25",
                      .details = "0xC004F038"}},
        {.name = "no floor, margin",
         .rows = {HOST(LICENSED, COUNT(26))},
         .expected = {.says = "Windows count 26, desktops need 25, margin 1",
                      .details = "26 of 25|below 30|cap 50"}},
        {.name = "margin",
         .rows = {HOST(LICENSED, COUNT(26))},
         .floor = "25",
         .expected = {.says = "Windows count 26, desktops need 25, margin 1",
                      .details = "When 2 more machines stay away for 30 days",
                      .says_not = "0xC004F038"}},
        {.name = "no margin left",
         .rows = {HOST(LICENSED, COUNT(5))},
         .floor = "5",
         .expected = {.says = "Windows count 5, servers need 5, margin 0",
                      .details = "When 1 more machine stays away"}},
        {.name = "-c below a floor does not speak of --floor",
         .rows = {HOST(LICENSED, COUNT(20))},
         .floor = "25",
         .critical = "10:",
         .expected = {.states = IS_WARNING, .says = "Windows count 20|0xC004F038", .says_not = "--floor"}},
        {.name = "-c without a floor does not call 4 enough",
         .rows = {HOST(LICENSED, COUNT(4))},
         .critical = "3:",
         .expected = {.states = IS_WARNING, .says = "0xC004F038", .says_not = "enough"}},
        {.name = "-c above a floor",
         .rows = {HOST(LICENSED, COUNT(28))},
         .floor = "25",
         .critical = "30:",
         .expected = {.states = IS_CRITICAL,
                      .says = "Windows count 28|below the limit of 30",
                      .says_not = "0xC004F038"}},
        {.name = "limits below a floor, met",
         .rows = {HOST(LICENSED, COUNT(20))},
         .floor = "25",
         .warning = "10:",
         .critical = "8:",
         .expected = {.states = IS_OK, .says = "Windows count 20", .details = "desktops see 0xC004F038"}},
        {.name = "at the cap",
         .rows = {HOST(LICENSED, COUNT(50))},
         .floor = "25",
         .expected = {.says = "Windows count 50|cap", .details = "cap|says nothing about requests today"}},
        {.name = "Office at the cap",
         .rows = {OFFICE_HOST(LICENSED, COUNT(10))},
         .expected = {.says = "Office count 10|cap", .details = "says nothing about requests today"}},
        {.name = "a count that no host reaches is not called its cap",
         .rows = {HOST(LICENSED, COUNT(51))},
         .expected = {.states = IS_OK, .says = "Windows count 51", .says_not = "(cap)"}},
        {.name = "not at the cap",
         .rows = {HOST(LICENSED, COUNT(49))},
         .floor = "25",
         .expected = {.says = "Windows count 49, desktops need 25", .details_not = "requests today"}},
        {.name = "only servers have called",
         .rows = {HOST(LICENSED, COUNT(10))},
         .floor = "5",
         .expected = {.says = "Windows count 10, servers need 5",
                      .details = "10 as long as only servers call"}},
        {.name = "standby",
         .rows = {HOST(LICENSED, COUNT(2))},
         .floor = "0",
         .expected = {.says = "standby"}},
        {.name = "Office below its floor",
         .rows = {OFFICE_HOST(LICENSED, COUNT(3))},
         .expected = {.says = "Office count 3|need 5|0xC004F038 KMS count too low",
                      .says_not = "desktops|ervers|--floor",
                      .details = "3 of 5|cap 10"}},
        {.name = "Office with a limit below its floor",
         .rows = {OFFICE_HOST(LICENSED, COUNT(3))},
         .critical_office = "2:",
         .expected = {.states = IS_WARNING,
                      .says = "Office count 3|0xC004F038",
                      .says_not = "servers|--floor"}},
        {.name = "Office margin",
         .rows = {OFFICE_HOST(LICENSED, COUNT(6))},
         .expected = {.says = "Office count 6|margin 1", .details = "When 2 more machines"}},
        {.name = "Office below a floor that no client asks for",
         .rows = {OFFICE_HOST(LICENSED, COUNT(7))},
         .floor_office = "9",
         .expected = {.states = IS_CRITICAL, .details = "none on clients yet|0xC004F038"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void no_client_has_ever_called_is_no_number(void **state)
{
    static const struct host_case cases[] = {
        {.name = "Windows",
         .rows = {HOST(LICENSED, NONE)},
         .expected = {.states = "WARNING: host-license=OK count-none=WARNING publishing=OK",
                      .metrics = "",
                      .says = "no Windows client has ever called"}},
        {.name = "with a floor",
         .rows = {HOST(LICENSED, NONE)},
         .floor = "25",
         .expected = {.states = "WARNING: host-license=OK count-none=WARNING publishing=OK"}},
        {.name = "with limits",
         .rows = {HOST(LICENSED, NONE)},
         .warning = "30:",
         .critical = "25:",
         .expected = {.states = "WARNING: host-license=OK count-none=WARNING publishing=OK"}},
        {.name = "standby never alerts on its count",
         .rows = {HOST(LICENSED, NONE)},
         .floor = "0",
         .expected = {.states = "OK: host-license=OK count-none=OK publishing=OK"}},
        {.name = "Office",
         .rows = {OFFICE_HOST(LICENSED, NONE)},
         .expected = {.states = "WARNING: host-license=OK count-none=WARNING publishing=OK",
                      .says = "no Office client has ever called",
                      .details_not = "desktop"}},
        {.name = "Office beside Windows",
         .rows = {HOST(LICENSED, COUNT(40)), OFFICE_HOST(LICENSED, NONE)},
         .expected =
             {.states = "WARNING: host-license=OK count=OK host-license=OK count-none=WARNING publishing=OK",
              .metrics = "count=40;30:;5:;0;50 count_headroom=15"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- role and license ---- */

static void a_machine_without_a_host_key_is_critical(void **state)
{
    static const struct host_case cases[] = {
        {.name = "a client key",
         .rows = {CLIENT()},
         .expected = {.states = "CRITICAL: role=CRITICAL",
                      .metrics = "",
                      .says = "not a KMS host",
                      .details = "VOLUME_KMSCLIENT"}},
        {.name = "a client key and no word about the role",
         .rows = {{ROW(.name = "Windows(R), ServerStandard edition",
                       .description = "Windows(R) Operating System, VOLUME_KMSCLIENT channel")}},
         .expected = {.states = "CRITICAL: role=CRITICAL"}},
        {.name = "a host key that is not enabled",
         .rows = {{ROW(.name = "Windows(R)", .description = "Windows(R), VOLUME_KMS channel",
                       .is_kms_host = {true, false}, LICENSED, COUNT(40))}},
         .expected = {.states = "CRITICAL: role=CRITICAL", .says = "not enabled"}},
        {.name = "a host key and a service that says no",
         .rows = {{ROW(.name = "Windows(R)", .description = "Windows(R), VOLUME_KMS channel", LICENSED,
                       COUNT(40))}},
         .service = {.is_kms_host = {true, false}},
         .expected = {.states = "CRITICAL: role=CRITICAL"}},
        {.name = "a host key and nobody says whether it acts",
         .rows = {{ROW(.name = "Windows(R)", .description = "Windows(R), VOLUME_KMS channel", LICENSED,
                       COUNT(40))}},
         .expected = {.states = "UNKNOWN: role=UNKNOWN",
                      .says = "IsKeyManagementServiceMachine not reported"}},
        {.name = "a row that says nothing",
         .rows = {{ROW(.name = "Windows(R)")}},
         .expected = {.states = "UNKNOWN: role=UNKNOWN",
                      .says = "IsKeyManagementServiceMachine not reported"}},
        {.name = "no product at all",
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "nothing judged"}},
        {.name = "a host row without a key",
         .rows = {{.id = "row",
                   .name = "Windows(R)",
                   .description = "Windows(R), VOLUME_KMS channel",
                   .is_kms_host = {true, true},
                   LICENSED,
                   COUNT(40)}},
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "nothing judged"}},
        {.name = "Windows Vista: the service knows",
         .service = {.is_kms_host = {true, true}, COUNT(40)},
         .rows = {{ROW(.name = "Windows(R)", .description = "Windows(R), VOLUME_KMS channel", LICENSED)}},
         .expected = {.states = IS_OK, .metrics = "count=40;30:;5:;0;50 count_headroom=15"}},
        {.name = "Windows Vista: none has called",
         .service = {.is_kms_host = {true, true}, NONE},
         .rows = {{ROW(.name = "Windows(R)", .description = "Windows(R), VOLUME_KMS channel", LICENSED)}},
         .expected = {.states = "WARNING: host-license=OK count-none=WARNING publishing=OK"}},
        {.name = "a client row beside the host row",
         .rows = {CLIENT(), HOST(LICENSED, COUNT(40))},
         .expected = {.states = IS_OK}},
        {.name = "a further host key that does not say whether it acts",
         .rows = {OFFICE_HOST(LICENSED, COUNT(10)),
                  {ROW(.name = "Windows(R)", .description = "Windows(R), VOLUME_KMS channel", LICENSED,
                       COUNT(40))}},
         .expected = {.states = "UNKNOWN: host-license=OK count=OK role=UNKNOWN publishing=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_host_key_that_is_not_licensed_is_critical(void **state)
{
#define NOT_LICENSED "CRITICAL: host-license=CRITICAL count=OK publishing=OK"
    static const struct host_case cases[] = {
        {.name = "Unlicensed",
         .rows = {HOST(STATUS(0), COUNT(40))},
         .expected = {.states = NOT_LICENSED,
                      .says = "Windows host key not activated|clients see 0xC004F041",
                      .details = "reason not reported"}},
        {.name = "Licensed",
         .rows = {HOST(LICENSED, COUNT(40))},
         .expected = {.states = IS_OK, .details = "Licensed, permanent"}},
        {.name = "Licensed until a day",
         .rows = {HOST(STATUS(1), .grace_minutes = {true, 1440}, COUNT(40))},
         .expected = {.states = IS_OK, .details = "until 2026-03-03"}},
        {.name = "initial grace",
         .rows = {HOST(STATUS(2), COUNT(40), REASON(0x4004F00C))},
         .expected = {.states = NOT_LICENSED,
                      .says = "Initial grace period|clients see 0xC004F041",
                      .says_not = "0x4004F00C",
                      .details = "0x4004F00C|slmgr.vbs /ato"}},
        {.name = "additional grace",
         .rows = {HOST(STATUS(3), COUNT(40))},
         .expected = {.states = NOT_LICENSED}},
        {.name = "non-genuine grace",
         .rows = {HOST(STATUS(4), COUNT(40))},
         .expected = {.states = NOT_LICENSED}},
        {.name = "Notification",
         .rows = {HOST(STATUS(5), COUNT(40), REASON(0xC004F00F))},
         .expected =
             {.states = NOT_LICENSED,
              .says = "Windows host key not activated, 0xC004F00F hardware changed|clients see 0xC004F041",
              .details = "Notification, reason 0xC004F00F|clients see 0xC004F041|every client that picks"}},
        {.name = "extended grace",
         .rows = {HOST(STATUS(6), COUNT(40))},
         .expected = {.states = NOT_LICENSED}},
        {.name = "a reason that says that all is well",
         .rows = {HOST(STATUS(5), COUNT(40), REASON(0x4004F040))},
         .expected = {.states = NOT_LICENSED,
                      .says_not = "0x4004F040",
                      .details = "slmgr.vbs /ato",
                      .details_not = "Nothing to do"}},
        {.name = "a status that nobody knows",
         .rows = {HOST(STATUS(7), COUNT(40))},
         .expected = {.states = "UNKNOWN: host-license=UNKNOWN count=OK publishing=OK",
                      .says = "LicenseStatus 7"}},
        {.name = "no status",
         .rows = {HOST(COUNT(40))},
         .expected = {.states = "UNKNOWN: host-license=UNKNOWN count=OK publishing=OK",
                      .says = "LicenseStatus not reported"}},
        {.name = "no count",
         .rows = {HOST(LICENSED)},
         .expected = {.states = "UNKNOWN: host-license=OK count=UNKNOWN publishing=OK",
                      .metrics = "",
                      .says = "KeyManagementServiceCurrentCount not reported"}},
        {.name = "a standby host needs its count, too",
         .rows = {HOST(LICENSED)},
         .floor = "0",
         .expected = {.states = "UNKNOWN: host-license=OK count=UNKNOWN publishing=OK"}},
        {.name = "a count that made no sense",
         .rows = {HOST(LICENSED, .unreadable = "KeyManagementServiceCurrentCount")},
         .expected = {.states = "UNKNOWN: host-license=OK count=UNKNOWN publishing=OK",
                      .says = "KeyManagementServiceCurrentCount",
                      .says_not = "not reported"}},
        {.name = "the license comes before the count, without it nobody is served",
         .rows = {HOST(STATUS(5), COUNT(0), REASON(0xC004F034))},
         .expected = {.states = "CRITICAL: host-license=CRITICAL count=CRITICAL publishing=OK"}},
        {.name = "Office is called so",
         .rows = {OFFICE_HOST(STATUS(5), COUNT(10), REASON(0xC004F00F))},
         .expected = {.states = NOT_LICENSED, .says = "Office host key not activated"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_further_host_key_of_the_application_warns(void **state)
{
    static const struct host_case cases[] = {
        {.name = "the second one is not licensed",
         .rows = {HOST(LICENSED, COUNT(40)), HOST(STATUS(5), COUNT(0), REASON(0xC004F034))},
         .expected = {.states = "WARNING: host-license=OK host-license=WARNING count=OK publishing=OK",
                      .says = "further Windows host key|0xC004F034",
                      .says_not = "clients see",
                      .metrics = "count=40;30:;5:;0;50 count_headroom=15",
                      .details_not = "every client"}},
        {.name = "the first one is not licensed",
         .rows = {HOST(STATUS(5), COUNT(0)), HOST(LICENSED, COUNT(40))},
         .expected = {.states = "WARNING: host-license=OK host-license=WARNING count=OK publishing=OK",
                      .metrics = "count=40;30:;5:;0;50 count_headroom=15"}},
        {.name = "none is licensed",
         .rows = {HOST(STATUS(5), COUNT(40)), HOST(STATUS(0), COUNT(0))},
         .expected = {.states =
                          "CRITICAL: host-license=CRITICAL host-license=WARNING count=OK publishing=OK"}},
        {.name = "both are licensed",
         .rows = {HOST(LICENSED, COUNT(40)), HOST(LICENSED, COUNT(40))},
         .expected = {.states = "OK: host-license=OK host-license=OK count=OK publishing=OK"}},
        {.name = "the second one has no status",
         .rows = {HOST(LICENSED, COUNT(40)), HOST(COUNT(40))},
         .expected = {.states = "UNKNOWN: host-license=OK host-license=UNKNOWN count=OK publishing=OK"}},
        {.name = "that of Office is its own",
         .rows = {HOST(LICENSED, COUNT(40)), OFFICE_HOST(STATUS(5), COUNT(10))},
         .expected = {.states =
                          "CRITICAL: host-license=OK count=OK host-license=CRITICAL count=OK publishing=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- Windows and Office ---- */

static void windows_and_office_are_judged_apart(void **state)
{
#define BOTH(windows, office)                                                                                \
    "host-license=OK count=" windows " host-license=OK count=" office " publishing=OK"
    static const struct host_case cases[] = {
        {.name = "the count of the service is that of Windows and never that of Office",
         .rows = {HOST(LICENSED, COUNT(50)),
                  {ROW(.name = "Office 24, Office24_KMSHostVL_KMS_Host edition",
                       .description = "Office 24, VOLUME_KMS_2024 channel",
                       .application_id = "0ff1ce15-a989-479d-af46-f275c6370663", LICENSED)}},
         .service = {.is_kms_host = {true, true}, .count = {true, 50}},
         .expected = {.states =
                          "UNKNOWN: host-license=OK count=OK host-license=OK count=UNKNOWN publishing=OK"}},
        {.name = "the main host of the lab",
         .rows = {HOST(LICENSED, COUNT(26), COUNTERS(1680, 9, 0, 1598, 57, 6, 0, 19)),
                  OFFICE_HOST(LICENSED, COUNT(10), COUNTERS(744, 0, 0, 732, 12, 0, 0, 0))},
         .service = {SETTINGS},
         .floor = "25",
         .expected = {.states = "WARNING: " BOTH("WARNING", "OK"),
                      .says = "Windows count 26, desktops need 25, margin 1",
                      .says_not = "Office",
                      .details = "DNS publishing on, port 1688, normal priority",
                      .metrics = "count=26;30:;25:;0;50 count_headroom=1;;0: requests_total=1680c "
                                 "requests_failed=9c requests_unlicensed=0c requests_licensed=1598c "
                                 "requests_oob_grace=57c requests_oot_grace=6c requests_non_genuine=0c "
                                 "requests_notification=19c count_office=10;7:;5:;0;10 "
                                 "count_headroom_office=5;;0: requests_total_office=744c "
                                 "requests_failed_office=0c requests_unlicensed_office=0c "
                                 "requests_licensed_office=732c requests_oob_grace_office=12c "
                                 "requests_oot_grace_office=0c requests_non_genuine_office=0c "
                                 "requests_notification_office=0c"}},
        {.name = "-w and -c are for Windows when both are there",
         .rows = {HOST(LICENSED, COUNT(36)), OFFICE_HOST(LICENSED, COUNT(8))},
         .warning = "37:",
         .critical = "10:",
         .expected = {.states = "WARNING: " BOTH("WARNING", "OK"),
                      .metrics = "count=36;37:;10:;0;50 count_headroom=11 count_office=8;7:;5:;0;10 "
                                 "count_headroom_office=3;;0:"}},
        {.name = "-w and -c are for Office when it is alone",
         .rows = {OFFICE_HOST(LICENSED, COUNT(8))},
         .warning = "9:",
         .critical = "6:",
         .expected = {.states = IS_WARNING,
                      .metrics = "count_office=8;9:;6:;0;10 count_headroom_office=3;;0:"}},
        {.name = "-c is for Office when it is alone",
         .rows = {OFFICE_HOST(LICENSED, COUNT(8))},
         .critical = "9:",
         .expected = {.states = IS_CRITICAL}},
        {.name = "--warning-office comes before -w",
         .rows = {OFFICE_HOST(LICENSED, COUNT(8))},
         .warning = "9:",
         .warning_office = "8:",
         .expected = {.states = IS_OK}},
        {.name = "-c that Office can never meet is said and not used",
         .rows = {OFFICE_HOST(LICENSED, COUNT(8))},
         .critical = "25:",
         .expected = {.states = "UNKNOWN: count=UNKNOWN host-license=OK count=OK publishing=OK",
                      .says = "--critical=25: can never be met"}},
        {.name = "--warning-office beside Windows",
         .rows = {HOST(LICENSED, COUNT(36)), OFFICE_HOST(LICENSED, COUNT(8))},
         .warning_office = "9:",
         .expected = {.states = "WARNING: " BOTH("OK", "WARNING")}},
        {.name = "--critical-office beside Windows",
         .rows = {HOST(LICENSED, COUNT(36)), OFFICE_HOST(LICENSED, COUNT(8))},
         .critical_office = "9:",
         .expected = {.states = "CRITICAL: " BOTH("OK", "CRITICAL")}},
        {.name = "the floors are apart",
         .rows = {HOST(LICENSED, COUNT(7)), OFFICE_HOST(LICENSED, COUNT(7))},
         .floor = "5",
         .floor_office = "8",
         .expected = {.states = "CRITICAL: " BOTH("OK", "CRITICAL")}},
        {.name = "Windows on standby, Office not",
         .rows = {HOST(LICENSED, COUNT(0)), OFFICE_HOST(LICENSED, COUNT(4))},
         .floor = "0",
         .expected = {.states = "CRITICAL: " BOTH("OK", "CRITICAL"),
                      .metrics = "count=0;;;0;50 count_headroom=0;;0: count_office=4;7:;5:;0;10 "
                                 "count_headroom_office=-1;;0:"}},
        {.name = "--product=windows",
         .rows = {HOST(LICENSED, COUNT(40)), OFFICE_HOST(STATUS(5), COUNT(0))},
         .products = {"windows"},
         .expected = {.states = IS_OK}},
        {.name = "--product=office",
         .rows = {HOST(STATUS(5), COUNT(0)), OFFICE_HOST(LICENSED, COUNT(10))},
         .products = {"office"},
         .expected = {.states = IS_OK}},
        {.name = "--product=office of a Windows host",
         .rows = {HOST(LICENSED, COUNT(40))},
         .products = {"office"},
         .expected = {.states = "UNKNOWN: product=UNKNOWN", .says = "office"}},
        {.name = "--product=windows of an Office host",
         .rows = {CLIENT(), OFFICE_HOST(LICENSED, COUNT(10))},
         .products = {"windows"},
         .expected = {.states = "CRITICAL: role=CRITICAL"}},
        {.name = "--product by a part of the name",
         .rows = {HOST(LICENSED, COUNT(40)), OFFICE_HOST(STATUS(5), COUNT(0))},
         .products = {"serverstandard"},
         .expected = {.states = IS_OK}},
        {.name = "a floor for a Windows host key that is gone",
         .rows = {CLIENT(), OFFICE_HOST(LICENSED, COUNT(10))},
         .floor = "25",
         .expected = {.states = "UNKNOWN: host-license=OK count=OK count=UNKNOWN publishing=OK",
                      .says = "no Windows host key"}},
        {.name = "limits of Office ask for no Office host key",
         .rows = {HOST(LICENSED, COUNT(40))},
         .floor_office = "8",
         .critical_office = "6:",
         .expected = {.states = IS_OK}},
        {.name = "a lost Windows host key beside --product=windows and office",
         .rows = {CLIENT(), OFFICE_HOST(LICENSED, COUNT(10))},
         .floor = "25",
         .products = {"windows", "office"},
         .expected = {.states = "UNKNOWN: host-license=OK count=OK count=UNKNOWN publishing=OK"}},
        {.name = "a floor of 0 asks for nothing",
         .rows = {CLIENT(), OFFICE_HOST(LICENSED, COUNT(10))},
         .floor = "0",
         .expected = {.states = IS_OK}},
        {.name = "a floor for Windows beside --product=office",
         .rows = {CLIENT(), OFFICE_HOST(LICENSED, COUNT(10))},
         .floor = "25",
         .products = {"office"},
         .expected = {.states = IS_OK}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void metrics_are_those_of_the_contract(void **state)
{
    static const struct host_case cases[] = {
        {.name = "no floor",
         .rows = {HOST(LICENSED, COUNT(12))},
         .expected = {.metrics = "count=12;30:;5:;0;50 count_headroom=-13"}},
        {.name = "floor 25",
         .rows = {HOST(LICENSED, COUNT(12))},
         .floor = "25",
         .expected = {.metrics = "count=12;30:;25:;0;50 count_headroom=-13;;0:"}},
        {.name = "floor 5",
         .rows = {HOST(LICENSED, COUNT(12))},
         .floor = "5",
         .expected = {.metrics = "count=12;7:;5:;0;50 count_headroom=7;;0:"}},
        {.name = "margin",
         .rows = {HOST(LICENSED, COUNT(12))},
         .floor = "5",
         .margin = "1",
         .expected = {.metrics = "count=12;6:;5:;0;50 count_headroom=7;;0:"}},
        {.name = "floor and margin end at the cap",
         .rows = {HOST(LICENSED, COUNT(50))},
         .floor = "49",
         .expected = {.metrics = "count=50;50:;49:;0;50 count_headroom=1;;0:"}},
        {.name = "limits of the user",
         .rows = {HOST(LICENSED, COUNT(40))},
         .warning = "@0:35",
         .critical = "25:",
         .expected = {.metrics = "count=40;@0:35;25:;0;50 count_headroom=15"}},
        {.name = "standby",
         .rows = {HOST(LICENSED, COUNT(3))},
         .floor = "0",
         .expected = {.metrics = "count=3;;;0;50 count_headroom=3;;0:"}},
        {.name = "Office alone",
         .rows = {OFFICE_HOST(LICENSED, COUNT(10))},
         .expected = {.metrics = "count_office=10;7:;5:;0;10 count_headroom_office=5;;0:"}},
        {.name = "only the counters that are there",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(1680, 9))},
         .expected = {.metrics =
                          "count=40;30:;5:;0;50 count_headroom=15 requests_total=1680c requests_failed=9c"}},
        {.name = "the largest counter",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(4294967295U, 0))},
         .expected = {.metrics = "count=40;30:;5:;0;50 count_headroom=15 requests_total=4294967295c "
                                 "requests_failed=0c"}},
        {.name = "the counters of a host that is not licensed",
         .rows = {HOST(STATUS(5), COUNT(0), COUNTERS(0, 84, 0, 0, 0, 0, 0, 0))},
         .expected = {.metrics =
                          "count=0;30:;5:;0;50 count_headroom=-25 requests_total=0c requests_failed=84c "
                          "requests_unlicensed=0c requests_licensed=0c requests_oob_grace=0c "
                          "requests_oot_grace=0c requests_non_genuine=0c requests_notification=0c"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- settings ---- */

static void settings_are_said_and_unusual_ones_warn(void **state)
{
#define WITH(rule) "WARNING: host-license=OK count=OK publishing=OK " rule "=WARNING"
    static const struct host_case cases[] = {
        {.name = "all on",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {SETTINGS},
         .expected = {.states = IS_OK, .details = "DNS publishing on, port 1688, normal priority"}},
        {.name = "nothing reported",
         .rows = {HOST(LICENSED, COUNT(40))},
         .expected = {.states = IS_OK,
                      .details = "DNS publishing not reported, port not reported, priority not reported"}},
        {.name = "DNS publishing off is said",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.dns_publishing = {true, false}},
         .expected = {.states = IS_OK, .details = "DNS publishing off"}},
        {.name = "DNS publishing off, as the user sees it",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.dns_publishing = {true, false}},
         .rules = "publishing=warning",
         .expected = {.states = "WARNING: host-license=OK count=OK publishing=WARNING",
                      .says = "DNS publishing"}},
        {.name = "DNS publishing on does not fire",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {SETTINGS},
         .rules = "publishing=critical",
         .expected = {.states = IS_OK}},
        {.name = "port 0 is 1688",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.listening_port = {true, 0}},
         .expected = {.details = "port 1688"}},
        {.name = "another port",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.listening_port = {true, 1689}},
         .expected = {.states = IS_OK, .details = "port 1689"}},
        {.name = "low priority",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.low_priority = {true, true}},
         .expected = {.states = WITH("priority"), .says = "priority", .details = "slmgr.vbs /spri"}},
        {.name = "an agent that sees the service running",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service_state = "running",
         .expected = {.states = IS_OK}},
        {.name = "an agent that sees the service stopped",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service_state = "stopped",
         .expected = {.states = WITH("presence"),
                      .says = "service sppsvc is stopped",
                      .details = "nothing answers clients on port 1688 while it does not run"}},
        {.name = "on the port of this host",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.listening_port = {true, 1689}},
         .service_state = "stop pending",
         .expected = {.states = WITH("presence"), .details = "nothing answers clients on port 1689"}},
        {.name = "a stopped service, as the user sees it",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service_state = "stopped",
         .rules = "presence=critical",
         .expected = {.states = "CRITICAL: host-license=OK count=OK publishing=OK presence=CRITICAL"}},
        {.name = "the usual intervals",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(10080), ACTIVATION(120))},
         .expected = {.states = IS_OK}},
        {.name = "renewal at 30000",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(30000))},
         .expected = {.states = IS_OK}},
        {.name = "renewal above 30000",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(30001))},
         .expected =
             {.states = WITH("interval"),
              .says = "30001",
              .details =
                  "activation interval not reported, renewal interval 30001 minutes|slmgr.vbs /sri 10080"}},
        {.name = "renewal at 60",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(60))},
         .expected = {.states = IS_OK}},
        {.name = "renewal below 60",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(59))},
         .expected = {.states = WITH("interval"), .says = "60"}},
        {.name = "activation at 60",
         .rows = {HOST(LICENSED, COUNT(40), ACTIVATION(60))},
         .expected = {.states = IS_OK}},
        {.name = "activation below 60",
         .rows = {HOST(LICENSED, COUNT(40), ACTIVATION(59))},
         .expected = {.states = WITH("interval"), .details = "59 minutes|slmgr.vbs /sai 120"}},
        {.name = "activation above 30000",
         .rows = {HOST(LICENSED, COUNT(40), ACTIVATION(43200))},
         .expected = {.states = IS_OK}},
        {.name = "0 is no interval",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(0), ACTIVATION(0))},
         .expected = {.states = IS_OK}},
        {.name = "the service knows the intervals",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {RENEWAL(43200), ACTIVATION(120)},
         .expected = {.states = WITH("interval")}},
        {.name = "the row comes before the service",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(10080))},
         .service = {RENEWAL(43200)},
         .expected = {.states = IS_OK}},
        {.name = "off",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(43200))},
         .rules = "interval=off",
         .expected = {.states = IS_OK}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- the previous run ---- */

#define BEFORE                                                                                               \
    "count=40;30:;25:;0;50 requests_total=1000c requests_failed=100c requests_unlicensed=0c "                \
    "requests_licensed=900c requests_oob_grace=50c requests_oot_grace=10c requests_non_genuine=0c "          \
    "requests_notification=40c"
#define NOW(t, f, l) HOST(LICENSED, COUNT(40), COUNTERS(1000 + (t), 100 + (f), 0, 900 + (l), 50, 10, 0, 40))
#define THEN .previous = BEFORE, .previous_time = MOMENT - HOUR
#define SHARE(state) state ": host-license=OK count=OK failed-share=" state " idle=OK publishing=OK"

static void failed_requests_are_compared_with_all_of_the_interval(void **state)
{
    static const struct host_case cases[] = {
        {.name = "none failed", .rows = {NOW(20, 0, 20)}, THEN, .expected = {.states = SHARE("OK")}},
        {.name = "no request", .rows = {NOW(0, 0, 0)}, THEN, .expected = {.states = SHARE("OK")}},
        {.name = "10 of 40",
         .rows = {NOW(40, 10, 30)},
         THEN,
         .expected = {.states = SHARE("WARNING"), .says = "at most 25 %", .details = "10 of 40"}},
        {.name = "10 of 41", .rows = {NOW(41, 10, 31)}, THEN, .expected = {.states = SHARE("OK")}},
        {.name = "9 of 9 are no pattern", .rows = {NOW(0, 9, 0)}, THEN, .expected = {.states = SHARE("OK")}},
        {.name = "10 of 10, nothing succeeded",
         .rows = {NOW(0, 10, 0)},
         THEN,
         .expected = {.states = SHARE("CRITICAL"), .says = "no request succeeded|10 failed"}},
        {.name = "the total contains the failed ones, nothing succeeded",
         .rows = {NOW(10, 10, 0)},
         THEN,
         .expected = {.states = SHARE("CRITICAL")}},
        {.name = "the total grew by more than failed",
         .rows = {NOW(11, 10, 0)},
         THEN,
         .expected = {.states = SHARE("WARNING"), .says = "at most 91 %"}},
        {.name = "a status counter grew",
         .rows = {NOW(0, 10, 1)},
         THEN,
         .expected = {.states = SHARE("WARNING")}},
        {.name = "the counters by status say more than the total",
         .rows = {NOW(20, 10, 41)},
         THEN,
         .expected = {.states = SHARE("OK"), .details = "10 of 41"}},
        {.name = "the failed ones say more than both",
         .rows = {NOW(5, 12, 5)},
         THEN,
         .expected = {.states = SHARE("WARNING"), .details = "12 of 12"}},
        {.name = "without the counters by status nothing is critical",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(1000, 120))},
         THEN,
         .expected = {.states = SHARE("WARNING")}},
        {.name = "without the failed ones no share",
         .rows = {HOST(LICENSED, COUNT(40), .requests = {.total = {true, 1010}})},
         THEN,
         .expected = {.states = SHARE("OK"),
                      .details = "not compared",
                      .metrics = "count=40;30:;5:;0;50 count_headroom=15 requests_total=1010c idle=0s"}},
        {.name = "of Office",
         .rows = {OFFICE_HOST(LICENSED, COUNT(10), TOTAL_AND_FAILED(10, 20))},
         .previous = "requests_total_office=0c requests_failed_office=0c",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SHARE("WARNING"), .says = "Office requests"}},
        {.name = "as the user sees it",
         .rows = {NOW(0, 10, 0)},
         THEN,
         .rules = "failed-share=warning",
         .expected = {.states = SHARE("WARNING")}},
        {.name = "off",
         .rows = {NOW(0, 10, 0)},
         THEN,
         .rules = "failed-share=off",
         .expected = {.states = "OK: host-license=OK count=OK idle=OK publishing=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

#define IDLE(state) state ": host-license=OK count=OK failed-share=OK idle=" state " publishing=OK"
#define SKIPPED "OK: host-license=OK count=OK idle=OK publishing=OK"
#define QUIET(n) HOST(LICENSED, COUNT(n), TOTAL_AND_FAILED(1000, 100))
#define QUIET_METRICS "count=40;30:;5:;0;50 count_headroom=15 requests_total=1000c requests_failed=100c"
#define PERFDATA(idle) "requests_total=1000c requests_failed=100c idle=" idle "s"

static void idle_time_adds_up_from_run_to_run(void **state)
{
    static const struct host_case cases[] = {
        {.name = "the first run",
         .rows = {QUIET(40)},
         .expected = {.states = COUNTED("OK"), .metrics = QUIET_METRICS}},
        {.name = "an empty string is the first run",
         .rows = {QUIET(40)},
         .previous = "",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = COUNTED("OK"), .metrics = QUIET_METRICS}},
        {.name = "requests came",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(1001, 100))},
         .previous = PERFDATA("99999"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK"),
                      .metrics = "count=40;30:;5:;0;50 count_headroom=15 requests_total=1001c "
                                 "requests_failed=100c idle=0s"}},
        {.name = "only failed ones came",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(1000, 101))},
         .previous = PERFDATA("99999"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK"),
                      .metrics = "count=40;30:;5:;0;50 count_headroom=15 requests_total=1000c "
                                 "requests_failed=101c idle=0s"}},
        {.name = "none came",
         .rows = {QUIET(40)},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK"), .metrics = QUIET_METRICS " idle=5400s"}},
        {.name = "none came, and the run before had no idle time",
         .rows = {QUIET(40)},
         .previous = "requests_total=1000c requests_failed=100c",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK"), .metrics = QUIET_METRICS " idle=3600s"}},
        {.name = "two runs in one second",
         .rows = {QUIET(40)},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT,
         .expected = {.states = IDLE("OK"), .metrics = QUIET_METRICS " idle=1800s"}},
        {.name = "an old document does not stop the clock",
         .rows = {QUIET(40)},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT - HOUR,
         .moment = MOMENT - DAY,
         .expected = {.states = IDLE("OK"), .metrics = QUIET_METRICS " idle=5400s"}},
        {.name = "4 days",
         .rows = {QUIET(40)},
         .previous = PERFDATA("342000"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK"), .metrics = QUIET_METRICS " idle=345600s"}},
        {.name = "a second more",
         .rows = {QUIET(40)},
         .previous = PERFDATA("342001"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("WARNING"), .says = "no request for 4.0 days"}},
        {.name = "16 clients: 4 days",
         .rows = {QUIET(16)},
         .floor = "5",
         .previous = PERFDATA("342001"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("WARNING")}},
        {.name = "8 clients: 8 days",
         .rows = {QUIET(8)},
         .floor = "5",
         .previous = PERFDATA("687600"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK")}},
        {.name = "8 clients: a second more",
         .rows = {QUIET(8)},
         .floor = "5",
         .previous = PERFDATA("687601"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("WARNING")}},
        {.name = "1 client: 64 days",
         .rows = {QUIET(1)},
         .floor = "0",
         .previous = PERFDATA("5526000"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK")}},
        {.name = "1 client: a second more",
         .rows = {QUIET(1)},
         .floor = "0",
         .previous = PERFDATA("5526001"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("WARNING")}},
        {.name = "no client, no state",
         .rows = {QUIET(0)},
         .floor = "0",
         .previous = PERFDATA("99999999"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("OK"), .details_not = "alerts above"}},
        {.name = "none has ever called, no state",
         .rows = {HOST(LICENSED, NONE, TOTAL_AND_FAILED(1000, 100))},
         .floor = "0",
         .previous = PERFDATA("99999999"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = "OK: host-license=OK count-none=OK failed-share=OK idle=OK publishing=OK"}},
        {.name = "of Office",
         .rows = {OFFICE_HOST(LICENSED, COUNT(10), TOTAL_AND_FAILED(10, 0))},
         .previous = "requests_total_office=10c requests_failed_office=0c idle=5s idle_office=900000s",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = IDLE("WARNING"),
                      .says = "no Office request",
                      .metrics =
                          "count_office=10;7:;5:;0;10 count_headroom_office=5;;0: requests_total_office=10c "
                          "requests_failed_office=0c idle_office=903600s"}},
        {.name = "as the user sees it",
         .rows = {QUIET(40)},
         .previous = PERFDATA("342001"),
         .previous_time = MOMENT - HOUR,
         .rules = "idle=critical",
         .expected = {.states = IDLE("CRITICAL")}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void what_cannot_be_compared_is_said_and_skipped(void **state)
{
    static const struct host_case cases[] = {
        {.name = "a counter fell",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(999, 100))},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SKIPPED,
                      .details = "fell",
                      .metrics =
                          "count=40;30:;5:;0;50 count_headroom=15 requests_total=999c requests_failed=100c"}},
        {.name = "one fell and another grew",
         .rows = {HOST(LICENSED, COUNT(40), TOTAL_AND_FAILED(50, 200))},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SKIPPED}},
        {.name = "no counters in the document",
         .rows = {HOST(LICENSED, COUNT(40))},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SKIPPED,
                      .details = "not compared",
                      .metrics = "count=40;30:;5:;0;50 count_headroom=15"}},
        {.name = "no counters in the previous run",
         .rows = {QUIET(40)},
         .previous = "count=40;30:;25:;0;50",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SKIPPED, .details = "not compared", .metrics = QUIET_METRICS}},
        {.name = "nonsense",
         .rows = {QUIET(40)},
         .previous = "requests_total=xc requests_failed=",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SKIPPED, .details = "not compared", .metrics = QUIET_METRICS}},
        {.name = "the macro of Nagios was not replaced",
         .rows = {QUIET(40)},
         .previous = "$SERVICEPERFDATA$",
         .previous_time = MOMENT - HOUR,
         .expected = {.states = SKIPPED, .details = "not compared"}},
        {.name = "without --previous-time",
         .rows = {QUIET(40)},
         .previous = PERFDATA("1800"),
         .expected = {.states = SKIPPED, .details = "--previous-time", .metrics = QUIET_METRICS}},
        {.name = "before the first run",
         .rows = {QUIET(40)},
         .previous = PERFDATA("1800"),
         .previous_time = NEVER,
         .expected = {.states = SKIPPED, .details = "--previous-time", .metrics = QUIET_METRICS}},
        {.name = "a time in the future",
         .rows = {QUIET(40)},
         .previous = PERFDATA("1800"),
         .previous_time = MOMENT + HOUR,
         .expected = {.states = SKIPPED, .details = "--previous-time", .metrics = QUIET_METRICS}},
        {.name = "an idle time that is nonsense counts as none",
         .rows = {QUIET(40)},
         .previous = PERFDATA("-7"),
         .previous_time = MOMENT - HOUR,
         .expected = {.metrics = QUIET_METRICS " idle=3600s"}},
        {.name = "quotes around labels",
         .rows = {QUIET(40)},
         .previous = "'requests_total'=1000c;;;0 'requests_failed'=100c;;;0 'idle'=1800s",
         .previous_time = MOMENT - HOUR,
         .expected = {.metrics = QUIET_METRICS " idle=5400s"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- rules ---- */

static void a_rule_has_the_state_that_the_user_gives_it(void **state)
{
    static const struct host_case cases[] = {
        {.name = "role=warning",
         .rows = {CLIENT()},
         .rules = "role=warning",
         .expected = {.states = "WARNING: role=WARNING"}},
        {.name = "role=off is no OK",
         .rows = {CLIENT()},
         .rules = "role=off",
         .expected = {.states = "UNKNOWN:"}},
        {.name = "host-license=ok",
         .rows = {HOST(STATUS(5), COUNT(40))},
         .rules = "host-license=ok",
         .expected = {.states = IS_OK}},
        {.name = "a missing status is not made OK",
         .rows = {HOST(COUNT(40))},
         .rules = "host-license=ok",
         .expected = {.states = "UNKNOWN: host-license=UNKNOWN count=OK publishing=OK"}},
        {.name = "count=warning for both levels",
         .rows = {HOST(LICENSED, COUNT(0))},
         .rules = "count=warning",
         .expected = {.states = IS_WARNING}},
        {.name = "count=ok",
         .rows = {HOST(LICENSED, COUNT(0))},
         .rules = "count=ok",
         .expected = {.states = IS_OK}},
        {.name = "count=off keeps the metric",
         .rows = {HOST(LICENSED, COUNT(0))},
         .rules = "count=off",
         .expected = {.states = "OK: host-license=OK publishing=OK",
                      .metrics = "count=0;30:;5:;0;50 count_headroom=-25"}},
        {.name = "count does not fire",
         .rows = {HOST(LICENSED, COUNT(40))},
         .rules = "count=critical",
         .expected = {.states = IS_OK}},
        {.name = "count-none=critical",
         .rows = {HOST(LICENSED, NONE)},
         .rules = "count-none=critical",
         .expected = {.states = "CRITICAL: host-license=OK count-none=CRITICAL publishing=OK"}},
        {.name = "count-none=ok",
         .rows = {HOST(LICENSED, NONE)},
         .rules = "count-none=ok",
         .expected = {.states = "OK: host-license=OK count-none=OK publishing=OK"}},
        {.name = "priority=off",
         .rows = {HOST(LICENSED, COUNT(40))},
         .service = {.low_priority = {true, true}},
         .rules = "priority=off",
         .expected = {.states = IS_OK}},
        {.name = "interval=critical",
         .rows = {HOST(LICENSED, COUNT(40), RENEWAL(43200))},
         .rules = "interval=critical",
         .expected = {.states = "CRITICAL: host-license=OK count=OK publishing=OK interval=CRITICAL"}},
        {.name = "a limit that cannot be compared is not made OK",
         .rows = {OFFICE_HOST(LICENSED, COUNT(10))},
         .floor = "5",
         .rules = "count=ok",
         .expected = {.states = "UNKNOWN: host-license=OK count=OK count=UNKNOWN publishing=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void the_rules_are_those_of_the_contract(void **state)
{
    static const char *const ids[] = {"agent",    "login",        "machine",  "age",          "product",
                                      "role",     "host-license", "count",    "count-none",   "publishing",
                                      "priority", "interval",     "presence", "failed-share", "idle"};
    (void)state;
    assert_int_equal(HOST_RULE_COUNT, sizeof ids / sizeof *ids);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_string_equal(host_rules[i].id, ids[i]);
        assert_non_null(host_rules[i].summary);
    }
}

static void a_range_that_alerts_at_every_count_can_never_be_met(void **state)
{
    static const struct {
        const char *range;
        enum application application;
        bool can_meet;
    } cases[] = {
        {"50:", APPLICATION_WINDOWS, true},    {"51:", APPLICATION_WINDOWS, false},
        {"50.5:", APPLICATION_WINDOWS, false}, {"10:", APPLICATION_OFFICE, true},
        {"11:", APPLICATION_OFFICE, false},    {"0:", APPLICATION_OFFICE, true},
        {"60:70", APPLICATION_WINDOWS, false}, {"@0:49", APPLICATION_WINDOWS, true},
        {"@0:50", APPLICATION_WINDOWS, false}, {"@60:70", APPLICATION_WINDOWS, true},
        {"~:-1", APPLICATION_WINDOWS, false},  {"~:0", APPLICATION_WINDOWS, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range range = range_of(cases[i].range);
        require_equal(cases[i].range, "can be met",
                      count_can_meet(&range, cases[i].application) ? "yes" : "no",
                      cases[i].can_meet ? "yes" : "no");
    }
}

/* Every code of the catalogue as the reason of a host key. */
static void every_code_fits_the_first_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        uint32_t code = activation_error_code(activation_error_at(i));
        for (uint32_t status = 0; status <= 6; status++) {
            char sentence[60];
            snprintf(sentence, sizeof sentence, "0x%08X, status %u", (unsigned)code, (unsigned)status);
            struct host_case input = {.name = sentence,
                                      .rows = {HOST(STATUS(status), COUNT(40), REASON(code)),
                                               OFFICE_HOST(LICENSED, COUNT(9)),
                                               OFFICE_HOST(STATUS(status), COUNT(9), REASON(code))}};
            check_case(&input);
        }
    }
}

/* ---- properties over generated facts ---- */

static struct license generate_row(uint32_t *seed)
{
    static const uint32_t counts[] = {0, 1, 4, 5, 6, 7, 10, 24, 25, 29, 30, 49, 50};
    struct license row =
        pick(seed, 2) == 0 ? (struct license)HOST(LICENSED) : (struct license)OFFICE_HOST(LICENSED);
    row.status.value = pick(seed, 2) == 0 ? LICENSE_LICENSED : pick(seed, 8);
    row.count = (struct known_number) {true, counts[pick(seed, sizeof counts / sizeof *counts)]};
    row.is_kms_host.value = pick(seed, 6) > 0;
    row.renewal_interval = (struct known_number) {true, pick(seed, 4) == 0 ? 43200 : 10080};
    return row;
}

static struct host_case generate_case(uint32_t *seed)
{
    static const char *const floors[] = {NULL, NULL, "0", "5", "25", "40"};
    struct host_case input = {.name = "generated",
                              .floor = floors[pick(seed, sizeof floors / sizeof *floors)]};
    unsigned count = 1 + pick(seed, 3);
    for (unsigned i = 0; i < count; i++)
        input.rows[i] = generate_row(seed);
    input.service.low_priority = (struct known_flag) {true, pick(seed, 6) == 0};
    return input;
}

enum { GENERATED_CASES = 20000 };

static void ok_is_never_said_without_a_host_and_its_count(void **state)
{
    uint32_t seed = 1;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct host_case input = generate_case(&seed);
        for (size_t row = 0; row < count_rows(input.rows); row++) {
            switch (pick(&seed, 5)) {
            case 0:
                input.rows[row].partial_product_key = NULL;
                break;
            case 1:
                input.rows[row].count = (struct known_number) {0};
                break;
            case 2:
                input.rows[row].is_kms_host = (struct known_flag) {0};
                break;
            default:
                break;
            }
        }
        struct report report;
        judge(&input, &report);
        bool has_license = false, has_count = false;
        for (const struct finding *finding = report.first; finding != NULL; finding = finding->next) {
            has_license |= strcmp(finding->rule, "host-license") == 0;
            has_count |= strcmp(finding->rule, "count") == 0;
        }
        if (report_state(&report) == STATE_OK && !(has_license && has_count))
            fail_msg("generated case %u is OK without a judged host", i);
        report_done(&report);
    }
}

static void leaving_out_a_fact_never_makes_ok_of_a_fault(void **state)
{
    uint32_t seed = 2;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct host_case whole = generate_case(&seed);
        struct host_case input = whole;
        for (size_t row = 0; row < count_rows(input.rows); row++) {
            struct license *license = &input.rows[row];
            if (pick(&seed, 4) == 0)
                license->status = (struct known_number) {0};
            if (pick(&seed, 4) == 0)
                license->count = (struct known_number) {0};
            if (pick(&seed, 4) == 0 && license->is_kms_host.value)
                license->is_kms_host = (struct known_flag) {0};
            if (pick(&seed, 4) == 0)
                license->name = NULL;
        }
        bool is_blind = input.service.low_priority.value; /* low priority is seen or not, it is optional */
        for (size_t row = 0; row < count_rows(input.rows); row++)
            is_blind |= input.rows[row].renewal_interval.value > 30000; /* that of one row counts */
        if (!is_blind && state_of(&input) == STATE_OK && state_of(&whole) != STATE_OK)
            fail_msg("generated case %u becomes OK when facts are left out", i);
    }
}

static void fewer_clients_are_never_better(void **state)
{
    uint32_t seed = 3;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct host_case input = generate_case(&seed);
        enum state before = state_of(&input);
        struct known_number *count = &input.rows[pick(&seed, (unsigned)count_rows(input.rows))].count;
        if (count->value == 0)
            continue;
        count->value = pick(&seed, count->value);
        if (state_severity(state_of(&input)) < state_severity(before))
            fail_msg("generated case %u is better with fewer clients", i);
    }
}

static void losing_a_license_or_a_role_is_never_better(void **state)
{
    uint32_t seed = 4;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct host_case input = generate_case(&seed);
        struct license *license = &input.rows[pick(&seed, (unsigned)count_rows(input.rows))];
        if (license->status.value != LICENSE_LICENSED || !license->is_kms_host.value)
            continue;
        /* the row that counts is the licensed one, so all rows have the same count here */
        for (size_t row = 0; row < count_rows(input.rows); row++) {
            input.rows[row].count.value = 10;
            input.rows[row].renewal_interval.value = 10080;
        }
        enum state before = state_of(&input);
        license->status.value = LICENSE_NOTIFICATION;
        if (state_severity(state_of(&input)) < state_severity(before))
            fail_msg("generated case %u is better without a license", i);
        for (size_t row = 0; row < count_rows(input.rows); row++)
            input.rows[row].is_kms_host.value = false;
        require_equal("no role", "state", state_name(state_of(&input)), "CRITICAL");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_count_of_windows_is_compared_with_its_floor),
        cmocka_unit_test(the_count_of_office_is_compared_with_its_floor),
        cmocka_unit_test(the_user_s_limits_replace_one_level_of_the_count),
        cmocka_unit_test(a_count_is_said_in_words),
        cmocka_unit_test(no_client_has_ever_called_is_no_number),
        cmocka_unit_test(a_machine_without_a_host_key_is_critical),
        cmocka_unit_test(a_host_key_that_is_not_licensed_is_critical),
        cmocka_unit_test(a_further_host_key_of_the_application_warns),
        cmocka_unit_test(windows_and_office_are_judged_apart),
        cmocka_unit_test(metrics_are_those_of_the_contract),
        cmocka_unit_test(settings_are_said_and_unusual_ones_warn),
        cmocka_unit_test(failed_requests_are_compared_with_all_of_the_interval),
        cmocka_unit_test(idle_time_adds_up_from_run_to_run),
        cmocka_unit_test(what_cannot_be_compared_is_said_and_skipped),
        cmocka_unit_test(a_rule_has_the_state_that_the_user_gives_it),
        cmocka_unit_test(the_rules_are_those_of_the_contract),
        cmocka_unit_test(a_range_that_alerts_at_every_count_can_never_be_met),
        cmocka_unit_test(every_code_fits_the_first_line),
        cmocka_unit_test(ok_is_never_said_without_a_host_and_its_count),
        cmocka_unit_test(leaving_out_a_fact_never_makes_ok_of_a_fault),
        cmocka_unit_test(fewer_clients_are_never_better),
        cmocka_unit_test(losing_a_license_or_a_role_is_never_better),
    };
    return cmocka_run_group_tests_name("judge_host", tests, NULL, NULL);
}
