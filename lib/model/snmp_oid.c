/* SPDX-License-Identifier: MIT */
/* Object identifiers. */
#include "model/snmp_oid.h"

#include <string.h>

bool snmp_oid_append(struct snmp_oid *oid, const uint32_t *parts, size_t count)
{
    if (count > SNMP_OID_PARTS_MAXIMUM - oid->length)
        return false;
    if (count > 0)
        memcpy(oid->parts + oid->length, parts, count * sizeof *parts);
    oid->length += count;
    return true;
}

bool snmp_oid_append_part(struct snmp_oid *oid, uint32_t part)
{
    return snmp_oid_append(oid, &part, 1);
}

bool snmp_oid_append_string(struct snmp_oid *oid, struct span string)
{
    if (string.length >= SNMP_OID_PARTS_MAXIMUM - oid->length)
        return false;
    oid->parts[oid->length++] = (uint32_t)string.length;
    for (size_t i = 0; i < string.length; i++)
        oid->parts[oid->length++] = (unsigned char)string.bytes[i];
    return true;
}

bool snmp_oid_starts_with(const struct snmp_oid *oid, const struct snmp_oid *prefix)
{
    return oid->length >= prefix->length &&
           memcmp(oid->parts, prefix->parts, prefix->length * sizeof oid->parts[0]) == 0;
}

int snmp_oid_compare(const struct snmp_oid *left, const struct snmp_oid *right)
{
    for (size_t i = 0; i < left->length && i < right->length; i++) {
        if (left->parts[i] != right->parts[i])
            return left->parts[i] < right->parts[i] ? -1 : 1;
    }
    return left->length == right->length ? 0 : left->length < right->length ? -1 : 1;
}
