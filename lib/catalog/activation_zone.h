/* SPDX-License-Identifier: MIT */
/* What the bits of a code say about where it comes from, for codes that the catalogue does not know: its
 * facility, the zone of the licensing software that the number lies in, its Win32 part.  No cause and no
 * steps: those would be guesses.  The layout of HRESULT is [MS-ERREF] 2.1. */
#ifndef CATALOG_ACTIVATION_ZONE_H
#define CATALOG_ACTIVATION_ZONE_H

#include "base/arena.h"
#include "model/report.h"

#include <stdint.h>

/* Always finds something to say: brief, meaning and side.  The texts live in the arena. */
void activation_zone_explain(uint32_t code, struct arena *arena, struct explanation *ret);

#endif
