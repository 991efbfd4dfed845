/* SPDX-License-Identifier: MIT */
/* Icinga for Windows: one POST that runs a cmdlet, whose text is the document.
 *
 *     POST /v1/checker?command=Invoke-IcingaCheckKms
 *     Content-Type: application/json
 *
 *     {}
 *
 * The daemon takes Content-Type only when it is exactly this, needs a body that is one line and not empty,
 * and does not decode its query, so that the name of the command must not need any encoding.  Its faults are
 * HTTP errors with JSON: the object of a result (exitcode 3) where a command was named, else a bare text.
 * Source: icinga-powershell-framework. */
#include "agents/conversation.h"
#include "agents/refusal.h"
#include "payload/icinga_windows_reply.h"
#include "payload/program_error.h"

#define USUAL_PATH "/v1/checker"

static const char usual_command[] = "Invoke-IcingaCheckKms";

enum {
    COMMAND_MAXIMUM = 100, /* letters; cmdlets have two to four words */
    QUOTED_MAXIMUM = 160
};

static const char *command_of(const struct conversation *conversation)
{
    return conversation->wishes->command != NULL ? conversation->wishes->command : usual_command;
}

static bool is_command_byte(char byte)
{
    char lower = ascii_lower(byte);
    return (lower >= 'a' && lower <= 'z') || ascii_is_digit(byte) || byte == '-';
}

static bool check_wishes(struct span command, struct span path, struct problem *why)
{
    bool is_command = command.length > 0 && command.length <= COMMAND_MAXIMUM;
    for (size_t i = 0; is_command && i < command.length; i++)
        is_command = is_command_byte(command.bytes[i]);
    if (!is_command)
        return problem_set(
            why, PROBLEM_USAGE,
            "cannot be asked: --command takes the name of one cmdlet, of letters, digits and -, "
            "such as %s",
            usual_command);
    if (span_contains(path, "?"))
        return problem_set(
            why, PROBLEM_USAGE,
            "cannot be asked: --path takes the path in front of the ?, such as %s, and --command "
            "the cmdlet",
            USUAL_PATH);
    return true;
}

static enum turn start(struct conversation *conversation, struct http_request *ret_request,
                       struct problem *why)
{
    const char *path = conversation->wishes->path != NULL ? conversation->wishes->path : USUAL_PATH;
    const char *command = command_of(conversation);
    if (!check_wishes(span_of(command), span_of(path), why))
        return TURN_FAILED;
    *ret_request = (struct http_request) {
        .method = "POST",
        .path = arena_format(&conversation->arena, "%s?command=%s", path, command),
        .headers = {{.name = "Accept", .value = "application/json"},
                    {.name = "Content-Type", .value = "application/json"}},
        .header_count = 2,
        .body = span_of("{}"),
    };
    return TURN_ASK;
}

enum failure {
    FAILURE_OTHER,
    FAILURE_NO_DOCUMENT,
    FAILURE_NOT_INSTALLED,
    FAILURE_NOT_ALLOWED,
    FAILURE_THREW,
    FAILURE_TOO_SLOW,
    FAILURE_NO_SUCH_PATH,
    FAILURE_REQUEST
};

/* By status where it tells, else by the words of the framework, which are English everywhere. */
static enum failure failure_of(int status, bool has_result, struct span words)
{
    static const struct {
        const char *words;
        enum failure failure;
    } known[] = {
        {"plugin not found", FAILURE_NOT_INSTALLED}, {"not present on the system", FAILURE_NOT_INSTALLED},
        {"Permission error", FAILURE_NOT_ALLOWED},   {"Permission denied", FAILURE_NOT_ALLOWED},
        {"not whitelisted", FAILURE_NOT_ALLOWED},    {"execution error", FAILURE_THREW},
        {"GET and POST", FAILURE_REQUEST},
    };
    switch (status) {
    case 400:
        return FAILURE_REQUEST;
    case 403:
        return FAILURE_NOT_ALLOWED;
    case 404:
        return has_result ? FAILURE_NOT_INSTALLED : FAILURE_NO_SUCH_PATH;
    case 504:
        return FAILURE_TOO_SLOW;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (span_contains_ignoring_case(words, known[i].words))
            return known[i].failure;
    }
    return has_result ? FAILURE_NO_DOCUMENT : FAILURE_OTHER;
}

/* "answered 404: BEFORE CMDLET BEHIND: what it said". */
struct reason {
    enum problem_kind kind;
    const char *before, *behind; /* the name of the cmdlet; behind is NULL where it is not named */
    const char *advice;
};

