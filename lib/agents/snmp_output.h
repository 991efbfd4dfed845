/* SPDX-License-Identifier: MIT */
/* The output of a script, as NET-SNMP-EXTEND-MIB hands it out: lines without their ends, which become a
 * document again. */
#ifndef AGENTS_SNMP_OUTPUT_H
#define AGENTS_SNMP_OUTPUT_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The agent keeps 100 KiB of an output and cuts the rest without a word: a NUL takes one byte, and a last
 * line end is dropped (seen with snmpd 5.9.3: 102399 bytes are left of 140 kB). */
enum { SNMP_OUTPUT_KEPT = 100 * 1024 - 2 };

/* The last line of a text, without which nobody knows whether all of it is there: snmpd stops reading after
 * 100 pieces, and a script that dies of that or of any other signal has status 0 (snmpd 5.9.3). */
#define SNMP_OUTPUT_END_MARK "KMSEND"

struct snmp_output {
    char *bytes; /* in the arena; NULL until the first line */
    size_t length;
    size_t line_count;
    size_t sent; /* bytes that the agent sent, line ends between them included */
};

/* Adds one line.  False with a sentence when it holds NUL bytes, or when all lines are as much as an agent
 * keeps, so that nobody knows what came behind them. */
MUST_CHECK bool snmp_output_add(struct snmp_output *output, struct span line, struct arena *arena,
                                struct problem *why);

/* Forgets all lines. */
void snmp_output_restart(struct snmp_output *output);

/* Reads the document.  A text must end with the mark, alone on its line; JSON may, and so may what is nothing
 * but the error of a program.  A script that failed may have printed half of what it knows: its output is
 * read only when it is nothing but the error of a program, whose code can be explained.  `extend` is the name
 * and `result` the exit status of the script, for sentences. */
MUST_CHECK bool snmp_output_read(const struct snmp_output *output, const char *extend, int64_t result,
                                 struct license_document *ret, struct problem *why);

#endif
