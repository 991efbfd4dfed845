/* SPDX-License-Identifier: MIT */
/* Random bytes of the system, for message ids. */
#ifndef TRANSPORT_RANDOM_H
#define TRANSPORT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills the bytes; zeros where the system has no randomness, which makes an id guessable and no less an id.
 */
void random_fill(uint8_t *bytes, size_t length);

#endif
