/* SPDX-License-Identifier: MIT */
/* Any bytes as a reply to be masked: as long as before, the same every time, and a second look finds nothing
 * to hide but masks. */
#include "fuzz_require.h"

#include "report/mask.h"

static bool mask_once(struct span reply, size_t names, struct text *text)
{
    static const char *const known[] = {"kms01.corp.example.com", "wks-001"};
    struct mask mask;
    struct problem why = {.kind = PROBLEM_NONE};
    text_start(text, MASK_REPLY_MAXIMUM);
    mask_start(&mask, known, names);
    bool is_done = mask_append(&mask, reply, text, &why);
    REQUIRE(is_done || (text->length == 0 && why.kind != PROBLEM_NONE && why.sentence[0] != '\0'));
    mask_done(&mask);
    return is_done;
}

/* Values behind two labels at once have one mask or the other. */
static bool is_of_a_mask(char byte)
{
    return byte != '\0' && strchr("zXA0123456789abcdef-_", byte) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text once, same, twice;
    struct span reply = {(const char *)data, size};
    if (!mask_once(reply, 2, &once)) {
        text_done(&once);
        return 0;
    }
    struct span first = {text_string(&once), once.length};
    REQUIRE(once.length == size);
    REQUIRE(mask_once(reply, 2, &same) && same.length == size);
    REQUIRE(memcmp(first.bytes, text_string(&same), size) == 0);
    REQUIRE(mask_once(first, 0, &twice) && twice.length == size);
    for (size_t i = 0; i < size; i++)
        REQUIRE(twice.bytes[i] == first.bytes[i] || is_of_a_mask(first.bytes[i]));
    text_done(&once);
    text_done(&same);
    text_done(&twice);
    return 0;
}
