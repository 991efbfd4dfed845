/* SPDX-License-Identifier: MIT */
/* Masking: what must vanish, what must stay, and that a masked reply says what the reply said. */
#include "test_agent_replies.h"

#include "payload/document.h"
#include "payload/wmi_rows.h"
#include "report/mask.h"

#include <expat.h>
#include <jansson.h>

enum { LIST_MAXIMUM = 12 };

static struct text masked(const char *const *names, size_t count, struct span reply)
{
    struct mask mask;
    struct text text;
    struct problem why = {.kind = PROBLEM_NONE};
    text_start(&text, FIXTURE_MAXIMUM);
    mask_start(&mask, names, count);
    if (!mask_append(&mask, reply, &text, &why))
        fail_msg("refused: %s", why.sentence);
    mask_done(&mask);
    assert_true(text_ok(&text));
    return text;
}

#define JSON_HEAD "HTTP/1.1 200 OK\r\nServer: NSClient++/0.5.2.41\r\nContent-Type: application/json\r\n"

/* The names handed in are kms01.corp.example.com and srv7. */
static const struct mask_case {
    const char *name, *reply;
    const char *gone[LIST_MAXIMUM], *kept[LIST_MAXIMUM];
} cases[] = {
    {"a full product key anywhere",
     "found QK4TV-7HBDM-93WXF-RGPC2-YJ8N6 in the store, key=qk4tv-7hbdm-93wxf-rgpc2-yj8n6",
     {"QK4TV", "YJ8N6", "qk4tv"},
     {"found XXXXX-XXXXX-XXXXX-XXXXX-XXXXX in the store"}},
    {"a full product key of the firmware in JSON",
     "{\"OA3xOriginalProductKey\": \"QK4TV-7HBDM-93WXF-RGPC2-YJ8N6\",\"OA3xOriginalProductKeyPkPn\":\"[4.0] "
     "X19-1\"}",
     {"QK4TV", "X19"},
     {"\"OA3xOriginalProductKey\": \"XXXXX-"}},
    {"the partial key under every label",
     "Partial Product Key: AB3DE\r\nLast 5 characters of installed product key: 4FGHI\r\n"
     "\"PartialProductKey\": \"JKL5M\", <p:PartialProductKey>N6OPQ</p:PartialProductKey>\n"
     "partial_product_key=\"RS7TU\" [[PartialProductKey=VW8XY;LS=1]]",
     {"AB3DE", "4FGHI", "JKL5M", "N6OPQ", "RS7TU", "VW8XY"},
     {"Partial Product Key: XXXXX\r\n", "\"XXXXX\",", ">XXXXX</p:", "=\"XXXXX\"", "=XXXXX;LS=1"}},
    {"the partial key under a label of another language or template",
     "Teil-Product Key: QK4TV\r\nCount: 26100\nPK=WX3YB;LS=1;PRIO=LICENSED",
     {"QK4TV", "WX3YB"},
     {": XXXXX\r\n", "Count: 26100", "PRIO=LICENSED"}},
    {"GUIDs but those that everybody knows",
     "ID: 8B351C9C-F398-4515-9900-09DF49427262 cmid {b7e88794-64a5-575d-82d0-b8e689be190c} again "
     "8b351c9c-f398-4515-9900-09df49427262 app 55c92734-d682-4d71-983e-d6ec3f16059f "
     "0ff1ce15-a989-479d-af46-f275c6370663 59a52881-a989-479d-af46-f275c6370663 "
     "51c82175-844e-4750-b0d8-ec255555bc06 uuid:12345678-0000-4111-8222-333344445555",
     {"8B351C9C", "8b351c9c", "b7e88794", "b8e689be190c"},
     {"ID: 00000000-0000-4000-8000-000000000001", "{00000000-0000-4000-8000-000000000002}",
      "again 00000000-0000-4000-8000-000000000001", "55c92734-d682-4d71-983e-d6ec3f16059f",
      "0ff1ce15-a989-479d-af46-f275c6370663", "59a52881-a989-479d-af46-f275c6370663",
      "51c82175-844e-4750-b0d8-ec255555bc06", "uuid:12345678-0000-4111-8222-333344445555"}},
    {"ids of product and installation",
     "Extended PID: 03612-04309-000-000123-03-1033-26100.0000-0012026\r\n"
     "PRODUCT ID: 00339-10000-00000-AA310\r\nProduct: 55041-OEM-0112903-00236 (old)\n"
     "Installation ID: 012345678901234567890123456789012345678901234567890123\r\n"
     "\"OfflineInstallationId\":\"0987654\",\"ProductKeyID\":\"55041-7\", host "
     "123456-123456-123456-123456-123456",
     {"04309", "000123", "AA310", "00339", "55041", "00236", "0123456", "0987654", "123456"},
     {"Extended PID: 00000-00000-000-000000-00-0000-00000.0000-0000000\r\n"}},
    {"names behind labels",
     "{\"ComputerName\":\"WKS-001\",\"PSComputerName\": "
     "\"payroll\",\"CSName\":\"FRONTDESK\",\"__SERVER\":\"OLDBOX\","
     "\"__PATH\":\"\\\\\\\\OLDBOX\\\\root\\\\cimv2:SoftwareLicensingProduct\","
     "\"KeyManagementServiceMachine\":"
     "\"activator:1689\",\"DiscoveredKeyManagementServiceMachineName\":\"finder\",\"ADActivationObjectName\":"
     "\"Contoso Object\",\"ADActivationObjectDN\":\"CN=Contoso "
     "Object,DC=contoso,DC=lan\",\"LicenseStatus\":1}",
     {"WKS-001", "payroll", "FRONTDESK", "OLDBOX", "activator", "finder", "Contoso", "contoso", "lan"},
     {"\"ComputerName\":\"zz", "1689\"", "root\\\\cimv2", "CN=zz", ",DC=zz", "\"LicenseStatus\":1}"}},
    {"names behind the labels of the scripts",
     "    Registered KMS machine name: activator:1688\r\n    KMS machine name from DNS: finder:1688\r\n"
     "    Host machine name: hyper9\r\n    AO DN: CN=Acme,DC=acme,DC=lan\r\n    Activation Object name: "
     "Acme\r\n"
     "    KMS machine registry override defined: forced:1688\r\n    DNS auto-discovery: KMS name not "
     "available\r\n",
     {"activator", "finder", "hyper9", "Acme", "acme", "forced"},
     {"KMS machine name from DNS: zz", ":1688\r\n", "DNS auto-discovery: KMS name not available\r\n"}},
    {"names in XML, metrics and templates",
     "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"5\" "
     "Machine=\"boxseven\">"
     "<p:CSName>boxeight</p:CSName><p:KeyManagementServiceMachine/><p:LicenseStatus>1</p:LicenseStatus>"
     "kms_product_info{kms_host=\"boxnine\",id=\"1\"} 1\nrun_as=\"ACME\\\\svc-kms\" KMS=boxten;P=1688",
     {"boxseven", "boxeight", "boxnine", "ACME", "svc-kms", "boxten"},
     {"Code=\"5\"", "<p:LicenseStatus>1<", "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\"",
      ";P=1688"}},
    {"the tags of our template, and letters that are none",
     "{\"lines\":[{\"message\":\"[[ID=1;;KEY=4FGHI;;P=1688;;K=payroll;;DK=frontdesk.acme.lan;;DA=10.9.8.7;;"
     "AD=Smith; \\\"Sons\\\" [x];;N=K=b] AD=c;;D=x]], [[V=10.0.26100.1;;"
     "CM=b7e88794-64a5-575d-82d0-b8e689be190c;;K=;;DK=oldbox;;DA=127.0.0.1]]\",\"perf\":{}}]} "
     "K=kept, AD=kept; DA=kept;CM=kept",
     {"4FGHI", "payroll", "frontdesk", "acme", "10.9.8.7", "Smith", "Sons", "b7e88794", "oldbox"},
     {"P=1688;;K=zz", "N=K=b] AD=c;;D=x]]", "V=10.0.26100.1;;CM=00000000-", ";;K=;;DK=zz", "DA=127.0.0.1]]",
      "]]\",\"perf\":{}}]} K=kept, AD=kept; DA=kept;CM=kept"}},
    {"a row of our template that was cut",
     "{\"message\":\"[[ID=1;;K=payroll\",\"perf\":{},\"state\":\"fine\"}",
     {"payroll"},
     {"[[ID=1;;K=zz", "\",\"perf\":{},\"state\":\"fine\"}"}},
    {"the names that are handed in, wherever they stand",
     "KMS01: hello, KMS01.CORP.EXAMPLE.COM and (srv7) are not SRV70, kms01-backup is theirs",
     {"KMS01", "CORP", "EXAMPLE", "srv7)", "kms01"},
     {"hello", "SRV70", "-backup is theirs"}},
    {"a name behind a label vanishes from the text too",
     "{\"lines\":[{\"message\":\"no rights on PAYROLL\"}],\"ComputerName\":\"payroll\"}",
     {"PAYROLL", "payroll"},
     {"no rights on zz"}},
    {"host names by their dots, files and schemas stay",
     "see https://activation.acme.lan/use or http://intranet:8080/x, run slmgr.vbs and "
     "C:\\Windows\\kms-report.ps1, "
     "mail ann.lee+kms@acme.lan, SRV _vlmcs._tcp.acme.lan., \\\\files\\share, ACME\\ann, Windows-Lab\\bob, "
     "notmicrosoft.com, NT "
     "AUTHORITY\\SYSTEM, "
     "http://www.w3.org/2003/05/soap-envelope, 26.5 MiB in 0.003s",
     {"acme", "intranet", "ann", "lee", "files", "ACME", "Lab", "bob", "notmicro"},
     {"slmgr.vbs", "C:\\Windows\\kms-report.ps1", "_vlmcs._tcp.", "NT AUTHORITY\\SYSTEM",
      "http://www.w3.org/2003/05/soap-envelope", "26.5 MiB in 0.003s", ":8080/x", "\\share"}},
    {"addresses but versions, dates and loopback",
     "at 10.1.2.3, [2001:db8:11::11]:1689, fe80::1ff:fe23:4567:890a, ::ffff:192.168.7.9, card "
     "00:1a:2b:3c:4d:5e; "
     "Version: 10.0.26100.1, \"Version\":\"6.1.0.9\", 127.0.0.1 ::1 0.0.0.0 2026-03-02T08:00:00Z 3/2/2026 "
     "8:00:00 AM "
     "summary::ifw_service::running 1.3.6.1.4.1",
     {"10.1.2.3", "2001:db8", "fe80", "890a", "192.168", "1a:2b"},
     {"]:1689", "10.0.26100.1", "6.1.0.9", "127.0.0.1 ::1 0.0.0.0 2026-03-02T08:00:00Z 3/2/2026 8:00:00 AM",
      "summary::ifw_service::running 1.3.6.1.4.1"}},
    {"thumbprints",
     "Certificate Thumbprint: A909502DD82AE41433E6F83886B00D4277A32A7B\r\nNote: and "
     "a909502dd82ae41433e6f83886b00d42",
     {"A909502", "a909502"},
     {"Certificate Thumbprint: ", "\nNote: and ffff"}},
    {"cookies, tokens and challenges in the headers",
     JSON_HEAD
     "Set-Cookie: sid=abc123; Path=/\r\n__TOKEN: t0ps3cret\r\nTOKEN: again77\r\n"
     "WWW-Authenticate: Negotiate TlRMTVNTUAACAAAADgAOADgAAAAFgomi\r\nWWW-Authenticate: Basic "
     "realm=\"WSMAN\"\r\n"
     "Location: https://srv7.corp.example.com/\r\nContent-Length: 25\r\n\r\n{\"auth token\":\"T0KEN9999\"}",
     {"abc123", "t0ps3cret", "again77", "TlRMTVNT", "srv7", "T0KEN9999"},
     {"HTTP/1.1 200 OK\r\n", "Server: NSClient++/0.5.2.41\r\n", "Negotiate XXXX", "realm=\"WSMAN\"",
      "Content-Length: 25\r\n\r\n{\"auth token\":\"XXXXXXXXX\"}"}},
    {"a document in a string of JSON, and escapes inside of names",
     JSON_HEAD
     "Content-Length: 1\r\n\r\n{\"lines\":[{\"message\":\"{\\\"ComputerName\\\":\\\"b\\\\u00fcro-01\\\","
     "\\\"User\\\":\\\"ACME\\\\\\\\ann\\\",\\\"Description\\\":\\\"x\\\\u0026y\\\"}\\r\\nKMS machine name: "
     "\\u006bms-old.corp\\r\\n\"}]}",
     {"ro-01", "ACME", "ann", "ms-old"},
     {"\\\"Description\\\":\\\"x\\\\u0026y\\\"}\\r\\n", "KMS machine name: ", "\\r\\n\"}]}"}},
    {"values that are none stay",
     "{\"KeyManagementServiceMachine\":\"\",\"PartialProductKey\":null,\"PSComputerName\":null,"
     "\"ProductKeyID\":null,"
     "\"ComputerName\":\"localhost\",\"a\":1} KMS=<NULL>;P=0",
     {"zz"},
     {"\"KeyManagementServiceMachine\":\"\",\"PartialProductKey\":null,\"PSComputerName\":null,"
      "\"ProductKeyID\":null,\"ComputerName\":\"localhost\",\"a\":1} KMS=<NULL>;P=0"}},
    {"words in lines that a console broke",
     "Software licensing service versio\r\nn: 10.0.26100.1\r\n\r\nName: Windows(R), Enterprise "
     "edit\r\nion\r\n"
     "Activation ID: 8b351c9c-f398-451\r\n5-9900-09df49427262\r\nLicense Status: Licensed\r\n"
     "    KMS machine name from DNS: ac\r\ntivator.acme.lan:1688\r\n    KMS machine IP address: "
     "10.20\r\n.30.40\r\n",
     {"8b351c9c", "451\r\n5-", "09df", "ac\r\n", "tivator", "acme", "10.20\r\n", ".30.40"},
     {"Software licensing service versio\r\nn: 10.0.26100.1\r\n\r\nName: Windows(R), Enterprise "
      "edit\r\nion\r\n",
      "License Status: Licensed\r\n", ":1688\r\n"}},
};

