/* SPDX-License-Identifier: MIT */
/* Hosts and ports as people write them. */
#include "model/endpoint.h"

#include "base/number.h"

#include <string.h>

enum { LABEL_MAXIMUM = 63, NAME_MAXIMUM = 253, PORT_MAXIMUM = 65535, QUOTED_MAXIMUM = 60 };

/* Says "TEXT has/is ...".  Foreign text in a sentence stays short; whoever prints the sentence cleans it. */
static bool refuse(struct span text, const char *reason, struct problem *why)
{
    return problem_set(why, PROBLEM_USAGE, "%.*s %s", (int)span_first(text, QUOTED_MAXIMUM).length,
                       text.bytes, reason);
}

static bool is_label_byte(char byte)
{
    char lower = ascii_lower(byte);
    return (lower >= 'a' && lower <= 'z') || ascii_is_digit(byte) || byte == '-' || byte == '_';
}

static struct span without_final_dot(struct span name)
{
    bool has_dot = name.length > 0 && name.bytes[name.length - 1] == '.';
    return span_first(name, name.length - (has_dot ? 1 : 0));
}

/* Such a text is meant as an IPv4 address: no top-level domain is a number. */
static bool has_only_digits_and_dots(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!ascii_is_digit(text.bytes[i]) && text.bytes[i] != '.')
            return false;
    }
    return true;
}

/* No top-level domain is a number, and libraries read such names as old spellings of IPv4 addresses: 0x7f.1.
 */
static bool ends_in_number(struct span name)
{
    struct span label = {NULL, 0};
    for (struct span rest = name; rest.bytes != NULL;)
        label = span_cut(&rest, '.');
    bool is_hex = span_starts_with_ignoring_case(label, "0x");
    label = span_from(label, is_hex ? 2 : 0);
    for (size_t i = 0; i < label.length; i++) {
        char letter = ascii_lower(label.bytes[i]);
        if (!ascii_is_digit(letter) && !(is_hex && letter >= 'a' && letter <= 'f'))
            return false;
    }
    return true;
}

/* What is wrong with a name that has lost its final dot, or NULL. */
static const char *find_name_fault(struct span name)
{
    if (name.length == 0)
        return "has no name in it";
    if (name.length > NAME_MAXIMUM)
        return "is too long: a name has at most 253 characters";
    for (struct span rest = name; rest.bytes != NULL;) {
        struct span label = span_cut(&rest, '.');
        for (size_t i = 0; i < label.length; i++) {
            if (!is_label_byte(label.bytes[i]))
                return "is no host name: one has letters, digits, hyphens, underscores and dots";
        }
        if (label.length == 0)
            return "has an empty part: there is a dot at the begin or two in a row";
        if (label.length > LABEL_MAXIMUM)
            return "has a part that is too long: between two dots there are at most 63 characters";
    }
    if (has_only_digits_and_dots(name))
        return "is no IPv4 address: one has four numbers from 0 to 255, such as 192.0.2.11";
    if (ends_in_number(name))
        return "is no host name: its last part is a number";
    return NULL;
}

bool host_name_is_valid(struct span name)
{
    return find_name_fault(without_final_dot(name)) == NULL;
}

bool host_name_equal(struct span left, struct span right)
{
    return span_equal_ignoring_case(without_final_dot(left), without_final_dot(right));
}

static bool has_two_colons(struct span text)
{
    struct span behind = span_from(text, span_find(text, ':') + 1);
    return span_find(behind, ':') < behind.length;
}

/* Faults that a reader of the whole text sees first, whatever form it was meant to have. */
static const char *find_text_fault(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (ascii_is_blank(byte))
            return "has a blank in it or around it: a host and its port have none";
        if ((unsigned char)byte > 0x7F)
            return "has letters that are not ASCII: write the name as it stands in DNS, in its xn-- form";
        if (byte < ' ' || byte > '~')
            return "has a control character in it";
    }
    if (span_contains(text, "://"))
        return "is a URL: write only the host, or HOST:PORT";
    if (has_two_colons(text) && span_contains(text, "%"))
        return "has a zone index behind %: write an address that means the same on every machine";
    return NULL;
}

