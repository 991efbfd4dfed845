/* SPDX-License-Identifier: MIT */
/* What a Windows machine says about its licenses: the facts of one document, whatever it was written in.
 * Names follow the CIM classes SoftwareLicensingProduct and SoftwareLicensingService (root\cimv2); units and
 * meaning: Microsoft, "SoftwareLicensingProduct class".  Pure data; judging is somebody else's work. */
#ifndef MODEL_LICENSE_H
#define MODEL_LICENSE_H

#include "base/arena.h"
#include "model/known.h"
#include "model/presence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SoftwareLicensingProduct.LicenseStatus. */
enum license_status {
    LICENSE_UNLICENSED = 0,
    LICENSE_LICENSED = 1,
    LICENSE_INITIAL_GRACE = 2,    /* OOBGrace: never activated yet */
    LICENSE_ADDITIONAL_GRACE = 3, /* OOTGrace: 180 days over, or hardware changed */
    LICENSE_NON_GENUINE_GRACE = 4,
    LICENSE_NOTIFICATION = 5,
    LICENSE_EXTENDED_GRACE = 6
};

/* The words of slmgr.vbs without brackets ("Initial grace period"); NULL for any other number. */
const char *license_status_name(uint32_t status);

/* How a product is activated, by the channel word at the end of its Description. */
enum license_channel {
    CHANNEL_OTHER,        /* none of the words below */
    CHANNEL_KMS_CLIENT,   /* VOLUME_KMSCLIENT: KMS, AD or token */
    CHANNEL_KMS_HOST,     /* VOLUME_KMS and anything else */
    CHANNEL_MAK,          /* VOLUME_MAK */
    CHANNEL_AVMA,         /* VIRTUAL_MACHINE_ACTIVATION */
    CHANNEL_EVALUATION,   /* TIMEBASED_EVAL */
    CHANNEL_SUBSCRIPTION, /* TIMEBASED_SUB */
    CHANNEL_TIME_BASED,   /* any other TIMEBASED_ */
    CHANNEL_RETAIL_GRACE, /* RETAIL(Grace): the placeholder of Office before a subscription signs in */
    CHANNEL_RETAIL,
    CHANNEL_OEM
};

/* SoftwareLicensingProduct.VLActivationType: what the last success was. */
enum volume_activation { VOLUME_ACTIVATION_AD = 1, VOLUME_ACTIVATION_KMS = 2, VOLUME_ACTIVATION_TOKEN = 3 };

enum application { APPLICATION_WINDOWS, APPLICATION_OFFICE };

/* The cumulative counters of a KMS host: requests by result and by the license status the client reported. */
struct kms_requests {
    struct known_number total, failed;
    struct known_number unlicensed, licensed, initial_grace, additional_grace, non_genuine, notification;
};

/* One product row.  Strings are NULL when not reported. */
struct license {
    const char *id, *name, *description, *application_id, *partial_product_key;
    struct known_number status;        /* enum license_status, or a number nobody knows */
    struct known_number reason;        /* LicenseStatusReason, an HRESULT */
    struct known_number grace_minutes; /* GracePeriodRemaining; 0 with status 1 = permanent */
    struct known_number volume_activation;
    struct known_flag is_addon;
    struct known_number renewal_interval, activation_interval; /* minutes */

    const char *kms_name; /* the KMS host in use: fixed by the administrator, else the discovered one */
    struct known_number kms_port;
    bool is_kms_name_fixed;     /* /skms, not DNS */
    bool is_kms_origin_unsaid;  /* the source does not tell the two apart */
    const char *kms_address;    /* its IP address */
    const char *ad_object_name; /* the activation object in Active Directory */

    struct known_flag is_kms_host;
    struct known_number count; /* KeyManagementServiceCurrentCount */
    bool is_count_none;        /* reported as -1: no client has ever called */
    struct kms_requests requests;

    const char *unreadable; /* names of fields that were there and made no sense, "A, B"; NULL when none */
};

/* The licensing service of the machine. */
struct licensing_service {
    const char *version;
    struct known_flag is_kms_host;
    struct known_number count; /* only where the product rows carry none (Windows Vista, Server 2008) */
    bool is_count_none;
    struct kms_requests requests;
    struct known_number listening_port; /* 0 = 1688 */
    struct known_flag dns_publishing, low_priority;
    struct known_number renewal_interval, activation_interval; /* minutes */
    const char *client_machine_id;
    const char *kms_name; /* like those of the product, where only the service has them */
    struct known_number kms_port;
    const char *unreadable; /* like that of the product */
};

/* All facts of one document.  Everything in it belongs to its arena. */
struct license_document {
    struct arena arena;
    const char *computer_name; /* NULL when the document names none */
    struct known_time time;    /* when it was written */
    struct licensing_service service;
    struct license *licenses;
    size_t license_count, license_capacity;
    struct known_number error; /* the code of an error of the program that wrote the document */
    const char *error_text;    /* its words; NULL when there is none */

    /* What some agents add; NULL = not said. */
    const char *service_state; /* of the licensing service: "running", "stopped" */
    const char *genuine_state; /* "genuine", "tampered", ...: Windows' genuineness, which is not activation */
    struct presence presence;
};

enum { LICENSE_MAXIMUM = 4096 }; /* rows of one document; `slmgr.vbs /dlv all` prints a few hundred */

/* An empty row at the end; NULL when the document is full or memory ran out. */
struct license *license_document_add(struct license_document *document);

void license_document_done(struct license_document *document);

enum license_channel license_channel(const struct license *license);

/* Office by ApplicationID or by the begin of Name or Description, else Windows. */
enum application license_application(const struct license *license);
const char *application_name(enum application application); /* "Windows", "Office" */

/* True when a key is installed: the row is in use.  The others are catalogue entries of Windows. */
bool license_has_key(const struct license *license);

/* An add-on such as Extended Security Updates: LicenseIsAddon, or the name where the document does not say.
 */
bool license_is_addon(const struct license *license);

/* Rows that are listed and never judged: subscriptions, and the grace placeholder of Office. */
bool license_is_listed_only(const struct license *license);

#endif
