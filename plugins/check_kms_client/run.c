/* SPDX-License-Identifier: MIT */
/* Ask one machine, judge it as a client. */
#include "check_kms_client/run.h"

#include "check_kms_client/config.h"
#include "frame/document_check.h"
#include "judge/judge_client.h"

static bool check_options(void *config, const struct options_rest *rest, struct problem *why)
{
    struct check_kms_client_config *client = config;
    return agent_options_check(&client->agent, rest, why);
}

static int64_t default_timeout_ms(const void *config)
{
    const struct check_kms_client_config *client = config;
    return agent_default_timeout_ms(&client->agent);
}

static const char *part(const void *config)
{
    const struct check_kms_client_config *client = config;
    return agent_twin(&client->agent);
}

static void judge(struct judging *judging, const struct license_document *document,
                  const struct document_wishes *wishes, const void *limits)
{
    judge_client(judging, document, wishes, limits);
}

static void run(const void *config, const struct run_means *means, struct report *report)
{
    const struct check_kms_client_config *client = config;
    struct client_limits limits = {.warning = client->warning,
                                   .critical = client->critical,
                                   .expected_hosts = client->expected_hosts.items,
                                   .expected_host_count = client->expected_hosts.count,
                                   .required_method = (enum required_method)client->required_method};
    struct document_check check = {.output = &client->output,
                                   .agent = &client->agent,
                                   .rules = client_rules,
                                   .limits = &limits,
                                   .judge = judge};
    document_check_run(&check, means, report);
}

const struct plugin check_kms_client = {.program = &check_kms_client_program,
                                        .check_options = check_options,
                                        .default_timeout_ms = default_timeout_ms,
                                        .part = part,
                                        .run = run};
