/* SPDX-License-Identifier: MIT */
/* Masking of a recorded reply (--record=FILE), so that a site can give it away as a test fixture.
 *
 * For the person who reads a recording: it is the reply of the agent, byte for byte as long as it was, and
 * still readable by every reader.  What names the site is replaced by something of the same length:
 *
 *     product keys, partial keys            X...
 *     cookies, tokens, logins in headers    X...
 *     GUIDs                                 00000000-0000-4000-8000-000000000001, 2, 3, ...
 *     product ids, extended PIDs            00000-00000-...
 *     installation ids, 25 digits and more  1111...
 *     thumbprints, 32 hex digits and more   ffff...
 *     each label of a host, domain or user  zz001, zz002, ... (shorter than three letters: z, zz)
 *     IPv4 and IPv6 addresses               000.0.0.01, ffff:fff::ff1
 *
 * The same name has the same mask in all replies of one recording, whatever the case of its letters; a name
 * of four letters shares its mask with another one only after 99 others of that length.  What stays: states,
 * minutes, counts, codes, dates, channels, product names, descriptions, versions, loopback addresses, the
 * application ids of Windows and Office, ids of RPC interfaces, message ids of WS-Management ("uuid:", random
 * for each message), schema addresses, names of files and of built-in accounts.
 *
 * Names are found behind the labels that Windows and the agents use, by their shape (dots, DOMAIN\user, mail,
 * URL, \\server), and wherever the names stand that are handed in or that stood behind a label.  A name that
 * is also a word of the documents (a host called "server") is masked only where label or shape give it away.
 * Free text in which a site names itself otherwise is not recognised: read a recording before you publish it.
 *
 * Pure, deterministic: the same names and replies give the same bytes. */
#ifndef REPORT_MASK_H
#define REPORT_MASK_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of one reply: a document of 8 MiB with its headers. */
enum { MASK_REPLY_MAXIMUM = 8 * 1024 * 1024 + 64 * 1024 };

struct mask_table;

/* What one recording has replaced so far. */
struct mask {
    struct arena arena;
    struct mask_table *table; /* in the arena; NULL without memory, which mask_append says */
};

/* `names`: how the user names the machine (-H) and whatever else must not be seen, host names with or without
 * domain; addresses and NULL are ignored.  They are copied. */
void mask_start(struct mask *mask, const char *const *names, size_t count);

/* Appends the masked reply to *text: exactly as many bytes as came in.  The reply is a document, or a whole
 * HTTP reply from its status line ("HTTP/") to its body, as it was before chunks and compression: the frame
 * writes Content-Length of the body that it hands over and leaves Transfer-Encoding and Content-Encoding out.
 * A body may be UTF-8 or UTF-16LE.
 *
 * False and *why, and nothing is appended, when the reply cannot be masked for certain: it is longer than
 * MASK_REPLY_MAXIMUM, is chunked or compressed, is binary, UTF-16BE or UTF-32, or memory ran out.  Such a
 * reply must not be recorded.  When *text is full, text_ok says so, as ever. */
MUST_CHECK bool mask_append(struct mask *mask, struct span reply, struct text *text, struct problem *why);

void mask_done(struct mask *mask);

#endif