static void what_names_the_site_vanishes_and_facts_stay(void **state)
{
    static const char *const names[] = {"kms01.corp.example.com", "srv7", "192.0.2.1", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span reply = span_of(cases[i].reply);
        struct text text = masked(names, 4, reply);
        for (size_t k = 0; k < LIST_MAXIMUM && cases[i].gone[k] != NULL; k++) {
            if (strstr(text_string(&text), cases[i].gone[k]) != NULL)
                fail_msg("%s: %s is still there\n%s", cases[i].name, cases[i].gone[k], text_string(&text));
        }
        for (size_t k = 0; k < LIST_MAXIMUM && cases[i].kept[k] != NULL; k++) {
            if (strstr(text_string(&text), cases[i].kept[k]) == NULL)
                fail_msg("%s: %s is not there\n%s", cases[i].name, cases[i].kept[k], text_string(&text));
        }
        if (text.length != reply.length)
            fail_msg("%s: %zu bytes became %zu", cases[i].name, reply.length, text.length);
        text_done(&text);
    }
}

/* ---- facts ---- */

/* What judges look at: no names, no ids. */
static void judged_facts(const struct license_document *document, struct text *facts)
{
    const struct licensing_service *service = &document->service;
    text_start(facts, FACTS_MAXIMUM);
    text_append_format(facts, "machine=%d error=%d", document->computer_name != NULL,
                       document->error_text != NULL);
    facts_code(facts, "code", document->error);
    text_append_format(facts, " time=%lld", document->time.is_known ? (long long)document->time.seconds : -1);
    facts_text(facts, "version", service->version);
    facts_number(facts, "activation", service->activation_interval);
    facts_number(facts, "renewal", service->renewal_interval);
    facts_flag(facts, "host", service->is_kms_host);
    facts_number(facts, "count", service->count);
    text_append_format(facts, " none=%d", service->is_count_none);
    facts_requests(facts, &service->requests);
    facts_number(facts, "port", service->listening_port);
    facts_flag(facts, "publishing", service->dns_publishing);
    facts_flag(facts, "low", service->low_priority);
    facts_text(facts, "unreadable", service->unreadable);
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        text_append_format(
            facts, "\nrow channel=%d application=%d key=%d listed=%d addon=%d kms=%d ad=%d none=%d",
            (int)license_channel(license), (int)license_application(license), license_has_key(license),
            license_is_listed_only(license), license_is_addon(license), license->kms_name != NULL,
            license->ad_object_name != NULL, license->is_count_none);
        facts_text(facts, "name", license->name);
        facts_text(facts, "description", license->description);
        facts_number(facts, "status", license->status);
        facts_code(facts, "reason", license->reason);
        facts_number(facts, "minutes", license->grace_minutes);
        facts_number(facts, "last", license->volume_activation);
        facts_number(facts, "kms-port", license->kms_port);
        facts_number(facts, "activation", license->activation_interval);
        facts_number(facts, "renewal", license->renewal_interval);
        facts_flag(facts, "host", license->is_kms_host);
        facts_number(facts, "count", license->count);
        facts_requests(facts, &license->requests);
        facts_text(facts, "unreadable", license->unreadable);
    }
}

