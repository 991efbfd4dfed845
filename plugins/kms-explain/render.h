/* SPDX-License-Identifier: MIT */
/* The renderings of kms-explain.  Each appends the whole selection to a text; running out of memory or room
 * stays remembered in the text.  Nothing is printed here. */
#ifndef KMS_EXPLAIN_RENDER_H
#define KMS_EXPLAIN_RENDER_H

#include "base/text.h"
#include "kms-explain/entry.h"

void render_text(const struct selection *selection, struct text *out); /* everything, for reading */
void render_list(const struct selection *selection, struct text *out); /* one line per code, for reading */
void render_json(const struct selection *selection, struct text *out);
void render_tsv(const struct selection *selection, struct text *out);
void render_html(const struct selection *selection, struct text *out);

#endif
