/* SPDX-License-Identifier: MIT */
/* A host and a port as people write them: HOST, HOST:PORT, 192.0.2.11:1688, [2001:db8::11]:1688.  Two colons
 * or more without brackets are a bare IPv6 address: Microsoft's own documents disagree about how to write
 * one, so every form without a second meaning is read. */
#ifndef MODEL_ENDPOINT_H
#define MODEL_ENDPOINT_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/address.h"

#include <stdbool.h>
#include <stdint.h>

enum { KMS_PORT = 1688, DNS_PORT = 53 };

struct endpoint {
    const char *host;       /* a name as it was written but for a final dot, or the address as address_print
                               writes it; never empty */
    bool is_address;        /* then `address` holds it */
    struct address address; /* valid where is_address */
    bool has_port;
    uint16_t port; /* 1 to 65535, valid where has_port */
};

/* Reads the whole span; `host` is a copy in the arena.  Names are letters, digits, '-', '_' and '.', at most
 * 63 in a label and 253 in all (RFC 1035, 2.3.4; underscores occur in the names of Windows machines); digits
 * and dots alone are a mistyped address.  On failure *ret is untouched and *why says what is wrong with the
 * text. */
MUST_CHECK bool endpoint_parse(struct span text, struct arena *arena, struct endpoint *ret,
                               struct problem *why);

/* "kms01:1688", "[2001:db8::11]:1688". */
const char *endpoint_format(const char *host, uint16_t port, struct arena *arena);

/* The same name in DNS: case and one final dot do not count. */
bool host_name_equal(struct span left, struct span right);

/* Can be asked for in DNS, by the rules of endpoint_parse; one final dot is allowed. */
bool host_name_is_valid(struct span name);

#endif
