/* SPDX-License-Identifier: MIT */
/* Deadlines on the monotonic clock. */
#include "base/deadline.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static void the_clock_never_goes_back(void **state)
{
    int64_t last = monotonic_ms();
    (void)state;
    for (int i = 0; i < 10000; i++) {
        int64_t now = monotonic_ms();
        if (now < last)
            fail_msg("%lld came after %lld", (long long)now, (long long)last);
        last = now;
    }
}

static void microseconds_are_of_the_same_clock(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t before = monotonic_ms(), now = monotonic_us(), after = monotonic_ms();
        if (now / 1000 < before || now / 1000 > after)
            fail_msg("%lld us lie not between %lld and %lld ms", (long long)now, (long long)before,
                     (long long)after);
    }
}

static void what_is_left_is_at_most_the_duration(void **state)
{
    struct deadline deadline = deadline_in(3600000);
    (void)state;
    assert_in_range(deadline_remaining_ms(deadline), 1800000, 3600000);
    assert_false(deadline_has_passed(deadline));
}

static void a_duration_below_zero_is_zero(void **state)
{
    static const int64_t durations[] = {0, -1, INT_MIN, INT64_MIN};
    (void)state;
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        int64_t before = monotonic_ms();
        struct deadline deadline = deadline_in(durations[i]);
        assert_true(deadline.at_ms >= before);
        assert_true(deadline_has_passed(deadline));
        assert_int_equal(deadline_remaining_ms(deadline), 0);
    }
}

static void what_is_left_fits_poll(void **state)
{
    (void)state;
    assert_int_equal(deadline_remaining_ms(deadline_in((int64_t)INT_MAX * 100)), INT_MAX);
    assert_int_equal(deadline_remaining_ms((struct deadline) {INT64_MAX}), INT_MAX);
    assert_int_equal(deadline_remaining_ms((struct deadline) {0}), 0);
}

static void a_deadline_passes_when_its_moment_comes(void **state)
{
    struct deadline deadline = deadline_in(20);
    (void)state;
    while (!deadline_has_passed(deadline))
        nanosleep(&(struct timespec) {.tv_nsec = 1000000}, NULL);
    int64_t now = monotonic_ms();
    if (now < deadline.at_ms)
        fail_msg("passed at %lld, before its moment %lld", (long long)now, (long long)deadline.at_ms);
    assert_int_equal(deadline_remaining_ms(deadline), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_never_goes_back),
        cmocka_unit_test(microseconds_are_of_the_same_clock),
        cmocka_unit_test(what_is_left_is_at_most_the_duration),
        cmocka_unit_test(a_duration_below_zero_is_zero),
        cmocka_unit_test(what_is_left_fits_poll),
        cmocka_unit_test(a_deadline_passes_when_its_moment_comes),
    };
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
