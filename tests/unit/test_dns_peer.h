/* SPDX-License-Identifier: MIT */
/* DNS servers played by the test itself, in the loop of whoever asks them: UDP and TCP on one port of
 * loopback.  Each hands its requests to a function that answers them, or does not. */
#ifndef TESTS_UNIT_TEST_DNS_PEER_H
#define TESTS_UNIT_TEST_DNS_PEER_H

#include "test_dns_message.h"
#include "transport/loop.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEER_CONNECTIONS = 8, PEER_REQUEST_SIZE = 512, PEER_HEADER_SIZE = 12 };

struct dns_peer;

struct dns_request {
    struct dns_peer *peer;
    struct dns_connection *connection; /* NULL = UDP */
    struct sockaddr_storage sender;
    socklen_t sender_size;
    unsigned id, type;
    bool has_edns;
    char name[256];
};

struct dns_connection {
    struct loop_watch watch;
    struct dns_peer *peer;
    size_t received;
    unsigned char bytes[2 + PEER_REQUEST_SIZE];
};

struct dns_peer {
    struct loop *loop;
    void (*answer)(struct dns_request *request);
    uint16_t port;
    bool is_ipv6;
    struct loop_watch datagrams, listener;
    struct dns_connection connections[PEER_CONNECTIONS];
    int requests, over_tcp, with_edns; /* so far, this one included */
};

static inline struct dns_server peer_address(const struct dns_peer *peer)
{
    struct dns_server server = {.port = peer->port, .address.is_ipv6 = peer->is_ipv6};
    if (peer->is_ipv6)
        server.address.bytes[15] = 1;
    else
        memcpy(server.address.bytes, "\x7f\0\0\1", 4);
    return server;
}

/* Sends what was put together and releases it. */
static inline void send_message(struct dns_request *request, struct text *message)
{
    unsigned char length[] = {(unsigned char)(message->length >> 8), (unsigned char)message->length};
    assert_true(text_ok(message));
    if (request->connection != NULL) {
        int descriptor = request->connection->watch.descriptor;
        assert_int_equal(send(descriptor, length, 2, MSG_NOSIGNAL), 2);
        assert_int_equal(send(descriptor, message->bytes, message->length, MSG_NOSIGNAL), message->length);
    } else {
        assert_int_equal(sendto(request->peer->datagrams.descriptor, message->bytes, message->length, 0,
                                (struct sockaddr *)&request->sender, request->sender_size),
                         message->length);
    }
    text_done(message);
}

/* The header and the question of an answer. */
static inline void start_answer(const struct dns_request *request, struct text *message, unsigned flags,
                                unsigned answers)
{
    put_header(message, request->id, flags, answers);
    put_question(message, request->name, request->type);
}

static inline void read_request(struct dns_request *request, const unsigned char *bytes, size_t length)
{
    struct text name;
    size_t at = PEER_HEADER_SIZE;
    text_start(&name, sizeof request->name - 1);
    assert_true(length > PEER_HEADER_SIZE);
    for (; at < length && bytes[at] != 0; at += 1U + bytes[at]) {
        assert_true(at + bytes[at] < length);
        text_append(&name, name.length > 0 ? "." : "");
        put_bytes(&name, (const char *)bytes + at + 1, bytes[at]);
    }
    assert_true(at + 4 < length && text_ok(&name));
    memcpy(request->name, text_string(&name), name.length + 1);
    text_done(&name);
    request->id = (unsigned)(bytes[0] << 8 | bytes[1]);
    request->type = (unsigned)(bytes[at + 1] << 8 | bytes[at + 2]);
    request->has_edns = bytes[11] != 0;
    request->peer->requests++;
    request->peer->over_tcp += request->connection != NULL;
    request->peer->with_edns += request->has_edns;
    request->peer->answer(request);
}

static inline void close_watched(struct loop *loop, struct loop_watch *watch)
{
    loop_watch_stop(loop, watch);
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    watch->descriptor = -1;
}

static inline void peer_datagram(struct loop_watch *watch, short ready_events)
{
    unsigned char bytes[PEER_REQUEST_SIZE];
    struct dns_request request = {.peer = watch->context, .sender_size = sizeof request.sender};
    (void)ready_events;
    ssize_t length = recvfrom(watch->descriptor, bytes, sizeof bytes, 0, (struct sockaddr *)&request.sender,
                              &request.sender_size);
    assert_true(length > 0);
    read_request(&request, bytes, (size_t)length);
}

static inline void peer_stream(struct loop_watch *watch, short ready_events)
{
    struct dns_connection *connection = watch->context;
    struct dns_request request = {.peer = connection->peer, .connection = connection};
    (void)ready_events;
    ssize_t length = recv(watch->descriptor, connection->bytes + connection->received,
                          sizeof connection->bytes - connection->received, 0);
    if (length <= 0) {
        close_watched(connection->peer->loop, watch);
        return;
    }
    connection->received += (size_t)length;
    size_t wanted = (size_t)connection->bytes[0] << 8 | connection->bytes[1];
    assert_true(wanted <= PEER_REQUEST_SIZE);
    if (connection->received < 2 || connection->received < wanted + 2)
        return;
    assert_int_equal(connection->received, wanted + 2); /* one question at a time in these tests */
    connection->received = 0;
    read_request(&request, connection->bytes + 2, wanted);
}

