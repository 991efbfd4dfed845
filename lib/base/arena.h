/* SPDX-License-Identifier: MIT */
/* An arena owns many small pieces of memory that live and die together: the strings of one document, the
 * findings of one report.  Pieces are never released one by one; arena_done releases all of them.
 *
 * Running out of memory is remembered: the arena hands out NULL (or "" for text) and arena_ok says so once,
 * at the end, so that the code that fills it stays a plain list. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena {
    struct arena_block *newest; /* all zero is an empty arena, ready for use */
    bool has_failed;
};

/* Zeroed memory, aligned for any type; NULL when there is none. */
void *arena_allocate(struct arena *arena, size_t size);

/* A NUL terminated copy of the bytes (bytes after an inner NUL are copied but seen by nobody). */
const char *arena_copy(struct arena *arena, struct span bytes);

/* A formatted string, at most 4095 bytes long; the rest is cut. */
const char *arena_format(struct arena *arena, const char *format, ...) LIKE_PRINTF(2, 3);
const char *arena_format_list(struct arena *arena, const char *format, va_list arguments) LIKE_PRINTF(2, 0);

/* Takes over everything that `other` owns, failure included; `other` is empty afterwards. */
void arena_adopt(struct arena *arena, struct arena *other);

bool arena_ok(const struct arena *arena);

/* Releases everything; the arena is empty and usable again. */
void arena_done(struct arena *arena);

/* The same, and overwrites everything before: for secrets. */
void arena_wipe(struct arena *arena);

#endif
