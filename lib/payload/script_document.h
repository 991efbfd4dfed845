/* SPDX-License-Identifier: MIT */
/* The course of reading what a script of Microsoft's printed: every line that is not cut goes to the reader
 * of that script, a text without any product may be nothing but the error of its program, and a document that
 * grew beyond its bounds or without memory is none. */
#ifndef PAYLOAD_SCRIPT_DOCUMENT_H
#define PAYLOAD_SCRIPT_DOCUMENT_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"
#include "payload/script_text.h"

#include <stdbool.h>

struct script_reader {
    const char *script; /* "slmgr.vbs" */
    const struct script_label *labels;
    struct license_document *document; /* what the reader fills */
    void *state;                       /* handed to the functions */

    /* Takes one line; false when the document has no room for a further product. */
    bool (*read_line)(void *state, const struct script_line *line);

    /* Completes the last product; NULL when there is nothing to complete. */
    void (*finish)(void *state);
};

/* On success *ret owns what *reader->document held; on failure *ret is untouched and nothing is left behind.
 */
MUST_CHECK bool script_document_read(const struct script_reader *reader, struct span text,
                                     struct license_document *ret, struct problem *why);

#endif
