/* SPDX-License-Identifier: MIT */
/* The event loop over pipes: who is called, in which order, and who no longer. */
#include "transport/loop.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 60000, /* for what must come, on a machine under load */
    SHORT_MS = 50,       /* for what never comes */
    PLAYERS = 8,
    MANY = 10000
};

/* A watch on a pipe of its own and a timer, and what they are to do when they are called. */
struct player {
    struct loop_watch watch;
    struct loop_timer timer;
    int pipe[2];
    int calls, dues, called_in_round;
    short seen;
    void (*act)(struct player *player);
};

static struct loop *loop;
static struct player players[PLAYERS];
static int rounds;
static char called[100]; /* one letter for each call, in order: capitals are watches, small letters timers */

static void note(const struct player *player, char first)
{
    size_t length = strlen(called);
    if (length + 1 < sizeof called)
        called[length] = (char)(first + (player - players));
}

static void player_ready(struct loop_watch *watch, short ready_events)
{
    struct player *player = watch->context;
    player->calls++;
    player->seen = ready_events;
    player->called_in_round = rounds;
    note(player, 'A');
    if (player->act != NULL)
        player->act(player);
}

static void player_due(struct loop_timer *timer)
{
    struct player *player = timer->context;
    player->dues++;
    note(player, 'a');
    if (player->act != NULL)
        player->act(player);
}

static int prepare(void **state)
{
    (void)state;
    loop = loop_new();
    rounds = 0;
    memset(called, 0, sizeof called);
    memset(players, 0, sizeof players);
    for (int i = 0; i < PLAYERS; i++) {
        if (pipe(players[i].pipe) != 0)
            return 1;
        players[i].watch = (struct loop_watch) {.descriptor = players[i].pipe[0],
                                                .events = POLLIN,
                                                .ready = player_ready,
                                                .context = &players[i]};
        players[i].timer = (struct loop_timer) {.due = player_due, .context = &players[i]};
    }
    return loop == NULL;
}

static int clean(void **state)
{
    (void)state;
    loop_free(loop);
    for (int i = 0; i < PLAYERS; i++) {
        close(players[i].pipe[0]);
        close(players[i].pipe[1]);
    }
    return 0;
}

/* Makes the watch ready, and keeps it so: nobody reads. */
static void make_ready(struct player *player)
{
    assert_int_equal(write(player->pipe[1], "x", 1), 1);
}

static void start_watch(struct player *player)
{
    assert_true(loop_watch_start(loop, &player->watch));
}

static void start_timer(struct player *player, int64_t at_ms)
{
    player->timer.at_ms = at_ms;
    assert_true(loop_timer_start(loop, &player->timer));
}

static bool run(void)
{
    return loop_run(loop, deadline_in(PATIENCE_MS));
}

static void stop_own(struct player *player)
{
    loop_watch_stop(loop, &player->watch);
}

static void stop_all(struct player *player)
{
    (void)player;
    for (int i = 0; i < PLAYERS; i++) {
        loop_watch_stop(loop, &players[i].watch);
        loop_timer_stop(loop, &players[i].timer);
    }
}

/* Player 0 is always ready and first: it counts the rounds. */
static void count_round(struct player *player)
{
    (void)player;
    rounds++;
}

static void start_counting_rounds(void)
{
    players[0].act = count_round;
    make_ready(&players[0]);
    start_watch(&players[0]);
}

static void a_loop_with_nothing_to_wait_for_ends_at_once(void **state)
{
    (void)state;
    assert_true(loop_run(loop, deadline_in(PATIENCE_MS)));
    assert_true(loop_run(loop, deadline_in(0)));
}

static void stopping_what_was_never_started_does_nothing(void **state)
{
    (void)state;
    loop_watch_stop(loop, &players[0].watch);
    loop_timer_stop(loop, &players[0].timer);
    assert_true(run());
    loop_free(NULL);
}

static void every_ready_watch_is_called_with_its_events(void **state)
{
    (void)state;
    for (int i = 0; i < PLAYERS; i++) {
        players[i].act = stop_own;
        make_ready(&players[i]);
        start_watch(&players[i]);
    }
    assert_true(run());
    assert_string_equal(called, "ABCDEFGH");
    for (int i = 0; i < PLAYERS; i++)
        assert_int_equal(players[i].seen, POLLIN);
}

