/* SPDX-License-Identifier: MIT */
/* The whole conversation with NSClient++, from fixtures. */
#include "test_agent_replies.h"

enum { REPLIES_MAXIMUM = 6 };

#define ANSWERED(facts) TURN_ANSWERED, facts, NULL
#define FAILED(words, advice) TURN_FAILED, words, advice

struct talk {
    const char *name;
    struct agent_wishes wishes;
    const char *replies[REPLIES_MAXIMUM]; /* fixtures, in this order; all of them are wanted */
    enum turn end;
    const char *outcome; /* all facts, or words of the sentence */
    const char *advice;  /* words of it; NULL = any */
};

#define SERVICE_FACTS(version)                                                                               \
    "service: version=" version " cmid=b7e88794-64a5-575d-82d0-b8e689be190c activation=120 renewal=10080 "   \
    "host=no count=none port=0 publishing=yes low-priority=no\n"
#define SERVICE SERVICE_FACTS("10.0.26100.1")
#define SERVICE_OF_ANOTHER_VERSION SERVICE_FACTS("11.0.26100.1")
#define CLIENT_NAMED(name)                                                                                   \
    "row: " name ", channel=kms-client key=XXXXX status=1 reason=0x4004F040 minutes=258780 last=2 addon=no " \
    "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080 host=no "      \
    "count=none\n"
#define CLIENT CLIENT_NAMED("Windows(R), Enterprise edition")
#define OFFICE                                                                                               \
    "row: Office 24, ProPlus edition, channel=kms-client key=XXXXX status=5 reason=0xC004F009 minutes=0 "    \
    "addon=no activation=120 renewal=10080 host=no count=none\n"
#define WINDOWS_7                                                                                            \
    "row: Windows(R) 7, Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "        \
    "minutes=258780 addon=no kms=kms01.corp.example.com kms-port=1688 activation=120 renewal=10080 host=no " \
    "count=none\n"
#define OFFICE_PLATFORM                                                                                      \
    "row: Office 15, OfficeProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "             \
    "reason=0x4004F040 minutes=256748 addon=no activation=120 renewal=10080 host=no count=none\n"
#define VISTA_HOST                                                                                           \
    "row: Windows Server(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 reason=0x4004F040 " \
    "minutes=0 addon=no\n"
#define REPORT                                                                                               \
    "service: version=10.0.26100.1\n"                                                                        \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "          \
    "minutes=258780\n"
#define DLV                                                                                                  \
    "service: version=10.0.26100.1\n"                                                                        \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780\n"

#define BY_ITSELF                                                                                            \
    {                                                                                                        \
        .authority = "wks-001.corp.example.com:8443", .login = HTTP_LOGIN_BASIC                              \
    }
#define COMMAND(word)                                                                                        \
    {                                                                                                        \
        .authority = "wks-001.corp.example.com:8443", .login = HTTP_LOGIN_BASIC, .command = (word)           \
    }
#define LEGACY                                                                                               \
    {                                                                                                        \
        .authority = "wks-001.corp.example.com:8443", .login = HTTP_LOGIN_HEADER, .is_legacy = true,         \
        .password = "secret"                                                                                 \
    }

