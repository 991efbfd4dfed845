/* SPDX-License-Identifier: MIT */
/* The conversation with windows_exporter and node_exporter. */
#include "test_agent_replies.h"

static const struct agent_wishes plain = {.authority = "kms01.corp.example.com:9182", .is_plain = true};
static const struct interview interview = {&exporter_agent, "exporter", &plain, NULL};

#define FILTERED "/metrics?collect%5B%5D=textfile&collect%5B%5D=service&collect%5B%5D=license"

static void check_request(const struct http_request *request, const char *path)
{
    assert_string_equal(request->method, "GET");
    assert_string_equal(request->path, path);
    assert_int_equal(request->header_count, 1);
    assert_string_equal(request->headers[0].name, "Accept");
    assert_string_equal(request->headers[0].value, "text/plain;version=0.0.4");
    assert_int_equal(request->body.length, 0);
}

static void the_request_names_its_collectors(void **state)
{
    static const struct {
        const char *path, *asked;
    } cases[] = {
        {NULL, FILTERED},
        {"/windows/metrics",
         "/windows/metrics?collect%5B%5D=textfile&collect%5B%5D=service&collect%5B%5D=license"},
        {"/metrics?collect%5B%5D=textfile", "/metrics?collect%5B%5D=textfile"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct agent_wishes wishes = plain;
        struct conversation conversation;
        struct http_request request;
        struct problem why;
        wishes.path = cases[i].path;
        assert_int_equal(conversation_start(&conversation, &exporter_agent, &wishes, &request, &why),
                         TURN_ASK);
        check_request(&request, cases[i].asked);
        conversation_done(&conversation);
    }
}

static void a_refused_filter_is_left_out_once(void **state)
{
    struct conversation conversation;
    struct http_request request;
    struct problem why;
    struct recorded_reply refused;
    (void)state;
    recorded_read("exporter", "filter-refused", &refused);
    assert_int_equal(conversation_start(&conversation, &exporter_agent, &plain, &request, &why), TURN_ASK);
    assert_int_equal(conversation_next(&conversation, &refused.reply, &request, &why), TURN_ASK);
    check_request(&request, "/metrics");
    assert_int_equal(conversation_next(&conversation, &refused.reply, &request, &why), TURN_FAILED);
    conversation_done(&conversation);
    recorded_done(&refused);
}

#define SERVICE "service: activation=120 renewal=10080 port=1688 publishing=yes low-priority=no\n"
#define HOST_ROWS                                                                                            \
    "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 reason=0x00000000 "        \
    "minutes=0 addon=no activation=120 renewal=10080 host=yes count=26 requests=1680/9/0/1598/57/6/0/19\n"   \
    "row: Office 24, OfficeLTSC2024KMSHostVL_KMS_Host edition, channel=kms-host key=XXXXX status=1 "         \
    "reason=0x00000000 minutes=0 addon=no activation=120 renewal=10080 host=yes count=10 "
#define HOST_FACTS "time: 1772438400\n" SERVICE HOST_ROWS "requests=744/0/0/732/12/0/0/0\n"
#define CLIENT_SERVICE "service: activation=120 renewal=10080 port=0\n"
#define CLIENT_ROW                                                                                           \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "          \
    "minutes=258780 last=2 addon=no kms=kms01.corp.example.com kms-port=1688 activation=120 renewal=10080 "  \
    "host=no count=none\n"
#define WRITTEN "written: 1772438401\n"

static void metrics_become_facts(void **state)
{
    static const struct {
        const char *names[3], *facts;
    } cases[] = {
        {{"host"}, WRITTEN "sppsvc: running\ngenuine: genuine\n" HOST_FACTS},
        {{"client"},
         WRITTEN "sppsvc: stopped\ngenuine: genuine\ntime: 1772438400\n" CLIENT_SERVICE CLIENT_ROW},
        {{"failing-client"},
         WRITTEN "sppsvc: running\ngenuine: tampered\ntime: 1772438400\n" CLIENT_SERVICE
                 "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=5 "
                 "reason=0xC004F009 minutes=0 addon=no kms=kms02.corp.example.com kms-port=1688 "
                 "activation=120 renewal=10080 host=no count=none\n"},
        {{"no-service-collector"}, WRITTEN HOST_FACTS},
        {{"service-collector-failed"}, WRITTEN "genuine: genuine\n" HOST_FACTS},
        {{"textfile-stale"},
         "written: 1767225601\nsppsvc: running\ngenuine: genuine\ntime: 1767225600\n" CLIENT_SERVICE
             CLIENT_ROW},
        {{"label-escapes"},
         "written: 1772438401\nrow: Windows \"R\" \\ line\nbreak, \xC3\x84}=, channel=kms-client key=EEEEE "
         "status=1 "
         "minutes=258780 addon=no kms=kms01.corp.example.com count=none\n"},
        {{"values-that-are-none"},
         "time: 1772438400\n" CLIENT_SERVICE
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 addon=no "
         "kms=kms01.corp.example.com kms-port=1688 activation=120 renewal=10080 host=no count=none "
         "unreadable=GracePeriodRemaining, LicenseStatusReason, VLActivationType\n"},
        {{"status-twice"},
         "time: 1772438400\n" CLIENT_SERVICE
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX reason=0x4004F040 minutes=258780 "
         "last=2 addon=no kms=kms01.corp.example.com kms-port=1688 activation=120 renewal=10080 host=no "
         "count=none unreadable=LicenseStatus\n"},
        {{"filter-refused", "host"}, WRITTEN "sppsvc: running\ngenuine: genuine\n" HOST_FACTS},
        {{"node-exporter-1.5.0-filter-refused", "node-exporter-1.5.0"},
         WRITTEN "time: 1772438400\n" SERVICE HOST_ROWS "requests=744/0/?/?/?/?/?/?\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        replies_check_facts(&interview, cases[i].names, cases[i].facts);
}

#define GENUINE " (it calls Windows genuine: that is genuineness, not activation)"

static void other_answers_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *fixture, *sentence, *advice;
    } cases[] = {
        {"textfile-failed", "answered 200: no kms_ metrics: the collector textfile failed" GENUINE, "UTF-16"},
        {"textfile-timed-out", "answered 200: no kms_ metrics: the collector textfile timed out" GENUINE,
         "log"},
        {"textfile-not-enabled",
         "answered 200: no kms_ metrics: the collector textfile is not enabled" GENUINE,
         "enable the collector textfile"},
        {"task-has-not-written",
         "answered 200: no kms_ metrics: the collector textfile works, but the scheduled task has not "
         "written "
         "kms.prom" GENUINE,
         "last result of the task"},
        {"file-without-products",
         "answered 200: no kms_ metrics: the collector textfile has read a file of KMS that holds none",
         "scheduled task"},
        {"service-only", "answered 200: the metrics have no kms_product_info: they name no product", "task"},
        {"product-twice",
         "answered 200: the metrics have kms_product_info twice for the product "
         "00000000-0000-4000-8000-000000000011",
         "second .prom file"},
        {"series-without-product",
         "answered 200: line 34 of the metrics, kms_product_current_count: the product "
         "00000000-0000-4000-8000-0000000000ff has no kms_product_info",
         ""},
        {"product-without-status",
         "answered 200: the metrics have no kms_product_license_status for the product "
         "00000000-0000-4000-8000-000000000011",
         "task"},
        {"garbled-line",
         "answered 200: line 34 of the metrics cannot be read: a label value is not in quotes", ""},
        {"last-line-cut",
         "answered 200: line 73 of the metrics cannot be read: it is the last one and has no line feed, it "
         "was cut",
         ""},
        {"no-length", "answered without the length of its metrics: they may be cut, and would look whole",
         "proxy"},
        {"tls-wanted", "answered 400: it wants TLS, and was asked in plain HTTP", "--ca-cert"},
        {"unauthorized", "answered 401: it wants a login, offered: Basic", "--user"},
        {"forbidden", "answered 403: denied by policy", "proxy"},
        {"not-found", "answered 404: 404 page not found", "--path"},
        {"duplicate-metrics",
         "answered 500: collected metric \"kms_service_listening_port\" { gauge:<value:1688 > } was "
         "collected before "
         "with the same name and label ",
         "second .prom file"},
        {"too-many-requests", "answered 503: Limit of concurrent requests reached (40), try again later.",
         "log"},
        {"html-from-a-proxy", "answered 200 with an HTML page: a proxy or another server, gateway", "proxy"},
        {"openmetrics",
         "answered with application/openmetrics-text; version=1.0.0; charset=utf-8, and not with metrics as "
         "text/plain",
         "--path"},
        {"gzip", "answered with compressed metrics, which nobody asked for", "proxy"},
        {"health", "answered with application/json, and not with metrics as text/plain", "--path"},
        {"empty",
         "answered 200: no kms_ metrics: these are not the metrics of windows_exporter or node_exporter",
         "port"},
        {"redirection", "answered 302, a redirection to https://sso.corp.example.com/, which is not followed",
         "--path"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *names[] = {cases[i].fixture, NULL};
        replies_check_refusal(&interview, names, cases[i].sentence, cases[i].advice);
    }
}

static void a_filter_of_the_user_is_not_replaced(void **state)
{
    struct agent_wishes wishes = plain;
    const struct interview filtered = {&exporter_agent, "exporter", &wishes, NULL};
    const char *names[] = {"filter-refused", NULL};
    (void)state;
    wishes.path = "/metrics?collect%5B%5D=license";
    replies_check_refusal(&filtered, names, "answered 400: it does not run a collector that --path names",
                          "leave it out of --path");
}

static void check_cuts(const char *name)
{
    replies_check_cuts(&interview, name);
}

static void a_reply_that_was_cut_never_says_less(void **state)
{
    (void)state;
    fixture_each("exporter", check_cuts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_names_its_collectors),
        cmocka_unit_test(a_refused_filter_is_left_out_once),
        cmocka_unit_test(metrics_become_facts),
        cmocka_unit_test(other_answers_are_refused_with_a_sentence),
        cmocka_unit_test(a_filter_of_the_user_is_not_replaced),
        cmocka_unit_test(a_reply_that_was_cut_never_says_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
