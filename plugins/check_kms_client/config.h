/* SPDX-License-Identifier: MIT */
/* The configuration of check_kms_client. */
#ifndef CHECK_KMS_CLIENT_CONFIG_H
#define CHECK_KMS_CLIENT_CONFIG_H

#include "frame/agent_options.h"
#include "frame/output_options.h"
#include "options/option.h"

struct check_kms_client_config {
    struct output_config output; /* first, see frame/plugin.h */
    struct agent_config agent;
    struct range warning, critical;
    struct option_texts expected_hosts;
    int required_method; /* enum required_method */
};

extern const struct program check_kms_client_program;

#endif
