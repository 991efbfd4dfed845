/* SPDX-License-Identifier: MIT */
/* Any bytes as metrics: each sample keeps its limits, and the page is whole or refused with a sentence. */
#include "fuzz_license_document.h"

#include "payload/exposition.h"
#include "payload/exposition_value.h"

static void require_sample(const struct exposition_sample *sample)
{
    int64_t whole;
    REQUIRE(sample->name.length > 0 && sample->line > 0 && sample->line <= EXPOSITION_LINES_MAXIMUM);
    REQUIRE(sample->label_count <= EXPOSITION_LABELS_MAXIMUM);
    for (size_t i = 0; i < sample->label_count; i++) {
        struct span value = sample->labels[i].value;
        REQUIRE(sample->labels[i].name.length > 0);
        REQUIRE(span_find(value, '\0') == value.length);
    }
    if (exposition_value_is_whole(sample->value, &whole))
        REQUIRE((double)whole == sample->value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exposition exposition;
    struct exposition_sample sample;
    struct problem why = {.kind = PROBLEM_NONE};
    size_t samples = 0;
    char *bytes = copy_of(data, size);
    exposition_start(&exposition, (struct span) {bytes, size});
    while (exposition_next(&exposition, &sample)) {
        require_sample(&sample);
        samples++;
    }
    REQUIRE(samples <= size);
    if (!exposition_ok(&exposition, &why))
        REQUIRE(why.kind != PROBLEM_NONE && why.sentence[0] != '\0');
    else
        REQUIRE(size == 0 || bytes[size - 1] == '\n');
    exposition_done(&exposition);
    free(bytes);
    return 0;
}
