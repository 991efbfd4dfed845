/* SPDX-License-Identifier: MIT */
/* Recorded replies of agents: fixtures that are whole byte streams of HTTP, one by one and as the replies of
 * a conversation. */
#ifndef TEST_AGENT_REPLIES_H
#define TEST_AGENT_REPLIES_H

#include "test_http_stream.h"
#include "test_license_facts.h"

#include "agents/conversation.h"

/* A reply cut apart; release with recorded_done. */
struct recorded_reply {
    struct http_reply reply; /* its strings and its body live in `bytes` and `arena` */
    struct text bytes;
    struct arena arena;
};

static inline void recorded_read_file(const char *fixture, struct recorded_reply *ret)
{
    *ret = (struct recorded_reply) {.bytes = fixture_read(fixture)};
    if (!http_stream_read(fixture_span(&ret->bytes), &ret->arena, &ret->reply))
        fail_msg("%s is no whole reply", fixture);
}

/* The fixture FOLDER/NAME.http. */
static inline void recorded_read(const char *folder, const char *name, struct recorded_reply *ret)
{
    struct text path;
    text_start(&path, 200);
    text_append_format(&path, "%s/%s.http", folder, name);
    recorded_read_file(text_string(&path), ret);
    text_done(&path);
}

static inline void recorded_done(struct recorded_reply *recorded)
{
    text_done(&recorded->bytes);
    arena_done(&recorded->arena);
}

/* Who is asked for what, and where its replies are recorded. */
struct interview {
    const struct agent *agent;
    const char *folder;
    const struct agent_wishes *wishes;
};

/* Runs a whole conversation; `names` are the replies in their order, ended by NULL, and all of them are
 * wanted.  The caller ends it with conversation_done. */
static inline enum turn replies_run(const struct interview *interview, const char *const names[],
                                    struct conversation *ret, struct problem *why)
{
    struct http_request request;
    size_t asked = 0;
    enum turn turn = conversation_start(ret, interview->agent, interview->wishes, &request, why);
    for (; turn == TURN_ASK; asked++) {
        struct recorded_reply recorded;
        if (names[asked] == NULL) {
            fail_msg("one request too many: %s %s", request.method, request.path);
            abort();
        }
        recorded_read(interview->folder, names[asked], &recorded);
        turn = conversation_next(ret, &recorded.reply, &request, why);
        recorded_done(&recorded);
    }
    if (names[asked] != NULL)
        fail_msg("%s was never asked for", names[asked]);
    return turn;
}

/* One line of what no document has room for, then the facts. */
static inline void replies_check_facts(const struct interview *interview, const char *const names[],
                                       const char *expected)
{
    struct conversation conversation;
    struct problem why;
    struct text facts, more;
    if (replies_run(interview, names, &conversation, &why) != TURN_ANSWERED)
        fail_msg("%s was refused: %s", names[0], why.sentence);
    text_start(&more, FACTS_MAXIMUM);
    if (conversation.written.is_known)
        text_append_format(&more, "written: %lld\n", (long long)conversation.written.seconds);
    if (conversation.document.service_state != NULL)
        text_append_format(&more, "sppsvc: %s\n", conversation.document.service_state);
    if (conversation.document.genuine_state != NULL)
        text_append_format(&more, "genuine: %s\n", conversation.document.genuine_state);
    text_append(&more, facts_print(&conversation.document, &facts));
    if (strcmp(text_string(&more), expected) != 0)
        fail_msg("%s:\n--- expected\n%s--- read\n%s", names[0], expected, text_string(&more));
    text_done(&facts);
    text_done(&more);
    conversation_done(&conversation);
}

/* The last of the replies is refused with this sentence and an advice with these words, and nothing is asked
 * after it. */
static inline void replies_check_refusal(const struct interview *interview, const char *const names[],
                                         const char *sentence, const char *advice)
{
    struct conversation conversation;
    struct problem why = {.kind = PROBLEM_NONE};
    struct text facts;
    if (replies_run(interview, names, &conversation, &why) != TURN_FAILED)
        fail_msg("%s was read:\n%s", names[0], facts_print(&conversation.document, &facts));
    if (strcmp(why.sentence, sentence) != 0 || strstr(why.advice, advice) == NULL || why.kind == PROBLEM_NONE)
        fail_msg("%s, kind %d:\n--- expected\n%s\n%s\n--- said\n%s\n%s", names[0], (int)why.kind, sentence,
                 advice, why.sentence, why.advice);
    conversation_done(&conversation);
}

/* Hands the reply to a fresh conversation; with an answer *ret_facts are its facts. */
static inline enum turn replies_answer(const struct interview *interview, const struct http_reply *reply,
                                       struct text *ret_facts)
{
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    text_start(ret_facts, FACTS_MAXIMUM);
    enum turn turn = conversation_start(&conversation, interview->agent, interview->wishes, &request, &why);
    assert_int_equal(turn, TURN_ASK);
    turn = conversation_next(&conversation, reply, &request, &why);
    if (turn == TURN_ANSWERED)
        facts_print(&conversation.document, ret_facts);
    else if (turn == TURN_FAILED)
        assert_true(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
    conversation_done(&conversation);
    return turn;
}

/* Cuts the stream of a reply after every byte.  Where the cut shows, a transport reports it and no reply
 * comes; where it does not, there is no answer, or the answer of the whole reply.  The same for the body with
 * the end of the connection as its end. */
static inline void replies_check_cuts(const struct interview *interview, const char *fixture)
{
    struct recorded_reply whole;
    struct text whole_facts, facts;
    recorded_read_file(fixture, &whole);
    struct span stream = fixture_span(&whole.bytes), body = whole.reply.body;
    enum turn whole_turn = replies_answer(interview, &whole.reply, &whole_facts);
    for (size_t length = 0; length < stream.length + body.length; length++) {
        bool is_body = length >= stream.length;
        size_t kept = is_body ? length - stream.length : length;
        struct arena arena = {0};
        char *copy = copy_of(span_first(is_body ? body : stream, kept));
        struct http_reply cut = whole.reply;
        cut.body = (struct span) {copy, kept};
        cut.has_proven_length = false;
        if (is_body || http_stream_read((struct span) {copy, kept}, &arena, &cut)) {
            enum turn turn = replies_answer(interview, &cut, &facts);
            if (turn == TURN_ANSWERED &&
                (whole_turn != TURN_ANSWERED || strcmp(text_string(&facts), text_string(&whole_facts)) != 0))
                fail_msg("%s cut after %zu bytes of its %s answers\n%s", fixture, kept,
                         is_body ? "body" : "stream", text_string(&facts));
            text_done(&facts);
        }
        free(copy);
        arena_done(&arena);
    }
    text_done(&whole_facts);
    recorded_done(&whole);
}

#endif
