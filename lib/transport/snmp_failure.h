/* SPDX-License-Identifier: MIT */
/* The one place where what goes wrong with SNMP becomes a sentence for the operator. */
#ifndef TRANSPORT_SNMP_FAILURE_H
#define TRANSPORT_SNMP_FAILURE_H

#include "base/problem.h"
#include "transport/snmp_client.h"

#include <stdbool.h>
#include <stddef.h>

/* What was heard of the other side until now. */
struct snmp_heard {
    size_t answers;   /* that belonged to a question of ours */
    size_t strangers; /* that were SNMP and belonged to none, not even to an earlier one */
    size_t late;      /* version 3: that came after the question had been sent again */
    size_t garbled;   /* that could not be read as SNMP */
    bool is_known;    /* version 3: it has told who it is, which takes no login */
};

/* The network refused the packets (errno); returns false. */
bool snmp_failure_explain_network(const struct snmp_target *target, int error, struct problem *why);

/* A report of version 3, or an error of our own side about it, by net-snmp's number (SNMPERR_...); returns
 * false. */
bool snmp_failure_explain_report(const struct snmp_target *target, int report, struct problem *why);

/* A request of version 1 or 2c could not be made or sent, by net-snmp's number; returns false. */
bool snmp_failure_explain_sending(int error, struct problem *why);

/* Nothing usable came in time; returns false. */
bool snmp_failure_explain_silence(const struct snmp_target *target, const struct snmp_heard *heard,
                                  struct problem *why);

/* "noAuthNoPriv", "authNoPriv", "authPriv". */
const char *snmp_level_name(enum snmp_level level);

#endif
