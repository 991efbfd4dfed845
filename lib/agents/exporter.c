/* SPDX-License-Identifier: MIT */
/* windows_exporter (and node_exporter, which answers alike): one GET of the metrics.
 *
 * The request names the collectors that matter, so that a machine with fifty collectors does not run them
 * all:
 *
 *     GET /metrics?collect[]=textfile&collect[]=service&collect[]=license
 *
 * An exporter that does not run one of them answers 400, "Couldn't create filtered metrics handler": then one
 * more request goes out, without the filter.  The metrics have no end of their own; only a length that the
 * transport has proven shows that nothing was cut off.
 * Sources: windows_exporter, node_exporter; Prometheus, "Exposition formats". */
#include "agents/conversation.h"
#include "agents/refusal.h"
#include "payload/kms_metrics.h"

static const char usual_path[] = "/metrics";
static const char filter[] = "?collect%5B%5D=textfile&collect%5B%5D=service&collect%5B%5D=license";
static const char filter_refused[] = "create filtered metrics handler"; /* "Couldn't ...: REASON" */

enum { FAULT_QUOTED = 120 /* bytes that say enough */ };

struct exporter_state {
    const char *unfiltered_path; /* NULL when there is no further path to try */
};

static enum turn ask(const char *path, struct http_request *ret_request)
{
    *ret_request = (struct http_request) {
        .method = "GET",
        .path = path,
        .headers = {{.name = "Accept", .value = "text/plain;version=0.0.4"}},
        .header_count = 1,
    };
    return TURN_ASK;
}

/* A path with a query is the user's own choice, of collectors, too. */
static enum turn start(struct conversation *conversation, struct http_request *ret_request,
                       struct problem *why)
{
    const char *path = conversation->wishes->path != NULL ? conversation->wishes->path : usual_path;
    struct exporter_state *state = arena_allocate(&conversation->arena, sizeof *state);
    (void)why;
    if (state == NULL)
        return TURN_FAILED;
    conversation->state = state;
    if (span_contains(span_of(path), "?"))
        return ask(path, ret_request);
    state->unfiltered_path = path;
    return ask(arena_format(&conversation->arena, "%s%s", path, filter), ret_request);
}

/* What an exporter of Go says of a fault: a heading, then one line each, "* collected metric ...". */
static enum turn explain_fault(const struct http_reply *reply, struct problem *why)
{
    struct span rest = reply->body, line = {NULL, 0};
    while (rest.bytes != NULL && !span_starts_with(line, "* "))
        line = span_trim(span_cut(&rest, '\n'));
    if (!span_starts_with(line, "* ")) {
        refusal_explain(reply, why);
        return TURN_FAILED;
    }
    line = span_first(span_from(line, 2), FAULT_QUOTED);
    problem_set(why, PROBLEM_PROTOCOL, "answered %d: %.*s", reply->status, (int)line.length, line.bytes);
    problem_advise(why,
                   "look at the log of the exporter, and for a second .prom file of KMS in the folder of its "
                   "collector textfile");
    return TURN_FAILED;
}

static enum turn explain_bad_request(struct conversation *conversation, const struct http_reply *reply,
                                     struct problem *why)
{
    refusal_explain(reply, why);
    if (span_contains(span_first(reply->body, FAULT_QUOTED), filter_refused)) {
        problem_set(why, PROBLEM_PROTOCOL, "answered 400: it does not run a collector that --path names");
        problem_advise(why, "enable the collector on the machine, or leave it out of --path");
    } else if (conversation->wishes->is_plain &&
               span_contains(reply->body, "HTTP request to an HTTPS server")) {
        problem_set(why, PROBLEM_PROTOCOL, "answered 400: it wants TLS, and was asked in plain HTTP");
        problem_advise(why, "give --ca-cert=FILE, or --pin with the pin of its certificate");
    }
    return TURN_FAILED;
}

static enum turn explain(struct conversation *conversation, const struct http_reply *reply,
                         struct problem *why)
{
    if (reply->status == 401)
        refusal_explain_login(reply, conversation->wishes->login, why);
    else if (reply->status == 400)
        return explain_bad_request(conversation, reply, why);
    else if (reply->status == 500)
        return explain_fault(reply, why);
    else
        refusal_explain(reply, why);
    if (reply->status == 403)
        problem_advise(why,
                       "the exporter itself has no rights: a proxy or a firewall in front of it has refused");
    return TURN_FAILED;
}

/* Text of version 0.0.4, whole. */
static bool check_form(const struct http_reply *reply, struct problem *why)
{
    static const char gzip_magic[] = "\x1F\x8B";
    struct span type = span_of(reply->content_type);
    if (refusal_is_html(reply))
        return refusal_explain(reply, why);
    if (span_starts_with(reply->body, gzip_magic)) {
        problem_set(why, PROBLEM_PROTOCOL, "answered with compressed metrics, which nobody asked for");
        return problem_advise(why,
                              "look at the proxy on the way: it must not add Accept-Encoding to the request");
    }
    if (type.length > 0 && !span_starts_with_ignoring_case(type, "text/plain")) {
        problem_set(why, PROBLEM_PROTOCOL, "answered with %.60s, and not with metrics as text/plain",
                    reply->content_type);
        return problem_advise(why, "compare host, port and --path with those of the exporter");
    }
    if (!reply->has_proven_length) {
        problem_set(why, PROBLEM_PROTOCOL,
                    "answered without the length of its metrics: they may be cut, and would look whole");
        return problem_advise(
            why, "ask the exporter itself, and no proxy that takes Content-Length and chunks away");
    }
    return true;
}

static enum turn next(struct conversation *conversation, const struct http_reply *reply,
                      struct http_request *ret_request, struct problem *why)
{
    struct exporter_state *state = conversation->state;
    const char *unfiltered = state->unfiltered_path;
    state->unfiltered_path = NULL;
    if (reply->status == 400 && unfiltered != NULL &&
        span_contains(span_first(reply->body, FAULT_QUOTED), filter_refused))
        return ask(unfiltered, ret_request);
    if (reply->status != 200)
        return explain(conversation, reply, why);
    if (!check_form(reply, why))
        return TURN_FAILED;
    if (kms_metrics_read(reply->body, &conversation->document, &conversation->written, why))
        return TURN_ANSWERED;
    problem_add_place(why, "answered 200");
    return TURN_FAILED;
}

const struct agent exporter_agent = {
    .name = "windows_exporter",
    .when_shut = NULL,
    .start = start,
    .next = next,
};