static const struct talk talks_with_check_wmi[] = {
    {"client", BY_ITSELF, {"service", "products-client", "no-rows"}, ANSWERED(SERVICE CLIENT)},
    {"check-wmi-by-name-is-what-it-does-by-itself",
     COMMAND("check_wmi"),
     {"service", "products-client", "no-rows"},
     ANSWERED(SERVICE CLIENT)},
    {"two-products", BY_ITSELF, {"service", "products-two", "no-rows"}, ANSWERED(SERVICE CLIENT OFFICE)},
    {"two-products-on-lines",
     BY_ITSELF,
     {"service", "products-two-on-lines", "no-rows"},
     ANSWERED(SERVICE CLIENT OFFICE)},
    {"two-products-as-two-lines",
     BY_ITSELF,
     {"service", "products-two-lines-members", "no-rows"},
     ANSWERED(SERVICE CLIENT OFFICE)},
    {"host-with-metrics-and-limits-in-text",
     BY_ITSELF,
     {"service", "products-host", "no-rows"},
     ANSWERED(SERVICE "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 "
                      "reason=0x4004F040 minutes=0 addon=no host=yes count=26 "
                      "requests=1680/9/0/1598/57/6/0/19\n")},
    {"no-products-is-an-answer", BY_ITSELF, {"service", "no-rows", "no-rows"}, ANSWERED(SERVICE)},
    {"status-line-without-reason",
     BY_ITSELF,
     {"service-no-reason-phrase", "products-client", "no-rows"},
     ANSWERED(SERVICE CLIENT)},
    {"state-in-words-where-a-number-belongs",
     BY_ITSELF,
     {"service", "products-words-for-numbers", "no-rows"},
     ANSWERED(SERVICE CLIENT)},
    {"windows-7-with-its-office-platform",
     BY_ITSELF,
     {"service-windows-7", "products-windows-7", "osppsvc", "office-products"},
     ANSWERED(SERVICE_FACTS("6.1.7601.17514") WINDOWS_7 OFFICE_PLATFORM)},
    {"office-2010-on-a-new-windows",
     BY_ITSELF,
     {"service", "products-client", "osppsvc", "office-products"},
     ANSWERED(SERVICE CLIENT OFFICE_PLATFORM)},
    {"office-platform-without-a-product",
     BY_ITSELF,
     {"service", "products-client", "osppsvc", "no-rows"},
     ANSWERED(SERVICE CLIENT)},
    {"vista-host",
     BY_ITSELF,
     {"service-vista", "products-vista", "no-rows"},
     ANSWERED("service: version=6.0.6002.18005 cmid=b7e88794-64a5-575d-82d0-b8e689be190c activation=120 "
              "renewal=10080 host=yes count=25 requests=1680/9/0/1598/57/6/0/19 port=0 publishing=yes "
              "low-priority=no\n" VISTA_HOST)},
    {"fewer-columns-after-a-localised-failure",
     BY_ITSELF,
     {"service-of-another-version", "invalid-query-localised", "products-windows-7", "no-rows"},
     ANSWERED(SERVICE_OF_ANOTHER_VERSION WINDOWS_7)},
    {"fewer-columns-after-a-code",
     BY_ITSELF,
     {"service", "invalid-query-code", "products-windows-7", "no-rows"},
     ANSWERED(SERVICE WINDOWS_7)},
    {"fewer-columns-twice",
     BY_ITSELF,
     {"service", "template-not-known", "template-not-known", "products-vista", "no-rows"},
     ANSWERED(SERVICE VISTA_HOST)},
    {"unreadable-values-stay-unknown",
     BY_ITSELF,
     {"service", "products-unreadable", "no-rows"},
     ANSWERED(SERVICE
              "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX reason=0xC004F074 last=2 "
              "addon=yes address=192.0.2.11 activation=120 renewal=10080 host=no count=none "
              "unreadable=LicenseStatus, GracePeriodRemaining\n")},
    {"quotes-and-backslashes",
     BY_ITSELF,
     {"service", "products-quotes-and-backslashes", "no-rows"},
     ANSWERED(SERVICE CLIENT_NAMED("Windows \"quoted\" \\ back, [x] (y); z"))},
};

