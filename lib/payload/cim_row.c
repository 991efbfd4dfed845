/* SPDX-License-Identifier: MIT */
/* Properties of the licensing classes. */
#include "payload/cim_row.h"

#include <stddef.h>

const char *const cim_machine_properties[CIM_MACHINE_NAMES] = {"ComputerName", "PSComputerName", "CSName",
                                                               "__SERVER"};

enum { DEFAULT_PORT = 1688 };

enum kind {
    TEXT,
    KEY,
    NUMBER,
    MINUTES,
    PORT,
    COUNTER,    /* all bits set: not counted */
    COUNT,      /* all bits set: no client has ever called */
    ACTIVATION, /* 0: never activated */
    FLAG,
    MACHINE_NAME
};

enum holder { HELD_BY_MODEL, HELD_BY_ROW };

struct property {
    const char *name;
    enum kind kind;
    enum holder holder;
    size_t offset; /* in struct license or struct licensing_service, or in struct cim_row */
};

#define IN_LICENSE(field) HELD_BY_MODEL, offsetof(struct license, field)
#define IN_SERVICE(field) HELD_BY_MODEL, offsetof(struct licensing_service, field)
#define IN_ROW(field) HELD_BY_ROW, offsetof(struct cim_row, field)

static const struct property product_properties[] = {
    {"ID", TEXT, IN_LICENSE(id)},
    {"Name", TEXT, IN_LICENSE(name)},
    {"Description", TEXT, IN_LICENSE(description)},
    {"ApplicationID", TEXT, IN_LICENSE(application_id)},
    {"PartialProductKey", KEY, IN_LICENSE(partial_product_key)},
    {"LicenseStatus", NUMBER, IN_LICENSE(status)},
    {"LicenseStatusReason", NUMBER, IN_LICENSE(reason)},
    {"GracePeriodRemaining", MINUTES, IN_LICENSE(grace_minutes)},
    {"VLActivationType", ACTIVATION, IN_LICENSE(volume_activation)},
    {"LicenseIsAddon", FLAG, IN_LICENSE(is_addon)},
    {"VLRenewalInterval", MINUTES, IN_LICENSE(renewal_interval)},
    {"VLActivationInterval", MINUTES, IN_LICENSE(activation_interval)},
    {"DiscoveredKeyManagementServiceMachineIpAddress", TEXT, IN_LICENSE(kms_address)},
    {"ADActivationObjectName", TEXT, IN_LICENSE(ad_object_name)},
    {"IsKeyManagementServiceMachine", FLAG, IN_LICENSE(is_kms_host)},
    {"KeyManagementServiceCurrentCount", COUNT, IN_LICENSE(count)},
    {"KeyManagementServiceTotalRequests", COUNTER, IN_LICENSE(requests.total)},
    {"KeyManagementServiceFailedRequests", COUNTER, IN_LICENSE(requests.failed)},
    {"KeyManagementServiceUnlicensedRequests", COUNTER, IN_LICENSE(requests.unlicensed)},
    {"KeyManagementServiceLicensedRequests", COUNTER, IN_LICENSE(requests.licensed)},
    {"KeyManagementServiceOOBGraceRequests", COUNTER, IN_LICENSE(requests.initial_grace)},
    {"KeyManagementServiceOOTGraceRequests", COUNTER, IN_LICENSE(requests.additional_grace)},
    {"KeyManagementServiceNonGenuineGraceRequests", COUNTER, IN_LICENSE(requests.non_genuine)},
    {"KeyManagementServiceNotificationRequests", COUNTER, IN_LICENSE(requests.notification)},
};

