/* SPDX-License-Identifier: MIT */
/* Questions to one DNS server, which the test plays itself, in the same loop, on loopback. */
#include "transport/resolver.h"

#include "test_resolver_kit.h"

#include <stdio.h>

static void a_question_is_answered(void **state)
{
    (void)state;
    open_with(answer_well, PATIENCE_MS);
    expected_count = 4;
    ask("_vlmcs._tcp.corp.example.com", DNS_TYPE_SRV);
    ask("kms01.corp.example.com.", DNS_TYPE_A);
    resolver_ask_server(resolver, 0, "kms02.corp.example.com", DNS_TYPE_AAAA, on_answer, a_context);
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, NULL, on_answer, a_context);
    expect("ANSWERED, 0 0 1688 _vlmcs._tcp.corp.example.com | ANSWERED, 192.0.2.1, 192.0.2.2 | "
           "ANSWERED, 2001:db8::1 | ANSWERED, 0 0 1688 a.example");
    assert_string_equal(
        text_string(&attempts),
        "0 ANSWERED, 0 0 1688 _vlmcs._tcp.corp.example.com | 0 ANSWERED, 192.0.2.1, 192.0.2.2");
    assert_in_range(peers[0].requests, 4, 40);
    assert_int_equal(peers[0].with_edns, peers[0].requests);
}

static void a_server_may_have_an_ipv6_address(void **state)
{
    (void)state;
    peer_start(&peers[0], loop, true, answer_well);
    open_resolver(1, PATIENCE_MS);
    ask("a.example", DNS_TYPE_A);
    expect("ANSWERED, 192.0.2.1, 192.0.2.2");
}

static unsigned rcode_to_answer;

static void answer_rcode(struct dns_request *request)
{
    answer_with_rcode(request, rcode_to_answer);
}

static void every_rcode_stays_apart(void **state)
{
    static const char *const expected[] = {
        "NO_DATA",      "FORMAT_ERROR", "SERVER_FAILURE", "NAME_ERROR",   "NOT_IMPLEMENTED", "REFUSED",
        "BAD_ANSWER 6", "BAD_ANSWER 7", "BAD_ANSWER 8",   "BAD_ANSWER 9", "BAD_ANSWER 10"};
    for (rcode_to_answer = 0; rcode_to_answer < sizeof expected / sizeof *expected; rcode_to_answer++) {
        prepare(state);
        open_with(answer_rcode, PATIENCE_MS);
        ask("a.example", DNS_TYPE_SRV);
        expect(expected[rcode_to_answer]);
        clean(state);
    }
}

/* ---- TCP -------------------------------------------------------------------------------------------------
 */

static void send_cut_answer(struct dns_request *request)
{
    struct text message;
    start_answer(request, &message, FLAGS_CUT, 1);
    put_srv(&message, NULL, 0, 0, 1688, "half.example");
    send_message(request, &message);
}

static void answer_over_tcp(struct dns_request *request)
{
    if (request->connection != NULL)
        answer_well(request);
    else
        send_cut_answer(request);
}

