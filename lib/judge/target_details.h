/* SPDX-License-Identifier: MIT */
/* What there is to say about a target besides whether it is usable: an address that is dead while another one
 * lives, one without a verdict, an alias or a literal in an SRV record, a family that cannot be tested from
 * here, a decoy that was accepted. */
#ifndef JUDGE_TARGET_DETAILS_H
#define JUDGE_TARGET_DETAILS_H

#include "judge/reach_zone.h"

/* A target that accepts what Windows refuses: said before anything else about targets. */
void judge_decoy(struct reach_judging *all, size_t number);

/* Adds the other findings. */
void judge_target_details(struct reach_judging *all, size_t number);

/* The first usable address whose answer is not that of Windows: it accepts the decoy, or looks like a known
 * emulator. NULL = there is none. */
const struct probe *target_odd_probe(const struct reach_target *target);

#endif
