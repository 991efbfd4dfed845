/* SPDX-License-Identifier: MIT */
/* Any bytes as the replies of the SNMP service of Windows. */
#include "fuzz_snmp_replies.h"

static void require_flag(struct known_flag flag)
{
    REQUIRE(flag.is_known || !flag.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct snmp_wishes wishes = {.service_name = "Software Protection", .kms_port = 1688};
    struct snmp_conversation conversation;
    enum snmp_turn turn = fuzz_snmp_talk(&snmp_windows_agent, &wishes, data, size, &conversation);
    const struct presence *presence = &conversation.document.presence;
    REQUIRE(presence->was_looked_for == (turn == SNMP_TURN_ANSWERED));
    REQUIRE(conversation.document.license_count == 0);
    require_flag(presence->is_listening);
    require_flag(presence->is_running);
    require_flag(presence->is_listener_licensing);
    REQUIRE(!presence->is_listening.is_known || presence->listening_words[0] != '\0');
    REQUIRE(!presence->is_running.is_known || presence->is_listener_licensing.value ||
            presence->running_words[0] != '\0');
    REQUIRE(!presence->is_loopback_only || presence->is_listening.value);
    snmp_conversation_done(&conversation);
    return 0;
}
