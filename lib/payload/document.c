/* SPDX-License-Identifier: MIT */
/* Recognising documents. */
#include "payload/document.h"

#include "base/number.h"
#include "base/text.h"
#include "base/unicode.h"
#include "payload/cim_json.h"
#include "payload/ospp_text.h"
#include "payload/program_error.h"
#include "payload/slmgr_text.h"

#include <stddef.h>
#include <string.h>

enum {
    ENCODING_SAMPLE = 64, /* bytes that show the encoding when there is no byte order mark */
    HTML_SAMPLE = 4096,
    QUOTED_MAXIMUM = 40
};

enum encoding { UTF_8, UTF_16_LITTLE, UTF_16_BIG, UTF_32 };

/* True when of every `size` bytes all but the one at `place` are NUL: ASCII in a wide encoding. */
static bool is_wide(struct span sample, size_t size, size_t place)
{
    for (size_t i = 0; i < sample.length / size * size; i++) {
        if ((sample.bytes[i] == '\0') == (i % size == place))
            return false;
    }
    return sample.length >= size;
}

/* Windows' text begins with ASCII, but not only: half of the NUL bytes are enough for UTF-16 when none stands
 * at the other place. */
static bool is_utf_16(struct span sample, size_t place_of_nul)
{
    size_t at_place = 0;
    for (size_t i = 0; i < sample.length; i++) {
        if (sample.bytes[i] == '\0' && i % 2 != place_of_nul)
            return false;
        at_place += sample.bytes[i] == '\0' ? 1 : 0;
    }
    return at_place > 0 && at_place * 4 >= sample.length;
}

/* The encoding by byte order mark, whose length goes to *ret_mark, else by the places of NUL bytes. */
static enum encoding encoding_of(struct span bytes, size_t *ret_mark)
{
    static const struct {
        struct span mark;
        enum encoding encoding;
    } marks[] = {
        {{"\xFF\xFE\0\0", 4}, UTF_32},    {{"\0\0\xFE\xFF", 4}, UTF_32}, {{"\xEF\xBB\xBF", 3}, UTF_8},
        {{"\xFF\xFE", 2}, UTF_16_LITTLE}, {{"\xFE\xFF", 2}, UTF_16_BIG},
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        struct span mark = marks[i].mark;
        *ret_mark = mark.length;
        if (bytes.length >= mark.length && memcmp(bytes.bytes, mark.bytes, mark.length) == 0)
            return marks[i].encoding;
    }
    *ret_mark = 0;
    struct span sample = span_first(bytes, ENCODING_SAMPLE);
    if (is_wide(sample, 4, 0) || is_wide(sample, 4, 3))
        return UTF_32;
    if (is_utf_16(sample, 1))
        return UTF_16_LITTLE;
    return is_utf_16(sample, 0) ? UTF_16_BIG : UTF_8;
}

/* Makes UTF-8 of the bytes, in `decoded` where they are not UTF-8 already.  *ret_is_cut: the last character
 * was cut in two and is left out. */
static bool decode(struct span bytes, struct text *decoded, struct span *ret_text, bool *ret_is_cut,
                   struct problem *why)
{
    static const char advice[] = "save it as UTF-8 or UTF-16LE";
    size_t mark;
    enum encoding encoding = encoding_of(bytes, &mark);
    struct span text = span_from(bytes, mark);
    bool is_cut = false;
    switch (encoding) {
    case UTF_8:
        break;
    case UTF_16_LITTLE:
        text_start(decoded, 2 * DOCUMENT_MAXIMUM); /* two bytes become three at most */
        is_cut = !utf16_little_append(text, decoded);
        if (!text_ok(decoded))
            return problem_set_memory(why);
        text = (struct span) {decoded->bytes, decoded->length};
        break;
    case UTF_16_BIG:
        return problem_set(why, PROBLEM_PROTOCOL, "the document is UTF-16BE, which is not read: %s", advice);
    case UTF_32:
        return problem_set(why, PROBLEM_PROTOCOL, "the document is UTF-32, which is not read: %s", advice);
    }
    *ret_text = text;
    *ret_is_cut = is_cut;
    return true;
}

static bool is_html(struct span text)
{
    static const char *const tags[] = {"<!doctype html", "<html", "<head", "<body", "<title"};
    struct span sample = span_first(text, HTML_SAMPLE);
    for (size_t i = 0; span_starts_with(text, "<") && i < sizeof tags / sizeof tags[0]; i++) {
        if (span_contains_ignoring_case(sample, tags[i]))
            return true;
    }
    return false;
}

