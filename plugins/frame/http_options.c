/* SPDX-License-Identifier: MIT */
/* The options about agents over HTTP. */
#include "frame/http_options.h"

#include "base/span.h"
#include "model/endpoint.h"

static const struct option_choice logins[] = {
    {"basic", HTTP_LOGIN_BASIC, "user and password"},
    {"negotiate", HTTP_LOGIN_NEGOTIATE, "the Kerberos ticket of the user who runs the check, or --keytab"},
    {"ntlm", HTTP_LOGIN_NTLM, "user and password, where libcurl has it still"},
    {"certificate", HTTP_LOGIN_CERTIFICATE, "--client-cert, mapped to a local account by WinRM"},
    {NULL, 0, NULL}};

#define CONFIG struct http_config

const struct option http_options[HTTP_OPTION_COUNT] = {
    {OPTION_INTO_TEXT(CONFIG, user), .name = "user", .placeholder = "NAME",
     .summary = "account on the agent: NAME, DOMAIN\\NAME, NAME@REALM (default for nscp: admin)"},
    {OPTION_INTO_SECRET(CONFIG, password), .name = "password-file", .placeholder = "FILE",
     .summary = "file with its password, one line", .environment = "KMS_PASSWORD", .ini_key = "password"},
    {.kind = OPTION_REFUSED,
     .name = "password",
     .detail = "a password on the command line is in the process list, use --password-file, KMS_PASSWORD or "
               "password in an ini file"},
    {OPTION_INTO_CHOICE(CONFIG, login), .name = "auth", .placeholder = "METHOD",
     .summary = "how the login is proven",
     .detail = "Default: negotiate for winrm, basic for the others where a password is given. There is one "
               "login in a run: a refusal is never answered with another method or another try, because "
               "that locks accounts.",
     .choices = logins},
    {OPTION_INTO_TEXT(CONFIG, keytab_file), .name = "keytab", .placeholder = "FILE",
     .summary = "keytab for negotiate; its first principal logs in"},
    {OPTION_INTO_TEXT(CONFIG, ca_file), .name = "ca-cert", .placeholder = "FILE",
     .summary = "trust these authorities (PEM) instead of those of the system"},
    {OPTION_INTO_TEXTS(CONFIG, pins), .name = "pin", .placeholder = "sha256//BASE64",
     .summary = "trust this public key of the agent",
     .detail = "Alone it takes the place of every other verification, so that self-signed certificates can "
               "be used safely; with --ca-cert both must hold. The alert about a certificate that is not "
               "trusted shows its pin."},
    {OPTION_INTO_TEXT(CONFIG, tls_name), .name = "tls-name", .placeholder = "NAME",
     .summary = "name in the certificate of the agent (default: that of --hostname)",
     .detail = "Also the name in the Host header and of the Kerberos service. The address is still that of "
               "--hostname."},
    {OPTION_INTO_FLAG(CONFIG, is_unverified), .name = "insecure",
     .summary = "do not verify who answers: the password goes to anybody"},
    {OPTION_INTO_TEXT(CONFIG, certificate_file), .letter = 'J', .name = "client-cert", .placeholder = "FILE",
     .summary = "our own certificate (PEM)"},
    {OPTION_INTO_TEXT(CONFIG, key_file), .letter = 'K', .name = "private-key", .placeholder = "FILE",
     .summary = "its key (PEM, without a pass phrase), if it is not in the same file"},
    {OPTION_INTO_FLAG(CONFIG, is_plain), .name = "plain-http",
     .summary = "HTTP without TLS: everything is readable on the way, the password too",
     .detail =
         "Default for exporter only, where no option about TLS is given, and refused there with a login "
         "unless it is written. WinRM takes it "
         "only with AllowUnencrypted=true on the machine."},
    {OPTION_INTO_TEXT(CONFIG, command), .name = "command", .placeholder = "NAME",
     .summary = "nscp, ifw: command or cmdlet whose output is the document",
     .detail =
         "For nscp an external script or an alias, and the default is check_wmi with queries of ours. A "
         "script with fixed output needs the least rights. The default for ifw is "
         "Invoke-IcingaCheckKms."},
    {OPTION_INTO_TEXT(CONFIG, path), .name = "path", .placeholder = "PATH",
     .summary = "path on the agent instead of the usual one, begins with a slash"},
    {OPTION_INTO_FLAG(CONFIG, is_legacy), .name = "legacy",
     .summary = "nscp before 0.5.2: the old path and the old login"},
    {OPTION_INTO_TEXT(CONFIG, record_file), .name = "record", .placeholder = "FILE",
     .summary = "write the replies over HTTP into a new file, names, ids and keys masked",
     .detail = "For bug reports: everything else stands in it as the agent sent it. Look at it before you "
               "give it away. A file that exists is not touched."},
};

static bool says_tls(const struct http_config *config)
{
    return config->ca_file != NULL || config->pins.count > 0 || config->is_unverified ||
           config->certificate_file != NULL;
}

