/* SPDX-License-Identifier: MIT */
/* Bytes to characters and back. */
#include "report/mask_view.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

enum {
    WRAPPED_WIDTH_MINIMUM = 30, /* narrower consoles do not exist */
    LOST_INDENTATION = 5,       /* blanks that may be missing at the begin and the end of a full line */
    ENTITY_MAXIMUM = 10,        /* "&#x10FFFF;" */
    FOREIGN = 0x80              /* stands for any character beyond ASCII */
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_XML, FORMAT_METRICS };

static char narrow(uint32_t character)
{
    return (char)(unsigned char)(character < FOREIGN ? character : FOREIGN);
}

static void push_bytes(struct mask_view *view, struct span reply, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        view->places[view->length] = (struct mask_place) {(uint32_t)at, 1};
        view->characters[view->length++] = reply.bytes[at];
    }
}

static void push_wide(struct mask_view *view, struct span reply, size_t from)
{
    for (size_t at = from; at < reply.length; at += 2) {
        bool is_whole = at + 1 < reply.length;
        uint32_t high = is_whole ? (unsigned char)reply.bytes[at + 1] : 1;
        view->places[view->length] = (struct mask_place) {(uint32_t)at, is_whole ? 2 : 1};
        view->characters[view->length++] = narrow(high << 8 | (unsigned char)reply.bytes[at]);
    }
}

/* The character that `count` characters stand for. */
struct escape {
    size_t count;
    char character;
};

static struct escape read_backslash(struct span text, bool is_json)
{
    static const char letters[] = "\"\\nrtbf/", meanings[] = "\"\\\n\r\t  /";
    size_t known = is_json ? sizeof letters - 1 : 3;
    uint32_t code;
    if (text.length < 2)
        return (struct escape) {0, 0};
    for (size_t i = 0; i < known; i++) {
        if (text.bytes[1] == letters[i])
            return (struct escape) {2, meanings[i]};
    }
    struct span digits = span_first(span_from(text, 2), 4);
    if (is_json && text.bytes[1] == 'u' && digits.length == 4 && number_parse_hex(digits, &code))
        return (struct escape) {6, narrow(code)};
    return (struct escape) {0, 0};
}

static struct escape read_entity(struct span text)
{
    static const struct {
        const char *name;
        char character;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    size_t end = span_find(span_first(text, ENTITY_MAXIMUM), ';');
    struct span name = span_from(span_first(text, end), 1);
    uint64_t decimal;
    uint32_t hex;
    if (end >= ENTITY_MAXIMUM || end == text.length)
        return (struct escape) {0, 0};
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (span_is(name, entities[i].name))
            return (struct escape) {end + 1, entities[i].character};
    }
    if (span_starts_with(name, "#x") && number_parse_hex(span_from(name, 2), &hex))
        return (struct escape) {end + 1, narrow(hex)};
    if (span_starts_with(name, "#") && number_parse_unsigned(span_from(name, 1), &decimal))
        return (struct escape) {end + 1, narrow(decimal < FOREIGN ? (uint32_t)decimal : FOREIGN)};
    return (struct escape) {0, 0};
}

static struct escape read_escape(struct span text, enum format format)
{
    char first = text.bytes[0];
    if (format == FORMAT_XML && first == '&')
        return read_entity(text);
    if ((format == FORMAT_JSON || format == FORMAT_METRICS) && first == '\\')
        return read_backslash(text, format == FORMAT_JSON);
    return (struct escape) {0, 0};
}

/* Copies one character or escape from `read` to the end of the view; returns what stands behind it. */
static size_t take(struct mask_view *view, size_t read, size_t end, enum format format)
{
    struct span rest = {view->characters + read, end - read};
    struct escape escape = read_escape(rest, format);
    struct mask_place place = view->places[read];
    size_t count = escape.count > 0 ? escape.count : 1;
    struct mask_place last = view->places[read + count - 1];
    place.length = last.at + last.length - place.at;
    view->characters[view->length] = escape.count > 0 ? escape.character : view->characters[read];
    view->places[view->length++] = place;
    return read + count;
}

static void unescape(struct mask_view *view, size_t from, enum format format)
{
    size_t end = view->length;
    view->length = from;
    for (size_t read = from; read < end;)
        read = take(view, read, end, format);
}

static bool is_document(struct span text)
{
    text = span_trim(text);
    return span_starts_with(text, "{") || span_starts_with(text, "[");
}

/* In JSON only strings have escapes, and a string may hold a JSON document of its own: the text of a script
 * that an agent wraps up. */
static void unescape_json(struct mask_view *view, size_t from)
{
    size_t end = view->length, begin_of_string = 0;
    bool is_in_string = false;
    view->length = from;
    for (size_t read = from; read < end;) {
        bool is_quote = view->characters[read] == '"';
        if (is_quote && is_in_string &&
            is_document((struct span) {view->characters + begin_of_string, view->length - begin_of_string}))
            unescape(view, begin_of_string, FORMAT_JSON);
        read = take(view, read, end, is_in_string ? FORMAT_JSON : FORMAT_TEXT);
        is_in_string = is_in_string != is_quote;
        if (is_quote)
            begin_of_string = view->length;
    }
}

static enum format format_of(struct span body)
{
    if (span_starts_with(body, "\xEF\xBB\xBF"))
        body = span_from(body, 3);
    body = span_trim(body);
    if (is_document(body))
        return FORMAT_JSON;
    if (span_starts_with(body, "<"))
        return FORMAT_XML;
    return span_starts_with(body, "#") || span_contains(body, "\n# TYPE ") ? FORMAT_METRICS : FORMAT_TEXT;
}

/* ---- lines that a narrow console broke ---- */

