/* SPDX-License-Identifier: MIT */
/* Replies of an agent that are no answer, whatever the agent is: a login that was refused, a redirection, a
 * page of a proxy, a fault of the server. */
#ifndef AGENTS_REFUSAL_H
#define AGENTS_REFUSAL_H

#include "base/attributes.h"
#include "base/problem.h"
#include "model/http.h"

#include <stdbool.h>

/* 401: says whether the method that was used (`login`) is offered at all, and which ones are.  Returns false.
 */
bool refusal_explain_login(const struct http_reply *reply, enum http_login login, struct problem *why);

/* Any other reply that was not expected, an HTML page with status 200 among them.  Quotes what a short text
 * says.  Returns false. */
bool refusal_explain(const struct http_reply *reply, struct problem *why);

/* True for a body that is an HTML page: a proxy or another server has answered. */
bool refusal_is_html(const struct http_reply *reply);

#endif