/* "55c92734-d682-4d71-983e-d6ec3f16059f" at the front. */
static bool starts_with_guid(struct span text)
{
    static const size_t groups[] = {8, 4, 4,
                                    4, 4, 8}; /* the last twelve digits in two halves, without a dash */
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        uint32_t digits;
        if (text.length < groups[i] || !number_parse_hex(span_first(text, groups[i]), &digits))
            return false;
        text = span_from(text, groups[i]);
        if (i < 4 && !span_starts_with(text, "-"))
            return false;
        text = span_from(text, i < 4 ? 1 : 0);
    }
    return true;
}

/* What slmgr.vbs prints in every language: the channel at the end of a description, and ids behind some
 * label. */
static bool is_foreign_slmgr(struct span text)
{
    static const char *const words[] = {
        "VOLUME_KMS",    "VOLUME_MAK",    "TIMEBASED_",    "VIRTUAL_MACHINE_ACTIVATION",
        "55c92734-d682", "59a52881-a989", "0ff1ce15-a989", "0ff1ce16-a989"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_contains_ignoring_case(text, words[i]))
            return true;
    }
    static const char channel[] = " channel";
    while (text.bytes != NULL) {
        struct span line = span_trim(span_cut(&text, '\n'));
        struct span value = span_trim(span_from(line, span_find(line, ':') + 1));
        size_t begin_of_end = line.length < sizeof channel - 1 ? 0 : line.length - (sizeof channel - 1);
        bool has_channel = span_is_ignoring_case(span_from(line, begin_of_end), channel);
        if (value.length > 0 && (has_channel || starts_with_guid(value)))
            return true;
    }
    return false;
}

/* Says what came instead, by its first bytes: printable ones, everything between them one blank. */
static bool explain_other(struct span text, struct problem *why)
{
    char quoted[QUOTED_MAXIMUM];
    int length = 0;
    for (size_t i = 0; i < text.length && length < QUOTED_MAXIMUM; i++) {
        bool is_printable = text.bytes[i] > ' ' && text.bytes[i] < 0x7F;
        if (is_printable || (length > 0 && quoted[length - 1] != ' '))
            quoted[length++] = is_printable ? text.bytes[i] : ' ';
    }
    while (length > 0 && quoted[length - 1] == ' ')
        length--;
    if (length == 0)
        return problem_set(why, PROBLEM_PROTOCOL, "this is no license document: it has no readable text");
    return problem_set(why, PROBLEM_PROTOCOL, "no license document, it begins with: %.*s", length, quoted);
}

/* A document of which no reader knows a line: a program's error, or nothing for us. */
static bool read_rest(struct span text, struct license_document *ret, struct problem *why)
{
    if (is_foreign_slmgr(text))
        return problem_set(
            why, PROBLEM_PROTOCOL,
            "slmgr.vbs text, not English: use the JSON report script, or an English copy of slmgr.vbs");
    struct license_document document = {0};
    program_error_find(text, &document);
    if (!arena_ok(&document.arena)) {
        license_document_done(&document);
        return problem_set_memory(why);
    }
    if (document.error_text == NULL)
        return explain_other(text, why);
    *ret = document;
    return true;
}

static bool read_text(struct span text, bool is_cut, struct license_document *ret, struct problem *why)
{
    struct span begin = span_trim(text);
    if (begin.length == 0)
        return problem_set(why, PROBLEM_MISSING, "the document is empty");
    if (span_find(text, '\0') < text.length)
        return problem_set(why, PROBLEM_PROTOCOL, "the document is binary, not text: it has NUL bytes");
    if (span_starts_with(begin, "{") || span_starts_with(begin, "["))
        return !is_cut ? cim_json_read(text, ret, why)
                       : problem_set(why, PROBLEM_PROTOCOL, "the JSON is cut in the middle of a character");
    if (is_html(begin))
        return problem_set(why, PROBLEM_PROTOCOL,
                           "this is an HTML page, not a license document: a web server or a "
                           "proxy answered instead of the program");
    bool is_ospp = ospp_text_is(text), is_slmgr = slmgr_text_is(text);
    if (is_ospp && is_slmgr)
        return problem_set(why, PROBLEM_PROTOCOL,
                           "the document has the output of slmgr.vbs and of ospp.vbs: give one of "
                           "them at a time, or use the JSON report script");
    if (is_ospp)
        return ospp_text_read(text, ret, why);
    return is_slmgr ? slmgr_text_read(text, ret, why) : read_rest(text, ret, why);
}

bool document_read(struct span bytes, struct license_document *ret, struct problem *why)
{
    if (bytes.length > DOCUMENT_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "the document is longer than %d MiB",
                           DOCUMENT_MAXIMUM / (1024 * 1024));
    struct text decoded = {0};
    struct span text = {0};
    bool is_cut = false;
    bool is_read = decode(bytes, &decoded, &text, &is_cut, why) && read_text(text, is_cut, ret, why);
    text_done(&decoded);
    return is_read;
}
