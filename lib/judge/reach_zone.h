/* SPDX-License-Identifier: MIT */
/* A zone: whether enough of the targets that it names are usable, and whether its records go together. */
#ifndef JUDGE_REACH_ZONE_H
#define JUDGE_REACH_ZONE_H

#include "judge/reach_target.h"

#include <stdbool.h>
#include <stddef.h>

/* The targets of a zone, each counted once. */
struct zone_tally {
    size_t targets, usable, unusable, untested; /* untested: from here, or not in time */
    size_t late;                                /* of the untested: not in time */
    bool is_short;                              /* fewer usable ones than wanted, whatever the untested are */
};

/* Everything that is known when the zones are judged. */
struct reach_judging {
    struct judging *judging;
    const struct reach *reach;
    const struct reach_limits *limits;
    struct target_verdict *verdicts;    /* one for each target */
    struct zone_tally *tallies;         /* one for each zone */
    const struct reach_zone **deciding; /* for each target the zone that decides how bad its death is */
};

bool zone_holds(const struct reach_zone *zone, size_t target);

/* True when an SRV record of any zone names the target. */
bool reach_is_published(const struct reach *reach, size_t target);

/* The zone that decides how bad a dead target is: one that has too few left, else the first that names it.
 * NULL when none does. */
const struct reach_zone *zone_decide(const struct reach_judging *all, size_t target);

/* The rule that a dead target breaks: REACH_SRV_STALE or REACH_TARGET. */
enum reach_rule reach_rule_of_dead(const struct reach_judging *all, size_t target);

struct zone_tally zone_count(const struct reach_judging *all, const struct reach_zone *zone);

/* The domain of that zone, for short names; NULL when there is none. */
const char *reach_domain_of(const struct reach_judging *all, size_t target);

/* "corp.example.com: " in front of a headline where there are several zones, else "". */
const char *zone_prefix(const struct reach_judging *all, const struct reach_zone *zone);

/* The subject of a finding about a zone; NULL where there is only one. */
const char *zone_subject(const struct reach_judging *all, const struct reach_zone *zone);

/* "10 0 1689 kms02.corp.example.com": a record as zone files have it. */
const char *record_words(const struct reach_judging *all, const struct reach_record *record);

/* Enough usable targets?  A zone with one target leaves it to the finding about the target, where that speaks
 * for this zone. */
void judge_zone_count(struct reach_judging *all, const struct reach_zone *zone);

/* One target in two records, and best targets that are all dead. */
void judge_zone_records(struct reach_judging *all, const struct reach_zone *zone);

#endif
