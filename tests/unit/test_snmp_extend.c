/* SPDX-License-Identifier: MIT */
/* Whole conversations with an agent that has scripts behind NET-SNMP-EXTEND-MIB. */
#include "test_license_facts.h"
#include "test_snmp_kit.h"

#include "payload/document.h"

static const struct snmp_oid output_table = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 3, 1);
static const struct snmp_oid line_column = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 4, 1, 2);
static const struct snmp_oid cache_times = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 5, 1, 0);

enum { COLUMN_FIRST_LINE = 1, COLUMN_OUTPUT = 2, COLUMN_LINES = 3, COLUMN_RESULT = 4 };

static struct snmp_oid fact_name(uint32_t column, const char *extend)
{
    struct snmp_oid oid = output_table;
    assert_true(snmp_oid_append_part(&oid, column));
    assert_true(snmp_oid_append_string(&oid, span_of(extend)));
    return oid;
}

static struct snmp_oid line_name(const char *extend, uint32_t number)
{
    struct snmp_oid oid = line_column;
    assert_true(snmp_oid_append_string(&oid, span_of(extend)));
    assert_true(number == 0 || snmp_oid_append_part(&oid, number));
    return oid;
}

static struct snmp_oid keeping_name(const char *extend)
{
    struct snmp_oid oid = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 2, 1, 5);
    assert_true(snmp_oid_append_string(&oid, span_of(extend)));
    return oid;
}

/* What snmpd makes of an output: the last line end is dropped. */
static void set_output(struct mib_agent *agent, const char *extend, int64_t result, struct span output)
{
    struct snmp_oid lines = line_name(extend, 0);
    mib_remove_below(agent, &lines);
    if (output.length > 0 && output.bytes[output.length - 1] == '\n')
        output.length--;
    size_t count = 0;
    for (struct span rest = {output.bytes != NULL ? output.bytes : "", output.length}; rest.bytes != NULL;) {
        struct span line = span_cut(&rest, '\n');
        if (count++ == 0)
            mib_set(agent, fact_name(COLUMN_FIRST_LINE, extend), mib_bytes(line));
        mib_set(agent, line_name(extend, (uint32_t)count), mib_bytes(line));
    }
    mib_set(agent, fact_name(COLUMN_OUTPUT, extend), mib_bytes(output));
    mib_set(agent, fact_name(COLUMN_LINES, extend), mib_number((int64_t)count));
    mib_set(agent, fact_name(COLUMN_RESULT, extend), mib_number(result));
}

/* The agent of most tests: our script, and another one before and behind it. */
static void start_agent(struct mib_agent *agent, int64_t result, struct span output)
{
    mib_start(agent);
    set_output(agent, "aaa", 0, span_of("not ours\nnot ours\n"));
    set_output(agent, "kms", result, output);
    set_output(agent, "kmsx", 0, span_of("not ours\nnot ours\nnot ours\n"));
    mib_set(agent, cache_times, mib_number(5));
}

static const struct snmp_wishes version_2c = {.extend = "kms"};
static const struct snmp_wishes version_1 = {.extend = "kms", .is_version_1 = true};

static struct mib_agent agent; /* large */

/* What a text ends with, so that nobody takes a part of it for all. */
static const char end_mark[] = "KMSEND\r\n";

static struct span without_mark(struct span bytes)
{
    size_t length = sizeof end_mark - 1;
    bool has_mark = bytes.length >= length && span_is(span_from(bytes, bytes.length - length), end_mark);
    return has_mark ? span_first(bytes, bytes.length - length) : bytes;
}

/* The same facts as of the document itself. */
static void check_same_document(const char *name, const struct license_document *document, struct span bytes)
{
    struct license_document whole;
    struct problem why;
    struct text expected, actual;
    if (!document_read(without_mark(bytes), &whole, &why))
        fail_msg("%s: the fixture is no document: %s", name, why.sentence);
    text_start(&expected, FACTS_MAXIMUM);
    text_start(&actual, FACTS_MAXIMUM);
    facts_print(&whole, &expected);
    facts_print(document, &actual);
    if (strcmp(text_string(&expected), text_string(&actual)) != 0)
        fail_msg("%s:\n  is:        %s\n  should be: %s", name, text_string(&actual), text_string(&expected));
    text_done(&expected);
    text_done(&actual);
    license_document_done(&whole);
}

/* Asks `agent`; `bytes` is what it must have said, and `turns` (0 = any) how often it was asked. */
static void check_answered(const char *name, const struct snmp_wishes *wishes, struct span bytes,
                           size_t turns)
{
    struct snmp_conversation conversation;
    struct problem why;
    agent.is_version_1 = wishes->is_version_1;
    agent.turn = 0;
    if (mib_talk(&agent, &snmp_extend_agent, wishes, &conversation, &why) != SNMP_TURN_ANSWERED)
        fail_msg("%s: %s", name, why.sentence);
    check_same_document(name, &conversation.document, bytes);
    if (turns > 0 && agent.turn != turns)
        fail_msg("%s: asked %zu times, should be %zu", name, agent.turn, turns);
    snmp_conversation_done(&conversation);
}

