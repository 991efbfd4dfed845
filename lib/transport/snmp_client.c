/* SPDX-License-Identifier: MIT */
/* net-snmp's single-session API in the loop.
 *
 * The library calls back while it works; what it said is noted, and acted upon when it has returned.  It
 * knows one request at a time, sends it again by itself, and compares versions, request and message ids.
 *
 * Version 3 begins with a request of nobody, which the other side answers with its engine id.  net-snmp would
 * wait for that answer where it stands, so it is sent from here (RFC 3414, 4).  The first request of a user
 * is then refused with the time of the other side, which net-snmp takes over and sends it again. */
#define _DEFAULT_SOURCE /* u_char, in net-snmp's headers */

#include "transport/snmp_client.h"

#include "base/arena.h"
#include "transport/snmp_failure.h"
#include "transport/snmp_session.h"
#include "transport/snmp_socket.h"
#include "transport/snmp_values.h"

#include <poll.h>
#include <stdlib.h>

#include <net-snmp/net-snmp-config.h> /* before all others of net-snmp */

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>

enum {
    SOONEST_TIMEOUT_MS = 1,
    EARLIER_MAXIMUM = 16 /* requests whose answers may still come */
};

/* What the library has said about the request. */
enum word { WORD_NONE, WORD_REPLY, WORD_REPORT, WORD_SILENCE, WORD_NOT_SENT };

struct snmp_client {
    struct loop *loop;
    const struct snmp_target *target;
    struct deadline deadline;
    void *session;
    struct loop_watch watch;
    struct loop_timer timer;

    bool is_asking, is_probing, is_closing;
    snmp_answered *answered;
    void *context;
    netsnmp_pdu *sent;    /* belongs to the library until it has said its word */
    netsnmp_pdu *waiting; /* version 3: until the other side is known */
    size_t values_maximum;

    long requests[EARLIER_MAXIMUM]; /* their ids; each new one takes the place of the oldest */
    size_t request_count;           /* that were sent */

    enum word word;
    int error;          /* SNMPERR_... of WORD_REPORT and WORD_NOT_SENT */
    netsnmp_pdu *reply; /* of WORD_REPLY; its values were taken out of the library's PDU */
    struct snmp_heard heard;
};

static void conclude(struct snmp_client *client);

/* ---- what the library says --------------------------------------------------------------------------- */

/* The library releases its PDU; the values of it are kept. */
static void take_reply(struct snmp_client *client, netsnmp_pdu *pdu)
{
    if (pdu->command != SNMP_MSG_RESPONSE || client->reply != NULL)
        return;
    client->heard.answers++;
    client->reply = snmp_pdu_create(SNMP_MSG_RESPONSE);
    client->word = client->reply != NULL ? WORD_REPLY : WORD_NOT_SENT;
    client->error = SNMPERR_MALLOC;
    if (client->reply == NULL)
        return;
    client->reply->errstat = pdu->errstat;
    client->reply->errindex = pdu->errindex;
    client->reply->variables = pdu->variables;
    pdu->variables = NULL;
}

static int on_event(int operation, netsnmp_session *session, int request_id, netsnmp_pdu *pdu, void *context)
{
    struct snmp_client *client = context;
    (void)request_id;
    if (client->is_closing || !client->is_asking)
        return 1;
    switch (operation) {
    case NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE: /* requests of others come here too */
        take_reply(client, pdu);
        break;
    case NETSNMP_CALLBACK_OP_SEC_ERROR:
        client->word = WORD_REPORT;
        client->error = pdu->command == SNMP_MSG_REPORT ? snmpv3_get_report_type(pdu) : session->s_snmp_errno;
        break;
    case NETSNMP_CALLBACK_OP_TIMED_OUT:
        client->word = WORD_SILENCE;
        break;
    case NETSNMP_CALLBACK_OP_SEND_FAILED:
        client->word = WORD_NOT_SENT;
        client->error = session->s_snmp_errno;
        break;
    default: /* it was sent again */
        break;
    }
    if (client->word != WORD_NONE) { /* the last moment before it is released */
        snmp_session_wipe_request(client->sent);
        client->sent = NULL;
    }
    return 1;
}

static bool is_of_ours(const struct snmp_client *client, long request_id)
{
    size_t count = client->request_count < EARLIER_MAXIMUM ? client->request_count : EARLIER_MAXIMUM;
    for (size_t i = 0; i < count; i++) {
        if (client->requests[i] == request_id)
            return true;
    }
    return false;
}

