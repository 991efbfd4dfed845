/* SPDX-License-Identifier: MIT */
/* What the options ask for, read: names, addresses and ports instead of texts. */
#ifndef CHECK_KMS_REACH_WISHES_H
#define CHECK_KMS_REACH_WISHES_H

#include "base/arena.h"
#include "base/problem.h"
#include "check_kms_reach/config.h"
#include "model/endpoint.h"
#include "model/reach.h"

#include <stddef.h>
#include <stdint.h>

struct reach_wishes {
    const char **domains; /* without a final dot */
    size_t domain_count;
    struct endpoint *hosts; /* each with a port */
    size_t host_count;
    struct dns_server *servers; /* none = those of this machine */
    size_t server_count;
    struct endpoint *expected;
    size_t expected_count;
    bool wants_ipv4, wants_ipv6;
    enum probe_depth depth;
};

/* Everything lives in the arena.  False with a sentence that names the option and what is wrong with its
 * value. */
MUST_CHECK bool reach_wishes_read(const struct check_kms_reach_config *config, struct arena *arena,
                                  struct reach_wishes *ret, struct problem *why);

#endif
