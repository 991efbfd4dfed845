/* SPDX-License-Identifier: MIT */
/* Reading the options: a first walk over the command line finds what it asks for at all; then defaults, ini
 * files and the command line fill the configuration, and the secrets come last. */
#include "options/read.h"

#include "base/span.h"
#include "options/extra_opts.h"
#include "options/nearest.h"
#include "options/secret.h"
#include "options/value.h"
#include "options/words.h"

#include <string.h>

enum { KEY_SHOWN = 60 }; /* bytes of an ini key in a sentence */

struct reading {
    const struct program *program;
    const struct options_world *world;
    int argc;
    const char *const *argv;
    struct arena *arena;
    void *config;
    struct secrets secrets;
    struct problem *why;
};

static struct words words_of(const struct reading *reading)
{
    return words_over(reading->program, reading->argc, reading->argv);
}

static bool keep_operand(const struct reading *reading, const struct words *words, const char ***list,
                         struct options_rest *rest)
{
    const char *word = words->argv[words->at - 1];
    if (reading->program->takes_program)
        return problem_set(reading->why, PROBLEM_USAGE,
                           "unexpected word %.60s (the program to run stands after --)", word);
    if (reading->program->operands == NULL && *word == '\0')
        return problem_set(reading->why, PROBLEM_USAGE, "unexpected empty word (%s takes options only)",
                           reading->program->name);
    if (reading->program->operands == NULL)
        return problem_set(reading->why, PROBLEM_USAGE, "unexpected word %.60s (%s takes options only)", word,
                           reading->program->name);
    if (*list == NULL)
        *list = arena_allocate(reading->arena, (size_t)reading->argc * sizeof **list);
    if (*list == NULL)
        return problem_set_memory(reading->why);
    (*list)[rest->count++] = word;
    rest->words = *list;
    return true;
}

/* Judges the form of the whole command line, but no value. */
static enum options_outcome survey(const struct reading *reading, struct options_rest *rest)
{
    struct words words = words_of(reading);
    const char **operands = NULL;
    struct given given;
    for (;;) {
        switch (words_next(&words, &given, reading->why)) {
        case WORDS_WRONG:
            return OPTIONS_WRONG;
        case WORDS_END:
            return OPTIONS_READY;
        case WORDS_OPTION:
            if (given.option->kind == OPTION_HELP)
                return OPTIONS_HELP;
            if (given.option->kind == OPTION_VERSION)
                return OPTIONS_VERSION;
            break;
        case WORDS_SEPARATOR:
            rest->was_separated = true;
            if (!reading->program->takes_program)
                break;
            rest->words = &reading->argv[words.at];
            rest->count = (size_t)(reading->argc - words.at);
            return OPTIONS_READY;
        case WORDS_OPERAND:
            if (!keep_operand(reading, &words, &operands, rest))
                return OPTIONS_WRONG;
            break;
        }
    }
}

/* Stores one value; `place` says where it stood. */
static bool store(struct reading *reading, const struct option *option, const struct option_group *group,
                  const char *value, const char *place)
{
    if (!value_store(reading->program, option, value, reading->arena,
                     option_place(option, group, reading->config), reading->why))
        return problem_add_place(reading->why, "%s", place);
    if (option->kind == OPTION_SECRET)
        secrets_note_file(&reading->secrets, option, value, arena_copy(reading->arena, span_of(place)));
    return true;
}

static bool store_default(struct reading *reading, const struct option *option,
                          const struct option_group *group)
{
    if (store(reading, option, group, option->initial, "default"))
        return true;
    if (option->name != NULL)
        return problem_add_place(reading->why, "--%s", option->name);
    return problem_add_place(reading->why, "-%c", option->letter);
}

