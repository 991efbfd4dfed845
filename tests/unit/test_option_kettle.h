/* SPDX-License-Identifier: MIT */
/* The made-up program of the option tests, which has options of every kind, and what it takes to run it: a
 * place for its configuration, an environment, and checks that show the sentence when reading went another
 * way. */
#ifndef TEST_OPTION_KETTLE_H
#define TEST_OPTION_KETTLE_H

#include "options/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum brew { BREW_NONE, BREW_TEA, BREW_COFFEE };

struct kettle {
    const char *hostname, *previous;
    struct option_texts cups, guests;
    struct known_number port;
    struct known_time since;
    struct option_duration max_age;
    struct option_secret password, community_secret;
    const char *community;
    bool is_ipv4;
};

struct pouring {
    bool is_boiling, is_lidless;
    unsigned verbose;
    struct option_timeout timeout;
    struct option_state timeout_result;
    struct range warning, critical;
    int brew, list;
    struct rule_wishes rules;
};

struct config {
    int unused; /* so that no group begins at offset 0 */
    struct kettle kettle;
    struct pouring pouring;
};

static const struct option_choice brews[] = {
    {"tea", BREW_TEA, NULL}, {"coffee", BREW_COFFEE, "needs a filter"}, {NULL, 0, NULL}};
static const struct option_choice lists[] = {{"some", 1, NULL}, {"all", 2, NULL}, {NULL, 0, NULL}};

static const struct option kettle_options[] = {
    {.kind = OPTION_HELP, .letter = 'h', .name = "help"},
    {.kind = OPTION_VERSION, .letter = 'V', .name = "version"},
    {.kind = OPTION_EXTRA_OPTS, .letter = 'E', .name = "extra-opts", .placeholder = "[SECTION][@FILE]"},
    {OPTION_INTO_TEXT(struct kettle, hostname), .letter = 'H', .name = "hostname", .placeholder = "HOST"},
    {OPTION_INTO_TEXT(struct kettle, previous), .name = "previous", .placeholder = "PERFDATA",
     .may_be_empty = true},
    {OPTION_INTO_TEXTS(struct kettle, cups), .letter = 'C', .name = "cup", .placeholder = "NAME"},
    {OPTION_INTO_TEXTS(struct kettle, guests), .name = "guest", .placeholder = "NAME", .initial = "ann, bob"},
    {OPTION_INTO_NUMBER(struct kettle, port), .letter = 'p', .name = "port", .placeholder = "PORT",
     .initial = "1688", .minimum = 1, .maximum = 65535},
    {OPTION_INTO_TIME(struct kettle, since), .name = "since", .placeholder = "EPOCH", .may_be_empty = true},
    {OPTION_INTO_DURATION(struct kettle, max_age), .name = "max-age", .placeholder = "DURATION"},
    {OPTION_INTO_SECRET(struct kettle, password), .name = "password-file", .placeholder = "FILE",
     .environment = "KETTLE_PASSWORD", .ini_key = "password"},
    {OPTION_INTO_SECRET(struct kettle, community_secret), .name = "community-file", .placeholder = "FILE",
     .environment = "KETTLE_COMMUNITY", .ini_key = "community"},
    {OPTION_INTO_TEXT(struct kettle, community), .name = "community", .placeholder = "COMMUNITY"},
    {.kind = OPTION_REFUSED,
     .letter = 'A',
     .name = "password",
     .detail = "others could read it in the process list; use --password-file or KETTLE_PASSWORD"},
    {OPTION_INTO_FLAG(struct kettle, is_ipv4), .letter = '4'},
};

