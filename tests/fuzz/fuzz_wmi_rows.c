/* SPDX-License-Identifier: MIT */
/* Any bytes as rows, the first of them choosing the columns: they are refused with a sentence, or they are
 * the rows that they say.  What was cut never has more rows. */
#include "fuzz_license_document.h"

#include "payload/wmi_rows.h"

static enum wmi_columns columns;
static size_t rows;

static bool read_rows(struct span bytes, struct license_document *ret, struct problem *why)
{
    struct license_document document = {0};
    bool is_read = wmi_rows_read(columns, bytes, &document, &rows, why);
    REQUIRE(document.license_count <= rows || !is_read);
    if (is_read)
        *ret = document;
    else
        license_document_done(&document);
    return is_read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    columns = (enum wmi_columns)(data[0] % (WMI_ACTIVATION + 1));
    fuzz_document_reader(read_rows, data + 1, size - 1);
    return 0;
}
