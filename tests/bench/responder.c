/* SPDX-License-Identifier: MIT */
/* The other side of the benchmark, in one process and on loopback only: DNS over UDP and TCP, listeners that
 * answer a bind (and never send anything but that bind_ack), and 150 that are silent.
 *
 * Prints "dns PORT kms PORT" as soon as everything listens; ends with SIGTERM, or when its standard input
 * ends. Nothing is ever waited for but in poll, so that this program is not the limit of what is measured. */
#include "reply.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEALTHY_EVERY = 4, /* the first of four hosts answers, the other three are silent */
    SLOT_COUNT = 256,  /* 54 stay; each target of a run needs one */
    INPUT_SIZE = 1024, /* a bind of ten contexts has 468 bytes, a question at most 300 */
    BACKLOG = 4096,    /* silent listeners never accept: who has called stays in their queue */
    PORT_ATTEMPTS = 20
};

struct slot;
typedef bool serve_function(int socket, struct slot *slot); /* false: it is over */

/* What is done when a descriptor becomes readable. */
struct slot {
    serve_function *serve;
    uint16_t port; /* where it listens or was called */
    size_t length;
    unsigned char input[INPUT_SIZE];
};

static struct pollfd polls[SLOT_COUNT];
static struct slot slots[SLOT_COUNT];
static size_t slot_count;
static struct zones zones;
static struct reply reply;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void add_slot(int descriptor, serve_function *serve, uint16_t port)
{
    if (slot_count == SLOT_COUNT) {
        close(descriptor);
        return;
    }
    polls[slot_count] = (struct pollfd) {.fd = descriptor, .events = POLLIN};
    slots[slot_count].serve = serve;
    slots[slot_count].port = port;
    slots[slot_count].length = 0;
    slot_count++;
}

/* The queue of a socket on loopback is far longer than the longest reply. */
static bool send_reply(int socket)
{
    return send(socket, reply.bytes, reply.length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)reply.length;
}

/* Adds what has arrived; false when the peer has gone or says too much. */
static bool receive_more(int socket, struct slot *slot)
{
    ssize_t got = recv(socket, slot->input + slot->length, sizeof slot->input - slot->length, MSG_DONTWAIT);
    if (got <= 0)
        return false;
    slot->length += (size_t)got;
    return true;
}

/* ---- what becomes readable ---- */

static bool serve_standard_input(int input, struct slot *slot)
{
    if (read(input, slot->input, sizeof slot->input) <= 0)
        exit(0);
    return true;
}

/* A lost answer is what happens to datagrams: the asker asks again. */
static bool serve_datagrams(int socket, struct slot *slot)
{
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    ssize_t got;
    while ((got = recvfrom(socket, slot->input, sizeof slot->input, MSG_DONTWAIT, (struct sockaddr *)&peer,
                           &size)) >= 0) {
        if (reply_to_question(slot->input, (size_t)got, true, &zones, &reply))
            (void)sendto(socket, reply.bytes, reply.length, MSG_DONTWAIT, (struct sockaddr *)&peer, size);
        size = sizeof peer;
    }
    return true;
}

static bool send_with_length(int socket)
{
    unsigned char length[2] = {(unsigned char)(reply.length >> 8), (unsigned char)reply.length};
    if (reply.length > sizeof reply.bytes - sizeof length)
        return false;
    memmove(reply.bytes + sizeof length, reply.bytes, reply.length);
    memcpy(reply.bytes, length, sizeof length);
    reply.length += sizeof length;
    return send_reply(socket);
}

static bool serve_question_stream(int socket, struct slot *slot)
{
    if (!receive_more(socket, slot))
        return false;
    while (slot->length >= 2) {
        size_t length = (size_t)slot->input[0] << 8 | slot->input[1];
        if (slot->length - 2 < length)
            break;
        if (!reply_to_question(slot->input + 2, length, false, &zones, &reply) || !send_with_length(socket))
            return false;
        slot->length -= 2 + length;
        memmove(slot->input, slot->input + 2 + length, slot->length);
    }
    return true;
}

