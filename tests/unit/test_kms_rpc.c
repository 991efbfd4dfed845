/* SPDX-License-Identifier: MIT */
/* The bind of the KMS interface and every kind of answer to it. */
#include "payload/kms_rpc.h"

#include "base/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAXIMUM = 6000 };

struct bytes {
    uint8_t bytes[BYTES_MAXIMUM];
    size_t length;
};

#define NDR32 "045d888aeb1cc9119fe808002b10486002000000"
#define NDR64 "33057171babe37498319b5dbef9ccc3601000000"
#define NO_SYNTAX "0000000000000000000000000000000000000000"
#define KMS_CONTEXT "000001007521c8514e845047b0d8ec255555bc0601000000" NDR32
#define DECOY_CONTEXT "010001001a4c1e9d0f6a524b8d583f2f0c7a5be101000000" NDR32
#define BIND_WITHOUT_DECOY "05000b03100000004800000002000000d016d0160000000001000000" KMS_CONTEXT
#define BIND_WITH_DECOY "05000b03100000007400000002000000d016d0160000000002000000" KMS_CONTEXT DECOY_CONTEXT
/* The head of a bind_ack with the length and the address group, up to the secondary address. */
#define ACK(length) "05000c0310000000" length "000002000000d016d01678563412"
#define NAK(reason) "05000d03100000001800000002000000" reason "010500000000"
#define FAULT(call, status) "050003231000000020000000" call "0000002000000000000000" status "00000000"

/* The answers of the specification and their variants. */
static const struct vector {
    const char *name, *hex;
    bool with_decoy;
    struct bind_answer expected;
} vectors[] = {
    {"kms-accepted",
     ACK("3c00") "05003136383800000100000000000000" NDR32,
     false,
     {.kind = BIND_ACK, .kms = BIND_ACCEPTED}},
    {"decoy-refused",
     ACK("5400") "05003136383800000200000000000000" NDR32 "02000100" NO_SYNTAX,
     true,
     {.kind = BIND_ACK, .kms = BIND_ACCEPTED, .decoy = BIND_REFUSED}},
    {"decoy-accepted",
     ACK("5400") "05003136383800000200000000000000" NDR32 "00000000" NDR32,
     true,
     {.kind = BIND_ACK, .kms = BIND_ACCEPTED, .decoy = BIND_ACCEPTED}},
    {"unknown-interface",
     ACK("3c00") "05003136383800000100000002000100" NO_SYNTAX,
     false,
     {.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 2, .reason = 1}},
    {"unknown-interface-without-address",
     ACK("3800") "000000000100000002000100" NO_SYNTAX,
     false,
     {.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 2, .reason = 1}},
    {"unknown-interface-at-port-135",
     ACK("3c00") "04003133350000000100000002000100" NO_SYNTAX,
     false,
     {.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 2, .reason = 1}},
    {"both-refused",
     ACK("5400") "05003136383800000200000002000100" NO_SYNTAX "02000100" NO_SYNTAX,
     true,
     {.kind = BIND_ACK, .kms = BIND_REFUSED, .decoy = BIND_REFUSED, .result = 2, .reason = 1}},
    {"only-the-decoy-accepted",
     ACK("5400") "05003136383800000200000002000200" NO_SYNTAX "00000000" NDR32,
     true,
     {.kind = BIND_ACK, .kms = BIND_REFUSED, .decoy = BIND_ACCEPTED, .result = 2, .reason = 2}},
    {"nak-reason-0", NAK("0000"), true, {.kind = BIND_NAK}},
    {"nak-reason-4", NAK("0400"), true, {.kind = BIND_NAK, .reject_reason = 4}},
    {"no-such-operation", FAULT("02", "0200011c"), true, {.kind = BIND_FAULT, .status = 0x1C010002}},
    {"unknown-interface-fault", FAULT("02", "0300011c"), false, {.kind = BIND_FAULT, .status = 0x1C010003}},
    {"access-denied", FAULT("02", "05000000"), true, {.kind = BIND_FAULT, .status = 5}},
    {"echo", BIND_WITHOUT_DECOY, false, {.kind = BIND_ECHO}},
    {"echo-with-decoy", BIND_WITH_DECOY, true, {.kind = BIND_ECHO}},
};

