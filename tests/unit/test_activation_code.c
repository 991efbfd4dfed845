/* SPDX-License-Identifier: MIT */
/* Spellings of activation codes, and the fields inside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/activation_code.h"

static void every_spelling_of_a_code_is_read(void **state)
{
    static const struct {
        const char *text;
        uint32_t code;
    } cases[] = {
        {"0xC004F038", 0xC004F038},
        {"0XC004F038", 0xC004F038},
        {"C004F038", 0xC004F038},
        {"c004f038", 0xC004F038},
        {"0xc004f038", 0xC004F038},
        {"-1073418124", 0xC004F074},
        {"3221549172", 0xC004F074},
        {"0x8007007b", 0x8007007B},
        {"8007007B", 0x8007007B},
        {"00000000", 0},
        {"0x00000000", 0},
        {"0", 0},
        {"-0", 0},
        {"0x0", 0},
        {"0x6BA", 0x6BA},
        {"80070005", 0x80070005},
        {"12345678", 0x12345678},
        {"-12345678", 0xFF439EB2},
        {"123456789", 123456789},
        {"1722", 1722},
        {"4294967295", 0xFFFFFFFF},
        {"-2147483648", 0x80000000},
        {"-1", 0xFFFFFFFF},
        {"2147942405", 0x80070005},
        {"0000000000005", 5},
        {"FFFFFFFF", 0xFFFFFFFF},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem why;
        uint32_t code = 0xDEADBEEF;
        if (!activation_code_parse(span_of(cases[i].text), &code, &why))
            fail_msg("%s was refused: %s", cases[i].text, why.sentence);
        if (code != cases[i].code)
            fail_msg("%s became 0x%08X, not 0x%08X", cases[i].text, (unsigned)code, (unsigned)cases[i].code);
    }
}

static void what_is_no_code_is_refused_with_a_reason(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"0x800070002", "9 hex digits"},
        {"0xC004F0380", "9 hex digits"},
        {"", "empty"},
        {"   ", "empty"},
        {"0x", "no digits"},
        {"0X", "no digits"},
        {"0xC004G038", "no hex digit"},
        {"0x-1", "no hex digit"},
        {" C004F038", "blank"},
        {"C004F038 ", "blank"},
        {"C004 F038", "blank"},
        {"0xC004F038\n", "blank"},
        {"C004F03", "no code"},
        {"C004F0388", "no code"},
        {"xC004F038", "no code"},
        {"#C004F038", "no code"},
        {"-", "no code"},
        {"--1", "no code"},
        {"+5", "no code"},
        {"1.5", "no code"},
        {"-C004F038", "no code"},
        {"hello", "no code"},
        {"4294967296", "32 bits"},
        {"-2147483649", "32 bits"},
        {"99999999999999999999999999", "32 bits"},
        {"-99999999999999999999999999", "32 bits"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem why = {.kind = PROBLEM_NONE};
        uint32_t code = 0xDEADBEEF;
        if (activation_code_parse(span_of(cases[i].text), &code, &why))
            fail_msg("\"%s\" was read as 0x%08X", cases[i].text, (unsigned)code);
        assert_int_equal(code, 0xDEADBEEF);
        assert_int_equal(why.kind, PROBLEM_USAGE);
        if (strstr(why.sentence, cases[i].reason) == NULL)
            fail_msg("\"%s\": \"%s\" does not say \"%s\"", cases[i].text, why.sentence, cases[i].reason);
    }
}

static void bytes_beyond_the_span_are_not_read(void **state)
{
    struct problem why;
    uint32_t code;
    (void)state;
    assert_true(activation_code_parse((struct span) {"C004F038FFFF", 8}, &code, &why));
    assert_int_equal(code, 0xC004F038);
    assert_false(activation_code_parse((struct span) {"C004F038", 7}, &code, &why));
    assert_false(activation_code_parse((struct span) {NULL, 0}, &code, &why));
    assert_false(activation_code_parse((struct span) {"C004\0F03", 8}, &code, &why));
}

static void a_long_word_is_quoted_short(void **state)
{
    char word[4000];
    struct problem why;
    uint32_t code;
    (void)state;
    memset(word, 'A', sizeof word);
    assert_false(activation_code_parse((struct span) {word, sizeof word}, &code, &why));
    assert_in_range(strlen(why.sentence), 40, 200);
}

static void codes_are_printed_in_one_form(void **state)
{
    char text[ACTIVATION_CODE_SIZE];
    (void)state;
    activation_code_print(0xC004F038, text);
    assert_string_equal(text, "0xC004F038");
    activation_code_print(0, text);
    assert_string_equal(text, "0x00000000");
    activation_code_print(0x8007007b, text);
    assert_string_equal(text, "0x8007007B");
}

static void fields_of_an_hresult(void **state)
{
    (void)state;
    assert_int_equal(activation_code_facility(0xC004F038), 4);
    assert_int_equal(activation_code_facility(0x8007232B), 7);
    assert_int_equal(activation_code_facility(0x87E10BC6), 0x7E1);
    assert_int_equal(activation_code_low_word(0x8007232B), 9003);
    assert_int_equal(activation_code_low_word(0xC004F038), 0xF038);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_code_is_read),
        cmocka_unit_test(what_is_no_code_is_refused_with_a_reason),
        cmocka_unit_test(bytes_beyond_the_span_are_not_read),
        cmocka_unit_test(a_long_word_is_quoted_short),
        cmocka_unit_test(codes_are_printed_in_one_form),
        cmocka_unit_test(fields_of_an_hresult),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
