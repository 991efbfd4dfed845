/* SPDX-License-Identifier: MIT */
/* What libcurl is told. */
#include "transport/http_setup.h"

#include "base/text.h"
#include "base/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAXIMUM = 64 * 1024, LATER_MS = 1000 };

/* ---- what this libcurl can do ------------------------------------------------------------------------ */

bool http_setup_check(const struct http_target *target, struct problem *why)
{
    const curl_version_info_data *library = curl_version_info(CURLVERSION_NOW);
    bool has_ntlm = (library->features & CURL_VERSION_NTLM) != 0;
    bool has_negotiate = (library->features & CURL_VERSION_SPNEGO) != 0;
    bool has_tls = (library->features & CURL_VERSION_SSL) != 0;
    if (target->login == HTTP_LOGIN_NTLM && !has_ntlm) {
        problem_set(why, PROBLEM_MISSING, "was not asked: libcurl %s of this server was built without NTLM",
                    library->version);
        return problem_advise(why, "NTLM is leaving libcurl: use --auth=negotiate with a ticket or a keytab, "
                                   "or --auth=basic over TLS with a local account");
    }
    if (target->login == HTTP_LOGIN_NEGOTIATE && !has_negotiate) {
        problem_set(why, PROBLEM_MISSING,
                    "was not asked: libcurl %s of this server was built without Kerberos", library->version);
        return problem_advise(why,
                              "install a libcurl with GSS-API, or use --auth=basic over TLS with a local "
                              "account");
    }
    if (!target->is_plain && !has_tls)
        return problem_set(why, PROBLEM_MISSING,
                           "was not asked: libcurl %s of this server was built without TLS",
                           library->version);
    return true;
}

/* ---- the target -------------------------------------------------------------------------------------- */

/* CURLOPT_RESOLVE: NAME:PORT:ADDRESS,ADDRESS.  Nothing is looked up by libcurl. */
static bool set_addresses(CURL *handle, const struct http_target *target, struct curl_slist **ret_resolved)
{
    struct text line;
    struct address literal;
    if (address_parse(span_of(target->name), &literal))
        return true;
    text_start(&line, TEXT_MAXIMUM);
    text_append_format(&line, "%s:%u:", target->name, target->port);
    for (size_t i = 0; i < target->address_count && i < HTTP_ADDRESSES_MAXIMUM; i++) {
        char address[ADDRESS_TEXT_SIZE];
        address_print(&target->addresses[i], address);
        text_append_format(&line, target->addresses[i].is_ipv6 ? "%s[%s]" : "%s%s", i == 0 ? "" : ",",
                           address);
    }
    *ret_resolved = text_ok(&line) ? curl_slist_append(NULL, text_string(&line)) : NULL;
    text_done(&line);
    return *ret_resolved != NULL && curl_easy_setopt(handle, CURLOPT_RESOLVE, *ret_resolved) == CURLE_OK;
}

static void set_protocol(CURL *handle)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "kms-monitoring/" KMS_VERSION);
}

/* A machine without any authorities trusts nobody; libcurl would not even connect, and nobody would learn the
 * pin of the other side. */
static bool has_own_authorities(void)
{
    const char *file = curl_version_info(CURLVERSION_NOW)->cainfo;
    return file == NULL || access(file, R_OK) == 0;
}

/* An empty pass phrase, because OpenSSL would ask for one at the terminal. */
static bool set_tls(CURL *handle, const struct http_target *target)
{
    bool is_verified = !target->is_unverified && target->pins == NULL;
    if (target->pins != NULL && target->ca_file != NULL)
        is_verified = true;
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, is_verified ? 1L : 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, is_verified ? 2L : 0L);
    /* Reading a bundle of a hundred authorities costs more than all the rest. */
    if (target->ca_file != NULL || !is_verified || !has_own_authorities()) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, target->ca_file);
        curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
    }
    bool is_set = true;
    if (target->pins != NULL)
        is_set = curl_easy_setopt(handle, CURLOPT_PINNEDPUBLICKEY, target->pins) == CURLE_OK;
    if (target->certificate_file != NULL)
        is_set = is_set && curl_easy_setopt(handle, CURLOPT_SSLCERT, target->certificate_file) == CURLE_OK &&
                 curl_easy_setopt(handle, CURLOPT_KEYPASSWD, "") == CURLE_OK;
    if (target->key_file != NULL)
        is_set = is_set && curl_easy_setopt(handle, CURLOPT_SSLKEY, target->key_file) == CURLE_OK;
    return is_set;
}

