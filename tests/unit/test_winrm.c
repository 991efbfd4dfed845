/* SPDX-License-Identifier: MIT */
/* Conversations with WinRM: the replies of fixtures in, requests and facts or a sentence out. */
#include "test_agent_replies.h"
#include "test_winrm_facts.h"

#include "agents/wsman_request.h"

/* The id of every message when the random bytes are those of fill_with_ones. */
#define FIXED_ID "uuid:11111111-1111-4111-9111-111111111111"

enum { REPLIES_MAXIMUM = 10 };

#define OFFICE                                                                                               \
    "row: Office 24, Office24ProPlus2024VL_KMS_Client_AE edition, channel=kms-client key=XXXXX status=5 "    \
    "reason=0xC004F009 minutes=0 count=none\n"
#define UPDATES                                                                                              \
    "row: Windows(R), Client-ESU-Year1 add-on for Enterprise, channel=mak key=XXXXX status=0 "               \
    "reason=0x00000000 minutes=0 last=2 addon=yes kms=kms01.corp.example.com kms-port=1688 "                 \
    "address=192.0.2.11 activation=120 renewal=10080 host=no count=none\n"
#define OFFICE_15                                                                                            \
    "row: Office 15, OfficeProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "             \
    "reason=0x4004F040 minutes=256748 count=none\n"
#define SERVICE                                                                                              \
    "service: version=10.0.26100.1 cmid=26fc4b2f-a96d-5006-b2d6-3f9e0efd390e host=yes count=26 "             \
    "requests=1680/?/?/?/?/?/?/? port=0 publishing=yes low-priority=no\n"

static void fill_with_ones(uint8_t *bytes, size_t length)
{
    memset(bytes, 0x11, length);
}

static const struct agent_wishes usual = {.authority = "kms01.corp.example.com:5986",
                                          .login = HTTP_LOGIN_NEGOTIATE,
                                          .fill_with_random = fill_with_ones};

/* What was asked: "Enumerate SELECT ...", "Pull CONTEXT", a line each. */
static void note_request(const struct http_request *request, struct text *requests)
{
    static const char *const marks[] = {"Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">",
                                        "<n:EnumerationContext>"};
    static const char *const names[] = {"Enumerate", "Pull"};
    assert_string_equal(request->method, "POST");
    assert_string_equal(request->path, "/wsman");
    assert_string_equal(request->headers[0].name, "Content-Type");
    assert_string_equal(request->headers[0].value, "application/soap+xml;charset=UTF-8");
    assert_true(span_contains(request->body, "<a:MessageID>" FIXED_ID "</a:MessageID>"));
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        for (struct span rest = request->body; rest.length > 0; rest = span_from(rest, 1)) {
            if (!span_starts_with(rest, marks[i]))
                continue;
            rest = span_from(rest, strlen(marks[i]));
            text_append_format(requests, "%s ", names[i]);
            text_append_span(requests, span_first(rest, span_find(rest, '<')));
            text_append(requests, "\n");
        }
    }
}

static const struct interview interview = {&winrm_agent, "winrm", &usual, note_request};

struct conversation_case {
    const char *replies[REPLIES_MAXIMUM];
    const char *outcome; /* facts, or words of the sentence */
    enum problem_kind kind;
    uint32_t code;
};

#define NO_OFFICE "service", "office-platform-absent"

