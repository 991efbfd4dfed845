/* SPDX-License-Identifier: MIT */
/* A channel of c-ares in the loop, and a DNS server in the same loop: hosts, queries that are given up, the
 * end. */
#include "transport/dns_channel.h"

#include "test_dns_peer.h"

enum { PATIENCE_MS = 60000, LIMIT_MS = 5000, SHORT_MS = 30 };

static struct loop *loop;
static struct dns_peer peer;
static struct dns_channel *channel;
static struct text answers;
static size_t expected_count;

static int prepare(void **state)
{
    (void)state;
    loop = loop_new();
    text_start(&answers, ANSWER_ROOM);
    memset(&peer, 0, sizeof peer);
    channel = NULL;
    expected_count = 1;
    return loop == NULL;
}

static int clean(void **state)
{
    (void)state;
    dns_channel_close(channel);
    peer_stop(&peer);
    loop_free(loop);
    text_done(&answers);
    return 0;
}

static void open_channel(void)
{
    char text[DNS_SERVER_TEXT_SIZE];
    struct dns_server server = peer_address(&peer);
    dns_channel_print_server(&server, text);
    channel = dns_channel_open(
        loop, &(struct dns_channel_setup) {.server = text, .uses_edns = true, .limit_ms = LIMIT_MS});
    assert_non_null(channel);
}

static void open_with(void (*answer)(struct dns_request *request))
{
    peer_start(&peer, loop, false, answer);
    open_channel();
}

static void on_answer(void *context, struct dns_query *query, const struct dns_answer *answer)
{
    (void)context;
    assert_non_null(query);
    text_append(&answers, answers.length > 0 ? " | " : "");
    describe_answer(answer, &answers);
    assert_true(expected_count > 0);
    if (--expected_count == 0)
        peer_stop(&peer);
}

static struct dns_query *ask(const char *name)
{
    struct dns_query *query = dns_channel_ask(channel, name, DNS_TYPE_SRV, on_answer, NULL);
    assert_non_null(query);
    return query;
}

static void find_host(bool wants_ipv4, bool wants_ipv6)
{
    assert_non_null(
        dns_channel_find_host(channel, "kms01.example.com", wants_ipv4, wants_ipv6, on_answer, NULL));
}

static void expect(const char *expected)
{
    bool is_over = loop_run(loop, deadline_in(PATIENCE_MS));
    assert_string_equal(text_string(&answers), expected);
    assert_true(is_over);
}

/* ---- hosts -----------------------------------------------------------------------------------------------
 */

static void a_host_has_the_addresses_of_one_family(void **state)
{
    (void)state;
    open_with(answer_well);
    find_host(true, false);
    expect("ANSWERED, 192.0.2.1, 192.0.2.2");
}

static void a_host_has_the_addresses_of_the_other_family(void **state)
{
    (void)state;
    open_with(answer_well);
    find_host(false, true);
    expect("ANSWERED, 2001:db8::1");
}

/* The routes of this machine say which family comes first. */
static void a_host_has_the_addresses_of_both_families(void **state)
{
    (void)state;
    open_with(answer_well);
    find_host(true, true);
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    if (strcmp(text_string(&answers), "ANSWERED, 2001:db8::1, 192.0.2.1, 192.0.2.2") != 0)
        assert_string_equal(text_string(&answers), "ANSWERED, 192.0.2.1, 192.0.2.2, 2001:db8::1");
}

static void answer_ipv4_only(struct dns_request *request)
{
    if (request->type == TYPE_A)
        answer_well(request);
    else
        answer_with_rcode(request, 0);
}

static void a_host_may_have_one_family_only(void **state)
{
    (void)state;
    open_with(answer_ipv4_only);
    find_host(true, true);
    expect("ANSWERED, 192.0.2.1, 192.0.2.2");
}

static void a_host_without_the_wanted_family_has_no_data(void **state)
{
    (void)state;
    open_with(answer_ipv4_only);
    find_host(false, true);
    expect("NO_DATA");
}

static void answer_twice_the_same(struct dns_request *request)
{
    struct text message;
    start_answer(request, &message, FLAGS_ANSWER, 3);
    put_ipv4(&message, NULL, 1);
    put_ipv4(&message, NULL, 1);
    put_ipv4(&message, NULL, 1);
    send_message(request, &message);
}

static void each_address_of_a_host_counts_once(void **state)
{
    (void)state;
    open_with(answer_twice_the_same);
    find_host(true, false);
    expect("ANSWERED, 192.0.2.1");
}

static void answer_name_error(struct dns_request *request)
{
    answer_with_rcode(request, 3);
}

static void a_host_that_does_not_exist_is_a_name_error(void **state)
{
    (void)state;
    open_with(answer_name_error);
    find_host(true, true);
    expect("NAME_ERROR");
}

static void a_host_is_not_found_where_nobody_listens(void **state)
{
    (void)state;
    peer_close_port(&peer);
    open_channel();
    find_host(true, true);
    expect("UNREACHABLE");
}

/* ---- queries that are given up ---------------------------------------------------------------------------
 */

static void a_query_that_is_given_up_is_not_answered(void **state)
{
    (void)state;
    open_with(answer_nothing);
    struct dns_query *query = ask("a.example");
    ask("b.example");
    peer.answer = answer_well;
    dns_query_give_up(query);
    expect("ANSWERED, 0 0 1688 b.example");
}

