/* SPDX-License-Identifier: MIT */
/* Metrics to facts, in two readings: the first finds the products, the second joins the other series with
 * them, which may stand before them. */
#include "payload/kms_metrics.h"

#include "base/arena.h"
#include "payload/cim_row.h"
#include "payload/exporter_series.h"
#include "payload/exposition.h"
#include "payload/exposition_value.h"
#include "payload/field.h"

#include <stddef.h>
#include <stdlib.h>

enum { ID_SHOWN = 40 }; /* a GUID with its braces has 38 characters */

/* A metric or a label, and the property of SoftwareLicensingProduct or SoftwareLicensingService that it is.
 */
struct meaning {
    const char *name, *property;
};

static const char info_metric[] = "kms_product_info";
static const char requests_metric[] = "kms_product_requests_total";
static const char time_metric[] = "kms_report_timestamp_seconds";
static const char status_property[] = "LicenseStatus";

static const struct meaning info_labels[] = {
    {"application_id", "ApplicationID"}, {"name", "Name"},
    {"description", "Description"},      {"partial_product_key", "PartialProductKey"},
    {"addon", "LicenseIsAddon"},
};

static const struct meaning product_metrics[] = {
    {"kms_product_license_status", status_property},
    {"kms_product_license_status_reason", "LicenseStatusReason"},
    {"kms_product_grace_period_remaining_minutes", "GracePeriodRemaining"},
    {"kms_product_vl_activation_type", "VLActivationType"},
    {"kms_product_is_key_management_service_machine", "IsKeyManagementServiceMachine"},
    {"kms_product_current_count", "KeyManagementServiceCurrentCount"},
};

static const struct meaning request_kinds[] = {
    {"total", "KeyManagementServiceTotalRequests"},
    {"failed", "KeyManagementServiceFailedRequests"},
    {"unlicensed", "KeyManagementServiceUnlicensedRequests"},
    {"licensed", "KeyManagementServiceLicensedRequests"},
    {"oob_grace", "KeyManagementServiceOOBGraceRequests"},
    {"oot_grace", "KeyManagementServiceOOTGraceRequests"},
    {"non_genuine", "KeyManagementServiceNonGenuineGraceRequests"},
    {"notification", "KeyManagementServiceNotificationRequests"},
};

static const struct meaning service_metrics[] = {
    {"kms_service_listening_port", "KeyManagementServiceListeningPort"},
    {"kms_service_dns_publishing", "KeyManagementServiceDnsPublishing"},
    {"kms_service_low_priority", "KeyManagementServiceLowPriority"},
    {"kms_service_activation_interval_minutes", "VLActivationInterval"},
    {"kms_service_renewal_interval_minutes", "VLRenewalInterval"},
};

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

/* A product that can be found by its id. */
struct product {
    struct span id;
    size_t row; /* in the document */
    bool has_status;
};

struct metrics_reader {
    struct license_document document;
    struct exporter_series series;
    struct arena scratch;
    struct product *products; /* sorted by id, as many as the document has rows */
    bool has_our_metrics;
    struct problem *why;
};

typedef bool sample_reader(struct metrics_reader *reader, const struct exposition_sample *sample);

static const char *find_property(const struct meaning *meanings, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is(name, meanings[i].name))
            return meanings[i].property;
    }
    return NULL;
}

static struct cim_value number_of(double value)
{
    struct cim_value number = {.kind = CIM_NONSENSE};
    if (exposition_value_is_whole(value, &number.number))
        number.kind = CIM_NUMBER;
    return number;
}

/* "{55C9...}" and "55c9..." are one id. */
static struct span bare_id(const struct exposition_sample *sample)
{
    struct span id = span_trim(exposition_label(sample, "id"));
    if (id.length >= 2 && id.bytes[0] == '{' && id.bytes[id.length - 1] == '}')
        id = span_from(span_first(id, id.length - 1), 1);
    return span_trim(span_first(id, span_find(id, '\0')));
}

static bool refuse_sample(struct metrics_reader *reader, const struct exposition_sample *sample,
                          const char *fault)
{
    return problem_set(reader->why, PROBLEM_PROTOCOL, "line %zu of the metrics, %.*s: %s", sample->line,
                       (int)sample->name.length, sample->name.bytes, fault);
}

/* A name, with a port behind one colon, or a bare IPv6 address.  Whether an administrator fixed it, the
 * metrics do not say. */