/* The judged facts, or the kind of problem. */
static struct text facts_of(struct span bytes)
{
    struct license_document document;
    struct problem why = {.kind = PROBLEM_NONE};
    struct text facts;
    if (document_read(bytes, &document, &why)) {
        judged_facts(&document, &facts);
        license_document_done(&document);
        return facts;
    }
    text_start(&facts, FACTS_MAXIMUM);
    text_append_format(&facts, "refused: %d", (int)why.kind);
    return facts;
}

static void check_same_facts(const char *name, struct span before, struct span after)
{
    struct text wanted = facts_of(before), got = facts_of(after);
    if (strcmp(text_string(&wanted), text_string(&got)) != 0)
        fail_msg("%s:\n--- before\n%s\n--- masked\n%s\n%.*s", name, text_string(&wanted), text_string(&got),
                 (int)after.length, after.bytes);
    text_done(&wanted);
    text_done(&got);
}

static bool is_json(struct span body)
{
    json_t *root = json_loadb(body.length > 0 ? body.bytes : "", body.length,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    bool is_read = root != NULL;
    json_decref(root);
    return is_read;
}

static bool is_xml(struct span body)
{
    XML_Parser parser = XML_ParserCreate(NULL);
    assert_non_null(parser);
    bool is_read = XML_Parse(parser, body.bytes, (int)body.length, 1) == XML_STATUS_OK;
    XML_ParserFree(parser);
    return is_read;
}

static struct span body_of(struct span reply)
{
    for (size_t at = 0; span_starts_with(reply, "HTTP/") && at + 4 <= reply.length; at++) {
        if (memcmp(reply.bytes + at, "\r\n\r\n", 4) == 0)
            return span_from(reply, at + 4);
    }
    return reply;
}

static const char *const machine_names[] = {"kms01.corp.example.com", "wks-001", "wks-025.corp.example.com"};

/* A reply that cannot be masked is refused and not recorded: binary ones among the hostile fixtures. */
static bool is_refused(struct span reply)
{
    struct mask mask;
    struct text text;
    struct problem why;
    text_start(&text, FIXTURE_MAXIMUM);
    mask_start(&mask, NULL, 0);
    bool is_done = mask_append(&mask, reply, &text, &why);
    if (!is_done)
        assert_true(text.length == 0 && strstr(why.sentence, "cannot be recorded: ") == why.sentence);
    mask_done(&mask);
    text_done(&text);
    return !is_done;
}

static void check_fixture(const char *name)
{
    struct text bytes = fixture_read(name);
    struct span reply = bytes.bytes != NULL ? fixture_span(&bytes) : span_of("");
    if (!is_refused(reply)) {
        struct text first = masked(machine_names, 3, reply);
        struct span after = {text_string(&first), first.length};
        struct text second = masked(NULL, 0, after);
        assert_int_equal(first.length, bytes.length);
        if (first.length > 0 && memcmp(first.bytes, second.bytes, first.length) != 0)
            fail_msg("%s: masked again it is another text\n%s\n---\n%s", name, text_string(&first),
                     text_string(&second));
        check_same_facts(name, body_of(reply), body_of(after));
        assert_int_equal(is_json(body_of(reply)), is_json(body_of(after)));
        assert_int_equal(is_xml(body_of(reply)), is_xml(body_of(after)));
        text_done(&first);
        text_done(&second);
    }
    text_done(&bytes);
}

static void a_masked_reply_says_what_the_reply_said(void **state)
{
    static const char *const folders[] = {"json",     "slmgr",          "ospp",  "hostile",
                                          "nsclient", "icinga_windows", "winrm", "exporter"};
    (void)state;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        fixture_each(folders[i], check_fixture);
}

/* ---- conversations ---- */

static void fill_with_ones(uint8_t *bytes, size_t length)
{
    memset(bytes, 0x11, length);
}

static const struct agent_wishes by_itself = {.authority = "kms01.corp.example.com:8443"};
static const struct agent_wishes with_script = {.authority = "kms01.corp.example.com:8443",
                                                .command = "kms_report"};
static const struct agent_wishes with_activation = {.authority = "kms01.corp.example.com:8443",
                                                    .command = "check_activation"};
static const struct agent_wishes legacy = {.authority = "kms01.corp.example.com:8443",
                                           .login = HTTP_LOGIN_HEADER,
                                           .is_legacy = true,
                                           .password = "secret"};
static const struct agent_wishes encrypted = {.authority = "kms01.corp.example.com:5986",
                                              .login = HTTP_LOGIN_NEGOTIATE,
                                              .fill_with_random = fill_with_ones};

enum { REPLIES_MAXIMUM = 5 };

/* Recordings as they come: each ends with an answer. */
static const struct talk {
    struct interview interview;
    const char *replies[REPLIES_MAXIMUM];
} talks[] = {
    {{&nsclient_agent, "nsclient", &by_itself, NULL}, {"service", "products-client", "no-rows"}},
    {{&nsclient_agent, "nsclient", &by_itself, NULL},
     {"service-windows-7", "products-windows-7", "osppsvc", "office-products"}},
    {{&nsclient_agent, "nsclient", &with_script, NULL}, {"script-json"}},
    {{&nsclient_agent, "nsclient", &with_activation, NULL}, {"activation-rows"}},
    {{&nsclient_agent, "nsclient", &legacy, NULL},
     {"legacy-c-service", "legacy-c-products", "legacy-c-no-rows"}},
    {{&winrm_agent, "winrm", &encrypted, NULL},
     {"products-select-all", "service", "office-platform", "office-products"}},
    {{&icinga_windows_agent, "icinga_windows", &by_itself, NULL}, {"client"}},
    {{&exporter_agent, "exporter", &by_itself, NULL}, {"filter-refused", "host"}},
};

/* The recording with another reply in one place. */
static struct variation {
    const struct talk *talk;
    size_t place;
    const char *fixture; /* NULL = the recording as it is */
} varied;

static struct text read_reply(const struct variation *variation, size_t place)
{
    const struct talk *talk = variation->talk;
    struct text path, bytes;
    if (variation->fixture != NULL && place == variation->place)
        return fixture_read(variation->fixture);
    text_start(&path, 200);
    text_append_format(&path, "%s/%s.http", talk->interview.folder, talk->replies[place]);
    bytes = fixture_read(text_string(&path));
    text_done(&path);
    return bytes;
}

/* One reply, masked like the ones before it, as the caller of the conversation gets it. */
static void take_reply(const struct variation *variation, size_t place, struct mask *mask,
                       struct recorded_reply *ret)
{
    struct problem why;
    *ret = (struct recorded_reply) {.bytes = read_reply(variation, place)};
    if (mask != NULL) {
        struct text bytes;
        text_start(&bytes, FIXTURE_MAXIMUM);
        if (!mask_append(mask, fixture_span(&ret->bytes), &bytes, &why))
            fail_msg("refused: %s", why.sentence);
        text_done(&ret->bytes);
        ret->bytes = bytes;
    }
    assert_true(http_stream_read(fixture_span(&ret->bytes), &ret->arena, &ret->reply));
}

/* The judged facts, how the conversation ended and after how many replies. */
static struct text talk_through(const struct variation *variation, struct mask *mask, enum turn *ret_turn)
{
    struct conversation conversation;
    struct http_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    struct text facts;
    const struct talk *talk = variation->talk;
    size_t place = 0;
    enum turn turn =
        conversation_start(&conversation, talk->interview.agent, talk->interview.wishes, &request, &why);
    for (; turn == TURN_ASK && talk->replies[place] != NULL; place++) {
        struct recorded_reply recorded;
        take_reply(variation, place, mask, &recorded);
        turn = conversation_next(&conversation, &recorded.reply, &request, &why);
        recorded_done(&recorded);
    }
    judged_facts(&conversation.document, &facts);
    text_append_format(&facts, "\nturn %d after %zu replies, problem %d code 0x%08X, written %lld, %s, %s",
                       (int)turn, place, (int)why.kind, why.has_code ? (unsigned)why.code : 0,
                       conversation.written.is_known ? (long long)conversation.written.seconds : -1,
                       conversation.document.service_state != NULL ? conversation.document.service_state : "",
                       conversation.document.genuine_state != NULL ? conversation.document.genuine_state
                                                                   : "");
    conversation_done(&conversation);
    *ret_turn = turn;
    return facts;
}

static void check_variation(const struct variation *variation)
{
    struct mask mask;
    enum turn turn, masked_turn;
    mask_start(&mask, machine_names, 3);
    struct text wanted = talk_through(variation, NULL, &turn),
                got = talk_through(variation, &mask, &masked_turn);
    mask_done(&mask);
    if (strcmp(text_string(&wanted), text_string(&got)) != 0)
        fail_msg("%s in place %zu of a talk of %s:\n--- before\n%s\n--- masked\n%s", variation->fixture,
                 variation->place, variation->talk->interview.folder, text_string(&wanted),
                 text_string(&got));
    if (variation->fixture == NULL)
        assert_int_equal(turn, TURN_ANSWERED);
    text_done(&wanted);
    text_done(&got);
}

static void check_in_its_place(const char *fixture)
{
    struct text bytes = fixture_read(fixture);
    bool can_be_recorded = !is_refused(fixture_span(&bytes));
    text_done(&bytes);
    varied.fixture = fixture;
    if (can_be_recorded)
        check_variation(&varied);
}

static void a_conversation_over_masked_replies_ends_with_the_same_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof talks / sizeof talks[0]; i++) {
        varied = (struct variation) {.talk = &talks[i]};
        check_variation(&varied);
        for (; talks[i].replies[varied.place] != NULL; varied.place++)
            fixture_each(talks[i].interview.folder, check_in_its_place);
    }
}