/* After its bind a connection only waits for its end: whatever else arrives closes it. */
static bool serve_bound_stream(int socket, struct slot *slot)
{
    (void)socket;
    (void)slot;
    return false;
}

static bool serve_bind_stream(int socket, struct slot *slot)
{
    size_t length;
    if (!receive_more(socket, slot) || !reply_measure_bind(slot->input, slot->length, &length))
        return false;
    if (length == 0 || slot->length < length)
        return true;
    slot->serve = serve_bound_stream;
    return slot->length == length && reply_to_bind(slot->input, length, slot->port, &reply) &&
           send_reply(socket);
}

static bool accept_as(int listener, serve_function *serve, uint16_t port)
{
    int connection = accept(listener, NULL, NULL);
    if (connection >= 0)
        add_slot(connection, serve, port);
    return true;
}

static bool serve_question_listener(int listener, struct slot *slot)
{
    return accept_as(listener, serve_question_stream, slot->port);
}

static bool serve_bind_listener(int listener, struct slot *slot)
{
    return accept_as(listener, serve_bind_stream, slot->port);
}

/* ---- listeners ---- */

/* A socket on loopback; port 0: a free one.  Returns -1 when it cannot be bound. */
static int open_socket(int type, uint16_t port, uint16_t *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, type, 0);
    if (descriptor < 0)
        fail("socket");
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) {
        close(descriptor);
        return -1;
    }
    *ret_port = ntohs(address.sin_port);
    return descriptor;
}

/* Not blocking: who has called may have gone before accept looks. */
static int open_listener(uint16_t port, uint16_t *ret_port)
{
    int listener = open_socket(SOCK_STREAM, port, ret_port);
    if (listener >= 0 && (listen(listener, BACKLOG) != 0 || fcntl(listener, F_SETFL, O_NONBLOCK) != 0))
        fail("listen");
    return listener;
}

/* One port, free for both transports. */
static uint16_t open_dns(void)
{
    uint16_t port = 0;
    for (unsigned attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
        int datagrams = open_socket(SOCK_DGRAM, 0, &port);
        if (datagrams < 0)
            break;
        int listener = open_listener(port, &port);
        if (listener >= 0) {
            add_slot(datagrams, serve_datagrams, port);
            add_slot(listener, serve_question_listener, port);
            return port;
        }
        close(datagrams);
    }
    fail("a port for DNS");
    return port;
}

/* A silent one is left to the kernel, which takes the connections and what they say. */
static uint16_t open_target(bool is_silent)
{
    uint16_t port = 0;
    int listener = open_listener(0, &port);
    if (listener < 0)
        fail("a port for a target");
    if (!is_silent)
        add_slot(listener, serve_bind_listener, port);
    return port;
}

/* ---- the loop ---- */

/* From the end: the last one moves into the place of one that is over, and new ones come behind it. */
static void serve_ready(void)
{
    for (size_t i = slot_count; i-- > 0;) {
        if (polls[i].revents == 0 || slots[i].serve(polls[i].fd, &slots[i]))
            continue;
        close(polls[i].fd);
        slot_count--;
        if (i < slot_count) {
            polls[i] = polls[slot_count];
            slots[i] = slots[slot_count];
        }
    }
}

int main(void)
{
    add_slot(STDIN_FILENO, serve_standard_input, 0);
    uint16_t dns_port = open_dns();
    zones.kms_port = open_target(false);
    for (unsigned host = 0; host < REPLY_HOSTS; host++)
        zones.host_ports[host] = open_target(host % HEALTHY_EVERY != 0);
    if (printf("dns %u kms %u\n", (unsigned)dns_port, (unsigned)zones.kms_port) < 0 || fflush(stdout) != 0)
        fail("standard output");
    while (poll(polls, slot_count, -1) >= 0)
        serve_ready();
    fail("poll");
}
