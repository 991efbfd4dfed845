/* SPDX-License-Identifier: MIT */
/* Shapes of names: DOMAIN\user, \\server, name@domain, scheme://host, and dots between labels. */
#include "report/mask_names.h"

#include "base/span.h"
#include "report/mask_shapes.h"

enum { LABELS_OF_A_HOST = 3 }; /* "kms01.corp.example": its first label is hidden elsewhere too */

static bool is_dotted(char byte)
{
    return mask_is_name(byte) || byte == '.';
}

static size_t end_of_name(const struct mask_view *view, size_t at)
{
    while (mask_is_name(mask_at(view, at)))
        at++;
    return at;
}

static size_t end_of_dotted(const struct mask_view *view, size_t at)
{
    while (is_dotted(mask_at(view, at)))
        at++;
    return at;
}

static bool starts_with_one_of(struct span name, const char *const *begins)
{
    for (; *begins != NULL; begins++) {
        if (span_starts_with_ignoring_case(name, *begins))
            return true;
    }
    return false;
}

static bool ends_with_one_of(struct span name, const char *const *ends)
{
    for (; *ends != NULL; ends++) {
        struct span end = span_of(*ends);
        if (name.length >= end.length &&
            span_equal_ignoring_case(span_from(name, name.length - end.length), end))
            return true;
    }
    return false;
}

static bool is_file(struct span name)
{
    static const char *const extensions[] = {".exe",  ".dll", ".vbs", ".ps1",  ".psm1", ".psd1", ".ini",
                                             ".prom", ".txt", ".xml", ".json", ".log",  ".xsd",  ".bat",
                                             ".cmd",  ".sys", ".mof", ".mui",  NULL};
    return ends_with_one_of(name, extensions);
}

/* Who defines the protocols and the products, and names of classes. */
static bool is_public(struct span name)
{
    static const char *const sites[] = {".microsoft.com", ".w3.org", ".xmlsoap.org", ".dmtf.org", NULL};
    static const char *const classes[] = {
        "System.", "Microsoft.", "Win32_", "SoftwareLicensing", "OfficeSoftwareProtection", NULL};
    return ends_with_one_of(name, sites) || starts_with_one_of(name, classes);
}

/* Labels between dots; those of services ("_vlmcs") stay. */
static void mask_labels(struct mask_view *view, struct mask_table *table, size_t from, size_t to)
{
    for (size_t at = from, end; at < to; at = end + 1) {
        end = end_of_name(view, at);
        if (end > to)
            end = to;
        if (mask_at(view, at) != '_')
            mask_label(view, table, at, end);
    }
}

/* At least two labels, letters in the first, the last begins with a letter and is no single one. */
static bool is_host(struct span name, size_t *ret_labels)
{
    struct span last = {NULL, 0}, first = {NULL, 0};
    size_t labels = 0;
    for (struct span rest = name; rest.bytes != NULL; labels++) {
        last = span_cut(&rest, '.');
        first = labels == 0 ? last : first;
        if (last.length == 0)
            return false;
    }
    bool has_letters = labels >= LABELS_OF_A_HOST;
    for (size_t i = 0; i < first.length; i++)
        has_letters = has_letters || mask_is_letter(first.bytes[i]);
    *ret_labels = labels;
    return labels >= 2 && has_letters && last.length >= 2 && !ascii_is_digit(last.bytes[0]) &&
           last.bytes[0] != '-' && last.bytes[0] != '_';
}

static size_t mask_dotted(struct mask_view *view, struct mask_table *table, size_t at)
{
    if (is_dotted(mask_before(view, at)))
        return 0;
    size_t end = end_of_dotted(view, at), labels;
    while (end > at && mask_before(view, end) == '.')
        end--;
    struct span name = mask_span(view, at, end);
    if (!is_host(name, &labels) || is_file(name) || is_public(name))
        return 0;
    if (labels >= LABELS_OF_A_HOST && !view->is_settled[at] && mask_at(view, at) != '_')
        mask_table_learn(table, span_first(name, span_find(name, '.')));
    mask_labels(view, table, at, end);
    return end - at;
}

