/* SPDX-License-Identifier: MIT */
/* License facts. */
#include "model/license.h"

#include "base/span.h"

#include <string.h>

const char *license_status_name(uint32_t status)
{
    static const char *const names[] = {
        [LICENSE_UNLICENSED] = "Unlicensed",
        [LICENSE_LICENSED] = "Licensed",
        [LICENSE_INITIAL_GRACE] = "Initial grace period",
        [LICENSE_ADDITIONAL_GRACE] = "Additional grace period",
        [LICENSE_NON_GENUINE_GRACE] = "Non-genuine grace period",
        [LICENSE_NOTIFICATION] = "Notification",
        [LICENSE_EXTENDED_GRACE] = "Extended grace period",
    };
    return status < sizeof names / sizeof names[0] ? names[status] : NULL;
}

struct license *license_document_add(struct license_document *document)
{
    if (document->license_count == LICENSE_MAXIMUM)
        return NULL;
    if (document->license_count == document->license_capacity) {
        size_t capacity = document->license_capacity == 0 ? 4 : document->license_capacity * 2;
        struct license *larger = arena_allocate(&document->arena, capacity * sizeof *larger);
        if (larger == NULL)
            return NULL;
        if (document->license_count > 0)
            memcpy(larger, document->licenses, document->license_count * sizeof *larger);
        document->licenses = larger;
        document->license_capacity = capacity;
    }
    struct license *license = &document->licenses[document->license_count++];
    *license = (struct license) {0};
    return license;
}

void license_document_done(struct license_document *document)
{
    arena_done(&document->arena);
    *document = (struct license_document) {0};
}

enum license_channel license_channel(const struct license *license)
{
    /* In this order: a word that contains another stands before it. */
    static const struct {
        const char *word;
        enum license_channel channel;
    } words[] = {
        {"VOLUME_KMSCLIENT", CHANNEL_KMS_CLIENT},
        {"VOLUME_KMS", CHANNEL_KMS_HOST},
        {"VOLUME_MAK", CHANNEL_MAK},
        {"VIRTUAL_MACHINE_ACTIVATION", CHANNEL_AVMA},
        {"TIMEBASED_EVAL", CHANNEL_EVALUATION},
        {"TIMEBASED_SUB", CHANNEL_SUBSCRIPTION},
        {"TIMEBASED_", CHANNEL_TIME_BASED},
        {"RETAIL(Grace)", CHANNEL_RETAIL_GRACE},
        {"RETAIL", CHANNEL_RETAIL},
        {"OEM", CHANNEL_OEM},
    };
    struct span description =
        span_of(license->description); /* "Windows(R) Operating System, VOLUME_MAK channel" */
    for (size_t comma; (comma = span_find(description, ',')) < description.length;)
        description = span_from(description, comma + 1);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_contains_ignoring_case(description, words[i].word))
            return words[i].channel;
    }
    return CHANNEL_OTHER;
}

enum application license_application(const struct license *license)
{
    /* Office 2010; Office 2013 and later; one page of Microsoft's prints the third for Office 2016. */
    static const char *const ids[] = {"59a52881", "0ff1ce15", "0ff1ce16"};
    static const char *const words[] = {"Office", "Microsoft Office"};
    struct span id = span_of(license->application_id);
    if (span_starts_with(id, "{"))
        id = span_from(id, 1);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (span_starts_with_ignoring_case(id, ids[i]))
            return APPLICATION_OFFICE;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_starts_with_ignoring_case(span_of(license->name), words[i]) ||
            span_starts_with_ignoring_case(span_of(license->description), words[i]))
            return APPLICATION_OFFICE;
    }
    return APPLICATION_WINDOWS;
}

const char *application_name(enum application application)
{
    return application == APPLICATION_OFFICE ? "Office" : "Windows";
}

bool license_has_key(const struct license *license)
{
    return license->partial_product_key != NULL && license->partial_product_key[0] != '\0';
}

bool license_is_addon(const struct license *license)
{
    if (license->is_addon.is_known)
        return license->is_addon.value;
    struct span name = span_of(license->name);
    return span_contains_ignoring_case(name, "add-on") || span_contains(name, "-ESU-");
}

bool license_is_listed_only(const struct license *license)
{
    enum license_channel channel = license_channel(license);
    return channel == CHANNEL_SUBSCRIPTION ||
           (channel == CHANNEL_RETAIL_GRACE && license_application(license) == APPLICATION_OFFICE);
}
