/* SPDX-License-Identifier: MIT */
/* Faults are told apart by their numbers: WinRM writes its sentences in the language of the server.  The code
 * of WinRM counts; where it says only that its provider failed, that of WMI does; then the name of the fault
 * in WS-Management.
 * Sources: Microsoft, winerror.h (ERROR_WSMAN_...) and wbemcli.h; DMTF DSP0226, faults. */
#include "agents/winrm_refusal.h"

#include "agents/refusal.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum { QUOTED_MAXIMUM = 200, OFFER_MAXIMUM = 20 }; /* bytes of foreign text */

#define CODE_INVALID_DATE UINT32_C(0x80338041)
#define CODE_PROVIDER_FAILED UINT32_C(0x80338102)
#define CODE_NOT_FOUND UINT32_C(0x80338000)
#define STATUS_NO_CLASS UINT32_C(0x80041010)
#define STATUS_INVALID_QUERY UINT32_C(0x80041017)

#define RIGHTS_ADVICE                                                                                        \
    "the account must be in Administrators, or in Remote Management Users with Enable Account and Remote "   \
    "Enable on the WMI namespace root/cimv2 (wmimgmt.msc); a local administrator also needs "                \
    "LocalAccountTokenFilterPolicy=1"
#define CLASS_ADVICE "the class exists since Windows Vista and Server 2008: is it the right machine"
#define QUERY_ADVICE                                                                                         \
    "ask the same on the machine: Get-CimInstance shows whether WMI answers there, winmgmt "                 \
    "/verifyrepository "                                                                                     \
    "whether its repository is sound"
#define PROVIDER_ADVICE                                                                                      \
    "look at the service sppsvc and at the log Microsoft-Windows-WMI-Activity/Operational of the machine"

/* What is known of a reason.  A code of Windows that explains it further goes into the problem. */
struct reason {
    uint32_t number;
    const char *subcode;
    enum problem_kind kind;
    uint32_t code; /* 0 = none */
    const char *words, *advice;
};

static const struct reason statuses[] = {
    {0x80041003, NULL, PROBLEM_REFUSED, 0x80041003, "WMI denied access", RIGHTS_ADVICE},
    {0x80070005, NULL, PROBLEM_REFUSED, 0x80070005, "access denied", RIGHTS_ADVICE},
    {STATUS_NO_CLASS, NULL, PROBLEM_MISSING, STATUS_NO_CLASS, "WMI has no such class", CLASS_ADVICE},
    {0x8004100E, NULL, PROBLEM_MISSING, 0x8004100E, "WMI has no such namespace", CLASS_ADVICE},
    {STATUS_INVALID_QUERY, NULL, PROBLEM_PROTOCOL, STATUS_INVALID_QUERY, "WMI did not accept the query",
     QUERY_ADVICE},
    {0x80041001, NULL, PROBLEM_PROTOCOL, 0x80041001, "WMI failed", PROVIDER_ADVICE},
};

static const struct reason codes[] = {
    {5, "AccessDenied", PROBLEM_REFUSED, 0x80070005, "access denied", RIGHTS_ADVICE},
    {0x80070005, NULL, PROBLEM_REFUSED, 0x80070005, "access denied", RIGHTS_ADVICE},
    {CODE_NOT_FOUND, "DestinationUnreachable", PROBLEM_MISSING, 0, "class or namespace not there",
     CLASS_ADVICE},
    {0x80338029, "TimedOut", PROBLEM_TIMEOUT, 0, "the query did not end in time",
     "the machine may be busy, or its WMI hang: look at the service sppsvc there, and give more --timeout"},
    {CODE_INVALID_DATE, NULL, PROBLEM_PROTOCOL, 0, "a value does not fit its schema, perhaps a date",
     QUERY_ADVICE},
    {0x57, "SchemaValidationError", PROBLEM_PROTOCOL, 0, "the request was not accepted",
     "compare the WinRM version of the machine: winrm id shows it"},
    {0x80070057, "InvalidParameter", PROBLEM_PROTOCOL, 0, "the request was not accepted",
     "compare the WinRM version of the machine: winrm id shows it"},
    {0x803381A6, "QuotaLimit", PROBLEM_PROTOCOL, 0, "too many operations of this user at once",
     "check less often or use an account of its own: abandoned queries end by themselves within minutes, "
     "MaxConcurrentOperationsPerUser in winrm get winrm/config/service is the limit"},
    {CODE_PROVIDER_FAILED, NULL, PROBLEM_PROTOCOL, 0, "the WMI provider could not do it", PROVIDER_ADVICE},
    {0, "InternalError", PROBLEM_PROTOCOL, 0, "the service failed", PROVIDER_ADVICE},
};

