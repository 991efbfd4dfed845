/* SPDX-License-Identifier: MIT */
/* The basket for Icinga Director, through jansson.  It is read by BasketSnapshot::restoreJson() there:
 * commands first, linked to the data fields by the keys of those, then service templates, which name their
 * command. Members stand in the order of the alphabet, as the Director exports them.  A failed allocation
 * gives NULL, which every step passes on. */
#include "options/basket.h"

#include "options/check_command.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRING_MAXIMUM = 2000, KEY_SIZE = 16, IDENTITY_SIZE = 37 };

/* The kinds of data fields, by the name of their class. */
static const char field_string[] = "String", field_array[] = "Array", field_boolean[] = "Boolean";

struct variable {
    const char *name, *value;
};

struct service_template {
    const char *name, *command;
    unsigned check_interval, retry_interval, max_check_attempts; /* seconds, seconds, runs */
    const char *notes;
    struct variable variables[2]; /* without the prefix of the command; a NULL name ends */
};

enum { MINUTE = 60, HOUR = 60 * MINUTE };

/* A lease lasts 180 days, so a client is asked rarely; a host or a domain that fails stops all of them. */
static const struct service_template service_templates[] = {
    {.name = "kms-reach-service",
     .command = "kms_reach",
     .check_interval = 5 * MINUTE,
     .retry_interval = MINUTE,
     .max_check_attempts = 3,
     .notes = "Clients find KMS hosts and can talk to them."},
    {.name = "kms-host-service",
     .command = "kms_host",
     .check_interval = 15 * MINUTE,
     .retry_interval = 5 * MINUTE,
     .max_check_attempts = 3,
     .notes = "A KMS host is able to activate clients. The performance data of the previous run gives the "
              "share of failed requests and the idle time.",
     .variables = {{"previous", "$service.perfdata$"}, {"previous_time", "$service.last_check$"}}},
    {.name = "kms-server-client-service",
     .command = "kms_client",
     .check_interval = 6 * HOUR,
     .retry_interval = HOUR,
     .max_check_attempts = 4,
     .notes = "A server is activated and renews its activation on time."},
    {.name = "kms-desktop-client-service",
     .command = "kms_client",
     .check_interval = 24 * HOUR,
     .retry_interval = 2 * HOUR,
     .max_check_attempts = 3,
     .notes = "A desktop or a laptop is activated and renews its activation on time. For laptops set "
              "kms_client_warning to 120: since they are away for weeks."},
};

/* Takes `value`; the object, or NULL when it or the value is NULL. */
static json_t *put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

/* The same under a name that was built aside, and releases that; NULL also when it is not whole. */
static json_t *put_named(json_t *object, struct text *name, json_t *value)
{
    if (text_ok(name)) {
        object = put(object, text_string(name), value);
    } else {
        json_decref(value);
        json_decref(object);
        object = NULL;
    }
    text_done(name);
    return object;
}

/* What was built aside, as a string; releases it. */
static json_t *built(struct text *part)
{
    json_t *string = text_ok(part) ? json_string(text_string(part)) : NULL;
    text_done(part);
    return string;
}

/* ---- identity -------------------------------------------------------------------------------------- */

/* FNV-1a, 64 bits. */
static uint64_t hash(uint64_t state, const char *string)
{
    for (; *string != '\0'; string++)
        state = (state ^ (unsigned char)*string) * UINT64_C(0x100000001b3);
    return state;
}

/* A UUID of version 8 (RFC 9562, 5.8), whose bits are ours to choose: two hashes of the name, the second one
 * going on where the first one ended.  Version 5 would be usual and needs SHA-1, thus a library that nothing
 * else here needs; all that counts is that the same object is the same in every release. */
static json_t *identity(const char *kind, const char *name)
{
    uint64_t high = hash(UINT64_C(0xcbf29ce484222325), "kms-monitoring/");
    high = hash(hash(hash(high, kind), "/"), name);
    uint64_t low = hash(hash(hash(hash(high, "/"), kind), "/"), name);
    char uuid[IDENTITY_SIZE];
    snprintf(uuid, sizeof uuid, "%08" PRIx64 "-%04" PRIx64 "-8%03" PRIx64 "-%04" PRIx64 "-%012" PRIx64,
             high >> 32, high >> 16 & 0xffff, high & 0xfff, (low >> 48 & 0x3fff) | 0x8000,
             low & UINT64_C(0xffffffffffff));
    return json_string(uuid);
}