static inline void peer_connection(struct loop_watch *watch, short ready_events)
{
    struct dns_peer *peer = watch->context;
    size_t i = 0;
    (void)ready_events;
    while (i < PEER_CONNECTIONS && peer->connections[i].watch.descriptor >= 0)
        i++;
    assert_true(i < PEER_CONNECTIONS);
    struct dns_connection *connection = &peer->connections[i];
    *connection = (struct dns_connection) {.peer = peer};
    connection->watch = (struct loop_watch) {.descriptor = accept(watch->descriptor, NULL, NULL),
                                             .events = POLLIN,
                                             .ready = peer_stream,
                                             .context = connection};
    assert_true(connection->watch.descriptor >= 0);
    assert_true(loop_watch_start(peer->loop, &connection->watch));
}

/* A socket of the kind at the port (0 = any); -1 when that one is taken. */
static inline int bind_port(bool is_ipv6, int kind, uint16_t port, uint16_t *ret_port)
{
    struct sockaddr_in ipv4 = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 ipv6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *address = is_ipv6 ? (struct sockaddr *)&ipv6 : (struct sockaddr *)&ipv4;
    socklen_t size = is_ipv6 ? sizeof ipv6 : sizeof ipv4;
    int descriptor = socket(is_ipv6 ? AF_INET6 : AF_INET, kind, 0);
    assert_true(descriptor >= 0);
    if (bind(descriptor, address, size) != 0) {
        close(descriptor);
        return -1;
    }
    assert_int_equal(getsockname(descriptor, address, &size), 0);
    *ret_port = ntohs(is_ipv6 ? ipv6.sin6_port : ipv4.sin_port);
    return descriptor;
}

static inline void bind_both(struct dns_peer *peer)
{
    for (size_t i = 0; i < PEER_CONNECTIONS; i++)
        peer->connections[i].watch.descriptor = -1;
    for (int attempt = 0; attempt < 50; attempt++) {
        peer->datagrams.descriptor = bind_port(peer->is_ipv6, SOCK_DGRAM, 0, &peer->port);
        assert_true(peer->datagrams.descriptor >= 0);
        peer->listener.descriptor = bind_port(peer->is_ipv6, SOCK_STREAM, peer->port, &peer->port);
        if (peer->listener.descriptor >= 0)
            return;
        close(peer->datagrams.descriptor);
    }
    fail_msg("no port is free for both UDP and TCP");
}

static inline void peer_start(struct dns_peer *peer, struct loop *loop, bool is_ipv6,
                              void (*answer)(struct dns_request *request))
{
    int room = 1 << 20;
    *peer = (struct dns_peer) {.loop = loop, .is_ipv6 = is_ipv6, .answer = answer};
    bind_both(peer);
    peer->datagrams.events = peer->listener.events = POLLIN;
    peer->datagrams.context = peer->listener.context = peer;
    peer->datagrams.ready = peer_datagram;
    peer->listener.ready = peer_connection;
    setsockopt(peer->datagrams.descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    assert_int_equal(listen(peer->listener.descriptor, PEER_CONNECTIONS), 0);
    assert_true(loop_watch_start(loop, &peer->datagrams));
    assert_true(loop_watch_start(loop, &peer->listener));
}

static inline void peer_stop(struct dns_peer *peer)
{
    if (peer->port == 0)
        return;
    for (size_t i = 0; i < PEER_CONNECTIONS; i++)
        close_watched(peer->loop, &peer->connections[i].watch);
    close_watched(peer->loop, &peer->datagrams);
    close_watched(peer->loop, &peer->listener);
}

/* A port on which nobody listens.  It is kept: a socket that asks there could get the same port for itself,
 * and would hear itself.  Connected to somewhere else, it hears nobody. */
static inline void peer_close_port(struct dns_peer *peer)
{
    struct sockaddr_in elsewhere = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *peer = (struct dns_peer) {.port = 0};
    bind_both(peer);
    assert_int_equal(connect(peer->datagrams.descriptor, (struct sockaddr *)&elsewhere, sizeof elsewhere), 0);
}

/* ---- ways to answer --------------------------------------------------------------------------------------
 */

static inline void answer_nothing(struct dns_request *request)
{
    (void)request;
}

/* Whatever the name: one service at that name, 192.0.2.1 and .2, 2001:db8::1. */
static inline void answer_well(struct dns_request *request)
{
    struct text message;
    start_answer(request, &message, FLAGS_ANSWER, request->type == TYPE_A ? 2 : 1);
    switch (request->type) {
    case TYPE_SRV:
        put_srv(&message, NULL, 0, 0, 1688, request->name);
        break;
    case TYPE_A:
        put_ipv4(&message, NULL, 1);
        put_ipv4(&message, NULL, 2);
        break;
    default:
        put_ipv6(&message, NULL, 1);
    }
    send_message(request, &message);
}

static inline void answer_with_rcode(struct dns_request *request, unsigned rcode)
{
    struct text message;
    start_answer(request, &message, FLAGS_ANSWER | rcode, 0);
    send_message(request, &message);
}

#endif