static void a_watch_that_is_not_ready_is_not_called(void **state)
{
    (void)state;
    make_ready(&players[1]);
    for (int i = 0; i < 3; i++) {
        players[i].act = stop_all;
        start_watch(&players[i]);
    }
    assert_true(run());
    assert_string_equal(called, "B");
}

static void a_watch_that_another_one_stops_in_the_same_round_is_not_called(void **state)
{
    (void)state;
    for (int i = 0; i < PLAYERS; i++) {
        players[i].act = stop_all;
        make_ready(&players[i]);
        start_watch(&players[i]);
    }
    assert_true(run());
    assert_string_equal(called, "A");
}

static struct loop_watch *released[2];

static void release_both(struct loop_watch *watch, short ready_events)
{
    (void)ready_events;
    players[watch == released[1]].calls++;
    for (int i = 0; i < 2; i++) {
        loop_watch_stop(loop, released[i]);
        free(released[i]);
    }
}

static void a_callback_may_release_its_own_watch_and_others(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        released[i] = malloc(sizeof *released[i]);
        assert_non_null(released[i]);
        *released[i] = players[i].watch;
        released[i]->ready = release_both;
        make_ready(&players[i]);
        assert_true(loop_watch_start(loop, released[i]));
    }
    assert_true(run());
    assert_int_equal(players[0].calls + players[1].calls, 1);
}

static void start_number_2(struct player *player)
{
    (void)player;
    start_watch(&players[2]);
}

static void a_watch_that_is_started_in_a_round_waits_for_the_next(void **state)
{
    (void)state;
    start_counting_rounds();
    players[1].act = start_number_2;
    players[2].act = stop_all;
    make_ready(&players[1]);
    make_ready(&players[2]);
    start_watch(&players[1]);
    assert_true(run());
    assert_string_equal(called, "ABABC");
    assert_int_equal(players[2].called_in_round, 2);
}

static void stop_and_start_number_2(struct player *player)
{
    loop_watch_stop(loop, &players[2].watch);
    start_watch(&players[2]);
    stop_own(player);
}

static void a_watch_that_is_stopped_and_started_in_a_round_waits_for_the_next(void **state)
{
    (void)state;
    start_counting_rounds();
    players[1].act = stop_and_start_number_2;
    players[2].act = stop_all;
    for (int i = 1; i <= 2; i++) {
        make_ready(&players[i]);
        start_watch(&players[i]);
    }
    assert_true(run());
    assert_string_equal(called, "ABAC");
}

static void start_all_others(struct player *player)
{
    for (int i = 0; i < PLAYERS; i++) {
        if (&players[i] == player)
            continue;
        players[i].act = stop_own;
        make_ready(&players[i]);
        start_watch(&players[i]);
    }
    stop_own(player);
}

static void the_arrays_may_grow_while_watches_are_called(void **state)
{
    enum { FILLERS = 12 };
    static struct loop_watch fillers[FILLERS];
    (void)state;
    for (int i = 0; i < FILLERS; i++) { /* so that the next eight do not fit */
        fillers[i] = players[0].watch;
        fillers[i].descriptor = players[0].pipe[1];
        fillers[i].events = 0;
        assert_true(loop_watch_start(loop, &fillers[i]));
    }
    players[3].act = start_all_others;
    make_ready(&players[3]);
    start_watch(&players[3]);
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    assert_int_equal(strlen(called), PLAYERS);
    for (int i = 0; i < PLAYERS; i++)
        assert_int_equal(players[i].calls, 1);
    for (int i = 0; i < FILLERS; i++)
        loop_watch_stop(loop, &fillers[i]);
    assert_true(run());
}

static void a_restart_takes_over_other_events(void **state)
{
    (void)state;
    players[0].act = stop_own;
    players[0].watch.descriptor = players[0].pipe[1];
    start_watch(&players[0]); /* the end for writing never becomes readable */
    size_t place = players[0].watch.place;
    players[0].watch.events = POLLOUT;
    start_watch(&players[0]);
    assert_int_equal(players[0].watch.place, place);
    assert_true(run());
    assert_int_equal(players[0].seen, POLLOUT);
}

static void move_number_1_to_a_silent_descriptor(struct player *player)
{
    players[1].watch.descriptor = players[2].pipe[0];
    start_watch(&players[1]);
    stop_own(player);
}

static void what_was_ready_is_forgotten_when_the_descriptor_changes(void **state)
{
    (void)state;
    players[0].act = move_number_1_to_a_silent_descriptor;
    for (int i = 0; i < 2; i++) {
        make_ready(&players[i]);
        start_watch(&players[i]);
    }
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    assert_string_equal(called, "A");
}

