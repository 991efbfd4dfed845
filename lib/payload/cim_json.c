/* SPDX-License-Identifier: MIT */
/* Shapes of CIM objects in JSON. */
#include "payload/cim_json.h"

#include "payload/cim_date.h"
#include "payload/cim_row.h"
#include "payload/strict_json.h"

#include <stddef.h>

static const char product_class[] = "SoftwareLicensingProduct";
static const char service_class[] = "SoftwareLicensingService";
static const char office_product_class[] = "OfficeSoftwareProtectionProduct"; /* Office on Windows 7 */
static const char office_service_class[] = "OfficeSoftwareProtectionService";

struct json_reader {
    struct license_document document;
    struct problem *why;
    const char *machine; /* of the first row that names one; products come first */
};

/* The member with this name, letters' case ignored if need be; NULL when there is none. */
static json_t *find_member(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name), *other;
    const char *key;
    if (value != NULL)
        return value;
    json_object_foreach(object, key, other)
    {
        if (span_is_ignoring_case(span_of(key), name))
            return other;
    }
    return NULL;
}

static const char *type_words(const json_t *json)
{
    static const char *const words[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",  [JSON_STRING] = "text",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "a boolean",
        [JSON_FALSE] = "a boolean",  [JSON_NULL] = "null"};
    return words[json_typeof(json)];
}

static struct cim_value value_of(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_NULL:
        return (struct cim_value) {.kind = CIM_ABSENT};
    case JSON_TRUE:
    case JSON_FALSE:
        return (struct cim_value) {.kind = CIM_BOOLEAN, .boolean = json_is_true(json)};
    case JSON_INTEGER:
        return (struct cim_value) {.kind = CIM_NUMBER, .number = json_integer_value(json)};
    case JSON_STRING:
        return (struct cim_value) {.kind = CIM_TEXT, .text = strict_json_text(json)};
    case JSON_REAL: {
        double real = json_real_value(json);
        if (real < INT32_MIN || real > UINT32_MAX || real != (double)(int64_t)real)
            break;
        return (struct cim_value) {.kind = CIM_NUMBER, .number = (int64_t)real};
    }
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    return (struct cim_value) {.kind = CIM_NONSENSE};
}

static void read_members(struct cim_row *row, json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const char *property = cim_row_property(row, key);
        /* Of two spellings the right one counts. */
        if (property != NULL && json_object_get(object, property) != NULL)
            value = json_object_get(object, property);
        if (property != NULL)
            cim_row_set(row, property, value_of(value));
    }
    cim_row_finish(row);
}

static const char *first_name(const char *const names[CIM_MACHINE_NAMES])
{
    for (size_t i = 0; i < CIM_MACHINE_NAMES; i++) {
        if (names[i] != NULL)
            return names[i];
    }
    return NULL;
}

static bool is_address(struct span name)
{
    bool has_letters = false;
    for (size_t i = 0; i < name.length; i++)
        has_letters = has_letters || (name.bytes[i] != '.' && !ascii_is_digit(name.bytes[i]));
    return !has_letters || span_contains(name, ":");
}

/* Names are the same when their first labels are, addresses when they are. */
static bool is_same_machine(struct span left, struct span right)
{
    if (is_address(left) || is_address(right))
        return span_equal_ignoring_case(left, right);
    return span_equal_ignoring_case(span_cut(&left, '.'), span_cut(&right, '.'));
}

/* All rows of a document are of one machine: a judge that mixes two would be wrong about both. */
static bool check_machine(struct json_reader *reader, const struct cim_row *row)
{
    const char *machine = first_name(row->machine_names);
    if (reader->machine == NULL)
        reader->machine = machine;
    else if (machine != NULL && !is_same_machine(span_of(machine), span_of(reader->machine)))
        return problem_set(reader->why, PROBLEM_PROTOCOL, "the JSON has rows of two machines, %s and %s",
                           reader->machine, machine);
    return true;
}

static bool read_product(struct json_reader *reader, json_t *object)
{
    struct cim_row row;
    if (!cim_row_add_product(&reader->document, "the JSON lists", &row, reader->why))
        return false;
    read_members(&row, object);
    return check_machine(reader, &row);
}

static bool read_service(struct json_reader *reader, json_t *object)
{
    struct cim_row row = cim_row_of_service(&reader->document.arena, &reader->document.service);
    read_members(&row, object);
    return check_machine(reader, &row);
}

/* The list in {"value": [...], "Count": n}; NULL when the object is none. */
static json_t *wrapped_list(json_t *object)
{
    json_t *list = find_member(object, "value");
    return json_is_array(list) ? list : NULL;
}

typedef bool row_reader(struct json_reader *reader, json_t *object);

static bool read_list(struct json_reader *reader, json_t *list, const char *what, row_reader *read)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        if (!json_is_object(item))
            return problem_set(reader->why, PROBLEM_PROTOCOL, "%s: item %zu of the list is %s, not an object",
                               what, i + 1, type_words(item));
        if (!read(reader, item))
            return false;
    }
    return true;
}

