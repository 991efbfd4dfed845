/* SPDX-License-Identifier: MIT */
/* Opens a session of net-snmp for a target, keeps the library from everything that nobody asked for, and
 * overwrites the secrets when the session ends. */
#ifndef TRANSPORT_SNMP_SESSION_H
#define TRANSPORT_SNMP_SESSION_H

#include "base/attributes.h"
#include "base/problem.h"
#include "transport/snmp_client.h"

#include <stdbool.h>

struct snmp_pdu;
struct snmp_session;

/* What the session calls. */
struct snmp_session_callbacks {
    int (*event)(int operation, struct snmp_session *session, int request_id, struct snmp_pdu *pdu,
                 void *context);
    int (*packet_read)(struct snmp_session *session, struct snmp_pdu *pdu, int error);
    void *context; /* becomes callback_magic of the session */
};

/* The handle of the single-session API in *ret. */
MUST_CHECK bool snmp_session_open(const struct snmp_target *target,
                                  const struct snmp_session_callbacks *callbacks, void **ret,
                                  struct problem *why);

/* Version 3: the request that makes the other side tell its engine id; NULL when there is no memory. */
struct snmp_pdu *snmp_session_probe(void);

/* Version 3, once the engine id is known: makes the keys for it.  False with a sentence. */
MUST_CHECK bool snmp_session_log_in(void *session, struct problem *why);

/* Accepts NULL. */
void snmp_session_close(void *session);

/* The copy of the community that a request carries. */
void snmp_session_wipe_request(struct snmp_pdu *request);

#endif
