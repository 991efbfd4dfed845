/* SPDX-License-Identifier: MIT */
/* check_kms_client as a plugin of the frame. */
#ifndef CHECK_KMS_CLIENT_RUN_H
#define CHECK_KMS_CLIENT_RUN_H

#include "frame/plugin.h"

extern const struct plugin check_kms_client;

#endif
