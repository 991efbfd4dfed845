/* SPDX-License-Identifier: MIT */
/* Survey the way to KMS, then judge it. */
#include "check_kms_reach/run.h"

#include "check_kms_reach/survey.h"
#include "frame/last_words.h"
#include "judge/judge_reach.h"

#include <time.h>

enum { DEFAULT_TIMEOUT_MS = 10000 };

static bool check_options(void *config, const struct options_rest *rest, struct problem *why)
{
    struct reach_wishes wishes;
    struct arena arena = {0};
    (void)rest;
    bool is_readable = reach_wishes_read(config, &arena, &wishes, why);
    arena_done(&arena);
    return is_readable;
}

static int64_t default_timeout_ms(const void *config)
{
    (void)config;
    return DEFAULT_TIMEOUT_MS;
}

/* What is asked about, short enough for the first line: findings name the rest. */
static const char *subject_of(const struct reach_wishes *wishes, const struct option_texts *named,
                              struct report *report)
{
    size_t domains = wishes->domain_count, hosts = wishes->host_count;
    size_t zones = domains + (hosts > 0 ? 1 : 0);
    if (zones > 1)
        return report_format(report, "%zu zones", zones);
    if (domains == 1)
        return wishes->domains[0];
    return hosts == 1 ? named->items[0] : report_format(report, "%zu hosts", hosts);
}

static void add_problem(struct judging *judging, const struct problem *why)
{
    struct finding *finding = report_add(judging->report, judging->rules[REACH_TARGET].id, STATE_UNKNOWN);
    finding->text = finding->headline =
        report_format(judging->report, "nothing was tried: %s", why->sentence);
    finding->impact = "says nothing about KMS, the check could not begin";
    finding->urgency = URGENCY_DAY;
    judging->report->remark = reach_remark;
}

static void run(const void *config, const struct run_means *means, struct report *report)
{
    const struct check_kms_reach_config *reach_config = config;
    struct reach_limits limits = {.warning = reach_config->warning,
                                  .critical = reach_config->critical,
                                  .expected_port = reach_config->port,
                                  .minimum_usable = reach_config->minimum_usable.value,
                                  .timeout_state = output_timeout_state(&reach_config->output)};
    int64_t now = time(NULL);
    struct judging judging = {.rules = reach_rules,
                              .wishes = &reach_config->output.wishes,
                              .moment = now,
                              .now = now,
                              .report = report};
    struct reach_wishes wishes;
    struct reach reach;
    struct problem why;
    bool is_readable = reach_wishes_read(reach_config, &report->arena, &wishes, &why);
    if (is_readable)
        report->subject = subject_of(&wishes, &reach_config->hosts, report);
    if (!is_readable ||
        !survey_run(&wishes, means->deadline, reach_config->output.verbosity, report, &reach, &why)) {
        add_problem(&judging, &why);
    } else {
        last_words_stage("judging");
        limits.expected = wishes.expected;
        limits.expected_count = wishes.expected_count;
        judge_reach(&judging, &reach, &limits);
    }
    judging_finish(report);
}

const struct plugin check_kms_reach = {.program = &check_kms_reach_program,
                                       .check_options = check_options,
                                       .default_timeout_ms = default_timeout_ms,
                                       .run = run};