/* One method, never a mask of several: with several libcurl asks without a login first. */
static bool set_login(CURL *handle, const struct http_target *target)
{
    bool is_set = true;
    switch (target->login) {
    case HTTP_LOGIN_NONE:
    case HTTP_LOGIN_CERTIFICATE:
    case HTTP_LOGIN_HEADER:
        return true;
    case HTTP_LOGIN_BASIC:
        curl_easy_setopt(handle, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        break;
    case HTTP_LOGIN_NTLM:
        curl_easy_setopt(handle, CURLOPT_HTTPAUTH, CURLAUTH_NTLM);
        break;
    case HTTP_LOGIN_NEGOTIATE:
        curl_easy_setopt(handle, CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE);
        /* The keytab speaks for itself, and what it gets is not written anywhere. */
        if (target->keytab_file != NULL)
            is_set = setenv("KRB5_CLIENT_KTNAME", target->keytab_file, 1) == 0 &&
                     setenv("KRB5CCNAME", "MEMORY:", 1) == 0;
        return is_set && curl_easy_setopt(handle, CURLOPT_USERPWD, ":") == CURLE_OK;
    }
    return curl_easy_setopt(handle, CURLOPT_USERNAME, target->user) == CURLE_OK &&
           curl_easy_setopt(handle, CURLOPT_PASSWORD, target->password) == CURLE_OK;
}

/* libcurl does not say which file it could not read, nor why. */
static bool check_file(const char *file, const char *what, struct problem *why)
{
    int descriptor = file == NULL ? -1 : open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (descriptor >= 0)
        close(descriptor);
    if (file == NULL || descriptor >= 0)
        return true;
    problem_set(why, PROBLEM_MISSING, "was not asked: %s %.200s cannot be read: %s", what, file,
                strerror(errno));
    return problem_advise(why, "it must be there and readable for the user of the monitoring system");
}

bool http_setup_target(CURL *handle, const struct http_target *target, struct deadline deadline,
                       struct curl_slist **ret_resolved, struct problem *why)
{
    if (!check_file(target->ca_file, "the CA file", why) ||
        !check_file(target->certificate_file, "the client certificate", why) ||
        !check_file(target->key_file, "the private key", why) ||
        !check_file(target->keytab_file, "the keytab", why))
        return false;
    set_protocol(handle);
    /* Of several addresses libcurl gives each its part of this time.  It ends after the deadline, which is
     * ours to notice: while the socket is open, more can be said about it. */
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)deadline_remaining_ms(deadline) + LATER_MS);
    if (!set_addresses(handle, target, ret_resolved) || !set_login(handle, target))
        return problem_set_memory(why);
    if (!target->is_plain && !set_tls(handle, target))
        return problem_set(why, PROBLEM_MISSING,
                           "was not asked: libcurl %s of this server cannot use the options about TLS",
                           curl_version_info(CURLVERSION_NOW)->version);
    return true;
}

/* ---- a request --------------------------------------------------------------------------------------- */

static bool set_url(CURL *handle, const struct http_target *target, const char *path)
{
    struct text url;
    text_start(&url, TEXT_MAXIMUM);
    bool is_ipv6 = strchr(target->name, ':') != NULL;
    text_append_format(&url, is_ipv6 ? "%s://[%s]:%u" : "%s://%s:%u", target->is_plain ? "http" : "https",
                       target->name, target->port);
    text_append(&url, path);
    bool is_set = text_ok(&url) && curl_easy_setopt(handle, CURLOPT_URL, text_string(&url)) == CURLE_OK;
    text_done(&url);
    return is_set;
}

/* Built in one piece that can be wiped: a header may hold a password. */
static bool add_header(struct curl_slist **headers, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(": ") + strlen(value) + 1;
    char *line = malloc(size);
    if (line == NULL)
        return false;
    snprintf(line, size, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(*headers, line);
    wipe_bytes(line, size);
    free(line);
    if (longer != NULL)
        *headers = longer;
    return longer != NULL;
}

void http_setup_wipe_headers(struct curl_slist *headers)
{
    for (struct curl_slist *item = headers; item != NULL; item = item->next)
        wipe_string(item->data);
}

/* "Name:" leaves a header out that libcurl would add by itself. */
static bool set_headers(CURL *handle, const struct http_request *request, struct curl_slist **headers)
{
    bool is_set = true;
    http_setup_wipe_headers(*headers);
    curl_slist_free_all(*headers);
    *headers = curl_slist_append(NULL, "Expect:");
    if (*headers == NULL)
        return false;
    for (size_t i = 0; i < request->header_count; i++)
        is_set = is_set && add_header(headers, request->headers[i].name, request->headers[i].value);
    return is_set && curl_easy_setopt(handle, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

bool http_setup_request(CURL *handle, const struct http_target *target, const struct http_request *request,
                        struct curl_slist **headers)
{
    bool is_post = strcmp(request->method, "POST") == 0;
    if (is_post) {
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body.bytes);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
    } else {
        curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
    return set_url(handle, target, request->path) && set_headers(handle, request, headers);
}
