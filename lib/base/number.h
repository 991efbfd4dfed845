/* SPDX-License-Identifier: MIT */
/* Strict numbers: the whole span is the number or it is none.  Base ten unless the name says otherwise, no
 * sign but '-', no blanks, no exponent, no locale.  On failure *ret is untouched. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/attributes.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* Digits only, at most UINT64_MAX. */
MUST_CHECK bool number_parse_unsigned(struct span digits, uint64_t *ret);

/* An optional '-' and digits. */
MUST_CHECK bool number_parse_signed(struct span digits, int64_t *ret);

/* Hex digits without a prefix, either case, one to eight of them. */
MUST_CHECK bool number_parse_hex(struct span digits, uint32_t *ret);

/* ["-"] 1*DIGIT ["." 1*DIGIT], the number of the Monitoring Plugins Interface draft; at most 30 digits. */
MUST_CHECK bool number_parse_decimal(struct span digits, double *ret);

#endif
