/* SPDX-License-Identifier: MIT */
/* The shape of the catalogue's data between compile_catalog, which writes it as C source, and
 * activation_error, which reads it.  Nobody else includes this.
 *
 * Every text is an offset into one pool of NUL terminated strings; offset 0 is the empty string and stands
 * for "nothing to say" and for the end of a list.  Without a single pointer the data needs no relocation: it
 * stays in read-only pages that all running plugins share. */
#ifndef CATALOG_ACTIVATION_ERROR_DATA_H
#define CATALOG_ACTIVATION_ERROR_DATA_H

#include "catalog/activation_error.h"

#include <stdint.h>

enum { ACTIVATION_STEPS_MAXIMUM = 5, ACTIVATION_APPLIES_TO_MAXIMUM = 6 };

struct activation_advice {
    uint32_t cause;
    uint32_t steps[ACTIVATION_STEPS_MAXIMUM];
    uint32_t side;
};

struct activation_variant {
    uint32_t situation; /* enum situation */
    struct activation_advice advice;
};

struct activation_error {
    uint32_t code;
    uint32_t symbol, severity, transient, brief, meaning;
    uint32_t applies_to[ACTIVATION_APPLIES_TO_MAXIMUM];
    struct activation_advice advice;
    uint32_t first_variant, variant_count; /* into activation_variants, ordered by situation */
};

extern const char activation_pool[];
extern const uint32_t activation_situations[SITUATION_COUNT];
extern const uint32_t activation_error_total;
extern const struct activation_error activation_errors[]; /* ordered by code, no code twice */
extern const struct activation_variant activation_variants[];

#endif
