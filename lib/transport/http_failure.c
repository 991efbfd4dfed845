/* SPDX-License-Identifier: MIT */
/* Sentences about HTTP and TLS. */
#include "transport/http_failure.h"

#include "base/number.h"
#include "base/span.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

enum { PLACE_SIZE = ADDRESS_TEXT_SIZE + 8 };

/* The address that was tried last, where the name is not the address itself. */
static const char *place_of(const struct http_failure *failure, char ret[PLACE_SIZE])
{
    char address[ADDRESS_TEXT_SIZE];
    ret[0] = '\0';
    if (!failure->sockets->has_address)
        return ret;
    address_print(&failure->sockets->address, address);
    if (strcmp(address, failure->target->name) != 0)
        snprintf(ret, PLACE_SIZE, " on %s", address);
    return ret;
}

/* A connection that is used again has no times of its own. */
static bool is_reused(const struct http_failure *failure)
{
    long connects = 1;
    curl_easy_getinfo(failure->handle, CURLINFO_NUM_CONNECTS, &connects);
    return connects == 0 && http_sockets_are_connected(failure->sockets);
}

static bool has_passed(const struct http_failure *failure, CURLINFO stage)
{
    curl_off_t microseconds = 0;
    return is_reused(failure) ||
           (curl_easy_getinfo(failure->handle, stage, &microseconds) == CURLE_OK && microseconds > 0);
}

static bool is_connected(const struct http_failure *failure)
{
    return has_passed(failure, CURLINFO_CONNECT_TIME_T) || http_sockets_are_connected(failure->sockets);
}

bool http_failure_was_sent(const struct http_failure *failure)
{
    return has_passed(failure, CURLINFO_PRETRANSFER_TIME_T) || failure->head_length > 0;
}

static int error_of(const struct http_failure *failure)
{
    long error = 0;
    curl_easy_getinfo(failure->handle, CURLINFO_OS_ERRNO, &error);
    return (int)error;
}

/* ---- the end of a connection ---- */

/* The reason code in libcurl's words about OpenSSL, "error:0A00010B:...": 0 when there is none.  Its spelling
 * there is by the library; what it is called is not asked. */
static int reason_of(const char *words)
{
    const char *at = words == NULL ? NULL : strstr(words, "error:");
    struct span digits = span_of(at == NULL ? "" : at + strlen("error:"));
    uint32_t code;
    if (!number_parse_hex(span_first(digits, span_find(digits, ':')), &code))
        return 0;
    return ERR_GET_REASON((unsigned long)code);
}

/* OpenSSL calls the end of a connection a system call that failed, or an unexpected end. */
static bool has_ended(const struct http_failure *failure)
{
    int error = error_of(failure), reason = reason_of(failure->words);
    if (failure->code == CURLE_GOT_NOTHING || error == ECONNRESET || error == EPIPE)
        return true;
    return reason == SSL_R_UNEXPECTED_EOF_WHILE_READING ||
           (reason == 0 && (strstr(failure->words, "SSL_ERROR_SYSCALL") != NULL ||
                            strstr(failure->words, "reset by peer") != NULL ||
                            strstr(failure->words, "Broken pipe") != NULL));
}

bool http_failure_was_shut(const struct http_failure *failure)
{
    return has_ended(failure) && !http_failure_was_sent(failure);
}

static bool explain_end(const struct http_failure *failure, struct problem *why)
{
    const char *when = !http_failure_was_sent(failure) ? "before it was asked"
                       : failure->head_length > 0      ? "in the middle of its answer"
                                                       : "without an answer";
    problem_set(why, PROBLEM_CONNECT, "closed the connection %s", when);
    if (failure->target->is_plain && failure->head_length == 0)
        return problem_advise(why,
                              "it was asked without TLS: does it speak TLS on this port? Then give --ca-cert "
                              "or --pin and leave out --plain-http. Else look at the log of the agent");
    return problem_advise(why, "look at the log of the agent, it may allow only certain addresses");
}

/* What libcurl calls an error of receiving is mostly the end of the connection. */
static bool explain_broken(const struct http_failure *failure, struct problem *why)
{
    if (has_ended(failure))
        return explain_end(failure, why);
    problem_set(why, PROBLEM_PROTOCOL, "sent something that is no answer: %.200s", failure->words);
    return problem_advise(why, "is this the port of the agent? Else look at the log of the agent");
}

