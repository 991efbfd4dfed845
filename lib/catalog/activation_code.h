/* SPDX-License-Identifier: MIT */
/* How an activation code is written.  Codes are HRESULTs: 32 bits, printed as 0x and eight upper-case hex
 * digits. People and agents also write them without 0x, in lower case, as unsigned decimal (3221549172) and
 * as signed decimal (-1073418124): WMI and event data give all forms. */
#ifndef CATALOG_ACTIVATION_CODE_H
#define CATALOG_ACTIVATION_CODE_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

enum { ACTIVATION_CODE_SIZE = 11 }; /* 0xC004F074 and a NUL */

/* Exactly eight hex digits are hex, with or without 0x; after 0x one to eight; any other string of digits is
 * decimal from -2147483648 to 4294967295.  On failure *why says what was wrong with it. */
MUST_CHECK bool activation_code_parse(struct span text, uint32_t *ret, struct problem *why);

void activation_code_print(uint32_t code, char ret_text[ACTIVATION_CODE_SIZE]);

/* HRESULT fields: the facility (11 bits) and the low word, which is a Win32 error for facility 7. */
unsigned activation_code_facility(uint32_t code);
unsigned activation_code_low_word(uint32_t code);

#endif
