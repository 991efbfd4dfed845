/* SPDX-License-Identifier: MIT */
/* Ask, check the answer, judge. */
#include "frame/document_check.h"

#include "frame/ask.h"
#include "frame/last_words.h"

#include <time.h>

static const char *stage_of(const struct agent_config *agent)
{
    if (agent_twin(agent) != NULL)
        return "asking the agent";
    return agent->kind == AGENT_EXEC ? "running the program" : "reading the document";
}

void document_check_run(const struct document_check *check, const struct run_means *means,
                        struct report *report)
{
    const struct agent_config *agent = check->agent;
    struct document_wishes wishes = {.hostname = agent->hostname,
                                     .max_age_ms = agent->max_age.is_known ? agent->max_age.ms : 0,
                                     .products = agent->products.items,
                                     .product_count = agent->products.count};
    int64_t now = time(NULL);
    struct judging judging = {
        .rules = check->rules, .wishes = &check->output->wishes, .moment = now, .now = now, .report = report};
    struct answer answer;
    struct problem why;
    last_words_stage(stage_of(agent));
    if (!ask(agent, means->rest, &means->agents, means->deadline, check->output->verbosity, report, &answer,
             &why)) {
        report->subject = document_subject(NULL, agent->hostname);
        judge_problem(&judging, &why, output_timeout_state(check->output));
    } else {
        last_words_stage("judging");
        const struct license_document *document = &answer.document;
        arena_adopt(&report->arena, &answer.document.arena); /* findings point into the document */
        report->subject = document_subject(document, agent->hostname);
        if (document->time.is_known)
            judging.moment = document->time.seconds;
        else if (answer.written.is_known)
            judging.moment = answer.written.seconds;
        if (judge_document(&judging, document, &wishes, answer.written, now)) {
            check->judge(&judging, document, &wishes, check->limits);
            judge_document_remark(&judging, document, &wishes, answer.written, now);
        }
    }
    judging_finish(report);
}
