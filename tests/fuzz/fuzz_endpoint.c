/* SPDX-License-Identifier: MIT */
/* Any bytes as a host with or without a port.  What is taken and what is refused is checked against the rules
 * written down a second time here; what is taken must survive being printed and read again. */
#include "fuzz_require.h"

#include "model/endpoint.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static bool is_address(int family, const char *text, size_t length)
{
    uint8_t bytes[16];
    char copy[64] = "";
    if (length >= sizeof copy || memchr(text, '\0', length) != NULL)
        return false;
    memcpy(copy, text, length);
    return inet_pton(family, copy, bytes) == 1;
}

/* Parts of 1 to 63 letters, digits, '-' and '_' with dots between; 253 in all; not a number in every part. */
static bool is_name(const char *text, size_t length)
{
    static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    size_t part = 0;
    bool has_other = false;
    if (length > 0 && text[length - 1] == '.')
        length--;
    for (size_t i = 0; i < length; i++) {
        bool is_other = memchr(others, text[i], sizeof others - 1) != NULL;
        if (text[i] == '.' ? part == 0 : !is_other && (text[i] < '0' || text[i] > '9'))
            return false;
        part = text[i] == '.' ? 0 : part + 1;
        has_other |= is_other;
        if (part > 63)
            return false;
    }
    return length <= 253 && part > 0 && has_other;
}

static bool is_port(const char *text, size_t length)
{
    unsigned long port = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || port > 65535)
            return false;
        port = port * 10 + (unsigned long)(text[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

/* Nothing, or a colon and a port. */
static bool is_port_part(const char *text, size_t length)
{
    return length == 0 || (text[0] == ':' && is_port(text + 1, length - 1));
}

static bool is_endpoint(const char *text, size_t length)
{
    const char *bracket = length > 0 ? memchr(text, ']', length) : NULL;
    const char *colon = length > 0 ? memchr(text, ':', length) : NULL;
    if (length == 0)
        return false;
    if (text[0] == '[') {
        size_t inside = bracket == NULL ? 0 : (size_t)(bracket - text) - 1;
        return bracket != NULL && is_address(AF_INET6, text + 1, inside) &&
               is_port_part(bracket + 1, length - inside - 2);
    }
    size_t host = colon == NULL ? length : (size_t)(colon - text);
    return is_address(AF_INET6, text, length) || ((is_address(AF_INET, text, host) || is_name(text, host)) &&
                                                  is_port_part(text + host, length - host));
}

static void check_refusal(const struct endpoint *endpoint, const struct problem *why)
{
    struct endpoint untouched;
    memset(&untouched, 0x55, sizeof untouched);
    REQUIRE(memcmp(endpoint, &untouched, sizeof untouched) == 0);
    REQUIRE(why->kind == PROBLEM_USAGE && why->sentence[0] != '\0');
}

/* Printed with its port and read again it is the same; a final dot changes nothing. */
static void check_round_trip(const struct endpoint *endpoint, struct arena *arena)
{
    struct endpoint again;
    struct problem why;
    uint16_t port = endpoint->has_port ? endpoint->port : KMS_PORT;
    const char *printed = endpoint_format(endpoint->host, port, arena);
    REQUIRE(endpoint_parse(span_of(printed), arena, &again, &why));
    REQUIRE(strcmp(again.host, endpoint->host) == 0 && again.has_port && again.port == port);
    REQUIRE(again.is_address == endpoint->is_address);
    REQUIRE(!again.is_address || address_equal(&again.address, &endpoint->address));
    const char *with_dot = arena_format(arena, "%s.", endpoint->host);
    REQUIRE(host_name_equal(span_of(with_dot), span_of(endpoint->host)));
    REQUIRE(host_name_is_valid(span_of(with_dot)) == !endpoint->is_address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    struct arena arena = {0};
    struct endpoint endpoint;
    struct problem why = {.kind = PROBLEM_NONE};
    memset(&endpoint, 0x55, sizeof endpoint);
    bool is_read = endpoint_parse(text, &arena, &endpoint, &why);
    REQUIRE(is_read == is_endpoint(text.bytes, size));
    REQUIRE(host_name_is_valid(text) == is_name(text.bytes, size));
    REQUIRE(host_name_equal(text, text));
    if (is_read) {
        REQUIRE(endpoint.host[0] != '\0' && endpoint.has_port == (endpoint.port != 0));
        REQUIRE(endpoint.is_address || host_name_is_valid(span_of(endpoint.host)));
        check_round_trip(&endpoint, &arena);
    } else {
        check_refusal(&endpoint, &why);
    }
    arena_done(&arena);
    return 0;
}
