/* SPDX-License-Identifier: MIT */
/* The envelope: every element has a place, given by the place of its parent and its name. */
#include "payload/wsman_xml.h"

#include "base/number.h"
#include "payload/field.h"
#include "payload/wsman_names.h"
#include "payload/wsman_row.h"
#include "payload/xml_walk.h"

enum { FAULT_TEXT_MAXIMUM = 1024 }; /* bytes; a sentence of Windows has some hundred */

enum place {
    PASSED_OVER, /* and everything in it */
    UNEXPECTED,
    OUTSIDE,
    ENVELOPE,
    HEADER,
    RELATES_TO,
    BODY,
    ANSWER,
    CONTEXT,
    END_OF_SEQUENCE,
    ITEMS,
    ITEM,
    PROPERTY,
    INSIDE_PROPERTY,
    FAULT,
    FAULT_CODE,
    FAULT_SUBCODE,
    FAULT_SUBCODE_VALUE,
    FAULT_REASON,
    FAULT_REASON_TEXT,
    FAULT_DETAIL,
    WINDOWS_FAULT,
    MESSAGE,
    PROVIDER_FAULT,
    EXTENDED_ERROR,
    EXTENDED_STATUS,
    STATUS_CODE
};

/* The first that fits counts; NULL fits every name.  What fits nowhere is passed over. */
static const struct rule {
    enum place parent;
    const char *space, *name;
    enum place place;
} rules[] = {
    {OUTSIDE, SOAP_SPACE, "Envelope", ENVELOPE},
    {OUTSIDE, NULL, NULL, UNEXPECTED},
    {ENVELOPE, SOAP_SPACE, "Header", HEADER},
    {ENVELOPE, SOAP_SPACE, "Body", BODY},
    {HEADER, ADDRESSING_SPACE, "RelatesTo", RELATES_TO},
    {BODY, ENUMERATION_SPACE, "EnumerateResponse", ANSWER},
    {BODY, ENUMERATION_SPACE, "PullResponse", ANSWER},
    {BODY, SOAP_SPACE, "Fault", FAULT},
    {BODY, NULL, NULL, UNEXPECTED},
    {ANSWER, ENUMERATION_SPACE, "EnumerationContext", CONTEXT},
    {ANSWER, WSMAN_SPACE, "Items", ITEMS},
    {ANSWER, ENUMERATION_SPACE, "Items", ITEMS},
    {ANSWER, NULL, "Items", UNEXPECTED},
    {ANSWER, WSMAN_SPACE, "EndOfSequence", END_OF_SEQUENCE},
    {ANSWER, ENUMERATION_SPACE, "EndOfSequence", END_OF_SEQUENCE},
    {CONTEXT, NULL, NULL, UNEXPECTED},
    {ITEMS, NULL, NULL, ITEM},
    {ITEM, NULL, NULL, PROPERTY},
    {PROPERTY, NULL, NULL, INSIDE_PROPERTY}, /* a date: <Datetime> or <cim:Datetime> */
    {INSIDE_PROPERTY, NULL, NULL, INSIDE_PROPERTY},
    {FAULT, SOAP_SPACE, "Code", FAULT_CODE},
    {FAULT_CODE, SOAP_SPACE, "Subcode", FAULT_SUBCODE},
    {FAULT_SUBCODE, SOAP_SPACE, "Value", FAULT_SUBCODE_VALUE},
    {FAULT, SOAP_SPACE, "Reason", FAULT_REASON},
    {FAULT_REASON, SOAP_SPACE, "Text", FAULT_REASON_TEXT},
    {FAULT, SOAP_SPACE, "Detail", FAULT_DETAIL},
    {FAULT_DETAIL, WSMAN_FAULT_SPACE, "WSManFault", WINDOWS_FAULT},
    {WINDOWS_FAULT, WSMAN_FAULT_SPACE, "Message", MESSAGE},
    {MESSAGE, WSMAN_FAULT_SPACE, "ProviderFault", PROVIDER_FAULT},
    {MESSAGE, WSMAN_FAULT_SPACE, "WSManFault", WINDOWS_FAULT},
    {PROVIDER_FAULT, WSMAN_FAULT_SPACE, "WSManFault", WINDOWS_FAULT},
    {PROVIDER_FAULT, WSMAN_FAULT_SPACE, "ExtendedError", EXTENDED_ERROR},
    {MESSAGE, WSMAN_FAULT_SPACE, "ExtendedError", EXTENDED_ERROR},
    {WINDOWS_FAULT, WSMAN_FAULT_SPACE, "ExtendedError", EXTENDED_ERROR},
    {EXTENDED_ERROR, NULL, NULL, EXTENDED_STATUS},
    {EXTENDED_STATUS, NULL, "StatusCode", STATUS_CODE},
};

