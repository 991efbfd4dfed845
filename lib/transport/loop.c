/* SPDX-License-Identifier: MIT */
/* The event loop over poll(2).
 *
 * Watches stand in an array beside the one that poll wants; timers in a binary heap.  Each knows its place,
 * so that stopping one needs no search.
 *
 * A round is: wait, call the watches that are ready, call the timers that are due.  Each is called at most
 * once in a round, and what a callback starts waits for the next one: neither endless traffic nor a timer
 * that starts itself again keeps the others, or the deadline, from their turn. */
#include "transport/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

enum { FIRST_ROOM = 16 };

/* poll reports these whether they were asked for or not. */
enum { ALWAYS_REPORTED = POLLERR | POLLHUP | POLLNVAL };

/* A started timer with a time of its own: the owner may change the one in the timer before it starts it
 * again, and the heap must not notice too early. */
struct waiting_timer {
    int64_t at_ms;
    uint64_t order; /* of starting: the same time is served first come, first served */
    struct loop_timer *timer;
};

struct loop {
    struct pollfd *polled;
    struct loop_watch **watches; /* the owner of each; NULL = stopped while watches are called */
    size_t watch_count, watch_room;
    bool is_calling_watches; /* then nobody may change places */
    struct waiting_timer *timers;
    size_t timer_count, timer_room;
    uint64_t timers_started;
    int64_t earliest_ms; /* what a timer that is started now counts as at least */
};

struct loop *loop_new(void)
{
    return calloc(1, sizeof(struct loop));
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    for (size_t i = 0; i < loop->watch_count; i++)
        loop->watches[i]->place = 0;
    for (size_t i = 0; i < loop->timer_count; i++)
        loop->timers[i].timer->place = 0;
    free(loop->polled);
    free(loop->watches);
    free(loop->timers);
    free(loop);
}

static bool make_room_for_watch(struct loop *loop)
{
    if (loop->watch_count < loop->watch_room)
        return true;
    size_t room = loop->watch_room == 0 ? FIRST_ROOM : loop->watch_room * 2;
    struct pollfd *polled = realloc(loop->polled, room * sizeof *polled);
    if (polled == NULL)
        return false;
    loop->polled = polled;
    struct loop_watch **watches = realloc(loop->watches, room * sizeof *watches);
    if (watches == NULL)
        return false;
    loop->watches = watches;
    loop->watch_room = room;
    return true;
}

bool loop_watch_start(struct loop *loop, struct loop_watch *watch)
{
    if (watch->place == 0) {
        if (!make_room_for_watch(loop))
            return false;
        loop->watches[loop->watch_count] = watch;
        loop->polled[loop->watch_count] = (struct pollfd) {.fd = -1};
        watch->place = ++loop->watch_count;
    }
    struct pollfd *polled = &loop->polled[watch->place - 1];
    /* What this round found out is worth nothing for another descriptor or for other events. */
    if (polled->fd != watch->descriptor)
        polled->revents = 0;
    polled->revents = (short)(polled->revents & (watch->events | ALWAYS_REPORTED));
    polled->fd = watch->descriptor;
    polled->events = watch->events;
    return true;
}

/* The last one takes the place that became free. */
static void take_out_watch(struct loop *loop, size_t index)
{
    size_t last = --loop->watch_count;
    if (index == last)
        return;
    loop->watches[index] = loop->watches[last];
    loop->polled[index] = loop->polled[last];
    loop->watches[index]->place = index + 1;
}

void loop_watch_stop(struct loop *loop, struct loop_watch *watch)
{
    if (watch->place == 0)
        return;
    size_t index = watch->place - 1;
    watch->place = 0;
    if (!loop->is_calling_watches) {
        take_out_watch(loop, index);
        return;
    }
    loop->watches[index] = NULL;
    loop->polled[index] = (struct pollfd) {.fd = -1};
}

/* From the end, so that the one that moves is never a gap itself. */
static void close_gaps(struct loop *loop)
{
    for (size_t i = loop->watch_count; i-- > 0;) {
        if (loop->watches[i] == NULL)
            take_out_watch(loop, i);
    }
}