static const struct property service_properties[] = {
    {"Version", TEXT, IN_SERVICE(version)},
    {"ClientMachineID", TEXT, IN_SERVICE(client_machine_id)},
    {"KeyManagementServiceListeningPort", PORT, IN_SERVICE(listening_port)},
    {"KeyManagementServiceDnsPublishing", FLAG, IN_SERVICE(dns_publishing)},
    {"KeyManagementServiceLowPriority", FLAG, IN_SERVICE(low_priority)},
    {"VLRenewalInterval", MINUTES, IN_SERVICE(renewal_interval)},
    {"VLActivationInterval", MINUTES, IN_SERVICE(activation_interval)},
    {"IsKeyManagementServiceMachine", FLAG, IN_SERVICE(is_kms_host)},
    {"KeyManagementServiceCurrentCount", COUNT, IN_SERVICE(count)},
    {"KeyManagementServiceTotalRequests", COUNTER, IN_SERVICE(requests.total)},
    {"KeyManagementServiceFailedRequests", COUNTER, IN_SERVICE(requests.failed)},
    {"KeyManagementServiceUnlicensedRequests", COUNTER, IN_SERVICE(requests.unlicensed)},
    {"KeyManagementServiceLicensedRequests", COUNTER, IN_SERVICE(requests.licensed)},
    {"KeyManagementServiceOOBGraceRequests", COUNTER, IN_SERVICE(requests.initial_grace)},
    {"KeyManagementServiceOOTGraceRequests", COUNTER, IN_SERVICE(requests.additional_grace)},
    {"KeyManagementServiceNonGenuineGraceRequests", COUNTER, IN_SERVICE(requests.non_genuine)},
    {"KeyManagementServiceNotificationRequests", COUNTER, IN_SERVICE(requests.notification)},
};

/* Of both classes. */
static const struct property common_properties[] = {
    {"KeyManagementServiceMachine", TEXT, IN_ROW(fixed_name)},
    {"KeyManagementServicePort", PORT, IN_ROW(fixed_port)},
    {"DiscoveredKeyManagementServiceMachineName", TEXT, IN_ROW(discovered_name)},
    {"DiscoveredKeyManagementServiceMachinePort", PORT, IN_ROW(discovered_port)},
    {"ComputerName", MACHINE_NAME, IN_ROW(machine_names[0])},
    {"PSComputerName", MACHINE_NAME, IN_ROW(machine_names[1])},
    {"CSName", MACHINE_NAME, IN_ROW(machine_names[2])},
    {"__SERVER", MACHINE_NAME, IN_ROW(machine_names[3])},
};

struct cim_row cim_row_of_product(struct arena *arena, struct license *license)
{
    return (struct cim_row) {.license = license, .place = {arena, &license->unreadable}};
}

bool cim_row_add_product(struct license_document *document, const char *subject, struct cim_row *ret,
                         struct problem *why)
{
    struct license *license = license_document_add(document);
    if (license == NULL && !arena_ok(&document->arena))
        return problem_set_memory(why);
    if (license == NULL)
        return problem_set(why, PROBLEM_PROTOCOL, "%s more than %d products", subject, LICENSE_MAXIMUM);
    *ret = cim_row_of_product(&document->arena, license);
    return true;
}

struct cim_row cim_row_of_service(struct arena *arena, struct licensing_service *service)
{
    return (struct cim_row) {.service = service, .place = {arena, &service->unreadable}};
}

static const struct property *search(const struct property *properties, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is_ignoring_case(span_of(name), properties[i].name))
            return &properties[i];
    }
    return NULL;
}

static const struct property *find_property(const struct cim_row *row, const char *name)
{
    const struct property *property =
        row->license != NULL
            ? search(product_properties, sizeof product_properties / sizeof product_properties[0], name)
            : search(service_properties, sizeof service_properties / sizeof service_properties[0], name);
    if (property != NULL)
        return property;
    return search(common_properties, sizeof common_properties / sizeof common_properties[0], name);
}

const char *cim_row_property(const struct cim_row *row, const char *name)
{
    const struct property *property = find_property(row, name);
    return property == NULL ? NULL : property->name;
}

static struct cim_value without_empty_text(struct cim_value value)
{
    if (value.kind != CIM_TEXT)
        return value;
    value.text = span_trim(value.text);
    if (value.text.length == 0 || span_is_ignoring_case(value.text, "<NULL>"))
        value.kind = CIM_ABSENT;
    else if (span_is(value.text, "???")) /* NSClient++ could not read the column */
        value.kind = CIM_NONSENSE;
    return value;
}

/* WMI has unsigned 32-bit numbers, writers with signed ones wrap them. */
static bool read_number(struct cim_value value, uint32_t maximum, uint32_t *ret)
{
    uint32_t number;
    if (value.kind == CIM_NUMBER && value.number >= INT32_MIN && value.number <= UINT32_MAX)
        number = (uint32_t)(value.number & UINT32_MAX);
    else if (value.kind != CIM_TEXT || !field_read_number(value.text, &number))
        return false;
    if (number > maximum)
        return false;
    *ret = number;
    return true;
}

