/* SPDX-License-Identifier: MIT */
/* License facts in metrics, and what an exporter says of itself. */
#include "test_license_facts.h"

#include "payload/kms_metrics.h"

#define ID "00000000-0000-4000-8000-00000000000a"
#define INFO(more) "kms_product_info{id=\"" ID "\",name=\"W\"" more "} 1\n"
#define STATUS "kms_product_license_status{id=\"" ID "\"} 1\n"
#define MINIMAL INFO("") STATUS

/* `written`, the states, then the facts. */
static void check(const char *page, const char *expected)
{
    struct license_document document;
    struct known_time written;
    struct problem why = {.kind = PROBLEM_NONE};
    struct text all, facts;
    text_start(&all, FACTS_MAXIMUM);
    if (!kms_metrics_read(span_of(page), &document, &written, &why)) {
        text_append_format(&all, "refused: %s", why.sentence);
    } else {
        if (written.is_known)
            text_append_format(&all, "written: %lld\n", (long long)written.seconds);
        if (document.service_state != NULL)
            text_append_format(&all, "sppsvc: %s\n", document.service_state);
        if (document.genuine_state != NULL)
            text_append_format(&all, "genuine: %s\n", document.genuine_state);
        text_append(&all, facts_print(&document, &facts));
        text_done(&facts);
        license_document_done(&document);
    }
    if (strcmp(text_string(&all), expected) != 0)
        fail_msg("%s\n--- expected\n%s\n--- read\n%s", page, expected, text_string(&all));
    text_done(&all);
}

struct page_case {
    const char *page, *expected;
};

static void check_all(const struct page_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(cases[i].page, cases[i].expected);
}

#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof((cases)[0]))

static void products_are_joined_by_their_id(void **state)
{
    static const struct page_case cases[] = {
        {MINIMAL, "row: W, status=1\n"},
        {STATUS INFO(""), "row: W, status=1\n"},
        {"kms_product_license_status{id=\" {00000000-0000-4000-8000-00000000000A} \"} 1\n" INFO(""),
         "row: W, status=1\n"},
        {"kms_product_info{id=\"b\",name=\"B\"} 1\nkms_product_license_status{id=\"A\"} 5\n"
         "kms_product_license_status{id=\"B\"} 2\nkms_product_info{id=\"a\",name=\"A\"} 1\n",
         "row: A, status=5\nrow: B, status=2\n"},
        {MINIMAL "kms_product_weather{id=\"unknown\"} 5\nkms_service_weather 5\n"
                 "kms_product_requests_total{id=\"" ID "\",kind=\"weather\"} 5\nother{id=\"x\"} NaN\n",
         "row: W, status=1\n"},
        {INFO(",addon=\"1\",partial_product_key=\"12345-ABCDE\",application_id=\"x\"") STATUS,
         "row: W, key=ABCDE status=1 addon=yes\n"},
        {INFO(",addon=\"\",kms_host=\"\",partial_product_key=\"\"") STATUS, "row: W, status=1\n"},
        {INFO(",kms_host=\"kms01.corp.example.com:1689\"") STATUS,
         "row: W, status=1 kms=kms01.corp.example.com kms-port=1689\n"},
        {INFO(",kms_host=\"[2001:db8::11]:1688\"") STATUS,
         "row: W, status=1 kms=2001:db8::11 kms-port=1688\n"},
        {INFO(",kms_host=\"2001:db8::11\"") STATUS, "row: W, status=1 kms=2001:db8::11\n"},
        {INFO(",kms_host=\"::1\"") STATUS, "row: W, status=1 kms=::1\n"},
        {INFO(",kms_host=\"two words:x\"") STATUS,
         "row: W, status=1 unreadable=DiscoveredKeyManagementServiceMachineName\n"},
        {"kms_service_renewal_interval_minutes 20160\n" MINIMAL,
         "service: renewal=20160\nrow: W, status=1 renewal=20160\n"},
    };
    (void)state;
    CHECK_ALL(cases);
}

