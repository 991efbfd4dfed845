/* SPDX-License-Identifier: MIT */
/* TCP exchanges over loopback.  The other side runs in the same loop: a listener and its connections are
 * watches too, and a script says what a connection does.  Nobody waits for anything but events. */
#include "transport/tcp_exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 60000, /* for what must come, on a machine under load */
    SHORT_MS = 50,       /* for what never comes */
    MAXIMUM = 4096,
    CROWD = 300,
    BULK = 1 << 20
};

/* ---- the other side ---------------------------------------------------------------------------- */

enum at_end {
    THEN_SILENCE,
    THEN_CLOSE,
    THEN_RESET,
    THEN_RESET_AT_ONCE, /* all of it while it accepts, before the connecting side has had a look */
    THEN_MORE
};

/* What a connection does: wait for so many bytes (0 = it begins), send the answer (NULL = what it received)
 * in steps (0 = at once), then one thing more. */
struct script {
    size_t wants;
    const char *answer;
    size_t step;
    enum at_end end;
};

struct peer {
    struct loop_watch watch;
    char request[64]; /* a short one, to be sent back */
    size_t received, sent;
    struct peer *next;
};

static struct loop *loop;
static const struct script *script;
static struct loop_watch listener;
static struct peer *peers;
static int accepted;
static size_t expected_count;    /* of exchanges */
static struct loop_watch ticker; /* always ready, in every round */
static int ticker_pipe[2];

static void set_non_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    assert_true(flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0);
}

static void close_watched(struct loop_watch *watch)
{
    loop_watch_stop(loop, watch);
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    watch->descriptor = -1;
}

static void end_script(struct peer *peer)
{
    switch (script->end) {
    case THEN_SILENCE:
        peer->watch.events = POLLIN;
        assert_true(loop_watch_start(loop, &peer->watch));
        return;
    case THEN_MORE:
        peer->sent = 0;
        return;
    case THEN_RESET:
    case THEN_RESET_AT_ONCE:
        setsockopt(peer->watch.descriptor, SOL_SOCKET, SO_LINGER, &(struct linger) {.l_onoff = 1},
                   sizeof(struct linger));
        break;
    case THEN_CLOSE:
        break;
    }
    close_watched(&peer->watch);
}

static void send_answer(struct peer *peer)
{
    size_t length = script->answer == NULL ? peer->received : strlen(script->answer);
    const char *answer = script->answer == NULL ? peer->request : script->answer;
    size_t part = length - peer->sent;
    if (script->step > 0 && part > script->step)
        part = script->step;
    ssize_t sent = send(peer->watch.descriptor, answer + peer->sent, part, MSG_NOSIGNAL);
    if (sent > 0)
        peer->sent += (size_t)sent;
    if (sent < 0 && errno != EAGAIN)
        close_watched(&peer->watch);
    else if (peer->sent == length)
        end_script(peer);
}

static void peer_ready(struct loop_watch *watch, short ready_events)
{
    struct peer *peer = watch->context;
    if ((ready_events & POLLOUT) != 0) {
        send_answer(peer);
        return;
    }
    static char chunk[1 << 16];
    ssize_t got = recv(watch->descriptor, chunk, sizeof chunk, 0);
    if (got <= 0) {
        close_watched(watch);
        return;
    }
    if (peer->received + (size_t)got <= sizeof peer->request)
        memcpy(peer->request + peer->received, chunk, (size_t)got);
    peer->received += (size_t)got;
    if (peer->received >= script->wants) {
        watch->events = POLLOUT;
        assert_true(loop_watch_start(loop, watch));
    }
}

static void listener_ready(struct loop_watch *watch, short ready_events)
{
    (void)ready_events;
    struct peer *peer = calloc(1, sizeof *peer);
    assert_non_null(peer);
    peer->watch = (struct loop_watch) {.descriptor = accept(watch->descriptor, NULL, NULL),
                                       .events = script->wants == 0 ? POLLOUT : POLLIN,
                                       .ready = peer_ready,
                                       .context = peer};
    assert_true(peer->watch.descriptor >= 0);
    set_non_blocking(peer->watch.descriptor);
    assert_true(loop_watch_start(loop, &peer->watch));
    peer->next = peers;
    peers = peer;
    if (++accepted == (int)expected_count)
        loop_watch_stop(loop, watch);
    if (script->end == THEN_RESET_AT_ONCE)
        send_answer(peer);
}

