/* SPDX-License-Identifier: MIT */
#include "check_kms_reach/run.h"

#include <stddef.h>

int main(int argc, char *argv[])
{
    return plugin_run(&check_kms_reach, NULL, argc, argv);
}
