/* SPDX-License-Identifier: MIT */
/* The values of options: every kind, right and wrong. */
#include "test_option_kettle.h"

#include <stdio.h>

static void numbers_are_whole_and_within_their_bounds(void **state)
{
    static const char *const wrong[] = {"0",
                                        "65536",
                                        "4294967297",
                                        "-1",
                                        "+1",
                                        "1.0",
                                        "0x10",
                                        "1e3",
                                        "abc",
                                        "80 ",
                                        "99999999999999999999999999"};
    (void)state;
    ACCEPT("--port=65535");
    assert_int_equal(run.config.kettle.port.value, 65535);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char word[64], expected[128];
        snprintf(word, sizeof word, "--port=%s", wrong[i]);
        snprintf(expected, sizeof expected, "--port: %s is not a whole number from 1 to 65535", wrong[i]);
        REFUSE(expected, word);
    }
}

static void times_are_seconds_since_1970(void **state)
{
    (void)state;
    ACCEPT("--since=1767225600");
    assert_int_equal(run.config.kettle.since.seconds, 1767225600);
    ACCEPT("--since=1767225600.987");
    assert_int_equal(run.config.kettle.since.seconds, 1767225600);
    ACCEPT("--since=0");
    assert_true(run.config.kettle.since.is_known);
    REFUSE("--since: -1 is not a time in seconds since 1970, such as 1767225600", "--since=-1");
    REFUSE("--since: 2026-01-01 is not a time in seconds since 1970, such as 1767225600",
           "--since=2026-01-01");
    REFUSE("--since: 999999999999999 is not a time in seconds since 1970, such as 1767225600",
           "--since=999999999999999");
}

static void durations_have_units(void **state)
{
    static const struct {
        const char *text;
        int64_t ms; /* 0 = refused */
    } rows[] = {
        {"10", 10000},      {"10s", 10000},    {"500ms", 500}, {"5m", 300000},
        {"24h", 86400000},  {"7d", 604800000}, {"0.5", 500},   {"1.1s", 1100},
        {"0.29m", 17400},   {"0.001", 1},      {"0.5ms", 1},   {"3650d", INT64_C(315360000000)},
        {"0", 0},           {"0.0", 0},        {"0.1ms", 0},   {"-1", 0},
        {"3651d", 0},       {"10 s", 0},       {"10S", 0},     {"10sec", 0},
        {"s", 0},           {".5", 0},         {"5.", 0},      {"1.2.3", 0},
        {"1e3", 0},         {"1w", 0},         {"5m30s", 0},   {"99999999999999999999999999999d", 0},
        {"10:critical", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char word[80], expected[200];
        snprintf(word, sizeof word, "--max-age=%s", rows[i].text);
        snprintf(expected, sizeof expected,
                 "--max-age: %s is not a duration such as 10, 500ms, 5m, 24h or 7d (above 0, at most 3650d)",
                 rows[i].text);
        if (rows[i].ms == 0) {
            REFUSE(expected, word);
            continue;
        }
        ACCEPT(word);
        assert_true(run.config.kettle.max_age.is_known);
        assert_int_equal(run.config.kettle.max_age.ms, rows[i].ms);
    }
}

static void a_timeout_may_name_a_state(void **state)
{
    static const char reason[] =
        " is not a duration such as 10, 500ms or 5m (above 0, at most 3650d), with or without :STATE";
    static const char *const wrong[] = {"10:", ":critical", "10:red", "10:4", "0:ok", "10:ok:ok", "x"};
    (void)state;
    ACCEPT("-t", "500ms:Critical");
    assert_int_equal(run.config.pouring.timeout.duration.ms, 500);
    assert_true(run.config.pouring.timeout.has_state);
    assert_int_equal(run.config.pouring.timeout.state, STATE_CRITICAL);
    ACCEPT("-t5:1");
    assert_int_equal(run.config.pouring.timeout.state, STATE_WARNING);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        char expected[200];
        snprintf(expected, sizeof expected, "-t: %s%s", wrong[i], reason);
        REFUSE(expected, "-t", wrong[i]);
    }
}

static void a_state_is_a_name_or_a_digit(void **state)
{
    (void)state;
    ACCEPT("--timeout-result=UNKNOWN");
    assert_true(run.config.pouring.timeout_result.is_known);
    assert_int_equal(run.config.pouring.timeout_result.state, STATE_UNKNOWN);
    ACCEPT("--timeout-result=0");
    assert_int_equal(run.config.pouring.timeout_result.state, STATE_OK);
    REFUSE("--timeout-result: crit is not one of ok, warning, critical, unknown", "--timeout-result=crit");
}

static void a_bare_number_is_refused_where_low_is_bad(void **state)
{
    (void)state;
    REFUSE("-w: a bare 25 would alert above 25, but low values are bad here: write 25: or 0:25", "-w25");
    REFUSE("--warning: a bare 7.5 would alert above 7.5, but low values are bad here: write 7.5: or 0:7.5",
           "--warning=7.5");
    ACCEPT("-w", "25:");
    assert_true(run.config.pouring.warning.has_start);
    ACCEPT("-w", "0:25");
    ACCEPT("-w", "@25"); /* at most 25 is what alerts: no slip */
    ACCEPT("-c", "25");
    assert_true(run.config.pouring.critical.is_bare);
}

