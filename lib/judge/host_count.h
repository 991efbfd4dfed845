/* SPDX-License-Identifier: MIT */
/* The count of a KMS host against what its clients need. */
#ifndef JUDGE_HOST_COUNT_H
#define JUDGE_HOST_COUNT_H

#include "judge/judge_host.h"

/* One host key: the row that stands for its application, and its count. */
struct kms_host {
    enum application application;
    const struct license *license; /* the licensed row of the application, else its first */
    struct known_number count;
    bool is_count_none; /* no client has ever called */
    const struct kms_requests *requests;
};

/* Adds the finding about the count and the metrics count and count_headroom (with _office). */
void judge_count(struct judging *judging, const struct kms_host *host, const struct count_limits *limits);

/* The most that the count of this application can be. */
unsigned count_cap(enum application application);

/* False when the range alerts at every count that this application can have. */
bool count_can_meet(const struct range *range, enum application application);

#endif