static void what_is_cut_is_asked_again_over_tcp(void **state)
{
    (void)state;
    open_with(answer_over_tcp, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("ANSWERED, 0 0 1688 a.example");
    assert_in_range(peers[0].requests - peers[0].over_tcp, 1, 10);
    assert_in_range(peers[0].over_tcp, 1, 10);
}

enum { MANY = 1000 };

static void answer_much_over_tcp(struct dns_request *request)
{
    struct text message;
    if (request->connection == NULL) {
        send_cut_answer(request);
        return;
    }
    start_answer(request, &message, FLAGS_ANSWER, MANY);
    for (unsigned i = 0; i < MANY; i++)
        put_srv(&message, NULL, 0, 0, i, "kms01.corp.example.com");
    send_message(request, &message);
}

static void a_large_answer_comes_over_tcp(void **state)
{
    struct text expected;
    (void)state;
    open_with(answer_much_over_tcp, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    text_start(&expected, ANSWER_ROOM);
    text_append(&expected, "ANSWERED");
    for (unsigned i = 0; i < MANY; i++)
        text_append_format(&expected, ", 0 0 %u kms01.corp.example.com", i);
    expect(text_string(&expected));
    text_done(&expected);
}

static void cut_and_close_tcp(struct dns_request *request)
{
    close_watched(loop, &request->peer->listener);
    send_cut_answer(request);
}

static void a_closed_tcp_port_behind_a_cut_answer_is_unreachable(void **state)
{
    (void)state;
    open_with(cut_and_close_tcp, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("UNREACHABLE");
}

static void cut_and_stay_silent(struct dns_request *request)
{
    if (request->connection == NULL)
        send_cut_answer(request);
}

static void silence_over_tcp_is_a_timeout(void **state)
{
    (void)state;
    open_with(cut_and_stay_silent, SHORT_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("TIMEOUT");
}

/* ---- nobody there ----------------------------------------------------------------------------------------
 */

static void a_closed_port_is_unreachable_at_once(void **state)
{
    (void)state;
    peer_close_port(&peers[0]);
    open_resolver(1, PATIENCE_MS);
    int64_t before = monotonic_ms();
    ask("a.example", DNS_TYPE_SRV);
    expect("UNREACHABLE");
    assert_in_range(monotonic_ms() - before, 0, RESOLVER_LIMIT_MAXIMUM_MS / 2);
}

static void a_server_to_which_no_way_leads_is_unreachable(void **state)
{
    /* link-local, and no interface is named */
    struct dns_server nowhere = {.port = 53, .address = {.is_ipv6 = true, .bytes = {0xfe, 0x80, [15] = 1}}};
    struct problem why;
    (void)state;
    assert_true(resolver_open(loop, &nowhere, 1, deadline_in(PATIENCE_MS), &resolver, &why));
    resolver_ask_server(resolver, 0, "a.example", DNS_TYPE_SRV, on_answer, a_context);
    expect("UNREACHABLE");
}

static void silence_is_a_timeout_after_several_attempts(void **state)
{
    (void)state;
    open_with(answer_nothing, 2 * SHORT_MS);
    int64_t before = monotonic_ms();
    ask("a.example", DNS_TYPE_SRV);
    expect("TIMEOUT");
    assert_in_range(monotonic_ms() - before, SHORT_MS - 2, PATIENCE_MS);
    assert_in_range(peers[0].requests, 3, 20);
}

/* ---- what happens to datagrams ---------------------------------------------------------------------------
 */

static void lose_the_first(struct dns_request *request)
{
    if (request->peer->requests > 1)
        answer_well(request);
}

static void a_lost_datagram_costs_no_answer(void **state)
{
    (void)state;
    open_with(lose_the_first, LONGER_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("ANSWERED, 0 0 1688 a.example");
    assert_in_range(peers[0].requests, 2, 20);
}

/* Every request is answered, a fifth of the limit after it came: later than the second attempt. */
static struct dns_request delayed[8];
static struct loop_timer delays[8];

static void answer_delayed(struct loop_timer *timer)
{
    answer_well(timer->context);
}

static void answer_slowly(struct dns_request *request)
{
    int number = request->peer->requests - 1;
    if (number >= 8)
        return;
    delayed[number] = *request;
    delays[number] = (struct loop_timer) {
        .at_ms = monotonic_ms() + LONGER_MS / 10, .due = answer_delayed, .context = &delayed[number]};
    assert_true(loop_timer_start(loop, &delays[number]));
}

static void stop_delays(void *context, const struct dns_answer *answer)
{
    for (size_t i = 0; i < 8; i++)
        loop_timer_stop(loop, &delays[i]);
    on_answer(context, answer);
}

static void a_slow_server_is_heard(void **state)
{
    (void)state;
    memset(delays, 0, sizeof delays);
    open_with(answer_slowly, LONGER_MS);
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, NULL, stop_delays, a_context);
    expect("ANSWERED, 0 0 1688 a.example");
}

static void send_another_id_first(struct dns_request *request)
{
    struct text message;
    struct dns_request other = *request;
    other.id ^= 1;
    start_answer(&other, &message, FLAGS_ANSWER, 1);
    put_srv(&message, NULL, 0, 0, 1688, "rogue.example");
    send_message(&other, &message);
    answer_well(request);
}

static void an_answer_with_another_id_is_ignored(void **state)
{
    (void)state;
    open_with(send_another_id_first, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("ANSWERED, 0 0 1688 a.example");
}

static void send_another_name_first(struct dns_request *request)
{
    struct text message;
    put_header(&message, request->id, FLAGS_ANSWER, 1);
    put_question(&message, "b.example", request->type);
    put_srv(&message, NULL, 0, 0, 1688, "rogue.example");
    send_message(request, &message);
    answer_well(request);
}

static void an_answer_about_another_name_is_ignored(void **state)
{
    (void)state;
    open_with(send_another_name_first, PATIENCE_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("ANSWERED, 0 0 1688 a.example");
}

static void send_garbage_first(struct dns_request *request)
{
    struct text message;
    if (request->peer->requests > 1) {
        answer_well(request);
        return;
    }
    text_start(&message, MESSAGE_ROOM);
    text_append(&message, "HTTP/1.1 400 Bad Request\r\n\r\n");
    send_message(request, &message);
}

static void garbage_is_no_answer(void **state)
{
    (void)state;
    open_with(send_garbage_first, LONGER_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("ANSWERED, 0 0 1688 a.example");
}

static void answer_in_part(struct dns_request *request)
{
    struct text message;
    start_answer(request, &message, FLAGS_ANSWER, 2);
    put_srv(&message, NULL, 0, 0, 1688, "kms01.example.com");
    put_srv(&message, NULL, 0, 0, 1688, "kms02.example.com");
    text_cut(&message, message.length - 20);
    send_message(request, &message);
}

/* Between 1.20 and 1.33 c-ares throws away what it cannot read, and goes on waiting. */
static void an_answer_without_its_end_is_no_answer(void **state)
{
    (void)state;
    open_with(answer_in_part, SHORT_MS);
    ask("a.example", DNS_TYPE_SRV);
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    if (strcmp(text_string(&answers), "TIMEOUT") != 0)
        assert_string_equal(text_string(&answers), "BAD_ANSWER 0");
}

static void answer_in_part_over_tcp(struct dns_request *request)
{
    if (request->connection != NULL)
        answer_in_part(request);
    else
        send_cut_answer(request);
}

static void an_answer_without_its_end_over_tcp_is_no_answer(void **state)
{
    (void)state;
    open_with(answer_in_part_over_tcp, SHORT_MS);
    ask("a.example", DNS_TYPE_SRV);
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    if (strcmp(text_string(&answers), "UNREACHABLE") != 0 && strcmp(text_string(&answers), "TIMEOUT") != 0)
        assert_string_equal(text_string(&answers), "BAD_ANSWER 0");
}

/* ---- servers that know no EDNS ---------------------------------------------------------------------------
 */

static void refuse_edns(struct dns_request *request)
{
    if (request->has_edns)
        answer_with_rcode(request, 1);
    else
        answer_well(request);
}

/* The OPT record comes back as it was sent, which says nothing about whether it was understood. */
static void refuse_edns_with_an_echo(struct dns_request *request)
{
    struct text message;
    if (!request->has_edns) {
        answer_well(request);
        return;
    }
    start_answer(request, &message, FLAGS_ANSWER | 1, 0);
    message.bytes[11] = 1;
    put_bytes(&message, "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
    send_message(request, &message);
}

static void refuse_edns_as_not_implemented(struct dns_request *request)
{
    if (request->has_edns)
        answer_with_rcode(request, 4);
    else
        answer_well(request);
}

/* c-ares takes no notice of an answer without the question. */
static void refuse_edns_with_a_bare_header(struct dns_request *request)
{
    struct text message;
    if (!request->has_edns) {
        answer_well(request);
        return;
    }
    put_header(&message, request->id, FLAGS_ANSWER | 1, 0);
    message.bytes[5] = 0;
    send_message(request, &message);
}

static void ignore_edns(struct dns_request *request)
{
    if (!request->has_edns)
        answer_well(request);
}

static void a_server_that_knows_no_edns_is_asked_without(void **state)
{
    static void (*const ways[])(struct dns_request *) = {refuse_edns, refuse_edns_with_an_echo,
                                                         refuse_edns_as_not_implemented,
                                                         refuse_edns_with_a_bare_header, ignore_edns};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        prepare(state);
        open_with(ways[i], LONGER_MS);
        ask("a.example", DNS_TYPE_SRV);
        expect("ANSWERED, 0 0 1688 a.example");
        assert_string_equal(text_string(&attempts), "0 ANSWERED, 0 0 1688 a.example");
        clean(state);
    }
}

/* c-ares 1.18 gives up EDNS for the channel with the first refusal, and takes the second for an answer. */
static void many_questions_at_once_are_asked_without_edns(void **state)
{
    struct text expected;
    (void)state;
    open_with(refuse_edns, PATIENCE_MS);
    text_start(&expected, ANSWER_ROOM);
    expected_count = 20;
    for (size_t i = 0; i < 20; i++) {
        resolver_ask(resolver, "a.example", DNS_TYPE_SRV, NULL, on_answer, a_context);
        text_append_format(&expected, "%sANSWERED, 0 0 1688 a.example", i > 0 ? " | " : "");
    }
    expect(text_string(&expected));
    text_done(&expected);
}

static int edns_before;

static void ask_again_and_count(void *context, const struct dns_answer *answer)
{
    edns_before = peers[0].with_edns;
    ask("b.example", DNS_TYPE_SRV);
    on_answer(context, answer);
}

static void a_server_that_ignored_edns_is_not_asked_with_it_again(void **state)
{
    (void)state;
    open_with(ignore_edns, LONGER_MS);
    expected_count = 2;
    resolver_ask(resolver, "a.example", DNS_TYPE_SRV, on_attempt, ask_again_and_count, a_context);
    expect("ANSWERED, 0 0 1688 a.example | ANSWERED, 0 0 1688 b.example");
    assert_int_equal(peers[0].with_edns, edns_before);
}

static void refuse_edns_and_drop_the_rest(struct dns_request *request)
{
    if (request->has_edns)
        answer_with_rcode(request, 4);
}

static void a_server_that_spoke_was_not_silent(void **state)
{
    (void)state;
    open_with(refuse_edns_and_drop_the_rest, SHORT_MS);
    ask("a.example", DNS_TYPE_SRV);
    expect("NOT_IMPLEMENTED");
}

/* ---- names -----------------------------------------------------------------------------------------------
 */

static void a_name_that_dns_cannot_hold_does_not_exist(void **state)
{
    char long_label[80], long_name[300] = "";
    (void)state;
    open_with(answer_well, PATIENCE_MS);
    memset(long_label, 'a', sizeof long_label);
    memcpy(long_label + 64, ".example", 9);
    for (size_t i = 0; i < 256; i++)
        long_name[i] = i % 2 == 0 ? 'a' : '.';
    expected_count = 3;
    ask(long_name, DNS_TYPE_SRV);
    ask(long_label, DNS_TYPE_SRV);
    ask("a..example", DNS_TYPE_SRV);
    expect("NAME_ERROR | NAME_ERROR | NAME_ERROR");
    assert_int_equal(peers[0].requests, 0);
}

static void an_address_is_found_without_being_looked_up(void **state)
{
    static const struct {
        const char *name;
        bool wants_ipv4, wants_ipv6;
        const char *expected;
    } cases[] = {
        {"192.0.2.1", true, true, "ANSWERED, 192.0.2.1"},
        {"192.0.2.1", true, false, "ANSWERED, 192.0.2.1"},
        {"192.0.2.1", false, true, "NO_DATA"},
        {"2001:db8::1", true, true, "ANSWERED, 2001:db8::1"},
        {"2001:db8::1", false, true, "ANSWERED, 2001:db8::1"},
        {"2001:db8::1", true, false, "NO_DATA"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        prepare(state);
        open_with(answer_well, PATIENCE_MS);
        resolver_find_host(resolver, cases[i].name, cases[i].wants_ipv4, cases[i].wants_ipv6, on_answer,
                           a_context);
        assert_string_equal(text_string(&answers), cases[i].expected);
        clean(state);
    }
}

/* RFC 6761, 6.3: whatever the hosts file of this machine says. */
static void localhost_is_this_machine(void **state)
{
    (void)state;
    open_with(answer_well, PATIENCE_MS);
    resolver_find_host(resolver, "localhost", true, false, on_answer, a_context);
    expect("ANSWERED, 127.0.0.1");
    assert_int_equal(peers[0].requests, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_question_is_answered),
        CASE(a_server_may_have_an_ipv6_address),
        cmocka_unit_test(every_rcode_stays_apart),
        CASE(what_is_cut_is_asked_again_over_tcp),
        CASE(a_large_answer_comes_over_tcp),
        CASE(a_closed_tcp_port_behind_a_cut_answer_is_unreachable),
        CASE(silence_over_tcp_is_a_timeout),
        CASE(a_closed_port_is_unreachable_at_once),
        CASE(a_server_to_which_no_way_leads_is_unreachable),
        CASE(silence_is_a_timeout_after_several_attempts),
        CASE(a_lost_datagram_costs_no_answer),
        CASE(a_slow_server_is_heard),
        CASE(an_answer_with_another_id_is_ignored),
        CASE(an_answer_about_another_name_is_ignored),
        CASE(garbage_is_no_answer),
        CASE(an_answer_without_its_end_is_no_answer),
        CASE(an_answer_without_its_end_over_tcp_is_no_answer),
        cmocka_unit_test(a_server_that_knows_no_edns_is_asked_without),
        CASE(many_questions_at_once_are_asked_without_edns),
        CASE(a_server_that_ignored_edns_is_not_asked_with_it_again),
        CASE(a_server_that_spoke_was_not_silent),
        CASE(a_name_that_dns_cannot_hold_does_not_exist),
        cmocka_unit_test(an_address_is_found_without_being_looked_up),
        CASE(localhost_is_this_machine),
    };
    return cmocka_run_group_tests_name("resolver", tests, NULL, NULL);
}
