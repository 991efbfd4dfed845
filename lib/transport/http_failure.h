/* SPDX-License-Identifier: MIT */
/* The one place where a failure of libcurl or of TLS becomes a sentence for the operator: which stage, which
 * address and port, what came instead, what to try. */
#ifndef TRANSPORT_HTTP_FAILURE_H
#define TRANSPORT_HTTP_FAILURE_H

#include "base/problem.h"
#include "transport/http_client.h"
#include "transport/http_sockets.h"
#include "transport/tls_peer.h"

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

/* What is known of a transfer that failed. */
struct http_failure {
    const struct http_target *target;
    CURL *handle;
    CURLcode code;
    const char *words; /* libcurl's own */
    const struct tls_peer *peer;
    const struct http_sockets *sockets;
    bool is_head_too_long, is_body_too_long, has_no_memory; /* our own reasons to end it */
    size_t head_length, body_length;
};

/* True when the request, or its begin, has left: only then can a password have been seen. */
bool http_failure_was_sent(const struct http_failure *failure);

/* True when the other side ended the connection before it could be asked. */
bool http_failure_was_shut(const struct http_failure *failure);

/* Always returns false. */
bool http_failure_explain(const struct http_failure *failure, struct problem *why);

/* How far it had come when time ran out; always returns false. */
bool http_failure_explain_silence(const struct http_failure *failure, struct problem *why);

#endif