/* DCE/RPC, but no proper answer. */
static const struct {
    const char *name, *fault, *hex;
    bool with_decoy;
} refused[] = {
    {"one-result-of-two", "number of results", ACK("3c00") "05003136383800000100000000000000" NDR32, true},
    {"two-results-of-one", "number of results",
     ACK("5400") "05003136383800000200000000000000" NDR32 "02000100" NO_SYNTAX, false},
    {"three-results", "number of results",
     ACK("6c00") "05003136383800000300000002000200" NO_SYNTAX "00000000" NDR64 "03000300" NO_SYNTAX, true},
    {"no-result", "number of results", ACK("2400") "05003136383800000000000000000000", false},
    {"accepted-with-ndr64", "transfer syntax", ACK("3c00") "05003136383800000100000000000000" NDR64, false},
    {"accepted-with-nothing", "transfer syntax", ACK("3c00") "05003136383800000100000000000000" NO_SYNTAX,
     false},
    {"accepted-with-ndr32-version-1", "transfer syntax",
     ACK("3c00") "05003136383800000100000000000000045d888aeb1cc9119fe808002b10486001000000", false},
    {"decoy-accepted-with-ndr64", "transfer syntax",
     ACK("5400") "05003136383800000200000000000000" NDR32 "00000000" NDR64, true},
    {"request", "no answer to a bind", "050000031000000018000000030000000000000000000000", false},
    {"request-of-no-operation", "no answer to a bind", "05000003100000001800000003000000000000000000ffff",
     false},
    {"response", "no answer to a bind",
     "0500020310000000580000000300000040000000000000000000020002000000020000000400020008000200"
     "7521c8514e845047b0d8ec255555bc060100000080bda8af8a7dc911bef408002b1029890100000000000000",
     false},
    {"no-such-operation-in-call-3", "another call", FAULT("03", "0200011c"), false},
    {"unknown-interface-in-call-3", "another call", FAULT("03", "0300011c"), true},
    {"access-denied-in-call-3", "another call", FAULT("03", "05000000"), true},
    {"the-bind-of-somebody-else", "no answer to a bind", BIND_WITH_DECOY, false},
};

enum { VECTOR_COUNT = sizeof vectors / sizeof *vectors, REFUSED_COUNT = sizeof refused / sizeof *refused };

static void from_hex(const char *hex, struct bytes *ret)
{
    ret->length = 0;
    for (; hex[0] != '\0'; hex += 2) {
        uint32_t byte = 0;
        assert_true(ret->length < BYTES_MAXIMUM && number_parse_hex((struct span) {hex, 2}, &byte));
        ret->bytes[ret->length++] = (uint8_t)byte;
    }
}

/* Reads the first `length` bytes from memory of just that size, so that a sanitizer sees a read behind it.
 * Where no verdict is reached, the answer must be untouched. */
static bool read_first(const struct bytes *bytes, size_t length, bool with_decoy, bool is_ended,
                       struct bind_answer *ret)
{
    struct bind_answer untouched;
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes->bytes, length);
    memset(&untouched, 0x55, sizeof untouched);
    memset(ret, 0x55, sizeof *ret);
    bool is_read = kms_rpc_read((struct span) {copy, length}, with_decoy, is_ended, ret);
    free(copy);
    if (!is_read)
        assert_memory_equal(ret, &untouched, sizeof untouched);
    else
        assert_true((ret->kind == BIND_BROKEN) == (ret->fault != NULL));
    return is_read;
}

