/* SPDX-License-Identifier: MIT */
/* One line about an option. */
#include "options/summary.h"

#include <string.h>

enum { NOTES_MAXIMUM = 1000 };

void summary_part_done(struct text *part, struct text *whole)
{
    if (!text_ok(part))
        whole->has_no_memory = true;
    text_done(part);
}

bool summary_is_shown(const struct option *option)
{
    return option->kind != OPTION_REFUSED;
}

/* The words of a choice, unless the placeholder already shows them: basic|ntlm. */
static void append_choices(const struct option *option, struct text *notes)
{
    if (option->kind != OPTION_CHOICE ||
        (option->placeholder != NULL && strchr(option->placeholder, '|') != NULL))
        return;
    for (const struct option_choice *choice = option->choices; choice->word != NULL; choice++) {
        bool is_first = choice == option->choices, is_last = choice[1].word == NULL;
        text_append(notes, is_first ? "" : is_last ? " or " : ", ");
        text_append(notes, choice->word);
    }
}

static void separate(struct text *notes)
{
    if (notes->length > 0)
        text_append(notes, "; ");
}

void summary_append(const struct option *option, struct text *text)
{
    struct text notes;
    text_start(&notes, NOTES_MAXIMUM);
    append_choices(option, &notes);
    if (option->kind == OPTION_SECRET && option->environment != NULL)
        text_append_format(&notes, "or environment %s", option->environment);
    if (option->initial != NULL) {
        separate(&notes);
        text_append_format(&notes, "default %s", option->initial);
    }
    text_append(text, option->summary != NULL ? option->summary : "");
    if (notes.length > 0)
        text_append_format(text, " (%s)", text_string(&notes));
    summary_part_done(&notes, text);
}

void summary_append_placeholder(const struct option *option, struct text *text)
{
    if (!option_takes_value(option))
        return;
    bool is_optional = option->kind == OPTION_EXTRA_OPTS || option->implied != NULL;
    text_append_format(text, "%s=%s%s", is_optional ? "[" : "",
                       option->placeholder != NULL ? option->placeholder : "VALUE", is_optional ? "]" : "");
}

void summary_append_usage(const struct program *program, struct text *text)
{
    text_append(text, "[OPTION]...");
    if (program->operands != NULL)
        text_append_format(text, " %s", program->operands);
    else if (program->takes_program)
        text_append(text, " [-- PROGRAM [ARGUMENT]...]");
}