/* The default of a list is what it holds when nobody gave anything, so it comes after everything else. */
static bool store_defaults(struct reading *reading, bool of_lists)
{
    const struct option_group *group = NULL;
    const struct option *option;
    for (size_t i = 0; (option = option_at(reading->program, i, &group)) != NULL; i++) {
        if (option->initial == NULL || (option->kind == OPTION_TEXTS) != of_lists)
            continue;
        if (of_lists && ((struct option_texts *)option_place(option, group, reading->config))->count > 0)
            continue;
        if (!store_default(reading, option, group))
            return false;
    }
    return true;
}

/* Of the key only the first word is shown: `password c2Vj==` is a forgotten = before a secret. */
static bool refuse_key(const struct reading *reading, const char *key)
{
    struct nearest nearest = nearest_to(span_of(key));
    int shown = (int)strcspn(key, " \t");
    const struct option *option;
    for (size_t i = 0; (option = option_at(reading->program, i, NULL)) != NULL; i++) {
        if (option->kind != OPTION_REFUSED)
            nearest_offer(&nearest, option->name);
        nearest_offer(&nearest, option->ini_key);
    }
    if (shown > KEY_SHOWN)
        shown = KEY_SHOWN;
    if (nearest.word != NULL)
        return problem_set(reading->why, PROBLEM_USAGE, "unknown option %.*s, did you mean %s?", shown, key,
                           nearest.word);
    return problem_set(reading->why, PROBLEM_USAGE, "unknown option %.*s (--help lists all of them)", shown,
                       key);
}

/* What a key of an ini file stands for, or why it must not stand there. */
static bool find_for_key(const struct reading *reading, const char *key, const struct option **ret_option,
                         const struct option_group **ret_group)
{
    const struct option *option = option_find(reading->program, key, ret_group);
    if (option == NULL)
        return refuse_key(reading, key);
    if (option->kind == OPTION_HELP || option->kind == OPTION_VERSION || option->kind == OPTION_EXTRA_OPTS)
        return problem_set(reading->why, PROBLEM_USAGE, "%s belongs on the command line, not into a file",
                           key);
    if (option->kind == OPTION_REFUSED)
        return problem_set(reading->why, PROBLEM_USAGE, "%s: %s", key,
                           option->detail != NULL ? option->detail : "not taken");
    *ret_option = option;
    return true;
}

/* One line of an ini file.  The key of a secret comes first: an option of that name, if there is one, is the
 * form for the command line or says that there is none. */
static bool store_entry(struct reading *reading, const struct extra_opts_entry *entry)
{
    const struct option_group *group;
    const struct option *option = secrets_find_key(&reading->secrets, entry->key);
    if (option != NULL && *entry->value == '\0') {
        problem_set(reading->why, PROBLEM_USAGE, "%s: the secret is empty", entry->key);
        return problem_add_place(reading->why, "%s", entry->place);
    }
    if (option != NULL) {
        secrets_note_value(&reading->secrets, option, entry->value);
        return true;
    }
    if (!find_for_key(reading, entry->key, &option, &group))
        return problem_add_place(reading->why, "%s", entry->place);
    const char *place = arena_format(reading->arena, "%s: %s", entry->place, entry->key);
    bool is_implied = option->implied != NULL && *entry->value == '\0';
    return store(reading, option, group, is_implied ? option->implied : entry->value, place);
}

static bool store_file(struct reading *reading, const char *argument)
{
    struct extra_opts opts;
    struct extra_opts_entry entry;
    if (!extra_opts_open(argument, reading->program, reading->world, reading->arena, &opts, reading->why))
        return false;
    for (;;) {
        switch (extra_opts_next(&opts, reading->arena, &entry, reading->why)) {
        case EXTRA_OPTS_WRONG:
            return false;
        case EXTRA_OPTS_END:
            return true;
        case EXTRA_OPTS_ENTRY:
            if (!store_entry(reading, &entry))
                return false;
            break;
        }
    }
}

