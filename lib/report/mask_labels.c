/* SPDX-License-Identifier: MIT */
/* Labels of the properties, scripts, metrics and templates, and the values behind them. */
#include "report/mask_labels.h"

#include "base/span.h"
#include "report/mask_shapes.h"

#include <string.h>

enum {
    VALUE_MAXIMUM = 512,     /* characters of a value; a distinguished name is the longest */
    ATTRIBUTES_MAXIMUM = 200 /* between the name of an XML element and its end */
};

enum label_kind { LABEL_SECRET, LABEL_ID, LABEL_MACHINE, LABEL_NAMES };

struct label {
    const char *words;
    enum label_kind kind;
};

/* Blanks are ignored in the comparison, as a broken line may have lost one; letters' case too. */
static const struct label labels[] = {
    {"PartialProductKey", LABEL_SECRET},
    {"partial_product_key", LABEL_SECRET},
    {"Partial Product Key", LABEL_SECRET},
    {"Last 5 characters of installed product key", LABEL_SECRET},
    {"OA3xOriginalProductKey", LABEL_SECRET},
    {"OA3xOriginalProductKeyPkPn", LABEL_SECRET},
    {"ProductKey", LABEL_SECRET},
    {"auth token", LABEL_SECRET},
    {"password", LABEL_SECRET},
    {"TokenActivationCertificateThumbprint", LABEL_SECRET},
    {"Certificate Thumbprint", LABEL_SECRET},

    {"ProductKeyID", LABEL_ID},
    {"ProductKeyID2", LABEL_ID},
    {"KeyManagementServiceProductKeyID", LABEL_ID},
    {"ADActivationCsvlkPid", LABEL_ID},
    {"AutomaticVMActivationHostDigitalPid2", LABEL_ID},
    {"OfflineInstallationId", LABEL_ID},
    {"Extended PID", LABEL_ID}, /* and the longer labels that end so */
    {"Installation ID", LABEL_ID},
    {"PRODUCT ID", LABEL_ID},
    {"Host Digital PID2", LABEL_ID},
    {"SerialNumber", LABEL_ID},

    {"KeyManagementServiceMachine", LABEL_MACHINE},
    {"DiscoveredKeyManagementServiceMachineName", LABEL_MACHINE},
    {"KeyManagementServiceLookupDomain", LABEL_MACHINE},
    {"AutomaticVMActivationHostMachineName", LABEL_MACHINE},
    {"ComputerName", LABEL_MACHINE},
    {"PSComputerName", LABEL_MACHINE},
    {"CSName", LABEL_MACHINE},
    {"__SERVER", LABEL_MACHINE},
    {"SystemName", LABEL_MACHINE},
    {"HostName", LABEL_MACHINE},
    {"Computer", LABEL_MACHINE},
    {"Machine", LABEL_MACHINE},
    {"kms_host", LABEL_MACHINE},
    {"KMS", LABEL_MACHINE},
    {"KMS machine name", LABEL_MACHINE},
    {"KMS machine name from DNS", LABEL_MACHINE},
    {"Registered KMS machine name", LABEL_MACHINE},
    {"KMS machine registry override defined", LABEL_MACHINE},
    {"Registered KMS SRV record lookup domain", LABEL_MACHINE},
    {"KMS Lookup Domain", LABEL_MACHINE},
    {"Host machine name", LABEL_MACHINE},

    {"ADActivationObjectName", LABEL_NAMES},
    {"ADActivationObjectDN", LABEL_NAMES},
    {"Activation Object name", LABEL_NAMES},
    {"AO DN", LABEL_NAMES},
    {"UserName", LABEL_NAMES},
    {"user", LABEL_NAMES},
    {"run_as", LABEL_NAMES},
    {"StartName", LABEL_NAMES},
    {"RegisteredUser", LABEL_NAMES},
    {"Organization", LABEL_NAMES},
};

/* The template with which we ask NSClient++ has short tags for its columns.  They are labels only where the
 * template puts them, "[[TAG=value;;TAG=value]]": elsewhere K and AD are letters as any others. */
static const struct label tags[] = {{"KEY", LABEL_SECRET}, {"K", LABEL_MACHINE}, {"DK", LABEL_MACHINE},
                                    {"DA", LABEL_MACHINE}, {"AD", LABEL_NAMES},  {"CM", LABEL_NAMES}};

/* Accounts that every Windows has, and words for nothing. */
static const char *const built_in[] = {
    "NT AUTHORITY", "NT SERVICE",    "BUILTIN", "LocalSystem", "LocalService", "NetworkService",
    "localhost",    "null",          "<NULL>",  "nil",         "none",         "N/A",
    "???",          "not available", "true",    "false"};

