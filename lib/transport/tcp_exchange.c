/* SPDX-License-Identifier: MIT */
/* One TCP connection over a non-blocking socket.
 *
 * connect(2) either fails at once, which is this machine speaking (no route, no descriptor, its own packet
 * filter; a closed port of its own is the exception), or goes on, and SO_ERROR says later what the network or
 * the other side answered.  Once the connection stands, both directions are driven together: some services
 * greet before they have read anything, and a peer that does not read may still have something to say. */
#include "transport/tcp_exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CHUNK_SIZE = 4096,
    CHUNKS_AT_ONCE = 4 /* then the others have their turn, however much there is to read */
};

struct ending {
    enum probe_outcome outcome;
    int error;
};

/* What became of a connection that could not be tried or was answered by this machine. */
static struct ending ending_at_once(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return (struct ending) {PROBE_REFUSED, error};
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: /* says nothing about the other side, nor about the way to it */
        return (struct ending) {PROBE_NOT_IN_TIME, error};
    default:
        return (struct ending) {PROBE_NO_ROUTE, error};
    }
}

/* What became of a connection that was tried. */
static struct ending ending_of_connecting(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return (struct ending) {PROBE_REFUSED, error};
    case ETIMEDOUT:
        return (struct ending) {PROBE_FILTERED, error};
    default:
        return (struct ending) {PROBE_UNREACHABLE, error};
    }
}

/* What became of a connection that stood. */
static struct ending ending_of_conversation(int error)
{
    switch (error) {
    case ENOMEM:
    case ENOBUFS: /* our own machine gave up */
        return (struct ending) {PROBE_NOT_IN_TIME, error};
    case ETIMEDOUT: /* what was sent is not even acknowledged */
        return (struct ending) {PROBE_SILENT, error};
    default:
        return (struct ending) {PROBE_RESET, error};
    }
}

static const struct ending out_of_memory = {PROBE_NOT_IN_TIME, ENOMEM};

static bool is_connected(const struct tcp_exchange *exchange)
{
    return exchange->connected_us > 0;
}

static void release_socket(struct tcp_exchange *exchange)
{
    loop_watch_stop(exchange->loop, &exchange->watch);
    loop_timer_stop(exchange->loop, &exchange->limit);
    if (exchange->watch.descriptor >= 0)
        close(exchange->watch.descriptor);
    exchange->watch.descriptor = -1;
}

/* The last thing that is done with an exchange: `finished` may release it. */
static void finish(struct tcp_exchange *exchange, struct ending ending)
{
    if (is_connected(exchange))
        exchange->exchange_us = monotonic_us() - exchange->connected_us;
    if (ending.outcome == PROBE_ANSWERED)
        shutdown(exchange->watch.descriptor, SHUT_WR);
    release_socket(exchange);
    exchange->outcome = ending.outcome;
    exchange->error = ending.error;
    exchange->is_over = true;
    exchange->finished(exchange);
}

static void limit_is_due(struct loop_timer *limit)
{
    struct tcp_exchange *exchange = limit->context;
    finish(exchange, (struct ending) {is_connected(exchange) ? PROBE_SILENT : PROBE_FILTERED, 0});
}

/* Not a failure: there is nothing to do at the moment. */
static bool is_for_now(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool has_enough(const struct tcp_exchange *exchange)
{
    const struct text *received = &exchange->received;
    return received->length >= exchange->answer_maximum ||
           exchange->is_whole(exchange, (struct span) {received->bytes, received->length});
}

/* Takes over what has arrived, a bounded part at once.  True when that ends the exchange. */
static bool receive(struct tcp_exchange *exchange, struct ending *ret)
{
    char chunk[CHUNK_SIZE];
    struct text *received = &exchange->received;
    for (int i = 0; i < CHUNKS_AT_ONCE; i++) {
        size_t room = exchange->answer_maximum - received->length;
        if (room == 0) { /* not a byte is wanted; reading none would look like the end */
            *ret = (struct ending) {PROBE_ANSWERED, 0};
            return true;
        }
        ssize_t got = recv(exchange->watch.descriptor, chunk, room < sizeof chunk ? room : sizeof chunk, 0);
        if (got < 0 && is_for_now(errno))
            return false;
        if (got <= 0) {
            *ret = got == 0 ? (struct ending) {PROBE_CLOSED, 0} : ending_of_conversation(errno);
            return true;
        }
        text_append_span(received, (struct span) {chunk, (size_t)got});
        if (received->has_no_memory) {
            *ret = out_of_memory;
            return true;
        }
        if (has_enough(exchange)) {
            *ret = (struct ending) {PROBE_ANSWERED, 0};
            return true;
        }
    }
    return false;
}

/* The connection is broken, but what came before that is still there, and may be a whole answer. */
static struct ending read_last_words(struct tcp_exchange *exchange, int error)
{
    struct ending ending;
    if (exchange->request.length > 0 && receive(exchange, &ending) && ending.outcome == PROBE_ANSWERED)
        return ending;
    return ending_of_conversation(error);
}

/* Sends what fits of the rest of the request.  True when that ends the exchange. */
static bool send_request(struct tcp_exchange *exchange, struct ending *ret)
{
    struct span rest = span_from(exchange->request, exchange->sent);
    if (rest.length == 0)
        return false;
    ssize_t sent = send(exchange->watch.descriptor, rest.bytes, rest.length, MSG_NOSIGNAL);
    if (sent >= 0) {
        exchange->sent += (size_t)sent;
        return false;
    }
    if (is_for_now(errno))
        return false;
    *ret = read_last_words(exchange, errno);
    return true;
}

/* One turn of reading and writing. */
static void converse(struct tcp_exchange *exchange, short ready_events)
{
    struct ending ending;
    bool is_readable = (ready_events & ~POLLOUT) != 0;
    if ((is_readable && receive(exchange, &ending)) || send_request(exchange, &ending)) {
        finish(exchange, ending);
        return;
    }
    exchange->watch.events = exchange->sent < exchange->request.length ? POLLIN | POLLOUT : POLLIN;
    if (!loop_watch_start(exchange->loop, &exchange->watch))
        finish(exchange, out_of_memory);
}

/* Where nobody listens on a port of this machine, the system may give the same port to our own end.  Then
 * both ends are one socket (RFC 9293, 3.5, simultaneous open) and we would talk to ourselves. */
static bool is_connected_to_itself(int descriptor)
{
    struct sockaddr_storage here = {0}, there = {0};
    socklen_t here_length = sizeof here, there_length = sizeof there;
    return getsockname(descriptor, (struct sockaddr *)&here, &here_length) == 0 &&
           getpeername(descriptor, (struct sockaddr *)&there, &there_length) == 0 &&
           here_length == there_length && memcmp(&here, &there, sizeof here) == 0;
}

/* How connecting went. */
static int take_socket_error(int descriptor)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        return errno;
    if (error == 0 && is_connected_to_itself(descriptor))
        return ECONNREFUSED; /* what anybody else is told there */
    return error;
}

