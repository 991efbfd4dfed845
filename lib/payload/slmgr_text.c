/* SPDX-License-Identifier: MIT */
/* Meaning of the lines of slmgr.vbs. */
#include "payload/slmgr_text.h"

#include "base/number.h"
#include "payload/field.h"
#include "payload/program_error.h"
#include "payload/script_document.h"
#include "payload/slmgr_label.h"

#include <stddef.h>

/* How far the script has come in the block of one product. */
struct block {
    bool has_status, has_minutes;
    bool has_gone_on; /* a line came that the script prints after the minutes */
};

struct slmgr_reader {
    struct license_document document;
    struct license *license; /* NULL before the first "Name:" */
    struct block block;
    bool has_no_room;
};

bool slmgr_text_is(struct span text)
{
    struct script_text script;
    struct script_line line;
    bool has_name = false, has_more = false, is_slmgr = false;
    script_text_start(&script, text, slmgr_labels);
    script.width = 0; /* lines as they stand are enough */
    while (!is_slmgr && script_text_next(&script, &line)) {
        /* "Name:" alone is German, too, and "License Status:" alone is also a label of ospp.vbs. */
        has_name = has_name || line.meaning == SLMGR_NAME;
        has_more = has_more || line.meaning == SLMGR_DESCRIPTION || line.meaning == SLMGR_STATUS;
        is_slmgr = line.meaning == SLMGR_SERVICE_VERSION || line.meaning == SLMGR_ACTIVATION_ID ||
                   line.meaning == SLMGR_APPLICATION_ID || line.meaning == SLMGR_PARTIAL_KEY ||
                   (has_name && has_more);
    }
    script_text_done(&script);
    return is_slmgr;
}

static struct field_place place_of_license(struct slmgr_reader *reader)
{
    return (struct field_place) {&reader->document.arena, &reader->license->unreadable};
}

static struct field_place place_of_service(struct slmgr_reader *reader)
{
    return (struct field_place) {&reader->document.arena, &reader->document.service.unreadable};
}

/* From Windows 7 (version 6.1) on /dlv prints more lines behind the status of every product.  /dli has no
 * version line and, like Windows Vista, ends there.  A version that cannot be read counts as new. */
static bool must_go_on(const struct slmgr_reader *reader)
{
    struct span rest = span_of(reader->document.service.version);
    uint64_t major, minor;
    if (rest.length == 0)
        return license_channel(reader->license) == CHANNEL_AVMA; /* "Guest IAID:" follows, in /dli too */
    if (!number_parse_unsigned(span_cut(&rest, '.'), &major) ||
        !number_parse_unsigned(span_cut(&rest, '.'), &minor))
        return true;
    return major > 6 || (major == 6 && minor >= 1);
}

/* The script prints no minutes when there are none: the license is permanent.  A KMS client always has some,
 * and a text that ends at the status was cut before them. */
static void finish_block(struct slmgr_reader *reader)
{
    struct license *license = reader->license;
    if (license == NULL || !license->status.is_known || license->status.value != LICENSE_LICENSED)
        return;
    if (reader->block.has_minutes || license_channel(license) == CHANNEL_KMS_CLIENT)
        return;
    if (reader->block.has_gone_on || !must_go_on(reader))
        license->grace_minutes = (struct known_number) {.is_known = true, .value = 0};
    else
        field_note_unreadable(place_of_license(reader), "GracePeriodRemaining");
}

static void start_block(struct slmgr_reader *reader, struct span name)
{
    reader->block.has_gone_on = true;
    finish_block(reader);
    reader->license = license_document_add(&reader->document);
    reader->block = (struct block) {0};
    if (reader->license == NULL) {
        reader->has_no_room = true;
        return;
    }
    field_set_text(place_of_license(reader), &reader->license->name, name);
}

static void set_status(struct slmgr_reader *reader, struct span word)
{
    static const struct {
        const char *words;
        enum license_status status;
    } statuses[] = {
        {"Unlicensed", LICENSE_UNLICENSED},
        {"Licensed", LICENSE_LICENSED},
        {"Initial grace period", LICENSE_INITIAL_GRACE},
        {"Non-genuine grace period", LICENSE_NON_GENUINE_GRACE},
        {"Non-genuine grace period.", LICENSE_NON_GENUINE_GRACE},
        {"Notification", LICENSE_NOTIFICATION},
        {"Extended grace period", LICENSE_EXTENDED_GRACE},
    };
    static const char name[] = "LicenseStatus";
    struct known_number *status = &reader->license->status;
    struct span in_brackets;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (script_words_are(word, statuses[i].words)) {
            field_set_number(place_of_license(reader), status, statuses[i].status, name);
            return;
        }
    }
    if (script_words_begin(word, "Additional grace period", &in_brackets))
        field_set_number(place_of_license(reader), status, LICENSE_ADDITIONAL_GRACE, name);
    else
        field_refuse_number(place_of_license(reader), status, name);
}

