/* SPDX-License-Identifier: MIT */
/* The options about asking a machine. */
#include "frame/agent_options.h"

#include "base/arena.h"
#include "model/endpoint.h"

enum { SHORT_TIMEOUT_MS = 10000, LONG_TIMEOUT_MS = 30000 };

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* What is known of each agent before it is asked. */
static const struct agent_habits {
    uint16_t port, plain_port;
    int64_t timeout_ms;
    int64_t max_age_ms; /* 0 = any age */
    const char *word;   /* of --agent */
    const char *part;   /* that asks it, "http"; NULL = no network */
    bool takes_extend;  /* over SNMP: --extend, else --service-name */
    struct http_habits http;
} habits[AGENT_KIND_COUNT] = {
    [AGENT_NONE] = {.timeout_ms = SHORT_TIMEOUT_MS, .word = ""},
    [AGENT_FILE] = {.timeout_ms = SHORT_TIMEOUT_MS, .word = "file"},
    [AGENT_EXEC] = {.timeout_ms = LONG_TIMEOUT_MS, .word = "exec"},
    [AGENT_NSCLIENT] =
        {.port = 8443,
         .plain_port = 8080,
         .timeout_ms = LONG_TIMEOUT_MS,
         .word = "nscp",
         .part = "http",
         .http = {.agent = "nscp", .user = "admin", .takes_command = true, .takes_legacy = true}},
    [AGENT_WINRM] = {.port = 5986,
                     .plain_port = 5985,
                     .timeout_ms = LONG_TIMEOUT_MS,
                     .word = "winrm",
                     .part = "http",
                     .http = {.agent = "winrm", .login = HTTP_LOGIN_NEGOTIATE}},
    [AGENT_ICINGA_WINDOWS] = {.port = 5668,
                              .plain_port = 5668,
                              .timeout_ms = LONG_TIMEOUT_MS,
                              .word = "ifw",
                              .part = "http",
                              .http = {.agent = "ifw", .takes_command = true, .takes_cmdlet = true}},
    [AGENT_EXPORTER] = {.port = 9182,
                        .plain_port = 9182,
                        .timeout_ms = SHORT_TIMEOUT_MS,
                        .max_age_ms = DAY_MS,
                        .word = "exporter",
                        .part = "http",
                        .http = {.agent = "exporter", .is_plain = true}},
    [AGENT_SNMP] =
        {.port = 161, .timeout_ms = SHORT_TIMEOUT_MS, .word = "snmp", .part = "snmp", .takes_extend = true},
    [AGENT_SNMP_WINDOWS] = {.port = 161,
                            .timeout_ms = SHORT_TIMEOUT_MS,
                            .word = "snmp-windows",
                            .part = "snmp"},
};

static const struct option_choice kinds[] = {
    {"file", AGENT_FILE, "a document that --input names, no network"},
    {"exec", AGENT_EXEC, "a document that the program after -- prints: check_nrpe, ssh, a wrapper"},
    {"nscp", AGENT_NSCLIENT, "NSClient++ over its web server, port 8443"},
    {"winrm", AGENT_WINRM, "WinRM over HTTPS, nothing to install on the machine, port 5986"},
    {"ifw", AGENT_ICINGA_WINDOWS, "Icinga for Windows over its REST API, port 5668"},
    {"exporter", AGENT_EXPORTER, "windows_exporter with the metrics of kms-textfile.ps1, port 9182"},
    {"snmp", AGENT_SNMP, "NET-SNMP that runs a script under the name of --extend, port 161"},
    {"snmp-windows", AGENT_SNMP_WINDOWS,
     "the SNMP service of Windows: whether a KMS host is there, no license of any machine"},
    {NULL, 0, NULL}};

const struct option agent_options[AGENT_OPTION_COUNT] = {
    {OPTION_INTO_CHOICE(struct agent_config, kind), .name = "agent", .placeholder = "KIND",
     .summary = "how the machine is asked (--input implies file)",
     .detail =
         "A document is what slmgr.vbs /dlv or /dli prints (English), what ospp.vbs /dstatus prints, or JSON "
         "of the CIM classes SoftwareLicensingService and SoftwareLicensingProduct. It is recognised by its "
         "content. UTF-8 and UTF-16 with little-endian byte order are read, at most 8 MiB. With exec, nscp, "
         "winrm and ifw the time limit is 30s unless --timeout says otherwise.",
     .choices = kinds},
    {OPTION_INTO_TEXT(struct agent_config, hostname), .letter = 'H', .name = "hostname",
     .placeholder = "HOST", .summary = "name or address of the machine, the subject of the alert",
     .detail =
         "A document that names another machine is UNKNOWN (rule machine). Only the first label is compared, "
         "without regard to case, and nothing when HOST is an IP address."},
    {OPTION_INTO_NUMBER(struct agent_config, port), .letter = 'p', .name = "port", .placeholder = "PORT",
     .summary = "port of the agent (default: the usual one of its kind)",
     .detail = "With --plain-http the usual one of winrm is 5985, that of nscp 8080.", .minimum = 1,
     .maximum = UINT16_MAX},
    {OPTION_INTO_TEXT(struct agent_config, input), .name = "input", .placeholder = "FILE",
     .summary = "the document, - for standard input"},
    {OPTION_INTO_DURATION(struct agent_config, max_age), .name = "max-age", .placeholder = "DURATION",
     .summary = "UNKNOWN when the document is older: 26h, 90m, 7d (default: any age, exporter 24h)",
     .detail =
         "By TimeUtc in the document, else by the time of the file. Standard input has neither unless the "
         "document carries TimeUtc."},
    {OPTION_INTO_TEXTS(struct agent_config, products), .name = "product", .placeholder = "NAME",
     .summary = "judge only windows, office, or products with this in name or description",
     .detail = "Each one must be there with a key, else the result is "
               "UNKNOWN."},
};

