/* SPDX-License-Identifier: MIT */
/* NSClient++, module WEBServer.
 *
 * By itself it is asked with check_wmi, in up to four questions, each a GET:
 *
 *     SoftwareLicensingService              its Version tells which columns the products have
 *     SoftwareLicensingProduct              those with a key; again with fewer columns where one is unknown
 *     Win32_Service, osppsvc                is there an Office platform of its own (Office 2010, Windows 7)
 *     OfficeSoftwareProtectionProduct       only then
 *
 * A query for a class that is not there fails in a localised sentence, which could be anything; a service
 * that is not there is an empty answer, which proves it.  That is why the service is asked first.
 *
 * With --command it is asked once, for whatever that command prints: a document, or rows in our own
 * template (an alias of check_wmi or check_activation).
 *
 * Some versions say OK whatever happened, so that no state makes an answer: the rows do.  UNKNOWN, however,
 * is a failure even of what looks like rows.  Source: mickem/nscp, 0.4 to 0.16. */
#include "agents/conversation.h"

#include "agents/nsclient_command.h"
#include "agents/nsclient_refusal.h"
#include "agents/percent.h"
#include "agents/refusal.h"
#include "base/text.h"
#include "payload/nsclient_reply.h"
#include "payload/wmi_rows.h"

#include <string.h>

enum {
    PATH_MAXIMUM = 6000,   /* newer versions take 8 KiB of headers with the request line */
    FALLBACKS_MAXIMUM = 2, /* three generations of columns */
};

static const char wmi_command[] = "check_wmi", activation_command[] = "check_activation";

enum step { ASK_SERVICE, ASK_PRODUCTS, ASK_OFFICE_SERVICE, ASK_OFFICE_PRODUCTS, ASK_COMMAND };

struct nsclient {
    enum step step;
    enum wmi_columns columns;
    size_t fallbacks;
    struct problem first_failure; /* of the products; its kind is PROBLEM_NONE until there is one */
};

/* ---- requests ---------------------------------------------------------------------------------------------
 */

static void append_argument(struct text *path, const char *name, const char *value)
{
    text_append_byte(path,
                     span_find((struct span) {path->bytes, path->length}, '?') < path->length ? '&' : '?');
    text_append(path, name);
    text_append_byte(path, '=');
    percent_append(path, value);
}

static void append_template(struct text *path, enum wmi_columns columns)
{
    struct text template;
    text_start(&template, PATH_MAXIMUM);
    wmi_rows_template(columns, &template);
    append_argument(path, "detail-syntax", text_string(&template));
    append_argument(path, "top-syntax", "%(list)");
    if (!text_ok(&template))
        path->has_no_memory = true;
    text_done(&template);
}

/* "/api/v1/queries/COMMAND/commands/VERB", or "/query/COMMAND" of old. */
static void append_command(struct text *path, const struct agent_wishes *wishes, const char *command,
                           const char *verb)
{
    const char *usual = wishes->is_legacy ? "/query" : "/api/v1/queries";
    struct span front = span_of(wishes->path != NULL ? wishes->path : usual);
    while (front.length > 0 && front.bytes[front.length - 1] == '/')
        front.length--;
    text_append_span(path, front);
    text_append_byte(path, '/');
    percent_append(path, command);
    if (!wishes->is_legacy)
        text_append_format(path, "/commands/%s", verb);
}

static void add_header(struct http_request *request, const char *name, const char *value, bool is_secret)
{
    request->headers[request->header_count++] =
        (struct http_header) {.name = name, .value = value, .is_secret = is_secret};
}

/* Takes the path over. */
static enum turn ask(struct conversation *conversation, struct text *path, struct http_request *ret_request,
                     struct problem *why)
{
    const struct agent_wishes *wishes = conversation->wishes;
    struct span bytes = {path->bytes, path->length};
    bool is_too_long = path->has_overflowed;
    if (path->has_no_memory)
        conversation->arena.has_failed = true;
    ret_request->path = arena_copy(&conversation->arena, bytes);
    text_done(path);
    if (is_too_long) {
        problem_set(why, PROBLEM_USAGE, "cannot be asked: the URL would be longer than %d bytes",
                    PATH_MAXIMUM);
        problem_advise(why, "shorten --path or --command");
        return TURN_FAILED;
    }
    add_header(ret_request, "Accept", "application/json", false);
    if (wishes->login == HTTP_LOGIN_HEADER && wishes->password != NULL)
        add_header(ret_request, "Password", wishes->password, true); /* early versions know this case only */
    return TURN_ASK;
}