static void nothing_is_waited_for_when_all_are_given_up(void **state)
{
    struct dns_query *queries[3];
    (void)state;
    open_with(answer_nothing);
    for (size_t i = 0; i < 3; i++)
        queries[i] = ask("a.example");
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    for (size_t i = 0; i < 3; i++)
        dns_query_give_up(queries[i]);
    peer_stop(&peer);
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    assert_string_equal(text_string(&answers), "");
}

/* Both come back in the same round; the one that is handed over first gives up the other. */
static struct dns_query *pair[2];

static void give_up_the_other(void *context, struct dns_query *query, const struct dns_answer *answer)
{
    dns_query_give_up(query == pair[0] ? pair[1] : pair[0]);
    on_answer(context, query, answer);
}

static void a_query_that_is_back_can_still_be_given_up(void **state)
{
    (void)state;
    peer_close_port(&peer);
    open_channel();
    for (size_t i = 0; i < 2; i++)
        pair[i] = dns_channel_ask(channel, "a.example", DNS_TYPE_SRV, give_up_the_other, NULL);
    expect("UNREACHABLE");
}

static void ask_again_twice(void *context, struct dns_query *query, const struct dns_answer *answer)
{
    (void)context;
    if (expected_count == 3) {
        dns_channel_ask(channel, "b.example", DNS_TYPE_SRV, ask_again_twice, NULL);
        dns_channel_ask(channel, "c.example", DNS_TYPE_SRV, ask_again_twice, NULL);
    }
    on_answer(NULL, query, answer);
}

static void an_answer_may_lead_to_further_queries(void **state)
{
    (void)state;
    open_with(answer_well);
    expected_count = 3;
    dns_channel_ask(channel, "a.example", DNS_TYPE_SRV, ask_again_twice, NULL);
    expect("ANSWERED, 0 0 1688 a.example | ANSWERED, 0 0 1688 b.example | ANSWERED, 0 0 1688 c.example");
}

static void closing_answers_nobody(void **state)
{
    (void)state;
    open_with(answer_nothing);
    ask("a.example");
    find_host(true, true);
    dns_query_give_up(ask("b.example"));
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    dns_channel_close(channel);
    channel = NULL;
    peer_stop(&peer);
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    assert_string_equal(text_string(&answers), "");
}

/* c-ares refuses the name within the call; the answer comes from the loop all the same. */
static void an_answer_never_comes_within_the_call_that_asks(void **state)
{
    (void)state;
    open_with(answer_well);
    ask("a..example");
    assert_string_equal(text_string(&answers), "");
    expect("NAME_ERROR");
}

/* ---- servers ---------------------------------------------------------------------------------------------
 */

static void a_channel_knows_its_server(void **state)
{
    struct dns_channel_server servers[2];
    (void)state;
    channel = dns_channel_open(
        loop, &(struct dns_channel_setup) {.server = "[2001:db8::53]:5353", .limit_ms = LIMIT_MS});
    assert_non_null(channel);
    assert_int_equal(dns_channel_list_servers(channel, 2, servers), 1);
    assert_string_equal(servers[0].text, "[2001:db8::53]:5353");
    assert_int_equal(servers[0].server.port, 5353);
    assert_true(servers[0].server.address.is_ipv6);
    assert_int_equal(dns_channel_list_servers(channel, 0, servers), 0);
}

static void a_server_is_written_with_its_port(void **state)
{
    struct dns_server ipv4 = {.port = 53, .address.bytes = {192, 0, 2, 1}};
    struct dns_server ipv6 = {.port = 65535, .address = {.is_ipv6 = true, .bytes = {0x20, 0x01, [15] = 1}}};
    char text[DNS_SERVER_TEXT_SIZE];
    (void)state;
    dns_channel_print_server(&ipv4, text);
    assert_string_equal(text, "192.0.2.1:53");
    dns_channel_print_server(&ipv6, text);
    assert_string_equal(text, "[2001::1]:65535");
}

static void what_is_no_server_opens_no_channel(void **state)
{
    (void)state;
    assert_null(
        dns_channel_open(loop, &(struct dns_channel_setup) {.server = "dns.example", .limit_ms = LIMIT_MS}));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, prepare, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_host_has_the_addresses_of_one_family),
        CASE(a_host_has_the_addresses_of_the_other_family),
        CASE(a_host_has_the_addresses_of_both_families),
        CASE(a_host_may_have_one_family_only),
        CASE(a_host_without_the_wanted_family_has_no_data),
        CASE(each_address_of_a_host_counts_once),
        CASE(a_host_that_does_not_exist_is_a_name_error),
        CASE(a_host_is_not_found_where_nobody_listens),
        CASE(a_query_that_is_given_up_is_not_answered),
        CASE(nothing_is_waited_for_when_all_are_given_up),
        CASE(a_query_that_is_back_can_still_be_given_up),
        CASE(an_answer_may_lead_to_further_queries),
        CASE(closing_answers_nobody),
        CASE(an_answer_never_comes_within_the_call_that_asks),
        CASE(a_channel_knows_its_server),
        CASE(a_server_is_written_with_its_port),
        CASE(what_is_no_server_opens_no_channel),
    };
    return cmocka_run_group_tests_name("DNS channel", tests, NULL, NULL);
}