static const struct reason *find_number(const struct reason *reasons, size_t count,
                                        struct known_number number)
{
    for (size_t i = 0; number.is_known && i < count; i++) {
        if (reasons[i].number != 0 && reasons[i].number == number.value)
            return &reasons[i];
    }
    return NULL;
}

static const struct reason *find_subcode(const char *subcode)
{
    for (size_t i = 0; subcode != NULL && i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].subcode != NULL && span_is(span_of(subcode), codes[i].subcode))
            return &codes[i];
    }
    return NULL;
}

/* The provider of WMI failed: its own code says why. */
static bool is_general(const struct reason *reason)
{
    return reason == NULL || reason->number == CODE_PROVIDER_FAILED || reason->number == CODE_NOT_FOUND;
}

static const struct reason *find_reason(const struct wsman_fault *fault)
{
    enum { COUNT = sizeof codes / sizeof codes[0] };
    const struct reason *by_code = find_number(codes, COUNT, fault->code);
    const struct reason *by_status =
        find_number(statuses, sizeof statuses / sizeof statuses[0], fault->status);
    const struct reason *by_inner_code = find_number(codes, COUNT, fault->inner_code);
    if (!is_general(by_code))
        return by_code;
    if (by_status != NULL)
        return by_status;
    if (!is_general(by_inner_code))
        return by_inner_code;
    return by_code != NULL ? by_code : by_inner_code != NULL ? by_inner_code : find_subcode(fault->subcode);
}

static bool has_code(const struct wsman_fault *fault, uint32_t code)
{
    return (fault->code.is_known && fault->code.value == code) ||
           (fault->inner_code.is_known && fault->inner_code.value == code);
}

enum winrm_code winrm_fault_code(const struct wsman_fault *fault)
{
    if (fault->status.is_known ? fault->status.value == STATUS_INVALID_QUERY
                               : has_code(fault, CODE_PROVIDER_FAILED)) /* it says no more */
        return WINRM_INVALID_QUERY;
    if (has_code(fault, CODE_INVALID_DATE))
        return WINRM_INVALID_DATE;
    const struct reason *reason = find_reason(fault);
    if (reason != NULL && reason->kind == PROBLEM_REFUSED && reason->code != 0)
        return WINRM_DENIED;
    bool has_no_class =
        reason != NULL && (reason->number == CODE_NOT_FOUND || reason->number == STATUS_NO_CLASS);
    return has_no_class ? WINRM_NO_CLASS : WINRM_OTHER;
}

/* ", code 0x80041010, fault 0x80338102", ", fault AccessDenied". */
static void append_name(struct text *sentence, const struct wsman_fault *fault)
{
    if (fault->status.is_known)
        text_append_format(sentence, ", code 0x%08X", (unsigned)fault->status.value);
    if (fault->code.is_known)
        text_append_format(sentence, ", fault 0x%08X", (unsigned)fault->code.value);
    else if (fault->subcode != NULL)
        text_append_format(sentence, ", fault %.40s", fault->subcode);
}