/* A label that is not known, between the status and the next line: minutes are minutes whatever they are
 * called. */
static void set_other_minutes(struct slmgr_reader *reader, struct span line)
{
    struct span value = span_trim(span_from(line, span_find(line, ':') + 1));
    uint32_t minutes;
    if (!reader->block.has_status || reader->block.has_gone_on || !field_read_minutes(value, &minutes))
        return;
    reader->block.has_minutes = true;
    field_set_number(place_of_license(reader), &reader->license->grace_minutes, minutes,
                     "GracePeriodRemaining");
}

static void set_count(struct slmgr_reader *reader, struct span value)
{
    static const char name[] = "KeyManagementServiceCurrentCount";
    struct license *license = reader->license;
    uint32_t number;
    if (field_read_number(value, &number))
        field_set_count(place_of_license(reader), &license->count, &license->is_count_none, number, name);
    else
        field_refuse_number(place_of_license(reader), &license->count, name);
}

/* One of two words, "enabled" and "disabled", "Low" and "Normal". */
static void set_flag(struct slmgr_reader *reader, struct known_flag *field, struct span word, const char *yes,
                     const char *no, const char *name)
{
    if (script_words_are(word, yes) || script_words_are(word, no))
        field_set_flag(place_of_service(reader), field, script_words_are(word, yes), name);
    else
        field_refuse_flag(place_of_service(reader), field, name);
}

static void set_volume_activation(struct slmgr_reader *reader, enum volume_activation activation)
{
    field_set_number(place_of_license(reader), &reader->license->volume_activation, activation,
                     "VLActivationType");
}

