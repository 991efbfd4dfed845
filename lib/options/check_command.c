/* SPDX-License-Identifier: MIT */
/* A plugin as a check command of Icinga. */
#include "options/check_command.h"

#include "options/summary.h"

#include <string.h>

const char *check_command_name(const struct program *program)
{
    static const char prefix[] = "check_";
    size_t length = sizeof prefix - 1;
    return strncmp(program->name, prefix, length) == 0 ? program->name + length : program->name;
}

const char *check_command_option(const struct option *option, char letter[2])
{
    letter[0] = option->letter;
    letter[1] = '\0';
    return option->name != NULL ? option->name : letter;
}

void check_command_append_argument(struct text *text, const struct option *option)
{
    char letter[2];
    text_append_format(text, "%s%s", option->name != NULL ? "--" : "-", check_command_option(option, letter));
}

void check_command_append_variable(struct text *text, const struct program *program, const char *name)
{
    text_append_format(text, "%s_", check_command_name(program));
    for (; *name != '\0'; name++)
        text_append_byte(text, *name == '-' ? '_' : *name);
}

void check_command_append_macro(struct text *text, const struct program *program, const char *name)
{
    text_append_byte(text, '$');
    check_command_append_variable(text, program, name);
    text_append_byte(text, '$');
}

void check_command_append_condition(struct text *text, const struct program *program, const char *name)
{
    text_append(text, "macro(\"");
    check_command_append_macro(text, program, name);
    text_append(text, "\") != \"\"");
}

void check_command_append_description(struct text *text, const struct option *option)
{
    summary_append(option, text);
    if (option_is_list(option))
        text_append(text, "; may be an array");
}

const char *check_command_secret(const struct option *option)
{
    return option->ini_key != NULL ? option->ini_key : option->name;
}

/* True for the argument form of a secret. */
static bool is_secret_argument(const struct program *program, const struct option *option)
{
    const struct option *secret;
    for (size_t i = 0; (secret = option_at(program, i, NULL)) != NULL; i++) {
        if (secret->kind == OPTION_SECRET && option->name != NULL &&
            strcmp(check_command_secret(secret), option->name) == 0 && secret != option)
            return true;
    }
    return false;
}

bool check_command_takes(const struct program *program, const struct option *option)
{
    bool is_switch = option->kind == OPTION_FLAG || option->kind == OPTION_COUNTER;
    bool has_value = option_takes_value(option) && option->kind != OPTION_EXTRA_OPTS;
    return (is_switch || has_value) && !is_secret_argument(program, option);
}

bool check_command_is_address(const struct option *option)
{
    return option->kind == OPTION_TEXT && option->name != NULL && strcmp(option->name, "hostname") == 0;
}
