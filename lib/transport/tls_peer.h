/* SPDX-License-Identifier: MIT */
/* What the other side of a TLS connection showed of itself, for the sentences about it: OpenSSL verifies, and
 * here is remembered whom and with which result.  libcurl alone would only say that it failed. */
#ifndef TRANSPORT_TLS_PEER_H
#define TRANSPORT_TLS_PEER_H

#include <stdbool.h>

#include <curl/curl.h>

enum { TLS_PEER_NAME_SIZE = 80, TLS_PEER_NAMES_SIZE = 120, TLS_PEER_DATE_SIZE = 16, TLS_PEER_PIN_SIZE = 64 };

/* All zero: no certificate was seen.  Names are foreign text and may be empty, dates are YYYY-MM-DD. */
struct tls_peer {
    bool has_certificate;
    char names[TLS_PEER_NAMES_SIZE]; /* whom the certificate is for: some of its names, else its subject */
    char pin[TLS_PEER_PIN_SIZE];     /* "sha256//..." of its public key, as --pin takes it */

    long verify_error; /* X509_V_ERR_..., X509_V_OK */
    bool is_in_chain;  /* the error is in a certificate above that of the other side */
    char subject[TLS_PEER_NAME_SIZE], issuer[TLS_PEER_NAME_SIZE]; /* of the certificate with the error */
    char begins[TLS_PEER_DATE_SIZE], ends[TLS_PEER_DATE_SIZE];    /* likewise */
};

/* True when this libcurl does TLS by OpenSSL: only then may tls_peer_watch be used. */
bool tls_peer_is_possible(void);

/* A CURLOPT_SSL_CTX_FUNCTION with a struct tls_peer as its data: from then on every verification fills it. */
CURLcode tls_peer_watch(CURL *handle, void *context, void *peer);

#endif
