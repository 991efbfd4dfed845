/* SPDX-License-Identifier: MIT */
/* Cleaning: whatever goes in, what comes out is fit for a monitoring daemon. */
#include "report/clean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 1 << 16 };

struct row {
    int line; /* of this file, shown when the row fails */
    const char *before, *foreign, *expected;
};

static void check_rows(const struct row *rows, size_t count, bool is_first_line)
{
    for (size_t i = 0; i < count; i++) {
        struct text line;
        text_start(&line, ROOM);
        text_append(&line, rows[i].before);
        clean_append(&line, span_of(rows[i].foreign), is_first_line);
        _assert_string_equal(text_string(&line), rows[i].expected, __FILE__, rows[i].line);
        text_done(&line);
    }
}

#define CHECK_ROWS(rows, is_first_line) check_rows(rows, sizeof rows / sizeof *rows, is_first_line)

static void characters_that_hurt_get_a_harmless_neighbour(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "", "Windows(R), Enterprise edition", "Windows(R), Enterprise edition"},
        {__LINE__, "", "a|b", "a/b"},
        {__LINE__, "", "<b>up</b>", "(b)up(/b)"},
        {__LINE__, "", "`id` $(id) ${HOME}", "'id' ?(id) ?{HOME}"},
        {__LINE__, "", "CONTOSO\\nadmin", "CONTOSO/nadmin"},
        {__LINE__, "", "C:\\temp\\kms", "C:/temp\\kms"},
        {__LINE__, "", "\\\\nas\\share", "\\/nas\\share"},
        {__LINE__, "", "C:\\", "C:\\"},
        {__LINE__, "", "\\\x01n", "\\ n"},
        {__LINE__, "", "\\\xC3\xBCn", "\\?n"},
        {__LINE__, "", "'\"&~", "'\"&~"},
        {__LINE__, "", "M\xC3\xBCnchen", "M?nchen"},
        {__LINE__, "", "M\xFCnchen", "M?nchen"},
        {__LINE__, "", "\xE6\x9D\xB1\xE4\xBA\xAC", "??"},
        {__LINE__, "", "\xF0\x9F\x94\x91 key", "? key"},
        {__LINE__, "",
         "a\xC2\xA0"
         "b",
         "a?b"},
        {__LINE__, "", "cut \xE2\x82", "cut ??"},
        {__LINE__, "", "\x1b[31mred\x1b[0m", "[31mred [0m"},
        {__LINE__, "",
         "a\x7f"
         "b",
         "a b"},
    };
    (void)state;
    CHECK_ROWS(rows, false);
    CHECK_ROWS(rows, true);
}

static void blanks_become_one_and_stand_only_between_words(void **state)
{
    static const struct row rows[] = {
        {__LINE__, "", "", ""},
        {__LINE__, "", " ", ""},
        {__LINE__, "", "\x01\x02", ""},
        {__LINE__, "", "  a  b  ", "a b"},
        {__LINE__, "", "a\tb\r\nc", "a b c"},
        {__LINE__, "", "a \x01 b", "a b"},
        {__LINE__, "", "a\x01", "a"},
        {__LINE__, "",
         "\x01"
         "a",
         "a"},
        {__LINE__, "", "\xFF ", "?"},
        {__LINE__, "", " \xFF  \xFF", "? ?"},
        {__LINE__, "at ", "a", "at a"},
        {__LINE__, "at ", " a", "at a"},
        {__LINE__, "at ", "\x01 \xFF", "at ?"},
        {__LINE__, "at ", " ", "at "},
        {__LINE__, "(", "a", "(a"},
        {__LINE__, "(", " a", "(a"},
        {__LINE__, "(",
         "\x01"
         "a",
         "(a"},
        {__LINE__, "(", "\x01 \xC3\xBC", "(?"},
        {__LINE__, "(", "\x01\xFF", "(?"},
    };
    (void)state;
    CHECK_ROWS(rows, false);
    CHECK_ROWS(rows, true);
}

static void a_semicolon_is_a_comma_on_the_first_line_only(void **state)
{
    static const struct row first[] = {{__LINE__, "", "a;b; c", "a,b, c"}};
    static const struct row other[] = {{__LINE__, "", "a;b; c", "a;b; c"}};
    (void)state;
    CHECK_ROWS(first, true);
    CHECK_ROWS(other, false);
}

static void a_nul_byte_is_a_blank(void **state)
{
    struct text line;
    (void)state;
    text_start(&line, ROOM);
    clean_append(&line, (struct span) {"\0a\0\0b\0", 6}, false);
    assert_string_equal(text_string(&line), "a b");
    clean_append(&line, (struct span) {NULL, 0}, false);
    assert_string_equal(text_string(&line), "a b");
    text_done(&line);
}

/* What is wrong with cleaned text; NULL when nothing is. */
static const char *fault_of(const char *clean, size_t length, bool is_first_line)
{
    for (size_t i = 0; i < length; i++) {
        char byte = clean[i];
        if (byte < ' ' || byte > '~')
            return "not printable ASCII";
        if (strchr("`$|<>", byte) != NULL)
            return "one of ` $ | < >";
        if (byte == ';' && is_first_line)
            return "a semicolon on the first line";
        if (byte == '\\' && i + 1 < length && (clean[i + 1] == 'n' || clean[i + 1] == 't'))
            return "a backslash before n or t";
        if (byte == ' ' && (i == 0 || i + 1 == length))
            return "a blank at the begin or the end";
        if (byte == ' ' && clean[i + 1] == ' ')
            return "two blanks";
    }
    return NULL;
}

