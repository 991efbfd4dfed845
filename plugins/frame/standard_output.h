/* SPDX-License-Identifier: MIT */
/* Standard output, written whole or known to be lost. */
#ifndef FRAME_STANDARD_OUTPUT_H
#define FRAME_STANDARD_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Opens /dev/null in the place of a closed standard descriptor, so that no file or socket becomes one of
 * them; a program that is executed finds it closed again. A closed standard output is remembered: writing to
 * it fails. */
void standard_output_prepare(void);

/* Writes all bytes; false when they did not all arrive (/dev/full, closed, a reader that went away).  Waits
 * for the reader as long as it takes: it may be a pager.  When there are more than 4096 bytes it stays until
 * the pipe is empty or the reader takes nothing for two seconds: Nagios Core 4 drops what is left in the pipe
 * when the plugin exits. */
bool standard_output_write(const char *bytes, size_t length);

/* The same for a daemon that reads: false, too, when it takes nothing for two seconds.  It may be waiting for
 * our end, and a plugin must come to one. */
bool standard_output_hand_over(const char *bytes, size_t length);

#endif