/* A bound socket on loopback and its port; -1 when this machine has no such loopback. */
static int bind_loopback(bool is_ipv6, uint16_t *ret_port)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *address = is_ipv6 ? (struct sockaddr *)&ipv6 : (struct sockaddr *)&ipv4;
    socklen_t length = is_ipv6 ? sizeof ipv6 : sizeof ipv4;
    int descriptor = socket(address->sa_family, SOCK_STREAM, 0);
    if (descriptor < 0)
        return -1;
    if (bind(descriptor, address, length) != 0) {
        close(descriptor);
        return -1;
    }
    assert_int_equal(getsockname(descriptor, address, &length), 0);
    *ret_port = ntohs(is_ipv6 ? ipv6.sin6_port : ipv4.sin_port);
    return descriptor;
}

/* ---- our side ---------------------------------------------------------------------------------- */

static size_t finished_count, whole_calls, whole_length, most_in_a_round, length_at_tick;

static const char *case_name; /* of a row, where a test has rows */

/* The other side is not needed any more once every exchange is over. */
static void stop_serving(void)
{
    loop_watch_stop(loop, &listener);
    loop_watch_stop(loop, &ticker);
    for (struct peer *peer = peers; peer != NULL; peer = peer->next)
        loop_watch_stop(loop, &peer->watch);
}

static void count_finished(struct tcp_exchange *exchange)
{
    assert_true(exchange->is_over);
    if (++finished_count == expected_count)
        stop_serving();
}

static bool has_whole_length(const struct tcp_exchange *exchange, struct span received)
{
    assert_ptr_equal(received.bytes, exchange->received.bytes);
    whole_calls++;
    if (received.length - length_at_tick > most_in_a_round)
        most_in_a_round = received.length - length_at_tick;
    return received.length >= whole_length;
}

static struct tcp_exchange exchange_to(uint16_t port)
{
    return (struct tcp_exchange) {.address = {.bytes = {127, 0, 0, 1}},
                                  .port = port,
                                  .request = span_of("PING"),
                                  .limit_ms = PATIENCE_MS,
                                  .answer_maximum = MAXIMUM,
                                  .is_whole = has_whole_length,
                                  .finished = count_finished};
}

static int prepare(void **state)
{
    (void)state;
    loop = loop_new();
    script = NULL;
    peers = NULL;
    listener = (struct loop_watch) {.descriptor = -1};
    ticker = (struct loop_watch) {.descriptor = -1};
    finished_count = whole_calls = most_in_a_round = length_at_tick = 0;
    accepted = 0;
    expected_count = 1;
    case_name = "the exchange";
    whole_length = strlen("PONG");
    return loop == NULL || pipe(ticker_pipe) != 0;
}

static int clean(void **state)
{
    (void)state;
    close_watched(&listener);
    while (peers != NULL) {
        struct peer *peer = peers;
        peers = peer->next;
        close_watched(&peer->watch);
        free(peer);
    }
    close(ticker_pipe[0]);
    close(ticker_pipe[1]);
    loop_free(loop);
    return 0;
}

/* Listens and follows the script; the port. */
static uint16_t serve(const struct script *what)
{
    uint16_t port;
    script = what;
    listener = (struct loop_watch) {
        .descriptor = bind_loopback(false, &port), .events = POLLIN, .ready = listener_ready};
    assert_true(listener.descriptor >= 0);
    assert_int_equal(listen(listener.descriptor, CROWD), 0);
    assert_true(loop_watch_start(loop, &listener));
    return port;
}

static void run_loop(void)
{
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
}

static void run_exchange(struct tcp_exchange *exchange)
{
    tcp_exchange_start(exchange, loop);
    run_loop();
    assert_int_equal(finished_count, 1);
}

static const char *outcome_name(enum probe_outcome outcome)
{
    static const char *const names[] = {
        [PROBE_NOT_IN_TIME] = "not in time", [PROBE_NO_ROUTE] = "no route", [PROBE_REFUSED] = "refused",
        [PROBE_UNREACHABLE] = "unreachable", [PROBE_FILTERED] = "filtered", [PROBE_CONNECTED] = "connected",
        [PROBE_CLOSED] = "closed",           [PROBE_RESET] = "reset",       [PROBE_SILENT] = "silent",
        [PROBE_ANSWERED] = "answered"};
    return names[outcome];
}

