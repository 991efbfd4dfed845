/* SPDX-License-Identifier: MIT */
/* Any bytes as a reply of WS-Management: the first byte chooses what was asked, the rest is the reply. */
#include "fuzz_license_document.h"

#include "payload/wsman_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct wsman_question questions[] = {{"SoftwareLicensingProduct", WSMAN_PRODUCTS, NULL},
                                                      {"SoftwareLicensingService", WSMAN_SERVICE, NULL},
                                                      {"Win32_Service", WSMAN_COUNTED, NULL}};
    struct license_document document = {0};
    struct arena arena = {0};
    struct wsman_reply reply;
    struct problem why = {.kind = PROBLEM_NONE};
    if (size == 0)
        return 0;
    struct wsman_question question = questions[data[0] % 3];
    question.document = &document;
    char *bytes = copy_of(data + 1, size - 1);
    bool is_read = wsman_xml_read((struct span) {bytes, size - 1}, &question, &arena, &reply, &why);
    free(bytes);
    if (is_read) {
        REQUIRE(reply.context == NULL || strlen(reply.context) <= WSMAN_CONTEXT_MAXIMUM);
        REQUIRE(document.license_count == (question.rows == WSMAN_PRODUCTS ? reply.row_count : 0));
        REQUIRE(question.rows == WSMAN_PRODUCTS || reply.row_count <= 1);
    } else {
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0' && document.license_count == 0);
    }
    for (size_t i = 0; i < document.license_count; i++)
        require_license(&document.licenses[i]);
    arena_done(&arena);
    license_document_done(&document);
    return 0;
}
