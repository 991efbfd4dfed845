/* SPDX-License-Identifier: MIT */
/* Whom to ask, in which order, and for how long.
 *
 * A question goes to a server with EDNS first.  What goes wrong with EDNS is asked again without: when the
 * server says FORMERR or NOTIMP or something that cannot be read, and when nothing has come for half of the
 * limit, because there are servers and firewalls that drop what they do not know.  A Windows client asks
 * without EDNS; what works for it must not fail here. */
#include "transport/resolver.h"

#include "model/address.h"
#include "transport/dns_channel.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAXIMUM = 255, LIMIT_MINIMUM_MS = 20 };

enum { WITH_EDNS, WITHOUT_EDNS, WAY_COUNT };

struct server {
    struct dns_channel_server place;
    struct dns_channel *channels[WAY_COUNT]; /* NULL = not needed yet */
    bool has_answered, was_silent;           /* in this run */
    bool takes_no_edns;
};

enum question_kind {
    QUESTION_FOR_SERVER, /* to one server */
    QUESTION_FOR_ANY,    /* to one after the other */
    QUESTION_FOR_HOST    /* the way programs of this machine do it */
};

/* A question that has not been answered yet. */
struct question {
    struct question *next, **link; /* what points to this one */
    struct resolver *resolver;
    enum question_kind kind;
    enum dns_type type;
    bool wants_ipv4, wants_ipv6; /* QUESTION_FOR_HOST */
    size_t server;               /* that is asked now */
    uint32_t asked;              /* bit i = server i was asked, or is asked now */
    struct dns_query *queries[WAY_COUNT];
    bool was_asked[WAY_COUNT]; /* of this server */
    struct loop_timer timer;
    int64_t started_us, ends_at_ms;
    struct dns_answer at_limit; /* what it comes to when the limit does */
    resolver_answered *attempted, *answered;
    void *context;
    char name[NAME_MAXIMUM + 1];
};

struct resolver {
    struct loop *loop;
    struct deadline deadline;
    bool is_closing;
    struct dns_channel *machine; /* NULL = not needed yet */
    struct question *questions;
    size_t server_count;
    struct server servers[RESOLVER_SERVERS_MAXIMUM];
};

/* ---- opening and closing ----------------------------------------------------------------------------- */

static int64_t limit_ms(const struct resolver *resolver)
{
    int64_t half = deadline_remaining_ms(resolver->deadline) / 2;
    return half < RESOLVER_LIMIT_MAXIMUM_MS ? half : RESOLVER_LIMIT_MAXIMUM_MS;
}

static struct dns_channel *machine_channel(struct resolver *resolver)
{
    if (resolver->machine == NULL)
        resolver->machine =
            dns_channel_open(resolver->loop, &(struct dns_channel_setup) {.limit_ms = limit_ms(resolver)});
    return resolver->machine;
}

static struct dns_channel *server_channel(struct resolver *resolver, struct server *server, int way)
{
    if (server->channels[way] == NULL)
        server->channels[way] =
            dns_channel_open(resolver->loop, &(struct dns_channel_setup) {.server = server->place.text,
                                                                          .uses_edns = way == WITH_EDNS,
                                                                          .limit_ms = limit_ms(resolver)});
    return server->channels[way];
}

static bool take_servers_of_machine(struct resolver *resolver, struct problem *why)
{
    struct dns_channel_server found[RESOLVER_SERVERS_MAXIMUM];
    if (machine_channel(resolver) == NULL)
        return problem_set(why, PROBLEM_RESOLVE, "cannot read which DNS servers this machine uses");
    resolver->server_count = dns_channel_list_servers(resolver->machine, RESOLVER_SERVERS_MAXIMUM, found);
    for (size_t i = 0; i < resolver->server_count; i++)
        resolver->servers[i].place = found[i];
    if (resolver->server_count == 0)
        return problem_set(why, PROBLEM_RESOLVE, "no DNS server is set on this machine");
    return true;
}

bool resolver_open(struct loop *loop, const struct dns_server *servers, size_t server_count,
                   struct deadline deadline, struct resolver **ret, struct problem *why)
{
    if (server_count > RESOLVER_SERVERS_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "more than %d DNS servers", RESOLVER_SERVERS_MAXIMUM);
    struct resolver *resolver = calloc(1, sizeof *resolver);
    if (resolver == NULL)
        return problem_set_memory(why);
    resolver->loop = loop;
    resolver->deadline = deadline;
    resolver->server_count = server_count;
    for (size_t i = 0; i < server_count; i++) {
        resolver->servers[i].place.server = servers[i];
        dns_channel_print_server(&servers[i], resolver->servers[i].place.text);
    }
    if (server_count == 0 && !take_servers_of_machine(resolver, why)) {
        resolver_close(resolver);
        return false;
    }
    *ret = resolver;
    return true;
}

size_t resolver_server_count(const struct resolver *resolver)
{
    return resolver->server_count;
}

/* ---- the end of a question --------------------------------------------------------------------------- */

static void start_asking(struct question *question);

