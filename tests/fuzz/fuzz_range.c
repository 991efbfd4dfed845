/* SPDX-License-Identifier: MIT */
/* Any bytes as a range.  What is taken and what is refused is checked against the grammar of the Monitoring
 * Plugins Interface draft, written down a second time here. */
#include "fuzz_require.h"

#include "model/range.h"

enum { NUMBER_MAXIMUM = 30 }; /* of number_parse_decimal, without the sign */

/* ["-"] 1*DIGIT ["." 1*DIGIT] */
static bool is_number(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-' ? 1 : 0, begin = at;
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    bool has_digits = at > begin;
    if (has_digits && at < length && text[at] == '.') {
        size_t point = at++;
        while (at < length && text[at] >= '0' && text[at] <= '9')
            at++;
        has_digits = at > point + 1;
    }
    return has_digits && at == length && length - begin <= NUMBER_MAXIMUM;
}

/* ["@"] (number / [number / "~"] ":" [number]) with a number or "~" somewhere */
static bool is_in_grammar(const char *text, size_t length)
{
    if (length == 0 || length >= RANGE_TEXT_SIZE)
        return false;
    if (text[0] == '@') {
        text++;
        length--;
    }
    const char *colon = length > 0 ? memchr(text, ':', length) : NULL;
    if (colon == NULL)
        return is_number(text, length);
    size_t start = (size_t)(colon - text), end = length - start - 1;
    if (start == 0 && end == 0)
        return false;
    return (start == 0 || (start == 1 && text[0] == '~') || is_number(text, start)) &&
           (end == 0 || is_number(colon + 1, end));
}

static void check_meaning(const struct range *range)
{
    struct range opposite = *range;
    opposite.alerts_inside = !range->alerts_inside;
    double values[] = {
        0, -1, 1, 25, -1e30, 1e30, range->has_start ? range->start : 0, range->has_end ? range->end : 0};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        REQUIRE(range_alerts(range, values[i]) != range_alerts(&opposite, values[i]));
    if (range->has_start) {
        REQUIRE(range_alerts(range, range->start) == range->alerts_inside);
        REQUIRE(range_alerts(range, -1e31) != range->alerts_inside);
    } else {
        REQUIRE(range_alerts(range, -1e31) == range->alerts_inside);
    }
    if (range->has_end) {
        REQUIRE(range_alerts(range, range->end) == range->alerts_inside);
        REQUIRE(range_alerts(range, 1e31) != range->alerts_inside);
    } else {
        REQUIRE(range_alerts(range, 1e31) == range->alerts_inside);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct range range, again;
    struct problem why = {.kind = PROBLEM_NONE};
    memset(&range, 0x55, sizeof range);
    memset(&again, 0x55, sizeof again);
    if (!range_parse((struct span) {text, size}, &range, &why)) {
        REQUIRE(why.kind == PROBLEM_USAGE && why.sentence[0] != '\0');
        REQUIRE(memcmp(&range, &again, sizeof range) == 0);
        REQUIRE(!is_in_grammar(text, size) || strstr(why.sentence, "the start") != NULL); /* above the end */
        return 0;
    }
    REQUIRE(is_in_grammar(text, size));
    REQUIRE(strlen(range.text) == size && memcmp(range.text, text, size) == 0);
    REQUIRE(!range.has_start || !range.has_end || range.start <= range.end);
    check_meaning(&range);
    REQUIRE(range_parse(span_of(range.text), &again, &why));
    REQUIRE(again.has_start == range.has_start && again.has_end == range.has_end &&
            again.alerts_inside == range.alerts_inside && again.is_bare == range.is_bare);
    REQUIRE(!range.has_start || again.start == range.start);
    REQUIRE(!range.has_end || again.end == range.end);
    return 0;
}
