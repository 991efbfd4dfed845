/* SPDX-License-Identifier: MIT */
/* Recognising documents: encodings, forms, and what came instead. */
#include "test_license_facts.h"

#include "base/unicode.h"
#include "payload/document.h"

#define KMS_CLIENT                                                                                           \
    "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c\n"                              \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 minutes=258780 last=2 "      \
    "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080\n"
#define KMS_CLIENT_JSON                                                                                      \
    "service: version=10.0.26100.1 cmid=b7e88794-64a5-575d-82d0-b8e689be190c port=0 publishing=yes "         \
    "low-priority=no\n"                                                                                      \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "          \
    "minutes=258780 last=2 addon=no kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 "            \
    "activation=120 "                                                                                        \
    "renewal=10080 host=no count=none\n"

static void every_form_in_every_encoding_is_recognised(void **state)
{
    static const struct facts_case cases[] = {
        {"slmgr/windows-11-kms-client.txt", KMS_CLIENT},
        {"slmgr/windows-11-utf-16le.txt", KMS_CLIENT},
        {"slmgr/windows-11-utf-16le-without-mark.txt", KMS_CLIENT},
        {"slmgr/windows-11-utf-8-with-mark.txt", KMS_CLIENT},
        {"slmgr/error-beside-a-product.txt", KMS_CLIENT},
        {"ospp/office-2010-mak.txt",
         "row: Office 14, OfficeProPlus-MAK edition, channel=retail key=XXXXX status=1 minutes=0\n"},
        {"ospp/office-without-keys.txt", ""},
        {"ospp/error-service-not-running.txt",
         "error: The Software Protection Platform service is not running.\n"},
        {"json/report-script-kms-client.json", "computer: wks-001\ntime: 1772438400\n" KMS_CLIENT_JSON},
        {"json/powershell-51-convertto-json-utf-16le.json",
         "computer: WKS-001\ntime: 1772438400\n" KMS_CLIENT_JSON},
        {"json/umlauts-in-names.json",
         "computer: b\xC3\xBCro-01\nrow: Windows\xC2\xAE Gr\xC3\xB6\xC3\x9F"
         "e, channel=kms-client key=XXXXX status=1 reason=0x4004F040 minutes=258780 last=2 addon=no "
         "kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 activation=120 renewal=10080 host=no "
         "count=none\n"},
        {"slmgr/error-no-product-key.txt", "error: product key not found.\n"},
        {"slmgr/error-connecting.txt", "error: code=0x800706BA Error 0x800706BA occurred in connecting to "
                                       "server kms01.corp.example.com.\n"},
        {"slmgr/error-german.txt", "error: code=0xC004F014 Fehler: 0xC004F014 Auf einem Computer, auf dem "
                                   "Microsoft Windows Non-Core Edition "
                                   "l\x84uft\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        facts_check(&cases[i], document_read);
}

static void anything_else_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *fixture, *words;
    } cases[] = {
        {"hostile/empty.txt", "the document is empty"},
        {"hostile/blank.txt", "the document is empty"},
        {"hostile/binary.bin", "the document is binary, not text: it has NUL bytes"},
        {"hostile/html-from-a-proxy.html", "this is an HTML page, not a license document"},
        {"hostile/plain-answer.txt", "it begins with: NRPE: Unable to read output"},
        {"hostile/help-text.txt", "it begins with: Windows Software Licensing Management To"},
        {"hostile/utf-16be.txt", "the document is UTF-16BE, which is not read: save it as UTF-8 or UTF-16LE"},
        {"hostile/utf-16be-without-mark.txt", "the document is UTF-16BE"},
        {"hostile/utf-32.txt", "the document is UTF-32, which is not read"},
        {"hostile/slmgr-and-ospp.txt", "the document has the output of slmgr.vbs and of ospp.vbs"},
        {"hostile/invalid-utf-8.json", "it has bytes that are not UTF-8"},
        {"hostile/cut.json", "it ends before it is closed"},
        {"slmgr/windows-11-german.txt",
         "slmgr.vbs text, not English: use the JSON report script, or an English copy of slmgr.vbs"},
        {"slmgr/windows-11-french-dli.txt", "slmgr.vbs text, not English"},
        {"slmgr/windows-11-chinese-utf-16le.txt", "slmgr.vbs text, not English"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refusal_check(cases[i].fixture, cases[i].words, document_read);
}

static void short_documents_are_told_apart(void **state)
{
    static const struct {
        const char *text, *words; /* NULL words: it is read */
    } cases[] = {
        {"[]", NULL},
        {" \r\n[]", NULL},
        {"\xEF\xBB\xBF[]", NULL},
        {"\xEF\xBB\xBF", "the document is empty"},
        {"\xFF\xFE", "the document is empty"},
        {"\xFE\xFF", "UTF-16BE"},
        {"---Processing--------------------------\n", NULL},
        {"<No installed product keys detected>\n", NULL},
        {"Software licensing service version: 10.0.26100.1\n", NULL},
        {"Error: product not found.", NULL},
        {"Input Error: Can not find script file C:\\slmgr.vbs.\n", NULL},
        {"<html>License Status: Licensed</html>", "HTML"},
        {"\n <!DOCTYPE HTML>\nName: x\nDescription: y\n", "HTML"},
        {"<Objs Version=1>", "it begins with: <Objs Version=1>"},
        {"x", "it begins with: x"},
        {"\x80\x81 \x1B[1m caf\xC3\xA9 is open", "it begins with: [1m caf is open"},
        {"\x80\x81\x82", "it has no readable text"},
        {"01234567890123456789012345678901234567890123456789",
         "it begins with: 0123456789012345678901234567890123456789"},
        {"Etiqueta: 55c92734-0000-0000-0000-d6ec3f16059f\n", "not English"},
        {"Etiqueta: {55c92734-0000-0000-0000-d6ec3f16059f}\n", "it begins with"},
        {"Etiqueta: 55c92734-0000-0000-0000-d6ec3f16059\n", "it begins with"},
        {"55c92734-0000-0000-0000-d6ec3f16059f\n", "it begins with"},
        {"Descripcion: Windows(R) Operating System, RETAIL channel\n", "not English"},
        {"a channel\n", "it begins with"},
        {"{\"SoftwareLicensingProduct\":\"VOLUME_KMSCLIENT\"}", "SoftwareLicensingProduct is text"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct license_document document;
        struct problem why = {.kind = PROBLEM_NONE};
        bool is_read = document_read(span_of(cases[i].text), &document, &why);
        if (is_read)
            license_document_done(&document);
        if (is_read != (cases[i].words == NULL))
            fail_msg("%s was %s: %s", cases[i].text, is_read ? "read" : "refused", why.sentence);
        if (!is_read && strstr(why.sentence, cases[i].words) == NULL)
            fail_msg("%s:\n--- expected to contain\n%s\n--- said\n%s", cases[i].text, cases[i].words,
                     why.sentence);
    }
}

static void the_quoted_begin_has_forty_bytes_at_most(void **state)
{
    struct license_document document;
    struct problem why;
    (void)state;
    assert_false(
        document_read(span_of("01234567890123456789012345678901234567890123456789"), &document, &why));
    const char *quoted = strstr(why.sentence, "it begins with: ") + strlen("it begins with: ");
    assert_string_equal(quoted, "0123456789012345678901234567890123456789");
}

static void the_limit_is_eight_mebibytes(void **state)
{
    struct license_document document;
    struct problem why;
    char *bytes = malloc(DOCUMENT_MAXIMUM + 1);
    (void)state;
    assert_non_null(bytes);
    memset(bytes, ' ', DOCUMENT_MAXIMUM + 1);
    memcpy(bytes, "[]", 2);
    assert_true(document_read((struct span) {bytes, DOCUMENT_MAXIMUM}, &document, &why));
    license_document_done(&document);
    assert_false(document_read((struct span) {bytes, DOCUMENT_MAXIMUM + 1}, &document, &why));
    assert_string_equal(why.sentence, "the document is longer than 8 MiB");
    free(bytes);
}

/* Every reader stays near linear: one that does not would not come to its end here. */
static void long_documents_are_read_to_their_end(void **state)
{
    static const char *const pieces[] = {
        "x",
        " ",
        "\n",
        "\r",
        "Name",
        "Requests with License Status ",
        "-",
        "0x",
        "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF\n",
        "License Status: Licensed, and a line that is as long as the widest\n",
        "Error: \n",
        "[",
        "{\"a\":",
        "<",
        "Name: x, as long as the widest of the lines\nRequests with License Status\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct text text;
        struct license_document document;
        struct problem why;
        text_start(&text, DOCUMENT_MAXIMUM / 4);
        while (!text.has_overflowed)
            text_append(&text, pieces[i]);
        if (document_read(fixture_span(&text), &document, &why))
            license_document_done(&document);
        text_done(&text);
    }
}

static void an_encoding_is_found_without_its_mark(void **state)
{
    static const char json[] = "{\"SoftwareLicensingProduct\":[]}";
    char wide[4 * sizeof json];
    struct license_document document;
    struct problem why;
    (void)state;
    for (size_t size = 2; size <= 4; size += 2) {
        for (size_t place = 0; place < size; place += size - 1) {
            memset(wide, 0, sizeof wide);
            for (size_t i = 0; i < sizeof json - 1; i++)
                wide[i * size + place] = json[i];
            bool is_read = document_read((struct span) {wide, (sizeof json - 1) * size}, &document, &why);
            assert_true(is_read == (size == 2 && place == 0));
            if (is_read)
                license_document_done(&document);
            else
                assert_non_null(strstr(why.sentence, size == 4 ? "UTF-32" : "UTF-16BE"));
        }
    }
}

static void a_wide_character_that_was_cut_in_two_ends_text_and_breaks_json(void **state)
{
    struct text bytes = fixture_read("slmgr/windows-11-utf-16le.txt");
    struct license_document document;
    struct problem why;
    (void)state;
    assert_true(document_read(span_first(fixture_span(&bytes), bytes.length - 1), &document, &why));
    assert_int_equal(document.license_count, 1);
    license_document_done(&document);
    text_done(&bytes);
    bytes = fixture_read("json/powershell-51-convertto-json-utf-16le.json");
    assert_false(document_read(span_first(fixture_span(&bytes), bytes.length - 1), &document, &why));
    assert_string_equal(why.sentence, "the JSON is cut in the middle of a character");
    text_done(&bytes);
}

static void check_cuts(const char *fixture)
{
    cuts_check(fixture, document_read);
}

static void a_document_that_was_cut_says_no_more_than_the_whole(void **state)
{
    (void)state;
    fixture_each("slmgr", check_cuts);
    fixture_each("ospp", check_cuts);
    fixture_each("json", check_cuts);
}

/* These cannot be prefixes of anything sensible; they must only be harmless. */
static void check_harmless_cuts(const char *fixture)
{
    struct text bytes = fixture_read(fixture);
    for (size_t length = 0; length <= bytes.length; length++) {
        struct license_document document;
        struct problem why;
        if (document_read(span_first(fixture_span(&bytes), length), &document, &why))
            license_document_done(&document);
    }
    text_done(&bytes);
}

static void hostile_documents_cut_anywhere_do_no_harm(void **state)
{
    (void)state;
    fixture_each("hostile", check_harmless_cuts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_in_every_encoding_is_recognised),
        cmocka_unit_test(anything_else_is_refused_with_a_sentence),
        cmocka_unit_test(short_documents_are_told_apart),
        cmocka_unit_test(the_quoted_begin_has_forty_bytes_at_most),
        cmocka_unit_test(the_limit_is_eight_mebibytes),
        cmocka_unit_test(long_documents_are_read_to_their_end),
        cmocka_unit_test(an_encoding_is_found_without_its_mark),
        cmocka_unit_test(a_wide_character_that_was_cut_in_two_ends_text_and_breaks_json),
        cmocka_unit_test(a_document_that_was_cut_says_no_more_than_the_whole),
        cmocka_unit_test(hostile_documents_cut_anywhere_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