static void begin_conversation(struct tcp_exchange *exchange)
{
    int error = take_socket_error(exchange->watch.descriptor);
    /* These two mean that the connection stood and is over before we had a look. */
    if (error != 0 && error != ECONNRESET && error != EPIPE) {
        finish(exchange, ending_of_connecting(error));
        return;
    }
    exchange->connected_us = monotonic_us();
    exchange->connect_us = exchange->connected_us - exchange->started_us;
    if (error != 0)
        finish(exchange, read_last_words(exchange, error));
    else if (exchange->request.length == 0)
        finish(exchange, (struct ending) {PROBE_CONNECTED, 0});
    else
        converse(exchange, POLLOUT);
}

static void socket_is_ready(struct loop_watch *watch, short ready_events)
{
    struct tcp_exchange *exchange = watch->context;
    if (is_connected(exchange))
        converse(exchange, ready_events);
    else
        begin_conversation(exchange);
}

/* Takes the descriptors that this user may have without asking anybody.  False when there are no more. */
static bool raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return false;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* -1 with errno when there is none. */
static int open_socket(int family)
{
    int descriptor = socket(family, SOCK_STREAM, 0);
    if (descriptor < 0 && errno == EMFILE) {
        if (!raise_descriptor_limit()) {
            errno = EMFILE;
            return -1;
        }
        descriptor = socket(family, SOCK_STREAM, 0);
    }
    if (descriptor < 0)
        return -1;
    int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 &&
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0)
        return descriptor;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

static socklen_t write_socket_address(const struct address *address, uint16_t port,
                                      struct sockaddr_storage *ret)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (address->is_ipv6) {
        memcpy(&ipv6.sin6_addr, address->bytes, ADDRESS_IPV6_SIZE);
        memcpy(ret, &ipv6, sizeof ipv6);
        return sizeof ipv6;
    }
    memcpy(&ipv4.sin_addr, address->bytes, ADDRESS_IPV4_SIZE);
    memcpy(ret, &ipv4, sizeof ipv4);
    return sizeof ipv4;
}

/* Starts connecting; 0, or what went wrong at once. */
static int begin_connecting(struct tcp_exchange *exchange)
{
    struct sockaddr_storage address = {0};
    socklen_t length = write_socket_address(&exchange->address, exchange->port, &address);
    exchange->watch.descriptor = open_socket(address.ss_family);
    if (exchange->watch.descriptor < 0)
        return errno;
    /* Interrupted means that it goes on by itself (POSIX, connect). */
    if (connect(exchange->watch.descriptor, (struct sockaddr *)&address, length) == 0 ||
        errno == EINPROGRESS || errno == EINTR)
        return 0;
    return errno;
}

void tcp_exchange_start(struct tcp_exchange *exchange, struct loop *loop)
{
    exchange->outcome = PROBE_NOT_IN_TIME;
    exchange->error = 0;
    exchange->connect_us = exchange->exchange_us = 0;
    text_start(&exchange->received, exchange->answer_maximum);
    exchange->loop = loop;
    exchange->watch = (struct loop_watch) {
        .descriptor = -1, .events = POLLOUT, .ready = socket_is_ready, .context = exchange};
    exchange->limit = (struct loop_timer) {
        .at_ms = deadline_in(exchange->limit_ms).at_ms, .due = limit_is_due, .context = exchange};
    exchange->sent = 0;
    exchange->started_us = monotonic_us();
    exchange->connected_us = 0;
    exchange->is_over = false;
    if (exchange->port == 0) {
        finish(exchange, (struct ending) {PROBE_REFUSED, 0});
        return;
    }
    int error = begin_connecting(exchange);
    if (error != 0)
        finish(exchange, ending_at_once(error));
    else if (!loop_watch_start(loop, &exchange->watch) || !loop_timer_start(loop, &exchange->limit))
        finish(exchange, out_of_memory);
}

void tcp_exchange_done(struct tcp_exchange *exchange)
{
    if (exchange->loop == NULL)
        return;
    release_socket(exchange);
    text_done(&exchange->received);
    exchange->loop = NULL;
}
