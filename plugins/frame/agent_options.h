/* SPDX-License-Identifier: MIT */
/* The options of plugins that ask a machine for its license data: whom, how, and which products. */
#ifndef FRAME_AGENT_OPTIONS_H
#define FRAME_AGENT_OPTIONS_H

#include "base/problem.h"
#include "frame/http_options.h"
#include "frame/snmp_options.h"
#include "options/option.h"
#include "options/read.h"

#include <stddef.h>
#include <stdint.h>

enum agent_kind {
    AGENT_NONE,
    AGENT_FILE,
    AGENT_EXEC,
    AGENT_NSCLIENT,
    AGENT_WINRM,
    AGENT_ICINGA_WINDOWS,
    AGENT_EXPORTER,
    AGENT_SNMP,
    AGENT_SNMP_WINDOWS,
    AGENT_KIND_COUNT
};

struct agent_config {
    int kind; /* enum agent_kind */
    const char *hostname;
    struct known_number port;
    const char *input;
    struct option_duration max_age;
    struct option_texts products;
    struct http_config http;
    struct snmp_config snmp;
};

enum { AGENT_OPTION_COUNT = 6 };
extern const struct option agent_options[AGENT_OPTION_COUNT];

/* The groups for a program's table; `config` is its configuration, `member` the agent_config in it. */
#define AGENT_GROUP(config, member)                                                                          \
    {                                                                                                        \
        "Asking the machine", agent_options, AGENT_OPTION_COUNT, offsetof(config, member)                    \
    }
#define AGENT_HTTP_GROUP(config, member) HTTP_GROUP(config, member.http)
#define AGENT_SNMP_GROUP(config, member) SNMP_GROUP(config, member.snmp)

/* Completes the configuration (--input implies the agent file, every agent has a port) and refuses what does
 * not fit together. */
MUST_CHECK bool agent_options_check(struct agent_config *config, const struct options_rest *rest,
                                    struct problem *why);

/* The time limit of a run when the user gives none. */
int64_t agent_default_timeout_ms(const struct agent_config *config);

/* The part of the software that asks this agent and is only loaded for it, "http" or "snmp"; NULL = none is
 * needed. */
const char *agent_twin(const struct agent_config *config);

/* The word of --agent. */
const char *agent_word(const struct agent_config *config);

#endif
