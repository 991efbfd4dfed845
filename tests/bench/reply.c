/* SPDX-License-Identifier: MIT */
/* DNS messages after RFC 1035, SRV after RFC 2782, EDNS after RFC 6891; DCE/RPC bind and bind_ack after C706
 * chapter 12. */
#include "reply.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 256, LABEL_MAXIMUM = 63 }; /* RFC 1035 2.3.4 */
enum { DNS_HEADER_SIZE = 12, DNS_UDP_SIZE = 512, DNS_EDNS_SIZE = 1232, DNS_TTL = 3600 };
enum { TYPE_A = 1, TYPE_SOA = 6, TYPE_SRV = 33, TYPE_OPT = 41, CLASS_IN = 1, LOOPBACK = 0x7F000001 };
enum { RCODE_NOERROR, RCODE_FORMERR, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5 };
enum { FLAG_RESPONSE = 0x8000, FLAG_AUTHORITATIVE = 0x0400, FLAG_TRUNCATED = 0x0200, FLAGS_KEPT = 0x7900 };
enum { AT_FLAGS = 2, AT_QUESTIONS = 4, AT_ANSWERS = 6, AT_AUTHORITY = 8, AT_ADDITIONAL = 10 };

enum { RPC_HEADER_SIZE = 16, RPC_BIND_SIZE = 28, RPC_BIND = 11, RPC_BIND_ACK = 12, RPC_FRAGMENT_SIZE = 5840 };
enum { CONTEXT_SIZE = 24, SYNTAX_SIZE = 20 };

struct question {
    char name[NAME_SIZE]; /* lower case, without the final dot */
    unsigned type;
    size_t end;       /* of the question section */
    size_t udp_limit; /* what the asker takes */
    bool has_edns;
};

static void put_bytes(struct reply *reply, const void *bytes, size_t length)
{
    if (length > sizeof reply->bytes - reply->length)
        abort();
    memcpy(reply->bytes + reply->length, bytes, length);
    reply->length += length;
}

static void put_zeros(struct reply *reply, size_t length)
{
    static const unsigned char zeros[SYNTAX_SIZE];
    put_bytes(reply, zeros, length);
}

static void put_big(struct reply *reply, size_t value, size_t size)
{
    while (size-- > 0)
        put_bytes(reply, &(unsigned char) {(unsigned char)(value >> (8 * size))}, 1);
}

static void put_little(struct reply *reply, size_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put_bytes(reply, &(unsigned char) {(unsigned char)(value >> (8 * i))}, 1);
}

static void set_big_16(struct reply *reply, size_t at, size_t value)
{
    reply->bytes[at] = (unsigned char)(value >> 8);
    reply->bytes[at + 1] = (unsigned char)value;
}