static void check_failed(const char *name, const struct snmp_wishes *wishes, const char *words)
{
    struct snmp_conversation conversation;
    struct problem why;
    agent.is_version_1 = wishes->is_version_1;
    agent.turn = 0;
    enum snmp_turn turn = mib_talk(&agent, &snmp_extend_agent, wishes, &conversation, &why);
    mib_check_failure(name, turn, &why, words);
    if (why.kind == PROBLEM_PROTOCOL && why.advice[0] == '\0')
        fail_msg("%s: has no advice: %s", name, why.sentence);
    snmp_conversation_done(&conversation);
}

/* ---- documents ---- */

/* A document of at least `lines` lines: one of slmgr.vbs with blank lines and the mark behind it. */
static struct text long_document(const char *fixture, size_t lines)
{
    struct text bytes = fixture_read(fixture), text;
    text_start(&text, FIXTURE_MAXIMUM);
    text_append_span(&text, fixture_span(&bytes));
    for (size_t i = 0; i < lines; i++)
        text_append(&text, "\r\n");
    if (!span_starts_with(fixture_span(&bytes), "{"))
        text_append(&text, end_mark);
    text_done(&bytes);
    return text;
}

static void one_line_is_read_from_the_first_reply(void **state)
{
    (void)state;
    struct text bytes = fixture_read("json/report-script-kms-host.json");
    start_agent(&agent, 0, fixture_span(&bytes));
    check_answered("one line, version 2c", &version_2c, fixture_span(&bytes), 1);
    check_answered("one line, version 1", &version_1, fixture_span(&bytes), 1);
    text_done(&bytes);
}

static void few_lines_are_read_as_one_value(void **state)
{
    (void)state;
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 0);
    start_agent(&agent, 0, fixture_span(&bytes));
    check_answered("few lines, version 2c", &version_2c, fixture_span(&bytes), 2);
    check_answered("few lines, version 1", &version_1, fixture_span(&bytes), 2);
    text_done(&bytes);
}

static void many_lines_are_walked_and_proved(void **state)
{
    (void)state;
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 200);
    start_agent(&agent, 0, fixture_span(&bytes));
    check_answered("many lines, version 2c", &version_2c, fixture_span(&bytes), 0);
    assert_int_equal(agent.kinds[SNMP_GET], 2);
    assert_true(agent.kinds[SNMP_GET_BULK] > 8);
    check_answered("many lines, version 1", &version_1, fixture_span(&bytes), 0);
    agent.shorter_bulk = 7;
    check_answered("an agent that sends fewer lines than it is asked for", &version_2c, fixture_span(&bytes),
                   0);
    text_done(&bytes);
}

static void check_every_size(const char *name, int error)
{
    struct text bytes = long_document(name, 0);
    for (size_t reply_maximum = 160; reply_maximum < 2000; reply_maximum += 130) {
        start_agent(&agent, 0, fixture_span(&bytes));
        agent.reply_maximum = reply_maximum;
        agent.too_big_error = error;
        check_answered(name, &version_2c, fixture_span(&bytes), 0);
        check_answered(name, &version_1, fixture_span(&bytes), 0);
        agent.is_bulk_all_or_nothing = true;
        check_answered(name, &version_2c, fixture_span(&bytes), 0);
    }
    text_done(&bytes);
}

static void replies_that_are_too_big_are_asked_for_in_parts(void **state)
{
    (void)state;
    check_every_size("slmgr/server-2025-kms-host.txt", SNMP_ERROR_TOO_BIG);
    check_every_size("slmgr/windows-11-kms-client.txt", SNMP_ERROR_TOO_BIG);
    check_every_size("slmgr/server-2025-kms-host.txt", SNMP_ERROR_GENERAL);
    struct text bytes = fixture_read("json/report-script-kms-host.json");
    start_agent(&agent, 0, fixture_span(&bytes));
    agent.reply_maximum = bytes.length + 40;
    check_answered("a line that fits alone", &version_2c, fixture_span(&bytes), 0);
    agent.reply_maximum = 400;
    check_failed("a line that does not fit", &version_2c, "tooBig|nsExtendOutput1Line");
    check_failed("a line that does not fit, version 1", &version_1, "tooBig|nsExtendOutput1Line");
    text_done(&bytes);
    struct text lines;
    text_start(&lines, FIXTURE_MAXIMUM);
    text_append(&lines, "short\n");
    for (size_t i = 0; i < 300; i++)
        text_append(&lines, "long ");
    text_append(&lines, "\nshort\n");
    start_agent(&agent, 0, fixture_span(&lines));
    agent.reply_maximum = 1000;
    check_failed("a later line that does not fit", &version_2c, "tooBig|one line of the output");
    check_failed("a later line that does not fit, version 1", &version_1, "tooBig|one line of the output");
    text_done(&lines);
}

