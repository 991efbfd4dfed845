/* SPDX-License-Identifier: MIT */
/* The event loop: one for each run, shared by everything that waits.  It knows descriptors, points in time
 * and the deadline of the run, and calls back; it never blocks on anything else.  One conversation or ten
 * thousand are driven alike.
 *
 * Watches and timers belong to whoever waits and must stay where they are while they are started.  A callback
 * may start and stop any of them, its own included, and may release the memory of one that it has stopped. */
#ifndef TRANSPORT_LOOP_H
#define TRANSPORT_LOOP_H

#include "base/attributes.h"
#include "base/deadline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;

/* A descriptor that is waited for.  All zero is one that has not been started. */
struct loop_watch {
    int descriptor;
    short events; /* POLLIN, POLLOUT */
    void (*ready)(struct loop_watch *watch, short ready_events);
    void *context; /* of the callback */
    size_t place;  /* of the loop: 0 = not started */
};

/* A point in time that is waited for. */
struct loop_timer {
    int64_t at_ms; /* on the monotonic clock */
    void (*due)(struct loop_timer *timer);
    void *context; /* of the callback */
    size_t place;  /* of the loop: 0 = not started */
};

/* NULL when there is no memory. */
struct loop *loop_new(void);
void loop_free(struct loop *loop); /* accepts NULL; what is still started is forgotten */

/* Starts what the caller has filled in, or takes over what it has changed since.  False when there is no
 * memory; then it is not started. */
MUST_CHECK bool loop_watch_start(struct loop *loop, struct loop_watch *watch);
void loop_watch_stop(struct loop *loop, struct loop_watch *watch); /* does nothing when it is not started */

MUST_CHECK bool loop_timer_start(struct loop *loop, struct loop_timer *timer);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* Waits and calls back until nothing is started any more: true.  False when the deadline came first, or
 * poll(2) failed for good. */
MUST_CHECK bool loop_run(struct loop *loop, struct deadline deadline);

#endif
