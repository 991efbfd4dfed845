/* SPDX-License-Identifier: MIT */
/* What every judge uses: adding a finding under the user's wishes, and the words for time. */
#ifndef JUDGE_JUDGING_H
#define JUDGE_JUDGING_H

#include "catalog/activation_error.h"
#include "model/known.h"
#include "model/license.h"
#include "model/report.h"
#include "model/rule.h"

#include <stdint.h>

enum { MINUTES_A_DAY = 1440 };

/* Facts of KMS: Microsoft, "Volume Activation Technical Reference", KMS activation timing and discovery. */
enum {
    KMS_LEASE_MINUTES = 259200,  /* 180 days */
    KMS_RENEWAL_MINUTES = 10080, /* 7 days, where a machine does not say otherwise */
    LEASE_AFTER_A_WEEK_MINUTES =
        KMS_LEASE_MINUTES - KMS_RENEWAL_MINUTES, /* what a client that renewed this week has at least */
    KMS_ENTRY_LIFETIME_DAYS = 30                 /* a client leaves the count of its host after this */
};

/* One judgement under way. */
struct judging {
    const struct rule *rules; /* of the judge */
    const struct rule_wishes *wishes;
    int64_t moment; /* the time that the facts are of */
    int64_t now;    /* the time of this run */
    struct report *report;
};

/* A finding of rule number `rule`.  When the rule fires, the user's wish replaces its own state; NULL when
 * the user switched the rule off.  judging_state adds one that is not the rule firing: all is well, or a
 * required field is missing; wishes for a state leave it alone. */
struct finding *judging_fire(struct judging *judging, size_t rule, enum state own);
struct finding *judging_state(struct judging *judging, size_t rule, enum state state);

/* True when the field was there and made no sense. */
bool judging_is_unreadable(const struct license *license, const char *field);

/* An UNKNOWN finding for a required field of this product that is not there, or there and without a sense.
 * `what` stands for the product on the first line: "Windows", "add-on". */
struct finding *judging_missing(struct judging *judging, size_t rule, const struct license *license,
                                const char *what, const char *field);

/* An UNKNOWN finding for a LicenseStatus that nobody knows. */
struct finding *judging_undefined(struct judging *judging, size_t rule, const struct license *license,
                                  const char *what);

/* Gives every finding that is not OK what it lacks, an impact line and an urgency, and takes both from those
 * that are OK. */
void judging_finish(struct report *report);

/* Explains a code for the report; lives as long as the report. */
const struct explanation *judging_explain(struct judging *judging, uint32_t code, enum situation situation);

/* Explains why a product is not licensed; NULL when no reason is reported.  Where the advice of the code does
 * not fit the product `advice` stands in its place: a reason that says that there is nothing to do, one of
 * MAK and retail keys on a KMS client, or steps of slmgr.vbs for Office.  It also gives the steps for a code
 * that has none. */
const struct explanation *judging_explain_reason(struct judging *judging, const struct license *license,
                                                 const struct advice *advice);

/* ", 0xC004F038 KMS count too low" for the first line, where informational codes have no place: "". */
const char *judging_code_words(struct judging *judging, const struct explanation *explanation);

/* "179.7 days", rounded down; below one day "17.5 hours" or "12 minutes". */
const char *judging_duration(struct judging *judging, uint32_t minutes);

/* The date that many minutes after the moment. */
const char *judging_date(struct judging *judging, int64_t minutes);

/* "host:1688", "[2001:db8::11]:1688", or NULL when the name is unknown. */
const char *judging_endpoint(struct judging *judging, const char *name, struct known_number port);

/* A foreign name for the first line: at most 40 characters, with `..` where it was longer. */
const char *judging_short(struct judging *judging, const char *name);

/* Name, else description, else "product without a name". */
const char *judging_product(const struct license *license);

/* The situation that decides between the variants of an explanation. */
enum situation judging_situation(const struct license *license);

#endif