/* So does an agent of version 3, which cannot write such a reply. */
static void a_general_error_may_be_a_value_that_is_too_big(void **state)
{
    (void)state;
    struct text bytes = fixture_read("json/report-script-kms-host.json");
    start_agent(&agent, 0, fixture_span(&bytes));
    agent.too_big_error = SNMP_ERROR_GENERAL;
    agent.reply_maximum = bytes.length + 40;
    check_answered("a line that fits alone", &version_2c, fixture_span(&bytes), 0);
    agent.reply_maximum = 400;
    check_failed("a line that does not fit", &version_2c, "genErr|nsExtendOutput1Line|64 kB|print");
    text_append(&bytes, "\n");
    struct text lines;
    text_start(&lines, FIXTURE_MAXIMUM);
    text_append(&lines, "\n");
    text_append_span(&lines, fixture_span(&bytes));
    start_agent(&agent, 0, fixture_span(&lines));
    agent.too_big_error = SNMP_ERROR_GENERAL;
    agent.reply_maximum = 400;
    check_failed("a later line that does not fit", &version_2c, "genErr|one line of the output|64 kB");
    text_done(&lines);
    text_done(&bytes);
}

/* ---- lines that do not fit 64 kB together ---- */

static void require_replies_below_64_kb(struct mib_agent *asked, const struct snmp_request *request)
{
    size_t longest = 0;
    if (request->kind == SNMP_GET) {
        for (size_t i = 0; i < request->oid_count; i++) {
            const struct snmp_binding *row = mib_find(asked, &request->oids[i]);
            longest += row != NULL ? mib_size(row) : 0;
        }
    } else {
        size_t count = request->kind == SNMP_GET_BULK ? request->repetitions : request->oid_count;
        struct snmp_oid oid = request->oids[0];
        for (size_t i = 0; i < count; i++) {
            const struct snmp_binding *row = mib_next(asked, &oid);
            longest += row != NULL ? mib_size(row) : 0;
            oid = row != NULL ? row->oid : oid;
        }
    }
    if (longest > 64 * 1024)
        fail_msg("asked for %zu bytes in one reply, which never arrives", longest);
}

static void no_reply_of_more_than_64_kb_is_asked_for(void **state)
{
    (void)state;
    static const size_t widths[] = {100, 1400, 1600, 5000, 20000};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        struct text bytes;
        text_start(&bytes, FIXTURE_MAXIMUM);
        text_append(&bytes, "{\"SoftwareLicensingProduct\":[]}\n");
        text_cut(&bytes, bytes.length - 2);
        while (bytes.length < 95000) {
            for (size_t byte = 0; byte < widths[i]; byte++)
                text_append_byte(&bytes, ' ');
            text_append_byte(&bytes, '\n');
        }
        text_append(&bytes, "}\n");
        start_agent(&agent, 0, fixture_span(&bytes));
        agent.before = require_replies_below_64_kb;
        check_answered("95 kB", &version_2c, fixture_span(&bytes), 0);
        check_answered("95 kB, version 1", &version_1, fixture_span(&bytes), 0);
        text_done(&bytes);
    }
}

static void an_output_that_reaches_the_limit_of_the_agent_was_cut(void **state)
{
    (void)state;
    for (size_t kept = 102396; kept <= 102400; kept++) {
        struct text bytes = long_document("json/report-script-kms-host.json", 0);
        while (bytes.length < kept)
            text_append(&bytes, bytes.length % 100 == 0 ? "\n" : " ");
        struct span cut = span_first(fixture_span(&bytes), kept);
        start_agent(&agent, 0, cut);
        if (cut.bytes[kept - 1] == '\n')
            cut.length--;
        if (cut.length < 102398)
            check_answered("just below the limit", &version_2c, fixture_span(&bytes), 0);
        else
            check_failed("cut by the agent", &version_2c, "100 KiB|print less");
        text_done(&bytes);
    }
}

/* ---- the script runs again ---- */

static struct text old_output, new_output;
static size_t change_turn, changes_left;

static void change_output(struct mib_agent *asked, const struct snmp_request *request)
{
    (void)request;
    if (asked->turn < change_turn || changes_left == 0)
        return;
    changes_left--;
    change_turn += 3;
    asked->state ^= 1;
    set_output(asked, "kms", 0, fixture_span(asked->state != 0 ? &new_output : &old_output));
}

static void an_output_that_changes_is_read_again(void **state)
{
    (void)state;
    old_output = long_document("slmgr/server-2025-kms-host.txt", 100);
    new_output = long_document("slmgr/windows-11-kms-client.txt", 130);
    for (size_t turn = 1; turn < 14; turn++) {
        for (int version = 1; version <= 2; version++) {
            start_agent(&agent, 0, fixture_span(&old_output));
            agent.before = change_output;
            change_turn = turn;
            changes_left = 1;
            struct snmp_conversation conversation;
            struct problem why;
            agent.is_version_1 = version == 1;
            if (mib_talk(&agent, &snmp_extend_agent, version == 1 ? &version_1 : &version_2c, &conversation,
                         &why) != SNMP_TURN_ANSWERED)
                fail_msg("changed in turn %zu: %s", turn, why.sentence);
            check_same_document("changed", &conversation.document,
                                fixture_span(changes_left == 0 ? &new_output : &old_output));
            snmp_conversation_done(&conversation);
        }
    }
    text_done(&old_output);
    text_done(&new_output);
}

/* One line less with every third reply. */
static void shorten_output(struct mib_agent *asked, const struct snmp_request *request)
{
    (void)request;
    if (asked->turn % 3 != 0)
        return;
    asked->state++;
    set_output(asked, "kms", 0, span_from(fixture_span(&old_output), 2 * (size_t)asked->state));
}

