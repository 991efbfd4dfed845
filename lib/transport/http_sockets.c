/* SPDX-License-Identifier: MIT */
/* Sockets for libcurl. */
#include "transport/http_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct address address_of(const struct curl_sockaddr *place)
{
    struct address address = {.is_ipv6 = place->family == AF_INET6};
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    if (address.is_ipv6) {
        memcpy(&ipv6, &place->addr, sizeof ipv6);
        memcpy(address.bytes, &ipv6.sin6_addr, ADDRESS_IPV6_SIZE);
    } else {
        memcpy(&ipv4, &place->addr, sizeof ipv4);
        memcpy(address.bytes, &ipv4.sin_addr, ADDRESS_IPV4_SIZE);
    }
    return address;
}

/* What a URL says is spelled in many ways; where the connection goes is compared here. */
static bool is_wanted(const struct http_target *target, const struct address *address)
{
    for (size_t i = 0; i < target->address_count; i++) {
        if (address_equal(&target->addresses[i], address))
            return true;
    }
    return false;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *place)
{
    struct http_sockets *sockets = context;
    bool is_internet = place->family == AF_INET || place->family == AF_INET6;
    (void)purpose;
    if (!is_internet || sockets->count == HTTP_ADDRESSES_MAXIMUM)
        return CURL_SOCKET_BAD;
    struct address address = address_of(place);
    if (!is_wanted(sockets->target, &address))
        return CURL_SOCKET_BAD;
    sockets->has_address = true;
    sockets->address = address;
    int descriptor = socket(place->family, place->socktype, place->protocol);
    if (descriptor < 0 || fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
        sockets->error = errno;
        if (descriptor >= 0)
            close(descriptor);
        return CURL_SOCKET_BAD;
    }
    sockets->open[sockets->count++] = descriptor;
    return descriptor;
}

static int close_socket(void *context, curl_socket_t descriptor)
{
    struct http_sockets *sockets = context;
    for (size_t i = 0; i < sockets->count; i++) {
        if (sockets->open[i] == descriptor) {
            sockets->open[i] = sockets->open[--sockets->count];
            break;
        }
    }
    return close(descriptor);
}

void http_sockets_use(struct http_sockets *sockets, CURL *handle)
{
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, sockets);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, sockets);
}

bool http_sockets_are_connected(const struct http_sockets *sockets)
{
    for (size_t i = 0; i < sockets->count; i++) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        if (getpeername(sockets->open[i], (struct sockaddr *)&peer, &length) == 0)
            return true;
    }
    return false;
}
