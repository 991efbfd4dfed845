/* SPDX-License-Identifier: MIT */
/* Windows' own SNMP service: it knows nothing of licenses, so only whether a KMS host can be there.
 *
 *   GET who listens on the port on 0.0.0.0, on :: and on both, and the state of the licensing service
 *   not found: GETNEXT through the local addresses of tcpListenerTable and, where it has none that others
 *   reach, of tcpConnTable
 *   found with process ids: GET the name of each of these processes
 *   the service is not seen: GETBULK through the names of the processes, to the first sppsvc.exe, and GET its
 *   state
 *   no processes either: GETNEXT whether the table of services has rows at all
 *
 * A table that the agent does not have is no fact; one that ends without what was looked for is.  Sources:
 * RFC 1213 and RFC 4022 (TCP), RFC 2790 (hrSWRunTable), LanMgr-Mib-II (svSvcTable: running services only, by
 * their display names in the language of Windows). */
#include "agents/snmp_answer.h"
#include "agents/snmp_conversation.h"
#include "agents/snmp_listeners.h"
#include "model/snmp_oid.h"

#include <string.h>

enum {
    PROCESSES_MAXIMUM = 20000, /* of a server */
    PROCESSES_A_TURN = 20,     /* names of at most 64 bytes: one packet */
    TCP_LISTEN = 2,            /* tcpConnState */
    SERVICE_ACTIVE = 1,        /* svSvcOperatingState */
    PROCESS_INVALID = 4,       /* hrSWRunStatus: not loaded */
    ERROR_NO_ACCESS = 6        /* RFC 3416: what some agents say of what the view hides */
};

static const struct snmp_oid service_state = SNMP_OID(1, 3, 6, 1, 4, 1, 77, 1, 2, 3, 1, 3);
static const struct snmp_oid run_name = SNMP_OID(1, 3, 6, 1, 2, 1, 25, 4, 2, 1, 2);
static const struct snmp_oid run_status = SNMP_OID(1, 3, 6, 1, 2, 1, 25, 4, 2, 1, 7);

/* What is asked for by name. */
enum probe { PROBE_CONNECTION, PROBE_IPV4, PROBE_IPV6, PROBE_FAMILY, PROBE_SERVICE, PROBE_COUNT };

/* In this order, each one only where it is needed. */
enum step {
    STEP_PROBES,
    STEP_LISTENERS,
    STEP_CONNECTIONS,
    STEP_OWNER,
    STEP_PROCESSES,
    STEP_STATUS,
    STEP_SERVICES,
    STEP_END
};

struct windows {
    enum step step;
    struct snmp_oid oids[PROBE_COUNT]; /* of the last request */
    struct snmp_request request;
    size_t probes_a_turn, probe; /* all in one reply, or one by one; the next one */

    struct listener_search search;
    bool is_searched[2]; /* enum listener_table: it had rows and came to its end */

    struct listeners listeners;
    size_t owner_at; /* the one that is asked for */

    unsigned process_window;
    size_t process_count;
    uint32_t process; /* id of sppsvc.exe; 0 = not seen */
    bool is_process_table_whole, has_services;
    struct known_flag is_running;
    const char *running_words;
};

/* ---- requests ---- */

static enum snmp_turn ask(struct windows *windows, enum snmp_request_kind kind, size_t oid_count,
                          unsigned repetitions, struct snmp_request *ret_request)
{
    windows->request = (struct snmp_request) {
        .kind = kind, .oids = windows->oids, .oid_count = oid_count, .repetitions = repetitions};
    *ret_request = windows->request;
    return SNMP_TURN_ASK;
}

static uint16_t port_of(const struct snmp_conversation *conversation)
{
    uint16_t port = conversation->wishes->kms_port;
    return port != 0 ? port : 1688;
}

