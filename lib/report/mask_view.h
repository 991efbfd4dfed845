/* SPDX-License-Identifier: MIT */
/* A reply as the characters that its reader will see: escapes of JSON, XML and the text format of Prometheus
 * undone, line breaks of a narrow console left out, each character with the bytes that it stands for.  A
 * character that was changed is written back over exactly these bytes. */
#ifndef REPORT_MASK_VIEW_H
#define REPORT_MASK_VIEW_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mask_place {
    uint32_t at, length; /* in the reply */
};

/* Characters beyond ASCII are bytes of 0x80 and more. */
struct mask_view {
    char *characters, *before; /* as they are to be, and as they were */
    bool *is_settled;          /* masked, or known to stay: no later rule touches it */
    struct mask_place *places;
    size_t length;
    size_t body;      /* index of the first character of the body */
    size_t wide_from; /* offset in the reply from where a character has two bytes */
};

/* `body` is the offset of the body in the reply.  The view does not keep the reply; release with
 * mask_view_done.  False without memory. */
MUST_CHECK bool mask_view_start(struct mask_view *view, struct span reply, size_t body, bool is_wide);

/* Writes every changed character over its bytes in the copy of the reply. */
void mask_view_write(const struct mask_view *view, char *reply);

void mask_view_done(struct mask_view *view);

#endif
