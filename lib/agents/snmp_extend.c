/* SPDX-License-Identifier: MIT */
/* The output of a script behind NET-SNMP-EXTEND-MIB.
 *
 *   GET nsExtendResult, nsExtendOutNumLines, nsExtendOutput1Line   runs the script; the values of one reply
 *                                                                  are of one run
 *   one line: that was all
 *   few lines: GET the same and nsExtendOutputFull, whose value is of one run
 *   more: GETBULK of nsExtendOutLine, the last of them by number (GETNEXT of several names in version 1).
 *   Now their size is known: nsExtendOutputFull where it is small enough, else the first GET again, and all
 *   once more, until two readings in a row are the same: the agent keeps an output for a few seconds and then
 *   runs the script again, and two runs may differ in nothing but some line in the middle.  Then GET
 *   nsExtendCacheTime: one that keeps nothing runs the script for every line, which no reading proves
 *
 * A reply of more than about 64 kB never arrives, and the agent does not say so: lines are asked for by their
 * size, and the whole output only where it must be small.  Source: NET-SNMP-EXTEND-MIB, and snmpd 5.9.3. */
#include "agents/snmp_answer.h"
#include "agents/snmp_conversation.h"
#include "agents/snmp_extend_refusal.h"
#include "agents/snmp_output.h"
#include "model/snmp_oid.h"

#include <string.h>

enum {
    NAME_MAXIMUM = 64,          /* bytes of the name of an extend */
    LINES_MAXIMUM = 65536,      /* of one output; 100 KiB of empty lines are not a document */
    FEW_LINES = 40,             /* of 1500 bytes, a product in JSON, still fit one reply */
    SHORT_LINE = 1500,          /* bytes */
    WHOLE_MAXIMUM = 40 * 1000,  /* bytes of an output asked for as one value: the next run may say more */
    LINES_A_TURN = 20,          /* as many as fit a packet or two */
    BYTES_A_TURN = 24 * 1024,   /* a good deal below 64 kB: the next lines may be longer */
    RUNS_MAXIMUM = 4,           /* readings: one change in the middle leaves two that are the same */
    FACT_COUNT = 3,             /* what every run is known by */
    OIDS_MAXIMUM = LINES_A_TURN /* in one request */
};

enum fact { FACT_RESULT, FACT_LINES, FACT_FIRST_LINE, FACT_OUTPUT };
static const struct {
    const char *name;
    uint32_t column; /* of nsExtendOutput1Table */
    enum snmp_value_kind kind;
} facts[] = {
    [FACT_RESULT] = {"nsExtendResult", 4, SNMP_VALUE_NUMBER},
    [FACT_LINES] = {"nsExtendOutNumLines", 3, SNMP_VALUE_NUMBER},
    [FACT_FIRST_LINE] = {"nsExtendOutput1Line", 1, SNMP_VALUE_BYTES},
    [FACT_OUTPUT] = {"nsExtendOutputFull", 2, SNMP_VALUE_BYTES},
};

static const struct snmp_oid output_table = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 3, 1);
static const struct snmp_oid keeping_column = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 2, 1, 5);
static const struct snmp_oid line_column = SNMP_OID(1, 3, 6, 1, 4, 1, 8072, 1, 3, 2, 4, 1, 2);

/* One run of the script. */
struct script_run {
    int64_t result; /* exit status */
    size_t line_count;
    struct span first_line; /* in the arena */
};

enum step { STEP_FACTS, STEP_WHOLE, STEP_LINES, STEP_PROOF, STEP_KEEPING };

struct extend {
    enum step step;
    struct snmp_oid oids[OIDS_MAXIMUM]; /* of the last request */
    struct snmp_request request;
    struct snmp_oid lines;         /* the column of lines with the index of this extend */
    size_t facts_a_turn, fact;     /* all in one reply, or one by one; the next one */
    struct script_run run, latest; /* the one that is read; the one of the facts */
    size_t run_count;
    size_t window, longest_line; /* lines in one request, at most; bytes of the longest one so far */
    bool has_ended, is_torn;     /* no more lines; the lines are not of this run */
    bool is_whole_refused;       /* the output does not come as one value */
    struct snmp_output output;
    struct snmp_output before; /* the last whole reading line by line; without lines when there is none */
};

