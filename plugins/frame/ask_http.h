/* SPDX-License-Identifier: MIT */
/* Asking agents over HTTP: the part of the twins that loads libcurl. */
#ifndef FRAME_ASK_HTTP_H
#define FRAME_ASK_HTTP_H

#include "frame/ask.h"

extern const struct agent_part http_part;

#endif
