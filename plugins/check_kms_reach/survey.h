/* SPDX-License-Identifier: MIT */
/* The survey of the way to KMS: asks DNS for the SRV records of every domain, then for the addresses of every
 * target, and tries every address, each as soon as it is known and all of them side by side.  It collects
 * facts and judges nothing.
 *
 * What goes over the wire to a target is one bind, which registers nothing (payload/kms_rpc.h). */
#ifndef CHECK_KMS_REACH_SURVEY_H
#define CHECK_KMS_REACH_SURVEY_H

#include "base/arena.h"
#include "base/deadline.h"
#include "base/problem.h"
#include "check_kms_reach/wishes.h"
#include "model/reach.h"
#include "model/report.h"

#include <stdbool.h>

/* The facts live in the arena of the report, which also gets the notes: who was asked and how long it took,
 * from `verbosity` 2 on the bytes.  Whatever the deadline cuts off is marked as not in time.  False when the
 * survey could not begin. */
MUST_CHECK bool survey_run(const struct reach_wishes *wishes, struct deadline deadline, unsigned verbosity,
                           struct report *report, struct reach *ret, struct problem *why);

#endif
