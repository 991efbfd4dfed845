/* SPDX-License-Identifier: MIT */
/* DNS messages, RFC 1035 section 4.
 *
 * A message is a header of twelve bytes, the question, and three lists of records: answers, authority,
 * additional.  All three must be whole, but only the answers are used, and from the additional ones the upper
 * bits of the rcode that EDNS puts there (RFC 6891, 6.1.3).
 *
 * The records are taken apart here and only their names by c-ares: its own readers of whole answers do not
 * say whom a record belongs to, and they have changed from version to version. */
#include "transport/dns_answer.h"

#include "base/reader.h"

#include <string.h>
#include <sys/select.h> /* ares.h uses fd_set, and 1.18 does not see to it that it is known */

#include <ares.h>

enum {
    MESSAGE_MAXIMUM = 65535,
    NAME_MAXIMUM = 255,   /* as it is sent, with its lengths and its end (RFC 1035, 2.3.4) */
    RECORD_MINIMUM = 11,  /* owner "." (1), type (2), class (2), TTL (4), length (2) */
    ALIASES_MAXIMUM = 16, /* one after the other; more is a circle, or as bad as one */
    CLASS_INTERNET = 1,
    TYPE_ALIAS = 5, /* CNAME */
    TYPE_OPT = 41
};

/* RFC 1035, 4.1.1: the second half of the header's first four bytes */
enum { FLAG_RESPONSE = 0x8000, FLAG_TRUNCATED = 0x0200, MASK_OPCODE = 0x7800, MASK_RCODE = 0x000f };

enum { RCODE_NO_ERROR = 0, RCODE_NAME_ERROR = 3 };

static const enum dns_outcome rcode_outcomes[] = {
    DNS_NO_DATA, DNS_FORMAT_ERROR, DNS_SERVER_FAILURE, DNS_NAME_ERROR, DNS_NOT_IMPLEMENTED, DNS_REFUSED,
};

struct record {
    const char *owner;
    uint16_t type, class;
    uint32_t ttl;
    size_t data_at; /* offset in the message */
    struct span data;
};

struct message {
    struct span bytes;
    struct reader reader; /* over the same bytes */
    struct arena *arena;
    uint16_t flags, counts[4]; /* questions, answers, authority, additional */
    const char *name;          /* of the question */
    struct record *records;    /* the answers */
};

static uint16_t read_u16(struct reader *reader)
{
    unsigned high = reader_byte(reader);
    return (uint16_t)(high << 8 | reader_byte(reader));
}

static uint32_t read_u32(struct reader *reader)
{
    uint32_t high = read_u16(reader);
    return high << 16 | read_u16(reader);
}

/* c-ares 1.18 takes names of any length, and writes a label that is one zero byte as just that, which ends
 * its string.  For a name that c-ares could expand. */
static bool is_proper_name(const unsigned char *bytes, size_t at)
{
    size_t length = 1;
    while (bytes[at] != 0 && length <= NAME_MAXIMUM) {
        if (bytes[at] >= 0xc0) {
            at = (size_t)(bytes[at] & 0x3f) << 8 | bytes[at + 1];
            continue;
        }
        if (bytes[at] == 1 && bytes[at + 1] == 0)
            return false;
        length += 1U + bytes[at];
        at += 1U + bytes[at];
    }
    return length <= NAME_MAXIMUM;
}

/* The name at an offset, without its final dot, "." for the root; NULL when there is none.  *ret_length is
 * the space that it takes up there. */
static const char *expand_name(const struct message *message, size_t at, size_t *ret_length)
{
    const unsigned char *bytes = (const unsigned char *)message->bytes.bytes;
    char *name = NULL;
    long length = 0;
    if (at >= message->bytes.length ||
        ares_expand_name(bytes + at, bytes, (int)message->bytes.length, &name, &length) != ARES_SUCCESS)
        return NULL;
    const char *copy = NULL;
    if (is_proper_name(bytes, at))
        copy = arena_copy(message->arena, span_of(name[0] == '\0' ? "." : name));
    ares_free_string(name);
    *ret_length = (size_t)length;
    return copy;
}

