/* SPDX-License-Identifier: MIT */
/* The answer of a program that has no facts to give: "Error: product not found.", "Error: 0xC004F014 ...",
 * "Error 0x800706BA occurred in connecting to server KMS01.", "Input Error: Can not find script file", and
 * the same in other languages as far as a code tells ("Fehler: 0xC004F014 ..."). Source: the messages of
 * slmgr.vbs, ospp.vbs and cscript.exe. */
#ifndef PAYLOAD_PROGRAM_ERROR_H
#define PAYLOAD_PROGRAM_ERROR_H

#include "base/span.h"
#include "model/license.h"

/* Looks for the first such line and makes it the error of the document: its words (without "Error:") and the
 * code in it, if any.  A code has eight hex digits, so that one that was cut is none.  Without such a line
 * the document stays as it is; without memory its arena says so. */
void program_error_find(struct span text, struct license_document *document);

/* Makes the words behind "Error:" the error of a document that has products, too. */
void program_error_note(struct span words, struct license_document *document);

#endif
