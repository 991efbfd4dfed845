/* SPDX-License-Identifier: MIT */
/* kms-explain: text to be read in a terminal.  Lines are not wrapped: a command in a step must stay in one
 * piece for copying, and the terminal wraps by itself. */
#include "kms-explain/render.h"

#include <string.h>

static const struct {
    const char *word, *sentence;
} transients[] = {
    {"yes", "yes, it may pass with the next try"},
    {"no", "no, it stays until somebody acts"},
    {"unknown", "unknown"},
};

static void append_field(struct text *out, const char *label, const char *value)
{
    if (value != NULL)
        text_append_format(out, "    %-11s %s\n", label, value);
}

static void append_advice(struct text *out, const struct advice *advice)
{
    append_field(out, "cause:", advice->cause);
    for (size_t i = 0; i < advice->step_count; i++)
        text_append_format(out, "    %-11s %zu. %s\n", i == 0 ? "do:" : "", i + 1, advice->steps[i]);
    append_field(out, "side:", advice->side);
}

static const char *transient_sentence(const char *word)
{
    for (size_t i = 0; i < sizeof transients / sizeof *transients; i++) {
        if (strcmp(transients[i].word, word) == 0)
            return transients[i].sentence;
    }
    return word;
}

static void append_applies_to(struct text *out, const struct entry *entry)
{
    const char *word;
    for (size_t i = 0; (word = entry_applies_to(entry, i)) != NULL; i++)
        text_append_format(out, i == 0 ? "    applies to: %s" : ", %s", word);
    if (entry_applies_to(entry, 0) != NULL)
        text_append_byte(out, '\n');
}

static void append_entry(struct text *out, const struct entry *entry)
{
    text_append_format(out, "%s  %s\n", entry->code, entry->explanation.brief);
    append_field(out, "symbol:", entry->explanation.symbol);
    append_field(out, "meaning:", entry->explanation.meaning);
    append_applies_to(out, entry);
    append_field(out, "transient:", transient_sentence(entry_transient(entry)));
    append_advice(out, &entry->explanation.advice);
    for (int situation = SITUATION_ANY + 1; situation < SITUATION_COUNT; situation++) {
        struct advice advice;
        if (!entry_variant(entry, (enum situation)situation, &advice))
            continue;
        text_append_format(out, "\n  %s:\n", situation_sentence((enum situation)situation));
        append_advice(out, &advice);
    }
}

void render_text(const struct selection *selection, struct text *out)
{
    for (size_t i = 0; i < selection->count; i++) {
        if (i > 0)
            text_append_byte(out, '\n');
        append_entry(out, &selection->entries[i]);
    }
}

void render_list(const struct selection *selection, struct text *out)
{
    for (size_t i = 0; i < selection->count; i++) {
        const struct entry *entry = &selection->entries[i];
        text_append_format(out, "%s  %-40s  %s\n", entry->code, entry->explanation.brief,
                           entry->explanation.advice.side);
    }
}
