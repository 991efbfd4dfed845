/* SPDX-License-Identifier: MIT */
/* What came instead of an answer. */
#include "agents/refusal.h"

#include "base/text.h"

enum { OFFERS_MAXIMUM = 160, QUOTED_MAXIMUM = 120, HTML_SAMPLE = 1024 };

/* The method at the front of a challenge: "Basic" of `Basic realm="WSMAN"`. */
static struct span method_of(const char *challenge)
{
    struct span words = span_trim(span_of(challenge));
    return span_first(words, span_find(words, ' '));
}

static bool is_offered(const struct http_reply *reply, const char *method)
{
    for (size_t i = 0; i < reply->challenge_count; i++) {
        if (span_is_ignoring_case(method_of(reply->challenges[i]), method))
            return true;
    }
    return false;
}

static bool is_login_offered(const struct http_reply *reply, enum http_login login)
{
    switch (login) {
    case HTTP_LOGIN_BASIC:
        return is_offered(reply, "Basic");
    case HTTP_LOGIN_NEGOTIATE:
        return is_offered(reply, "Negotiate") || is_offered(reply, "Kerberos");
    case HTTP_LOGIN_NTLM: /* Windows takes it under either name */
        return is_offered(reply, "NTLM") || is_offered(reply, "Negotiate");
    case HTTP_LOGIN_NONE:
    case HTTP_LOGIN_CERTIFICATE:
    case HTTP_LOGIN_HEADER:
        break;
    }
    return false;
}

static void append_offers(struct text *text, const struct http_reply *reply)
{
    for (size_t i = 0; i < reply->challenge_count; i++) {
        struct span method = span_first(method_of(reply->challenges[i]), 20);
        text_append(text, i == 0 ? "" : ", ");
        text_append_span(text, method);
    }
    if (reply->challenge_count == 0)
        text_append(text, "none");
}

bool refusal_explain_login(const struct http_reply *reply, enum http_login login, struct problem *why)
{
    struct text offers;
    text_start(&offers, OFFERS_MAXIMUM);
    append_offers(&offers, reply);
    const char *offered = text_string(&offers);
    if (login == HTTP_LOGIN_NONE) {
        problem_set(why, PROBLEM_REFUSED, "answered 401: it wants a login, offered: %s", offered);
        problem_advise(why, "give --user and --password-file, and --auth for another method than basic");
    } else if (login == HTTP_LOGIN_CERTIFICATE) {
        problem_set(why, PROBLEM_REFUSED, "answered 401: the client certificate was refused");
        problem_advise(why, "on the other side: is the certificate mapped to an account, and is login by "
                            "certificate enabled");
    } else if (reply->challenge_count > 0 && !is_login_offered(reply, login)) {
        problem_set(why, PROBLEM_REFUSED, "answered 401: login method %s is not offered, offered: %s",
                    http_login_name(login), offered);
        problem_advise(why, "choose one of the offered methods with --auth, or enable %s on the other side",
                       http_login_name(login));
    } else if (login == HTTP_LOGIN_NEGOTIATE) {
        problem_set(why, PROBLEM_REFUSED, "answered 401: the Kerberos login was refused, offered: %s",
                    offered);
        problem_advise(why, "klist shows the ticket, and the name that was asked must be that of the service "
                            "(--tls-name): no retries before that, they can lock the account");
    } else {
        problem_set(why, PROBLEM_REFUSED, "answered 401: user or password was refused (%s login)",
                    http_login_name(login));
        problem_advise(why, "look at the account and its password before the next try: repeated logins can "
                            "lock it");
    }
    text_done(&offers);
    return false;
}

bool refusal_is_html(const struct http_reply *reply)
{
    struct span sample = span_first(span_trim(reply->body), HTML_SAMPLE);
    bool is_named = span_contains_ignoring_case(span_of(reply->content_type), "text/html");
    return span_starts_with(sample, "<") && (is_named || span_contains_ignoring_case(sample, "<html") ||
                                             span_contains_ignoring_case(sample, "<!doctype html"));
}

/* One line of a text that is meant for people; empty for anything else. */
static struct span short_text(const struct http_reply *reply)
{
    struct span text = span_trim(reply->body);
    text = span_trim(span_first(text, span_find(text, '\n')));
    if (text.length > QUOTED_MAXIMUM || span_starts_with(text, "<") || span_starts_with(text, "{"))
        return (struct span) {NULL, 0};
    return text;
}

bool refusal_explain(const struct http_reply *reply, struct problem *why)
{
    struct span said = short_text(reply);
    if (reply->status >= 300 && reply->status < 400) {
        problem_set(why, PROBLEM_PROTOCOL, "answered %d, a redirection to %.120s, which is not followed",
                    reply->status, reply->location != NULL ? reply->location : "nowhere");
        return problem_advise(why, "compare host, port and --path with those of the agent");
    }
    if (refusal_is_html(reply)) {
        problem_set(why, PROBLEM_PROTOCOL, "answered %d with an HTML page: a proxy or another server%s%.60s",
                    reply->status, reply->server != NULL ? ", " : "",
                    reply->server != NULL ? reply->server : "");
        return problem_advise(why, "compare host, port and --path with those of the agent: something else "
                                   "listens there, or a proxy is on the way");
    }
    problem_set(why, reply->status == 403 ? PROBLEM_REFUSED : PROBLEM_PROTOCOL, "answered %d%s%.*s",
                reply->status, said.length > 0 ? ": " : "", (int)said.length,
                said.bytes != NULL ? said.bytes : "");
    if (reply->status == 403)
        problem_advise(why,
                       "look at what the agent allows to this account and to the address of this server");
    else if (reply->status == 404)
        problem_advise(why, "is this the right agent on the right port, and is --path right");
    else if (reply->status >= 500)
        problem_advise(why, "look at the log of the agent");
    else
        problem_advise(why, "is this the right agent on the right port, and is a proxy on the way");
    return false;
}
