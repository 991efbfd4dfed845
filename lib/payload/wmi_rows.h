/* SPDX-License-Identifier: MIT */
/* Rows of WMI as NSClient++ prints them: a template goes out with the question, and what comes back must be
 * that template filled in, row by row, and nothing else.
 *
 *     [[ID=%(ID);;LS=%(LicenseStatus);;...;;N=%(Name);;D=%(Description)]]
 *
 * One column that a Windows version lacks makes the whole query fail; therefore there is a set of columns for
 * each generation.  Rows are joined by ", ", or by line ends.  A value that holds the marks (";;", "[[",
 * "]]") makes its row ambiguous, and the whole text is refused: better no answer than the wrong one. Sources:
 * mickem/nscp, modules CheckWMI and CheckSecurity; Microsoft, SoftwareLicensingProduct class, requirements of
 * its properties. */
#ifndef PAYLOAD_WMI_ROWS_H
#define PAYLOAD_WMI_ROWS_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "base/text.h"
#include "model/license.h"

#include <stdbool.h>
#include <stddef.h>

enum wmi_columns {
    WMI_PRODUCT,           /* Windows 8, Server 2012 and later */
    WMI_PRODUCT_WINDOWS_7, /* Windows 7, Server 2008 R2; the Office platform of those has the same */
    WMI_PRODUCT_VISTA,     /* Windows Vista, Server 2008: the KMS properties are on the service */
    WMI_LICENSING_SERVICE, /* SoftwareLicensingService, every version */
    WMI_WINDOWS_SERVICE,   /* Win32_Service: only its name, which is not kept */
    WMI_ACTIVATION         /* the keywords of check_activation, NSClient++ 0.16.2 and later */
};

/* Appends the template. */
void wmi_rows_template(enum wmi_columns columns, struct text *text);

/* Adds the rows to the document, which may have some already; an empty text has none.  *ret_count is the
 * number of rows.  Of the licensing service there is one row at most, and no two rows of a class have the
 * same id.  On failure the document has the products that it had before. */
MUST_CHECK bool wmi_rows_read(enum wmi_columns columns, struct span text, struct license_document *document,
                              size_t *ret_count, struct problem *why);

/* True for a text that begins as rows do, whatever their columns. */
bool wmi_rows_are(struct span text);

#endif
