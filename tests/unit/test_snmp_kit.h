/* SPDX-License-Identifier: MIT */
/* An SNMP agent in memory: a table of names and values that answers GET, GETNEXT and GETBULK as version 1 or
 * 2c would, so that whole conversations run without a network. */
#ifndef TEST_SNMP_KIT_H
#define TEST_SNMP_KIT_H

#include "agents/snmp_conversation.h"
#include "base/text.h"
#include "model/snmp_oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MIB_ROWS_MAXIMUM = 3000, REPLY_BINDINGS_MAXIMUM = 64, BINDING_OVERHEAD = 32 };

struct mib_agent {
    struct snmp_binding rows[MIB_ROWS_MAXIMUM]; /* in the order of the tree */
    size_t row_count;
    struct text strings; /* what the rows say */
    bool is_version_1;
    size_t reply_maximum; /* bytes; 0 = any.  GETBULK sends what fits, where anything does */
    int too_big_error;    /* said when nothing fits; 0 = tooBig */
    bool is_bulk_all_or_nothing;
    size_t shorter_bulk; /* bindings in a reply to GETBULK, at most; 0 = as many as asked for */
    int error;           /* said to every request from turn `error_turn` on */
    size_t error_turn;

    /* Called before each request is answered; may change the rows. */
    void (*before)(struct mib_agent *agent, const struct snmp_request *request);
    size_t turn;     /* from 1 */
    unsigned state;  /* of `before` */
    size_t kinds[3]; /* requests of each kind */
    struct snmp_binding bindings[REPLY_BINDINGS_MAXIMUM];
};

static inline void mib_start(struct mib_agent *agent)
{
    *agent = (struct mib_agent) {.row_count = 0};
}

/* Bytes are not copied: they outlive the agent. */
static inline struct snmp_binding *mib_set(struct mib_agent *agent, struct snmp_oid oid,
                                           struct snmp_binding value)
{
    size_t at = 0;
    while (at < agent->row_count && snmp_oid_compare(&agent->rows[at].oid, &oid) < 0)
        at++;
    if (at == agent->row_count || snmp_oid_compare(&agent->rows[at].oid, &oid) != 0) {
        assert_true(agent->row_count < MIB_ROWS_MAXIMUM);
        memmove(&agent->rows[at + 1], &agent->rows[at], (agent->row_count - at) * sizeof agent->rows[0]);
        agent->row_count++;
    }
    agent->rows[at] = value;
    agent->rows[at].oid = oid;
    return &agent->rows[at];
}

static inline struct snmp_binding mib_number(int64_t number)
{
    return (struct snmp_binding) {.kind = SNMP_VALUE_NUMBER, .number = number};
}

static inline struct snmp_binding mib_bytes(struct span bytes)
{
    return (struct snmp_binding) {.kind = SNMP_VALUE_BYTES, .bytes = bytes};
}

static inline void mib_remove_below(struct mib_agent *agent, const struct snmp_oid *prefix)
{
    size_t kept = 0;
    for (size_t i = 0; i < agent->row_count; i++) {
        if (!snmp_oid_starts_with(&agent->rows[i].oid, prefix))
            agent->rows[kept++] = agent->rows[i];
    }
    agent->row_count = kept;
}

static inline bool mib_is_exception(const struct snmp_binding *binding)
{
    return binding->kind == SNMP_NO_SUCH_OBJECT || binding->kind == SNMP_NO_SUCH_INSTANCE ||
           binding->kind == SNMP_END_OF_VIEW;
}

static inline const struct snmp_binding *mib_find(const struct mib_agent *agent, const struct snmp_oid *oid)
{
    for (size_t i = 0; i < agent->row_count; i++) {
        if (snmp_oid_compare(&agent->rows[i].oid, oid) == 0)
            return &agent->rows[i];
    }
    return NULL;
}

static inline const struct snmp_binding *mib_next(const struct mib_agent *agent, const struct snmp_oid *oid)
{
    for (size_t i = 0; i < agent->row_count; i++) {
        if (snmp_oid_compare(&agent->rows[i].oid, oid) > 0 && !mib_is_exception(&agent->rows[i]))
            return &agent->rows[i];
    }
    return NULL;
}

/* An object is known when a row shares all but the index of its name: the columns of our tables have 10 to 13
 * parts, and the first 10 tell them apart well enough. */
static inline enum snmp_value_kind mib_absence(const struct mib_agent *agent, const struct snmp_oid *oid)
{
    struct snmp_oid object = *oid;
    object.length = object.length < 10 ? object.length : 10;
    for (size_t i = 0; i < agent->row_count; i++) {
        if (snmp_oid_starts_with(&agent->rows[i].oid, &object))
            return SNMP_NO_SUCH_INSTANCE;
    }
    return SNMP_NO_SUCH_OBJECT;
}

static inline struct snmp_binding mib_absent(const struct snmp_oid *oid, enum snmp_value_kind kind)
{
    return (struct snmp_binding) {.oid = *oid, .kind = kind};
}

