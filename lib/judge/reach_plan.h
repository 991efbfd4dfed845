/* SPDX-License-Identifier: MIT */
/* What was planned against what DNS publishes.  Users who install a KMS host key by mistake, emulators on
 * routers and anybody who may write into the zone can add a KMS host: the list of planned ones is the
 * simplest protection. */
#ifndef JUDGE_REACH_PLAN_H
#define JUDGE_REACH_PLAN_H

#include "judge/reach_zone.h"

/* Published and not planned: a host that --expect does not name, another port than the planned one. */
void judge_unplanned(struct reach_judging *all);

/* Planned and not published, where it is known what every zone publishes. */
void judge_unpublished(struct reach_judging *all);

#endif
