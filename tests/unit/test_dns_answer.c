/* SPDX-License-Identifier: MIT */
/* Answers of DNS servers, good and hostile, as bytes. */
#include "transport/dns_answer.h"

#include "test_dns_message.h"

#include <stdio.h>

#define ZONE "_vlmcs._tcp.corp.example.com"

/* What the bytes say, compared as a string; the message is released. */
static void expect(struct text *message, enum dns_type type, const char *expected)
{
    struct arena arena = {0};
    struct text said;
    assert_true(text_ok(message));
    struct dns_answer answer = {.duration_us = 77};
    dns_answer_read((struct span) {message->bytes, message->length}, type, &arena, &answer);
    text_start(&said, ANSWER_ROOM);
    describe_answer(&answer, &said);
    assert_string_equal(text_string(&said), expected);
    assert_int_equal(answer.duration_us, 77);
    assert_true(arena_ok(&arena));
    text_done(&said);
    arena_done(&arena);
    text_done(message);
}

static void start(struct text *message, unsigned flags, unsigned answers, const char *name, unsigned type)
{
    put_header(message, 4711, flags, answers);
    put_question(message, name, type);
}

static void set_byte(struct text *message, size_t at, unsigned value)
{
    assert_true(at < message->length);
    message->bytes[at] = (char)value;
}

static void records_come_in_the_order_of_the_server(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 5, ZONE, TYPE_SRV);
    put_srv(&message, NULL, 0, 0, 1688, "kms02.corp.example.com");
    put_srv(&message, NULL, 0, 0, 1688, "kms01.corp.example.com");
    put_srv(&message, NULL, 10, 0, 1689, "kms02.corp.example.com");
    put_srv(&message, NULL, 0, 65535, 1688, "KMS-old.corp.example.com");
    put_srv(&message, NULL, 65535, 7, 0, "nas7.corp.example.com");
    expect(&message, DNS_TYPE_SRV,
           "ANSWERED, 0 0 1688 kms02.corp.example.com, 0 0 1688 kms01.corp.example.com, "
           "10 0 1689 kms02.corp.example.com, 0 65535 1688 KMS-old.corp.example.com, "
           "65535 7 0 nas7.corp.example.com");
}

static void exact_duplicates_count_once(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 5, ZONE, TYPE_SRV);
    put_srv(&message, NULL, 0, 0, 1688, "kms01.example.com");
    put_srv(&message, NULL, 0, 0, 1688, "KMS01.example.com");
    put_srv(&message, NULL, 0, 0, 1689, "kms01.example.com");
    put_srv(&message, NULL, 0, 1, 1688, "kms01.example.com");
    put_srv(&message, NULL, 0, 0, 1688, "kms01.example.com");
    expect(&message, DNS_TYPE_SRV,
           "ANSWERED, 0 0 1688 kms01.example.com, 0 0 1689 kms01.example.com, 0 1 1688 kms01.example.com");
}

static void addresses_count_once(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 3, "kms01.example.com", TYPE_A);
    put_ipv4(&message, NULL, 2);
    put_ipv4(&message, NULL, 1);
    put_ipv4(&message, NULL, 2);
    expect(&message, DNS_TYPE_A, "ANSWERED, 192.0.2.2, 192.0.2.1");
    start(&message, FLAGS_ANSWER, 2, "kms01.example.com", TYPE_AAAA);
    put_ipv6(&message, NULL, 17);
    put_ipv6(&message, NULL, 17);
    expect(&message, DNS_TYPE_AAAA, "ANSWERED, 2001:db8::11");
}

static void the_root_as_target_is_a_dot(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
    put_srv(&message, NULL, 0, 0, 0, "");
    expect(&message, DNS_TYPE_SRV, "ANSWERED, 0 0 0 .");
    /* A pointer to the end of the question's name is the root too. */
    start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
    put_record(&message, NULL, TYPE_SRV, 8);
    put_bytes(&message, "\0\0\0\0\0\0", 6);
    put_u16(&message, 0xc000 + 12 + (unsigned)strlen(ZONE) + 1);
    expect(&message, DNS_TYPE_SRV, "ANSWERED, 0 0 0 .");
}

static void a_label_of_one_zero_byte_is_not_the_root(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } names[] = {{"\1\0", 3}, {"\3kms\1\0\3com", 11}};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text message;
        start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
        put_record(&message, NULL, TYPE_SRV, 6 + names[i].length);
        put_bytes(&message, "\0\0\0\0\x06\x98", 6);
        put_bytes(&message, names[i].bytes, names[i].length);
        expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    }
}

