/* SPDX-License-Identifier: MIT */
/* Markdown that comes out letter by letter, and a text for every rule. */
#include "guide/markdown.h"
#include "guide/rule_guide.h"
#include "judge/judge_client.h"
#include "judge/judge_host.h"
#include "judge/judge_reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAXIMUM = 4096 };

static void assert_written(void (*write)(struct text *text, const char *string), const char *string,
                           const char *expected)
{
    struct text text;
    text_start(&text, TEXT_MAXIMUM);
    write(&text, string);
    assert_true(text_ok(&text));
    assert_string_equal(text_string(&text), expected);
    text_done(&text);
}

static void marks_are_escaped_and_underscores_within_words_are_none(void **state)
{
    (void)state;
    assert_written(markdown_text, "check_kms_host", "check_kms_host");
    assert_written(markdown_text, "_vlmcs._tcp.DOMAIN", "\\_vlmcs.\\_tcp.DOMAIN");
    assert_written(markdown_text, "root\\cimv2, SELECT * [a] <b> #1 | c_",
                   "root\\\\cimv2, SELECT \\* \\[a\\] \\<b\\> \\#1 \\| c\\_");
    assert_written(markdown_code, "check_kms_host", "`check_kms_host`");
}

static void append_item(struct text *text, const char *string)
{
    markdown_item(text, "Do", string);
}

static void append_step(struct text *text, const char *string)
{
    markdown_step(text, 2, string);
}

#define TEN "123456789 "
#define FIFTY TEN TEN TEN TEN TEN

static void lines_end_before_the_last_column(void **state)
{
    (void)state;
    assert_written(markdown_paragraph, FIFTY FIFTY TEN "abcdefghi j",
                   FIFTY FIFTY TEN "abcdefghi\nj\n\n"); /* 119 columns, a blank, and one more */
    assert_written(append_item, FIFTY FIFTY "abcdefghijkl n",
                   "- **Do:** " FIFTY TEN TEN TEN TEN "123456789\n  abcdefghijkl n\n");
    assert_written(append_step, "one two", "  2. one two\n");
    assert_written(append_item, NULL, "");
}

static void no_line_begins_with_the_mark_of_a_list(void **state)
{
    (void)state;
    assert_written(markdown_paragraph, FIFTY FIFTY TEN "abcdefghi 2. - then",
                   FIFTY FIFTY TEN "abcdefghi 2. -\nthen\n\n");
}

static bool has_rule(const struct rule *rules, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].id, id) == 0)
            return true;
    }
    return false;
}

static void assert_written_about(const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct rule_guide *guide = rule_guide_find(rules[i].id);
        if (guide == NULL)
            fail_msg("rule_guide.c has no text about rule %s", rules[i].id);
        assert_true(strlen(guide->meaning) > 0 && strlen(guide->impact) > 0 && strlen(guide->first) > 0);
    }
}

static void every_rule_has_a_text_and_every_text_its_rule(void **state)
{
    (void)state;
    const struct rule_guide *guide;
    assert_written_about(host_rules, HOST_RULE_COUNT);
    assert_written_about(client_rules, CLIENT_RULE_COUNT);
    assert_written_about(reach_rules, REACH_RULE_COUNT);
    for (size_t i = 0; (guide = rule_guide_at(i)) != NULL; i++) {
        if (!has_rule(host_rules, HOST_RULE_COUNT, guide->id) &&
            !has_rule(client_rules, CLIENT_RULE_COUNT, guide->id) &&
            !has_rule(reach_rules, REACH_RULE_COUNT, guide->id))
            fail_msg("rule_guide.c speaks of a rule %s that nobody has", guide->id);
        assert_ptr_equal(rule_guide_find(guide->id), guide); /* and once */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_escaped_and_underscores_within_words_are_none),
        cmocka_unit_test(lines_end_before_the_last_column),
        cmocka_unit_test(no_line_begins_with_the_mark_of_a_list),
        cmocka_unit_test(every_rule_has_a_text_and_every_text_its_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
