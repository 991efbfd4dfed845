/* SPDX-License-Identifier: MIT */
/* Values: text in, typed place out. */
#include "options/value.h"

#include "base/number.h"
#include "options/nearest.h"

#include <inttypes.h>

enum { DESCRIPTION_MAXIMUM = 240, COUNTER_MAXIMUM = 99 };

#define TEN_YEARS_MS (INT64_C(3650) * 24 * 60 * 60 * 1000) /* longer than that is a slip of the hand */
#define LAST_SECOND INT64_C(253402300799)                  /* 9999-12-31 23:59:59 UTC */

static void describe_choices(const struct option *option, struct text *text)
{
    text_append(text, "one of ");
    for (const struct option_choice *choice = option->choices; choice->word != NULL; choice++) {
        if (choice != option->choices)
            text_append(text, ", ");
        text_append(text, choice->word);
    }
}

void value_describe(const struct option *option, struct text *text)
{
    switch (option->kind) {
    case OPTION_HELP:
    case OPTION_VERSION:
    case OPTION_REFUSED:
        text_append(text, "no value");
        return;
    case OPTION_FLAG:
    case OPTION_COUNTER:
        text_append(text, "one of true, yes, 1, false, no, 0, or nothing");
        return;
    case OPTION_EXTRA_OPTS:
    case OPTION_TEXT:
    case OPTION_TEXTS:
    case OPTION_SECRET:
        text_append(text, option->placeholder != NULL ? option->placeholder : "VALUE");
        return;
    case OPTION_NUMBER:
        text_append_format(text, "a whole number from %" PRId64 " to %" PRId64, option->minimum,
                           option->maximum);
        return;
    case OPTION_TIME:
        text_append(text, "a time in seconds since 1970, such as 1767225600");
        return;
    case OPTION_DURATION:
        text_append(text, "a duration such as 10, 500ms, 5m, 24h or 7d (above 0, at most 3650d)");
        return;
    case OPTION_TIMEOUT:
        text_append(text,
                    "a duration such as 10, 500ms or 5m (above 0, at most 3650d), with or without :STATE");
        return;
    case OPTION_STATE:
        text_append(text, "one of ok, warning, critical, unknown");
        return;
    case OPTION_RANGE:
        text_append(text,
                    option->is_low_bad ? "a range such as 25: or 0:25" : "a range such as 10, 5: or 5:20");
        return;
    case OPTION_CHOICE:
        describe_choices(option, text);
        return;
    case OPTION_RULES:
        text_append(text, "ID=STATE");
        return;
    }
}

/* "VALUE is not a whole number from 1 to 65535". */
static bool refuse(const struct option *option, const char *value, struct problem *why)
{
    struct text wanted;
    text_start(&wanted, DESCRIPTION_MAXIMUM);
    value_describe(option, &wanted);
    problem_set(why, PROBLEM_USAGE, "%.60s is not %s", value, text_string(&wanted));
    text_done(&wanted);
    return false;
}

static bool refuse_empty(const struct option *option, struct problem *why)
{
    struct text wanted;
    text_start(&wanted, DESCRIPTION_MAXIMUM);
    value_describe(option, &wanted);
    problem_set(why, PROBLEM_USAGE, "the value is empty, it needs %s", text_string(&wanted));
    text_done(&wanted);
    return false;
}

static bool parse_flag(const char *value, bool *ret)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"", true},       {"true", true}, {"yes", true}, {"1", true},
                 {"false", false}, {"no", false},  {"0", false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (span_is_ignoring_case(span_of(value), words[i].word)) {
            *ret = words[i].value;
            return true;
        }
    }
    return false;
}

static bool store_counter(const char *value, unsigned *place)
{
    bool is_on;
    uint64_t more;
    if (parse_flag(value, &is_on))
        more = is_on;
    else if (!number_parse_unsigned(span_of(value), &more) || more > COUNTER_MAXIMUM)
        return false;
    *place += (unsigned)more;
    return true;
}