static enum turn ask_wmi(struct conversation *conversation, enum step step, enum wmi_columns columns,
                         struct http_request *ret_request, struct problem *why)
{
    static const char *const queries[] = {
        [ASK_SERVICE] = "SELECT * FROM SoftwareLicensingService",
        [ASK_PRODUCTS] = "SELECT * FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL",
        [ASK_OFFICE_SERVICE] = "SELECT Name FROM Win32_Service WHERE Name='osppsvc'",
        [ASK_OFFICE_PRODUCTS] =
            "SELECT * FROM OfficeSoftwareProtectionProduct WHERE PartialProductKey IS NOT NULL"};
    struct nsclient *state = conversation->state;
    state->step = step;
    state->columns = columns;
    struct text path;
    text_start(&path, PATH_MAXIMUM);
    append_command(&path, conversation->wishes, wmi_command, "execute");
    append_argument(&path, "query", queries[step]);
    append_argument(&path, "namespace", "root\\cimv2");
    append_template(&path, columns);
    return ask(conversation, &path, ret_request, why);
}

static bool is_activation(const struct agent_wishes *wishes)
{
    return wishes->command != NULL && strcmp(wishes->command, activation_command) == 0;
}

static enum turn ask_command(struct conversation *conversation, struct http_request *ret_request,
                             struct problem *why)
{
    struct nsclient *state = conversation->state;
    state->step = ASK_COMMAND;
    struct text path;
    text_start(&path, PATH_MAXIMUM);
    append_command(&path, conversation->wishes, conversation->wishes->command, "execute_nagios");
    if (is_activation(conversation->wishes)) {
        append_argument(&path, "all-products", "true"); /* by itself it leaves Office out */
        append_template(&path, WMI_ACTIVATION);
    }
    return ask(conversation, &path, ret_request, why);
}

static enum turn start(struct conversation *conversation, struct http_request *ret_request,
                       struct problem *why)
{
    const char *command = conversation->wishes->command;
    conversation->state = arena_allocate(&conversation->arena, sizeof(struct nsclient));
    if (conversation->state == NULL) {
        problem_set_memory(why);
        return TURN_FAILED;
    }
    if (command == NULL || strcmp(command, wmi_command) == 0)
        return ask_wmi(conversation, ASK_SERVICE, WMI_LICENSING_SERVICE, ret_request, why);
    return ask_command(conversation, ret_request, why);
}

/* ---- what check_wmi answers -------------------------------------------------------------------------------
 */

/* The rows of the question that was asked.  No rows need the state OK. */
static bool read_rows(struct conversation *conversation, const struct nsclient_reply *result,
                      size_t *ret_count, struct problem *why)
{
    const struct nsclient *state = conversation->state;
    bool is_empty = result->text.length == 0;
    if (result->state == NSCLIENT_UNKNOWN && wmi_rows_are(result->text)) {
        problem_set(why, PROBLEM_PROTOCOL, "ran check_wmi: rows together with the state UNKNOWN");
        return problem_advise(
            why, "some rows may be missing: look at nsclient.log on that machine. 0.9.3 gives wrong "
                 "states, update it");
    }
    if (result->state == NSCLIENT_UNKNOWN || (is_empty && result->state != NSCLIENT_OK))
        return nsclient_explain_text(result, wmi_command, why);
    if (!is_empty && !wmi_rows_are(result->text))
        return nsclient_explain_text(result, wmi_command, why);
    return wmi_rows_read(state->columns, result->text, &conversation->document, ret_count, why);
}

/* Windows 8 and later write 6.2, 6.3 and 10.0. */
static enum wmi_columns columns_of(const char *version)
{
    struct span begin = span_of(version);
    if (span_starts_with(begin, "6.0."))
        return WMI_PRODUCT_VISTA;
    return span_starts_with(begin, "6.1.") ? WMI_PRODUCT_WINDOWS_7 : WMI_PRODUCT;
}

/* The columns of that generation are known to be there. */
static bool is_generation_known(const struct conversation *conversation)
{
    static const char *const versions[] = {"6.0.", "6.1.", "6.2.", "6.3.", "10.0."};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (span_starts_with(span_of(conversation->document.service.version), versions[i]))
            return true;
    }
    return false;
}

