/* SPDX-License-Identifier: MIT */
/* A document from a file or from standard input, whole or not at all. */
#ifndef TRANSPORT_DOCUMENT_FILE_H
#define TRANSPORT_DOCUMENT_FILE_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/known.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes that were received; released with received_done. */
struct received {
    char *bytes;
    size_t length;
    struct known_time written; /* when the file was last changed; unknown for pipes and programs */
};

struct span received_span(const struct received *received);
void received_done(struct received *received);

/* Reads from a descriptor until its end, the deadline, or more than `maximum` bytes, which is a problem:
 * nothing is cut in silence.  The descriptor stays open.  `whom` is for the sentence. */
MUST_CHECK bool receive_all(int descriptor, size_t maximum, struct deadline deadline, const char *whom,
                            struct received *received, struct problem *why);

/* Reads a file; "-" is standard input.  A pipe or a device that is silent is given up at the deadline. */
MUST_CHECK bool document_file_read(const char *name, size_t maximum, struct deadline deadline,
                                   struct received *ret, struct problem *why);

#endif
