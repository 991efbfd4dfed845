/* SPDX-License-Identifier: MIT */
/* One item of a reply of WS-Management on its way into a document.  Its values are held until its last tag,
 * because only there it is known which element was an array. */
#ifndef PAYLOAD_WSMAN_ROW_H
#define PAYLOAD_WSMAN_ROW_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "payload/cim_row.h"
#include "payload/wsman_xml.h"
#include "payload/xml_walk.h"

#include <stdbool.h>
#include <stddef.h>

enum { WSMAN_ROW_PROPERTIES = 64 }; /* twice as many as a row keeps */

struct wsman_row {
    const struct wsman_question *question;
    struct cim_row row;
    struct wsman_value {
        const char *property; /* of cim_row_property */
        struct cim_value value;
        bool is_nil; /* said to be absent: text in it would be a contradiction */
    } values[WSMAN_ROW_PROPERTIES];
    size_t value_count, element_count;
    struct wsman_value *current; /* of the open element; NULL for one that is not kept */
};

/* Its first tag; `before` is the number of rows that the reply had before it. */
MUST_CHECK bool wsman_row_start(struct wsman_row *row, const struct wsman_question *question,
                                const struct xml_element *item, size_t before, struct problem *why);

/* A child of the item, the text in it, and an element in it, which no kept property has. */
MUST_CHECK bool wsman_row_add(struct wsman_row *row, const struct xml_element *child, struct problem *why);
void wsman_row_add_text(struct wsman_row *row, struct span text);
void wsman_row_add_element(struct wsman_row *row);

/* Its last tag: the facts go into the document. */
MUST_CHECK bool wsman_row_finish(struct wsman_row *row, struct problem *why);

#endif