static void an_output_that_never_stands_still_is_a_failure(void **state)
{
    (void)state;
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 0);
    text_start(&old_output, FIXTURE_MAXIMUM);
    for (size_t i = 0; i < 100; i++)
        text_append(&old_output, "\r\n");
    text_append_span(&old_output, fixture_span(&bytes));
    for (int version = 1; version <= 2; version++) {
        start_agent(&agent, 0, fixture_span(&old_output));
        agent.before = shorten_output;
        check_failed("changes all the time", version == 1 ? &version_1 : &version_2c,
                     "ran extend kms again|4 times|-cacheTime");
    }
    text_done(&old_output);
    text_done(&bytes);
}

/* Two products far from each other, of which one is licensed: two runs differ in nothing else. */
static struct text two_products(int windows, int office, size_t width)
{
    struct text text;
    text_start(&text, FIXTURE_MAXIMUM);
    text_append(&text, "{\"SoftwareLicensingProduct\":[\n");
    text_append_format(&text,
                       "{\"Name\":\"Windows\",\"ApplicationID\":\"55c92734-d682-4d71-983e-d6ec3f16059f\","
                       "\"PartialProductKey\":\"XXXXX\",\"LicenseStatus\":%d},\n",
                       windows);
    for (size_t line = 0; line < 100; line++) {
        for (size_t i = 0; i < width; i++)
            text_append_byte(&text, ' ');
        text_append_byte(&text, '\n');
    }
    text_append_format(&text,
                       "{\"Name\":\"Office\",\"ApplicationID\":\"0ff1ce15-a989-479d-af46-f275c6370663\","
                       "\"PartialProductKey\":\"XXXXX\",\"LicenseStatus\":%d}\n]}\n",
                       office);
    return text;
}

/* True when it was answered; then the two products are of one run. */
static bool is_of_one_run(const struct snmp_wishes *wishes, struct problem *why)
{
    struct snmp_conversation conversation;
    agent.is_version_1 = wishes->is_version_1;
    bool is_answered = mib_talk(&agent, &snmp_extend_agent, wishes, &conversation, why) == SNMP_TURN_ANSWERED;
    if (is_answered) {
        assert_int_equal(conversation.document.license_count, 2);
        assert_int_equal(conversation.document.licenses[0].status.value +
                             conversation.document.licenses[1].status.value,
                         1 + 5);
    }
    snmp_conversation_done(&conversation);
    return is_answered;
}

static size_t change_period;

static void change_lines(struct mib_agent *asked, const struct snmp_request *request)
{
    if (asked->turn >= change_turn && changes_left > 0) {
        changes_left--;
        change_turn += change_period;
        asked->state ^= 1;
        set_output(asked, "kms", 0, fixture_span(asked->state != 0 ? &new_output : &old_output));
    }
    require_replies_below_64_kb(asked, request);
}

/* Changed once or twice; a period of 0 is once. */
static void check_changing(const struct snmp_wishes *wishes, size_t turn, size_t period)
{
    struct problem why;
    start_agent(&agent, 0, fixture_span(&old_output));
    agent.before = change_lines;
    change_turn = turn;
    change_period = period;
    changes_left = period == 0 ? 1 : 2;
    bool is_answered = is_of_one_run(wishes, &why);
    if (!is_answered && period == 0)
        fail_msg("changed once, in turn %zu: %s", turn, why.sentence);
    if (!is_answered)
        assert_true(span_contains(span_of(why.sentence), "again while its output"));
}

static void two_runs_are_never_mixed(void **state)
{
    (void)state;
    for (size_t width = 20; width <= 620; width += 600) {
        old_output = two_products(1, 5, width);
        new_output = two_products(5, 1, width);
        for (size_t turn = 1; turn < 26; turn++) {
            for (size_t period = 0; period < 26; period++) {
                check_changing(&version_2c, turn, period);
                check_changing(&version_1, turn, period);
            }
        }
        text_done(&old_output);
        text_done(&new_output);
    }
}

static void an_output_is_read_twice_or_as_one_value(void **state)
{
    (void)state;
    for (size_t width = 20; width <= 620; width += 600) {
        struct text bytes = two_products(1, 5, width);
        bool is_large = bytes.length > 40000;
        start_agent(&agent, 0, fixture_span(&bytes));
        check_answered("as it is", &version_2c, fixture_span(&bytes), 0);
        assert_int_equal(agent.kinds[SNMP_GET], is_large ? 4 : 2);
        mib_set(&agent, fact_name(COLUMN_OUTPUT, "kms"),
                (struct snmp_binding) {.kind = SNMP_NO_SUCH_INSTANCE});
        agent.kinds[SNMP_GET] = 0;
        mib_set(&agent, keeping_name("kms"), mib_number(1));
        check_answered("without the value", &version_2c, fixture_span(&bytes), 0);
        assert_int_equal(agent.kinds[SNMP_GET], is_large ? 4 : 5);
        check_answered("without the value, version 1", &version_1, fixture_span(&bytes), 0);
        for (int64_t seconds = -1; seconds <= 0; seconds++) {
            mib_set(&agent, keeping_name("kms"), mib_number(seconds));
            check_failed("keeps nothing", &version_2c, "again while its output is read|-cacheTime");
        }
        text_done(&bytes);
    }
}

