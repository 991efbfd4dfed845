/* SPDX-License-Identifier: MIT */
/* Numbers in metrics.
 *
 * The digits become one whole number without its trailing zeros, and a power of ten.  While the former is at
 * most 2^53 and the latter at most 10^22, both are exact doubles, so that one multiplication or division
 * gives the nearest double (W. Clinger, "How to read floating point numbers accurately", 1990). */
#include "payload/exposition_value.h"

#include <math.h>
#include <stddef.h>

enum {
    MANTISSA_DIGITS_MAXIMUM = 19, /* fit into 64 bits; a double has 17 */
    EXPONENT_MAXIMUM = 9999,      /* far beyond what a double can hold */
    POWER_MAXIMUM = 22            /* the largest power of ten that is an exact double */
};

static const double whole_maximum = 9007199254740992.0; /* 2^53: up to it every whole number is a double */
static const double time_end = 253402300800.0;          /* 10000-01-01 00:00 UTC */

static const double powers[POWER_MAXIMUM + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

struct decimal {
    uint64_t mantissa;
    int exponent; /* of ten */
};

/* "NaN", "Inf", "Infinity", in any case. */
static bool read_word(struct span word, double *ret)
{
    if (span_is_ignoring_case(word, "nan"))
        *ret = (double)NAN;
    else if (span_is_ignoring_case(word, "inf") || span_is_ignoring_case(word, "infinity"))
        *ret = (double)INFINITY;
    else
        return false;
    return true;
}

/* Digits with at most one point among them. */
static bool read_mantissa(struct span text, struct decimal *ret)
{
    struct decimal decimal = {0};
    size_t point = span_find(text, '.'), digits = 0, significant = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (i == point)
            continue;
        if (!ascii_is_digit(text.bytes[i]))
            return false;
        digits++;
        bool is_kept = significant < MANTISSA_DIGITS_MAXIMUM;
        if (is_kept)
            decimal.mantissa = decimal.mantissa * 10 + (uint64_t)(text.bytes[i] - '0');
        if (decimal.mantissa > 0)
            significant++;
        decimal.exponent += (is_kept ? 0 : 1) - (i > point ? 1 : 0);
    }
    while (decimal.mantissa > 0 && decimal.mantissa % 10 == 0) {
        decimal.mantissa /= 10;
        decimal.exponent++;
    }
    *ret = decimal;
    return digits > 0;
}

/* "e+09": the letter is not in `text`. */
static bool read_exponent(struct span text, int *ret)
{
    bool is_negative = span_starts_with(text, "-");
    if (is_negative || span_starts_with(text, "+"))
        text = span_from(text, 1);
    int exponent = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (!ascii_is_digit(text.bytes[i]))
            return false;
        exponent = exponent * 10 + (text.bytes[i] - '0');
        if (exponent > EXPONENT_MAXIMUM)
            exponent = EXPONENT_MAXIMUM;
    }
    *ret = is_negative ? -exponent : exponent;
    return text.length > 0;
}

static double scale(struct decimal decimal)
{
    double value = (double)decimal.mantissa;
    if (decimal.mantissa == 0)
        return 0;
    for (int step; decimal.exponent > 0; decimal.exponent -= step) {
        step = decimal.exponent < POWER_MAXIMUM ? decimal.exponent : POWER_MAXIMUM;
        value *= powers[step];
    }
    for (int step; decimal.exponent < 0; decimal.exponent += step) {
        step = -decimal.exponent < POWER_MAXIMUM ? -decimal.exponent : POWER_MAXIMUM;
        value /= powers[step];
    }
    return value;
}

static bool read_decimal(struct span text, double *ret)
{
    struct decimal decimal;
    size_t letter = 0;
    int exponent = 0;
    while (letter < text.length && ascii_lower(text.bytes[letter]) != 'e')
        letter++;
    if (!read_mantissa(span_first(text, letter), &decimal))
        return false;
    if (letter < text.length && !read_exponent(span_from(text, letter + 1), &exponent))
        return false;
    decimal.exponent += exponent;
    double value = scale(decimal);
    if (!isfinite(value))
        return false;
    *ret = value;
    return true;
}

bool exposition_value_read(struct span text, double *ret)
{
    if (text.length == 0 || text.length > EXPOSITION_VALUE_MAXIMUM)
        return false;
    bool is_negative = text.bytes[0] == '-';
    struct span rest = span_from(text, is_negative || text.bytes[0] == '+' ? 1 : 0);
    double value;
    if (!read_word(rest, &value) && !read_decimal(rest, &value))
        return false;
    *ret = is_negative ? -value : value;
    return true;
}

bool exposition_value_is_whole(double value, int64_t *ret)
{
    if (!(value >= -whole_maximum && value <= whole_maximum)) /* NaN, too */
        return false;
    int64_t whole = (int64_t)value;
    if ((double)whole != value)
        return false;
    *ret = whole;
    return true;
}

bool exposition_value_is_time(double value, int64_t *ret_seconds)
{
    if (!(value >= 1 && value < time_end))
        return false;
    *ret_seconds = (int64_t)value;
    return true;
}