static void require_answer(const char *name, const struct bind_answer *actual,
                           const struct bind_answer *expected)
{
    const char *fault = actual->fault == NULL ? "" : actual->fault;
    const char *part = expected->fault == NULL ? "" : expected->fault;
    if (actual->kind != expected->kind || strstr(fault, part) == NULL)
        fail_msg("%s: kind %d (%s), not %d (%s)", name, (int)actual->kind, fault, (int)expected->kind, part);
    if (actual->kms != expected->kms || actual->decoy != expected->decoy)
        fail_msg("%s: KMS %d decoy %d, not KMS %d decoy %d", name, (int)actual->kms, (int)actual->decoy,
                 (int)expected->kms, (int)expected->decoy);
    if (actual->result != expected->result || actual->reason != expected->reason)
        fail_msg("%s: result %u/%u, not %u/%u", name, actual->result, actual->reason, expected->result,
                 expected->reason);
    if (actual->reject_reason != expected->reject_reason || actual->status != expected->status)
        fail_msg("%s: reject reason %u status %08X, not %u and %08X", name, actual->reject_reason,
                 (unsigned)actual->status, expected->reject_reason, (unsigned)expected->status);
    if (actual->has_emulator_group != expected->has_emulator_group ||
        actual->has_unasked_multiplexing != expected->has_unasked_multiplexing)
        fail_msg("%s: emulator signs %d %d, not %d %d", name, actual->has_emulator_group,
                 actual->has_unasked_multiplexing, expected->has_emulator_group,
                 expected->has_unasked_multiplexing);
    if (strcmp(actual->banner, expected->banner) != 0)
        fail_msg("%s: banner \"%s\", not \"%s\"", name, actual->banner, expected->banner);
}

/* A verdict on all bytes, and the same one whether or not more could come. */
static void require_verdict(const char *name, const struct bytes *bytes, bool with_decoy,
                            const struct bind_answer *expected)
{
    struct bind_answer answer;
    for (int is_ended = 0; is_ended < 2; is_ended++) {
        if (!read_first(bytes, bytes->length, with_decoy, is_ended == 1, &answer))
            fail_msg("%s: no verdict", name);
        require_answer(name, &answer, expected);
    }
}

static void require_fault(const struct bytes *bytes, const char *part)
{
    const struct bind_answer expected = {.kind = BIND_BROKEN, .fault = part};
    require_verdict(part, bytes, false, &expected);
}

static void require_bind(bool with_decoy, const char *hex)
{
    uint8_t actual[KMS_RPC_BIND_MAXIMUM];
    struct bytes expected;
    from_hex(hex, &expected);
    memset(actual, 0x55, sizeof actual);
    assert_int_equal(kms_rpc_bind(with_decoy, actual), expected.length);
    assert_memory_equal(actual, expected.bytes, expected.length);
    for (size_t i = expected.length; i < sizeof actual; i++)
        assert_int_equal(actual[i], 0x55);
}

static void the_bind_has_the_bytes_of_the_specification(void **state)
{
    (void)state;
    require_bind(false, BIND_WITHOUT_DECOY);
    require_bind(true, BIND_WITH_DECOY);
}

static void every_answer_is_read(void **state)
{
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        from_hex(vectors[i].hex, &bytes);
        require_verdict(vectors[i].name, &bytes, vectors[i].with_decoy, &vectors[i].expected);
    }
}

static void what_is_no_proper_answer_is_broken_and_says_why(void **state)
{
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < REFUSED_COUNT; i++) {
        from_hex(refused[i].hex, &bytes);
        const struct bind_answer expected = {.kind = BIND_BROKEN, .fault = refused[i].fault};
        require_verdict(refused[i].name, &bytes, refused[i].with_decoy, &expected);
    }
}

static void an_answer_cut_at_any_byte_waits_and_is_broken_at_the_end(void **state)
{
    struct bytes bytes;
    struct bind_answer answer;
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        const struct vector *vector = &vectors[i];
        from_hex(vector->hex, &bytes);
        for (size_t length = 0; length < bytes.length; length++) {
            bool is_echo = vector->expected.kind == BIND_ECHO && length >= 16;
            enum bind_kind expected = length == 0 ? BIND_NOTHING : is_echo ? BIND_ECHO : BIND_BROKEN;
            if (read_first(&bytes, length, vector->with_decoy, false, &answer))
                fail_msg("%s cut at %zu: kind %d too early", vector->name, length, (int)answer.kind);
            assert_true(read_first(&bytes, length, vector->with_decoy, true, &answer));
            if (answer.kind != expected)
                fail_msg("%s cut at %zu: kind %d, not %d", vector->name, length, (int)answer.kind,
                         (int)expected);
            if (expected == BIND_BROKEN && strstr(answer.fault, "ends") == NULL)
                fail_msg("%s cut at %zu: \"%s\" does not say that it ends", vector->name, length,
                         answer.fault);
        }
    }
}

