/* SPDX-License-Identifier: MIT */
/* A reader is a cursor over received bytes.  It never reads past the end: a read that does not fit gives zero
 * (or an empty span) and sets has_failed, which stays, so that a parser asks once at the end. */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    struct span rest; /* what has not been read yet */
    bool has_failed;
};

struct reader reader_over(struct span bytes);

size_t reader_remaining(const struct reader *reader);

uint8_t reader_byte(struct reader *reader);
uint16_t reader_u16_little(struct reader *reader);
struct span reader_bytes(struct reader *reader, size_t length);

/* The next line without its line end (LF, CR LF, or a lone CR).  *ret_is_ended says whether a line end was
 * seen: the last piece of a text that was cut off has none.  False at the end of the bytes. */
bool reader_line(struct reader *reader, struct span *ret_line, bool *ret_is_ended);

#endif