static const struct conversation_case answered[] = {
    {{"products-select-all", NO_OFFICE}, SERVICE WINRM_CLIENT, 0, 0},
    {{"products-xml-fragment", NO_OFFICE}, SERVICE WINRM_CLIENT, 0, 0},
    {{"products-utf-16", NO_OFFICE}, SERVICE WINRM_CLIENT, 0, 0},
    {{"products-without-relates-to", NO_OFFICE}, SERVICE WINRM_CLIENT, 0, 0},
    {{"products-first-of-three", "products-second-of-three", "products-last-of-three", NO_OFFICE},
     SERVICE WINRM_HOST OFFICE UPDATES WINRM_CLIENT,
     0,
     0},
    {{"products-context-only", "products-last-of-three", NO_OFFICE}, SERVICE WINRM_CLIENT, 0, 0},
    {{"products-context-only", "endless-context", "products-last-of-three", NO_OFFICE},
     SERVICE WINRM_CLIENT,
     0,
     0},
    {{"products-none", "service-none", "office-platform-absent"}, "", 0, 0},
    {{"products-select-all", "service", "office-platform", "office-products"},
     SERVICE WINRM_CLIENT OFFICE_15,
     0,
     0},
    {{"products-select-all", "service", "fault-access-denied", "fault-class-missing"},
     SERVICE WINRM_CLIENT,
     0,
     0},
    {{"products-select-all", "service", "fault-wmi-access-denied", "fault-invalid-class-in-text"},
     SERVICE WINRM_CLIENT,
     0,
     0},
    {{"products-select-all", "service", "fault-access-denied", "office-products"},
     SERVICE WINRM_CLIENT OFFICE_15,
     0,
     0},
    {{"products-none", "service-none", "office-platform", "office-products", "office-service"},
     "service: version=15.0.1.0 cmid=00000000-0000-4000-8000-000000000099\n" OFFICE_15,
     0,
     0},
    {{"fault-invalid-date", "products-xml-fragment", NO_OFFICE}, SERVICE WINRM_CLIENT, 0, 0},
    {{"products-first-of-three", "fault-invalid-date", "products-xml-fragment", NO_OFFICE},
     SERVICE WINRM_CLIENT,
     0,
     0},
    {{"fault-invalid-date", "fault-invalid-query", "fault-invalid-query", "products-xml-fragment", NO_OFFICE},
     SERVICE WINRM_CLIENT,
     0,
     0},
    {{"products-host", "service", "office-platform", "fault-invalid-date", "office-products"},
     SERVICE WINRM_HOST OFFICE_15,
     0,
     0},
};

static void whole_conversations_give_the_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answered / sizeof answered[0]; i++) {
        struct held held;
        struct text facts;
        interview_hold(&interview, answered[i].replies, &held);
        if (held.turn != TURN_ANSWERED)
            fail_msg("case %zu: turn %d: %s\n%s", i, (int)held.turn, held.why.sentence,
                     text_string(&held.notes));
        if (strcmp(facts_print(&held.conversation.document, &facts), answered[i].outcome) != 0)
            fail_msg("case %zu:\n--- expected\n%s--- read\n%s", i, answered[i].outcome, text_string(&facts));
        text_done(&facts);
        held_done(&held);
    }
}

#define RETRIED "fault-invalid-date", "fault-invalid-query", "fault-invalid-query"