/* ---- every reply cut ---- */

static size_t cut_turn, cut_kept;
static struct snmp_reply cut_reply(struct mib_agent *asked, const struct snmp_request *request)
{
    struct snmp_reply reply = mib_answer(asked, request);
    if (asked->turn == cut_turn && reply.binding_count > cut_kept)
        reply.binding_count = cut_kept;
    return reply;
}

static void check_cut(const char *fixture, size_t blank_lines, const struct snmp_wishes *wishes)
{
    struct text bytes = long_document(fixture, blank_lines);
    for (cut_turn = 1; cut_turn < 12; cut_turn++) {
        for (cut_kept = 0; cut_kept < 20; cut_kept++) {
            struct snmp_conversation conversation;
            struct snmp_request request;
            struct problem why = {.kind = PROBLEM_NONE};
            start_agent(&agent, 0, fixture_span(&bytes));
            agent.is_version_1 = wishes->is_version_1;
            enum snmp_turn turn =
                snmp_conversation_start(&conversation, &snmp_extend_agent, wishes, &request, &why);
            while (turn == SNMP_TURN_ASK) {
                struct snmp_reply reply = cut_reply(&agent, &request);
                turn = snmp_conversation_next(&conversation, &reply, &request, &why);
            }
            if (turn == SNMP_TURN_ANSWERED)
                check_same_document("cut", &conversation.document, fixture_span(&bytes));
            else
                assert_true(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
            snmp_conversation_done(&conversation);
        }
    }
    text_done(&bytes);
}

static void a_reply_with_fewer_values_never_makes_another_document(void **state)
{
    (void)state;
    for (int version = 1; version <= 2; version++) {
        const struct snmp_wishes *wishes = version == 1 ? &version_1 : &version_2c;
        check_cut("json/report-script-kms-host.json", 0, wishes);
        check_cut("slmgr/server-2025-kms-host.txt", 0, wishes);
        check_cut("slmgr/server-2025-kms-host.txt", 60, wishes);
    }
}

static void a_conversation_that_is_cut_off_is_not_answered(void **state)
{
    (void)state;
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 100);
    for (size_t turns = 0; turns < 8; turns++) {
        struct snmp_conversation conversation;
        struct snmp_request request;
        struct problem why;
        start_agent(&agent, 0, fixture_span(&bytes));
        enum snmp_turn turn =
            snmp_conversation_start(&conversation, &snmp_extend_agent, &version_2c, &request, &why);
        for (size_t i = 0; i < turns; i++) {
            struct snmp_reply reply = mib_answer(&agent, &request);
            turn = snmp_conversation_next(&conversation, &reply, &request, &why);
        }
        assert_int_equal(turn, SNMP_TURN_ASK);
        assert_int_equal(conversation.document.license_count, 0);
        snmp_conversation_done(&conversation);
    }
    text_done(&bytes);
}

/* ---- what is not there ---- */

struct failure_case {
    const char *name;
    int64_t result;
    const char *output;
    const char *words;
};

static void what_the_script_did_is_said_in_words(void **state)
{
    (void)state;
    static const struct failure_case cases[] = {
        {"no output", 0, "", "ran extend kms, which printed nothing|killed"},
        {"blank lines only", 0, "\n\r\n  \n", "printed nothing"},
        {"command missing", 1, "", "failed with status 1 and said nothing|missing"},
        {"not found by the shell", 127, "sh: 1: kms-report: not found\n",
         "failed with status 127: sh: 1: kms-report: not found|missing"},
        {"failed with words", 2, "\nno access\nmore\n", "failed with status 2: no access|by hand"},
        {"failed in silence", 3, "", "failed with status 3 and said nothing|by hand"},
        {"failed with a document", 1, "{\"SoftwareLicensingProduct\":[{\"PartialProductKey\":\"XXXXX\"}]}\n",
         "printed a document but failed with status 1"},
        {"negative status", -1, "", "failed with status -1"},
        {"other text", 0, "hello\n", "sent the output of extend kms: no license document|hello"},
        {"cut JSON", 0, "{\"SoftwareLicensingProduct\":[{\n", "sent the output of extend kms: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_agent(&agent, cases[i].result, span_of(cases[i].output));
        check_failed(cases[i].name, &version_2c, cases[i].words);
        check_failed(cases[i].name, &version_1, cases[i].words);
    }
}

static void the_error_of_a_program_is_passed_on(void **state)
{
    (void)state;
    static const char error[] =
        "Error: 0xC004F012 On a computer running Microsoft Windows non-core edition\n";
    for (int64_t result = 0; result < 3; result++) {
        start_agent(&agent, result, span_of(error));
        check_answered("nothing but an error", &version_2c, span_of(error), 1);
    }
}

/* ---- the end of a text ---- */

static void a_text_without_its_end_is_refused(void **state)
{
    (void)state;
    static const char *const fixtures[] = {"slmgr/server-2025-kms-host.txt",
                                           "ospp/office-ltsc-2024-two-products.txt"};
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++) {
        for (size_t blank_lines = 0; blank_lines <= 60; blank_lines += 60) {
            struct text bytes = long_document(fixtures[i], blank_lines);
            for (size_t length = 0; length < bytes.length - 2; length++) {
                start_agent(&agent, 0, span_first(fixture_span(&bytes), length));
                check_failed("cut", &version_2c, "extend kms");
            }
            start_agent(&agent, 0, without_mark(fixture_span(&bytes)));
            check_failed("without a mark", &version_2c, "does not end with the line KMSEND|kms-report.ps1");
            check_failed("without a mark, version 1", &version_1, "does not end with the line KMSEND");
            start_agent(&agent, 0, fixture_span(&bytes));
            check_answered("with its mark", &version_2c, fixture_span(&bytes), 0);
            start_agent(&agent, 3, fixture_span(&bytes));
            check_failed("with its mark, and failed", &version_2c, "but failed with status 3");
            text_done(&bytes);
        }
    }
}

