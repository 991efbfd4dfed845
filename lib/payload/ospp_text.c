/* SPDX-License-Identifier: MIT */
/* Meaning of the lines of ospp.vbs. */
#include "payload/ospp_text.h"

#include "payload/field.h"
#include "payload/script_document.h"
#include "payload/script_text.h"

#include <stddef.h>

enum ospp_meaning {
    OSPP_UNLABELLED = SCRIPT_NO_LABEL,
    OSPP_OTHER, /* known and of no use here: it ends a wrapped line */
    OSPP_FRAME, /* begin and end of the output, or no product at all */
    OSPP_DASHES,
    OSPP_PRODUCT_ID,
    OSPP_SKU_ID,
    OSPP_NAME,
    OSPP_DESCRIPTION,
    OSPP_STATUS,
    OSPP_ERROR_CODE,
    OSPP_MINUTES,
    OSPP_PARTIAL_KEY,
    OSPP_LAST_ACTIVATION,
    OSPP_AD_OBJECT,
    OSPP_KMS_FIXED,
    OSPP_KMS_DISCOVERED,
    OSPP_ACTIVATION_INTERVAL,
    OSPP_RENEWAL_INTERVAL,
    OSPP_CLIENT_MACHINE_ID
};

static const struct script_label labels[] = {
    {"Microsoft (R) Windows Script Host", OSPP_OTHER},
    {"Copyright (C)", OSPP_OTHER},
    {"---Processing", OSPP_FRAME},
    {"---Exiting", OSPP_FRAME},
    {"<No installed product keys detected>", OSPP_FRAME},
    {"-----", OSPP_DASHES},
    {"PRODUCT ID:", OSPP_PRODUCT_ID},
    {"SKU ID:", OSPP_SKU_ID},
    {"LICENSE NAME:", OSPP_NAME},
    {"LICENSE DESCRIPTION:", OSPP_DESCRIPTION},
    {"BETA EXPIRATION:", OSPP_OTHER},
    {"LICENSE STATUS:", OSPP_STATUS},
    {"ERROR CODE:", OSPP_ERROR_CODE},
    {"ERROR DESCRIPTION:", OSPP_OTHER},
    {"REMAINING GRACE:", OSPP_MINUTES},
    {"Last 5 characters of installed product key:", OSPP_PARTIAL_KEY},
    {"Activation Type Configuration:", OSPP_OTHER},
    {"Most recent successful activation client information:", OSPP_LAST_ACTIVATION},
    {"Activation Object name:", OSPP_AD_OBJECT},
    {"AO DN:", OSPP_OTHER},
    {"AO extended PID:", OSPP_OTHER},
    {"AO activation ID:", OSPP_OTHER},
    {"KMS machine name from DNS:", OSPP_KMS_DISCOVERED},
    {"DNS auto-discovery:", OSPP_OTHER}, /* KMS name not available */
    {"KMS machine registry override defined:", OSPP_KMS_FIXED},
    {"Activation Interval:", OSPP_ACTIVATION_INTERVAL},
    {"Renewal Interval:", OSPP_RENEWAL_INTERVAL},
    {"KMS host caching:", OSPP_OTHER},
    {"KMS Lookup Domain:", OSPP_OTHER},
    {"Client Machine ID (CMID):", OSPP_CLIENT_MACHINE_ID},
    {NULL, OSPP_UNLABELLED},
};

struct ospp_reader {
    struct license_document document;
    struct license *license; /* NULL between two products */
    bool has_minutes;        /* of this product */
};

bool ospp_text_is(struct span text)
{
    struct script_text script;
    struct script_line line;
    bool is_ospp = false;
    script_text_start(&script, text, labels);
    script.width = 0; /* lines as they stand are enough */
    while (!is_ospp && script_text_next(&script, &line)) {
        is_ospp = line.meaning == OSPP_FRAME || line.meaning == OSPP_SKU_ID || line.meaning == OSPP_NAME ||
                  line.meaning == OSPP_DESCRIPTION || line.meaning == OSPP_MINUTES ||
                  line.meaning == OSPP_PARTIAL_KEY;
    }
    script_text_done(&script);
    return is_ospp;
}

static struct field_place place_of_license(struct ospp_reader *reader)
{
    return (struct field_place) {&reader->document.arena, &reader->license->unreadable};
}

/* The script prints no minutes when there are none: the license is permanent.  A KMS client always has some.
 * Called where the script has gone on behind the place of the minutes, never at the end of the text. */
static void conclude_minutes(struct ospp_reader *reader)
{
    struct license *license = reader->license;
    if (license != NULL && license->status.is_known && license->status.value == LICENSE_LICENSED &&
        !reader->has_minutes && license_channel(license) != CHANNEL_KMS_CLIENT)
        license->grace_minutes = (struct known_number) {.is_known = true, .value = 0};
}

static void end_product(struct ospp_reader *reader)
{
    conclude_minutes(reader);
    reader->license = NULL;
    reader->has_minutes = false;
}

/* A product begins with the first of its ids and names; the same one again, without dashes before it, begins
 * the next product. */
