/* SPDX-License-Identifier: MIT */
/* The socket that net-snmp speaks through: UDP, connected to one address and port.  So packets of anybody
 * else never arrive, a refusal (ICMP) is heard at once, and net-snmp has no name to look up. */
#ifndef TRANSPORT_SNMP_SOCKET_H
#define TRANSPORT_SNMP_SOCKET_H

#include "base/attributes.h"
#include "model/address.h"

#include <stdbool.h>
#include <stdint.h>

struct netsnmp_transport_s;

/* A transport for snmp_sess_add, which owns it from then on.  NULL when there is none, and errno says why. */
struct netsnmp_transport_s *snmp_socket_open(const struct address *address, uint16_t port);

/* The first error of the network (errno) that a packet met, 0 = none so far. */
int snmp_socket_error(const struct netsnmp_transport_s *transport);

#endif