static void a_mark_that_is_not_the_last_line_is_none(void **state)
{
    (void)state;
    static const char *const ends[] = {"KMSEND.\n", "xKMSEND\n",
                                       "KMSENDx\n", "kmsend\n",
                                       " KMSEND\n", "KMSEND\nName: Windows(R), Enterprise edition\n",
                                       "KMSEN\n"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct text bytes = fixture_read("slmgr/server-2025-kms-host.txt");
        text_append(&bytes, ends[i]);
        start_agent(&agent, 0, fixture_span(&bytes));
        check_failed(ends[i], &version_2c, "does not end with the line KMSEND");
        text_done(&bytes);
    }
    struct text bytes = fixture_read("json/report-script-kms-host.json");
    text_append(&bytes, end_mark);
    start_agent(&agent, 0, fixture_span(&bytes));
    check_answered("JSON with a mark", &version_2c, fixture_span(&bytes), 0);
    text_done(&bytes);
    start_agent(&agent, 0, span_of("KMSEND\n"));
    check_failed("a mark alone", &version_2c, "printed nothing");
}

static void a_large_output_of_a_script_that_failed_may_be_cut(void **state)
{
    (void)state;
    struct text lines, bytes;
    text_start(&lines, FIXTURE_MAXIMUM);
    text_start(&bytes, FIXTURE_MAXIMUM);
    for (size_t i = 0; i < 100; i++)
        text_append(&lines, "hello\n");
    for (size_t i = 0; i < 60; i++) {
        for (size_t word = 0; word < 200; word++)
            text_append(&bytes, "hello ");
        text_append(&bytes, "\n");
    }
    start_agent(&agent, 1, fixture_span(&lines));
    check_failed("100 lines", &version_2c, "failed with status 1|stopped reading|in one write");
    start_agent(&agent, 0, fixture_span(&lines));
    check_failed("100 lines that are no document", &version_2c, "no license document|stopped reading");
    start_agent(&agent, 1, fixture_span(&bytes));
    check_failed("72 kB", &version_2c, "failed with status 1|stopped reading|in one write");
    start_agent(&agent, 1, span_first(fixture_span(&bytes), 58000));
    check_failed("58 kB", &version_2c, "failed with status 1|by hand");
    text_done(&bytes);
    text_done(&lines);
    lines = long_document("slmgr/server-2025-kms-host.txt", 100);
    start_agent(&agent, 0, without_mark(fixture_span(&lines)));
    check_failed("killed by the pipe", &version_2c, "KMSEND|stopped reading");
    text_done(&lines);
}

static void nul_bytes_are_refused(void **state)
{
    (void)state;
    struct text bytes = fixture_read("slmgr/windows-11-utf-16le.txt");
    start_agent(&agent, 0, fixture_span(&bytes));
    check_failed("UTF-16", &version_2c, "NUL bytes|ASCII or UTF-8");
    check_failed("UTF-16, version 1", &version_1, "NUL bytes");
    text_done(&bytes);
}

static void remove_extend(void)
{
    for (uint32_t column = 1; column <= 4; column++) {
        struct snmp_oid name = fact_name(column, "kms");
        mib_remove_below(&agent, &name);
    }
    struct snmp_oid lines = line_name("kms", 0);
    mib_remove_below(&agent, &lines);
}

static void what_the_agent_lacks_is_said_in_words(void **state)
{
    (void)state;
    start_agent(&agent, 0, span_of("x\n"));
    remove_extend();
    check_failed("another extend", &version_2c, "has no extend kms|compare --extend");
    check_failed("another extend, version 1", &version_1, "has no extend kms, or does not show it|view");
    mib_start(&agent);
    mib_set(&agent, (struct snmp_oid)SNMP_OID(1, 3, 6, 1, 2, 1, 1, 1, 0), mib_bytes(span_of("Linux")));
    check_failed("no extend at all", &version_2c, "shows nothing of NET-SNMP-EXTEND-MIB|view");
    check_failed("no extend at all, version 1", &version_1, "has no extend kms, or does not show it");
    for (uint32_t column = 1; column <= 3; column += 2) {
        start_agent(&agent, 0, span_of("x\n"));
        mib_set(&agent, fact_name(column, "kms"), (struct snmp_binding) {.kind = SNMP_NO_SUCH_OBJECT});
        check_failed("a part is hidden", &version_2c, "shows only a part of extend kms|view");
    }
}