static void no_longer_wants_to_read(struct player *player)
{
    players[1].watch.events = 0;
    start_watch(&players[1]);
    stop_own(player);
}

static void events_that_are_no_longer_wanted_are_not_delivered(void **state)
{
    (void)state;
    players[0].act = no_longer_wants_to_read;
    for (int i = 0; i < 2; i++) {
        make_ready(&players[i]);
        start_watch(&players[i]);
    }
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    assert_string_equal(called, "A");
}

static void errors_are_delivered_though_nobody_asked_for_them(void **state)
{
    (void)state;
    players[0].watch.events = 0;
    players[0].act = stop_own;
    close(players[0].pipe[1]);
    start_watch(&players[0]);
    assert_true(run());
    assert_int_equal(players[0].seen, POLLHUP);
    close(players[0].pipe[0]);
    start_watch(&players[0]);
    assert_true(run());
    assert_int_equal(players[0].seen, POLLNVAL);
    assert_int_equal(pipe(players[0].pipe), 0);
}

static void timers_are_called_in_the_order_of_their_times(void **state)
{
    int64_t now = monotonic_ms();
    (void)state;
    start_timer(&players[0], now + 30);
    start_timer(&players[1], now - 10);
    start_timer(&players[2], now + 10);
    start_timer(&players[3], 0);
    start_timer(&players[4], now + 20);
    assert_true(run());
    assert_string_equal(called, "dbcea");
    assert_true(monotonic_ms() >= now + 30);
}

static void timers_of_the_same_time_are_called_in_the_order_of_starting(void **state)
{
    static const int order[] = {5, 2, 7, 0, 1, 6, 3, 4};
    (void)state;
    for (int i = 0; i < PLAYERS; i++)
        start_timer(&players[order[i]], 1000);
    assert_true(run());
    assert_string_equal(called, "fchabgde");
}

static void a_timer_that_is_started_again_moves(void **state)
{
    (void)state;
    start_timer(&players[0], 1000);
    start_timer(&players[1], 2000);
    start_timer(&players[2], 3000);
    start_timer(&players[0], 4000);
    start_timer(&players[2], 500);
    assert_true(run());
    assert_string_equal(called, "cba");
}

static void a_new_time_counts_from_the_next_start(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        start_timer(&players[i], 1000 + i);
    players[0].timer.at_ms = INT64_MAX;
    assert_true(run());
    assert_string_equal(called, "abc");
}

static void a_timer_that_another_one_stops_is_not_called(void **state)
{
    (void)state;
    for (int i = 0; i < PLAYERS; i++) {
        players[i].act = stop_all;
        start_timer(&players[i], PLAYERS - i);
    }
    assert_true(run());
    assert_string_equal(called, "h");
}

static struct loop_timer *own_timer;

static void release_own_timer(struct loop_timer *timer)
{
    players[0].dues++;
    free(timer);
}

static void a_timer_may_be_released_in_its_own_callback(void **state)
{
    (void)state;
    own_timer = calloc(1, sizeof *own_timer);
    assert_non_null(own_timer);
    own_timer->due = release_own_timer;
    assert_true(loop_timer_start(loop, own_timer));
    assert_true(run());
    assert_int_equal(players[0].dues, 1);
}

static void what_is_ready_comes_before_what_is_due(void **state)
{
    (void)state;
    players[1].act = stop_all;
    make_ready(&players[1]);
    start_timer(&players[0], 0);
    start_watch(&players[1]);
    assert_true(run());
    assert_string_equal(called, "B");
}

static void start_own_timer_again(struct player *player)
{
    start_timer(player, INT64_MIN);
}

static void a_timer_that_starts_itself_again_lets_the_others_pass(void **state)
{
    (void)state;
    players[0].act = start_own_timer_again;
    start_timer(&players[0], 0);
    start_timer(&players[1], 5);
    start_timer(&players[2], monotonic_ms() + 10);
    players[3].act = stop_all;
    start_timer(&players[3], monotonic_ms() + 20);
    assert_true(run());
    for (int i = 1; i <= 3; i++)
        assert_int_equal(players[i].dues, 1);
    assert_true(players[0].dues > 0);
}

static void the_deadline_comes_though_a_timer_starts_itself_again(void **state)
{
    (void)state;
    players[0].act = start_own_timer_again;
    start_timer(&players[0], 0);
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    assert_true(players[0].dues > 0);
}