bool winrm_explain_fault(const struct wsman_fault *fault, const char *class, struct problem *why)
{
    const struct reason *reason = find_reason(fault);
    struct text sentence;
    text_start(&sentence, PROBLEM_SENTENCE_SIZE);
    text_append_format(&sentence, "refused the query of %s: %s", class,
                       reason != NULL ? reason->words : "for a reason of its own");
    append_name(&sentence, fault);
    if (fault->text != NULL && fault->text[0] != '\0')
        text_append_format(&sentence, ": %.*s", QUOTED_MAXIMUM, fault->text);
    problem_set(why, reason != NULL ? reason->kind : PROBLEM_PROTOCOL, "%s", text_string(&sentence));
    text_done(&sentence);
    problem_advise(why, "%s", reason != NULL ? reason->advice : QUERY_ADVICE);
    if (reason != NULL && reason->code != 0)
        problem_add_code(why, reason->code);
    else if (fault->status.is_known)
        problem_add_code(why, fault->status.value);
    return false;
}

static const char *login_advice(enum http_login login)
{
    switch (login) {
    case HTTP_LOGIN_BASIC:
        return "Basic is off by default in WinRM and takes local accounts only: --auth=negotiate or ntlm for "
               "an "
               "account of the domain";
    case HTTP_LOGIN_NEGOTIATE:
        return "WinRM takes a ticket for HTTP/HOST of the domain, so -H must be its name there and no "
               "address";
    case HTTP_LOGIN_NTLM:
        return "give the domain with --user, and for a local account that of the machine";
    case HTTP_LOGIN_CERTIFICATE:
        return "login by certificate is off by default in WinRM and takes local accounts only: winrm get "
               "winrm/config/service/auth shows it";
    case HTTP_LOGIN_NONE:
    case HTTP_LOGIN_HEADER:
        break;
    }
    return "WinRM answers nobody without a login";
}

/* ", offered: Negotiate, Kerberos" for a sentence that does not say it. */
static void append_offers(struct text *sentence, const struct http_reply *reply)
{
    for (size_t i = 0; i < reply->challenge_count; i++) {
        struct span method = span_trim(span_of(reply->challenges[i]));
        method = span_first(method, span_find(method, ' '));
        text_append(sentence, i == 0 ? ", offered: " : ", ");
        text_append_span(sentence, span_first(method, OFFER_MAXIMUM));
    }
}

bool winrm_explain_login(const struct http_reply *reply, enum http_login login, struct problem *why)
{
    struct text sentence, advice;
    refusal_explain_login(reply, login, why);
    text_start(&sentence, PROBLEM_SENTENCE_SIZE);
    text_start(&advice, PROBLEM_ADVICE_SIZE);
    text_append(&sentence, why->sentence);
    if (!span_contains(span_of(why->sentence), "offered"))
        append_offers(&sentence, reply);
    text_append_format(&advice, "%s; %s", why->advice, login_advice(login));
    problem_set(why, PROBLEM_REFUSED, "%s", text_string(&sentence));
    problem_advise(why, "%s", text_string(&advice));
    text_done(&sentence);
    text_done(&advice);
    return false;
}

bool winrm_explain_reply(const struct http_reply *reply, bool is_plain, struct problem *why)
{
    if (reply->status == 500 && is_plain && span_trim(reply->body).length == 0) {
        problem_set(
            why, PROBLEM_REFUSED,
            "answered 500 without a word: over plain HTTP it wants messages to be encrypted one by one, "
            "which is not possible here");
        return problem_advise(why, "use HTTPS on port 5986, without --plain-http: winrm quickconfig "
                                   "-transport:https sets it up; AllowUnencrypted=true on the machine would "
                                   "show everything to everyone");
    }
    refusal_explain(reply, why);
    if (reply->status == 500 && !refusal_is_html(reply))
        problem_advise(why, "look at the log Microsoft-Windows-WinRM/Operational of the machine");
    else if (reply->status == 503)
        problem_advise(why, "is the service WinRM running on the machine, and is there a proxy on the way");
    return false;
}
