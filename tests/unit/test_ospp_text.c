/* SPDX-License-Identifier: MIT */
/* Output of ospp.vbs. */
#include "test_license_facts.h"

#include "payload/ospp_text.h"

#define LTSC_2024 "row: Office 24, Office24ProPlus2024VL_KMS_Client_AE edition, channel=kms-client key=XXXXX "
#define INTERVALS " activation=120 renewal=10080\n"

static void every_office_gives_its_facts(void **state)
{
    static const struct facts_case cases[] = {
        {"ospp/office-2010-mak.txt",
         "row: Office 14, OfficeProPlus-MAK edition, channel=retail key=XXXXX status=1 minutes=0\n"},
        {"ospp/office-2013-kms-client-on-windows-7.txt",
         "row: Office 15, OfficeProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "
         "reason=0x4004F040 "
         "minutes=256748 kms=kms01.corp.example.com kms-port=1688" INTERVALS},
        {"ospp/office-2016-kms-client-with-fixed-host.txt",
         "row: Office 16, Office16ProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "
         "reason=0x4004F040 minutes=258642 fixed-kms=kms-old.corp.example.com kms-port=1688" INTERVALS},
        {"ospp/office-2016-wrapped-at-40.txt",
         "row: Office 16, Office16ProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "
         "reason=0x4004F040 minutes=258642 fixed-kms=kms-old.corp.example.com kms-port=1688" INTERVALS},
        {"ospp/office-2016-notifications.txt",
         "row: Office 16, Office16VisioProVL_KMS_Client edition, channel=kms-client key=XXXXX status=5 "
         "reason=0xC004F00F" INTERVALS},
        {"ospp/office-2019-out-of-tolerance.txt",
         "row: Office 19, Office19ProPlus2019VL_KMS_Client_AE edition, channel=kms-client key=XXXXX status=3 "
         "reason=0x4004F00D minutes=17280" INTERVALS},
        {"ospp/office-ltsc-2024-fixed-host-beside-discovered.txt",
         LTSC_2024 "status=1 minutes=258000 fixed-kms=192.0.2.12 kms-port=1690" INTERVALS},
        {"ospp/office-ltsc-2024-two-products.txt",
         LTSC_2024 "status=1 minutes=258000 kms=kms01.corp.example.com kms-port=1688" INTERVALS
                   "row: Office 24, Office24VisioPro2024VL_MAK_AE edition, channel=retail key=XXXXX status=1 "
                   "minutes=0\n"},
        {"ospp/office-2024-initial-grace.txt", "row: Office 24, Office24Standard2024VL_MAK_AE1 edition, "
                                               "channel=retail key=XXXXX status=2 reason=0x4004F00C "
                                               "minutes=42278\n"},
        {"ospp/office-365-subscription-and-placeholder.txt",
         "row: Office 16, Office16O365ProPlusR_Subscription1 edition, channel=subscription key=XXXXX "
         "status=1 "
         "minutes=40320\n"
         "row: Office 16, Office16O365ProPlusR_Grace edition, channel=retail-grace key=XXXXX status=5 "
         "reason=0xC004F009\n"},
        {"ospp/office-other-states.txt",
         "row: Office 16, Office16ProjectProVL_KMS_Client edition, channel=kms-client key=XXXXX status=4 "
         "minutes=4320" INTERVALS
         "row: Office 16, Office16StandardVL_MAK edition, channel=retail key=XXXXX status=6 minutes=1440\n"
         "row: Office 16, Office16VisioStdVL_MAK edition, channel=retail key=XXXXX "
         "unreadable=LicenseStatus\n"},
        {"ospp/office-2024-dstatusall.txt", LTSC_2024
         "status=1 minutes=258000 kms=kms01.corp.example.com kms-port=1688" INTERVALS
         "row: Office 24, Office24ProjectPro2024VL_KMS_Client_AE edition, channel=kms-client status=0 "
         "reason=0xC004F014\n"
         "row: Office 24, Office24Standard2024VL_MAK_AE1 edition, channel=retail status=0 "
         "reason=0xC004F014\n"},
        {"ospp/office-2024-active-directory.txt",
         LTSC_2024 "status=1 minutes=256320 last=1 ad=Example Activation Object\n"},
        {"ospp/office-2024-kms-client-without-minutes.txt", LTSC_2024 "status=1" INTERVALS},
        {"ospp/office-without-keys.txt", ""},
        {"ospp/error-service-not-running.txt",
         "error: The Software Protection Platform service is not running.\n"},
        {"ospp/error-code-alone.txt", "error: code=0x80070005 ERROR CODE: 0x80070005\n"},
        {"hostile/cut-office.txt",
         "row: Office 24, Office24VisioPro2024VL_MAK_AE edition, channel=retail status=1\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], ospp_text_read);
}

static void every_row_is_office(void **state)
{
    struct text bytes = fixture_read("ospp/office-365-subscription-and-placeholder.txt");
    struct license_document document;
    struct problem why;
    (void)state;
    assert_true(ospp_text_read(fixture_span(&bytes), &document, &why));
    assert_int_equal(document.license_count, 2);
    for (size_t i = 0; i < document.license_count; i++)
        assert_int_equal(license_application(&document.licenses[i]), APPLICATION_OFFICE);
    license_document_done(&document);
    text_done(&bytes);
}

static void lines_around_the_status_decide(void **state)
{
    static const struct {
        const char *lines, *facts;
    } cases[] = {
        {"LICENSE STATUS:  ---LICENSED--- \n-----\n", " status=1 minutes=0"},
        {"LICENSE STATUS:  ---LICENSED--- \n---Exiting---\n", " status=1 minutes=0"},
        {"LICENSE STATUS:  ---LICENSED--- \n", " status=1"},
        {"LICENSE STATUS:  ---LICENSED--- \n-----", " status=1"},
        {"LICENSE STATUS:  ---LICENSED--- \nERROR CODE: 0x4004F040\nERROR DESCRIPTION: x\n",
         " status=1 reason=0x4004F040"},
        {"LICENSE STATUS:  ---LICENSED--- \nLast 5 characters of installed product key: XXXXX\n",
         " key=XXXXX status=1 minutes=0"},
        {"LICENSE STATUS:  ---LICENSED--- \nREMAINING GRACE: 3 days  (4321 minute(s) before "
         "expiring)\n-----\n",
         " status=1 minutes=4321"},
        {"LICENSE STATUS:  ---LICENSED--- \nREMAINING GRACE: 3 days \n-----\n",
         " status=1 unreadable=GracePeriodRemaining"},
        {"LICENSE STATUS:  ---LICENSED--- \nREMAINING GRACE: 3 days  (432\n-----\n",
         " status=1 unreadable=GracePeriodRemaining"},
        {"LICENSE STATUS:  ---LICENSED--- \nREMAINING GRACE: 4321 minute(s) before expiring\n-----\n",
         " status=1 unreadable=GracePeriodRemaining"},
        {"LICENSE STATUS:  ---Licensed---\n", " status=1"},
        {"LICENSE STATUS: LICENSED\n", " status=1"},
        {"LICENSE STATUS:  ---UNLICENSED--- \n-----\n", " status=0"},
        {"LICENSE STATUS:  ---OOB_GRACE--- \n", " status=2"},
        {"LICENSE STATUS:  ---OOB GRACE--- \n", " status=2"},
        {"LICENSE STATUS:  ---OOT_GRACE--- \n", " status=3"},
        {"LICENSE STATUS:  ---NON_GENUINE_GRACE--- \n", " status=4"},
        {"LICENSE STATUS:  ---NONGENUINE_GRACE--- \n", " status=4"},
        {"LICENSE STATUS:  ---NONGEN_GRACE--- \n", " status=4"},
        {"LICENSE STATUS:  ---NOTIFICATIONS--- \n", " status=5"},
        {"LICENSE STATUS:  ---NOTIFICATION--- \n", " status=5"},
        {"LICENSE STATUS:  ---EXTENDED GRACE--- \n", " status=6"},
        {"LICENSE STATUS:  ---EXTENDED_GRACE--- \n", " status=6"},
        {"LICENSE STATUS:  ---UNKNOWN--- \n", " unreadable=LicenseStatus"},
        {"LICENSE STATUS:  ---LICENSEDANDTHENMORETHANFITS--- \n", " unreadable=LicenseStatus"},
        {"LICENSE STATUS:\n", " unreadable=LicenseStatus"},
        {"LICENSE STATUS:  ---LICENSED---", ""},
        {"ERROR CODE: C004F00F\n", " unreadable=LicenseStatusReason"},
        {"ERROR CODE: 0xC004F00F0\n", " unreadable=LicenseStatusReason"},
        {"Last 5 characters of installed product key: AAAAA-BBBBB-CCCCC-DDDDD-XXXXX\n", " key=XXXXX"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text text, facts, expected;
        struct license_document document;
        struct problem why;
        text_start(&text, 4096);
        text_start(&expected, 4096);
        text_append_format(
            &text,
            "SKU ID: 1\nLICENSE NAME: Office 16\nLICENSE DESCRIPTION: Office 16, RETAIL(MAK) channel\n%s",
            cases[i].lines);
        text_append_format(&expected, "row: Office 16, channel=retail%s\n", cases[i].facts);
        assert_true(ospp_text_read(fixture_span(&text), &document, &why));
        if (strcmp(facts_print(&document, &facts), text_string(&expected)) != 0)
            fail_msg("%s\n--- expected\n%s--- read\n%s", text_string(&text), text_string(&expected),
                     text_string(&facts));
        license_document_done(&document);
        text_done(&facts);
        text_done(&expected);
        text_done(&text);
    }
}

static void products_without_dashes_between_them_are_apart(void **state)
{
    static const char text[] =
        "PRODUCT ID: 1\nSKU ID: 1\nLICENSE NAME: Office A\nLICENSE DESCRIPTION: Office, RETAIL channel\n"
        "LICENSE STATUS:  ---LICENSED---\n"
        "PRODUCT ID: 2\nSKU ID: 2\nLICENSE NAME: Office B\nLICENSE STATUS:  ---NOTIFICATIONS---\n"
        "SKU ID: 3\nLICENSE NAME: Office C\nLICENSE STATUS:  ---UNLICENSED---\n"
        "LICENSE NAME: Office D\nLICENSE STATUS:  ---OOB_GRACE---\n";
    struct license_document document;
    struct problem why;
    struct text facts;
    (void)state;
    assert_true(ospp_text_read(span_of(text), &document, &why));
    assert_string_equal(facts_print(&document, &facts), "row: Office A, channel=retail status=1 minutes=0\n"
                                                        "row: Office B, status=5\n"
                                                        "row: Office C, status=0\n"
                                                        "row: Office D, status=2\n");
    text_done(&facts);
    license_document_done(&document);
}

static void more_products_than_office_has_are_refused(void **state)
{
    struct text text;
    struct license_document document;
    struct problem why;
    (void)state;
    text_start(&text, 1024 * 1024);
    for (int i = 0; i <= LICENSE_MAXIMUM; i++)
        text_append(&text, "SKU ID: x\n");
    assert_false(ospp_text_read(fixture_span(&text), &document, &why));
    assert_string_equal(why.sentence, "the output of ospp.vbs lists more than 4096 products");
    text_done(&text);
}

static void check_cuts(const char *fixture)
{
    cuts_check(fixture, ospp_text_read);
}

static void a_text_that_was_cut_says_no_more_than_the_whole(void **state)
{
    (void)state;
    fixture_each("ospp", check_cuts);
    fixture_each("slmgr", check_cuts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_office_gives_its_facts),
        cmocka_unit_test(every_row_is_office),
        cmocka_unit_test(lines_around_the_status_decide),
        cmocka_unit_test(products_without_dashes_between_them_are_apart),
        cmocka_unit_test(more_products_than_office_has_are_refused),
        cmocka_unit_test(a_text_that_was_cut_says_no_more_than_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