static bool read_wrapped_list(struct json_reader *reader, json_t *object, const char *what, row_reader *read)
{
    json_t *list = wrapped_list(object), *count = find_member(object, "Count");
    if (count != NULL && json_integer_value(count) != (json_int_t)json_array_size(list))
        return problem_set(reader->why, PROBLEM_PROTOCOL,
                           "%s: Count is not the number of items of the list, %zu", what,
                           json_array_size(list));
    return read_list(reader, list, what, read);
}

/* The rows of one class: an object, a list of objects in either form, or nothing. */
static bool read_class(struct json_reader *reader, json_t *root, const char *class, row_reader *read)
{
    json_t *rows = find_member(root, class);
    if (rows == NULL || json_is_null(rows))
        return true;
    if (json_is_array(rows))
        return read_list(reader, rows, class, read);
    if (!json_is_object(rows))
        return problem_set(
            reader->why, PROBLEM_PROTOCOL,
            "%s is %s where an object or a list belongs (ConvertTo-Json needs a larger -Depth)", class,
            type_words(rows));
    return wrapped_list(rows) != NULL ? read_wrapped_list(reader, rows, class, read) : read(reader, rows);
}

static bool has_class(json_t *root, const char *class)
{
    return find_member(root, class) != NULL;
}

static bool has_service(json_t *root)
{
    json_t *service = find_member(root, service_class);
    return service != NULL && !json_is_null(service);
}

static bool read_classes(struct json_reader *reader, json_t *root)
{
    return read_class(reader, root, product_class, read_product) &&
           read_class(reader, root, office_product_class, read_product) &&
           read_class(reader, root, has_service(root) ? service_class : office_service_class, read_service);
}

static bool is_product(json_t *object)
{
    return find_member(object, "LicenseStatus") != NULL || find_member(object, "Description") != NULL ||
           find_member(object, "PartialProductKey") != NULL;
}

/* A row that no class name introduces must show what it is. */
static bool read_bare_product(struct json_reader *reader, json_t *object)
{
    if (!is_product(object))
        return problem_set(
            reader->why, PROBLEM_PROTOCOL,
            "the JSON is no %s: an object has none of LicenseStatus, Description, PartialProductKey",
            product_class);
    return read_product(reader, object);
}

/* "2026-03-02T08:00:00Z", or the object that PowerShell 5.1 makes of a date. */
static void read_time(struct json_reader *reader, json_t *root)
{
    json_t *time = find_member(root, "TimeUtc");
    if (json_is_object(time))
        time = find_member(time, "value");
    int64_t seconds;
    if (json_is_string(time) && cim_date_read(strict_json_text(time), &seconds))
        reader->document.time = (struct known_time) {.is_known = true, .seconds = seconds};
}

static bool read_machine(struct json_reader *reader, json_t *root)
{
    struct field_place place = {.arena = &reader->document.arena};
    const char *names[CIM_MACHINE_NAMES] = {NULL};
    for (size_t i = 0; i < CIM_MACHINE_NAMES; i++) {
        json_t *name = find_member(root, cim_machine_properties[i]);
        if (name != NULL)
            cim_set_machine_name(place, &names[i], value_of(name));
    }
    const char *name = first_name(names);
    /* PowerShell puts what it was told to ask into the rows, which may be an address. */
    bool has_names = name != NULL && reader->machine != NULL && !is_address(span_of(name)) &&
                     !is_address(span_of(reader->machine));
    if (has_names && !is_same_machine(span_of(name), span_of(reader->machine)))
        return problem_set(reader->why, PROBLEM_PROTOCOL, "the JSON is of %s, and its rows are of %s", name,
                           reader->machine);
    reader->document.computer_name = name != NULL ? name : reader->machine;
    return true;
}

static bool read_root(struct json_reader *reader, json_t *root)
{
    if (json_is_array(root))
        return read_list(reader, root, product_class, read_bare_product);
    if (has_class(root, product_class) || has_class(root, service_class) ||
        has_class(root, office_product_class) || has_class(root, office_service_class))
        return read_classes(reader, root);
    if (wrapped_list(root) != NULL)
        return read_wrapped_list(reader, root, product_class, read_bare_product);
    if (is_product(root))
        return read_product(reader, root);
    return problem_set(reader->why, PROBLEM_PROTOCOL,
                       "the JSON names neither %s nor %s, and is no product: it has none of LicenseStatus, "
                       "Description, PartialProductKey",
                       product_class, service_class);
}

bool cim_json_read(struct span bytes, struct license_document *ret, struct problem *why)
{
    json_t *root = NULL;
    if (!strict_json_read(bytes, "the JSON", &root, why))
        return false;
    struct json_reader reader = {.why = why};
    bool is_read = read_root(&reader, root);
    if (is_read) {
        read_time(&reader, root);
        is_read = read_machine(&reader, root);
    }
    json_decref(root);
    if (is_read && !arena_ok(&reader.document.arena))
        is_read = problem_set_memory(why);
    if (is_read)
        *ret = reader.document;
    else
        license_document_done(&reader.document);
    return is_read;
}