/* ---- requests ---- */

static enum snmp_turn ask(struct extend *extend, enum snmp_request_kind kind, size_t oid_count,
                          unsigned repetitions, struct snmp_request *ret_request)
{
    extend->request = (struct snmp_request) {
        .kind = kind, .oids = extend->oids, .oid_count = oid_count, .repetitions = repetitions};
    *ret_request = extend->request;
    return SNMP_TURN_ASK;
}

static enum snmp_turn fail_name(struct problem *why)
{
    problem_set(why, PROBLEM_USAGE, "cannot be asked for an extend whose name is longer than %d bytes",
                NAME_MAXIMUM);
    return SNMP_TURN_FAILED;
}

static bool make_fact_oid(const struct snmp_conversation *conversation, enum fact fact, struct snmp_oid *ret)
{
    *ret = output_table;
    return snmp_oid_append_part(ret, facts[fact].column) &&
           snmp_oid_append_string(ret, span_of(conversation->wishes->extend));
}

/* Facts from number `first` on. */
static enum snmp_turn ask_facts(struct snmp_conversation *conversation, enum step step, size_t first,
                                size_t count, struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    extend->step = step;
    extend->fact = first;
    for (size_t i = 0; i < count; i++) {
        if (!make_fact_oid(conversation, (enum fact)(first + i), &extend->oids[i]))
            return fail_name(why);
    }
    return ask(extend, SNMP_GET, count, 0, ret_request);
}

static size_t lines_to_ask(const struct extend *extend)
{
    size_t by_size = BYTES_A_TURN / (extend->longest_line + 1);
    size_t left = extend->run.line_count - extend->output.line_count;
    size_t count = extend->window < by_size ? extend->window : by_size;
    count = count < left ? count : left;
    return count > 0 ? count : 1;
}

static enum snmp_turn ask_lines(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                                struct problem *why)
{
    struct extend *extend = conversation->state;
    bool is_one_by_one = conversation->wishes->is_version_1;
    size_t count = lines_to_ask(extend), oid_count = is_one_by_one ? count : 1;
    extend->step = STEP_LINES;
    for (size_t i = 0; i < oid_count; i++) {
        extend->oids[i] = extend->lines;
        if (!snmp_oid_append_part(&extend->oids[i], (uint32_t)(extend->output.line_count + i)))
            return fail_name(why);
    }
    if (is_one_by_one)
        return ask(extend, SNMP_GET_NEXT, oid_count, 0, ret_request);
    return ask(extend, SNMP_GET_BULK, 1, (unsigned)count, ret_request);
}

static enum snmp_turn start(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                            struct problem *why)
{
    struct extend *extend = arena_allocate(&conversation->arena, sizeof *extend);
    if (extend == NULL) {
        problem_set_memory(why);
        return SNMP_TURN_FAILED;
    }
    struct span name = span_of(conversation->wishes->extend);
    *extend = (struct extend) {.facts_a_turn = FACT_COUNT, .window = LINES_A_TURN, .lines = line_column};
    conversation->state = extend;
    if (name.length > NAME_MAXIMUM || !snmp_oid_append_string(&extend->lines, name))
        return fail_name(why);
    return ask_facts(conversation, STEP_FACTS, 0, FACT_COUNT, ret_request, why);
}

/* ---- from one step to the next ---- */

static enum snmp_turn finish(struct snmp_conversation *conversation, struct problem *why)
{
    struct extend *extend = conversation->state;
    return snmp_output_read(&extend->output, conversation->wishes->extend, extend->run.result,
                            &conversation->document, why)
               ? SNMP_TURN_ANSWERED
               : SNMP_TURN_FAILED;
}

/* An agent that keeps nothing runs the script for every line, and two readings may be mixed in the same way.
 */
static enum snmp_turn ask_keeping(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                                  struct problem *why)
{
    struct extend *extend = conversation->state;
    extend->step = STEP_KEEPING;
    extend->oids[0] = keeping_column;
    if (!snmp_oid_append_string(&extend->oids[0], span_of(conversation->wishes->extend)))
        return fail_name(why);
    return ask(extend, SNMP_GET, 1, 0, ret_request);
}