/* What names the site or its key, in every row that our template can give. */
static void every_tag_that_names_the_site_is_known(void **state)
{
    static const char *const naming[] = {"PartialProductKey",
                                         "KeyManagementServiceMachine",
                                         "DiscoveredKeyManagementServiceMachineName",
                                         "DiscoveredKeyManagementServiceMachineIpAddress",
                                         "ADActivationObjectName",
                                         "ClientMachineID",
                                         "key"};
    (void)state;
    for (int columns = WMI_PRODUCT; columns <= WMI_ACTIVATION; columns++) {
        struct text template, row;
        text_start(&template, FACTS_MAXIMUM);
        text_start(&row, FACTS_MAXIMUM);
        wmi_rows_template((enum wmi_columns)columns, &template);
        for (struct span rest = fixture_span(&template); rest.bytes != NULL;) {
            text_append_span(&row, span_cut(&rest, '%'));
            struct span property = span_cut(&rest, ')');
            bool is_naming = false;
            for (size_t i = 0; i < sizeof naming / sizeof naming[0]; i++)
                is_naming = is_naming || span_is(span_from(property, 1), naming[i]);
            text_append(&row, property.length == 0 || rest.bytes == NULL ? "" : is_naming ? "boxes" : "1");
        }
        struct text text = masked(NULL, 0, fixture_span(&row));
        if (strstr(text_string(&text), "boxes") != NULL)
            fail_msg("columns %d: a name is still there\n%s", columns, text_string(&text));
        text_done(&text);
        text_done(&row);
        text_done(&template);
    }
}

