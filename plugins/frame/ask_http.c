/* SPDX-License-Identifier: MIT */
/* A conversation meets its transport: addresses of the agent, then request and reply in turn, in one loop and
 * under one deadline. */
#include "frame/ask_http.h"

#include "agents/conversation.h"
#include "frame/agent_addresses.h"
#include "frame/http_notes.h"
#include "model/endpoint.h"
#include "transport/http_client.h"
#include "transport/random.h"

#include <string.h>
#include <time.h>

struct asking {
    const struct agent_config *config;
    const struct agent *agent;
    struct deadline deadline;
    struct report *report;
    struct http_notes notes;

    struct arena arena;
    const char *authority; /* as the user named it */
    struct agent_addresses addresses;
    struct http_target target;
    struct agent_wishes wishes;

    struct loop *loop;
    struct http_client *client;
    struct conversation conversation;
    struct http_request request;
    enum turn turn;
    struct problem *why;
};

static const struct agent *agent_of(const struct agent_config *config)
{
    switch ((enum agent_kind)config->kind) {
    case AGENT_NSCLIENT:
        return &nsclient_agent;
    case AGENT_WINRM:
        return &winrm_agent;
    case AGENT_ICINGA_WINDOWS:
        return &icinga_windows_agent;
    case AGENT_EXPORTER:
        return &exporter_agent;
    case AGENT_NONE:
    case AGENT_FILE:
    case AGENT_EXEC:
    case AGENT_SNMP:
    case AGENT_SNMP_WINDOWS:
    case AGENT_KIND_COUNT:
        break;
    }
    return NULL;
}

/* ---- requests and replies ---------------------------------------------------------------------------- */

static void take_reply(void *context, const struct http_reply *reply, const struct problem *why);

static void go_on(struct asking *asking)
{
    if (asking->turn != TURN_ASK)
        return;
    http_client_ask(asking->client, &asking->request, take_reply, asking);
}

static void fail(struct asking *asking)
{
    asking->turn = TURN_FAILED;
}

static void note_request(struct asking *asking)
{
    if (http_client_was_sent(asking->client))
        http_notes_request(&asking->notes, &asking->request);
}

static void take_failure(struct asking *asking, const struct problem *why)
{
    *asking->why = *why;
    if (http_client_was_shut(asking->client) && asking->agent->when_shut != NULL)
        problem_advise(asking->why, "%s", asking->agent->when_shut);
    fail(asking);
}

static void take_reply(void *context, const struct http_reply *reply, const struct problem *why)
{
    struct asking *asking = context;
    note_request(asking);
    if (reply == NULL) {
        take_failure(asking, why);
        return;
    }
    if (!http_notes_reply(&asking->notes, http_client_head(asking->client), reply, asking->why)) {
        fail(asking);
        return;
    }
    asking->turn = conversation_next(&asking->conversation, reply, &asking->request, asking->why);
    go_on(asking);
}

