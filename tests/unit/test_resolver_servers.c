/* SPDX-License-Identifier: MIT */
/* Which of several DNS servers are asked, many questions at once, and the end of the run. */
#include "transport/resolver.h"

#include "test_resolver_kit.h"

#include <stdio.h>

static void answer_server_failure(struct dns_request *request)
{
    answer_with_rcode(request, 2);
}

static void answer_refused(struct dns_request *request)
{
    answer_with_rcode(request, 5);
}

static void answer_name_error(struct dns_request *request)
{
    answer_with_rcode(request, 3);
}

static void answer_no_data(struct dns_request *request)
{
    answer_with_rcode(request, 0);
}

static void the_servers_are_asked_until_one_is_definite(void **state)
{
    (void)state;
    start_peer(0, answer_server_failure);
    peer_close_port(&peers[1]);
    start_peer(2, answer_name_error);
    open_resolver(3, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("NAME_ERROR");
    assert_string_equal(text_string(&attempts), "0 SERVER_FAILURE | 1 UNREACHABLE | 2 NAME_ERROR");
}

static void a_definite_answer_ends_the_search(void **state)
{
    static void (*const ways[])(struct dns_request *) = {answer_well, answer_name_error, answer_no_data};
    static const char *const expected[] = {"ANSWERED, 0 0 1688 a.example", "NAME_ERROR", "NO_DATA"};
    for (size_t i = 0; i < 3; i++) {
        prepare(state);
        start_peer(0, ways[i]);
        start_peer(1, answer_well);
        open_resolver(2, PATIENCE_MS);
        ask("a.example", DNS_TYPE_SRV);
        expect(expected[i]);
        assert_int_equal(peers[1].requests, 0);
        clean(state);
    }
}

static void without_a_definite_answer_the_last_one_stands(void **state)
{
    (void)state;
    start_peer(0, answer_server_failure);
    start_peer(1, answer_refused);
    open_resolver(2, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("REFUSED");
    assert_string_equal(text_string(&attempts), "0 SERVER_FAILURE | 1 REFUSED");
}

static int asked_before;

static void ask_again(void *context, const struct dns_answer *answer)
{
    asked_before = peers[0].requests;
    ask("b.example", DNS_TYPE_SRV);
    on_answer(context, answer);
}

static void after_silence_the_next_server_is_asked_and_stays_first(void **state)
{
    (void)state;
    start_peer(0, answer_nothing);
    start_peer(1, answer_well);
    open_resolver(2, LONGER_MS);
    expected_count = 2;
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, on_attempt, ask_again, a_context);
    expect("ANSWERED, 0 0 1688 a.example | ANSWERED, 0 0 1688 b.example");
    assert_string_equal(text_string(&attempts), "0 TIMEOUT | 1 ANSWERED, 0 0 1688 a.example | "
                                                "1 ANSWERED, 0 0 1688 b.example");
    assert_int_equal(peers[0].requests, asked_before);
}

static void answer_a_only(struct dns_request *request)
{
    if (request->name[0] == 'a')
        answer_well(request);
    else
        answer_server_failure(request);
}

static void a_silent_server_is_not_asked_again_while_another_one_answers(void **state)
{
    (void)state;
    peer_close_port(&peers[0]);
    start_peer(1, answer_a_only);
    open_resolver(2, PATIENCE_MS);
    expected_count = 2;
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, on_attempt, ask_again, a_context);
    expect("ANSWERED, 0 0 1688 a.example | SERVER_FAILURE");
    assert_string_equal(text_string(&attempts),
                        "0 UNREACHABLE | 1 ANSWERED, 0 0 1688 a.example | 1 SERVER_FAILURE");
}

static void silent_servers_are_asked_again_when_there_is_no_other(void **state)
{
    (void)state;
    peer_close_port(&peers[0]);
    peer_close_port(&peers[1]);
    open_resolver(2, PATIENCE_MS);
    expected_count = 2;
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, on_attempt, ask_again, a_context);
    expect("UNREACHABLE | UNREACHABLE");
    assert_string_equal(text_string(&attempts),
                        "0 UNREACHABLE | 1 UNREACHABLE | 0 UNREACHABLE | 1 UNREACHABLE");
}