/* ---- connecting ---- */

static bool explain_connecting(const struct http_failure *failure, struct problem *why)
{
    char place[PLACE_SIZE];
    const char *where = place_of(failure, place);
    int error = failure->sockets->error != 0 ? failure->sockets->error : error_of(failure);
    switch (error) {
    case ECONNRESET:
    case EPIPE:
        return explain_end(failure, why);
    case ECONNREFUSED:
        problem_set(why, PROBLEM_CONNECT, "refused the connection%s: nothing listens on this port", where);
        return problem_advise(why, "does the agent run, does it listen on this port and not only on its "
                                   "loopback address, does a firewall reject");
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EADDRNOTAVAIL:
        problem_set(why, PROBLEM_CONNECT, "cannot be reached%s: %s", where, strerror(error));
        return problem_advise(why, "look at routes and firewalls between this server and the machine");
    case ETIMEDOUT:
        problem_set(why, PROBLEM_CONNECT, "did not answer the connection%s", where);
        return problem_advise(why, "is the machine on, does a firewall drop the packets");
    case EMFILE:
    case ENFILE:
        problem_set(why, PROBLEM_CONNECT, "was not asked: this server has no descriptor left");
        return problem_advise(why, "raise the limit of open files of the monitoring system");
    default:
        problem_set(why, PROBLEM_CONNECT, "cannot be connected to%s%s%s", where, error != 0 ? ": " : "",
                    error != 0 ? strerror(error) : "");
        return problem_advise(why, "does the machine run, is a firewall on the way");
    }
}

/* ---- TLS ---- */

static bool explain_handshake(const struct http_failure *failure, struct problem *why)
{
    if (has_ended(failure))
        return explain_end(failure, why);
    switch (reason_of(failure->words)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_HTTP_REQUEST:
        problem_set(why, PROBLEM_TLS, "does not speak TLS on this port");
        return problem_advise(why, "is this the port of the agent, and is TLS enabled there: old versions "
                                   "fall back to plain HTTP. --plain-http speaks it, passwords then travel "
                                   "in the clear");
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
        problem_set(why, PROBLEM_TLS, "offers no TLS version that is safe, 1.2 is the least");
        return problem_advise(why, "enable TLS 1.2 on the agent, or update it");
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        problem_set(why, PROBLEM_TLS, "%s",
                    failure->target->certificate_file != NULL ? "refused our client certificate"
                                                              : "wants a client certificate");
        return problem_advise(why, "give one that the agent trusts: --client-cert and --private-key");
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE: /* what TLS 1.2 says without a client certificate, too */
        if (failure->target->certificate_file == NULL) {
            problem_set(why, PROBLEM_TLS, "ended the TLS handshake: it may want a client certificate");
            return problem_advise(why,
                                  "give one that the agent trusts: --client-cert and --private-key. Else "
                                  "the two sides have no safe cipher in common: update the agent");
        }
        problem_set(why, PROBLEM_TLS, "ended the TLS handshake: client certificate or ciphers did not suit");
        return problem_advise(why,
                              "does the agent trust the authority of --client-cert? Else update the agent");
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_DH_KEY_TOO_SMALL:
        problem_set(why, PROBLEM_TLS, "and this server have no safe TLS cipher in common");
        return problem_advise(why, "update the agent or the certificate of the agent: its keys or ciphers "
                                   "are too weak");
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
        problem_set(why, PROBLEM_TLS, "does not know the name %.100s", failure->target->name);
        return problem_advise(why, "give the name in its certificate with --tls-name");
    default:
        problem_set(why, PROBLEM_TLS, "ended the TLS handshake: %.160s",
                    failure->words[0] != '\0' ? failure->words : "it hung up");
        return problem_advise(why, "is this the port of the agent, does it have a certificate for this "
                                   "listener");
    }
}

