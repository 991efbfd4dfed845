/* SPDX-License-Identifier: MIT */
/* check_kms_client with what asks agents over SNMP linked in: what the lean program becomes when it needs it.
 */
#include "check_kms_client/run.h"
#include "frame/ask_snmp.h"

int main(int argc, char *argv[])
{
    return plugin_run(&check_kms_client, &snmp_part, argc, argv);
}
