/* SPDX-License-Identifier: MIT */
/* Certificates by OpenSSL. */
#include "transport/tls_peer.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

enum { SHA256_SIZE = 32, SHA256_BASE64_SIZE = 45 };

static void take_name(const X509_NAME *name, char *ret, size_t size)
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0)
        at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
    unsigned char *utf8 = NULL;
    ret[0] = '\0';
    if (at < 0)
        return;
    int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (length > 0)
        snprintf(ret, size, "%.*s", length, (const char *)utf8);
    OPENSSL_free(utf8);
}

static void take_date(const ASN1_TIME *time, char ret[TLS_PEER_DATE_SIZE])
{
    struct tm date;
    ret[0] = '\0';
    if (ASN1_TIME_to_tm(time, &date) == 1)
        snprintf(ret, TLS_PEER_DATE_SIZE, "%04d-%02d-%02d", (date.tm_year + 1900) % 10000,
                 (date.tm_mon + 1) % 100, date.tm_mday % 100);
}

/* RFC 7469, 2.4: the hash of the SubjectPublicKeyInfo. */
static void take_pin(const X509 *certificate, char ret[TLS_PEER_PIN_SIZE])
{
    unsigned char *key = NULL, hash[SHA256_SIZE], text[SHA256_BASE64_SIZE];
    unsigned hash_length = 0;
    int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    ret[0] = '\0';
    if (length > 0 && EVP_Digest(key, (size_t)length, hash, &hash_length, EVP_sha256(), NULL) == 1 &&
        hash_length == sizeof hash && EVP_EncodeBlock(text, hash, sizeof hash) == SHA256_BASE64_SIZE - 1)
        snprintf(ret, TLS_PEER_PIN_SIZE, "sha256//%s", (const char *)text);
    OPENSSL_free(key);
}

/* The first names that the certificate is for, as many as fit; a subject says less, and clients do not look
 * at it. */
static void take_names(const X509 *certificate, char ret[TLS_PEER_NAMES_SIZE])
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t length = 0;
    ret[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        int kind;
        const ASN1_STRING *name = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &kind);
        size_t room = TLS_PEER_NAMES_SIZE - length;
        int added = kind != GEN_DNS
                        ? 0
                        : snprintf(ret + length, room, "%s%.*s", length > 0 ? ", " : "",
                                   ASN1_STRING_length(name), (const char *)ASN1_STRING_get0_data(name));
        if (added < 0 || (size_t)added >= room) {
            ret[length > 0 ? length : room - 1] = '\0'; /* one that does not fit is left out */
            break;
        }
        length += (size_t)added;
    }
    GENERAL_NAMES_free(names);
    if (ret[0] == '\0')
        take_name(X509_get_subject_name(certificate), ret, TLS_PEER_NAMES_SIZE);
}

static int verify(X509_STORE_CTX *store, void *context)
{
    struct tls_peer *peer = context;
    const X509 *certificate = X509_STORE_CTX_get0_cert(store);
    int verdict = X509_verify_cert(store);
    *peer = (struct tls_peer) {.verify_error = X509_STORE_CTX_get_error(store)};
    if (certificate == NULL)
        return verdict;
    const X509 *faulty = X509_STORE_CTX_get_current_cert(store);
    if (faulty == NULL)
        faulty = certificate;
    peer->has_certificate = true;
    peer->is_in_chain = X509_STORE_CTX_get_error_depth(store) > 0;
    take_names(certificate, peer->names);
    take_pin(certificate, peer->pin);
    take_name(X509_get_subject_name(faulty), peer->subject, TLS_PEER_NAME_SIZE);
    take_name(X509_get_issuer_name(faulty), peer->issuer, TLS_PEER_NAME_SIZE);
    take_date(X509_get0_notBefore(faulty), peer->begins);
    take_date(X509_get0_notAfter(faulty), peer->ends);
    return verdict;
}

bool tls_peer_is_possible(void)
{
    const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
    return library != NULL && strstr(library, "OpenSSL") != NULL;
}

CURLcode tls_peer_watch(CURL *handle, void *context, void *peer)
{
    (void)handle;
    SSL_CTX_set_cert_verify_callback(context, verify, peer);
    return CURLE_OK;
}
