/* SPDX-License-Identifier: MIT */
/* The sockets that libcurl uses for one target: opened here, so that they can only go to an address of the
 * target, and so that it is known which one was tried last and whether a connection stands.  libcurl itself
 * counts TLS as a part of connecting, and forgets the address of a connection that failed. */
#ifndef TRANSPORT_HTTP_SOCKETS_H
#define TRANSPORT_HTTP_SOCKETS_H

#include "model/address.h"
#include "transport/http_client.h"

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

struct http_sockets {
    const struct http_target *target; /* filled in by the owner */
    int open[HTTP_ADDRESSES_MAXIMUM]; /* several while libcurl races two families */
    size_t count;
    bool has_address;
    struct address address; /* of the newest socket */
    int error;              /* errno of the last socket that could not be opened, 0 = none */
};

/* Lets libcurl open and close its sockets here. */
void http_sockets_use(struct http_sockets *sockets, CURL *handle);

/* True when the other side has accepted one of them. */
bool http_sockets_are_connected(const struct http_sockets *sockets);

#endif
