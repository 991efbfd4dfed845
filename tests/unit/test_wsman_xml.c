/* SPDX-License-Identifier: MIT */
/* Replies of WS-Management, one by one. */
#include "test_agent_replies.h"
#include "test_winrm_facts.h"

#include "payload/wsman_xml.h"
#include "payload/xml_walk.h"

#define ENVELOPE(body)                                                                                       \
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "                                         \
    "xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration' "                                           \
    "xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' "                                              \
    "xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing' "                                            \
    "xmlns:f='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault' "                                        \
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>" body "</s:Envelope>"
#define BODY(answer) ENVELOPE("<s:Body>" answer "</s:Body>")
#define ITEMS(items) BODY("<n:PullResponse><n:Items>" items "</n:Items><n:EndOfSequence/></n:PullResponse>")
#define ROW(children) ITEMS("<w:XmlFragment>" children "</w:XmlFragment>")
#define FAULT(detail)                                                                                        \
    BODY("<s:Fault><s:Reason><s:Text>the reason</s:Text></s:Reason><s:Detail>" detail "</s:Detail></"        \
         "s:Fault>")

static const struct wsman_question products = {.class = "SoftwareLicensingProduct", .rows = WSMAN_PRODUCTS};
static const struct wsman_question service = {.class = "SoftwareLicensingService", .rows = WSMAN_SERVICE};
static const struct wsman_question platform = {.class = "Win32_Service", .rows = WSMAN_COUNTED};

static bool read_into(struct span bytes, struct wsman_question question, struct license_document *document,
                      struct arena *arena, struct wsman_reply *ret, struct problem *why)
{
    question.document = document;
    return wsman_xml_read(bytes, &question, arena, ret, why);
}

/* "pulled end context=... relates=... rows=1", the facts behind it. */
static void describe(const struct wsman_reply *reply, const struct license_document *document,
                     struct text *text)
{
    static const char *const kinds[] = {
        [WSMAN_ENUMERATED] = "enumerated", [WSMAN_PULLED] = "pulled", [WSMAN_FAULT] = "fault"};
    struct text facts;
    text_start(text, FACTS_MAXIMUM);
    text_append(text, kinds[reply->kind]);
    text_append(text, reply->is_end ? " end" : "");
    facts_text(text, "context", reply->context);
    facts_code(text, "code", reply->fault.code);
    facts_code(text, "inner", reply->fault.inner_code);
    facts_code(text, "status", reply->fault.status);
    facts_text(text, "subcode", reply->fault.subcode);
    facts_text(text, "text", reply->fault.text);
    text_append_format(text, " rows=%zu\n%s", reply->row_count, facts_print(document, &facts));
    text_done(&facts);
}

static void check_read(const char *name, struct span bytes, const struct wsman_question *question,
                       const char *expected)
{
    struct license_document document = {0};
    struct arena arena = {0};
    struct wsman_reply reply;
    struct problem why;
    struct text said;
    if (!read_into(bytes, *question, &document, &arena, &reply, &why))
        fail_msg("%s was refused: %s", name, why.sentence);
    describe(&reply, &document, &said);
    if (strcmp(text_string(&said), expected) != 0)
        fail_msg("%s:\n--- expected\n%s\n--- read\n%s", name, expected, text_string(&said));
    text_done(&said);
    arena_done(&arena);
    license_document_done(&document);
}

static void check_refused(const char *name, struct span bytes, const struct wsman_question *question,
                          const char *words)
{
    struct license_document document = {.computer_name = "kms01", .service = {.version = "1"}};
    struct arena arena = {0};
    struct wsman_reply reply;
    struct problem why = {.kind = PROBLEM_NONE};
    if (read_into(bytes, *question, &document, &arena, &reply, &why))
        fail_msg("%s was read", name);
    if (strstr(why.sentence, words) == NULL || why.kind == PROBLEM_NONE)
        fail_msg("%s:\n--- expected to contain\n%s\n--- said\n%s", name, words, why.sentence);
    struct licensing_service before = {.version = document.service.version};
    assert_string_equal(document.computer_name, "kms01");
    assert_memory_equal(&document.service, &before, sizeof before);
    assert_int_equal(document.license_count, 0);
    arena_done(&arena);
    license_document_done(&document);
}

