/* SPDX-License-Identifier: MIT */
/* Overwriting what must not be found in memory later: passwords.  C11 promises no memset_s, and a compiler
 * leaves a memset out whose result nobody reads. */
#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

/* Writes zeros, whoever reads them. */
void wipe_bytes(void *bytes, size_t length);

/* The same for a string up to its NUL; accepts NULL. */
void wipe_string(char *string);

#endif
