/* SPDX-License-Identifier: MIT */
/* What -v and -vv show of a conversation over SNMP.  A community or a pass phrase is in none of it, nor in a
 * sentence that quotes the other side. */
#ifndef FRAME_SNMP_NOTES_H
#define FRAME_SNMP_NOTES_H

#include "base/problem.h"
#include "frame/agent_options.h"
#include "frame/secrecy.h"
#include "model/report.h"
#include "model/snmp.h"
#include "transport/snmp_client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snmp_notes {
    unsigned verbosity;
    struct report *report;
    struct secrecy secrecy;
};

/* Learns what is to be hidden; snmp_notes_done wipes it. */
void snmp_notes_start(struct snmp_notes *notes, const struct snmp_config *config);
void snmp_notes_done(struct snmp_notes *notes);

void snmp_notes_request(const struct snmp_notes *notes, const struct snmp_request *request);
void snmp_notes_reply(const struct snmp_notes *notes, const struct snmp_reply *reply);

/* An address was given up for the next one. */
void snmp_notes_left(const struct snmp_notes *notes, const struct address *address,
                     const struct problem *why);

/* Who was asked ("kms01:161"), as whom, how long it took. */
void snmp_notes_end(const struct snmp_notes *notes, const char *agent, const char *authority,
                    const struct snmp_target *target, size_t requests, int64_t duration_ms);

/* Takes the secrets, and the beginnings that a cut has left, out of a sentence and an advice that quote the
 * other side.  Not for sentences of ours: a community that is one of our words would be known by the gap. */
void snmp_notes_hide(const struct snmp_notes *notes, struct problem *why);

#endif
