/* SPDX-License-Identifier: MIT */
/* Reading a command line: how options and values are written, and what is said when they are not. */
#include "test_option_kettle.h"

#include <stdio.h>

static void nothing_given_leaves_the_defaults(void **state)
{
    (void)state;
    accept_at(READ_NOTHING, __LINE__);
    assert_null(run.config.kettle.hostname);
    assert_true(run.config.kettle.port.is_known);
    assert_int_equal(run.config.kettle.port.value, 1688);
    assert_int_equal(run.config.kettle.cups.count, 0);
    assert_int_equal(run.config.kettle.guests.count, 2);
    assert_string_equal(run.config.kettle.guests.items[1], "bob");
    assert_false(run.config.kettle.max_age.is_known);
    assert_null(run.config.kettle.password.value);
    assert_int_equal(run.config.pouring.timeout.duration.ms, 10000);
    assert_false(run.config.pouring.timeout.has_state);
    assert_int_equal(run.config.pouring.verbose, 0);
    assert_false(run.config.pouring.is_boiling);
    assert_string_equal(run.config.pouring.warning.text, "");
    assert_int_equal(run.config.pouring.brew, BREW_NONE);
    assert_int_equal(run.config.pouring.rules.wish[2], RULE_AS_IT_IS);
    assert_int_equal(run.rest.count, 0);
    assert_false(run.rest.was_separated);
}

static void a_value_may_be_written_in_four_ways(void **state)
{
    (void)state;
    ACCEPT("--hostname=a", "--port", "1", "-w5:", "-c", "7");
    assert_string_equal(run.config.kettle.hostname, "a");
    assert_int_equal(run.config.kettle.port.value, 1);
    assert_string_equal(run.config.pouring.warning.text, "5:");
    assert_string_equal(run.config.pouring.critical.text, "7");
    ACCEPT("--hostname=a=b");
    assert_string_equal(run.config.kettle.hostname, "a=b");
    ACCEPT("--hostname==");
    assert_string_equal(run.config.kettle.hostname, "=");
    ACCEPT("--hostname=-x");
    assert_string_equal(run.config.kettle.hostname, "-x");
}

static void letters_of_flags_may_stand_together(void **state)
{
    (void)state;
    ACCEPT("-vbvH", "a", "-vvp8");
    assert_int_equal(run.config.pouring.verbose, 4);
    assert_true(run.config.pouring.is_boiling);
    assert_false(run.config.pouring.is_lidless);
    assert_string_equal(run.config.kettle.hostname, "a");
    assert_int_equal(run.config.kettle.port.value, 8);
}

static void an_option_without_a_long_name_works(void **state)
{
    (void)state;
    ACCEPT("-4v");
    assert_true(run.config.kettle.is_ipv4);
    REFUSE("unknown option --4 (--help lists all of them)", "--4");
}

static void of_a_repeated_single_value_the_last_one_wins(void **state)
{
    (void)state;
    ACCEPT("-p", "1", "--port=2", "-p3", "-w", "1:", "--warning", "2:", "-b", "-b");
    assert_int_equal(run.config.kettle.port.value, 3);
    assert_string_equal(run.config.pouring.warning.text, "2:");
    assert_true(run.config.pouring.is_boiling);
}

static void a_dash_and_digits_can_be_a_value(void **state)
{
    (void)state;
    ACCEPT("-c", "-5:10", "-H", "-");
    assert_string_equal(run.config.pouring.critical.text, "-5:10");
    assert_string_equal(run.config.kettle.hostname, "-");
    REFUSE("-H needs a value: HOST (one that begins with a dash is written --hostname=VALUE)", "-H", "-4");
}

