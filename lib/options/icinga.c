/* SPDX-License-Identifier: MIT */
/* The Icinga 2 CheckCommand.  Icinga 2 documentation, "CheckCommand" and "Command Arguments": set_if makes a
 * switch out of a boolean, repeat_key repeats the key for every member of an array, a value without content
 * leaves the argument out. */
#include "options/icinga.h"

#include "options/check_command.h"
#include "options/summary.h"

enum { DESCRIPTION_MAXIMUM = 2000 };

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
    text_append_byte(text, '"');
    check_command_append_macro(text, program, name);
    text_append_byte(text, '"');
}

static void append_description(struct text *text, const struct option *option)
{
    struct text description;
    text_start(&description, DESCRIPTION_MAXIMUM);
    check_command_append_description(&description, option);
    text_append(text, "      description = ");
    append_string(text, text_string(&description));
    text_append_byte(text, '\n');
    summary_part_done(&description, text);
}

static void append_condition(struct text *text, const struct program *program, const char *name)
{
    text_append(text, "      set_if = {{ ");
    check_command_append_condition(text, program, name);
    text_append(text, " }}\n");
}

static void append_argument(struct text *text, const struct program *program, const struct option *option)
{
    char letter[2];
    const char *name = check_command_option(option, letter);
    text_append(text, "    \"");
    check_command_append_argument(text, option);
    text_append(text, "\" = {\n");
    text_append(text, option_takes_value(option) ? "      value = " : "      set_if = ");
    append_macro(text, program, name);
    text_append_byte(text, '\n');
    if (check_command_is_address(option))
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
    text_append_format(text,
                       "\n      repeat_key = false\n      order = %d\n      description = \"%s\"\n    }\n",
                       CHECK_COMMAND_PROGRAM_ORDER, CHECK_COMMAND_PROGRAM_DESCRIPTION);
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
        append_macro(text, program, check_command_secret(option));
        text_append_byte(text, '\n');
    }
}

static void append_variables(struct text *text, const struct program *program)
{
    const struct option *option = option_find(program, "hostname", NULL);
    if (option == NULL || !check_command_is_address(option))
        return;
    text_append(text, "\n  vars.");
    check_command_append_variable(text, program, option->name);
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
    text_append_format(text, "object CheckCommand \"%s\" {\n", check_command_name(program));
    text_append_format(text, "  command = [ PluginContribDir + \"/%s\" ]\n\n  arguments = {\n",
                       program->name);
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (check_command_takes(program, option))
            append_argument(text, program, option);
    }
    if (program->takes_program)
        append_program(text, program);
    text_append(text, "  }\n");
    append_environment(text, program);
    append_variables(text, program);
    text_append(text, "}\n");
}
