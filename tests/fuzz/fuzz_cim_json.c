/* SPDX-License-Identifier: MIT */
/* Any bytes as JSON of CIM objects: it is refused with a sentence, or it is a document whose facts keep their
 * limits. */
#include "fuzz_license_document.h"

#include "payload/cim_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_document_reader(cim_json_read, data, size);
    return 0;
}
