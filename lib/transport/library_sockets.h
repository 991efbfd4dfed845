/* SPDX-License-Identifier: MIT */
/* The sockets that a library opens for itself, watched in the loop, however many there are.  c-ares and
 * libcurl tell which ones they have and what they wait for; here it becomes watches. */
#ifndef TRANSPORT_LIBRARY_SOCKETS_H
#define TRANSPORT_LIBRARY_SOCKETS_H

#include "transport/loop.h"

enum { LIBRARY_SOCKET_NONE = -1 }; /* ARES_SOCKET_BAD, CURL_SOCKET_BAD */

/* Filled in by the owner, `first` with NULL. */
struct library_sockets {
    struct loop *loop;
    struct library_socket *first;
    /* Something has happened; a descriptor is LIBRARY_SOCKET_NONE when it was not that.  The sockets may
     * change meanwhile. */
    void (*ready)(void *context, int readable, int writable);
    void *context; /* of the callback */
};

/* The library has opened a socket, waits for something else at it, or is about to close it (neither of both):
 * what ARES_OPT_SOCK_STATE_CB calls, with a struct library_sockets as its data.  A socket for which there is
 * no memory stays unheard. */
void library_sockets_change(void *sockets, int descriptor, int is_read, int is_written);

/* Forgets what the library has not closed. */
void library_sockets_done(struct library_sockets *sockets);

#endif
