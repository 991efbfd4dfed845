/* SPDX-License-Identifier: MIT */
/* kms-explain: columns separated by tabs.  No text of the catalogue has a tab, a line break, a bar or a
 * semicolon in it, so these are free as separators: words are joined by commas, steps by ` ;; `, variants
 * (each `situation: cause ;; step ;; step`) by ` | `.  What is absent is an empty column. */
#include "kms-explain/render.h"

static const char header[] =
    "code\tsymbol\tseverity\tapplies_to\ttransient\tbrief\tmeaning\tcause\tsteps\tside\tvariants\n";

static void append_column(struct text *out, const char *value)
{
    text_append(out, value != NULL ? value : "");
    text_append_byte(out, '\t');
}

static void append_steps(struct text *out, const struct advice *advice)
{
    for (size_t i = 0; i < advice->step_count; i++)
        text_append_format(out, i == 0 ? "%s" : " ;; %s", advice->steps[i]);
}

static void append_applies_to(struct text *out, const struct entry *entry)
{
    const char *word;
    for (size_t i = 0; (word = entry_applies_to(entry, i)) != NULL; i++)
        text_append_format(out, i == 0 ? "%s" : ",%s", word);
    text_append_byte(out, '\t');
}

static void append_variants(struct text *out, const struct entry *entry)
{
    const char *separator = "";
    for (int situation = SITUATION_ANY + 1; situation < SITUATION_COUNT; situation++) {
        struct advice advice;
        if (!entry_variant(entry, (enum situation)situation, &advice))
            continue;
        text_append_format(out, "%s%s: %s ;; ", separator, situation_name((enum situation)situation),
                           advice.cause != NULL ? advice.cause : "");
        append_steps(out, &advice);
        separator = " | ";
    }
    text_append_byte(out, '\n');
}

void render_tsv(const struct selection *selection, struct text *out)
{
    text_append(out, header);
    for (size_t i = 0; i < selection->count; i++) {
        const struct entry *entry = &selection->entries[i];
        const struct explanation *explanation = &entry->explanation;
        append_column(out, entry->code);
        append_column(out, explanation->symbol);
        append_column(out, entry_severity(entry));
        append_applies_to(out, entry);
        append_column(out, entry_transient(entry));
        append_column(out, explanation->brief);
        append_column(out, explanation->meaning);
        append_column(out, explanation->advice.cause);
        append_steps(out, &explanation->advice);
        text_append_byte(out, '\t');
        append_column(out, explanation->advice.side);
        append_variants(out, entry);
    }
}