/* "answered 0 PONG": outcome, errno and what came. */
static void check(const struct tcp_exchange *exchange, const char *expected)
{
    char seen[256];
    snprintf(seen, sizeof seen, "%s %d %.200s", outcome_name(exchange->outcome), exchange->error,
             text_string(&exchange->received));
    if (strcmp(seen, expected) != 0)
        fail_msg("%s: %s, expected %s", case_name, seen, expected);
}

static void check_with_error(const struct tcp_exchange *exchange, const char *outcome, int error,
                             const char *received)
{
    char expected[256];
    snprintf(expected, sizeof expected, "%s %d %.200s", outcome, error, received);
    check(exchange, expected);
}

/* ---- connecting -------------------------------------------------------------------------------- */

static void a_port_on_which_nobody_listens_refuses(void **state)
{
    uint16_t port;
    int bound = bind_loopback(false, &port); /* nobody else may begin to listen there meanwhile */
    struct tcp_exchange exchange = exchange_to(port);
    (void)state;
    run_exchange(&exchange);
    close(bound);
    check_with_error(&exchange, "refused", ECONNREFUSED, "");
    assert_int_equal(exchange.connect_us, 0);
    tcp_exchange_done(&exchange);
}

static void port_0_is_refused_before_start_returns(void **state)
{
    struct tcp_exchange exchange = exchange_to(0);
    (void)state;
    tcp_exchange_start(&exchange, loop);
    assert_int_equal(finished_count, 1);
    check(&exchange, "refused 0 ");
    tcp_exchange_done(&exchange);
    run_loop();
}

static void an_address_without_a_way_is_not_tested(void **state)
{
    static const struct address addresses[] = {
        {.bytes = {255, 255, 255, 255}},                    /* TCP has no broadcast */
        {.is_ipv6 = true, .bytes = {0xfe, 0x80, [15] = 1}}, /* no interface is named */
        {.is_ipv6 = true, .bytes = {0xff, 0x02, [15] = 1}}, /* nor multicast */
    };
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct tcp_exchange exchange = exchange_to(1688);
        exchange.address = addresses[i];
        finished_count = 0;
        run_exchange(&exchange);
        if (exchange.outcome != PROBE_NO_ROUTE || exchange.error == 0)
            fail_msg("address %zu: %s, errno %d", i, outcome_name(exchange.outcome), exchange.error);
        tcp_exchange_done(&exchange);
    }
}

/* Connections that nobody accepts, until there is no place for one more. */
static void fill_backlog(const struct sockaddr_in *address, int fillers[], size_t count, size_t *ret_used)
{
    for (*ret_used = 0; *ret_used < count;) {
        int filler = socket(AF_INET, SOCK_STREAM, 0);
        assert_true(filler >= 0);
        set_non_blocking(filler);
        fillers[(*ret_used)++] = filler;
        int failure = connect(filler, (const struct sockaddr *)address, sizeof *address);
        struct pollfd standing = {.fd = filler, .events = POLLOUT};
        if (failure != 0 && poll(&standing, 1, SHORT_MS) == 0)
            return;
    }
    fail_msg("%zu connections stand, the queue was to hold one", count);
}

static void silence_before_the_connection_stands_is_filtered(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fillers[16];
    size_t used;
    uint16_t port;
    int bound = bind_loopback(false, &port);
    struct tcp_exchange exchange = exchange_to(port);
    (void)state;
    address.sin_port = htons(port);
    assert_int_equal(listen(bound, 0), 0);
    fill_backlog(&address, fillers, sizeof fillers / sizeof *fillers, &used);
    exchange.limit_ms = SHORT_MS;
    int64_t start_us = monotonic_us();
    run_exchange(&exchange);
    assert_in_range(monotonic_us() - start_us, (SHORT_MS - 1) * 1000, PATIENCE_MS * 500);
    while (used > 0)
        close(fillers[--used]);
    close(bound);
    check(&exchange, "filtered 0 ");
    assert_int_equal(exchange.connect_us, 0);
    tcp_exchange_done(&exchange);
}

