/* SPDX-License-Identifier: MIT */
/* Internet addresses as values: read, compared, printed.  Nothing is looked up. */
#ifndef MODEL_ADDRESS_H
#define MODEL_ADDRESS_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

enum { ADDRESS_IPV4_SIZE = 4, ADDRESS_IPV6_SIZE = 16, ADDRESS_TEXT_SIZE = 46 };

struct address {
    bool is_ipv6;
    uint8_t bytes[ADDRESS_IPV6_SIZE]; /* network order; an IPv4 address takes the first four, the rest is 0 */
};

/* An IPv4 address in four decimal parts, or an IPv6 address without brackets and without a zone index
 * (RFC 4291, 2.2).  The whole span or nothing: on failure *ret is untouched. */
MUST_CHECK bool address_parse(struct span text, struct address *ret);

/* 192.0.2.11, 2001:db8::11 (RFC 5952). */
void address_print(const struct address *address, char ret_text[ADDRESS_TEXT_SIZE]);

/* 0.0.0.0 or ::, the address of nobody. */
bool address_is_unspecified(const struct address *address);

bool address_equal(const struct address *left, const struct address *right);

#endif
