/* SPDX-License-Identifier: MIT */
/* What the tests of the document readers share: fixtures, facts as text in which every known fact and no
 * unknown one stands, and the rule that a document that was cut never says more than the whole one. */
#ifndef TEST_LICENSE_FACTS_H
#define TEST_LICENSE_FACTS_H

#include "base/problem.h"
#include "base/span.h"
#include "base/text.h"
#include "model/license.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>

#include <cmocka.h>

enum { FIXTURE_MAXIMUM = 16 * 1024 * 1024, FACTS_MAXIMUM = 1024 * 1024 };

typedef bool document_reader(struct span bytes, struct license_document *ret, struct problem *why);

static inline const char *fixture_folder(void)
{
    const char *folder = getenv("FIXTURES");
    return folder != NULL ? folder : "tests/fixtures";
}

/* All bytes of FIXTURES/`name`; the caller releases them with text_done. */
static inline struct text fixture_read(const char *name)
{
    struct text path, bytes;
    char block[4096];
    text_start(&path, 4096);
    text_start(&bytes, FIXTURE_MAXIMUM);
    text_append_format(&path, "%s/%s", fixture_folder(), name);
    FILE *file = fopen(text_string(&path), "rb");
    if (file == NULL) {
        fail_msg("%s cannot be opened", text_string(&path));
        abort();
    }
    for (size_t length; (length = fread(block, 1, sizeof block, file)) > 0;)
        text_append_span(&bytes, (struct span) {block, length});
    fclose(file);
    text_done(&path);
    assert_true(text_ok(&bytes));
    return bytes;
}

static inline struct span fixture_span(const struct text *bytes)
{
    return (struct span) {bytes->bytes, bytes->length};
}

/* A copy in memory of its own size, so that reading one byte too many is seen; the caller frees it. */
static inline char *copy_of(struct span bytes)
{
    char *copy = malloc(bytes.length > 0 ? bytes.length : 1);
    if (copy == NULL)
        abort();
    if (bytes.length > 0)
        memcpy(copy, bytes.bytes, bytes.length);
    return copy;
}

/* Calls `check` with the name of every file in FIXTURES/`folder`, "folder/file". */
static inline void fixture_each(const char *folder, void (*check)(const char *name))
{
    struct text path;
    text_start(&path, 4096);
    text_append_format(&path, "%s/%s", fixture_folder(), folder);
    DIR *directory = opendir(text_string(&path));
    if (directory == NULL) {
        fail_msg("%s cannot be opened", text_string(&path));
        abort();
    }
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        text_cut(&path, 0);
        text_append_format(&path, "%s/%s", folder, entry->d_name);
        check(text_string(&path));
        count++;
    }
    closedir(directory);
    text_done(&path);
    assert_in_range(count, 1, 10000);
}

static inline void facts_text(struct text *facts, const char *name, const char *value)
{
    if (value != NULL)
        text_append_format(facts, " %s=%s", name, value);
}

static inline void facts_number(struct text *facts, const char *name, struct known_number number)
{
    if (number.is_known)
        text_append_format(facts, " %s=%u", name, (unsigned)number.value);
}

static inline void facts_code(struct text *facts, const char *name, struct known_number number)
{
    if (number.is_known)
        text_append_format(facts, " %s=0x%08X", name, (unsigned)number.value);
}

static inline void facts_flag(struct text *facts, const char *name, struct known_flag flag)
{
    if (flag.is_known)
        text_append_format(facts, " %s=%s", name, flag.value ? "yes" : "no");
}

static inline void facts_requests(struct text *facts, const struct kms_requests *requests)
{
    const struct known_number numbers[] = {
        requests->total,         requests->failed,           requests->unlicensed,  requests->licensed,
        requests->initial_grace, requests->additional_grace, requests->non_genuine, requests->notification};
    bool is_any_known = false;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        is_any_known = is_any_known || numbers[i].is_known;
    for (size_t i = 0; is_any_known && i < sizeof numbers / sizeof numbers[0]; i++) {
        text_append(facts, i == 0 ? " requests=" : "/");
        if (numbers[i].is_known)
            text_append_format(facts, "%u", (unsigned)numbers[i].value);
        else
            text_append(facts, "?");
    }
}

