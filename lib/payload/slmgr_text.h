/* SPDX-License-Identifier: MIT */
/* Reads what slmgr.vbs /dli, /dlv and /dlv all print in English, of every generation from Windows Vista to
 * today.
 *
 * One block per product, begun by "Name:", after one "Software licensing service version:" line that only
 * /dlv has. In a block the license status is followed at once by the minutes that are left, then (/dlv, from
 * Windows 7 on) by the rearm counts and the trusted time, then by the block of a KMS client, an Active
 * Directory client, a token client or a KMS host.  A permanent license has no line for its minutes; where the
 * text ends before it shows that there is none, the minutes count as unreadable.
 *
 * Not read: days (rounded differently by each generation), dates (in the machine's own spelling), and the
 * last line when it may be cut.
 *
 * Sources: slmgr.vbs of Windows Vista, 7, 8 and later; Microsoft, "Managing License States" (Windows 7) and
 * "Slmgr.vbs options for obtaining volume activation information". */
#ifndef PAYLOAD_SLMGR_TEXT_H
#define PAYLOAD_SLMGR_TEXT_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

#include <stdbool.h>

/* True when the text has lines that only the English slmgr.vbs prints. */
bool slmgr_text_is(struct span text);

/* On success the caller releases *ret with license_document_done.  A text without a product is a success
 * without rows, or the error of the script.  On failure *ret is untouched: too many products, no memory. */
MUST_CHECK bool slmgr_text_read(struct span text, struct license_document *ret, struct problem *why);

#endif