static void timers_come_though_traffic_is_endless(void **state)
{
    (void)state;
    start_counting_rounds();
    players[1].act = stop_all;
    start_timer(&players[1], monotonic_ms() + 10);
    assert_true(run());
    assert_int_equal(players[1].dues, 1);
    assert_true(rounds > 0);
}

static void the_deadline_comes_though_traffic_is_endless(void **state)
{
    int64_t start = monotonic_ms();
    (void)state;
    start_counting_rounds();
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    assert_true(rounds > 0);
    assert_in_range(monotonic_ms() - start, SHORT_MS, PATIENCE_MS / 2);
}

static void silence_ends_at_the_deadline(void **state)
{
    int64_t start = monotonic_ms();
    (void)state;
    start_watch(&players[0]);
    start_timer(&players[0], INT64_MAX);
    assert_false(loop_run(loop, deadline_in(SHORT_MS)));
    assert_string_equal(called, "");
    assert_in_range(monotonic_ms() - start, SHORT_MS, PATIENCE_MS / 2);
}

static volatile sig_atomic_t interruptions;

static void count_interruption(int number)
{
    (void)number;
    interruptions++;
}

static void a_signal_is_no_failure(void **state)
{
    struct sigaction action = {.sa_handler = count_interruption}, before;
    struct itimerval often = {{0, 3000}, {0, 3000}}, never = {{0, 0}, {0, 0}};
    (void)state;
    sigemptyset(&action.sa_mask);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    int64_t at_ms = monotonic_ms() + SHORT_MS;
    start_watch(&players[0]);
    players[1].act = stop_all;
    start_timer(&players[1], at_ms);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    bool is_ended = run();
    int64_t end_ms = monotonic_ms();
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    assert_true(is_ended);
    assert_string_equal(called, "b");
    assert_true(end_ms >= at_ms);
    assert_true(interruptions > 0);
}

static void what_is_still_started_is_forgotten_with_the_loop(void **state)
{
    (void)state;
    for (int i = 0; i < PLAYERS; i++) {
        start_watch(&players[i]);
        start_timer(&players[i], 0);
    }
    loop_free(loop);
    loop = NULL;
    stop_all(&players[0]); /* finds nothing to stop */
    for (int i = 0; i < PLAYERS; i++)
        assert_int_equal(players[i].watch.place + players[i].timer.place, 0);
}

/* ---- many timers beside a plain model ---------------------------------------------------------- */

struct model_timer {
    struct loop_timer timer;
    bool is_started;
    int64_t at_ms; /* MODEL_LATER when it was started while timers were called */
    long order;    /* of starting */
};

#define MODEL_LATER INT64_MAX

static struct model_timer many[MANY], last_called;
static long started_in_all, calls_in_all;
static bool is_running;
static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525U + 1013904223U; /* the same in every run */
    return (random_state >> 8) % limit;
}

static void model_start(struct model_timer *model)
{
    model->timer.at_ms = random_below(MANY / 4); /* long over, many at the same time */
    assert_true(loop_timer_start(loop, &model->timer));
    model->is_started = true;
    model->at_ms = is_running ? MODEL_LATER : model->timer.at_ms;
    model->order = started_in_all++;
}

static void model_stop(struct model_timer *model)
{
    loop_timer_stop(loop, &model->timer);
    model->is_started = false;
}

static void model_due(struct loop_timer *timer)
{
    struct model_timer *model = timer->context;
    if (!model->is_started)
        fail_msg("timer %ld was called, but had been stopped", (long)(model - many));
    bool is_in_order = model->at_ms != last_called.at_ms ? model->at_ms > last_called.at_ms
                                                         : model->order > last_called.order;
    if (!is_in_order)
        fail_msg("at %lld, started as number %ld, came after at %lld, number %ld", (long long)model->at_ms,
                 model->order, (long long)last_called.at_ms, last_called.order);
    last_called = *model;
    model->is_started = false;
    calls_in_all++;
    if (random_below(3) == 0)
        model_stop(&many[random_below(MANY)]);
    if (random_below(3) == 0 && started_in_all < 5L * MANY)
        model_start(&many[random_below(MANY)]);
}