static const struct talk talks_that_fail[] = {
    {"first-failure-is-reported",
     BY_ITSELF,
     {"service", "invalid-query-code", "template-not-known", "wmi-failed-localised"},
     FAILED("could not query WMI: invalid query, as when this Windows lacks a column (0x80041017)",
            "Get-CimInstance")},
    {"two-fallbacks-and-no-more",
     BY_ITSELF,
     {"service", "template-not-known", "template-not-known", "template-not-known"},
     FAILED("ran check_wmi: it does not know a column of our template", NULL)},
    {"one-fallback-on-windows-7",
     BY_ITSELF,
     {"service-windows-7", "template-not-known", "template-not-known"},
     FAILED("it does not know a column of our template", NULL)},
    {"a-localised-failure-is-no-matter-of-columns-on-windows-10",
     BY_ITSELF,
     {"service", "invalid-query-localised"},
     FAILED("could not query WMI, it said: WMIQuery failed", NULL)},
    {"invalid-class-is-no-matter-of-columns",
     BY_ITSELF,
     {"service", "invalid-class"},
     FAILED("could not query WMI: no such class (0x80041010)", NULL)},
    {"invalid-class-in-hex", BY_ITSELF, {"invalid-class-hex"}, FAILED("no such class (0x80041010)", NULL)},
    {"access-denied",
     BY_ITSELF,
     {"service", "access-denied"},
     FAILED("could not query WMI: access denied (0x80041003)", "Local System")},
    {"wmi-failed-in-another-language",
     BY_ITSELF,
     {"wmi-failed-localised"},
     FAILED("could not query WMI, it said: WMIQuery failed: Enumeration failed: Nicht", NULL)},
    {"office-platform-must-answer",
     BY_ITSELF,
     {"service", "products-client", "osppsvc", "template-not-known"},
     FAILED("it does not know a column", NULL)},
    {"office-service-must-answer",
     BY_ITSELF,
     {"service", "products-client", "wmi-failed-localised"},
     FAILED("could not query WMI", NULL)},
    {"no-row-of-the-service",
     BY_ITSELF,
     {"no-rows"},
     FAILED("without a row of SoftwareLicensingService", "Get-CimInstance")},
    {"two-rows-of-the-service", BY_ITSELF, {"service-two-rows"}, FAILED("there is one such object", NULL)},
    {"no-rows-and-critical",
     BY_ITSELF,
     {"service", "no-rows-critical"},
     FAILED("ran check_wmi: state CRITICAL without a word", NULL)},
    {"unknown-with-rows-is-a-failure",
     BY_ITSELF,
     {"service", "products-unknown-with-rows"},
     FAILED("ran check_wmi: rows together with the state UNKNOWN", "0.9.3")},
    {"unknown-without-words",
     BY_ITSELF,
     {"unknown-without-words"},
     FAILED("state UNKNOWN without a word", NULL)},
    {"module-not-loaded",
     BY_ITSELF,
     {"unknown-command"},
     FAILED("has no command check_wmi: module CheckWMI is not loaded", "CheckWMI = enabled")},
    {"raw-queries-forbidden-by-policy",
     BY_ITSELF,
     {"permission-denied"},
     FAILED("ran check_wmi: its policy does not let this user run it", "name it with --command")},
    {"option-refused",
     BY_ITSELF,
     {"flag-refused"},
     FAILED("state UNKNOWN: option '--show-all' does not take any arguments", NULL)},
    {"no-query", BY_ITSELF, {"no-query"}, FAILED("state UNKNOWN: No query specified", NULL)},
    {"value-with-column-mark",
     BY_ITSELF,
     {"service", "hostile-semicolons"},
     FAILED("products that cannot be read, row 1", NULL)},
    {"value-with-row-begin", BY_ITSELF, {"service", "hostile-open-brackets"}, FAILED("row 1", NULL)},
    {"value-with-row-end", BY_ITSELF, {"service", "hostile-close-brackets"}, FAILED("row 1", NULL)},
    {"value-ends-in-semicolon", BY_ITSELF, {"service", "hostile-ends-in-semicolon"}, FAILED("row 1", NULL)},
    {"value-ends-in-bracket", BY_ITSELF, {"service", "hostile-ends-in-bracket"}, FAILED("row 1", NULL)},
    {"forged-column", BY_ITSELF, {"service", "hostile-forged-column"}, FAILED("row 1", NULL)},
    {"forged-row",
     BY_ITSELF,
     {"service", "hostile-forged-row"},
     FAILED("row 2: it has the ID of an earlier one", NULL)},
    {"second-row-cut", BY_ITSELF, {"service", "products-second-row-cut"}, FAILED("row 2: it was cut", NULL)},
    {"cut-behind-a-row", BY_ITSELF, {"service", "products-cut-behind-separator"}, FAILED("was cut", NULL)},
    {"text-before-rows", BY_ITSELF, {"service", "products-text-before"}, FAILED("state OK: OK: [[", NULL)},
    {"text-behind-rows", BY_ITSELF, {"service", "products-text-behind"}, FAILED("no row", NULL)},
    {"column-missing", BY_ITSELF, {"service", "products-column-missing"}, FAILED("its columns", NULL)},
    {"empty-object", BY_ITSELF, {"empty-object"}, FAILED("answered without a result", NULL)},
    {"empty-payload", BY_ITSELF, {"empty-payload"}, FAILED("answered without a result", NULL)},
    {"two-results", BY_ITSELF, {"two-payloads"}, FAILED("answered with 2 results", NULL)},
    {"duplicate-members", BY_ITSELF, {"duplicate-keys"}, FAILED("the same member twice", NULL)},
    {"no-lines", BY_ITSELF, {"no-lines"}, FAILED("no text", NULL)},
    {"state-beyond-unknown", BY_ITSELF, {"result-beyond-unknown"}, FAILED("no state", NULL)},
    {"followed-by-text", BY_ITSELF, {"followed-by-text"}, FAILED("something follows its end", NULL)},
    {"truncated-body", BY_ITSELF, {"truncated-body"}, FAILED("cannot be read", NULL)},
    {"not-json", BY_ITSELF, {"not-json"}, FAILED("no JSON object", "is it NSClient++")},
    {"empty-body", BY_ITSELF, {"empty-body"}, FAILED("answered with nothing", NULL)},
    {"page-of-a-proxy",
     BY_ITSELF,
     {"html-from-a-proxy"},
     FAILED("answered 200 with an HTML page: a proxy or another server, squid", NULL)},
    {"moved", BY_ITSELF, {"moved"}, FAILED("answered 301, a redirection", NULL)},
    {"forbidden",
     BY_ITSELF,
     {"forbidden"},
     FAILED("answered 403: wrong password, or this poller is not in allowed hosts", "10 bad logins")},
    {"forbidden-by-0.5",
     BY_ITSELF,
     {"forbidden-0.5"},
     FAILED("answered 403: wrong password", "queries.execute")},
    {"forbidden-in-the-middle", BY_ITSELF, {"service", "forbidden"}, FAILED("answered 403", NULL)},
    {"forbidden-without-a-password",
     {.authority = "wks-001:8443", .login = HTTP_LOGIN_NONE},
     {"forbidden"},
     FAILED("answered 403: it wants a login", "--password-file")},
    {"not-found",
     BY_ITSELF,
     {"not-found"},
     FAILED("answered 404: older than 0.5.2, or no NSClient++", "--legacy")},
    {"gone", BY_ITSELF, {"gone"}, FAILED("answered 410", NULL)},
    {"query-failed", BY_ITSELF, {"query-failed"}, FAILED("answered 500", "nsclient.log")},
    {"state-as-http-status",
     BY_ITSELF,
     {"text-plain-unknown"},
     FAILED("answered 503: WMIQuery failed", NULL)},
};