static bool make_probe(const struct snmp_conversation *conversation, enum probe probe, struct snmp_oid *ret)
{
    uint16_t port = port_of(conversation);
    switch (probe) {
    case PROBE_CONNECTION:
        *ret = listener_name(TCP_CONNECTIONS, ANY_IPV4, port);
        return true;
    case PROBE_IPV4:
        *ret = listener_name(LISTENER_PROCESSES, ANY_IPV4, port);
        return true;
    case PROBE_IPV6:
        *ret = listener_name(LISTENER_PROCESSES, ANY_IPV6, port);
        return true;
    case PROBE_FAMILY:
        *ret = listener_name(LISTENER_PROCESSES, ANY_FAMILY, port);
        return true;
    case PROBE_SERVICE:
    case PROBE_COUNT:
        break;
    }
    *ret = service_state;
    return snmp_oid_append_string(ret, span_of(conversation->wishes->service_name));
}

static enum snmp_turn ask_probes(struct snmp_conversation *conversation, size_t first,
                                 struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    size_t count = windows->probes_a_turn;
    windows->probe = first;
    for (size_t i = 0; i < count; i++) {
        if (make_probe(conversation, (enum probe)(first + i), &windows->oids[i]))
            continue;
        problem_set(why, PROBLEM_USAGE, "cannot be asked for a service whose name is that long");
        return SNMP_TURN_FAILED;
    }
    return ask(windows, SNMP_GET, count, 0, ret_request);
}

static enum listener_table table_of(const struct windows *windows)
{
    return windows->step == STEP_LISTENERS ? LISTENER_PROCESSES : TCP_CONNECTIONS;
}

static enum snmp_turn ask_search(struct windows *windows, struct snmp_request *ret_request)
{
    windows->oids[0] = windows->search.name;
    return ask(windows, SNMP_GET_NEXT, 1, 0, ret_request);
}

/* A row by its column and a process id. */
static enum snmp_turn ask_process(struct windows *windows, const struct snmp_oid *column, uint32_t process,
                                  struct snmp_request *ret_request)
{
    windows->oids[0] = *column;
    windows->oids[0].parts[windows->oids[0].length++] = process;
    return ask(windows, SNMP_GET, 1, 0, ret_request);
}

/* The names behind windows->oids[0]. */
static enum snmp_turn ask_processes(struct snmp_conversation *conversation, struct snmp_request *ret_request)
{
    struct windows *windows = conversation->state;
    if (conversation->wishes->is_version_1)
        return ask(windows, SNMP_GET_NEXT, 1, 0, ret_request);
    return ask(windows, SNMP_GET_BULK, 1, windows->process_window, ret_request);
}

static enum snmp_turn start(struct snmp_conversation *conversation, struct snmp_request *ret_request,
                            struct problem *why)
{
    struct windows *windows = arena_allocate(&conversation->arena, sizeof *windows);
    if (windows == NULL) {
        problem_set_memory(why);
        return SNMP_TURN_FAILED;
    }
    /* Version 1 refuses a whole request when one of its names is not there. */
    windows->probes_a_turn = conversation->wishes->is_version_1 ? 1 : PROBE_COUNT;
    windows->process_window = PROCESSES_A_TURN;
    conversation->state = windows;
    return ask_probes(conversation, 0, ret_request, why);
}

/* ---- the end ---- */

static const char *searched_tables(const struct windows *windows)
{
    if (!windows->is_searched[LISTENER_PROCESSES])
        return "tcpConnTable (which has IPv4 only)";
    return windows->is_searched[TCP_CONNECTIONS] ? "tcpListenerTable and tcpConnTable" : "tcpListenerTable";
}

static const char *listening_words(struct snmp_conversation *conversation, bool is_known)
{
    struct windows *windows = conversation->state;
    struct arena *arena = &conversation->document.arena;
    unsigned port = port_of(conversation);
    if (windows->listeners.count > 0)
        return listeners_words(&windows->listeners, port, arena);
    return is_known ? arena_format(arena, "no listener on TCP %u in %s", port, searched_tables(windows))
                    : NULL;
}