/* In front of a backslash, and no name of a site: namespaces, registry, folders, built-in accounts. */
static bool is_no_domain(struct span name)
{
    static const char *const words[] = {"root",      "HKLM",    "HKCU",    "HKEY_LOCAL_MACHINE",
                                        "AUTHORITY", "SERVICE", "BUILTIN", "scripts",
                                        "Windows",   "system32"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_is_ignoring_case(name, words[i]))
            return true;
    }
    return false;
}

/* DOMAIN\user, but no path and no account that every Windows has. */
static size_t mask_account(struct mask_view *view, struct mask_table *table, size_t at)
{
    char before = mask_before(view, at);
    if (is_dotted(before) || before == '\\' || before == '/' || before == ':' || before == '%')
        return 0;
    size_t end = end_of_dotted(view, at);
    size_t user = end + (mask_at(view, end + 1) == '\\' ? 2 : 1);
    if (end == at || mask_at(view, end) != '\\')
        return 0;
    size_t end_of_user = end_of_dotted(view, user);
    struct span name = mask_span(view, user, end_of_user);
    if (name.length == 0 || is_file(name) || mask_at(view, end_of_user) == '\\' ||
        is_no_domain(mask_span(view, at, end)))
        return 0;
    mask_labels(view, table, at, end);
    mask_labels(view, table, user, end_of_user);
    return end_of_user - at;
}

/* \\server\share */
static size_t mask_server(struct mask_view *view, struct mask_table *table, size_t at)
{
    char before = mask_before(view, at);
    if (mask_at(view, at) != '\\' || mask_at(view, at + 1) != '\\' || is_dotted(before) || before == ':' ||
        before == '\\' || before == '%')
        return 0;
    size_t end = end_of_dotted(view, at + 2);
    mask_labels(view, table, at + 2, end);
    return end - at;
}

/* name@domain */
static size_t mask_mail(struct mask_view *view, struct mask_table *table, size_t at)
{
    if (mask_at(view, at) != '@' || !mask_is_name(mask_before(view, at)))
        return 0;
    size_t begin = at, end = end_of_dotted(view, at + 1);
    if (end == at + 1)
        return 0;
    while (is_dotted(mask_before(view, begin)) || mask_before(view, begin) == '+')
        begin--;
    for (size_t i = begin, label_end; i < at; i = label_end + 1) {
        label_end = end_of_name(view, i);
        mask_label(view, table, i, label_end);
    }
    mask_labels(view, table, at + 1, end);
    return end - at;
}

/* scheme://host */
static size_t mask_address_of_page(struct mask_view *view, struct mask_table *table, size_t at)
{
    if (mask_at(view, at) != ':' || mask_at(view, at + 1) != '/' || mask_at(view, at + 2) != '/')
        return 0;
    size_t begin = at + 3, end = end_of_dotted(view, begin);
    struct span host = mask_span(view, begin, end);
    if (is_public(host) || span_is_ignoring_case(host, "localhost"))
        mask_settle(view, begin, end);
    else
        mask_labels(view, table, begin, end);
    return end - at;
}

static void mask_if_learned(struct mask_view *view, struct mask_table *table, size_t from, size_t to)
{
    if (mask_table_is_learned(table, mask_span(view, from, to)))
        mask_label(view, table, from, to);
}

/* A name that is known by now, as a word, and as a part of one ("kms01-backup"). */
static size_t mask_word(struct mask_view *view, struct mask_table *table, size_t at)
{
    if (!mask_is_name(mask_at(view, at)) || mask_is_name(mask_before(view, at)))
        return 0;
    size_t end = end_of_name(view, at), next;
    mask_if_learned(view, table, at, end);
    for (size_t part = at; part < end && !view->is_settled[at]; part = next + 1) {
        for (next = part; next < end && mask_at(view, next) != '-' && mask_at(view, next) != '_'; next++)
            ;
        mask_if_learned(view, table, part, next);
    }
    return end - at;
}

typedef size_t name_rule(struct mask_view *view, struct mask_table *table, size_t at);

static void apply(struct mask_view *view, struct mask_table *table, name_rule *rule)
{
    for (size_t at = 0; at < view->length;) {
        size_t length = rule(view, table, at);
        at += length > 0 ? length : 1;
    }
}

void mask_names(struct mask_view *view, struct mask_table *table)
{
    static name_rule *const rules[] = {mask_address_of_page, mask_server, mask_account, mask_mail,
                                       mask_dotted,          mask_word};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        apply(view, table, rules[i]);
}