static void what_is_broken_is_so_at_every_cut(void **state)
{
    struct bytes bytes;
    struct bind_answer answer;
    (void)state;
    for (size_t i = 0; i < REFUSED_COUNT; i++) {
        from_hex(refused[i].hex, &bytes);
        for (size_t length = 1; length < bytes.length; length++) {
            assert_true(read_first(&bytes, length, refused[i].with_decoy, true, &answer));
            if (answer.kind != BIND_BROKEN)
                fail_msg("%s cut at %zu: kind %d", refused[i].name, length, (int)answer.kind);
        }
    }
}

static void bytes_behind_the_answer_change_nothing(void **state)
{
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        from_hex(vectors[i].hex, &bytes);
        memset(bytes.bytes + bytes.length, 0xA5, 100);
        bytes.length += 100;
        require_verdict(vectors[i].name, &bytes, vectors[i].with_decoy, &vectors[i].expected);
    }
}

static void turn(struct bytes *bytes, size_t at, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = bytes->bytes[at + i];
        bytes->bytes[at + i] = bytes->bytes[at + size - 1 - i];
        bytes->bytes[at + size - 1 - i] = byte;
    }
}

/* The results of the vectors begin 24 bytes for each before the end. */
static void turn_results(struct bytes *bytes, size_t count)
{
    for (size_t at = bytes->length - count * 24; at < bytes->length; at += 24) {
        turn(bytes, at, 2);
        turn(bytes, at + 2, 2);
        turn(bytes, at + 4, 4);
        turn(bytes, at + 8, 2);
        turn(bytes, at + 10, 2);
        turn(bytes, at + 20, 4);
    }
}

static void make_big_endian(struct bytes *bytes, const struct vector *vector)
{
    bytes->bytes[4] = 0x00;
    turn(bytes, 8, 2);
    turn(bytes, 10, 2);
    turn(bytes, 12, 4);
    if (vector->expected.kind == BIND_NAK) {
        turn(bytes, 16, 2);
    } else if (vector->expected.kind == BIND_FAULT) {
        turn(bytes, 24, 4);
    } else {
        turn(bytes, 20, 4);
        turn(bytes, 24, 2);
        turn_results(bytes, vector->with_decoy ? 2 : 1);
    }
}

static void a_big_endian_answer_gives_the_same_facts(void **state)
{
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        if (vectors[i].expected.kind == BIND_ECHO)
            continue;
        from_hex(vectors[i].hex, &bytes);
        make_big_endian(&bytes, &vectors[i]);
        require_verdict(vectors[i].name, &bytes, vectors[i].with_decoy, &vectors[i].expected);
    }
}

static void our_bind_in_the_other_byte_order_is_no_echo(void **state)
{
    struct bytes bytes;
    (void)state;
    from_hex(BIND_WITHOUT_DECOY, &bytes);
    bytes.bytes[4] = 0x00;
    require_fault(&bytes, "no answer to a bind");
    from_hex(BIND_WITHOUT_DECOY, &bytes);
    bytes.bytes[71] = 1;
    require_fault(&bytes, "no answer to a bind");
}

/* A bind_ack that accepts KMS and refuses the decoy, behind a secondary address of any length. */
static void make_ack(size_t address_length, uint8_t padding, struct bytes *ret)
{
    struct bytes tail;
    from_hex(ACK("0000") "0000", ret);
    ret->bytes[24] = (uint8_t)address_length;
    for (size_t i = 0; i < address_length; i++)
        ret->bytes[ret->length++] = i + 1 < address_length ? '1' : '\0';
    while (ret->length % 4 != 0)
        ret->bytes[ret->length++] = padding++;
    from_hex("0200000000000000" NDR32 "02000100" NO_SYNTAX, &tail);
    memcpy(ret->bytes + ret->length, tail.bytes, tail.length);
    ret->length += tail.length;
    ret->bytes[8] = (uint8_t)ret->length;
}

