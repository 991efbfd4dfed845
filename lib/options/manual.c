/* SPDX-License-Identifier: MIT */
/* The manual page, section by section in the order of man-pages(7). */
#include "options/manual.h"

#include "options/extra_opts.h"
#include "options/roff.h"
#include "options/summary.h"
#include "options/value.h"

#include <string.h>

enum { LINE_MAXIMUM = 2000, NAME_MAXIMUM = 64 };

#define GUIDELINES "https://www.monitoring-plugins.org/doc/guidelines.html"

static void append_pairs(struct text *text, const char *const *pairs)
{
    for (; pairs != NULL && pairs[0] != NULL; pairs += 2)
        roff_term(text, pairs[0], pairs[1]);
}

static void append_title(struct text *text, const struct program *program, const char *version)
{
    text_append(text, ".\\\" SPDX-License-Identifier: MIT\n.TH \"");
    roff_text(text, program->name);
    text_append(text, "\" \"1\" \"\" \"");
    roff_text(text, program->name);
    text_append_byte(text, ' ');
    roff_text(text, version);
    text_append(text, "\" \"KMS monitoring\"\n.nh\n.ad l\n"); /* option names stay in one piece */
}

static void append_name(struct text *text, const struct program *program)
{
    roff_macro(text, ".SH NAME");
    roff_text(text, program->name);
    text_append(text, " \\- ");
    roff_text(text, program->question);
    roff_end_line(text);
}

static void append_synopsis(struct text *text, const struct program *program)
{
    struct text usage;
    text_start(&usage, LINE_MAXIMUM);
    text_append_byte(&usage, ' ');
    summary_append_usage(program, &usage);
    roff_macro(text, ".SH SYNOPSIS");
    roff_bold(text, program->name);
    roff_text(text, text_string(&usage));
    roff_end_line(text);
    summary_part_done(&usage, text);
}

/* Paragraphs are separated by blank lines. */
static void append_description(struct text *text, const struct program *program)
{
    const char *begin = program->description;
    roff_macro(text, ".SH DESCRIPTION");
    while (begin != NULL && *begin != '\0') {
        const char *end = strstr(begin, "\n\n");
        size_t length = end == NULL ? strlen(begin) : (size_t)(end - begin);
        struct text paragraph;
        text_start(&paragraph, length + 1);
        text_append_span(&paragraph, span_trim((struct span) {begin, length}));
        roff_paragraph(text, text_string(&paragraph));
        summary_part_done(&paragraph, text);
        begin = end == NULL ? NULL : end + 2;
    }
}

/* -H, --hostname=HOST with its faces. */
static void append_spelling(struct text *text, const struct option *option)
{
    struct text name, placeholder;
    text_start(&name, NAME_MAXIMUM);
    text_start(&placeholder, LINE_MAXIMUM);
    if (option->letter != 0)
        text_append_format(&name, "-%c", option->letter);
    if (option->letter != 0 && option->name != NULL)
        text_append(&name, ", ");
    if (option->name != NULL)
        text_append_format(&name, "--%s", option->name);
    summary_append_placeholder(option, &placeholder);
    roff_bold(text, text_string(&name));
    if (placeholder.length > 0)
        roff_italic(text, text_string(&placeholder));
    roff_end_line(text);
    summary_part_done(&name, text);
    summary_part_done(&placeholder, text);
}

/* What every option of a kind has in common; NULL = nothing to say. */
static const char *note_of_kind(const struct option *option)
{
    switch (option->kind) {
    case OPTION_COUNTER:
        return "May be repeated.";
    case OPTION_TEXTS:
    case OPTION_RULES:
        return "May be repeated, and each may be a comma list.";
    case OPTION_DURATION:
    case OPTION_TIMEOUT:
        return "A duration is a number with ms, s, m, h or d behind it; without a unit it means seconds.";
    case OPTION_RANGE:
        return option->is_low_bad ? "Low values are bad here: write 25: or 0:25, a bare 25 is refused."
                                  : NULL;
    case OPTION_SECRET:
        return "The file holds nothing but the secret, at most 4096 bytes; one newline at its end does not "
               "count.";
    case OPTION_EXTRA_OPTS:
        return "@- reads standard input.  Keys are the long names of options or their letters; an empty "
               "value, true, "
               "yes or 1 sets a flag.";
    case OPTION_HELP:
    case OPTION_VERSION:
    case OPTION_FLAG:
    case OPTION_TEXT:
    case OPTION_NUMBER:
    case OPTION_TIME:
    case OPTION_STATE:
    case OPTION_CHOICE:
    case OPTION_REFUSED:
        return NULL;
    }
    return NULL;
}