static void call_watches(struct loop *loop, int ready_count)
{
    size_t count = loop->watch_count; /* those that were polled */
    loop->is_calling_watches = true;
    for (size_t i = 0; i < count && ready_count > 0; i++) {
        short ready_events = loop->polled[i].revents;
        if (ready_events == 0)
            continue;
        ready_count--;
        loop->watches[i]->ready(loop->watches[i], ready_events);
    }
    loop->is_calling_watches = false;
    close_gaps(loop);
}

static bool is_before(const struct waiting_timer *left, const struct waiting_timer *right)
{
    return left->at_ms != right->at_ms ? left->at_ms < right->at_ms : left->order < right->order;
}

static void put_timer(struct loop *loop, size_t index, struct waiting_timer waiting)
{
    loop->timers[index] = waiting;
    waiting.timer->place = index + 1;
}

/* Puts it where it belongs, from the free place `index` upward or downward in the heap. */
static void settle_timer(struct loop *loop, size_t index, struct waiting_timer waiting)
{
    while (index > 0 && is_before(&waiting, &loop->timers[(index - 1) / 2])) {
        put_timer(loop, index, loop->timers[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    for (size_t child; (child = 2 * index + 1) < loop->timer_count; index = child) {
        if (child + 1 < loop->timer_count && is_before(&loop->timers[child + 1], &loop->timers[child]))
            child++;
        if (!is_before(&loop->timers[child], &waiting))
            break;
        put_timer(loop, index, loop->timers[child]);
    }
    put_timer(loop, index, waiting);
}

static bool make_room_for_timer(struct loop *loop)
{
    if (loop->timer_count < loop->timer_room)
        return true;
    size_t room = loop->timer_room == 0 ? FIRST_ROOM : loop->timer_room * 2;
    struct waiting_timer *timers = realloc(loop->timers, room * sizeof *timers);
    if (timers == NULL)
        return false;
    loop->timers = timers;
    loop->timer_room = room;
    return true;
}

bool loop_timer_start(struct loop *loop, struct loop_timer *timer)
{
    if (timer->place == 0) {
        if (!make_room_for_timer(loop))
            return false;
        timer->place = ++loop->timer_count;
    }
    int64_t at_ms = timer->at_ms > loop->earliest_ms ? timer->at_ms : loop->earliest_ms;
    settle_timer(loop, timer->place - 1, (struct waiting_timer) {at_ms, loop->timers_started++, timer});
    return true;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
    if (timer->place == 0)
        return;
    size_t index = timer->place - 1;
    timer->place = 0;
    struct waiting_timer last = loop->timers[--loop->timer_count];
    if (index < loop->timer_count)
        settle_timer(loop, index, last);
}

/* A timer that a callback starts for a moment that is over counts as due now.  So it stands behind all that
 * were due already, and the first of these new ones ends the round. */
static void call_timers(struct loop *loop, int64_t now_ms)
{
    uint64_t first_new = loop->timers_started;
    loop->earliest_ms = now_ms;
    while (loop->timer_count > 0 && loop->timers[0].at_ms <= now_ms && loop->timers[0].order < first_new) {
        struct loop_timer *timer = loop->timers[0].timer;
        loop_timer_stop(loop, timer);
        timer->due(timer);
    }
    loop->earliest_ms = 0;
}

/* Until the first timer or the deadline. */
static int waiting_ms(const struct loop *loop, struct deadline deadline)
{
    int left = deadline_remaining_ms(deadline);
    if (loop->timer_count == 0)
        return left;
    int until_timer = deadline_remaining_ms((struct deadline) {loop->timers[0].at_ms});
    return until_timer < left ? until_timer : left;
}

bool loop_run(struct loop *loop, struct deadline deadline)
{
    while (loop->watch_count > 0 || loop->timer_count > 0) {
        if (deadline_has_passed(deadline))
            return false;
        int ready_count = poll(loop->polled, (nfds_t)loop->watch_count, waiting_ms(loop, deadline));
        if (ready_count < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        /* Taken before anybody is called: what arrives in time is not late because others are slow. */
        int64_t now_ms = monotonic_ms();
        if (ready_count > 0)
            call_watches(loop, ready_count);
        call_timers(loop, now_ms);
    }
    return true;
}
