/* SPDX-License-Identifier: MIT */
/* Reports as plugin output.  Format: Monitoring Plugins Development Guidelines, "Plugin Output" and
 * "Performance data". */
#include "report/nagios_text.h"

#include "report/clean.h"
#include "report/first_line.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    BODY_MAXIMUM = 64 << 20, /* before lines are left out: the largest document, several times over */
    LEFT_OUT_SIZE = 48       /* room for the line that says how many */
};

static void append_metric(struct text *line, const struct metric *metric)
{
    text_append_format(line, "%s=%.*f%s", metric->label, metric->decimals, metric->value, metric->unit);
    size_t end = line->length;
    text_append_format(line, ";%s", metric->warning.text);
    end = metric->warning.text[0] != '\0' ? line->length : end;
    text_append_format(line, ";%s", metric->critical.text);
    end = metric->critical.text[0] != '\0' ? line->length : end;
    text_append(line, ";");
    if (metric->has_minimum) {
        text_append_format(line, "%.0f", metric->minimum);
        end = line->length;
    }
    text_append(line, ";");
    if (metric->has_maximum) {
        text_append_format(line, "%.0f", metric->maximum);
        end = line->length;
    }
    text_cut(line, end); /* trailing semicolons say nothing */
}

static void append_first_line(struct text *line, const struct report *report)
{
    text_append_format(line, "%s %s - ", report->service, state_name(report_state(report)));
    first_line_append(line, report, FIRST_LINE_MAXIMUM - 1 - line->length); /* 1: the blank before the bar */
    for (size_t i = 0; i < report->metric_count; i++) {
        text_append(line, i == 0 ? " | " : " ");
        append_metric(line, &report->metrics[i]);
    }
    text_append(line, "\n");
}

/* What the body knows while it is written: which codes were explained already. */
struct body {
    struct text *text;
    const struct report_style *style;
    const struct explanation *explained[16]; /* the last one printed for each code */
    size_t explained_count;
};

static void append_labelled(struct body *body, int indent, const char *label, const char *foreign)
{
    if (foreign == NULL || foreign[0] == '\0')
        return;
    text_append_format(body->text, "%*s%s: ", indent, "", label);
    clean_append(body->text, span_of(foreign), false);
    text_append(body->text, "\n");
}

static void append_steps(struct body *body, int indent, const struct advice *advice)
{
    size_t count = advice->step_count;
    if (body->style->explain == EXPLAIN_SHORT && count > 1)
        count = 1;
    if (count == 0)
        return;
    text_append_format(body->text, "%*sdo:", indent, "");
    for (size_t i = 0; i < count; i++) {
        text_append_format(body->text, " %zu. ", i + 1);
        clean_append(body->text, span_of(advice->steps[i]), false);
    }
    text_append(body->text, "\n");
}

