/* SPDX-License-Identifier: MIT */
/* What happened on a KMS host since the previous run, from the performance data that the monitoring system
 * kept. No state is kept by the plugin: the next run may come from another worker. */
#ifndef JUDGE_HOST_HISTORY_H
#define JUDGE_HOST_HISTORY_H

#include "judge/host_count.h"

/* Adds the metrics of the request counters, and with a previous run the rules failed-share and idle and the
 * metric idle. */
void judge_history(struct judging *judging, const struct kms_host *host, const struct host_limits *limits);

#endif
