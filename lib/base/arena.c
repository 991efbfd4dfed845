/* SPDX-License-Identifier: MIT */
/* Arena: blocks in a list, pieces cut off the newest one. */
#include "base/arena.h"

#include "base/wipe.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_SIZE = 8192,    /* holds the facts of an ordinary client without a second block */
    FORMAT_MAXIMUM = 4096 /* a whole report is not longer (Nagios reads 4096 bytes) */
};

struct arena_block {
    struct arena_block *older;
    size_t size, used;
    max_align_t bytes[];
};

void *arena_allocate(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        arena->has_failed = true;
        return NULL;
    }
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct arena_block *block = arena->newest;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = malloc(sizeof *block + room);
        if (block == NULL) {
            arena->has_failed = true;
            return NULL;
        }
        *block = (struct arena_block) {.older = arena->newest, .size = room};
        arena->newest = block;
    }
    void *piece = (char *)block->bytes + block->used;
    block->used += size;
    memset(piece, 0, size);
    return piece;
}

const char *arena_copy(struct arena *arena, struct span bytes)
{
    char *copy = arena_allocate(arena, bytes.length + 1);
    if (copy == NULL)
        return "";
    if (bytes.length > 0)
        memcpy(copy, bytes.bytes, bytes.length);
    return copy;
}

const char *arena_format_list(struct arena *arena, const char *format, va_list arguments)
{
    char line[FORMAT_MAXIMUM];
    int length = vsnprintf(line, sizeof line, format, arguments);
    if (length < 0) {
        arena->has_failed = true;
        return "";
    }
    size_t kept = (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
    return arena_copy(arena, (struct span) {line, kept});
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *line = arena_format_list(arena, format, arguments);
    va_end(arguments);
    return line;
}

void arena_adopt(struct arena *arena, struct arena *other)
{
    struct arena_block **last = &arena->newest;
    while (*last != NULL)
        last = &(*last)->older;
    *last = other->newest;
    arena->has_failed |= other->has_failed;
    *other = (struct arena) {0};
}

bool arena_ok(const struct arena *arena)
{
    return !arena->has_failed;
}

void arena_done(struct arena *arena)
{
    while (arena->newest != NULL) {
        struct arena_block *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
    *arena = (struct arena) {0};
}

void arena_wipe(struct arena *arena)
{
    for (struct arena_block *block = arena->newest; block != NULL; block = block->older)
        wipe_bytes(block->bytes, block->used);
    arena_done(arena);
}
