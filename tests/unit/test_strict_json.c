/* SPDX-License-Identifier: MIT */
/* JSON read strictly: what is taken, and with which sentence the rest is refused. */
#include "test_license_facts.h"

#include "payload/strict_json.h"

#include <limits.h>

/* The value in its shortest spelling, or the sentence. */
static struct text read_again(struct span bytes)
{
    struct text printed;
    struct problem why = {.kind = PROBLEM_NONE};
    json_t *json = NULL;
    text_start(&printed, FACTS_MAXIMUM);
    if (!strict_json_read_any(bytes, "the answer", &json, &why)) {
        assert_null(json);
        assert_int_equal(why.kind, PROBLEM_PROTOCOL);
        text_append(&printed, why.sentence);
        return printed;
    }
    char *dump = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    assert_non_null(dump);
    text_append(&printed, dump);
    free(dump);
    json_decref(json);
    return printed;
}

static void check_printed(const char *name, struct span bytes, const char *expected)
{
    struct text printed = read_again(bytes);
    if (strcmp(text_string(&printed), expected) != 0)
        fail_msg("%s:\n--- expected\n%s\n--- said\n%s", name, expected, text_string(&printed));
    text_done(&printed);
}

#define REFUSED(line, column) "the answer cannot be read, line " line ", column " column ": "

static void only_one_closed_value_is_read(void **state)
{
    static const struct {
        const char *name, *bytes, *printed;
    } cases[] = {
        {"an-object", " {\"a\": [1, \"\\u00e4\"]}\r\n", "{\"a\":[1,\"\xC3\xA4\"]}"},
        {"a-bare-text", "\"a\"", "\"a\""},
        {"a-bare-word", "null", "null"},
        {"nothing", "", REFUSED("1", "0") "it ends before it is closed, it was cut"},
        {"blanks", " \r\n", REFUSED("2", "0") "it ends before it is closed, it was cut"},
        {"cut-in-a-list", "[1,", REFUSED("1", "3") "it ends before it is closed, it was cut"},
        {"cut-in-a-text", "\n[\"a", REFUSED("2", "3") "it ends before it is closed, it was cut"},
        {"cut-in-a-word", "[tru", REFUSED("1", "4") "it breaks the syntax, or it was cut"},
        {"followed-by-another", "{} {}", REFUSED("1", "4") "something follows its end"},
        {"member-twice", "{\"a\":1,\"a\":1}", REFUSED("1", "10") "an object has the same member twice"},
        {"latin-1", "[\"\xE4\"]", REFUSED("1", "2") "it has bytes that are not UTF-8"},
        {"nul-in-a-text", "[\"\\u0000\"]", REFUSED("1", "9") "a text has a NUL character"},
        {"nul-in-a-name", "{\"\\u0000\":1}", REFUSED("1", "9") "a name has a NUL character"},
        {"number-beyond-64-bits", "[99999999999999999999]", REFUSED("1", "21") "a number is too large"},
        {"single-quotes", "['a']", REFUSED("1", "2") "it breaks the syntax, or it was cut"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_printed(cases[i].name, span_of(cases[i].bytes), cases[i].printed);
    check_printed("no-bytes-at-all", (struct span) {NULL, 0},
                  REFUSED("1", "0") "it ends before it is closed, it was cut");
}

/* `count` times `piece` in one list. */
static struct text list_of(const char *piece, int count)
{
    struct text list;
    text_start(&list, FIXTURE_MAXIMUM);
    text_append(&list, "[");
    for (int i = 0; i < count; i++)
        text_append_format(&list, "%s%s", i > 0 ? "," : "", piece);
    text_append(&list, "]");
    assert_true(text_ok(&list));
    return list;
}

static void objects_and_lists_are_bounded_and_brackets_in_texts_are_not(void **state)
{
    static const struct {
        const char *piece;
        int count;
        bool is_read;
    } cases[] = {
        {"[]", STRICT_JSON_VALUES_MAXIMUM - 1, true},
        {"[]", STRICT_JSON_VALUES_MAXIMUM, false},
        {"{\"a\":{}}", STRICT_JSON_VALUES_MAXIMUM / 2, false},
        {"{\"a\":{}}", STRICT_JSON_VALUES_MAXIMUM / 2 - 1, true},
        {"\"[[\"", STRICT_JSON_VALUES_MAXIMUM, true},
        {"\"\\\"[\"", STRICT_JSON_VALUES_MAXIMUM, true},
        {"\"\\\\\",[]", STRICT_JSON_VALUES_MAXIMUM, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text list = list_of(cases[i].piece, cases[i].count);
        struct text printed = read_again(fixture_span(&list));
        const char *sentence = "the answer has more than 65536 objects and lists";
        bool is_refused = strcmp(text_string(&printed), sentence) == 0;
        if (is_refused == cases[i].is_read || (cases[i].is_read && text_string(&printed)[0] != '['))
            fail_msg("%s, %d times: %.200s", cases[i].piece, cases[i].count, text_string(&printed));
        text_done(&printed);
        text_done(&list);
    }
}

static void texts_are_spans(void **state)
{
    json_t *json = NULL;
    struct problem why;
    (void)state;
    assert_true(strict_json_read(span_of("[\"a\", 5]"), "the answer", &json, &why));
    assert_true(span_is(strict_json_text(json_array_get(json, 0)), "a"));
    assert_int_equal(strict_json_text(json_array_get(json, 1)).length, 0);
    assert_int_equal(strict_json_text(NULL).length, 0);
    json_decref(json);
}

static void a_value_by_itself_is_read_only_where_that_is_wanted(void **state)
{
    static const char *const values[] = {"\"a\"", "5", "true", "null"};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        json_t *json = NULL;
        struct problem why;
        if (strict_json_read(span_of(values[i]), "the answer", &json, &why))
            fail_msg("%s was read", values[i]);
        assert_non_null(strstr(why.sentence, "it breaks the syntax"));
        assert_true(strict_json_read_any(span_of(values[i]), "the answer", &json, &why));
        json_decref(json);
    }
}

static int allocations_left;

static void *allocate_some(size_t size)
{
    return allocations_left-- > 0 ? malloc(size) : NULL;
}

static void without_memory_nothing_is_read(void **state)
{
    static const char bytes[] = "{\"a\":[\"a text that is longer than the first buffer of it\",1,{}]}";
    bool is_read = false;
    int granted = 0;
    (void)state;
    json_set_alloc_funcs(allocate_some, free);
    for (; !is_read && granted < 1000; granted++) {
        struct problem why = {.kind = PROBLEM_NONE};
        json_t *json = NULL;
        allocations_left = granted;
        is_read = strict_json_read(span_of(bytes), "the answer", &json, &why);
        bool is_told = why.kind == PROBLEM_MEMORY || strstr(why.sentence, "syntax") != NULL;
        if (!is_read && (!is_told || (granted == 0 && why.kind != PROBLEM_MEMORY)))
            fail_msg("after %d allocations: kind %d, %s", granted, (int)why.kind, why.sentence);
        if (is_read) {
            allocations_left = INT_MAX;
            char *dump = json_dumps(json, JSON_COMPACT);
            assert_string_equal(dump, bytes);
            free(dump);
        }
        json_decref(json);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(is_read);
    assert_in_range(granted, 4, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_closed_value_is_read),
        cmocka_unit_test(objects_and_lists_are_bounded_and_brackets_in_texts_are_not),
        cmocka_unit_test(texts_are_spans),
        cmocka_unit_test(a_value_by_itself_is_read_only_where_that_is_wanted),
        cmocka_unit_test(without_memory_nothing_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
