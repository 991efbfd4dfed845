/* SPDX-License-Identifier: MIT */
/* SNMP to one agent through net-snmp's single-session API, in the loop, without blocking: one request after
 * the other.
 *
 * Nothing but the address, the port and the credentials of the target is used: no snmp.conf, no MIB file, no
 * file is written, nothing is printed.  Version 2c and 1 work without init_snmp, which costs more than the
 * rest; version 3 needs it.
 *
 * Silence is all that a wrong community, a wrong privacy pass phrase, a firewall and a value that is too
 * large for a packet have in common; reports of version 3 are told apart. */
#ifndef TRANSPORT_SNMP_CLIENT_H
#define TRANSPORT_SNMP_CLIENT_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "model/address.h"
#include "model/snmp.h"
#include "transport/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum snmp_level { SNMP_LEVEL_NONE, SNMP_LEVEL_AUTH, SNMP_LEVEL_PRIVACY }; /* noAuthNoPriv, ... */

/* Whom to ask and how.  Strings outlive the client. */
struct snmp_target {
    struct address address;
    uint16_t port;
    int version;                          /* 1, 2 (2c), 3 */
    const char *community;                /* versions 1 and 2c */
    enum snmp_level level;                /* version 3, and all that follows */
    const char *user, *context;           /* context may be NULL */
    const char *authentication, *privacy; /* names as net-snmp has them: "SHA-256", "AES-192-C" */
    const char *authentication_passphrase, *privacy_passphrase;
    unsigned retries; /* further sendings of a request that is not answered, within the deadline */
};

struct snmp_client;

/* What became of a request: a reply, or NULL and why there is none.  Both are gone when it returns.  It may
 * ask again, but not close the client. */
typedef void snmp_answered(void *context, const struct snmp_reply *reply, const struct problem *why);

/* False with a sentence: a protocol that this net-snmp lacks, a pass phrase below eight characters, ... */
MUST_CHECK bool snmp_client_open(struct loop *loop, const struct snmp_target *target,
                                 struct deadline deadline, struct snmp_client **ret, struct problem *why);

void snmp_client_close(struct snmp_client *client); /* accepts NULL */

/* Sends a request, one at a time.  `answered` is called once, from the loop or before this returns, unless
 * the deadline comes first. */
void snmp_client_ask(struct snmp_client *client, const struct snmp_request *request, snmp_answered *answered,
                     void *context);

/* What silence can mean, when the deadline ended the run. */
void snmp_client_explain_silence(const struct snmp_client *client, struct problem *why);

#endif
