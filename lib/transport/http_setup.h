/* SPDX-License-Identifier: MIT */
/* A target and a request as options of libcurl. */
#ifndef TRANSPORT_HTTP_SETUP_H
#define TRANSPORT_HTTP_SETUP_H

#include "base/attributes.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "transport/http_client.h"

#include <stdbool.h>

#include <curl/curl.h>

/* False with a sentence when this libcurl cannot do what the target wants: login methods are left out of some
 * builds and versions. */
MUST_CHECK bool http_setup_check(const struct http_target *target, struct problem *why);

/* Everything that stays the same for all requests.  *ret_resolved is the caller's, for as long as the handle.
 */
MUST_CHECK bool http_setup_target(CURL *handle, const struct http_target *target, struct deadline deadline,
                                  struct curl_slist **ret_resolved, struct problem *why);

/* One request.  *headers are those of the request before and become those of this one.  False when there is
 * no memory. */
MUST_CHECK bool http_setup_request(CURL *handle, const struct http_target *target,
                                   const struct http_request *request, struct curl_slist **headers);

/* Overwrites the headers, some of which hold a password. */
void http_setup_wipe_headers(struct curl_slist *headers);

#endif