static void bytes_that_are_no_letters_are_escaped(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
    put_record(&message, NULL, TYPE_SRV, 6 + 11);
    put_bytes(&message, "\0\0\0\0\x06\x98", 6);
    put_bytes(&message, "\5a.b\n\xff\3com", 11);
    expect(&message, DNS_TYPE_SRV, "ANSWERED, 0 0 1688 a\\.b\\010\\255.com");
}

/* Four labels and the end: 3 * 64 + 62 + 1 = 255 bytes, or one more. */
static void a_name_has_at_most_255_bytes(void **state)
{
    (void)state;
    for (size_t last = 61; last <= 62; last++) {
        char name[256] = "", expected[300];
        struct text message;
        memset(name, 'a', 3 * 64 + last);
        name[63] = name[127] = name[191] = '.';
        start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
        put_srv(&message, NULL, 0, 0, 1688, name);
        snprintf(expected, sizeof expected, "ANSWERED, 0 0 1688 %s", name);
        expect(&message, DNS_TYPE_SRV, last == 61 ? expected : "BAD_ANSWER 0");
    }
}

static void an_alias_is_followed_whatever_the_order(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 2, "kms.example.com", TYPE_A);
    put_alias(&message, NULL, "kms01.example.com");
    put_ipv4(&message, "KMS01.example.com", 1);
    expect(&message, DNS_TYPE_A, "ANSWERED, alias of kms01.example.com, 192.0.2.1");
    start(&message, FLAGS_ANSWER, 4, "kms.example.com", TYPE_A);
    put_ipv4(&message, "c.example.com", 1);
    put_alias(&message, "b.example.com", "c.example.com");
    put_ipv4(&message, "b.example.com.evil.example", 66);
    put_alias(&message, NULL, "b.example.com");
    expect(&message, DNS_TYPE_A, "ANSWERED, alias of c.example.com, 192.0.2.1");
    start(&message, FLAGS_ANSWER, 2, ZONE, TYPE_SRV);
    put_alias(&message, NULL, "_vlmcs._tcp.example.com");
    put_srv(&message, "_vlmcs._tcp.example.com", 0, 0, 1688, "kms01.example.com");
    expect(&message, DNS_TYPE_SRV, "ANSWERED, alias of _vlmcs._tcp.example.com, 0 0 1688 kms01.example.com");
}

static void an_alias_without_records_is_no_data(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 1, "kms.example.com", TYPE_AAAA);
    put_alias(&message, NULL, "kms01.example.com");
    expect(&message, DNS_TYPE_AAAA, "NO_DATA, alias of kms01.example.com");
}

static void an_alias_of_a_missing_name_is_a_name_error(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER | 3, 1, "kms.example.com", TYPE_A);
    put_alias(&message, NULL, "gone.example.com");
    expect(&message, DNS_TYPE_A, "NAME_ERROR, alias of gone.example.com");
}

static void aliases_in_a_circle_are_a_bad_answer(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 2, "a.example.com", TYPE_A);
    put_alias(&message, NULL, "b.example.com");
    put_alias(&message, "b.example.com", "a.example.com");
    expect(&message, DNS_TYPE_A, "BAD_ANSWER 0");
}

static void records_of_others_do_not_count(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 3, ZONE, TYPE_SRV);
    put_srv(&message, "_vlmcs._tcp.evil.example", 0, 0, 1688, "rogue.evil.example");
    put_srv(&message, NULL, 0, 0, 1688, "kms01.example.com");
    put_ipv4(&message, "kms01.example.com", 1);
    expect(&message, DNS_TYPE_SRV, "ANSWERED, 0 0 1688 kms01.example.com");
    start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
    put_srv(&message, "_vlmcs._tcp.evil.example", 0, 0, 1688, "rogue.evil.example");
    expect(&message, DNS_TYPE_SRV, "NO_DATA");
    /* another class (CHAOS) */
    start(&message, FLAGS_ANSWER, 1, "kms01.example.com", TYPE_A);
    put_ipv4(&message, NULL, 1);
    set_byte(&message, message.length - 11, 3);
    expect(&message, DNS_TYPE_A, "NO_DATA");
}

