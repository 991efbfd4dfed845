/* SPDX-License-Identifier: MIT */
/* The part of the client's judge that asks where a license comes from: is it longer than any host grants,
 * which KMS host is in use, and is the way of activation the one that was planned. */
#ifndef JUDGE_CLIENT_SOURCE_H
#define JUDGE_CLIENT_SOURCE_H

#include "judge/judge_client.h"

/* For a KMS or AD lease that is longer than 180 days. */
void judge_tamper(struct judging *judging, const struct license *license);

/* Each adds a finding when the answer is not as the limits want it. */
void judge_source(struct judging *judging, const struct license *license, const struct client_limits *limits);
void judge_method(struct judging *judging, const struct license *license, const struct client_limits *limits);

#endif
