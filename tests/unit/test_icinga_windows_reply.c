/* SPDX-License-Identifier: MIT */
/* Replies of Icinga for Windows, and the document in their text. */
#include "test_license_facts.h"

#include "payload/icinga_windows_reply.h"

#define RESULT "\"exitcode\":0,\"checkresult\":\"text\""

static void check(const char *body, const char *expected)
{
    struct icinga_windows_reply reply;
    struct problem why = {.kind = PROBLEM_NONE};
    struct text printed;
    text_start(&printed, FACTS_MAXIMUM);
    if (!icinga_windows_reply_read(span_of(body), "Invoke-IcingaCheckKms", &reply, &why)) {
        text_append_format(&printed, "refused: %s", why.sentence);
    } else {
        if (reply.has_result)
            text_append_format(&printed, "%u %.*s", (unsigned)reply.exitcode, (int)reply.text.length,
                               reply.text.bytes);
        else
            text_append_format(&printed, "message %s", reply.message);
        icinga_windows_reply_done(&reply);
    }
    if (strcmp(text_string(&printed), expected) != 0)
        fail_msg("%s\n--- expected\n%s\n--- read\n%s", body, expected, text_string(&printed));
    text_done(&printed);
}

static void replies_are_read_in_every_form(void **state)
{
#define NO_EXITCODE "refused: the JSON has no exitcode from 0 to 3 in the result of the command"
#define NO_RESULT "refused: the JSON has neither a result of Invoke-IcingaCheckKms nor a message"
    static const struct {
        const char *body, *printed;
    } cases[] = {
        {"{\"Invoke-IcingaCheckKms\":{" RESULT ",\"perfdata\":[\"'a'=1 \",\"'b'=2 \"]}}", "0 text"},
        {"{\"Invoke-IcingaCheckKms\":{" RESULT ",\"perfdata\":[\"\\u0027a\\u0027=1 \"]}}", "0 text"},
        {"{\"Invoke-IcingaCheckKms\":{" RESULT ",\"perfdata\":\"'a'=1\"}}", "0 text"},
        {"{\"Invoke-IcingaCheckKms\":{" RESULT ",\"perfdata\":[]}}", "0 text"},
        {"{\"Invoke-IcingaCheckKms\":{" RESULT ",\"perfdata\":[\"\"]}}", "0 text"},
        {"{\"Invoke-IcingaCheckKms\":{" RESULT ",\"perfdata\":{}}}", "0 text"},
        {"{\"Invoke-IcingaCheckKms\":{" RESULT "}}", "0 text"},
        {" \r\n{\"invoke-icingacheckkms\":{" RESULT "}}\r\n", "0 text"},
        {"{\"other\":{\"exitcode\":3,\"checkresult\":\"\"},\"Invoke-IcingaCheckKms\":{" RESULT "}}",
         "0 text"},
        {"{\"kms\":{" RESULT "}}", "0 text"},
        {"{\"a\":{" RESULT "},\"b\":{" RESULT "}}", NO_RESULT},
        {"{\"a\":{\"exitcode\":\"3\",\"checkresult\":\"\\u003ca\\u003e \\u0026\\r\\n\\u0027b\\u0027\"}}",
         "3 <a> &\r\n'b'"},
        {"{\"a\":{\"exitcode\":4,\"checkresult\":\"\"}}", NO_EXITCODE},
        {"{\"a\":{\"exitcode\":-1,\"checkresult\":\"\"}}", NO_EXITCODE},
        {"{\"a\":{\"exitcode\":0.0,\"checkresult\":\"\"}}", NO_EXITCODE},
        {"{\"a\":{\"exitcode\":null,\"checkresult\":\"\"}}", NO_EXITCODE},
        {"{\"a\":{\"exitcode\":\"\",\"checkresult\":\"\"}}", NO_EXITCODE},
        {"{\"a\":{\"exitcode\":true,\"checkresult\":\"\"}}", NO_EXITCODE},
        {"{\"a\":{\"exitcode\":0,\"checkresult\":[\"text\"]}}",
         "refused: the JSON has no checkresult in the result of the command"},
        {"{\"Invoke-IcingaCheckKms\":[]}", "refused: the JSON has no result of the command"},
        {"{\"message\":\"Welcome\"}", "message Welcome"},
        {"\"no module\"", "message no module"},
        {"{\"message\":5}", NO_RESULT},
        {"{}", NO_RESULT},
        {"[]", NO_RESULT},
        {"5", NO_RESULT},
        {"null", NO_RESULT},
        {"", "refused: the JSON of the reply cannot be read, line 1, column 0: it ends before it is closed, "
             "it was cut"},
        {"{\"a\":{" RESULT "}", "refused: the JSON of the reply cannot be read, line 1, column 40: it ends "
                                "before it is closed, it was cut"},
        {"{\"a\":{" RESULT "}} x",
         "refused: the JSON of the reply cannot be read, line 1, column 43: something follows its end"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(cases[i].body, cases[i].printed);
}

static void the_headline_is_what_a_person_reads(void **state)
{
    static const struct {
        const char *text, *headline;
    } cases[] = {{"[OK] Check KMS\r\n\\_ [OK] more", "Check KMS"},
                 {"\\_ [WARNING] x", "x"},
                 {"[unknown]\r\n x", "x"},
                 {"[MAYBE] x", "[MAYBE] x"},
                 {"", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span headline = icinga_windows_headline(span_of(cases[i].text));
        if (!span_is(headline, cases[i].headline))
            fail_msg("%s: expected %s, read %.*s", cases[i].text, cases[i].headline, (int)headline.length,
                     headline.bytes);
    }
}

#define ROW "{\"Name\":\"W\",\"LicenseStatus\":1}"
#define FACTS "row: W, status=1\n"

static void documents_are_found_behind_what_the_framework_prints(void **state)
{
    static const struct {
        const char *text, *facts;
    } cases[] = {
        {ROW, FACTS},
        {"[" ROW "]", FACTS},
        {"[OK] " ROW, FACTS},
        {"[OK] [" ROW "]", FACTS},
        {"[ok]\r\n" ROW, FACTS},
        {"[CRITICAL] Check KMS: 1 Critical\r\n\\_ [CRITICAL] " ROW, FACTS},
        {"[UNKNOWN] Check KMS\r\n" ROW, FACTS},
        {"Check KMS\r\n" ROW, NULL},                      /* no state: it may be a damaged begin */
        {"[OK] {\"Name\":\"V\",\r\n" ROW, NULL},          /* cut among the first line */
        {"[OK] [" ROW ",\r\n" ROW, NULL},                 /* the same */
        {"[OK] Check KMS\r\n" ROW "\r\n" ROW, NULL},      /* two documents */
        {"[OK] Check KMS\r\n{\"LicenseStatus\":1", NULL}, /* cut */
        {"[OK] everything is fine", NULL},
        {"[OK]", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct license_document document = {0};
        struct problem why = {.kind = PROBLEM_NONE};
        struct text facts;
        bool is_read = icinga_windows_document_read(span_of(cases[i].text), &document, &why);
        facts_print(&document, &facts);
        if (is_read != (cases[i].facts != NULL) ||
            (is_read && strcmp(text_string(&facts), cases[i].facts) != 0))
            fail_msg("%s\n--- expected\n%s\n--- read\n%s%s", cases[i].text,
                     cases[i].facts != NULL ? cases[i].facts : "a refusal", text_string(&facts),
                     why.sentence);
        if (!is_read)
            assert_true(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
        text_done(&facts);
        license_document_done(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_are_read_in_every_form),
        cmocka_unit_test(the_headline_is_what_a_person_reads),
        cmocka_unit_test(documents_are_found_behind_what_the_framework_prints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
