/* SPDX-License-Identifier: MIT */
/* Shapes: each rule looks at one place of the text and says how many characters it has dealt with. */
#include "report/mask_shapes.h"

#include "base/number.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_LENGTH = 29, /* five groups of five with dashes */
    GUID_LENGTH = 36,
    PRODUCT_ID_LONGEST = 80,
    PRODUCT_ID_DIGITS = 12,
    INSTALLATION_ID_DIGITS = 25, /* a number of 64 bits has 20, an installation id 54 or 63 */
    THUMBPRINT_DIGITS = 32,
    PARTIAL_KEY_LENGTH = 5,
    INDENTATION_MAXIMUM = 64, /* blanks between a label and its value */
    OCTETS = 4,
    SEPARATORS_MAXIMUM = 4, /* between "version" and its number: a quote, a colon, blanks */
    COLONS_OF_AN_ADDRESS = 5,
    IPV6_LONGEST = 128 /* beyond the fingerprint of a certificate, which looks alike */
};

bool mask_is_letter(char byte)
{
    char lower = ascii_lower(byte);
    return lower >= 'a' && lower <= 'z';
}

bool mask_is_alphanumeric(char byte)
{
    return mask_is_letter(byte) || ascii_is_digit(byte);
}

bool mask_is_name(char byte)
{
    return mask_is_alphanumeric(byte) || byte == '-' || byte == '_' || (unsigned char)byte >= 0x80;
}

static bool is_hex(char byte)
{
    char lower = ascii_lower(byte);
    return ascii_is_digit(byte) || (lower >= 'a' && lower <= 'f');
}

char mask_at(const struct mask_view *view, size_t at)
{
    return at < view->length ? view->characters[at] : '\n';
}

char mask_before(const struct mask_view *view, size_t at)
{
    return at > 0 ? mask_at(view, at - 1) : '\n';
}

struct span mask_span(const struct mask_view *view, size_t from, size_t to)
{
    return (struct span) {view->characters + from, to - from};
}

void mask_settle(struct mask_view *view, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        view->is_settled[i] = true;
}

void mask_fill(struct mask_view *view, size_t from, size_t to, char letter, char digit)
{
    for (size_t i = from; i < to; i++) {
        if (view->is_settled[i])
            continue;
        if (ascii_is_digit(view->characters[i]))
            view->characters[i] = digit;
        else if (mask_is_letter(view->characters[i]) || (unsigned char)view->characters[i] >= 0x80)
            view->characters[i] = letter;
        view->is_settled[i] = true;
    }
}

/* Writes the number in the last `length` characters before `to`, with zeros in front, at most as many digits
 * as there is room for. */
static void write_number(struct mask_view *view, size_t length, size_t to, unsigned number, unsigned base)
{
    for (size_t i = 1; i <= length; i++, number /= base)
        view->characters[to - i] = "0123456789abcdef"[number % base];
}

static bool is_masked_label(struct span label)
{
    for (size_t i = 0; i < label.length; i++) {
        if (i < 2 ? label.bytes[i] != 'z' : !ascii_is_digit(label.bytes[i]))
            return false;
    }
    return true;
}

void mask_label(struct mask_view *view, struct mask_table *table, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (view->is_settled[i])
            return;
    }
    struct span label = mask_span(view, from, to);
    if (label.length > 0 && !is_masked_label(label)) {
        unsigned number = mask_table_number(table, MASK_LABEL, label);
        size_t letters = label.length < 2 ? label.length : 2;
        memset(view->characters + from, 'z', letters);
        write_number(view, label.length - letters, to, number, 10);
    }
    mask_settle(view, from, to);
}

/* Five groups of five letters and digits. */
static size_t mask_key(struct mask_view *view, struct mask_table *table, size_t at)
{
    (void)table;
    for (size_t i = 0; i < KEY_LENGTH; i++) {
        char byte = mask_at(view, at + i);
        if (i % 6 == 5 ? byte != '-' : !mask_is_alphanumeric(byte))
            return 0;
    }
    if (mask_is_alphanumeric(mask_at(view, at + KEY_LENGTH)))
        return 0;
    mask_fill(view, at, at + KEY_LENGTH, 'X', 'X');
    return KEY_LENGTH;
}

