/* SPDX-License-Identifier: MIT */
/* UTF-8 checking and UTF-16LE reading. */
#include "base/unicode.h"

#include "base/reader.h"

#include <stdint.h>

static bool is_continuation(struct span bytes, size_t at)
{
    return at < bytes.length && ((uint8_t)bytes.bytes[at] & 0xC0) == 0x80;
}

size_t utf8_character_length(struct span bytes)
{
    if (bytes.length == 0)
        return 0;
    uint8_t first = (uint8_t)bytes.bytes[0];
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4 || !is_continuation(bytes, 1))
        return 0;
    if (first < 0xE0)
        return 2;
    uint8_t second = (uint8_t)bytes.bytes[1];
    if (!is_continuation(bytes, 2))
        return 0;
    if (first < 0xF0) /* E0 80..9F is overlong, ED A0..BF are the surrogates */
        return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ? 0 : 3;
    if (!is_continuation(bytes, 3))
        return 0;
    return (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) ? 0 : 4;
}

bool utf8_is_valid(struct span bytes)
{
    while (bytes.length > 0) {
        size_t length = utf8_character_length(bytes);
        if (length == 0)
            return false;
        bytes = span_from(bytes, length);
    }
    return true;
}

static void append_code_point(struct text *text, uint32_t point)
{
    if (point < 0x80) {
        text_append_byte(text, (char)point);
        return;
    }
    int continuation = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    text_append_byte(text, (char)(lead[continuation] | point >> (6 * continuation)));
    while (continuation-- > 0)
        text_append_byte(text, (char)(0x80 | (point >> (6 * continuation) & 0x3F)));
}

bool utf16_little_append(struct span bytes, struct text *text)
{
    struct reader in = reader_over(bytes);
    while (reader_remaining(&in) >= 2) {
        uint32_t unit = reader_u16_little(&in);
        if (unit >= 0xD800 && unit < 0xDC00 && reader_remaining(&in) >= 2) {
            struct reader ahead = in;
            uint32_t low = reader_u16_little(&ahead);
            if (low >= 0xDC00 && low < 0xE000) {
                in = ahead;
                append_code_point(text, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
                continue;
            }
        }
        append_code_point(text, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    }
    return reader_remaining(&in) == 0;
}