static bool begins_product(const struct license *license, enum ospp_meaning meaning)
{
    if (meaning == OSPP_PRODUCT_ID)
        return true;
    if (meaning == OSPP_SKU_ID)
        return license == NULL || license->id != NULL;
    return meaning == OSPP_NAME && (license == NULL || license->name != NULL);
}

/* The words of the status without dashes and underscores, which vary. */
static void set_status(struct ospp_reader *reader, struct span words)
{
    static const struct {
        const char *letters;
        enum license_status status;
    } statuses[] = {
        {"UNLICENSED", LICENSE_UNLICENSED},
        {"LICENSED", LICENSE_LICENSED},
        {"OOBGRACE", LICENSE_INITIAL_GRACE},
        {"OOTGRACE", LICENSE_ADDITIONAL_GRACE},
        {"NONGENUINEGRACE", LICENSE_NON_GENUINE_GRACE},
        {"NONGENGRACE", LICENSE_NON_GENUINE_GRACE},
        {"NOTIFICATIONS", LICENSE_NOTIFICATION},
        {"NOTIFICATION", LICENSE_NOTIFICATION},
        {"EXTENDEDGRACE", LICENSE_EXTENDED_GRACE},
    };
    static const char name[] = "LicenseStatus";
    char letters[sizeof "NONGENUINEGRACE"]; /* the longest */
    struct span kept = {letters, 0};
    for (size_t i = 0; i < words.length && kept.length < sizeof letters; i++) {
        if (words.bytes[i] != '-' && words.bytes[i] != '_' && !ascii_is_blank(words.bytes[i]))
            letters[kept.length++] = words.bytes[i];
    }
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (span_is_ignoring_case(kept, statuses[i].letters)) {
            field_set_number(place_of_license(reader), &reader->license->status, statuses[i].status, name);
            return;
        }
    }
    field_refuse_number(place_of_license(reader), &reader->license->status, name);
}

/* "179 days  (258642 minute(s) before expiring)" */
static bool read_grace(struct span text, uint32_t *ret)
{
    return field_read_minutes(span_trim(span_from(text, span_find(text, '(') + 1)), ret);
}

static void read_product_line(struct ospp_reader *reader, enum ospp_meaning meaning, struct span value)
{
    struct license *license = reader->license;
    struct field_place place = place_of_license(reader);
    switch (meaning) {
    case OSPP_UNLABELLED:
    case OSPP_OTHER:
    case OSPP_FRAME:
    case OSPP_DASHES:
    case OSPP_PRODUCT_ID:
        break;
    case OSPP_SKU_ID:
        field_set_text(place, &license->id, value);
        break;
    case OSPP_NAME:
        field_set_text(place, &license->name, value);
        break;
    case OSPP_DESCRIPTION:
        field_set_text(place, &license->description, value);
        break;
    case OSPP_STATUS:
        set_status(reader, value);
        break;
    case OSPP_ERROR_CODE:
        field_parse_number(place, &license->reason, field_read_code, value, "LicenseStatusReason");
        break;
    case OSPP_MINUTES:
        reader->has_minutes = true;
        field_parse_number(place, &license->grace_minutes, read_grace, value, "GracePeriodRemaining");
        break;
    case OSPP_PARTIAL_KEY:
        conclude_minutes(reader);
        field_set_key(place, &license->partial_product_key, value);
        break;
    case OSPP_LAST_ACTIVATION:
        if (span_is_ignoring_case(value, "AD"))
            field_set_number(place, &license->volume_activation, VOLUME_ACTIVATION_AD, "VLActivationType");
        break;
    case OSPP_AD_OBJECT:
        field_set_text(place, &license->ad_object_name, value);
        break;
    case OSPP_KMS_FIXED:
        field_set_kms_host(place, license, value, true);
        break;
    case OSPP_KMS_DISCOVERED:
        field_set_kms_host(place, license, value, false);
        break;
    case OSPP_ACTIVATION_INTERVAL:
        field_parse_number(place, &license->activation_interval, field_read_minutes, value,
                           "VLActivationInterval");
        break;
    case OSPP_RENEWAL_INTERVAL:
        field_parse_number(place, &license->renewal_interval, field_read_minutes, value, "VLRenewalInterval");
        break;
    case OSPP_CLIENT_MACHINE_ID:
        field_set_text(place, &reader->document.service.client_machine_id, value);
        break;
    }
}

static bool read_line(void *state, const struct script_line *line)
{
    struct ospp_reader *reader = state;
    enum ospp_meaning meaning = (enum ospp_meaning)line->meaning;
    if (meaning == OSPP_DASHES || meaning == OSPP_FRAME || begins_product(reader->license, meaning))
        end_product(reader);
    if (begins_product(reader->license, meaning)) {
        reader->license = license_document_add(&reader->document);
        if (reader->license == NULL)
            return false;
    }
    if (reader->license != NULL)
        read_product_line(reader, meaning, line->value);
    return true;
}

bool ospp_text_read(struct span text, struct license_document *ret, struct problem *why)
{
    struct ospp_reader reader = {0};
    struct script_reader script = {.script = "ospp.vbs",
                                   .labels = labels,
                                   .document = &reader.document,
                                   .state = &reader,
                                   .read_line = read_line};
    return script_document_read(&script, text, ret, why);
}