static void the_results_are_found_behind_every_secondary_address(void **state)
{
    static const uint8_t paddings[] = {0x00, 0x02, 0x01, 0xFF, 0xA5};
    static const struct bind_answer accepted = {
        .kind = BIND_ACK, .kms = BIND_ACCEPTED, .decoy = BIND_REFUSED};
    static const struct bind_answer cut = {.kind = BIND_BROKEN, .fault = "over its end"};
    struct bytes bytes;
    (void)state;
    for (size_t length = 0; length <= 20; length++) {
        for (size_t i = 0; i < sizeof paddings; i++) {
            make_ack(length, paddings[i], &bytes);
            require_verdict("address", &bytes, true, &accepted);
            bytes.bytes[8]--;
            require_verdict("results-cut", &bytes, true, &cut);
        }
    }
}

static void an_address_that_runs_over_the_end_is_broken(void **state)
{
    static const uint16_t lengths[] = {31, 34, 59, 60, 0x7FFF, 0xFFFC, 0xFFFF};
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        from_hex(vectors[0].hex, &bytes);
        bytes.bytes[24] = (uint8_t)(lengths[i] & 0xFF);
        bytes.bytes[25] = (uint8_t)(lengths[i] >> 8);
        require_fault(&bytes, "address runs over its end");
    }
}

static void every_result_but_acceptance_is_a_refusal(void **state)
{
    static const uint16_t results[] = {1, 2, 3, 4, 0x0100, 0xFFFF};
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        const struct bind_answer expected = {.kind = BIND_ACK,
                                             .kms = BIND_REFUSED,
                                             .decoy = BIND_REFUSED,
                                             .result = results[i],
                                             .reason = 0x0203};
        from_hex(vectors[2].hex, &bytes);
        for (size_t at = 36; at < 84; at += 24) {
            bytes.bytes[at] = (uint8_t)(results[i] & 0xFF);
            bytes.bytes[at + 1] = (uint8_t)(results[i] >> 8);
            bytes.bytes[at + 2] = 3;
            bytes.bytes[at + 3] = 2;
        }
        require_verdict("result", &bytes, true, &expected);
    }
}

static void the_transfer_syntax_is_compared_to_its_last_byte(void **state)
{
    struct bytes bytes;
    (void)state;
    for (size_t at = 40; at < 60; at++) {
        from_hex(vectors[0].hex, &bytes);
        bytes.bytes[at] ^= 1;
        require_fault(&bytes, "transfer syntax");
    }
}

static void an_acceptance_has_no_reason(void **state)
{
    static const struct bind_answer accepted = {.kind = BIND_ACK, .kms = BIND_ACCEPTED};
    struct bytes bytes;
    (void)state;
    from_hex(vectors[0].hex, &bytes);
    bytes.bytes[38] = 1;
    require_verdict("reason-of-nothing", &bytes, false, &accepted);
}

static void the_signs_of_a_known_emulator_are_kept(void **state)
{
    struct bind_answer expected = {.kind = BIND_ACK, .kms = BIND_ACCEPTED, .has_emulator_group = true};
    struct bytes bytes;
    (void)state;
    from_hex(vectors[0].hex, &bytes);
    memcpy(bytes.bytes + 20, "\x3F\xBF\x63\x10", 4);
    require_verdict("group", &bytes, false, &expected);
    bytes.bytes[3] = 0x13;
    expected.has_unasked_multiplexing = true;
    require_verdict("group-and-flag", &bytes, false, &expected);
    make_big_endian(&bytes, &vectors[0]);
    require_verdict("group-and-flag-big-endian", &bytes, false, &expected);
}

