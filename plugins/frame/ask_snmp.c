/* SPDX-License-Identifier: MIT */
/* A conversation meets its transport: the addresses of the agent, then request and reply in turn, in one loop
 * and under one deadline.
 *
 * SNMP has no connection that would tell which address works.  So the next one is tried when one refuses, has
 * no route, or is silent for its share of the time; the first answer ends that. */
#include "frame/ask_snmp.h"

#include "agents/snmp_conversation.h"
#include "frame/agent_addresses.h"
#include "frame/snmp_notes.h"
#include "model/endpoint.h"
#include "transport/snmp_client.h"

struct asking {
    const struct agent_config *config;
    const struct snmp_agent *agent;
    struct deadline deadline;
    struct snmp_notes notes;

    struct arena arena;
    const char *authority; /* as the user named it, for sentences */
    bool is_name;          /* it is none of the addresses */
    struct agent_addresses addresses;
    size_t address_at; /* the one that is asked */
    bool has_answered;
    struct loop_timer turn_of_next;
    struct problem best;         /* what the addresses before it said, the one that tells most */
    struct address best_address; /* of *why at the end */
    struct snmp_target target;
    struct snmp_wishes wishes;

    struct loop *loop;
    struct snmp_client *client;
    struct snmp_conversation conversation;
    struct snmp_request request;
    enum snmp_turn turn;
    struct problem *why;
};

/* ---- requests and replies ---------------------------------------------------------------------------- */

static void take_reply(void *context, const struct snmp_reply *reply, const struct problem *why);

static void go_on(struct asking *asking)
{
    if (asking->turn != SNMP_TURN_ASK)
        return;
    snmp_notes_request(&asking->notes, &asking->request);
    snmp_client_ask(asking->client, &asking->request, take_reply, asking);
}

/* No address is left, or none can help. */
static void end(struct asking *asking)
{
    loop_timer_stop(asking->loop, &asking->turn_of_next);
    asking->turn = SNMP_TURN_FAILED;
}

static bool has_next(const struct asking *asking)
{
    return !asking->has_answered && asking->address_at + 1 < asking->addresses.count;
}

/* In a moment: a client is not closed while it calls. */
static void turn_to_next(struct asking *asking, int64_t at_ms)
{
    asking->turn_of_next.at_ms = at_ms;
    if (loop_timer_start(asking->loop, &asking->turn_of_next))
        return;
    problem_set_memory(asking->why);
    end(asking);
}

/* Nobody was there, or nobody spoke: another address may be better. */
static bool is_worth_another(const struct problem *why)
{
    return why->kind == PROBLEM_CONNECT || why->kind == PROBLEM_TIMEOUT;
}

static void take_failure(struct asking *asking, const struct problem *why)
{
    *asking->why = *why;
    if (has_next(asking) && is_worth_another(why))
        turn_to_next(asking, monotonic_ms());
    else
        end(asking);
}

static void take_reply(void *context, const struct snmp_reply *reply, const struct problem *why)
{
    struct asking *asking = context;
    if (reply == NULL) {
        take_failure(asking, why);
        return;
    }
    asking->has_answered = true;
    loop_timer_stop(asking->loop, &asking->turn_of_next);
    asking->target.retries = asking->config->snmp.retries.value;
    snmp_notes_reply(&asking->notes, reply);
    asking->turn = snmp_conversation_next(&asking->conversation, reply, &asking->request, asking->why);
    if (asking->turn == SNMP_TURN_FAILED)
        snmp_notes_hide(&asking->notes, asking->why);
    go_on(asking);
}

/* ---- addresses --------------------------------------------------------------------------------------- */

/* The request goes out as often as it would to a single address, within the share of this one. */
static void share_time(struct asking *asking)
{
    size_t left = asking->addresses.count - asking->address_at;
    asking->target.retries = (unsigned)((asking->config->snmp.retries.value + 1) * (unsigned)left - 1);
    if (left > 1)
        turn_to_next(asking, monotonic_ms() + deadline_remaining_ms(asking->deadline) / (int64_t)left);
}

/* The conversation has been started, and its first request is asked. */
static void ask_address(struct asking *asking)
{
    struct problem why;
    asking->target.address = asking->addresses.items[asking->address_at];
    if (!snmp_client_open(asking->loop, &asking->target, asking->deadline, &asking->client, &why)) {
        take_failure(asking, &why);
        return;
    }
    share_time(asking);
    go_on(asking);
}

/* The lower ranks say less about the agent. */
static int rank_of(const struct problem *problem)
{
    switch (problem->kind) {
    case PROBLEM_NONE:
        return 0;
    case PROBLEM_CONNECT:
        return 1;
    case PROBLEM_TIMEOUT:
        return 2;
    default:
        return 3;
    }
}

static void keep_best(struct asking *asking)
{
    if (rank_of(asking->why) < rank_of(&asking->best))
        return;
    asking->best = *asking->why;
    asking->best_address = asking->target.address;
}

static void try_next(struct loop_timer *timer)
{
    struct asking *asking = timer->context;
    if (asking->why->kind == PROBLEM_NONE)
        snmp_client_explain_silence(asking->client, asking->why);
    snmp_notes_left(&asking->notes, &asking->target.address, asking->why);
    keep_best(asking);
    *asking->why = (struct problem) {.kind = PROBLEM_NONE};
    snmp_client_close(asking->client);
    asking->client = NULL;
    asking->address_at++;
    ask_address(asking);
}

