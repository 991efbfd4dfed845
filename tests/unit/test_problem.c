/* SPDX-License-Identifier: MIT */
/* Problems: a kind and a sentence that is cut, never overflowed. */
#include "base/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void setting_a_problem_fills_it_and_says_false(void **state)
{
    struct problem why;
    (void)state;
    memset(&why, 'x', sizeof why);
    assert_false(problem_set(&why, PROBLEM_REFUSED, "%s answered %d", "srv7:8443", 403));
    assert_int_equal(why.kind, PROBLEM_REFUSED);
    assert_string_equal(why.sentence, "srv7:8443 answered 403");
}

static void a_place_stands_in_front_and_the_kind_stays(void **state)
{
    struct problem why;
    (void)state;
    problem_set(&why, PROBLEM_PROTOCOL, "not a document");
    assert_false(problem_add_place(&why, "line %d", 7));
    assert_false(problem_add_place(&why, "%s", "report.json"));
    assert_int_equal(why.kind, PROBLEM_PROTOCOL);
    assert_string_equal(why.sentence, "report.json: line 7: not a document");
}

static void a_long_sentence_is_cut(void **state)
{
    char long_name[2 * PROBLEM_SENTENCE_SIZE];
    struct problem why;
    (void)state;
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    problem_set(&why, PROBLEM_MISSING, "%s", long_name);
    assert_int_equal(strlen(why.sentence), PROBLEM_SENTENCE_SIZE - 1);
}

static void a_place_in_front_cuts_the_end_of_the_sentence(void **state)
{
    (void)state;
    for (int place_length = 0; place_length <= 2 * PROBLEM_SENTENCE_SIZE; place_length++) {
        for (int sentence_length = 0; sentence_length <= PROBLEM_SENTENCE_SIZE; sentence_length += 64) {
            struct problem why;
            problem_set(&why, PROBLEM_MISSING, "%*s", sentence_length, "");
            problem_add_place(&why, "%*s", place_length, "");
            size_t wanted = (size_t)(place_length + 2 + sentence_length);
            if (wanted > PROBLEM_SENTENCE_SIZE - 1)
                wanted = PROBLEM_SENTENCE_SIZE - 1;
            if (strlen(why.sentence) != wanted)
                fail_msg("place of %d, sentence of %d: %zu bytes, wanted %zu", place_length, sentence_length,
                         strlen(why.sentence), wanted);
        }
    }
}

static void a_subject_stands_before_the_verb(void **state)
{
    struct problem why;
    (void)state;
    problem_set(&why, PROBLEM_REFUSED, "answered %d", 403);
    assert_false(problem_add_subject(&why, "NSClient++ at %s", "srv7:8443"));
    assert_int_equal(why.kind, PROBLEM_REFUSED);
    assert_string_equal(why.sentence, "NSClient++ at srv7:8443 answered 403");
}

static void advice_and_code_belong_to_one_problem(void **state)
{
    struct problem why;
    (void)state;
    problem_set(&why, PROBLEM_REFUSED, "answered 500");
    assert_string_equal(why.advice, "");
    assert_false(why.has_code);
    assert_false(problem_advise(&why, "ask for the right %s", "Remote Enable"));
    assert_false(problem_add_code(&why, 0x80070005));
    problem_add_place(&why, "WinRM");
    assert_string_equal(why.advice, "ask for the right Remote Enable");
    assert_true(why.has_code);
    assert_int_equal(why.code, 0x80070005);
    problem_set(&why, PROBLEM_CONNECT, "refused the connection");
    assert_string_equal(why.advice, "");
    assert_false(why.has_code);
}

static void running_out_of_memory_has_its_own_kind(void **state)
{
    struct problem why;
    (void)state;
    assert_false(problem_set_memory(&why));
    assert_int_equal(why.kind, PROBLEM_MEMORY);
    assert_string_equal(why.sentence, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_a_problem_fills_it_and_says_false),
        cmocka_unit_test(a_place_stands_in_front_and_the_kind_stays),
        cmocka_unit_test(a_long_sentence_is_cut),
        cmocka_unit_test(a_place_in_front_cuts_the_end_of_the_sentence),
        cmocka_unit_test(a_subject_stands_before_the_verb),
        cmocka_unit_test(advice_and_code_belong_to_one_problem),
        cmocka_unit_test(running_out_of_memory_has_its_own_kind),
    };
    return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