/* What is not shown (NULL in version 1) is taken for what an agent does by itself: 5 seconds. */
static enum snmp_turn take_keeping(struct snmp_conversation *conversation, const struct snmp_binding *seconds,
                                   struct problem *why)
{
    if (seconds == NULL || seconds->kind != SNMP_VALUE_NUMBER || seconds->number > 0)
        return finish(conversation, why);
    snmp_extend_explain_runs(conversation->wishes->extend, 0, why);
    return SNMP_TURN_FAILED;
}

static bool is_same_run(const struct script_run *left, const struct script_run *right)
{
    return left->result == right->result && left->line_count == right->line_count &&
           left->first_line.length == right->first_line.length &&
           (left->first_line.length == 0 ||
            memcmp(left->first_line.bytes, right->first_line.bytes, left->first_line.length) == 0);
}

/* How to get the output of the run whose facts have come. */
static enum snmp_turn begin_run(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                                struct problem *why)
{
    struct extend *extend = conversation->state;
    if (extend->run_count++ == RUNS_MAXIMUM) {
        snmp_extend_explain_runs(conversation->wishes->extend, RUNS_MAXIMUM, why);
        return SNMP_TURN_FAILED;
    }
    extend->run = extend->latest;
    extend->has_ended = extend->is_torn = false;
    extend->longest_line = extend->run.first_line.length;
    snmp_output_restart(&extend->output);
    bool is_of_one_reply = extend->facts_a_turn == FACT_COUNT;
    if (extend->run.line_count == 0)
        return finish(conversation, why);
    if (extend->run.line_count == 1 && is_of_one_reply)
        return snmp_output_add(&extend->output, extend->run.first_line, &conversation->arena, why)
                   ? finish(conversation, why)
                   : SNMP_TURN_FAILED;
    bool is_small = extend->run.line_count <= FEW_LINES && extend->longest_line <= SHORT_LINE;
    if (is_small && is_of_one_reply && !extend->is_whole_refused)
        return ask_facts(conversation, STEP_WHOLE, 0, FACT_COUNT + 1, ret_request, why);
    return ask_lines(conversation, ret_request, why);
}

static enum snmp_turn prove_run(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                                struct problem *why)
{
    struct extend *extend = conversation->state;
    bool is_complete = !extend->is_torn && extend->output.line_count == extend->run.line_count;
    if (is_complete && extend->output.sent <= WHOLE_MAXIMUM && extend->facts_a_turn == FACT_COUNT &&
        !extend->is_whole_refused)
        return ask_facts(conversation, STEP_WHOLE, 0, FACT_COUNT + 1, ret_request, why);
    return ask_facts(conversation, STEP_PROOF, 0, extend->facts_a_turn, ret_request, why);
}

static enum snmp_turn refuse_whole(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                                   struct problem *why)
{
    struct extend *extend = conversation->state;
    extend->is_whole_refused = true;
    return extend->output.line_count == 0 ? ask_lines(conversation, ret_request, why)
                                          : prove_run(conversation, ret_request, why);
}

/* True when the lines are those of the reading before; else they are kept for the next one. */
static bool is_read_twice(struct extend *extend)
{
    struct snmp_output before = extend->before;
    if (before.line_count == extend->output.line_count && before.length == extend->output.length &&
        memcmp(before.bytes, extend->output.bytes, before.length) == 0)
        return true;
    extend->before = extend->output;
    extend->output = before;
    return false;
}

static enum snmp_turn finish_proof(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                                   struct problem *why)
{
    struct extend *extend = conversation->state;
    if (extend->is_torn || !is_same_run(&extend->run, &extend->latest)) {
        snmp_output_restart(&extend->before);
        return begin_run(conversation, ret_request, why);
    }
    if (extend->output.line_count == extend->run.line_count)
        return is_read_twice(extend) ? ask_keeping(conversation, ret_request, why)
                                     : begin_run(conversation, ret_request, why);
    snmp_extend_explain_few_lines(conversation->wishes->extend, extend->output.line_count,
                                  extend->run.line_count, why);
    return SNMP_TURN_FAILED;
}

/* ---- facts ---- */

