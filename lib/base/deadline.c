/* SPDX-License-Identifier: MIT */
/* Deadline on CLOCK_MONOTONIC. */
#include "base/deadline.h"

#include <limits.h>
#include <time.h>

int64_t monotonic_ms(void)
{
    return monotonic_us() / 1000;
}

int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct deadline deadline_in(int64_t duration_ms)
{
    return (struct deadline) {monotonic_ms() + (duration_ms < 0 ? 0 : duration_ms)};
}

int deadline_remaining_ms(struct deadline deadline)
{
    int64_t left = deadline.at_ms - monotonic_ms();
    if (left <= 0)
        return 0;
    return left > INT_MAX ? INT_MAX : (int)left;
}

bool deadline_has_passed(struct deadline deadline)
{
    return deadline_remaining_ms(deadline) == 0;
}