static void a_server_that_was_not_asked_yet_comes_before_a_silent_one(void **state)
{
    (void)state;
    peer_close_port(&peers[0]);
    peer_close_port(&peers[1]);
    start_peer(2, answer_well);
    open_resolver(3, PATIENCE_MS);
    expected_count = 2;
    resolver_ask_server(resolver, 0, "a.example", DNS_TYPE_SRV, ask_again, a_context);
    expect("UNREACHABLE | ANSWERED, 0 0 1688 b.example");
    assert_string_equal(text_string(&attempts), "1 UNREACHABLE | 2 ANSWERED, 0 0 1688 b.example");
}

static size_t next_server;

static void ask_the_next_server(void *context, const struct dns_answer *answer)
{
    if (++next_server < PEERS)
        resolver_ask_server(resolver, next_server, "a.example", DNS_TYPE_SRV, ask_the_next_server, context);
    on_answer(context, answer);
}

static void servers_may_say_different_things(void **state)
{
    (void)state;
    start_peer(0, answer_well);
    start_peer(1, answer_name_error);
    peer_close_port(&peers[2]);
    open_resolver(PEERS, PATIENCE_MS);
    expected_count = PEERS;
    next_server = 0;
    resolver_ask_server(resolver, 0, "a.example", DNS_TYPE_SRV, ask_the_next_server, a_context);
    expect("ANSWERED, 0 0 1688 a.example | NAME_ERROR | UNREACHABLE");
}

/* ---- many questions --------------------------------------------------------------------------------------
 */

enum { CROWD = 400 };

struct member {
    char name[32];
    enum dns_outcome outcome;
    int answered;
};

static struct member crowd[CROWD];
static size_t crowd_answered;

static void on_member(void *context, const struct dns_answer *answer)
{
    struct member *member = context;
    member->answered++;
    member->outcome = answer->outcome;
    if (answer->outcome == DNS_ANSWERED)
        assert_string_equal(answer->records[0].target, member->name);
    if (++crowd_answered == CROWD)
        stop_peers();
}

static void ask_crowd(void)
{
    crowd_answered = 0;
    memset(crowd, 0, sizeof crowd);
    for (size_t i = 0; i < CROWD; i++) {
        snprintf(crowd[i].name, sizeof crowd[i].name, "kms%zu.corp.example.com", i);
        resolver_ask(resolver, crowd[i].name, DNS_TYPE_SRV, NULL, on_member, &crowd[i]);
    }
}

static void check_crowd(enum dns_outcome expected)
{
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    assert_int_equal(crowd_answered, CROWD);
    for (size_t i = 0; i < CROWD; i++) {
        assert_int_equal(crowd[i].answered, 1);
        assert_string_equal(outcome_name(crowd[i].outcome), outcome_name(expected));
    }
}

static void four_hundred_questions_are_asked_at_once(void **state)
{
    (void)state;
    open_with(answer_well, PATIENCE_MS);
    ask_crowd();
    check_crowd(DNS_ANSWERED);
}

static void four_hundred_questions_move_on_from_a_silent_server(void **state)
{
    (void)state;
    start_peer(0, answer_nothing);
    start_peer(1, answer_well);
    open_resolver(2, 2 * LONGER_MS);
    ask_crowd();
    check_crowd(DNS_ANSWERED);
}

static void four_hundred_questions_find_a_port_closed(void **state)
{
    (void)state;
    peer_close_port(&peers[0]);
    open_resolver(1, PATIENCE_MS);
    ask_crowd();
    check_crowd(DNS_UNREACHABLE);
}

static void ask_one_more(void *context, const struct dns_answer *answer)
{
    char name[32];
    on_answer(context, answer);
    if (expected_count == 0)
        return;
    snprintf(name, sizeof name, "n%zu.example", expected_count);
    resolver_ask(resolver, name, DNS_TYPE_SRV, on_attempt, ask_one_more, context);
}

static void an_answer_may_lead_to_the_next_question(void **state)
{
    (void)state;
    open_with(answer_well, PATIENCE_MS);
    expected_count = 4;
    resolver_ask(resolver, "n4.example", DNS_TYPE_SRV, on_attempt, ask_one_more, a_context);
    expect("ANSWERED, 0 0 1688 n4.example | ANSWERED, 0 0 1688 n3.example | ANSWERED, 0 0 1688 n2.example | "
           "ANSWERED, 0 0 1688 n1.example");
}

/* ---- the end of the run ----------------------------------------------------------------------------------
 */

