/* SPDX-License-Identifier: MIT */
/* kms-explain: what does this activation code mean, who must act, and how? */
#include "kms-explain/run.h"

int main(int argc, char *argv[])
{
    return explain_run(argc, (const char *const *)argv);
}