static enum snmp_turn finish(struct snmp_conversation *conversation)
{
    struct windows *windows = conversation->state;
    /* Behind a loopback address where a search broke off there may be one that others reach. */
    bool is_known = windows->listeners.is_reachable || windows->is_searched[LISTENER_PROCESSES] ||
                    windows->is_searched[TCP_CONNECTIONS];
    bool is_found = windows->listeners.count > 0, has_foreign;
    if (!windows->is_running.is_known && windows->is_process_table_whole) {
        windows->is_running = (struct known_flag) {true, false};
        windows->running_words = "no process sppsvc.exe";
    } else if (!windows->is_running.is_known && windows->has_services) {
        windows->is_running = (struct known_flag) {true, false};
        windows->running_words = arena_format(&conversation->document.arena, "no running service %s",
                                              conversation->wishes->service_name);
    }
    struct known_flag is_licensing = listeners_licensing(&windows->listeners, &has_foreign);
    conversation->document.presence =
        (struct presence) {.was_looked_for = true,
                           .is_listening = {is_known, is_known && is_found},
                           .is_running = windows->is_running,
                           .is_listener_licensing = is_licensing,
                           .is_loopback_only = is_known && is_found && !windows->listeners.is_reachable,
                           .has_foreign_listener = has_foreign,
                           .listening_words = listening_words(conversation, is_known),
                           .running_words = windows->running_words};
    return SNMP_TURN_ANSWERED;
}

/* ---- from one step to the next ---- */

static bool is_needed(const struct windows *windows, enum step step)
{
    switch (step) {
    case STEP_LISTENERS:
    case STEP_CONNECTIONS:
        return !windows->listeners.is_reachable;
    case STEP_OWNER:
        return windows->listeners.owner_count > 0;
    case STEP_PROCESSES:
        return !windows->is_running.is_known;
    case STEP_STATUS:
        return windows->process != 0;
    case STEP_SERVICES:
        return !windows->is_running.is_known && !windows->is_process_table_whole;
    case STEP_PROBES:
    case STEP_END:
        break;
    }
    return true;
}

static enum snmp_turn go_on(struct snmp_conversation *conversation, struct snmp_request *ret_request)
{
    struct windows *windows = conversation->state;
    do
        windows->step = (enum step)(windows->step + 1);
    while (!is_needed(windows, windows->step));
    switch (windows->step) {
    case STEP_LISTENERS:
    case STEP_CONNECTIONS:
        listener_search_start(&windows->search, table_of(windows), port_of(conversation));
        return ask_search(windows, ret_request);
    case STEP_OWNER:
        return ask_process(windows, &run_name, windows->listeners.owners[0].process, ret_request);
    case STEP_PROCESSES:
        windows->oids[0] = run_name;
        return ask_processes(conversation, ret_request);
    case STEP_STATUS:
        return ask_process(windows, &run_status, windows->process, ret_request);
    case STEP_SERVICES:
        windows->oids[0] = service_state;
        return ask(windows, SNMP_GET_NEXT, 1, 0, ret_request);
    case STEP_PROBES:
    case STEP_END:
        break;
    }
    return finish(conversation);
}

static enum snmp_turn fail_type(const char *object, struct problem *why)
{
    snmp_answer_explain_type(object, why);
    return SNMP_TURN_FAILED;
}

/* ---- what was asked for by name ---- */

static const char *service_state_words(int64_t state)
{
    static const char *const words[] = {"in no known state", "active", "about to continue", "about to pause",
                                        "paused"};
    return words[state > 0 && state < (int64_t)(sizeof words / sizeof words[0]) ? state : 0];
}

static void take_service(struct snmp_conversation *conversation, int64_t state)
{
    struct windows *windows = conversation->state;
    const char *name = conversation->wishes->service_name;
    struct arena *arena = &conversation->document.arena;
    windows->is_running = (struct known_flag) {true, state == SERVICE_ACTIVE};
    windows->running_words = state == SERVICE_ACTIVE
                                 ? arena_format(arena, "service %s", name)
                                 : arena_format(arena, "service %s is %s", name, service_state_words(state));
}

static bool take_probe(struct snmp_conversation *conversation, enum probe probe,
                       const struct snmp_binding *binding, struct problem *why)
{
    struct windows *windows = conversation->state;
    enum listener_table table = probe == PROBE_CONNECTION ? TCP_CONNECTIONS : LISTENER_PROCESSES;
    struct snmp_oid address;
    uint16_t port;
    if (snmp_answer_is_absent(binding))
        return true;
    if (binding->kind != SNMP_VALUE_NUMBER)
        return snmp_answer_explain_type(
            probe == PROBE_SERVICE ? "svSvcOperatingState" : listener_table_object(table), why);
    if (probe == PROBE_SERVICE)
        take_service(conversation, binding->number);
    else if ((table == LISTENER_PROCESSES || binding->number == TCP_LISTEN) &&
             listener_name_read(table, &binding->oid, &address, &port))
        return listeners_add(&windows->listeners, &conversation->arena, table, &address, binding->number,
                             why);
    return true;
}

