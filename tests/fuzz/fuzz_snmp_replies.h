/* SPDX-License-Identifier: MIT */
/* Any bytes as the replies of an SNMP agent.  The first byte chooses the version.  Then, for each reply:
 *
 *   error (0 = none), and for each value a byte of kind and a byte of name
 *   kind   % 8: a number (a byte follows), a string (a length byte and bytes), an object id, null, no such
 *          object, no such instance, end of view, the end of this reply
 *   name   0-199: the name that was asked for, its last part raised by that (0 = the name itself in a GET, the
 *          next one in a walk); 200 and above: that many parts less, for names behind the table */
#ifndef FUZZ_SNMP_REPLIES_H
#define FUZZ_SNMP_REPLIES_H

#include "fuzz_license_document.h"

#include "agents/snmp_conversation.h"
#include "model/snmp_oid.h"

enum { FUZZ_BINDINGS_MAXIMUM = 64, FUZZ_TURNS_MAXIMUM = 3000 };

struct fuzz_input {
    const uint8_t *bytes;
    size_t length;
};

static inline uint8_t take_byte(struct fuzz_input *input)
{
    if (input->length == 0)
        return 0;
    input->length--;
    return *input->bytes++;
}

static inline struct snmp_oid make_name(const struct snmp_request *request, const struct snmp_oid *before,
                                        size_t place, uint8_t name)
{
    struct snmp_oid oid = request->kind == SNMP_GET_BULK
                              ? *before
                              : request->oids[place < request->oid_count ? place : request->oid_count - 1];
    if (name >= 200) {
        size_t fewer = (size_t)name - 199;
        oid.length = oid.length > fewer ? oid.length - fewer : 1;
        oid.parts[oid.length - 1]++;
    } else if (request->kind != SNMP_GET && oid.length < 20 && name % 2 != 0) {
        oid.parts[oid.length++] = name / 2; /* into a table */
    } else {
        oid.parts[oid.length - 1] += request->kind == SNMP_GET ? name : name + 1U;
    }
    return oid;
}

/* A copy of the string, so that reading one byte too many is seen; released by release_bindings. */
static inline struct span take_string(struct fuzz_input *input)
{
    size_t length = take_byte(input);
    length = length < input->length ? length : input->length;
    char *copy = copy_of(input->bytes, length);
    input->bytes += length;
    input->length -= length;
    return (struct span) {copy, length};
}

static inline size_t take_bindings(struct fuzz_input *input, const struct snmp_request *request,
                                   struct snmp_binding *bindings)
{
    static const enum snmp_value_kind kinds[] = {
        SNMP_VALUE_NUMBER,   SNMP_VALUE_BYTES,      SNMP_VALUE_OID,  SNMP_VALUE_NULL,
        SNMP_NO_SUCH_OBJECT, SNMP_NO_SUCH_INSTANCE, SNMP_END_OF_VIEW};
    size_t count = 0;
    struct snmp_oid before = request->oids[0];
    while (input->length > 0 && count < FUZZ_BINDINGS_MAXIMUM) {
        uint8_t kind = take_byte(input);
        if (kind % 8 == 7)
            break;
        struct snmp_binding *binding = &bindings[count];
        *binding = (struct snmp_binding) {.oid = make_name(request, &before, count, take_byte(input)),
                                          .kind = kinds[kind % 8]};
        if (binding->kind == SNMP_VALUE_NUMBER)
            binding->number =
                kind >= 128 ? -(int64_t)take_byte(input) : (int64_t)take_byte(input) << (kind / 8);
        if (binding->kind == SNMP_VALUE_BYTES)
            binding->bytes = take_string(input);
        before = binding->oid;
        count++;
    }
    return count;
}

static inline void release_bindings(struct snmp_binding *bindings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *copy = (char *)(uintptr_t)bindings[i].bytes.bytes;
        free(copy);
    }
}

static inline void require_snmp_request(const struct snmp_request *request, bool is_version_1)
{
    REQUIRE(request->oid_count > 0 && request->oid_count <= FUZZ_BINDINGS_MAXIMUM);
    REQUIRE(request->kind != SNMP_GET_BULK ||
            (!is_version_1 && request->repetitions > 0 && request->oid_count == 1));
    for (size_t i = 0; i < request->oid_count; i++)
        REQUIRE(request->oids[i].length > 0 && request->oids[i].length <= SNMP_OID_PARTS_MAXIMUM);
}

/* Runs to the end, or of the bytes; the caller looks at the conversation and releases it. */
static inline enum snmp_turn fuzz_snmp_talk(const struct snmp_agent *agent, struct snmp_wishes *wishes,
                                            const uint8_t *data, size_t size,
                                            struct snmp_conversation *conversation)
{
    struct snmp_binding bindings[FUZZ_BINDINGS_MAXIMUM];
    struct snmp_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    struct fuzz_input input = {data, size};
    wishes->is_version_1 = take_byte(&input) % 2 != 0;
    enum snmp_turn turn = snmp_conversation_start(conversation, agent, wishes, &request, &why);
    for (size_t i = 0; turn == SNMP_TURN_ASK && input.length > 0 && i < FUZZ_TURNS_MAXIMUM; i++) {
        require_snmp_request(&request, wishes->is_version_1);
        struct snmp_reply reply = {.error = take_byte(&input) % 20, .bindings = bindings};
        if (reply.error == SNMP_ERROR_NONE)
            reply.binding_count = take_bindings(&input, &request, bindings);
        turn = snmp_conversation_next(conversation, &reply, &request, &why);
        release_bindings(bindings, reply.binding_count);
    }
    REQUIRE(turn != SNMP_TURN_FAILED || (why.kind != PROBLEM_NONE && why.sentence[0] != '\0'));
    return turn;
}

#endif
