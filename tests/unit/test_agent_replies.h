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
    void (*hear)(const struct http_request *request, struct text *notes); /* each request; may be NULL */
};

/* How far an interview came; release with held_done. */
struct held {
    struct conversation conversation;
    enum turn turn;
    struct problem why;          /* after TURN_FAILED */
    struct http_request request; /* the last one, lives as long as the conversation */
    size_t used;                 /* replies */
    struct text notes;           /* what `hear` wrote */
};

static inline void held_done(struct held *held)
{
    conversation_done(&held->conversation);
    text_done(&held->notes);
}

/* Hands over the first `count` of the replies `names`, which NULL ends, and of the body of the last one only
 * the first `length` bytes. */
static inline void interview_hold_until(const struct interview *interview, const char *const names[],
                                        size_t count, size_t length, struct held *ret)
{
    *ret = (struct held) {.why = {.kind = PROBLEM_NONE}};
    text_start(&ret->notes, FACTS_MAXIMUM);
    ret->turn =
        conversation_start(&ret->conversation, interview->agent, interview->wishes, &ret->request, &ret->why);
    while (ret->turn == TURN_ASK) {
        struct recorded_reply recorded;
        if (interview->hear != NULL)
            interview->hear(&ret->request, &ret->notes);
        if (ret->used == count || names[ret->used] == NULL)
            return;
        recorded_read(interview->folder, names[ret->used++], &recorded);
        struct http_reply reply = recorded.reply;
        if (ret->used == count)
            reply.body = span_first(reply.body, length);
        char *body = copy_of(reply.body);
        reply.body.bytes = body;
        ret->turn = conversation_next(&ret->conversation, &reply, &ret->request, &ret->why);
        free(body);
        recorded_done(&recorded);
    }
}

/* Hands over all replies; each of them must be asked for. */
static inline void interview_hold(const struct interview *interview, const char *const names[],
                                  struct held *ret)
{
    interview_hold_until(interview, names, SIZE_MAX, SIZE_MAX, ret);
    if (names[ret->used] != NULL)
        fail_msg("%s was not asked for, turn %d after %zu replies: %s", names[ret->used], (int)ret->turn,
                 ret->used, ret->why.sentence);
}

/* No reply that was cut, be it by one byte, is taken; blanks at the end may be missing. */
static inline void interview_check_cuts(const struct interview *interview, const char *const names[])
{
    struct interview quiet = *interview; /* thousands of times the same requests */
    quiet.hear = NULL;
    for (size_t count = 1; names[count - 1] != NULL; count++) {
        struct recorded_reply recorded;
        recorded_read(interview->folder, names[count - 1], &recorded);
        size_t whole = span_trim(recorded.reply.body).length;
        recorded_done(&recorded);
        for (size_t length = 0; length < whole; length++) {
            struct held held;
            interview_hold_until(&quiet, names, count, length, &held);
            if (held.turn != TURN_FAILED || held.used != count)
                fail_msg("%s cut after %zu of %zu bytes was taken", names[count - 1], length, whole);
            assert_true(held.why.kind != PROBLEM_NONE && held.why.sentence[0] != '\0');
            held_done(&held);
        }
    }
}

/* One line of what no document has room for, then the facts. */
static inline void replies_check_facts(const struct interview *interview, const char *const names[],
                                       const char *expected)
{
    struct held held;
    struct text facts, more;
    interview_hold(interview, names, &held);
    if (held.turn != TURN_ANSWERED)
        fail_msg("%s: turn %d: %s", names[0], (int)held.turn, held.why.sentence);
    const struct license_document *document = &held.conversation.document;
    text_start(&more, FACTS_MAXIMUM);
    if (held.conversation.written.is_known)
        text_append_format(&more, "written: %lld\n", (long long)held.conversation.written.seconds);
    if (document->service_state != NULL)
        text_append_format(&more, "sppsvc: %s\n", document->service_state);
    if (document->genuine_state != NULL)
        text_append_format(&more, "genuine: %s\n", document->genuine_state);
    text_append(&more, facts_print(document, &facts));
    if (strcmp(text_string(&more), expected) != 0)
        fail_msg("%s:\n--- expected\n%s--- read\n%s", names[0], expected, text_string(&more));
    text_done(&facts);
    text_done(&more);
    held_done(&held);
}

/* The last of the replies is refused with this sentence and an advice with these words, and nothing is asked
 * after it. */
static inline void replies_check_refusal(const struct interview *interview, const char *const names[],
                                         const char *sentence, const char *advice)
{
    struct held held;
    struct text facts;
    interview_hold(interview, names, &held);
    const struct problem *why = &held.why;
    if (held.turn != TURN_FAILED)
        fail_msg("%s: turn %d:\n%s", names[0], (int)held.turn,
                 facts_print(&held.conversation.document, &facts));
    if (strcmp(why->sentence, sentence) != 0 || strstr(why->advice, advice) == NULL ||
        why->kind == PROBLEM_NONE)
        fail_msg("%s, kind %d:\n--- expected\n%s\n%s\n--- said\n%s\n%s", names[0], (int)why->kind, sentence,
                 advice, why->sentence, why->advice);
    held_done(&held);
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
