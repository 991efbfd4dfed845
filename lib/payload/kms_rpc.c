/* SPDX-License-Identifier: MIT */
/* Building the bind and reading its answer.  Offsets count from the start of the PDU; section numbers are
 * those of C706.  The sender of a PDU chooses the order of the bytes in its numbers, and its header says
 * which (14.1): Windows always sends the low byte first, both orders are read. */
#include "payload/kms_rpc.h"

#include <string.h>

/* The common header (12.6.3.1). */
enum {
    AT_VERSION = 0,
    AT_MINOR_VERSION = 1,
    AT_TYPE = 2,
    AT_FLAGS = 3,
    AT_INTEGERS = 4, /* data representation: of integers and characters */
    AT_FLOATS = 5,
    AT_LENGTH = 8,
    AT_AUTH_LENGTH = 10,
    AT_CALL_ID = 12,
    HEADER_SIZE = 16
};

enum { TYPE_FAULT = 3, TYPE_BIND = 11, TYPE_BIND_ACK = 12, TYPE_BIND_NAK = 13 };
enum { FLAGS_WHOLE = 0x03, FLAG_MULTIPLEX = 0x10 };
enum { INTEGERS_BIG_ENDIAN = 0x00, INTEGERS_LITTLE_ENDIAN = 0x10, FLOATS_IEEE = 0 };

/* The bodies (12.6.4.3 to 12.6.4.7). */
enum {
    AT_GROUP = 20,
    AT_CONTEXT_COUNT = 24, /* bind */
    AT_CONTEXTS = 28,
    CONTEXT_SIZE = 44, /* with one transfer syntax */
    SYNTAX_SIZE = 20,
    AT_ADDRESS_LENGTH = 24, /* bind_ack */
    AT_ADDRESS = 26,
    RESULTS_HEAD_SIZE = 4,
    RESULT_SIZE = 24,
    AT_REJECT_REASON = 16, /* bind_nak */
    REJECT_REASON_END = 18,
    AT_STATUS = 24, /* fault */
    STATUS_END = 28
};

enum { AUTH_HEAD_SIZE = 8 }; /* of the trailer, in front of auth_length bytes: [MS-RPCE] 2.2.2.11 */
enum { CALL_ID = 2, RESULT_ACCEPTANCE = 0 };

/* As long as the marks of greetings ("SSH-", "220 ", "+OK "): one byte of a binary protocol that happens to
 * be a letter makes no text. */
enum { TEXT_BEGIN = 4, BANNER_MAXIMUM = BIND_BANNER_SIZE - 1 };

/* A UUID in its fields, and the version of what it names: major in the low half, minor in the high one. */
struct syntax {
    uint32_t time_low;
    uint16_t time_middle, time_high;
    uint8_t rest[8];
    uint32_t version;
};

static const struct syntax kms_interface = {
    0x51c82175, 0x844e, 0x4750, {0xb0, 0xd8, 0xec, 0x25, 0x55, 0x55, 0xbc, 0x06}, 1};
static const struct syntax decoy_interface = {
    0x9d1e4c1a, 0x6a0f, 0x4b52, {0x8d, 0x58, 0x3f, 0x2f, 0x0c, 0x7a, 0x5b, 0xe1}, 1};
static const struct syntax ndr32 = {
    0x8a885d04, 0x1ceb, 0x11c9, {0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60}, 2};

/* A widespread emulator gives every connection this group; a genuine server counts. */
static const uint32_t emulator_group = 0x1063BF3F;

static void put_u16(uint8_t *at, uint16_t number)
{
    at[0] = (uint8_t)(number & 0xFF);
    at[1] = (uint8_t)(number >> 8);
}

static void put_u32(uint8_t *at, uint32_t number)
{
    put_u16(at, (uint16_t)(number & 0xFFFF));
    put_u16(at + 2, (uint16_t)(number >> 16));
}

static void put_syntax(uint8_t *at, const struct syntax *syntax)
{
    put_u32(at, syntax->time_low);
    put_u16(at + 4, syntax->time_middle);
    put_u16(at + 6, syntax->time_high);
    memcpy(at + 8, syntax->rest, sizeof syntax->rest);
    put_u32(at + 16, syntax->version);
}

