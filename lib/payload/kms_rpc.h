/* SPDX-License-Identifier: MIT */
/* The bind of the KMS interface over DCE/RPC: the bytes to send, and what the answer means.  A bind asks "do
 * you speak this interface?" and calls nothing: no client is registered, no count changes.  This module makes
 * binds and nothing else; there is no code in it that could make a request.
 *
 * The conversation: after the TCP connection one bind PDU goes out.  It offers the KMS interface with the
 * NDR32 transfer syntax and, as a decoy, an invented interface that no genuine server knows.  One bind_ack
 * comes back with a result for each, in order: a server that knows KMS accepts the first (0) and refuses the
 * second (2/1). A bind_ack alone is no acceptance: a server that never heard of KMS sends one, too, with a
 * refusal in it.
 *
 * Sources: The Open Group, DCE 1.1: Remote Procedure Call (C706), chapter 12, connection-oriented PDUs;
 * [MS-RPCE] 2.2.2; interface 51c82175-844e-4750-b0d8-ec255555bc06 version 1.0. */
#ifndef PAYLOAD_KMS_RPC_H
#define PAYLOAD_KMS_RPC_H

#include "base/span.h"
#include "model/bind_answer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KMS_RPC_BIND_SIZE = 72,       /* with one interface */
    KMS_RPC_BIND_MAXIMUM = 116,   /* with the decoy */
    KMS_RPC_ANSWER_MAXIMUM = 5840 /* the fragment size that we offer; a longer answer breaks the protocol */
};

/* Writes the bind, with or without the decoy, and returns its length. */
size_t kms_rpc_bind(bool with_decoy, uint8_t ret_bytes[KMS_RPC_BIND_MAXIMUM]);

/* Reads what has come so far in answer to kms_rpc_bind(with_decoy).  `is_ended` says that no more will come:
 * then a verdict is always reached.  False = it may be the begin of an answer, call again with more bytes
 * (*ret is untouched). */
bool kms_rpc_read(struct span received, bool with_decoy, bool is_ended, struct bind_answer *ret);

#endif
