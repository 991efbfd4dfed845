/* SPDX-License-Identifier: MIT */
/* From the refusals of NSClient++ to sentences. */
#include "agents/nsclient_refusal.h"

#include "agents/refusal.h"
#include "base/number.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    QUOTED_MAXIMUM = 160,
    SAMPLE = 512, /* a failure shows in its first words; a query that it quotes may be long */
    CODE_DIGITS = 8,
    DECIMAL_DIGITS = 10
};

static bool explain_403(const struct agent_wishes *wishes, struct problem *why)
{
    if (wishes->login == HTTP_LOGIN_NONE) {
        problem_set(why, PROBLEM_REFUSED, "answered 403: it wants a login, and no password was given");
        return problem_advise(why, "give --password-file, and --user where it is not admin");
    }
    problem_set(why, PROBLEM_REFUSED, "answered 403: wrong password, or this poller is not in allowed hosts");
    if (wishes->is_legacy)
        return problem_advise(
            why,
            "nsclient.ini: password, allowed hosts with this address, and a role with the grant legacy. "
            "0.5.2 to 0.5.2.19 and 0.11.6 to 0.12.3 do not read the password header: leave --legacy out. "
            "After 10 bad logins it blocks this address for 60 s: stop checks with an old password");
    return problem_advise(
        why, "nsclient.ini: user and password, allowed hosts with this address, and a role with the grant "
             "queries.execute. After 10 bad logins it blocks this address for 60 s: stop other checks that "
             "use an old password");
}

static bool explain_404(const struct agent_wishes *wishes, struct problem *why)
{
    if (wishes->is_legacy) {
        problem_set(why, PROBLEM_PROTOCOL, "answered 404: it has no path %s",
                    wishes->path != NULL ? wishes->path : "/query");
        return problem_advise(why, "0.5.2 and later: leave --legacy out. Else compare host, port and --path "
                                   "with those of the agent");
    }
    problem_set(why, PROBLEM_PROTOCOL, "answered 404: older than 0.5.2, or no NSClient++");
    return problem_advise(why,
                          "older than 0.5.2: use --legacy. Else compare host, port and --path with those "
                          "of the agent, and see that module WEBServer is loaded");
}

bool nsclient_explain_reply(const struct http_reply *reply, const struct agent_wishes *wishes,
                            struct problem *why)
{
    if (refusal_is_html(reply))
        return refusal_explain(reply, why);
    switch (reply->status) {
    case 401: /* never by NSClient++ itself */
        return refusal_explain_login(reply, wishes->login, why);
    case 403:
        return explain_403(wishes, why);
    case 404:
        return explain_404(wishes, why);
    case 410:
        problem_set(why, PROBLEM_PROTOCOL, "answered 410: this version has closed that path");
        return problem_advise(why, "leave --legacy out, and compare --path with the manual of the version");
    case 500:
        problem_set(why, PROBLEM_PROTOCOL, "answered 500: the query failed inside the agent");
        return problem_advise(why, "nsclient.log on that machine tells why");
    default:
        return refusal_explain(reply, why);
    }
}

/* ---- failures of commands ---------------------------------------------------------------------------------
 */

static struct span first_line(struct span text)
{
    text = span_trim(text);
    text = span_first(text, span_find(text, '\n'));
    return span_first(span_trim(text), QUOTED_MAXIMUM);
}

static bool is_word_byte(char byte)
{
    char letter = ascii_lower(byte);
    return (letter >= 'a' && letter <= 'z') || ascii_is_digit(byte);
}

/* "80041010", "0x80041010", "2147749904": only codes with the bit of failure, which no other number has. */
static bool read_code(struct span word, uint32_t *ret)
{
    uint64_t decimal;
    uint32_t code;
    if (word.length == DECIMAL_DIGITS && number_parse_unsigned(word, &decimal) && decimal <= UINT32_MAX)
        code = (uint32_t)decimal;
    else {
        if (span_starts_with_ignoring_case(word, "0x"))
            word = span_from(word, 2);
        if (word.length != CODE_DIGITS || !number_parse_hex(word, &code))
            return false;
    }
    if (code < 0x80000000)
        return false;
    *ret = code;
    return true;
}