static bool read_flag(struct cim_value value, bool *ret)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"-1", true}};
    if (value.kind == CIM_BOOLEAN) {
        *ret = value.boolean;
        return true;
    }
    if (value.kind == CIM_NUMBER && value.number >= -1 && value.number <= 1) {
        *ret = value.number != 0;
        return true;
    }
    for (size_t i = 0; value.kind == CIM_TEXT && i < sizeof words / sizeof words[0]; i++) {
        if (span_is_ignoring_case(value.text, words[i].word)) {
            *ret = words[i].value;
            return true;
        }
    }
    return false;
}

static void set_number(struct cim_row *row, const struct property *property, struct known_number *field,
                       struct cim_value value, uint32_t maximum)
{
    uint32_t number;
    if (read_number(value, maximum, &number))
        field_set_number(row->place, field, number, property->name);
    else
        field_refuse_number(row->place, field, property->name);
}

/* A number with a value that means that there is none. */
static void set_number_or_none(struct cim_row *row, const struct property *property,
                               struct known_number *field, struct cim_value value, uint32_t maximum,
                               uint32_t none)
{
    uint32_t number;
    if (!read_number(value, UINT32_MAX, &number) || number != none)
        set_number(row, property, field, value, maximum);
}

static void set_count(struct cim_row *row, const struct property *property, struct known_number *field,
                      struct cim_value value)
{
    bool *is_none = row->license != NULL ? &row->license->is_count_none : &row->service->is_count_none;
    uint32_t number;
    if (read_number(value, UINT32_MAX, &number))
        field_set_count(row->place, field, is_none, number, property->name);
    else
        field_refuse_number(row->place, field, property->name);
}

static void set_flag(struct cim_row *row, const struct property *property, struct known_flag *field,
                     struct cim_value value)
{
    bool flag;
    if (read_flag(value, &flag))
        field_set_flag(row->place, field, flag, property->name);
    else
        field_refuse_flag(row->place, field, property->name);
}

static void set_text(struct cim_row *row, const struct property *property, const char **field,
                     struct cim_value value)
{
    if (value.kind != CIM_TEXT)
        field_note_unreadable(row->place, property->name);
    else if (property->kind == KEY)
        field_set_key(row->place, field, value.text);
    else
        field_set_text(row->place, field, value.text);
}

void cim_set_machine_name(struct field_place place, const char **field, struct cim_value value)
{
    value = without_empty_text(value);
    if (value.kind == CIM_TEXT && !span_is_ignoring_case(value.text, "localhost") &&
        !span_is(value.text, "."))
        field_set_text(place, field, value.text);
}

void cim_row_set(struct cim_row *row, const char *name, struct cim_value value)
{
    const struct property *property = find_property(row, name);
    value = without_empty_text(value);
    if (property == NULL || value.kind == CIM_ABSENT)
        return;
    char *base = property->holder == HELD_BY_ROW ? (char *)row
                 : row->license != NULL          ? (char *)row->license
                                                 : (char *)row->service;
    void *field = base + property->offset;
    switch (property->kind) {
    case TEXT:
    case KEY:
        set_text(row, property, field, value);
        break;
    case NUMBER:
        set_number(row, property, field, value, UINT32_MAX);
        break;
    case MINUTES:
        set_number(row, property, field, value, FIELD_MINUTES_MAXIMUM);
        break;
    case PORT:
        set_number(row, property, field, value, FIELD_PORT_MAXIMUM);
        break;
    case COUNTER:
        set_number_or_none(row, property, field, value, UINT32_MAX, UINT32_MAX);
        break;
    case COUNT:
        set_count(row, property, field, value);
        break;
    case ACTIVATION:
        set_number_or_none(row, property, field, value, VOLUME_ACTIVATION_TOKEN, 0);
        break;
    case FLAG:
        set_flag(row, property, field, value);
        break;
    case MACHINE_NAME:
        cim_set_machine_name(row->place, field, value);
        break;
    }
}

void cim_row_finish(struct cim_row *row)
{
    bool is_fixed = row->fixed_name != NULL;
    const char *name = is_fixed ? row->fixed_name : row->discovered_name;
    struct known_number port = is_fixed ? row->fixed_port : row->discovered_port;
    if (name == NULL)
        return;
    if (port.is_known && port.value == 0)
        port.value = DEFAULT_PORT;
    if (row->license != NULL) {
        row->license->kms_name = name;
        row->license->kms_port = port;
        row->license->is_kms_name_fixed = is_fixed;
    } else {
        row->service->kms_name = name;
        row->service->kms_port = port;
    }
}
