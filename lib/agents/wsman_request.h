/* SPDX-License-Identifier: MIT */
/* Writes the two messages with which rows are asked of WS-Management: Enumerate begins a query, Pull goes on
 * with it.  Sources: DMTF DSP0226, W3C WS-Enumeration, Microsoft MS-WSMV. */
#ifndef AGENTS_WSMAN_REQUEST_H
#define AGENTS_WSMAN_REQUEST_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WSMAN_ID_RANDOM = 16, /* bytes */
    WSMAN_ID_SIZE = 42,   /* "uuid:" and 36 characters, with the NUL */

    /* Characters: what Windows Server 2008 R2 allows; a larger number is an error there. */
    WSMAN_ENVELOPE_MAXIMUM = 153600,
    /* Seconds: the service gives up before we do, so that its fault arrives and not our deadline. */
    WSMAN_OPERATION_SECONDS = 20,
    WSMAN_MESSAGE_MAXIMUM = 64 * 1024 /* bytes; holds a context of 4 KiB in which every byte is escaped */
};

/* What both messages begin with. */
struct wsman_message {
    bool is_plain;         /* http, not https */
    const char *authority; /* "kms01.corp.example.com:5986" */
    const char *path;      /* "/wsman" */
    const char *id;        /* of wsman_make_id, another one for each message */
};

/* Makes a random identifier (RFC 4122, version 4) of random bytes. */
void wsman_make_id(const uint8_t random[WSMAN_ID_RANDOM], char ret[WSMAN_ID_SIZE]);

/* `query` is WQL for root/cimv2. */
void wsman_append_enumerate(struct text *xml, const struct wsman_message *message, const char *query);

/* `context` is that of the latest reply. */
void wsman_append_pull(struct text *xml, const struct wsman_message *message, const char *context);

#endif