struct wsman_reader {
    const struct wsman_question *question;
    struct arena *arena;
    struct wsman_reply reply;
    enum place places[XML_DEPTH_MAXIMUM + 1]; /* of the open elements; places[0] is OUTSIDE */
    size_t depth;
    struct wsman_row row;
    bool has_body, has_answer;
    struct known_number text_code; /* 0x8004.... in a text of the fault */
    const char *reason;
    size_t text_depth; /* of reply.fault.text */
};

static enum place find_place(enum place parent, const struct xml_element *element)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];
        if (rule->parent == parent &&
            (rule->space == NULL || span_is(span_of(element->space), rule->space)) &&
            (rule->name == NULL || span_is(span_of(element->name), rule->name)))
            return rule->place;
    }
    return PASSED_OVER;
}

static bool refuse_element(enum place parent, const struct xml_element *element, struct problem *why)
{
    if (parent == OUTSIDE)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply is %.80s, no SOAP envelope", element->name);
    return problem_set(why, PROBLEM_PROTOCOL, "the reply has %.80s where no answer of WinRM has it",
                       element->name);
}

static bool refuse_second(const struct xml_element *element, struct problem *why)
{
    return problem_set(why, PROBLEM_PROTOCOL, "the reply has %.80s twice", element->name);
}

static bool start_answer(struct wsman_reader *reader, const struct xml_element *element, struct problem *why)
{
    if (reader->has_answer)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply has %.80s after another answer", element->name);
    reader->has_answer = true;
    reader->reply.kind = span_is(span_of(element->name), "Fault")          ? WSMAN_FAULT
                         : span_is(span_of(element->name), "PullResponse") ? WSMAN_PULLED
                                                                           : WSMAN_ENUMERATED;
    return true;
}

static struct known_number read_code(struct span text)
{
    uint32_t code;
    bool is_known = field_read_number(span_trim(text), &code);
    return (struct known_number) {.is_known = is_known, .value = is_known ? code : 0};
}

static void start_windows_fault(struct wsman_reader *reader, const struct xml_element *element)
{
    struct wsman_fault *fault = &reader->reply.fault;
    struct known_number code = read_code(span_of(xml_attribute(element, "", "Code")));
    if (!fault->code.is_known)
        fault->code = code;
    if (code.is_known)
        fault->inner_code = code;
}

static bool on_start(void *context, const struct xml_element *element, struct problem *why)
{
    struct wsman_reader *reader = context;
    struct wsman_reply *reply = &reader->reply;
    enum place parent = reader->places[reader->depth];
    enum place place = find_place(parent, element);
    reader->places[++reader->depth] = place;
    switch (place) {
    case UNEXPECTED:
        return refuse_element(parent, element, why);
    case BODY:
        if (reader->has_body)
            return refuse_second(element, why);
        reader->has_body = true;
        return true;
    case ANSWER:
    case FAULT:
        return start_answer(reader, element, why);
    case RELATES_TO:
        if (reply->relates_to != NULL)
            return refuse_second(element, why);
        reply->relates_to = "";
        return true;
    case CONTEXT:
        if (reply->context != NULL)
            return refuse_second(element, why);
        reply->context = "";
        return true;
    case END_OF_SEQUENCE:
        reply->is_end = true;
        return true;
    case ITEM:
        return wsman_row_start(&reader->row, reader->question, element, reply->row_count++, why);
    case PROPERTY:
        return wsman_row_add(&reader->row, element, why);
    case INSIDE_PROPERTY:
        wsman_row_add_element(&reader->row);
        return true;
    case WINDOWS_FAULT:
        start_windows_fault(reader, element);
        return true;
    case PASSED_OVER:
    case OUTSIDE:
    case ENVELOPE:
    case HEADER:
    case ITEMS:
    case FAULT_CODE:
    case FAULT_SUBCODE:
    case FAULT_SUBCODE_VALUE:
    case FAULT_REASON:
    case FAULT_REASON_TEXT:
    case FAULT_DETAIL:
    case MESSAGE:
    case PROVIDER_FAULT:
    case EXTENDED_ERROR:
    case EXTENDED_STATUS:
    case STATUS_CODE:
        break;
    }
    return true;
}

static bool set_context(struct wsman_reader *reader, struct span text, struct problem *why)
{
    text = span_trim(text);
    if (text.length > WSMAN_CONTEXT_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply has a context of more than %d bytes",
                           WSMAN_CONTEXT_MAXIMUM);
    reader->reply.context = arena_copy(reader->arena, text);
    return true;
}

