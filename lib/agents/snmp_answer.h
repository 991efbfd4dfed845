/* SPDX-License-Identifier: MIT */
/* What every conversation over SNMP asks of a reply before it looks at the values: does it answer what was
 * asked, and in the order of the tree?  A walk that trusts an agent which jumps back never ends. */
#ifndef AGENTS_SNMP_ANSWER_H
#define AGENTS_SNMP_ANSWER_H

#include "base/attributes.h"
#include "base/problem.h"
#include "model/snmp.h"

#include <stdbool.h>

/* For a reply without error: GET returns the names that were asked for, GETNEXT for each one a name behind
 * it, GETBULK (of one name) names that rise.  Else false with a sentence. */
MUST_CHECK bool snmp_answer_check(const struct snmp_request *request, const struct snmp_reply *reply,
                                  struct problem *why);

/* True for a value that is none, because the agent does not have the object or the row, or shows neither. */
bool snmp_answer_is_absent(const struct snmp_binding *binding);

/* The sentence for an object whose value is of another type than its definition says; returns false. */
bool snmp_answer_explain_type(const char *object, struct problem *why);

/* The sentence for a reply with an error; returns false. */
bool snmp_answer_explain_error(const struct snmp_reply *reply, struct problem *why);

#endif
