/* SPDX-License-Identifier: MIT */
/* One object of SoftwareLicensingProduct or SoftwareLicensingService (or of their Office twins of Windows 7),
 * property by property, in any order, whatever it was written in: JSON today, other replies of agents alike.
 * Properties that nobody judges are not kept, full product keys (OA3xOriginalProductKey) among them.
 * Sources: Microsoft, SoftwareLicensingProduct class, SoftwareLicensingService class. */
#ifndef PAYLOAD_CIM_ROW_H
#define PAYLOAD_CIM_ROW_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/known.h"
#include "model/license.h"
#include "payload/field.h"

#include <stdbool.h>
#include <stdint.h>

/* A value in the types that writers know.  As text, "", "<NULL>" and blanks are absent, and "26", "-1",
 * "0xC004F074", "True" are numbers and booleans where the property is one. */
struct cim_value {
    enum cim_value_kind { CIM_ABSENT, CIM_NUMBER, CIM_BOOLEAN, CIM_TEXT, CIM_NONSENSE } kind;
    int64_t number;
    bool boolean;
    struct span text;
};

/* Properties that name the machine: the first in this order that has a name is its name. */
enum { CIM_MACHINE_NAMES = 4 };
extern const char *const cim_machine_properties[CIM_MACHINE_NAMES];

/* A row in the making. */
struct cim_row {
    struct license *license; /* NULL: a row of the service */
    struct licensing_service *service;
    struct field_place place;
    const char *machine_names[CIM_MACHINE_NAMES];
    const char *fixed_name, *discovered_name;
    struct known_number fixed_port, discovered_port;
};

/* Adds a product to the document and begins its row.  False for more products than a document may have, with
 * the sentence "SUBJECT more than 4096 products" ("the JSON lists"), and without memory. */
MUST_CHECK bool cim_row_add_product(struct license_document *document, const char *subject,
                                    struct cim_row *ret, struct problem *why);

struct cim_row cim_row_of_product(struct arena *arena, struct license *license);
struct cim_row cim_row_of_service(struct arena *arena, struct licensing_service *service);

/* The property that a member with this name is, letters' case ignored; NULL for one that is not kept. */
const char *cim_row_property(const struct cim_row *row, const char *name);

/* Sets the fact that the property (from cim_row_property) carries.  A value that makes no sense leaves it
 * unknown and adds the property to `unreadable`. */
void cim_row_set(struct cim_row *row, const char *property, struct cim_value value);

/* Chooses the KMS host: the one that the administrator fixed, else the discovered one.  Call once, at the
 * end. */
void cim_row_finish(struct cim_row *row);

/* Keeps a text as the name of a machine; "localhost" and "." name none. */
void cim_set_machine_name(struct field_place place, const char **field, struct cim_value value);

#endif