static void only_three_types_are_answers(void **state)
{
    struct bytes bytes;
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        from_hex(vectors[0].hex, &bytes);
        bytes.bytes[2] = (uint8_t)type;
        if (type != 3 && type != 12 && type != 13)
            require_fault(&bytes, "no answer to a bind");
    }
}

/* Sets one byte of a good answer to every value; those that are not `good` must give the fault. */
static void require_byte(size_t at, const char *good, size_t good_count, const char *fault)
{
    static const struct bind_answer accepted = {.kind = BIND_ACK, .kms = BIND_ACCEPTED};
    struct bytes bytes;
    for (unsigned value = 0; value < 256; value++) {
        from_hex(vectors[0].hex, &bytes);
        bytes.bytes[at] = (uint8_t)value;
        if (memchr(good, (int)value, good_count) == NULL)
            require_fault(&bytes, fault);
        else
            require_verdict("good", &bytes, false, &accepted);
    }
}

static void the_header_must_be_that_of_our_call(void **state)
{
    (void)state;
    require_byte(1, "\0\1", 2, "version");
    require_byte(5, "\0", 1, "data representation");
    for (size_t at = 12; at < 16; at++)
        require_byte(at, at == 12 ? "\2" : "\0", 1, "another call");
}

static void other_characters_and_integers_are_not_misread(void **state)
{
    struct bytes bytes;
    (void)state;
    for (unsigned value = 1; value < 256; value++) {
        from_hex(vectors[0].hex, &bytes);
        bytes.bytes[4] = (uint8_t)value;
        if (value != 0x10)
            require_fault(&bytes, "data representation");
    }
    from_hex(vectors[0].hex, &bytes);
    bytes.bytes[4] = 0x00; /* claims big-endian, is little-endian */
    require_fault(&bytes, "another call");
}

static void an_answer_in_fragments_is_broken(void **state)
{
    struct bytes bytes;
    (void)state;
    for (unsigned flags = 0; flags < 256; flags++) {
        from_hex(vectors[0].hex, &bytes);
        bytes.bytes[3] = (uint8_t)flags;
        if ((flags & 3) != 3)
            require_fault(&bytes, "fragments");
    }
}

static void set_length(struct bytes *bytes, unsigned length)
{
    bytes->bytes[8] = (uint8_t)(length & 0xFF);
    bytes->bytes[9] = (uint8_t)(length >> 8);
}

static void a_length_that_cannot_be_is_broken_at_once(void **state)
{
    struct bytes bytes;
    struct bind_answer answer;
    (void)state;
    for (unsigned length = 0; length < 65536; length++) {
        bool is_possible = length >= 16 && length <= KMS_RPC_ANSWER_MAXIMUM;
        from_hex("05000c03100000003c00000002000000", &bytes);
        set_length(&bytes, length);
        bool is_read = read_first(&bytes, 16, false, false, &answer);
        if (is_read != (!is_possible || length == 16))
            fail_msg("length %u: verdict %d", length, (int)is_read);
        const char *fault = length < 16 ? "shorter" : length == 16 ? "without a body" : "longer";
        if (is_read)
            require_answer("length", &answer, &(struct bind_answer) {.kind = BIND_BROKEN, .fault = fault});
    }
}

static void the_longest_answer_is_awaited_and_read(void **state)
{
    static const struct bind_answer accepted = {.kind = BIND_ACK, .kms = BIND_ACCEPTED};
    struct bytes bytes = {.length = 0};
    struct bind_answer answer;
    (void)state;
    from_hex(vectors[0].hex, &bytes);
    set_length(&bytes, KMS_RPC_ANSWER_MAXIMUM);
    assert_false(read_first(&bytes, KMS_RPC_ANSWER_MAXIMUM - 1, false, false, &answer));
    assert_true(read_first(&bytes, KMS_RPC_ANSWER_MAXIMUM - 1, false, true, &answer));
    assert_int_equal(answer.kind, BIND_BROKEN);
    bytes.length = KMS_RPC_ANSWER_MAXIMUM;
    require_verdict("longest", &bytes, false, &accepted);
}

