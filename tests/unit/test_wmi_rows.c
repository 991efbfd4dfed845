/* SPDX-License-Identifier: MIT */
/* Templates for check_wmi and the rows that fill them. */
#include "test_license_facts.h"

#include "payload/cim_row.h"
#include "payload/wmi_rows.h"

enum { SETS = WMI_ACTIVATION + 1 };

#define ID1 "00000000-0000-4000-8000-000000000002"
#define ID2 "00000000-0000-4000-8000-0000000000a1"
#define VISTA(id, name, description)                                                                         \
    "[[ID=" id                                                                                               \
    ";;APP=55c92734-d682-4d71-983e-d6ec3f16059f;;KEY=XXXXX;;LS=1;;LSR=1074065472;;G=258780;;ADD=0;;N=" name  \
    ";;D=" description "]]"
#define ROW1 VISTA(ID1, "Windows", "VOLUME_KMSCLIENT channel")
#define ROW2 VISTA(ID2, "Office 24", "VOLUME_MAK channel")
#define FACTS1                                                                                               \
    "row: Windows, channel=kms-client key=XXXXX status=1 reason=0x4004F040 minutes=258780 addon=no\n"
#define FACTS2 "row: Office 24, channel=mak key=XXXXX status=1 reason=0x4004F040 minutes=258780 addon=no\n"

/* Every column is one that the facts keep: what is not kept is not asked for. */
static void templates_ask_for_what_is_kept(void **state)
{
    (void)state;
    for (int set = 0; set < SETS; set++) {
        struct license license = {0};
        struct licensing_service service = {0};
        struct arena arena = {0};
        struct cim_row row = set == WMI_LICENSING_SERVICE ? cim_row_of_service(&arena, &service)
                                                          : cim_row_of_product(&arena, &license);
        struct text template;
        text_start(&template, 6000);
        wmi_rows_template((enum wmi_columns)set, &template);
        struct span rest = {template.bytes, template.length};
        size_t count = 0;
        while (span_find(rest, '(') < rest.length) {
            rest = span_from(rest, span_find(rest, '(') + 1);
            const char *name = arena_copy(&arena, span_first(rest, span_find(rest, ')')));
            if (set != WMI_ACTIVATION && cim_row_property(&row, name) == NULL)
                fail_msg("set %d asks for %s, which is not kept", set, name);
            count++;
        }
        assert_true(text_ok(&template) && count > 0);
        arena_done(&arena);
        text_done(&template);
    }
}

static bool has_column(enum wmi_columns set, const char *property)
{
    struct text template, column;
    text_start(&template, 6000);
    text_start(&column, 200);
    wmi_rows_template(set, &template);
    text_append_format(&column, "%%(%s)", property);
    bool has = strstr(text_string(&template), text_string(&column)) != NULL;
    text_done(&template);
    text_done(&column);
    return has;
}