const char *http_options_given(const struct http_config *config)
{
    const struct {
        bool is_given;
        const char *name;
    } options[] = {
        {config->user != NULL, "--user"},
        {config->login != HTTP_LOGIN_NONE, "--auth"},
        {config->keytab_file != NULL, "--keytab"},
        {config->ca_file != NULL, "--ca-cert"},
        {config->pins.count > 0, "--pin"},
        {config->tls_name != NULL, "--tls-name"},
        {config->is_unverified, "--insecure"},
        {config->certificate_file != NULL, "--client-cert"},
        {config->key_file != NULL, "--private-key"},
        {config->is_plain, "--plain-http"},
        {config->command != NULL, "--command"},
        {config->path != NULL, "--path"},
        {config->is_legacy, "--legacy"},
        {config->record_file != NULL, "--record"},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (options[i].is_given)
            return options[i].name;
    }
    return NULL;
}

/* ---- what fits together ------------------------------------------------------------------------------ */

/* sha256// and the base64 of 32 bytes: 43 characters and one =. */
static bool is_pin(struct span pin)
{
    enum { DIGITS = 43 };
    if (!span_starts_with(pin, "sha256//") || pin.length != sizeof "sha256//" - 1 + DIGITS + 1)
        return false;
    struct span digits = span_from(pin, sizeof "sha256//" - 1);
    for (size_t i = 0; i < DIGITS; i++) {
        char letter = ascii_lower(digits.bytes[i]);
        if (!ascii_is_digit(letter) && !(letter >= 'a' && letter <= 'z') && letter != '+' && letter != '/')
            return false;
    }
    return digits.bytes[DIGITS] == '=';
}

static bool check_trust(const struct http_config *config, struct problem *why)
{
    if (config->is_plain && says_tls(config))
        return problem_set(
            why, PROBLEM_USAGE,
            "--plain-http has no TLS: leave out --ca-cert, --pin, --insecure and --client-cert, or "
            "--plain-http itself");
    if (config->is_unverified && (config->ca_file != NULL || config->pins.count > 0))
        return problem_set(why, PROBLEM_USAGE,
                           "--insecure trusts anybody, --ca-cert and --pin do not: leave "
                           "out one of them");
    for (size_t i = 0; i < config->pins.count; i++) {
        if (!is_pin(span_of(config->pins.items[i])))
            return problem_set(
                why, PROBLEM_USAGE,
                "--pin=%.40s: a pin is sha256// and 44 characters of base64, as the alert shows "
                "it",
                config->pins.items[i]);
    }
    if (config->key_file != NULL && config->certificate_file == NULL)
        return problem_set(why, PROBLEM_USAGE,
                           "--private-key belongs to a certificate: --client-cert is "
                           "missing");
    if (config->tls_name != NULL && !host_name_is_valid(span_of(config->tls_name)))
        return problem_set(why, PROBLEM_USAGE, "--tls-name=%.80s is no host name", config->tls_name);
    return true;
}

static bool is_of_cmdlet(char byte)
{
    char letter = ascii_lower(byte);
    return ascii_is_digit(byte) || (letter >= 'a' && letter <= 'z') || byte == '-';
}

static bool check_words(const struct http_config *config, const struct http_habits *habits,
                        struct problem *why)
{
    struct span path = span_of(config->path), command = span_of(config->command);
    if (config->command != NULL && !habits->takes_command)
        return problem_set(why, PROBLEM_USAGE, "--command belongs to --agent=nscp and ifw, not to %s",
                           habits->agent);
    if (config->is_legacy && !habits->takes_legacy)
        return problem_set(why, PROBLEM_USAGE, "--legacy belongs to --agent=nscp, not to %s", habits->agent);
    if (path.length > 0 && path.bytes[0] != '/')
        return problem_set(why, PROBLEM_USAGE, "--path=%.80s: a path begins with /", config->path);
    for (size_t i = 0; i < path.length; i++) {
        if (path.bytes[i] <= ' ' || path.bytes[i] > '~' || path.bytes[i] == '#')
            return problem_set(why, PROBLEM_USAGE,
                               "--path: blanks, # and special characters are written %%XX");
    }
    for (size_t i = 0; i < command.length; i++) {
        if (command.bytes[i] < ' ' || command.bytes[i] > '~')
            return problem_set(why, PROBLEM_USAGE, "--command: only ASCII can be the name of a command");
        if (habits->takes_cmdlet && !is_of_cmdlet(command.bytes[i]))
            return problem_set(why, PROBLEM_USAGE,
                               "--command=%.60s: a cmdlet has letters, digits and hyphens", config->command);
    }
    if (habits->takes_cmdlet && span_find(path, '?') < path.length)
        return problem_set(why, PROBLEM_USAGE,
                           "--path: the query is ours, the name of the cmdlet is --command");
    return true;
}

