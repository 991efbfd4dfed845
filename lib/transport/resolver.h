/* SPDX-License-Identifier: MIT */
/* Questions to DNS, through c-ares, without blocking.  Each server has a channel of its own, because
 * c-ares 1.18 folds SERVFAIL, REFUSED and NOTIMP into one error when it fails over by itself; here they stay
 * apart.
 *
 * Each question has a limit: half of what is left of the run, at most five seconds.  Within it a silent
 * server is asked again a few times; at its end its outcome is DNS_TIMEOUT.  UDP first, TCP where the answer
 * is cut, EDNS where the server takes it. */
#ifndef TRANSPORT_RESOLVER_H
#define TRANSPORT_RESOLVER_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "model/reach.h"
#include "transport/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resolver;

enum dns_type { DNS_TYPE_A = 1, DNS_TYPE_AAAA = 28, DNS_TYPE_SRV = 33 };

enum { RESOLVER_LIMIT_MAXIMUM_MS = 5000, RESOLVER_SERVERS_MAXIMUM = 32 };

/* An answer; everything in it is gone when the callback returns.  It may ask further questions, but not close
 * the resolver. */
typedef void resolver_answered(void *context, const struct dns_answer *answer);

/* Opens a resolver over the servers, or over those of this machine (resolv.conf) when there are none.
 * `deadline` is that of the run.  The loop must live longer.  On failure *why says why. */
MUST_CHECK bool resolver_open(struct loop *loop, const struct dns_server *servers, size_t server_count,
                              struct deadline deadline, struct resolver **ret, struct problem *why);

/* Accepts NULL.  Questions without an answer are answered with DNS_NOT_IN_TIME first. */
void resolver_close(struct resolver *resolver);

size_t resolver_server_count(const struct resolver *resolver);

/* Asks one server, by its number.  `name` is absolute, with or without the final dot, at most 255 bytes and
 * copied. `answered` is called exactly once, from the loop, from resolver_close, or before this returns. */
void resolver_ask_server(struct resolver *resolver, size_t server, const char *name, enum dns_type type,
                         resolver_answered *answered, void *context);

/* Asks the servers one after the other, those first that have answered something in this run and last those
 * that were silent, until one gives a definite answer: records, NXDOMAIN or NODATA.  `answered` is called
 * once, with the definite answer, or with the one of the last server. `attempted` (may be NULL) is called for
 * every server that was asked, the last included, before `answered`. */
void resolver_ask(struct resolver *resolver, const char *name, enum dns_type type,
                  resolver_answered *attempted, resolver_answered *answered, void *context);

/* The addresses of a host as programs of this machine see them: its hosts file, then DNS with its search
 * list, by its own servers, whatever this resolver asks otherwise.  An answer with an outcome and addresses
 * of the wanted families.  This is how the names of agents are resolved. */
void resolver_find_host(struct resolver *resolver, const char *name, bool wants_ipv4, bool wants_ipv6,
                        resolver_answered *answered, void *context);

#endif