static void values_keep_the_limits_of_their_properties(void **state)
{
#define COUNT(value) MINIMAL "kms_product_current_count{id=\"" ID "\"} " value "\n"
    static const struct page_case cases[] = {
        {COUNT("26"), "row: W, status=1 count=26\n"},
        {COUNT("-1"), "row: W, status=1 count=none\n"},
        {COUNT("4.294967295e+09"), "row: W, status=1 count=none\n"},
        {COUNT("2.5"), "row: W, status=1 unreadable=KeyManagementServiceCurrentCount\n"},
        {COUNT("NaN"), "row: W, status=1 unreadable=KeyManagementServiceCurrentCount\n"},
        {COUNT("1e18"), "row: W, status=1 unreadable=KeyManagementServiceCurrentCount\n"},
        {INFO("") "kms_product_license_status{id=\"" ID "\"} NaN\n", "row: W, unreadable=LicenseStatus\n"},
        {INFO("") "kms_product_license_status{id=\"" ID "\"} 4294967296\n",
         "row: W, unreadable=LicenseStatus\n"},
        {INFO("") "kms_product_license_status{id=\"" ID "\"} 9\n", "row: W, status=9\n"},
        {MINIMAL "kms_product_license_status_reason{id=\"" ID "\"} -1.073418124e+09\n",
         "row: W, status=1 reason=0xC004F074\n"},
        {MINIMAL "kms_product_grace_period_remaining_minutes{id=\"" ID "\"} -5\n",
         "row: W, status=1 unreadable=GracePeriodRemaining\n"},
        {MINIMAL "kms_product_vl_activation_type{id=\"" ID "\"} 0\n", "row: W, status=1\n"},
        {MINIMAL "kms_product_is_key_management_service_machine{id=\"" ID "\"} 2\n",
         "row: W, status=1 unreadable=IsKeyManagementServiceMachine\n"},
        {MINIMAL "kms_product_requests_total{id=\"" ID "\",kind=\"total\"} 7\n"
                 "kms_product_requests_total{id=\"" ID "\",kind=\"failed\"} 4294967295\n",
         "row: W, status=1 requests=7/?/?/?/?/?/?/?\n"},
        {MINIMAL
         "kms_service_listening_port 70000\nkms_service_dns_publishing 0\nkms_service_low_priority 1\n",
         "service: publishing=no low-priority=yes unreadable=KeyManagementServiceListeningPort\nrow: W, "
         "status=1\n"},
        {MINIMAL "kms_report_timestamp_seconds 1.7724384005e+09\n", "time: 1772438400\nrow: W, status=1\n"},
    };
    (void)state;
    CHECK_ALL(cases);
}

static void contradictions_are_refused_or_unknown(void **state)
{
    static const struct page_case cases[] = {
        {STATUS MINIMAL, "row: W, status=1\n"},
        {MINIMAL "kms_product_license_status{id=\"" ID "\",x=\"y\"} 5\n",
         "row: W, unreadable=LicenseStatus\n"},
        {MINIMAL "kms_product_info{id=\"{" ID "}\",name=\"V\"} 1\n",
         "refused: the metrics have kms_product_info twice for the product " ID},
        {STATUS, "refused: the metrics have no kms_product_info: they name no product"},
        {INFO(""), "refused: the metrics have no kms_product_license_status for the product " ID},
        {MINIMAL "kms_product_current_count{id=\"other\"} 1\n",
         "refused: line 3 of the metrics, kms_product_current_count: the product other has no "
         "kms_product_info"},
        {MINIMAL "kms_product_current_count 1\n",
         "refused: line 3 of the metrics, kms_product_current_count: it has no label id"},
        {"kms_product_info{name=\"W\"} 1\n",
         "refused: line 1 of the metrics, kms_product_info: it has no label id"},
        {"kms_product_info{id=\"{ }\"} 1\n",
         "refused: line 1 of the metrics, kms_product_info: it has no label id"},
        {"kms_product_info{id=\"a\"} 0\n",
         "refused: line 1 of the metrics, kms_product_info: its value is not 1"},
        {MINIMAL "kms_report_timestamp_seconds NaN\n",
         "refused: line 3 of the metrics, kms_report_timestamp_seconds: its value is no time"},
        {MINIMAL "kms_report_timestamp_seconds 5\nkms_report_timestamp_seconds{x=\"y\"} 6\n",
         "refused: line 4 of the metrics, kms_report_timestamp_seconds: it is there twice, with two times"},
        {MINIMAL "broken\n",
         "refused: line 3 of the metrics cannot be read: it is neither a sample nor a comment"},
    };
    (void)state;
    CHECK_ALL(cases);
}