static bool store_number(const struct option *option, const char *value, struct known_number *place)
{
    uint64_t number;
    if (!number_parse_unsigned(span_of(value), &number) || number > UINT32_MAX ||
        (int64_t)number < option->minimum || (int64_t)number > option->maximum)
        return false;
    *place = (struct known_number) {.is_known = true, .value = (uint32_t)number};
    return true;
}

/* Icinga writes its times with a fraction; it is dropped. */
static bool store_time(const char *value, struct known_time *place)
{
    double seconds;
    if (!number_parse_decimal(span_of(value), &seconds) || seconds < 0 || seconds > (double)LAST_SECOND)
        return false;
    *place = (struct known_time) {.is_known = true, .seconds = (int64_t)seconds};
    return true;
}

static bool parse_duration(struct span text, struct option_duration *ret)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"", 1e3}, {"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 24 * 3600e3}};
    size_t digits = 0;
    double amount;
    while (digits < text.length && (ascii_is_digit(text.bytes[digits]) || text.bytes[digits] == '.'))
        digits++;
    if (!number_parse_decimal(span_first(text, digits), &amount))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!span_is(span_from(text, digits), units[i].name))
            continue;
        double ms = amount * units[i].ms + 0.5; /* to the nearest millisecond */
        if (ms < 1 || ms > (double)TEN_YEARS_MS + 0.5)
            return false;
        *ret = (struct option_duration) {.is_known = true, .ms = (int64_t)ms};
        return true;
    }
    return false;
}

static bool store_timeout(const char *value, struct option_timeout *place)
{
    struct option_timeout timeout = {.has_state = false};
    struct span rest = span_of(value);
    if (!parse_duration(span_cut(&rest, ':'), &timeout.duration))
        return false;
    if (rest.bytes != NULL) {
        if (!state_parse(rest, &timeout.state))
            return false;
        timeout.has_state = true;
    }
    *place = timeout;
    return true;
}

static bool store_state(const char *value, struct option_state *place)
{
    enum state state;
    if (!state_parse(span_of(value), &state))
        return false;
    *place = (struct option_state) {.is_known = true, .state = state};
    return true;
}

static bool store_range(const struct option *option, const char *value, struct range *place,
                        struct problem *why)
{
    struct range range;
    if (!range_parse(span_of(value), &range, why))
        return false;
    if (option->is_low_bad && range.is_bare && !range.alerts_inside)
        return problem_set(why, PROBLEM_USAGE,
                           "a bare %s would alert above %s, but low values are bad here: write %s: or 0:%s",
                           value, value, value, value);
    *place = range;
    return true;
}

static bool store_choice(const struct option *option, const char *value, int *place)
{
    for (const struct option_choice *choice = option->choices; choice->word != NULL; choice++) {
        if (span_is_ignoring_case(span_of(value), choice->word)) {
            *place = choice->value;
            return true;
        }
    }
    return false;
}

static bool add_text(struct span item, struct arena *arena, struct option_texts *place, struct problem *why)
{
    if (place->count == OPTION_TEXTS_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "more than %d values", (int)OPTION_TEXTS_MAXIMUM);
    place->items[place->count] = arena_copy(arena, item);
    place->count++;
    return true;
}

/* The place of a rule in its array, RULE_MAXIMUM when there is none. */
static size_t find_rule(const struct program *program, struct span id)
{
    for (size_t i = 0; i < program->rule_count && i < RULE_MAXIMUM; i++) {
        if (span_is(id, program->rules[i].id))
            return i;
    }
    return RULE_MAXIMUM;
}