static void put_context(uint8_t *at, uint16_t id, const struct syntax *interface)
{
    put_u16(at, id);
    at[2] = 1; /* transfer syntax */
    put_syntax(at + 4, interface);
    put_syntax(at + 4 + SYNTAX_SIZE, &ndr32);
}

size_t kms_rpc_bind(bool with_decoy, uint8_t ret_bytes[KMS_RPC_BIND_MAXIMUM])
{
    size_t length = with_decoy ? KMS_RPC_BIND_MAXIMUM : KMS_RPC_BIND_SIZE;
    memset(ret_bytes, 0, length);
    ret_bytes[AT_VERSION] = 5;
    ret_bytes[AT_TYPE] = TYPE_BIND;
    ret_bytes[AT_FLAGS] = FLAGS_WHOLE;
    ret_bytes[AT_INTEGERS] = INTEGERS_LITTLE_ENDIAN;
    put_u16(ret_bytes + AT_LENGTH, (uint16_t)length);
    put_u32(ret_bytes + AT_CALL_ID, CALL_ID);
    put_u16(ret_bytes + HEADER_SIZE, KMS_RPC_ANSWER_MAXIMUM);     /* we send at most */
    put_u16(ret_bytes + HEADER_SIZE + 2, KMS_RPC_ANSWER_MAXIMUM); /* we take at most */
    ret_bytes[AT_CONTEXT_COUNT] = with_decoy ? 2 : 1;
    put_context(ret_bytes + AT_CONTEXTS, 0, &kms_interface);
    if (with_decoy)
        put_context(ret_bytes + AT_CONTEXTS + CONTEXT_SIZE, 1, &decoy_interface);
    return length;
}

static uint8_t byte_at(struct span bytes, size_t at)
{
    return (uint8_t)bytes.bytes[at];
}

/* Gives true, so that `return set_broken(...)` ends a reader with a verdict. */
static bool set_broken(const char *fault, struct bind_answer *ret)
{
    *ret = (struct bind_answer) {.kind = BIND_BROKEN, .fault = fault};
    return true;
}

/* A PDU of which at least the header is there. */
struct pdu {
    struct span bytes;
    bool is_big_endian;
};

static uint16_t u16_at(const struct pdu *pdu, size_t at)
{
    unsigned first = byte_at(pdu->bytes, at), second = byte_at(pdu->bytes, at + 1);
    return (uint16_t)(pdu->is_big_endian ? first << 8 | second : second << 8 | first);
}

static uint32_t u32_at(const struct pdu *pdu, size_t at)
{
    uint32_t first = u16_at(pdu, at), second = u16_at(pdu, at + 2);
    return pdu->is_big_endian ? first << 16 | second : second << 16 | first;
}

static bool is_syntax_at(const struct pdu *pdu, size_t at, const struct syntax *syntax)
{
    return u32_at(pdu, at) == syntax->time_low && u16_at(pdu, at + 4) == syntax->time_middle &&
           u16_at(pdu, at + 6) == syntax->time_high &&
           memcmp(pdu->bytes.bytes + at + 8, syntax->rest, sizeof syntax->rest) == 0 &&
           u32_at(pdu, at + 16) == syntax->version;
}

/* What is wrong with the header, or NULL. */
static const char *find_header_fault(const struct pdu *pdu)
{
    uint8_t type = byte_at(pdu->bytes, AT_TYPE);
    size_t length = u16_at(pdu, AT_LENGTH), auth_length = u16_at(pdu, AT_AUTH_LENGTH);
    if (type != TYPE_BIND_ACK && type != TYPE_BIND_NAK && type != TYPE_FAULT)
        return "a PDU that is no answer to a bind";
    if (u32_at(pdu, AT_CALL_ID) != CALL_ID)
        return "an answer to another call";
    if ((byte_at(pdu->bytes, AT_FLAGS) & FLAGS_WHOLE) != FLAGS_WHOLE)
        return "an answer in fragments, which a bind never needs";
    if (length < HEADER_SIZE)
        return "an answer that claims to be shorter than its own header";
    if (length > KMS_RPC_ANSWER_MAXIMUM)
        return "an answer that claims to be longer than we allowed";
    if (auth_length > 0 && auth_length + AUTH_HEAD_SIZE + HEADER_SIZE > length)
        return "an answer with authentication data that runs over its end";
    return NULL;
}