static void begin(void *context, bool is_found)
{
    struct asking *asking = context;
    asking->turn = SNMP_TURN_FAILED;
    if (!is_found)
        return;
    *asking->why = (struct problem) {.kind = PROBLEM_NONE};
    asking->turn = snmp_conversation_start(&asking->conversation, asking->agent, &asking->wishes,
                                           &asking->request, asking->why);
    if (asking->turn == SNMP_TURN_ASK)
        ask_address(asking);
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static enum snmp_level level_of(const struct snmp_config *config)
{
    switch ((enum snmp_wanted_level)config->level) {
    case SNMP_WANTS_AUTH:
        return SNMP_LEVEL_AUTH;
    case SNMP_WANTS_PRIVACY:
        return SNMP_LEVEL_PRIVACY;
    case SNMP_WANTS_NONE:
        break;
    }
    return SNMP_LEVEL_NONE;
}

/* Everything that is known before the first packet. */
static void prepare(struct asking *asking)
{
    const struct snmp_config *snmp = &asking->config->snmp;
    asking->target = (struct snmp_target) {.port = (uint16_t)asking->config->port.value,
                                           .version = snmp->version,
                                           .community = snmp->community,
                                           .level = level_of(snmp),
                                           .user = snmp->user,
                                           .context = snmp->context,
                                           .authentication = snmp_authentication_name(snmp),
                                           .privacy = snmp_privacy_name(snmp),
                                           .authentication_passphrase = snmp->authentication_passphrase.value,
                                           .privacy_passphrase = snmp->privacy_passphrase.value,
                                           .retries = snmp->retries.value};
    asking->wishes = (struct snmp_wishes) {.is_version_1 = snmp->version == 1,
                                           .extend = snmp->extend,
                                           .service_name = snmp->service_name,
                                           .kms_port = KMS_PORT};
}

/* What can be said when nothing was decided. */
static void explain_open_end(struct asking *asking, bool is_in_time)
{
    if (is_in_time)
        problem_set(asking->why, PROBLEM_PROTOCOL, "was asked and nothing came of it");
    else if (asking->client != NULL)
        snmp_client_explain_silence(asking->client, asking->why);
    else
        agent_addresses_explain_delay(&asking->addresses, asking->why);
}

/* SNMP_TURN_ASK stands for an open end until something is decided. */
static void run(struct asking *asking)
{
    struct endpoint host;
    prepare(asking);
    if (!endpoint_parse(span_of(asking->config->hostname), &asking->arena, &host, asking->why)) {
        asking->turn = SNMP_TURN_FAILED;
        return;
    }
    asking->authority = endpoint_format(host.host, asking->target.port, &asking->arena);
    asking->is_name = !host.is_address;
    agent_addresses_find(&asking->addresses, &host);
    bool is_in_time = loop_run(asking->loop, asking->deadline);
    if (asking->turn == SNMP_TURN_ASK) {
        explain_open_end(asking, is_in_time);
        asking->turn = SNMP_TURN_FAILED;
    }
    if (asking->turn == SNMP_TURN_FAILED) {
        keep_best(asking);
        *asking->why = asking->best;
    }
}

/* "snmpd at kms01:161 (192.0.2.11)". */
static void add_subject(struct asking *asking)
{
    char address[ADDRESS_TEXT_SIZE];
    const char *authority = asking->authority != NULL ? asking->authority : asking->config->hostname;
    address_print(&asking->best_address, address);
    if (asking->is_name && asking->addresses.count > 0)
        problem_add_subject(asking->why, "%s at %.150s (%s)", asking->agent->name, authority, address);
    else
        problem_add_subject(asking->why, "%s at %.150s", asking->agent->name, authority);
}

static bool take_answer(struct asking *asking, struct answer *ret)
{
    if (asking->turn != SNMP_TURN_ANSWERED)
        return false;
    *ret = (struct answer) {.document = asking->conversation.document};
    asking->conversation.document = (struct license_document) {0};
    return true;
}

static bool ask_snmp(const struct agent_config *config, struct deadline deadline, unsigned verbosity,
                     struct report *report, struct answer *ret, struct problem *why)
{
    struct asking asking = {.config = config,
                            .agent = config->kind == AGENT_SNMP ? &snmp_extend_agent : &snmp_windows_agent,
                            .deadline = deadline,
                            .notes = {.verbosity = verbosity, .report = report},
                            .turn = SNMP_TURN_ASK,
                            .why = why};
    int64_t start = monotonic_ms();
    asking.loop = loop_new();
    if (asking.loop == NULL)
        return problem_set_memory(why);
    asking.addresses = (struct agent_addresses) {
        .loop = asking.loop,
        .deadline = deadline,
        .advice = "look the name up on this server, or give the address with --hostname",
        .found = begin,
        .context = &asking,
        .why = why};
    asking.turn_of_next = (struct loop_timer) {.due = try_next, .context = &asking};
    snmp_notes_start(&asking.notes, &config->snmp);
    run(&asking);
    bool is_answered = take_answer(&asking, ret);
    snmp_notes_end(&asking.notes, asking.agent->name,
                   asking.authority != NULL ? asking.authority : config->hostname, &asking.target,
                   asking.conversation.turns, monotonic_ms() - start);
    if (!is_answered)
        add_subject(&asking);
    agent_addresses_done(&asking.addresses);
    snmp_client_close(asking.client);
    snmp_conversation_done(&asking.conversation);
    snmp_notes_done(&asking.notes);
    loop_free(asking.loop);
    arena_done(&asking.arena);
    return is_answered;
}

const struct agent_part snmp_part = {.name = "snmp", .ask = ask_snmp};
