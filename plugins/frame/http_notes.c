/* SPDX-License-Identifier: MIT */
/* Notes about HTTP. */
#include "frame/http_notes.h"

#include <string.h>

enum { SHOWN_OF_A_BODY = 2000 };

void http_notes_hide(const struct http_notes *notes, struct problem *why)
{
    secrecy_hide(&notes->secrecy, why->sentence, strlen(why->sentence));
    secrecy_hide(&notes->secrecy, why->advice, strlen(why->advice));
}

bool http_notes_start(struct http_notes *notes, const struct agent_config *config, struct report *report,
                      struct problem *why)
{
    notes->report = report;
    secrecy_start(&notes->secrecy, &config->http);
    return recording_start(&notes->recording, config, &notes->secrecy, why);
}

/* A copy without the password; NUL bytes end what is shown. */
static char *shown(struct http_notes *notes, struct span bytes)
{
    char *copy = arena_allocate(&notes->arena, bytes.length + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, bytes.length > 0 ? bytes.bytes : "", bytes.length);
    secrecy_hide(&notes->secrecy, copy, bytes.length);
    if (bytes.length > SHOWN_OF_A_BODY)
        copy[SHOWN_OF_A_BODY] = '\0';
    return copy;
}

/* Text of several lines, each a note. */
static void add_lines(struct http_notes *notes, const char *what, struct span bytes)
{
    char *copy = shown(notes, bytes);
    for (struct span rest = span_trim(span_of(copy)); rest.bytes != NULL;) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        if (line.length > 0)
            report_add_note(notes->report, "%s: %.*s", what, (int)line.length, line.bytes);
    }
    if (bytes.length > SHOWN_OF_A_BODY)
        report_add_note(notes->report, "%s: and %zu bytes more", what, bytes.length - SHOWN_OF_A_BODY);
}

void http_notes_request(struct http_notes *notes, const struct http_request *request)
{
    notes->requests++;
    if (notes->verbosity < 2)
        return;
    report_add_note(notes->report, "sent: %s %s", request->method, request->path);
    for (size_t i = 0; i < request->header_count; i++)
        report_add_note(notes->report, "sent: %s: %s", request->headers[i].name,
                        request->headers[i].is_secret ? "(not shown)" : request->headers[i].value);
    add_lines(notes, "sent", request->body);
}

bool http_notes_reply(struct http_notes *notes, struct span head, const struct http_reply *reply,
                      struct problem *why)
{
    if (!recording_add(&notes->recording, head, reply, why))
        return false;
    if (notes->verbosity < 2)
        return true;
    add_lines(notes, "received", head);
    add_lines(notes, "received", reply->body);
    return true;
}

static const char *trust_words(const struct http_target *target)
{
    if (target->is_plain)
        return "no TLS";
    if (target->pins != NULL)
        return target->ca_file != NULL ? "TLS, to be verified by --ca-cert and pin"
                                       : "TLS, to be verified by pin";
    if (target->is_unverified)
        return "TLS, not verified";
    return target->ca_file != NULL ? "TLS, to be verified by --ca-cert" : "TLS, to be verified";
}

/* The methods that send a name; the others log in whoever owns the ticket or the certificate. */
static bool has_user(const struct http_target *target)
{
    return target->user != NULL && (target->login == HTTP_LOGIN_BASIC || target->login == HTTP_LOGIN_NTLM);
}

void http_notes_end(struct http_notes *notes, const char *agent, const struct http_target *target,
                    const struct address *address, int64_t duration_ms)
{
    char text[ADDRESS_TEXT_SIZE] = "no address tried";
    if (address != NULL)
        address_print(address, text);
    report_add_note(notes->report, "asked: %s at %s:%u (%s), %s, login %s%s%s, %zu request%s sent, %lld ms",
                    agent, target->name != NULL ? target->name : "?", target->port, text, trust_words(target),
                    http_login_name(target->login), has_user(target) ? " as " : "",
                    has_user(target) ? target->user : "", notes->requests, notes->requests == 1 ? "" : "s",
                    (long long)duration_ms);
}

void http_notes_done(struct http_notes *notes)
{
    recording_done(&notes->recording);
    secrecy_done(&notes->secrecy);
    arena_wipe(&notes->arena);
}