static void closing_answers_what_is_open(void **state)
{
    (void)state;
    start_peer(0, answer_nothing);
    start_peer(1, answer_nothing);
    open_resolver(2, PATIENCE_MS);
    expected_count = 4;
    ask("a.example", DNS_TYPE_SRV);
    ask("b.example", DNS_TYPE_A);
    resolver_ask_server(resolver, 1, "c.example", DNS_TYPE_SRV, on_answer, a_context);
    resolver_find_host(resolver, "192.0.2.1", true, true, on_answer, a_context);
    assert_false(loop_run(loop, deadline_in(20)));
    assert_string_equal(text_string(&answers), "ANSWERED, 192.0.2.1");
    resolver_close(resolver);
    resolver = NULL;
    expect("ANSWERED, 192.0.2.1 | NOT_IN_TIME | NOT_IN_TIME | NOT_IN_TIME");
    assert_string_equal(text_string(&attempts), "0 NOT_IN_TIME | 0 NOT_IN_TIME");
}

static void a_question_that_is_asked_while_closing_is_not_in_time(void **state)
{
    (void)state;
    open_with(answer_nothing, PATIENCE_MS);
    expected_count = 3;
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, on_attempt, ask_one_more, a_context);
    resolver_close(resolver);
    resolver = NULL;
    expect("NOT_IN_TIME | NOT_IN_TIME | NOT_IN_TIME");
}

/* Every second one: kms0, kms2, .. */
static void answer_some(struct dns_request *request)
{
    if (request->name[strcspn(request->name, ".") - 1] % 2 == 0)
        answer_well(request);
}

static void closing_in_the_middle_of_a_crowd_answers_each_once(void **state)
{
    (void)state;
    open_with(answer_some, PATIENCE_MS);
    ask_crowd();
    while (crowd_answered < CROWD / 2)
        assert_false(loop_run(loop, deadline_in(5)));
    resolver_close(resolver);
    resolver = NULL;
    assert_int_equal(crowd_answered, CROWD);
    size_t answered = 0;
    for (size_t i = 0; i < CROWD; i++) {
        assert_int_equal(crowd[i].answered, 1);
        answered += crowd[i].outcome == DNS_ANSWERED;
    }
    assert_int_equal(answered, CROWD / 2);
}

static void a_run_that_is_over_asks_nothing(void **state)
{
    (void)state;
    open_with(answer_well, 0);
    ask("a.example", DNS_TYPE_SRV);
    expect("NOT_IN_TIME");
    assert_int_equal(peers[0].requests, 0);
}

static void the_limits_of_silent_servers_fit_into_the_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEERS; i++)
        start_peer(i, answer_nothing);
    open_resolver(PEERS, SHORT_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("TIMEOUT");
    assert_string_equal(text_string(&attempts), "0 TIMEOUT | 1 TIMEOUT | 2 TIMEOUT");
}

static void too_many_servers_are_refused(void **state)
{
    static const struct dns_server servers[RESOLVER_SERVERS_MAXIMUM + 1];
    struct problem why = {.kind = PROBLEM_NONE};
    (void)state;
    assert_false(resolver_open(loop, servers, RESOLVER_SERVERS_MAXIMUM + 1, deadline_in(PATIENCE_MS),
                               &resolver, &why));
    assert_int_equal(why.kind, PROBLEM_USAGE);
    assert_null(resolver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_servers_are_asked_until_one_is_definite),
        cmocka_unit_test(a_definite_answer_ends_the_search),
        CASE(without_a_definite_answer_the_last_one_stands),
        CASE(after_silence_the_next_server_is_asked_and_stays_first),
        CASE(a_silent_server_is_not_asked_again_while_another_one_answers),
        CASE(silent_servers_are_asked_again_when_there_is_no_other),
        CASE(a_server_that_was_not_asked_yet_comes_before_a_silent_one),
        CASE(servers_may_say_different_things),
        CASE(four_hundred_questions_are_asked_at_once),
        CASE(four_hundred_questions_move_on_from_a_silent_server),
        CASE(four_hundred_questions_find_a_port_closed),
        CASE(an_answer_may_lead_to_the_next_question),
        CASE(closing_answers_what_is_open),
        CASE(a_question_that_is_asked_while_closing_is_not_in_time),
        CASE(closing_in_the_middle_of_a_crowd_answers_each_once),
        CASE(a_run_that_is_over_asks_nothing),
        CASE(the_limits_of_silent_servers_fit_into_the_run),
        CASE(too_many_servers_are_refused),
    };
    return cmocka_run_group_tests_name("resolver with several servers", tests, NULL, NULL);
}