static bool is_guid(const struct mask_view *view, size_t at)
{
    for (size_t i = 0; i < GUID_LENGTH; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        char byte = mask_at(view, at + i);
        if (is_dash ? byte != '-' : !is_hex(byte))
            return false;
    }
    return !mask_is_alphanumeric(mask_at(view, at + GUID_LENGTH));
}

/* Applications of Windows and Office, the interfaces of an RPC bind, the provider of the licensing events. */
static bool is_public_guid(struct span guid)
{
    static const char *const begins[] = {
        "55c92734-d682-4d71-983e-", "59a52881-a989-479d-af46-", "0ff1ce15-a989-479d-af46-",
        "0ff1ce16-a989-479d-af46-", "51c82175-844e-4750-b0d8-", "afa8bd80-7d8a-11c9-bef4-",
        "8a885d04-1ceb-11c9-9fe8-", "71710533-beba-4937-8319-", "e23b33b0-c8c9-472c-a5f9-"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (span_starts_with_ignoring_case(guid, begins[i]))
            return true;
    }
    return false;
}

static size_t mask_guid(struct mask_view *view, struct mask_table *table, size_t at)
{
    static const char uuid[] = "uuid:"; /* of one message of WS-Management */
    enum { UUID_LENGTH = sizeof uuid - 1 };
    if (!is_guid(view, at))
        return 0;
    struct span guid = mask_span(view, at, at + GUID_LENGTH);
    bool is_message = at >= UUID_LENGTH && span_is(mask_span(view, at - UUID_LENGTH, at), uuid);
    if (!is_message && !is_public_guid(guid)) {
        char invented[GUID_LENGTH + 1];
        unsigned number = mask_table_number(table, MASK_GUID, guid);
        snprintf(invented, sizeof invented, "00000000-0000-4000-8000-%012u", number);
        memcpy(view->characters + at, invented, GUID_LENGTH);
    }
    mask_settle(view, at, at + GUID_LENGTH);
    return GUID_LENGTH;
}

/* "03612-04309-000-000000-03-1033-26100.0000-0012026", "00339-10000-00000-AA310": groups of digits and
 * capital letters, the first with five digits. */
static size_t mask_product_id(struct mask_view *view, struct mask_table *table, size_t at)
{
    size_t length = 0, dashes = 0, digits = 0;
    (void)table;
    for (char byte; (byte = mask_at(view, at + length)), length <= PRODUCT_ID_LONGEST; length++) {
        if (!ascii_is_digit(byte) && byte != '-' && byte != '.' && !(byte >= 'A' && byte <= 'Z'))
            break;
        if (length < 5 && !ascii_is_digit(byte))
            return 0;
        if (length == 5 && byte != '-')
            return 0;
        dashes += byte == '-' ? 1 : 0;
        digits += ascii_is_digit(byte) ? 1 : 0;
    }
    if (dashes < 3 || digits < PRODUCT_ID_DIGITS || mask_is_alphanumeric(mask_at(view, at + length)))
        return 0;
    mask_fill(view, at, at + length, 'A', '0');
    return length;
}

static size_t mask_installation_id(struct mask_view *view, struct mask_table *table, size_t at)
{
    size_t length = 0, digits = 0;
    (void)table;
    for (char byte; (byte = mask_at(view, at + length)), ascii_is_digit(byte) || (byte == '-' && length > 0);
         length++)
        digits += ascii_is_digit(byte) ? 1 : 0;
    bool is_fraction = mask_before(view, at) == '.' ||
                       (mask_at(view, at + length) == '.' && ascii_is_digit(mask_at(view, at + length + 1)));
    if (digits < INSTALLATION_ID_DIGITS || is_fraction || mask_is_alphanumeric(mask_at(view, at + length)))
        return 0;
    mask_fill(view, at, at + length, '1', '1');
    return length;
}

static size_t mask_thumbprint(struct mask_view *view, struct mask_table *table, size_t at)
{
    size_t length = 0;
    (void)table;
    while (is_hex(mask_at(view, at + length)))
        length++;
    if (length < THUMBPRINT_DIGITS || mask_is_alphanumeric(mask_at(view, at + length)))
        return 0;
    mask_fill(view, at, at + length, 'f', 'f');
    return length;
}

