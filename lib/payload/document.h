/* SPDX-License-Identifier: MIT */
/* A document is what a machine says about its licenses, in one of the forms that administrators get from
 * Windows: slmgr.vbs text, ospp.vbs text, or JSON of the CIM objects.  It is recognised by its content, never
 * by a name.
 *
 * UTF-8 and UTF-16LE are read, with or without byte order mark; in text, bytes that are not UTF-8 are foreign
 * words and stay as they are. */
#ifndef PAYLOAD_DOCUMENT_H
#define PAYLOAD_DOCUMENT_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

#include <stdbool.h>

/* Bytes.  The several hundred products of slmgr.vbs /dlv all are about 1 MiB in UTF-16; more is not what it
 * claims to be. */
enum { DOCUMENT_MAXIMUM = 8 * 1024 * 1024 };

/* Reads all facts.  A document that is nothing but a program's error is a success with error_text.  On
 * failure *ret is untouched and *why is a sentence for the operator: what came instead, and what to do where
 * that is known.  On success the caller releases *ret with license_document_done. */
MUST_CHECK bool document_read(struct span bytes, struct license_document *ret, struct problem *why);

#endif