static bool find_code(struct span text, uint32_t *ret)
{
    for (size_t i = 0; i < text.length;) {
        size_t begin = i;
        while (i < text.length && is_word_byte(text.bytes[i]))
            i++;
        if (read_code((struct span) {text.bytes + begin, i - begin}, ret))
            return true;
        i += i == begin ? 1 : 0;
    }
    return false;
}

enum { WMI_ACCESS_DENIED = 0x80041003, WMI_NOT_FOUND = 0x80041002, WMI_INVALID_QUERY = 0x80041017 };

static const char *wmi_words(uint32_t code)
{
    static const struct {
        uint32_t code;
        const char *words;
    } codes[] = {
        {0x80041001, "it failed without saying why"},
        {WMI_NOT_FOUND, "not found"},
        {WMI_ACCESS_DENIED, "access denied"},
        {0x8004100E, "no such namespace"},
        {0x80041010, "no such class"},
        {0x80041013, "the provider of the class could not be loaded"},
        {0x80041014, "the provider of the class could not start"},
        {WMI_INVALID_QUERY, "invalid query, as when this Windows lacks a column"},
        {0x80041033, "WMI is shutting down"},
        {0x8004106C, "a quota of WMI is used up"},
        {0x80070005, "access denied"},
        {0x800706BA, "the RPC server is not available"},
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].code == code)
            return codes[i].words;
    }
    return "it gave a code";
}

static bool explain_wmi(struct span text, struct problem *why)
{
    uint32_t code;
    bool has_code = find_code(text, &code);
    bool is_denied = span_contains_ignoring_case(text, "access denied") ||
                     span_contains_ignoring_case(text, "access is denied") ||
                     (has_code && (code == (uint32_t)WMI_ACCESS_DENIED || code == 0x80070005));
    struct span said = first_line(text);
    if (has_code)
        problem_set(why, PROBLEM_PROTOCOL, "could not query WMI: %s (0x%08X)", wmi_words(code),
                    (unsigned)code);
    else
        problem_set(why, PROBLEM_PROTOCOL, "could not query WMI, it said: %.*s", (int)said.length,
                    said.bytes != NULL ? said.bytes : "");
    if (is_denied) {
        why->kind = PROBLEM_REFUSED;
        problem_advise(why,
                       "the service nscp should run as Local System; another account needs Enable Account "
                       "on root\\cimv2");
    } else {
        problem_advise(why,
                       "on that machine, elevated: Get-CimInstance SoftwareLicensingService. If that fails "
                       "too, look at the services winmgmt and sppsvc: winmgmt /verifyrepository");
    }
    if (has_code)
        problem_add_code(why, code);
    return true;
}

static bool explain_unknown_command(const char *command, struct problem *why)
{
    if (strcmp(command, "check_wmi") == 0) {
        problem_set(why, PROBLEM_MISSING, "has no command check_wmi: module CheckWMI is not loaded");
        problem_advise(why, "nsclient.ini, section [/modules]: CheckWMI = enabled, then restart the service "
                            "nscp. Or --command=NAME with a script of its own");
    } else if (strcmp(command, "check_activation") == 0) {
        problem_set(why, PROBLEM_MISSING,
                    "has no command check_activation: module CheckSecurity is not loaded");
        problem_advise(why, "it needs NSClient++ 0.16.2 or later and, in nsclient.ini, section [/modules]: "
                            "CheckSecurity = enabled. Without --command check_wmi is asked");
    } else {
        problem_set(why, PROBLEM_MISSING, "has no command %.60s", command);
        problem_advise(
            why,
            "nsclient.ini: CheckExternalScripts = enabled in section [/modules], and %.60s = ... in "
            "[/settings/external scripts/scripts], /wrapped scripts or /alias; then restart the "
            "service nscp",
            command);
    }
    return true;
}

struct failure {
    const char *mark; /* in the English text of the agent */
    enum problem_kind kind;
    const char *words, *advice;
    bool is_quoted; /* its own words say more */
};

