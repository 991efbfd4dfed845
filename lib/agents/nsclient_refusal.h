/* SPDX-License-Identifier: MIT */
/* What NSClient++ says instead of an answer, and what an operator can do about it.
 *
 * It never sends 401: a wrong password, an address that is not in its allowed hosts, a role without the right
 * and an address that is blocked after ten bad logins all are 403 with the same words.  Failures of commands
 * come with status 200 and are told by their English beginnings; what Windows adds behind those is
 * localised, so that its codes are looked for.
 * Source: mickem/nscp, modules WEBServer, CheckWMI, CheckExternalScripts, CheckSecurity, and its core. */
#ifndef AGENTS_NSCLIENT_REFUSAL_H
#define AGENTS_NSCLIENT_REFUSAL_H

#include "agents/conversation.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/http.h"
#include "payload/nsclient_reply.h"

#include <stdbool.h>

/* A reply that has no result of a command.  Returns false. */
bool nsclient_explain_reply(const struct http_reply *reply, const struct agent_wishes *wishes,
                            struct problem *why);

/* True when the text begins as failures do, or as the command says that it was not run; then *why tells which
 * and what to do. */
bool nsclient_explain_known(struct span text, const char *command, struct problem *why);

/* Any text that is no answer, a known failure or not.  Returns false. */
bool nsclient_explain_text(const struct nsclient_reply *result, const char *command, struct problem *why);

/* True for a failure that fewer columns may cure: a query or a template names one that this Windows lacks.  A
 * failure that gives no code may be that only where the generation of this Windows is not known. */
bool nsclient_is_about_columns(struct span text, bool is_generation_known);

#endif
