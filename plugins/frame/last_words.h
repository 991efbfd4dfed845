/* SPDX-License-Identifier: MIT */
/* What a plugin says when it is ended before it has a report: Icinga sends SIGTERM before it kills, and a
 * call that hangs past the deadline is met by an alarm.  The lines are prepared beforehand; the handler ends
 * the program that is being run, writes the line and exits. */
#ifndef FRAME_LAST_WORDS_H
#define FRAME_LAST_WORDS_H

#include "model/state.h"

#include <stdbool.h>
#include <stdint.h>

/* Prepares for SIGTERM, SIGINT, SIGHUP (exit 3) and for an alarm after `limit_ms` (`timeout_state`).
 * `service` and `plugin` as in the report; `is_json` chooses the form. */
void last_words_start(const char *service, const char *plugin, bool is_json, int64_t limit_ms,
                      enum state timeout_state);

/* What the run is doing now, for the line. */
void last_words_stage(const char *stage);

/* From here on the report is being written: nothing must come in between. */
void last_words_stop(void);

#endif
