/* SPDX-License-Identifier: MIT */
/* A file that is made by this run and by nobody before: what exists is never touched.  Readable for its owner
 * alone. */
#ifndef TRANSPORT_NEW_FILE_H
#define TRANSPORT_NEW_FILE_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>

/* True when something of this name is there, whatever it is. */
bool new_file_exists(const char *name);

/* Makes the file and returns its descriptor, which the caller closes; -1 and *why when that is not possible.
 */
MUST_CHECK int new_file_open(const char *name, struct problem *why);

/* Appends all bytes; false and *why when they did not all arrive. */
MUST_CHECK bool new_file_write(int descriptor, const char *name, struct span bytes, struct problem *why);

/* Closes it; false and *why when the file system has only now noticed that something is missing. */
MUST_CHECK bool new_file_close(int descriptor, const char *name, struct problem *why);

#endif
