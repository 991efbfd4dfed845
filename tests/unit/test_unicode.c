/* SPDX-License-Identifier: MIT */
/* UTF-8 and UTF-16LE, checked against the tables of the standard. */
#include "base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The Unicode Standard, table 3-7 "Well-Formed UTF-8 Byte Sequences": what the first two bytes may be; all
 * further ones are 80..BF. */
static const struct {
    uint8_t first_low, first_high, second_low, second_high;
    size_t length;
} well_formed[] = {
    {0x00, 0x7F, 0x00, 0xFF, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static bool is_continuation(uint8_t byte)
{
    return byte >= 0x80 && byte <= 0xBF;
}

static size_t length_by_table(const uint8_t bytes[4], size_t count)
{
    for (size_t i = 0; i < sizeof well_formed / sizeof *well_formed && count > 0; i++) {
        size_t length = well_formed[i].length;
        if (bytes[0] < well_formed[i].first_low || bytes[0] > well_formed[i].first_high)
            continue;
        if (count < length)
            return 0;
        if (length > 1 && (bytes[1] < well_formed[i].second_low || bytes[1] > well_formed[i].second_high))
            return 0;
        if ((length > 2 && !is_continuation(bytes[2])) || (length > 3 && !is_continuation(bytes[3])))
            return 0;
        return length;
    }
    return 0;
}

static void the_length_of_a_character_is_that_of_the_table(void **state)
{
    static const uint8_t edges[] = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF}; /* for the third and fourth byte */
    (void)state;
    for (unsigned two = 0; two < 0x10000; two++) {
        for (size_t last = 0; last < sizeof edges * sizeof edges; last++) {
            const uint8_t bytes[4] = {(uint8_t)(two >> 8), (uint8_t)two, edges[last / sizeof edges],
                                      edges[last % sizeof edges]};
            size_t length = utf8_character_length((struct span) {(const char *)bytes, 4});
            if (length != length_by_table(bytes, 4))
                fail_msg("%02X %02X %02X %02X: length %zu, wanted %zu", bytes[0], bytes[1], bytes[2],
                         bytes[3], length, length_by_table(bytes, 4));
        }
    }
}

static void a_cut_sequence_is_no_character(void **state)
{
    static const char *const characters[] = {"\xC3\xBC", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xF0\x9F\x94\x91"};
    (void)state;
    assert_int_equal(utf8_character_length((struct span) {NULL, 0}), 0);
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        size_t whole = strlen(characters[i]);
        assert_int_equal(utf8_character_length((struct span) {characters[i], whole}), whole);
        for (size_t length = 0; length < whole; length++) {
            assert_int_equal(utf8_character_length((struct span) {characters[i], length}), 0);
            assert_int_equal(utf8_is_valid((struct span) {characters[i], length}), length == 0);
        }
    }
}

static void a_text_is_valid_when_every_character_is(void **state)
{
    static const struct {
        int line;
        const char *text;
        bool is_valid;
    } rows[] = {
        {__LINE__, "", true},
        {__LINE__, "plain", true},
        {__LINE__, "M\xC3\xBCnchen \xE2\x82\xAC \xF0\x9F\x94\x91", true},
        {__LINE__, "M\xFCnchen", false},           /* Latin-1 */
        {__LINE__, "M\x81nchen", false},           /* code page 850 */
        {__LINE__, "a\xC0\xAF", false},            /* overlong */
        {__LINE__, "a\xE0\x80\xAF", false},        /* overlong */
        {__LINE__, "a\xF0\x80\x80\xAF", false},    /* overlong */
        {__LINE__, "\xED\xA0\x80", false},         /* a surrogate */
        {__LINE__, "\xF4\x90\x80\x80", false},     /* above U+10FFFF */
        {__LINE__, "\xF8\x88\x80\x80\x80", false}, /* five bytes */
        {__LINE__, "abc\xC3", false},
        {__LINE__, "\xEF\xBB\xBFx", true}, /* a byte order mark is a character */
        {__LINE__, "\xFF\xFE", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        _assert_int_equal(utf8_is_valid(span_of(rows[i].text)), rows[i].is_valid, __FILE__, rows[i].line);
}

static void utf16_becomes_utf8(void **state)
{
    static const struct {
        int line;
        const char *bytes;
        size_t length;
        const char *expected;
        bool is_whole;
    } rows[] = {
        {__LINE__, "", 0, "", true},
        {__LINE__, "a\0b\0", 4, "ab", true},
        {__LINE__, "\xFC\x00\xAC\x20", 4, "\xC3\xBC\xE2\x82\xAC", true},
        {__LINE__, "\x3D\xD8\x11\xDD", 4, "\xF0\x9F\x94\x91", true},
        {__LINE__, "\xFF\xDB\xFF\xDF", 4, "\xF4\x8F\xBF\xBF", true},
        {__LINE__, "a", 1, "", false},
        {__LINE__, "a\0b", 3, "a", false},
        {__LINE__, "\x3D\xD8", 2, "\xEF\xBF\xBD", true},      /* high surrogate at the end */
        {__LINE__, "\x3D\xD8\x11", 3, "\xEF\xBF\xBD", false}, /* and cut */
        {__LINE__,
         "\x3D\xD8"
         "a\0",
         4,
         "\xEF\xBF\xBD"
         "a",
         true}, /* high, then a letter */
        {__LINE__,
         "\x11\xDD"
         "a\0",
         4,
         "\xEF\xBF\xBD"
         "a",
         true}, /* low alone */
        {__LINE__, "\x3D\xD8\x3D\xD8\x11\xDD", 6, "\xEF\xBF\xBD\xF0\x9F\x94\x91",
         true}, /* high, then a pair */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text text;
        text_start(&text, 100);
        _assert_int_equal(utf16_little_append((struct span) {rows[i].bytes, rows[i].length}, &text),
                          rows[i].is_whole, __FILE__, rows[i].line);
        _assert_string_equal(text_string(&text), rows[i].expected, __FILE__, rows[i].line);
        text_done(&text);
    }
}

/* The code point of the well-formed character at the front. */
static uint32_t decode(const struct text *text)
{
    const uint8_t *bytes = (const uint8_t *)text->bytes;
    static const uint8_t lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t point = bytes[0] & lead_bits[text->length];
    for (size_t i = 1; i < text->length; i++)
        point = point << 6 | (bytes[i] & 0x3F);
    return point;
}

static void every_code_point_survives_the_way_from_utf16_to_utf8(void **state)
{
    struct text text;
    (void)state;
    text_start(&text, 16);
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        uint16_t units[2] = {(uint16_t)point, 0};
        size_t count = 1;
        if (point >= 0xD800 && point < 0xE000)
            continue;
        if (point >= 0x10000) {
            units[0] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
            units[1] = (uint16_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
            count = 2;
        }
        const char bytes[4] = {(char)(units[0] & 0xFF), (char)(units[0] >> 8), (char)(units[1] & 0xFF),
                               (char)(units[1] >> 8)};
        text_cut(&text, 0);
        if (!utf16_little_append((struct span) {bytes, 2 * count}, &text) ||
            utf8_character_length((struct span) {text.bytes, text.length}) != text.length ||
            decode(&text) != point)
            fail_msg("U+%04X became %zu bytes, U+%04X", (unsigned)point, text.length,
                     (unsigned)decode(&text));
    }
    assert_true(text_ok(&text));
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_length_of_a_character_is_that_of_the_table),
        cmocka_unit_test(a_cut_sequence_is_no_character),
        cmocka_unit_test(a_text_is_valid_when_every_character_is),
        cmocka_unit_test(utf16_becomes_utf8),
        cmocka_unit_test(every_code_point_survives_the_way_from_utf16_to_utf8),
    };
    return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
