/* SPDX-License-Identifier: MIT */
/* Any bytes as the replies of windows_exporter. */
#include "fuzz_agent_replies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct agent_wishes wishes = {.authority = "kms01.corp.example.com:9182", .is_plain = true};
    fuzz_agent(&exporter_agent, &wishes, data, size);
    return 0;
}
