/* SPDX-License-Identifier: MIT */
/* Why an extend of NET-SNMP gave no output, in the words of an operator.  All return false. */
#ifndef AGENTS_SNMP_EXTEND_REFUSAL_H
#define AGENTS_SNMP_EXTEND_REFUSAL_H

#include "agents/snmp_conversation.h"
#include "base/problem.h"

#include <stddef.h>
#include <stdint.h>

/* There is no extend of that name. */
bool snmp_extend_explain_missing(const struct snmp_wishes *wishes, struct problem *why);

/* `name` of the MIB has no value: of the extend (`is_first` for the one that is asked first), or because the
 * agent has no extends at all. */
bool snmp_extend_explain_absent(const struct snmp_wishes *wishes, const char *name, bool is_first,
                                const struct snmp_binding *binding, struct problem *why);

/* tooBig or genErr in answer to one value, which `what` names. */
bool snmp_extend_explain_size(int error, const char *what, struct problem *why);

/* A number of lines below 0 or above `maximum`. */
bool snmp_extend_explain_line_count(const char *extend, int64_t count, size_t maximum, struct problem *why);

/* A first line of `length` bytes, which is more than an agent keeps. */
bool snmp_extend_explain_long_line(size_t length, struct problem *why);

/* Another line came where number `number` should be. */
bool snmp_extend_explain_other_line(const char *extend, size_t number, struct problem *why);

/* The lines ended after number `sent` of `count`. */
bool snmp_extend_explain_few_lines(const char *extend, size_t sent, size_t count, struct problem *why);

/* Each of so many readings met another run of the script, or (0) the agent keeps no output. */
bool snmp_extend_explain_runs(const char *extend, int readings, struct problem *why);

#endif