/* Reads the name where the reader stands. */
static const char *read_name(struct message *message)
{
    size_t length, at = message->bytes.length - reader_remaining(&message->reader);
    const char *name = expand_name(message, at, &length);
    if (name == NULL)
        message->reader.has_failed = true;
    else
        reader_bytes(&message->reader, length);
    return name;
}

/* RFC 1035, 4.1.3 */
static void read_record(struct message *message, struct record *ret)
{
    struct reader *reader = &message->reader;
    ret->owner = read_name(message);
    ret->type = read_u16(reader);
    ret->class = read_u16(reader);
    ret->ttl = read_u32(reader);
    size_t length = read_u16(reader);
    ret->data_at = message->bytes.length - reader_remaining(reader);
    ret->data = reader_bytes(reader, length);
}

static bool read_header(struct message *message)
{
    struct reader *reader = &message->reader;
    read_u16(reader); /* the id, which c-ares has compared */
    message->flags = read_u16(reader);
    for (size_t i = 0; i < 4; i++)
        message->counts[i] = read_u16(reader);
    return !reader->has_failed && message->bytes.length <= MESSAGE_MAXIMUM &&
           (message->flags & FLAG_RESPONSE) != 0 && (message->flags & MASK_OPCODE) == 0;
}

static bool read_question(struct message *message, enum dns_type type)
{
    struct reader *reader = &message->reader;
    if (message->counts[0] != 1)
        return false;
    message->name = read_name(message);
    bool is_ours = read_u16(reader) == type;
    return read_u16(reader) == CLASS_INTERNET && is_ours && !reader->has_failed;
}

/* The three lists.  *ret_upper_rcode are the bits above the four of the header. */
static bool read_records(struct message *message, unsigned *ret_upper_rcode)
{
    struct reader *reader = &message->reader;
    size_t others = (size_t)message->counts[2] + message->counts[3];
    if ((message->counts[1] + others) * RECORD_MINIMUM > reader_remaining(reader))
        return false;
    message->records = arena_allocate(message->arena, message->counts[1] * sizeof(struct record));
    if (message->records == NULL)
        return false;
    for (size_t i = 0; i < message->counts[1] && !reader->has_failed; i++)
        read_record(message, &message->records[i]);
    for (size_t i = 0; i < others && !reader->has_failed; i++) {
        struct record record;
        read_record(message, &record);
        if (record.type == TYPE_OPT)
            *ret_upper_rcode = record.ttl >> 24;
    }
    return !reader->has_failed;
}

/* The next answer of a type that belongs to a name, from *index on, which then stands behind it; NULL when
 * there is none. */
static const struct record *next_of(const struct message *message, const char *name, unsigned type,
                                    size_t *index)
{
    while (*index < message->counts[1]) {
        const struct record *record = &message->records[(*index)++];
        if (record->type == type && record->class == CLASS_INTERNET &&
            span_equal_ignoring_case(span_of(record->owner), span_of(name)))
            return record;
    }
    return NULL;
}

/* Goes from alias to alias to the name that the records belong to.  They may stand in any order. */
static bool follow_aliases(const struct message *message, enum dns_type type, const char **ret_name)
{
    const char *name = message->name;
    for (int i = 0; i <= ALIASES_MAXIMUM; i++) {
        size_t first = 0, length;
        if (next_of(message, name, type, &first) == NULL) {
            first = 0;
            const struct record *alias = next_of(message, name, TYPE_ALIAS, &first);
            if (alias != NULL) {
                name = expand_name(message, alias->data_at, &length);
                if (name == NULL || length != alias->data.length)
                    return false;
                continue;
            }
        }
        *ret_name = name;
        return true;
    }
    return false;
}

static bool is_same_record(const struct srv_record *left, const struct srv_record *right)
{
    return left->priority == right->priority && left->weight == right->weight && left->port == right->port &&
           span_equal_ignoring_case(span_of(left->target), span_of(right->target));
}

