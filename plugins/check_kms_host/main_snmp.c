/* SPDX-License-Identifier: MIT */
/* check_kms_host with what asks agents over SNMP linked in: what the lean program becomes when it needs it.
 */
#include "check_kms_host/run.h"
#include "frame/ask_snmp.h"

int main(int argc, char *argv[])
{
    return plugin_run(&check_kms_host, &snmp_part, argc, argv);
}