/* False when the interface is accepted with a transfer syntax that nobody offered. */
static bool read_result(const struct pdu *pdu, size_t at, enum bind_context *ret)
{
    bool is_accepted = u16_at(pdu, at) == RESULT_ACCEPTANCE;
    if (is_accepted && !is_syntax_at(pdu, at + 4, &ndr32))
        return false;
    *ret = is_accepted ? BIND_ACCEPTED : BIND_REFUSED;
    return true;
}

/* The results stand behind the secondary address, aligned to four from the start of the PDU.  The place is
 * computed because a server may leave the address out, and the bytes between are not looked at because
 * Windows leaves anything in them. */
static bool read_ack(const struct pdu *pdu, bool with_decoy, struct bind_answer *ret)
{
    struct bind_answer answer = {.kind = BIND_ACK};
    size_t offered = with_decoy ? 2 : 1, end = pdu->bytes.length;
    if (end < AT_ADDRESS)
        return set_broken("a bind_ack without a body", ret);
    size_t head = (AT_ADDRESS + (size_t)u16_at(pdu, AT_ADDRESS_LENGTH) + 3) / 4 * 4;
    if (head + RESULTS_HEAD_SIZE > end)
        return set_broken("a bind_ack whose address runs over its end", ret);
    if (byte_at(pdu->bytes, head) != offered)
        return set_broken("a bind_ack with another number of results than interfaces were offered", ret);
    size_t at = head + RESULTS_HEAD_SIZE;
    if (at + offered * RESULT_SIZE > end)
        return set_broken("a bind_ack whose results run over its end", ret);
    if (!read_result(pdu, at, &answer.kms) ||
        (with_decoy && !read_result(pdu, at + RESULT_SIZE, &answer.decoy)))
        return set_broken("a bind_ack that accepts with another transfer syntax than NDR32", ret);
    if (answer.kms == BIND_REFUSED) {
        answer.result = u16_at(pdu, at);
        answer.reason = u16_at(pdu, at + 2);
    }
    answer.has_emulator_group = u32_at(pdu, AT_GROUP) == emulator_group;
    answer.has_unasked_multiplexing = (byte_at(pdu->bytes, AT_FLAGS) & FLAG_MULTIPLEX) != 0;
    *ret = answer;
    return true;
}

static bool read_nak(const struct pdu *pdu, struct bind_answer *ret)
{
    if (pdu->bytes.length < REJECT_REASON_END)
        return set_broken("a bind_nak without a reason", ret);
    *ret = (struct bind_answer) {.kind = BIND_NAK, .reject_reason = u16_at(pdu, AT_REJECT_REASON)};
    return true;
}

static bool read_fault(const struct pdu *pdu, struct bind_answer *ret)
{
    if (pdu->bytes.length < STATUS_END)
        return set_broken("a fault without a status", ret);
    *ret = (struct bind_answer) {.kind = BIND_FAULT, .status = u32_at(pdu, AT_STATUS)};
    return true;
}

/* The answer without the authentication trailer, which a server has no reason to send. */
static struct span body_of(const struct pdu *pdu)
{
    size_t length = u16_at(pdu, AT_LENGTH), auth_length = u16_at(pdu, AT_AUTH_LENGTH);
    return span_first(pdu->bytes, auth_length == 0 ? length : length - AUTH_HEAD_SIZE - auth_length);
}

static bool read_answer(struct span received, bool with_decoy, bool is_ended, struct bind_answer *ret)
{
    struct pdu pdu = {received, byte_at(received, AT_INTEGERS) == INTEGERS_BIG_ENDIAN};
    const char *fault = find_header_fault(&pdu);
    if (fault != NULL)
        return set_broken(fault, ret);
    if (received.length < u16_at(&pdu, AT_LENGTH))
        return is_ended && set_broken("an answer that ends before the length it claims", ret);
    pdu.bytes = body_of(&pdu);
    uint8_t type = byte_at(received, AT_TYPE);
    if (type == TYPE_BIND_ACK)
        return read_ack(&pdu, with_decoy, ret);
    return type == TYPE_BIND_NAK ? read_nak(&pdu, ret) : read_fault(&pdu, ret);
}

