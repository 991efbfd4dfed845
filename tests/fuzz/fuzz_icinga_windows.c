/* SPDX-License-Identifier: MIT */
/* Any bytes as the reply of Icinga for Windows. */
#include "fuzz_agent_replies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct agent_wishes wishes = {.authority = "kms01.corp.example.com:5668"};
    fuzz_agent(&icinga_windows_agent, &wishes, data, size);
    return 0;
}