/* RFC 2782 */
static bool add_service(const struct message *message, const struct record *record,
                        struct srv_record *services, size_t *count)
{
    struct reader reader = reader_over(record->data);
    struct srv_record *service = &services[*count];
    service->priority = read_u16(&reader);
    service->weight = read_u16(&reader);
    service->port = read_u16(&reader);
    size_t length = 0;
    service->target = expand_name(message, record->data_at + 6, &length);
    if (reader.has_failed || service->target == NULL || length != reader_remaining(&reader))
        return false;
    for (size_t i = 0; i < *count; i++) {
        if (is_same_record(&services[i], service))
            return true;
    }
    (*count)++;
    return true;
}

static bool add_address(const struct record *record, bool is_ipv6, struct address *addresses, size_t *count)
{
    struct address *address = &addresses[*count];
    *address = (struct address) {.is_ipv6 = is_ipv6};
    if (record->data.length != (is_ipv6 ? ADDRESS_IPV6_SIZE : ADDRESS_IPV4_SIZE))
        return false;
    memcpy(address->bytes, record->data.bytes, record->data.length);
    for (size_t i = 0; i < *count; i++) {
        if (address_equal(&addresses[i], address))
            return true;
    }
    (*count)++;
    return true;
}

/* Everything of the type that belongs to the name, in the order of the server. */
static bool take_records(const struct message *message, const char *name, enum dns_type type,
                         struct dns_answer *answer)
{
    struct srv_record *services = NULL;
    struct address *addresses = NULL;
    if (type == DNS_TYPE_SRV)
        services = arena_allocate(message->arena, message->counts[1] * sizeof *services);
    else
        addresses = arena_allocate(message->arena, message->counts[1] * sizeof *addresses);
    if (!arena_ok(message->arena))
        return false;
    size_t next = 0, count = 0;
    for (const struct record *record; (record = next_of(message, name, type, &next)) != NULL;) {
        if (type == DNS_TYPE_SRV ? !add_service(message, record, services, &count)
                                 : !add_address(record, type == DNS_TYPE_AAAA, addresses, &count))
            return false;
    }
    answer->records = services;
    answer->record_count = type == DNS_TYPE_SRV ? count : 0;
    answer->addresses = addresses;
    answer->address_count = type == DNS_TYPE_SRV ? 0 : count;
    return true;
}

/* The part behind the header of a message that says whether the name exists. */
static bool read_body(struct message *message, enum dns_type type, struct dns_answer *answer)
{
    unsigned upper_rcode = 0;
    const char *name = NULL;
    if (!read_question(message, type) || !read_records(message, &upper_rcode))
        return false;
    if (upper_rcode != 0) {
        answer->rcode = (uint8_t)(upper_rcode << 4 | answer->rcode);
        return false;
    }
    if (!follow_aliases(message, type, &name))
        return false;
    answer->alias_of = name != message->name ? name : NULL;
    if (answer->rcode == RCODE_NAME_ERROR)
        return true;
    /* The rest may hold what matters, and c-ares had its chance to get it over TCP. */
    return (message->flags & FLAG_TRUNCATED) == 0 && take_records(message, name, type, answer);
}

static enum dns_outcome read_message(struct message *message, enum dns_type type, struct dns_answer *answer)
{
    if (!read_header(message))
        return DNS_BAD_ANSWER;
    answer->rcode = message->flags & MASK_RCODE;
    if (answer->rcode >= sizeof rcode_outcomes / sizeof *rcode_outcomes)
        return DNS_BAD_ANSWER;
    /* Servers that turn a question away may leave out everything else. */
    if (answer->rcode != RCODE_NO_ERROR && answer->rcode != RCODE_NAME_ERROR)
        return rcode_outcomes[answer->rcode];
    if (!read_body(message, type, answer))
        return DNS_BAD_ANSWER;
    return answer->record_count + answer->address_count > 0 ? DNS_ANSWERED : rcode_outcomes[answer->rcode];
}

void dns_answer_read(struct span message, enum dns_type type, struct arena *arena,
                     struct dns_answer *ret_answer)
{
    struct message parts = {.bytes = message, .reader = reader_over(message), .arena = arena};
    struct dns_answer answer = {.server = ret_answer->server, .duration_us = ret_answer->duration_us};
    answer.outcome = read_message(&parts, type, &answer);
    if (answer.outcome == DNS_BAD_ANSWER)
        answer.alias_of = NULL;
    *ret_answer = answer;
}
