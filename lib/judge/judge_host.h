/* SPDX-License-Identifier: MIT */
/* Is this KMS host able to activate clients: is it one, is its own license in order, does its count reach
 * what clients ask for, do requests come and succeed?  Pure: facts, limits and the time in, report out.
 *
 * The count: Microsoft, "Activate clients running Windows" and "Plan for KMS activation": clients of the last
 * 30 days, at most twice the largest requirement that was asked for; 5 are needed to activate a server or
 * Office, 25 for a desktop.  Windows and Office are counted apart. */
#ifndef JUDGE_JUDGE_HOST_H
#define JUDGE_JUDGE_HOST_H

#include "judge/judge_document.h"
#include "model/known.h"
#include "model/license.h"
#include "model/range.h"
#include "model/rule.h"

#include <stdint.h>

enum host_rule {
    HOST_ROLE = DOCUMENT_RULE_COUNT,
    HOST_LICENSE,
    HOST_COUNT,
    HOST_COUNT_NONE,
    HOST_PUBLISHING,
    HOST_PRIORITY,
    HOST_INTERVAL,
    HOST_PRESENCE,
    HOST_FAILED_SHARE,
    HOST_IDLE,
    HOST_RULE_COUNT
};

extern const struct rule host_rules[HOST_RULE_COUNT];

enum {
    COUNT_CAP_WINDOWS = 50, /* twice 25; 10 as long as only servers have called */
    COUNT_CAP_OFFICE = 10,
    COUNT_NEED_SERVERS = 5,
    COUNT_NEED_DESKTOPS = 25,
    COUNT_NEED_OFFICE = 5
};

/* The limits of one count. */
struct count_limits {
    struct range warning, critical; /* an empty text = by the floor */
    struct known_number floor;      /* 0 = a standby host, never alerts */
    struct known_number margin;     /* above the floor; unknown = 5 for a floor of 25, else 2 */
};

struct host_limits {
    struct count_limits by_application[2]; /* enum application */
    const char *previous;                  /* performance data of the previous run; NULL or "" = none */
    const char *previous_time;             /* seconds since 1970, as given; NULL or "" = none */
};

/* Adds findings and metrics.  `judging` carries host_rules. */
void judge_host(struct judging *judging, const struct license_document *document,
                const struct document_wishes *wishes, const struct host_limits *limits);

#endif
