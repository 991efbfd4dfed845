/* SPDX-License-Identifier: MIT */
/* License rows: channel, application, add-on, and which rows are only listed. */
#include "model/license.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *channel_name(enum license_channel channel)
{
    switch (channel) {
    case CHANNEL_OTHER:
        return "other";
    case CHANNEL_KMS_CLIENT:
        return "KMS client";
    case CHANNEL_KMS_HOST:
        return "KMS host";
    case CHANNEL_MAK:
        return "MAK";
    case CHANNEL_AVMA:
        return "AVMA";
    case CHANNEL_EVALUATION:
        return "evaluation";
    case CHANNEL_SUBSCRIPTION:
        return "subscription";
    case CHANNEL_TIME_BASED:
        return "time-based";
    case CHANNEL_RETAIL_GRACE:
        return "retail grace";
    case CHANNEL_RETAIL:
        return "retail";
    case CHANNEL_OEM:
        return "OEM";
    }
    return "no channel";
}

static void the_channel_is_the_word_behind_the_last_comma(void **state)
{
    static const struct {
        int line;
        const char *description, *expected;
    } rows[] = {
        /* Windows */
        {__LINE__, "Windows(R) Operating System, VOLUME_KMSCLIENT channel", "KMS client"},
        {__LINE__, "Windows Operating System - Windows(R) 7, VOLUME_KMSCLIENT channel", "KMS client"},
        {__LINE__, "Windows(R) Operating System, VOLUME_KMS_WS25 channel", "KMS host"},
        {__LINE__, "Windows(R) Operating System, VOLUME_KMS_WS22 channel", "KMS host"},
        {__LINE__, "Windows(R) Operating System, VOLUME_KMS_2012-R2 channel", "KMS host"},
        {__LINE__, "Windows Operating System - Windows Server(R) 2008 R2, VOLUME_KMS_R2_C channel",
         "KMS host"},
        {__LINE__, "Windows Operating System - Windows(R) 7, VOLUME_KMS_W7 channel", "KMS host"},
        {__LINE__, "Windows(R) Operating System, VOLUME_KMS channel", "KMS host"},
        {__LINE__, "Windows(R) Operating System, VOLUME_MAK channel", "MAK"},
        {__LINE__, "Windows(R) Operating System, VIRTUAL_MACHINE_ACTIVATION channel", "AVMA"},
        {__LINE__, "Windows(R) Operating System, TIMEBASED_EVAL channel", "evaluation"},
        {__LINE__, "Windows(R) Operating System, TIMEBASED_OTHER channel", "time-based"},
        {__LINE__, "Windows(R) Operating System, RETAIL channel", "retail"},
        {__LINE__, "Windows(R) Operating System, OEM_DM channel", "OEM"},
        {__LINE__, "Windows(R) Operating System, OEM_SLP channel", "OEM"},
        {__LINE__, "Windows(R) Operating System, OEM_COA_NSLP channel", "OEM"},
        {__LINE__, "Windows(R) Operating System, PRERELEASE channel", "other"},
        /* Office */
        {__LINE__, "Office 16, VOLUME_KMSCLIENT channel", "KMS client"},
        {__LINE__, "Office 24, VOLUME_KMSCLIENT channel", "KMS client"},
        {__LINE__, "Office 16, VOLUME_KMS channel", "KMS host"},
        {__LINE__, "Office 14, VOLUME_MAK channel", "MAK"},
        {__LINE__, "Office 16, RETAIL channel", "retail"},
        {__LINE__, "Office 15, RETAIL(MSDN) channel", "retail"},
        {__LINE__, "Office 16, RETAIL(Grace) channel", "retail grace"},
        {__LINE__, "Office 16, TIMEBASED_SUB channel", "subscription"},
        {__LINE__, "Office 16, OEM_Perp channel", "OEM"},
        /* what is in front of the last comma does not count */
        {__LINE__, "VOLUME_MAK edition, RETAIL channel", "retail"},
        {__LINE__, "Windows, Enterprise, LTSC, VOLUME_MAK channel", "MAK"},
        {__LINE__, "Windows, VOLUME_MAK, nothing", "other"},
        {__LINE__, "Windows, VOLUME_MAK channel,", "other"},
        {__LINE__, "VOLUME_KMSCLIENT channel", "KMS client"},
        {__LINE__, "windows, volume_kmsclient channel", "KMS client"},
        {__LINE__, "Windows(R) Operating System", "other"},
        {__LINE__, ",", "other"},
        {__LINE__, "", "other"},
        {__LINE__, NULL, "other"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct license license = {.description = rows[i].description};
        _assert_string_equal(channel_name(license_channel(&license)), rows[i].expected, __FILE__,
                             rows[i].line);
    }
}

static void office_is_known_by_its_id_or_by_its_first_words(void **state)
{
    static const struct {
        int line;
        const char *id, *name, *description, *expected;
    } rows[] = {
        {__LINE__, "55c92734-d682-4d71-983e-d6ec3f16059f", "Windows(R), Enterprise edition",
         "Windows(R) Operating System, VOLUME_KMSCLIENT channel", "Windows"},
        {__LINE__, "59a52881-a989-479d-af46-f275c6370663", NULL, NULL, "Office"},
        {__LINE__, "0ff1ce15-a989-479d-af46-f275c6370663", NULL, NULL, "Office"},
        {__LINE__, "0ff1ce16-a989-479d-af46-f275c6370663", NULL, NULL, "Office"},
        {__LINE__, "0FF1CE15-A989-479D-AF46-F275C6370663", NULL, NULL, "Office"},
        {__LINE__, "{0ff1ce15-a989-479d-af46-f275c6370663}", NULL, NULL, "Office"},
        {__LINE__, "0ff1ce1", NULL, NULL, "Windows"},
        {__LINE__, "x0ff1ce15", NULL, NULL, "Windows"},
        {__LINE__, NULL, "Office 16, Office16ProPlusVL_KMS_Client edition", NULL, "Office"},
        {__LINE__, NULL, "Microsoft Office 2010", NULL, "Office"},
        {__LINE__, NULL, "microsoft office 2010", NULL, "Office"},
        {__LINE__, NULL, NULL, "Office 16, VOLUME_MAK channel", "Office"},
        {__LINE__, NULL, "Windows for the Office", "not Office", "Windows"},
        {__LINE__, "", "", "", "Windows"},
        {__LINE__, NULL, NULL, NULL, "Windows"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct license license = {
            .application_id = rows[i].id, .name = rows[i].name, .description = rows[i].description};
        _assert_string_equal(application_name(license_application(&license)), rows[i].expected, __FILE__,
                             rows[i].line);
    }
}

static void an_add_on_says_so_or_is_known_by_its_name(void **state)
{
    static const struct {
        int line;
        struct known_flag flag;
        const char *name;
        bool expected;
    } rows[] = {
        {__LINE__, {true, true}, "Windows(R), Enterprise edition", true},
        {__LINE__, {true, false}, "Windows(R) 7, Client-ESU-Year1 add-on for Enterprise", false},
        {__LINE__, {true, true}, NULL, true},
        {__LINE__, {false, false}, "Windows(R) 7, Client-ESU-Year1 add-on for Enterprise", true},
        {__LINE__, {false, false}, "Windows(R), Server-ESU-Year3", true},
        {__LINE__, {false, false}, "Windows(R) Add-On", true},
        {__LINE__, {false, false}, "Windows(R), Resume-esu-edition", false},
        {__LINE__, {false, false}, "Windows(R), Enterprise edition", false},
        {__LINE__, {false, false}, "", false},
        {__LINE__, {false, false}, NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct license license = {.name = rows[i].name, .is_addon = rows[i].flag};
        _assert_int_equal(license_is_addon(&license), rows[i].expected, __FILE__, rows[i].line);
    }
}

static void subscriptions_and_the_placeholder_of_office_are_only_listed(void **state)
{
    static const struct {
        int line;
        const char *name, *description;
        bool expected;
    } rows[] = {
        {__LINE__, "Office 16, Office16O365ProPlusR_Subscription1 edition",
         "Office 16, TIMEBASED_SUB channel", true},
        {__LINE__, "Windows(R), Enterprise edition", "Windows(R) Operating System, TIMEBASED_SUB channel",
         true},
        {__LINE__, "Office 16, Office16O365ProPlusR_Grace edition", "Office 16, RETAIL(Grace) channel", true},
        {__LINE__, "Windows(R), Enterprise edition", "Windows(R) Operating System, RETAIL(Grace) channel",
         false},
        {__LINE__, "Office 16, Office16ProPlusR_Retail edition", "Office 16, RETAIL channel", false},
        {__LINE__, "Windows(R), EnterpriseEval edition",
         "Windows(R) Operating System, TIMEBASED_EVAL channel", false},
        {__LINE__, "Windows(R), Enterprise edition", "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
         false},
        {__LINE__, NULL, NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct license license = {.name = rows[i].name, .description = rows[i].description};
        _assert_int_equal(license_is_listed_only(&license), rows[i].expected, __FILE__, rows[i].line);
    }
}

static void a_row_with_a_partial_key_has_a_key(void **state)
{
    (void)state;
    assert_true(license_has_key(&(struct license) {.partial_product_key = "3V66T"}));
    assert_false(license_has_key(&(struct license) {.partial_product_key = ""}));
    assert_false(license_has_key(&(struct license) {0}));
}

static void a_status_has_the_words_of_slmgr(void **state)
{
    static const char *const names[] = {"Unlicensed",
                                        "Licensed",
                                        "Initial grace period",
                                        "Additional grace period",
                                        "Non-genuine grace period",
                                        "Notification",
                                        "Extended grace period"};
    (void)state;
    for (uint32_t status = 0; status < 7; status++)
        assert_string_equal(license_status_name(status), names[status]);
    assert_null(license_status_name(7));
    assert_null(license_status_name(UINT32_MAX));
}

static void a_document_takes_rows_up_to_its_limit(void **state)
{
    struct license_document document = {0};
    (void)state;
    for (uint32_t i = 0; i < LICENSE_MAXIMUM; i++) {
        struct license *license = license_document_add(&document);
        assert_non_null(license);
        assert_null(license->name);
        assert_false(license->status.is_known);
        license->status = (struct known_number) {true, i};
    }
    assert_null(license_document_add(&document));
    assert_int_equal(document.license_count, LICENSE_MAXIMUM);
    for (uint32_t i = 0; i < LICENSE_MAXIMUM; i++)
        assert_int_equal(document.licenses[i].status.value, i);
    license_document_done(&document);
    license_document_done(&document);
    assert_int_equal(document.license_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_channel_is_the_word_behind_the_last_comma),
        cmocka_unit_test(office_is_known_by_its_id_or_by_its_first_words),
        cmocka_unit_test(an_add_on_says_so_or_is_known_by_its_name),
        cmocka_unit_test(subscriptions_and_the_placeholder_of_office_are_only_listed),
        cmocka_unit_test(a_row_with_a_partial_key_has_a_key),
        cmocka_unit_test(a_status_has_the_words_of_slmgr),
        cmocka_unit_test(a_document_takes_rows_up_to_its_limit),
    };
    return cmocka_run_group_tests_name("license", tests, NULL, NULL);
}