static const struct conversation_case failed[] = {
    {{"fault-access-denied"},
     "refused the query of SoftwareLicensingProduct: access denied, fault 0x00000005: Zugriff verweigert",
     PROBLEM_REFUSED,
     0x80070005},
    {{"fault-white-space"}, "access denied, fault 0x00000005: The account may", PROBLEM_REFUSED, 0x80070005},
    {{"fault-status-400"}, "access denied, fault 0x00000005", PROBLEM_REFUSED, 0x80070005},
    {{"fault-status-200"}, "access denied, fault 0x00000005", PROBLEM_REFUSED, 0x80070005},
    {{"fault-without-wsmanfault"}, "access denied, fault AccessDenied: Not", PROBLEM_REFUSED, 0x80070005},
    {{"fault-class-missing"}, "class or namespace not there, fault 0x80338000: No class", PROBLEM_MISSING, 0},
    {{"fault-timed-out"}, "the query did not end in time, fault 0x80338029: It took", PROBLEM_TIMEOUT, 0},
    {{"fault-empty-reason"}, "the query did not end in time, fault 0x80338029", PROBLEM_TIMEOUT, 0},
    {{"fault-invalid-query"},
     "WMI did not accept the query, code 0x80041017, fault 0x80338102: The provider",
     PROBLEM_PROTOCOL,
     0x80041017},
    {{"fault-invalid-class-in-text"}, "WMI has no such class, code 0x80041010", PROBLEM_MISSING, 0x80041010},
    {{"fault-wmi-access-denied"}, "WMI denied access, code 0x80041003", PROBLEM_REFUSED, 0x80041003},
    {{"fault-too-many-operations"}, "too many operations of this user", PROBLEM_PROTOCOL, 0},
    {{"fault-unknown-code"}, "for a reason of its own, fault 0x803380FA: Something", PROBLEM_PROTOCOL, 0},
    {{"fault-invalid-date", "fault-invalid-date"}, "a value does not fit its schema", PROBLEM_PROTOCOL, 0},
    {{RETRIED, "fault-invalid-query"}, "WMI did not accept the query", PROBLEM_PROTOCOL, 0x80041017},
    {{"products-select-all", "fault-invalid-date"},
     "refused the query of SoftwareLicensingService: a value does not",
     PROBLEM_PROTOCOL,
     0},
    {{"products-select-all", "service", "fault-access-denied", "fault-access-denied"},
     "refused the query of OfficeSoftwareProtectionProduct: access denied",
     PROBLEM_REFUSED,
     0x80070005},
    {{"products-select-all", "service", "fault-too-many-operations"},
     "refused the query of Win32_Service: too many operations",
     PROBLEM_PROTOCOL,
     0},
    {{"products-select-all", "service", "office-platform", "fault-class-missing"},
     "refused the query of OfficeSoftwareProtectionProduct: class or namespace not there",
     PROBLEM_MISSING,
     0},
    {{"401-negotiate-and-basic"},
     "answered 401: the Kerberos login was refused, offered: Negotiate, Basic",
     PROBLEM_REFUSED,
     0},
    {{"401-negotiate-and-kerberos"}, "refused, offered: Negotiate, Kerberos", PROBLEM_REFUSED, 0},
    {{"401-credssp"}, "offered: Negotiate, Kerberos, CredSSP", PROBLEM_REFUSED, 0},
    {{"401-basic-alone"}, "login method negotiate is not offered, offered: Basic", PROBLEM_REFUSED, 0},
    {{"401-offers-nothing"}, "the Kerberos login was refused, offered: none", PROBLEM_REFUSED, 0},
    {{"products-select-all", "401-negotiate-and-basic"}, "answered 401", PROBLEM_REFUSED, 0},
    {{"500-empty"}, "answered 500", PROBLEM_PROTOCOL, 0},
    {{"404"}, "answered 404 with an HTML page", PROBLEM_PROTOCOL, 0},
    {{"404-empty"}, "answered 404", PROBLEM_PROTOCOL, 0},
    {{"503-empty"}, "answered 503", PROBLEM_PROTOCOL, 0},
    {{"html-from-a-proxy"},
     "answered 200 with an HTML page: a proxy or another server, squid/5.7",
     PROBLEM_PROTOCOL,
     0},
    {{"redirection"}, "answered 302, a redirection to https://portal", PROBLEM_PROTOCOL, 0},
    {{"entity-expansion"}, "answered 200: the XML cannot be read, line 1, column ", PROBLEM_PROTOCOL, 0},
    {{"document-type"}, "it has a document type (DTD)", PROBLEM_PROTOCOL, 0},
    {{"undefined-entity"}, "it has an entity that XML itself does not have", PROBLEM_PROTOCOL, 0},
    {{"processing-instruction"}, "it has a processing instruction", PROBLEM_PROTOCOL, 0},
    {{"truncated"}, "it ends before it is closed, it was cut", PROBLEM_PROTOCOL, 0},
    {{"followed-by-more"}, "something follows its end", PROBLEM_PROTOCOL, 0},
    {{"nested-too-deeply"}, "it is nested too deeply", PROBLEM_PROTOCOL, 0},
    {{"identify"}, "has IdentifyResponse where no answer of WinRM has it", PROBLEM_PROTOCOL, 0},
    {{"products-other-class"},
     "has an item Win32_Service where only SoftwareLicensingProduct",
     PROBLEM_PROTOCOL,
     0},
    {{"products-other-message"},
     "answered another message than that about SoftwareLicensingProduct",
     PROBLEM_PROTOCOL,
     0},
    {{"products-neither-end-nor-context"}, "with rows that neither end nor go on", PROBLEM_PROTOCOL, 0},
    {{"products-last-of-three"}, "with PullResponse where EnumerateResponse was wanted", PROBLEM_PROTOCOL, 0},
    {{"products-first-of-three", "products-select-all"},
     "with EnumerateResponse where PullResponse was wanted",
     PROBLEM_PROTOCOL,
     0},
    {{"products-empty-context-ends"},
     "answered SoftwareLicensingProduct with rows that neither end nor go on",
     PROBLEM_PROTOCOL,
     0},
    {{"products-first-of-three", "products-second-of-three", "products-second-of-three"},
     "answered two rows of SoftwareLicensingProduct with the same ID",
     PROBLEM_PROTOCOL,
     0},
    {{"products-select-all", "service-twice"},
     "more than one row of SoftwareLicensingService",
     PROBLEM_PROTOCOL,
     0},
};