static const struct talk talks_of_old[] = {
    {"0.9",
     LEGACY,
     {"legacy-c-service", "legacy-c-products", "legacy-c-no-rows"},
     ANSWERED(SERVICE_FACTS("6.3.9600.1") CLIENT)},
    {"0.5",
     LEGACY,
     {"legacy-d-service", "legacy-d-products", "legacy-d-no-rows"},
     ANSWERED(SERVICE_FACTS("6.3.9600.1") CLIENT)},
    {"0.4",
     LEGACY,
     {"legacy-e-service", "legacy-e-products", "legacy-e-no-rows"},
     ANSWERED(SERVICE_FACTS("6.3.9600.1") CLIENT)},
    {"failure-behind-a-frozen-ok", LEGACY, {"legacy-frozen-ok-failure"}, FAILED("no such class", NULL)},
    {"fewer-columns-behind-a-frozen-ok",
     LEGACY,
     {"legacy-c-service", "legacy-frozen-ok-columns", "products-windows-7", "legacy-c-no-rows"},
     ANSWERED(SERVICE_FACTS("6.3.9600.1") WINDOWS_7)},
    {"forbidden", LEGACY, {"forbidden"}, FAILED("answered 403", "the grant legacy")},
    {"not-found", LEGACY, {"not-found"}, FAILED("answered 404: it has no path /query", "leave --legacy out")},
    {"gone", LEGACY, {"gone"}, FAILED("answered 410", "leave --legacy out")},
};

