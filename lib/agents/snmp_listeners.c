/* SPDX-License-Identifier: MIT */
/* The tables of TCP. */
#include "agents/snmp_listeners.h"

#include "agents/snmp_answer.h"
#include "base/text.h"
#include "model/address.h"
#include "model/snmp_oid.h"

#include <string.h>

enum {
    REMOTE_LENGTH = 5,       /* a remote address and its port, behind the local ones */
    TCP_LISTEN = 2,          /* tcpConnState */
    ADDRESSES_MAXIMUM = 256, /* local ones of a server, of both families */
    ADDRESS_MAXIMUM = 20,    /* IPv6 with a zone, RFC 4001 */
    PORT_MAXIMUM = 65535,
    BYTE_MAXIMUM = 255,
    LOOPBACK_NETWORK = 127, /* 127.0.0.0/8 */
    ADDRESSES_SHOWN = 4,    /* of a process */
    NAME_MAXIMUM = 128,     /* of a process, RFC 2790 says 64 */
    WORDS_MAXIMUM = 8000    /* above four addresses and a name for each process on a port */
};

static const struct {
    const char *object;
    struct snmp_oid column;
} tables[] = {
    [LISTENER_PROCESSES] = {"tcpListenerProcess", SNMP_OID(1, 3, 6, 1, 2, 1, 6, 20, 1, 4)},
    [TCP_CONNECTIONS] = {"tcpConnState", SNMP_OID(1, 3, 6, 1, 2, 1, 6, 13, 1, 1)},
};

const char *listener_table_object(enum listener_table table)
{
    return tables[table].object;
}

/* A name made of constants and a few parts more, far below the limit. */
static void add(struct snmp_oid *oid, uint32_t part, size_t count)
{
    for (size_t i = 0; i < count && oid->length < SNMP_OID_PARTS_MAXIMUM; i++)
        oid->parts[oid->length++] = part;
}

struct snmp_oid listener_name(enum listener_table table, enum any_address address, uint16_t port)
{
    /* InetAddressType and length of the address: ipv4, ipv6, unknown. */
    static const struct {
        uint32_t type, length;
    } any[ANY_COUNT] = {[ANY_IPV4] = {1, 4}, [ANY_IPV6] = {2, 16}, [ANY_FAMILY] = {0, 0}};
    struct snmp_oid name = tables[table].column;
    if (table == LISTENER_PROCESSES) {
        add(&name, any[address].type, 1);
        add(&name, any[address].length, 1);
    }
    add(&name, 0, any[address].length);
    add(&name, port, 1);
    if (table == TCP_CONNECTIONS)
        add(&name, 0, REMOTE_LENGTH);
    return name;
}

/* The last name that a row on `port` can have below `address`. */
static struct snmp_oid last_name(enum listener_table table, const struct snmp_oid *address, uint16_t port)
{
    struct snmp_oid name = *address;
    add(&name, port, 1);
    if (table == TCP_CONNECTIONS) {
        add(&name, BYTE_MAXIMUM, REMOTE_LENGTH - 1);
        add(&name, PORT_MAXIMUM, 1);
    }
    return name;
}

bool listener_name_read(enum listener_table table, const struct snmp_oid *name, struct snmp_oid *ret_address,
                        uint16_t *ret_port)
{
    const struct snmp_oid *column = &tables[table].column;
    size_t index = column->length;
    if (!snmp_oid_starts_with(name, column) || name->length < index + 3)
        return false;
    size_t address_length = table == TCP_CONNECTIONS ? ADDRESS_IPV4_SIZE : name->parts[index + 1];
    if (address_length > ADDRESS_MAXIMUM)
        return false;
    size_t port_at = index + address_length + (table == LISTENER_PROCESSES ? 2 : 0);
    size_t length = port_at + 1 + (table == TCP_CONNECTIONS ? REMOTE_LENGTH : 0);
    if (name->length != length || name->parts[port_at] > PORT_MAXIMUM)
        return false;
    struct snmp_oid address = {.length = port_at};
    for (size_t i = 0; i < port_at; i++)
        address.parts[i] = name->parts[i];
    for (size_t i = port_at - address_length; i < port_at; i++) {
        if (address.parts[i] > BYTE_MAXIMUM)
            return false;
    }
    *ret_address = address;
    *ret_port = (uint16_t)name->parts[port_at];
    return true;
}

void listener_search_start(struct listener_search *search, enum listener_table table, uint16_t port)
{
    *search = (struct listener_search) {.table = table, .port = port, .name = tables[table].column};
}

