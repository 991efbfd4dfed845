/* SPDX-License-Identifier: MIT */
/* A request to an agent over HTTP and its reply, as values.  A conversation (agents/conversation.h) makes the
 * one and reads the other, a transport carries them; neither knows the other.  RFC 9110, RFC 9112. */
#ifndef MODEL_HTTP_H
#define MODEL_HTTP_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

/* How the login is proven: one method for each run, never another one after a refusal. */
enum http_login {
    HTTP_LOGIN_NONE,
    HTTP_LOGIN_BASIC,       /* user and password, sent without being asked */
    HTTP_LOGIN_NEGOTIATE,   /* a Kerberos ticket or keytab */
    HTTP_LOGIN_NTLM,        /* user and password, proven and not sent */
    HTTP_LOGIN_CERTIFICATE, /* the certificate of the client */
    HTTP_LOGIN_HEADER /* the password header of NSClient++ before 0.5.2, which the conversation writes */
};

/* "basic", "negotiate", "NTLM", ... as operators say it. */
const char *http_login_name(enum http_login login);

enum { HTTP_REQUEST_HEADERS_MAXIMUM = 4 };

struct http_header {
    const char *name, *value;
    bool is_secret; /* its value is shown nowhere */
};

/* Host, User-Agent, Authorization and Content-Length are added by the transport. */
struct http_request {
    const char *method; /* "GET" or "POST" */
    const char *path;   /* begins with '/'; percent-encoded, with its query */
    struct http_header headers[HTTP_REQUEST_HEADERS_MAXIMUM];
    size_t header_count;
    struct span body; /* of a POST */
};

enum { HTTP_CHALLENGES_MAXIMUM = 8 };

/* A reply that came whole: what was cut, or was longer than its bounds, never gets here.  Strings are NULL
 * when the header is not there; they and the body are foreign text. */
struct http_reply {
    int status; /* 100 to 599 */
    const char *content_type, *server, *location;
    const char *challenges[HTTP_CHALLENGES_MAXIMUM]; /* values of WWW-Authenticate, one each */
    size_t challenge_count;
    struct span body;
    bool has_proven_length; /* by Content-Length or chunks; else the end of the connection ended the body */
};

#endif