static void fail_with(const char *fault, struct span foreign, const char *clean)
{
    char hex[3 * 64 + 1] = "";
    for (size_t i = 0; i < foreign.length && i < 64; i++)
        snprintf(hex + 3 * i, 4, "%02x ", (unsigned char)foreign.bytes[i]);
    fail_msg("%s: %sbecame [%s]", fault, hex, clean);
}

static void check_properties(struct span foreign, bool is_first_line)
{
    struct text once, again, behind, cut;
    text_start(&once, ROOM);
    text_start(&again, ROOM);
    text_start(&behind, ROOM);
    text_start(&cut, ROOM);
    clean_append(&once, foreign, is_first_line);
    const char *clean = text_string(&once), *fault = fault_of(clean, once.length, is_first_line);
    if (fault != NULL)
        fail_with(fault, foreign, clean);
    if (once.length > foreign.length)
        fail_with("longer than before", foreign, clean);
    clean_append(&again, span_of(clean), is_first_line);
    if (strcmp(text_string(&again), clean) != 0)
        fail_with("cleaning twice makes a difference", foreign, text_string(&again));
    text_append(&behind, "(");
    clean_append(&behind, foreign, is_first_line);
    if (strcmp(text_string(&behind) + 1, clean) != 0)
        fail_with("other text in front makes a difference", foreign, text_string(&behind));
    clean_append_short(&cut, foreign, is_first_line, 10);
    fault = fault_of(text_string(&cut), cut.length, is_first_line);
    if (fault != NULL || cut.length > 10 || (once.length <= 10 && strcmp(text_string(&cut), clean) != 0))
        fail_with("cut to 10", foreign, text_string(&cut));
    text_done(&once);
    text_done(&again);
    text_done(&behind);
    text_done(&cut);
}

static void every_byte_and_every_pair_of_bytes_comes_out_clean(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const char bytes[] = {'a', (char)(pair >> 8), (char)pair, 'n'};
        check_properties((struct span) {bytes, 4}, true);
        check_properties((struct span) {bytes + 1, 2}, true);
        check_properties((struct span) {bytes + 2, 1}, false);
        check_properties((struct span) {bytes + 1, 3}, false);
    }
}

/* The next number of a fixed pseudo-random sequence (xorshift). */
static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void random_bytes_come_out_clean(void **state)
{
    /* Half of the bytes are any, half are those that the rules are about. */
    static const char special[] = " \t\n\\nt;|<>`$\x01\x7f\xC3\xBC\xE2\x82\xAC\xF0\x9F?.";
    uint32_t seed = 1688;
    (void)state;
    for (int round = 0; round < 40000; round++) {
        char bytes[48];
        size_t length = next_random(&seed) % sizeof bytes;
        for (size_t i = 0; i < length; i++)
            bytes[i] = next_random(&seed) % 2 == 0 ? (char)next_random(&seed)
                                                   : special[next_random(&seed) % (sizeof special - 1)];
        check_properties((struct span) {bytes, length}, round % 2 == 0);
    }
}

static void a_long_text_is_cut_with_two_dots(void **state)
{
    static const struct {
        int line;
        const char *before, *foreign;
        size_t maximum;
        const char *expected;
    } rows[] = {
        {__LINE__, "", "abcdefghij", 10, "abcdefghij"},
        {__LINE__, "", "abcdefghijk", 10, "abcdefgh.."},
        {__LINE__, "", "abcdefg hijk", 10, "abcdefg.."},
        {__LINE__, "", "  abcdefghij  ", 10, "abcdefghij"},
        {__LINE__, "at ", "abcdefghijk", 10, "at abcdefgh.."},
        {__LINE__, "at ", "abc", 10, "at abc"},
        {__LINE__, "at ", "abc", 2, "at .."},
        {__LINE__, "", "\xE6\x9D\xB1\xE4\xBA\xAC", 2, "??"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text line;
        text_start(&line, ROOM);
        text_append(&line, rows[i].before);
        clean_append_short(&line, span_of(rows[i].foreign), true, rows[i].maximum);
        _assert_string_equal(text_string(&line), rows[i].expected, __FILE__, rows[i].line);
        text_done(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_that_hurt_get_a_harmless_neighbour),
        cmocka_unit_test(blanks_become_one_and_stand_only_between_words),
        cmocka_unit_test(a_semicolon_is_a_comma_on_the_first_line_only),
        cmocka_unit_test(a_nul_byte_is_a_blank),
        cmocka_unit_test(every_byte_and_every_pair_of_bytes_comes_out_clean),
        cmocka_unit_test(random_bytes_come_out_clean),
        cmocka_unit_test(a_long_text_is_cut_with_two_dots),
    };
    return cmocka_run_group_tests_name("clean", tests, NULL, NULL);
}
