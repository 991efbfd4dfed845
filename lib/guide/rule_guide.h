/* SPDX-License-Identifier: MIT */
/* What each rule means to the person who reads its alert: one table for all programs.  The states and limits
 * stand in the rule itself (model/rule.h) and in no text here. */
#ifndef GUIDE_RULE_GUIDE_H
#define GUIDE_RULE_GUIDE_H

#include <stddef.h>

struct rule_guide {
    const char *id;      /* of the rule */
    const char *meaning; /* what was found when it fires */
    const char *impact;  /* what breaks, for whom */
    const char *first;   /* what to do first */
};

/* NULL when nobody has written about this rule. */
const struct rule_guide *rule_guide_find(const char *id);

/* All of them, by number; NULL after the last one. */
const struct rule_guide *rule_guide_at(size_t index);

#endif
