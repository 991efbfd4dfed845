/* SPDX-License-Identifier: MIT */
/* Is this machine activated, is its renewal on time, and if not, why?  Judges the products of one document:
 * Windows, Office and their add-ons, whatever way they are activated (KMS, Active Directory, MAK, AVMA, OEM,
 * retail, evaluation, subscription).  Pure: facts, limits and the time in, report out.
 *
 * What a KMS client goes through: Microsoft, "KMS activation timing and discovery for Volume Activation":
 * 180 days of validity, renewal every 7 days, 30 days of grace after it. */
#ifndef JUDGE_JUDGE_CLIENT_H
#define JUDGE_JUDGE_CLIENT_H

#include "judge/judge_document.h"
#include "model/license.h"
#include "model/range.h"
#include "model/report.h"
#include "model/rule.h"

#include <stddef.h>
#include <stdint.h>

enum client_rule {
    CLIENT_LEASE = DOCUMENT_RULE_COUNT,
    CLIENT_PERMANENT,
    CLIENT_GRACE,
    CLIENT_LICENSE,
    CLIENT_EVALUATION,
    CLIENT_AVMA,
    CLIENT_ADDON,
    CLIENT_TAMPER,
    CLIENT_SOURCE,
    CLIENT_METHOD,
    CLIENT_RULE_COUNT
};

extern const struct rule client_rules[CLIENT_RULE_COUNT];

/* How the operating system should be activated. */
enum required_method { METHOD_OPEN, METHOD_KMS, METHOD_AD, METHOD_MAK, METHOD_ANY_OF_THEM };

struct client_limits {
    struct range warning, critical; /* days left of a KMS or AD lease; an empty text = the rule's own limit */
    const char *const *expected_hosts; /* KMS hosts that may be used; none = any */
    size_t expected_host_count;
    enum required_method required_method;
};

/* Adds findings and metrics for every product that `wishes` selects.  `judging` carries client_rules. */
void judge_client(struct judging *judging, const struct license_document *document,
                  const struct document_wishes *wishes, const struct client_limits *limits);

#endif