static void other_replies_give_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof failed / sizeof failed[0]; i++) {
        struct held held;
        interview_hold(&interview, failed[i].replies, &held);
        const struct problem *why = &held.why;
        if (held.turn != TURN_FAILED || strstr(why->sentence, failed[i].outcome) == NULL)
            fail_msg("case %zu: turn %d\n--- expected to contain\n%s\n--- said\n%s", i, (int)held.turn,
                     failed[i].outcome, why->sentence);
        if (why->kind != failed[i].kind || (why->has_code ? why->code : 0) != failed[i].code)
            fail_msg("%s: kind %d, code 0x%08X", why->sentence, (int)why->kind, (unsigned)why->code);
        held_done(&held);
    }
}

static void the_queries_come_in_order_with_the_latest_context(void **state)
{
    static const char *const replies[] = {"products-first-of-three",
                                          "products-second-of-three",
                                          "products-last-of-three",
                                          "service",
                                          "office-platform",
                                          "office-products",
                                          NULL};
    struct held held;
    (void)state;
    interview_hold(&interview, replies, &held);
    assert_int_equal(held.turn, TURN_ANSWERED);
    assert_string_equal(
        text_string(&held.notes),
        "Enumerate SELECT * FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL\n"
        "Pull uuid:AAAAAAAA-0000-4000-8000-000000000001\n"
        "Pull uuid:AAAAAAAA-0000-4000-8000-000000000002\n"
        "Enumerate SELECT * FROM SoftwareLicensingService\n"
        "Enumerate SELECT Name FROM Win32_Service WHERE Name=&#39;osppsvc&#39;\n"
        "Enumerate SELECT * FROM OfficeSoftwareProtectionProduct WHERE PartialProductKey IS NOT NULL\n");
    held_done(&held);
}

static void every_set_of_columns_is_smaller(void **state)
{
    static const char *const replies[] = {RETRIED, NULL};
    struct held held;
    (void)state;
    interview_hold(&interview, replies, &held);
    assert_int_equal(held.turn, TURN_ASK);
    struct span rest = fixture_span(&held.notes);
    struct span all = span_cut(&rest, '\n'), today = span_cut(&rest, '\n'), windows_7 = span_cut(&rest, '\n'),
                vista = span_cut(&rest, '\n');
    assert_true(span_contains(all, "SELECT * FROM"));
    assert_true(span_contains(today, ",VLActivationType,") && span_contains(today, "LicenseStatus,"));
    assert_false(span_contains(today, "EvaluationEndDate") || span_contains(today, "TrustedTime"));
    assert_false(span_contains(windows_7, "VLActivationType") || span_contains(windows_7, "IpAddress"));
    assert_true(span_contains(windows_7, "KeyManagementServiceCurrentCount"));
    assert_false(span_contains(vista, "KeyManagement") || span_contains(vista, "VLRenewal"));
    assert_true(span_contains(vista, "GracePeriodRemaining FROM SoftwareLicensingProduct WHERE Partial"));
    held_done(&held);
}