/* One binding of GET or GETNEXT. */
static inline struct snmp_binding mib_one(const struct mib_agent *agent, enum snmp_request_kind kind,
                                          const struct snmp_oid *oid)
{
    const struct snmp_binding *found = kind == SNMP_GET ? mib_find(agent, oid) : mib_next(agent, oid);
    if (found != NULL)
        return *found;
    return mib_absent(oid, kind == SNMP_GET ? mib_absence(agent, oid) : SNMP_END_OF_VIEW);
}

static inline size_t mib_size(const struct snmp_binding *binding)
{
    return BINDING_OVERHEAD + (binding->kind == SNMP_VALUE_BYTES ? binding->bytes.length : 0);
}

static inline struct snmp_reply mib_error(int error, size_t index)
{
    return (struct snmp_reply) {.error = error, .error_index = index};
}

static inline struct snmp_reply mib_too_big(const struct mib_agent *agent)
{
    return mib_error(agent->too_big_error != 0 ? agent->too_big_error : SNMP_ERROR_TOO_BIG, 0);
}

static inline struct snmp_reply mib_answer_bulk(struct mib_agent *agent, const struct snmp_request *request)
{
    struct snmp_oid oid = request->oids[0];
    size_t count = 0, size = 0, wanted = request->repetitions;
    assert_int_equal(request->oid_count, 1);
    assert_true(wanted > 0 && wanted <= REPLY_BINDINGS_MAXIMUM);
    if (agent->shorter_bulk > 0 && wanted > agent->shorter_bulk)
        wanted = agent->shorter_bulk;
    for (; count < wanted; count++) {
        struct snmp_binding binding = mib_one(agent, SNMP_GET_NEXT, &oid);
        size += mib_size(&binding);
        if (agent->reply_maximum > 0 && size > agent->reply_maximum)
            break;
        agent->bindings[count] = binding;
        oid = binding.oid;
    }
    if (count == 0 || (count < wanted && agent->is_bulk_all_or_nothing))
        return mib_too_big(agent);
    return (struct snmp_reply) {.bindings = agent->bindings, .binding_count = count};
}

static inline struct snmp_reply mib_answer(struct mib_agent *agent, const struct snmp_request *request)
{
    agent->turn++;
    agent->kinds[request->kind]++;
    assert_true(request->oid_count > 0 && request->oid_count <= REPLY_BINDINGS_MAXIMUM);
    assert_true(!agent->is_version_1 || request->kind != SNMP_GET_BULK);
    if (agent->before != NULL)
        agent->before(agent, request);
    if (agent->error != SNMP_ERROR_NONE && agent->turn >= agent->error_turn)
        return mib_error(agent->error, 0);
    if (request->kind == SNMP_GET_BULK)
        return mib_answer_bulk(agent, request);
    size_t size = 0;
    for (size_t i = 0; i < request->oid_count; i++) {
        agent->bindings[i] = mib_one(agent, request->kind, &request->oids[i]);
        if (agent->is_version_1 && mib_is_exception(&agent->bindings[i]))
            return mib_error(SNMP_ERROR_NO_SUCH_NAME, i + 1);
        size += mib_size(&agent->bindings[i]);
    }
    if (agent->reply_maximum > 0 && size > agent->reply_maximum)
        return mib_too_big(agent);
    return (struct snmp_reply) {.bindings = agent->bindings, .binding_count = request->oid_count};
}

/* To the end of the conversation. */
static inline enum snmp_turn mib_talk(struct mib_agent *agent, const struct snmp_agent *kind,
                                      const struct snmp_wishes *wishes,
                                      struct snmp_conversation *conversation, struct problem *why)
{
    struct snmp_request request;
    *why = (struct problem) {.kind = PROBLEM_NONE};
    enum snmp_turn turn = snmp_conversation_start(conversation, kind, wishes, &request, why);
    while (turn == SNMP_TURN_ASK) {
        struct snmp_reply reply = mib_answer(agent, &request);
        turn = snmp_conversation_next(conversation, &reply, &request, why);
    }
    return turn;
}

/* What a failed conversation must say: `|`-separated words, and something to try. */
static inline void mib_check_failure(const char *name, enum snmp_turn turn, const struct problem *why,
                                     const char *words)
{
    if (turn != SNMP_TURN_FAILED)
        fail_msg("%s: is answered, should fail with: %s", name, words);
    for (struct span rest = span_of(words); rest.bytes != NULL;) {
        struct span word = span_cut(&rest, '|');
        char wanted[PROBLEM_SENTENCE_SIZE];
        assert_true(word.length < sizeof wanted);
        memcpy(wanted, word.bytes, word.length);
        wanted[word.length] = '\0';
        if (!span_contains(span_of(why->sentence), wanted) && !span_contains(span_of(why->advice), wanted))
            fail_msg("%s: says %s / %s\n  lacks %s", name, why->sentence, why->advice, wanted);
    }
    assert_true(why->kind != PROBLEM_NONE);
    assert_null(strpbrk(why->advice, "`~$&|'\"<>"));
    if (why->sentence[0] >= 'A' && why->sentence[0] <= 'Z')
        fail_msg("%s: does not begin with its verb: %s", name, why->sentence);
}

#endif
