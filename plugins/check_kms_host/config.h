/* SPDX-License-Identifier: MIT */
/* The configuration of check_kms_host. */
#ifndef CHECK_KMS_HOST_CONFIG_H
#define CHECK_KMS_HOST_CONFIG_H

#include "frame/agent_options.h"
#include "frame/output_options.h"
#include "options/option.h"

/* The limits of one count. */
struct count_config {
    struct range warning, critical;
    struct known_number floor, margin;
};

struct check_kms_host_config {
    struct output_config output; /* first, see frame/plugin.h */
    struct agent_config agent;
    struct count_config windows, office;
    const char *previous;
    const char *previous_time;
};

extern const struct program check_kms_host_program;

#endif
