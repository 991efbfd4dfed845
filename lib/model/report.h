/* SPDX-License-Identifier: MIT */
/* A report is what a check found out: findings, each with a state, and metrics.  Judges fill it, renderers
 * print it, nobody else changes it.  It owns every string handed to it through its functions; strings of the
 * catalogue and other literals may be put in as they are.
 *
 * A report without findings is UNKNOWN: OK is only ever the result of a comparison that happened.
 * Running out of memory while filling it is remembered and makes it UNKNOWN too. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "base/arena.h"
#include "base/attributes.h"
#include "model/metric.h"
#include "model/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADVICE_STEPS_MAXIMUM = 6 };

/* What to do.  All strings outlive the report or belong to it; NULL = nothing to say. */
struct advice {
    const char *cause;
    const char *steps[ADVICE_STEPS_MAXIMUM];
    size_t step_count;
    const char *side; /* who must act: client, kms-host, dns, network, microsoft, monitoring */
};

/* An activation code with its explanation. */
struct explanation {
    uint32_t code;
    const char *symbol;  /* NULL when it has none */
    const char *brief;   /* at most 40 characters */
    const char *meaning; /* at most 90 characters */
    struct advice advice;
    bool is_informational; /* never stands on the first line */
};

enum urgency { URGENCY_NONE, URGENCY_NOW, URGENCY_DAY, URGENCY_WEEK };

struct finding {
    const char *rule; /* a rule id */
    enum state state;
    const char *subject;  /* what it is about: a product, a target; NULL = the subject of the report */
    const char *text;     /* one sentence for the detail line */
    const char *headline; /* the same for the first line, shorter, without the subject of the report; NULL =
                             only a detail */
    const char *impact;   /* what breaks, for whom, from when; NULL when the state is OK */
    enum urgency urgency;
    const struct explanation *explanation; /* NULL when no code is involved */
    struct advice advice;                  /* what to do where there is no explanation */
    const char *missing_code; /* how to get the innermost code, when it is not in the data; else NULL */
    struct finding *first_part, *next; /* parts of this finding; the next one on its level */
};

struct report {
    struct arena arena;
    const char *service; /* KMS_HOST, KMS_CLIENT, ... */
    const char *plugin;  /* check_kms_host, ... */
    const char *subject; /* "" when nothing names the machine; may be foreign text */
    struct finding *first, **last_link;
    struct metric *metrics;
    size_t metric_count, metric_capacity;
    const char *remark; /* a line below the findings, whoever asks; NULL = none */
    const char **notes; /* what -v adds: who was asked, durations; whole lines */
    size_t note_count, note_capacity;
};

void report_start(struct report *report, const char *service, const char *plugin);
void report_done(struct report *report);

/* Adds an empty finding at the end of the report, or of the parts of `parent`.  Never NULL. */
struct finding *report_add(struct report *report, const char *rule, enum state state);
struct finding *report_add_part(struct report *report, struct finding *parent, const char *rule,
                                enum state state);

/* Adds a metric; the label must be new.  The struct is copied. */
void report_add_metric(struct report *report, const struct metric *metric);

/* Adds a line for -v. */
void report_add_note(struct report *report, const char *format, ...) LIKE_PRINTF(2, 3);

/* A string that lives as long as the report. */
const char *report_format(struct report *report, const char *format, ...) LIKE_PRINTF(2, 3);

/* An explanation that lives as long as the report. */
const struct explanation *report_keep_explanation(struct report *report,
                                                  const struct explanation *explanation);

/* The worst state of all findings; UNKNOWN when there is none or memory ran out. */
enum state report_state(const struct report *report);

/* False when memory ran out while the report was filled: it is incomplete. */
bool report_is_complete(const struct report *report);

const char *urgency_name(enum urgency urgency); /* "now", "day", "week"; NULL for URGENCY_NONE */

#endif