static void an_answer_too_short_for_its_type_is_broken(void **state)
{
    static const struct {
        uint8_t type;
        unsigned needed;
        const char *fault;
    } rows[] = {{12, 26, "without a body"}, {13, 18, "without a reason"}, {3, 28, "without a status"}};
    struct bytes bytes;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (unsigned length = 16; length < rows[i].needed; length++) {
            from_hex(vectors[0].hex, &bytes);
            bytes.bytes[2] = rows[i].type;
            set_length(&bytes, length);
            require_fault(&bytes, rows[i].fault);
        }
    }
}

static void authentication_data_is_left_out(void **state)
{
    static const struct bind_answer accepted = {.kind = BIND_ACK, .kms = BIND_ACCEPTED};
    struct bytes bytes;
    (void)state;
    from_hex(vectors[0].hex, &bytes);
    memset(bytes.bytes + 60, 0xEE, 8 + 5);
    bytes.length = 60 + 8 + 5;
    bytes.bytes[8] = 60 + 8 + 5;
    bytes.bytes[10] = 5;
    require_verdict("behind-the-results", &bytes, false, &accepted);
    bytes.bytes[10] = 6;
    require_fault(&bytes, "results run over its end");
    bytes.bytes[10] = 73 - 24;
    require_fault(&bytes, "without a body");
    bytes.bytes[10] = 73 - 23;
    require_fault(&bytes, "authentication data");
    memset(bytes.bytes + 10, 0xFF, 2);
    require_fault(&bytes, "authentication data");
}

static void nothing_is_said_about_nothing_until_the_end(void **state)
{
    struct bind_answer answer;
    memset(&answer, 0x55, sizeof answer);
    (void)state;
    assert_false(kms_rpc_read((struct span) {NULL, 0}, true, false, &answer));
    assert_true(kms_rpc_read((struct span) {NULL, 0}, true, true, &answer));
    require_answer("nothing", &answer, &(struct bind_answer) {.kind = BIND_NOTHING});
}

#define LETTERS_48 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv"

static void other_protocols_are_named_and_quoted(void **state)
{
    static const struct {
        enum bind_kind kind;
        size_t length, needed; /* for a verdict while more can come; beyond `length` = only at the end */
        const char *bytes, *banner;
    } rows[] = {
        {BIND_TLS, 7, 2, "\x15\x03\x01\x00\x02\x02\x46", ""},
        {BIND_TLS, 3, 2, "\x16\x03\x03", ""},
        {BIND_TLS, 2, 2, "\x14\x03", ""},
        {BIND_TLS, 2, 2, "\x18\x03", ""},
        {BIND_FOREIGN, 1, 2, "\x15", "."},
        {BIND_FOREIGN, 4, 4, "\x13\x03\x01\n", "..."},
        {BIND_FOREIGN, 4, 4, "\x19\x03\x01\n", "..."},
        {BIND_FOREIGN, 3, 3, "\x15\x02\n", ".."},
        {BIND_HTTP, 37, 25, "HTTP/1.1 400 Bad Request\r\nServer: x\r\n", "HTTP/1.1 400 Bad Request"},
        {BIND_HTTP, 5, 6, "HTTP/", "HTTP/"},
        {BIND_BANNER, 4, 5, "HTTP", "HTTP"},
        {BIND_BANNER, 21, 20, "SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-OpenSSH_9.2"},
        {BIND_BANNER, 28, 27, "220 mail.example.com ESMTP\r\n", "220 mail.example.com ESMTP"},
        {BIND_BANNER, 5, 4, "+OK\r\n", "+OK"},
        {BIND_BANNER, 10, 10, "* OK IMAP\n", "* OK IMAP"},
        {BIND_BANNER, 15, 15, "220 Gr\xC3\xBC\xC3\x9F\x65\tx\x7F\n", "220 Gr....e.x."},
        {BIND_BANNER, 11, 11, "\r\n\nlogin: \r", "login: "},
        {BIND_BANNER, 7, 8, "login: ", "login: "},
        {BIND_BANNER, 48, 48, LETTERS_48, LETTERS_48},
        {BIND_BANNER, 53, 48, LETTERS_48 "wxyz\n", LETTERS_48},
        {BIND_FOREIGN, 12, 5, "J\0\0\0\n8.0.36\0", "J..."},
        {BIND_FOREIGN, 5, 6, "\xFF\xFD\x18ok", "...ok"},
        {BIND_FOREIGN, 3, 4, "\n\n\n", ""},
        {BIND_FOREIGN, 1, 2, "\0", "."},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bytes bytes = {.length = rows[i].length};
        struct bind_answer answer, expected = {.kind = rows[i].kind};
        memcpy(bytes.bytes, rows[i].bytes, rows[i].length);
        memcpy(expected.banner, rows[i].banner, strlen(rows[i].banner));
        for (size_t length = 0; length <= rows[i].length; length++) {
            bool is_read = read_first(&bytes, length, true, false, &answer);
            if (is_read != (length >= rows[i].needed))
                fail_msg("row %zu after %zu bytes: verdict %d, expected from %zu on", i, length, (int)is_read,
                         rows[i].needed);
            if (is_read)
                require_answer(rows[i].bytes, &answer, &expected);
            assert_true(read_first(&bytes, length, true, true, &answer));
        }
        require_answer(rows[i].bytes, &answer, &expected);
    }
}