static void append_sentence(struct text *text, const char *sentence)
{
    if (sentence == NULL)
        return;
    roff_end_line(text);
    roff_text(text, sentence);
    roff_end_line(text);
}

static void append_secret_sources(struct text *text, const struct option *option)
{
    struct text sentence;
    if (option->kind != OPTION_SECRET)
        return;
    text_start(&sentence, LINE_MAXIMUM);
    text_append(&sentence, "Without it the secret is taken from");
    if (option->ini_key != NULL)
        text_append_format(&sentence, " the key %s of the ini file", option->ini_key);
    if (option->ini_key != NULL && option->environment != NULL)
        text_append(&sentence, ", else from");
    if (option->environment != NULL)
        text_append_format(&sentence, " the environment variable %s", option->environment);
    text_append_byte(&sentence, '.');
    if (option->ini_key != NULL || option->environment != NULL)
        append_sentence(text, text_string(&sentence));
    summary_part_done(&sentence, text);
}

static void append_bounds(struct text *text, const struct option *option)
{
    struct text sentence;
    if (option->kind != OPTION_NUMBER)
        return;
    text_start(&sentence, LINE_MAXIMUM);
    text_append(&sentence, "It is ");
    value_describe(option, &sentence);
    text_append_byte(&sentence, '.');
    append_sentence(text, text_string(&sentence));
    summary_part_done(&sentence, text);
}

/* The words that need an explanation; the others stand in the summary. */
static void append_choices(struct text *text, const struct option *option)
{
    bool is_explained = false;
    if (option->kind != OPTION_CHOICE)
        return;
    for (const struct option_choice *choice = option->choices; choice->word != NULL; choice++)
        is_explained = is_explained || choice->summary != NULL;
    if (!is_explained)
        return;
    roff_macro(text, ".RS");
    for (const struct option_choice *choice = option->choices; choice->word != NULL; choice++)
        roff_term(text, choice->word, choice->summary != NULL ? choice->summary : "");
    roff_macro(text, ".RE");
}

static void append_option(struct text *text, const struct option *option)
{
    struct text summary;
    text_start(&summary, LINE_MAXIMUM);
    summary_append(option, &summary);
    text_append_byte(&summary, '.');
    roff_macro(text, ".TP");
    append_spelling(text, option);
    append_sentence(text, text_string(&summary));
    append_sentence(text, option->detail);
    append_bounds(text, option);
    append_sentence(text, note_of_kind(option));
    append_secret_sources(text, option);
    append_choices(text, option);
    summary_part_done(&summary, text);
}

static void append_group(struct text *text, const struct option_group *group)
{
    bool has_title = false;
    for (size_t i = 0; i < group->count; i++) {
        if (!summary_is_shown(&group->options[i]))
            continue;
        if (!has_title) {
            text_append(text, ".SS \"");
            roff_text(text, group->title);
            text_append(text, "\"\n");
        }
        has_title = true;
        append_option(text, &group->options[i]);
    }
}

static void append_options(struct text *text, const struct program *program)
{
    roff_macro(text, ".SH OPTIONS");
    for (size_t i = 0; i < program->group_count; i++)
        append_group(text, &program->groups[i]);
    if (option_of_kind(program, OPTION_RANGE) != NULL)
        roff_paragraph(
            text, "RANGE is [@][START:][END]: it alerts outside of START to END, both belonging to the "
                  "inside; with @ it alerts inside.  ~ as START has no lower end, START: no upper one, a "
                  "bare END begins at 0.  See " GUIDELINES);
}

