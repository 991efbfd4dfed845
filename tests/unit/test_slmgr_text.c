/* SPDX-License-Identifier: MIT */
/* Output of slmgr.vbs: every generation, whatever consoles and transports make of it, and never more than it
 * says. */
#include "test_license_facts.h"

#include "payload/slmgr_text.h"

#define KMS_CLIENT_ROW                                                                                       \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780 last=2 "      \
    "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080\n"
#define KMS_CLIENT "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n" KMS_CLIENT_ROW
#define KMS_HOST_SERVICE "service: version=10.0.26100.1 port=1688 publishing=yes low-priority=no\n"
#define KMS_HOST                                                                                             \
    KMS_HOST_SERVICE                                                                                         \
    "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 "                \
    "host=yes count=26 requests=1680/9/0/1598/57/36/0/19\n"
#define CLIENT(facts)                                                                                        \
    "service: version=10.0.26100.1\nrow: Windows(R), Enterprise edition, channel=kms-client "                \
    "key=XXXXX " facts "\n"

static void every_generation_gives_its_facts(void **state)
{
    static const struct facts_case cases[] = {
        {"slmgr/windows-vista-kms-client.txt",
         "service: version=6.0.6002.18005 cmid=00000000-0000-5000-8000-000000000101\n"
         "row: Windows(TM) Vista, Business edition, channel=kms-client key=XXXXX status=1 minutes=250560 "
         "last=2 "
         "fixed-kms=kms01.corp.example.com kms-port=1688 activation=120 renewal=10080\n"},
        {"slmgr/windows-vista-mak.txt",
         "service: version=6.0.6002.18005\n"
         "row: Windows(TM) Vista, Enterprise edition, channel=mak key=XXXXX status=1 minutes=0\n"},
        {"slmgr/server-2008-kms-host.txt",
         "service: version=6.0.6002.18005 port=1688 publishing=yes low-priority=no\n"
         "row: Windows Server(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 "
         "host=yes "
         "count=25 requests=480/3/0/470/6/2/0/2\n"},
        {"slmgr/server-2003-kms-host-dli.txt", "service: port=1688 publishing=yes low-priority=no\n"
                                               "row: Windows(TM) Server 2003 KMS, KmsW2k3Prs edition, "
                                               "channel=kms-host key=XXXXX status=1 minutes=0 "
                                               "host=yes count=5\n"},
        {"slmgr/windows-7-kms-client.txt",
         "service: version=6.1.7601.17514 cmid=00000000-0000-5000-8000-000000000105\n"
         "row: Windows(R) 7, Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=243720 last=2 "
         "kms=kms01.corp.example.com kms-port=1688 activation=15 renewal=25\n"},
        {"slmgr/windows-7-mak.txt",
         "service: version=6.1.7601.17514\n"
         "row: Windows(R) 7, Professional edition, channel=mak key=XXXXX status=1 minutes=0\n"},
        {"slmgr/windows-7-not-genuine.txt",
         "service: version=6.1.7601.17514\n"
         "row: Windows(R) 7, Enterprise edition, channel=kms-client key=XXXXX status=5 reason=0xC004F200\n"},
        {"slmgr/server-2008-r2-kms-host-dli.txt", "service: port=1688 publishing=yes low-priority=no\n"
                                                  "row: Windows Server(R), ServerEnterprise edition, "
                                                  "channel=kms-host key=XXXXX status=1 minutes=0 host=yes "
                                                  "count=2 requests=826/0/0/826/0/0/0/0\n"},
        {"slmgr/windows-8-1-active-directory.txt",
         "service: version=6.3.9600.17809\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=256320 last=1 "
         "ad=Example Activation Object\n"},
        {"slmgr/windows-10-kms-client-dli.txt",
         "service: cmid=40991adc-a53a-511f-a32a-e55d3ad2d402\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=230400 last=2 "
         "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080\n"},
        {"slmgr/windows-10-grace-over.txt", CLIENT("status=5 reason=0xC004F009")},
        {"slmgr/windows-10-hardware-changed.txt", CLIENT("status=5 reason=0xC004F00F")},
        {"slmgr/windows-10-initial-grace.txt", CLIENT("status=2 minutes=23040")},
        {"slmgr/windows-11-additional-grace.txt", CLIENT("status=3 minutes=17280")},
        {"slmgr/windows-11-non-genuine-grace.txt", CLIENT("status=4 minutes=4320")},
        {"slmgr/windows-11-extended-grace.txt", CLIENT("status=6 minutes=1440")},
        {"slmgr/windows-11-status-unknown.txt", CLIENT("unreadable=LicenseStatus")},
        {"slmgr/windows-10-with-extended-updates.txt",
         "service: version=10.0.19041.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n" KMS_CLIENT_ROW
         "row: Windows(R), Client-ESU-Year1 add-on for Enterprise,EnterpriseN,Professional,ProfessionalN, "
         "channel=mak "
         "key=XXXXX status=0\n"},
        {"slmgr/windows-11-kms-client.txt", KMS_CLIENT},
        {"slmgr/windows-11-mak.txt",
         "service: version=10.0.26100.1\n"
         "row: Windows(R), Enterprise edition, channel=mak key=XXXXX status=1 minutes=0\n"},
        {"slmgr/windows-11-mak-dli.txt",
         "row: Windows(R), Enterprise edition, channel=mak key=XXXXX status=1 minutes=0\n"},
        {"slmgr/windows-11-retail.txt",
         "service: version=10.0.26100.1\n"
         "row: Windows(R), Professional edition, channel=retail key=XXXXX status=1 minutes=0\n"},
        {"slmgr/windows-11-oem.txt",
         "service: version=10.0.26100.1\n"
         "row: Windows(R), Core edition, channel=oem key=XXXXX status=1 minutes=0\n"},
        {"slmgr/windows-11-token.txt", CLIENT("status=1 minutes=258780 last=3")},
        {"slmgr/windows-11-fixed-kms-host-on-ipv6.txt",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780 last=2 "
         "fixed-kms=2001:db8:11::11 kms-port=1689 address=2001:db8:11::11 activation=120 renewal=10080\n"},
        {"slmgr/windows-11-fixed-kms-host-and-lookup-domain.txt",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780 last=2 "
         "fixed-kms=kms-old.corp.example.com kms-port=1688 activation=120 renewal=10080\n"},
        {"slmgr/windows-11-without-kms-name.txt",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780 last=2 "
         "activation=120 renewal=10080\n"},
        {"slmgr/windows-11-kms-client-without-minutes.txt",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 last=2 "
         "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080\n"},
        {"slmgr/windows-11-dlv-all.txt",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows(R), Education edition, channel=kms-client status=0\n"
         "row: Windows(R), Professional edition, channel=retail status=0\n" KMS_CLIENT_ROW
         "row: Office 24, Office24ProPlus2024VL_KMS_Client_AE edition, channel=kms-client key=XXXXX status=1 "
         "minutes=258000 last=2 kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 "
         "renewal=10080\n"
         "row: Office 24, Office24ProjectPro2024VL_MAK_AE edition, channel=retail status=0\n"},
        {"slmgr/server-2022-virtual-machine-activation.txt",
         "service: version=10.0.20348.1\n"
         "row: Windows(R), ServerStandard edition, channel=avma key=XXXXX status=1 minutes=10080\n"},
        {"slmgr/server-2022-evaluation.txt", "service: version=10.0.20348.1\n"
                                             "row: Windows(R), ServerDatacenterEval edition, "
                                             "channel=evaluation key=XXXXX status=1 minutes=243800\n"},
        {"slmgr/server-2025-kms-host.txt", KMS_HOST_SERVICE
         "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 "
         "host=yes count=26 requests=1680/9/0/1598/57/6/0/19\n"},
        {"slmgr/server-2025-kms-host-windows-and-office.txt",
         KMS_HOST_SERVICE "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 "
                          "minutes=0 host=yes count=26 "
                          "requests=1680/9/0/1598/57/6/0/19\n"
                          "row: Office 24, Office24KMSHostVL_KMS_Host_AE edition, channel=kms-host key=XXXXX "
                          "status=1 minutes=0 "
                          "host=yes count=10 requests=744/0/0/732/12/0/0/0\n"},
        {"slmgr/server-2025-kms-host-not-activated.txt",
         KMS_HOST_SERVICE "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=5 "
                          "reason=0xC004F034 host=yes count=0 requests=0/84/0/0/0/0/0/0\n"},
        {"slmgr/server-2025-kms-host-without-clients.txt", KMS_HOST_SERVICE
         "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 "
         "host=yes count=none requests=0/0/0/0/0/0/0/0\n"},
        {"slmgr/server-2019-kms-host-low-priority.txt",
         "service: version=10.0.17763.1 port=1690 publishing=no low-priority=yes\n"
         "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 host=yes "
         "count=5 "
         "requests=525/172/0/186/171/0/0/168\n"},
        {"slmgr/office-2010-kms-host-on-this-computer.txt",
         "service: port=1688 publishing=yes low-priority=no\n"
         "row: Microsoft Office 2010, KMSHost edition, channel=kms-host key=XXXXX status=1 minutes=0 "
         "host=yes "
         "count=7\n"},
        {"slmgr/server-2019-host-key-removed.txt",
         "service: version=10.0.17763.1\n"
         "row: Microsoft Office 2010, KMSHost edition, channel=kms-host status=0\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], slmgr_text_read);
}

static void consoles_and_transports_change_nothing(void **state)
{
    static const struct facts_case cases[] = {
        {"slmgr/windows-11-kms-client-with-unix-line-ends.txt", KMS_CLIENT},
        {"slmgr/windows-11-padded-with-blanks.txt", KMS_CLIENT},
        {"slmgr/windows-11-blank-lines-and-no-indentation.txt", KMS_CLIENT},
        {"slmgr/windows-11-upper-case-labels.txt", KMS_CLIENT},
        {"slmgr/windows-11-russian-words-around-it.txt", KMS_CLIENT},
        {"slmgr/windows-11-wrapped-at-40.txt", KMS_CLIENT},
        {"slmgr/windows-11-wrapped-at-33.txt", KMS_CLIENT},
        {"slmgr/windows-11-wrapped-at-80.txt", CLIENT("status=3 minutes=17280")},
        {"slmgr/windows-11-doubled-carriage-returns.txt", KMS_HOST},
        {"slmgr/server-2025-kms-host-wrapped-at-80.txt", KMS_HOST},
        {"slmgr/server-2025-kms-host-wrapped-at-80-without-indentation.txt", KMS_HOST},
        {"slmgr/server-2025-kms-host-wrapped-at-40.txt", KMS_HOST},
        {"slmgr/server-2008-kms-client-wrapped-at-80.txt",
         "service: cmid=00000000-0000-5000-8000-000000000108\n"
         "row: Windows Server(R), ServerStandard edition, channel=kms-client key=XXXXX status=1 "
         "minutes=249120 last=2 "
         "fixed-kms=kms02.corp.example.com kms-port=1688 activation=120 renewal=10080\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], slmgr_text_read);
}

/* Breaks lines at `width` as a console does; without indentation as a transport that trims does. */
static struct text wrap(struct span bytes, size_t width, bool keeps_indentation, const char *line_end)
{
    struct text wrapped;
    text_start(&wrapped, FIXTURE_MAXIMUM);
    while (bytes.bytes != NULL) {
        struct span line = span_cut(&bytes, '\n');
        if (line.length > 0 && line.bytes[line.length - 1] == '\r')
            line.length--;
        for (bool is_first = true; is_first || line.length > 0; is_first = false) {
            struct span piece = span_first(line, width);
            line = span_from(line, width);
            text_append_span(&wrapped, keeps_indentation ? piece : span_trim(piece));
            if (line.length > 0 || bytes.bytes != NULL)
                text_append(&wrapped, line_end);
        }
    }
    assert_true(text_ok(&wrapped));
    return wrapped;
}

/* A console that trims eats blanks at the breaks; nothing that is judged depends on them. */
static struct text without_blanks(const char *string)
{
    struct text text;
    text_start(&text, FACTS_MAXIMUM);
    for (; *string != '\0'; string++) {
        if (*string != ' ')
            text_append_byte(&text, *string);
    }
    return text;
}

static void compare_wrapped(const char *fixture, size_t width, bool keeps_indentation, const char *line_end)
{
    struct text bytes = fixture_read(fixture), facts, wrapped_facts;
    struct text wrapped = wrap(fixture_span(&bytes), width, keeps_indentation, line_end);
    struct license_document document, again;
    struct problem why;
    assert_true(slmgr_text_read(fixture_span(&bytes), &document, &why));
    assert_true(slmgr_text_read(fixture_span(&wrapped), &again, &why));
    struct text expected = without_blanks(facts_print(&document, &facts));
    struct text got = without_blanks(facts_print(&again, &wrapped_facts));
    if (strcmp(text_string(&expected), text_string(&got)) != 0)
        fail_msg("%s at width %zu, %s:\n--- expected\n%s--- read\n%s", fixture, width,
                 keeps_indentation ? "indented" : "trimmed", text_string(&facts),
                 text_string(&wrapped_facts));
    text_done(&expected);
    text_done(&got);
    text_done(&facts);
    text_done(&wrapped_facts);
    license_document_done(&document);
    license_document_done(&again);
    text_done(&wrapped);
    text_done(&bytes);
}

static void consoles_of_every_width_change_nothing(void **state)
{
    static const char *const fixtures[] = {
        "slmgr/windows-11-kms-client.txt",       "slmgr/windows-8-1-active-directory.txt",
        "slmgr/windows-11-additional-grace.txt", "slmgr/server-2025-kms-host-windows-and-office.txt",
        "slmgr/windows-11-dlv-all.txt",          "slmgr/windows-7-not-genuine.txt",
    };
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++) {
        for (size_t width = 30; width <= 140; width++) {
            compare_wrapped(fixtures[i], width, true, "\r\n");
            compare_wrapped(fixtures[i], width, false, "\n");
            compare_wrapped(fixtures[i], width, true, "\r\r\n");
        }
    }
}

/* A product of a new Windows around the lines that a case is about. */
static struct text product_with(const char *channel, const char *lines)
{
    struct text text;
    text_start(&text, 65536);
    text_append_format(
        &text,
        "Software licensing service version: 10.0.26100.1\r\n\r\nName: Windows\r\n"
        "Description: Windows(R) Operating System, %s channel\r\nPartial Product Key: XXXXX\r\n%s",
        channel, lines);
    return text;
}

static void read_lines(const char *channel, const char *lines, struct license_document *ret)
{
    struct text text = product_with(channel, lines);
    struct problem why;
    if (!slmgr_text_read(fixture_span(&text), ret, &why))
        fail_msg("%s was refused: %s", lines, why.sentence);
    assert_int_equal(ret->license_count, 1);
    text_done(&text);
}

static void status_words_are_matched_whole(void **state)
{
    enum { UNKNOWN_STATUS = 99 };
    static const struct {
        const char *words;
        uint32_t status;
    } cases[] = {
        {"Unlicensed", 0},
        {"Licensed", 1},
        {"licensed", 1},
        {"Initial grace period", 2},
        {"Additional grace period (KMS license expired or hardware out of tolerance)", 3},
        {"Additional grace period", 3},
        {"Additional graceperiod (KMS license", 3},
        {"Non-genuine grace period.", 4},
        {"Non-genuine grace period", 4},
        {"Notification", 5},
        {"Extended grace period", 6},
        {"Unknown", UNKNOWN_STATUS},
        {"", UNKNOWN_STATUS},
        {"Licensed.", UNKNOWN_STATUS},
        {"Licensed (evaluation)", UNKNOWN_STATUS},
        {"Not Licensed", UNKNOWN_STATUS},
        {"Un Licensed to nobody", UNKNOWN_STATUS},
        {"Licens", UNKNOWN_STATUS},
        {"Lizenziert", UNKNOWN_STATUS},
        {"Initial grace", UNKNOWN_STATUS},
        {"Notifications", UNKNOWN_STATUS},
        {"1", UNKNOWN_STATUS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text line;
        struct license_document document;
        text_start(&line, 256);
        text_append_format(&line, "License Status: %s\r\n", cases[i].words);
        read_lines("VOLUME_KMSCLIENT", text_string(&line), &document);
        struct known_number status = document.licenses[0].status;
        uint32_t got = status.is_known ? status.value : UNKNOWN_STATUS;
        if (got != cases[i].status)
            fail_msg("%s became %u, not %u", cases[i].words, (unsigned)got, (unsigned)cases[i].status);
        assert_true(status.is_known == (document.licenses[0].unreadable == NULL));
        license_document_done(&document);
        text_done(&line);
    }
}

static void minutes_are_read_and_never_days(void **state)
{
    static const struct {
        const char *line, *facts;
    } cases[] = {
        {"Volume activation expiration: 258780 minute(s) (180 day(s))", "status=1 minutes=258780"},
        {"Volume activation expiration: 1 minute(s) (0 day(s))", "status=1 minutes=1"},
        {"Volume activation expiration: 0 minute(s) (0 day(s))", "status=1 minutes=0"},
        {"Volume activation expiration: 2147483647 minute(s) (1491308 day(s))",
         "status=1 minutes=2147483647"},
        {"Volume activation expiration: 2147483648 minute(s)", "status=1 unreadable=GracePeriodRemaining"},
        {"Volume activation expiration: 180 day(s)", "status=1 unreadable=GracePeriodRemaining"},
        {"Volume activation expiration: 258780", "status=1 unreadable=GracePeriodRemaining"},
        {"Volume activation expiration: 258,780 minute(s)", "status=1 unreadable=GracePeriodRemaining"},
        {"Volume activation expiration: -1 minute(s)", "status=1 unreadable=GracePeriodRemaining"},
        {"Volume activation expiration:", "status=1 unreadable=GracePeriodRemaining"},
        {"Timebased activation expiration: 7200 minute(s) (5 day(s))", "status=1 minutes=7200"},
        {"Automatic VM activation expiration: 7200 minute(s) (5 day(s))", "status=1 minutes=7200"},
        {"Time remaining: 7200 minute(s) (5 day(s))", "status=1 minutes=7200"},
        {"Subscription expiration: 7200 minute(s) (5 day(s))", "status=1 minutes=7200"},
        {"Volume activation expiration: 10 minute(s)\r\nTime remaining: 20 minute(s)",
         "status=1 unreadable=GracePeriodRemaining"},
        {"Volume activation expiration: 10 minute(s)\r\nTime remaining: 10 minute(s)", "status=1 minutes=10"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text lines, facts, expected;
        struct license_document document;
        text_start(&lines, 1024);
        text_start(&expected, 1024);
        text_append_format(&lines, "License Status: Licensed\r\n%s\r\nTrusted time: 3/2/2026 8:00:00 AM\r\n",
                           cases[i].line);
        text_append_format(&expected,
                           "service: version=10.0.26100.1\nrow: Windows, channel=mak key=XXXXX %s\n",
                           cases[i].facts);
        read_lines("VOLUME_MAK", text_string(&lines), &document);
        assert_string_equal(facts_print(&document, &facts), text_string(&expected));
        license_document_done(&document);
        text_done(&facts);
        text_done(&expected);
        text_done(&lines);
    }
}

static void only_a_proven_block_is_permanent(void **state)
{
    enum { UNKNOWN_MINUTES = 99 };
    static const struct {
        const char *version, *channel, *lines;
        uint32_t minutes;
    } cases[] = {
        /* /dlv of Windows 7 and later goes on behind the status */
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\n", UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\n\n\n", UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\nRemaining Windows rearm count: 1001",
         UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\nRemaining Windows rearm count: 1001\n", 0},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\nWarning: something\nError: 0x1\n",
         UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\nsomething unknown\n", UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Licensed\n\nName: Windows\n", 0},
        {"10.0.26100.1", "RETAIL", "License Status: Licensed\nTrusted time: 3/2/2026\n", 0},
        {"10.0.26100.1", "VOLUME_KMS_WS25",
         "License Status: Licensed\nKey Management Service is enabled on this machine\n", 0},
        {"6.1.7601.17514", "VOLUME_MAK", "License Status: Licensed\n", UNKNOWN_MINUTES},
        {"6.1.7601.17514", "VOLUME_MAK", "License Status: Licensed\nRemaining Windows rearm count: 2\n", 0},
        {"7", "VOLUME_MAK", "License Status: Licensed\n", UNKNOWN_MINUTES},
        {"newest", "VOLUME_MAK", "License Status: Licensed\n", UNKNOWN_MINUTES},
        /* what stands before the status proves nothing */
        {"10.0.26100.1", "VOLUME_MAK", "Extended PID: 1\nLicense Status: Licensed\n", UNKNOWN_MINUTES},
        /* Windows Vista and /dli end there */
        {"6.0.6002.18005", "VOLUME_MAK", "License Status: Licensed\n", 0},
        {NULL, "VOLUME_MAK", "License Status: Licensed\n", 0},
        {NULL, "RETAIL", "License Status: Licensed\n", 0},
        {NULL, "OEM_SLP", "License Status: Licensed\n", 0},
        {NULL, "VOLUME_KMS_WS25", "License Status: Licensed\n", 0},
        {NULL, "VIRTUAL_MACHINE_ACTIVATION", "License Status: Licensed\n", UNKNOWN_MINUTES},
        {NULL, "VIRTUAL_MACHINE_ACTIVATION", "License Status: Licensed\nGuest IAID: Not Available\n", 0},
        /* a KMS client always has minutes */
        {"10.0.26100.1", "VOLUME_KMSCLIENT", "License Status: Licensed\nTrusted time: 3/2/2026\n",
         UNKNOWN_MINUTES},
        {"6.0.6002.18005", "VOLUME_KMSCLIENT", "License Status: Licensed\n", UNKNOWN_MINUTES},
        {NULL, "VOLUME_KMSCLIENT", "License Status: Licensed\n\nName: Windows\n", UNKNOWN_MINUTES},
        /* and other states say nothing about it */
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Notification\nTrusted time: 3/2/2026\n",
         UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Unlicensed\nTrusted time: 3/2/2026\n",
         UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Initial grace period\nTrusted time: 3/2/2026\n",
         UNKNOWN_MINUTES},
        {"10.0.26100.1", "VOLUME_MAK", "License Status: Sparkling\nTrusted time: 3/2/2026\n",
         UNKNOWN_MINUTES},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text text;
        struct license_document document;
        struct problem why;
        text_start(&text, 4096);
        if (cases[i].version != NULL)
            text_append_format(&text, "Software licensing service version: %s\n\n", cases[i].version);
        text_append_format(&text,
                           "Name: Windows\nDescription: Windows, %s channel\nPartial Product Key: XXXXX\n%s",
                           cases[i].channel, cases[i].lines);
        assert_true(slmgr_text_read(fixture_span(&text), &document, &why));
        struct known_number minutes = document.licenses[0].grace_minutes;
        uint32_t got = minutes.is_known ? minutes.value : UNKNOWN_MINUTES;
        if (got != cases[i].minutes)
            fail_msg("%s\ngave %u minutes, not %u (99 is unknown)", text_string(&text), (unsigned)got,
                     (unsigned)cases[i].minutes);
        license_document_done(&document);
        text_done(&text);
    }
}

static void a_kms_host_is_a_name_and_a_port(void **state)
{
    static const struct {
        const char *line, *facts;
    } cases[] = {
        {"KMS machine name from DNS: kms01.corp.example.com:1688",
         "kms=kms01.corp.example.com kms-port=1688"},
        {"Registered KMS machine name: KMS01:65535", "fixed-kms=KMS01 kms-port=65535"},
        {"Registered KMS machine name: 192.0.2.11:1688", "fixed-kms=192.0.2.11 kms-port=1688"},
        {"Registered KMS machine name: [2001:db8::1]:1688", "fixed-kms=2001:db8::1 kms-port=1688"},
        {"Registered KMS machine name: [2001:db8::1]", "fixed-kms=2001:db8::1"},
        {"Registered KMS machine name: 2001:db8::1:1688", "fixed-kms=2001:db8::1 kms-port=1688"},
        {"Registered KMS machine name: kms01", "fixed-kms=kms01"},
        {"Registered KMS machine name: kms01:", "unreadable=KeyManagementServiceMachine"},
        {"Registered KMS machine name: kms01:0", "unreadable=KeyManagementServiceMachine"},
        {"Registered KMS machine name: kms01:65536", "unreadable=KeyManagementServiceMachine"},
        {"Registered KMS machine name: kms01:16 88", "unreadable=KeyManagementServiceMachine"},
        {"Registered KMS machine name: :1688", "unreadable=KeyManagementServiceMachine"},
        {"Registered KMS machine name:", "unreadable=KeyManagementServiceMachine"},
        {"KMS machine name from DNS: not available", "unreadable=DiscoveredKeyManagementServiceMachineName"},
        {"KMS machine name from DNS: a:1\r\nRegistered KMS machine name: b:2", "fixed-kms=b kms-port=2"},
        {"Registered KMS machine name: b:2\r\nKMS machine name from DNS: a:1", "fixed-kms=b kms-port=2"},
        {"KMS machine name from DNS: a:1\r\nKMS machine name from DNS: b:2", "kms=a kms-port=1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text lines, facts, expected;
        struct license_document document;
        text_start(&lines, 1024);
        text_start(&expected, 1024);
        text_append_format(&lines, "%s\r\nTrusted time: 3/2/2026\r\n", cases[i].line);
        text_append_format(&expected,
                           "service: version=10.0.26100.1\nrow: Windows, channel=kms-client key=XXXXX %s\n",
                           cases[i].facts);
        read_lines("VOLUME_KMSCLIENT", text_string(&lines), &document);
        assert_string_equal(facts_print(&document, &facts), text_string(&expected));
        license_document_done(&document);
        text_done(&facts);
        text_done(&expected);
        text_done(&lines);
    }
}

static void a_count_is_a_number_of_clients_or_none(void **state)
{
    static const struct {
        const char *line, *facts;
    } cases[] = {
        {"Current count: 0", "count=0"},
        {"Current count: 50", "count=50"},
        {"Current Count: 26", "count=26"},
        {"Current count: 1000000", "count=1000000"},
        {"Current count: 1000001", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: 4294967294", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: 4294967295", "count=none"},
        {"Current count: -1", "count=none"},
        {"Current count: 0xFFFFFFFF", "count=none"},
        {"Current count: -2", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: 26 clients", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count:", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: 26\r\nCurrent count: 26", "count=26"},
        {"Current count: 26\r\nCurrent count: 27", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: 26\r\nCurrent count: 27\r\nCurrent count: 28",
         "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: 26\r\nCurrent count: -1", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: -1\r\nCurrent count: 26", "unreadable=KeyManagementServiceCurrentCount"},
        {"Current count: many\r\nCurrent count: -1", "unreadable=KeyManagementServiceCurrentCount"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text lines, facts, expected;
        struct license_document document;
        text_start(&lines, 1024);
        text_start(&expected, 1024);
        text_append_format(&lines, "%s\r\n", cases[i].line);
        text_append_format(&expected,
                           "service: version=10.0.26100.1\nrow: Windows, channel=kms-host key=XXXXX %s\n",
                           cases[i].facts);
        read_lines("VOLUME_KMS_WS25", text_string(&lines), &document);
        if (strcmp(facts_print(&document, &facts), text_string(&expected)) != 0)
            fail_msg("%s:\n--- expected\n%s--- read\n%s", cases[i].line, text_string(&expected),
                     text_string(&facts));
        license_document_done(&document);
        text_done(&facts);
        text_done(&expected);
        text_done(&lines);
    }
}

static void a_last_line_without_its_end_is_not_read(void **state)
{
    struct license_document document;
    (void)state;
    read_lines("VOLUME_MAK", "License Status: Licensed", &document);
    assert_false(document.licenses[0].status.is_known);
    license_document_done(&document);
    read_lines("VOLUME_MAK", "License Status: Licensed\r", &document);
    assert_true(document.licenses[0].status.is_known);
    license_document_done(&document);
}

static void nothing_but_an_error_is_the_error(void **state)
{
    static const struct facts_case cases[] = {
        {"slmgr/error-no-product-key.txt", "error: product key not found.\n"},
        {"slmgr/error-product-not-found-with-banner.txt", "error: product not found.\n"},
        {"slmgr/error-key-not-available.txt", "error: code=0xC004F014 0xC004F014 The Software Licensing "
                                              "Service reported that the product key is not "
                                              "available\n"},
        {"slmgr/error-on-non-core-edition-wrapped.txt",
         "error: code=0x8007000D 0x8007000D On a computer running Microsoft Windows non-core edition, run "
         "'slui.exe "
         "0x2a 0x8007000D' to display the error text.\n"},
        {"slmgr/error-connecting.txt", "error: code=0x800706BA Error 0x800706BA occurred in connecting to "
                                       "server kms01.corp.example.com.\n"},
        {"slmgr/error-after-version.txt", "error: product key not found.\nservice: version=10.0.26100.1\n"},
        {"slmgr/error-beside-a-product.txt", KMS_CLIENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], slmgr_text_read);
}

static void hostile_text_gives_unknown_facts(void **state)
{
    static const struct facts_case cases[] = {
        {"hostile/bar-and-newline-in-name.txt", "service: version=10.0.26100.1\nrow: Windows | count=999, "
                                                "channel=mak key=XXXXX unreadable=LicenseStatus\n"},
        {"hostile/status-said-twice.txt",
         "service: version=10.0.26100.1\nrow: Windows(R), Enterprise edition, "
         "channel=mak key=XXXXX unreadable=LicenseStatus\n"},
        {"hostile/foreign-status-word.txt", CLIENT("minutes=258780 unreadable=LicenseStatus")},
        {"hostile/minutes-are-no-number.txt", CLIENT("status=1 unreadable=GracePeriodRemaining")},
        {"hostile/minutes-under-another-label.txt",
         "service: version=10.0.26100.1\n"
         "row: Windows(R), Enterprise edition, channel=retail key=XXXXX status=1 minutes=4320\n"},
        {"hostile/count-is-no-number.txt",
         "service: version=10.0.26100.1 low-priority=no unreadable=KeyManagementServiceListeningPort, "
         "KeyManagementServiceDnsPublishing\n"
         "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 minutes=0 host=yes "
         "requests=1680/9/0/1598/57/6/0/19 unreadable=KeyManagementServiceCurrentCount\n"},
        {"hostile/cut-after-licensed.txt",
         "service: version=10.0.26100.1\n"
         "row: Windows(R), Enterprise edition, channel=mak key=XXXXX status=1 "
         "unreadable=GracePeriodRemaining\n"},
        {"hostile/cut-in-the-status.txt", "service: version=10.0.26100.1\n"
                                          "row: Windows(R), Enterprise edition, channel=mak key=XXXXX\n"},
        {"hostile/unlicensed-only.txt", "service: version=10.0.26100.1\n"
                                        "row: Windows(R), Education edition, channel=kms-client status=0\n"
                                        "row: Windows(R), Professional edition, channel=retail status=0\n"},
        {"hostile/invalid-utf-8.txt",
         "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"
         "row: Windows\xFF\x80\xC0\xAF, Enterprise edition, channel=kms-client key=XXXXX status=1 "
         "minutes=258780 last=2 "
         "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080\n"},
        {"hostile/key-with-all-its-characters.txt", KMS_CLIENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], slmgr_text_read);
}

static void more_products_than_windows_has_are_refused(void **state)
{
    struct text text;
    struct license_document document;
    struct problem why;
    (void)state;
    text_start(&text, 1024 * 1024);
    for (int i = 0; i < LICENSE_MAXIMUM; i++)
        text_append(&text, "Name: x\n");
    assert_true(slmgr_text_read(fixture_span(&text), &document, &why));
    assert_int_equal(document.license_count, LICENSE_MAXIMUM);
    license_document_done(&document);
    text_append(&text, "Name: x\n");
    assert_false(slmgr_text_read(fixture_span(&text), &document, &why));
    assert_string_equal(why.sentence, "the output of slmgr.vbs lists more than 4096 products");
    text_done(&text);
}

static void only_english_text_is_recognised(void **state)
{
    static const struct {
        const char *text;
        bool is_slmgr;
    } cases[] = {
        {"Software licensing service version: 10.0.26100.1\r\n", true},
        {"Name: Windows\r\nDescription: Windows, RETAIL channel\r\n", true},
        {"Name: Windows\r\nLicense Status: Licensed\r\n", true},
        {"Activation ID: 1\r\n", true},
        {"Partial Product Key: XXXXX\r\n", true},
        {"Name: Windows\r\nBeschreibung: Windows, RETAIL channel\r\nLizenzstatus: Lizenziert\r\n", false},
        {"Nom : Windows\r\nDescription : Windows, RETAIL channel\r\n", false},
        {"LICENSE STATUS:  ---LICENSED---\r\n", false},
        {"Error: product not found.\r\n", false},
        {"my License Status: Licensed\r\n", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (slmgr_text_is(span_of(cases[i].text)) != cases[i].is_slmgr)
            fail_msg("%s is %staken for slmgr.vbs", cases[i].text, cases[i].is_slmgr ? "not " : "");
    }
}

static void check_cuts(const char *fixture)
{
    cuts_check(fixture, slmgr_text_read);
}

static void a_text_that_was_cut_says_no_more_than_the_whole(void **state)
{
    (void)state;
    fixture_each("slmgr", check_cuts);
    fixture_each("ospp", check_cuts);
}

static void a_wrapped_text_that_was_cut_says_no_more_either(void **state)
{
    static const char *const fixtures[] = {"slmgr/windows-11-kms-client.txt", "slmgr/windows-11-mak.txt",
                                           "slmgr/server-2025-kms-host.txt"};
    static const size_t widths[] = {30, 41, 64, 79, 80};
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++) {
        struct text bytes = fixture_read(fixtures[i]);
        for (size_t j = 0; j < sizeof widths / sizeof widths[0]; j++) {
            struct text indented = wrap(fixture_span(&bytes), widths[j], true, "\r\n");
            struct text trimmed = wrap(fixture_span(&bytes), widths[j], false, "\n");
            cuts_of_bytes_check(fixtures[i], fixture_span(&indented), slmgr_text_read);
            cuts_of_bytes_check(fixtures[i], fixture_span(&trimmed), slmgr_text_read);
            text_done(&indented);
            text_done(&trimmed);
        }
        text_done(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_generation_gives_its_facts),
        cmocka_unit_test(consoles_and_transports_change_nothing),
        cmocka_unit_test(consoles_of_every_width_change_nothing),
        cmocka_unit_test(status_words_are_matched_whole),
        cmocka_unit_test(minutes_are_read_and_never_days),
        cmocka_unit_test(only_a_proven_block_is_permanent),
        cmocka_unit_test(a_kms_host_is_a_name_and_a_port),
        cmocka_unit_test(a_count_is_a_number_of_clients_or_none),
        cmocka_unit_test(a_last_line_without_its_end_is_not_read),
        cmocka_unit_test(nothing_but_an_error_is_the_error),
        cmocka_unit_test(hostile_text_gives_unknown_facts),
        cmocka_unit_test(more_products_than_windows_has_are_refused),
        cmocka_unit_test(only_english_text_is_recognised),
        cmocka_unit_test(a_text_that_was_cut_says_no_more_than_the_whole),
        cmocka_unit_test(a_wrapped_text_that_was_cut_says_no_more_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