static void endless_line_ends_are_not_awaited(void **state)
{
    struct bytes bytes = {.length = 48};
    (void)state;
    memset(bytes.bytes, '\n', bytes.length);
    require_verdict("line-ends", &bytes, false, &(struct bind_answer) {.kind = BIND_FOREIGN});
}

/* 05 FF is how a SOCKS server declines: to it our bind looks like a greeting without any method. */
static void a_version_of_dce_rpc_that_nobody_speaks_is_seen_at_the_second_byte(void **state)
{
    struct bytes bytes = {.bytes = {5, 0xFF}, .length = 2};
    (void)state;
    require_fault(&bytes, "version");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bind_has_the_bytes_of_the_specification),
        cmocka_unit_test(every_answer_is_read),
        cmocka_unit_test(what_is_no_proper_answer_is_broken_and_says_why),
        cmocka_unit_test(an_answer_cut_at_any_byte_waits_and_is_broken_at_the_end),
        cmocka_unit_test(what_is_broken_is_so_at_every_cut),
        cmocka_unit_test(bytes_behind_the_answer_change_nothing),
        cmocka_unit_test(a_big_endian_answer_gives_the_same_facts),
        cmocka_unit_test(our_bind_in_the_other_byte_order_is_no_echo),
        cmocka_unit_test(the_results_are_found_behind_every_secondary_address),
        cmocka_unit_test(an_address_that_runs_over_the_end_is_broken),
        cmocka_unit_test(every_result_but_acceptance_is_a_refusal),
        cmocka_unit_test(the_transfer_syntax_is_compared_to_its_last_byte),
        cmocka_unit_test(an_acceptance_has_no_reason),
        cmocka_unit_test(the_signs_of_a_known_emulator_are_kept),
        cmocka_unit_test(only_three_types_are_answers),
        cmocka_unit_test(the_header_must_be_that_of_our_call),
        cmocka_unit_test(other_characters_and_integers_are_not_misread),
        cmocka_unit_test(an_answer_in_fragments_is_broken),
        cmocka_unit_test(a_length_that_cannot_be_is_broken_at_once),
        cmocka_unit_test(the_longest_answer_is_awaited_and_read),
        cmocka_unit_test(an_answer_too_short_for_its_type_is_broken),
        cmocka_unit_test(authentication_data_is_left_out),
        cmocka_unit_test(nothing_is_said_about_nothing_until_the_end),
        cmocka_unit_test(other_protocols_are_named_and_quoted),
        cmocka_unit_test(endless_line_ends_are_not_awaited),
        cmocka_unit_test(a_version_of_dce_rpc_that_nobody_speaks_is_seen_at_the_second_byte),
    };
    return cmocka_run_group_tests_name("kms_rpc", tests, NULL, NULL);
}
