/* SPDX-License-Identifier: MIT */
/* An entry is one code as kms-explain prints it, known to the catalogue or not, and the selection is the list
 * of entries that somebody asked for. */
#ifndef KMS_EXPLAIN_ENTRY_H
#define KMS_EXPLAIN_ENTRY_H

#include "base/arena.h"
#include "catalog/activation_code.h"
#include "catalog/activation_error.h"
#include "kms-explain/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
    char code[ACTIVATION_CODE_SIZE];
    const struct activation_error *error; /* NULL = not in the catalogue */
    struct explanation explanation;       /* the general one */
};

struct selection {
    const struct entry *entries;
    size_t count;
};

const char *entry_severity(const struct entry *entry);
const char *entry_transient(const struct entry *entry);

/* The words for what it applies to; NULL beyond the last, and at once for an unknown code. */
const char *entry_applies_to(const struct entry *entry, size_t index);

/* True, and the advice for this situation, when it differs from the general one. */
bool entry_variant(const struct entry *entry, enum situation situation, struct advice *ret);

/* The entries that pass the filters of *config: of the `count` codes, in their order and each once, or of the
 * whole catalogue when `codes` is NULL.  They live in the arena; false when it is out of memory. */
MUST_CHECK bool select_entries(const struct explain_config *config, const uint32_t *codes, size_t count,
                               struct arena *arena, struct selection *ret);

#endif
