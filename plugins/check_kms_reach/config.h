/* SPDX-License-Identifier: MIT */
/* The configuration of check_kms_reach. */
#ifndef CHECK_KMS_REACH_CONFIG_H
#define CHECK_KMS_REACH_CONFIG_H

#include "frame/output_options.h"
#include "options/option.h"

#include <stdbool.h>

struct check_kms_reach_config {
    struct output_config output; /* first, see frame/plugin.h */
    struct option_texts domains, hosts, dns_servers, expected;
    struct known_number port, minimum_usable;
    bool is_ipv4_only, is_ipv6_only;
    int depth; /* enum probe_depth */
    struct range warning, critical;
};

extern const struct program check_kms_reach_program;

#endif