static const struct talk talks_with_commands[] = {
    {"json", COMMAND("kms_report"), {"script-json"}, ANSWERED(REPORT)},
    {"json-on-lines-whatever-the-state", COMMAND("kms_report"), {"script-json-lines"}, ANSWERED(REPORT)},
    {"json-behind-a-state", COMMAND("kms_report"), {"script-json-state-in-front"}, ANSWERED(REPORT)},
    {"json-and-metrics", COMMAND("kms_report"), {"script-json-metrics"}, ANSWERED(REPORT)},
    {"slmgr", COMMAND("kms_dlv"), {"script-slmgr"}, ANSWERED(DLV)},
    {"slmgr-behind-a-state", COMMAND("kms_dlv"), {"script-slmgr-lf"}, ANSWERED(DLV)},
    {"error-of-slmgr",
     COMMAND("kms_dlv"),
     {"script-error"},
     ANSWERED(
         "error: code=0xC004D302 0xC004D302 The security processor reported that the trusted data store was "
         "rearmed.\n")},
    {"error-of-slmgr-and-unknown",
     COMMAND("kms_dlv"),
     {"script-error-unknown"},
     ANSWERED(
         "error: code=0xC004D302 0xC004D302 The security processor reported that the trusted data store was "
         "rearmed.\n")},
    {"alias-of-check-wmi-with-our-template", COMMAND("kms_rows"), {"alias-rows"}, ANSWERED(CLIENT OFFICE)},
    {"check-activation",
     COMMAND("check_activation"),
     {"activation-rows"},
     ANSWERED("row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "
              "minutes=258780\n")},
    {"check-activation-critical",
     COMMAND("check_activation"),
     {"activation-critical"},
     ANSWERED("row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=5 reason=0xC004F009 "
              "minutes=0\n")},
    {"document-and-unknown",
     COMMAND("kms_report"),
     {"script-json-failed"},
     FAILED("ran kms_report: it printed a document and ended with UNKNOWN", "printed half")},
    {"json-cut",
     COMMAND("kms_report"),
     {"script-json-cut"},
     FAILED("ran kms_report: the JSON cannot be", NULL)},
    {"slmgr-cut-at-a-bar", COMMAND("kms_dlv"), {"script-slmgr-cut-at-bar"}, FAILED("vertical bar", NULL)},
    {"rows-of-an-alias-cut", COMMAND("kms_rows"), {"alias-rows-cut"}, FAILED("ran kms_rows: ", NULL)},
    {"other-text",
     COMMAND("kms_dlv"),
     {"script-other-text"},
     FAILED("ran kms_dlv: no license document, it begins with: CPU load", "JSON report")},
    {"nothing", COMMAND("kms_dlv"), {"script-empty"}, FAILED("ran kms_dlv: state OK without a word", NULL)},
    {"nothing-and-unknown", COMMAND("kms_dlv"), {"script-empty-unknown"}, FAILED("without a word", NULL)},
    {"not-declared",
     COMMAND("kms_dlv"),
     {"script-not-declared"},
     FAILED("has no command kms_dlv", "[/settings/external scripts/scripts]")},
    {"not-known", COMMAND("kms_dlv"), {"script-not-known"}, FAILED("has no command kms_dlv", "kms_dlv = ")},
    {"return-code",
     COMMAND("kms_dlv"),
     {"script-return-code"},
     FAILED("ran kms_dlv: its script ended with no state from 0 to 3: The command (kms_dlv) returned", NULL)},
    {"no-output", COMMAND("kms_dlv"), {"script-no-output"}, FAILED("its script printed nothing", NULL)},
    {"no-output-and-ok",
     COMMAND("kms_dlv"),
     {"script-no-output-ok"},
     FAILED("its script printed nothing", NULL)},
    {"arguments", COMMAND("kms_dlv"), {"script-no-arguments"}, FAILED("it takes no arguments", NULL)},
    {"nasty", COMMAND("kms_dlv"), {"script-nasty"}, FAILED("does not take our arguments", NULL)},
    {"timeout", COMMAND("kms_dlv"), {"script-timeout"}, FAILED("did not end in time", "timeout")},
    {"not-started", COMMAND("kms_dlv"), {"script-not-started"}, FAILED("could not be started", NULL)},
    {"denied", COMMAND("kms_dlv"), {"script-denied"}, FAILED("its policy does not let this user", NULL)},
    {"odd", COMMAND("kms_dlv"), {"script-odd"}, FAILED("ran kms_dlv: state UNKNOWN: something else", NULL)},
    {"latin-1", COMMAND("kms_dlv"), {"script-latin1"}, FAILED("bytes that are not UTF-8", "encoding")},
    {"activation-in-its-own-words",
     COMMAND("activation"),
     {"activation-own-text"},
     FAILED("ran activation: the text of check_activation has neither", "--command=check_activation")},
    {"activation-without-products",
     COMMAND("check_activation"),
     {"activation-none"},
     FAILED("it found no installed product key", NULL)},
    {"activation-not-known",
     COMMAND("check_activation"),
     {"activation-not-known"},
     FAILED("has no command check_activation: module CheckSecurity is not loaded", "0.16.2")},
    {"activation-failed",
     COMMAND("check_activation"),
     {"activation-failed"},
     FAILED("ran check_activation: it could not query WMI: Failed to query", NULL)},
};

