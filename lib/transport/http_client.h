/* SPDX-License-Identifier: MIT */
/* HTTP to one agent through libcurl, in the loop, without blocking: one request after the other over a
 * connection that is kept.
 *
 * TLS 1.2 or later, verified unless the target says otherwise.  HTTP/1.1 only, no redirection is followed, no
 * proxy of the environment is used, no name is looked up, no Expect is sent, headers and body have a maximum.
 * The login is proven in the way that the target names and in no other one; a refusal is a reply like any
 * other. */
#ifndef TRANSPORT_HTTP_CLIENT_H
#define TRANSPORT_HTTP_CLIENT_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "model/address.h"
#include "model/http.h"
#include "transport/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_HEAD_MAXIMUM = 64 * 1024, /* bytes of all headers of a reply; http.sys takes 16 KiB by default */
    HTTP_BODY_MAXIMUM = 8 * 1024 * 1024, /* like DOCUMENT_MAXIMUM */
    HTTP_ADDRESSES_MAXIMUM = 16
};

/* Whom to ask and how both sides prove who they are.  Strings outlive the client. */
struct http_target {
    const char *name; /* a host name or the text of an address: in the URL, for SNI and for the certificate */
    uint16_t port;
    bool is_plain; /* http, not https */
    const struct address *addresses;
    size_t address_count; /* tried in this order; the first HTTP_ADDRESSES_MAXIMUM of them */

    enum http_login login;
    const char *user, *password; /* NULL where the login has none */
    const char *keytab_file;     /* for HTTP_LOGIN_NEGOTIATE; NULL = the ticket cache of the user */

    const char *ca_file;          /* PEM; NULL = those that this machine trusts */
    const char *pins;             /* "sha256//BASE64;sha256//BASE64"; NULL = none */
    bool is_unverified;           /* whoever answers is taken for the agent (a pin still counts) */
    const char *certificate_file; /* PEM, of the client; NULL = none */
    const char *key_file;         /* PEM; NULL = it stands in certificate_file */
};

struct http_client;

/* What became of a request: a reply, or NULL and why there is none.  Both are gone when it returns.  It may
 * ask again, but not close the client. */
typedef void http_answered(void *context, const struct http_reply *reply, const struct problem *why);

/* The loop and the target must live longer.  False with a sentence when this libcurl lacks what the target
 * needs, or a file of it cannot be read. */
MUST_CHECK bool http_client_open(struct loop *loop, const struct http_target *target,
                                 struct deadline deadline, struct http_client **ret, struct problem *why);

/* Accepts NULL.  A request without a reply is forgotten. */
void http_client_close(struct http_client *client);

/* Sends a request, one at a time; its strings must stay until `answered` was called.  `answered` is called
 * once, from the loop or before this returns, unless the deadline comes first. */
void http_client_ask(struct http_client *client, const struct http_request *request, http_answered *answered,
                     void *context);

/* The head of the last reply as it came: status line and headers with their line ends. */
struct span http_client_head(const struct http_client *client);

/* True when the latest request, or its begin, has left: only then can a password have been seen. */
bool http_client_was_sent(const struct http_client *client);

/* True when the other side ended the connection before the latest request could be sent: agents that keep
 * certain addresses out do that. */
bool http_client_was_shut(const struct http_client *client);

/* The address that was tried last; false when it came to none. */
bool http_client_address(const struct http_client *client, struct address *ret);

/* How far a request had come when the deadline ended the run. */
void http_client_explain_silence(const struct http_client *client, struct problem *why);

#endif
