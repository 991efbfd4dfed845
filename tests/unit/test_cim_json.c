/* SPDX-License-Identifier: MIT */
/* CIM objects in JSON. */
#include "test_license_facts.h"

#include "payload/cim_json.h"
#include "payload/document.h"

#define SERVICE                                                                                              \
    "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c port=0 publishing=yes "         \
    "low-priority=no\n"
#define KMS_CLIENT                                                                                           \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "          \
    "minutes=258780 last=2 addon=no kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 "            \
    "activation=120 "                                                                                        \
    "renewal=10080 host=no count=none\n"
#define CLIENT(facts) "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX " facts "\n"
#define TIME "time: 1772438400\n"

static void every_shape_gives_its_facts(void **state)
{
    static const struct facts_case cases[] = {
        {"json/report-script-kms-client.json", "computer: wks-001\n" TIME SERVICE KMS_CLIENT},
        {"json/report-script-kms-host.json",
         "computer: kms01\n" TIME SERVICE "row: Windows(R), ServerStandard edition, channel=kms-host "
         "key=XXXXX status=1 reason=0x4004F040 minutes=0 "
         "host=yes count=26 requests=1680/9/0/1598/57/6/0/19\n"
         "row: Office 24, Office24KMSHostVL_KMS_Host_AE edition, channel=kms-host key=XXXXX status=1 "
         "reason=0x4004F040 minutes=0 host=yes count=10 requests=744/0/?/?/?/?/?/?\n"},
        {"json/powershell-51-convertto-json.json", "computer: WKS-001\n" TIME SERVICE KMS_CLIENT},
        {"json/powershell-7-one-product.json", "computer: wks-001.corp.example.com\n" KMS_CLIENT},
        {"json/get-wmiobject.json",
         "computer: WKS-001\n" KMS_CLIENT
         "row: Office 24, Office24ProPlus2024VL_MAK_AE edition, channel=retail key=XXXXX "
         "status=1 reason=0x4004F040 minutes=0\n"},
        {"json/bare-array-wrapped-by-powershell-51.json",
         KMS_CLIENT "row: Windows(R), Enterprise edition, channel=mak key=XXXXX status=1 reason=0x4004F040 "
                    "minutes=0\n"},
        {"json/signed-numbers-and-hex-text.json",
         "service: version=10.0.26100.1 port=1690 publishing=yes low-priority=yes\n" CLIENT(
             "status=5 reason=0xC004F009 minutes=0 count=none")
             CLIENT("status=5 reason=0xC004F009 minutes=0 addon=no host=no count=none")
                 CLIENT("status=5 reason=0xC004F009 minutes=0 addon=yes count=none")},
        {"json/null-empty-and-null-word-are-absent.json",
         CLIENT("status=1 reason=0x4004F040 minutes=258780")},
        {"json/windows-7-with-office-platform.json",
         "service: version=6.1.7601.17514 cmid=b7e88794-64a5-575d-82d0-b8e689be190c port=0 publishing=yes "
         "low-priority=no\n"
         "row: Windows(R) 7, Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "
         "minutes=243720\n"
         "row: Office 15, OfficeProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "
         "reason=0x4004F040 minutes=256748\n"},
        {"json/windows-7-office-platform-alone.json",
         "service: version=15.0.1.0 cmid=00000000-0000-4000-8000-000000000099\n"
         "row: Office 15, OfficeProPlusVL_KMS_Client edition, channel=kms-client key=XXXXX status=1 "
         "reason=0x4004F040 minutes=256748\n"},
        {"json/windows-vista-kms-properties-on-the-service.json",
         "service: version=6.0.6002.18005 cmid=b7e88794-64a5-575d-82d0-b8e689be190c "
         "kms=kms01.corp.example.com "
         "kms-port=1688 activation=120 renewal=10080 host=yes count=25 requests=1680/9/0/1598/57/6/0/19 "
         "port=0 "
         "publishing=yes low-priority=no\n"
         "row: Windows Server(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 "
         "reason=0x4004F040 "
         "minutes=0\n"},
        {"json/names-in-lower-case.json", "computer: wks-001\n" TIME SERVICE KMS_CLIENT},
        {"json/active-directory-client.json", CLIENT("status=1 reason=0x4004F040 minutes=256320 last=1 "
                                                     "fixed-kms=kms-old.corp.example.com kms-port=1689 "
                                                     "ad=Example Activation Object")},
        {"json/fixed-host-wins-over-discovered.json",
         CLIENT(
             "status=1 reason=0x4004F040 minutes=258780 fixed-kms=kms-old.corp.example.com kms-port=1688")},
        {"json/never-activated.json", CLIENT("status=2 reason=0x4004F00C minutes=23040")},
        {"json/extended-updates-add-on.json",
         KMS_CLIENT "row: Windows(R), Client-ESU-Year1 add-on for Enterprise, channel=mak key=XXXXX status=0 "
                    "reason=0x00000000 minutes=0 addon=yes\n"},
        {"json/no-products.json", ""},
        {"json/classes-are-null.json", ""},
        {"json/service-alone.json", "computer: kms01\n" SERVICE},
        {"json/machine-name-of-the-first-row.json", "computer: wks-001\n" KMS_CLIENT KMS_CLIENT},
        {"json/values-that-make-no-sense.json",
         "service: version=10.0.26100.1 unreadable=KeyManagementServiceListeningPort, "
         "KeyManagementServiceDnsPublishing\n"
         "row: no name, channel=kms-client key=XXXXX kms=kms01 unreadable=ID, Name, LicenseStatus, "
         "LicenseStatusReason, GracePeriodRemaining, VLActivationType, LicenseIsAddon, "
         "KeyManagementServiceCurrentCount, KeyManagementServiceTotalRequests, "
         "IsKeyManagementServiceMachine, "
         "DiscoveredKeyManagementServiceMachinePort\n"},
        {"hostile/numbers-out-of-range.json",
         CLIENT("unreadable=LicenseStatus, LicenseStatusReason, GracePeriodRemaining, VLRenewalInterval, "
                "KeyManagementServiceCurrentCount")},
        {"hostile/bar-and-newline-in-name.json", "row: Windows | count=999\nOK; `id` $(id) <b>, channel=mak "
                                                 "key=XXXXX status=5 reason=0x00000000 minutes=0\n"},
        {"hostile/unlicensed-only.json",
         "row: Windows(R), Enterprise edition, channel=kms-client status=0 reason=0x00000000 minutes=0\n"
         "row: Windows(R), Enterprise edition, channel=retail status=0 reason=0x00000000 minutes=0\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], cim_json_read);
}

static void other_shapes_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *fixture, *words;
    } cases[] = {
        {"hostile/cut.json",
         "the JSON cannot be read, line 1, column 768: it ends before it is closed, it was cut"},
        {"hostile/deep.json", "line 1, column 2049: it is nested too deeply"},
        {"hostile/duplicate-keys.json", "line 1, column 126: an object has the same member twice"},
        {"hostile/number-beyond-64-bits.json", "line 1, column 63: a number is too large"},
        {"hostile/invalid-utf-8.json", "line 1, column 72: it has bytes that are not UTF-8"},
        {"hostile/followed-by-text.json", "line 2, column 2: something follows its end"},
        {"hostile/two-documents.json", "line 2, column 1: something follows its end"},
        {"hostile/two-machines.json", "the JSON has rows of two machines, wks-001 and wks-002"},
        {"hostile/rows-of-another-machine.json", "the JSON is of jump, and its rows are of srv1"},
        {"hostile/wrong-count.json", "Count is not the number of items of the list, 1"},
        {"hostile/no-product.json", "names neither SoftwareLicensingProduct nor SoftwareLicensingService"},
        {"hostile/no-product-in-array.json", "has none of LicenseStatus, Description, PartialProductKey"},
        {"hostile/text-in-array.json", "SoftwareLicensingProduct: item 2 of the list is text, not an object"},
        {"hostile/class-is-text.json", "SoftwareLicensingProduct is text where an object or a list belongs"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refusal_check(cases[i].fixture, cases[i].words, cim_json_read);
}

static void check_facts_of(const char *json, const char *expected)
{
    struct license_document document;
    struct problem why;
    struct text facts;
    if (!cim_json_read(span_of(json), &document, &why))
        fail_msg("%s was refused: %s", json, why.sentence);
    if (strcmp(facts_print(&document, &facts), expected) != 0)
        fail_msg("%s\n--- expected\n%s--- read\n%s", json, expected, text_string(&facts));
    text_done(&facts);
    license_document_done(&document);
}

static void a_number_has_many_spellings(void **state)
{
    static const struct {
        const char *spelling, *facts;
    } cases[] = {
        {"5", " reason=0x00000005"},
        {"0", " reason=0x00000000"},
        {"-0", " reason=0x00000000"},
        {"3221549172", " reason=0xC004F074"},
        {"-1073418124", " reason=0xC004F074"},
        {"3221549172.0", " reason=0xC004F074"},
        {"-1073418124.0", " reason=0xC004F074"},
        {"5e0", " reason=0x00000005"},
        {"4294967295", " reason=0xFFFFFFFF"},
        {"-1", " reason=0xFFFFFFFF"},
        {"-2147483648", " reason=0x80000000"},
        {"\"3221549172\"", " reason=0xC004F074"},
        {"\"-1073418124\"", " reason=0xC004F074"},
        {"\"0xC004F074\"", " reason=0xC004F074"},
        {"\"0Xc004f074\"", " reason=0xC004F074"},
        {"\"0x0\"", " reason=0x00000000"},
        {"\" 5 \"", " reason=0x00000005"},
        {"null", ""},
        {"\"\"", ""},
        {"\"  \"", ""},
        {"\"<NULL>\"", ""},
        {"\"<null>\"", ""},
        {"4294967296", " unreadable=LicenseStatusReason"},
        {"-2147483649", " unreadable=LicenseStatusReason"},
        {"9223372036854775807", " unreadable=LicenseStatusReason"},
        {"1.5", " unreadable=LicenseStatusReason"},
        {"1e300", " unreadable=LicenseStatusReason"},
        {"4294967296.0", " unreadable=LicenseStatusReason"},
        {"true", " unreadable=LicenseStatusReason"},
        {"[]", " unreadable=LicenseStatusReason"},
        {"[5]", " unreadable=LicenseStatusReason"},
        {"{}", " unreadable=LicenseStatusReason"},
        {"{\"value\": 5}", " unreadable=LicenseStatusReason"},
        {"\"0x\"", " unreadable=LicenseStatusReason"},
        {"\"0xC004F0740\"", " unreadable=LicenseStatusReason"},
        {"\"C004F074\"", " unreadable=LicenseStatusReason"},
        {"\"+5\"", " unreadable=LicenseStatusReason"},
        {"\"5 minutes\"", " unreadable=LicenseStatusReason"},
        {"\"5.0\"", " unreadable=LicenseStatusReason"},
        {"\"4294967296\"", " unreadable=LicenseStatusReason"},
        {"\"99999999999999999999\"", " unreadable=LicenseStatusReason"},
        {"\"???\"", " unreadable=LicenseStatusReason"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text json, expected;
        text_start(&json, 1024);
        text_start(&expected, 1024);
        text_append_format(&json, "[{\"Description\":\"x\",\"LicenseStatusReason\":%s}]", cases[i].spelling);
        text_append_format(&expected, "row: no name, channel=other%s\n", cases[i].facts);
        check_facts_of(text_string(&json), text_string(&expected));
        text_done(&json);
        text_done(&expected);
    }
}

static void a_boolean_has_many_spellings(void **state)
{
    static const struct {
        const char *spelling, *facts;
    } cases[] = {
        {"true", " addon=yes"},
        {"false", " addon=no"},
        {"1", " addon=yes"},
        {"0", " addon=no"},
        {"-1", " addon=yes"},
        {"1.0", " addon=yes"},
        {"\"True\"", " addon=yes"},
        {"\"False\"", " addon=no"},
        {"\"TRUE\"", " addon=yes"},
        {"\"1\"", " addon=yes"},
        {"\"0\"", " addon=no"},
        {"\"-1\"", " addon=yes"},
        {"null", ""},
        {"\"\"", ""},
        {"\"<NULL>\"", ""},
        {"2", " unreadable=LicenseIsAddon"},
        {"-2", " unreadable=LicenseIsAddon"},
        {"\"yes\"", " unreadable=LicenseIsAddon"},
        {"\"2\"", " unreadable=LicenseIsAddon"},
        {"[]", " unreadable=LicenseIsAddon"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text json, expected;
        text_start(&json, 1024);
        text_start(&expected, 1024);
        text_append_format(&json, "[{\"Description\":\"x\",\"LicenseIsAddon\":%s}]", cases[i].spelling);
        text_append_format(&expected, "row: no name, channel=other%s\n", cases[i].facts);
        check_facts_of(text_string(&json), text_string(&expected));
        text_done(&json);
        text_done(&expected);
    }
}

static void every_property_has_its_limits(void **state)
{
    static const struct {
        const char *members, *facts;
    } cases[] = {
        {"\"GracePeriodRemaining\":2147483647", " minutes=2147483647"},
        {"\"GracePeriodRemaining\":2147483648", " unreadable=GracePeriodRemaining"},
        {"\"GracePeriodRemaining\":-1", " unreadable=GracePeriodRemaining"},
        {"\"VLRenewalInterval\":2147483648", " unreadable=VLRenewalInterval"},
        {"\"VLActivationInterval\":4294967295", " unreadable=VLActivationInterval"},
        {"\"LicenseStatus\":7", " status=7"},
        {"\"LicenseStatus\":4294967295", " status=4294967295"},
        {"\"VLActivationType\":0", ""},
        {"\"VLActivationType\":3", " last=3"},
        {"\"VLActivationType\":4", " unreadable=VLActivationType"},
        {"\"KeyManagementServiceCurrentCount\":0", " count=0"},
        {"\"KeyManagementServiceCurrentCount\":1000000", " count=1000000"},
        {"\"KeyManagementServiceCurrentCount\":1000001", " unreadable=KeyManagementServiceCurrentCount"},
        {"\"KeyManagementServiceCurrentCount\":-1", " count=none"},
        {"\"KeyManagementServiceCurrentCount\":4294967295", " count=none"},
        {"\"KeyManagementServiceCurrentCount\":\"0xFFFFFFFF\"", " count=none"},
        {"\"KeyManagementServiceCurrentCount\":\"-1\"", " count=none"},
        {"\"KeyManagementServiceTotalRequests\":4294967294", " requests=4294967294/?/?/?/?/?/?/?"},
        {"\"KeyManagementServiceTotalRequests\":4294967295", ""},
        {"\"KeyManagementServiceFailedRequests\":-1", ""},
        {"\"KeyManagementServiceMachine\":\"a\",\"KeyManagementServicePort\":65535",
         " fixed-kms=a kms-port=65535"},
        {"\"KeyManagementServiceMachine\":\"a\",\"KeyManagementServicePort\":65536",
         " fixed-kms=a unreadable=KeyManagementServicePort"},
        {"\"KeyManagementServiceMachine\":\"a\",\"KeyManagementServicePort\":0",
         " fixed-kms=a kms-port=1688"},
        {"\"KeyManagementServiceMachine\":\"a\"", " fixed-kms=a"},
        {"\"KeyManagementServicePort\":1689", ""},
        {"\"KeyManagementServicePort\":1689,\"DiscoveredKeyManagementServiceMachineName\":\"b\"", " kms=b"},
        {"\"IsKeyManagementServiceMachine\":1", " host=yes"},
        {"\"IsKeyManagementServiceMachine\":0", " host=no"},
        {"\"PartialProductKey\":\"XXXXX\"", " key=XXXXX"},
        {"\"PartialProductKey\":\"AAAAA-BBBBB-CCCCC-DDDDD-XXXXX\"", " key=XXXXX"},
        {"\"PartialProductKey\":null", ""},
        {"\"PartialProductKey\":12345", " unreadable=PartialProductKey"},
        {"\"OA3xOriginalProductKey\":\"AAAAA-BBBBB-CCCCC-DDDDD-XXXXX\"", ""},
        {"\"licensestatus\":5", " status=5"},
        {"\"licensestatus\":1,\"LicenseStatus\":5", " status=5"},
        {"\"LicenseStatus\":5,\"LICENSESTATUS\":1", " status=5"},
        {"\"licensestatus\":1,\"LICENSESTATUS\":5", " unreadable=LicenseStatus"},
        {"\"LicenseStatus \":1", ""},
        {"\"Licensestatu\":1", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text json, expected;
        text_start(&json, 1024);
        text_start(&expected, 1024);
        text_append_format(&json, "[{\"Description\":\"x\",%s}]", cases[i].members);
        text_append_format(&expected, "row: no name, channel=other%s\n", cases[i].facts);
        check_facts_of(text_string(&json), text_string(&expected));
        text_done(&json);
        text_done(&expected);
    }
}

static void the_time_and_the_machine_have_an_order(void **state)
{
    static const struct {
        const char *json, *facts;
    } cases[] = {
        {"{\"TimeUtc\":\"2026-03-02T08:00:00Z\",\"SoftwareLicensingProduct\":[]}", TIME},
        {"{\"TimeUtc\":\"2026-03-02T09:00:00.1234567+01:00\",\"SoftwareLicensingProduct\":[]}", TIME},
        {"{\"TimeUtc\":\"\\/Date(1772438400000)\\/\",\"SoftwareLicensingProduct\":[]}", TIME},
        {"{\"TimeUtc\":{\"value\":\"\\/Date(1772438400000)\\/"
         "\",\"DateTime\":\"x\"},\"SoftwareLicensingProduct\":[]}",
         TIME},
        {"{\"TimeUtc\":\"20260302090000.000000+060\",\"SoftwareLicensingProduct\":[]}", TIME},
        {"{\"TimeUtc\":\"2026-03-02T08:00:00Z\",\"LicenseStatus\":5}", TIME "row: no name, status=5\n"},
        {"{\"TimeUtc\":\"yesterday\",\"SoftwareLicensingProduct\":[]}", ""},
        {"{\"TimeUtc\":1772438400,\"SoftwareLicensingProduct\":[]}", ""},
        {"{\"TimeUtc\":{\"DateTime\":\"x\"},\"SoftwareLicensingProduct\":[]}", ""},
        {"{\"TimeUtc\":null,\"SoftwareLicensingProduct\":[]}", ""},
        {"{\"ComputerName\":\"a\",\"PSComputerName\":\"b\",\"SoftwareLicensingProduct\":[{\"CSName\":\"A.x\"}"
         "]"
         "}",
         "computer: a\nrow: no name,\n"},
        {"{\"PSComputerName\":\"b\",\"CSName\":\"c\",\"SoftwareLicensingProduct\":[{\"ComputerName\":\"192.0."
         "2.11\"}]"
         "}",
         "computer: b\nrow: no name,\n"},
        {"{\"SoftwareLicensingProduct\":[{\"__SERVER\":\"C\",\"PSComputerName\":\"c\"}]}",
         "computer: c\nrow: no name,\n"},
        {"{\"SoftwareLicensingProduct\":[{},{\"__SERVER\":\"C\"}],\"SoftwareLicensingService\":{\"CSName\":"
         "\"c.d\"}}",
         "computer: C\nrow: no name,\nrow: no name,\n"},
        {"{\"SoftwareLicensingProduct\":[{}],\"SoftwareLicensingService\":{\"CSName\":\"c.d\"}}",
         "computer: c.d\nrow: no name,\n"},
        {"{\"ComputerName\":\"localhost\",\"SoftwareLicensingProduct\":[{\"PSComputerName\":\"LOCALHOST\"}]}",
         "row: no name,\n"},
        {"{\"ComputerName\":\".\",\"SoftwareLicensingProduct\":[{\"__SERVER\":\"c\"}]}",
         "computer: c\nrow: no name,\n"},
        {"{\"ComputerName\":7,\"SoftwareLicensingProduct\":[]}", ""},
        {"[{\"Description\":\"x\",\"PSComputerName\":\"192.0.2.11\"},{\"Description\":\"x\","
         "\"PSComputerName\":\"192.0.2.11\"}]",
         "computer: 192.0.2.11\nrow: no name, channel=other\nrow: no name, channel=other\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_facts_of(cases[i].json, cases[i].facts);
}

static void wrong_shapes_are_refused(void **state)
{
    static const struct {
        const char *json, *words;
    } cases[] = {
        {"", "it ends before it is closed"},
        {"{", "it ends before it is closed"},
        {"[", "it ends before it is closed"},
        {"{\"LicenseStatus\":1", "it ends before it is closed"},
        {"[{\"LicenseStatus\":1}", "it ends before it is closed"},
        {"[{\"LicenseStatus\":1},", "it ends before it is closed"},
        {"1", "it breaks the syntax"},
        {"\"LicenseStatus\"", "it breaks the syntax"},
        {"[{\"LicenseStatus\":1}] x", "something follows its end"},
        {"[{\"LicenseStatus\":01}]", "it breaks the syntax"},
        {"[{'LicenseStatus':1}]", "it breaks the syntax"},
        {"[{\"LicenseStatus\":1,}]", "it breaks the syntax"},
        {"[{\"LicenseStatus\":NaN}]", "it breaks the syntax"},
        {"[{\"Name\":\"\\u0000\",\"LicenseStatus\":1}]", "NUL"},
        {"[{\"Name\":\"\\ud800\",\"LicenseStatus\":1}]", "it breaks the syntax"},
        {"{}", "names neither"},
        {"{\"value\":{}}", "names neither"},
        {"[[]]", "item 1 of the list is a list"},
        {"[null]", "item 1 of the list is null"},
        {"[{}]", "none of LicenseStatus"},
        {"[1]", "item 1 of the list is a number"},
        {"[true]", "item 1 of the list is a boolean"},
        {"{\"SoftwareLicensingProduct\":7}", "SoftwareLicensingProduct is a number"},
        {"{\"SoftwareLicensingProduct\":true}", "SoftwareLicensingProduct is a boolean"},
        {"{\"SoftwareLicensingService\":\"x\"}", "SoftwareLicensingService is text"},
        {"{\"SoftwareLicensingService\":[[]]}", "SoftwareLicensingService: item 1 of the list is a list"},
        {"{\"OfficeSoftwareProtectionProduct\":7}", "OfficeSoftwareProtectionProduct is a number"},
        {"{\"OfficeSoftwareProtectionService\":7}", "OfficeSoftwareProtectionService is a number"},
        {"{\"SoftwareLicensingProduct\":{\"value\":[{}],\"Count\":2}}",
         "Count is not the number of items of the list, 1"},
        {"{\"SoftwareLicensingProduct\":{\"value\":[{}],\"Count\":\"1\"}}",
         "Count is not the number of items"},
        {"{\"SoftwareLicensingProduct\":{\"value\":[7],\"Count\":1}}", "item 1 of the list is a number"},
        {"{\"value\":[{}],\"Count\":1}", "none of LicenseStatus"},
        {"{\"SoftwareLicensingProduct\":{\"PSComputerName\":\"a\"},\"SoftwareLicensingService\":{\"__"
         "SERVER\":\"b\"}}",
         "rows of two machines, a and b"},
        {"[{\"LicenseStatus\":1,\"PSComputerName\":\"192.0.2.11\"},{\"LicenseStatus\":1,\"PSComputerName\":"
         "\"192.0.2.12\"}]",
         "rows of two machines, 192.0.2.11 and 192.0.2.12"},
        {"[{\"LicenseStatus\":1,\"PSComputerName\":\"2001:db8::1\"},{\"LicenseStatus\":1,\"CSName\":\"2001:"
         "db8::2\"}]",
         "rows of two machines"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct license_document document;
        struct problem why = {.kind = PROBLEM_NONE};
        struct text facts;
        if (cim_json_read(span_of(cases[i].json), &document, &why))
            fail_msg("%s was read:\n%s", cases[i].json, facts_print(&document, &facts));
        if (strstr(why.sentence, cases[i].words) == NULL || why.kind != PROBLEM_PROTOCOL)
            fail_msg("%s:\n--- expected to contain\n%s\n--- said\n%s", cases[i].json, cases[i].words,
                     why.sentence);
    }
}

static void more_products_than_windows_has_are_refused(void **state)
{
    struct text json;
    struct license_document document;
    struct problem why;
    (void)state;
    text_start(&json, 1024 * 1024);
    text_append(&json, "[");
    for (int i = 0; i < LICENSE_MAXIMUM; i++)
        text_append(&json, "{\"LicenseStatus\":0},");
    text_append(&json, "{\"LicenseStatus\":0}]");
    assert_false(cim_json_read(fixture_span(&json), &document, &why));
    assert_string_equal(why.sentence, "the JSON lists more than 4096 products");
    text_done(&json);
}

/* Nothing but white space may be missing at the end (in UTF-16 it has NUL bytes). */
static void check_every_cut_is_refused(const char *fixture)
{
    struct text bytes = fixture_read(fixture);
    for (size_t length = 0; length < bytes.length; length++) {
        struct license_document document;
        struct problem why;
        if (!document_read(span_first(fixture_span(&bytes), length), &document, &why))
            continue;
        license_document_done(&document);
        for (size_t i = length; i < bytes.length; i++) {
            if (bytes.bytes[i] != '\0' && !ascii_is_blank(bytes.bytes[i]))
                fail_msg("%s was read when cut after %zu of %zu bytes", fixture, length, bytes.length);
        }
    }
    text_done(&bytes);
}

static void json_that_was_cut_is_refused(void **state)
{
    (void)state;
    fixture_each("json", check_every_cut_is_refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_gives_its_facts),
        cmocka_unit_test(other_shapes_are_refused_with_a_sentence),
        cmocka_unit_test(a_number_has_many_spellings),
        cmocka_unit_test(a_boolean_has_many_spellings),
        cmocka_unit_test(every_property_has_its_limits),
        cmocka_unit_test(the_time_and_the_machine_have_an_order),
        cmocka_unit_test(wrong_shapes_are_refused),
        cmocka_unit_test(more_products_than_windows_has_are_refused),
        cmocka_unit_test(json_that_was_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
