/* SPDX-License-Identifier: MIT */
/* The result tree. */
#include "model/report.h"

#include <stdarg.h>
#include <string.h>

void report_start(struct report *report, const char *service, const char *plugin)
{
    *report = (struct report) {.service = service, .plugin = plugin, .subject = ""};
    report->last_link = &report->first;
}

void report_done(struct report *report)
{
    arena_done(&report->arena);
    *report = (struct report) {0};
}

static struct finding *new_finding(struct report *report, const char *rule, enum state state)
{
    /* Without memory everybody writes into one finding that is in no report; the report knows that it is
     * incomplete and is UNKNOWN. */
    static struct finding nowhere;
    struct finding *finding = arena_allocate(&report->arena, sizeof *finding);
    if (finding == NULL)
        finding = &nowhere;
    *finding = (struct finding) {.rule = rule, .state = state, .text = ""};
    return finding;
}

struct finding *report_add(struct report *report, const char *rule, enum state state)
{
    struct finding *finding = new_finding(report, rule, state);
    if (arena_ok(&report->arena)) {
        *report->last_link = finding;
        report->last_link = &finding->next;
    }
    return finding;
}

struct finding *report_add_part(struct report *report, struct finding *parent, const char *rule,
                                enum state state)
{
    struct finding *finding = new_finding(report, rule, state);
    if (arena_ok(&report->arena)) {
        struct finding **link = &parent->first_part;
        while (*link != NULL)
            link = &(*link)->next;
        *link = finding;
    }
    return finding;
}

/* Room for one more element in an array that lives in the arena; the array, or NULL without memory. */
static void *array_with_room(struct report *report, void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    size_t larger = *capacity == 0 ? 16 : *capacity * 2;
    void *copy = arena_allocate(&report->arena, larger * size);
    if (copy == NULL)
        return NULL;
    if (count > 0)
        memcpy(copy, array, count * size);
    *capacity = larger;
    return copy;
}

void report_add_metric(struct report *report, const struct metric *metric)
{
    struct metric *metrics = array_with_room(report, report->metrics, report->metric_count,
                                             &report->metric_capacity, sizeof *metric);
    if (metrics == NULL)
        return;
    report->metrics = metrics;
    metrics[report->metric_count++] = *metric;
}

void report_add_note(struct report *report, const char *format, ...)
{
    const char **notes =
        array_with_room(report, report->notes, report->note_count, &report->note_capacity, sizeof *notes);
    if (notes == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    report->notes = notes;
    notes[report->note_count++] = arena_format_list(&report->arena, format, arguments);
    va_end(arguments);
}

const char *report_format(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *string = arena_format_list(&report->arena, format, arguments);
    va_end(arguments);
    return string;
}

const struct explanation *report_keep_explanation(struct report *report,
                                                  const struct explanation *explanation)
{
    struct explanation *kept = arena_allocate(&report->arena, sizeof *kept);
    if (kept != NULL)
        *kept = *explanation;
    return kept;
}

enum state report_state(const struct report *report)
{
    if (report->first == NULL || !report_is_complete(report))
        return STATE_UNKNOWN;
    enum state state = STATE_OK;
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next)
        state = state_worse(state, finding->state);
    return state;
}

bool report_is_complete(const struct report *report)
{
    return arena_ok(&report->arena);
}

const char *urgency_name(enum urgency urgency)
{
    static const char *const names[] = {
        [URGENCY_NONE] = NULL, [URGENCY_NOW] = "now", [URGENCY_DAY] = "day", [URGENCY_WEEK] = "week"};
    return names[urgency];
}