static void without_a_request_connecting_is_all(void **state)
{
    static const struct script silent = {.wants = 1, .answer = "PONG"};
    struct tcp_exchange exchange = exchange_to(serve(&silent));
    (void)state;
    exchange.request = (struct span) {NULL, 0};
    run_exchange(&exchange);
    check(&exchange, "connected 0 ");
    assert_true(exchange.connect_us > 0);
    tcp_exchange_done(&exchange);
}

static void ipv6_is_spoken_too(void **state)
{
    static const struct script answering = {.wants = 4, .answer = "PONG", .end = THEN_CLOSE};
    uint16_t port;
    (void)state;
    int bound = bind_loopback(true, &port);
    if (bound < 0) {
        print_message("skipped: this machine has no ::1\n");
        skip();
    }
    struct tcp_exchange exchange = exchange_to(port);
    exchange.address = (struct address) {.is_ipv6 = true, .bytes = {[15] = 1}};
    run_exchange(&exchange);
    check_with_error(&exchange, "refused", ECONNREFUSED, "");
    tcp_exchange_done(&exchange);
    script = &answering;
    listener = (struct loop_watch) {.descriptor = bound, .events = POLLIN, .ready = listener_ready};
    assert_int_equal(listen(bound, CROWD), 0);
    assert_true(loop_watch_start(loop, &listener));
    finished_count = 0;
    run_exchange(&exchange);
    check(&exchange, "answered 0 PONG");
    tcp_exchange_done(&exchange);
}

/* ---- conversations ----------------------------------------------------------------------------- */

