/* SPDX-License-Identifier: MIT */
/* The options about agents over SNMP. */
#include "frame/snmp_options.h"

#include "base/span.h"

#include <string.h>

enum {
    RETRIES_MAXIMUM = 20,
    EXTEND_MAXIMUM = 64,    /* a sub-identifier for each byte, of 128 in all */
    USER_MAXIMUM = 32,      /* RFC 3414, usmUserSecurityName */
    CONTEXT_MAXIMUM = 255,  /* RFC 3411, SnmpAdminString */
    PASSPHRASE_MINIMUM = 8, /* RFC 3414, 11.2 */
    SERVICE_NAME_MAXIMUM = 64,
    RETRIES_DEFAULT = 1
};

enum authentication { AUTHENTICATION_DEFAULT = 2 };
enum privacy { PRIVACY_DEFAULT = 2 };

static const struct option_choice versions[] = {
    {"1", 1, "slow, and without 64-bit counters: for old agents only"},
    {"2c", 2, "a community, readable on the way"},
    {"3", 3, "a user, with --secname"},
    {NULL, 0, NULL}};

static const struct option_choice levels[] = {
    {"noAuthNoPriv", SNMP_WANTS_NONE, "no proof, no encryption"},
    {"authNoPriv", SNMP_WANTS_AUTH, "proof by a pass phrase, everything is readable on the way"},
    {"authPriv", SNMP_WANTS_PRIVACY, "proof and encryption"},
    {NULL, 0, NULL}};

/* Values are places in the lists, from 1: the words are the names that net-snmp has. */
static const struct option_choice authentications[] = {
    {"MD5", 1, NULL},     {"SHA", AUTHENTICATION_DEFAULT, NULL},
    {"SHA-224", 3, NULL}, {"SHA-256", 4, NULL},
    {"SHA-384", 5, NULL}, {"SHA-512", 6, NULL},
    {NULL, 0, NULL}};

static const struct option_choice privacies[] = {
    {"DES", 1, NULL},       {"AES", PRIVACY_DEFAULT, NULL}, {"AES-192", 3, NULL}, {"AES-256", 4, NULL},
    {"AES-192-C", 5, NULL}, {"AES-256-C", 6, NULL},         {NULL, 0, NULL}};

#define CONFIG struct snmp_config

const struct option snmp_options[SNMP_OPTION_COUNT] = {
    {OPTION_INTO_CHOICE(CONFIG, version), .letter = 'P', .name = "protocol", .placeholder = "VERSION",
     .summary = "version of SNMP (default 2c, with --secname 3)", .choices = versions},
    {OPTION_INTO_TEXT(CONFIG, community), .letter = 'C', .name = "community", .placeholder = "COMMUNITY",
     .summary = "community for versions 1 and 2c; everybody on this server can see it",
     .detail =
         "It stands in the process list for as long as the check runs. --community-file, KMS_COMMUNITY "
         "in the environment and community in the ini file of --extra-opts do not. There is no default."},
    {OPTION_INTO_SECRET(CONFIG, community_secret), .name = "community-file", .placeholder = "FILE",
     .summary = "file with the community, one line", .environment = "KMS_COMMUNITY", .ini_key = "community"},
    {OPTION_INTO_CHOICE(CONFIG, level), .letter = 'L', .name = "seclevel", .placeholder = "LEVEL",
     .summary = "level of version 3 (default: what the pass phrases that are given allow)",
     .choices = levels},
    {OPTION_INTO_TEXT(CONFIG, user), .letter = 'U', .name = "secname", .placeholder = "NAME",
     .summary = "user for version 3, which it implies"},
    {OPTION_INTO_CHOICE(CONFIG, authentication), .letter = 'a', .name = "authproto",
     .placeholder = "PROTOCOL", .summary = "proof of version 3 (default SHA)", .choices = authentications},
    {OPTION_INTO_SECRET(CONFIG, authentication_passphrase), .name = "authpasswd-file", .placeholder = "FILE",
     .summary = "file with its pass phrase, at least 8 characters", .environment = "KMS_AUTH_PASSPHRASE",
     .ini_key = "authpasswd"},
    {.kind = OPTION_REFUSED,
     .letter = 'A',
     .name = "authpasswd",
     .detail = "others could see it in the process list: use --authpasswd-file, KMS_AUTH_PASSPHRASE, or "
               "authpasswd in the ini file"},
    {OPTION_INTO_CHOICE(CONFIG, privacy), .letter = 'x', .name = "privproto", .placeholder = "PROTOCOL",
     .summary = "encryption of version 3 (default AES)",
     .detail =
         "AES-192 and AES-256 extend a short key as net-snmp does by default, the forms with -C as Cisco "
         "does. A protocol that the net-snmp of this server lacks is UNKNOWN with its name.",
     .choices = privacies},
    {OPTION_INTO_SECRET(CONFIG, privacy_passphrase), .name = "privpasswd-file", .placeholder = "FILE",
     .summary = "file with its pass phrase, at least 8 characters", .environment = "KMS_PRIV_PASSPHRASE",
     .ini_key = "privpasswd"},
    {.kind = OPTION_REFUSED,
     .letter = 'X',
     .name = "privpasswd",
     .detail = "others could see it in the process list: use --privpasswd-file, KMS_PRIV_PASSPHRASE, or "
               "privpasswd in the ini file"},
    {OPTION_INTO_TEXT(CONFIG, context), .letter = 'N', .name = "context", .placeholder = "NAME",
     .summary = "context of version 3 (default: the one without a name)"},
    {OPTION_INTO_NUMBER(CONFIG, retries), .letter = 'e', .name = "retries", .placeholder = "COUNT",
     .summary = "further sendings of a request that is not answered, within --timeout (default 1)",
     .detail =
         "They share the time that is left: with 10s and one retry the second packet goes out after 5s. "
         "A script on the agent must be done within one share, or the agent runs it again.",
     .minimum = 0, .maximum = RETRIES_MAXIMUM},
    {OPTION_INTO_TEXT(CONFIG, extend), .name = "extend", .placeholder = "NAME",
     .summary = "snmp: name of the extend in snmpd.conf whose output is the document (default kms)",
     .detail = "The output is the JSON report, or a text whose last line is KMSEND: an agent may cut an "
               "output without a word, and the end of JSON proves itself."},
    {OPTION_INTO_TEXT(CONFIG, service_name), .name = "service-name", .placeholder = "NAME",
     .summary = "snmp-windows: display name of the licensing service there (default Software Protection)",
     .detail = "Windows lists its services under their display names in its own language."},
};

