/* SPDX-License-Identifier: MIT */
/* Reads the CIM objects of the licensing service as PowerShell's ConvertTo-Json prints them.
 *
 *   {"SoftwareLicensingService": {...}, "SoftwareLicensingProduct": [{...}, ...], "ComputerName": ...,
 * "TimeUtc": ...}
 *   [{...}, {...}]   products alone
 *   {...}            one product alone: it has LicenseStatus, Description or PartialProductKey
 *
 * A class is an object, a list, or null; OfficeSoftwareProtectionProduct and -Service stand beside the two or
 * for them.  Wherever a list may stand, PowerShell 5.1 may write {"value": [...], "Count": n}.  Members that
 * are not known are passed over, null and "" are absent, names are compared exactly and then ignoring case.
 *
 * Refused whole, because half of the facts would be worse than none: JSON that is cut or followed by
 * anything, a member twice in one object, a Count that is not that of its list, rows of two machines.
 *
 * Sources: RFC 8259; Microsoft, ConvertTo-Json, SoftwareLicensingProduct class, SoftwareLicensingService
 * class. */
#ifndef PAYLOAD_CIM_JSON_H
#define PAYLOAD_CIM_JSON_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

#include <stdbool.h>

/* Reads UTF-8 without byte order mark.  On success the caller releases *ret with license_document_done.  On
 * failure *ret is untouched, and *why names the line and column, or the member. */
MUST_CHECK bool cim_json_read(struct span bytes, struct license_document *ret, struct problem *why);

#endif