/* "service: ..." when anything is known of it, then one "row: ..." each. */
static inline const char *facts_print(const struct license_document *document, struct text *facts)
{
    static const char *const channels[] = {[CHANNEL_OTHER] = "other",
                                           [CHANNEL_KMS_CLIENT] = "kms-client",
                                           [CHANNEL_KMS_HOST] = "kms-host",
                                           [CHANNEL_MAK] = "mak",
                                           [CHANNEL_AVMA] = "avma",
                                           [CHANNEL_EVALUATION] = "evaluation",
                                           [CHANNEL_SUBSCRIPTION] = "subscription",
                                           [CHANNEL_TIME_BASED] = "time-based",
                                           [CHANNEL_RETAIL_GRACE] = "retail-grace",
                                           [CHANNEL_RETAIL] = "retail",
                                           [CHANNEL_OEM] = "oem"};
    text_start(facts, FACTS_MAXIMUM);
    if (document->computer_name != NULL)
        text_append_format(facts, "computer: %s\n", document->computer_name);
    if (document->time.is_known)
        text_append_format(facts, "time: %lld\n", (long long)document->time.seconds);
    if (document->error_text != NULL) {
        text_append(facts, "error:");
        facts_code(facts, "code", document->error);
        text_append_format(facts, " %s\n", document->error_text);
    }
    const struct licensing_service *service = &document->service;
    size_t before = facts->length;
    text_append(facts, "service:");
    size_t begin = facts->length;
    facts_text(facts, "version", service->version);
    facts_text(facts, "cmid", service->client_machine_id);
    facts_text(facts, "kms", service->kms_name);
    facts_number(facts, "kms-port", service->kms_port);
    facts_number(facts, "activation", service->activation_interval);
    facts_number(facts, "renewal", service->renewal_interval);
    facts_flag(facts, "host", service->is_kms_host);
    facts_number(facts, "count", service->count);
    text_append(facts, service->is_count_none ? " count=none" : "");
    facts_requests(facts, &service->requests);
    facts_number(facts, "port", service->listening_port);
    facts_flag(facts, "publishing", service->dns_publishing);
    facts_flag(facts, "low-priority", service->low_priority);
    facts_text(facts, "unreadable", service->unreadable);
    if (facts->length == begin)
        text_cut(facts, before);
    else
        text_append(facts, "\n");
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        text_append_format(facts, "row: %s,", license->name != NULL ? license->name : "no name");
        if (license->description != NULL)
            text_append_format(facts, " channel=%s", channels[license_channel(license)]);
        facts_text(facts, "key", license->partial_product_key);
        facts_number(facts, "status", license->status);
        facts_code(facts, "reason", license->reason);
        facts_number(facts, "minutes", license->grace_minutes);
        facts_number(facts, "last", license->volume_activation);
        facts_flag(facts, "addon", license->is_addon);
        facts_text(facts, license->is_kms_name_fixed ? "fixed-kms" : "kms", license->kms_name);
        facts_number(facts, "kms-port", license->kms_port);
        facts_text(facts, "address", license->kms_address);
        facts_text(facts, "ad", license->ad_object_name);
        facts_number(facts, "activation", license->activation_interval);
        facts_number(facts, "renewal", license->renewal_interval);
        facts_flag(facts, "host", license->is_kms_host);
        facts_number(facts, "count", license->count);
        text_append(facts, license->is_count_none ? " count=none" : "");
        facts_requests(facts, &license->requests);
        facts_text(facts, "unreadable", license->unreadable);
        text_append(facts, "\n");
    }
    return text_string(facts);
}

struct facts_case {
    const char *fixture, *facts;
};

/* Reads the fixture and compares its facts; a difference shows both. */
static inline void facts_check(const struct facts_case *expected, document_reader *read)
{
    struct text bytes = fixture_read(expected->fixture), facts;
    struct license_document document;
    struct problem why;
    if (!read(fixture_span(&bytes), &document, &why))
        fail_msg("%s was refused: %s", expected->fixture, why.sentence);
    facts_print(&document, &facts);
    if (strcmp(text_string(&facts), expected->facts) != 0)
        fail_msg("%s:\n--- expected\n%s--- read\n%s", expected->fixture, expected->facts,
                 text_string(&facts));
    text_done(&facts);
    license_document_done(&document);
    text_done(&bytes);
}