static void old_windows_is_not_asked_for_new_columns(void **state)
{
    static const struct {
        const char *property;
        bool is_new, is_windows_7, is_vista, is_service;
    } cases[] = {
        {"LicenseStatus", true, true, true, false},
        {"GracePeriodRemaining", true, true, true, false},
        {"VLActivationType", true, false, false, false},
        {"ADActivationObjectName", true, false, false, false},
        {"DiscoveredKeyManagementServiceMachineIpAddress", true, false, false, false},
        {"KeyManagementServiceCurrentCount", true, true, false, true},
        {"KeyManagementServiceNotificationRequests", true, true, false, true},
        {"VLRenewalInterval", true, true, false, true},
        {"KeyManagementServiceListeningPort", false, false, false, true},
        {"OA3xOriginalProductKey", false, false, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *property = cases[i].property;
        if (has_column(WMI_PRODUCT, property) != cases[i].is_new ||
            has_column(WMI_PRODUCT_WINDOWS_7, property) != cases[i].is_windows_7 ||
            has_column(WMI_PRODUCT_VISTA, property) != cases[i].is_vista ||
            has_column(WMI_LICENSING_SERVICE, property) != cases[i].is_service)
            fail_msg("%s is not in the sets where it belongs", property);
    }
}

struct rows_case {
    const char *name, *text, *outcome; /* facts, or words of the refusal */
    size_t count;
};

static void check_rows(enum wmi_columns set, const struct rows_case *expected)
{
    struct license_document document = {0};
    struct problem why = {.kind = PROBLEM_NONE};
    struct text facts;
    size_t count = 99;
    bool is_read = wmi_rows_read(set, span_of(expected->text), &document, &count, &why);
    facts_print(&document, &facts);
    if (is_read && (strcmp(text_string(&facts), expected->outcome) != 0 || count != expected->count))
        fail_msg("%s:\n--- expected %zu\n%s\n--- read %zu\n%s", expected->name, expected->count,
                 expected->outcome, count, text_string(&facts));
    if (!is_read && (expected->count != 99 || strstr(why.sentence, expected->outcome) == NULL ||
                     document.license_count != 0 || count != 99))
        fail_msg("%s:\n--- expected\n%s\n--- refused\n%s\n%s", expected->name, expected->outcome,
                 why.sentence, text_string(&facts));
    if (is_read && expected->count == 99)
        fail_msg("%s: was read", expected->name);
    text_done(&facts);
    license_document_done(&document);
}

static void rows_are_read_strictly(void **state)
{
    static const struct rows_case cases[] = {
        {"no-rows", "", "", 0},
        {"one-row", ROW1, FACTS1, 1},
        {"two-rows", ROW1 ", " ROW2, FACTS1 FACTS2, 2},
        {"two-rows-on-lines", ROW1 "\n" ROW2, FACTS1 FACTS2, 2},
        {"two-rows-on-windows-lines", ROW1 "\r\n" ROW2, FACTS1 FACTS2, 2},
        {"value-with-single-marks", VISTA(ID1, "W; [x] = (y), \"z\" %(ID)", "RETAIL channel"),
         "row: W; [x] = (y), \"z\" %(ID), channel=retail key=XXXXX status=1 reason=0x4004F040 minutes=258780 "
         "addon=no\n",
         1},
        {"blank-before", " " ROW1, "row 1: it does not begin as a row", 99},
        {"state-before", "OK: " ROW1, "row 1: it does not begin as a row", 99},
        {"blank-behind", ROW1 " ", "something follows it that is no row", 99},
        {"line-end-behind", ROW1 "\n", "the next row was cut", 99},
        {"comma-behind", ROW1 ", ", "the next row was cut", 99},
        {"rows-without-separator", ROW1 ROW2, "something follows it that is no row", 99},
        {"other-separator", ROW1 "; " ROW2, "something follows it that is no row", 99},
        {"text-between", ROW1 ", x, " ROW2, "row 2: it does not begin as a row", 99},
        {"second-row-cut", ROW1 ", [[ID=" ID2 ";;APP=x;;KEY=XXXXX;;LS=1", "row 2: it was cut", 99},
        {"value-with-column-mark", VISTA(ID1, "Win;;dows", "RETAIL"), "a value holds the marks", 99},
        {"value-ends-in-semicolon", VISTA(ID1, "Windows;", "RETAIL"), "a value holds the marks", 99},
        {"value-with-row-begin", VISTA(ID1, "Win[[dows", "RETAIL"), "a value holds the marks", 99},
        {"value-with-row-end", VISTA(ID1, "Win]]dows", "RETAIL"), "a value holds the marks", 99},
        {"last-value-with-column-mark", VISTA(ID1, "Windows", "RE;;TAIL"), "a value holds the marks", 99},
        {"last-value-with-row-begin", VISTA(ID1, "Windows", "RE[[TAIL"), "a value holds the marks", 99},
        {"last-value-ends-in-bracket", VISTA(ID1, "Windows", "RETAIL]"), "something follows it", 99},
        {"last-value-with-row-end", VISTA(ID1, "Windows", "RE]]TAIL"), "something follows it", 99},
        {"forged-column", VISTA(ID1, "x;;D=VOLUME_MAK", "RETAIL"), "a value holds the marks", 99},
        {"forged-row-of-the-same-id", VISTA(ID1, "x;;D=x]], " VISTA(ID1, "y", "z"), "RETAIL"),
         "something follows it that is no row", 99},
        {"row-twice", ROW1 ", " ROW1, "row 2: it has the ID of an earlier one", 99},
        {"no-id", VISTA("", "Windows", "RETAIL"), "row 1: it has no ID", 99},
        {"columns-in-another-order", "[[APP=x;;ID=" ID1 "]]", "its columns are not those", 99},
        {"tag-of-another-case", "[[id=" ID1 "]]", "its columns are not those", 99},
        {"column-missing", "[[ID=" ID1 ";;KEY=XXXXX;;LS=1]]", "its columns are not those", 99},
        {"template-not-filled-in", "[[ID=%(ID);;APP=%(ApplicationID)]]", "it was cut", 99},
        {"empty-row", "[[]]", "it was cut", 99},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_rows(WMI_PRODUCT_VISTA, &cases[i]);
}

static void values_are_absent_unreadable_or_negative(void **state)
{
    static const struct rows_case cases[] = {
        {"absent-and-unreadable",
         "[[ID=" ID1 ";;APP=<NULL>;;KEY=;;LS=???;;LSR=-1073418124;;G=-1;;ADD=True;;N=Windows;;D=<NULL>]]",
         "row: Windows, reason=0xC004F074 addon=yes unreadable=LicenseStatus, GracePeriodRemaining\n", 1},
        {"words-for-flags", "[[ID=" ID1 ";;APP=x;;KEY=XXXXX;;LS=one;;LSR=;;G=0;;ADD=-1;;N=;;D=RETAIL]]",
         "row: no name, channel=retail key=XXXXX minutes=0 addon=yes unreadable=LicenseStatus\n", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_rows(WMI_PRODUCT_VISTA, &cases[i]);
}

#define SERVICE_ROW                                                                                          \
    "[[V=10.0.26100.1;;CM=<NULL>;;LP=0;;DNS=-1;;LOW=0;;IS=1;;CNT=26;;RT=1680;;RF=9;;R0=0;;R1=1598;;R2=57;;"  \
    "R3=6;;"                                                                                                 \
    "R4=0;;R5=19;;VA=120;;VR=10080;;P=1688;;DP=0;;K=kms01;;DK=]]"

static void the_service_has_one_row(void **state)
{
    static const struct rows_case cases[] = {
        {"one-row", SERVICE_ROW,
         "service: version=10.0.26100.1 kms=kms01 kms-port=1688 activation=120 renewal=10080 host=yes "
         "count=26 "
         "requests=1680/9/0/1598/57/6/0/19 port=0 publishing=yes low-priority=no\n",
         1},
        {"no-row", "", "", 0},
        {"two-rows", SERVICE_ROW ", " SERVICE_ROW, "there is one such object", 99},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_rows(WMI_LICENSING_SERVICE, &cases[i]);
}

static void other_sets_have_their_own_rows(void **state)
{
    static const struct rows_case of_windows_service[] = {
        {"osppsvc", "[[S=osppsvc]]", "", 1},
        {"none", "", "", 0},
        {"other-text", "osppsvc", "it does not begin as a row", 99}};
    static const struct rows_case of_activation[] = {
        {"activation",
         "[[ID=" ID1
         ";;KEY=XXXXX;;LS=1;;LSR=0;;G=258780;;N=Windows(R), Enterprise edition;;D=VOLUME_KMSCLIENT "
         "channel]]",
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x00000000 "
         "minutes=258780\n",
         1},
        {"rows-of-check-wmi", ROW1, "its columns are not those", 99}};
    (void)state;
    for (size_t i = 0; i < sizeof of_windows_service / sizeof of_windows_service[0]; i++)
        check_rows(WMI_WINDOWS_SERVICE, &of_windows_service[i]);
    for (size_t i = 0; i < sizeof of_activation / sizeof of_activation[0]; i++)
        check_rows(WMI_ACTIVATION, &of_activation[i]);
}

/* Rows that were cut anywhere are refused, but for the cuts that leave whole rows. */
static void cut_rows_are_refused(void **state)
{
    (void)state;
    struct span whole = span_of(ROW1 ", " ROW2);
    for (size_t length = 1; length < whole.length; length++) {
        struct license_document document = {0};
        struct problem why;
        size_t count;
        bool is_read = wmi_rows_read(WMI_PRODUCT_VISTA, span_first(whole, length), &document, &count, &why);
        if (is_read && length != strlen(ROW1))
            fail_msg("rows cut after %zu of %zu bytes were read", length, whole.length);
        license_document_done(&document);
    }
}

/* What was there before stays when rows are refused. */
static void refused_rows_leave_the_others(void **state)
{
    (void)state;
    struct license_document document = {0};
    struct problem why;
    size_t count;
    assert_true(wmi_rows_read(WMI_PRODUCT_VISTA, span_of(ROW1), &document, &count, &why));
    assert_false(wmi_rows_read(WMI_PRODUCT_VISTA, span_of(ROW2 ", x"), &document, &count, &why));
    assert_int_equal(document.license_count, 1);
    assert_true(wmi_rows_read(WMI_PRODUCT_VISTA, span_of(ROW1), &document, &count, &why));
    assert_int_equal(document.license_count, 2); /* another class may have the same id */
    license_document_done(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_ask_for_what_is_kept),
        cmocka_unit_test(old_windows_is_not_asked_for_new_columns),
        cmocka_unit_test(rows_are_read_strictly),
        cmocka_unit_test(values_are_absent_unreadable_or_negative),
        cmocka_unit_test(the_service_has_one_row),
        cmocka_unit_test(other_sets_have_their_own_rows),
        cmocka_unit_test(cut_rows_are_refused),
        cmocka_unit_test(refused_rows_leave_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
