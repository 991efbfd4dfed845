/* SPDX-License-Identifier: MIT */
/* libcurl's multi interface in the loop.
 *
 * libcurl tells which sockets it has and when it wants to be woken; the loop tells it back what happened.  It
 * calls back while it works and must not be entered again from there: a finished transfer is collected after
 * it has returned. */
#include "transport/http_client.h"

#include "base/arena.h"
#include "base/text.h"
#include "transport/http_failure.h"
#include "transport/http_setup.h"
#include "transport/library_sockets.h"
#include "transport/tls_peer.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct http_client {
    struct loop *loop;
    const struct http_target *target;
    CURLM *multi;
    CURL *handle;
    struct curl_slist *resolved, *headers;
    struct library_sockets sockets;
    struct loop_timer timer;
    struct tls_peer peer;
    char words[CURL_ERROR_SIZE];
    char no_ticket[CURL_ERROR_SIZE]; /* why there is no Kerberos ticket to show; "" when there is one */

    struct http_sockets used;
    bool is_asking, has_answered;
    size_t refusals;         /* heads with 401 */
    bool was_sent, was_shut; /* the latest request */
    bool is_refused;         /* ended by us at such a head */
    http_answered *answered;
    void *context;

    struct http_reply reply; /* headers point into `head` once it is whole */
    struct text head, body;
    struct arena arena;
    bool is_chunked, is_encoded;
};

/* ---- the reply --------------------------------------------------------------------------------------- */

static void begin_head(struct http_client *client)
{
    text_cut(&client->head, 0);
    arena_done(&client->arena);
    client->reply = (struct http_reply) {0};
    client->is_chunked = client->is_encoded = false;
}

static bool is_header(struct span name, const char *wanted, struct span value, struct arena *arena,
                      const char **field)
{
    if (!span_is_ignoring_case(name, wanted))
        return false;
    if (*field == NULL)
        *field = arena_copy(arena, value);
    return true;
}

static void take_header(struct http_client *client, struct span line)
{
    struct http_reply *reply = &client->reply;
    struct span value = line;
    struct span name = span_cut(&value, ':');
    if (value.bytes == NULL)
        return;
    value = span_trim(value);
    if (is_header(name, "Content-Type", value, &client->arena, &reply->content_type) ||
        is_header(name, "Server", value, &client->arena, &reply->server) ||
        is_header(name, "Location", value, &client->arena, &reply->location))
        return;
    if (span_is_ignoring_case(name, "WWW-Authenticate") && reply->challenge_count < HTTP_CHALLENGES_MAXIMUM)
        reply->challenges[reply->challenge_count++] = arena_copy(&client->arena, value);
    else if (span_is_ignoring_case(name, "Transfer-Encoding"))
        client->is_chunked = span_contains_ignoring_case(value, "chunked");
    else if (span_is_ignoring_case(name, "Content-Encoding"))
        client->is_encoded = !span_is_ignoring_case(value, "identity");
}

/* Some logins take a challenge and a proof, and libcurl would prove again after every further challenge: one
 * proof is a login, more of them lock accounts. */
static bool is_final_refusal(const struct http_client *client)
{
    switch (client->target->login) {
    case HTTP_LOGIN_NTLM:
        return client->has_answered || client->refusals > 1;
    case HTTP_LOGIN_NEGOTIATE:
        return true;
    case HTTP_LOGIN_NONE:
    case HTTP_LOGIN_BASIC:
    case HTTP_LOGIN_CERTIFICATE:
    case HTTP_LOGIN_HEADER:
        break;
    }
    return false; /* libcurl does not try these again */
}

static bool is_401(const struct http_client *client)
{
    struct span line = {text_string(&client->head), client->head.length};
    span_cut(&line, ' ');
    return span_starts_with(line, "401");
}

/* A status line begins a head: of the first leg of a login, of 100 Continue, of the reply itself.  The last
 * one counts.  Returning 0 ends the transfer. */
static size_t take_head(char *bytes, size_t size, size_t count, void *context)
{
    struct http_client *client = context;
    struct span line = {bytes, size * count};
    if (span_starts_with(line, "HTTP/"))
        begin_head(client);
    text_append_span(&client->head, line);
    take_header(client, line);
    bool is_end = span_trim(line).length == 0;
    if (is_end && is_401(client)) {
        client->refusals++;
        client->is_refused = is_final_refusal(client);
    }
    return text_ok(&client->head) && !client->is_refused ? line.length : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_client *client = context;
    struct span part = {bytes, size * count};
    text_append_span(&client->body, part);
    return text_ok(&client->body) ? part.length : 0;
}