/* The environment is that of all checks, and may hold secrets for others. */
static bool is_wanted(const struct option_secret *secret)
{
    return secret->value != NULL && !secret->is_from_environment;
}

const char *snmp_options_given(const struct snmp_config *config)
{
    const struct {
        bool is_given;
        const char *name;
    } options[] = {
        {config->version != 0, "--protocol"},
        {config->community != NULL, "--community"},
        {is_wanted(&config->community_secret), "--community-file"},
        {config->level != 0, "--seclevel"},
        {config->user != NULL, "--secname"},
        {config->authentication != 0, "--authproto"},
        {is_wanted(&config->authentication_passphrase), "--authpasswd-file"},
        {config->privacy != 0, "--privproto"},
        {is_wanted(&config->privacy_passphrase), "--privpasswd-file"},
        {config->context != NULL, "--context"},
        {config->retries.is_known, "--retries"},
        {config->extend != NULL, "--extend"},
        {config->service_name != NULL, "--service-name"},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (options[i].is_given)
            return options[i].name;
    }
    return NULL;
}

static const char *name_of(const struct option_choice *choices, int value)
{
    for (; choices->word != NULL; choices++) {
        if (choices->value == value)
            return choices->word;
    }
    return NULL;
}

const char *snmp_authentication_name(const struct snmp_config *config)
{
    return name_of(authentications, config->authentication);
}

const char *snmp_privacy_name(const struct snmp_config *config)
{
    return name_of(privacies, config->privacy);
}

/* ---- what fits together ------------------------------------------------------------------------------ */

static bool check_words(struct snmp_config *config, const char *agent, bool takes_extend, struct problem *why)
{
    if (takes_extend && config->service_name != NULL)
        return problem_set(why, PROBLEM_USAGE, "--service-name belongs to --agent=snmp-windows, not to %s",
                           agent);
    if (!takes_extend && config->extend != NULL)
        return problem_set(why, PROBLEM_USAGE, "--extend belongs to --agent=snmp, not to %s", agent);
    if (config->extend != NULL && strlen(config->extend) > EXTEND_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "--extend: the name has more than %d bytes", EXTEND_MAXIMUM);
    if (config->service_name != NULL && strlen(config->service_name) > SERVICE_NAME_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "--service-name: the name has more than %d bytes",
                           SERVICE_NAME_MAXIMUM);
    if (config->extend == NULL)
        config->extend = "kms";
    if (config->service_name == NULL)
        config->service_name = "Software Protection";
    return true;
}

static bool choose_version(struct snmp_config *config, struct problem *why)
{
    if (config->user != NULL && config->version != 0 && config->version != 3)
        return problem_set(why, PROBLEM_USAGE,
                           "--secname belongs to --protocol=3, version %s has a community",
                           name_of(versions, config->version));
    if (config->version == 0)
        config->version = config->user != NULL ? 3 : 2;
    return true;
}

/* -- versions 1 and 2c -- */