static unsigned big_16(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* ---- DNS: what was asked ---- */

/* Names in questions are never compressed: nothing stands before them. */
static bool read_name(const unsigned char *bytes, size_t length, struct question *ret)
{
    size_t at = DNS_HEADER_SIZE, used = 0;
    while (at < length && bytes[at] != 0) {
        size_t label = bytes[at++];
        if (label > LABEL_MAXIMUM || label >= length - at || used + label + 1 >= sizeof ret->name)
            return false;
        if (used > 0)
            ret->name[used++] = '.';
        for (size_t i = 0; i < label; i++)
            ret->name[used++] = (char)tolower(bytes[at++]);
    }
    ret->name[used] = '\0';
    ret->end = at + 1;
    return at < length;
}

static bool read_question(const unsigned char *bytes, size_t length, struct question *ret)
{
    if (big_16(bytes + AT_QUESTIONS) != 1 || !read_name(bytes, length, ret) || length - ret->end < 4)
        return false;
    ret->type = big_16(bytes + ret->end);
    ret->end += 4;
    /* OPT: an empty name, the type, and in the place of the class the size of datagrams that the asker takes.
     */
    const unsigned char *more = bytes + ret->end;
    ret->has_edns = big_16(bytes + AT_ADDITIONAL) > 0 && length - ret->end >= 11 && more[0] == 0 &&
                    big_16(more + 1) == TYPE_OPT;
    size_t size = ret->has_edns ? big_16(more + 3) : 0;
    ret->udp_limit = size < DNS_UDP_SIZE ? DNS_UDP_SIZE : size > DNS_EDNS_SIZE ? DNS_EDNS_SIZE : size;
    return true;
}

/* ---- DNS: what is answered ---- */

static void put_name(struct reply *reply, const char *name)
{
    while (*name != '\0') {
        size_t label = strcspn(name, ".");
        put_big(reply, label, 1);
        put_bytes(reply, name, label);
        name += label + (name[label] == '.');
    }
    put_zeros(reply, 1);
}

/* What follows the name of a record. */
static void put_record(struct reply *reply, unsigned type, size_t length)
{
    put_big(reply, type, 2);
    put_big(reply, CLASS_IN, 2);
    put_big(reply, DNS_TTL, 4);
    put_big(reply, length, 2);
}

static void put_asked_name(struct reply *reply)
{
    put_big(reply, 0xC000 | DNS_HEADER_SIZE, 2);
}

static unsigned put_address(struct reply *reply)
{
    put_asked_name(reply);
    put_record(reply, TYPE_A, 4);
    put_big(reply, LOOPBACK, 4);
    return 1;
}

/* The name of the target is not compressed (RFC 2782). */
static unsigned put_target(struct reply *reply, const char *target, uint16_t port)
{
    put_asked_name(reply);
    put_record(reply, TYPE_SRV, 6 + strlen(target) + 2);
    put_zeros(reply, 4); /* priority and weight */
    put_big(reply, port, 2);
    put_name(reply, target);
    return 1;
}

static unsigned put_all_targets(struct reply *reply, const uint16_t *ports)
{
    char target[] = "host000.many.example.com";
    for (unsigned host = 0; host < REPLY_HOSTS; host++) {
        target[4] = (char)('0' + host / 100);
        target[5] = (char)('0' + host / 10 % 10);
        target[6] = (char)('0' + host % 10);
        put_target(reply, target, ports[host]);
    }
    return REPLY_HOSTS;
}

static bool is_numbered_host(const char *name)
{
    return strncmp(name, "host", 4) == 0 && (name[4] == '0' || name[4] == '1') &&
           isdigit((unsigned char)name[5]) && isdigit((unsigned char)name[6]) &&
           strcmp(name + 7, ".many.example.com") == 0;
}

/* The zone that a name lies in; NULL: none of ours. */
static const char *zone_of(const char *name)
{
    static const char *const zones[] = {"bench.example.com", "many.example.com"};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        size_t whole = strlen(name), part = strlen(zones[i]);
        if (whole >= part && strcmp(name + whole - part, zones[i]) == 0 &&
            (whole == part || name[whole - part - 1] == '.'))
            return zones[i];
    }
    return NULL;
}

/* Returns the number of records; where there is none, *ret_rcode says why. */
static unsigned put_records(struct reply *reply, const struct question *question, const struct zones *zones,
                            unsigned *ret_rcode)
{
    const char *name = question->name, *zone = zone_of(name);
    *ret_rcode = RCODE_NOERROR;
    if (zone == NULL)
        *ret_rcode = RCODE_REFUSED;
    else if (strcmp(name, "_vlmcs._tcp.bench.example.com") == 0)
        return question->type == TYPE_SRV ? put_target(reply, "kms01.bench.example.com", zones->kms_port) : 0;
    else if (strcmp(name, "_vlmcs._tcp.many.example.com") == 0)
        return question->type == TYPE_SRV ? put_all_targets(reply, zones->host_ports) : 0;
    else if (strcmp(name, "kms01.bench.example.com") == 0 || is_numbered_host(name))
        return question->type == TYPE_A ? put_address(reply) : 0;
    else if (strcmp(name, zone) != 0 && strncmp(name, "_tcp.", 5) != 0)
        *ret_rcode = RCODE_NXDOMAIN;
    return 0;
}

/* The SOA, without which nobody may remember that there is nothing (RFC 2308). */
static void put_authority(struct reply *reply, const char *zone)
{
    put_name(reply, zone);
    put_record(reply, TYPE_SOA, 0);
    size_t start = reply->length;
    put_name(reply, "ns.example.com");
    put_name(reply, "hostmaster.example.com");
    for (unsigned i = 0; i < 5; i++)
        put_big(reply, DNS_TTL, 4);
    set_big_16(reply, start - 2, reply->length - start);
    set_big_16(reply, AT_AUTHORITY, 1);
}

static void put_edns(struct reply *reply)
{
    put_zeros(reply, 1);
    put_big(reply, TYPE_OPT, 2);
    put_big(reply, DNS_EDNS_SIZE, 2);
    put_zeros(reply, 6);
    set_big_16(reply, AT_ADDITIONAL, 1);
}

