/* SPDX-License-Identifier: MIT */
/* The Nagios command definition of a plugin: one per plugin, with everything but the host in $ARG1$. */
#ifndef OPTIONS_NAGIOS_H
#define OPTIONS_NAGIOS_H

#include "base/text.h"
#include "options/option.h"

/* Appends a comment and the object; nothing for a program that is no plugin. */
void nagios_write(const struct program *program, struct text *text);

#endif