/* The same reply for ever: the sentence with which that ends, and after how many replies. */
static void check_endless(const char *first, const char *again, const char *words, size_t most)
{
    struct recorded_reply begin, repeated;
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    recorded_read("winrm", first, &begin);
    recorded_read("winrm", again, &repeated);
    size_t count = 1;
    enum turn turn = conversation_start(&conversation, &winrm_agent, &usual, &request, &why);
    assert_int_equal(turn, TURN_ASK);
    turn = conversation_next(&conversation, &begin.reply, &request, &why);
    for (; turn == TURN_ASK && count <= most; count++)
        turn = conversation_next(&conversation, &repeated.reply, &request, &why);
    if (turn != TURN_FAILED || strstr(why.sentence, words) == NULL)
        fail_msg("%s: turn %d after %zu replies, %s", again, (int)turn, count, why.sentence);
    conversation_done(&conversation);
    recorded_done(&begin);
    recorded_done(&repeated);
}

static void a_context_without_an_end_ends(void **state)
{
    (void)state;
    check_endless("products-context-only", "endless-context",
                  "answered 10 times without a row of SoftwareLicensingProduct and without an end", 10);
    check_endless("products-context-only", "endless-rows", "more than 4096 products", 104);
}

static void the_login_is_explained_with_the_ways_of_winrm(void **state)
{
    static const struct {
        enum http_login login;
        const char *fixture, *sentence, *advice;
    } cases[] = {
        {HTTP_LOGIN_BASIC, "401-negotiate-and-kerberos",
         "login method basic is not offered, offered: Negotiate, Kerberos", "Basic is off by default"},
        {HTTP_LOGIN_BASIC, "401-negotiate-and-basic",
         "user or password was refused (basic login), offered: Negotiate, Basic", "local accounts only"},
        {HTTP_LOGIN_NEGOTIATE, "401-negotiate-and-kerberos", "offered: Negotiate, Kerberos", "no address"},
        {HTTP_LOGIN_NTLM, "401-negotiate-and-basic", "offered: Negotiate, Basic", "give the domain"},
        {HTTP_LOGIN_NTLM, "401-basic-alone", "is not offered, offered: Basic", "give the domain"},
        {HTTP_LOGIN_CERTIFICATE, "401-negotiate-and-basic",
         "the client certificate was refused, offered: Negotiate, Basic", "login by certificate is off"},
        {HTTP_LOGIN_NONE, "401-negotiate-and-basic", "it wants a login, offered: Negotiate, Basic",
         "answers nobody without a login"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct agent_wishes wishes = usual;
        const struct interview other = {&winrm_agent, "winrm", &wishes, note_request};
        const char *replies[] = {cases[i].fixture, NULL};
        struct held held;
        wishes.login = cases[i].login;
        interview_hold(&other, replies, &held);
        const struct problem *why = &held.why;
        if (held.turn != TURN_FAILED || strstr(why->sentence, cases[i].sentence) == NULL ||
            strstr(why->advice, cases[i].advice) == NULL)
            fail_msg("%s: %s | %s", cases[i].fixture, why->sentence, why->advice);
        held_done(&held);
    }
}

static void plain_http_explains_encryption(void **state)
{
    struct agent_wishes wishes = usual;
    const struct interview plain = {&winrm_agent, "winrm", &wishes, note_request};
    static const char *const replies[] = {"500-empty", NULL};
    struct held held;
    (void)state;
    wishes.is_plain = true;
    interview_hold(&plain, replies, &held);
    assert_int_equal(held.turn, TURN_FAILED);
    assert_non_null(strstr(held.why.sentence, "wants messages to be encrypted"));
    assert_non_null(strstr(held.why.advice, "5986"));
    assert_non_null(strstr(held.why.advice, "AllowUnencrypted"));
    held_done(&held);
}

static void the_request_says_who_and_what(void **state)
{
    struct agent_wishes wishes = usual;
    struct conversation conversation;
    struct http_request request;
    struct problem why;
    (void)state;
    wishes.login = HTTP_LOGIN_CERTIFICATE;
    wishes.path = "/other?a=1&b=2";
    assert_int_equal(conversation_start(&conversation, &winrm_agent, &wishes, &request, &why), TURN_ASK);
    assert_string_equal(request.path, "/other?a=1&b=2");
    assert_int_equal(request.header_count, 2);
    assert_string_equal(request.headers[1].name, "Authorization");
    assert_string_equal(request.headers[1].value,
                        "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual");
    assert_false(request.headers[1].is_secret);
    static const char *const parts[] = {
        "<a:To>https://kms01.corp.example.com:5986/other?a=1&#38;b=2</a:To>",
        ">http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*</w:ResourceURI>",
        "<a:Action s:mustUnderstand=\"true\">http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate<",
        "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">153600</w:MaxEnvelopeSize>",
        "<w:Locale s:mustUnderstand=\"false\" xml:lang=\"en-US\"/>",
        "<w:OperationTimeout>PT20S</w:OperationTimeout>",
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements><w:Filter Dialect="};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!span_contains(request.body, parts[i]))
            fail_msg("%s is not in\n%.*s", parts[i], (int)request.body.length, request.body.bytes);
    }
    conversation_done(&conversation);
}

static void foreign_text_cannot_break_a_message(void **state)
{
    struct wsman_message message = {.authority = "a", .path = "/", .id = "uuid:1"};
    struct text xml;
    (void)state;
    text_start(&xml, WSMAN_MESSAGE_MAXIMUM);
    wsman_append_pull(&xml, &message, "<&>\"'\r\n\x01]]>");
    assert_non_null(strstr(text_string(&xml),
                           "<n:EnumerationContext>&#60;&#38;&#62;&#34;&#39;&#13;&#10;?]]&#62;"
                           "</n:EnumerationContext>"));
    text_done(&xml);
}

/* Random bytes that differ from call to call. */
static void fill_with_counted(uint8_t *bytes, size_t length)
{
    static uint8_t next;
    for (size_t i = 0; i < length; i++)
        bytes[i] = next++;
}

static void every_message_has_its_own_id(void **state)
{
    uint8_t random[WSMAN_ID_RANDOM];
    char first[WSMAN_ID_SIZE], second[WSMAN_ID_SIZE];
    (void)state;
    fill_with_counted(random, sizeof random);
    wsman_make_id(random, first);
    fill_with_counted(random, sizeof random);
    wsman_make_id(random, second);
    assert_string_equal(first, "uuid:00010203-0405-4607-8809-0a0b0c0d0e0f");
    assert_string_equal(second, "uuid:10111213-1415-4617-9819-1a1b1c1d1e1f");
    struct agent_wishes wishes = usual;
    wishes.fill_with_random = fill_with_counted;
    struct conversation conversation;
    struct recorded_reply reply;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    recorded_read("winrm", "products-without-relates-to", &reply);
    assert_int_equal(conversation_start(&conversation, &winrm_agent, &wishes, &request, &why), TURN_ASK);
    assert_true(span_contains(request.body, "uuid:20212223-"));
    assert_int_equal(conversation_next(&conversation, &reply.reply, &request, &why), TURN_ASK);
    assert_true(span_contains(request.body, "uuid:30313233-"));
    conversation_done(&conversation);
    recorded_done(&reply);
}

static void a_reply_cut_anywhere_answers_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answered / sizeof answered[0]; i++)
        interview_check_cuts(&interview, answered[i].replies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_conversations_give_the_facts),
        cmocka_unit_test(other_replies_give_a_sentence),
        cmocka_unit_test(the_queries_come_in_order_with_the_latest_context),
        cmocka_unit_test(every_set_of_columns_is_smaller),
        cmocka_unit_test(a_context_without_an_end_ends),
        cmocka_unit_test(the_login_is_explained_with_the_ways_of_winrm),
        cmocka_unit_test(plain_http_explains_encryption),
        cmocka_unit_test(the_request_says_who_and_what),
        cmocka_unit_test(foreign_text_cannot_break_a_message),
        cmocka_unit_test(every_message_has_its_own_id),
        cmocka_unit_test(a_reply_cut_anywhere_answers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
