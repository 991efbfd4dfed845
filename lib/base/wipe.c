/* SPDX-License-Identifier: MIT */
/* Zeros through volatile. */
#include "base/wipe.h"

void wipe_bytes(void *bytes, size_t length)
{
    volatile char *rest = bytes;
    while (length-- > 0)
        *rest++ = 0;
}

void wipe_string(char *string)
{
    for (volatile char *rest = string; rest != NULL && *rest != '\0'; rest++)
        *rest = '\0';
}
