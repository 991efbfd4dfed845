/* SPDX-License-Identifier: MIT */
/* Any bytes as JSON: refused with a sentence, or read so that printing and reading again gives the same.  Of
 * an object or a list no part is read. */
#include "fuzz_license_document.h"

#include "payload/strict_json.h"

static const char what[] = "the answer";

static json_t *read_copy(struct span bytes)
{
    json_t *json = NULL;
    struct problem why = {.kind = PROBLEM_NONE};
    char *copy = copy_of(bytes.bytes, bytes.length);
    bool is_read = strict_json_read_any((struct span) {copy, bytes.length}, what, &json, &why);
    free(copy);
    REQUIRE(is_read == (json != NULL));
    REQUIRE(is_read || (why.kind == PROBLEM_PROTOCOL && strncmp(why.sentence, what, sizeof what - 1) == 0));
    return json;
}

static void require_same_again(const json_t *json)
{
    char *dump = json_dumps(json, JSON_ENCODE_ANY);
    REQUIRE(dump != NULL);
    json_t *again = read_copy(span_of(dump));
    REQUIRE(json_equal(json, again));
    json_decref(again);
    free(dump);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = {(const char *)data, size};
    json_t *json = read_copy(bytes);
    if (json == NULL)
        return 0;
    require_same_again(json);
    json_t *same = NULL;
    struct problem why;
    bool is_closed = json_is_object(json) || json_is_array(json);
    REQUIRE(strict_json_read(bytes, what, &same, &why) == is_closed);
    json_decref(same);
    if (is_closed) {
        size_t whole = span_trim(bytes).length + (size_t)(span_trim(bytes).bytes - bytes.bytes);
        REQUIRE(read_copy(span_first(bytes, whole / 2)) == NULL);
        REQUIRE(read_copy(span_first(bytes, whole - 1)) == NULL);
    }
    json_decref(json);
    return 0;
}