static void a_masked_fixture_has_no_name_of_the_site(void **state)
{
    static const char *const fixtures[] = {"json/report-script-kms-client.json",
                                           "json/get-wmiobject.json",
                                           "json/powershell-51-convertto-json.json",
                                           "json/active-directory-client.json",
                                           "slmgr/windows-11-kms-client.txt",
                                           "slmgr/windows-11-wrapped-at-33.txt",
                                           "slmgr/windows-11-wrapped-at-40.txt",
                                           "slmgr/windows-11-wrapped-at-80.txt",
                                           "slmgr/windows-8-1-active-directory.txt",
                                           "slmgr/server-2022-virtual-machine-activation.txt",
                                           "slmgr/windows-11-german.txt",
                                           "slmgr/windows-11-fixed-kms-host-on-ipv6.txt",
                                           "ospp/office-2016-kms-client-with-fixed-host.txt",
                                           "ospp/office-2024-active-directory.txt",
                                           "nsclient/service.http",
                                           "nsclient/products-client.http",
                                           "nsclient/products-windows-7.http",
                                           "nsclient/legacy-c-products.http",
                                           "nsclient/script-json.http",
                                           "nsclient/products-second-row-cut.http",
                                           "icinga_windows/client.http",
                                           "icinga_windows/client-slmgr.http",
                                           "icinga_windows/host.http",
                                           "winrm/products-select-all.http",
                                           "winrm/products-utf-16.http",
                                           "winrm/fault-access-denied.http",
                                           "exporter/client.http",
                                           "exporter/host.http"};
    static const char *const secrets[] = {"kms01",      "kms-old",      "corp",     "example", "wks-001",
                                          "WKS-001",    "192.0.2",      "2001:db8", "hv01",    "b7e88794",
                                          "88794-64a5", "b8e689be190c", "Example"};
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++) {
        struct text bytes = fixture_read(fixtures[i]);
        struct text text = masked(NULL, 0, fixture_span(&bytes));
        for (size_t k = 0; k < sizeof secrets / sizeof secrets[0]; k++) {
            if (strstr(text_string(&text), secrets[k]) != NULL)
                fail_msg("%s: %s is still there\n%s", fixtures[i], secrets[k], text_string(&text));
        }
        text_done(&text);
        text_done(&bytes);
    }
}

