/* SPDX-License-Identifier: MIT */
/* A transport of net-snmp, made by hand.
 *
 * An error never goes to net-snmp, which would only call it a failure to send: it is kept, and whoever owns
 * the session looks for it after each step. */
#define _DEFAULT_SOURCE /* u_char, in net-snmp's headers */

#include "transport/snmp_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net-snmp/net-snmp-config.h> /* before all others of net-snmp */

#include <net-snmp/net-snmp-includes.h>

enum { UDP_PAYLOAD_MAXIMUM = 65535 - 20 - 8 }; /* RFC 768, RFC 791 */

struct kept {
    int error;
};

static const oid udp_domain[] = {1, 3, 6, 1, 6, 1, 1}; /* RFC 3417, 2 */

static void keep_error(netsnmp_transport *transport)
{
    struct kept *kept = transport->data;
    if (kept->error == 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        kept->error = errno;
}

static int receive(netsnmp_transport *transport, void *bytes, int size, void **opaque, int *opaque_length)
{
    *opaque = NULL;
    *opaque_length = 0;
    ssize_t length = recv(transport->sock, bytes, (size_t)size, 0);
    if (length < 0)
        keep_error(transport);
    return (int)length;
}

static int transmit(netsnmp_transport *transport, const void *bytes, int size, void **opaque,
                    int *opaque_length)
{
    (void)opaque;
    (void)opaque_length;
    if (send(transport->sock, bytes, (size_t)size, 0) < 0)
        keep_error(transport);
    return size;
}

static int shut(netsnmp_transport *transport)
{
    int result = transport->sock >= 0 ? close(transport->sock) : 0;
    transport->sock = -1;
    return result;
}

static int connect_to(int descriptor, const struct address *address, uint16_t port)
{
    if (address->is_ipv6) {
        struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
        memcpy(&name.sin6_addr, address->bytes, sizeof name.sin6_addr);
        return connect(descriptor, (const struct sockaddr *)&name, sizeof name);
    }
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&name.sin_addr, address->bytes, sizeof name.sin_addr);
    return connect(descriptor, (const struct sockaddr *)&name, sizeof name);
}

static int open_connected(const struct address *address, uint16_t port)
{
    int descriptor = socket(address->is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0)
        return -1;
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 &&
        connect_to(descriptor, address, port) == 0)
        return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

struct netsnmp_transport_s *snmp_socket_open(const struct address *address, uint16_t port)
{
    int descriptor = open_connected(address, port);
    if (descriptor < 0)
        return NULL;
    netsnmp_transport *transport = calloc(1, sizeof *transport); /* net-snmp releases both with free */
    struct kept *kept = calloc(1, sizeof *kept);
    if (transport == NULL || kept == NULL) {
        free(transport);
        free(kept);
        close(descriptor);
        errno = ENOMEM;
        return NULL;
    }
    *transport = (netsnmp_transport) {.domain = udp_domain,
                                      .domain_length = OID_LENGTH(udp_domain),
                                      .sock = descriptor,
                                      .data = kept,
                                      .data_length = sizeof *kept,
                                      .msgMaxSize = UDP_PAYLOAD_MAXIMUM,
                                      .f_recv = receive,
                                      .f_send = transmit,
                                      .f_close = shut};
    return transport;
}

int snmp_socket_error(const struct netsnmp_transport_s *transport)
{
    const struct kept *kept = transport->data;
    return kept->error;
}
