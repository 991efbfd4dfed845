/* SPDX-License-Identifier: MIT */
/* What the REST API of Icinga for Windows answers to a check:
 *
 *     {"Invoke-IcingaCheckKms": {"exitcode": 0, "checkresult": "...\r\n...", "perfdata": ["..."]}}
 *
 * The key is the command that was asked for, or what an alias of it stands for.  Faults are an object with
 * one member "message", or a bare text.  Escapes such as \u0027, of which PowerShell 5.1 writes many, are
 * those of JSON.  perfdata is a list of texts, one text, or {}; facts are not in it.
 *
 * `checkresult` holds the document of the machine, as it is, or behind what the check framework of Icinga for
 * Windows prints in front: "[OK] ", or a whole first line "[OK] Check KMS".
 * Source: icinga-powershell-framework. */
#ifndef PAYLOAD_ICINGA_WINDOWS_REPLY_H
#define PAYLOAD_ICINGA_WINDOWS_REPLY_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

#include <stdbool.h>
#include <stdint.h>

enum { ICINGA_WINDOWS_EXITCODE_UNKNOWN = 3 };

struct icinga_windows_reply {
    struct arena arena; /* of its strings */
    bool has_result;    /* a command ran, or was not allowed to; else there is only the message */
    uint32_t exitcode;  /* 0 to 3 */
    struct span text;   /* of checkresult */
    const char *message;
};

/* Reads the body of a reply to `command`.  On failure *ret is untouched and *why is set; on success the
 * caller releases *ret with icinga_windows_reply_done. */
MUST_CHECK bool icinga_windows_reply_read(struct span body, const char *command,
                                          struct icinga_windows_reply *ret, struct problem *why);

void icinga_windows_reply_done(struct icinga_windows_reply *reply);

/* Reads the document in the text of a result.  The text is whole, since the JSON around it was closed: its
 * last line needs no line end.  Like document_read. */
MUST_CHECK bool icinga_windows_document_read(struct span text, struct license_document *ret,
                                             struct problem *why);

/* The first line of the text without the state in brackets at its begin: what a person would read. */
struct span icinga_windows_headline(struct span text);

#endif