static const struct reason reasons[] = {
    [FAILURE_OTHER] = {PROBLEM_PROTOCOL, NULL, NULL,
                       "look at the Icinga for Windows log of that machine, and run the cmdlet there in a "
                       "PowerShell"},
    [FAILURE_NO_DOCUMENT] = {PROBLEM_MISSING, ": the cmdlet ", " failed and gave no license document",
                             "run the cmdlet in a PowerShell on that machine: it must print what the report "
                             "script kms-report.ps1 prints"},
    [FAILURE_NOT_INSTALLED] = {PROBLEM_MISSING, ": it does not have the cmdlet ", "",
                               "install the cmdlet on that machine and restart its Icinga for Windows "
                               "service, or name another one with --command"},
    [FAILURE_NOT_ALLOWED] = {PROBLEM_REFUSED, ": it does not allow the cmdlet ", " over its API",
                             "add it to the commands that Icinga for Windows allows for the endpoint "
                             "checker: stock rules allow only names that begin with Invoke-IcingaCheck"},
    [FAILURE_THREW] = {PROBLEM_PROTOCOL, ": the cmdlet ", " threw an error",
                       "run the cmdlet in a PowerShell on that machine, as the account of its Icinga for "
                       "Windows service"},
    [FAILURE_TOO_SLOW] = {PROBLEM_PROTOCOL, ": the cmdlet ", " did not come to an end in time",
                          "measure the cmdlet in a PowerShell on that machine: a look at the license data "
                          "may wake the licensing service and take some seconds"},
    [FAILURE_NO_SUCH_PATH] = {PROBLEM_PROTOCOL, ": it does not know the path of the request", NULL,
                              "compare --path with the endpoints that a GET of /v1/ lists: the stock one "
                              "is " USUAL_PATH},
    [FAILURE_REQUEST] = {PROBLEM_PROTOCOL, ": it did not understand the request", NULL,
                         "is there a proxy on the way that changes Content-Type, method or body, and is "
                         "this Icinga for Windows"},
};

static void set_words(const struct reason *reason, const char *command, int status, struct span words,
                      struct problem *why)
{
    bool is_named = reason->behind != NULL;
    problem_set(why, reason->kind, "answered %d%s%s%s%s%.*s", status,
                reason->before != NULL ? reason->before : "", is_named ? command : "",
                is_named ? reason->behind : "", words.length > 0 ? ": " : "", (int)words.length,
                words.length > 0 ? words.bytes : "");
    problem_advise(why, "%s", reason->advice);
}

/* The line with which an error that was thrown begins stands below the heading of the framework. */
static struct span words_of(enum failure failure, struct span whole)
{
    struct span details = span_from(whole, span_find(whole, '\n'));
    if (failure != FAILURE_THREW || span_trim(details).length == 0)
        details = whole;
    return span_first(icinga_windows_headline(details), QUOTED_MAXIMUM);
}

/* A code below the heading, as scripts print their errors. */
static void add_code(struct span whole, struct problem *why)
{
    struct license_document document = {0};
    program_error_find(span_from(whole, span_find(whole, '\n')), &document);
    if (document.error.is_known)
        problem_add_code(why, document.error.value);
    license_document_done(&document);
}

/* Says why the command gave no document; a code among its words is kept. */
static enum turn explain(struct conversation *conversation, const struct http_reply *http,
                         const struct icinga_windows_reply *reply, struct problem *why)
{
    struct span whole = reply->has_result ? span_trim(reply->text) : span_of(reply->message);
    enum failure failure = failure_of(http->status, reply->has_result, whole);
    set_words(&reasons[failure], command_of(conversation), http->status, words_of(failure, whole), why);
    add_code(whole, why);
    return TURN_FAILED;
}

/* A cmdlet whose text is a document has done its work, whatever its exitcode.  One that ends with 3 and shows
 * nothing but the error of a program has failed, and its words say more than "no license document". */
static enum turn read_document(struct conversation *conversation, const struct http_reply *http,
                               const struct icinga_windows_reply *reply, struct problem *why)
{
    struct license_document document;
    bool is_read = icinga_windows_document_read(reply->text, &document, why);
    bool is_unknown = reply->exitcode == ICINGA_WINDOWS_EXITCODE_UNKNOWN;
    if (is_read && !is_unknown) {
        conversation->document = document;
        return TURN_ANSWERED;
    }
    if (is_read && document.license_count > 0) { /* half of what it knows may be missing */
        license_document_done(&document);
        problem_set(why, PROBLEM_PROTOCOL, "answered 200 with a document and exitcode 3: the cmdlet failed");
        problem_advise(why, "run it on the machine, in PowerShell: %s", command_of(conversation));
        return TURN_FAILED;
    }
    if (!is_read && !is_unknown) {
        problem_add_place(why, "answered 200 with exitcode %u", (unsigned)reply->exitcode);
        return TURN_FAILED;
    }
    if (is_read)
        license_document_done(&document);
    return explain(conversation, http, reply, why);
}

/* A reply that is no JSON, or not that of a check. */
static enum turn explain_other(const struct http_reply *reply, struct problem *why)
{
    struct problem reason = *why;
    refusal_explain(reply, why);
    if (reason.kind == PROBLEM_MEMORY) {
        *why = reason;
    } else if (reply->status == 200 && !refusal_is_html(reply)) {
        *why = reason;
        problem_add_place(why, "answered 200");
        problem_advise(why, "compare host, port and --path with those of Icinga for Windows");
    }
    return TURN_FAILED;
}

static enum turn next(struct conversation *conversation, const struct http_reply *http,
                      struct http_request *ret_request, struct problem *why)
{
    struct icinga_windows_reply reply;
    (void)ret_request;
    if (http->status == 401) {
        refusal_explain_login(http, conversation->wishes->login, why);
        return TURN_FAILED;
    }
    if (refusal_is_html(http) ||
        !icinga_windows_reply_read(http->body, command_of(conversation), &reply, why))
        return explain_other(http, why);
    enum turn turn = http->status == 200 && reply.has_result ? read_document(conversation, http, &reply, why)
                                                             : explain(conversation, http, &reply, why);
    icinga_windows_reply_done(&reply);
    return turn;
}

const struct agent icinga_windows_agent = {
    .name = "Icinga for Windows",
    .when_shut =
        "Icinga for Windows ends the connections of an address after 6 bad ones, until its service is "
        "restarted, and by default it listens on loopback only",
    .start = start,
    .next = next,
};
