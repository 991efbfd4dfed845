/* SPDX-License-Identifier: MIT */
/* Addresses, by inet_pton and inet_ntop of POSIX. */
#include "model/address.h"

#include <arpa/inet.h>
#include <string.h>

bool address_parse(struct span text, struct address *ret)
{
    char copy[ADDRESS_TEXT_SIZE];
    struct address address = {0};
    if (text.length == 0 || text.length >= sizeof copy || memchr(text.bytes, '\0', text.length) != NULL)
        return false;
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    address.is_ipv6 = strchr(copy, ':') != NULL;
    if (inet_pton(address.is_ipv6 ? AF_INET6 : AF_INET, copy, address.bytes) != 1)
        return false;
    *ret = address;
    return true;
}

void address_print(const struct address *address, char ret_text[ADDRESS_TEXT_SIZE])
{
    if (inet_ntop(address->is_ipv6 ? AF_INET6 : AF_INET, address->bytes, ret_text, ADDRESS_TEXT_SIZE) == NULL)
        ret_text[0] = '\0';
}

bool address_equal(const struct address *left, const struct address *right)
{
    return left->is_ipv6 == right->is_ipv6 &&
           memcmp(left->bytes, right->bytes, left->is_ipv6 ? ADDRESS_IPV6_SIZE : ADDRESS_IPV4_SIZE) == 0;
}

bool address_is_unspecified(const struct address *address)
{
    const struct address none = {.is_ipv6 = address->is_ipv6};
    return address_equal(address, &none);
}