static enum search_outcome look(struct listener_search *search, enum search_phase phase)
{
    uint16_t behind = phase == SEARCH_PORT ? (uint16_t)(search->port - 1) : PORT_MAXIMUM;
    search->phase = phase;
    search->name = last_name(search->table, &search->address, behind);
    return SEARCH_GOES_ON;
}

static enum search_outcome take_address(struct listener_search *search, const struct snmp_oid *address,
                                        struct problem *why)
{
    if (search->address_count++ == ADDRESSES_MAXIMUM) {
        problem_set(why, PROBLEM_PROTOCOL, "has more than %d local addresses in %s", ADDRESSES_MAXIMUM,
                    tables[search->table].object);
        return SEARCH_FAILED;
    }
    search->address = *address;
    return look(search, SEARCH_PORT);
}

static enum search_outcome take_row(struct listener_search *search, const struct snmp_binding *binding,
                                    struct problem *why)
{
    struct snmp_oid address;
    uint16_t port;
    bool is_row = listener_name_read(search->table, &binding->oid, &address, &port);
    bool is_same_address =
        is_row && search->phase != SEARCH_FIRST_ADDRESS && snmp_oid_compare(&address, &search->address) == 0;
    if (!is_row || (is_same_address && search->phase == SEARCH_NEXT_ADDRESS)) {
        problem_set(why, PROBLEM_PROTOCOL, "named a row of %s that can be none",
                    tables[search->table].object);
        return SEARCH_FAILED;
    }
    if (binding->kind != SNMP_VALUE_NUMBER) {
        snmp_answer_explain_type(tables[search->table].object, why);
        return SEARCH_FAILED;
    }
    if (!is_same_address)
        return take_address(search, &address, why);
    /* The listener stands first among the connections of its port: its remote address is 0.0.0.0. */
    if (port != search->port || (search->table == TCP_CONNECTIONS && binding->number != TCP_LISTEN))
        return look(search, SEARCH_NEXT_ADDRESS);
    search->value = binding->number;
    look(search, SEARCH_NEXT_ADDRESS);
    return SEARCH_FOUND;
}

enum search_outcome listener_search_next(struct listener_search *search, const struct snmp_reply *reply,
                                         struct problem *why)
{
    if (reply->error != SNMP_ERROR_NONE) /* version 1 says noSuchName behind the last row of all tables */
        return reply->error == SNMP_ERROR_NO_SUCH_NAME ? SEARCH_ENDED : SEARCH_BROKEN;
    const struct snmp_binding *binding = &reply->bindings[0];
    bool is_behind = binding->kind == SNMP_END_OF_VIEW ||
                     !snmp_oid_starts_with(&binding->oid, &tables[search->table].column);
    return is_behind ? SEARCH_ENDED : take_row(search, binding, why);
}

/* False when the address is any of both families. */
static bool read_address(enum listener_table table, const struct snmp_oid *column, struct address *ret)
{
    size_t begin = tables[table].column.length + (table == LISTENER_PROCESSES ? 2 : 0);
    size_t length = column->length > begin ? column->length - begin : 0;
    *ret = (struct address) {.is_ipv6 = length >= ADDRESS_IPV6_SIZE};
    if (length < ADDRESS_IPV4_SIZE)
        return false;
    for (size_t i = 0; i < (ret->is_ipv6 ? ADDRESS_IPV6_SIZE : ADDRESS_IPV4_SIZE); i++)
        ret->bytes[i] = (uint8_t)column->parts[begin + i];
    return true;
}

bool listener_is_loopback(enum listener_table table, const struct snmp_oid *address)
{
    static const struct address one = {.is_ipv6 = true, .bytes = {[ADDRESS_IPV6_SIZE - 1] = 1}};
    struct address value;
    if (!read_address(table, address, &value))
        return false;
    return value.is_ipv6 ? address_equal(&value, &one) : value.bytes[0] == LOOPBACK_NETWORK;
}

const char *listener_address_words(enum listener_table table, const struct snmp_oid *address,
                                   struct arena *arena)
{
    struct address value;
    char text[ADDRESS_TEXT_SIZE];
    if (!read_address(table, address, &value))
        return "any address";
    address_print(&value, text);
    return arena_format(arena, "%s", text);
}

/* ---- what was found ---- */