static const struct agent_habits *habits_of(const struct agent_config *config)
{
    return &habits[config->kind];
}

static bool is_over_http(const struct agent_habits *own)
{
    return own->part != NULL && own->http.agent != NULL;
}

static bool check_local(const struct agent_config *config, const struct options_rest *rest,
                        struct problem *why)
{
    const char *foreign = http_options_given(&config->http);
    if (foreign == NULL)
        foreign = snmp_options_given(&config->snmp);
    if (config->kind == AGENT_EXEC && config->input != NULL)
        return problem_set(why, PROBLEM_USAGE, "--input belongs to --agent=file, not to exec");
    if (config->kind == AGENT_EXEC && rest->count == 0)
        return problem_set(why, PROBLEM_USAGE,
                           "--agent=exec needs a program after --: -- check_nrpe -H HOST -c COMMAND");
    if (config->kind == AGENT_FILE && config->input == NULL)
        return problem_set(why, PROBLEM_USAGE, "--agent=file needs --input=FILE, - for standard input");
    if (config->kind == AGENT_FILE && rest->was_separated)
        return problem_set(why, PROBLEM_USAGE, "a program after -- belongs to --agent=exec");
    if (foreign == NULL && config->port.is_known)
        foreign = "--port";
    if (foreign != NULL)
        return problem_set(why, PROBLEM_USAGE, "%s belongs to the agents over the network, not to %s",
                           foreign, agent_word(config));
    return true;
}

static bool check_host(const struct agent_config *config, struct problem *why)
{
    struct arena arena = {0};
    struct endpoint endpoint;
    if (config->hostname == NULL)
        return problem_set(why, PROBLEM_USAGE, "--hostname is missing: --agent=%s asks over the network",
                           agent_word(config));
    bool is_host = endpoint_parse(span_of(config->hostname), &arena, &endpoint, why);
    bool has_port = is_host && endpoint.has_port;
    arena_done(&arena);
    if (!is_host)
        return problem_add_place(why, "--hostname");
    if (has_port)
        return problem_set(why, PROBLEM_USAGE, "--hostname=%.100s: the port of an agent is given with --port",
                           config->hostname);
    return true;
}

/* Who gives options of the other protocol is mistaken about the agent. */
static bool check_protocol(struct agent_config *config, struct problem *why)
{
    const struct agent_habits *own = habits_of(config);
    const char *foreign =
        is_over_http(own) ? snmp_options_given(&config->snmp) : http_options_given(&config->http);
    if (foreign != NULL)
        return problem_set(why, PROBLEM_USAGE, "%s belongs to the agents over %s, not to %s", foreign,
                           is_over_http(own) ? "SNMP" : "HTTP", own->word);
    return is_over_http(own) ? http_options_complete(&config->http, &own->http, why)
                             : snmp_options_complete(&config->snmp, own->word, own->takes_extend, why);
}

static bool check_network(struct agent_config *config, const struct options_rest *rest, struct problem *why)
{
    const struct agent_habits *own = habits_of(config);
    if (config->input != NULL)
        return problem_set(why, PROBLEM_USAGE, "--input belongs to --agent=file, not to %s",
                           agent_word(config));
    if (rest->was_separated)
        return problem_set(why, PROBLEM_USAGE, "a program after -- belongs to --agent=exec, not to %s",
                           agent_word(config));
    if (!check_host(config, why) || !check_protocol(config, why))
        return false;
    if (!config->port.is_known)
        config->port = (struct known_number) {.is_known = true,
                                              .value = config->http.is_plain ? own->plain_port : own->port};
    if (!config->max_age.is_known && own->max_age_ms > 0)
        config->max_age = (struct option_duration) {.is_known = true, .ms = own->max_age_ms};
    return true;
}

bool agent_options_check(struct agent_config *config, const struct options_rest *rest, struct problem *why)
{
    if (config->kind == AGENT_NONE && config->input != NULL)
        config->kind = AGENT_FILE;
    if (config->kind == AGENT_NONE)
        return problem_set(why, PROBLEM_USAGE,
                           "--agent is missing: --input=FILE reads a document, --agent=exec runs what "
                           "follows --, nscp, winrm, ifw, exporter, snmp ask over the network");
    return habits_of(config)->part != NULL ? check_network(config, rest, why)
                                           : check_local(config, rest, why);
}

int64_t agent_default_timeout_ms(const struct agent_config *config)
{
    return habits_of(config)->timeout_ms;
}

const char *agent_twin(const struct agent_config *config)
{
    return habits_of(config)->part;
}

const char *agent_word(const struct agent_config *config)
{
    return habits_of(config)->word;
}
