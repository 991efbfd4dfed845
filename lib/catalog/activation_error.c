/* SPDX-License-Identifier: MIT */
/* The catalogue of activation codes: look-up in the data that compile_catalog wrote. */
#include "catalog/activation_error.h"

#include "catalog/activation_error_data.h"
#include "catalog/activation_zone.h"

static const char *text_at(uint32_t offset)
{
    return activation_pool + offset;
}

/* Offset 0 stands for "nothing to say". */
static const char *text_or_null(uint32_t offset)
{
    return offset == 0 ? NULL : text_at(offset);
}

const char *situation_name(enum situation situation)
{
    return text_at(activation_situations[situation]);
}

const char *situation_sentence(enum situation situation)
{
    static const char *const sentences[SITUATION_COUNT] = {
        [SITUATION_ANY] = "on any machine",
        [SITUATION_EVALUATION] = "on an evaluation edition",
        [SITUATION_KMS_CLIENT] = "on a KMS client (KMS or Active Directory activation)",
        [SITUATION_KMS_HOST] = "on a KMS host, for its own key",
        [SITUATION_LOGIN] = "when the login of the monitoring was refused with it",
        [SITUATION_MAK] = "on a machine with a MAK",
    };
    return sentences[situation];
}

size_t activation_error_count(void)
{
    return activation_error_total;
}

const struct activation_error *activation_error_at(size_t index)
{
    return &activation_errors[index];
}

const struct activation_error *activation_error_find(uint32_t code)
{
    size_t low = 0, high = activation_error_total;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (activation_errors[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < activation_error_total && activation_errors[low].code == code ? &activation_errors[low]
                                                                               : NULL;
}

uint32_t activation_error_code(const struct activation_error *error)
{
    return error->code;
}

const char *activation_error_severity(const struct activation_error *error)
{
    return text_at(error->severity);
}

const char *activation_error_transient(const struct activation_error *error)
{
    return text_at(error->transient);
}

const char *activation_error_applies_to(const struct activation_error *error, size_t index)
{
    return index < ACTIVATION_APPLIES_TO_MAXIMUM ? text_or_null(error->applies_to[index]) : NULL;
}

static const struct activation_variant *find_variant(const struct activation_error *error,
                                                     enum situation situation)
{
    for (uint32_t i = 0; i < error->variant_count; i++) {
        const struct activation_variant *variant = &activation_variants[error->first_variant + i];
        if (variant->situation == (uint32_t)situation)
            return variant;
    }
    return NULL;
}

bool activation_error_has_variant(const struct activation_error *error, enum situation situation)
{
    return find_variant(error, situation) != NULL;
}

static void advise(const struct activation_advice *data, struct advice *ret)
{
    *ret = (struct advice) {.cause = text_or_null(data->cause), .side = text_at(data->side)};
    while (ret->step_count < ACTIVATION_STEPS_MAXIMUM && data->steps[ret->step_count] != 0) {
        ret->steps[ret->step_count] = text_at(data->steps[ret->step_count]);
        ret->step_count++;
    }
}

/* Codes with the severity bit clear report success or a state, not a fault. */
static bool is_informational(const struct activation_error *error)
{
    return error->code >> 31 == 0;
}

void activation_error_explain(const struct activation_error *error, enum situation situation,
                              struct explanation *ret)
{
    const struct activation_variant *variant = find_variant(error, situation);
    *ret = (struct explanation) {.code = error->code,
                                 .symbol = text_or_null(error->symbol),
                                 .brief = text_at(error->brief),
                                 .meaning = text_at(error->meaning),
                                 .is_informational = is_informational(error)};
    advise(variant != NULL ? &variant->advice : &error->advice, &ret->advice);
}

void activation_code_explain(uint32_t code, enum situation situation, struct arena *arena,
                             struct explanation *ret)
{
    const struct activation_error *error = activation_error_find(code);
    if (error != NULL)
        activation_error_explain(error, situation, ret);
    else
        activation_zone_explain(code, arena, ret);
}