/* Nothing but the question and the sign that TCP has more. */
static void cut(struct reply *reply, size_t question_end)
{
    reply->length = question_end;
    reply->bytes[AT_FLAGS] |= FLAG_TRUNCATED >> 8;
    set_big_16(reply, AT_ANSWERS, 0);
    set_big_16(reply, AT_AUTHORITY, 0);
}

bool reply_to_question(const unsigned char *bytes, size_t length, bool is_udp, const struct zones *zones,
                       struct reply *ret)
{
    struct question question;
    if (length < DNS_HEADER_SIZE || (big_16(bytes + AT_FLAGS) & FLAG_RESPONSE) != 0)
        return false;
    unsigned flags = FLAG_RESPONSE | FLAG_AUTHORITATIVE | (big_16(bytes + AT_FLAGS) & FLAGS_KEPT), rcode;
    ret->length = 0;
    put_bytes(ret, bytes, AT_FLAGS); /* the id */
    put_zeros(ret, DNS_HEADER_SIZE - AT_FLAGS);
    set_big_16(ret, AT_FLAGS, flags | RCODE_FORMERR);
    if (!read_question(bytes, length, &question))
        return true;
    put_bytes(ret, bytes + DNS_HEADER_SIZE, question.end - DNS_HEADER_SIZE);
    unsigned count = put_records(ret, &question, zones, &rcode);
    if (count == 0 && rcode != RCODE_REFUSED)
        put_authority(ret, zone_of(question.name));
    set_big_16(ret, AT_FLAGS, flags | rcode);
    set_big_16(ret, AT_QUESTIONS, 1);
    set_big_16(ret, AT_ANSWERS, count);
    enum { OPT_SIZE = 11 };
    if (is_udp && ret->length + OPT_SIZE > question.udp_limit)
        cut(ret, question.end);
    if (question.has_edns)
        put_edns(ret);
    return true;
}

/* ---- RPC ---- */

bool reply_measure_bind(const unsigned char *bytes, size_t length, size_t *ret_length)
{
    static const unsigned char little_endian[4] = {0x10, 0, 0, 0};
    *ret_length = 0;
    if (length < RPC_HEADER_SIZE)
        return true;
    *ret_length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    return bytes[0] == 5 && bytes[2] == RPC_BIND &&
           memcmp(bytes + 4, little_endian, sizeof little_endian) == 0 && *ret_length >= RPC_BIND_SIZE;
}

/* The results begin at a multiple of four, counted from the start of the message. */
static void put_secondary_address(struct reply *reply, uint16_t port)
{
    char text[8];
    size_t length = (size_t)snprintf(text, sizeof text, "%u", (unsigned)port) + 1;
    put_little(reply, length, 2);
    put_bytes(reply, text, length);
    put_zeros(reply, (4 - reply->length % 4) % 4);
}

/* Acceptance names the first syntax that was offered; the others: provider rejection, abstract syntax not
 * supported. */
static void put_result(struct reply *reply, const unsigned char *accepted_syntax)
{
    put_little(reply, accepted_syntax != NULL ? 0 : 2, 2);
    put_little(reply, accepted_syntax != NULL ? 0 : 1, 2);
    if (accepted_syntax != NULL)
        put_bytes(reply, accepted_syntax, SYNTAX_SIZE);
    else
        put_zeros(reply, SYNTAX_SIZE);
}

bool reply_to_bind(const unsigned char *bind, size_t length, uint16_t port, struct reply *ret)
{
    static uint32_t group = 0x1000;
    unsigned contexts = bind[24];
    ret->length = 0;
    put_bytes(ret, bind, RPC_HEADER_SIZE); /* version, flags, byte order and call id are mirrored */
    ret->bytes[2] = RPC_BIND_ACK;
    put_little(ret, RPC_FRAGMENT_SIZE, 2);
    put_little(ret, RPC_FRAGMENT_SIZE, 2);
    put_little(ret, ++group, 4);
    put_secondary_address(ret, port);
    put_little(ret, contexts, 4);
    size_t at = RPC_BIND_SIZE;
    for (unsigned i = 0; i < contexts; i++) {
        size_t syntaxes = length - at < CONTEXT_SIZE ? 0 : bind[at + 2];
        if (syntaxes == 0 || length - at < CONTEXT_SIZE + SYNTAX_SIZE * syntaxes)
            return false;
        put_result(ret, i == 0 ? bind + at + CONTEXT_SIZE : NULL);
        at += CONTEXT_SIZE + SYNTAX_SIZE * syntaxes;
    }
    ret->bytes[8] = (unsigned char)ret->length;
    ret->bytes[9] = (unsigned char)(ret->length >> 8);
    return contexts > 0;
}
