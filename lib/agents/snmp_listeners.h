/* SPDX-License-Identifier: MIT */
/* Names of rows in the two tables that say which TCP ports are listened on.
 *
 *   tcpConnState (RFC 1213)         .ADDRESS(4).PORT.REMOTE(4).REMOTE-PORT     IPv4 only, value listen(2)
 *   tcpListenerProcess (RFC 4022)   .TYPE.LENGTH.ADDRESS(LENGTH).PORT          value: a process id, 0 =
 * unknown
 *
 * Both are sorted by address first and by port below it.  So a table of thousands of connections is searched
 * with two GETNEXT for each local address: what comes behind the port before ours, and behind the last port.
 */
#ifndef AGENTS_SNMP_LISTENERS_H
#define AGENTS_SNMP_LISTENERS_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/known.h"
#include "model/snmp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum listener_table { LISTENER_PROCESSES, TCP_CONNECTIONS };

const char *listener_table_object(enum listener_table table); /* "tcpListenerProcess" */

/* The addresses that stand for all of a family, or of both. */
enum any_address { ANY_IPV4, ANY_IPV6, ANY_FAMILY, ANY_COUNT };

/* The row of a listener on `port` of such an address; TCP_CONNECTIONS knows ANY_IPV4 alone. */
struct snmp_oid listener_name(enum listener_table table, enum any_address address, uint16_t port);

/* Takes the name of a row apart.  False when it is none of this table; *ret_address is the column with the
 * local address. */
MUST_CHECK bool listener_name_read(enum listener_table table, const struct snmp_oid *name,
                                   struct snmp_oid *ret_address, uint16_t *ret_port);

/* A search for all listeners on one port of the addresses of this machine. */
struct listener_search {
    enum listener_table table;
    uint16_t port;
    struct snmp_oid name; /* to be asked for with GETNEXT */
    enum search_phase { SEARCH_FIRST_ADDRESS, SEARCH_PORT, SEARCH_NEXT_ADDRESS } phase;
    struct snmp_oid address; /* the column with the local address that is looked at, or that listens */
    int64_t value;           /* of the row that was found */
    size_t address_count;    /* so far; 0 at the end = the agent has no such table */
};

enum search_outcome {
    SEARCH_GOES_ON, /* ask for `name` */
    SEARCH_FOUND,   /* on `address`; ask for `name` to find more */
    SEARCH_ENDED,   /* without another listener */
    SEARCH_BROKEN,  /* the agent refused to go on */
    SEARCH_FAILED   /* with a sentence: the answer makes no sense */
};

void listener_search_start(struct listener_search *search, enum listener_table table, uint16_t port);

/* Takes the reply to GETNEXT of `name`, which is in order when it has no error. */
enum search_outcome listener_search_next(struct listener_search *search, const struct snmp_reply *reply,
                                         struct problem *why);

/* 127.0.0.0/8 and ::1: no other machine reaches it. */
MUST_CHECK bool listener_is_loopback(enum listener_table table, const struct snmp_oid *address);

/* "0.0.0.0", "::", "any address". */
const char *listener_address_words(enum listener_table table, const struct snmp_oid *address,
                                   struct arena *arena);

/* ---- what was found ---- */

enum {
    LISTENERS_MAXIMUM = 520, /* above the local addresses of two searches and the rows asked for by name */
    LISTENER_OWNERS_MAXIMUM = 16 /* processes on one port; two are too many already */
};

struct listener {
    const char *address;
    bool is_loopback;
    uint32_t owner; /* process id; 0 = unknown */
};

struct listener_owner {
    uint32_t process;
    const char *name; /* NULL = unknown */
    bool is_licensing;
};

/* All that listen on one port. */
struct listeners {
    struct listener items[LISTENERS_MAXIMUM];
    size_t count;
    bool is_reachable; /* one of them is on no loopback address */
    struct listener_owner owners[LISTENER_OWNERS_MAXIMUM];
    size_t owner_count;
};

/* Adds a listener, once though both tables have it.  `address` is the column with it, `value` that of the
 * row; the arena keeps the words.  False with a sentence. */
MUST_CHECK bool listeners_add(struct listeners *listeners, struct arena *arena, enum listener_table table,
                              const struct snmp_oid *address, int64_t value, struct problem *why);

/* sppsvc.exe in any case; some agents name the whole path. */
MUST_CHECK bool process_is_licensing(struct span name);

/* Notes the name of a process; an empty one is none.  It is shown with at most 128 bytes. */
void listener_owner_name(struct listener_owner *owner, struct span name, struct arena *arena);

/* "TCP 1688 on 0.0.0.0 and ::, process sppsvc.exe 4242, on 192.0.2.11, process other.exe 777"; there is at
 * least one. */
const char *listeners_words(const struct listeners *listeners, unsigned port, struct arena *arena);

/* Whether one of the owners is the licensing service; known when at least one has a name.  A foreign one is
 * told apart. */
struct known_flag listeners_licensing(const struct listeners *listeners, bool *ret_has_foreign);

#endif
