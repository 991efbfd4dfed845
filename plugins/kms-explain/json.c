/* SPDX-License-Identifier: MIT */
/* kms-explain: JSON for programs.  Absent is null; a list with nothing in it is an empty array. */
#include "kms-explain/render.h"

#include <jansson.h>
#include <stdlib.h>

/* Out of memory, jansson gives NULL; it takes that NULL as a value or a container, refuses (-1) and releases
 * the rest.  So building is a plain list of calls whose results are added up, and one question at the end. */
static json_t *finish(json_t *value, int failures)
{
    if (failures == 0)
        return value;
    json_decref(value);
    return NULL;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *steps_of(const struct advice *advice)
{
    json_t *steps = json_array();
    int failures = 0;
    for (size_t i = 0; i < advice->step_count; i++)
        failures += json_array_append_new(steps, json_string(advice->steps[i]));
    return finish(steps, failures);
}

static int set_advice(json_t *object, const struct advice *advice)
{
    int failures = json_object_set_new(object, "cause", text_or_null(advice->cause));
    failures += json_object_set_new(object, "steps", steps_of(advice));
    failures += json_object_set_new(object, "side", text_or_null(advice->side));
    return failures;
}

static json_t *applies_to_of(const struct entry *entry)
{
    json_t *words = json_array();
    const char *word;
    int failures = 0;
    for (size_t i = 0; (word = entry_applies_to(entry, i)) != NULL; i++)
        failures += json_array_append_new(words, json_string(word));
    return finish(words, failures);
}

static json_t *variants_of(const struct entry *entry)
{
    json_t *variants = json_array();
    int failures = 0;
    for (int situation = SITUATION_ANY + 1; situation < SITUATION_COUNT; situation++) {
        struct advice advice;
        if (!entry_variant(entry, (enum situation)situation, &advice))
            continue;
        json_t *variant = json_object();
        failures +=
            json_object_set_new(variant, "situation", json_string(situation_name((enum situation)situation)));
        failures += set_advice(variant, &advice);
        failures += json_array_append_new(variants, variant);
    }
    return finish(variants, failures);
}

static json_t *object_of(const struct entry *entry)
{
    const struct explanation *explanation = &entry->explanation;
    json_t *object = json_object();
    int failures = json_object_set_new(object, "code", json_string(entry->code));
    failures += json_object_set_new(object, "symbol", text_or_null(explanation->symbol));
    failures += json_object_set_new(object, "severity", json_string(entry_severity(entry)));
    failures += json_object_set_new(object, "applies_to", applies_to_of(entry));
    failures += json_object_set_new(object, "transient", json_string(entry_transient(entry)));
    failures += json_object_set_new(object, "brief", json_string(explanation->brief));
    failures += json_object_set_new(object, "meaning", json_string(explanation->meaning));
    failures += set_advice(object, &explanation->advice);
    failures += json_object_set_new(object, "variants", variants_of(entry));
    return finish(object, failures);
}

void render_json(const struct selection *selection, struct text *out)
{
    json_t *array = json_array();
    int failures = 0;
    for (size_t i = 0; i < selection->count; i++)
        failures += json_array_append_new(array, object_of(&selection->entries[i]));
    array = finish(array, failures);
    char *string = array != NULL ? json_dumps(array, JSON_INDENT(2)) : NULL;
    if (string != NULL) {
        text_append(out, string);
        text_append_byte(out, '\n');
    } else {
        out->has_no_memory = true; /* as an append would say it */
    }
    free(string);
    json_decref(array);
}
