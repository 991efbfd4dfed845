/* SPDX-License-Identifier: MIT */
/* One TCP connection: connect, send a few bytes, read until whoever understands them has enough, close. Never
 * blocks; many run side by side in one loop.  It knows no protocol. */
#ifndef TRANSPORT_TCP_EXCHANGE_H
#define TRANSPORT_TCP_EXCHANGE_H

#include "base/attributes.h"
#include "base/span.h"
#include "base/text.h"
#include "model/address.h"
#include "model/reach.h"
#include "transport/loop.h"

#include <stdbool.h>
#include <stdint.h>

/* What to do, filled by the caller and left in place until `finished` was called. */
struct tcp_exchange {
    struct address address;
    uint16_t port;
    struct span request;   /* sent once the connection stands; empty = connecting is all */
    int64_t limit_ms;      /* for the whole exchange, from its start */
    size_t answer_maximum; /* bytes; when they are full the answer is taken as ended */
    bool (*is_whole)(const struct tcp_exchange *exchange, struct span received); /* enough was read */
    void (*finished)(struct tcp_exchange *exchange); /* called once, from the loop or before start returns */
    void *context;

    /* The result, valid from `finished` on. */
    enum probe_outcome outcome;
    int error; /* errno where there was one */
    int64_t connect_us, exchange_us;
    struct text received;

    /* of the implementation */
    struct loop *loop;
    struct loop_watch watch;
    struct loop_timer limit;
    size_t sent;
    int64_t started_us, connected_us;
    bool is_over;
};

/* Starts it.  `finished` is called exactly once, unless tcp_exchange_done comes before. */
void tcp_exchange_start(struct tcp_exchange *exchange, struct loop *loop);

/* Closes and releases what is left; the result is gone.  An exchange that did not finish has the outcome
 * PROBE_NOT_IN_TIME before and after. */
void tcp_exchange_done(struct tcp_exchange *exchange);

#endif
