/* SPDX-License-Identifier: MIT */
/* What came back for a DCE/RPC bind of the KMS interface. */
#ifndef MODEL_BIND_ANSWER_H
#define MODEL_BIND_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BIND_BANNER_SIZE = 49 };

enum bind_kind {
    BIND_NOTHING, /* not a byte */
    BIND_ACK,     /* says for each offered interface whether it is accepted */
    BIND_NAK,     /* the whole bind is turned down */
    BIND_FAULT,
    BIND_ECHO,    /* our own bytes came back */
    BIND_TLS,     /* a TLS record */
    BIND_HTTP,    /* HTTP/1.x */
    BIND_BANNER,  /* another protocol that greets with text: SSH, SMTP, FTP */
    BIND_FOREIGN, /* bytes of something else */
    BIND_BROKEN   /* DCE/RPC, but no proper answer to our bind, or only a part of one */
};

/* The outcome for one offered interface. */
enum bind_context { BIND_NOT_OFFERED, BIND_ACCEPTED, BIND_REFUSED };

struct bind_answer {
    enum bind_kind kind;
    enum bind_context kms, decoy;  /* BIND_ACK */
    uint16_t result, reason;       /* BIND_ACK: of the KMS interface, C706 p_result_t and
                                      p_provider_reason_t: 2/1 unknown interface, 2/2 transfer syntax */
    uint16_t reject_reason;        /* BIND_NAK: 1 congestion, 2 local limit, 4 version or malformed */
    uint32_t status;               /* BIND_FAULT */
    bool has_emulator_group;       /* BIND_ACK: the association group that a known emulator always sends */
    bool has_unasked_multiplexing; /* BIND_ACK: a flag that Windows only sends back when it was offered */
    char banner[BIND_BANNER_SIZE]; /* BIND_HTTP, BIND_BANNER, BIND_FOREIGN: the first printable bytes;
                                      foreign text */
    const char *fault;             /* BIND_BROKEN: what is wrong with it, a literal */
};

#endif