static void lines_that_are_hidden_or_missing_are_a_failure(void **state)
{
    (void)state;
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 100);
    struct snmp_oid lines = line_name("kms", 0);
    for (int version = 1; version <= 2; version++) {
        const struct snmp_wishes *wishes = version == 1 ? &version_1 : &version_2c;
        start_agent(&agent, 0, fixture_span(&bytes));
        mib_remove_below(&agent, &lines);
        check_failed("no lines", wishes, "sent 0 lines of extend kms");
        start_agent(&agent, 0, fixture_span(&bytes));
        mib_remove_below(&agent, &line_column);
        check_failed("no table of lines", wishes, "sent 0 lines of extend kms");
        start_agent(&agent, 0, fixture_span(&bytes));
        for (uint32_t number = 51; number < 200; number++) {
            struct snmp_oid line = line_name("kms", number);
            mib_remove_below(&agent, &line);
        }
        check_failed("the table ends early", wishes, "sent 50 lines of extend kms");
        start_agent(&agent, 0, fixture_span(&bytes));
        struct snmp_oid line = line_name("kms", 7);
        mib_remove_below(&agent, &line);
        check_failed("a line is missing", wishes, "another line|line 7");
    }
    /* Few lines, and a value that does not have all of them: the table is asked. */
    struct text few = long_document("slmgr/server-2025-kms-host.txt", 0);
    start_agent(&agent, 0, fixture_span(&few));
    mib_set(&agent, fact_name(COLUMN_OUTPUT, "kms"), mib_bytes(span_first(fixture_span(&few), 300)));
    check_answered("a value that was cut", &version_2c, fixture_span(&few), 0);
    check_answered("a value that was cut, version 1", &version_1, fixture_span(&few), 0);
    mib_set(&agent, fact_name(COLUMN_OUTPUT, "kms"), (struct snmp_binding) {.kind = SNMP_NO_SUCH_INSTANCE});
    check_answered("no such value", &version_2c, fixture_span(&few), 0);
    check_answered("no such value, version 1", &version_1, fixture_span(&few), 0);
    text_done(&few);
    text_done(&bytes);
}

static void values_of_another_type_are_a_failure(void **state)
{
    (void)state;
    static const enum snmp_value_kind kinds[] = {SNMP_VALUE_NULL, SNMP_VALUE_OID};
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 100);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct snmp_binding wrong = {.kind = kinds[i]};
        for (uint32_t column = 1; column <= 4; column++) {
            if (column == COLUMN_OUTPUT)
                continue;
            start_agent(&agent, 0, fixture_span(&bytes));
            mib_set(&agent, fact_name(column, "kms"), wrong);
            check_failed("a fact", &version_2c, "with a value of another type");
            check_failed("a fact, version 1", &version_1, "with a value of another type");
        }
        start_agent(&agent, 0, fixture_span(&bytes));
        mib_set(&agent, line_name("kms", 30), wrong);
        check_failed("a line", &version_2c, "nsExtendOutLine with a value of another type");
    }
    static const int64_t numbers[] = {-1, 65537, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        start_agent(&agent, 0, fixture_span(&bytes));
        mib_set(&agent, fact_name(COLUMN_LINES, "kms"), mib_number(numbers[i]));
        check_failed("a number of lines", &version_2c, "lines of extend kms, at most 65536");
    }
    start_agent(&agent, 0, fixture_span(&bytes));
    mib_set(&agent, fact_name(COLUMN_LINES, "kms"), mib_number(0));
    check_failed("no lines", &version_2c, "printed nothing");
    mib_set(&agent, fact_name(COLUMN_LINES, "kms"), mib_number(65536));
    check_failed("more lines than there are", &version_2c, "lines of extend kms, which has 65536");
    text_done(&bytes);
}

static void errors_are_named(void **state)
{
    (void)state;
    static const struct {
        int error;
        const char *words;
    } cases[] = {{SNMP_ERROR_GENERAL, "error-status 5 (genErr)"},
                 {SNMP_ERROR_AUTHORIZATION, "authorizationError|rocommunity"},
                 {18, "error-status 18 (inconsistentName)"},
                 {19, "error-status 19 (an error that nobody knows)"},
                 {-1, "error-status -1"}};
    struct text bytes = long_document("slmgr/server-2025-kms-host.txt", 100);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t turn = 1; turn <= 4; turn++) {
            start_agent(&agent, 0, fixture_span(&bytes));
            agent.error = cases[i].error;
            agent.error_turn = turn;
            check_failed("an error", &version_2c, cases[i].words);
        }
    }
    start_agent(&agent, 0, fixture_span(&bytes));
    agent.error = SNMP_ERROR_TOO_BIG;
    agent.error_turn = 1;
    check_failed("always too big", &version_2c, "tooBig");
    agent.error_turn = 3;
    check_failed("too big in the middle", &version_2c, "tooBig");
    text_done(&bytes);
}

/* ---- agents that walk in circles ---- */

static enum snmp_turn talk_to(const struct snmp_reply *replies, size_t count, struct problem *why)
{
    struct snmp_conversation conversation;
    struct snmp_request request;
    enum snmp_turn turn =
        snmp_conversation_start(&conversation, &snmp_extend_agent, &version_2c, &request, why);
    for (size_t i = 0; turn == SNMP_TURN_ASK && i < count; i++)
        turn = snmp_conversation_next(&conversation, &replies[i], &request, why);
    snmp_conversation_done(&conversation);
    return turn;
}