static enum snmp_turn take_probes(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                  struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    for (size_t i = 0; reply->error == SNMP_ERROR_NONE && i < reply->binding_count; i++) {
        if (!take_probe(conversation, (enum probe)(windows->probe + i), &reply->bindings[i], why))
            return SNMP_TURN_FAILED;
    }
    if (reply->error != SNMP_ERROR_NONE && windows->request.oid_count > 1) {
        windows->probes_a_turn = 1; /* one of them is at fault */
        return ask_probes(conversation, 0, ret_request, why);
    }
    size_t next = windows->probe + windows->request.oid_count;
    return next < PROBE_COUNT ? ask_probes(conversation, next, ret_request, why)
                              : go_on(conversation, ret_request);
}

/* ---- the addresses of a table ---- */

static enum snmp_turn take_search(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                  struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    struct listener_search *search = &windows->search;
    switch (listener_search_next(search, reply, why)) {
    case SEARCH_GOES_ON:
        return ask_search(windows, ret_request);
    case SEARCH_FOUND:
        if (!listeners_add(&windows->listeners, &conversation->arena, search->table, &search->address,
                           search->value, why))
            return SNMP_TURN_FAILED;
        return ask_search(windows, ret_request);
    case SEARCH_ENDED:
        windows->is_searched[search->table] = search->address_count > 0;
        break;
    case SEARCH_BROKEN:
        break;
    case SEARCH_FAILED:
        return SNMP_TURN_FAILED;
    }
    return go_on(conversation, ret_request);
}

/* ---- processes ---- */

/* Some agents send the NUL of a C string with it. */
static struct span name_of(const struct snmp_binding *binding)
{
    return span_trim(span_first(binding->bytes, span_find(binding->bytes, '\0')));
}

static void see_process(struct snmp_conversation *conversation, uint32_t process)
{
    struct windows *windows = conversation->state;
    windows->is_running = (struct known_flag) {true, true};
    windows->running_words =
        arena_format(&conversation->document.arena, "process sppsvc.exe %lu", (unsigned long)process);
}

static enum snmp_turn ask_next_owner(struct snmp_conversation *conversation, struct snmp_request *ret_request)
{
    struct windows *windows = conversation->state;
    if (++windows->owner_at < windows->listeners.owner_count)
        return ask_process(windows, &run_name, windows->listeners.owners[windows->owner_at].process,
                           ret_request);
    return go_on(conversation, ret_request);
}

static enum snmp_turn take_owner(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                 struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    struct listener_owner *owner = &windows->listeners.owners[windows->owner_at];
    if (reply->error != SNMP_ERROR_NONE || snmp_answer_is_absent(&reply->bindings[0]))
        return ask_next_owner(conversation, ret_request);
    if (reply->bindings[0].kind != SNMP_VALUE_BYTES)
        return fail_type("hrSWRunName", why);
    listener_owner_name(owner, name_of(&reply->bindings[0]), &conversation->document.arena);
    if (owner->is_licensing) {
        windows->is_running = (struct known_flag) {true, true};
        windows->running_words = NULL; /* the words about the listener name it */
    }
    return ask_next_owner(conversation, ret_request);
}

static enum snmp_turn end_processes(struct snmp_conversation *conversation, bool is_whole,
                                    struct snmp_request *ret_request)
{
    struct windows *windows = conversation->state;
    windows->is_process_table_whole = is_whole && windows->process_count > 0;
    return go_on(conversation, ret_request);
}

static enum snmp_turn refuse_processes(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                       struct snmp_request *ret_request)
{
    struct windows *windows = conversation->state;
    bool is_version_1 = conversation->wishes->is_version_1;
    if (reply->error == SNMP_ERROR_TOO_BIG && !is_version_1 && windows->process_window > 1) {
        windows->process_window /= 2;
        return ask_processes(conversation, ret_request);
    }
    return end_processes(conversation, is_version_1 && reply->error == SNMP_ERROR_NO_SUCH_NAME, ret_request);
}