static const struct failure failures[] = {
    {"Permission denied:", PROBLEM_REFUSED, "its policy does not let this user run it",
     "nsclient.ini, section [/settings/permissions/policies]: WEBServer:USER = COMMAND. To keep raw queries "
     "forbidden, permit only a script with fixed output and name it with --command",
     false},
    {"Arguments not allowed", PROBLEM_PROTOCOL, "it takes no arguments",
     "name a script that needs none with --command, rather than allow arguments in "
     "[/settings/external scripts]",
     false},
    {"Request contained illegal characters", PROBLEM_PROTOCOL, "it does not take our arguments",
     "name a script that needs none with --command, rather than allow nasty characters in "
     "[/settings/external scripts]",
     false},
    {"returned an invalid return code", PROBLEM_PROTOCOL, "its script ended with no state from 0 to 3",
     "run the line of [/settings/external scripts/scripts] in a console as Local System: the script must "
     "exit "
     "with 0",
     true},
    {"No output available from command", PROBLEM_PROTOCOL, "its script printed nothing",
     "run the line of [/settings/external scripts/scripts] in a console as Local System: path of the script, "
     "execution policy of PowerShell",
     false},
    {"terminate within", PROBLEM_TIMEOUT, "its script did not end in time",
     "run it on that machine and see how long it takes; [/settings/external scripts] timeout is 60 s unless "
     "set",
     false},
    {"Failed to execute ", PROBLEM_PROTOCOL, "its script could not be started",
     "look at the line of [/settings/external scripts/scripts]: path, and powershell.exe in front of a .ps1",
     true},
    {"is not supported on this platform", PROBLEM_PROTOCOL, "that machine is no Windows",
     "compare host and port", false},
    {"Failed to query the licensing state", PROBLEM_PROTOCOL, "it could not query WMI",
     "on that machine, elevated: Get-CimInstance SoftwareLicensingService. If that fails too, look at the "
     "services winmgmt and sppsvc",
     true},
    {"No licensing information found", PROBLEM_MISSING, "it found no installed product key",
     "on that machine: slmgr.vbs /dlv, and is the service sppsvc disabled", false},
    {"Failed to parse syntax", PROBLEM_PROTOCOL, "it does not know a column of our template",
     "nsclient.log names the column. Or --command=NAME with a script that prints the report", false},
    {"Invalid variable:", PROBLEM_PROTOCOL, "it does not know a column of our template",
     "report the column. Or --command=NAME with a script that prints the report", true},
};

static bool explain_failure(const struct failure *failure, struct span text, const char *command,
                            struct problem *why)
{
    struct span said = failure->is_quoted ? first_line(text) : (struct span) {NULL, 0};
    problem_set(why, failure->kind, "ran %.60s: %s%s%.*s", command, failure->words,
                said.length > 0 ? ": " : "", (int)said.length, said.bytes != NULL ? said.bytes : "");
    problem_advise(why, "%s", failure->advice);
    return true;
}

bool nsclient_explain_known(struct span text, const char *command, struct problem *why)
{
    struct span begin = span_first(span_trim(text), SAMPLE);
    if (span_contains(begin, "Unknown command(s)") || span_contains(begin, "No command or alias found"))
        return explain_unknown_command(command, why);
    if (span_contains(begin, "WMIQuery failed"))
        return explain_wmi(text, why);
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        if (span_contains(begin, failures[i].mark))
            return explain_failure(&failures[i], text, command, why);
    }
    return false;
}

bool nsclient_explain_text(const struct nsclient_reply *result, const char *command, struct problem *why)
{
    if (nsclient_explain_known(result->text, command, why))
        return false;
    struct span said = first_line(result->text);
    if (said.length == 0)
        problem_set(why, PROBLEM_PROTOCOL, "ran %.60s: state %s without a word", command,
                    nsclient_state_word(result->state));
    else
        problem_set(why, PROBLEM_PROTOCOL, "ran %.60s: state %s: %.*s", command,
                    nsclient_state_word(result->state), (int)said.length, said.bytes);
    return problem_advise(why, "nsclient.log on that machine tells more");
}

bool nsclient_is_about_columns(struct span text, bool is_generation_known)
{
    uint32_t code;
    struct span begin = span_first(span_trim(text), SAMPLE);
    if (span_contains(begin, "WMIQuery failed"))
        return find_code(text, &code)
                   ? code == (uint32_t)WMI_INVALID_QUERY || code == (uint32_t)WMI_NOT_FOUND
                   : !is_generation_known; /* a failure in words of another language may be any */
    return span_contains(begin, "Failed to parse syntax") || span_contains(begin, "Invalid variable");
}