/* Version 3 gives a request a new message id when it is sent again, and takes no answer to the one before. */
static bool is_too_late(const struct snmp_client *client, const netsnmp_pdu *pdu)
{
    return client->target->version == 3 && client->sent != NULL && client->sent->reqid == pdu->reqid &&
           client->sent->msgid != pdu->msgid;
}

/* Called for each packet before the library looks whose answer it is.  One that answers an earlier request,
 * because that was sent twice, is nobody strange; a report need not tell the request. */
static int on_packet(netsnmp_session *session, netsnmp_pdu *pdu, int error)
{
    struct snmp_client *client = session->callback_magic;
    bool is_answer = pdu->command == SNMP_MSG_REPORT ||
                     (pdu->command == SNMP_MSG_RESPONSE && is_of_ours(client, pdu->reqid));
    if (error != 0)
        client->heard.garbled++;
    else if (!is_answer)
        client->heard.strangers++;
    else if (is_too_late(client, pdu))
        client->heard.late++;
    return 1;
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

static void stop_waiting(struct snmp_client *client)
{
    loop_watch_stop(client->loop, &client->watch);
    loop_timer_stop(client->loop, &client->timer);
}

/* When the library wants to be woken. */
static bool start_waiting(struct snmp_client *client)
{
    netsnmp_large_fd_set descriptors;
    struct timeval left = {0};
    int count = 0, is_endless = 1;
    netsnmp_large_fd_set_init(&descriptors, FD_SETSIZE);
    snmp_sess_select_info2(client->session, &count, &descriptors, &left, &is_endless);
    netsnmp_large_fd_set_cleanup(&descriptors);
    client->timer.at_ms = monotonic_ms() + left.tv_sec * 1000 + left.tv_usec / 1000 + SOONEST_TIMEOUT_MS;
    return loop_watch_start(client->loop, &client->watch) &&
           (is_endless || loop_timer_start(client->loop, &client->timer));
}

static void on_readable(struct loop_watch *watch, short ready_events)
{
    struct snmp_client *client = watch->context;
    netsnmp_large_fd_set descriptors;
    (void)ready_events; /* an error is found by reading */
    netsnmp_large_fd_set_init(&descriptors, FD_SETSIZE);
    netsnmp_large_fd_setfd(watch->descriptor, &descriptors);
    snmp_sess_read2(client->session, &descriptors);
    netsnmp_large_fd_set_cleanup(&descriptors);
    conclude(client);
}

static void on_time(struct loop_timer *timer)
{
    struct snmp_client *client = timer->context;
    snmp_sess_timeout(client->session);
    conclude(client);
}

/* ---- one request ------------------------------------------------------------------------------------- */

/* The time that is left is shared by all sendings. */
static void share_time(struct snmp_client *client)
{
    netsnmp_session *session = snmp_sess_session(client->session);
    int64_t share_ms = deadline_remaining_ms(client->deadline) / ((int64_t)client->target->retries + 1);
    session->retries = (int)client->target->retries;
    session->timeout = (long)(share_ms > SOONEST_TIMEOUT_MS ? share_ms : SOONEST_TIMEOUT_MS) * 1000;
}

static void send_pdu(struct snmp_client *client, netsnmp_pdu *pdu)
{
    share_time(client);
    client->word = WORD_NONE;
    client->sent = pdu;
    client->requests[client->request_count++ % EARLIER_MAXIMUM] = pdu->reqid;
    if (snmp_sess_async_send(client->session, pdu, on_event, client) != 0)
        return;
    if (client->word == WORD_NONE) {
        client->word = WORD_NOT_SENT;
        client->error = snmp_sess_session(client->session)->s_snmp_errno;
    }
    snmp_session_wipe_request(pdu);
    snmp_free_pdu(pdu);
    client->sent = NULL;
}

static bool explain(const struct snmp_client *client, struct problem *why)
{
    int error = snmp_socket_error(snmp_sess_transport(client->session));
    if (error != 0)
        return snmp_failure_explain_network(client->target, error, why);
    switch (client->word) {
    case WORD_REPORT:
        return snmp_failure_explain_report(client->target, client->error, why);
    case WORD_NOT_SENT:
        if (client->error == SNMPERR_MALLOC)
            return problem_set_memory(why);
        if (client->target->version == 3)
            return snmp_failure_explain_report(client->target, client->error, why);
        return snmp_failure_explain_sending(client->error, why);
    case WORD_NONE:
    case WORD_REPLY:
    case WORD_SILENCE:
        break;
    }
    snmp_client_explain_silence(client, why);
    return false;
}

/* The owner is told, and may ask the next one. */
static void finish(struct snmp_client *client, const struct problem *problem)
{
    netsnmp_pdu *pdu = client->reply;
    struct arena arena = {0};
    struct snmp_reply reply;
    struct problem why;
    bool is_read = problem == NULL && snmp_values_read(pdu, client->values_maximum, &arena, &reply, &why);
    stop_waiting(client);
    client->reply = NULL;
    client->is_asking = client->is_probing = false;
    client->answered(client->context, is_read ? &reply : NULL,
                     is_read           ? NULL
                     : problem != NULL ? problem
                                       : &why);
    arena_done(&arena);
    if (pdu != NULL)
        snmp_free_pdu(pdu);
}

static void fail(struct snmp_client *client)
{
    struct problem why;
    explain(client, &why);
    finish(client, &why);
}

/* The other side has told its engine id in a report, which is no error then. */
static bool is_introduced(const struct snmp_client *client)
{
    return client->is_probing && client->word == WORD_REPORT &&
           snmp_sess_session(client->session)->securityEngineIDLen > 0;
}

static void ask_what_waits(struct snmp_client *client)
{
    netsnmp_pdu *pdu = client->waiting;
    struct problem why;
    client->waiting = NULL;
    client->is_probing = false;
    client->heard = (struct snmp_heard) {.is_known = true};
    if (!snmp_session_log_in(client->session, &why)) {
        snmp_free_pdu(pdu);
        finish(client, &why);
        return;
    }
    send_pdu(client, pdu);
    conclude(client);
}

/* An answer to a probe that is no report: whoever that is, it does not tell who it is. */
static void refuse_stranger(struct snmp_client *client)
{
    struct problem why;
    problem_set(&why, PROBLEM_PROTOCOL, "answered the first question of SNMPv3 without its engine id");
    problem_advise(&why, "restart or update the SNMP agent");
    finish(client, &why);
}

/* After each step of the library. */
static void conclude(struct snmp_client *client)
{
    bool is_broken = snmp_socket_error(snmp_sess_transport(client->session)) != 0;
    if (!client->is_asking)
        return;
    if (client->word == WORD_NONE && !is_broken) {
        if (start_waiting(client))
            return;
        client->word = WORD_NOT_SENT;
        client->error = SNMPERR_MALLOC;
    }
    if (is_introduced(client))
        ask_what_waits(client);
    else if (client->word == WORD_REPLY && client->is_probing)
        refuse_stranger(client);
    else if (client->word == WORD_REPLY && !is_broken)
        finish(client, NULL);
    else
        fail(client);
}

/* ---- opening and asking ------------------------------------------------------------------------------ */

bool snmp_client_open(struct loop *loop, const struct snmp_target *target, struct deadline deadline,
                      struct snmp_client **ret, struct problem *why)
{
    struct snmp_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return problem_set_memory(why);
    client->loop = loop;
    client->target = target;
    client->deadline = deadline;
    struct snmp_session_callbacks callbacks = {
        .event = on_event, .packet_read = on_packet, .context = client};
    if (!snmp_session_open(target, &callbacks, &client->session, why)) {
        free(client);
        return false;
    }
    client->watch = (struct loop_watch) {.descriptor = snmp_sess_transport(client->session)->sock,
                                         .events = POLLIN,
                                         .ready = on_readable,
                                         .context = client};
    client->timer = (struct loop_timer) {.due = on_time, .context = client};
    *ret = client;
    return true;
}

void snmp_client_close(struct snmp_client *client)
{
    if (client == NULL)
        return;
    client->is_closing = true;
    stop_waiting(client);
    snmp_session_wipe_request(client->sent);
    snmp_session_close(client->session);
    if (client->waiting != NULL)
        snmp_free_pdu(client->waiting);
    if (client->reply != NULL)
        snmp_free_pdu(client->reply);
    free(client);
}

void snmp_client_ask(struct snmp_client *client, const struct snmp_request *request, snmp_answered *answered,
                     void *context)
{
    netsnmp_pdu *pdu = snmp_values_write(request);
    bool is_known = client->target->version != 3 || client->heard.is_known;
    client->answered = answered;
    client->context = context;
    client->values_maximum = snmp_values_maximum(request);
    client->is_asking = true;
    client->word = WORD_NONE;
    if (pdu != NULL && !is_known) {
        client->is_probing = true;
        client->waiting = pdu;
        pdu = snmp_session_probe();
    }
    if (pdu != NULL) {
        send_pdu(client, pdu);
    } else {
        client->word = WORD_NOT_SENT;
        client->error = SNMPERR_MALLOC;
    }
    conclude(client);
}

void snmp_client_explain_silence(const struct snmp_client *client, struct problem *why)
{
    snmp_failure_explain_silence(client->target, &client->heard, why);
}
