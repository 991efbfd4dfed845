/* SPDX-License-Identifier: MIT */
/* What the tests of the resolver share: a loop, up to three servers, and what comes back, written down in one
 * line: "ANSWERED, 0 0 1688 a.example | TIMEOUT". */
#ifndef TESTS_UNIT_TEST_RESOLVER_KIT_H
#define TESTS_UNIT_TEST_RESOLVER_KIT_H

#include "test_dns_peer.h"
#include "transport/resolver.h"

enum {
    PATIENCE_MS = 60000, /* for what must come, on a machine under load */
    SHORT_MS = 400,      /* a run in which silence is waited for: its limit is half of that */
    LONGER_MS = 2000,    /* the same, when something must come after the silence */
    PEERS = 3
};

static struct loop *loop;
static struct dns_peer peers[PEERS];
static struct resolver *resolver;
static struct text answers, attempts;
static size_t expected_count; /* of answers; then the servers go and the loop has nothing to wait for */

static char a_context[] = "a context";

static inline void stop_peers(void)
{
    for (size_t i = 0; i < PEERS; i++)
        peer_stop(&peers[i]);
}

static inline int prepare(void **state)
{
    (void)state;
    loop = loop_new();
    text_start(&answers, ANSWER_ROOM);
    text_start(&attempts, ANSWER_ROOM);
    memset(peers, 0, sizeof peers);
    resolver = NULL;
    expected_count = 1;
    return loop == NULL;
}

static inline int clean(void **state)
{
    (void)state;
    resolver_close(resolver);
    stop_peers();
    loop_free(loop);
    text_done(&answers);
    text_done(&attempts);
    return 0;
}

/* "1 NAME_ERROR": the number of the server stands in front. */
static inline void on_attempt(void *context, const struct dns_answer *answer)
{
    size_t number = 0;
    assert_string_equal(context, a_context);
    while (number < PEERS && answer->server.port != peers[number].port)
        number++;
    text_append_format(&attempts, "%s%zu ", attempts.length > 0 ? " | " : "", number);
    describe_answer(answer, &attempts);
}

static inline void on_answer(void *context, const struct dns_answer *answer)
{
    assert_string_equal(context, a_context);
    assert_true(answer->duration_us >= 0);
    text_append(&answers, answers.length > 0 ? " | " : "");
    describe_answer(answer, &answers);
    assert_true(expected_count > 0);
    if (--expected_count == 0)
        stop_peers();
}

static inline void start_peer(size_t number, void (*answer)(struct dns_request *request))
{
    peer_start(&peers[number], loop, false, answer);
}

/* A resolver over the first `count` servers. */
static inline void open_resolver(size_t count, int64_t run_ms)
{
    struct problem why = {.kind = PROBLEM_NONE};
    struct dns_server servers[PEERS];
    for (size_t i = 0; i < count; i++)
        servers[i] = peer_address(&peers[i]);
    if (!resolver_open(loop, servers, count, deadline_in(run_ms), &resolver, &why))
        fail_msg("%s", why.sentence);
    assert_int_equal(resolver_server_count(resolver), count);
}

/* One server, which answers like that. */
static inline void open_with(void (*answer)(struct dns_request *request), int64_t run_ms)
{
    start_peer(0, answer);
    open_resolver(1, run_ms);
}

static inline void ask(const char *name, enum dns_type type)
{
    resolver_ask(resolver, name, type, on_attempt, on_answer, a_context);
}

/* Runs until everything was answered and nobody waits for anything. */
static inline void expect(const char *expected)
{
    bool is_over = loop_run(loop, deadline_in(PATIENCE_MS));
    assert_string_equal(text_string(&answers), expected);
    assert_true(is_over);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, prepare, clean)

#endif