static void ten_thousand_timers_behave_like_a_plain_model(void **state)
{
    (void)state;
    random_state = 1688;
    for (int i = 0; i < MANY; i++) {
        many[i].timer = (struct loop_timer) {.due = model_due, .context = &many[i]};
        model_start(&many[i]);
    }
    for (int i = 0; i < 2 * MANY; i++) {
        struct model_timer *model = &many[random_below(MANY)];
        if (random_below(2) == 0)
            model_stop(model);
        else
            model_start(model);
    }
    last_called = (struct model_timer) {.at_ms = -1};
    is_running = true;
    assert_true(run());
    for (int i = 0; i < MANY; i++) {
        if (many[i].is_started || many[i].timer.place != 0)
            fail_msg("timer %d was not called: started %d, place %zu", i, many[i].is_started,
                     many[i].timer.place);
    }
    assert_in_range(calls_in_all, MANY / 4, started_in_all);
}

/* ---- without memory ---------------------------------------------------------------------------- */

#if defined(__has_feature)
#define HAS_FEATURE(feature) __has_feature(feature)
#else
#define HAS_FEATURE(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
#define HAS_OWN_ALLOCATOR 1 /* the one of the sanitizer ends the program when it gets no more memory */
#else
#define HAS_OWN_ALLOCATOR 0
#endif

enum { TOO_MANY = 200000 };

static struct loop_timer too_many_timers[TOO_MANY];
static struct loop_watch too_many_watches[TOO_MANY];

static void without_memory_a_start_fails_and_the_rest_goes_on(void **state)
{
    struct rlimit before, nothing;
    int timers = 0, watches = 0;
    (void)state;
    if (HAS_OWN_ALLOCATOR) {
        print_message("skipped: the allocator of the sanitizer cannot fail\n");
        skip();
    }
    for (int i = 0; i < TOO_MANY; i++) {
        too_many_timers[i] = players[0].timer;
        too_many_watches[i] = players[0].watch;
    }
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    nothing = before;
    nothing.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_AS, &nothing), 0);
    while (timers < TOO_MANY && loop_timer_start(loop, &too_many_timers[timers]))
        timers++;
    while (watches < TOO_MANY && loop_watch_start(loop, &too_many_watches[watches]))
        watches++;
    bool restarts =
        loop_timer_start(loop, &too_many_timers[0]) && loop_watch_start(loop, &too_many_watches[0]);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_in_range(timers, 1, TOO_MANY - 1);
    assert_in_range(watches, 1, TOO_MANY - 1);
    assert_true(restarts); /* needs no memory */
    assert_int_equal(too_many_timers[timers].place, 0);
    assert_int_equal(too_many_watches[watches].place, 0);
    for (int i = 0; i <= watches; i++)
        loop_watch_stop(loop, &too_many_watches[i]);
    assert_true(run());
    assert_int_equal(players[0].dues, timers);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, prepare, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_loop_with_nothing_to_wait_for_ends_at_once),
        CASE(stopping_what_was_never_started_does_nothing),
        CASE(every_ready_watch_is_called_with_its_events),
        CASE(a_watch_that_is_not_ready_is_not_called),
        CASE(a_watch_that_another_one_stops_in_the_same_round_is_not_called),
        CASE(a_callback_may_release_its_own_watch_and_others),
        CASE(a_watch_that_is_started_in_a_round_waits_for_the_next),
        CASE(a_watch_that_is_stopped_and_started_in_a_round_waits_for_the_next),
        CASE(the_arrays_may_grow_while_watches_are_called),
        CASE(a_restart_takes_over_other_events),
        CASE(what_was_ready_is_forgotten_when_the_descriptor_changes),
        CASE(events_that_are_no_longer_wanted_are_not_delivered),
        CASE(errors_are_delivered_though_nobody_asked_for_them),
        CASE(timers_are_called_in_the_order_of_their_times),
        CASE(timers_of_the_same_time_are_called_in_the_order_of_starting),
        CASE(a_timer_that_is_started_again_moves),
        CASE(a_new_time_counts_from_the_next_start),
        CASE(a_timer_that_another_one_stops_is_not_called),
        CASE(a_timer_may_be_released_in_its_own_callback),
        CASE(what_is_ready_comes_before_what_is_due),
        CASE(a_timer_that_starts_itself_again_lets_the_others_pass),
        CASE(the_deadline_comes_though_a_timer_starts_itself_again),
        CASE(timers_come_though_traffic_is_endless),
        CASE(the_deadline_comes_though_traffic_is_endless),
        CASE(silence_ends_at_the_deadline),
        CASE(a_signal_is_no_failure),
        CASE(what_is_still_started_is_forgotten_with_the_loop),
        CASE(ten_thousand_timers_behave_like_a_plain_model),
        CASE(without_memory_a_start_fails_and_the_rest_goes_on),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
