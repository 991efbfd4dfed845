/* SPDX-License-Identifier: MIT */
/* What the DNS servers say about the SRV records of a zone. */
#ifndef JUDGE_REACH_ANSWERS_H
#define JUDGE_REACH_ANSWERS_H

#include "judge/reach_zone.h"

/* No records at all, or those that there are; then servers that say something else than the others. */
void judge_zone_answers(struct reach_judging *all, const struct reach_zone *zone);

#endif