static bool is_definite(enum dns_outcome outcome)
{
    return outcome == DNS_ANSWERED || outcome == DNS_NAME_ERROR || outcome == DNS_NO_DATA;
}

static void finish(struct question *question, const struct dns_answer *answer)
{
    *question->link = question->next;
    if (question->next != NULL)
        question->next->link = question->link;
    question->answered(question->context, answer);
    free(question);
}

/* What this run has learnt about the server. */
static void remember(struct server *server, enum dns_outcome outcome)
{
    if (outcome == DNS_TIMEOUT || outcome == DNS_UNREACHABLE)
        server->was_silent = true;
    else if (outcome != DNS_NOT_IN_TIME)
        server->has_answered = true;
}

/* The lower, the sooner it is asked.  One that has been silent is no help while another one answers. */
enum { RANK_ANSWERS, RANK_UNKNOWN, RANK_SILENT, RANK_NONE };

static int rank(const struct server *server)
{
    return server->has_answered ? RANK_ANSWERS : server->was_silent ? RANK_SILENT : RANK_UNKNOWN;
}

/* Chooses the server to ask next; false when none is left. */
static bool choose_server(struct question *question)
{
    const struct resolver *resolver = question->resolver;
    int best = RANK_NONE;
    bool is_answered_by_one = false;
    for (size_t i = 0; i < resolver->server_count; i++) {
        int own = rank(&resolver->servers[i]);
        is_answered_by_one = is_answered_by_one || own == RANK_ANSWERS;
        if ((question->asked >> i & 1) == 0 && own < best) {
            best = own;
            question->server = i;
        }
    }
    return best < RANK_SILENT || (best == RANK_SILENT && !is_answered_by_one);
}

/* The server, or this machine, has had its say. */
static void settle(struct question *question, const struct dns_answer *result)
{
    struct resolver *resolver = question->resolver;
    struct dns_answer answer = *result;
    loop_timer_stop(resolver->loop, &question->timer);
    for (int way = 0; way < WAY_COUNT; way++) {
        if (question->queries[way] != NULL)
            dns_query_give_up(question->queries[way]);
        question->queries[way] = NULL;
    }
    answer.duration_us = question->started_us == 0 ? 0 : monotonic_us() - question->started_us;
    if (question->kind != QUESTION_FOR_HOST) {
        struct server *server = &resolver->servers[question->server];
        answer.server = server->place.server;
        remember(server, answer.outcome);
    }
    if (question->kind == QUESTION_FOR_ANY && question->attempted != NULL)
        question->attempted(question->context, &answer);
    if (question->kind == QUESTION_FOR_ANY && !is_definite(answer.outcome) &&
        answer.outcome != DNS_NOT_IN_TIME && choose_server(question))
        start_asking(question);
    else
        finish(question, &answer);
}

static void settle_as(struct question *question, enum dns_outcome outcome)
{
    settle(question, &(struct dns_answer) {.outcome = outcome});
}

void resolver_close(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    resolver->is_closing = true;
    while (resolver->questions != NULL)
        settle_as(resolver->questions, DNS_NOT_IN_TIME);
    for (size_t i = 0; i < resolver->server_count; i++) {
        for (int way = 0; way < WAY_COUNT; way++)
            dns_channel_close(resolver->servers[i].channels[way]);
    }
    dns_channel_close(resolver->machine);
    free(resolver);
}

/* ---- asking ------------------------------------------------------------------------------------------ */

static void on_answer(void *context, struct dns_query *query, const struct dns_answer *answer);

/* False when there is no memory. */
static bool ask(struct question *question, int way)
{
    struct resolver *resolver = question->resolver;
    bool is_host = question->kind == QUESTION_FOR_HOST;
    struct dns_channel *channel = is_host
                                      ? machine_channel(resolver)
                                      : server_channel(resolver, &resolver->servers[question->server], way);
    if (channel == NULL)
        return false;
    question->was_asked[way] = true;
    question->queries[way] =
        is_host ? dns_channel_find_host(channel, question->name, question->wants_ipv4, question->wants_ipv6,
                                        on_answer, question)
                : dns_channel_ask(channel, question->name, question->type, on_answer, question);
    return question->queries[way] != NULL;
}

static void ask_or_settle(struct question *question, int way)
{
    if (!ask(question, way))
        settle_as(question, DNS_NOT_IN_TIME);
}

static bool may_be_about_edns(enum dns_outcome outcome)
{
    return outcome == DNS_FORMAT_ERROR || outcome == DNS_NOT_IMPLEMENTED || outcome == DNS_BAD_ANSWER;
}

static void on_answer(void *context, struct dns_query *query, const struct dns_answer *answer)
{
    struct question *question = context;
    int way = question->queries[WITH_EDNS] == query ? WITH_EDNS : WITHOUT_EDNS;
    question->queries[way] = NULL;
    bool is_host = question->kind == QUESTION_FOR_HOST;
    if (answer->outcome == DNS_TIMEOUT) { /* c-ares has given up; what counts is the limit */
        if (monotonic_ms() < question->ends_at_ms)
            ask_or_settle(question, way);
    } else if (way == WITH_EDNS && !is_host && may_be_about_edns(answer->outcome)) {
        question->at_limit = (struct dns_answer) {.outcome = answer->outcome, .rcode = answer->rcode};
        if (!question->was_asked[WITHOUT_EDNS])
            ask_or_settle(question, WITHOUT_EDNS);
    } else {
        struct server *server = &question->resolver->servers[question->server];
        if (way == WITHOUT_EDNS && is_definite(answer->outcome))
            server->takes_no_edns = true;
        settle(question, answer);
    }
}