/* ---- commands -------------------------------------------------------------------------------------- */

static json_t *macro(const struct program *program, const char *name)
{
    struct text part;
    text_start(&part, STRING_MAXIMUM);
    check_command_append_macro(&part, program, name);
    return built(&part);
}

static json_t *condition(const struct program *program, const char *name)
{
    struct text part;
    text_start(&part, STRING_MAXIMUM);
    check_command_append_condition(&part, program, name);
    return built(&part);
}

static json_t *description(const struct option *option)
{
    struct text part;
    text_start(&part, STRING_MAXIMUM);
    check_command_append_description(&part, option);
    return built(&part);
}

static json_t *argument_object(const struct program *program, const struct option *option)
{
    char letter[2];
    const char *name = check_command_option(option, letter);
    json_t *object = put(json_object(), "description", description(option));
    if (option_is_list(option))
        object = put(object, "repeat_key", json_true());
    if (check_command_is_address(option)) {
        object = put(object, "set_if", condition(program, name));
        object = put(object, "set_if_format", json_string("expression"));
    }
    return put(object, option_takes_value(option) ? "value" : "set_if", macro(program, name));
}

static json_t *argument_objects(const struct program *program)
{
    const struct option *option;
    json_t *arguments = json_object();
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (!check_command_takes(program, option))
            continue;
        struct text key;
        text_start(&key, STRING_MAXIMUM);
        check_command_append_argument(&key, option);
        arguments = put_named(arguments, &key, argument_object(program, option));
    }
    if (!program->takes_program)
        return arguments;
    return put(arguments, "--",
               json_pack("{ss si sb so}", "description", CHECK_COMMAND_PROGRAM_DESCRIPTION, "order",
                         CHECK_COMMAND_PROGRAM_ORDER, "repeat_key", 0, "value", macro(program, "program")));
}

/* How many data fields a program has: one for every argument. */
static int count_fields(const struct program *program)
{
    const struct option *option;
    int count = program->takes_program ? 1 : 0;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++)
        count += check_command_takes(program, option) ? 1 : 0;
    return count;
}