/* The last five characters of a key behind any label: they have no vowels and are no word of any language. */
static size_t mask_partial_key(struct mask_view *view, struct mask_table *table, size_t at)
{
    size_t letters = 0, label_end = at;
    (void)table;
    while (label_end > 0 && at - label_end < INDENTATION_MAXIMUM &&
           strchr(" \t\"'>", view->characters[label_end - 1]) != NULL)
        label_end--;
    char separator = mask_before(view, label_end);
    if ((separator != ':' && separator != '=' && mask_before(view, at) != '>') || at == 0)
        return 0;
    for (size_t i = 0; i < PARTIAL_KEY_LENGTH; i++) {
        char byte = mask_at(view, at + i);
        if (strchr("BCDFGHJKMNPQRTVWXY2346789", byte) == NULL || byte == '\0')
            return 0;
        letters += mask_is_letter(byte) ? 1 : 0;
    }
    char next = mask_at(view, at + PARTIAL_KEY_LENGTH);
    if (letters == 0 || mask_is_name(next) || next == '.')
        return 0;
    mask_fill(view, at, at + PARTIAL_KEY_LENGTH, 'X', 'X');
    return PARTIAL_KEY_LENGTH;
}

/* ---- addresses ---- */

/* True when the number in front of which we stand is said to be a version: Version: 10.0.0.1, Name/10.0.0.1
 * in the headers. */
static bool is_version(const struct mask_view *view, size_t at)
{
    static const char word[] = "version";
    size_t end = at;
    if (at < view->body && mask_before(view, at) == '/' && mask_is_alphanumeric(mask_before(view, at - 1)))
        return true;
    while (end > 0 && at - end < SEPARATORS_MAXIMUM && strchr(" \t\"':=>", view->characters[end - 1]) != NULL)
        end--;
    size_t length = sizeof word - 1;
    return end >= length && span_is_ignoring_case(mask_span(view, end - length, end), word);
}

/* Four numbers of one to three digits; their lengths in *ret_lengths.  Returns the length of all. */
static size_t measure_ipv4(const struct mask_view *view, size_t at, size_t ret_lengths[OCTETS])
{
    size_t length = 0;
    for (size_t octet = 0; octet < OCTETS; octet++) {
        unsigned value = 0;
        ret_lengths[octet] = 0;
        if (octet > 0 && mask_at(view, at + length++) != '.')
            return 0;
        for (char digit; (digit = mask_at(view, at + length)), ascii_is_digit(digit); length++) {
            if (ret_lengths[octet]++ == 3)
                return 0;
            value = value * 10 + (unsigned)(digit - '0');
        }
        if (ret_lengths[octet] == 0 || value > 255)
            return 0;
    }
    char next = mask_at(view, at + length), after = mask_at(view, at + length + 1);
    return mask_is_alphanumeric(next) || (next == '.' && ascii_is_digit(after)) ? 0 : length;
}

static size_t mask_ipv4(struct mask_view *view, struct mask_table *table, size_t at)
{
    size_t lengths[OCTETS];
    char before = mask_before(view, at);
    size_t length = measure_ipv4(view, at, lengths);
    if (length == 0 || ascii_is_digit(before) || before == '.' || ascii_lower(before) == 'v' ||
        is_version(view, at))
        return 0;
    struct span address = mask_span(view, at, at + length);
    bool is_masked = true; /* no address begins with 0 but the one of nobody */
    for (size_t i = 0; i < lengths[0]; i++)
        is_masked = is_masked && address.bytes[i] == '0';
    if (!is_masked && !span_starts_with(address, "127.")) {
        static const unsigned rooms[] = {1, 9, 99, 999};
        unsigned number = mask_table_number(table, MASK_ADDRESS, address);
        mask_fill(view, at, at + length, '0', '0');
        write_number(view, lengths[3], at + length, 1 + (number + 998) % rooms[lengths[3]], 10);
    }
    mask_settle(view, at, at + length);
    return length;
}

