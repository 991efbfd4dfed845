/* SPDX-License-Identifier: MIT */
/* The sockets that c-ares opens, watched in the loop.  However many there are: ares_getsock would know only
 * sixteen of them. */
#ifndef TRANSPORT_DNS_SOCKETS_H
#define TRANSPORT_DNS_SOCKETS_H

#include "transport/loop.h"

/* Filled in by the owner, `first` with NULL. */
struct dns_sockets {
    struct loop *loop;
    struct dns_socket *first;
    /* Something has happened; a descriptor is ARES_SOCKET_BAD when it was not that.  The sockets may change
     * meanwhile. */
    void (*ready)(void *context, int readable, int writable);
    void *context; /* of the callback */
};

/* c-ares has opened a socket, waits for something else at it, or is about to close it (neither of both): what
 * ARES_OPT_SOCK_STATE_CB calls, with a struct dns_sockets as its data.  A socket for which there is no memory
 * stays unheard. */
void dns_sockets_change(void *sockets, int descriptor, int is_read, int is_written);

/* Forgets what c-ares has not closed. */
void dns_sockets_done(struct dns_sockets *sockets);

#endif
