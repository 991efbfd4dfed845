/* SPDX-License-Identifier: MIT */
/* How probes fail, as words, codes and advice. */
#ifndef JUDGE_REACH_FAILURE_H
#define JUDGE_REACH_FAILURE_H

#include "judge/reach_target.h"

/* Why a probe is not usable; the probe was tried and is not. */
struct target_failure probe_failure(struct judging *judging, const struct probe *probe);

/* Why a target without any address is not usable: a stale SRV record, or a name that somebody wrote. */
struct target_failure failure_without_address(bool is_published);

/* Why a target is not usable that has no address of the only family that is wanted. */
struct target_failure failure_without_family(bool is_ipv6);

/* Why a target with port 0 is not usable. */
struct target_failure failure_of_port_zero(void);

/* Why a target is not usable whose address nobody could tell. */
struct target_failure failure_of_look_up(void);

#endif
