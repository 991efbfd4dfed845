/* SPDX-License-Identifier: MIT */
/* Walks through the elements of one XML document, in order and with bounds, for readers of replies.
 *
 * What a reply of a machine never needs is refused: document types, entities beyond the five that XML itself
 * has, processing instructions, and everything that is not well-formed to its last byte.  UTF-8 and UTF-16
 * are read; names and texts are handed out as UTF-8.  Sources: XML 1.0, Namespaces in XML 1.0. */
#ifndef PAYLOAD_XML_WALK_H
#define PAYLOAD_XML_WALK_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    XML_SIZE_MAXIMUM = 1024 * 1024,   /* bytes; an envelope of 153600 characters has at most a third of it */
    XML_DEPTH_MAXIMUM = 32,           /* a fault inside a fault inside a fault has 15 */
    XML_ELEMENTS_MAXIMUM = 64 * 1024, /* the shortest that fit into an envelope are fewer */
    XML_TEXT_MAXIMUM = 16 * 1024      /* bytes between two tags; the longest property is a URL */
};

/* An element at its first or last tag.  Strings live until the callback returns. */
struct xml_element {
    const char *space, *name;      /* namespace, "" when it has none, and local name */
    size_t depth;                  /* 1 for the root */
    const char *const *attributes; /* for xml_attribute; NULL at the last tag */
};

/* What is called on the way, in the order of the document.  A callback that returns false has filled *why and
 * ends the walk. */
struct xml_visitor {
    bool (*start)(void *context, const struct xml_element *element, struct problem *why);
    /* Text that is not blank, up to the next tag; whole, and belongs to the innermost open element. */
    bool (*text)(void *context, struct span text, struct problem *why);
    bool (*end)(void *context, const struct xml_element *element, struct problem *why);
};

/* True when the whole document was walked through.  On failure *why says what is wrong, with line and column:
 * "the XML cannot be read, line 1, column 80: it ends before it is closed, it was cut". */
MUST_CHECK bool xml_walk(struct span bytes, const struct xml_visitor *visitor, void *context,
                         struct problem *why);

/* The value of the attribute; NULL when it is not there. `space` is "" for one without a prefix. */
const char *xml_attribute(const struct xml_element *element, const char *space, const char *name);

/* True for the element with this local name in this namespace. */
bool xml_is(const struct xml_element *element, const char *space, const char *name);

#endif