/* Without a ticket libcurl goes on without a login and says so only here. */
static int listen_for_tickets(CURL *handle, curl_infotype type, char *bytes, size_t length, void *context)
{
    struct http_client *client = context;
    struct span words = {bytes, length};
    (void)handle;
    if (type == CURLINFO_TEXT && span_contains(words, "gss_init_sec_context() failed")) {
        struct span reason = span_trim(span_from(words, span_find(words, ':') + 1));
        size_t room = sizeof client->no_ticket - 1;
        reason = span_first(reason, room);
        memcpy(client->no_ticket, reason.bytes, reason.length);
        client->no_ticket[reason.length] = '\0';
    }
    return 0;
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

static struct http_failure failure_of(const struct http_client *client, CURLcode code)
{
    return (struct http_failure) {.target = client->target,
                                  .handle = client->handle,
                                  .code = code,
                                  .words = client->words,
                                  .peer = &client->peer,
                                  .sockets = &client->used,
                                  .is_head_too_long = client->head.has_overflowed,
                                  .is_body_too_long = client->body.has_overflowed,
                                  .has_no_memory = client->head.has_no_memory || client->body.has_no_memory ||
                                                   !arena_ok(&client->arena),
                                  .head_length = client->head.length,
                                  .body_length = client->body.length};
}

static bool is_without_ticket(const struct http_client *client)
{
    return client->target->login == HTTP_LOGIN_NEGOTIATE && client->no_ticket[0] != '\0';
}

static bool explain_ticket(const struct http_client *client, struct problem *why)
{
    const struct http_target *target = client->target;
    problem_set(why, PROBLEM_REFUSED, "was shown no Kerberos ticket, there is none for HTTP/%.100s: %.160s",
                target->name, client->no_ticket);
    if (target->password != NULL)
        return problem_advise(why, "login method negotiate takes a ticket and no password: --auth=ntlm or "
                                   "--auth=basic use the password");
    return problem_advise(why,
                          "as the user of the monitoring system: klist shows the ticket, kinit gets one, "
                          "--keytab=FILE gets one by itself. The name asked must be that of the "
                          "service principal: --tls-name");
}

static bool take_reply(struct http_client *client, CURLcode code, struct problem *why)
{
    struct http_failure failure = failure_of(client, code);
    long status = 0;
    curl_off_t length = -1;
    if ((code != CURLE_OK && !client->is_refused) || failure.has_no_memory)
        return http_failure_explain(&failure, why);
    curl_easy_getinfo(client->handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(client->handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (status == 401 && is_without_ticket(client))
        return explain_ticket(client, why);
    if (client->is_encoded)
        return problem_set(why, PROBLEM_PROTOCOL, "sent a compressed answer that nobody asked for");
    client->reply.status = (int)status;
    client->reply.body = (struct span) {text_string(&client->body), client->body.length};
    client->reply.has_proven_length = length >= 0 || client->is_chunked;
    return true;
}

static void finish(struct http_client *client, CURLcode code)
{
    struct problem why;
    bool is_whole = take_reply(client, code, &why);
    struct http_failure failure = failure_of(client, code);
    client->was_sent = is_whole || http_failure_was_sent(&failure);
    client->was_shut = !is_whole && http_failure_was_shut(&failure);
    client->is_asking = false;
    client->has_answered = is_whole;
    curl_multi_remove_handle(client->multi, client->handle);
    client->answered(client->context, is_whole ? &client->reply : NULL, is_whole ? NULL : &why);
    if (!client->is_asking) /* nobody waits any more, and the loop may end */
        loop_timer_stop(client->loop, &client->timer);
}

/* The message is gone with the next call of libcurl. */
static void collect(struct http_client *client)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &left)) != NULL;) {
        if (message->msg == CURLMSG_DONE && client->is_asking) {
            finish(client, message->data.result);
            return;
        }
    }
}

static void act(struct http_client *client, curl_socket_t socket, int events)
{
    int running;
    CURLMcode code = curl_multi_socket_action(client->multi, socket, events, &running);
    if (code != CURLM_OK && client->is_asking)
        finish(client, code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT);
    else
        collect(client);
}

static void on_ready(void *context, int readable, int writable)
{
    int socket = readable != LIBRARY_SOCKET_NONE ? readable : writable;
    act(context, socket,
        (readable != LIBRARY_SOCKET_NONE ? CURL_CSELECT_IN : 0) |
            (writable != LIBRARY_SOCKET_NONE ? CURL_CSELECT_OUT : 0));
}