/* The pin of an untrusted certificate is shown so that it can be compared and used. */
static bool advise_trust(const struct http_failure *failure, struct problem *why)
{
    const char *pin = failure->peer->pin;
    if (failure->target->ca_file != NULL)
        return problem_advise(
            why,
            "the authority in --ca-cert is not the one that signed it: give the right one. Or "
            "compare its key with that of the agent and trust it without --ca-cert: --pin=%s",
            pin);
    return problem_advise(why,
                          "compare its key with that of the agent, then trust it: --pin=%s, or give the "
                          "authority that signed it with --ca-cert",
                          pin);
}

/* Foreign words, or a word of ours where there are none. */
static const char *or_nobody(const char *name)
{
    return name[0] != '\0' ? name : "no name";
}

/* The certificate with the fault: that of the other side, or one of an authority above it. */
static const char *whose(const struct tls_peer *peer)
{
    return peer->is_in_chain ? "a certificate whose authority" : "a certificate that";
}

static bool explain_name(const struct http_failure *failure, struct problem *why)
{
    const struct tls_peer *peer = failure->peer;
    problem_set(why, PROBLEM_TLS, "has a certificate for %.100s, not for %.80s", or_nobody(peer->names),
                failure->target->name);
    if (failure->target->ca_file != NULL)
        return problem_advise(why, "is this the right machine? Then ask it by a name of its certificate: "
                                   "--tls-name");
    return problem_advise(
        why,
        "is this the right machine? Then ask it by a name of its certificate, --tls-name, or "
        "trust its key: --pin=%s",
        peer->pin);
}

static bool explain_certificate(const struct http_failure *failure, struct problem *why)
{
    const struct tls_peer *peer = failure->peer;
    if (!peer->has_certificate) {
        problem_set(why, PROBLEM_TLS, "could not prove who it is: %.160s", failure->words);
        return problem_advise(why, "give the authority that signed its certificate with --ca-cert");
    }
    switch (peer->verify_error) {
    case X509_V_OK: /* the chain is fine, so it is the name */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return explain_name(failure, why);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        problem_set(why, PROBLEM_TLS, "has %s expired on %s, of %.60s", whose(peer),
                    peer->ends[0] != '\0' ? peer->ends : "an unknown day", or_nobody(peer->subject));
        return problem_advise(why, "renew this certificate, and look at the clock of this server");
    case X509_V_ERR_CERT_NOT_YET_VALID:
        problem_set(why, PROBLEM_TLS, "has %s is valid from %s on only, of %.60s", whose(peer),
                    peer->begins[0] != '\0' ? peer->begins : "a later day", or_nobody(peer->subject));
        return problem_advise(why, "look at the clocks of both sides");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        problem_set(why, PROBLEM_TLS,
                    "has a self-signed certificate, of %.60s, which is not trusted here, key %s",
                    or_nobody(peer->subject), peer->pin);
        return advise_trust(failure, why);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        problem_set(why, PROBLEM_TLS,
                    "has a certificate of %.50s, signed by %.50s, who is not trusted here, key %s",
                    or_nobody(peer->names), or_nobody(peer->issuer), peer->pin);
        return advise_trust(failure, why);
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        problem_set(why, PROBLEM_TLS, "has a certificate whose key or signature is too weak");
        return problem_advise(why, "make a new certificate on the agent");
    default:
        problem_set(why, PROBLEM_TLS, "has a certificate of %.50s that is refused: %.80s",
                    or_nobody(peer->subject), X509_verify_cert_error_string(peer->verify_error));
        return advise_trust(failure, why);
    }
}

static bool explain_pin(const struct http_failure *failure, struct problem *why)
{
    problem_set(why, PROBLEM_TLS, "has another key than the pinned one, in a certificate of %.60s",
                or_nobody(failure->peer->names));
    return problem_advise(why,
                          "was the agent installed anew, or does another machine answer? When the new key is "
                          "the right one: --pin=%s",
                          failure->peer->pin);
}

static bool explain_file(const struct http_failure *failure, struct problem *why)
{
    const struct http_target *target = failure->target;
    if (failure->code == CURLE_SSL_CERTPROBLEM) {
        const char *key = target->key_file != NULL ? target->key_file : "in the same file";
        problem_set(why, PROBLEM_MISSING, "was not asked: client certificate %.120s, key %.120s: unusable",
                    target->certificate_file != NULL ? target->certificate_file : "(none)", key);
        return problem_advise(why, "both are PEM, the key without a pass phrase and readable for the user of "
                                   "the monitoring system, and they belong together");
    }
    problem_set(why, PROBLEM_MISSING, "was not asked: the CA file %.160s is unusable",
                target->ca_file != NULL ? target->ca_file : "of this server");
    return problem_advise(why, "it is a PEM file with certificates, readable for the user of the monitoring "
                               "system");
}

