/* SPDX-License-Identifier: MIT */
/* Any bytes as the body of a reply of Icinga for Windows, and as the text of its result. */
#include "fuzz_license_document.h"

#include "payload/icinga_windows_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icinga_windows_reply reply;
    struct problem why = {.kind = PROBLEM_NONE};
    char *bytes = copy_of(data, size);
    bool is_read =
        icinga_windows_reply_read((struct span) {bytes, size}, "Invoke-IcingaCheckKms", &reply, &why);
    free(bytes);
    fuzz_document_reader(icinga_windows_document_read, data, size);
    if (!is_read) {
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
        return 0;
    }
    REQUIRE(reply.exitcode <= ICINGA_WINDOWS_EXITCODE_UNKNOWN);
    REQUIRE(reply.has_result ? reply.text.bytes != NULL : reply.message != NULL);
    struct span text = reply.has_result ? reply.text : span_of(reply.message);
    REQUIRE(icinga_windows_headline(text).length <= text.length);
    fuzz_document_reader(icinga_windows_document_read, (const uint8_t *)text.bytes, text.length);
    icinga_windows_reply_done(&reply);
    return 0;
}