static enum http_login login_of(const struct http_config *config, const struct http_habits *habits)
{
    if (config->is_legacy)
        return config->password.value != NULL ? HTTP_LOGIN_HEADER : HTTP_LOGIN_NONE;
    if (config->login != HTTP_LOGIN_NONE)
        return (enum http_login)config->login;
    if (config->keytab_file != NULL)
        return HTTP_LOGIN_NEGOTIATE;
    if (habits->login != HTTP_LOGIN_NONE)
        return habits->login;
    /* One in the environment may be there for other checks; without a name it is not meant for this agent. */
    bool has_user = config->user != NULL || habits->user != NULL;
    return config->password.value != NULL && has_user ? HTTP_LOGIN_BASIC : HTTP_LOGIN_NONE;
}

static bool check_password_login(struct http_config *config, const struct http_habits *habits,
                                 struct problem *why)
{
    const char *method = http_login_name((enum http_login)config->login);
    if (config->user == NULL)
        config->user = habits->user;
    if (config->user == NULL)
        return problem_set(why, PROBLEM_USAGE, "--user is missing for the %s login", method);
    if (config->password.value == NULL)
        return problem_set(why, PROBLEM_USAGE,
                           "a password is missing for the %s login: --password-file, KMS_PASSWORD in the "
                           "environment, or password in the ini file",
                           method);
    if (config->login == HTTP_LOGIN_BASIC && span_contains(span_of(config->user), ":"))
        return problem_set(why, PROBLEM_USAGE, "--user: a name with a colon cannot be sent by basic login");
    return true;
}

/* One line: a second one could become a header of its own. */
static bool check_password(const struct http_config *config, struct problem *why)
{
    struct span password = span_of(config->password.value);
    for (size_t i = 0; i < password.length; i++) {
        if ((unsigned char)password.bytes[i] < ' ')
            return problem_set(why, PROBLEM_USAGE,
                               "the password has a line end or another control character: its "
                               "file holds nothing but the password");
    }
    return true;
}

/* The environment is that of all checks; a password from elsewhere is meant for this one. */
static bool is_password_given(const struct http_config *config)
{
    return config->password.value != NULL && !config->password.is_from_environment;
}

/* Logins that show something else than a name and a password. */
static bool check_no_user(const struct http_config *config, const char *what, struct problem *why)
{
    if (config->user == NULL && !is_password_given(config))
        return true;
    return problem_set(why, PROBLEM_USAGE, "%s to --auth=basic and ntlm: %s",
                       config->user != NULL ? "--user belongs" : "--password-file and --user belong", what);
}

static bool check_login(struct http_config *config, const struct http_habits *habits, struct problem *why)
{
    if (config->is_legacy && (config->login != HTTP_LOGIN_NONE || config->user != NULL))
        return problem_set(why, PROBLEM_USAGE,
                           "--legacy has a login of its own, a password alone: leave out --auth and --user");
    if (!check_password(config, why))
        return false;
    config->login = (int)login_of(config, habits);
    switch ((enum http_login)config->login) {
    case HTTP_LOGIN_BASIC:
    case HTTP_LOGIN_NTLM:
        if (!check_password_login(config, habits, why))
            return false;
        break;
    case HTTP_LOGIN_CERTIFICATE:
        if (config->certificate_file == NULL)
            return problem_set(why, PROBLEM_USAGE, "--auth=certificate needs --client-cert");
        return check_no_user(config, "a certificate logs in by itself", why);
    case HTTP_LOGIN_NONE:
        if (config->user != NULL)
            return problem_set(why, PROBLEM_USAGE,
                               "--user has no password: --password-file, KMS_PASSWORD in the environment, or "
                               "password in the ini file");
        if (is_password_given(config))
            return problem_set(why, PROBLEM_USAGE, "--user is missing: whose password is it");
        break;
    case HTTP_LOGIN_NEGOTIATE:
        if (!check_no_user(config, "a Kerberos ticket or --keytab logs in by itself", why))
            return false;
        break;
    case HTTP_LOGIN_HEADER:
        break;
    }
    if (config->keytab_file != NULL && config->login != HTTP_LOGIN_NEGOTIATE)
        return problem_set(why, PROBLEM_USAGE, "--keytab belongs to --auth=negotiate");
    return true;
}

/* An agent that speaks plain HTTP by habit does so only where nobody said a word about TLS. */
static bool choose_scheme(struct http_config *config, const struct http_habits *habits, struct problem *why)
{
    if (config->is_plain || !habits->is_plain || says_tls(config))
        return true;
    if (config->login != HTTP_LOGIN_NONE)
        return problem_set(
            why, PROBLEM_USAGE,
            "%s is asked without TLS, the login would be readable on the way: give --ca-cert or "
            "--pin for TLS, or --plain-http to allow it",
            habits->agent);
    config->is_plain = true;
    return true;
}

bool http_options_complete(struct http_config *config, const struct http_habits *habits, struct problem *why)
{
    return check_trust(config, why) && check_words(config, habits, why) && check_login(config, habits, why) &&
           choose_scheme(config, habits, why);
}
