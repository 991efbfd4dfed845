/* SPDX-License-Identifier: MIT */
/* What a plugin says when it is ended from outside: Icinga sends SIGTERM before it kills, and a library call
 * that hangs past the deadline is met by an alarm.  The line is prepared beforehand; the handler only writes
 * it and exits with 3. */
#ifndef FRAME_LAST_WORDS_H
#define FRAME_LAST_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* Prepares for SIGTERM, SIGINT, SIGHUP and for an alarm after `limit_ms`.  `service` and `plugin` as in the
 * report; `is_json` chooses the form. */
void last_words_start(const char *service, const char *plugin, bool is_json, int64_t limit_ms);

/* What the run is doing now, for the line. */
void last_words_stage(const char *stage);

/* From here on the report is being written: nothing must come in between. */
void last_words_stop(void);

#endif
