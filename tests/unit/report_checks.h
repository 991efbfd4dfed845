/* SPDX-License-Identifier: MIT */
/* What the tests of the judges share: a report as short strings that a case can be compared with, and what
 * holds for every report whatever it is about. */
#ifndef TESTS_UNIT_REPORT_CHECKS_H
#define TESTS_UNIT_REPORT_CHECKS_H

#include "base/text.h"
#include "judge/judging.h"
#include "model/range.h"
#include "model/report.h"
#include "model/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HEADLINE_MAXIMUM = 118, CHECKED_TEXT_MAXIMUM = 100000 };

/* 2026-03-02 08:00:00 UTC */
#define MOMENT INT64_C(1772438400)

/* "WARNING: lease=WARNING source=WARNING", findings in the order of the judge. */
static inline void describe_states(const struct report *report, struct text *ret)
{
    text_start(ret, CHECKED_TEXT_MAXIMUM);
    text_append_format(ret, "%s:", state_name(report_state(report)));
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next)
        text_append_format(ret, " %s=%s", finding->rule, state_name(finding->state));
}

/* "lease_days=160.0;165:;30:;0;180 products=1", without empty fields at the end. */
static inline void describe_metrics(const struct report *report, struct text *ret)
{
    text_start(ret, CHECKED_TEXT_MAXIMUM);
    for (size_t i = 0; i < report->metric_count; i++) {
        const struct metric *metric = &report->metrics[i];
        text_append_format(ret, "%s%s=%.*f%s", i == 0 ? "" : " ", metric->label, metric->decimals,
                           metric->value, metric->unit);
        text_append_format(ret, ";%s;%s;", metric->warning.text, metric->critical.text);
        if (metric->has_minimum)
            text_append_format(ret, "%.0f", metric->minimum);
        text_append(ret, ";");
        if (metric->has_maximum)
            text_append_format(ret, "%.0f", metric->maximum);
        while (text_string(ret)[ret->length - 1] == ';')
            text_cut(ret, ret->length - 1);
    }
}

/* The headlines of all findings with the state of the report, as on the first line. */
static inline void describe_headlines(const struct report *report, struct text *ret)
{
    text_start(ret, CHECKED_TEXT_MAXIMUM);
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next) {
        if (finding->state == report_state(report) && finding->headline != NULL)
            text_append_format(ret, "%s%s", ret->length == 0 ? "" : ", ", finding->headline);
    }
}

static inline void append_words(struct text *text, const char *words)
{
    if (words != NULL)
        text_append_format(text, "%s\n", words);
}

static inline void append_advice(struct text *text, const struct advice *advice)
{
    append_words(text, advice->cause);
    for (size_t i = 0; i < advice->step_count; i++)
        append_words(text, advice->steps[i]);
    append_words(text, advice->side);
}

/* Everything that a finding says below the first line. */
static inline void append_details(struct text *text, const struct finding *finding)
{
    append_words(text, finding->text);
    append_words(text, finding->impact);
    append_words(text, finding->missing_code);
    if (finding->explanation != NULL)
        append_words(text, finding->explanation->meaning);
    append_advice(text, finding->explanation != NULL ? &finding->explanation->advice : &finding->advice);
}

static inline void describe_details(const struct report *report, struct text *ret)
{
    text_start(ret, CHECKED_TEXT_MAXIMUM);
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next)
        append_details(ret, finding);
}

static inline void require(bool is_so, const char *name, const char *what, const char *words)
{
    if (!is_so)
        fail_msg("%s: %s: %s", name, what, words);
}

static inline void require_equal(const char *name, const char *what, const char *actual, const char *expected)
{
    if (strcmp(actual, expected) != 0)
        fail_msg("%s: %s\n  is:        %s\n  should be: %s", name, what, actual, expected);
}

/* Every one of `words`, which are separated by bars, is in the text (or none of them is). */
static inline void require_words(const char *name, const char *what, const char *text, const char *words,
                                 bool is_wanted)
{
    for (struct span rest = span_of(words); rest.bytes != NULL;) {
        struct span word = span_cut(&rest, '|');
        struct text wanted;
        text_start(&wanted, CHECKED_TEXT_MAXIMUM);
        text_append_span(&wanted, word);
        bool is_there = span_contains(span_of(text), text_string(&wanted));
        if (is_there != is_wanted)
            fail_msg("%s: %s %s `%s`: %s", name, what, is_wanted ? "lack" : "must not hold",
                     text_string(&wanted), text);
        text_done(&wanted);
    }
}

/* What a web page or a shell would lose; on the first line `;` as well. */
static inline void require_plain(const char *name, const char *text, bool is_headline)
{
    require(strpbrk(text, is_headline ? "`~$&|'\"<>;" : "`~$&|'\"<>") == NULL, name,
            "a forbidden character in", text);
    for (const char *byte = text; *byte != '\0'; byte++)
        require((*byte >= ' ' && *byte <= '~') || *byte == '\n', name, "not ASCII", text);
}

static inline bool is_label(const char *label)
{
    return label[0] != '\0' && strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(label);
}