static bool is_same_text(const char *left, const char *right)
{
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

/* The same code has other steps on another kind of machine. */
static bool is_same_explanation(const struct explanation *left, const struct explanation *right)
{
    const struct advice *here = &left->advice, *there = &right->advice;
    bool is_same = left->code == right->code && here->step_count == there->step_count &&
                   is_same_text(here->cause, there->cause) && is_same_text(here->side, there->side);
    for (size_t i = 0; is_same && i < here->step_count; i++)
        is_same = is_same_text(here->steps[i], there->steps[i]);
    return is_same;
}

/* False when the last steps that were printed for this code are the same: they are not printed for every
 * product again, and "above" has one meaning. */
static bool is_new(struct body *body, const struct explanation *explanation)
{
    size_t at = 0;
    while (at < body->explained_count && body->explained[at]->code != explanation->code)
        at++;
    if (at < body->explained_count && is_same_explanation(body->explained[at], explanation))
        return false;
    if (at < sizeof body->explained / sizeof body->explained[0]) {
        body->explained[at] = explanation;
        body->explained_count = at < body->explained_count ? body->explained_count : at + 1;
    }
    return true;
}

/* What the code means stands above already. */
static bool is_explained(const struct body *body, const struct explanation *explanation)
{
    for (size_t i = 0; i < body->explained_count; i++) {
        if (body->explained[i]->code == explanation->code &&
            is_same_text(body->explained[i]->meaning, explanation->meaning))
            return true;
    }
    return false;
}

static void append_explanation(struct body *body, int indent, const struct finding *finding)
{
    const struct advice *advice =
        finding->explanation != NULL ? &finding->explanation->advice : &finding->advice;
    append_labelled(body, indent, "impact", finding->impact);
    if (body->style->explain == EXPLAIN_NONE)
        return;
    append_labelled(body, indent, "code", finding->missing_code);
    if (finding->explanation != NULL && !is_new(body, finding->explanation)) {
        text_append_format(body->text, "%*sdo: as above for 0x%08X\n", indent, "",
                           (unsigned)finding->explanation->code);
        return;
    }
    if (body->style->explain == EXPLAIN_FULL)
        append_labelled(body, indent, "cause", advice->cause);
    append_steps(body, indent, advice);
    append_labelled(body, indent, "side", advice->side);
}

static void append_finding(struct body *body, int depth, const struct finding *finding)
{
    int indent = 1 + 3 * depth;
    text_append_format(body->text, "%*s\\_ [%s] %s: ", indent, "", state_name(finding->state), finding->rule);
    size_t start = body->text->length;
    clean_append(body->text, span_of(finding->subject), false);
    if (body->text->length > start)
        text_append(body->text, ": ");
    clean_append(body->text, span_of(finding->text), false);
    if (finding->explanation != NULL && body->style->explain != EXPLAIN_NONE &&
        !is_explained(body, finding->explanation))
        text_append_format(body->text, " (%s)", finding->explanation->meaning);
    text_append(body->text, "\n");
    if (finding->state != STATE_OK)
        append_explanation(body, indent + 3, finding);
    for (const struct finding *part = NULL; (part = finding_next_worst(finding->first_part, part)) != NULL;)
        append_finding(body, depth + 1, part);
}

/* TEMPLATE with every {code} replaced. */
static void append_notes_url(struct text *text, const char *template, uint32_t code)
{
    struct span rest = span_of(template);
    while (rest.length > 0) {
        if (span_starts_with(rest, "{code}")) {
            text_append_format(text, "0x%08X", (unsigned)code);
            rest = span_from(rest, strlen("{code}"));
        } else {
            text_append_byte(text, rest.bytes[0]);
            rest = span_from(rest, 1);
        }
    }
}

static void append_body(struct text *text, const struct report *report, const struct report_style *style)
{
    struct body body = {.text = text, .style = style};
    for (const struct finding *finding = NULL;
         (finding = finding_next_worst(report->first, finding)) != NULL;)
        append_finding(&body, 0, finding);
    for (size_t i = 0; style->verbosity > 0 && i < report->note_count; i++) {
        clean_append(text, span_of(report->notes[i]), false);
        text_append(text, "\n");
    }
}

/* What the check cannot see; it stays when other lines are left out. */
static void append_remark(struct text *text, const struct report *report)
{
    if (report->remark == NULL)
        return;
    clean_append(text, span_of(report->remark), false);
    text_append(text, "\n");
}

/* The last line, which stays too: it leads to the runbook. */
static void append_notes_line(struct text *text, const struct report *report,
                              const struct report_style *style)
{
    const struct explanation *explanation = first_line_explanation(report);
    struct body body = {.text = text, .style = style};
    struct text url;
    if (style->notes_url == NULL || explanation == NULL)
        return;
    text_start(&url, BODY_MAXIMUM);
    append_notes_url(&url, style->notes_url, explanation->code);
    append_labelled(&body, 0, "notes", text_string(&url));
    text_done(&url);
}

/* How many bytes of `lines` are whole lines that fit into `room`. */
static size_t whole_lines(struct span lines, size_t room)
{
    size_t fits = 0;
    for (size_t i = 0; i < lines.length && i < room; i++) {
        if (lines.bytes[i] == '\n')
            fits = i + 1;
    }
    return fits;
}

static size_t count_lines(struct span lines)
{
    size_t count = 0;
    for (size_t i = 0; i < lines.length; i++)
        count += lines.bytes[i] == '\n';
    return count;
}

/* As many whole lines as fit into `room`, and how many were left out. */
static void append_fitting(struct text *output, struct span lines, size_t room)
{
    if (lines.length <= room) {
        text_append_span(output, lines);
    } else if (room > LEFT_OUT_SIZE) {
        size_t fits = whole_lines(lines, room - LEFT_OUT_SIZE);
        text_append_span(output, span_first(lines, fits));
        text_append_format(output, "(%zu more lines, see --max-output)\n",
                           count_lines(span_from(lines, fits)));
    }
}

bool nagios_text_render(const struct report *report, const struct report_style *style,
                        struct text *ret_output)
{
    struct text body, last;
    text_start(&body, BODY_MAXIMUM);
    text_start(&last, BODY_MAXIMUM);
    append_first_line(ret_output, report);
    append_body(&body, report, style);
    append_remark(&last, report);
    size_t remark_length = last.length;
    append_notes_line(&last, report, style);
    size_t room = ret_output->length < style->maximum ? style->maximum - ret_output->length : 0;
    if (last.length > room)
        text_cut(&last, remark_length);
    if (last.length > room)
        text_cut(&last, 0);
    append_fitting(ret_output, (struct span) {text_string(&body), body.length}, room - last.length);
    text_append(ret_output, text_string(&last));
    bool is_whole = !body.has_no_memory && !last.has_no_memory && !ret_output->has_no_memory;
    text_done(&body);
    text_done(&last);
    return is_whole;
}