/* Windows names its own codes in sentences: exactly eight hex digits, and an error by its first one. */
static struct known_number find_code(struct span text)
{
    enum { DIGITS = 8 };
    for (; text.length > 0; text = span_from(text, 1)) {
        text = span_from(text, span_find(text, '0'));
        struct span digits = span_from(text, 2);
        uint32_t code, next;
        bool is_code = span_starts_with_ignoring_case(text, "0x") && digits.length >= DIGITS &&
                       number_parse_hex(span_first(digits, DIGITS), &code) &&
                       !number_parse_hex(span_first(span_from(digits, DIGITS), 1), &next);
        if (is_code && code > INT32_MAX)
            return (struct known_number) {.is_known = true, .value = code};
    }
    return (struct known_number) {0};
}

/* The deepest sentence says most; the last of them where two are equally deep. */
static void keep_message(struct wsman_reader *reader, struct span text)
{
    if (!reader->text_code.is_known)
        reader->text_code = find_code(text);
    if (reader->depth < reader->text_depth)
        return;
    reader->text_depth = reader->depth;
    reader->reply.fault.text = arena_copy(reader->arena, span_first(span_trim(text), FAULT_TEXT_MAXIMUM));
}

/* "w:AccessDenied": the prefix means nothing. */
static void keep_subcode(struct wsman_reader *reader, struct span text)
{
    struct span name = span_trim(text);
    size_t colon = span_find(name, ':');
    if (colon < name.length)
        name = span_from(name, colon + 1);
    if (reader->reply.fault.subcode == NULL)
        reader->reply.fault.subcode = arena_copy(reader->arena, span_first(name, FAULT_TEXT_MAXIMUM));
}

static bool on_text(void *context, struct span text, struct problem *why)
{
    struct wsman_reader *reader = context;
    switch (reader->places[reader->depth]) {
    case ENVELOPE:
    case BODY:
    case ANSWER:
    case END_OF_SEQUENCE:
    case ITEMS:
    case ITEM:
        return problem_set(why, PROBLEM_PROTOCOL, "the reply has text where elements belong");
    case RELATES_TO:
        reader->reply.relates_to = arena_copy(reader->arena, span_trim(text));
        break;
    case CONTEXT:
        return set_context(reader, text, why);
    case PROPERTY:
        wsman_row_add_text(&reader->row, text);
        break;
    case FAULT_SUBCODE_VALUE:
        keep_subcode(reader, text);
        break;
    case FAULT_REASON_TEXT:
        if (!reader->text_code.is_known)
            reader->text_code = find_code(text);
        if (reader->reason == NULL)
            reader->reason = arena_copy(reader->arena, span_first(span_trim(text), FAULT_TEXT_MAXIMUM));
        break;
    case MESSAGE:
    case PROVIDER_FAULT:
        keep_message(reader, text);
        break;
    case STATUS_CODE:
        if (!reader->reply.fault.status.is_known)
            reader->reply.fault.status = read_code(text);
        break;
    case PASSED_OVER:
    case UNEXPECTED:
    case OUTSIDE:
    case HEADER:
    case INSIDE_PROPERTY:
    case FAULT:
    case FAULT_CODE:
    case FAULT_SUBCODE:
    case FAULT_REASON:
    case FAULT_DETAIL:
    case WINDOWS_FAULT:
    case EXTENDED_ERROR:
    case EXTENDED_STATUS:
        break;
    }
    return true;
}

static bool on_end(void *context, const struct xml_element *element, struct problem *why)
{
    struct wsman_reader *reader = context;
    (void)element;
    return reader->places[reader->depth--] != ITEM || wsman_row_finish(&reader->row, why);
}

static bool check_reply(struct wsman_reader *reader, struct problem *why)
{
    if (!arena_ok(reader->arena) || !arena_ok(&reader->question->document->arena))
        return problem_set_memory(why);
    if (!reader->has_answer)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply is a SOAP envelope without an answer in it");
    return true;
}

bool wsman_xml_read(struct span bytes, const struct wsman_question *question, struct arena *arena,
                    struct wsman_reply *ret, struct problem *why)
{
    static const struct xml_visitor visitor = {on_start, on_text, on_end};
    struct license_document *document = question->document;
    struct licensing_service service = document->service;
    size_t license_count = document->license_count;
    const char *computer_name = document->computer_name;
    struct wsman_reader reader = {.question = question, .arena = arena, .places = {OUTSIDE}};
    if (!xml_walk(bytes, &visitor, &reader, why) || !check_reply(&reader, why)) {
        document->service = service;
        document->license_count = license_count;
        document->computer_name = computer_name;
        return false;
    }
    struct wsman_fault *fault = &reader.reply.fault;
    if (fault->text == NULL)
        fault->text = reader.reason;
    if (!fault->status.is_known || fault->status.value == 0)
        fault->status = reader.text_code;
    *ret = reader.reply;
    return true;
}
