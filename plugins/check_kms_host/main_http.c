/* SPDX-License-Identifier: MIT */
/* check_kms_host with what asks agents over HTTP linked in: what the lean program becomes when it needs it.
 */
#include "check_kms_host/run.h"
#include "frame/ask_http.h"

int main(int argc, char *argv[])
{
    return plugin_run(&check_kms_host, &http_part, argc, argv);
}
