/* SPDX-License-Identifier: MIT */
/* Any bytes as the replies of an agent with an extend. */
#include "fuzz_snmp_replies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct snmp_wishes wishes = {.extend = "kms"};
    struct snmp_conversation conversation;
    enum snmp_turn turn = fuzz_snmp_talk(&snmp_extend_agent, &wishes, data, size, &conversation);
    const struct license_document *document = &conversation.document;
    REQUIRE(turn == SNMP_TURN_ANSWERED || document->license_count == 0);
    REQUIRE(!document->presence.was_looked_for);
    for (size_t i = 0; i < document->license_count; i++)
        require_license(&document->licenses[i]);
    snmp_conversation_done(&conversation);
    return 0;
}