static void append_rules(struct text *text, const struct program *program)
{
    if (program->rule_count == 0)
        return;
    roff_macro(text, ".SH RULES");
    roff_paragraph(text, "Each finding is the work of a rule, whose name is the first word of its line.");
    for (size_t i = 0; i < program->rule_count; i++)
        roff_term(text, program->rules[i].id, program->rules[i].summary);
}

static void append_metrics(struct text *text, const struct program *program)
{
    if (program->metric_count == 0)
        return;
    roff_macro(text, ".SH PERFORMANCE DATA");
    for (size_t i = 0; i < program->metric_count; i++) {
        const struct metric_description *metric = &program->metrics[i];
        struct text meaning;
        text_start(&meaning, LINE_MAXIMUM);
        text_append(&meaning, metric->meaning);
        if (metric->unit != NULL && *metric->unit != '\0')
            text_append_format(&meaning, " (%s)", metric->unit);
        roff_term(text, metric->label, text_string(&meaning));
        summary_part_done(&meaning, text);
    }
}

static void append_exits(struct text *text, const struct program *program)
{
    static const char *const states[] = {
        "0", "OK",
        "1", "WARNING",
        "2", "CRITICAL",
        "3", "UNKNOWN: something could not be judged; also usage errors, --help and --version",
        NULL};
    roff_macro(text, ".SH EXIT STATUS");
    append_pairs(text, program->exits != NULL ? program->exits : states);
}

static void append_environment(struct text *text, const struct program *program)
{
    bool has_files = option_of_kind(program, OPTION_EXTRA_OPTS) != NULL;
    const struct option *option;
    if (!has_files && option_of_kind(program, OPTION_SECRET) == NULL)
        return;
    roff_macro(text, ".SH ENVIRONMENT");
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        struct text meaning;
        if (option->kind != OPTION_SECRET || option->environment == NULL)
            continue;
        text_start(&meaning, LINE_MAXIMUM);
        text_append_format(&meaning,
                           "The secret that --%s would read from a file.  Empty is the same as not set.",
                           option->name);
        roff_term(text, option->environment, text_string(&meaning));
        summary_part_done(&meaning, text);
    }
    if (!has_files)
        return;
    roff_term(text, "MP_CONFIG_FILE", "The ini file of --extra-opts where the option names none.");
    roff_term(
        text, "NAGIOS_CONFIG_PATH",
        "Directories, separated by colons, that are searched for monitoring-plugins.ini, plugins.ini and "
        "nagios-plugins.ini.");
}

static void append_files(struct text *text, const struct program *program)
{
    bool has_files = option_of_kind(program, OPTION_EXTRA_OPTS) != NULL;
    if (!has_files && program->files == NULL)
        return;
    roff_macro(text, ".SH FILES");
    append_pairs(text, program->files);
    if (!has_files)
        return;
    roff_paragraph(text,
                   "The first of these that exists is the ini file of --extra-opts, unless the option or the "
                   "environment names one:");
    roff_macro(text, ".nf");
    for (size_t i = 0; extra_opts_files[i] != NULL; i++)
        append_sentence(text, extra_opts_files[i]);
    roff_macro(text, ".fi");
}

/* What the example below shows: a sentence of its own, or a fragment that needs a colon. */
static void append_lead(struct text *text, const char *meaning)
{
    size_t length = strlen(meaning);
    roff_text(text, meaning);
    if (length > 0 && strchr(".:?!", meaning[length - 1]) == NULL)
        text_append_byte(text, ':');
}

static void append_examples(struct text *text, const struct program *program)
{
    if (program->example_count == 0)
        return;
    roff_macro(text, ".SH EXAMPLES");
    for (size_t i = 0; i < program->example_count; i++) {
        roff_macro(text, ".PP");
        append_lead(text, program->examples[i].meaning);
        roff_macro(text, ".PP\n.RS 4\n.nf");
        roff_text(text, program->examples[i].command);
        roff_macro(text, ".fi\n.RE");
    }
}

void manual_write(const struct program *program, const char *version, struct text *text)
{
    append_title(text, program, version);
    append_name(text, program);
    append_synopsis(text, program);
    append_description(text, program);
    append_options(text, program);
    append_rules(text, program);
    append_metrics(text, program);
    append_exits(text, program);
    append_environment(text, program);
    append_files(text, program);
    append_examples(text, program);
}
