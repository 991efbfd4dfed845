/* SPDX-License-Identifier: MIT */
/* The basket for Icinga Director: the plugins as commands with a data field for every argument, and service
 * templates, in the form of a snapshot that the Director itself exports (1.11).
 *
 * What the Director cannot hold is left out.  Its commands have no environment, so a secret comes from a file
 * that an argument names.  Its variables hold no expressions, so a service without an address asks for
 * $address$ only, and the login canary has no template.
 *
 * Every object has a fixed identity, by which a second import finds what the first one made. */
#ifndef OPTIONS_BASKET_H
#define OPTIONS_BASKET_H

#include "base/text.h"
#include "options/option.h"

/* Appends one JSON document.  `programs` ends with NULL; one that is no plugin is left out, as is a service
 * template without its command. */
void basket_write(const struct program *const *programs, struct text *text);

#endif
