/* SPDX-License-Identifier: MIT */
/* Hosts and ports in every form that people write, and sentences for what is none. */
#include "model/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LETTERS_63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"
#define LETTERS_61 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy"
#define NAME_253 LETTERS_63 "." LETTERS_63 "." LETTERS_63 "." LETTERS_61

static void every_form_of_an_endpoint_is_read(void **state)
{
    static const struct {
        const char *text, *host;
        bool is_address, is_ipv6;
        uint16_t port; /* 0 = none */
    } rows[] = {
        {"kms01", "kms01", false, false, 0},
        {"kms01:1688", "kms01", false, false, 1688},
        {"kms01:1", "kms01", false, false, 1},
        {"kms01:65535", "kms01", false, false, 65535},
        {"kms01:01688", "kms01", false, false, 1688},
        {"KMS01.corp.Example.com:1688", "KMS01.corp.Example.com", false, false, 1688},
        {"kms01.corp.example.com.", "kms01.corp.example.com", false, false, 0},
        {"kms01.:1689", "kms01", false, false, 1689},
        {"kms_01-a", "kms_01-a", false, false, 0},
        {"xn--kms-hoa.example.com", "xn--kms-hoa.example.com", false, false, 0},
        {"1kms", "1kms", false, false, 0},
        {"0x7f.1.example.com", "0x7f.1.example.com", false, false, 0},
        {"kms.0xkms", "kms.0xkms", false, false, 0},
        {LETTERS_63, LETTERS_63, false, false, 0},
        {NAME_253, NAME_253, false, false, 0},
        {NAME_253 ".:1688", NAME_253, false, false, 1688},
        {"192.0.2.11", "192.0.2.11", true, false, 0},
        {"192.0.2.11:1688", "192.0.2.11", true, false, 1688},
        {"[2001:db8::1]:1688", "2001:db8::1", true, true, 1688},
        {"[2001:db8::1]", "2001:db8::1", true, true, 0},
        {"2001:db8::1", "2001:db8::1", true, true, 0},
        {"2001:DB8:0:0::0001", "2001:db8::1", true, true, 0},
        {"2001:db8::1:1688", "2001:db8::1:1688", true, true, 0},
        {"::1", "::1", true, true, 0},
        {"::", "::", true, true, 0},
        {"[::1]:53", "::1", true, true, 53},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct endpoint endpoint;
        struct problem why;
        if (!endpoint_parse(span_of(rows[i].text), &arena, &endpoint, &why))
            fail_msg("%s was refused: %s", rows[i].text, why.sentence);
        if (strcmp(endpoint.host, rows[i].host) != 0)
            fail_msg("%s: host %s, not %s", rows[i].text, endpoint.host, rows[i].host);
        if (endpoint.has_port != (rows[i].port != 0) || endpoint.port != rows[i].port)
            fail_msg("%s: port %d %u, not %u", rows[i].text, endpoint.has_port, endpoint.port, rows[i].port);
        if (endpoint.is_address != rows[i].is_address ||
            (endpoint.is_address && endpoint.address.is_ipv6 != rows[i].is_ipv6))
            fail_msg("%s: address %d, IPv6 %d", rows[i].text, endpoint.is_address, endpoint.address.is_ipv6);
        arena_done(&arena);
    }
}

static void the_bytes_of_an_address_are_kept(void **state)
{
    static const uint8_t expected[ADDRESS_IPV6_SIZE] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x11};
    struct arena arena = {0};
    struct endpoint endpoint;
    struct problem why;
    (void)state;
    assert_true(endpoint_parse(span_of("[2001:db8::11]:1688"), &arena, &endpoint, &why));
    assert_memory_equal(endpoint.address.bytes, expected, sizeof expected);
    assert_true(endpoint_parse(span_of("192.0.2.11"), &arena, &endpoint, &why));
    assert_memory_equal(endpoint.address.bytes, "\xC0\x00\x02\x0B", ADDRESS_IPV4_SIZE);
    arena_done(&arena);
}

