/* SPDX-License-Identifier: MIT */
/* The first line's words. */
#include "report/first_line.h"

#include "report/clean.h"

#include <stdio.h>

#define MORE_FORMAT " (and %zu more)"

const struct finding *finding_next_worst(const struct finding *first, const struct finding *current)
{
    int severity = current == NULL ? state_severity(STATE_CRITICAL) : state_severity(current->state);
    const struct finding *from = current == NULL ? first : current->next;
    for (; severity >= 0; severity--, from = first) {
        for (const struct finding *finding = from; finding != NULL; finding = finding->next) {
            if (state_severity(finding->state) == severity)
                return finding;
        }
    }
    return NULL;
}

const struct explanation *first_line_explanation(const struct report *report)
{
    enum state state = report_state(report);
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next) {
        const struct explanation *explanation = finding->explanation;
        if (finding->state == state && explanation != NULL && !explanation->is_informational)
            return explanation;
    }
    return NULL;
}

static size_t count_headlines(const struct report *report, enum state state)
{
    size_t count = 0;
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next)
        count += finding->state == state && finding->headline != NULL;
    return count;
}

/* What " (and 9 more)" takes when that many headlines are left over. */
static size_t room_for_more(size_t rest)
{
    return rest == 0 ? 0 : (size_t)snprintf(NULL, 0, MORE_FORMAT, rest);
}

void first_line_append(struct text *line, const struct report *report, size_t maximum)
{
    size_t start = line->length;
    clean_append_short(line, span_of(report->subject), true, FIRST_LINE_NAME_MAXIMUM);
    if (line->length > start)
        text_append(line, ": ");
    if (!report_is_complete(report)) {
        text_append(line, "out of memory while judging");
        return;
    }
    enum state state = report_state(report);
    size_t headlines = count_headlines(report, state), shown = 0;
    size_t room = maximum - (line->length - start);
    bool is_full = false;
    for (const struct finding *finding = report->first; finding != NULL; finding = finding->next) {
        if (finding->state != state || finding->headline == NULL)
            continue;
        size_t before = line->length;
        size_t reserve = room_for_more(headlines - shown - 1);
        if (shown == 0) {
            clean_append(line, span_of(finding->headline), true);
            shown = 1;
            is_full = line->length - start <= maximum && line->length - start > maximum - reserve;
            if (line->length - start > maximum) {
                text_cut(line, before);
                clean_append_short(line, span_of(finding->headline), true, room - reserve);
            }
            if (is_full) /* the reason whole is worth more than how many others there are */
                break;
            continue;
        }
        text_append(line, ", ");
        clean_append(line, span_of(finding->headline), true);
        if (line->length - start > maximum - reserve) {
            text_cut(line, before);
            break;
        }
        shown++;
    }
    if (headlines == 0)
        clean_append_short(line,
                           span_of(report->first == NULL ? "nothing was judged"
                                                         : finding_next_worst(report->first, NULL)->text),
                           true, room);
    else if (shown < headlines && !is_full)
        text_append_format(line, MORE_FORMAT, headlines - shown);
}
