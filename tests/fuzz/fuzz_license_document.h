/* SPDX-License-Identifier: MIT */
/* What holds for every document that any reader makes of any bytes. */
#ifndef FUZZ_LICENSE_DOCUMENT_H
#define FUZZ_LICENSE_DOCUMENT_H

#include "fuzz_require.h"

#include "base/problem.h"
#include "base/span.h"
#include "model/license.h"

static inline void require_license(const struct license *license)
{
    REQUIRE(license->partial_product_key == NULL || strlen(license->partial_product_key) <= 5);
    REQUIRE(!license->grace_minutes.is_known || license->grace_minutes.value <= INT32_MAX);
    REQUIRE(!license->renewal_interval.is_known || license->renewal_interval.value <= INT32_MAX);
    REQUIRE(!license->activation_interval.is_known || license->activation_interval.value <= INT32_MAX);
    REQUIRE(!license->volume_activation.is_known ||
            license->volume_activation.value <= VOLUME_ACTIVATION_TOKEN);
    REQUIRE(!license->count.is_known || (license->count.value <= 1000000 && !license->is_count_none));
    REQUIRE(!license->kms_port.is_known || license->kms_port.value <= 65535);
    REQUIRE(license->kms_name == NULL || license->kms_name[0] != '\0');
    REQUIRE(license->unreadable == NULL || license->unreadable[0] != '\0');
}

/* Reads a copy of the bytes, so that reading one too many is seen, and checks the outcome. */
static inline void fuzz_document_reader(bool (*read)(struct span, struct license_document *,
                                                     struct problem *),
                                        const uint8_t *data, size_t size)
{
    struct license_document document;
    struct problem why = {.kind = PROBLEM_NONE};
    char *bytes = copy_of(data, size);
    bool is_read = read((struct span) {bytes, size}, &document, &why);
    free(bytes);
    if (!is_read) {
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
        return;
    }
    REQUIRE(document.license_count <= LICENSE_MAXIMUM);
    REQUIRE(document.error_text != NULL || !document.error.is_known);
    for (size_t i = 0; i < document.license_count; i++)
        require_license(&document.licenses[i]);
    license_document_done(&document);
}

#endif
