/* SPDX-License-Identifier: MIT */
/* The options about agents over SNMP, in the words of check_snmp.  They are those of every program that asks
 * a machine; none of them makes a program load an SNMP library. */
#ifndef FRAME_SNMP_OPTIONS_H
#define FRAME_SNMP_OPTIONS_H

#include "base/attributes.h"
#include "base/problem.h"
#include "options/option.h"

#include <stdbool.h>
#include <stddef.h>

/* --seclevel; 0 = not given. */
enum snmp_wanted_level { SNMP_WANTS_NONE = 1, SNMP_WANTS_AUTH, SNMP_WANTS_PRIVACY };

struct snmp_config {
    int version; /* --protocol: 1, 2 (2c), 3; 0 = not given */
    const char *community;
    struct option_secret community_secret; /* of --community-file, which --community outranks */
    int level;                             /* enum snmp_wanted_level */
    const char *user, *context;
    int authentication, privacy; /* protocols, see the names below; 0 = not given */
    struct option_secret authentication_passphrase, privacy_passphrase;
    struct known_number retries; /* not known before the configuration is complete = not given */
    const char *extend, *service_name;
};

enum { SNMP_OPTION_COUNT = 15 };
extern const struct option snmp_options[SNMP_OPTION_COUNT];

/* The group for a program's table; `config` is its configuration, `member` the snmp_config in it. */
#define SNMP_GROUP(config, member)                                                                           \
    {                                                                                                        \
        "Agents over SNMP", snmp_options, SNMP_OPTION_COUNT, offsetof(config, member)                        \
    }

/* Completes the configuration and refuses what does not fit together: no community, a user and a community, a
 * level without its pass phrases, pass phrases without a user or above the level.  A secret that only stands
 * in the environment is used where it fits and no error where it does not.  `agent` is the word of --agent,
 * for sentences. */
MUST_CHECK bool snmp_options_complete(struct snmp_config *config, const char *agent, bool takes_extend,
                                      struct problem *why);

/* The long name of an option that was given although this agent has no use for it; NULL when there is none.
 * Secrets from the environment do not count: it is that of all checks. */
const char *snmp_options_given(const struct snmp_config *config);

/* The protocols as net-snmp calls them: "SHA-256", "AES"; valid once the configuration is complete. */
const char *snmp_authentication_name(const struct snmp_config *config);
const char *snmp_privacy_name(const struct snmp_config *config);

#endif
