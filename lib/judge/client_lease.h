/* SPDX-License-Identifier: MIT */
/* The part of the client's judge that is about time: what is left of a lease, of an evaluation, of the
 * binding of a virtual machine, and of a grace period. */
#ifndef JUDGE_CLIENT_LEASE_H
#define JUDGE_CLIENT_LEASE_H

#include "judge/judge_client.h"

/* What the metrics of a client need to remember about its time-limited products. */
struct lease_record {
    bool is_known;
    uint32_t minutes;               /* what is left */
    struct range warning, critical; /* in days */
    bool has_cap;                   /* by KMS or AD: 180 days at most */
    bool has_age;                   /* likewise, and it is running: 180 days minus what is left */
};

/* Each adds the finding for one licensed product (`license->grace_minutes` is known, unless it says
 * otherwise) and describes its lease in *ret_lease where it has one.  The finding, or NULL when the rule is
 * off. */
struct finding *judge_lease(struct judging *judging, const struct license *license,
                            const struct client_limits *limits, struct lease_record *ret_lease);
struct finding *judge_evaluation(struct judging *judging, const struct license *license,
                                 struct lease_record *ret_lease);
struct finding *judge_time_limit(struct judging *judging, const struct license *license,
                                 struct lease_record *ret_lease);
struct finding *judge_avma(struct judging *judging, const struct license *license,
                           struct lease_record *ret_lease);

/* The record of a KMS or AD client that has no lease now: 0 days of 180. */
struct lease_record client_no_lease(const struct license *license, const struct client_limits *limits);

/* A product in grace: status 2, 3 or 6.  The minutes may be unknown. */
struct finding *judge_grace(struct judging *judging, const struct license *license);

/* ", fixed KMS host kms01:1688" for a KMS client that names the host it calls; else "". */
const char *client_host_words(struct judging *judging, const struct license *license);

/* "not in this data" and where it is: the code that made the activation fail, when the reason in the document
 * only says that it failed.  NULL when the reason says it itself. */
const char *client_missing_code(const struct license *license);

/* What to do when the activation of this product does not come, by the way in which it is activated. */
const struct advice *client_advice(const struct license *license);

/* By the last success; false when the machine does not say. */
bool client_is_activated_by(const struct license *license, enum volume_activation way);

#endif
