/* SPDX-License-Identifier: MIT */
/* Whatever slmgr.vbs may have printed: it is refused with a sentence, or it is a document whose facts keep
 * their limits. */
#include "fuzz_license_document.h"

#include "payload/slmgr_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_document_reader(slmgr_text_read, data, size);
    return 0;
}
