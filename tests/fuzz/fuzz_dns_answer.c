/* SPDX-License-Identifier: MIT */
/* Any bytes as an answer to each of the three questions that are asked. */
#include "fuzz_require.h"

#include "transport/dns_answer.h"

enum { RECORDS_MAXIMUM = 64 }; /* that are compared with each other */

/* A name is "." or has no dot at its end, unless that one is escaped: "a\.". */
static void check_name(const char *name)
{
    size_t length = strlen(name), backslashes = 0;
    REQUIRE(length > 0 && length < 1024);
    if (strcmp(name, ".") == 0 || name[length - 1] != '.')
        return;
    while (backslashes + 1 < length && name[length - 2 - backslashes] == '\\')
        backslashes++;
    REQUIRE(backslashes % 2 == 1);
}

static bool is_same_record(const struct srv_record *left, const struct srv_record *right)
{
    return left->priority == right->priority && left->weight == right->weight && left->port == right->port &&
           span_equal_ignoring_case(span_of(left->target), span_of(right->target));
}

static void check_each_once(const struct dns_answer *answer)
{
    for (size_t i = 0; i < answer->record_count && i < RECORDS_MAXIMUM; i++) {
        check_name(answer->records[i].target);
        for (size_t j = 0; j < i; j++)
            REQUIRE(!is_same_record(&answer->records[i], &answer->records[j]));
    }
    for (size_t i = 0; i < answer->address_count && i < RECORDS_MAXIMUM; i++) {
        for (size_t j = 0; j < i; j++)
            REQUIRE(!address_equal(&answer->addresses[i], &answer->addresses[j]));
    }
}

static void check_answer(const struct dns_answer *answer, enum dns_type type, struct span message)
{
    size_t count = answer->record_count + answer->address_count;
    REQUIRE(answer->outcome <= DNS_BAD_ANSWER);
    REQUIRE((answer->outcome == DNS_ANSWERED) == (count > 0));
    REQUIRE(type == DNS_TYPE_SRV ? answer->address_count == 0 : answer->record_count == 0);
    REQUIRE(count <= message.length);
    for (size_t i = 0; i < answer->address_count; i++)
        REQUIRE(answer->addresses[i].is_ipv6 == (type == DNS_TYPE_AAAA));
    if (answer->alias_of != NULL)
        check_name(answer->alias_of);
    if (answer->outcome == DNS_BAD_ANSWER) {
        REQUIRE(answer->alias_of == NULL);
        return;
    }
    /* Nothing is an answer without the rcode and the mark of one. */
    REQUIRE(message.length >= 12);
    REQUIRE(((unsigned char)message.bytes[2] & 0xf8) == 0x80);
    REQUIRE(answer->rcode == ((unsigned char)message.bytes[3] & 0x0f));
    REQUIRE((answer->rcode == 0) == (answer->outcome == DNS_ANSWERED || answer->outcome == DNS_NO_DATA));
    REQUIRE((answer->rcode == 3) == (answer->outcome == DNS_NAME_ERROR));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dns_type types[] = {DNS_TYPE_SRV, DNS_TYPE_A, DNS_TYPE_AAAA};
    struct span message = {(const char *)data, size};
    int understood = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct arena arena = {0};
        struct dns_answer answer = {.duration_us = 1};
        dns_answer_read(message, types[i], &arena, &answer);
        REQUIRE(arena_ok(&arena) && answer.duration_us == 1);
        check_answer(&answer, types[i], message);
        check_each_once(&answer);
        understood += answer.outcome == DNS_ANSWERED || answer.outcome == DNS_NO_DATA;
        arena_done(&arena);
    }
    REQUIRE(understood <= 1); /* a message answers one question */
    return 0;
}
