/* SPDX-License-Identifier: MIT */
/* Any bytes as a document: it is refused with a sentence, or it is one whose facts keep their limits. */
#include "fuzz_license_document.h"

#include "payload/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_document_reader(document_read, data, size);
    return 0;
}
