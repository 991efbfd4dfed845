/* SPDX-License-Identifier: MIT */
/* Object identifiers: making names of rows and comparing them.  Values only.  RFC 2578, 3.5 and 7.7. */
#ifndef MODEL_SNMP_OID_H
#define MODEL_SNMP_OID_H

#include "base/attributes.h"
#include "base/span.h"
#include "model/snmp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An initialiser: SNMP_OID(1, 3, 6, 1). */
#define SNMP_OID(...)                                                                                        \
    {                                                                                                        \
        .parts = {__VA_ARGS__}, .length = sizeof((uint32_t[]) {__VA_ARGS__}) / sizeof(uint32_t)              \
    }

/* Puts parts at the end; false when there is no room for all of them, the name is as it was. */
MUST_CHECK bool snmp_oid_append(struct snmp_oid *oid, const uint32_t *parts, size_t count);
MUST_CHECK bool snmp_oid_append_part(struct snmp_oid *oid, uint32_t part);

/* Puts a string at the end as an index has it: its length, then one part for each byte. */
MUST_CHECK bool snmp_oid_append_string(struct snmp_oid *oid, struct span string);

/* True when `oid` is `prefix` or lies below it. */
bool snmp_oid_starts_with(const struct snmp_oid *oid, const struct snmp_oid *prefix);

/* The order of the tree, in which GETNEXT walks: below 0, 0, above 0.  A name stands before those below it.
 */
int snmp_oid_compare(const struct snmp_oid *left, const struct snmp_oid *right);

#endif
