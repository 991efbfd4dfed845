/* SPDX-License-Identifier: MIT */
/* The Icinga 2 CheckCommand of a plugin, in the style of the Icinga Template Library.  Custom variables carry
 * the command's name as prefix: kms_host_hostname.  Secrets go through the environment, which Icinga does not
 * store with its results as it does the arguments. */
#ifndef OPTIONS_ICINGA_H
#define OPTIONS_ICINGA_H

#include "base/text.h"
#include "options/option.h"

/* Appends one object; nothing for a program that is no plugin. */
void icinga_write(const struct program *program, struct text *text);

#endif
