/* SPDX-License-Identifier: MIT */
/* One target on its own: can a client use it, and if not, what is wrong and what does the client see? */
#ifndef JUDGE_REACH_TARGET_H
#define JUDGE_REACH_TARGET_H

#include "judge/judge_reach.h"

#include <stdbool.h>
#include <stdint.h>

enum usability {
    TARGET_USABLE,      /* one address is */
    TARGET_UNUSABLE,    /* tried, and none is; or it has none */
    TARGET_UNTESTED,    /* nothing could be tried from here, or not all of it and the rest is dead */
    TARGET_NOT_IN_TIME, /* the run ended before there was a verdict */
    TARGET_USABILITIES
};

/* A way in which a target fails: what it is called, what a client sees, who must do what. */
struct target_failure {
    const char *brief;    /* for the first line: "refused" */
    const char *text;     /* for the detail line: what the failure says */
    uint32_t code;        /* that a client logs */
    struct advice advice; /* no steps = those of the catalogue for the code */
};

struct target_verdict {
    enum usability usability;
    bool is_published;             /* an SRV record names it */
    bool is_stale;                 /* unusable: it has no address */
    struct target_failure failure; /* of TARGET_UNUSABLE; TARGET_UNTESTED has the brief alone */
    const char *text;              /* what happened at every address, or why there is none */
    const struct probe *slowest;   /* of the usable addresses; NULL = there is none */
};

/* Weighs what was found out about a target; texts live as long as the report.  `is_published` says that an
 * SRV record names it. */
struct target_verdict target_weigh(struct judging *judging, const struct reach *reach,
                                   const struct reach_target *target, bool is_published);

/* True when the run ended before all addresses of the target were known. */
bool target_look_up_is_late(const struct reach_target *target);

/* True when a client could activate there, as far as the probe went. */
bool probe_is_usable(const struct reach *reach, const struct probe *probe);

/* Connection and bind together, in seconds. */
double probe_seconds(const struct probe *probe);

/* "kms01.corp.example.com:1688"; for the first line "kms01:1688", with what is not the domain of the zone. */
const char *target_name(struct judging *judging, const struct reach_target *target);
const char *target_short_name(struct judging *judging, const struct reach_target *target, const char *domain);

/* "NXDOMAIN", "no answer in 5 s". */
const char *dns_outcome_words(struct judging *judging, const struct dns_answer *answer);

/* The code that a client logs when DNS answers so; 0 = none. */
uint32_t dns_outcome_code(enum dns_outcome outcome);

/* What clients see, explained; the advice replaces that of the catalogue where it has steps. */
const struct explanation *reach_explain(struct judging *judging, uint32_t code, const struct advice *advice);

/* ", clients see 0x800706BA" for a detail line, which has the meaning behind it; "" without a code. */
const char *reach_code_number(struct judging *judging, const struct explanation *explanation);

/* ", clients see 0x800706BA RPC unavailable" for the first line, with "(shown as 0xC004F074)" where the code
 * is hidden behind that summary and `is_whole` asks for it. */
const char *reach_code_words(struct judging *judging, const struct explanation *explanation, bool is_whole);

/* "192.0.2.11", and what happened there. */
const char *address_words(struct judging *judging, const struct address *address);
const char *probe_words(struct judging *judging, const struct reach *reach, const struct probe *probe);

#endif
