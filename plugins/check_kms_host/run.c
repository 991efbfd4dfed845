/* SPDX-License-Identifier: MIT */
/* Ask one machine, judge it as a KMS host. */
#include "check_kms_host/run.h"

#include "check_kms_host/config.h"
#include "frame/document_check.h"
#include "judge/host_count.h"
#include "judge/judge_host.h"

/* A limit above the cap would alert for ever. */
static bool is_reachable(const struct range *range, const char *option, enum application application,
                         struct problem *why)
{
    if (range->text[0] == '\0' || count_can_meet(range, application))
        return true;
    return problem_set(why, PROBLEM_USAGE, "--%s=%s can never be met: the count is %u at most", option,
                       range->text, count_cap(application));
}

static bool check_options(void *config, const struct options_rest *rest, struct problem *why)
{
    struct check_kms_host_config *host = config;
    return is_reachable(&host->windows.warning, "warning", APPLICATION_WINDOWS, why) &&
           is_reachable(&host->windows.critical, "critical", APPLICATION_WINDOWS, why) &&
           is_reachable(&host->office.warning, "warning-office", APPLICATION_OFFICE, why) &&
           is_reachable(&host->office.critical, "critical-office", APPLICATION_OFFICE, why) &&
           agent_options_check(&host->agent, rest, why);
}

static int64_t default_timeout_ms(const void *config)
{
    const struct check_kms_host_config *host = config;
    return agent_default_timeout_ms(&host->agent);
}

static const char *part(const void *config)
{
    const struct check_kms_host_config *host = config;
    return agent_twin(&host->agent);
}

static void judge(struct judging *judging, const struct license_document *document,
                  const struct document_wishes *wishes, const void *limits)
{
    judge_host(judging, document, wishes, limits);
}

static struct count_limits limits_of(const struct count_config *config)
{
    return (struct count_limits) {.warning = config->warning,
                                  .critical = config->critical,
                                  .floor = config->floor,
                                  .margin = config->margin};
}

static void run(const void *config, const struct run_means *means, struct report *report)
{
    const struct check_kms_host_config *host = config;
    struct host_limits limits = {.by_application = {[APPLICATION_WINDOWS] = limits_of(&host->windows),
                                                    [APPLICATION_OFFICE] = limits_of(&host->office)},
                                 .previous = host->previous,
                                 .previous_time = host->previous_time};
    struct document_check check = {.output = &host->output,
                                   .agent = &host->agent,
                                   .rules = host_rules,
                                   .limits = &limits,
                                   .judge = judge};
    document_check_run(&check, means, report);
}

const struct plugin check_kms_host = {.program = &check_kms_host_program,
                                      .check_options = check_options,
                                      .default_timeout_ms = default_timeout_ms,
                                      .part = part,
                                      .run = run};
