/* SPDX-License-Identifier: MIT */
/* Reads one reply of WS-Management (WinRM): a SOAP 1.2 envelope with an EnumerateResponse, a PullResponse or
 * a Fault in its body.
 *
 *   EnumerateResponse: an EnumerationContext, w:Items, perhaps w:EndOfSequence
 *   PullResponse:      the next EnumerationContext, n:Items, perhaps n:EndOfSequence
 *
 * An item is `p:CLASS` with children of its namespace for SELECT *, or `w:XmlFragment` with children of none
 * where the query names its columns; children are matched by local name.  xsi:nil and empty mean absent; an
 * element that is there twice is an array, which no property that is kept here is, and makes the property
 * unreadable.  Prefixes mean nothing, namespaces do.
 *
 * A reply that was cut, is not well-formed, or is anything else is refused whole.
 * Sources: DMTF DSP0226 (WS-Management), W3C WS-Enumeration and SOAP 1.2, Microsoft MS-WSMV. */
#ifndef PAYLOAD_WSMAN_XML_H
#define PAYLOAD_WSMAN_XML_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/known.h"
#include "model/license.h"

#include <stdbool.h>
#include <stddef.h>

/* What becomes of the rows. */
enum wsman_rows {
    WSMAN_PRODUCTS, /* licenses of the document */
    WSMAN_SERVICE,  /* the service of the document; a second row is refused */
    WSMAN_COUNTED   /* nothing: that there is one is the fact */
};

/* What was asked, and where the facts go. */
struct wsman_question {
    const char *class; /* an item of another class is refused */
    enum wsman_rows rows;
    struct license_document *document;
};

/* A fault: why the service did not answer.  Strings are NULL when not said. */
struct wsman_fault {
    struct known_number code;       /* of the outermost WSManFault */
    struct known_number inner_code; /* of the innermost one */
    struct known_number status;     /* of WMI: StatusCode of the ExtendedError, else 0x8004.... in a text */
    const char *subcode;            /* local name: "AccessDenied" */
    const char *text;               /* the innermost that is not empty; foreign, in the server's language */
};

enum wsman_kind { WSMAN_ENUMERATED, WSMAN_PULLED, WSMAN_FAULT };

enum { WSMAN_CONTEXT_MAXIMUM = 4096 }; /* bytes; Windows' is a uuid */

struct wsman_reply {
    enum wsman_kind kind;
    const char *relates_to; /* the id of the message that is answered; NULL when not said */
    const char *context;    /* to go on with; "" when it is there and empty, NULL when it is not there */
    bool is_end;            /* EndOfSequence: nothing follows */
    size_t row_count;       /* of this reply */
    struct wsman_fault fault;
};

/* Strings of *ret live in `arena`, facts in question->document.  On failure *ret is untouched, the document
 * has the licenses and the service that it had, and *why is a sentence about "the reply" or "the XML". */
MUST_CHECK bool wsman_xml_read(struct span bytes, const struct wsman_question *question, struct arena *arena,
                               struct wsman_reply *ret, struct problem *why);

#endif