static void a_wrong_range_names_the_option(void **state)
{
    (void)state;
    assert_int_equal(READ("--critical=10x"), OPTIONS_WRONG);
    assert_memory_equal(run.why.sentence, "--critical: range", strlen("--critical: range"));
    assert_int_equal(READ("-w", "5:1"), OPTIONS_WRONG);
    assert_memory_equal(run.why.sentence, "-w: range", strlen("-w: range"));
}

static void a_choice_is_one_of_its_words(void **state)
{
    (void)state;
    ACCEPT("--brew", "Coffee");
    assert_int_equal(run.config.pouring.brew, BREW_COFFEE);
    REFUSE("--brew: beer is not one of tea, coffee", "--brew=beer");
    REFUSE("--brew: te is not one of tea, coffee", "--brew=te");
}

static void an_implied_choice_never_takes_the_next_word(void **state)
{
    (void)state;
    ACCEPT("--list", "-v");
    assert_int_equal(run.config.pouring.list, 1);
    ACCEPT("--list=all");
    assert_int_equal(run.config.pouring.list, 2);
    ACCEPT("-Lall");
    assert_int_equal(run.config.pouring.list, 2);
    ACCEPT("-vL");
    assert_int_equal(run.config.pouring.list, 1);
    REFUSE("unexpected word all (check_kettle takes options only)", "--list", "all");
    REFUSE("--list: none is not one of some, all", "--list=none");
}

static void lists_are_repeated_or_separated_by_commas(void **state)
{
    (void)state;
    ACCEPT("--cup=a, b c ,d", "-C", "e", "--guest=zoe");
    assert_int_equal(run.config.kettle.cups.count, 4);
    assert_string_equal(run.config.kettle.cups.items[1], "b c");
    assert_string_equal(run.config.kettle.cups.items[3], "e");
    assert_int_equal(run.config.kettle.guests.count, 1);
    assert_string_equal(run.config.kettle.guests.items[0], "zoe");
    REFUSE("--cup: an empty item in the list a,,b", "--cup=a,,b");
    REFUSE("--cup: an empty item in the list a, ", "--cup=a, ");
    REFUSE("-C: an empty item in the list ,", "-C,");
    REFUSE("-C: an empty item in the list  ", "-C", " ");
}

static void a_list_has_a_maximum_of_items(void **state)
{
    static char word[6 + 2 * OPTION_TEXTS_MAXIMUM + 1] = "--cup=a";
    (void)state;
    for (size_t i = 1; i < OPTION_TEXTS_MAXIMUM; i++)
        memcpy(word + 5 + 2 * i, ",a", 2);
    ACCEPT(word);
    assert_int_equal(run.config.kettle.cups.count, OPTION_TEXTS_MAXIMUM);
    REFUSE("-C: more than 256 values", word, "-C", "b");
}

static void rules_are_wished_for_by_name(void **state)
{
    (void)state;
    ACCEPT("--rule=count=OFF, lease = warning", "--rule", "host-license=ok", "--rule=lease=Critical");
    assert_int_equal(run.config.pouring.rules.wish[0], RULE_OFF);
    assert_int_equal(run.config.pouring.rules.wish[1], RULE_STATE);
    assert_int_equal(run.config.pouring.rules.state[1], STATE_OK);
    assert_int_equal(run.config.pouring.rules.state[2], STATE_CRITICAL);
    REFUSE("--rule: check_kettle has no rule cuont, did you mean count?", "--rule=cuont=ok");
    REFUSE("--rule: check_kettle has no rule hostlicense, did you mean host-license?",
           "--rule=hostlicense=ok");
    REFUSE("--rule: check_kettle has no rule idle (--help lists the rules)", "--rule=count=ok,idle=ok");
    REFUSE("--rule: count is not ID=STATE", "--rule=count");
    REFUSE("--rule: count=red is none of ok, warning, critical, unknown, off", "--rule=count=red");
    REFUSE("--rule: count=2 is none of ok, warning, critical, unknown, off", "--rule=count=2");
    REFUSE("--rule: count= is none of ok, warning, critical, unknown, off", "--rule=count=");
    REFUSE("--rule: check_kettle has no rule  (--help lists the rules)", "--rule==ok");
}

static void a_default_is_read_like_any_other_value(void **state)
{
    static const struct option wrong[] = {{OPTION_INTO_NUMBER(struct kettle, port), .name = "port",
                                           .initial = "many", .minimum = 1, .maximum = 65535}};
    static const struct option_group group = {"", wrong, 1, offsetof(struct config, kettle)};
    static const struct program program = {
        .name = "check_wrong", .groups = &group, .group_count = 1, .config_size = sizeof(struct config)};
    (void)state;
    refuse_at(read_words(&program, (const char *const[]) {NULL}),
              "--port: default: many is not a whole number from 1 to 65535", __LINE__);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_whole_and_within_their_bounds),
        TEST(times_are_seconds_since_1970),
        TEST(durations_have_units),
        TEST(a_timeout_may_name_a_state),
        TEST(a_state_is_a_name_or_a_digit),
        TEST(a_bare_number_is_refused_where_low_is_bad),
        TEST(a_wrong_range_names_the_option),
        TEST(a_choice_is_one_of_its_words),
        TEST(an_implied_choice_never_takes_the_next_word),
        TEST(lists_are_repeated_or_separated_by_commas),
        TEST(a_list_has_a_maximum_of_items),
        TEST(rules_are_wished_for_by_name),
        TEST(a_default_is_read_like_any_other_value),
    };
    return cmocka_run_group_tests_name("option values", tests, NULL, NULL);
}
