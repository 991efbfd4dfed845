/* SPDX-License-Identifier: MIT */
/* check_kms_reach as a plugin of the frame. */
#ifndef CHECK_KMS_REACH_RUN_H
#define CHECK_KMS_REACH_RUN_H

#include "frame/plugin.h"

extern const struct plugin check_kms_reach;

#endif
