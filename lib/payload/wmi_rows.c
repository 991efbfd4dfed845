/* SPDX-License-Identifier: MIT */
/* Templates and the rows that fill them. */
#include "payload/wmi_rows.h"

#include "payload/cim_row.h"

#include <string.h>

static const char row_begin[] = "[[", row_end[] = "]]", separator[] = ";;";

struct column {
    const char *tag, *property;
    const char *keyword; /* as the agent calls it; NULL = like the property */
};

/* Short tags keep the URL short.  Texts, in which anything may stand, come last. */
#define PRODUCT                                                                                              \
    {"ID", "ID", NULL}, {"APP", "ApplicationID", NULL}, {"KEY", "PartialProductKey", NULL},                  \
        {"LS", "LicenseStatus", NULL}, {"LSR", "LicenseStatusReason", NULL},                                 \
        {"G", "GracePeriodRemaining", NULL},                                                                 \
    {                                                                                                        \
        "ADD", "LicenseIsAddon", NULL                                                                        \
    }
#define REQUESTS                                                                                             \
    {"IS", "IsKeyManagementServiceMachine", NULL}, {"CNT", "KeyManagementServiceCurrentCount", NULL},        \
        {"RT", "KeyManagementServiceTotalRequests", NULL},                                                   \
        {"RF", "KeyManagementServiceFailedRequests", NULL},                                                  \
        {"R0", "KeyManagementServiceUnlicensedRequests", NULL},                                              \
        {"R1", "KeyManagementServiceLicensedRequests", NULL},                                                \
        {"R2", "KeyManagementServiceOOBGraceRequests", NULL},                                                \
        {"R3", "KeyManagementServiceOOTGraceRequests", NULL},                                                \
        {"R4", "KeyManagementServiceNonGenuineGraceRequests", NULL},                                         \
    {                                                                                                        \
        "R5", "KeyManagementServiceNotificationRequests", NULL                                               \
    }
#define INTERVALS                                                                                            \
    {"VA", "VLActivationInterval", NULL},                                                                    \
    {                                                                                                        \
        "VR", "VLRenewalInterval", NULL                                                                      \
    }
#define KMS_HOST                                                                                             \
    {"P", "KeyManagementServicePort", NULL}, {"DP", "DiscoveredKeyManagementServiceMachinePort", NULL},      \
        {"K", "KeyManagementServiceMachine", NULL},                                                          \
    {                                                                                                        \
        "DK", "DiscoveredKeyManagementServiceMachineName", NULL                                              \
    }
#define NAMES                                                                                                \
    {"N", "Name", NULL},                                                                                     \
    {                                                                                                        \
        "D", "Description", NULL                                                                             \
    }

static const struct column product_columns[] = {
    PRODUCT,
    {"VT", "VLActivationType", NULL},
    REQUESTS,
    INTERVALS,
    KMS_HOST,
    {"DA", "DiscoveredKeyManagementServiceMachineIpAddress", NULL},
    {"AD", "ADActivationObjectName", NULL},
    NAMES};

static const struct column windows_7_columns[] = {PRODUCT, REQUESTS, INTERVALS, KMS_HOST, NAMES};

static const struct column vista_columns[] = {PRODUCT, NAMES};

static const struct column service_columns[] = {{"V", "Version", NULL},
                                                {"CM", "ClientMachineID", NULL},
                                                {"LP", "KeyManagementServiceListeningPort", NULL},
                                                {"DNS", "KeyManagementServiceDnsPublishing", NULL},
                                                {"LOW", "KeyManagementServiceLowPriority", NULL},
                                                REQUESTS,
                                                INTERVALS,
                                                KMS_HOST};

static const struct column windows_service_columns[] = {{"S", "Name", NULL}};

static const struct column activation_columns[] = {{"ID", "ID", "id"},
                                                   {"KEY", "PartialProductKey", "key"},
                                                   {"LS", "LicenseStatus", "license_status"},
                                                   {"LSR", "LicenseStatusReason", "license_status_reason"},
                                                   {"G", "GracePeriodRemaining", "grace_minutes"},
                                                   {"N", "Name", "name"},
                                                   {"D", "Description", "description"}};

enum holder { HELD_BY_PRODUCT, HELD_BY_SERVICE, HELD_BY_NOTHING };

struct table {
    const char *name;
    enum holder holder;
    const struct column *columns;
    size_t count;
};

#define COLUMNS(array) array, sizeof(array) / sizeof(array)[0]

static const struct table tables[] = {
    [WMI_PRODUCT] = {"products", HELD_BY_PRODUCT, COLUMNS(product_columns)},
    [WMI_PRODUCT_WINDOWS_7] = {"products", HELD_BY_PRODUCT, COLUMNS(windows_7_columns)},
    [WMI_PRODUCT_VISTA] = {"products", HELD_BY_PRODUCT, COLUMNS(vista_columns)},
    [WMI_LICENSING_SERVICE] = {"the licensing service", HELD_BY_SERVICE, COLUMNS(service_columns)},
    [WMI_WINDOWS_SERVICE] = {"services", HELD_BY_NOTHING, COLUMNS(windows_service_columns)},
    [WMI_ACTIVATION] = {"products", HELD_BY_PRODUCT, COLUMNS(activation_columns)}};