static enum snmp_turn take_processes(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                     struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    if (reply->error != SNMP_ERROR_NONE)
        return refuse_processes(conversation, reply, ret_request);
    for (size_t i = 0; i < reply->binding_count; i++) {
        const struct snmp_binding *binding = &reply->bindings[i];
        if (binding->kind == SNMP_END_OF_VIEW || !snmp_oid_starts_with(&binding->oid, &run_name))
            return end_processes(conversation, true, ret_request);
        if (binding->kind != SNMP_VALUE_BYTES || binding->oid.length != run_name.length + 1)
            return fail_type("hrSWRunName", why);
        if (windows->process_count++ == PROCESSES_MAXIMUM) {
            problem_set(why, PROBLEM_PROTOCOL, "has more than %d processes in hrSWRunTable",
                        PROCESSES_MAXIMUM);
            return SNMP_TURN_FAILED;
        }
        if (process_is_licensing(name_of(binding))) {
            windows->process = binding->oid.parts[run_name.length];
            see_process(conversation, windows->process);
            return go_on(conversation, ret_request);
        }
        windows->oids[0] = binding->oid;
    }
    return ask_processes(conversation, ret_request);
}

/* A process in the table is there; only the word that it is not loaded says otherwise. */
static enum snmp_turn take_status(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                  struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    if (reply->error != SNMP_ERROR_NONE || snmp_answer_is_absent(&reply->bindings[0]))
        return go_on(conversation, ret_request);
    if (reply->bindings[0].kind != SNMP_VALUE_NUMBER)
        return fail_type("hrSWRunStatus", why);
    if (reply->bindings[0].number == PROCESS_INVALID) {
        windows->is_running = (struct known_flag) {true, false};
        windows->running_words = "process sppsvc.exe is no longer loaded";
    }
    return go_on(conversation, ret_request);
}

static enum snmp_turn take_services(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                                    struct snmp_request *ret_request)
{
    struct windows *windows = conversation->state;
    windows->has_services = reply->error == SNMP_ERROR_NONE && reply->bindings[0].kind == SNMP_VALUE_NUMBER &&
                            snmp_oid_starts_with(&reply->bindings[0].oid, &service_state);
    return go_on(conversation, ret_request);
}

/* An error that says no more than: this is not there, or not for you. */
static bool is_of_a_table(int error)
{
    return error == SNMP_ERROR_NO_SUCH_NAME || error == SNMP_ERROR_GENERAL || error == ERROR_NO_ACCESS;
}

static enum snmp_turn next(struct snmp_conversation *conversation, const struct snmp_reply *reply,
                           struct snmp_request *ret_request, struct problem *why)
{
    struct windows *windows = conversation->state;
    bool can_ask_for_less = windows->request.oid_count > 1 ||
                            (windows->request.repetitions > 1 && reply->error == SNMP_ERROR_TOO_BIG);
    if (reply->error != SNMP_ERROR_NONE && !is_of_a_table(reply->error) && !can_ask_for_less) {
        snmp_answer_explain_error(reply, why);
        return SNMP_TURN_FAILED;
    }
    if (reply->error == SNMP_ERROR_NONE && !snmp_answer_check(&windows->request, reply, why))
        return SNMP_TURN_FAILED;
    switch (windows->step) {
    case STEP_PROBES:
        return take_probes(conversation, reply, ret_request, why);
    case STEP_LISTENERS:
    case STEP_CONNECTIONS:
        return take_search(conversation, reply, ret_request, why);
    case STEP_OWNER:
        return take_owner(conversation, reply, ret_request, why);
    case STEP_PROCESSES:
        return take_processes(conversation, reply, ret_request, why);
    case STEP_STATUS:
        return take_status(conversation, reply, ret_request, why);
    case STEP_SERVICES:
    case STEP_END:
        break;
    }
    return take_services(conversation, reply, ret_request);
}

const struct snmp_agent snmp_windows_agent = {
    .name = "the SNMP service of Windows", .start = start, .next = next};
