/* SPDX-License-Identifier: MIT */
/* What the tests around DNS share: messages put together byte by byte, and answers as short strings that a
 * case can be compared with. */
#ifndef TESTS_UNIT_TEST_DNS_MESSAGE_H
#define TESTS_UNIT_TEST_DNS_MESSAGE_H

#include "base/span.h"
#include "base/text.h"
#include "model/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MESSAGE_ROOM = 70000, ANSWER_ROOM = 1 << 20 };

/* The flags of an ordinary answer: QR, RD, RA.  The rcode is added. */
enum { FLAGS_ANSWER = 0x8180, FLAGS_CUT = 0x8380 };

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_TXT = 16, TYPE_AAAA = 28, TYPE_SRV = 33, TYPE_OPT = 41 };

/* A pointer to the name in the question, which stands behind the header. */
#define THE_NAME "\xc0\x0c"

static inline void put_u16(struct text *message, unsigned value)
{
    text_append_byte(message, (char)(value >> 8 & 0xff));
    text_append_byte(message, (char)(value & 0xff));
}

static inline void put_bytes(struct text *message, const char *bytes, size_t length)
{
    text_append_span(message, (struct span) {bytes, length});
}

/* "kms01.corp.example.com", "" for the root. */
static inline void put_name(struct text *message, const char *name)
{
    for (struct span rest = span_of(name); rest.bytes != NULL && rest.length > 0;) {
        struct span label = span_cut(&rest, '.');
        text_append_byte(message, (char)label.length);
        text_append_span(message, label);
    }
    text_append_byte(message, 0);
}

static inline void put_header(struct text *message, unsigned id, unsigned flags, unsigned answers)
{
    text_start(message, MESSAGE_ROOM);
    put_u16(message, id);
    put_u16(message, flags);
    put_u16(message, 1);
    put_u16(message, answers);
    put_u16(message, 0);
    put_u16(message, 0);
}

static inline void put_question(struct text *message, const char *name, unsigned type)
{
    put_name(message, name);
    put_u16(message, type);
    put_u16(message, 1);
}

/* Everything of a record before its data; the owner is the name in the question when it is NULL. */
static inline void put_record(struct text *message, const char *owner, unsigned type, size_t length)
{
    if (owner == NULL)
        put_bytes(message, THE_NAME, 2);
    else
        put_name(message, owner);
    put_u16(message, type);
    put_u16(message, 1);
    put_u16(message, 0);
    put_u16(message, 3600);
    put_u16(message, (unsigned)length);
}

static inline void put_srv(struct text *message, const char *owner, unsigned priority, unsigned weight,
                           unsigned port, const char *target)
{
    struct text name;
    text_start(&name, 256);
    put_name(&name, target);
    put_record(message, owner, TYPE_SRV, 6 + name.length);
    put_u16(message, priority);
    put_u16(message, weight);
    put_u16(message, port);
    text_append_span(message, (struct span) {name.bytes, name.length});
    text_done(&name);
}

static inline void put_alias(struct text *message, const char *owner, const char *target)
{
    struct text name;
    text_start(&name, 256);
    put_name(&name, target);
    put_record(message, owner, TYPE_CNAME, name.length);
    text_append_span(message, (struct span) {name.bytes, name.length});
    text_done(&name);
}

static inline void put_ipv4(struct text *message, const char *owner, unsigned last)
{
    put_record(message, owner, TYPE_A, 4);
    put_bytes(message, "\xc0\x00\x02", 3); /* 192.0.2. */
    text_append_byte(message, (char)last);
}

static inline void put_ipv6(struct text *message, const char *owner, unsigned last)
{
    put_record(message, owner, TYPE_AAAA, 16);
    put_bytes(message, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0", 15); /* 2001:db8:: */
    text_append_byte(message, (char)last);
}

static inline const char *outcome_name(enum dns_outcome outcome)
{
    static const char *const names[] = {
        [DNS_ANSWERED] = "ANSWERED",
        [DNS_NAME_ERROR] = "NAME_ERROR",
        [DNS_NO_DATA] = "NO_DATA",
        [DNS_REFUSED] = "REFUSED",
        [DNS_NOT_IMPLEMENTED] = "NOT_IMPLEMENTED",
        [DNS_FORMAT_ERROR] = "FORMAT_ERROR",
        [DNS_SERVER_FAILURE] = "SERVER_FAILURE",
        [DNS_BAD_ANSWER] = "BAD_ANSWER",
        [DNS_TIMEOUT] = "TIMEOUT",
        [DNS_UNREACHABLE] = "UNREACHABLE",
        [DNS_NOT_IN_TIME] = "NOT_IN_TIME",
    };
    return names[outcome];
}

/* "ANSWERED, 0 0 1688 kms01.example.com", "BAD_ANSWER 9", "ANSWERED, alias of b.example.com, 192.0.2.1". */
static inline void describe_answer(const struct dns_answer *answer, struct text *text)
{
    text_append(text, outcome_name(answer->outcome));
    if (answer->outcome == DNS_BAD_ANSWER)
        text_append_format(text, " %u", answer->rcode);
    if (answer->alias_of != NULL)
        text_append_format(text, ", alias of %s", answer->alias_of);
    for (size_t i = 0; i < answer->record_count; i++) {
        const struct srv_record *record = &answer->records[i];
        text_append_format(text, ", %u %u %u %s", record->priority, record->weight, record->port,
                           record->target);
    }
    for (size_t i = 0; i < answer->address_count; i++) {
        char address[ADDRESS_TEXT_SIZE];
        address_print(&answer->addresses[i], address);
        text_append_format(text, ", %s", address);
    }
}

#endif
