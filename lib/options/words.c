/* SPDX-License-Identifier: MIT */
/* The words of a command line. */
#include "options/words.h"

#include "base/span.h"
#include "options/nearest.h"
#include "options/value.h"

#include <stdio.h>
#include <string.h>

enum { DESCRIPTION_MAXIMUM = 240 };

struct words words_over(const struct program *program, int argc, const char *const argv[])
{
    return (struct words) {.program = program, .argc = argc, .argv = argv, .at = 1};
}

static const struct option *find_long(const struct program *program, struct span name,
                                      const struct option_group **ret_group)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, ret_group)) != NULL; i++) {
        if (option->name != NULL && span_is(name, option->name))
            return option;
    }
    return NULL;
}

static const struct option *find_letter(const struct program *program, char letter,
                                        const struct option_group **ret_group)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, ret_group)) != NULL; i++) {
        if (option->letter == letter)
            return option;
    }
    return NULL;
}

static bool is_digits(const char *string)
{
    while (ascii_is_digit(*string))
        string++;
    return *string == '\0';
}

/* A word that is an option rather than the value of the one before it: not `-` (standard input), not -5:10.
 */
static bool is_option_word(const struct program *program, const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return false;
    return !ascii_is_digit(word[1]) || (word[2] == '\0' && find_letter(program, word[1], NULL) != NULL);
}

static enum words_item refuse_unknown(const struct program *program, struct span name, struct problem *why)
{
    struct nearest nearest = nearest_to(name);
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (option->kind != OPTION_REFUSED)
            nearest_offer(&nearest, option->name);
    }
    int shown = (int)span_first(name, 60).length;
    if (nearest.word != NULL)
        problem_set(why, PROBLEM_USAGE, "unknown option --%.*s, did you mean --%s?", shown, name.bytes,
                    nearest.word);
    else
        problem_set(why, PROBLEM_USAGE, "unknown option --%.*s (--help lists all of them)", shown,
                    name.bytes);
    return WORDS_WRONG;
}

static enum words_item refuse_missing(const struct given *given, bool is_option_next, struct problem *why)
{
    struct text wanted;
    text_start(&wanted, DESCRIPTION_MAXIMUM);
    value_describe(given->option, &wanted);
    if (is_option_next && given->option->name != NULL)
        problem_set(why, PROBLEM_USAGE,
                    "%s needs a value: %s (one that begins with a dash is written --%s=VALUE)",
                    given->written, text_string(&wanted), given->option->name);
    else
        problem_set(why, PROBLEM_USAGE, "%s needs a value: %s", given->written, text_string(&wanted));
    text_done(&wanted);
    return WORDS_WRONG;
}

/* The value when none is attached: the one that is implied, else the next word. */
static enum words_item take_value(struct words *words, struct given *given, struct problem *why)
{
    if (given->option->implied != NULL) {
        given->value = given->option->implied;
        return WORDS_OPTION;
    }
    const char *next = words->at < words->argc ? words->argv[words->at] : NULL;
    bool is_value = next != NULL && !is_option_word(words->program, next);
    if (is_value) {
        given->value = next;
        words->at++;
    } else if (given->option->kind != OPTION_EXTRA_OPTS) {
        return refuse_missing(given, next != NULL, why);
    }
    return WORDS_OPTION;
}

static enum words_item refuse_forbidden(const struct given *given, struct problem *why)
{
    problem_set(why, PROBLEM_USAGE, "%s: %s", given->written,
                given->option->detail != NULL ? given->option->detail : "not taken");
    return WORDS_WRONG;
}

/* --name, --name=value */
static enum words_item next_long(struct words *words, const char *word, struct given *given,
                                 struct problem *why)
{
    struct span value = span_of(word + 2);
    struct span name = span_cut(&value, '=');
    given->option = find_long(words->program, name, &given->group);
    if (given->option == NULL)
        return refuse_unknown(words->program, name, why);
    snprintf(given->written, sizeof given->written, "--%s", given->option->name);
    given->value = "";
    if (given->option->kind == OPTION_REFUSED)
        return refuse_forbidden(given, why);
    if (!option_takes_value(given->option)) {
        if (value.bytes == NULL)
            return WORDS_OPTION;
        problem_set(why, PROBLEM_USAGE, "%s takes no value", given->written);
        return WORDS_WRONG;
    }
    if (value.bytes == NULL)
        return take_value(words, given, why);
    given->value = value.bytes; /* up to the end of the word, so it has its NUL */
    return WORDS_OPTION;
}

/* `-p=8443` would be the value `=8443`, which nobody means. */
static enum words_item refuse_equals(const struct given *given, struct problem *why)
{
    if (!option_takes_value(given->option))
        problem_set(why, PROBLEM_USAGE, "%s takes no value", given->written);
    else if (given->option->name != NULL)
        problem_set(why, PROBLEM_USAGE, "%s takes its value without =, or write --%s=VALUE", given->written,
                    given->option->name);
    else
        problem_set(why, PROBLEM_USAGE, "%s takes its value without =", given->written);
    return WORDS_WRONG;
}

/* The next letter of -abc. */
static enum words_item next_letter(struct words *words, struct given *given, struct problem *why)
{
    char letter = *words->cluster++;
    const char *rest = words->cluster;
    given->option = find_letter(words->program, letter, &given->group);
    if (given->option == NULL) {
        problem_set(why, PROBLEM_USAGE, "unknown option -%c (--help lists all of them)", letter);
        return WORDS_WRONG;
    }
    snprintf(given->written, sizeof given->written, "-%c", letter);
    given->value = "";
    if (given->option->kind == OPTION_REFUSED)
        return refuse_forbidden(given, why);
    if (*rest == '=')
        return refuse_equals(given, why);
    if (*rest != '\0' && !option_takes_value(given->option))
        return WORDS_OPTION;
    words->cluster = NULL;
    if (!option_takes_value(given->option))
        return WORDS_OPTION;
    if (*rest == '\0')
        return take_value(words, given, why);
    given->value = rest;
    return WORDS_OPTION;
}

enum words_item words_next(struct words *words, struct given *ret_given, struct problem *why)
{
    if (words->cluster != NULL)
        return next_letter(words, ret_given, why);
    if (words->at >= words->argc)
        return WORDS_END;
    const char *word = words->argv[words->at++];
    if (words->is_past_separator || word[0] != '-' || word[1] == '\0')
        return WORDS_OPERAND;
    if (words->program->takes_codes && is_digits(word + 1))
        return WORDS_OPERAND;
    if (word[1] != '-') {
        words->cluster = word + 1;
        return next_letter(words, ret_given, why);
    }
    if (word[2] != '\0')
        return next_long(words, word, ret_given, why);
    words->is_past_separator = true;
    return WORDS_SEPARATOR;
}
