/* SPDX-License-Identifier: MIT */
/* Any bytes as a result of NSClient++: it is refused with a sentence, or it has a state and a text. */
#include "fuzz_license_document.h"

#include "payload/nsclient_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct nsclient_reply reply;
    struct problem why = {.kind = PROBLEM_NONE};
    char *bytes = copy_of(data, size);
    bool is_read = nsclient_reply_read((struct span) {bytes, size}, &arena, &reply, &why);
    free(bytes);
    if (is_read)
        REQUIRE(reply.state <= NSCLIENT_UNKNOWN && reply.text.length <= size &&
                strlen(reply.text.bytes) == reply.text.length);
    else
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
    arena_done(&arena);
    return 0;
}