void wmi_rows_template(enum wmi_columns columns, struct text *text)
{
    const struct table *table = &tables[columns];
    text_append(text, row_begin);
    for (size_t i = 0; i < table->count; i++) {
        const struct column *column = &table->columns[i];
        text_append_format(text, "%s%s=%%(%s)", i > 0 ? separator : "", column->tag,
                           column->keyword != NULL ? column->keyword : column->property);
    }
    text_append(text, row_end);
}

bool wmi_rows_are(struct span text)
{
    return span_starts_with(text, row_begin);
}

/* Offset of a mark of two bytes, or the length when there is none. */
static size_t find_mark(struct span text, const char mark[2])
{
    for (size_t i = 0; i + 1 < text.length; i++) {
        if (text.bytes[i] == mark[0] && text.bytes[i + 1] == mark[1])
            return i;
    }
    return text.length;
}

struct rows_reader {
    const struct table *table;
    struct span rest;
    size_t row; /* from 1 */
    struct license_document *document;
    struct problem *why;
};

static bool refuse(struct rows_reader *reader, const char *what)
{
    return problem_set(reader->why, PROBLEM_PROTOCOL, "answered with %s that cannot be read, row %zu: %s",
                       reader->table->name, reader->row, what);
}

/* Takes "TAG=value" and the mark behind it off the front. */
static bool take_value(struct rows_reader *reader, const struct column *column, bool is_last,
                       struct span *ret)
{
    struct span *rest = &reader->rest;
    size_t tag = strlen(column->tag);
    if (!span_starts_with(*rest, column->tag) || tag >= rest->length || rest->bytes[tag] != '=')
        return refuse(reader, rest->length <= tag ? "it was cut"
                                                  : "its columns are not those that were asked for, or a "
                                                    "value holds the marks between them");
    struct span value = span_from(*rest, tag + 1);
    size_t length = find_mark(value, is_last ? row_end : separator);
    if (length == value.length)
        return refuse(reader, "it was cut");
    *rest = span_from(value, length + 2);
    value = span_first(value, length);
    if (find_mark(value, separator) < length || find_mark(value, row_begin) < length ||
        find_mark(value, row_end) < length)
        return refuse(reader, "a value holds the marks between columns or rows");
    *ret = value;
    return true;
}

/* Between two rows stands ", " or a line end, behind the last one nothing. */
static bool take_separator(struct rows_reader *reader)
{
    static const char *const separators[] = {", ", "\r\n", "\n"};
    if (reader->rest.length == 0)
        return true;
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        if (span_starts_with(reader->rest, separators[i])) {
            reader->rest = span_from(reader->rest, strlen(separators[i]));
            return reader->rest.length > 0 || refuse(reader, "the next row was cut");
        }
    }
    return refuse(reader, "something follows it that is no row");
}

static bool take_row(struct rows_reader *reader, struct cim_row *row)
{
    const struct table *table = reader->table;
    if (!wmi_rows_are(reader->rest))
        return refuse(reader, reader->rest.length < 2 ? "it was cut" : "it does not begin as a row");
    reader->rest = span_from(reader->rest, 2);
    for (size_t i = 0; i < table->count; i++) {
        struct span value;
        if (!take_value(reader, &table->columns[i], i + 1 == table->count, &value))
            return false;
        if (row != NULL)
            cim_row_set(row, table->columns[i].property,
                        (struct cim_value) {.kind = CIM_TEXT, .text = value});
    }
    if (row != NULL)
        cim_row_finish(row);
    return take_separator(reader);
}

/* WMI has no two objects with one key: a row that seems to is made of the values of another one. */
static bool check_id(struct rows_reader *reader, size_t first)
{
    const struct license_document *document = reader->document;
    const struct license *last = &document->licenses[document->license_count - 1];
    if (last->id == NULL)
        return refuse(reader, "it has no ID");
    for (size_t i = first; i + 1 < document->license_count; i++) {
        if (span_equal_ignoring_case(span_of(document->licenses[i].id), span_of(last->id)))
            return refuse(reader, "it has the ID of an earlier one");
    }
    return true;
}

static bool read_product(struct rows_reader *reader, size_t first)
{
    struct cim_row row;
    return cim_row_add_product(reader->document, "answered with", &row, reader->why) &&
           take_row(reader, &row) && check_id(reader, first);
}

static bool read_row(struct rows_reader *reader, size_t first)
{
    switch (reader->table->holder) {
    case HELD_BY_PRODUCT:
        return read_product(reader, first);
    case HELD_BY_SERVICE: {
        if (reader->row > 1)
            return refuse(reader, "there is one such object, never more");
        struct cim_row row = cim_row_of_service(&reader->document->arena, &reader->document->service);
        return take_row(reader, &row);
    }
    case HELD_BY_NOTHING:
        break;
    }
    return take_row(reader, NULL);
}

bool wmi_rows_read(enum wmi_columns columns, struct span text, struct license_document *document,
                   size_t *ret_count, struct problem *why)
{
    struct rows_reader reader = {.table = &tables[columns], .rest = text, .document = document, .why = why};
    size_t first = document->license_count;
    bool is_read = true;
    while (is_read && reader.rest.length > 0) {
        reader.row++;
        is_read = read_row(&reader, first);
    }
    if (is_read && !arena_ok(&document->arena))
        is_read = problem_set_memory(why);
    if (is_read)
        *ret_count = reader.row;
    else
        document->license_count = first;
    return is_read;
}
