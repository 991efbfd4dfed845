/* SPDX-License-Identifier: MIT */
/* The text format of Prometheus, version 0.0.4, sample by sample:
 *
 *     # HELP windows_service_state The state of the service
 *     # TYPE windows_service_state gauge
 *     windows_service_state{name="sppsvc",state="running"} 1
 *
 * Samples come in any order; blanks and tabs may stand between all parts, a comma after the last label, a
 * timestamp after the value, CR before LF.  HELP, TYPE and every other line that begins with # says nothing
 * about a value and is passed over.  A line that is neither, bytes that are not UTF-8, and a last line
 * without its LF, which may be cut, end the reading: a page is whole or it is no page. Source: Prometheus,
 * "Exposition formats". */
#ifndef PAYLOAD_EXPOSITION_H
#define PAYLOAD_EXPOSITION_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    EXPOSITION_LABELS_MAXIMUM = 64,      /* of one sample; Prometheus itself advises 10 */
    EXPOSITION_LINE_MAXIMUM = 128 << 10, /* bytes; a command line of Windows in a label has 96 KiB at most */
    EXPOSITION_LINES_MAXIMUM = 1 << 20   /* a busy exporter prints some ten thousand */
};

struct exposition_label {
    struct span name, value; /* the value without its escapes */
};

/* Spans live as long as the bytes and the exposition. */
struct exposition_sample {
    struct span name;
    struct exposition_label labels[EXPOSITION_LABELS_MAXIMUM]; /* no name twice */
    size_t label_count;
    double value; /* may be NaN or infinite */
    size_t line;  /* from 1 */
};

struct exposition {
    struct span rest;
    size_t line;            /* of the sample at hand */
    const char *complaint;  /* why the line cannot be read; NULL while all is well */
    struct arena unescaped; /* the values that had escapes */
};

/* Reads `bytes`, which must stay.  Ends with exposition_done. */
void exposition_start(struct exposition *exposition, struct span bytes);

/* The next sample; false at the end, or at a line that cannot be read. */
MUST_CHECK bool exposition_next(struct exposition *exposition, struct exposition_sample *ret);

/* True when every line so far could be read; else fills *why with the number of the line and what is wrong
 * with it. */
MUST_CHECK bool exposition_ok(const struct exposition *exposition, struct problem *why);

void exposition_done(struct exposition *exposition);

/* The value of a label; empty when the sample has none of this name, which means the same to Prometheus. */
struct span exposition_label(const struct exposition_sample *sample, const char *name);

#endif
