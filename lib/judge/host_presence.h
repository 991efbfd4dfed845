/* SPDX-License-Identifier: MIT */
/* A KMS host seen from outside its licensing service: does somebody listen, does the service run?  There is
 * no count and no license to judge, so this is all that such an agent can say. */
#ifndef JUDGE_HOST_PRESENCE_H
#define JUDGE_HOST_PRESENCE_H

#include "judge/judge_host.h"
#include "judge/judging.h"
#include "model/presence.h"

/* Adds one finding of rule presence; and one of rule count when `limits` ask for a count, because a limit
 * that is not compared must not end in OK.  `judging` carries host_rules. */
void judge_host_presence(struct judging *judging, const struct presence *presence,
                         const struct host_limits *limits);

#endif