#define MTIME(file, time) "windows_textfile_mtime_seconds{file=\"" file "\"} " time "\n"
#define ROW "row: W, status=1\n"

static void the_file_of_kms_tells_when_it_was_written(void **state)
{
    static const struct page_case cases[] = {
        {MINIMAL MTIME("kms.prom", "100"), "written: 100\n" ROW},
        {MINIMAL MTIME("report.prom", "100"), "written: 100\n" ROW},
        {MINIMAL MTIME("a.prom", "100") MTIME("b.prom", "200"), ROW},
        {MINIMAL MTIME("a.prom", "100") MTIME("KMS-report.prom", "2e2"), "written: 200\n" ROW},
        {MINIMAL MTIME("kms-b.prom", "300") MTIME("kms-a.prom", "200") MTIME("c", "1"), "written: 200\n" ROW},
        {MINIMAL "node_textfile_mtime_seconds{file=\"/var/lib/kms/a.prom\"} 1\n"
                 "node_textfile_mtime_seconds{file=\"C:\\\\kms\\\\b.prom\"} 2\n",
         ROW},
        {MINIMAL "node_textfile_mtime_seconds{file=\"/var/lib/x/kms.prom\"} 7.5\n" MTIME("b", "1"),
         "written: 7\n" ROW},
        {MINIMAL MTIME("kms.prom", "NaN"), ROW},
        {MINIMAL MTIME("kms.prom", "NaN") MTIME("kms2.prom", "5"), ROW},
        {MINIMAL MTIME("kms.prom", "-5"), ROW},
    };
    (void)state;
    CHECK_ALL(cases);
}

#define SERVICE_STATE(name, state, value)                                                                    \
    "windows_service_state{name=\"" name "\",state=\"" state "\"} " value "\n"
#define GENUINE_STATE(state, value) "windows_license_status{state=\"" state "\"} " value "\n"

static void states_are_said_only_when_they_are_clear(void **state)
{
    static const struct page_case cases[] = {
        {MINIMAL SERVICE_STATE("SppSvc", "running", "1") SERVICE_STATE("sppsvc", "stopped", "0"),
         "sppsvc: running\n" ROW},
        {MINIMAL SERVICE_STATE("osppsvc", "running", "1"), ROW},
        {MINIMAL SERVICE_STATE("sppsvc", "running", "1") SERVICE_STATE("sppsvc", "stopped", "1"), ROW},
        {MINIMAL SERVICE_STATE("sppsvc", "running", "NaN") SERVICE_STATE("sppsvc", "stopped", "1"), ROW},
        {MINIMAL SERVICE_STATE("sppsvc", "", "1"), ROW},
        {MINIMAL SERVICE_STATE("sppsvc", "stopped",
                               "1") "windows_exporter_collector_success{collector=\"service\"} 0\n",
         ROW},
        {MINIMAL SERVICE_STATE("sppsvc", "stopped",
                               "1") "windows_exporter_collector_timeout{collector=\"service\"} 1\n",
         ROW},
        {MINIMAL GENUINE_STATE("genuine", "0") GENUINE_STATE("tampered", "1"), "genuine: tampered\n" ROW},
        {MINIMAL GENUINE_STATE("genuine", "1") GENUINE_STATE("tampered", "1"), ROW},
        {INFO("") "kms_product_license_status{id=\"" ID "\"} 5\n" GENUINE_STATE("genuine", "1"),
         "genuine: genuine\nrow: W, status=5\n"},
    };
    (void)state;
    CHECK_ALL(cases);
}