static bool parse_port(struct span text, struct span digits, struct endpoint *endpoint, struct problem *why)
{
    uint64_t port;
    if (digits.length == 0)
        return refuse(text, "has no port behind the colon", why);
    if (!number_parse_unsigned(digits, &port) || port == 0 || port > PORT_MAXIMUM)
        return refuse(text, "has no valid port: it is a number from 1 to 65535", why);
    endpoint->has_port = true;
    endpoint->port = (uint16_t)port;
    return true;
}

/* "[2001:db8::11]" or "[2001:db8::11]:1688" */
static bool parse_bracketed(struct span text, struct endpoint *endpoint, struct problem *why)
{
    struct span behind = span_from(text, 1);
    struct span inside = span_cut(&behind, ']');
    if (behind.bytes == NULL)
        return refuse(text, "has an opening bracket without a closing one", why);
    if (!address_parse(inside, &endpoint->address) || !endpoint->address.is_ipv6)
        return refuse(text, "has something in brackets that is no IPv6 address", why);
    endpoint->is_address = true;
    if (behind.length == 0)
        return true;
    if (behind.bytes[0] != ':')
        return refuse(text, "has something behind the bracket that is no colon with a port", why);
    return parse_port(text, span_from(behind, 1), endpoint, why);
}

static bool parse_bare_ipv6(struct span text, struct endpoint *endpoint, struct problem *why)
{
    if (!address_parse(text, &endpoint->address))
        return refuse(text,
                      "has two colons or more and is no IPv6 address; with a port one is written "
                      "[2001:db8::11]:1688",
                      why);
    endpoint->is_address = true;
    return true;
}

/* HOST or HOST:PORT; *ret_name is the host where it is no address. */
static bool parse_plain(struct span text, struct endpoint *endpoint, struct span *ret_name,
                        struct problem *why)
{
    struct span port = text;
    struct span host = span_cut(&port, ':');
    if (host.length == 0)
        return refuse(text, "has no host in front of the colon", why);
    if (port.bytes != NULL && !parse_port(text, port, endpoint, why))
        return false;
    endpoint->is_address = address_parse(host, &endpoint->address);
    if (endpoint->is_address)
        return true;
    struct span name = without_final_dot(host);
    const char *fault = find_name_fault(name);
    if (fault != NULL)
        return refuse(text, fault, why);
    *ret_name = name;
    return true;
}

bool endpoint_parse(struct span text, struct arena *arena, struct endpoint *ret, struct problem *why)
{
    struct endpoint endpoint = {0};
    struct span name = {NULL, 0};
    char address[ADDRESS_TEXT_SIZE];
    bool is_read;
    if (text.length == 0)
        return problem_set(why, PROBLEM_USAGE,
                           "the host is empty: it is written like kms01.corp.example.com, "
                           "192.0.2.11:1688 or [2001:db8::11]:1688");
    const char *fault = find_text_fault(text);
    if (fault != NULL)
        return refuse(text, fault, why);
    if (text.bytes[0] == '[')
        is_read = parse_bracketed(text, &endpoint, why);
    else if (has_two_colons(text))
        is_read = parse_bare_ipv6(text, &endpoint, why);
    else
        is_read = parse_plain(text, &endpoint, &name, why);
    if (!is_read)
        return false;
    if (endpoint.is_address) {
        address_print(&endpoint.address, address);
        name = span_of(address);
    }
    endpoint.host = arena_copy(arena, name);
    if (!arena_ok(arena))
        return problem_set_memory(why);
    *ret = endpoint;
    return true;
}

const char *endpoint_format(const char *host, uint16_t port, struct arena *arena)
{
    bool is_ipv6 = strchr(host, ':') != NULL;
    return arena_format(arena, is_ipv6 ? "[%s]:%u" : "%s:%u", host, (unsigned)port);
}
