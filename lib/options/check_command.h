/* SPDX-License-Identifier: MIT */
/* What a plugin is as a check command of Icinga: the name of the command and of its variables, the options
 * that are its arguments, and what is said about them.  The configuration file and the basket for the
 * Director are two ways of writing this down. */
#ifndef OPTIONS_CHECK_COMMAND_H
#define OPTIONS_CHECK_COMMAND_H

#include "base/text.h"
#include "options/option.h"

#include <stdbool.h>

/* The argument behind which the words of another program stand, and its place behind all others. */
#define CHECK_COMMAND_PROGRAM_DESCRIPTION "program to run and its arguments; an array"
enum { CHECK_COMMAND_PROGRAM_ORDER = 99 };

/* check_kms_host is the command kms_host. */
const char *check_command_name(const struct program *program);

/* The name of an option, or its letter where it has no name; `letter` is room for that. */
const char *check_command_option(const struct option *option, char letter[2]);

/* The argument: --dns-server, -4. */
void check_command_append_argument(struct text *text, const struct option *option);

/* The custom variable of an option: kms_host_dns_server. */
void check_command_append_variable(struct text *text, const struct program *program, const char *name);

/* The same as a macro: $kms_host_dns_server$. */
void check_command_append_macro(struct text *text, const struct program *program, const char *name);

/* An argument with a default is passed even when the user empties its variable, so it must ask:
 * macro("$kms_host_hostname$") != "" */
void check_command_append_condition(struct text *text, const struct program *program, const char *name);

/* One line about an option; says where it may be an array. */
void check_command_append_description(struct text *text, const struct option *option);

/* False for options that a command never passes: help, ini files, and secrets as arguments, which the results
 * of a check would hold. */
bool check_command_takes(const struct program *program, const struct option *option);

/* Where a check has one target, it is the address of its host unless the user says otherwise. */
bool check_command_is_address(const struct option *option);

/* The name under which the secret itself is known: password for --password-file. */
const char *check_command_secret(const struct option *option);

#endif
