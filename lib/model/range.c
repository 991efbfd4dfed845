/* SPDX-License-Identifier: MIT */
/* Threshold ranges. */
#include "model/range.h"

#include "base/number.h"

#include <stdio.h>
#include <string.h>

static bool refuse(struct problem *why, struct span text, const char *reason)
{
    return problem_set(why, PROBLEM_USAGE, "range %.*s: %s", (int)span_first(text, 60).length, text.bytes,
                       reason);
}

static bool parse_end(struct span text, struct span part, bool *ret_has, double *ret, struct problem *why)
{
    if (part.length == 0)
        return true;
    if (!number_parse_decimal(part, ret)) {
        size_t bad = 0;
        while (bad < part.length && (ascii_is_digit(part.bytes[bad]) || part.bytes[bad] == '.' ||
                                     (bad == 0 && part.bytes[0] == '-')))
            bad++;
        if (bad == part.length)
            return refuse(why, text, "a number looks like 25, 0.5 or -3");
        char reason[80];
        snprintf(reason, sizeof reason, "unexpected %c, a number looks like 25, 0.5 or -3",
                 part.bytes[bad] >= ' ' && part.bytes[bad] <= '~' ? part.bytes[bad] : '?');
        return refuse(why, text, reason);
    }
    *ret_has = true;
    return true;
}

bool range_parse(struct span text, struct range *ret, struct problem *why)
{
    struct range range = {0};
    struct span rest = text;
    if (text.length == 0)
        return problem_set(why, PROBLEM_USAGE, "an empty range");
    if (text.length >= RANGE_TEXT_SIZE)
        return refuse(why, text, "too long");
    if (span_starts_with(rest, "@")) {
        range.alerts_inside = true;
        rest = span_from(rest, 1);
    }
    size_t colon = span_find(rest, ':');
    range.is_bare = colon == rest.length;
    struct span start = range.is_bare ? (struct span) {NULL, 0} : span_first(rest, colon);
    struct span end = range.is_bare ? rest : span_from(rest, colon + 1);
    if (start.length == 0 && end.length == 0)
        return refuse(why, text, "no number in it");
    if (span_is(start, "~"))
        range.has_start = false;
    else if (start.length == 0)
        range.has_start = true; /* `10` and `:10` begin at 0 */
    else if (!parse_end(text, start, &range.has_start, &range.start, why))
        return false;
    if (!parse_end(text, end, &range.has_end, &range.end, why))
        return false;
    if (range.has_start && range.has_end && range.start > range.end)
        return refuse(why, text,
                      range.is_bare ? "the end is below the start, which is 0 unless written"
                                    : "the start is above the end");
    memcpy(range.text, text.bytes, text.length);
    *ret = range;
    return true;
}

struct range range_from_minimum(double minimum)
{
    struct range range = {.has_start = true, .start = minimum};
    char digits[RANGE_TEXT_SIZE - 2];
    snprintf(digits, sizeof digits, "%.4f", minimum);
    size_t length = strlen(digits);
    while (length > 0 && digits[length - 1] == '0')
        length--;
    if (length > 0 && digits[length - 1] == '.')
        length--;
    snprintf(range.text, sizeof range.text, "%.*s:", (int)length, digits);
    return range;
}

bool range_alerts(const struct range *range, double value)
{
    bool is_inside = !(range->has_start && value < range->start) && !(range->has_end && value > range->end);
    return is_inside == range->alerts_inside;
}
