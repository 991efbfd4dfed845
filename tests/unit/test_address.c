/* SPDX-License-Identifier: MIT */
/* Internet addresses: texts that are some, texts that are none, and how they are printed. */
#include "model/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void addresses_are_read_and_printed_in_one_form(void **state)
{
    static const struct {
        const char *text, *printed;
        bool is_ipv6;
    } rows[] = {
        {"192.0.2.11", "192.0.2.11", false},
        {"0.0.0.0", "0.0.0.0", false},
        {"255.255.255.255", "255.255.255.255", false},
        {"2001:db8::11", "2001:db8::11", true},
        {"2001:DB8:0:0:0:0:0:11", "2001:db8::11", true},
        {"2001:0db8:0000:0000:0000:0000:0000:0011", "2001:db8::11", true},
        {"2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1", true},
        {"::", "::", true},
        {"::1", "::1", true},
        {"fe80::1", "fe80::1", true},
        {"::ffff:192.0.2.11", "::ffff:192.0.2.11", true},
        {"0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255", true},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct address address, again;
        char printed[ADDRESS_TEXT_SIZE];
        if (!address_parse(span_of(rows[i].text), &address))
            fail_msg("%s was refused", rows[i].text);
        if (address.is_ipv6 != rows[i].is_ipv6)
            fail_msg("%s: IPv6 %d, not %d", rows[i].text, address.is_ipv6, rows[i].is_ipv6);
        address_print(&address, printed);
        if (strcmp(printed, rows[i].printed) != 0)
            fail_msg("%s is printed %s, not %s", rows[i].text, printed, rows[i].printed);
        assert_true(address_parse(span_of(printed), &again));
        assert_true(address_equal(&address, &again));
    }
}

static void the_bytes_are_in_network_order_and_the_rest_is_zero(void **state)
{
    static const uint8_t ipv4[ADDRESS_IPV6_SIZE] = {192, 0, 2, 11};
    static const uint8_t ipv6[ADDRESS_IPV6_SIZE] = {0x20, 0x01, 0x0d, 0xb8, [14] = 0x12, [15] = 0x34};
    struct address address;
    (void)state;
    memset(&address, 0x55, sizeof address);
    assert_true(address_parse(span_of("192.0.2.11"), &address));
    assert_memory_equal(address.bytes, ipv4, sizeof ipv4);
    assert_true(address_parse(span_of("2001:db8::1234"), &address));
    assert_memory_equal(address.bytes, ipv6, sizeof ipv6);
}

static void require_refusal(struct span text)
{
    struct address address, untouched;
    memset(&address, 0x55, sizeof address);
    memset(&untouched, 0x55, sizeof untouched);
    if (address_parse(text, &address))
        fail_msg("\"%.*s\" was taken", (int)text.length, text.bytes);
    assert_memory_equal(&address, &untouched, sizeof address);
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        " ",
        "kms01",
        "192.0.2",
        "192.0.2.",
        "192.0.2.11.",
        "192.0.2.11.1",
        "192.0.2.256",
        "192.0.2.011",
        "192.0.2.0x1",
        "192.0.2.-1",
        " 192.0.2.11",
        "192.0.2.11 ",
        "192.0.2.11:1688",
        "3221225995",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "2001:db8::1::2",
        "2001:db8::12345",
        "2001:db8::g",
        "[2001:db8::11]",
        "fe80::1%eth0",
        "fe80::1%1",
        "2001:db8::11/64",
        "::ffff:192.0.2.300",
        "00000000000000000000000000000000000000000000::1",
        "0000:0000:0000:0000:0000:ffff:255.255.255.2555",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        require_refusal(span_of(texts[i]));
    require_refusal((struct span) {NULL, 0});
    require_refusal((struct span) {"192.0.2.11\0", 11});
    require_refusal((struct span) {"::1\0", 4});
    require_refusal((struct span) {"::1\0::1", 7});
}

static void bytes_behind_the_span_are_not_read(void **state)
{
    struct address address;
    char printed[ADDRESS_TEXT_SIZE];
    (void)state;
    assert_true(address_parse((struct span) {"192.0.2.11", 9}, &address));
    address_print(&address, printed);
    assert_string_equal(printed, "192.0.2.1");
}

static void addresses_of_two_families_are_never_equal(void **state)
{
    struct address ipv4, other, mapped, prefix;
    (void)state;
    assert_true(address_parse(span_of("192.0.2.11"), &ipv4));
    assert_true(address_parse(span_of("192.0.2.12"), &other));
    assert_true(address_parse(span_of("::ffff:192.0.2.11"), &mapped));
    assert_true(address_parse(span_of("c000:20b::"), &prefix));
    assert_true(address_equal(&ipv4, &ipv4));
    assert_false(address_equal(&ipv4, &other));
    assert_false(address_equal(&ipv4, &mapped));
    assert_memory_equal(ipv4.bytes, prefix.bytes, ADDRESS_IPV6_SIZE);
    assert_false(address_equal(&ipv4, &prefix));
    assert_false(address_equal(&mapped, &prefix));
}

static void every_byte_of_an_ipv6_address_counts(void **state)
{
    struct address left, right;
    (void)state;
    assert_true(address_parse(span_of("2001:db8::11"), &left));
    for (size_t i = 0; i < ADDRESS_IPV6_SIZE; i++) {
        right = left;
        right.bytes[i] ^= 1;
        assert_false(address_equal(&left, &right));
    }
}

static void only_four_bytes_of_an_ipv4_address_count(void **state)
{
    struct address left = {.bytes = {192, 0, 2, 11}}, right = {.bytes = {192, 0, 2, 11, 1}};
    (void)state;
    assert_true(address_equal(&left, &right));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_printed_in_one_form),
        cmocka_unit_test(the_bytes_are_in_network_order_and_the_rest_is_zero),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(bytes_behind_the_span_are_not_read),
        cmocka_unit_test(addresses_of_two_families_are_never_equal),
        cmocka_unit_test(every_byte_of_an_ipv6_address_counts),
        cmocka_unit_test(only_four_bytes_of_an_ipv4_address_count),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