static bool refuse_rule(const struct program *program, struct span id, struct problem *why)
{
    struct nearest nearest = nearest_to(id);
    int shown = (int)span_first(id, 60).length;
    for (size_t i = 0; i < program->rule_count; i++)
        nearest_offer(&nearest, program->rules[i].id);
    if (nearest.word != NULL)
        return problem_set(why, PROBLEM_USAGE, "%s has no rule %.*s, did you mean %s?", program->name, shown,
                           id.bytes, nearest.word);
    return problem_set(why, PROBLEM_USAGE, "%s has no rule %.*s (--help lists the rules)", program->name,
                       shown, id.bytes);
}

/* A name only, no digit: a rule's state is written to be read by others. */
static bool parse_wish(struct span word, enum rule_wish *ret_wish, enum state *ret_state)
{
    if (span_is_ignoring_case(word, "off")) {
        *ret_wish = RULE_OFF;
        return true;
    }
    if (word.length == 1 || !state_parse(word, ret_state))
        return false;
    *ret_wish = RULE_STATE;
    return true;
}

static bool add_wish(const struct program *program, struct span item, struct rule_wishes *place,
                     struct problem *why)
{
    struct span word = item;
    struct span id = span_trim(span_cut(&word, '='));
    size_t rule = find_rule(program, id);
    if (word.bytes == NULL)
        return problem_set(why, PROBLEM_USAGE, "%.*s is not ID=STATE", (int)span_first(item, 60).length,
                           item.bytes);
    if (rule == RULE_MAXIMUM)
        return refuse_rule(program, id, why);
    word = span_trim(word);
    if (!parse_wish(word, &place->wish[rule], &place->state[rule]))
        return problem_set(why, PROBLEM_USAGE, "%s=%.*s is none of ok, warning, critical, unknown, off",
                           program->rules[rule].id, (int)span_first(word, 60).length, word.bytes);
    return true;
}

static bool store_list(const struct program *program, const struct option *option, const char *value,
                       struct arena *arena, void *place, struct problem *why)
{
    for (struct span rest = span_of(value); rest.bytes != NULL;) {
        struct span item = span_trim(span_cut(&rest, ','));
        if (item.length == 0)
            return problem_set(why, PROBLEM_USAGE, "an empty item in the list %.60s", value);
        bool is_added = option->kind == OPTION_RULES ? add_wish(program, item, place, why)
                                                     : add_text(item, arena, place, why);
        if (!is_added)
            return false;
    }
    return true;
}

bool value_store(const struct program *program, const struct option *option, const char *value,
                 struct arena *arena, void *place, struct problem *why)
{
    bool is_empty = *value == '\0';
    if (is_empty && option_takes_value(option) && !option->may_be_empty && option->kind != OPTION_EXTRA_OPTS)
        return refuse_empty(option, why);
    switch (option->kind) {
    case OPTION_HELP:
    case OPTION_VERSION:
    case OPTION_EXTRA_OPTS:
    case OPTION_REFUSED:
    case OPTION_SECRET:
        return true;
    case OPTION_FLAG:
        return parse_flag(value, place) || refuse(option, value, why);
    case OPTION_COUNTER:
        return store_counter(value, place) || refuse(option, value, why);
    case OPTION_TEXT:
        *(const char **)place = is_empty ? NULL : value;
        return true;
    case OPTION_NUMBER:
        return store_number(option, value, place) || refuse(option, value, why);
    case OPTION_TIME:
        if (is_empty) {
            *(struct known_time *)place = (struct known_time) {.is_known = false};
            return true;
        }
        return store_time(value, place) || refuse(option, value, why);
    case OPTION_DURATION:
        return parse_duration(span_of(value), place) || refuse(option, value, why);
    case OPTION_TIMEOUT:
        return store_timeout(value, place) || refuse(option, value, why);
    case OPTION_STATE:
        return store_state(value, place) || refuse(option, value, why);
    case OPTION_RANGE:
        return store_range(option, value, place, why);
    case OPTION_CHOICE:
        return store_choice(option, value, place) || refuse(option, value, why);
    case OPTION_TEXTS:
    case OPTION_RULES:
        return store_list(program, option, value, arena, place, why);
    }
    return false;
}
