/* SPDX-License-Identifier: MIT */
/* Overwriting secrets. */
#include "base/arena.h"
#include "base/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void bytes_become_zeros_and_no_others(void **state)
{
    char bytes[] = "before secret after";
    (void)state;
    wipe_bytes(bytes + 7, 6);
    assert_memory_equal(bytes, "before \0\0\0\0\0\0 after", sizeof bytes);
    wipe_bytes(bytes, 0);
    assert_int_equal(bytes[0], 'b');
}

static void a_string_is_wiped_to_its_end(void **state)
{
    char strings[] = "secret\0other";
    (void)state;
    wipe_string(strings);
    assert_memory_equal(strings, "\0\0\0\0\0\0\0other", sizeof strings);
    wipe_string(NULL);
}

static void a_wiped_arena_is_empty_and_usable_again(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(arena_copy(&arena, span_of("secret")), "secret");
    assert_non_null(arena_allocate(&arena, 100000));
    arena_wipe(&arena);
    assert_null(arena.newest);
    arena_wipe(&arena);
    assert_string_equal(arena_copy(&arena, span_of("again")), "again");
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_zeros_and_no_others),
        cmocka_unit_test(a_string_is_wiped_to_its_end),
        cmocka_unit_test(a_wiped_arena_is_empty_and_usable_again),
    };
    return cmocka_run_group_tests_name("wipe", tests, NULL, NULL);
}
