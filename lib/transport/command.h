/* SPDX-License-Identifier: MIT */
/* Runs a program and takes what it prints: check_nrpe, ssh, a wrapper of the site.  No shell is involved: the
 * words are the argument vector.  The program runs in a process group of its own, and the whole group is
 * ended when it is over or when the deadline comes.  Standard input of the program is empty. */
#ifndef TRANSPORT_COMMAND_H
#define TRANSPORT_COMMAND_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "transport/document_file.h"

#include <stdbool.h>
#include <stddef.h>

enum { COMMAND_COMPLAINT_SIZE = 256 };

/* How a program ended. */
struct command_end {
    bool was_signalled;
    int status;                             /* exit status, or the signal */
    char complaint[COMMAND_COMPLAINT_SIZE]; /* the last line on its standard error, may be empty; foreign
                                               text */
};

/* Runs words[0] (looked up in PATH) with `count` words.  True when it ran to its end; its output is then in
 * *ret_output (the caller releases it), how it ended in *ret_end.  False when it could not be started,
 * printed more than `maximum` bytes, or did not end before the deadline. */
MUST_CHECK bool command_run(const char *const *words, size_t count, size_t maximum, struct deadline deadline,
                            struct received *ret_output, struct command_end *ret_end, struct problem *why);

/* Ends the program that is running, if any, and everything in its group.  For signal handlers. */
void command_abandon(void);

#endif
