/* SPDX-License-Identifier: MIT */
/* The English labels of slmgr.vbs /dlv and /dli, of every generation from Windows Vista to today.
 * Sources: slmgr.vbs of Windows Vista, 7, 8 and later (its built-in English messages, which a copy of the
 * script in another folder prints on every Windows); Microsoft, "Managing License States" (Windows 7), "Tools
 * to manage volume activation of Office" (an Office host). */
#ifndef PAYLOAD_SLMGR_LABEL_H
#define PAYLOAD_SLMGR_LABEL_H

#include "payload/script_text.h"

enum slmgr_meaning {
    SLMGR_UNLABELLED = SCRIPT_NO_LABEL,
    SLMGR_OTHER,  /* known and of no use here: it ends a wrapped line and proves that the script went on */
    SLMGR_REMARK, /* likewise, but from around the facts: banner, warnings, errors; proves nothing */
    SLMGR_ERROR,
    SLMGR_SERVICE_VERSION,
    SLMGR_NAME,
    SLMGR_DESCRIPTION,
    SLMGR_ACTIVATION_ID,
    SLMGR_APPLICATION_ID,
    SLMGR_PARTIAL_KEY,
    SLMGR_NOT_IN_USE,
    SLMGR_STATUS,
    SLMGR_MINUTES,
    SLMGR_REASON,
    SLMGR_AD_CLIENT,
    SLMGR_AD_OBJECT,
    SLMGR_TOKEN_CLIENT,
    SLMGR_KMS_CLIENT,
    SLMGR_CLIENT_MACHINE_ID,
    SLMGR_KMS_FIXED,
    SLMGR_KMS_DISCOVERED,
    SLMGR_KMS_ADDRESS,
    SLMGR_ACTIVATION_INTERVAL,
    SLMGR_RENEWAL_INTERVAL,
    SLMGR_KMS_HOST,
    SLMGR_COUNT,
    SLMGR_PORT,
    SLMGR_DNS_PUBLISHING,
    SLMGR_PRIORITY,
    SLMGR_REQUESTS_TOTAL,
    SLMGR_REQUESTS_FAILED,
    SLMGR_REQUESTS_UNLICENSED,
    SLMGR_REQUESTS_LICENSED,
    SLMGR_REQUESTS_INITIAL_GRACE,
    SLMGR_REQUESTS_ADDITIONAL_GRACE,
    SLMGR_REQUESTS_NON_GENUINE,
    SLMGR_REQUESTS_NOTIFICATION
};

/* Ends with a row without words. */
extern const struct script_label slmgr_labels[];

#endif
