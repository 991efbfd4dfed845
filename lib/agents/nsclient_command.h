/* SPDX-License-Identifier: MIT */
/* What an external script or an alias of NSClient++ printed: a document (JSON report, slmgr.vbs or ospp.vbs
 * text), or rows that fill one of the templates of payload/wmi_rows.h, with or without a state in front.
 *
 * The state of the command does not matter, because scripts choose it as they like; but with UNKNOWN the
 * script has failed and may have printed half of what it knows, so that its document is refused. */
#ifndef AGENTS_NSCLIENT_COMMAND_H
#define AGENTS_NSCLIENT_COMMAND_H

#include "base/attributes.h"
#include "base/problem.h"
#include "model/license.h"
#include "payload/nsclient_reply.h"

#include <stdbool.h>

/* On success the caller releases *ret with license_document_done; on failure it is untouched.  A text that is
 * nothing but a program's error is a success with error_text. */
MUST_CHECK bool nsclient_read_command(const struct nsclient_reply *result, const char *command,
                                      struct license_document *ret, struct problem *why);

#endif