static void every_rcode_has_its_outcome(void **state)
{
    static const char *const expected[] = {
        "NO_DATA",         "FORMAT_ERROR",  "SERVER_FAILURE", "NAME_ERROR",
        "NOT_IMPLEMENTED", "REFUSED",       "BAD_ANSWER 6",   "BAD_ANSWER 7",
        "BAD_ANSWER 8",    "BAD_ANSWER 9",  "BAD_ANSWER 10",  "BAD_ANSWER 11",
        "BAD_ANSWER 12",   "BAD_ANSWER 13", "BAD_ANSWER 14",  "BAD_ANSWER 15"};
    (void)state;
    for (unsigned rcode = 0; rcode < 16; rcode++) {
        struct text message;
        start(&message, FLAGS_ANSWER | rcode, 0, ZONE, TYPE_SRV);
        expect(&message, DNS_TYPE_SRV, expected[rcode]);
    }
}

static void a_refusal_may_be_a_bare_header(void **state)
{
    struct text message;
    (void)state;
    put_header(&message, 1, FLAGS_ANSWER | 1, 0);
    set_byte(&message, 5, 0); /* no question */
    expect(&message, DNS_TYPE_SRV, "FORMAT_ERROR");
    put_header(&message, 1, FLAGS_ANSWER | 3, 0);
    set_byte(&message, 5, 0);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 3"); /* whose name does not exist? */
}

static void the_upper_bits_of_the_rcode_count(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 0, ZONE, TYPE_SRV);
    set_byte(&message, 11, 1); /* one additional record */
    put_bytes(&message, "\0\0\x29\x04\xd0\x01\0\0\0\0\0", 11);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 16"); /* BADVERS */
    start(&message, FLAGS_ANSWER, 0, ZONE, TYPE_SRV);
    set_byte(&message, 11, 1);
    put_bytes(&message, "\0\0\x29\x04\xd0\0\0\x80\0\0\0", 11);
    expect(&message, DNS_TYPE_SRV, "NO_DATA");
}

static void an_answer_that_was_cut_short_is_not_the_whole_answer(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_CUT, 1, ZONE, TYPE_SRV);
    put_srv(&message, NULL, 0, 0, 1688, "kms01.example.com");
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    start(&message, FLAGS_CUT, 0, ZONE, TYPE_SRV);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
}

static void every_cut_is_a_bad_answer(void **state)
{
    struct text whole;
    (void)state;
    start(&whole, FLAGS_ANSWER, 2, ZONE, TYPE_SRV);
    put_srv(&whole, NULL, 0, 0, 1688, "kms01.example.com");
    put_srv(&whole, NULL, 0, 0, 1688, "kms02.example.com");
    set_byte(&whole, 11, 1);
    put_bytes(&whole, "\0\0\x29\x04\xd0\0\0\x80\0\0\0", 11);
    for (size_t length = 0; length < whole.length; length++) {
        struct text part;
        text_start(&part, MESSAGE_ROOM);
        put_bytes(&part, whole.bytes, length);
        expect(&part, DNS_TYPE_SRV, "BAD_ANSWER 0");
    }
    expect(&whole, DNS_TYPE_SRV, "ANSWERED, 0 0 1688 kms01.example.com, 0 0 1688 kms02.example.com");
}

static void a_name_that_points_in_a_circle_is_a_bad_answer(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
    put_record(&message, NULL, TYPE_SRV, 8);
    put_bytes(&message, "\0\0\0\0\x06\x98", 6);
    put_u16(&message, 0xc000 + (unsigned)message.length); /* to itself */
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    start(&message, FLAGS_ANSWER, 1, ZONE, TYPE_SRV);
    put_bytes(&message, "\xff\xff", 2); /* behind the end */
    put_bytes(&message, "\0\x21\0\1\0\0\0\0\0\0", 10);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
}

static void a_record_of_the_wrong_size_is_a_bad_answer(void **state)
{
    static const struct {
        unsigned type;
        size_t length;
    } records[] = {{TYPE_A, 3},     {TYPE_A, 5},   {TYPE_A, 0},   {TYPE_A, 16},  {TYPE_AAAA, 4},
                   {TYPE_AAAA, 17}, {TYPE_SRV, 0}, {TYPE_SRV, 6}, {TYPE_SRV, 8}, {TYPE_SRV, 16}};
    (void)state;
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct text message;
        start(&message, FLAGS_ANSWER, 1, "kms01.example.com", records[i].type);
        put_record(&message, NULL, records[i].type, records[i].length);
        for (size_t byte = 0; byte < records[i].length; byte++)
            text_append_byte(&message, 0);
        expect(&message, (enum dns_type)records[i].type, "BAD_ANSWER 0");
    }
}

