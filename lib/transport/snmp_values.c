/* SPDX-License-Identifier: MIT */
/* PDUs to values and back. */
#define _DEFAULT_SOURCE /* u_char, in net-snmp's headers */

#include "transport/snmp_values.h"

#include <net-snmp/net-snmp-config.h> /* before all others of net-snmp */

#include <net-snmp/net-snmp-includes.h>

/* ---- requests ---------------------------------------------------------------------------------------- */

static bool add_name(netsnmp_pdu *pdu, const struct snmp_oid *name)
{
    oid parts[SNMP_OID_PARTS_MAXIMUM];
    for (size_t i = 0; i < name->length; i++)
        parts[i] = name->parts[i];
    return snmp_add_null_var(pdu, parts, name->length) != NULL;
}

struct snmp_pdu *snmp_values_write(const struct snmp_request *request)
{
    static const int commands[] = {
        [SNMP_GET] = SNMP_MSG_GET, [SNMP_GET_NEXT] = SNMP_MSG_GETNEXT, [SNMP_GET_BULK] = SNMP_MSG_GETBULK};
    netsnmp_pdu *pdu = snmp_pdu_create(commands[request->kind]);
    bool is_whole = pdu != NULL;
    if (is_whole && request->kind == SNMP_GET_BULK) {
        pdu->non_repeaters = 0;
        pdu->max_repetitions = request->repetitions;
    }
    for (size_t i = 0; is_whole && i < request->oid_count; i++)
        is_whole = add_name(pdu, &request->oids[i]);
    if (is_whole)
        return pdu;
    snmp_free_pdu(pdu);
    return NULL;
}

size_t snmp_values_maximum(const struct snmp_request *request)
{
    return request->kind == SNMP_GET_BULK ? request->oid_count * request->repetitions : request->oid_count;
}

/* ---- replies ----------------------------------------------------------------------------------------- */

static void read_name(const netsnmp_variable_list *variable, struct snmp_oid *ret)
{
    ret->length = 0;
    for (size_t i = 0; i < variable->name_length && i < SNMP_OID_PARTS_MAXIMUM; i++)
        ret->parts[ret->length++] = (uint32_t)variable->name[i];
}

static void set_number(struct snmp_binding *binding, int64_t number)
{
    binding->kind = SNMP_VALUE_NUMBER;
    binding->number = number;
}

static int64_t read_counter64(const struct counter64 *counter)
{
    uint64_t value = (uint64_t)(uint32_t)counter->high << 32 | (uint32_t)counter->low;
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* Of a type that nobody here asks for (floats in an Opaque) only that it is there: SNMP_VALUE_NULL. */
static void read_value(const netsnmp_variable_list *variable, struct snmp_binding *ret)
{
    switch (variable->type) {
    case ASN_INTEGER:
        set_number(ret, *variable->val.integer);
        break;
    case ASN_COUNTER:
    case ASN_GAUGE: /* ASN_UNSIGNED */
    case ASN_TIMETICKS:
    case ASN_UINTEGER:
        set_number(ret, (uint32_t)*variable->val.integer);
        break;
    case ASN_COUNTER64:
        set_number(ret, read_counter64(variable->val.counter64));
        break;
    case ASN_OCTET_STR:
    case ASN_IPADDRESS:
    case ASN_OPAQUE:
    case ASN_BIT_STR:
    case ASN_NSAP:
        ret->kind = SNMP_VALUE_BYTES;
        ret->bytes = (struct span) {(const char *)variable->val.string, variable->val_len};
        break;
    case ASN_OBJECT_ID:
        ret->kind = SNMP_VALUE_OID;
        break;
    case SNMP_NOSUCHOBJECT:
        ret->kind = SNMP_NO_SUCH_OBJECT;
        break;
    case SNMP_NOSUCHINSTANCE:
        ret->kind = SNMP_NO_SUCH_INSTANCE;
        break;
    case SNMP_ENDOFMIBVIEW:
        ret->kind = SNMP_END_OF_VIEW;
        break;
    default:
        ret->kind = SNMP_VALUE_NULL;
        break;
    }
}

static bool count_variables(const netsnmp_variable_list *variable, size_t maximum, size_t *ret)
{
    size_t count = 0;
    for (; variable != NULL && count <= maximum; variable = variable->next_variable)
        count++;
    *ret = count;
    return count <= maximum;
}

bool snmp_values_read(const struct snmp_pdu *pdu, size_t maximum, struct arena *arena, struct snmp_reply *ret,
                      struct problem *why)
{
    size_t count, index = 0;
    if (!count_variables(pdu->variables, maximum, &count)) {
        problem_set(why, PROBLEM_PROTOCOL, "sent more values than the %zu that were asked for", maximum);
        return problem_advise(why, "restart or update the SNMP agent");
    }
    struct snmp_binding *bindings = arena_allocate(arena, (count + 1) * sizeof *bindings);
    if (bindings == NULL)
        return problem_set_memory(why);
    for (const netsnmp_variable_list *at = pdu->variables; at != NULL; at = at->next_variable, index++) {
        read_name(at, &bindings[index].oid);
        read_value(at, &bindings[index]);
    }
    *ret = (struct snmp_reply) {.error = (int)pdu->errstat,
                                .error_index = pdu->errindex > 0 ? (size_t)pdu->errindex : 0,
                                .bindings = bindings,
                                .binding_count = count};
    return true;
}