static void every_end_of_a_conversation_has_its_outcome(void **state)
{
    static const struct {
        const char *name;
        struct script script;
        int64_t limit_ms;
        const char *outcome;
        int error;
        const char *received;
    } rows[] = {
        {"whole", {4, "PONG", 0, THEN_SILENCE}, PATIENCE_MS, "answered", 0, "PONG"},
        {"byte by byte", {4, "PONG", 1, THEN_SILENCE}, PATIENCE_MS, "answered", 0, "PONG"},
        {"more than whole", {4, "PONG and more", 0, THEN_CLOSE}, PATIENCE_MS, "answered", 0, "PONG and more"},
        {"half, then closed", {4, "PO", 0, THEN_CLOSE}, PATIENCE_MS, "closed", 0, "PO"},
        {"half, then silent", {4, "PO", 0, THEN_SILENCE}, SHORT_MS, "silent", 0, "PO"},
        {"half, then broken off", {4, "PO", 0, THEN_RESET}, PATIENCE_MS, "reset", ECONNRESET, "PO"},
        {"nothing, then closed", {4, "", 0, THEN_CLOSE}, PATIENCE_MS, "closed", 0, ""},
        {"nothing, then silent", {4, "", 0, THEN_SILENCE}, SHORT_MS, "silent", 0, ""},
        {"nothing, then broken off", {4, "", 0, THEN_RESET}, PATIENCE_MS, "reset", ECONNRESET, ""},
        {"greeting without a request", {0, "PONG", 0, THEN_SILENCE}, PATIENCE_MS, "answered", 0, "PONG"},
        {"greeting, then broken off", {0, "PO", 0, THEN_RESET}, PATIENCE_MS, "reset", ECONNRESET, "PO"},
        {"answer, then broken off, while connecting",
         {0, "PONG", 0, THEN_RESET_AT_ONCE},
         PATIENCE_MS,
         "answered",
         0,
         "PONG"},
        {"half, then broken off, while connecting",
         {0, "PO", 0, THEN_RESET_AT_ONCE},
         PATIENCE_MS,
         "reset",
         ECONNRESET,
         "PO"},
        {"broken off while connecting", {0, "", 0, THEN_RESET_AT_ONCE}, PATIENCE_MS, "reset", ECONNRESET, ""},
        {"the request comes back", {4, NULL, 0, THEN_SILENCE}, PATIENCE_MS, "answered", 0, "PING"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        prepare(state);
        struct tcp_exchange exchange = exchange_to(serve(&rows[i].script));
        exchange.limit_ms = rows[i].limit_ms;
        case_name = rows[i].name;
        run_exchange(&exchange);
        check_with_error(&exchange, rows[i].outcome, rows[i].error, rows[i].received);
        assert_true(exchange.connect_us > 0);
        assert_true(exchange.exchange_us >= (rows[i].limit_ms == SHORT_MS ? 1 : 0));
        tcp_exchange_done(&exchange);
        clean(state);
    }
}

static void an_answer_in_single_bytes_is_looked_at_after_each(void **state)
{
    static const struct script script_of_steps = {4, "A long answer", 1, THEN_CLOSE};
    struct tcp_exchange exchange = exchange_to(serve(&script_of_steps));
    (void)state;
    whole_length = strlen("A long answer");
    run_exchange(&exchange);
    check(&exchange, "answered 0 A long answer");
    assert_true(whole_calls > 1); /* bytes may come together on the way */
    tcp_exchange_done(&exchange);
}

static void count_tick(struct loop_watch *watch, short ready_events)
{
    const struct tcp_exchange *exchange = watch->context;
    (void)ready_events;
    length_at_tick = exchange->received.length;
}

static void endless_data_ends_at_the_maximum_and_leaves_others_their_turn(void **state)
{
    static char much[BULK];
    static const struct script endless = {4, much, 0, THEN_MORE};
    struct tcp_exchange exchange = exchange_to(serve(&endless));
    (void)state;
    memset(much, 'x', sizeof much - 1);
    whole_length = SIZE_MAX;
    exchange.answer_maximum = 3 * BULK + 1;
    ticker = (struct loop_watch) {
        .descriptor = ticker_pipe[1], .events = POLLOUT, .ready = count_tick, .context = &exchange};
    assert_true(loop_watch_start(loop, &ticker));
    run_exchange(&exchange);
    assert_string_equal(outcome_name(exchange.outcome), "answered");
    assert_int_equal(exchange.received.length, 3 * BULK + 1);
    assert_in_range(most_in_a_round, 1, 65536);
    tcp_exchange_done(&exchange);
}

enum { LONG_ANSWER = 20000 };

/* The other side breaks off while we are looking at what came first. */
static bool break_off_near_the_end(const struct tcp_exchange *exchange, struct span received)
{
    (void)exchange;
    if (received.length >= LONG_ANSWER * 3 / 4 && peers->watch.descriptor >= 0) {
        struct linger at_once = {.l_onoff = 1};
        setsockopt(peers->watch.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close_watched(&peers->watch);
    }
    return received.length == LONG_ANSWER;
}

static void what_came_before_the_connection_broke_is_read_to_its_end(void **state)
{
    static char request[16 * BULK], answer[LONG_ANSWER + 1];
    static const struct script greeting = {0, answer, 0, THEN_SILENCE};
    struct tcp_exchange exchange = exchange_to(serve(&greeting));
    (void)state;
    memset(answer, 'x', LONG_ANSWER);
    exchange.request = (struct span) {request, sizeof request}; /* still being sent */
    exchange.answer_maximum = 2 * LONG_ANSWER;
    exchange.is_whole = break_off_near_the_end;
    run_exchange(&exchange);
    assert_string_equal(outcome_name(exchange.outcome), "answered");
    assert_int_equal(exchange.received.length, LONG_ANSWER);
    tcp_exchange_done(&exchange);
}

static void an_answer_that_comes_before_the_request_is_sent_is_read(void **state)
{
    static char much[16 * BULK]; /* more than both ends can keep: the peer never reads it */
    static const struct script greeting = {0, "PONG", 0, THEN_RESET};
    static const struct script deaf = {0, "PONG", 1, THEN_SILENCE};
    const struct script *scripts[] = {&greeting, &deaf};
    for (size_t i = 0; i < 2; i++) {
        prepare(state);
        struct tcp_exchange exchange = exchange_to(serve(scripts[i]));
        exchange.request = (struct span) {much, sizeof much};
        run_exchange(&exchange);
        check(&exchange, "answered 0 PONG");
        assert_in_range(exchange.sent, 1, sizeof much - 1);
        tcp_exchange_done(&exchange);
        clean(state);
    }
}

static void a_request_that_does_not_fit_is_sent_in_parts(void **state)
{
    static char much[16 * BULK];
    static const struct script answering = {sizeof much, "PONG", 0, THEN_CLOSE};
    struct tcp_exchange exchange = exchange_to(serve(&answering));
    (void)state;
    exchange.request = (struct span) {much, sizeof much};
    run_exchange(&exchange);
    check(&exchange, "answered 0 PONG");
    assert_int_equal(exchange.sent, sizeof much);
    assert_int_equal(peers->received, sizeof much);
    tcp_exchange_done(&exchange);
}

static void an_answer_that_just_fills_the_maximum_is_not_waited_for(void **state)
{
    static char whole[MAXIMUM * 4 + 1];
    static const struct script answering = {4, whole, 0, THEN_SILENCE};
    struct tcp_exchange exchange = exchange_to(serve(&answering));
    (void)state;
    memset(whole, 'x', sizeof whole - 1);
    whole_length = SIZE_MAX;
    exchange.answer_maximum = sizeof whole - 1;
    run_exchange(&exchange);
    assert_string_equal(outcome_name(exchange.outcome), "answered");
    assert_int_equal(exchange.received.length, sizeof whole - 1);
    tcp_exchange_done(&exchange);
}

static void a_maximum_of_nothing_is_full_with_the_first_byte(void **state)
{
    static const struct script answering = {4, "PONG", 0, THEN_SILENCE};
    struct tcp_exchange exchange = exchange_to(serve(&answering));
    (void)state;
    exchange.answer_maximum = 0;
    run_exchange(&exchange);
    check(&exchange, "answered 0 ");
    assert_int_equal(whole_calls, 0);
    tcp_exchange_done(&exchange);
}

/* ---- many and ended early ---------------------------------------------------------------------- */

static void three_hundred_exchanges_run_side_by_side(void **state)
{
    enum { REQUEST_LENGTH = 12 };
    static struct tcp_exchange crowd[CROWD];
    static char requests[CROWD][24];
    static const struct script echo = {REQUEST_LENGTH, NULL, 1, THEN_CLOSE};
    uint16_t port = serve(&echo);
    (void)state;
    whole_length = REQUEST_LENGTH;
    expected_count = CROWD;
    for (int i = 0; i < CROWD; i++) {
        snprintf(requests[i], sizeof requests[i], "exchange %03d", i);
        crowd[i] = exchange_to(port);
        crowd[i].request = span_of(requests[i]);
        tcp_exchange_start(&crowd[i], loop);
    }
    run_loop();
    assert_int_equal(finished_count, CROWD);
    assert_int_equal(accepted, CROWD);
    for (int i = 0; i < CROWD; i++) {
        check_with_error(&crowd[i], "answered", 0, requests[i]);
        tcp_exchange_done(&crowd[i]);
    }
}

static int open_descriptors(void)
{
    int count = 0;
    for (int descriptor = 0; descriptor < 1024; descriptor++)
        count += fcntl(descriptor, F_GETFD) >= 0;
    return count;
}

static void end_early(struct loop_timer *timer)
{
    tcp_exchange_done(timer->context);
    stop_serving();
}

static void an_exchange_that_is_ended_early_is_not_finished(void **state)
{
    static const struct script half = {4, "PO", 0, THEN_SILENCE};
    struct tcp_exchange exchange = exchange_to(serve(&half));
    struct loop_timer timer = {.at_ms = monotonic_ms() + SHORT_MS, .due = end_early, .context = &exchange};
    (void)state;
    assert_int_equal(exchange.outcome, PROBE_NOT_IN_TIME);
    int before = open_descriptors();
    tcp_exchange_done(&exchange); /* not started: nothing to do */
    assert_int_equal(open_descriptors(), before);
    tcp_exchange_start(&exchange, loop);
    assert_true(loop_timer_start(loop, &timer));
    run_loop();
    assert_int_equal(finished_count, 0);
    check(&exchange, "not in time 0 ");
    tcp_exchange_done(&exchange);
}

static void end_in_finished(struct tcp_exchange *exchange)
{
    stop_serving();
    finished_count++;
    tcp_exchange_done(exchange);
    free(exchange);
}

static void an_exchange_may_be_released_when_it_is_finished(void **state)
{
    static const struct script scripts[] = {{4, "PONG", 0, THEN_CLOSE},
                                            {4, "PO", 0, THEN_CLOSE},
                                            {4, "", 0, THEN_RESET},
                                            {4, "PO", 0, THEN_SILENCE}};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        prepare(state);
        struct tcp_exchange *exchange = malloc(sizeof *exchange);
        assert_non_null(exchange);
        *exchange = exchange_to(serve(&scripts[i]));
        exchange->finished = end_in_finished;
        exchange->limit_ms = scripts[i].end == THEN_SILENCE ? SHORT_MS : PATIENCE_MS;
        tcp_exchange_start(exchange, loop);
        run_loop();
        assert_int_equal(finished_count, 1);
        clean(state);
    }
}

static void an_exchange_may_be_released_before_start_returns(void **state)
{
    struct tcp_exchange *exchange = malloc(sizeof *exchange);
    (void)state;
    assert_non_null(exchange);
    *exchange = exchange_to(0);
    exchange->finished = end_in_finished;
    tcp_exchange_start(exchange, loop);
    assert_int_equal(finished_count, 1);
}

static int lowest_free_descriptor(void)
{
    int descriptor = dup(STDOUT_FILENO);
    assert_true(descriptor >= 0);
    close(descriptor);
    return descriptor;
}

static void when_descriptors_run_out_the_limit_is_raised(void **state)
{
    struct rlimit before, now;
    uint16_t port;
    int bound = bind_loopback(false, &port);
    struct tcp_exchange exchange = exchange_to(port);
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    now = before;
    now.rlim_cur = (rlim_t)lowest_free_descriptor();
    assert_true(now.rlim_cur < now.rlim_max);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    run_exchange(&exchange);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    close(bound);
    check_with_error(&exchange, "refused", ECONNREFUSED, "");
    assert_int_equal(now.rlim_cur, before.rlim_max);
    tcp_exchange_done(&exchange);
}

/* In a process of its own: a hard limit cannot be raised again. */
static void when_there_are_no_more_descriptors_nothing_is_tested(void **state)
{
    int status;
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        rlim_t limit = (rlim_t)lowest_free_descriptor();
        struct tcp_exchange exchange = exchange_to(1688);
        if (setrlimit(RLIMIT_NOFILE, &(struct rlimit) {limit, limit}) != 0)
            _exit(1);
        tcp_exchange_start(&exchange, loop);
        _exit(exchange.outcome != PROBE_NOT_IN_TIME ? 2 : exchange.error != EMFILE ? 3 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void check_socket(const struct tcp_exchange *exchange)
{
    assert_int_equal(fcntl(exchange->watch.descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(fcntl(exchange->watch.descriptor, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

static void a_socket_is_private_and_closed_at_the_end(void **state)
{
    static const struct script answering = {4, "PONG", 0, THEN_SILENCE};
    (void)state;
    uint16_t port = serve(&answering);
    int before = open_descriptors();
    struct tcp_exchange exchange = exchange_to(port);
    tcp_exchange_start(&exchange, loop);
    check_socket(&exchange);
    run_loop();
    assert_int_equal(open_descriptors(), before + accepted);
    tcp_exchange_done(&exchange);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, prepare, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_port_on_which_nobody_listens_refuses),
        CASE(port_0_is_refused_before_start_returns),
        CASE(an_address_without_a_way_is_not_tested),
        CASE(silence_before_the_connection_stands_is_filtered),
        CASE(without_a_request_connecting_is_all),
        CASE(ipv6_is_spoken_too),
        cmocka_unit_test(every_end_of_a_conversation_has_its_outcome),
        CASE(an_answer_in_single_bytes_is_looked_at_after_each),
        CASE(endless_data_ends_at_the_maximum_and_leaves_others_their_turn),
        cmocka_unit_test(an_answer_that_comes_before_the_request_is_sent_is_read),
        CASE(what_came_before_the_connection_broke_is_read_to_its_end),
        CASE(a_request_that_does_not_fit_is_sent_in_parts),
        CASE(an_answer_that_just_fills_the_maximum_is_not_waited_for),
        CASE(a_maximum_of_nothing_is_full_with_the_first_byte),
        CASE(three_hundred_exchanges_run_side_by_side),
        CASE(an_exchange_that_is_ended_early_is_not_finished),
        cmocka_unit_test(an_exchange_may_be_released_when_it_is_finished),
        CASE(an_exchange_may_be_released_before_start_returns),
        CASE(when_descriptors_run_out_the_limit_is_raised),
        CASE(when_there_are_no_more_descriptors_nothing_is_tested),
        CASE(a_socket_is_private_and_closed_at_the_end),
    };
    return cmocka_run_group_tests_name("tcp exchange", tests, NULL, NULL);
}