static void check_path(const struct http_request *request, struct text *notes)
{
    (void)notes;
    assert_in_range(strlen(request->path), 1, 6000);
}

static struct interview interview_of(const struct talk *talk)
{
    return (struct interview) {&nsclient_agent, "nsclient", &talk->wishes, check_path};
}

/* Nagios takes these bytes away; of our own words none has one. */
static void check_own_words(const char *name, const char *words)
{
    if (strpbrk(words, "`~$&|'\"<>") != NULL)
        fail_msg("%s: a byte that pages lose in: %s", name, words);
}

static void check_advice(const struct talk *talk, const char *advice)
{
    if (talk->advice != NULL && strstr(advice, talk->advice) == NULL)
        fail_msg("%s:\n--- expected advice\n%s\n--- advised\n%s", talk->name, talk->advice, advice);
    check_own_words(talk->name, advice);
    if (strlen(advice) + 1 == PROBLEM_ADVICE_SIZE)
        fail_msg("%s: the advice is cut: %s", talk->name, advice);
}

static void check_talk(const struct talk *talk)
{
    const struct interview interview = interview_of(talk);
    struct held held;
    struct text facts;
    interview_hold(&interview, talk->replies, &held);
    facts_print(&held.conversation.document, &facts);
    if (held.turn != talk->end)
        fail_msg("%s: expected turn %d, got %d: %s", talk->name, (int)talk->end, (int)held.turn,
                 held.why.sentence);
    if (held.turn == TURN_ANSWERED && strcmp(text_string(&facts), talk->outcome) != 0)
        fail_msg("%s:\n--- expected\n%s--- read\n%s", talk->name, talk->outcome, text_string(&facts));
    if (held.turn == TURN_FAILED) {
        if (strstr(held.why.sentence, talk->outcome) == NULL || held.why.kind == PROBLEM_NONE)
            fail_msg("%s:\n--- expected\n%s\n--- said\n%s", talk->name, talk->outcome, held.why.sentence);
        check_advice(talk, held.why.advice);
    }
    text_done(&facts);
    held_done(&held);
}