static bool add_owner(struct listeners *listeners, uint32_t process, struct problem *why)
{
    for (size_t i = 0; i < listeners->owner_count; i++) {
        if (listeners->owners[i].process == process)
            return true;
    }
    if (listeners->owner_count == LISTENER_OWNERS_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "has more than %d processes that listen on one TCP port",
                           LISTENER_OWNERS_MAXIMUM);
    listeners->owners[listeners->owner_count++] = (struct listener_owner) {.process = process};
    return true;
}

/* Both tables may name it; one of them knows the owner. */
static struct listener *listener_on(struct listeners *listeners, const char *address)
{
    for (size_t i = 0; i < listeners->count; i++) {
        if (strcmp(listeners->items[i].address, address) == 0)
            return &listeners->items[i];
    }
    if (listeners->count == LISTENERS_MAXIMUM)
        return NULL;
    struct listener *listener = &listeners->items[listeners->count++];
    listener->address = address;
    return listener;
}

bool listeners_add(struct listeners *listeners, struct arena *arena, enum listener_table table,
                   const struct snmp_oid *address, int64_t value, struct problem *why)
{
    const char *words = listener_address_words(table, address, arena);
    struct listener *listener = words != NULL ? listener_on(listeners, words) : NULL;
    if (listener == NULL)
        return problem_set_memory(why);
    listener->is_loopback = listener_is_loopback(table, address);
    listeners->is_reachable |= !listener->is_loopback;
    if (table != LISTENER_PROCESSES || value <= 0 || value > UINT32_MAX)
        return true;
    listener->owner = (uint32_t)value;
    return add_owner(listeners, listener->owner, why);
}

bool process_is_licensing(struct span name)
{
    static const char process_name[] = "sppsvc.exe";
    for (size_t i = name.length; i > 0; i--) {
        if (name.bytes[i - 1] == '\\' || name.bytes[i - 1] == '/')
            return span_is_ignoring_case(span_from(name, i), process_name);
    }
    return span_is_ignoring_case(name, process_name);
}

void listener_owner_name(struct listener_owner *owner, struct span name, struct arena *arena)
{
    if (name.length == 0)
        return;
    owner->name = arena_copy(arena, span_first(name, NAME_MAXIMUM));
    owner->is_licensing = process_is_licensing(name);
}

static const struct listener_owner *owner_of(const struct listeners *listeners,
                                             const struct listener *listener)
{
    for (size_t i = 0; i < listeners->owner_count; i++) {
        if (listeners->owners[i].process == listener->owner && listeners->owners[i].name != NULL)
            return &listeners->owners[i];
    }
    return NULL;
}

/* "0.0.0.0 and ::, process sppsvc.exe 4242": the listeners whose owner is this one, NULL those of nobody. */
static void append_listeners(const struct listeners *listeners, const struct listener_owner *owner,
                             struct text *words)
{
    size_t count = 0;
    for (size_t i = 0; i < listeners->count; i++) {
        const struct listener *listener = &listeners->items[i];
        if (owner_of(listeners, listener) != owner || count++ >= ADDRESSES_SHOWN)
            continue;
        const char *before = count > 1 ? " and " : words->length > 0 ? ", on " : "";
        text_append_format(words, "%s%s", before, listener->address);
    }
    if (count > ADDRESSES_SHOWN)
        text_append_format(words, " and %zu more", count - ADDRESSES_SHOWN);
    if (owner != NULL && count > 0)
        text_append_format(words, ", process %s %lu", owner->name, (unsigned long)owner->process);
}

const char *listeners_words(const struct listeners *listeners, unsigned port, struct arena *arena)
{
    struct text words;
    text_start(&words, WORDS_MAXIMUM);
    for (size_t i = 0; i < listeners->owner_count; i++) {
        if (listeners->owners[i].name != NULL)
            append_listeners(listeners, &listeners->owners[i], &words);
    }
    append_listeners(listeners, NULL, &words);
    const char *listening = arena_format(arena, "TCP %u on %s", port, text_string(&words));
    text_done(&words);
    return listening;
}

struct known_flag listeners_licensing(const struct listeners *listeners, bool *ret_has_foreign)
{
    struct known_flag is_licensing = {false, false};
    *ret_has_foreign = false;
    for (size_t i = 0; i < listeners->owner_count; i++) {
        const struct listener_owner *owner = &listeners->owners[i];
        is_licensing.is_known |= owner->name != NULL;
        is_licensing.value |= owner->is_licensing;
        *ret_has_foreign |= owner->name != NULL && !owner->is_licensing;
    }
    return is_licensing;
}
