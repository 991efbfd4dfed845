/* SPDX-License-Identifier: MIT */
/* The Icinga 2 CheckCommand.  Icinga 2 documentation, "CheckCommand" and "Command Arguments": set_if makes a
 * switch out of a boolean, repeat_key repeats the key for every member of an array, a value without content
 * leaves the argument out. */
#include "options/icinga.h"

#include "options/summary.h"

#include <string.h>

enum { NAME_MAXIMUM = 200, DESCRIPTION_MAXIMUM = 2000 };

/* check_kms_host is the command kms_host. */
static const char *command_name(const struct program *program)
{
    static const char prefix[] = "check_";
    size_t length = sizeof prefix - 1;
    return strncmp(program->name, prefix, length) == 0 ? program->name + length : program->name;
}

/* kms_host_dns_server */
static void append_variable(struct text *text, const struct program *program, const char *name)
{
    text_append_format(text, "%s_", command_name(program));
    for (; *name != '\0'; name++)
        text_append_byte(text, *name == '-' ? '_' : *name);
}

static void append_string(struct text *text, const char *string)
{
    text_append_byte(text, '"');
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\')
            text_append_byte(text, '\\');
        text_append_byte(text, *string == '\n' ? ' ' : *string);
    }
    text_append_byte(text, '"');
}

static void append_macro(struct text *text, const struct program *program, const char *name)
{
    text_append(text, "\"$");
    append_variable(text, program, name);
    text_append(text, "$\"");
}

/* The key under which the secret itself is known: password for --password-file. */
static const char *secret_name(const struct option *option)
{
    return option->ini_key != NULL ? option->ini_key : option->name;
}

/* True for the argument form of a secret: the results of a check would hold it. */
static bool is_secret_argument(const struct program *program, const struct option *option)
{
    const struct option *secret;
    for (size_t i = 0; (secret = option_at(program, i, NULL)) != NULL; i++) {
        if (secret->kind == OPTION_SECRET && option->name != NULL &&
            strcmp(secret_name(secret), option->name) == 0 && secret != option)
            return true;
    }
    return false;
}

static bool is_argument(const struct program *program, const struct option *option)
{
    switch (option->kind) {
    case OPTION_HELP:
    case OPTION_VERSION:
    case OPTION_EXTRA_OPTS:
    case OPTION_REFUSED:
        return false;
    case OPTION_FLAG:
    case OPTION_COUNTER:
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
        return !is_secret_argument(program, option);
    }
    return false;
}

static void append_description(struct text *text, const struct option *option)
{
    struct text description;
    text_start(&description, DESCRIPTION_MAXIMUM);
    summary_append(option, &description);
    if (option_is_list(option))
        text_append(&description, "; may be an array");
    text_append(text, "      description = ");
    append_string(text, text_string(&description));
    text_append_byte(text, '\n');
    summary_part_done(&description, text);
}

/* Where a check has one target, it is the address of its host unless the user says otherwise. */
static bool has_host_address(const struct option *option)
{
    return option->kind == OPTION_TEXT && option->name != NULL && strcmp(option->name, "hostname") == 0;
}

/* An argument with a default is passed even when the user empties its variable, so it must ask. */
static void append_condition(struct text *text, const struct program *program, const char *name)
{
    text_append(text, "      set_if = {{ macro(");
    append_macro(text, program, name);
    text_append(text, ") != \"\" }}\n");
}

static void append_argument(struct text *text, const struct program *program, const struct option *option)
{
    const char letter[] = {option->letter, '\0'};
    const char *name = option->name != NULL ? option->name : letter;
    text_append_format(text, "    \"%s%s\" = {\n", option->name != NULL ? "--" : "-", name);
    text_append(text, option_takes_value(option) ? "      value = " : "      set_if = ");
    append_macro(text, program, name);
    text_append_byte(text, '\n');
    if (has_host_address(option))
        append_condition(text, program, name);
    if (option_is_list(option))
        text_append(text, "      repeat_key = true\n");
    if (option->implied != NULL)
        text_append(text, "      separator = \"=\"\n");
    append_description(text, option);
    text_append(text, "    }\n");
}

/* The words behind `--`, which sorts before every option unless its order says otherwise. */
static void append_program(struct text *text, const struct program *program)
{
    text_append(text, "    \"--\" = {\n      value = ");
    append_macro(text, program, "program");
    text_append(text, "\n      repeat_key = false\n      order = 99\n"
                      "      description = \"program to run and its arguments; an array\"\n    }\n");
}

static void append_environment(struct text *text, const struct program *program)
{
    const struct option *option;
    if (option_of_kind(program, OPTION_SECRET) != NULL)
        text_append_byte(text, '\n');
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (option->kind != OPTION_SECRET || option->environment == NULL)
            continue;
        text_append_format(text, "  env.%s = ", option->environment);
        append_macro(text, program, secret_name(option));
        text_append_byte(text, '\n');
    }
}

static void append_variables(struct text *text, const struct program *program)
{
    const struct option *option = option_find(program, "hostname", NULL);
    if (option == NULL || !has_host_address(option))
        return;
    text_append(text, "\n  vars.");
    append_variable(text, program, option->name);
    text_append(text, " = {{\n"
                      "    var address = macro(\"$address$\")\n"
                      "    return address ? address : macro(\"$address6$\")\n"
                      "  }}\n");
}

void icinga_write(const struct program *program, struct text *text)
{
    const struct option *option;
    if (program->service == NULL)
        return;
    text_append_format(text, "object CheckCommand \"%s\" {\n", command_name(program));
    text_append_format(text, "  command = [ PluginContribDir + \"/%s\" ]\n\n  arguments = {\n",
                       program->name);
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (is_argument(program, option))
            append_argument(text, program, option);
    }
    if (program->takes_program)
        append_program(text, program);
    text_append(text, "  }\n");
    append_environment(text, program);
    append_variables(text, program);
    text_append(text, "}\n");
}
