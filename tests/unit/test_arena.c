/* SPDX-License-Identifier: MIT */
/* Arenas: pieces that live and die together. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    enum { COUNT = 500 };
    struct arena arena = {0};
    unsigned char *pieces[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        pieces[i] = arena_allocate(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t at = 0; at < i; at++)
            assert_int_equal(pieces[i][at], 0);
        memset(pieces[i], (int)(i % 255) + 1, i);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t at = 0; at < i; at++)
            assert_int_equal(pieces[i][at], i % 255 + 1);
    }
    assert_true(arena_ok(&arena));
    arena_done(&arena);
}

static void a_piece_may_be_larger_than_a_block(void **state)
{
    enum { LARGE = 1 << 20 };
    struct arena arena = {0};
    const char *before = arena_copy(&arena, span_of("before"));
    char *large = arena_allocate(&arena, LARGE);
    const char *behind = arena_copy(&arena, span_of("behind"));
    (void)state;
    assert_non_null(large);
    memset(large, 'x', LARGE);
    assert_string_equal(before, "before");
    assert_string_equal(behind, "behind");
    assert_true(arena_ok(&arena));
    arena_done(&arena);
}

static void a_copy_is_terminated_and_does_not_share_the_bytes(void **state)
{
    struct arena arena = {0};
    char bytes[] = "abcdef";
    const char *copy = arena_copy(&arena, (struct span) {bytes, 3});
    (void)state;
    memset(bytes, 'x', sizeof bytes);
    assert_string_equal(copy, "abc");
    assert_string_equal(arena_copy(&arena, (struct span) {NULL, 0}), "");
    assert_memory_equal(arena_copy(&arena, (struct span) {"a\0b", 3}), "a\0b", 4);
    arena_done(&arena);
}

static void a_formatted_string_is_cut_at_4095_bytes(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(arena_format(&arena, "%s has %d", "kms01", 26), "kms01 has 26");
    assert_string_equal(arena_format(&arena, "%s", ""), "");
    assert_int_equal(strlen(arena_format(&arena, "%4095d", 1)), 4095);
    const char *cut = arena_format(&arena, "%-4100dx", 7);
    assert_int_equal(strlen(cut), 4095);
    assert_int_equal(cut[0], '7');
    assert_true(arena_ok(&arena));
    arena_done(&arena);
}

static void a_format_that_fails_is_remembered(void **state)
{
    struct arena arena = {0};
    const wchar_t no_character[] = {0xD800, 0};
    (void)state;
    assert_string_equal(arena_format(&arena, "a%lsb", no_character), "");
    assert_false(arena_ok(&arena));
    arena_done(&arena);
}

static void an_impossible_size_is_remembered(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct arena arena = {0};
        assert_null(arena_allocate(&arena, sizes[i]));
        assert_false(arena_ok(&arena));
        assert_string_equal(arena_copy(&arena, span_of("still works")), "still works");
        assert_false(arena_ok(&arena));
        arena_done(&arena);
    }
}

static void a_copy_without_memory_is_the_empty_string(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(arena_copy(&arena, (struct span) {"x", SIZE_MAX - 1}), "");
    assert_false(arena_ok(&arena));
    arena_done(&arena);
}

static void adopting_takes_over_pieces_and_leaves_the_other_empty(void **state)
{
    struct arena arena = {0}, other = {0}, empty = {0};
    (void)state;
    const char *ours = arena_copy(&arena, span_of("ours"));
    const char *theirs = arena_copy(&other, span_of("theirs"));
    arena_adopt(&arena, &other);
    assert_null(other.newest);
    arena_done(&other);
    assert_string_equal(ours, "ours");
    assert_string_equal(theirs, "theirs");
    arena_adopt(&arena, &empty);
    arena_adopt(&empty, &arena);
    assert_string_equal(theirs, "theirs");
    assert_true(arena_ok(&empty));
    arena_done(&empty);
    arena_done(&arena);
}

static void adopting_takes_over_the_failure_too(void **state)
{
    struct arena arena = {0}, other = {0};
    (void)state;
    assert_null(arena_allocate(&other, SIZE_MAX));
    arena_adopt(&arena, &other);
    assert_false(arena_ok(&arena));
    assert_true(arena_ok(&other));
    arena_done(&arena);
}

static void an_arena_is_usable_again_when_it_is_done(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_null(arena_allocate(&arena, SIZE_MAX));
    arena_done(&arena);
    arena_done(&arena);
    assert_true(arena_ok(&arena));
    assert_string_equal(arena_copy(&arena, span_of("again")), "again");
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_piece_may_be_larger_than_a_block),
        cmocka_unit_test(a_copy_is_terminated_and_does_not_share_the_bytes),
        cmocka_unit_test(a_formatted_string_is_cut_at_4095_bytes),
        cmocka_unit_test(a_format_that_fails_is_remembered),
        cmocka_unit_test(an_impossible_size_is_remembered),
        cmocka_unit_test(a_copy_without_memory_is_the_empty_string),
        cmocka_unit_test(adopting_takes_over_pieces_and_leaves_the_other_empty),
        cmocka_unit_test(adopting_takes_over_the_failure_too),
        cmocka_unit_test(an_arena_is_usable_again_when_it_is_done),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