/* The next option of the command line; its form has been judged by survey. */
static bool next_given(struct words *words, struct given *ret, struct problem *why)
{
    for (;;) {
        switch (words_next(words, ret, why)) {
        case WORDS_OPTION:
            return true;
        case WORDS_OPERAND:
            break;
        case WORDS_SEPARATOR:
        case WORDS_END:
        case WORDS_WRONG:
            return false;
        }
    }
}

static bool store_files(struct reading *reading)
{
    struct words words = words_of(reading);
    struct given given;
    while (next_given(&words, &given, reading->why)) {
        if (given.option->kind == OPTION_EXTRA_OPTS && !store_file(reading, given.value))
            return false;
    }
    return true;
}

/* A list or a counter that the command line gives replaces that of the files; rules are replaced one by one.
 */
static void forget_what_is_given_again(struct reading *reading)
{
    struct words words = words_of(reading);
    struct given given;
    while (next_given(&words, &given, reading->why)) {
        void *place = option_place(given.option, given.group, reading->config);
        if (given.option->kind == OPTION_TEXTS)
            memset(place, 0, sizeof(struct option_texts));
        if (given.option->kind == OPTION_COUNTER)
            *(unsigned *)place = 0;
    }
}

static bool store_command_line(struct reading *reading)
{
    struct words words = words_of(reading);
    struct given given;
    forget_what_is_given_again(reading);
    while (next_given(&words, &given, reading->why)) {
        if (!store(reading, given.option, given.group, given.value, given.written))
            return false;
    }
    return true;
}

enum options_outcome options_read_but_secrets(const struct program *program,
                                              const struct options_world *world, int argc,
                                              const char *const argv[], struct arena *arena, void *config,
                                              struct options_rest *ret_rest, struct secrets *ret_secrets,
                                              struct problem *why)
{
    struct reading reading = {.program = program,
                              .world = world,
                              .argc = argc,
                              .argv = argv,
                              .arena = arena,
                              .config = config,
                              .why = why};
    struct options_rest rest = {.count = 0};
    memset(config, 0, program->config_size);
    enum options_outcome outcome = survey(&reading, &rest);
    if (outcome != OPTIONS_READY)
        return outcome;
    if (!secrets_start(&reading.secrets, program, config, arena, why) || !store_defaults(&reading, false) ||
        !store_files(&reading) || !store_command_line(&reading) || !store_defaults(&reading, true))
        return OPTIONS_WRONG;
    if (!arena_ok(arena)) {
        problem_set_memory(why);
        return OPTIONS_WRONG;
    }
    *ret_rest = rest;
    *ret_secrets = reading.secrets;
    return OPTIONS_READY;
}

enum options_outcome options_read_secrets(const struct secrets *secrets, const struct options_world *world,
                                          struct arena *arena, struct problem *why)
{
    if (!secrets_read(secrets, world, arena, why))
        return OPTIONS_WRONG;
    if (!arena_ok(arena)) {
        problem_set_memory(why);
        return OPTIONS_WRONG;
    }
    return OPTIONS_READY;
}

enum options_outcome options_read(const struct program *program, const struct options_world *world, int argc,
                                  const char *const argv[], struct arena *arena, void *config,
                                  struct options_rest *ret_rest, struct problem *why)
{
    struct secrets secrets;
    enum options_outcome outcome =
        options_read_but_secrets(program, world, argc, argv, arena, config, ret_rest, &secrets, why);
    return outcome == OPTIONS_READY ? options_read_secrets(&secrets, world, arena, why) : outcome;
}

const char *options_peek(int argc, const char *const argv[], const char *name)
{
    const char *found = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        struct span value = span_of(argv[i]);
        struct span word = span_cut(&value, '=');
        if (!span_starts_with(word, "--") || !span_is(span_from(word, 2), name))
            continue;
        if (value.bytes != NULL)
            found = value.bytes;
        else if (i + 1 < argc && argv[i + 1][0] != '-')
            found = argv[i + 1];
    }
    return found;
}
