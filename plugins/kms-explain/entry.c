/* SPDX-License-Identifier: MIT */
/* Entries: what is known about a code, and whether it was asked for. */
#include "kms-explain/entry.h"

#include <string.h>

#include "base/span.h"

const char *entry_severity(const struct entry *entry)
{
    if (entry->error != NULL)
        return activation_error_severity(entry->error);
    return entry->explanation.is_informational ? "info" : "error";
}

const char *entry_transient(const struct entry *entry)
{
    return entry->error != NULL ? activation_error_transient(entry->error) : "unknown";
}

const char *entry_applies_to(const struct entry *entry, size_t index)
{
    return entry->error != NULL ? activation_error_applies_to(entry->error, index) : NULL;
}

bool entry_variant(const struct entry *entry, enum situation situation, struct advice *ret)
{
    if (entry->error == NULL || !activation_error_has_variant(entry->error, situation))
        return false;
    struct explanation explanation;
    activation_error_explain(entry->error, situation, &explanation);
    *ret = explanation.advice;
    return true;
}

static bool is_in(const char *text, const char *wanted)
{
    return text != NULL && span_contains_ignoring_case(span_of(text), wanted);
}

static bool is_in_advice(const struct advice *advice, const char *wanted)
{
    if (is_in(advice->cause, wanted))
        return true;
    for (size_t i = 0; i < advice->step_count; i++) {
        if (is_in(advice->steps[i], wanted))
            return true;
    }
    return false;
}

static bool says(const struct entry *entry, const char *wanted)
{
    const struct explanation *explanation = &entry->explanation;
    if (is_in(entry->code, wanted) || is_in(explanation->symbol, wanted) ||
        is_in(explanation->brief, wanted) || is_in(explanation->meaning, wanted) ||
        is_in_advice(&explanation->advice, wanted))
        return true;
    for (int situation = SITUATION_ANY + 1; situation < SITUATION_COUNT; situation++) {
        struct advice advice;
        if (entry_variant(entry, (enum situation)situation, &advice) && is_in_advice(&advice, wanted))
            return true;
    }
    return false;
}

static bool applies_to(const struct entry *entry, int wanted)
{
    const char *word;
    for (size_t i = 0; (word = entry_applies_to(entry, i)) != NULL; i++) {
        for (const struct option_choice *choice = explain_applies_to; choice->word != NULL; choice++) {
            if (choice->value == wanted && strcmp(choice->word, word) == 0)
                return true;
        }
    }
    return false;
}

static bool passes(const struct entry *entry, const struct explain_config *config)
{
    if (config->list == EXPLAIN_LIST_WITH_STEPS && entry->explanation.advice.step_count == 0)
        return false;
    if (config->applies_to != 0 && !applies_to(entry, config->applies_to))
        return false;
    return config->search == NULL || says(entry, config->search);
}

static bool is_selected(const struct selection *selection, uint32_t code)
{
    for (size_t i = 0; i < selection->count; i++) {
        if (selection->entries[i].explanation.code == code)
            return true;
    }
    return false;
}

bool select_entries(const struct explain_config *config, const uint32_t *codes, size_t count,
                    struct arena *arena, struct selection *ret)
{
    size_t total = codes != NULL ? count : activation_error_count();
    struct entry *entries = arena_allocate(arena, (total + 1) * sizeof *entries);
    if (entries == NULL)
        return false;
    struct selection selection = {entries, 0};
    for (size_t i = 0; i < total; i++) {
        uint32_t code = codes != NULL ? codes[i] : activation_error_code(activation_error_at(i));
        struct entry *entry = &entries[selection.count];
        if (codes != NULL && is_selected(&selection, code))
            continue;
        *entry = (struct entry) {.error = activation_error_find(code)};
        activation_code_print(code, entry->code);
        activation_code_explain(code, SITUATION_ANY, arena, &entry->explanation);
        if (passes(entry, config))
            selection.count++;
    }
    *ret = selection;
    return arena_ok(arena);
}