/* The lines of one product, after its name. */
static void read_product_line(struct slmgr_reader *reader, enum slmgr_meaning meaning, struct span value)
{
    struct license *license = reader->license;
    struct licensing_service *service = &reader->document.service;
    struct field_place place = place_of_license(reader);
    switch (meaning) {
    case SLMGR_UNLABELLED:
        set_other_minutes(reader, value);
        break;
    case SLMGR_OTHER:
    case SLMGR_REMARK:
    case SLMGR_ERROR:
    case SLMGR_SERVICE_VERSION:
    case SLMGR_NAME:
    case SLMGR_NOT_IN_USE:
        break;
    case SLMGR_DESCRIPTION:
        field_set_text(place, &license->description, value);
        break;
    case SLMGR_ACTIVATION_ID:
        field_set_text(place, &license->id, value);
        break;
    case SLMGR_APPLICATION_ID:
        field_set_text(place, &license->application_id, value);
        break;
    case SLMGR_PARTIAL_KEY:
        field_set_key(place, &license->partial_product_key, value);
        break;
    case SLMGR_STATUS:
        reader->block.has_status = true;
        set_status(reader, value);
        break;
    case SLMGR_MINUTES:
        reader->block.has_minutes = true;
        field_parse_number(place, &license->grace_minutes, field_read_minutes, value, "GracePeriodRemaining");
        break;
    case SLMGR_REASON:
        field_parse_number(place, &license->reason, field_read_code, value, "LicenseStatusReason");
        break;
    case SLMGR_AD_CLIENT:
        set_volume_activation(reader, VOLUME_ACTIVATION_AD);
        break;
    case SLMGR_AD_OBJECT:
        field_set_text(place, &license->ad_object_name, value);
        break;
    case SLMGR_TOKEN_CLIENT:
        set_volume_activation(reader, VOLUME_ACTIVATION_TOKEN);
        break;
    case SLMGR_KMS_CLIENT:
        set_volume_activation(reader, VOLUME_ACTIVATION_KMS);
        break;
    case SLMGR_CLIENT_MACHINE_ID:
        field_set_text(place, &service->client_machine_id, value);
        break;
    case SLMGR_KMS_FIXED:
        field_set_kms_host(place, license, value, true);
        break;
    case SLMGR_KMS_DISCOVERED:
        field_set_kms_host(place, license, value, false);
        break;
    case SLMGR_KMS_ADDRESS:
        if (!script_words_are(value, "not available"))
            field_set_text(place, &license->kms_address, value);
        break;
    case SLMGR_ACTIVATION_INTERVAL:
        field_parse_number(place, &license->activation_interval, field_read_minutes, value,
                           "VLActivationInterval");
        break;
    case SLMGR_RENEWAL_INTERVAL:
        field_parse_number(place, &license->renewal_interval, field_read_minutes, value, "VLRenewalInterval");
        break;
    case SLMGR_KMS_HOST:
        field_set_flag(place, &license->is_kms_host, true, "IsKeyManagementServiceMachine");
        break;
    case SLMGR_COUNT:
        set_count(reader, value);
        break;
    case SLMGR_PORT:
        field_parse_number(place_of_service(reader), &service->listening_port, field_read_port, value,
                           "KeyManagementServiceListeningPort");
        break;
    case SLMGR_DNS_PUBLISHING:
        set_flag(reader, &service->dns_publishing, value, "enabled", "disabled",
                 "KeyManagementServiceDnsPublishing");
        break;
    case SLMGR_PRIORITY:
        set_flag(reader, &service->low_priority, value, "Low", "Normal", "KeyManagementServiceLowPriority");
        break;
    case SLMGR_REQUESTS_TOTAL:
        field_parse_number(place, &license->requests.total, field_read_number, value,
                           "KeyManagementServiceTotalRequests");
        break;
    case SLMGR_REQUESTS_FAILED:
        field_parse_number(place, &license->requests.failed, field_read_number, value,
                           "KeyManagementServiceFailedRequests");
        break;
    case SLMGR_REQUESTS_UNLICENSED:
        field_parse_number(place, &license->requests.unlicensed, field_read_number, value,
                           "KeyManagementServiceUnlicensedRequests");
        break;
    case SLMGR_REQUESTS_LICENSED:
        field_parse_number(place, &license->requests.licensed, field_read_number, value,
                           "KeyManagementServiceLicensedRequests");
        break;
    case SLMGR_REQUESTS_INITIAL_GRACE:
        field_parse_number(place, &license->requests.initial_grace, field_read_number, value,
                           "KeyManagementServiceOOBGraceRequests");
        break;
    case SLMGR_REQUESTS_ADDITIONAL_GRACE:
        field_parse_number(place, &license->requests.additional_grace, field_read_number, value,
                           "KeyManagementServiceOOTGraceRequests");
        break;
    case SLMGR_REQUESTS_NON_GENUINE:
        field_parse_number(place, &license->requests.non_genuine, field_read_number, value,
                           "KeyManagementServiceNonGenuineGraceRequests");
        break;
    case SLMGR_REQUESTS_NOTIFICATION:
        field_parse_number(place, &license->requests.notification, field_read_number, value,
                           "KeyManagementServiceNotificationRequests");
        break;
    }
}

static bool comes_after_minutes(enum slmgr_meaning meaning)
{
    return meaning != SLMGR_UNLABELLED && meaning != SLMGR_REMARK && meaning != SLMGR_ERROR &&
           meaning != SLMGR_STATUS && meaning != SLMGR_MINUTES && meaning != SLMGR_REASON;
}

static bool read_line(void *state, const struct script_line *line)
{
    struct slmgr_reader *reader = state;
    enum slmgr_meaning meaning = (enum slmgr_meaning)line->meaning;
    if (meaning == SLMGR_NAME) {
        start_block(reader, line->value);
    } else if (meaning == SLMGR_SERVICE_VERSION) {
        field_set_text(place_of_service(reader), &reader->document.service.version, line->value);
    } else if (meaning == SLMGR_ERROR && reader->license != NULL) {
        program_error_note(line->value, &reader->document); /* products may be missing behind it */
    } else if (reader->license != NULL) {
        if (reader->block.has_status && comes_after_minutes(meaning))
            reader->block.has_gone_on = true;
        read_product_line(reader, meaning, line->value);
    }
    return !reader->has_no_room;
}

static void finish(void *state)
{
    finish_block(state);
}

bool slmgr_text_read(struct span text, struct license_document *ret, struct problem *why)
{
    struct slmgr_reader reader = {0};
    struct script_reader script = {.script = "slmgr.vbs",
                                   .labels = slmgr_labels,
                                   .document = &reader.document,
                                   .state = &reader,
                                   .read_line = read_line,
                                   .finish = finish};
    return script_document_read(&script, text, ret, why);
}
