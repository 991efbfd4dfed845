/* SPDX-License-Identifier: MIT */
/* Options as data: looking things up in the table. */
#include "options/option.h"

#include "base/span.h"

const struct option *option_at(const struct program *program, size_t number,
                               const struct option_group **ret_group)
{
    for (size_t i = 0; i < program->group_count; i++) {
        const struct option_group *group = &program->groups[i];
        if (number < group->count) {
            if (ret_group != NULL)
                *ret_group = group;
            return &group->options[number];
        }
        number -= group->count;
    }
    return NULL;
}

static bool is_called(const struct option *option, struct span name)
{
    if (name.length == 1 && option->letter != 0 && name.bytes[0] == option->letter)
        return true;
    return option->name != NULL && span_is(name, option->name);
}

const struct option *option_find(const struct program *program, const char *name,
                                 const struct option_group **ret_group)
{
    const struct option_group *group = NULL;
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, &group)) != NULL; i++) {
        if (is_called(option, span_of(name))) {
            if (ret_group != NULL)
                *ret_group = group;
            return option;
        }
    }
    return NULL;
}

const struct option *option_of_kind(const struct program *program, enum option_kind kind)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (option->kind == kind)
            return option;
    }
    return NULL;
}

bool option_takes_value(const struct option *option)
{
    switch (option->kind) {
    case OPTION_HELP:
    case OPTION_VERSION:
    case OPTION_FLAG:
    case OPTION_COUNTER:
    case OPTION_REFUSED:
        return false;
    case OPTION_EXTRA_OPTS:
    case OPTION_TEXT:
    case OPTION_TEXTS:
    case OPTION_NUMBER:
    case OPTION_TIME:
    case OPTION_DURATION:
    case OPTION_TIMEOUT:
    case OPTION_STATE:
    case OPTION_RANGE:
    case OPTION_CHOICE:
    case OPTION_RULES:
    case OPTION_SECRET:
        return true;
    }
    return false;
}

bool option_is_list(const struct option *option)
{
    return option->kind == OPTION_TEXTS || option->kind == OPTION_RULES;
}

void *option_place(const struct option *option, const struct option_group *group, void *config)
{
    return (char *)config + group->offset + option->offset;
}
