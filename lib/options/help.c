/* SPDX-License-Identifier: MIT */
/* --help.  Monitoring Plugins Development Guidelines, "Plugin Options": 80 columns, and thresholds explained
 * by reference. */
#include "options/help.h"

#include "options/summary.h"

enum {
    WIDTH = 79,          /* the eightieth column makes some terminals wrap */
    SUMMARY_COLUMN = 30, /* where summaries begin */
    LINE_MAXIMUM = 2000
};

#define GUIDELINES "https://www.monitoring-plugins.org/doc/guidelines.html"

static void append_blanks(struct text *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_byte(text, ' ');
}

static size_t current_column(const struct text *text)
{
    size_t column = 0;
    while (column < text->length && text->bytes[text->length - column - 1] != '\n')
        column++;
    return column;
}

/* Goes on with the words of `words` and begins further lines in `column`. */
static void append_wrapped(struct text *text, struct span words, size_t column)
{
    size_t at = current_column(text);
    for (struct span rest = words; rest.bytes != NULL;) {
        struct span word = span_cut(&rest, ' ');
        if (word.length == 0)
            continue;
        if (at > column && at + 1 + word.length > WIDTH) {
            text_append_byte(text, '\n');
            append_blanks(text, column);
            at = column;
        }
        if (at > column) {
            text_append_byte(text, ' ');
            at++;
        }
        text_append_span(text, word);
        at += word.length;
    }
    text_append_byte(text, '\n');
}

/* "-H, --hostname=HOST" */
static void append_spelling(struct text *text, const struct option *option)
{
    if (option->letter != 0)
        text_append_format(text, "  -%c%s", option->letter, option->name != NULL ? ", " : "");
    else
        append_blanks(text, 6);
    if (option->name != NULL)
        text_append_format(text, "--%s", option->name);
    summary_append_placeholder(option, text);
}

static void append_option(struct text *text, const struct option *option)
{
    struct text summary;
    append_spelling(text, option);
    if (current_column(text) + 2 > SUMMARY_COLUMN)
        text_append_byte(text, '\n');
    append_blanks(text, SUMMARY_COLUMN - current_column(text));
    text_start(&summary, LINE_MAXIMUM);
    summary_append(option, &summary);
    append_wrapped(text, span_of(text_string(&summary)), SUMMARY_COLUMN);
    summary_part_done(&summary, text);
}

static void append_group(struct text *text, const struct option_group *group)
{
    bool has_title = false;
    for (size_t i = 0; i < group->count; i++) {
        if (!summary_is_shown(&group->options[i]))
            continue;
        if (!has_title)
            text_append_format(text, "\n%s:\n", group->title);
        has_title = true;
        append_option(text, &group->options[i]);
    }
}

static void append_rules(struct text *text, const struct program *program)
{
    struct text line;
    if (program->rule_count == 0 || option_of_kind(program, OPTION_RULES) == NULL)
        return;
    text_start(&line, LINE_MAXIMUM);
    for (size_t i = 0; i < program->rule_count; i++)
        text_append_format(&line, "%s%s", i == 0 ? "" : ", ", program->rules[i].id);
    text_append(text, "\nRules:\n  ");
    append_wrapped(text, span_of(text_string(&line)), 2);
    summary_part_done(&line, text);
}

static void append_ranges(struct text *text, const struct program *program)
{
    if (option_of_kind(program, OPTION_RANGE) == NULL)
        return;
    text_append(text, "\nRANGE is [@][START:][END]: alert outside of START to END, with @ inside of it.\n"
                      "Examples: 25: alerts below 25; 10 alerts above 10 and below 0; ~:10 above 10.\n");
    text_append(text, GUIDELINES "\n");
}

void help_write(const struct program *program, const char *version, struct text *text)
{
    struct text line;
    text_start(&line, LINE_MAXIMUM);
    text_append_format(&line, "%s %s: %s", program->name, version, program->question);
    append_wrapped(text, span_of(text_string(&line)), 0);
    text_cut(&line, 0);
    text_append_byte(text, '\n');
    text_append_format(text, "Usage: %s", program->name);
    summary_append_usage(program, &line);
    append_wrapped(text, span_of(text_string(&line)), 0);
    summary_part_done(&line, text);
    for (size_t i = 0; i < program->group_count; i++)
        append_group(text, &program->groups[i]);
    append_rules(text, program);
    append_ranges(text, program);
}