static bool is_token(char byte)
{
    char letter = ascii_lower(byte);
    return (letter >= 'a' && letter <= 'z') || ascii_is_digit(byte) || byte == '-' || byte == '.' ||
           byte == ':' || byte == '_' || (unsigned char)byte >= FOREIGN;
}

/* "Label: value", or a piece of JSON: a line of its own. */
static bool begins_a_line(struct span line)
{
    size_t colon = span_find(line, ':');
    return !is_token(line.length > 0 ? line.bytes[0] : ' ') || colon + 1 == line.length ||
           (colon < line.length && line.bytes[colon + 1] == ' ');
}

/* The line at `from`, without its end; *ret_next is where the next one begins, view->length at the end. */
static struct span line_at(const struct mask_view *view, size_t from, size_t *ret_next)
{
    struct span rest = {view->characters + from, view->length - from};
    struct span line = span_first(rest, span_find(rest, '\n'));
    *ret_next = line.length < rest.length ? from + line.length + 1 : view->length;
    while (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    return line;
}

/* Inside JSON the first line holds what stands in front of the text. */
static size_t widest(const struct mask_view *view, size_t from, bool is_json)
{
    size_t width = 0, next;
    for (size_t at = from; at < view->length; at = next) {
        struct span line = line_at(view, at, &next);
        if (line.length > width && !(is_json && at == from) && next < view->length)
            width = line.length;
    }
    return width;
}

/* Leaves out the line breaks inside of words, in lines as wide as the console. */
static void join_lines(struct mask_view *view, size_t from, bool is_json)
{
    size_t width = widest(view, from, is_json), write = from, end = view->length, next;
    for (size_t at = from; width >= WRAPPED_WIDTH_MINIMUM && at < end; at = next) {
        struct span line = line_at(view, at, &next);
        size_t after, copied = next - at;
        struct span following = next < end ? line_at(view, next, &after) : (struct span) {NULL, 0};
        if (line.length + LOST_INDENTATION >= width && line.length > 0 && next < end &&
            is_token(line.bytes[line.length - 1]) && !begins_a_line(following))
            copied = line.length;
        memmove(view->characters + write, view->characters + at, copied);
        memmove(view->places + write, view->places + at, copied * sizeof *view->places);
        write += copied;
    }
    if (width >= WRAPPED_WIDTH_MINIMUM)
        view->length = write;
}

bool mask_view_start(struct mask_view *view, struct span reply, size_t body, bool is_wide)
{
    size_t size = reply.length > 0 ? reply.length : 1;
    *view = (struct mask_view) {.characters = malloc(size),
                                .before = malloc(size),
                                .is_settled = calloc(size, sizeof(bool)),
                                .places = malloc(size * sizeof(struct mask_place)),
                                .body = body,
                                .wide_from = is_wide ? body : reply.length};
    if (view->characters == NULL || view->before == NULL || view->is_settled == NULL ||
        view->places == NULL) {
        mask_view_done(view);
        return false;
    }
    push_bytes(view, reply, 0, is_wide ? body : reply.length);
    if (is_wide)
        push_wide(view, reply, body);
    enum format format = format_of((struct span) {view->characters + body, view->length - body});
    if (format == FORMAT_JSON)
        unescape_json(view, body);
    else if (format != FORMAT_TEXT)
        unescape(view, body, format);
    if (format == FORMAT_TEXT || format == FORMAT_JSON)
        join_lines(view, body, format == FORMAT_JSON);
    memcpy(view->before, view->characters, view->length);
    return true;
}

/* The bytes of one character in the reply, or its pairs of bytes. */
struct stretch {
    char *bytes;
    size_t length, width;
};

static char get(const struct stretch *stretch, size_t i)
{
    return stretch->bytes[i * stretch->width];
}

static void put(const struct stretch *stretch, size_t i, char character)
{
    stretch->bytes[i * stretch->width] = character;
    for (size_t k = 1; k < stretch->width; k++)
        stretch->bytes[i * stretch->width + k] = '\0';
}

/* Writes the code of the character in the digits before `end`, zeros in front; false without room. */
static bool put_code(const struct stretch *stretch, size_t begin, size_t end, unsigned code, unsigned base)
{
    unsigned rest = code;
    for (size_t i = begin; i < end; i++)
        rest /= base;
    for (size_t i = end; rest == 0 && i > begin; i--, code /= base)
        put(stretch, i - 1, "0123456789abcdef"[code % base]);
    return rest == 0;
}

/* An escape stays one, of another character: \u007a, &#122;. */
static bool put_escape(const struct stretch *stretch, char character)
{
    size_t end = stretch->length;
    unsigned code = (unsigned char)character;
    if (end >= 6 && get(stretch, 0) == '\\' && get(stretch, end - 5) == 'u')
        return put_code(stretch, end - 4, end, code, 16);
    if (end >= 4 && get(stretch, 0) == '&' && get(stretch, 1) == '#')
        return get(stretch, 2) == 'x' ? put_code(stretch, 3, end - 1, code, 16)
                                      : put_code(stretch, 2, end - 1, code, 10);
    return false;
}

void mask_view_write(const struct mask_view *view, char *reply)
{
    for (size_t i = 0; i < view->length; i++) {
        struct mask_place place = view->places[i];
        size_t width = place.at >= view->wide_from && place.length > 1 ? 2 : 1;
        struct stretch stretch = {reply + place.at, place.length / width, width};
        if (view->characters[i] == view->before[i] || put_escape(&stretch, view->characters[i]))
            continue;
        for (size_t k = 0; k < stretch.length; k++)
            put(&stretch, k, view->characters[i]);
    }
}

void mask_view_done(struct mask_view *view)
{
    free(view->characters);
    free(view->before);
    free(view->is_settled);
    free(view->places);
    *view = (struct mask_view) {0};
}