static bool take_fact(struct snmp_conversation *conversation, enum fact fact,
                      const struct snmp_binding *binding, struct problem *why)
{
    struct extend *extend = conversation->state;
    if (snmp_answer_is_absent(binding))
        return snmp_extend_explain_absent(conversation->wishes, facts[fact].name, fact == FACT_RESULT,
                                          binding, why);
    if (binding->kind != facts[fact].kind)
        return snmp_answer_explain_type(facts[fact].name, why);
    switch (fact) {
    case FACT_RESULT:
        extend->latest.result = binding->number;
        break;
    case FACT_LINES:
        if (binding->number < 0 || binding->number > LINES_MAXIMUM)
            return snmp_extend_explain_line_count(conversation->wishes->extend, binding->number,
                                                  LINES_MAXIMUM, why);
        extend->latest.line_count = (size_t)binding->number;
        break;
    case FACT_FIRST_LINE:
        if (binding->bytes.length > SNMP_OUTPUT_KEPT)
            return snmp_extend_explain_long_line(binding->bytes.length, why);
        extend->latest.first_line =
            (struct span) {arena_copy(&conversation->arena, binding->bytes), binding->bytes.length};
        if (!arena_ok(&conversation->arena))
            return problem_set_memory(why);
        break;
    case FACT_OUTPUT:
        break;
    }
    return true;
}

static enum snmp_turn take_facts(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                 struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    for (size_t i = 0; i < reply->binding_count; i++) {
        if (!take_fact(conversation, (enum fact)(extend->fact + i), &reply->bindings[i], why))
            return SNMP_TURN_FAILED;
    }
    size_t next = extend->fact + reply->binding_count;
    if (next < FACT_COUNT)
        return ask_facts(conversation, extend->step, next, 1, ret_request, why);
    return extend->step == STEP_PROOF ? finish_proof(conversation, ret_request, why)
                                      : begin_run(conversation, ret_request, why);
}

/* ---- the output in one value ---- */

/* The number of lines tells whether all of it is there, and the first line whether it is of this run: an
 * agent that keeps nothing (extend -cacheTime -1) runs the script for each value. */
static bool is_whole(const struct script_run *run, const struct snmp_binding *output)
{
    if (output->kind != SNMP_VALUE_BYTES)
        return false;
    size_t count = 1;
    for (size_t i = 0; i < output->bytes.length; i++)
        count += output->bytes.bytes[i] == '\n' ? 1 : 0;
    struct script_run seen = *run;
    seen.first_line = span_first(output->bytes, span_find(output->bytes, '\n'));
    return count == run->line_count && is_same_run(run, &seen);
}

static enum snmp_turn take_whole(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                 struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    const struct snmp_binding *output = &reply->bindings[FACT_OUTPUT];
    for (size_t i = 0; i < FACT_COUNT; i++) {
        if (!take_fact(conversation, (enum fact)i, &reply->bindings[i], why))
            return SNMP_TURN_FAILED;
    }
    if (!is_whole(&extend->latest, output)) {
        extend->is_whole_refused = true;
        return is_same_run(&extend->run, &extend->latest) ? refuse_whole(conversation, ret_request, why)
                                                          : begin_run(conversation, ret_request, why);
    }
    extend->run = extend->latest;
    snmp_output_restart(&extend->output);
    struct span rest = output->bytes;
    for (size_t i = 0; i < extend->run.line_count; i++) {
        if (!snmp_output_add(&extend->output, span_cut(&rest, '\n'), &conversation->arena, why))
            return SNMP_TURN_FAILED;
    }
    return finish(conversation, why);
}

/* ---- line by line ---- */

/* False with a sentence for what can be no line. */
static bool take_line(struct snmp_conversation *conversation, const struct snmp_binding *binding,
                      struct problem *why)
{
    struct extend *extend = conversation->state;
    size_t number = extend->output.line_count + 1;
    if (binding->oid.length != extend->lines.length + 1 || binding->oid.parts[extend->lines.length] != number)
        return snmp_extend_explain_other_line(conversation->wishes->extend, number, why);
    if (binding->kind != SNMP_VALUE_BYTES)
        return snmp_answer_explain_type("nsExtendOutLine", why);
    if (number == 1) {
        struct script_run seen = extend->run;
        seen.first_line = binding->bytes;
        extend->is_torn = !is_same_run(&extend->run, &seen);
    }
    if (binding->bytes.length > extend->longest_line)
        extend->longest_line = binding->bytes.length;
    return snmp_output_add(&extend->output, binding->bytes, &conversation->arena, why);
}