/* The sentence with which the fixture is refused contains the words. */
static inline void refusal_check(const char *fixture, const char *words, document_reader *read)
{
    struct text bytes = fixture_read(fixture), facts;
    struct license_document document;
    memset(&document, 0x5A, sizeof document);
    struct license_document before = document;
    struct problem why = {.kind = PROBLEM_NONE};
    if (read(fixture_span(&bytes), &document, &why))
        fail_msg("%s was read:\n%s", fixture, facts_print(&document, &facts));
    if (strstr(why.sentence, words) == NULL)
        fail_msg("%s:\n--- expected to contain\n%s\n--- said\n%s", fixture, words, why.sentence);
    if (why.kind == PROBLEM_NONE || memcmp(&before, &document, sizeof document) != 0)
        fail_msg("%s: no kind of problem, or the document was touched", fixture);
    text_done(&bytes);
}

static inline bool is_number_of(struct known_number cut, struct known_number whole)
{
    return !cut.is_known || (whole.is_known && whole.value == cut.value);
}

/* Every fact of a row of the cut document is one of the whole document. */
static inline const char *find_more_in_row(const struct license *cut, const struct license *whole,
                                           bool is_proof_missing)
{
    bool is_permanent = cut->grace_minutes.is_known && cut->grace_minutes.value == 0;
    if (!is_number_of(cut->status, whole->status))
        return "status";
    if (!is_number_of(cut->grace_minutes, whole->grace_minutes) && !(is_permanent && is_proof_missing))
        return "minutes";
    if (!is_number_of(cut->reason, whole->reason))
        return "reason";
    if (!is_number_of(cut->count, whole->count) || (cut->is_count_none && !whole->is_count_none))
        return "count";
    if (!is_number_of(cut->activation_interval, whole->activation_interval) ||
        !is_number_of(cut->renewal_interval, whole->renewal_interval))
        return "interval";
    if (!is_number_of(cut->volume_activation, whole->volume_activation))
        return "activation";
    if (!is_number_of(cut->requests.additional_grace, whole->requests.additional_grace) ||
        !is_number_of(cut->requests.notification, whole->requests.notification) ||
        !is_number_of(cut->requests.total, whole->requests.total))
        return "requests";
    if (cut->is_kms_host.is_known &&
        (!whole->is_kms_host.is_known || whole->is_kms_host.value != cut->is_kms_host.value))
        return "host";
    if (cut->kms_name != NULL && (whole->kms_name == NULL || strcmp(cut->kms_name, whole->kms_name) != 0) &&
        !whole->is_kms_name_fixed)
        return "KMS name";
    if (cut->partial_product_key != NULL && whole->partial_product_key == NULL)
        return "key";
    return NULL;
}

/* /dli and Windows Vista end at the status: a cut there cannot be seen, and no minutes are the permanent
 * license. */
static inline bool is_proof_missing(const struct license_document *whole)
{
    return whole->service.version == NULL || strncmp(whole->service.version, "6.0.", 4) == 0;
}

/* Reads the bytes cut after every byte: they are refused, or they say no more than the whole document (a
 * refused whole one says nothing). */
static inline void cuts_of_bytes_check(const char *name, struct span bytes, document_reader *read)
{
    struct license_document whole = {0};
    struct problem why;
    bool is_whole = read(bytes, &whole, &why);
    for (size_t length = 0; length < bytes.length; length++) {
        struct license_document cut;
        char *copy = copy_of(span_first(bytes, length));
        bool is_read = read((struct span) {copy, length}, &cut, &why);
        free(copy);
        if (!is_read) {
            assert_true(why.sentence[0] != '\0');
            continue;
        }
        if (!is_whole && cut.license_count > 0 && cut.error_text == NULL)
            fail_msg("%s is refused and yet has %zu rows when cut after %zu bytes", name, cut.license_count,
                     length);
        if (is_whole && cut.license_count > whole.license_count)
            fail_msg("%s cut after %zu bytes has %zu rows, not %zu", name, length, cut.license_count,
                     whole.license_count);
        for (size_t i = 0; i < cut.license_count; i++) {
            const char *more =
                find_more_in_row(&cut.licenses[i], &whole.licenses[i], is_proof_missing(&whole));
            if (more != NULL)
                fail_msg("%s cut after %zu bytes, row %zu: the %s is not that of the whole document", name,
                         length, i + 1, more);
        }
        license_document_done(&cut);
    }
    license_document_done(&whole);
}

static inline void cuts_check(const char *fixture, document_reader *read)
{
    struct text bytes = fixture_read(fixture);
    cuts_of_bytes_check(fixture, fixture_span(&bytes), read);
    text_done(&bytes);
}

#endif