static enum turn take_service(struct conversation *conversation, size_t count,
                              struct http_request *ret_request, struct problem *why)
{
    if (count == 0) {
        problem_set(why, PROBLEM_MISSING, "answered without a row of SoftwareLicensingService");
        problem_advise(why, "every Windows since Vista has one: on that machine, elevated: Get-CimInstance "
                            "SoftwareLicensingService");
        return TURN_FAILED;
    }
    return ask_wmi(conversation, ASK_PRODUCTS, columns_of(conversation->document.service.version),
                   ret_request, why);
}

/* With the columns of the generation before, where a column can be the reason. */
static enum turn fall_back(struct conversation *conversation, const struct nsclient_reply *result,
                           struct http_request *ret_request, struct problem *why)
{
    struct nsclient *state = conversation->state;
    if (state->first_failure.kind == PROBLEM_NONE)
        state->first_failure = *why;
    if (state->columns == WMI_PRODUCT_VISTA || state->fallbacks == FALLBACKS_MAXIMUM ||
        !nsclient_is_about_columns(result->text, is_generation_known(conversation))) {
        *why = state->first_failure;
        return TURN_FAILED;
    }
    state->fallbacks++;
    return ask_wmi(conversation, ASK_PRODUCTS,
                   state->columns == WMI_PRODUCT ? WMI_PRODUCT_WINDOWS_7 : WMI_PRODUCT_VISTA, ret_request,
                   why);
}

static enum turn take_wmi(struct conversation *conversation, const struct nsclient_reply *result,
                          struct http_request *ret_request, struct problem *why)
{
    const struct nsclient *state = conversation->state;
    size_t count;
    if (!read_rows(conversation, result, &count, why))
        return state->step == ASK_PRODUCTS ? fall_back(conversation, result, ret_request, why) : TURN_FAILED;
    switch (state->step) {
    case ASK_SERVICE:
        return take_service(conversation, count, ret_request, why);
    case ASK_PRODUCTS:
        return ask_wmi(conversation, ASK_OFFICE_SERVICE, WMI_WINDOWS_SERVICE, ret_request, why);
    case ASK_OFFICE_SERVICE:
        if (count > 0)
            return ask_wmi(conversation, ASK_OFFICE_PRODUCTS, WMI_PRODUCT_WINDOWS_7, ret_request, why);
        break;
    case ASK_OFFICE_PRODUCTS:
    case ASK_COMMAND:
        break;
    }
    return TURN_ANSWERED;
}

static enum turn take_command(struct conversation *conversation, const struct nsclient_reply *result,
                              struct problem *why)
{
    const struct agent_wishes *wishes = conversation->wishes;
    if (is_activation(wishes) && result->text.length == 0 && result->state == NSCLIENT_OK)
        return TURN_ANSWERED; /* a machine without a product key */
    return nsclient_read_command(result, wishes->command, &conversation->document, why) ? TURN_ANSWERED
                                                                                        : TURN_FAILED;
}

/* ---- turns ------------------------------------------------------------------------------------------------
 */

static bool read_result(struct conversation *conversation, const struct http_reply *reply,
                        struct nsclient_reply *ret, struct problem *why)
{
    if (reply->status != 200 || refusal_is_html(reply))
        return nsclient_explain_reply(reply, conversation->wishes, why);
    if (nsclient_reply_read(reply->body, &conversation->arena, ret, why))
        return true;
    if (why->kind == PROBLEM_PROTOCOL)
        problem_advise(why, "is it NSClient++ that listens there, and is nothing between that changes its "
                            "replies; a script must print ASCII or what [/settings/external scripts] calls "
                            "encoding");
    return false;
}

static enum turn next(struct conversation *conversation, const struct http_reply *reply,
                      struct http_request *ret_request, struct problem *why)
{
    const struct nsclient *state = conversation->state;
    struct nsclient_reply result;
    if (!read_result(conversation, reply, &result, why))
        return TURN_FAILED;
    return state->step == ASK_COMMAND ? take_command(conversation, &result, why)
                                      : take_wmi(conversation, &result, ret_request, why);
}

const struct agent nsclient_agent = {
    .name = "NSClient++",
    .when_shut = "this poller may not be in its allowed hosts, or it wants another version of TLS",
    .start = start,
    .next = next,
};