/* The bytes are those of the bind that was sent, as far as they came. */
static bool is_own_bind(struct span received, struct span bind)
{
    struct span begin = span_first(received, bind.length);
    return begin.length >= HEADER_SIZE && memcmp(begin.bytes, bind.bytes, begin.length) == 0;
}

static bool read_rpc(struct span received, bool with_decoy, bool is_ended, struct bind_answer *ret)
{
    uint8_t own[KMS_RPC_BIND_MAXIMUM];
    struct span bind = {(const char *)own, kms_rpc_bind(with_decoy, own)};
    if (is_own_bind(received, bind)) {
        if (received.length < bind.length && !is_ended)
            return false;
        *ret = (struct bind_answer) {.kind = BIND_ECHO};
        return true;
    }
    if (received.length > AT_MINOR_VERSION && byte_at(received, AT_MINOR_VERSION) > 1)
        return set_broken("another version of DCE/RPC than 5.0", ret);
    if (received.length < HEADER_SIZE)
        return is_ended && set_broken("an answer that ends within its header", ret);
    uint8_t integers = byte_at(received, AT_INTEGERS);
    if ((integers != INTEGERS_BIG_ENDIAN && integers != INTEGERS_LITTLE_ENDIAN) ||
        byte_at(received, AT_FLOATS) != FLOATS_IEEE)
        return set_broken("an answer whose data representation is neither ASCII nor IEEE", ret);
    return read_answer(received, with_decoy, is_ended, ret);
}

static bool is_line_end(char byte)
{
    return byte == '\r' || byte == '\n';
}

static bool is_printable(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* The first line that is not empty, as far as a banner can hold it.  True when more bytes would not change
 * it. */
static bool find_first_line(struct span received, struct span *ret)
{
    struct span window = span_first(received, BANNER_MAXIMUM);
    size_t length = 0;
    while (window.length > 0 && is_line_end(window.bytes[0]))
        window = span_from(window, 1);
    while (length < window.length && !is_line_end(window.bytes[length]))
        length++;
    *ret = span_first(window, length);
    return length < window.length || received.length >= BANNER_MAXIMUM;
}

static bool is_text(struct span line)
{
    struct span begin = span_first(line, TEXT_BEGIN);
    for (size_t i = 0; i < begin.length; i++) {
        if (!is_printable(begin.bytes[i]))
            return false;
    }
    return begin.length > 0;
}

/* RFC 8446, 5.1: the type of the record, then 3 for every version from SSL 3.0 to TLS 1.3. */
static bool is_tls_record(struct span received)
{
    return received.length >= 2 && byte_at(received, 0) >= 0x14 && byte_at(received, 0) <= 0x18 &&
           byte_at(received, 1) == 3;
}

/* Something else listens here.  Its kind is plain early, but the operator wants to see what it says. */
static bool read_foreign(struct span received, bool is_ended, struct bind_answer *ret)
{
    struct bind_answer answer = {.kind = BIND_TLS};
    struct span line;
    if (is_tls_record(received)) {
        *ret = answer;
        return true;
    }
    if (!find_first_line(received, &line) && !is_ended)
        return false;
    answer.kind = span_starts_with(line, "HTTP/") ? BIND_HTTP : is_text(line) ? BIND_BANNER : BIND_FOREIGN;
    for (size_t i = 0; i < line.length; i++)
        answer.banner[i] = is_printable(line.bytes[i]) ? line.bytes[i] : '.';
    *ret = answer;
    return true;
}

bool kms_rpc_read(struct span received, bool with_decoy, bool is_ended, struct bind_answer *ret)
{
    if (received.length == 0) {
        if (is_ended)
            *ret = (struct bind_answer) {.kind = BIND_NOTHING};
        return is_ended;
    }
    if (byte_at(received, AT_VERSION) != 5)
        return read_foreign(received, is_ended, ret);
    return read_rpc(received, with_decoy, is_ended, ret);
}