static json_t *links(const struct program *program, int first_field)
{
    json_t *array = json_array();
    for (int i = 0; i < count_fields(program); i++) {
        json_t *link =
            json_pack("{si ss sn}", "datafield_id", first_field + i, "is_required", "n", "var_filter");
        if (json_array_append_new(array, link) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *command_variables(const struct program *program)
{
    const struct option *option = option_find(program, "hostname", NULL);
    json_t *variables = json_object();
    if (option == NULL || !check_command_is_address(option))
        return variables;
    struct text name;
    text_start(&name, STRING_MAXIMUM);
    check_command_append_variable(&name, program, option->name);
    return put_named(variables, &name, json_string("$address$"));
}

/* The Director renders `PluginContribDir + /NAME` as the constant and a string; the timeout is Icinga's own.
 */
static json_t *command_object(const struct program *program, int first_field)
{
    const char *name = check_command_name(program);
    struct text line;
    text_start(&line, STRING_MAXIMUM);
    text_append_format(&line, "PluginContribDir + /%s", program->name);
    return json_pack("{so so sb so s[] sn ss ss ss ss so so sn}", "arguments", argument_objects(program),
                     "command", built(&line), "disabled", 0, "fields", links(program, first_field), "imports",
                     "is_string", "methods_execute", "PluginCheck", "object_name", name, "object_type",
                     "object", "timeout", "60", "uuid", identity("Command", name), "vars",
                     command_variables(program), "zone");
}

/* ---- service templates ----------------------------------------------------------------------------- */

static json_t *service_variables(const struct service_template *service)
{
    json_t *variables = json_object();
    for (size_t i = 0; i < 2 && service->variables[i].name != NULL; i++) {
        struct text name;
        text_start(&name, STRING_MAXIMUM);
        text_append_format(&name, "%s_%s", service->command, service->variables[i].name);
        variables = put_named(variables, &name, json_string(service->variables[i].value));
    }
    return variables;
}

static json_t *service_object(const struct service_template *service)
{
    return json_pack("{ss si sb sb s[] s[] si ss ss ss si so so}", "check_command", service->command,
                     "check_interval", (int)service->check_interval, "disabled", 0, "enable_perfdata", 1,
                     "fields", "imports", "max_check_attempts", (int)service->max_check_attempts, "notes",
                     service->notes, "object_name", service->name, "object_type", "template",
                     "retry_interval", (int)service->retry_interval, "uuid",
                     identity("ServiceTemplate", service->name), "vars", service_variables(service));
}

/* ---- data fields ----------------------------------------------------------------------------------- */

static const char *field_kind(const struct option *option)
{
    if (option_is_list(option))
        return field_array;
    return option_takes_value(option) ? field_string : field_boolean;
}

/* The caption is the argument itself, as it is found in the manual. */
static json_t *field_object(const struct program *program, const char *argument, const char *name,
                            json_t *description_string, const char *kind)
{
    struct text caption, type, variable;
    text_start(&caption, STRING_MAXIMUM);
    text_append_format(&caption, "%s %s", program->name, argument);
    text_start(&type, STRING_MAXIMUM);
    text_append_format(&type, "Icinga\\Module\\Director\\DataType\\DataType%s", kind);
    text_start(&variable, STRING_MAXIMUM);
    check_command_append_variable(&variable, program, name);
    json_t *settings = json_object(),
           *uuid = text_ok(&variable) ? identity("Datafield", text_string(&variable)) : NULL;
    if (kind == field_string)
        settings = put(settings, "visibility", json_string("visible"));
    return json_pack("{so sn so so sn so so so}", "caption", built(&caption), "category", "datatype",
                     built(&type), "description", description_string, "format", "settings", settings, "uuid",
                     uuid, "varname", built(&variable));
}

static json_t *put_field(json_t *fields, int number, json_t *field)
{
    char key[KEY_SIZE];
    snprintf(key, sizeof key, "%d", number);
    return put(fields, key, field);
}

/* Adds those of one program, the first of them with this number. */
static json_t *put_fields(json_t *fields, const struct program *program, int number)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (!check_command_takes(program, option))
            continue;
        char letter[2];
        struct text argument;
        text_start(&argument, STRING_MAXIMUM);
        check_command_append_argument(&argument, option);
        fields = put_field(fields, number++,
                           field_object(program, text_string(&argument), check_command_option(option, letter),
                                        description(option), field_kind(option)));
        text_done(&argument);
    }
    if (!program->takes_program)
        return fields;
    return put_field(
        fields, number,
        field_object(program, "--", "program", json_string(CHECK_COMMAND_PROGRAM_DESCRIPTION), field_array));
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static json_t *basket_object(const struct program *const *programs)
{
    json_t *commands = json_object(), *templates = json_object(), *fields = json_object();
    int number = 1;
    for (size_t i = 0; programs[i] != NULL; i++) {
        if (programs[i]->service == NULL)
            continue;
        commands = put(commands, check_command_name(programs[i]), command_object(programs[i], number));
        fields = put_fields(fields, programs[i], number);
        number += count_fields(programs[i]);
    }
    for (size_t i = 0; i < sizeof service_templates / sizeof *service_templates; i++) {
        const struct service_template *service = &service_templates[i];
        if (json_object_get(commands, service->command) != NULL)
            templates = put(templates, service->name, service_object(service));
    }
    return json_pack("{so so so}", "Command", commands, "ServiceTemplate", templates, "Datafield", fields);
}

void basket_write(const struct program *const *programs, struct text *text)
{
    json_t *basket = basket_object(programs);
    char *dump = basket != NULL ? json_dumps(basket, JSON_INDENT(4)) : NULL;
    if (dump != NULL)
        text_append_format(text, "%s\n", dump);
    else
        text->has_no_memory = true;
    free(dump);
    json_decref(basket);
}
