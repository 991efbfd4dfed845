/* SPDX-License-Identifier: MIT */
/* The Nagios command.  Nagios Core documentation, "Command Definition": no shell is involved as long as the
 * line has none of its special characters outside of quotes, and NAME='value' in front goes into the
 * environment. */
#include "options/nagios.h"

static void append_comment(struct text *text, const struct program *program)
{
    const struct option *option;
    text_append_format(text, "# %s: %s\n", program->name, program->question);
    text_append(text, "# $ARG1$ holds the other options.\n");
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (option->kind == OPTION_SECRET && option->environment != NULL)
            text_append_format(text, "# %s='$USERn$' in front of the line hands in the secret of --%s.\n",
                               option->environment, option->name);
    }
}

void nagios_write(const struct program *program, struct text *text)
{
    if (program->service == NULL)
        return;
    const struct option *hostname = option_find(program, "hostname", NULL);
    bool is_one_host = hostname != NULL && !option_is_list(hostname); /* a list is the user's to write */
    append_comment(text, program);
    text_append_format(text, "define command {\n    command_name  %s\n", program->name);
    text_append_format(text, "    command_line  $USER1$/%s%s $ARG1$\n}\n", program->name,
                       is_one_host ? " --hostname='$HOSTADDRESS$'" : "");
}