/* ---- conversation ---- */

static bool explain_long_head(struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "sent more than %d KiB of headers", HTTP_HEAD_MAXIMUM / 1024);
    return problem_advise(why, "no agent does that: something else listens there");
}

static bool explain_bound(const struct http_failure *failure, struct problem *why)
{
    if (failure->has_no_memory)
        return problem_set_memory(why);
    if (failure->is_head_too_long)
        return explain_long_head(why);
    problem_set(why, PROBLEM_PROTOCOL, "sent more than %d MiB", HTTP_BODY_MAXIMUM / (1024 * 1024));
    return problem_advise(why, "no license document is that long: something else listens there, or --path "
                               "and --command ask for something else");
}

bool http_failure_explain(const struct http_failure *failure, struct problem *why)
{
    if (failure->is_head_too_long || failure->is_body_too_long || failure->has_no_memory)
        return explain_bound(failure, why);
    switch (failure->code) {
    case CURLE_COULDNT_CONNECT:
        return explain_connecting(failure, why);
    case CURLE_OPERATION_TIMEDOUT:
        return http_failure_explain_silence(failure, why);
    case CURLE_SSL_CONNECT_ERROR:
        return explain_handshake(failure, why);
    case CURLE_PEER_FAILED_VERIFICATION:
        return explain_certificate(failure, why);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return explain_pin(failure, why);
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
        return explain_file(failure, why);
    case CURLE_GOT_NOTHING:
        return explain_end(failure, why);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return reason_of(failure->words) != 0 && failure->head_length == 0 ? explain_handshake(failure, why)
                                                                           : explain_broken(failure, why);
    case CURLE_PARTIAL_FILE:
        problem_set(why, PROBLEM_PROTOCOL,
                    "closed the connection in the middle of its answer, after %zu bytes",
                    failure->body_length);
        return problem_advise(why, "look at the log of the agent, it may have ended");
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9, which is anything at all */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
        problem_set(why, PROBLEM_PROTOCOL, "does not answer in HTTP");
        return problem_advise(why,
                              failure->target->is_plain
                                  ? "is this the port of the agent, and does it speak TLS there: then give "
                                    "--ca-cert or --pin and leave out --plain-http"
                                  : "is this the port of the agent");
    case CURLE_OUT_OF_MEMORY: /* also what libcurl says of a header line that is too long for it */
        return failure->head_length > 0 ? explain_long_head(why) : problem_set_memory(why);
    default:
        return problem_set(why, PROBLEM_PROTOCOL, "could not be asked: %.200s",
                           failure->words[0] != '\0' ? failure->words : curl_easy_strerror(failure->code));
    }
}

bool http_failure_explain_silence(const struct http_failure *failure, struct problem *why)
{
    char place[PLACE_SIZE];
    if (!is_connected(failure)) {
        problem_set(why, PROBLEM_TIMEOUT, "did not answer the connection%s", place_of(failure, place));
        return problem_advise(why, "is the machine on, does a firewall drop the packets");
    }
    if (!failure->target->is_plain && !has_passed(failure, CURLINFO_APPCONNECT_TIME_T)) {
        problem_set(why, PROBLEM_TIMEOUT, "accepted the connection and was silent in the TLS handshake");
        return problem_advise(why, "is this the port of the agent, and does it speak TLS there; an agent "
                                   "that hangs is restarted");
    }
    if (failure->head_length > 0)
        problem_set(why, PROBLEM_TIMEOUT, "was still answering when time ran out, after %zu bytes",
                    failure->head_length + failure->body_length);
    else
        problem_set(why, PROBLEM_TIMEOUT, "took the request and did not answer in time");
    return problem_advise(why, "a license query can take many seconds on a small machine: give it more with "
                               "--timeout; else look at the log of the agent");
}