static void on_time(struct loop_timer *timer)
{
    act(timer->context, CURL_SOCKET_TIMEOUT, 0);
}

static int change_socket(CURL *handle, curl_socket_t socket, int what, void *context, void *own)
{
    struct http_client *client = context;
    (void)handle;
    (void)own;
    library_sockets_change(&client->sockets, socket, what == CURL_POLL_IN || what == CURL_POLL_INOUT,
                           what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    return 0;
}

static int change_timer(CURLM *multi, long milliseconds, void *context)
{
    struct http_client *client = context;
    (void)multi;
    if (milliseconds < 0) {
        loop_timer_stop(client->loop, &client->timer);
        return 0;
    }
    client->timer.at_ms = monotonic_ms() + milliseconds;
    return loop_timer_start(client->loop, &client->timer) ? 0 : -1;
}

/* ---- opening and asking ------------------------------------------------------------------------------ */

static void watch_transfer(struct http_client *client)
{
    CURL *handle = client->handle;
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, client);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, client->words);
    http_sockets_use(&client->used, handle);
    if (tls_peer_is_possible()) {
        curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, tls_peer_watch);
        curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, &client->peer);
    }
    if (client->target->login == HTTP_LOGIN_NEGOTIATE) {
        curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, listen_for_tickets);
        curl_easy_setopt(handle, CURLOPT_DEBUGDATA, client);
        curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
    }
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, change_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, change_timer);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
}

bool http_client_open(struct loop *loop, const struct http_target *target, struct deadline deadline,
                      struct http_client **ret, struct problem *why)
{
    struct http_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return problem_set_memory(why);
    client->loop = loop;
    client->target = target;
    client->used.target = target;
    client->sockets = (struct library_sockets) {.loop = loop, .ready = on_ready, .context = client};
    client->timer = (struct loop_timer) {.due = on_time, .context = client};
    text_start(&client->head, HTTP_HEAD_MAXIMUM);
    text_start(&client->body, HTTP_BODY_MAXIMUM);
    bool is_open = http_setup_check(target, why);
    if (is_open &&
        (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (client->multi = curl_multi_init()) == NULL ||
         (client->handle = curl_easy_init()) == NULL))
        is_open = problem_set_memory(why);
    if (is_open)
        is_open = http_setup_target(client->handle, target, deadline, &client->resolved, why);
    if (!is_open) {
        http_client_close(client);
        return false;
    }
    watch_transfer(client);
    *ret = client;
    return true;
}

void http_client_close(struct http_client *client)
{
    if (client == NULL)
        return;
    if (client->is_asking)
        curl_multi_remove_handle(client->multi, client->handle);
    curl_easy_cleanup(client->handle);
    curl_multi_cleanup(client->multi);
    curl_slist_free_all(client->resolved);
    http_setup_wipe_headers(client->headers);
    curl_slist_free_all(client->headers);
    library_sockets_done(&client->sockets);
    loop_timer_stop(client->loop, &client->timer);
    text_done(&client->head);
    text_done(&client->body);
    arena_done(&client->arena);
    free(client);
}

void http_client_ask(struct http_client *client, const struct http_request *request, http_answered *answered,
                     void *context)
{
    struct problem why;
    begin_head(client);
    text_cut(&client->body, 0);
    client->words[0] = client->no_ticket[0] = '\0';
    client->is_refused = client->was_sent = client->was_shut = false;
    client->answered = answered;
    client->context = context;
    if (!http_setup_request(client->handle, client->target, request, &client->headers)) {
        problem_set_memory(&why);
        answered(context, NULL, &why);
        return;
    }
    client->is_asking = true;
    if (curl_multi_add_handle(client->multi, client->handle) != CURLM_OK)
        finish(client, CURLE_OUT_OF_MEMORY);
}

struct span http_client_head(const struct http_client *client)
{
    return (struct span) {text_string(&client->head), client->head.length};
}

bool http_client_was_sent(const struct http_client *client)
{
    struct http_failure failure = failure_of(client, CURLE_OK);
    return client->is_asking ? http_failure_was_sent(&failure) : client->was_sent;
}

bool http_client_was_shut(const struct http_client *client)
{
    return client->was_shut;
}

bool http_client_address(const struct http_client *client, struct address *ret)
{
    if (client->used.has_address)
        *ret = client->used.address;
    return client->used.has_address;
}

void http_client_explain_silence(const struct http_client *client, struct problem *why)
{
    struct http_failure failure = failure_of(client, CURLE_OPERATION_TIMEDOUT);
    http_failure_explain_silence(&failure, why);
}
