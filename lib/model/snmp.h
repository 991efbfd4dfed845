/* SPDX-License-Identifier: MIT */
/* A request to an agent over SNMP and its reply, as values.  A conversation (agents/snmp_conversation.h)
 * makes the one and reads the other, a transport carries them; neither knows the other.  RFC 3416 (PDUs of
 * v2c and v3), RFC 1157 (those of v1). */
#ifndef MODEL_SNMP_H
#define MODEL_SNMP_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SNMP_OID_PARTS_MAXIMUM = 128 }; /* RFC 2578, 3.5 */

struct snmp_oid {
    uint32_t parts[SNMP_OID_PARTS_MAXIMUM];
    size_t length;
};

enum snmp_request_kind {
    SNMP_GET,
    SNMP_GET_NEXT,
    SNMP_GET_BULK /* not in version 1 */
};

struct snmp_request {
    enum snmp_request_kind kind;
    const struct snmp_oid *oids;
    size_t oid_count;
    unsigned repetitions; /* of SNMP_GET_BULK: rows wanted of each */
};

enum snmp_value_kind {
    SNMP_VALUE_NUMBER, /* INTEGER, Counter, Gauge, TimeTicks */
    SNMP_VALUE_BYTES,  /* OCTET STRING, IpAddress, Opaque */
    SNMP_VALUE_OID,
    SNMP_VALUE_NULL,
    SNMP_NO_SUCH_OBJECT,   /* not known, or not visible to us */
    SNMP_NO_SUCH_INSTANCE, /* the object is known, this row of it is not */
    SNMP_END_OF_VIEW       /* nothing comes after it */
};

struct snmp_binding {
    struct snmp_oid oid;
    enum snmp_value_kind kind;
    int64_t number;    /* valid for SNMP_VALUE_NUMBER */
    struct span bytes; /* valid for SNMP_VALUE_BYTES; may hold anything, NUL bytes too */
};

/* RFC 3416, 3, error-status. */
enum {
    SNMP_ERROR_NONE = 0,
    SNMP_ERROR_TOO_BIG = 1,
    SNMP_ERROR_NO_SUCH_NAME = 2, /* version 1: what the others say with SNMP_NO_SUCH_... */
    SNMP_ERROR_GENERAL = 5,
    SNMP_ERROR_AUTHORIZATION = 16
};

/* A reply to the request: the transport has compared request ids, versions and names. */
struct snmp_reply {
    int error;          /* error-status */
    size_t error_index; /* the binding at fault, from 1; 0 = none in particular */
    const struct snmp_binding *bindings;
    size_t binding_count;
};

#endif
