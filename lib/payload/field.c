/* SPDX-License-Identifier: MIT */
/* Spellings of single fields. */
#include "payload/field.h"

#include "base/number.h"

#include <stddef.h>

static bool is_noted(struct span names, const char *name)
{
    while (names.bytes != NULL) {
        if (span_is(span_trim(span_cut(&names, ',')), name))
            return true;
    }
    return false;
}

void field_note_unreadable(struct field_place place, const char *name)
{
    if (*place.unreadable == NULL)
        *place.unreadable = name;
    else if (!is_noted(span_of(*place.unreadable), name))
        *place.unreadable = arena_format(place.arena, "%s, %s", *place.unreadable, name);
}

void field_refuse_number(struct field_place place, struct known_number *field, const char *name)
{
    *field = (struct known_number) {0};
    field_note_unreadable(place, name);
}

void field_refuse_flag(struct field_place place, struct known_flag *field, const char *name)
{
    *field = (struct known_flag) {0};
    field_note_unreadable(place, name);
}

void field_set_number(struct field_place place, struct known_number *field, uint32_t value, const char *name)
{
    if (is_noted(span_of(*place.unreadable), name))
        return;
    if (field->is_known && field->value != value)
        field_refuse_number(place, field, name);
    else
        *field = (struct known_number) {.is_known = true, .value = value};
}

void field_set_flag(struct field_place place, struct known_flag *field, bool value, const char *name)
{
    if (is_noted(span_of(*place.unreadable), name))
        return;
    if (field->is_known && field->value != value)
        field_refuse_flag(place, field, name);
    else
        *field = (struct known_flag) {.is_known = true, .value = value};
}

void field_parse_number(struct field_place place, struct known_number *field, field_number_reader *read,
                        struct span text, const char *name)
{
    uint32_t value;
    if (read(text, &value))
        field_set_number(place, field, value, name);
    else
        field_refuse_number(place, field, name);
}

void field_set_count(struct field_place place, struct known_number *count, bool *is_none, uint32_t value,
                     const char *name)
{
    bool says_none = value == (uint32_t)FIELD_NONE;
    bool is_contradiction = says_none ? count->is_known : *is_none;
    if (is_contradiction || (!says_none && value > FIELD_COUNT_MAXIMUM)) {
        field_refuse_number(place, count, name);
        *is_none = false;
    } else if (!says_none) {
        field_set_number(place, count, value, name);
    } else if (!is_noted(span_of(*place.unreadable), name)) {
        *is_none = true;
    }
}

void field_set_text(struct field_place place, const char **field, struct span text)
{
    text = span_trim(span_first(text, span_find(text, '\0')));
    if (*field == NULL && text.length > 0)
        *field = arena_copy(place.arena, text);
}

void field_set_key(struct field_place place, const char **field, struct span key)
{
    enum { SHOWN = 5 };
    key = span_trim(key);
    field_set_text(place, field, span_from(key, key.length > SHOWN ? key.length - SHOWN : 0));
}

static bool fits_32_bits(int64_t number)
{
    return number >= INT32_MIN && number <= UINT32_MAX;
}

bool field_read_number(struct span text, uint32_t *ret)
{
    if (span_starts_with_ignoring_case(text, "0x"))
        return number_parse_hex(span_from(text, 2), ret);
    int64_t number;
    if (!number_parse_signed(text, &number) || !fits_32_bits(number))
        return false;
    *ret = (uint32_t)(number & UINT32_MAX);
    return true;
}

bool field_read_port(struct span text, uint32_t *ret)
{
    uint32_t port;
    if (!field_read_number(text, &port) || port > FIELD_PORT_MAXIMUM)
        return false;
    *ret = port;
    return true;
}

static bool is_letter_or_digit(char byte)
{
    byte = ascii_lower(byte);
    return ascii_is_digit(byte) || (byte >= 'a' && byte <= 'z');
}

bool field_read_code(struct span text, uint32_t *ret)
{
    if (!span_starts_with_ignoring_case(text, "0x"))
        return false;
    size_t length = 2;
    while (length < text.length && is_letter_or_digit(text.bytes[length]))
        length++;
    return number_parse_hex(span_from(span_first(text, length), 2), ret);
}

bool field_read_minutes(struct span text, uint32_t *ret)
{
    size_t digits = 0;
    while (digits < text.length && ascii_is_digit(text.bytes[digits]))
        digits++;
    uint64_t minutes;
    if (!span_starts_with_ignoring_case(span_trim(span_from(text, digits)), "minute") ||
        !number_parse_unsigned(span_first(text, digits), &minutes) || minutes > FIELD_MINUTES_MAXIMUM)
        return false;
    *ret = (uint32_t)minutes;
    return true;
}

static bool read_endpoint(struct span text, struct span *ret_name, struct known_number *ret_port)
{
    struct span name = text;
    struct known_number port = {0};
    size_t colon = text.length;
    while (colon > 0 && text.bytes[colon - 1] != ':' && text.bytes[colon - 1] != ']')
        colon--;
    if (colon > 0 && text.bytes[colon - 1] == ':') {
        uint64_t number;
        if (!number_parse_unsigned(span_from(text, colon), &number) || number == 0 ||
            number > FIELD_PORT_MAXIMUM)
            return false;
        name = span_first(text, colon - 1);
        port = (struct known_number) {.is_known = true, .value = (uint32_t)number};
    }
    if (span_starts_with(name, "[") && name.length > 2 && name.bytes[name.length - 1] == ']')
        name = span_from(span_first(name, name.length - 1), 1);
    for (size_t i = 0; i < name.length; i++) {
        if (ascii_is_blank(name.bytes[i]) || name.bytes[i] == '\0')
            return false;
    }
    if (name.length == 0)
        return false;
    *ret_name = name;
    *ret_port = port;
    return true;
}

void field_set_kms_host(struct field_place place, struct license *license, struct span endpoint,
                        bool is_fixed)
{
    struct span name;
    struct known_number port;
    if (license->kms_name != NULL && (license->is_kms_name_fixed || !is_fixed))
        return;
    if (!read_endpoint(endpoint, &name, &port)) {
        field_note_unreadable(place, is_fixed ? "KeyManagementServiceMachine"
                                              : "DiscoveredKeyManagementServiceMachineName");
        return;
    }
    license->kms_name = arena_copy(place.arena, name);
    license->kms_port = port;
    license->is_kms_name_fixed = is_fixed;
}
