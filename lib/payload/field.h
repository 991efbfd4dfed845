/* SPDX-License-Identifier: MIT */
/* From the words of one field to a fact: the spellings that every source of license facts shares.
 *
 * WMI has unsigned 32-bit numbers; scripts and agents print them signed, unsigned or in hex, so that
 * 0xC004F074, 3221549172 and -1073418124 are one value.  A field that is there and makes no sense stays
 * unknown, and its name is noted.  Sources: Microsoft, SoftwareLicensingProduct and SoftwareLicensingService
 * classes; WMI SDK, "Numbers". */
#ifndef PAYLOAD_FIELD_H
#define PAYLOAD_FIELD_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/span.h"
#include "model/known.h"
#include "model/license.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FIELD_MINUTES_MAXIMUM = 2147483647, /* more is a wrapped negative number, no time */
    FIELD_PORT_MAXIMUM = 65535,
    FIELD_COUNT_MAXIMUM = 1000000, /* a KMS host stops at 50; far beyond it is garbage, not health */
    FIELD_NONE = -1                /* all bits set: WMI has no value for this number */
};

/* Where the strings of a row live and where its unreadable fields are noted. */
struct field_place {
    struct arena *arena;
    const char **unreadable;
};

/* Adds the name to "A, B" once. */
void field_note_unreadable(struct field_place place, const char *name);

/* Sets a fact that was read.  What is said twice must be said alike: a second, different value makes the fact
 * unknown for good, and its name is noted. */
void field_set_number(struct field_place place, struct known_number *field, uint32_t value, const char *name);
void field_set_flag(struct field_place place, struct known_flag *field, bool value, const char *name);

/* The field was there and made no sense: unknown for good, and noted. */
void field_refuse_number(struct field_place place, struct known_number *field, const char *name);
void field_refuse_flag(struct field_place place, struct known_flag *field, const char *name);

/* Sets the number that `read` makes of the text, or refuses the field. */
typedef bool field_number_reader(struct span text, uint32_t *ret);
void field_parse_number(struct field_place place, struct known_number *field, field_number_reader *read,
                        struct span text, const char *name);

/* Sets the number of clients: all bits set means that no client has ever called. */
void field_set_count(struct field_place place, struct known_number *count, bool *is_none, uint32_t value,
                     const char *name);

/* Keeps a text that is not empty, up to a NUL byte; the first one stays. */
void field_set_text(struct field_place place, const char **field, struct span text);

/* Keeps the last five characters at most: more of a product key is nobody's business. */
void field_set_key(struct field_place place, const char **field, struct span key);

/* "26", "-1", "0xC004F074", nothing around it; from -2147483648 to 4294967295. */
MUST_CHECK bool field_read_number(struct span text, uint32_t *ret);

/* A number from 0 to 65535. */
MUST_CHECK bool field_read_port(struct span text, uint32_t *ret);

/* A code at the front, "0xC004F009 (grace time expired).": one to eight hex digits and then no letter or
 * digit. */
MUST_CHECK bool field_read_code(struct span text, uint32_t *ret);

/* "258780 minute(s) (180 day(s))", "120 minutes".  The word must follow: without it the number may be cut. */
MUST_CHECK bool field_read_minutes(struct span text, uint32_t *ret);

/* The KMS host in use, "HOST:PORT" or "[ADDRESS]:PORT" as the scripts print it: the port is what follows the
 * last colon; without one the whole text is the name.  A host that the administrator fixed wins over a
 * discovered one. */
void field_set_kms_host(struct field_place place, struct license *license, struct span endpoint,
                        bool is_fixed);

#endif
