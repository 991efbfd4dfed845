/* SPDX-License-Identifier: MIT */
/* What every fuzz target needs: a claim that ends the run with its place and words when it does not hold, and
 * copies that show a read beyond their end. */
#ifndef FUZZ_REQUIRE_H
#define FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                    \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* A copy in memory of its own size, so that reading one byte too many is seen; the caller frees it. */
static inline char *copy_of(const void *bytes, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    REQUIRE(copy != NULL);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

#endif