static void set_kms_host(struct cim_row *row, struct span kms_host)
{
    struct span rest = kms_host;
    span_cut(&rest, ':');
    bool is_bare_address = span_find(rest, ':') < rest.length && !span_starts_with(kms_host, "[");
    if (is_bare_address)
        row->license->kms_name = arena_copy(row->place.arena, kms_host);
    else
        field_set_kms_host(row->place, row->license, kms_host, false);
    row->license->is_kms_origin_unsaid = true;
}

static bool read_info(struct metrics_reader *reader, const struct exposition_sample *sample)
{
    struct span id = bare_id(sample), kms_host = span_trim(exposition_label(sample, "kms_host"));
    if (id.length == 0)
        return refuse_sample(reader, sample, "it has no label id");
    if (sample->value != 1)
        return refuse_sample(reader, sample, "its value is not 1");
    struct cim_row row;
    if (!cim_row_add_product(&reader->document, "the metrics list", &row, reader->why))
        return false;
    cim_row_set(&row, "ID", (struct cim_value) {.kind = CIM_TEXT, .text = id});
    for (size_t i = 0; i < COUNT_OF(info_labels); i++)
        cim_row_set(
            &row, info_labels[i].property,
            (struct cim_value) {.kind = CIM_TEXT, .text = exposition_label(sample, info_labels[i].name)});
    if (kms_host.length > 0)
        set_kms_host(&row, kms_host);
    return row.license->id != NULL || refuse_sample(reader, sample, "it has no label id");
}

static bool is_ours(struct span name)
{
    return span_starts_with(name, "kms_product_") || span_starts_with(name, "kms_service_") ||
           span_is(name, time_metric);
}

static bool find_product(struct metrics_reader *reader, const struct exposition_sample *sample)
{
    exporter_series_take(&reader->series, &reader->document.arena, sample);
    reader->has_our_metrics |= is_ours(sample->name);
    return !span_is(sample->name, info_metric) || read_info(reader, sample);
}

static int compare_ids(const void *left, const void *right)
{
    struct span first = ((const struct product *)left)->id, second = ((const struct product *)right)->id;
    for (size_t i = 0; i < first.length && i < second.length; i++) {
        int difference = ascii_lower(first.bytes[i]) - ascii_lower(second.bytes[i]);
        if (difference != 0)
            return difference;
    }
    return first.length < second.length ? -1 : first.length > second.length;
}

/* Exporters sort series by all of their labels, so that a new name would change places: rows are in the order
 * of their ids. */
static bool order_rows(struct metrics_reader *reader)
{
    size_t count = reader->document.license_count;
    struct license *ordered = arena_allocate(&reader->document.arena, count * sizeof *ordered);
    if (ordered == NULL)
        return problem_set_memory(reader->why);
    for (size_t i = 0; i < count; i++) {
        ordered[i] = reader->document.licenses[reader->products[i].row];
        reader->products[i].row = i;
    }
    reader->document.licenses = ordered;
    reader->document.license_capacity = count;
    return true;
}

/* Makes products findable.  One that is named twice has two sets of labels, of which nobody knows the right
 * one. */
static bool sort_products(struct metrics_reader *reader)
{
    size_t count = reader->document.license_count;
    if (!reader->has_our_metrics)
        return exporter_series_explain_absence(&reader->series, reader->why);
    if (count == 0) {
        problem_set(reader->why, PROBLEM_MISSING, "the metrics have no %s: they name no product",
                    info_metric);
        return problem_advise(reader->why, "run the scheduled task that writes them, and look into its file: "
                                           "a machine with an installed key has one for each");
    }
    reader->products = arena_allocate(&reader->scratch, count * sizeof *reader->products);
    if (reader->products == NULL)
        return problem_set_memory(reader->why);
    for (size_t i = 0; i < count; i++)
        reader->products[i] = (struct product) {.id = span_of(reader->document.licenses[i].id), .row = i};
    qsort(reader->products, count, sizeof *reader->products, compare_ids);
    for (size_t i = 1; i < count; i++) {
        struct span id = reader->products[i].id;
        if (!span_equal_ignoring_case(reader->products[i - 1].id, id))
            continue;
        problem_set(reader->why, PROBLEM_PROTOCOL, "the metrics have %s twice for the product %.*s",
                    info_metric, (int)span_first(id, ID_SHOWN).length, id.bytes);
        return problem_advise(reader->why,
                              "look for a second .prom file of KMS in the folder of the exporter");
    }
    return order_rows(reader);
}