static void sixteen_bit_characters_are_masked_too(void **state)
{
    static const char reply[] = "{\"ComputerName\":\"payroll\",\"n\":1}";
    char wide[2 * sizeof reply], expected[2 * sizeof reply];
    size_t length = 2 * (sizeof reply - 1);
    (void)state;
    memset(wide, 0, sizeof wide);
    memset(expected, 0, sizeof expected);
    for (size_t i = 0; i + 1 < sizeof reply; i++) {
        wide[2 * i] = reply[i];
        expected[2 * i] = "{\"ComputerName\":\"zz00001\",\"n\":1}"[i];
    }
    struct text text = masked(NULL, 0, (struct span) {wide, length});
    assert_int_equal(text.length, length);
    assert_memory_equal(text.bytes, expected, length);
    text_done(&text);
}

static void the_same_name_has_the_same_mask_in_all_replies(void **state)
{
    static const char *const replies[] = {"{\"ComputerName\":\"PAYROLL\"} 10.0.0.7",
                                          "{\"ComputerName\":\"finance\"} 10.0.0.8",
                                          "{\"CSName\":\"payroll.acme.lan\"} 10.0.0.7"};
    static const char expected[] = "{\"ComputerName\":\"zz00001\"} 00.0.0.1"
                                   "{\"ComputerName\":\"zz00002\"} 00.0.0.2"
                                   "{\"CSName\":\"zz00001.zz01.zz1\"} 00.0.0.1";
    struct mask mask;
    struct text text;
    struct problem why;
    (void)state;
    text_start(&text, 4096);
    mask_start(&mask, NULL, 0);
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++)
        assert_true(mask_append(&mask, span_of(replies[i]), &text, &why));
    assert_string_equal(text_string(&text), expected);
    mask_done(&mask);
    text_done(&text);
}