static bool check_community(struct snmp_config *config, struct problem *why)
{
    const struct {
        bool is_given;
        const char *name;
    } foreign[] = {{config->level != 0, "--seclevel"},
                   {config->authentication != 0, "--authproto"},
                   {is_wanted(&config->authentication_passphrase), "--authpasswd-file"},
                   {config->privacy != 0, "--privproto"},
                   {is_wanted(&config->privacy_passphrase), "--privpasswd-file"},
                   {config->context != NULL, "--context"}};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        if (foreign[i].is_given)
            return problem_set(why, PROBLEM_USAGE, "%s belongs to version 3: give --secname too",
                               foreign[i].name);
    }
    if (config->community == NULL)
        config->community = config->community_secret.value;
    if (config->community != NULL)
        return true;
    return problem_set(why, PROBLEM_USAGE,
                       "a community is missing: --community-file, KMS_COMMUNITY, community in the ini file, "
                       "or -C, which others can see; --secname for SNMPv3");
}

/* -- version 3 -- */

static bool check_passphrase(const struct option_secret *passphrase, const char *what, const char *sources,
                             struct problem *why)
{
    if (passphrase->value == NULL)
        return problem_set(why, PROBLEM_USAGE, "%s pass phrase is missing: %s", what, sources);
    if (strlen(passphrase->value) < PASSPHRASE_MINIMUM)
        return problem_set(why, PROBLEM_USAGE,
                           "%s pass phrase has fewer than %d characters, which SNMPv3 does "
                           "not take",
                           what, PASSPHRASE_MINIMUM);
    return true;
}

static bool check_authentication(const struct snmp_config *config, struct problem *why)
{
    return check_passphrase(&config->authentication_passphrase, "the authentication",
                            "--authpasswd-file, KMS_AUTH_PASSPHRASE, or authpasswd in the ini file", why);
}

static bool check_privacy(const struct snmp_config *config, struct problem *why)
{
    return check_passphrase(&config->privacy_passphrase, "the privacy",
                            "--privpasswd-file, KMS_PRIV_PASSPHRASE, or privpasswd in the ini file", why);
}

/* The highest level that something was given for: then what is missing for it is said. */
static int level_of(const struct snmp_config *config)
{
    if (config->level != 0)
        return config->level;
    if (config->privacy_passphrase.value != NULL || config->privacy != 0)
        return SNMP_WANTS_PRIVACY;
    if (config->authentication_passphrase.value != NULL || config->authentication != 0)
        return SNMP_WANTS_AUTH;
    return SNMP_WANTS_NONE;
}

static bool check_names(const struct snmp_config *config, struct problem *why)
{
    if (config->user == NULL)
        return problem_set(why, PROBLEM_USAGE, "--secname is missing: --protocol=3 asks as a user");
    if (strlen(config->user) > USER_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "--secname: the name has more than %d bytes", USER_MAXIMUM);
    if (config->context != NULL && strlen(config->context) > CONTEXT_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "--context: the name has more than %d bytes", CONTEXT_MAXIMUM);
    if (config->community != NULL || is_wanted(&config->community_secret))
        return problem_set(why, PROBLEM_USAGE,
                           "%s belongs to versions 1 and 2c, version 3 asks as a user: leave it out, or "
                           "--secname",
                           config->community != NULL ? "--community" : "--community-file");
    return true;
}

/* What was given for a higher level than the one that was chosen. */
static const char *useless_at_level(const struct snmp_config *config)
{
    if (config->level < SNMP_WANTS_AUTH && config->authentication != 0)
        return "--authproto";
    if (config->level < SNMP_WANTS_AUTH && is_wanted(&config->authentication_passphrase))
        return "--authpasswd-file";
    if (config->level < SNMP_WANTS_PRIVACY && config->privacy != 0)
        return "--privproto";
    if (config->level < SNMP_WANTS_PRIVACY && is_wanted(&config->privacy_passphrase))
        return "--privpasswd-file";
    return NULL;
}

static bool check_level(struct snmp_config *config, struct problem *why)
{
    config->level = level_of(config);
    const char *useless = useless_at_level(config);
    if (useless != NULL)
        return problem_set(why, PROBLEM_USAGE, "%s has no use at level %s", useless,
                           name_of(levels, config->level));
    if (config->level >= SNMP_WANTS_AUTH && !check_authentication(config, why))
        return false;
    if (config->level >= SNMP_WANTS_PRIVACY && !check_privacy(config, why))
        return false;
    if (config->authentication == 0)
        config->authentication = AUTHENTICATION_DEFAULT;
    if (config->privacy == 0)
        config->privacy = PRIVACY_DEFAULT;
    return true;
}

bool snmp_options_complete(struct snmp_config *config, const char *agent, bool takes_extend,
                           struct problem *why)
{
    if (!check_words(config, agent, takes_extend, why) || !choose_version(config, why))
        return false;
    if (!config->retries.is_known)
        config->retries = (struct known_number) {.is_known = true, .value = RETRIES_DEFAULT};
    if (config->version != 3)
        return check_community(config, why);
    return check_names(config, why) && check_level(config, why);
}
