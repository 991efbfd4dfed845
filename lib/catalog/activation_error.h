/* SPDX-License-Identifier: MIT */
/* The catalogue of activation codes: what a code means, what causes it, what to do, and on which side.  Made
 * from activation_errors.tsv and activation_error_variants.tsv at build time into read-only data without
 * relocations (one string pool, offsets), sorted by code.  Every string it hands out lives as long as the
 * program. */
#ifndef CATALOG_ACTIVATION_ERROR_H
#define CATALOG_ACTIVATION_ERROR_H

#include "base/arena.h"
#include "model/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What kind of machine has the code: the cause and the steps may depend on it. */
enum situation {
    SITUATION_ANY,
    SITUATION_EVALUATION, /* an evaluation edition */
    SITUATION_KMS_CLIENT, /* a VOLUME_KMSCLIENT key: activated by KMS or Active Directory */
    SITUATION_KMS_HOST,   /* a KMS host's own key */
    SITUATION_LOGIN,      /* our own login was refused with this code */
    SITUATION_MAK
};
enum { SITUATION_COUNT = SITUATION_MAK + 1 };

/* "any", "evaluation", "kms-client", "kms-host", "login", "mak". */
const char *situation_name(enum situation situation);

/* "on a KMS host, for its own key": whom a text of its own is for, as the heading of it. */
const char *situation_sentence(enum situation situation);

struct activation_error; /* one entry */

size_t activation_error_count(void);
const struct activation_error *activation_error_at(size_t index); /* in the order of the codes */

/* NULL when the code is not in the catalogue. */
const struct activation_error *activation_error_find(uint32_t code);

uint32_t activation_error_code(const struct activation_error *error);
const char *
activation_error_severity(const struct activation_error *error); /* success, info, warning, error */
const char *activation_error_transient(const struct activation_error *error); /* yes, no, unknown */

/* The words that say what it applies to, in the order of the table; NULL beyond the last. */
const char *activation_error_applies_to(const struct activation_error *error, size_t index);

/* True when there is a text of its own for this situation (not for SITUATION_ANY). */
bool activation_error_has_variant(const struct activation_error *error, enum situation situation);

/* Explains an entry for a machine in this situation; without a variant the general text. */
void activation_error_explain(const struct activation_error *error, enum situation situation,
                              struct explanation *ret);

/* Explains any code: one that the catalogue does not know by its facility, its zone and its Win32 part. Texts
 * that are made for it live in the arena. */
void activation_code_explain(uint32_t code, enum situation situation, struct arena *arena,
                             struct explanation *ret);

#endif