/* Refused, with a sentence of one line that quotes the begin of the text and says `part`. */
static void require_refusal(struct span text, const char *part)
{
    struct arena arena = {0};
    struct endpoint endpoint, untouched;
    struct problem why = {.kind = PROBLEM_NONE};
    char quoted[61] = "";
    memset(&endpoint, 0x55, sizeof endpoint);
    memset(&untouched, 0x55, sizeof untouched);
    if (endpoint_parse(text, &arena, &endpoint, &why))
        fail_msg("\"%.*s\" was read as host %s port %u", (int)text.length, text.bytes, endpoint.host,
                 endpoint.port);
    assert_memory_equal(&endpoint, &untouched, sizeof endpoint);
    assert_int_equal(why.kind, PROBLEM_USAGE);
    if (text.length > 0)
        snprintf(quoted, sizeof quoted, "%.*s", (int)text.length, text.bytes);
    if (strstr(why.sentence, part) == NULL || strncmp(why.sentence, quoted, strlen(quoted)) != 0)
        fail_msg("\"%s\": \"%s\" does not say \"%s\"", quoted, why.sentence, part);
    if (strlen(why.sentence) - strlen(quoted) > 130)
        fail_msg("\"%s\" is too long", why.sentence);
    arena_done(&arena);
}

static void what_is_no_endpoint_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"", "the host is empty"},
        {"kms01:", "no port behind the colon"},
        {"[::1]:", "no port behind the colon"},
        {":1688", "no host in front of the colon"},
        {":", "no host in front of the colon"},
        {"kms01:0", "from 1 to 65535"},
        {"kms01:00000", "from 1 to 65535"},
        {"kms01:65536", "from 1 to 65535"},
        {"kms01:18446744073709551617", "from 1 to 65535"},
        {"kms01:-1", "from 1 to 65535"},
        {"kms01:+1688", "from 1 to 65535"},
        {"kms01:http", "from 1 to 65535"},
        {"[::1]:0", "from 1 to 65535"},
        {"kms01 :1688", "has a blank"},
        {" kms01", "has a blank"},
        {"kms01\n", "has a blank"},
        {"kms01: 1688", "has a blank"},
        {" ", "has a blank"},
        {"kms01\x7F", "control character"},
        {"kms01\x1B[31m", "control character"},
        {"kms-\xC3\xBC.example.com", "xn--"},
        {"kms01\xE3\x80\x82.example", "xn--"},
        {"http://kms01", "is a URL"},
        {"https://kms01:1688/", "is a URL"},
        {"kms01/", "is no host name"},
        {"kms01,kms02", "is no host name"},
        {"user@kms01", "is no host name"},
        {"*.example.com", "is no host name"},
        {"kms01%eth0", "is no host name"},
        {"192.0.2.11/24", "is no host name"},
        {"[kms01]:1688", "no IPv6 address"},
        {"[192.0.2.11]:1688", "no IPv6 address"},
        {"[]", "no IPv6 address"},
        {"[[::1]]", "no IPv6 address"},
        {"[::1", "without a closing one"},
        {"[", "without a closing one"},
        {"[::1]1688", "no colon with a port"},
        {"[::1]]", "no colon with a port"},
        {"::1]", "two colons or more"},
        {"kms01:1688:1688", "two colons or more"},
        {"192.0.2.11:16:88", "two colons or more"},
        {"2001:db8::1::1", "two colons or more"},
        {"2001:db8:0:0:0:0:0:0:1688", "[2001:db8::11]:1688"},
        {"fe80::1%eth0", "zone index"},
        {"[fe80::1%25eth0]:1688", "zone index"},
        {"192.0.2.300", "no IPv4 address"},
        {"192.0.2.300:1688", "no IPv4 address"},
        {"192.0.2", "no IPv4 address"},
        {"192.0.2.011", "no IPv4 address"},
        {"192.0.2.11.", "no IPv4 address"},
        {"0x7f.1", "its last part is a number"}, /* libraries take it for 127.0.0.1 */
        {"0X7F000001", "its last part is a number"},
        {"kms01.0x1f", "its last part is a number"},
        {"kms01.1", "its last part is a number"},
        {"1688", "no IPv4 address"},
        {".", "no name"},
        {".:1688", "no name"},
        {"..", "empty part"},
        {".kms01", "empty part"},
        {"kms01..", "empty part"},
        {"kms01..example.com", "empty part"},
        {"a" LETTERS_63, "at most 63"},
        {"kms01.a" LETTERS_63 ".com", "at most 63"},
        {"a" NAME_253, "at most 253"},
        {"a" NAME_253 ".", "at most 253"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        require_refusal(span_of(rows[i].text), rows[i].part);
}

static void a_nul_inside_is_refused(void **state)
{
    (void)state;
    require_refusal((struct span) {"kms01\0:1688", 11}, "control character");
    require_refusal((struct span) {"\0", 1}, "control character");
    require_refusal((struct span) {"192.0.2.11\0", 11}, "control character");
    require_refusal((struct span) {NULL, 0}, "empty");
}

