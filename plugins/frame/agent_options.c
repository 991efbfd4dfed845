/* SPDX-License-Identifier: MIT */
/* The options about asking a machine. */
#include "frame/agent_options.h"

static const struct option_choice kinds[] = {
    {"file", AGENT_FILE, "a document that --input names, no network"},
    {"exec", AGENT_EXEC, "a document that the program after -- prints: check_nrpe, ssh, a wrapper"},
    {NULL, 0, NULL}};

const struct option agent_options[AGENT_OPTION_COUNT] = {
    {OPTION_INTO_CHOICE(struct agent_config, kind), .name = "agent", .placeholder = "KIND",
     .summary = "how the machine is asked (--input implies file)",
     .detail =
         "A document is what slmgr.vbs /dlv or /dli prints (English), what ospp.vbs /dstatus prints, or JSON "
         "of "
         "the CIM classes SoftwareLicensingService and SoftwareLicensingProduct. It is recognised by its "
         "content. UTF-8 and UTF-16 with little-endian byte order are read, at most 8 MiB. With exec the "
         "time limit is "
         "30s unless --timeout says otherwise.",
     .choices = kinds},
    {OPTION_INTO_TEXT(struct agent_config, hostname), .letter = 'H', .name = "hostname",
     .placeholder = "HOST", .summary = "name or address of the machine, the subject of the alert",
     .detail =
         "A document that names another machine is UNKNOWN (rule machine). Only the first label is compared, "
         "without regard to case, and nothing when HOST is an IP address."},
    {OPTION_INTO_TEXT(struct agent_config, input), .name = "input", .placeholder = "FILE",
     .summary = "the document, - for standard input"},
    {OPTION_INTO_DURATION(struct agent_config, max_age), .name = "max-age", .placeholder = "DURATION",
     .summary = "UNKNOWN when the document is older: 26h, 90m, 7d (default: any age)",
     .detail =
         "By TimeUtc in the document, else by the time of the file. Standard input has neither unless the "
         "document carries TimeUtc."},
    {OPTION_INTO_TEXTS(struct agent_config, products), .name = "product", .placeholder = "NAME",
     .summary = "judge only windows, office, or products with this in name or description",
     .detail = "Each one must be there with a key, else the result is "
               "UNKNOWN."},
};

bool agent_options_check(struct agent_config *config, const struct options_rest *rest, struct problem *why)
{
    if (config->kind == AGENT_NONE && config->input != NULL)
        config->kind = AGENT_FILE;
    if (config->kind == AGENT_NONE)
        return problem_set(
            why, PROBLEM_USAGE,
            "--agent is missing: --input=FILE reads a document, --agent=exec runs the program after --");
    if (config->kind == AGENT_EXEC && config->input != NULL)
        return problem_set(why, PROBLEM_USAGE, "--input belongs to --agent=file, not to exec");
    if (config->kind == AGENT_EXEC && rest->count == 0)
        return problem_set(why, PROBLEM_USAGE,
                           "--agent=exec needs a program after --: -- check_nrpe -H HOST -c COMMAND");
    if (config->kind == AGENT_FILE && config->input == NULL)
        return problem_set(why, PROBLEM_USAGE, "--agent=file needs --input=FILE, - for standard input");
    if (config->kind == AGENT_FILE && rest->was_separated)
        return problem_set(why, PROBLEM_USAGE, "a program after -- belongs to --agent=exec");
    return true;
}

int64_t agent_default_timeout_ms(const struct agent_config *config)
{
    return config->kind == AGENT_EXEC ? 30000 : 10000;
}
