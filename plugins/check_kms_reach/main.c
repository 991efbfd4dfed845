/* SPDX-License-Identifier: MIT */
#include "check_kms_reach/run.h"

int main(int argc, char *argv[])
{
    return plugin_run(&check_kms_reach, argc, argv);
}
