/* SPDX-License-Identifier: MIT */
/* Bytes of JSON as values of jansson, read strictly: what is cut, is followed by anything, has a member twice
 * in one object, is not UTF-8 or holds a NUL character is refused whole.  What the values mean is not known
 * here.  RFC 8259. */
#ifndef PAYLOAD_STRICT_JSON_H
#define PAYLOAD_STRICT_JSON_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>

#include <jansson.h>

/* Objects and lists of one text.  A machine prints some hundred, an agent one for each metric; each costs
 * jansson a hundred times the two bytes that it may take. */
enum { STRICT_JSON_VALUES_MAXIMUM = 65536 };

/* Reads an object or a list.  `what` is the subject of the sentence: "the JSON" gives "the JSON cannot be
 * read, line 1, column 80: it ends before it is closed, it was cut" or "the JSON has more than 65536 objects
 * and lists".  Out of memory is a problem of its own kind wherever jansson says so, which it does not inside
 * of a text.  On success the caller releases *ret with json_decref; on failure *ret is untouched. */
MUST_CHECK bool strict_json_read(struct span bytes, const char *what, json_t **ret, struct problem *why);

/* The same for any value.  A number by itself may have been cut without a sign. */
MUST_CHECK bool strict_json_read_any(struct span bytes, const char *what, json_t **ret, struct problem *why);

/* The characters of a text, which belong to it; the empty span for another value and for NULL. */
struct span strict_json_text(const json_t *json);

#endif
