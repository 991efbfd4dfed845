/* SPDX-License-Identifier: MIT */
/* From the bytes of an answer to what it says.  No socket, no clock: the same bytes always say the same. */
#ifndef TRANSPORT_DNS_ANSWER_H
#define TRANSPORT_DNS_ANSWER_H

#include "base/arena.h"
#include "base/span.h"
#include "model/reach.h"
#include "transport/resolver.h"

/* Reads one whole message as the answer to a question for `type`: the outcome, its rcode, the records or
 * addresses, the alias.  The name that was asked for is the one in the message's own question.  Records count
 * when they belong to that name, or to the one at the end of its aliases; the others are foreign and left
 * out.  What cannot be read to the end, or was cut, or answers something else, is DNS_BAD_ANSWER.
 *
 * Everything is owned by the arena; when that has failed, what was read is not whole.  `server` and
 * `duration_us` are not touched. */
void dns_answer_read(struct span message, enum dns_type type, struct arena *arena,
                     struct dns_answer *ret_answer);

#endif
