/* SPDX-License-Identifier: MIT */
/* Can clients find and talk to KMS?  Each target is judged on its own, then the zones that send clients to
 * it, then all zones together.  Pure: facts, limits and the time in, report out.
 *
 * How a client chooses decides what is bad: it takes the SRV records of its zone, tries one of the best
 * priority and goes on to the next when nobody answers (Microsoft, "Understanding KMS", client discovery; RFC
 * 2782).  One dead target of three costs time, all dead costs the activation.  What a client sees in each
 * case: Microsoft, "Resolve Windows activation error codes", and the Win32 names of DNS and RPC errors in
 * winerror.h. */
#ifndef JUDGE_JUDGE_REACH_H
#define JUDGE_JUDGE_REACH_H

#include "judge/judging.h"
#include "model/endpoint.h"
#include "model/range.h"
#include "model/reach.h"

#include <stddef.h>
#include <stdint.h>

enum reach_rule {
    REACH_SRV_MISSING,
    REACH_SRV_STALE,
    REACH_SRV_ROGUE,
    REACH_SRV_EXPECTED,
    REACH_SRV_DUPLICATE,
    REACH_SRV_PORT,
    REACH_TARGET,
    REACH_ADDRESS,
    REACH_FAMILY,
    REACH_DECOY,
    REACH_STANDBY,
    REACH_TIME,
    REACH_RULE_COUNT
};

extern const struct rule reach_rules[REACH_RULE_COUNT];

struct reach_limits {
    struct range warning, critical;  /* of the slowest probe, in seconds; an empty text = no limit */
    const struct endpoint *expected; /* the targets that SRV records may name; none = any */
    size_t expected_count;
    struct known_number expected_port; /* of every SRV record */
    unsigned minimum_usable;           /* targets for each zone */
    enum state timeout_state;          /* of what the end of the run left without a verdict */
};

/* The line of every report: what a bind cannot see. */
extern const char reach_remark[];

/* Adds findings and metrics.  `judging` carries reach_rules. */
void judge_reach(struct judging *judging, const struct reach *reach, const struct reach_limits *limits);

#endif