static void an_alias_of_the_wrong_size_is_a_bad_answer(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 1, "kms.example.com", TYPE_A);
    put_record(&message, NULL, TYPE_CNAME, 6);
    put_bytes(&message, "\3kms\0\0", 6);
    expect(&message, DNS_TYPE_A, "BAD_ANSWER 0");
}

static void what_is_no_answer_to_the_question_is_a_bad_answer(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 0, ZONE, TYPE_A); /* another type */
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    start(&message, FLAGS_ANSWER, 0, ZONE, TYPE_SRV); /* another class */
    set_byte(&message, message.length - 1, 3);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    start(&message, 0x0100, 0, ZONE, TYPE_SRV); /* the question itself */
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    start(&message, FLAGS_ANSWER | 0x2800, 0, ZONE, TYPE_SRV); /* an answer to an UPDATE */
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    start(&message, FLAGS_ANSWER, 0, ZONE, TYPE_SRV); /* two questions */
    set_byte(&message, 5, 2);
    put_question(&message, ZONE, TYPE_SRV);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    text_start(&message, MESSAGE_ROOM);
    text_append(&message, "HTTP/1.1 400 Bad Request\r\n\r\n");
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
    text_start(&message, MESSAGE_ROOM); /* nothing */
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
}

static void more_records_than_bytes_are_a_bad_answer(void **state)
{
    struct text message;
    (void)state;
    start(&message, FLAGS_ANSWER, 65535, ZONE, TYPE_SRV);
    set_byte(&message, 8, 0xff);
    set_byte(&message, 10, 0xff);
    expect(&message, DNS_TYPE_SRV, "BAD_ANSWER 0");
}

static void the_largest_answer_is_read(void **state)
{
    enum { COUNT = 3200 };
    struct text message, expected;
    (void)state;
    start(&message, FLAGS_ANSWER, COUNT, ZONE, TYPE_SRV);
    text_start(&expected, ANSWER_ROOM);
    text_append(&expected, "ANSWERED");
    for (unsigned i = 0; i < COUNT; i++) {
        put_record(&message, NULL, TYPE_SRV, 8);
        put_u16(&message, 0);
        put_u16(&message, 0);
        put_u16(&message, i);
        put_bytes(&message, THE_NAME, 2);
        text_append_format(&expected, ", 0 0 %u " ZONE, i);
    }
    assert_in_range(message.length, 64000, 65535);
    expect(&message, DNS_TYPE_SRV, text_string(&expected));
    text_done(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_in_the_order_of_the_server),
        cmocka_unit_test(exact_duplicates_count_once),
        cmocka_unit_test(addresses_count_once),
        cmocka_unit_test(the_root_as_target_is_a_dot),
        cmocka_unit_test(a_label_of_one_zero_byte_is_not_the_root),
        cmocka_unit_test(bytes_that_are_no_letters_are_escaped),
        cmocka_unit_test(a_name_has_at_most_255_bytes),
        cmocka_unit_test(an_alias_is_followed_whatever_the_order),
        cmocka_unit_test(an_alias_without_records_is_no_data),
        cmocka_unit_test(an_alias_of_a_missing_name_is_a_name_error),
        cmocka_unit_test(aliases_in_a_circle_are_a_bad_answer),
        cmocka_unit_test(records_of_others_do_not_count),
        cmocka_unit_test(every_rcode_has_its_outcome),
        cmocka_unit_test(a_refusal_may_be_a_bare_header),
        cmocka_unit_test(the_upper_bits_of_the_rcode_count),
        cmocka_unit_test(an_answer_that_was_cut_short_is_not_the_whole_answer),
        cmocka_unit_test(every_cut_is_a_bad_answer),
        cmocka_unit_test(a_name_that_points_in_a_circle_is_a_bad_answer),
        cmocka_unit_test(a_record_of_the_wrong_size_is_a_bad_answer),
        cmocka_unit_test(an_alias_of_the_wrong_size_is_a_bad_answer),
        cmocka_unit_test(what_is_no_answer_to_the_question_is_a_bad_answer),
        cmocka_unit_test(more_records_than_bytes_are_a_bad_answer),
        cmocka_unit_test(the_largest_answer_is_read),
    };
    return cmocka_run_group_tests_name("DNS answers", tests, NULL, NULL);
}
