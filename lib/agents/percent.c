/* SPDX-License-Identifier: MIT */
/* Percent-encoding. */
#include "agents/percent.h"

#include <stdbool.h>
#include <stddef.h>

static bool is_unreserved(char byte)
{
    char letter = ascii_lower(byte);
    return (letter >= 'a' && letter <= 'z') || ascii_is_digit(byte) || byte == '-' || byte == '.' ||
           byte == '_' || byte == '~';
}

void percent_append(struct text *text, const char *bytes)
{
    for (size_t i = 0; bytes[i] != '\0'; i++) {
        if (is_unreserved(bytes[i]))
            text_append_byte(text, bytes[i]);
        else
            text_append_format(text, "%%%02X", (unsigned)(unsigned char)bytes[i]);
    }
}
