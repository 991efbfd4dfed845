/* SPDX-License-Identifier: MIT */
/* Reads what ospp.vbs /dstatus and /dstatusall print about Office, from Office 2010 to today.
 *
 * Between "---Processing---" and "---Exiting---" stands one block per product, ended by a line of dashes: its
 * ids, LICENSE NAME and DESCRIPTION, LICENSE STATUS, an ERROR CODE (the reason of the status, even of a good
 * one), REMAINING GRACE unless there is none, and, where a key is installed, its last five characters and the
 * KMS lines. Without an installed key the script says so and prints no block.  The labels are English on
 * every Windows.
 *
 * Not read: days, the last line when it may be cut, and how the product was activated unless that was by
 * Active Directory (the KMS lines stand there before any activation).
 *
 * Sources: ospp.vbs of Office 2010, 2013 and 2016 to 2024; Microsoft, "Tools to manage volume activation of
 * Office". */
#ifndef PAYLOAD_OSPP_TEXT_H
#define PAYLOAD_OSPP_TEXT_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

#include <stdbool.h>

/* True when the text has lines that only ospp.vbs prints. */
bool ospp_text_is(struct span text);

/* On success the caller releases *ret with license_document_done.  A text without a product is a success
 * without rows, or the error of the script.  On failure *ret is untouched: too many products, no memory. */
MUST_CHECK bool ospp_text_read(struct span text, struct license_document *ret, struct problem *why);

#endif
