/* SPDX-License-Identifier: MIT */
/* The two encodings that documents from Windows arrive in.  RFC 3629 (UTF-8), RFC 2781 (UTF-16). */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include "base/attributes.h"
#include "base/span.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Length in bytes (1 to 4) of the well-formed UTF-8 character at the front, 0 when there is none: overlong
 * forms, surrogates, values above U+10FFFF, cut sequences. */
size_t utf8_character_length(struct span bytes);

bool utf8_is_valid(struct span bytes);

/* Appends the UTF-8 form of little-endian UTF-16 without its byte order mark.  A lone surrogate becomes
 * U+FFFD. False when the number of bytes is odd: a character was cut in two. */
MUST_CHECK bool utf16_little_append(struct span bytes, struct text *text);

#endif
