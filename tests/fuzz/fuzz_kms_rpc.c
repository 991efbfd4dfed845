/* SPDX-License-Identifier: MIT */
/* Any bytes as the answer to a bind.  The first byte says whether the decoy was offered.  When an interface
 * counts as accepted is written down a second time here, by comparing bytes, because nothing else that this
 * reader says could do more harm. */
#include "fuzz_require.h"

#include "payload/kms_rpc.h"

enum { CUTS_MAXIMUM = 300 };

/* In the order of the sender: data representation, call id, NDR32. */
static const uint8_t little_data[] = {0x10, 0x00}, big_data[] = {0x00, 0x00};
static const uint8_t little_call[] = {2, 0, 0, 0}, big_call[] = {0, 0, 0, 2};
static const uint8_t little_ndr32[] = {0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8,
                                       0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2,    0,    0,    0};
static const uint8_t big_ndr32[] = {0x8a, 0x88, 0x5d, 0x04, 0x1c, 0xeb, 0x11, 0xc9, 0x9f, 0xe8,
                                    0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 0,    0,    0,    2};

/* A whole bind_ack that can be walked to `count` results; they begin at *ret_at. */
static bool is_ack(const uint8_t *data, size_t size, size_t count, size_t *ret_at)
{
    if (size < 28 || data[0] != 5 || data[1] > 1 || data[2] != 12 || (data[3] & 3) != 3)
        return false;
    bool is_big = memcmp(data + 4, big_data, 2) == 0;
    if (!is_big && memcmp(data + 4, little_data, 2) != 0)
        return false;
    size_t low = is_big ? 1 : 0, high = 1 - low;
    size_t length = data[8 + low] + 256u * data[8 + high], auth = data[10 + low] + 256u * data[10 + high];
    if (length > size || length > 5840 || memcmp(data + 12, is_big ? big_call : little_call, 4) != 0)
        return false;
    size_t at = 26 + data[24 + low] + 256u * data[24 + high];
    while (at % 4 != 0)
        at++;
    if (at + 4 + 24 * count + (auth > 0 ? auth + 8 : 0) > length || data[at] != count)
        return false;
    *ret_at = at + 4;
    return true;
}

static bool is_acceptance(const uint8_t *data, const uint8_t *result)
{
    return result[0] == 0 && result[1] == 0 &&
           memcmp(result + 4, data[4] == 0 ? big_ndr32 : little_ndr32, 20) == 0;
}

static void check_ack(const uint8_t *data, size_t size, bool with_decoy, const struct bind_answer *answer)
{
    size_t at = 0;
    if (answer->kind != BIND_ACK) {
        REQUIRE(answer->kms == BIND_NOT_OFFERED && answer->decoy == BIND_NOT_OFFERED);
        REQUIRE(!answer->has_emulator_group && !answer->has_unasked_multiplexing);
        REQUIRE(answer->result == 0 && answer->reason == 0);
        return;
    }
    REQUIRE(is_ack(data, size, with_decoy ? 2 : 1, &at));
    REQUIRE(answer->kms == (is_acceptance(data, data + at) ? BIND_ACCEPTED : BIND_REFUSED));
    REQUIRE(answer->kms == BIND_ACCEPTED ? answer->result == 0 && answer->reason == 0 : answer->result != 0);
    if (with_decoy)
        REQUIRE(answer->decoy == (is_acceptance(data, data + at + 24) ? BIND_ACCEPTED : BIND_REFUSED));
    else
        REQUIRE(answer->decoy == BIND_NOT_OFFERED);
}

/* The other way round: what accepts as it should is never missed. */
static void check_not_missed(const uint8_t *data, size_t size, bool with_decoy,
                             const struct bind_answer *answer)
{
    size_t at = 0;
    if (is_ack(data, size, with_decoy ? 2 : 1, &at) && is_acceptance(data, data + at) &&
        (!with_decoy || data[at + 24] != 0 || data[at + 25] != 0))
        REQUIRE(answer->kind == BIND_ACK && answer->kms == BIND_ACCEPTED);
}

static void check_banner(const struct bind_answer *answer)
{
    size_t length = 0;
    while (length < BIND_BANNER_SIZE && answer->banner[length] != '\0') {
        REQUIRE(answer->banner[length] >= ' ' && answer->banner[length] <= '~');
        length++;
    }
    REQUIRE(length < BIND_BANNER_SIZE);
    bool has_banner =
        answer->kind == BIND_HTTP || answer->kind == BIND_BANNER || answer->kind == BIND_FOREIGN;
    REQUIRE(has_banner || length == 0);
}

static void check_kind(const uint8_t *data, size_t size, const struct bind_answer *answer)
{
    bool is_rpc = size > 0 && data[0] == 5;
    REQUIRE((answer->kind == BIND_NOTHING) == (size == 0));
    REQUIRE((answer->kind == BIND_BROKEN) == (answer->fault != NULL));
    REQUIRE(is_rpc == (answer->kind == BIND_ACK || answer->kind == BIND_NAK || answer->kind == BIND_FAULT ||
                       answer->kind == BIND_ECHO || answer->kind == BIND_BROKEN));
    REQUIRE(answer->fault == NULL || strpbrk(answer->fault, "`~$&|'\"<>;") == NULL);
    REQUIRE(answer->kind == BIND_NAK || answer->reject_reason == 0);
    REQUIRE(answer->kind == BIND_FAULT || answer->status == 0);
}

static bool is_equal(const struct bind_answer *left, const struct bind_answer *right)
{
    return left->kind == right->kind && left->kms == right->kms && left->decoy == right->decoy &&
           left->result == right->result && left->reason == right->reason &&
           left->reject_reason == right->reject_reason && left->status == right->status &&
           left->has_emulator_group == right->has_emulator_group &&
           left->has_unasked_multiplexing == right->has_unasked_multiplexing &&
           strcmp(left->banner, right->banner) == 0 && left->fault == right->fault;
}

/* Both ways to ask about the first `length` bytes; true when the verdict needs no end. */
static bool read_cut(const uint8_t *data, size_t length, bool with_decoy, struct bind_answer *ret)
{
    struct span received = {(const char *)data, length};
    struct bind_answer untouched, answer;
    memset(&untouched, 0x55, sizeof untouched);
    memset(&answer, 0x55, sizeof answer);
    bool is_final = kms_rpc_read(received, with_decoy, false, &answer);
    REQUIRE(is_final || memcmp(&answer, &untouched, sizeof answer) == 0);
    REQUIRE(kms_rpc_read(received, with_decoy, true, ret));
    REQUIRE(!is_final || is_equal(&answer, ret));
    REQUIRE(is_final || ret->kind != BIND_ACK);
    check_kind(data, length, ret);
    check_ack(data, length, with_decoy, ret);
    check_banner(ret);
    return is_final;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    bool with_decoy = (data[0] & 1) != 0, has_verdict = false;
    struct bind_answer verdict, answer;
    data++;
    size--;
    bool is_final = read_cut(data, size, with_decoy, &answer);
    check_not_missed(data, size, with_decoy, &answer);
    for (size_t length = 0; length <= size && length <= CUTS_MAXIMUM; length++) {
        struct bind_answer cut;
        bool is_now = read_cut(data, length, with_decoy, &cut);
        REQUIRE(is_now || !has_verdict);
        REQUIRE(!has_verdict || is_equal(&verdict, &cut));
        verdict = cut;
        has_verdict = is_now;
    }
    REQUIRE(!has_verdict || (is_final && is_equal(&verdict, &answer)));
    return 0;
}