static void every_shape_gives_its_facts(void **state)
{
    static const struct {
        const char *fixture;
        const struct wsman_question *question;
        const char *facts;
    } cases[] = {
        {"products-select-all", &products, "enumerated end context= rows=1\n" WINRM_CLIENT},
        {"products-xml-fragment", &products, "enumerated end context= rows=1\n" WINRM_CLIENT},
        {"products-utf-16", &products, "enumerated end context= rows=1\n" WINRM_CLIENT},
        {"products-byte-order-mark", &products, "enumerated end context= rows=1\n" WINRM_CLIENT},
        {"products-none", &products, "enumerated end context= rows=0\n"},
        {"products-first-of-three", &products,
         "enumerated context=uuid:AAAAAAAA-0000-4000-8000-000000000001 rows=1\n" WINRM_HOST},
        {"products-last-of-three", &products, "pulled end rows=1\n" WINRM_CLIENT},
        {"products-context-only", &products,
         "enumerated context=uuid:AAAAAAAA-0000-4000-8000-000000000001 rows=0\n"},
        {"products-empty-context-ends", &products, "enumerated context= rows=1\n" WINRM_CLIENT},
        {"products-neither-end-nor-context", &products, "enumerated rows=1\n" WINRM_CLIENT},
        {"products-nil-and-arrays", &products,
         "enumerated end context= rows=1\nrow: Windows(R), Enterprise edition, key=XXXXX status=1 "
         "reason=0xFFFFFFFF count=none unreadable=Description, GracePeriodRemaining\n"},
        {"service", &service,
         "enumerated end context= rows=1\nservice: version=10.0.26100.1 "
         "cmid=26fc4b2f-a96d-5006-b2d6-3f9e0efd390e host=yes count=26 requests=1680/?/?/?/?/?/?/? port=0 "
         "publishing=yes low-priority=no\n"},
        {"office-platform", &platform, "enumerated end context= rows=1\n"},
        {"fault-access-denied", &products,
         "fault code=0x00000005 inner=0x00000005 subcode=AccessDenied text=Zugriff verweigert (invented "
         "words). rows=0\n"},
        {"fault-class-missing", &products,
         "fault code=0x80338000 inner=0x80338000 subcode=DestinationUnreachable text=No class of this name "
         "in "
         "root/cimv2. rows=0\n"},
        {"fault-white-space", &products,
         "fault code=0x00000005 inner=0x00000005 subcode=AccessDenied text=The account may not. rows=0\n"},
        {"fault-empty-reason", &products, "fault code=0x80338029 inner=0x80338029 subcode=TimedOut rows=0\n"},
        {"fault-without-wsmanfault", &products, "fault subcode=AccessDenied text=Not allowed. rows=0\n"},
        {"fault-invalid-query", &products,
         "fault code=0x80338102 inner=0x80338102 status=0x80041017 subcode=InternalError text=The provider "
         "could not run the query. rows=0\n"},
        {"fault-invalid-class-in-text", &products,
         "fault code=0x80338102 inner=0x80338102 status=0x80041010 subcode=InternalError text=The provider "
         "returned 0x80041010 to us. rows=0\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct recorded_reply recorded;
        recorded_read("winrm", cases[i].fixture, &recorded);
        check_read(cases[i].fixture, recorded.reply.body, cases[i].question, cases[i].facts);
        recorded_done(&recorded);
    }
}

static void a_value_has_many_shapes(void **state)
{
    static const struct {
        const char *xml, *facts;
    } cases[] = {
        {ROW("<Name>a</Name><LicenseStatus> 1\n</LicenseStatus>"), "row: a, status=1\n"},
        {ROW("<Name>a &amp; b&#x43;<!-- no part -->d</Name>"), "row: a & bCd,\n"},
        {ROW("<Name><![CDATA[a<b]]></Name>"), "row: a<b,\n"},
        {ROW("<Name xsi:nil='true'/><LicenseStatus xsi:nil='1'/>"), "row: no name,\n"},
        {ROW("<Name xsi:nil='false'>a</Name>"), "row: a,\n"},
        {ROW("<Name/><LicenseStatus></LicenseStatus>"), "row: no name,\n"},
        {ROW("<Name xsi:nil='true'>a</Name>"), "row: no name, unreadable=Name\n"},
        {ROW("<Name>a</Name><Name>a</Name>"), "row: no name, unreadable=Name\n"},
        {ROW("<Name>a</Name><name/>"), "row: no name, unreadable=Name\n"},
        {ROW("<Name>a</Name><LicenseStatus>1</LicenseStatus><LicenseStatus>5</LicenseStatus>"),
         "row: a, unreadable=LicenseStatus\n"},
        {ROW("<Name>a<b/></Name>"), "row: no name, unreadable=Name\n"},
        {ROW("<Name><b/>a</Name>"), "row: no name, unreadable=Name\n"},
        {ROW("<Name>a</Name><X><Name>b</Name><LicenseStatus>1</LicenseStatus></X>"), "row: a,\n"},
        {ROW("<Name>a</Name><EvaluationEndDate><Datetime>2026-03-02T08:00:00Z</Datetime></"
             "EvaluationEndDate>"),
         "row: a,\n"},
        {ROW("<Name>a</Name><LicenseIsAddon>true</LicenseIsAddon><LicenseStatusReason>3221549172"
             "</LicenseStatusReason>"),
         "row: a, reason=0xC004F074 addon=yes\n"},
        {ROW("<Name>a</Name><LicenseStatus>one</LicenseStatus>"), "row: a, unreadable=LicenseStatus\n"},
        {ROW("<PartialProductKey>AAAAA-BBBBB-CCCCC-DDDDD-XXXXX</PartialProductKey>"),
         "row: no name, key=XXXXX\n"},
        {ITEMS("<q:SoftwareLicensingProduct xmlns:q='x'><q:Name>a</q:Name></q:SoftwareLicensingProduct>"),
         "row: a,\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text expected;
        text_start(&expected, FACTS_MAXIMUM);
        text_append_format(&expected, "pulled end rows=1\n%s", cases[i].facts);
        check_read(cases[i].xml, span_of(cases[i].xml), &products, text_string(&expected));
        text_done(&expected);
    }
}

static void a_fault_says_what_is_innermost(void **state)
{
    static const struct {
        const char *xml, *facts;
    } cases[] = {
        {FAULT(""), "fault text=the reason rows=0\n"},
        {FAULT("<f:WSManFault Code=' 5 '><f:Message/></f:WSManFault>"),
         "fault code=0x00000005 inner=0x00000005 text=the reason rows=0\n"},
        {FAULT("<f:WSManFault Code='x'><f:Message>m</f:Message></f:WSManFault>"), "fault text=m rows=0\n"},
        {FAULT("<f:WSManFault Code='1'><f:Message>outer<f:ProviderFault>  <f:WSManFault Code='2'><f:Message/>"
               "</f:WSManFault></f:ProviderFault></f:Message></f:WSManFault>"),
         "fault code=0x00000001 inner=0x00000002 text=outer rows=0\n"},
        {FAULT("<f:WSManFault Code='1'><f:Message>outer<f:ProviderFault>inner</f:ProviderFault> last"
               "</f:Message></f:WSManFault>"),
         "fault code=0x00000001 inner=0x00000001 text=inner rows=0\n"},
        {FAULT(
             "<f:WSManFault Code='1'><f:Message>0x1234, 0x800410101, 0x80041003.</f:Message></f:WSManFault>"),
         "fault code=0x00000001 inner=0x00000001 status=0x80041003 text=0x1234, 0x800410101, 0x80041003. "
         "rows=0\n"},
        {FAULT("<w:WSManFault Code='1'/>"), "fault text=the reason rows=0\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_read(cases[i].xml, span_of(cases[i].xml), &products, cases[i].facts);
}

static void what_is_no_reply_is_refused(void **state)
{
    static const struct {
        const char *xml, *words;
    } cases[] = {
        {"", "the XML cannot be read: there is none"},
        {" \r\n", "there is none"},
        {"no XML", "line 1, column 1: it breaks the syntax"},
        {"<html/>", "the reply is html, no SOAP envelope"},
        {"<Envelope/>", "the reply is Envelope, no SOAP envelope"},
        {ENVELOPE(""), "a SOAP envelope without an answer"},
        {BODY(""), "a SOAP envelope without an answer"},
        {BODY("<n:PullResponse/><n:PullResponse/>"), "has PullResponse after another answer"},
        {BODY("<n:PullResponse/><s:Fault/>"), "has Fault after another answer"},
        {BODY("<w:PullResponse/>"), "has PullResponse where no answer of WinRM has it"},
        {ENVELOPE("<s:Body><n:PullResponse/></s:Body><s:Body/>"), "the reply has Body twice"},
        {ENVELOPE("<s:Header><a:RelatesTo/><a:RelatesTo/></s:Header>"), "the reply has RelatesTo twice"},
        {BODY("<n:PullResponse><n:EnumerationContext/><n:EnumerationContext/></n:PullResponse>"),
         "has EnumerationContext twice"},
        {BODY("<n:PullResponse><n:EnumerationContext><x/></n:EnumerationContext></n:PullResponse>"),
         "has x where"},
        {BODY("<n:PullResponse><s:Items/></n:PullResponse>"), "has Items where"},
        {ITEMS("<Win32_Service><Name>a</Name></Win32_Service>"),
         "has an item Win32_Service where only SoftwareLicensingProduct was asked for"},
        {ITEMS("<s:XmlFragment><Name>a</Name></s:XmlFragment>"), "has an item XmlFragment where"},
        {ITEMS("<w:XmlFragment/>"), "has an empty item of SoftwareLicensingProduct"},
        {ITEMS("text"), "has text where elements belong"},
        {ROW("text<Name/>"), "has text where elements belong"},
        {ROW("<PSComputerName>a</PSComputerName>"), "rows of two machines, kms01 and a"},
        {ROW("<Name>&nbsp;</Name>"), "it has an entity that XML itself does not have"},
        {ROW("<Name>a</name>"), "a tag closes another element"},
        {ROW("<Name xsi:nil='1' xsi:nil='1'/>"), "same attribute twice"},
        {ROW("<q:Name/>"), "a prefix without a namespace"},
        {ITEMS("") "<more/>", "something follows its end"},
        {"<?xml version='1.0' encoding='EBCDIC'?>" ITEMS(""), "it is neither UTF-8 nor UTF-16"},
        {"<!DOCTYPE x>" ITEMS(""), "it has a document type (DTD)"},
        {"<?x y?>" ITEMS(""), "it has a processing instruction"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(cases[i].xml, span_of(cases[i].xml), &products, cases[i].words);
    check_refused("two services",
                  span_of(ITEMS("<w:XmlFragment><Version>2</Version></w:XmlFragment>"
                                "<w:XmlFragment><Version>2</Version></w:XmlFragment>")),
                  &service, "more than one row of SoftwareLicensingService");
}

/* `count` times `piece` between two texts. */
static void check_long(const char *before, const char *piece, int count, const char *after, const char *words)
{
    struct text xml;
    text_start(&xml, 4 * 1024 * 1024);
    text_append(&xml, before);
    for (int i = 0; i < count; i++)
        text_append(&xml, piece);
    text_append(&xml, after);
    check_refused(words, fixture_span(&xml), &products, words);
    text_done(&xml);
}

static void everything_is_bounded(void **state)
{
    (void)state;
    check_long("", "<x>", 40, "", "is x, no SOAP envelope");
    check_long("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>", "<x>", XML_DEPTH_MAXIMUM, "",
               "it is nested too deeply");
    check_long("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>", "<x/>", XML_ELEMENTS_MAXIMUM,
               "</s:Envelope>", "it has more elements than");
    check_long("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>", "long text ", 1700,
               "</s:Envelope>", "a text is longer than");
    check_long("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><", "name", 65,
               "/></s:Envelope>", "a name is longer than");
    check_long("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>", "          ", 110000,
               "</s:Envelope>", "the XML is longer than 1048576 bytes");
    check_long("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "
               "xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'><s:Body><n:PullResponse>"
               "<n:EnumerationContext>",
               "context", 600, "</n:EnumerationContext></n:PullResponse></s:Body></s:Envelope>",
               "a context of more than 4096");
    check_long(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "
        "xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'><s:Body><n:PullResponse><n:Items>",
        "<SoftwareLicensingProduct><ID>1</ID></SoftwareLicensingProduct>", LICENSE_MAXIMUM + 1,
        "</n:Items></n:PullResponse></s:Body></s:Envelope>", "more than 4096 products");
}

static void check_every_cut(const char *name)
{
    struct recorded_reply recorded;
    recorded_read("winrm", name, &recorded);
    for (size_t length = 0; length < recorded.reply.body.length; length++) {
        struct license_document document = {0};
        struct arena arena = {0};
        struct wsman_reply reply;
        struct problem why = {.kind = PROBLEM_NONE};
        char *copy = copy_of(span_first(recorded.reply.body, length));
        if (read_into((struct span) {copy, length}, products, &document, &arena, &reply, &why))
            fail_msg("%s was read when cut after %zu bytes", name, length);
        free(copy);
        assert_true(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
        arena_done(&arena);
        license_document_done(&document);
    }
    recorded_done(&recorded);
}

static void a_reply_that_was_cut_is_refused(void **state)
{
    static const char *const names[] = {"products-select-all",      "products-xml-fragment",
                                        "products-first-of-three",  "products-last-of-three",
                                        "products-nil-and-arrays",  "products-utf-16",
                                        "products-byte-order-mark", "fault-invalid-query"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        check_every_cut(names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_gives_its_facts),    cmocka_unit_test(a_value_has_many_shapes),
        cmocka_unit_test(a_fault_says_what_is_innermost), cmocka_unit_test(what_is_no_reply_is_refused),
        cmocka_unit_test(everything_is_bounded),          cmocka_unit_test(a_reply_that_was_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
