/* SPDX-License-Identifier: MIT */
/* The baseline: a program that does nothing but print one line, linked with the same shared libraries. */
#include <stdio.h>

int main(void)
{
    return puts("OK - nothing | time=0s") < 0;
}
