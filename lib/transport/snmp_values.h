/* SPDX-License-Identifier: MIT */
/* Between the requests and replies of the model and the PDUs of net-snmp. */
#ifndef TRANSPORT_SNMP_VALUES_H
#define TRANSPORT_SNMP_VALUES_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "model/snmp.h"

#include <stdbool.h>
#include <stddef.h>

struct snmp_pdu;

/* NULL when there is no memory. */
struct snmp_pdu *snmp_values_write(const struct snmp_request *request);

/* The most bindings that a reply to the request may hold. */
size_t snmp_values_maximum(const struct snmp_request *request);

/* The bindings stand in the arena, their bytes in the PDU, which must outlive them.  False with a sentence
 * when there are more of them than `maximum`. */
MUST_CHECK bool snmp_values_read(const struct snmp_pdu *pdu, size_t maximum, struct arena *arena,
                                 struct snmp_reply *ret, struct problem *why);

#endif
