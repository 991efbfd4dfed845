/* SPDX-License-Identifier: MIT */
/* A check of one machine by its document: ask, look whether the answer is the one that was wanted, judge. The
 * common course of check_kms_host and check_kms_client. */
#ifndef FRAME_DOCUMENT_CHECK_H
#define FRAME_DOCUMENT_CHECK_H

#include "frame/agent_options.h"
#include "frame/output_options.h"
#include "frame/plugin.h"
#include "judge/judge_document.h"

struct document_check {
    const struct output_config *output;
    const struct agent_config *agent;
    const struct rule *rules;
    const void *limits; /* handed to the judge */
    void (*judge)(struct judging *judging, const struct license_document *document,
                  const struct document_wishes *wishes, const void *limits);
};

void document_check_run(const struct document_check *check, const struct run_means *means,
                        struct report *report);

#endif
