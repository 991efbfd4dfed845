/* SPDX-License-Identifier: MIT */
/* A deadline is a point on the monotonic clock by which the whole run must be over.  It is made once and
 * handed down; every wait asks it how long it may take.  Setting the wall clock moves nothing. */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    int64_t at_ms; /* milliseconds on the monotonic clock */
};

/* Milliseconds on the monotonic clock now. */
int64_t monotonic_ms(void);

/* The same in microseconds, for measuring. */
int64_t monotonic_us(void);

/* `duration_ms` from now; not below zero. */
struct deadline deadline_in(int64_t duration_ms);

/* What is left, 0 when it is over; fits poll(2). */
int deadline_remaining_ms(struct deadline deadline);

bool deadline_has_passed(struct deadline deadline);

#endif