#define CHECK_TALKS(talks)                                                                                   \
    do {                                                                                                     \
        for (size_t i = 0; i < sizeof(talks) / sizeof(talks)[0]; i++)                                        \
            check_talk(&(talks)[i]);                                                                         \
    } while (0)

static void check_wmi_gives_all_facts(void **state)
{
    (void)state;
    CHECK_TALKS(talks_with_check_wmi);
}

static void every_failure_is_explained(void **state)
{
    (void)state;
    CHECK_TALKS(talks_that_fail);
}

static void old_versions_are_asked_in_their_way(void **state)
{
    (void)state;
    CHECK_TALKS(talks_of_old);
}

static void commands_print_documents_or_are_explained(void **state)
{
    (void)state;
    CHECK_TALKS(talks_with_commands);
}

/* ---- requests ---------------------------------------------------------------------------------------------
 */

static void requests_are_exact(void **state)
{
    static const struct {
        struct talk talk;
        const char *path; /* its begin */
        const char *part; /* somewhere in it */
    } cases[] = {
        {{"service", BY_ITSELF, {NULL}, TURN_ASK, NULL, NULL},
         "/api/v1/queries/check_wmi/commands/"
         "execute?query=SELECT%20%2A%20FROM%20SoftwareLicensingService&namespace=root%5Ccimv2&"
         "detail-syntax=%5B%5BV%3D%25%28Version%29%3B%3BCM%3D%25%28ClientMachineID%29%3B%3BLP%3D",
         "%3B%3BDK%3D%25%28DiscoveredKeyManagementServiceMachineName%29%5D%5D&top-syntax=%25%28list%29"},
        {{"products", BY_ITSELF, {"service"}, TURN_ASK, NULL, NULL},
         "/api/v1/queries/check_wmi/commands/"
         "execute?query=SELECT%20%2A%20FROM%20SoftwareLicensingProduct%20WHERE%20PartialProductKey%20IS%20NOT"
         "%20NULL&namespace=root%5Ccimv2&detail-syntax=%5B%5BID%3D%25%28ID%29%3B%3B",
         "%28VLActivationType%29"},
        {{"osppsvc", BY_ITSELF, {"service", "products-client"}, TURN_ASK, NULL, NULL},
         "/api/v1/queries/check_wmi/commands/"
         "execute?query=SELECT%20Name%20FROM%20Win32_Service%20WHERE%20Name%3D%27osppsvc%27&",
         "&detail-syntax=%5B%5BS%3D%25%28Name%29%5D%5D&top-syntax=%25%28list%29"},
        {{"office", BY_ITSELF, {"service", "products-client", "osppsvc"}, TURN_ASK, NULL, NULL},
         "/api/v1/queries/check_wmi/commands/"
         "execute?query=SELECT%20%2A%20FROM%20OfficeSoftwareProtectionProduct%20WHERE%20PartialProductKey%20",
         "%28VLRenewalInterval%29"},
        {{"other-path",
          {.authority = "a", .path = "/api/v2/queries/", .login = HTTP_LOGIN_BASIC},
          {NULL},
          TURN_ASK,
          NULL,
          NULL},
         "/api/v2/queries/check_wmi/commands/execute?query=",
         ""},
        {{"command", COMMAND("kms report/1"), {NULL}, TURN_ASK, NULL, NULL},
         "/api/v1/queries/kms%20report%2F1/commands/execute_nagios",
         ""},
        {{"activation", COMMAND("check_activation"), {NULL}, TURN_ASK, NULL, NULL},
         "/api/v1/queries/check_activation/commands/"
         "execute_nagios?all-products=true&detail-syntax=%5B%5BID%3D%25%28id%29%3B%3B",
         "D%3D%25%28description%29%5D%5D&top-syntax=%25%28list%29"},
        {{"legacy", LEGACY, {NULL}, TURN_ASK, NULL, NULL}, "/query/check_wmi?query=SELECT%20", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct interview interview = interview_of(&cases[i].talk);
        struct held held;
        interview_hold(&interview, cases[i].talk.replies, &held);
        assert_int_equal(held.turn, TURN_ASK);
        struct http_request request = held.request;
        if (strncmp(request.path, cases[i].path, strlen(cases[i].path)) != 0 ||
            strstr(request.path, cases[i].part) == NULL)
            fail_msg("%s:\n--- expected\n%s...%s\n--- asked\n%s", cases[i].talk.name, cases[i].path,
                     cases[i].part, request.path);
        assert_string_equal(request.method, "GET");
        assert_int_equal(request.body.length, 0);
        assert_string_equal(request.headers[0].name, "Accept");
        assert_string_equal(request.headers[0].value, "application/json");
        bool is_header = cases[i].talk.wishes.login == HTTP_LOGIN_HEADER;
        assert_int_equal(request.header_count, is_header ? 2 : 1);
        if (is_header) {
            assert_string_equal(request.headers[1].name, "Password");
            assert_string_equal(request.headers[1].value, "secret");
            assert_true(request.headers[1].is_secret);
        }
        held_done(&held);
    }
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    char path[7000];
    memset(path, 'a', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    const struct agent_wishes wishes = {.authority = "a", .path = path, .login = HTTP_LOGIN_BASIC};
    struct conversation conversation;
    struct http_request request;
    struct problem why;
    (void)state;
    assert_int_equal(conversation_start(&conversation, &nsclient_agent, &wishes, &request, &why),
                     TURN_FAILED);
    assert_non_null(strstr(why.sentence, "longer than 6000 bytes"));
    conversation_done(&conversation);
}

static void a_code_of_windows_is_handed_on(void **state)
{
    static const struct talk talk = {
        "invalid-class", BY_ITSELF, {"service", "invalid-class"}, FAILED("", NULL)};
    const struct interview interview = interview_of(&talk);
    struct held held;
    (void)state;
    interview_hold(&interview, talk.replies, &held);
    assert_int_equal(held.turn, TURN_FAILED);
    assert_true(held.why.has_code);
    assert_int_equal(held.why.code, 0x80041010);
    held_done(&held);
}

/* ---- cuts -------------------------------------------------------------------------------------------------
 */

static void check_cuts(const struct talk *talk)
{
    const struct interview interview = interview_of(talk);
    interview_check_cuts(&interview, talk->replies);
}

static void no_cut_reply_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof talks_with_check_wmi / sizeof talks_with_check_wmi[0]; i++)
        check_cuts(&talks_with_check_wmi[i]);
    for (size_t i = 0; i < 3; i++)
        check_cuts(&talks_of_old[i]);
    for (size_t i = 0; talks_with_commands[i].end == TURN_ANSWERED; i++)
        check_cuts(&talks_with_commands[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_wmi_gives_all_facts),
        cmocka_unit_test(every_failure_is_explained),
        cmocka_unit_test(old_versions_are_asked_in_their_way),
        cmocka_unit_test(commands_print_documents_or_are_explained),
        cmocka_unit_test(requests_are_exact),
        cmocka_unit_test(a_path_that_is_too_long_is_refused),
        cmocka_unit_test(a_code_of_windows_is_handed_on),
        cmocka_unit_test(no_cut_reply_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