static inline void check_steps(const char *name, const struct advice *advice)
{
    require(advice->step_count <= ADVICE_STEPS_MAXIMUM, name, "too many steps", advice->side);
    for (size_t i = 0; i < ADVICE_STEPS_MAXIMUM; i++)
        require((advice->steps[i] != NULL) == (i < advice->step_count), name, "steps and their number differ",
                advice->side);
}

static inline void check_finding(const char *name, const struct finding *finding)
{
    static const char *const sides[] = {"client", "kms-host", "dns", "network", "microsoft", "monitoring"};
    const struct advice *advice =
        finding->explanation != NULL ? &finding->explanation->advice : &finding->advice;
    struct text details;
    check_steps(name, advice);
    text_start(&details, CHECKED_TEXT_MAXIMUM);
    append_details(&details, finding);
    require_plain(name, text_string(&details), false);
    text_done(&details);
    require(finding->text[0] != '\0', name, "no text", finding->rule);
    if (finding->headline != NULL) {
        require_plain(name, finding->headline, true);
        require(strlen(finding->headline) <= HEADLINE_MAXIMUM, name, "a long headline", finding->headline);
    }
    if (finding->state == STATE_OK) {
        require(finding->impact == NULL, name, "OK with an impact", finding->text);
        require(finding->urgency == URGENCY_NONE, name, "OK and urgent", finding->text);
        return;
    }
    /* A count that follows from the host key leaves the first line to it. */
    bool is_consequence = span_contains(span_of(finding->impact), "see host-license");
    /* So do the dead targets of a zone that has too few; test_reach_cases.h looks at that. */
    is_consequence |= strcmp(finding->rule, "target") == 0 || strcmp(finding->rule, "srv-stale") == 0;
    require(finding->headline != NULL || is_consequence, name, "no headline", finding->text);
    require(finding->impact != NULL && finding->impact[0] != '\0', name, "no impact", finding->text);
    require(urgency_name(finding->urgency) != NULL, name, "no urgency", finding->text);
    bool has_side = false;
    for (size_t i = 0; advice->side != NULL && i < sizeof sides / sizeof *sides; i++)
        has_side |= strcmp(advice->side, sides[i]) == 0;
    bool is_asked_for = strncmp(finding->impact, "none known", strlen("none known")) == 0;
    require(has_side || is_asked_for, name, "nobody must act", finding->text);
    require(advice->step_count > 0 || is_asked_for, name, "nothing to do", finding->text);
}

/* What holds for every report. */
static inline void check_any_report(const char *name, const struct report *report)
{
    require(report_is_complete(report), name, "out of memory", "");
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next)
        check_finding(name, finding);
    for (size_t i = 0; i < report->metric_count; i++) {
        require(is_label(report->metrics[i].label), name, "a bad label", report->metrics[i].label);
        for (size_t other = 0; other < i; other++)
            require(strcmp(report->metrics[i].label, report->metrics[other].label) != 0, name,
                    "a label twice", report->metrics[i].label);
    }
}

/* What a case may ask of a report; NULL = nothing. */
struct expectation {
    const char *states;   /* as describe_states says it */
    const char *metrics;  /* as describe_metrics says it */
    const char *says;     /* on the first line, separated by bars */
    const char *says_not; /* not on the first line */
    const char *details;  /* below it */
    const char *details_not;
};

static inline void check_report(const char *name, const struct report *report,
                                const struct expectation *expected)
{
    struct text states, metrics, headlines, details;
    describe_states(report, &states);
    describe_metrics(report, &metrics);
    describe_headlines(report, &headlines);
    describe_details(report, &details);
    if (expected->states != NULL)
        require_equal(name, "states", text_string(&states), expected->states);
    if (expected->metrics != NULL)
        require_equal(name, "metrics", text_string(&metrics), expected->metrics);
    require_words(name, "headlines", text_string(&headlines), expected->says, true);
    require_words(name, "headlines", text_string(&headlines), expected->says_not, false);
    require_words(name, "details", text_string(&details), expected->details, true);
    require_words(name, "details", text_string(&details), expected->details_not, false);
    check_any_report(name, report);
    text_done(&states);
    text_done(&metrics);
    text_done(&headlines);
    text_done(&details);
}

static inline struct range range_of(const char *text)
{
    struct range range = {.text = ""};
    struct problem why;
    if (text != NULL && !range_parse(span_of(text), &range, &why))
        fail_msg("%s", why.sentence);
    return range;
}

/* "lease=ok,tamper=off" */
static inline struct rule_wishes wishes_of(const char *list, const struct rule *rules, size_t count)
{
    struct rule_wishes wishes = {.wish = {RULE_AS_IT_IS}};
    for (struct span rest = span_of(list); rest.bytes != NULL;) {
        struct span word = span_cut(&rest, ',');
        struct span id = span_cut(&word, '=');
        size_t rule = 0;
        while (rule < count && !span_is(id, rules[rule].id))
            rule++;
        if (rule == count)
            fail_msg("no rule %s", list);
        wishes.wish[rule] = span_is(word, "off") ? RULE_OFF : RULE_STATE;
        if (!span_is(word, "off") && !state_parse(word, &wishes.state[rule]))
            fail_msg("no state in %s", list);
    }
    return wishes;
}

/* A small generator with a fixed course: the same facts in every run. */
static inline unsigned pick(uint32_t *seed, unsigned count)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % count;
}

#endif