static void an_unknown_option_is_named_with_the_nearest_one(void **state)
{
    (void)state;
    REFUSE("unknown option --wraning, did you mean --warning?", "--wraning=5:");
    REFUSE("unknown option --hostnam, did you mean --hostname?", "--hostnam", "x");
    REFUSE("unknown option --prot, did you mean --port?", "--prot");
    REFUSE("unknown option --TIMEOUT, did you mean --timeout?", "--TIMEOUT=1");
    REFUSE("unknown option --crit, did you mean --critical?", "--crit=1");
    REFUSE("unknown option --timeoutresult, did you mean --timeout-result?", "--timeoutresult");
    REFUSE("unknown option --fridge (--help lists all of them)", "--fridge");
    REFUSE("unknown option --x (--help lists all of them)", "--x");
    REFUSE("unknown option -- (--help lists all of them)", "--=5");
    REFUSE("unknown option -x (--help lists all of them)", "-vx");
    REFUSE("unknown option --passwort (--help lists all of them)", "--passwort=geheim");
}

static void a_name_is_never_abbreviated(void **state)
{
    (void)state;
    REFUSE("unknown option --host, did you mean --hostname?", "--host=a");
    REFUSE("unknown option --verb, did you mean --verbose?", "--verb");
}

static void a_missing_value_is_named(void **state)
{
    (void)state;
    REFUSE("--hostname needs a value: HOST", "--hostname");
    REFUSE("-H needs a value: HOST", "-vH");
    REFUSE("-p needs a value: a whole number from 1 to 65535", "-p");
    REFUSE("--brew needs a value: one of tea, coffee", "--brew");
    REFUSE("--hostname needs a value: HOST (one that begins with a dash is written --hostname=VALUE)",
           "--hostname", "--port=1");
    REFUSE("--hostname needs a value: HOST (one that begins with a dash is written --hostname=VALUE)",
           "--hostname", "--");
}

static void an_empty_value_is_refused(void **state)
{
    (void)state;
    REFUSE("--hostname: the value is empty, it needs HOST", "--hostname=");
    REFUSE("-H: the value is empty, it needs HOST", "-H", "");
    REFUSE("--port: the value is empty, it needs a whole number from 1 to 65535", "--port=");
    REFUSE("--warning: the value is empty, it needs a range such as 25: or 0:25", "--warning", "");
    REFUSE("--cup: the value is empty, it needs NAME", "--cup=");
    REFUSE("--password-file: the value is empty, it needs FILE", "--password-file=");
    REFUSE("--list: the value is empty, it needs one of some, all", "--list=");
}

static void a_macro_without_content_is_not_given_where_the_table_allows_it(void **state)
{
    (void)state;
    ACCEPT("--previous=", "--since", "");
    assert_null(run.config.kettle.previous);
    assert_false(run.config.kettle.since.is_known);
    ACCEPT("--previous=a", "--since=5", "--previous=", "--since=");
    assert_null(run.config.kettle.previous);
    assert_false(run.config.kettle.since.is_known);
}

static void a_value_for_a_flag_is_refused(void **state)
{
    (void)state;
    REFUSE("--boil takes no value", "--boil=yes");
    REFUSE("--verbose takes no value", "--verbose=");
    REFUSE("-b takes no value", "-b=yes");
    REFUSE("-p takes its value without =, or write --port=VALUE", "-p=8443");
}

static void an_unexpected_word_is_refused(void **state)
{
    (void)state;
    REFUSE("unexpected word kms01 (check_kettle takes options only)", "kms01");
    REFUSE("unexpected word yes (check_kettle takes options only)", "-b", "yes");
    REFUSE("unexpected word - (check_kettle takes options only)", "-");
    REFUSE("unexpected empty word (check_kettle takes options only)", "-b", "");
    REFUSE("unexpected word -b (check_kettle takes options only)", "--", "-b");
    ACCEPT("-b", "--");
    assert_true(run.rest.was_separated);
}

static void a_refused_option_says_what_to_use_instead(void **state)
{
    static const char sentence[] =
        ": others could read it in the process list; use --password-file or KETTLE_PASSWORD";
    char expected[200];
    (void)state;
    snprintf(expected, sizeof expected, "--password%s", sentence);
    REFUSE(expected, "--password=geheim");
    REFUSE(expected, "--password", "geheim");
    REFUSE(expected, "--password");
    snprintf(expected, sizeof expected, "-A%s", sentence);
    REFUSE(expected, "-Ageheim");
    REFUSE(expected, "-vA", "geheim");
}

