/* SPDX-License-Identifier: MIT */
/* Randomness by OpenSSL, which is there for TLS. */
#include "transport/random.h"

#include <limits.h>
#include <string.h>

#include <openssl/rand.h>

void random_fill(uint8_t *bytes, size_t length)
{
    if (length > INT_MAX || RAND_bytes(bytes, (int)length) != 1)
        memset(bytes, 0, length);
}
