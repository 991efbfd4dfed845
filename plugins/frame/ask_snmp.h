/* SPDX-License-Identifier: MIT */
/* Asking agents over SNMP: the part of the twins that loads net-snmp. */
#ifndef FRAME_ASK_SNMP_H
#define FRAME_ASK_SNMP_H

#include "frame/ask.h"

extern const struct agent_part snmp_part;

#endif