static void absent_metrics_have_a_reason(void **state)
{
#define NONE "refused: no kms_ metrics: "
#define SUCCESS(value) "windows_exporter_collector_success{collector=\"textfile\"} " value "\n"
    static const struct page_case cases[] = {
        {"", NONE "these are not the metrics of windows_exporter or node_exporter"},
        {"go_info 1\n", NONE "these are not the metrics of windows_exporter or node_exporter"},
        {"windows_os_info 1\n", NONE "the collector textfile is not enabled"},
        {"windows_exporter_collector_success{collector=\"service\"} 1\n",
         NONE "the collector textfile is not enabled"},
        {GENUINE_STATE("genuine", "1"),
         NONE "the collector textfile is not enabled (it calls Windows genuine: that is "
              "genuineness, not activation)"},
        {SUCCESS("1"), NONE "the collector textfile works, but the scheduled task has not written kms.prom"},
        {SUCCESS("1") MTIME("kms.prom", "5"),
         NONE "the collector textfile has read a file of KMS that holds none"},
        {SUCCESS("0"), NONE "the collector textfile failed"},
        {SUCCESS("NaN"), NONE "the collector textfile failed"},
        {SUCCESS("0") "windows_exporter_collector_timeout{collector=\"textfile\"} 1\n",
         NONE "the collector textfile timed out"},
        {"windows_textfile_scrape_error 1\n", NONE "the collector textfile failed"},
        {"node_textfile_scrape_error 1\nnode_scrape_collector_success{collector=\"textfile\"} 1\n",
         NONE "the collector textfile failed"},
        {"node_textfile_scrape_error 0\n",
         NONE "the collector textfile works, but the scheduled task has not written kms.prom"},
        {"node_scrape_collector_success{collector=\"textfile\"} 0\n", NONE "the collector textfile failed"},
    };
    (void)state;
    CHECK_ALL(cases);
}

static void failed_collectors_do_not_hide_our_metrics(void **state)
{
    static const struct page_case cases[] = {
        {MINIMAL "node_textfile_scrape_error 1\n", ROW},
        {MINIMAL SUCCESS("0"), ROW},
    };
    (void)state;
    CHECK_ALL(cases);
}

static void many_products_are_found_quickly_and_too_many_refused(void **state)
{
    struct text page;
    struct license_document document;
    struct known_time written;
    struct problem why = {.kind = PROBLEM_NONE};
    (void)state;
    text_start(&page, 4 << 20);
    for (int i = 0; i < LICENSE_MAXIMUM; i++)
        text_append_format(&page, "kms_product_info{id=\"%d\"} 1\nkms_product_license_status{id=\"%d\"} 1\n",
                           i, i);
    assert_true(kms_metrics_read(span_of(text_string(&page)), &document, &written, &why));
    assert_int_equal(document.license_count, LICENSE_MAXIMUM);
    license_document_done(&document);
    text_append(&page, "kms_product_info{id=\"more\"} 1\n");
    assert_false(kms_metrics_read(span_of(text_string(&page)), &document, &written, &why));
    assert_string_equal(why.sentence, "the metrics list more than 4096 products");
    text_done(&page);
}

static bool read_page(struct span bytes, struct license_document *ret, struct problem *why)
{
    struct known_time written;
    return kms_metrics_read(bytes, ret, &written, why);
}

static void a_page_that_was_cut_never_says_more(void **state)
{
    static const char page[] =
        "kms_product_current_count{id=\"" ID "\"} 26\nkms_product_license_status{id=\"" ID "\"} 1\n"
        "kms_product_license_status_reason{id=\"" ID "\"} 3221549172\n" INFO(
            ",partial_product_key=\"XXXXX\"") "kms_report_timestamp_seconds "
                                              "1772438400\nkms_service_listening_port 1688\n";
    (void)state;
    cuts_of_bytes_check("a page", span_of(page), read_page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_joined_by_their_id),
        cmocka_unit_test(values_keep_the_limits_of_their_properties),
        cmocka_unit_test(contradictions_are_refused_or_unknown),
        cmocka_unit_test(the_file_of_kms_tells_when_it_was_written),
        cmocka_unit_test(states_are_said_only_when_they_are_clear),
        cmocka_unit_test(absent_metrics_have_a_reason),
        cmocka_unit_test(failed_collectors_do_not_hide_our_metrics),
        cmocka_unit_test(many_products_are_found_quickly_and_too_many_refused),
        cmocka_unit_test(a_page_that_was_cut_never_says_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
