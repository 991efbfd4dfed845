/* SPDX-License-Identifier: MIT */
/* The questions that come before any judgement: could the machine be asked, does the document speak of the
 * machine that was meant, is it recent enough, and are the products there that the user named. */
#ifndef JUDGE_JUDGE_DOCUMENT_H
#define JUDGE_JUDGE_DOCUMENT_H

#include "base/problem.h"
#include "judge/judging.h"
#include "model/license.h"
#include "model/report.h"
#include "model/rule.h"

#include <stdbool.h>
#include <stdint.h>

/* The rules of this file stand first in the array of every judge of documents. */
enum document_rule { RULE_AGENT, RULE_LOGIN, RULE_MACHINE, RULE_AGE, RULE_PRODUCT, DOCUMENT_RULE_COUNT };

/* Initialisers for those first places. */
#define DOCUMENT_RULES                                                                                       \
    [RULE_AGENT] = {"agent", "the machine could not be asked, or what came is no document: UNKNOWN"},        \
    [RULE_LOGIN] = {"login", "the agent refused the login or the rights of its user: as rule agent, unless " \
                             "--rule=login gives it a state of its own"},                                    \
    [RULE_MACHINE] = {"machine", "the document names another machine than --hostname: UNKNOWN"},             \
    [RULE_AGE] = {"age", "the document is older than --max-age, or its age cannot be told: UNKNOWN"},        \
    [RULE_PRODUCT] = {"product", "a product of --product is not there, or nothing in the document can be "   \
                                 "judged: UNKNOWN"}

/* What the user asked for. */
struct document_wishes {
    const char *hostname; /* NULL = not given */
    int64_t max_age_ms;   /* 0 = any age */
    const char *const *products;
    size_t product_count;
};

/* The name for the first line: the host that was asked, else the machine of the document, else "". */
const char *document_subject(const struct license_document *document, const char *hostname);

/* Adds a finding for every question that is answered with no.  True when the document may be judged.
 * `written` is when its file was last changed, for documents that carry no time. */
bool judge_document(struct judging *judging, const struct license_document *document,
                    const struct document_wishes *wishes, struct known_time written, int64_t now);

/* The line below the findings: of which day an old document is when no --max-age was given, because a report
 * that nobody writes any more would look fine for ever; and what Windows says about its genuineness, because
 * that is easily taken for activation.  Comes after the judgement and only when there was one. */
void judge_document_remark(struct judging *judging, const struct license_document *document,
                           const struct document_wishes *wishes, struct known_time written, int64_t now);

/* True when the user's selection covers the row (no selection covers every row). */
bool document_selects(const struct document_wishes *wishes, const struct license *license);

/* Adds the finding for a machine that could not be asked.  `timeout_state` is the state when the deadline
 * ended the run.  A refused login is rule `login` when the user has a wish for that one, else rule `agent`: a
 * check that holds back others after a refusal must not hold them back when a machine is merely off. */
void judge_problem(struct judging *judging, const struct problem *problem, enum state timeout_state);

#endif
