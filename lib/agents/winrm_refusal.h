/* SPDX-License-Identifier: MIT */
/* Why WinRM did not answer, in the words of an operator: a login, the rights of the account, a message that
 * should have been encrypted, a query that took too long.  What holds for every agent is in
 * agents/refusal.h. */
#ifndef AGENTS_WINRM_REFUSAL_H
#define AGENTS_WINRM_REFUSAL_H

#include "base/problem.h"
#include "model/http.h"
#include "payload/wsman_xml.h"

#include <stdbool.h>

/* What a fault means for the query: some can be asked in another way. */
enum winrm_code {
    WINRM_INVALID_DATE,  /* a date that its XML cannot express */
    WINRM_INVALID_QUERY, /* a column that this Windows does not have, or a provider that says nothing */
    WINRM_DENIED,        /* no right to this class */
    WINRM_NO_CLASS,
    WINRM_OTHER
};
enum winrm_code winrm_fault_code(const struct wsman_fault *fault);

/* A fault in answer to the query of `class`.  Returns false. */
bool winrm_explain_fault(const struct wsman_fault *fault, const char *class, struct problem *why);

/* 401: what agents/refusal.h says, and what WinRM asks of this login.  Returns false. */
bool winrm_explain_login(const struct http_reply *reply, enum http_login login, struct problem *why);

/* Any reply that is no SOAP envelope.  Returns false. */
bool winrm_explain_reply(const struct http_reply *reply, bool is_plain, struct problem *why);

#endif
