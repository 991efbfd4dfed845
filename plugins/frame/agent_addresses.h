/* SPDX-License-Identifier: MIT */
/* The addresses of the machine that is asked: its literal address, or what hosts file and DNS of this server
 * say, by c-ares.  Libraries that speak to agents get addresses only, because they would wait for names
 * without regard to the deadline. */
#ifndef FRAME_AGENT_ADDRESSES_H
#define FRAME_AGENT_ADDRESSES_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "model/address.h"
#include "model/endpoint.h"
#include "transport/loop.h"
#include "transport/resolver.h"

#include <stdbool.h>
#include <stddef.h>

enum { AGENT_ADDRESSES_MAXIMUM = 16 };

/* Filled in by the owner but for what is said below. */
struct agent_addresses {
    struct loop *loop;
    struct deadline deadline;
    const char *advice; /* what to try when the name has no address */

    /* Called once: with at least one address, or with none and a sentence in *why. */
    void (*found)(void *context, bool is_found);
    void *context;
    struct problem *why;

    struct address items[AGENT_ADDRESSES_MAXIMUM]; /* the result, in the order to try them */
    size_t count;
    struct resolver *resolver;
    bool is_over; /* nobody waits for an answer any more */
};

/* `found` is called from the loop, or before this returns. */
void agent_addresses_find(struct agent_addresses *addresses, const struct endpoint *host);

/* The sentence when the deadline came before DNS; returns false. */
bool agent_addresses_explain_delay(const struct agent_addresses *addresses, struct problem *why);

void agent_addresses_done(struct agent_addresses *addresses);

#endif