static enum snmp_turn take_lines(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                 struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    for (size_t i = 0; i < reply->binding_count && !extend->has_ended; i++) {
        const struct snmp_binding *binding = &reply->bindings[i];
        bool is_line =
            binding->kind != SNMP_END_OF_VIEW && snmp_oid_starts_with(&binding->oid, &extend->lines);
        if (is_line && !take_line(conversation, binding, why))
            return SNMP_TURN_FAILED;
        extend->has_ended = !is_line || extend->output.line_count == extend->run.line_count;
    }
    return extend->has_ended ? prove_run(conversation, ret_request, why)
                             : ask_lines(conversation, ret_request, why);
}

/* ---- errors ---- */

static enum snmp_turn fail_size(int error, const char *what, struct problem *why)
{
    snmp_extend_explain_size(error, what, why);
    return SNMP_TURN_FAILED;
}

/* A reply that does not fit: tooBig, or genErr where version 3 could not be written. */
static enum snmp_turn shrink(struct snmp_conversation *conversation, int error,
                             struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    size_t asked = lines_to_ask(extend);
    switch (extend->step) {
    case STEP_FACTS:
    case STEP_PROOF:
        if (extend->request.oid_count == 1)
            return fail_size(error, facts[extend->fact].name, why);
        extend->facts_a_turn = 1;
        return ask_facts(conversation, extend->step, 0, 1, ret_request, why);
    case STEP_WHOLE:
        return refuse_whole(conversation, ret_request, why);
    case STEP_KEEPING:
        return take_keeping(conversation, NULL, why);
    case STEP_LINES:
        if (asked == 1)
            return fail_size(error, "one line of the output", why);
        extend->window = asked / 2;
        break;
    }
    return ask_lines(conversation, ret_request, why);
}

/* Version 1 says so instead of telling which value is not there. */
static enum snmp_turn take_no_such_name(struct snmp_conversation *conversation,
                                        struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    switch (extend->step) {
    case STEP_FACTS:
    case STEP_PROOF:
        snmp_extend_explain_missing(conversation->wishes, why);
        return SNMP_TURN_FAILED;
    case STEP_WHOLE:
        return refuse_whole(conversation, ret_request, why);
    case STEP_KEEPING:
        return take_keeping(conversation, NULL, why);
    case STEP_LINES:
        break;
    }
    if (lines_to_ask(extend) > 1) {
        extend->window = 1; /* the lines before the one that is missing */
        return ask_lines(conversation, ret_request, why);
    }
    return prove_run(conversation, ret_request, why);
}

static enum snmp_turn next(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                           struct snmp_request *ret_request, struct problem *why)
{
    struct extend *extend = conversation->state;
    if (reply->error == SNMP_ERROR_TOO_BIG || reply->error == SNMP_ERROR_GENERAL)
        return shrink(conversation, reply->error, ret_request, why);
    if (reply->error == SNMP_ERROR_NO_SUCH_NAME)
        return take_no_such_name(conversation, ret_request, why);
    if (reply->error != SNMP_ERROR_NONE) {
        snmp_answer_explain_error(reply, why);
        return SNMP_TURN_FAILED;
    }
    if (!snmp_answer_check(&extend->request, reply, why))
        return SNMP_TURN_FAILED;
    switch (extend->step) {
    case STEP_FACTS:
    case STEP_PROOF:
        return take_facts(conversation, reply, ret_request, why);
    case STEP_WHOLE:
        return take_whole(conversation, reply, ret_request, why);
    case STEP_KEEPING:
        return take_keeping(conversation, &reply->bindings[0], why);
    case STEP_LINES:
        break;
    }
    return take_lines(conversation, reply, ret_request, why);
}

const struct snmp_agent snmp_extend_agent = {.name = "snmpd", .start = start, .next = next};