/* Where the label ends that begins at `at`; 0 when it is another one. */
static size_t end_of_label(const struct mask_view *view, size_t at, const char *words)
{
    for (;; at++) {
        while (*words == ' ')
            words++;
        while (*words != '\0' && mask_at(view, at) == ' ')
            at++;
        if (*words == '\0')
            return mask_is_name(mask_at(view, at)) ? 0 : at;
        if (ascii_lower(mask_at(view, at)) != ascii_lower(*words))
            return 0;
        words++;
    }
}

static size_t skip(const struct mask_view *view, size_t at, const char *characters)
{
    while (mask_at(view, at) != '\0' && strchr(characters, mask_at(view, at)) != NULL && at < view->length)
        at++;
    return at;
}

/* The end of an opening tag from inside of it; 0 for an element without a value. */
static size_t skip_attributes(const struct mask_view *view, size_t at)
{
    size_t end = at;
    while (end < at + ATTRIBUTES_MAXIMUM && mask_at(view, end) != '>' && mask_at(view, end) != '<')
        end++;
    return mask_at(view, end) == '>' && mask_before(view, end) != '/' ? end + 1 : 0;
}

static size_t end_of_value(const struct mask_view *view, size_t at, const char *ends)
{
    size_t end = at;
    while (end < view->length && end - at < VALUE_MAXIMUM && mask_at(view, end) != '\n' &&
           (mask_at(view, end) == '\0' || strchr(ends, mask_at(view, end)) == NULL))
        end++;
    return end;
}

/* The value behind a label that ends at `at`: "label": "value", label="value", <label>value<, label=value;
 * or label: value to the end of the line.  Numbers and other words of JSON are none. */
static bool find_value(const struct mask_view *view, size_t at, bool is_element, size_t *ret_begin,
                       size_t *ret_end)
{
    char quote = mask_at(view, at);
    bool is_member = quote == '"';
    at = skip(view, at + (is_member || quote == '\'' ? 1 : 0), is_member ? " \t\r\n" : " \t");
    char separator = mask_at(view, at);
    if (is_element) {
        at = skip_attributes(view, at);
        separator = '>';
    } else if (separator == ':' || separator == '=') {
        at = skip(view, at + 1, is_member ? " \t\r\n" : " \t");
    } else {
        return false;
    }
    char opening = mask_at(view, at);
    bool is_quoted = separator != '>' && (opening == '"' || opening == '\'');
    if (at == 0 || (is_member && !is_quoted))
        return false;
    const char *ends = separator == '>' ? "<" : separator == ':' ? "<\"|;" : "<\"|;,])";
    *ret_begin = at + (is_quoted ? 1 : 0);
    *ret_end = end_of_value(view, *ret_begin, is_quoted ? opening == '"' ? "\"" : "'" : ends);
    return *ret_end > *ret_begin;
}

static bool is_built_in(struct span value)
{
    value = span_trim(value);
    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++) {
        if (span_starts_with_ignoring_case(value, built_in[i]) &&
            !mask_is_name(value.length > strlen(built_in[i]) ? value.bytes[strlen(built_in[i])] : ' '))
            return true;
    }
    return false;
}

/* Every word of the value is a label of a name but ports ("kms01:1688"), types of a distinguished name
 * ("DC=") and what is settled already. */
static void mask_names_in(struct mask_view *view, struct mask_table *table, size_t begin, size_t end,
                          bool is_machine)
{
    bool is_first = true;
    for (size_t at = begin, next; at < end; at = next) {
        next = at + 1;
        if (!mask_is_name(mask_at(view, at)))
            continue;
        bool is_number = true;
        for (next = at; next < end && mask_is_name(mask_at(view, next)); next++)
            is_number = is_number && ascii_is_digit(mask_at(view, next));
        if ((is_number && at > begin && mask_before(view, at) == ':') || mask_at(view, next) == '=')
            continue;
        if (is_machine && is_first)
            mask_table_learn(table, mask_span(view, at, next));
        is_first = false;
        mask_label(view, table, at, next);
    }
}

/* A label and the value behind it. */
struct labelled {
    enum label_kind kind;
    size_t label, end_of_label, begin, end;
};

typedef void value_rule(struct mask_view *view, struct mask_table *table, const struct labelled *found);

/* A label inside of the value of another one stays, or what stands behind it would be hidden by half only. */
static void settle_label(struct mask_view *view, struct mask_table *table, const struct labelled *found)
{
    (void)table;
    mask_settle(view, found->label, found->end_of_label);
}

static void mask_id_value(struct mask_view *view, struct mask_table *table, const struct labelled *found)
{
    (void)table;
    if (is_built_in(mask_span(view, found->begin, found->end)))
        return;
    if (found->kind == LABEL_SECRET)
        mask_fill(view, found->begin, found->end, 'X', 'X');
    else if (found->kind == LABEL_ID)
        mask_fill(view, found->begin, found->end, 'A', '0');
}

static void mask_name_value(struct mask_view *view, struct mask_table *table, const struct labelled *found)
{
    bool is_name = found->kind == LABEL_MACHINE || found->kind == LABEL_NAMES;
    if (is_name && !is_built_in(mask_span(view, found->begin, found->end)))
        mask_names_in(view, table, found->begin, found->end, found->kind == LABEL_MACHINE);
}