static void bytes_behind_the_span_are_not_read(void **state)
{
    struct arena arena = {0};
    struct endpoint endpoint;
    struct problem why;
    (void)state;
    assert_true(endpoint_parse((struct span) {"kms01:16889", 10}, &arena, &endpoint, &why));
    assert_int_equal(endpoint.port, 1688);
    assert_true(endpoint_parse((struct span) {"kms01:16889", 5}, &arena, &endpoint, &why));
    assert_string_equal(endpoint.host, "kms01");
    assert_false(endpoint.has_port);
    assert_false(endpoint_parse((struct span) {"[::1]", 4}, &arena, &endpoint, &why));
    arena_done(&arena);
}

static void no_memory_is_said_as_such(void **state)
{
    struct arena arena = {.has_failed = true};
    struct endpoint endpoint = {.port = 7};
    struct problem why;
    (void)state;
    assert_false(endpoint_parse(span_of("kms01"), &arena, &endpoint, &why));
    assert_int_equal(why.kind, PROBLEM_MEMORY);
    assert_int_equal(endpoint.port, 7);
    arena_done(&arena);
}

static void endpoints_are_printed_so_that_they_can_be_read(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(endpoint_format("kms01", 1688, &arena), "kms01:1688");
    assert_string_equal(endpoint_format("192.0.2.11", 65535, &arena), "192.0.2.11:65535");
    assert_string_equal(endpoint_format("2001:db8::11", 1688, &arena), "[2001:db8::11]:1688");
    assert_string_equal(endpoint_format("kms01", 0, &arena), "kms01:0");
    arena_done(&arena);
}

static void names_are_equal_but_for_case_and_one_final_dot(void **state)
{
    static const struct {
        const char *left, *right;
        bool is_equal;
    } rows[] = {
        {"kms01", "kms01", true},
        {"kms01.example.com", "KMS01.Example.COM", true},
        {"kms01.example.com.", "kms01.example.com", true},
        {"kms01.example.com", "kms01.example.com.", true},
        {"kms01.", "KMS01.", true},
        {"", "", true},
        {"kms01..", "kms01", false},
        {"kms01..", "kms01.", false},
        {"kms01", "kms02", false},
        {"kms01", "kms01.example.com", false},
        {"kms01.example.com", "kms01", false},
        {"kms-01", "kms_01", false},
        {"kms01", "", false},
        {"k@", "k`", false},
        {"k[", "k{", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_equal = host_name_equal(span_of(rows[i].left), span_of(rows[i].right));
        if (is_equal != rows[i].is_equal)
            fail_msg("\"%s\" and \"%s\": %d, not %d", rows[i].left, rows[i].right, is_equal,
                     rows[i].is_equal);
    }
    assert_true(host_name_equal((struct span) {NULL, 0}, span_of("")));
}

static void names_for_dns_follow_the_same_rules(void **state)
{
    static const struct {
        const char *name;
        bool is_valid;
    } rows[] = {
        {"corp.example.com", true},
        {"corp.example.com.", true},
        {"local", true},
        {"_vlmcs._tcp.corp.example.com", true},
        {LETTERS_63 ".com", true},
        {NAME_253, true},
        {NAME_253 ".", true},
        {"", false},
        {".", false},
        {"..", false},
        {"corp..example.com", false},
        {".example.com", false},
        {"example.com..", false},
        {"a" LETTERS_63, false},
        {"a" NAME_253, false},
        {"192.0.2.11", false},
        {"1688", false},
        {"192.0.2.11.", false},
        {"corp.example.com:53", false},
        {"corp example.com", false},
        {"c\xC3\xB6rp.example.com", false},
        {"*.example.com", false},
        {"corp\\.example.com", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool is_valid = host_name_is_valid(span_of(rows[i].name));
        if (is_valid != rows[i].is_valid)
            fail_msg("\"%s\": %d, not %d", rows[i].name, is_valid, rows[i].is_valid);
    }
    assert_false(host_name_is_valid((struct span) {"corp\0.com", 9}));
    assert_false(host_name_is_valid((struct span) {NULL, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_endpoint_is_read),
        cmocka_unit_test(the_bytes_of_an_address_are_kept),
        cmocka_unit_test(what_is_no_endpoint_is_refused_with_a_sentence),
        cmocka_unit_test(a_nul_inside_is_refused),
        cmocka_unit_test(bytes_behind_the_span_are_not_read),
        cmocka_unit_test(no_memory_is_said_as_such),
        cmocka_unit_test(endpoints_are_printed_so_that_they_can_be_read),
        cmocka_unit_test(names_are_equal_but_for_case_and_one_final_dot),
        cmocka_unit_test(names_for_dns_follow_the_same_rules),
    };
    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
