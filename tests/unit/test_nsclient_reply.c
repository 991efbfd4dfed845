/* SPDX-License-Identifier: MIT */
/* Results of NSClient++ in all their shapes. */
#include "test_agent_replies.h"

#include "payload/nsclient_reply.h"

static struct span body_of(const char *json)
{
    return span_of(json);
}

static void every_shape_gives_state_and_text(void **state)
{
    static const struct {
        const char *name, *json, *text, *command;
        enum nsclient_state state;
        bool has_metrics;
    } cases[] = {
        {"execute-number", "{\"command\":\"c\",\"result\":2,\"lines\":[{\"message\":\"m\",\"perf\":{}}]}",
         "m", "c", NSCLIENT_CRITICAL, false},
        {"execute-metrics",
         "{\"command\":\"c\",\"result\":0,\"lines\":[{\"message\":\"m\",\"perf\":{\"a\":{\"value\":3E1,"
         "\"warning\":\"4:5\"}}}]}",
         "m", "c", NSCLIENT_OK, true},
        {"execute-nagios-word",
         "{\"command\":\"c\",\"result\":\"WARNING\",\"lines\":[{\"message\":\"m\",\"perf\":\"'a'=1\"}]}", "m",
         "c", NSCLIENT_WARNING, true},
        {"number-with-exponent", "{\"command\":\"c\",\"result\":3E0,\"lines\":[{\"message\":\"m\"}]}", "m",
         "c", NSCLIENT_UNKNOWN, false},
        {"word-in-any-case", "{\"result\":\"Unknown\",\"lines\":[{\"message\":\"m\"}]}", "m", NULL,
         NSCLIENT_UNKNOWN, false},
        {"lines-are-joined",
         "{\"result\":0,\"lines\":[{\"message\":\"a\\r\\nb\"},{\"message\":\"\"},{\"message\":\"c\"}]}",
         "a\r\nb\n\nc", NULL, NSCLIENT_OK, false},
        {"payload-with-lines",
         "{\"payload\":[{\"command\":\"c\",\"result\":\"OK\",\"lines\":[{\"message\":\"m\",\"perf\":[{"
         "\"alias\":"
         "\"a\"}]}]}]}",
         "m", "c", NSCLIENT_OK, true},
        {"payload-with-header-and-number",
         "{\"header\":{\"source_id\":\"\"},\"payload\":[{\"command\":\"c\",\"lines\":[{\"message\":\"m\","
         "\"perf\":[]}],\"result\":1}]}",
         "m", "c", NSCLIENT_WARNING, false},
        {"payload-without-lines",
         "{\"header\":{},\"payload\":[{\"command\":\"c\",\"message\":\"m\",\"perf\":[],\"result\":\"OK\"}]}",
         "m", "c", NSCLIENT_OK, false},
        {"empty-text-is-a-text", "{\"result\":0,\"lines\":[{\"message\":\"\"}]}", "", NULL, NSCLIENT_OK,
         false},
        {"blanks-around", " \r\n{\"result\":0,\"lines\":[{\"message\":\"m\"}]}\n", "m", NULL, NSCLIENT_OK,
         false},
        {"brackets-in-a-text", "{\"result\":0,\"lines\":[{\"message\":\"\\\"[[{{\\\\\"}]}", "\"[[{{\\", NULL,
         NSCLIENT_OK, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        struct nsclient_reply reply;
        struct problem why;
        if (!nsclient_reply_read(body_of(cases[i].json), &arena, &reply, &why))
            fail_msg("%s: refused: %s", cases[i].name, why.sentence);
        if (reply.state != cases[i].state || !span_is(reply.text, cases[i].text) ||
            reply.has_metrics != cases[i].has_metrics)
            fail_msg("%s: expected %d, %d and <%s>, read %d, %d and <%.*s>", cases[i].name,
                     (int)cases[i].state, cases[i].has_metrics, cases[i].text, (int)reply.state,
                     reply.has_metrics, (int)reply.text.length, reply.text.bytes);
        const char *command = reply.command != NULL ? reply.command : "none";
        assert_string_equal(command, cases[i].command != NULL ? cases[i].command : "none");
        arena_done(&arena);
    }
}

static void anything_else_is_refused(void **state)
{
    static const struct {
        const char *name, *json, *words;
    } cases[] = {
        {"nothing", "", "answered with nothing"},
        {"blanks", " \r\n", "answered with nothing"},
        {"text", "OK: fine", "no JSON object"},
        {"list", "[]", "no JSON object"},
        {"empty-object", "{}", "without a result"},
        {"empty-payload", "{\"payload\":[]}", "without a result"},
        {"payload-is-text", "{\"payload\":\"x\"}", "without a result"},
        {"payload-with-empty-object", "{\"payload\":[{}]}", "without a result"},
        {"two-payloads", "{\"payload\":[{\"result\":0},{\"result\":0}]}", "answered with 2 results"},
        {"no-state", "{\"command\":\"c\",\"lines\":[{\"message\":\"m\"}]}", "no result of a command"},
        {"state-is-null", "{\"result\":null,\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"state-beyond", "{\"result\":4,\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"state-below", "{\"result\":-1,\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"state-between", "{\"result\":0.5,\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"state-true", "{\"result\":true,\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"state-of-another-word", "{\"result\":\"OKAY\",\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"state-in-digits", "{\"result\":\"0\",\"lines\":[{\"message\":\"m\"}]}", "no state"},
        {"no-text", "{\"result\":3}", "no text, state UNKNOWN"},
        {"no-lines", "{\"result\":0,\"lines\":[]}", "no text, state OK"},
        {"lines-are-no-list", "{\"result\":0,\"lines\":\"m\",\"message\":\"m\"}", "no text"},
        {"line-without-message", "{\"result\":0,\"lines\":[{\"message\":\"m\"},{}]}", "no text"},
        {"message-is-number", "{\"result\":0,\"lines\":[{\"message\":1}]}", "no text"},
        {"duplicate", "{\"result\":3,\"result\":0,\"message\":\"m\"}", "the same member twice"},
        {"duplicate-inside", "{\"result\":0,\"lines\":[{\"message\":\"m\",\"message\":\"n\"}]}",
         "the same member twice"},
        {"something-behind", "{\"result\":0,\"message\":\"m\"} x", "something follows its end"},
        {"second-object", "{\"result\":0,\"message\":\"m\"}{}", "something follows its end"},
        {"cut", "{\"result\":0,\"message\":\"m\"", "it was cut"},
        {"bytes-that-are-not-utf-8", "{\"result\":0,\"message\":\"\xE4\"}", "not UTF-8"},
        {"nul", "{\"result\":0,\"message\":\"\\u0000\"}", "NUL character"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        struct nsclient_reply reply;
        memset(&reply, 0x5A, sizeof reply);
        struct nsclient_reply before = reply;
        struct problem why = {.kind = PROBLEM_NONE};
        if (nsclient_reply_read(body_of(cases[i].json), &arena, &reply, &why))
            fail_msg("%s: was read", cases[i].name);
        if (strstr(why.sentence, cases[i].words) == NULL || why.kind == PROBLEM_NONE)
            fail_msg("%s: expected words <%s>, said <%s>", cases[i].name, cases[i].words, why.sentence);
        assert_memory_equal(&reply, &before, sizeof reply);
        arena_done(&arena);
    }
}

/* No result is read of any body that was cut, unless only blanks are missing. */
static void check_cuts(const char *name)
{
    struct recorded_reply recorded;
    recorded_read_file(name, &recorded);
    struct span body = recorded.reply.body, trimmed = span_trim(body);
    for (size_t length = 0; length < body.length; length++) {
        struct arena arena = {0};
        struct nsclient_reply reply;
        struct problem why;
        bool is_whole = body.bytes + length >= trimmed.bytes + trimmed.length;
        if (nsclient_reply_read(span_first(body, length), &arena, &reply, &why) && !is_whole &&
            strcmp(name, "nsclient/followed-by-text.http") != 0)
            fail_msg("%s cut after %zu bytes was read", name, length);
        arena_done(&arena);
    }
    recorded_done(&recorded);
}

static void a_cut_reply_is_no_result(void **state)
{
    (void)state;
    fixture_each("nsclient", check_cuts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_gives_state_and_text),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(a_cut_reply_is_no_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