static void help_and_version_end_the_reading(void **state)
{
    (void)state;
    assert_int_equal(READ("--help", "--fridge"), OPTIONS_HELP);
    assert_int_equal(READ("-vh", "word"), OPTIONS_HELP);
    assert_int_equal(READ("-V", "-h"), OPTIONS_VERSION);
    assert_int_equal(READ("--port=x", "--extra-opts=@/nowhere", "-h"), OPTIONS_HELP);
    REFUSE("unknown option --fridge (--help lists all of them)", "--fridge", "--help");
}

static void codes_may_stand_between_the_options(void **state)
{
    struct program explain = check_kettle;
    (void)state;
    explain.operands = "CODE...";
    explain.takes_codes = true;
    accept_at(read_words(&explain, (const char *const[]) {"0xC004F038", "-b", "-1073418124", "-p", "7", "-4",
                                                          "--", "--boil", NULL}),
              __LINE__);
    assert_int_equal(run.rest.count, 4);
    assert_string_equal(run.rest.words[0], "0xC004F038");
    assert_string_equal(run.rest.words[1], "-1073418124");
    assert_string_equal(run.rest.words[2], "-4");
    assert_string_equal(run.rest.words[3], "--boil");
    assert_true(run.rest.was_separated);
    assert_true(run.config.pouring.is_boiling);
    explain.takes_codes = false;
    refuse_at(read_words(&explain, (const char *const[]) {"-1073418124", NULL}),
              "unknown option -1 (--help lists all of them)", __LINE__);
}

static void a_program_stands_behind_two_dashes(void **state)
{
    struct program runner = check_kettle;
    (void)state;
    runner.takes_program = true;
    accept_at(
        read_words(&runner, (const char *const[]) {"-b", "--", "check_nrpe", "-H", "--help", "--", NULL}),
        __LINE__);
    assert_true(run.rest.was_separated);
    assert_int_equal(run.rest.count, 4);
    assert_string_equal(run.rest.words[0], "check_nrpe");
    assert_string_equal(run.rest.words[3], "--");
    assert_null(run.config.kettle.hostname);
    accept_at(read_words(&runner, (const char *const[]) {"-b", "--", NULL}), __LINE__);
    assert_true(run.rest.was_separated);
    assert_int_equal(run.rest.count, 0);
    refuse_at(read_words(&runner, (const char *const[]) {"check_nrpe", "-b", NULL}),
              "unexpected word check_nrpe (the program to run stands after --)", __LINE__);
}

static void a_peek_sees_the_last_value_without_judging(void **state)
{
    static const char *const argv[] = {"x",      "-+brew=beer", "--brew=tea", "--brew",
                                       "coffee", "--",          "--brew=beer"};
    (void)state;
    assert_string_equal(options_peek(7, argv, "brew"), "coffee");
    assert_string_equal(options_peek(4, argv, "brew"), "tea");
    assert_string_equal(options_peek(3, argv, "brew"), "tea");
    assert_null(options_peek(2, argv, "brew"));
    assert_null(options_peek(7, argv, "bre"));
    assert_null(options_peek(0, argv, "brew"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_given_leaves_the_defaults),
        TEST(a_value_may_be_written_in_four_ways),
        TEST(letters_of_flags_may_stand_together),
        TEST(an_option_without_a_long_name_works),
        TEST(of_a_repeated_single_value_the_last_one_wins),
        TEST(a_dash_and_digits_can_be_a_value),
        TEST(an_unknown_option_is_named_with_the_nearest_one),
        TEST(a_name_is_never_abbreviated),
        TEST(a_missing_value_is_named),
        TEST(an_empty_value_is_refused),
        TEST(a_macro_without_content_is_not_given_where_the_table_allows_it),
        TEST(a_value_for_a_flag_is_refused),
        TEST(an_unexpected_word_is_refused),
        TEST(a_refused_option_says_what_to_use_instead),
        TEST(help_and_version_end_the_reading),
        TEST(codes_may_stand_between_the_options),
        TEST(a_program_stands_behind_two_dashes),
        TEST(a_peek_sees_the_last_value_without_judging),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
