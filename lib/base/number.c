/* SPDX-License-Identifier: MIT */
/* Strict numbers. */
#include "base/number.h"

enum { DECIMAL_DIGITS_MAXIMUM = 30 };

bool number_parse_unsigned(struct span digits, uint64_t *ret)
{
    uint64_t value = 0;
    if (digits.length == 0)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        if (!ascii_is_digit(digits.bytes[i]))
            return false;
        uint64_t digit = (uint64_t)(digits.bytes[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret = value;
    return true;
}

bool number_parse_signed(struct span digits, int64_t *ret)
{
    bool is_negative = span_starts_with(digits, "-");
    uint64_t magnitude;
    if (!number_parse_unsigned(span_from(digits, is_negative ? 1 : 0), &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX)
        return false;
    *ret = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

static int hex_digit(char byte)
{
    if (ascii_is_digit(byte))
        return byte - '0';
    byte = ascii_lower(byte);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

bool number_parse_hex(struct span digits, uint32_t *ret)
{
    uint32_t value = 0;
    if (digits.length == 0 || digits.length > 8)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        int digit = hex_digit(digits.bytes[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    *ret = value;
    return true;
}

bool number_parse_decimal(struct span digits, double *ret)
{
    bool is_negative = span_starts_with(digits, "-");
    struct span rest = span_from(digits, is_negative ? 1 : 0);
    size_t point = span_find(rest, '.');
    if (rest.length > DECIMAL_DIGITS_MAXIMUM || point == 0 || point + 1 == rest.length)
        return false;
    double whole = 0, scale = 1;
    for (size_t i = 0; i < rest.length; i++) {
        if (i == point)
            continue;
        if (!ascii_is_digit(rest.bytes[i]))
            return false;
        whole = whole * 10 + (rest.bytes[i] - '0');
        if (i > point)
            scale *= 10;
    }
    *ret = (is_negative ? -whole : whole) / scale;
    return true;
}
