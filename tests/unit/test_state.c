/* SPDX-License-Identifier: MIT */
/* States: their order, names and numbers. */
#include "model/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_values_are_the_exit_codes(void **state)
{
    (void)state;
    assert_int_equal(STATE_OK, 0);
    assert_int_equal(STATE_WARNING, 1);
    assert_int_equal(STATE_CRITICAL, 2);
    assert_int_equal(STATE_UNKNOWN, 3);
}

static void unknown_stands_between_ok_and_warning(void **state)
{
    static const enum state order[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};
    (void)state;
    for (size_t left = 0; left < 4; left++) {
        assert_int_equal(state_severity(order[left]), left);
        for (size_t right = 0; right < 4; right++)
            assert_string_equal(state_name(state_worse(order[left], order[right])),
                                state_name(order[left > right ? left : right]));
    }
}

static void names_are_read_in_any_case_and_as_digits(void **state)
{
    static const struct {
        int line;
        const char *name, *expected;
    } rows[] = {
        {__LINE__, "OK", "OK"},
        {__LINE__, "ok", "OK"},
        {__LINE__, "warning", "WARNING"},
        {__LINE__, "Critical", "CRITICAL"},
        {__LINE__, "UNKNOWN", "UNKNOWN"},
        {__LINE__, "0", "OK"},
        {__LINE__, "1", "WARNING"},
        {__LINE__, "2", "CRITICAL"},
        {__LINE__, "3", "UNKNOWN"},
        {__LINE__, "4", "refused"},
        {__LINE__, "-1", "refused"},
        {__LINE__, "00", "refused"},
        {__LINE__, "", "refused"},
        {__LINE__, "warn", "refused"},
        {__LINE__, "warnings", "refused"},
        {__LINE__, " ok", "refused"},
        {__LINE__, "off", "refused"},
        {__LINE__, "/", "refused"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum state read = STATE_OK;
        const char *actual = state_parse(span_of(rows[i].name), &read) ? state_name(read) : "refused";
        _assert_string_equal(actual, rows[i].expected, __FILE__, rows[i].line);
    }
}

static void a_refused_name_leaves_the_state_alone(void **state)
{
    enum state read = STATE_CRITICAL;
    (void)state;
    assert_false(state_parse(span_of("fine"), &read));
    assert_false(state_parse((struct span) {NULL, 0}, &read));
    assert_int_equal(read, STATE_CRITICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_values_are_the_exit_codes),
        cmocka_unit_test(unknown_stands_between_ok_and_warning),
        cmocka_unit_test(names_are_read_in_any_case_and_as_digits),
        cmocka_unit_test(a_refused_name_leaves_the_state_alone),
    };
    return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