/* Hex digits in groups of one to four, with "::" or five colons: an address, or one of a network card. */
static size_t measure_ipv6(const struct mask_view *view, size_t at)
{
    size_t length = 0, colons = 0, digits = 0, in_group = 0;
    bool has_gap = false, is_before_ipv4 = false; /* "::ffff:192.0.2.1" */
    for (char byte; (byte = mask_at(view, at + length)), is_hex(byte) || byte == ':'; length++) {
        is_before_ipv4 = at + length < view->length && view->is_settled[at + length];
        if (is_before_ipv4)
            break;
        has_gap = has_gap || (byte == ':' && mask_at(view, at + length + 1) == ':');
        colons += byte == ':' ? 1 : 0;
        digits += byte != ':' ? 1 : 0;
        in_group = byte == ':' ? 0 : in_group + 1;
        if (in_group > 4)
            return 0;
        if (length == IPV6_LONGEST)
            return length;
    }
    bool is_address = colons >= 2 && (has_gap || colons >= COLONS_OF_AN_ADDRESS) && digits > 0;
    return is_address && (is_before_ipv4 || !mask_is_name(mask_at(view, at + length))) ? length : 0;
}

/* All f but the last group, which has a number behind an f. */
static void write_ipv6(struct mask_view *view, size_t at, size_t length, unsigned number)
{
    size_t end = at + length, begin;
    for (size_t i = at; i < end; i++)
        view->characters[i] = view->characters[i] == ':' ? ':' : 'f';
    while (view->characters[end - 1] == ':')
        end--;
    for (begin = end; begin > at && view->characters[begin - 1] != ':'; begin--)
        ;
    if (end - begin > 1 && begin > at + 2) /* more than one group: never the loopback address */
        write_number(view, end - begin - 1, end, number, 16);
}

static bool is_masked_ipv6(struct span address)
{
    while (address.length > 0 && address.bytes[address.length - 1] == ':')
        address.length--;
    size_t last = address.length;
    while (last > 0 && address.bytes[last - 1] != ':')
        last--;
    for (size_t i = 0; i <= last && i < address.length; i++) {
        if (address.bytes[i] != ':' && address.bytes[i] != 'f')
            return false;
    }
    return true;
}

static size_t mask_ipv6(struct mask_view *view, struct mask_table *table, size_t at)
{
    bool begins_with_colon = mask_at(view, at) == ':';
    char before = mask_before(view, at);
    if (mask_is_name(before) || (begins_with_colon && (before == ':' || mask_at(view, at + 1) != ':')))
        return 0;
    size_t length = measure_ipv6(view, at);
    struct span address = mask_span(view, at, at + length);
    if (length > 0 && !span_is(address, "::1") && !is_masked_ipv6(address))
        write_ipv6(view, at, length, mask_table_number(table, MASK_ADDRESS, address));
    mask_settle(view, at, at + length);
    return length;
}

/* ---- all of them ---- */

typedef size_t shape_rule(struct mask_view *view, struct mask_table *table, size_t at);

static void apply(struct mask_view *view, struct mask_table *table, shape_rule *const *rules, size_t count)
{
    for (size_t at = 0; at < view->length;) {
        size_t length = 0;
        for (size_t i = 0; i < count && length == 0 && !view->is_settled[at]; i++)
            length = rules[i](view, table, at);
        at += length > 0 ? length : 1;
    }
}

static size_t mask_token(struct mask_view *view, struct mask_table *table, size_t at)
{
    static shape_rule *const rules[] = {
        mask_key, mask_guid, mask_product_id, mask_installation_id, mask_thumbprint, mask_partial_key};
    size_t length = 0;
    if (!mask_is_alphanumeric(mask_at(view, at)) || mask_is_alphanumeric(mask_before(view, at)))
        return 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && length == 0; i++)
        length = rules[i](view, table, at);
    return length;
}

void mask_shapes(struct mask_view *view, struct mask_table *table)
{
    static shape_rule *const tokens[] = {mask_token}, *const ipv4[] = {mask_ipv4},
                             *const ipv6[] = {mask_ipv6};
    apply(view, table, tokens, 1);
    apply(view, table, ipv4, 1);
    apply(view, table, ipv6, 1);
}