/* Sets a property of the product that the sample names. */
static bool set_of_product(struct metrics_reader *reader, const struct exposition_sample *sample,
                           const char *property)
{
    struct product wanted = {.id = bare_id(sample)};
    if (wanted.id.length == 0)
        return refuse_sample(reader, sample, "it has no label id");
    struct product *product = bsearch(&wanted, reader->products, reader->document.license_count,
                                      sizeof *reader->products, compare_ids);
    if (product == NULL)
        return problem_set(reader->why, PROBLEM_PROTOCOL,
                           "line %zu of the metrics, %.*s: the product %.*s has no %s", sample->line,
                           (int)sample->name.length, sample->name.bytes,
                           (int)span_first(wanted.id, ID_SHOWN).length, wanted.id.bytes, info_metric);
    struct cim_row row =
        cim_row_of_product(&reader->document.arena, &reader->document.licenses[product->row]);
    cim_row_set(&row, property, number_of(sample->value));
    product->has_status |= property == status_property;
    return true;
}

static bool set_time(struct metrics_reader *reader, const struct exposition_sample *sample)
{
    struct known_time *time = &reader->document.time;
    int64_t seconds;
    if (!exposition_value_is_time(sample->value, &seconds))
        return refuse_sample(reader, sample, "its value is no time");
    if (time->is_known && time->seconds != seconds)
        return refuse_sample(reader, sample, "it is there twice, with two times");
    *time = (struct known_time) {.is_known = true, .seconds = seconds};
    return true;
}

/* Metrics that nobody knows may be those of a later script. */
static bool join_sample(struct metrics_reader *reader, const struct exposition_sample *sample)
{
    if (!is_ours(sample->name))
        return true;
    if (span_is(sample->name, time_metric))
        return set_time(reader, sample);
    const char *property = find_property(service_metrics, COUNT_OF(service_metrics), sample->name);
    if (property != NULL) {
        struct cim_row row = cim_row_of_service(&reader->document.arena, &reader->document.service);
        cim_row_set(&row, property, number_of(sample->value));
        return true;
    }
    property = span_is(sample->name, requests_metric)
                   ? find_property(request_kinds, COUNT_OF(request_kinds), exposition_label(sample, "kind"))
                   : find_property(product_metrics, COUNT_OF(product_metrics), sample->name);
    return property == NULL || set_of_product(reader, sample, property);
}

static bool check_statuses(struct metrics_reader *reader)
{
    for (size_t i = 0; i < reader->document.license_count; i++) {
        const struct product *product = &reader->products[i];
        if (product->has_status)
            continue;
        problem_set(reader->why, PROBLEM_MISSING,
                    "the metrics have no kms_product_license_status for the product %.*s",
                    (int)span_first(product->id, ID_SHOWN).length, product->id.bytes);
        return problem_advise(reader->why, "run the scheduled task that writes them, and look into its file");
    }
    return true;
}

/* The metrics have the intervals of the service only; they hold for its products. */
static void spread_intervals(struct license_document *document)
{
    for (size_t i = 0; i < document->license_count; i++) {
        document->licenses[i].renewal_interval = document->service.renewal_interval;
        document->licenses[i].activation_interval = document->service.activation_interval;
    }
}

static bool read_samples(struct metrics_reader *reader, struct span bytes, sample_reader *read)
{
    struct exposition exposition;
    struct exposition_sample sample;
    bool is_read = true;
    exposition_start(&exposition, bytes);
    while (is_read && exposition_next(&exposition, &sample))
        is_read = read(reader, &sample);
    is_read = is_read && exposition_ok(&exposition, reader->why);
    exposition_done(&exposition);
    return is_read;
}

bool kms_metrics_read(struct span bytes, struct license_document *ret, struct known_time *ret_written,
                      struct problem *why)
{
    struct metrics_reader reader = {.why = why};
    bool is_read = read_samples(&reader, bytes, find_product) && sort_products(&reader) &&
                   read_samples(&reader, bytes, join_sample) && check_statuses(&reader);
    spread_intervals(&reader.document);
    reader.document.service_state = exporter_series_service_state(&reader.series);
    reader.document.genuine_state = exporter_series_genuine_state(&reader.series);
    if (is_read && !arena_ok(&reader.document.arena))
        is_read = problem_set_memory(why);
    arena_done(&reader.scratch);
    if (!is_read) {
        license_document_done(&reader.document);
        return false;
    }
    *ret = reader.document;
    *ret_written = exporter_series_written(&reader.series);
    return true;
}