static void more_names_than_the_table_holds_are_masked_all_the_same(void **state)
{
    struct text reply;
    (void)state;
    text_start(&reply, FIXTURE_MAXIMUM);
    for (unsigned i = 0; i < 3000; i++)
        text_append_format(&reply, "box-%05u.acme.lan 8b351c9c-f398-4515-9900-%012u\n", i, i + 7777000);
    struct text text = masked(NULL, 0, fixture_span(&reply));
    assert_null(strstr(text_string(&text), "box"));
    assert_null(strstr(text_string(&text), "7777"));
    assert_null(strstr(text_string(&text), "8b351c9c"));
    assert_int_equal(text.length, reply.length);
    text_done(&text);
    text_done(&reply);
}

static void what_cannot_be_masked_is_refused(void **state)
{
    static const struct {
        const char *reply;
        size_t length;
    } replies[] = {
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n", 62},
        {"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\nabc", 45},
        {"abc\0def", 7},
        {"\xFE\xFF\0a", 4},
        {"\xFF\xFE\0\0a\0\0\0", 8},
        {"\0a\0b\0c", 6},
        {"HTTP/1.1 200 O\0K\r\n\r\na\0b\0", 24},
    };
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        if (!is_refused((struct span) {replies[i].reply, replies[i].length}))
            fail_msg("reply %zu was masked", i);
    }
    struct text large;
    text_start(&large, 2 * (size_t)MASK_REPLY_MAXIMUM);
    while (large.length <= MASK_REPLY_MAXIMUM)
        text_append(&large, "many words and no end of them ");
    assert_true(is_refused(fixture_span(&large)));
    assert_false(is_refused(span_first(fixture_span(&large), MASK_REPLY_MAXIMUM)));
    text_done(&large);
}

static void a_reply_that_is_cut_anywhere_keeps_its_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span whole = span_of(cases[i].reply);
        for (size_t length = 0; length <= whole.length; length++) {
            struct text text = masked(machine_names, 3, span_first(whole, length));
            assert_int_equal(text.length, length);
            text_done(&text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_names_the_site_vanishes_and_facts_stay),
        cmocka_unit_test(a_masked_reply_says_what_the_reply_said),
        cmocka_unit_test(a_conversation_over_masked_replies_ends_with_the_same_facts),
        cmocka_unit_test(every_tag_that_names_the_site_is_known),
        cmocka_unit_test(a_masked_fixture_has_no_name_of_the_site),
        cmocka_unit_test(sixteen_bit_characters_are_masked_too),
        cmocka_unit_test(the_same_name_has_the_same_mask_in_all_replies),
        cmocka_unit_test(more_names_than_the_table_holds_are_masked_all_the_same),
        cmocka_unit_test(what_cannot_be_masked_is_refused),
        cmocka_unit_test(a_reply_that_is_cut_anywhere_keeps_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