/* Half of the limit, and the whole. */
static void on_time(struct loop_timer *timer)
{
    struct question *question = timer->context;
    if (timer->at_ms >= question->ends_at_ms) {
        settle(question, &question->at_limit);
        return;
    }
    timer->at_ms = question->ends_at_ms;
    if (!loop_timer_start(question->resolver->loop, timer))
        settle_as(question, DNS_NOT_IN_TIME);
    else if (!question->was_asked[WITHOUT_EDNS])
        ask_or_settle(question, WITHOUT_EDNS);
}

/* Asks the server that was chosen, or this machine. */
static void start_asking(struct question *question)
{
    struct resolver *resolver = question->resolver;
    int64_t limit = limit_ms(resolver);
    question->started_us = 0;
    if (limit < LIMIT_MINIMUM_MS || resolver->is_closing) { /* silence would prove nothing */
        settle_as(question, DNS_NOT_IN_TIME);
        return;
    }
    int way = WITH_EDNS;
    int64_t now_ms = monotonic_ms();
    question->started_us = monotonic_us();
    question->ends_at_ms = question->timer.at_ms = now_ms + limit;
    question->at_limit = (struct dns_answer) {.outcome = DNS_TIMEOUT};
    memset(question->was_asked, 0, sizeof question->was_asked);
    if (question->kind != QUESTION_FOR_HOST) {
        question->asked |= UINT32_C(1) << question->server;
        if (resolver->servers[question->server].takes_no_edns)
            way = WITHOUT_EDNS;
        else
            question->timer.at_ms = now_ms + limit / 2;
    }
    if (!loop_timer_start(resolver->loop, &question->timer))
        settle_as(question, DNS_NOT_IN_TIME);
    else
        ask_or_settle(question, way);
}

/* Never fails: what cannot be asked is answered at once. */
static struct question *new_question(struct resolver *resolver, enum question_kind kind, const char *name,
                                     resolver_answered *answered, void *context)
{
    size_t length = strlen(name);
    struct question *question = length <= NAME_MAXIMUM ? calloc(1, sizeof *question) : NULL;
    if (question == NULL) {
        /* A name that is too long for DNS cannot exist in it. */
        enum dns_outcome outcome = length > NAME_MAXIMUM ? DNS_NAME_ERROR : DNS_NOT_IN_TIME;
        answered(context, &(struct dns_answer) {.outcome = outcome});
        return NULL;
    }
    memcpy(question->name, name, length);
    question->resolver = resolver;
    question->kind = kind;
    question->answered = answered;
    question->context = context;
    question->timer = (struct loop_timer) {.due = on_time, .context = question};
    question->next = resolver->questions;
    question->link = &resolver->questions;
    if (question->next != NULL)
        question->next->link = &question->next;
    resolver->questions = question;
    return question;
}

void resolver_ask_server(struct resolver *resolver, size_t server, const char *name, enum dns_type type,
                         resolver_answered *answered, void *context)
{
    struct question *question = new_question(resolver, QUESTION_FOR_SERVER, name, answered, context);
    if (question == NULL)
        return;
    question->type = type;
    question->server = server;
    start_asking(question);
}

void resolver_ask(struct resolver *resolver, const char *name, enum dns_type type,
                  resolver_answered *attempted, resolver_answered *answered, void *context)
{
    struct question *question = new_question(resolver, QUESTION_FOR_ANY, name, answered, context);
    if (question == NULL)
        return;
    question->type = type;
    question->attempted = attempted;
    choose_server(question);
    start_asking(question);
}

/* An address needs no look-up. */
static bool answer_literal(const char *name, bool wants_ipv4, bool wants_ipv6, resolver_answered *answered,
                           void *context)
{
    struct address address;
    if (!address_parse(span_of(name), &address))
        return false;
    struct dns_answer answer = {.outcome = DNS_NO_DATA};
    if (address.is_ipv6 ? wants_ipv6 : wants_ipv4)
        answer = (struct dns_answer) {.outcome = DNS_ANSWERED, .addresses = &address, .address_count = 1};
    answered(context, &answer);
    return true;
}

void resolver_find_host(struct resolver *resolver, const char *name, bool wants_ipv4, bool wants_ipv6,
                        resolver_answered *answered, void *context)
{
    if (answer_literal(name, wants_ipv4, wants_ipv6, answered, context))
        return;
    struct question *question = new_question(resolver, QUESTION_FOR_HOST, name, answered, context);
    if (question == NULL)
        return;
    question->wants_ipv4 = wants_ipv4;
    question->wants_ipv6 = wants_ipv6;
    start_asking(question);
}
