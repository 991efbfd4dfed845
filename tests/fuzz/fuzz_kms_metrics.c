/* SPDX-License-Identifier: MIT */
/* Any bytes as a page of license metrics: it is refused with a sentence, or it is a document whose facts keep
 * their limits. */
#include "fuzz_license_document.h"

#include "payload/kms_metrics.h"

static bool read_page(struct span bytes, struct license_document *ret, struct problem *why)
{
    struct known_time written;
    if (!kms_metrics_read(bytes, ret, &written, why))
        return false;
    REQUIRE(ret->license_count > 0);
    REQUIRE(!written.is_known || written.seconds > 0);
    REQUIRE(!ret->time.is_known || ret->time.seconds > 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_document_reader(read_page, data, size);
    return 0;
}
