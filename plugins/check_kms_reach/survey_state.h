/* SPDX-License-Identifier: MIT */
/* A survey under way: what it waits for and what it has found so far. */
#ifndef CHECK_KMS_REACH_SURVEY_STATE_H
#define CHECK_KMS_REACH_SURVEY_STATE_H

#include "base/arena.h"
#include "base/deadline.h"
#include "check_kms_reach/wishes.h"
#include "model/reach.h"
#include "model/report.h"
#include "payload/kms_rpc.h"
#include "transport/loop.h"
#include "transport/resolver.h"
#include "transport/tcp_exchange.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct survey;

/* One address under way. */
struct survey_probe {
    struct probe facts;
    struct survey_target *target;
    struct tcp_exchange exchange;
    struct survey_probe *next;
};

struct survey_target {
    struct reach_target facts;
    struct survey *survey;
    size_t number;
    struct survey_probe *first_probe, **last_probe;
    struct survey_target *next;
};

struct survey_record {
    struct reach_record facts;
    struct survey_record *next;
};

struct survey_zone {
    struct reach_zone facts;
    struct survey *survey;
    struct dns_answer *answers; /* of facts */
    struct survey_record *first_record, **last_record;
};

/* A question to a numbered server, so that its answer finds its place. */
struct survey_question {
    struct survey_zone *zone;
    size_t server;
};

struct survey {
    const struct reach_wishes *wishes;
    struct deadline deadline;
    unsigned verbosity;
    struct report *report;
    struct arena *arena;
    struct loop *loop;
    struct resolver *resolver;
    struct survey_zone *zones;
    size_t zone_count;
    struct survey_target *first_target, **last_target;
    size_t target_count, probe_count;
    size_t open_questions, open_look_ups;
    int64_t started_us, last_answer_us;
    bool is_over; /* nothing new begins */
    uint8_t bind[KMS_RPC_BIND_MAXIMUM];
    size_t bind_length;
};

/* Says what is being waited for, for the case that the run is ended from outside. */
void survey_tell_stage(const struct survey *survey);

/* Notes an answer of DNS and its time. */
void survey_note_answer(struct survey *survey, const char *type, const char *name,
                        const struct dns_answer *answer);

/* Notes bytes that went over the wire. */
void survey_note_bytes(struct survey *survey, const char *what, struct span bytes);

/* What is kept of an answer: not its records, which live in the zone, nor its addresses, which become probes.
 */
struct dns_answer survey_keep_answer(struct survey *survey, const struct dns_answer *answer);

/* The target with this name and port, new or known; NULL when there is no memory.  Its addresses are looked
 * up and tried as soon as they are known. */
struct survey_target *survey_target_find(struct survey *survey, const char *host, uint16_t port,
                                         bool is_published);

/* Closes what the deadline left open; its outcome stays PROBE_NOT_IN_TIME. */
void survey_end_probes(struct survey *survey);

#endif