static const struct option pouring_options[] = {
    {OPTION_INTO_FLAG(struct pouring, is_boiling), .letter = 'b', .name = "boil"},
    {OPTION_INTO_FLAG(struct pouring, is_lidless), .letter = 'l', .name = "lidless"},
    {OPTION_INTO_COUNTER(struct pouring, verbose), .letter = 'v', .name = "verbose"},
    {OPTION_INTO_TIMEOUT(struct pouring, timeout), .letter = 't', .name = "timeout",
     .placeholder = "DURATION[:STATE]", .initial = "10s"},
    {OPTION_INTO_STATE(struct pouring, timeout_result), .name = "timeout-result", .placeholder = "STATE"},
    {OPTION_INTO_RANGE(struct pouring, warning), .letter = 'w', .name = "warning", .placeholder = "RANGE",
     .is_low_bad = true},
    {OPTION_INTO_RANGE(struct pouring, critical), .letter = 'c', .name = "critical", .placeholder = "RANGE"},
    {OPTION_INTO_CHOICE(struct pouring, brew), .name = "brew", .placeholder = "DRINK", .choices = brews},
    {OPTION_INTO_CHOICE(struct pouring, list), .letter = 'L', .name = "list", .choices = lists,
     .implied = "some"},
    {OPTION_INTO_RULES(struct pouring, rules), .name = "rule", .placeholder = "ID=STATE"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct option_group groups[] = {
    {"Kettle", kettle_options, COUNT(kettle_options), offsetof(struct config, kettle)},
    {"Pouring", pouring_options, COUNT(pouring_options), offsetof(struct config, pouring)},
};

static const struct rule rules[] = {{"count", ""}, {"host-license", ""}, {"lease", ""}};

static const struct program check_kettle = {.name = "check_kettle",
                                            .service = "KETTLE",
                                            .groups = groups,
                                            .group_count = COUNT(groups),
                                            .config_size = sizeof(struct config),
                                            .rules = rules,
                                            .rule_count = COUNT(rules)};

enum { WORDS_MAXIMUM = 80, VARIABLES = 4 };

static struct {
    struct arena arena;
    struct config config;
    struct options_rest rest;
    struct problem why;
    const char *names[VARIABLES], *values[VARIABLES];
} run;

static inline const char *environment(const char *name)
{
    for (size_t i = 0; i < VARIABLES; i++) {
        if (run.names[i] != NULL && strcmp(run.names[i], name) == 0)
            return run.values[i];
    }
    return NULL;
}

static inline void set_environment(const char *name, const char *value)
{
    size_t i = 0;
    while (run.names[i] != NULL && strcmp(run.names[i], name) != 0)
        i++;
    run.names[i] = name;
    run.values[i] = value;
}

/* The words end with a NULL; the program's name is put in front. */
static inline enum options_outcome read_words(const struct program *program, const char *const *words)
{
    static const struct options_world world = {environment};
    static const char *argv[WORDS_MAXIMUM];
    int argc = 1;
    argv[0] = program->name;
    while (words[argc - 1] != NULL) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    arena_done(&run.arena);
    memset(&run.config, 0xA5, sizeof run.config);
    run.why = (struct problem) {.kind = PROBLEM_NONE};
    return options_read(program, &world, argc, argv, &run.arena, &run.config, &run.rest, &run.why);
}

#define READ(...) read_words(&check_kettle, (const char *const[]) {__VA_ARGS__, NULL})

#define READ_NOTHING read_words(&check_kettle, (const char *const[]) {NULL})

/* Must be read well; shows the sentence otherwise. */
static inline void accept_at(enum options_outcome outcome, int line)
{
    if (outcome == OPTIONS_WRONG)
        _assert_string_equal(run.why.sentence, "(accepted)", __FILE__, line);
    _assert_int_equal(outcome, OPTIONS_READY, __FILE__, line);
}

static inline void refuse_at(enum options_outcome outcome, const char *sentence, int line)
{
    if (outcome != OPTIONS_WRONG)
        _assert_string_equal("(accepted)", sentence, __FILE__, line);
    _assert_string_equal(run.why.sentence, sentence, __FILE__, line);
    _assert_int_equal(run.why.kind, PROBLEM_USAGE, __FILE__, line);
}

#define ACCEPT(...) accept_at(READ(__VA_ARGS__), __LINE__)
#define REFUSE(sentence, ...) refuse_at(READ(__VA_ARGS__), sentence, __LINE__)

static inline int set_up(void **state)
{
    (void)state;
    memset(&run, 0, sizeof run);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    arena_done(&run.arena);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