static void names_out_of_order_end_the_walk(void **state)
{
    (void)state;
    struct snmp_binding facts[3] = {{fact_name(COLUMN_RESULT, "kms"), SNMP_VALUE_NUMBER, 0, {0}},
                                    {fact_name(COLUMN_LINES, "kms"), SNMP_VALUE_NUMBER, 100, {0}},
                                    {fact_name(COLUMN_FIRST_LINE, "kms"), SNMP_VALUE_BYTES, 0, {"a", 1}}};
    struct snmp_binding swapped[3] = {facts[1], facts[0], facts[2]};
    static const uint32_t orders[][3] = {{1, 1, 2}, {1, 2, 2}, {1, 2, 1}, {1, 3, 2}, {2, 3, 4}, {1, 0, 0}};
    struct problem why;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct snmp_binding lines[3];
        for (size_t line = 0; line < 3; line++)
            lines[line] =
                (struct snmp_binding) {line_name("kms", orders[i][line]), SNMP_VALUE_BYTES, 0, {"a", 1}};
        struct snmp_reply replies[] = {{.bindings = facts, .binding_count = 3},
                                       {.bindings = lines, .binding_count = 3}};
        mib_check_failure("lines", talk_to(replies, 2, &why), &why, i == 4 ? "another line" : "out of order");
    }
    struct snmp_binding line = {line_name("kms", 1), SNMP_VALUE_BYTES, 0, {"a", 1}};
    struct snmp_reply again[] = {{.bindings = facts, .binding_count = 3},
                                 {.bindings = &line, .binding_count = 1},
                                 {.bindings = &line, .binding_count = 1}};
    mib_check_failure("the same line", talk_to(again, 3, &why), &why, "out of order");
    struct snmp_reply other[] = {{.bindings = swapped, .binding_count = 3}};
    mib_check_failure("other names", talk_to(other, 1, &why), &why, "another name than was asked for");
    struct snmp_reply empty[] = {{.bindings = facts, .binding_count = 0}};
    mib_check_failure("no values", talk_to(empty, 1, &why), &why, "without any value");
    struct snmp_reply fewer[] = {{.bindings = facts, .binding_count = 2}};
    mib_check_failure("fewer values", talk_to(fewer, 1, &why), &why, "another number of values");
}

static void names_have_their_limits(void **state)
{
    (void)state;
    static const char name_64[] = "0123456789012345678901234567890123456789012345678901234567890123";
    static const char name_65[] = "01234567890123456789012345678901234567890123456789012345678901234";
    struct text bytes = fixture_read("json/report-script-kms-host.json");
    mib_start(&agent);
    set_output(&agent, name_64, 0, fixture_span(&bytes));
    struct snmp_wishes wishes = {.extend = name_64};
    check_answered("64 bytes", &wishes, fixture_span(&bytes), 1);
    wishes.extend = name_65;
    check_failed("65 bytes", &wishes, "longer than 64 bytes");
    wishes.extend = "\xC3\xBC\xFF";
    set_output(&agent, "\xC3\xBC\xFF", 0, fixture_span(&bytes));
    check_answered("bytes above 127", &wishes, fixture_span(&bytes), 1);
    text_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_is_read_from_the_first_reply),
        cmocka_unit_test(few_lines_are_read_as_one_value),
        cmocka_unit_test(many_lines_are_walked_and_proved),
        cmocka_unit_test(replies_that_are_too_big_are_asked_for_in_parts),
        cmocka_unit_test(a_general_error_may_be_a_value_that_is_too_big),
        cmocka_unit_test(no_reply_of_more_than_64_kb_is_asked_for),
        cmocka_unit_test(an_output_that_reaches_the_limit_of_the_agent_was_cut),
        cmocka_unit_test(an_output_that_changes_is_read_again),
        cmocka_unit_test(an_output_that_never_stands_still_is_a_failure),
        cmocka_unit_test(two_runs_are_never_mixed),
        cmocka_unit_test(an_output_is_read_twice_or_as_one_value),
        cmocka_unit_test(a_reply_with_fewer_values_never_makes_another_document),
        cmocka_unit_test(a_conversation_that_is_cut_off_is_not_answered),
        cmocka_unit_test(what_the_script_did_is_said_in_words),
        cmocka_unit_test(the_error_of_a_program_is_passed_on),
        cmocka_unit_test(a_text_without_its_end_is_refused),
        cmocka_unit_test(a_mark_that_is_not_the_last_line_is_none),
        cmocka_unit_test(a_large_output_of_a_script_that_failed_may_be_cut),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(what_the_agent_lacks_is_said_in_words),
        cmocka_unit_test(lines_that_are_hidden_or_missing_are_a_failure),
        cmocka_unit_test(values_of_another_type_are_a_failure),
        cmocka_unit_test(errors_are_named),
        cmocka_unit_test(names_out_of_order_end_the_walk),
        cmocka_unit_test(names_have_their_limits),
    };
    return cmocka_run_group_tests_name("snmp_extend", tests, NULL, NULL);
}