static void begin(void *context, bool is_found)
{
    struct asking *asking = context;
    asking->target.address_count = asking->addresses.count;
    if (!is_found) {
        fail(asking);
        return;
    }
    if (!http_client_open(asking->loop, &asking->target, asking->deadline, &asking->client, asking->why)) {
        fail(asking);
        return;
    }
    asking->turn = conversation_start(&asking->conversation, asking->agent, &asking->wishes, &asking->request,
                                      asking->why);
    go_on(asking);
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static const char *join_pins(const struct option_texts *pins, struct arena *arena)
{
    const char *joined = NULL;
    for (size_t i = 0; i < pins->count; i++)
        joined = joined == NULL ? pins->items[i] : arena_format(arena, "%s;%s", joined, pins->items[i]);
    return joined;
}

/* Everything that is known before the first packet. */
static void prepare(struct asking *asking, const struct endpoint *host)
{
    const struct http_config *http = &asking->config->http;
    const char *name = http->tls_name != NULL ? http->tls_name : host->host;
    uint16_t port = (uint16_t)asking->config->port.value;
    enum http_login login = (enum http_login)http->login;
    asking->target = (struct http_target) {.name = name,
                                           .port = port,
                                           .is_plain = http->is_plain,
                                           .addresses = asking->addresses.items,
                                           .login = login,
                                           .user = http->user,
                                           .password = http->password.value,
                                           .keytab_file = http->keytab_file,
                                           .ca_file = http->ca_file,
                                           .pins = join_pins(&http->pins, &asking->arena),
                                           .is_unverified = http->is_unverified,
                                           .certificate_file = http->certificate_file,
                                           .key_file = http->key_file};
    asking->authority = endpoint_format(host->host, port, &asking->arena);
    asking->wishes =
        (struct agent_wishes) {.authority = endpoint_format(name, port, &asking->arena),
                               .is_plain = http->is_plain,
                               .command = http->command,
                               .path = http->path,
                               .is_legacy = http->is_legacy,
                               .login = login,
                               .password = login == HTTP_LOGIN_HEADER ? http->password.value : NULL,
                               .fill_with_random = random_fill};
}

/* What can be said when nothing was decided. */
static void explain_open_end(struct asking *asking, bool is_in_time)
{
    if (is_in_time)
        problem_set(asking->why, PROBLEM_PROTOCOL, "was asked and nothing came of it");
    else if (asking->client != NULL) {
        note_request(asking);
        http_client_explain_silence(asking->client, asking->why);
    } else
        agent_addresses_explain_delay(&asking->addresses, asking->why);
}

/* TURN_ASK stands for an open end until something is decided. */
static void run(struct asking *asking)
{
    struct endpoint host;
    if (!endpoint_parse(span_of(asking->config->hostname), &asking->arena, &host, asking->why)) {
        fail(asking);
        return;
    }
    prepare(asking, &host);
    if (!arena_ok(&asking->arena)) {
        problem_set_memory(asking->why);
        fail(asking);
        return;
    }
    if (!http_notes_start(&asking->notes, asking->config, asking->report, asking->why)) {
        fail(asking);
        return;
    }
    agent_addresses_find(&asking->addresses, &host);
    bool is_in_time = loop_run(asking->loop, asking->deadline);
    if (asking->turn == TURN_ASK) {
        explain_open_end(asking, is_in_time);
        fail(asking);
    }
}

static bool take_answer(struct asking *asking, struct answer *ret)
{
    if (asking->turn != TURN_ANSWERED)
        return false;
    *ret =
        (struct answer) {.document = asking->conversation.document, .written = asking->conversation.written};
    /* What these agents say, they have found out just now. */
    if (asking->config->kind != AGENT_EXPORTER && !ret->document.time.is_known)
        ret->written = (struct known_time) {.is_known = true, .seconds = time(NULL)};
    asking->conversation.document = (struct license_document) {0};
    return true;
}

static bool ask_http(const struct agent_config *config, struct deadline deadline, unsigned verbosity,
                     struct report *report, struct answer *ret, struct problem *why)
{
    struct asking asking = {.config = config,
                            .agent = agent_of(config),
                            .deadline = deadline,
                            .report = report,
                            .notes.verbosity = verbosity,
                            .authority = config->hostname,
                            .turn = TURN_ASK,
                            .why = why};
    struct address address;
    int64_t start = monotonic_ms();
    asking.loop = loop_new();
    if (asking.loop == NULL)
        return problem_set_memory(why);
    asking.addresses = (struct agent_addresses) {
        .loop = asking.loop,
        .deadline = deadline,
        .advice = config->http.is_plain
                      ? "look the name up on this server, or give the address with --hostname"
                      : "look the name up on this server, or give the address with --hostname "
                        "and the name in the certificate with --tls-name",
        .found = begin,
        .context = &asking,
        .why = why};
    run(&asking);
    bool is_answered = take_answer(&asking, ret);
    bool has_address = asking.client != NULL && http_client_address(asking.client, &address);
    http_notes_end(&asking.notes, asking.agent->name, &asking.target, has_address ? &address : NULL,
                   monotonic_ms() - start);
    if (!is_answered) {
        if (why->kind == PROBLEM_PROTOCOL && why->advice[0] == '\0')
            problem_advise(
                why, "-vv shows what it sent: is it what this agent should send, and is the agent up to "
                     "date");
        problem_add_subject(why, "%s at %.150s", asking.agent->name, asking.authority);
        http_notes_hide(&asking.notes, why);
    }
    agent_addresses_done(&asking.addresses);
    http_client_close(asking.client);
    conversation_done(&asking.conversation);
    http_notes_done(&asking.notes);
    loop_free(asking.loop);
    arena_done(&asking.arena);
    return is_answered;
}

const struct agent_part http_part = {.name = "http", .ask = ask_http};
