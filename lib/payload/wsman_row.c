/* SPDX-License-Identifier: MIT */
/* Items: their class, their properties. */
#include "payload/wsman_row.h"

#include "payload/wsman_names.h"

static bool check_class(const struct wsman_question *question, const struct xml_element *item,
                        struct problem *why)
{
    if (xml_is(item, WSMAN_SPACE, "XmlFragment") ||
        span_is_ignoring_case(span_of(item->name), question->class))
        return true;
    return problem_set(why, PROBLEM_PROTOCOL, "the reply has an item %.80s where only %s was asked for",
                       item->name, question->class);
}

bool wsman_row_start(struct wsman_row *row, const struct wsman_question *question,
                     const struct xml_element *item, size_t before, struct problem *why)
{
    struct license_document *document = question->document;
    row->question = question;
    row->current = NULL;
    row->value_count = row->element_count = 0;
    if (!check_class(question, item, why))
        return false;
    switch (question->rows) {
    case WSMAN_PRODUCTS:
        return cim_row_add_product(document, "the replies list", &row->row, why);
    case WSMAN_SERVICE:
        row->row = cim_row_of_service(&document->arena, &document->service);
        break;
    case WSMAN_COUNTED:
        break;
    }
    return before == 0 ||
           problem_set(why, PROBLEM_PROTOCOL, "the reply has more than one row of %s", question->class);
}

static bool is_nil(const struct xml_element *element)
{
    struct span nil = span_trim(span_of(xml_attribute(element, INSTANCE_SPACE, "nil")));
    return span_is(nil, "true") || span_is(nil, "1");
}

static struct wsman_value *find_value(struct wsman_row *row, const char *property)
{
    for (size_t i = 0; i < row->value_count; i++) {
        if (row->values[i].property == property)
            return &row->values[i];
    }
    return NULL;
}

bool wsman_row_add(struct wsman_row *row, const struct xml_element *child, struct problem *why)
{
    row->current = NULL;
    row->element_count++;
    const char *property =
        row->question->rows == WSMAN_COUNTED ? NULL : cim_row_property(&row->row, child->name);
    if (property == NULL)
        return true;
    struct wsman_value *value = find_value(row, property);
    if (value != NULL) { /* an array: none of its values is the one */
        value->value = (struct cim_value) {.kind = CIM_NONSENSE};
        return true;
    }
    if (row->value_count == WSMAN_ROW_PROPERTIES)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply has an item of more than %d properties",
                           WSMAN_ROW_PROPERTIES);
    row->current = &row->values[row->value_count++];
    *row->current =
        (struct wsman_value) {.property = property, .value = {.kind = CIM_ABSENT}, .is_nil = is_nil(child)};
    return true;
}

void wsman_row_add_text(struct wsman_row *row, struct span text)
{
    if (row->current == NULL)
        return;
    struct cim_value *value = &row->current->value;
    struct span kept = {arena_copy(&row->question->document->arena, text), text.length};
    if (value->kind == CIM_ABSENT && !row->current->is_nil)
        *value = (struct cim_value) {.kind = CIM_TEXT, .text = kept};
    else
        *value = (struct cim_value) {.kind = CIM_NONSENSE};
}

void wsman_row_add_element(struct wsman_row *row)
{
    if (row->current != NULL)
        row->current->value = (struct cim_value) {.kind = CIM_NONSENSE};
}

/* All rows of a document are of one machine: a judge that mixes two would be wrong about both. */
static bool check_machine(struct wsman_row *row, struct problem *why)
{
    const char **machine = &row->question->document->computer_name;
    for (size_t i = 0; i < CIM_MACHINE_NAMES; i++) {
        const char *name = row->row.machine_names[i];
        if (name == NULL)
            continue;
        if (*machine != NULL && !span_equal_ignoring_case(span_of(name), span_of(*machine)))
            return problem_set(why, PROBLEM_PROTOCOL,
                               "the replies have rows of two machines, %.80s and %.80s", *machine, name);
        *machine = name;
        break;
    }
    return true;
}

bool wsman_row_finish(struct wsman_row *row, struct problem *why)
{
    if (row->element_count == 0)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply has an empty item of %s", row->question->class);
    if (row->question->rows == WSMAN_COUNTED)
        return true;
    for (size_t i = 0; i < row->value_count; i++)
        cim_row_set(&row->row, row->values[i].property, row->values[i].value);
    cim_row_finish(&row->row);
    return check_machine(row, why);
}
