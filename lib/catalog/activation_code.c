/* SPDX-License-Identifier: MIT */
/* Activation codes: reading and writing 32 bits in all the ways that people and agents use. */
#include "catalog/activation_code.h"

#include <stdio.h>

#include "base/number.h"

enum { CODE_HEX_DIGITS = 8, QUOTED_MAXIMUM = 40 };

/* Foreign text in a sentence stays short; whoever prints the sentence cleans it. */
static int quoted_length(struct span text)
{
    return (int)span_first(text, QUOTED_MAXIMUM).length;
}

static bool has_blank(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (ascii_is_blank(text.bytes[i]))
            return true;
    }
    return false;
}

static bool refuse_hex(struct span text, struct span digits, struct problem *why)
{
    if (digits.length == 0)
        return problem_set(why, PROBLEM_USAGE,
                           "0x has no digits after it: a code is written like 0xC004F038");
    if (digits.length > CODE_HEX_DIGITS)
        return problem_set(why, PROBLEM_USAGE, "%.*s has %zu hex digits, a code has 8, such as 0xC004F038",
                           quoted_length(text), text.bytes, digits.length);
    return problem_set(why, PROBLEM_USAGE, "%.*s has something in it that is no hex digit",
                       quoted_length(text), text.bytes);
}

static bool is_digits(struct span text)
{
    struct span rest = span_from(text, span_starts_with(text, "-") ? 1 : 0);
    for (size_t i = 0; i < rest.length; i++) {
        if (!ascii_is_digit(rest.bytes[i]))
            return false;
    }
    return rest.length > 0;
}

static bool refuse_other(struct span text, struct problem *why)
{
    if (span_trim(text).length == 0)
        return problem_set(why, PROBLEM_USAGE, "the code is empty: it is written like 0xC004F038");
    if (is_digits(text))
        return problem_set(why, PROBLEM_USAGE,
                           "%.*s does not fit 32 bits: a code lies in -2147483648..4294967295",
                           quoted_length(text), text.bytes);
    return problem_set(why, PROBLEM_USAGE,
                       "%.*s is no code: it is written like 0xC004F038, C004F038, 3221549112 or -1073418184",
                       quoted_length(text), text.bytes);
}

bool activation_code_parse(struct span text, uint32_t *ret, struct problem *why)
{
    if (has_blank(text) && span_trim(text).length > 0)
        return problem_set(why, PROBLEM_USAGE, "%.*s has a blank in it or around it: a code has none",
                           quoted_length(text), text.bytes);
    if (span_starts_with_ignoring_case(text, "0x")) {
        struct span digits = span_from(text, 2);
        return number_parse_hex(digits, ret) || refuse_hex(text, digits, why);
    }
    if (text.length == CODE_HEX_DIGITS && number_parse_hex(text, ret))
        return true;
    int64_t number;
    if (!number_parse_signed(text, &number) || number < INT32_MIN || number > (int64_t)UINT32_MAX)
        return refuse_other(text, why);
    *ret = (uint32_t)number;
    return true;
}

void activation_code_print(uint32_t code, char ret_text[ACTIVATION_CODE_SIZE])
{
    snprintf(ret_text, ACTIVATION_CODE_SIZE, "0x%08X", (unsigned)code);
}

unsigned activation_code_facility(uint32_t code)
{
    return code >> 16 & 0x7FF;
}

unsigned activation_code_low_word(uint32_t code)
{
    return code & 0xFFFF;
}
