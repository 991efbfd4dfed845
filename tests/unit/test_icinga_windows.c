/* SPDX-License-Identifier: MIT */
/* The conversation with Icinga for Windows. */
#include "test_agent_replies.h"

static const struct agent_wishes usual = {.authority = "kms01.corp.example.com:5668"};
static const struct interview interview = {&icinga_windows_agent, "icinga_windows", &usual, NULL};

static void the_request_is_exactly_what_the_daemon_takes(void **state)
{
    static const struct {
        const char *command, *path, *asked;
    } cases[] = {
        {NULL, NULL, "/v1/checker?command=Invoke-IcingaCheckKms"},
        {"Invoke-IcingaCheckLicense2", NULL, "/v1/checker?command=Invoke-IcingaCheckLicense2"},
        {NULL, "/v2/checks", "/v2/checks?command=Invoke-IcingaCheckKms"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct agent_wishes wishes = usual;
        struct conversation conversation;
        struct http_request request;
        struct problem why;
        wishes.command = cases[i].command;
        wishes.path = cases[i].path;
        assert_int_equal(conversation_start(&conversation, &icinga_windows_agent, &wishes, &request, &why),
                         TURN_ASK);
        assert_string_equal(request.method, "POST");
        assert_string_equal(request.path, cases[i].asked);
        assert_int_equal(request.header_count, 2);
        assert_string_equal(request.headers[0].name, "Accept");
        assert_string_equal(request.headers[0].value, "application/json");
        assert_string_equal(request.headers[1].name, "Content-Type");
        assert_string_equal(request.headers[1].value, "application/json");
        assert_true(span_is(request.body, "{}"));
        conversation_done(&conversation);
    }
}

static void names_that_would_need_encoding_are_not_sent(void **state)
{
    static const struct {
        const char *command, *path;
    } cases[] = {{"", NULL},
                 {"Invoke-IcingaCheckKms -Verbose", NULL},
                 {"a/b", NULL},
                 {"a%20b", NULL},
                 {"a&command=b", NULL},
                 {"Invoke-\xC3\x84", NULL},
                 {"a\r\nX: y", NULL},
                 {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                  "aaaaaaaaaaaaaaaaaa",
                  NULL},
                 {NULL, "/v1/checker?command=x"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct agent_wishes wishes = usual;
        struct conversation conversation;
        struct http_request request;
        struct problem why = {.kind = PROBLEM_NONE};
        wishes.command = cases[i].command;
        wishes.path = cases[i].path;
        if (conversation_start(&conversation, &icinga_windows_agent, &wishes, &request, &why) != TURN_FAILED)
            fail_msg("case %zu was sent: %s", i, request.path);
        if (why.kind != PROBLEM_USAGE || strstr(why.sentence, "cannot be asked: --") == NULL)
            fail_msg("case %zu, kind %d: %s", i, (int)why.kind, why.sentence);
        conversation_done(&conversation);
    }
}

#define JSON_CLIENT                                                                                          \
    "computer: WKS-001\ntime: 1772438400\n"                                                                  \
    "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c host=no port=0\n"               \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "          \
    "minutes=258780 last=2 addon=no kms=kms01.corp.example.com kms-port=1688 activation=120 renewal=10080 "  \
    "host=no count=none\n"
#define JSON_HOST                                                                                            \
    "computer: KMS01\ntime: 1772438400\n"                                                                    \
    "service: version=10.0.26100.1 host=yes port=1688 publishing=yes low-priority=no\n"                      \
    "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 reason=0x00000000 "        \
    "minutes=0 addon=no activation=120 renewal=10080 host=yes count=26 requests=1680/9/0/1598/57/6/0/19\n"   \
    "row: Office 24, OfficeLTSC2024KMSHostVL_KMS_Host edition, channel=kms-host key=XXXXX status=1 "         \
    "reason=0x00000000 minutes=0 addon=no activation=120 renewal=10080 host=yes count=10 "                   \
    "requests=744/0/0/732/12/0/0/0\n"

static void texts_of_the_cmdlet_become_facts(void **state)
{
    static const struct {
        const char *fixture, *facts;
    } cases[] = {
        {"client", JSON_CLIENT},
        {"host", JSON_HOST},
        {"state-in-front", JSON_CLIENT},
        {"framework-line", JSON_CLIENT},
        {"alias", JSON_CLIENT},
        {"exitcode-as-text", JSON_CLIENT},
        {"client-slmgr",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780 last=2 "
         "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080\n"},
        {"host-slmgr-framework-line",
         "service: version=10.0.26100.1 port=1688 publishing=yes low-priority=no\n"
         "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 host=yes "
         "count=26 "
         "requests=1680/9/0/1598/57/6/0/19\n"
         "row: Office 24, OfficeLTSC2024KMSHostVL_KMS_Host edition, channel=kms-host key=XXXXX status=1 "
         "minutes=0 "
         "host=yes count=10 requests=744/0/0/732/12/0/0/0\n"},
        {"program-error",
         "error: code=0xC004F074 0xC004F074 No Key Management Service (KMS) could be contacted.\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *names[] = {cases[i].fixture, NULL};
        replies_check_facts(&interview, names, cases[i].facts);
    }
}

#define KMS "Invoke-IcingaCheckKms"

static void other_answers_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *fixture, *sentence, *advice;
    } cases[] = {
        {"exitcode-3-with-a-document", "answered 200 with a document and exitcode 3: the cmdlet failed",
         "Invoke-IcingaCheckKms"},
        {"exitcode-4", "answered 200: the JSON has no exitcode from 0 to 3 in the result of the command",
         "port"},
        {"without-exitcode",
         "answered 200: the JSON has no exitcode from 0 to 3 in the result of the command", "port"},
        {"without-checkresult", "answered 200: the JSON has no checkresult in the result of the command",
         "port"},
        {"result-is-null", "answered 200: the JSON has no result of the command", "port"},
        {"other-commands", "answered 200: the JSON has neither a result of " KMS " nor a message", "port"},
        {"document-instead-of-a-result",
         "answered 200: the JSON has neither a result of " KMS " nor a message", "port"},
        {"key-twice",
         "answered 200: the JSON of the reply cannot be read, line 1, column 49: an object has the same "
         "member twice",
         "port"},
        {"json-not-closed",
         "answered 200: the JSON of the reply cannot be read, line 1, column 1070: it ends before it is "
         "closed, it was cut",
         "port"},
        {"no-json",
         "answered 200: the JSON of the reply cannot be read, line 1, column 5: it breaks the syntax, or it "
         "was cut",
         "port"},
        {"html-from-a-proxy",
         "answered 502 with an HTML page: a proxy or another server, IcingaForWindows/1.13.0", "proxy"},
        {"no-document",
         "answered 200 with exitcode 0: no license document, it begins with: Service sppsvc is running", ""},
        {"empty-text", "answered 200 with exitcode 0: the document is empty", ""},
        {"json-cut-in-the-text",
         "answered 200 with exitcode 0: the JSON cannot be read, line 3, column 0: it ends before it is "
         "closed, it "
         "was cut",
         ""},
        {"threw", "answered 200: the cmdlet " KMS " threw an error: Access denied at line 3", "PowerShell"},
        {"failed-with-3",
         "answered 200: the cmdlet " KMS
         " failed and gave no license document: the license data cannot be queried",
         "kms-report.ps1"},
        {"bad-request",
         "answered 400: it did not understand the request: This API endpoint does only accept "
         "\"application/json\" as content type over POST.",
         "proxy"},
        {"unauthorized", "answered 401: it wants a login, offered: Basic", "--user"},
        {"not-white-listed",
         "answered 403: it does not allow the cmdlet " KMS
         " over its API: Icinga Permission error was thrown: Permission denied for command \"" KMS "\"",
         "stock rules"},
        {"not-white-listed-text",
         "answered 403: it does not allow the cmdlet " KMS " over its API: The command " KMS
         " you are trying to execute over this REST-Api endpoint is not whitelisted for remote execution.",
         "stock rules"},
        {"not-installed",
         "answered 404: it does not have the cmdlet " KMS
         ": Icinga plugin not found exception: Command \"" KMS "\" is not present on the system",
         "install the cmdlet"},
        {"no-such-endpoint",
         "answered 404: it does not know the path of the request: There was no module found which is "
         "registered for "
         "the endpoint name \"checkers\"",
         "--path"},
        {"no-version",
         "answered 404: it does not know the path of the request: Invalid API call received. No version "
         "specified.",
         "--path"},
        {"internal-error", "answered 500: Exception calling 'Invoke' with 0 arguments & more", "log"},
        {"too-slow",
         "answered 504: the cmdlet " KMS
         " did not come to an end in time: The request was not handled in time.",
         "measure"},
        {"message",
         "answered 200: it did not understand the request: This API endpoint does only accept GET and POST "
         "methods "
         "for requests.",
         "proxy"},
        {"welcome", "answered 200: Welcome to the Icinga for Windows API checker.", "log"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *names[] = {cases[i].fixture, NULL};
        replies_check_refusal(&interview, names, cases[i].sentence, cases[i].advice);
    }
}

static void a_code_of_windows_in_a_failure_is_kept(void **state)
{
    struct held held;
    const char *names[] = {"threw-with-a-code", NULL};
    (void)state;
    interview_hold(&interview, names, &held);
    assert_int_equal(held.turn, TURN_FAILED);
    assert_true(held.why.has_code);
    assert_int_equal(held.why.code, 0x80041003);
    assert_non_null(strstr(held.why.sentence, "threw an error: Error: 0x80041003 Access denied"));
    held_done(&held);
}

static void check_cuts(const char *name)
{
    replies_check_cuts(&interview, name);
}

static void a_reply_that_was_cut_never_says_less(void **state)
{
    (void)state;
    fixture_each("icinga_windows", check_cuts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_is_exactly_what_the_daemon_takes),
        cmocka_unit_test(names_that_would_need_encoding_are_not_sent),
        cmocka_unit_test(texts_of_the_cmdlet_become_facts),
        cmocka_unit_test(other_answers_are_refused_with_a_sentence),
        cmocka_unit_test(a_code_of_windows_in_a_failure_is_kept),
        cmocka_unit_test(a_reply_that_was_cut_never_says_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