static bool is_twice(const struct mask_view *view, size_t at, char byte)
{
    return mask_at(view, at) == byte && mask_at(view, at + 1) == byte;
}

static bool is_behind_mark(const struct mask_view *view, size_t at)
{
    return at >= 2 && (is_twice(view, at - 2, '[') || is_twice(view, at - 2, ';'));
}

/* The value of a tag ends at the next mark; of a row that was cut, where its text does. */
static bool find_value_of_tag(const struct mask_view *view, size_t at, size_t *ret_begin, size_t *ret_end)
{
    if (mask_at(view, at) != '=')
        return false;
    size_t begin = at + 1, end = begin, limit = end_of_value(view, begin, "");
    while (end < limit && !is_twice(view, end, ';') && !is_twice(view, end, ']'))
        end++;
    *ret_begin = begin;
    *ret_end = end < limit ? end : end_of_value(view, begin, "\"");
    return *ret_end > begin;
}

static void mask_behind_tag(struct mask_view *view, struct mask_table *table, size_t at, value_rule *rule)
{
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        struct labelled found = {
            .kind = tags[i].kind, .label = at, .end_of_label = end_of_label(view, at, tags[i].words)};
        if (found.end_of_label > 0 && find_value_of_tag(view, found.end_of_label, &found.begin, &found.end))
            rule(view, table, &found);
    }
}

static void mask_behind_labels(struct mask_view *view, struct mask_table *table, value_rule *rule)
{
    for (size_t at = 0; at < view->length; at++) {
        if (!mask_is_name(mask_at(view, at)) || mask_is_name(mask_before(view, at)))
            continue;
        if (is_behind_mark(view, at))
            mask_behind_tag(view, table, at, rule);
        size_t begin_of_tag = at; /* "<p:" in front of it */
        while (begin_of_tag > 0 && mask_is_name(mask_before(view, begin_of_tag - 1)) &&
               mask_before(view, at) == ':')
            begin_of_tag--;
        bool is_element = mask_before(view, at) == '<' ||
                          (begin_of_tag < at && begin_of_tag > 1 && mask_at(view, begin_of_tag - 2) == '<');
        for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
            struct labelled found = {
                .kind = labels[i].kind, .label = at, .end_of_label = end_of_label(view, at, labels[i].words)};
            if (found.end_of_label > 0 &&
                find_value(view, found.end_of_label, is_element, &found.begin, &found.end))
                rule(view, table, &found);
        }
    }
}

void mask_labelled_ids(struct mask_view *view)
{
    mask_behind_labels(view, NULL, settle_label);
    mask_behind_labels(view, NULL, mask_id_value);
}

void mask_labelled_names(struct mask_view *view, struct mask_table *table)
{
    mask_behind_labels(view, table, mask_name_value);
}

/* ---- headers ---- */

static bool is_one_of(struct span name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (span_is_ignoring_case(name, *names))
            return true;
    }
    return false;
}

/* Kerberos and NTLM tokens behind the name of the method: they hold names of hosts and domains. */
static void mask_challenge(struct mask_view *view, size_t begin, size_t end)
{
    enum { TOKEN_MINIMUM = 16 };
    for (size_t at = begin, next; at < end; at = next + 1) {
        for (next = at; next < end && strchr(" \t,\"", mask_at(view, next)) == NULL; next++)
            ;
        if (next - at >= TOKEN_MINIMUM && mask_at(view, next) != '"')
            mask_fill(view, at, next, 'X', 'X');
    }
}

static void mask_header(struct mask_view *view, size_t begin, size_t end)
{
    static const char *const secrets[] = {
        "Set-Cookie",          "Cookie",       "__TOKEN",  "TOKEN", "Authorization", "Proxy-Authorization",
        "Authentication-Info", "X-Auth-Token", "password", NULL};
    static const char *const challenges[] = {"WWW-Authenticate", "Proxy-Authenticate", NULL};
    static const char *const described[] = {"Content-Type", "Content-Length", "Connection", "Date",
                                            "Expires",      "Last-Modified",  NULL};
    struct span line = mask_span(view, begin, end);
    size_t colon = span_find(line, ':');
    struct span name = span_trim(span_first(line, colon));
    if (colon == line.length || is_one_of(name, described)) {
        mask_settle(view, begin, end);
        return;
    }
    mask_settle(view, begin, begin + colon + 1);
    if (is_one_of(name, secrets))
        mask_fill(view, begin + colon + 1, end, 'X', 'X');
    if (is_one_of(name, challenges))
        mask_challenge(view, begin + colon + 1, end);
}

void mask_headers(struct mask_view *view)
{
    for (size_t at = 0; at < view->body;) {
        size_t length = span_find(mask_span(view, at, view->body), '\n');
        mask_header(view, at, at + length);
        at += length + 1;
    }
}
