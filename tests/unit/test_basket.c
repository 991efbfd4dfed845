/* SPDX-License-Identifier: MIT */
/* The basket for Icinga Director, of a made-up program that has one option of every form. */
#include "options/basket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct config {
    const char *hostname, *community;
    struct option_texts cups;
    struct option_secret community_secret;
    bool is_ipv4;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct option kettle_options[] = {
    {OPTION_INTO_TEXT(struct config, hostname), .letter = 'H', .name = "hostname", .placeholder = "HOST",
     .summary = "the \"kettle\",\n\tin C:\\kitchen"},
    {OPTION_INTO_FLAG(struct config, is_ipv4), .letter = '4', .summary = "IPv4 only"},
    {OPTION_INTO_TEXTS(struct config, cups), .name = "clean-cup", .placeholder = "NAME", .summary = "a cup"},
    {OPTION_INTO_TEXT(struct config, community), .letter = 'C', .name = "community", .placeholder = "WORD",
     .summary = "the community"},
    {OPTION_INTO_SECRET(struct config, community_secret), .name = "community-file", .placeholder = "FILE",
     .summary = "file with it", .environment = "COMMUNITY", .ini_key = "community"},
    {.kind = OPTION_HELP, .letter = 'h', .name = "help", .summary = "print this help"},
};
static const struct option_group kettle_group = {"Kettle", kettle_options, COUNT(kettle_options), 0};
static const struct program kettle = {.name = "check_kettle",
                                      .service = "KETTLE",
                                      .takes_program = true,
                                      .groups = &kettle_group,
                                      .group_count = 1};

static const struct option reach_options[] = {
    {OPTION_INTO_FLAG(struct config, is_ipv4), .letter = '6', .name = "ipv6", .summary = "IPv6 only"}};
static const struct option_group reach_group = {"Reach", reach_options, COUNT(reach_options), 0};
static const struct program reach = {
    .name = "check_kms_reach", .service = "KMS_REACH", .groups = &reach_group, .group_count = 1};

static const struct program explain = {.name = "kettle-explain", .groups = &kettle_group, .group_count = 1};

static const char expected_arguments[] = //
    "{\n"
    "    \"Command\": {\n"
    "        \"kettle\": {\n"
    "            \"arguments\": {\n"
    "                \"--hostname\": {\n"
    "                    \"description\": \"the \\\"kettle\\\",\\n\\tin C:\\\\kitchen\",\n"
    "                    \"set_if\": \"macro(\\\"$kettle_hostname$\\\") != \\\"\\\"\",\n"
    "                    \"set_if_format\": \"expression\",\n"
    "                    \"value\": \"$kettle_hostname$\"\n"
    "                },\n"
    "                \"-4\": {\n"
    "                    \"description\": \"IPv4 only\",\n"
    "                    \"set_if\": \"$kettle_4$\"\n"
    "                },\n"
    "                \"--clean-cup\": {\n"
    "                    \"description\": \"a cup; may be an array\",\n"
    "                    \"repeat_key\": true,\n"
    "                    \"value\": \"$kettle_clean_cup$\"\n"
    "                },\n"
    "                \"--community-file\": {\n"
    "                    \"description\": \"file with it (or environment COMMUNITY)\",\n"
    "                    \"value\": \"$kettle_community_file$\"\n"
    "                },\n"
    "                \"--\": {\n"
    "                    \"description\": \"program to run and its arguments; an array\",\n"
    "                    \"order\": 99,\n"
    "                    \"repeat_key\": false,\n"
    "                    \"value\": \"$kettle_program$\"\n"
    "                }\n"
    "            },\n"
    "            \"command\": \"PluginContribDir + /check_kettle\",\n"
    "            \"disabled\": false,\n"
    "            \"fields\": [\n"
    "                {\n"
    "                    \"datafield_id\": 1,\n"
    "                    \"is_required\": \"n\",\n"
    "                    \"var_filter\": null\n"
    "                },\n";

static const char expected_end[] = //
    "    \"ServiceTemplate\": {},\n"
    "    \"Datafield\": {\n"
    "        \"1\": {\n"
    "            \"caption\": \"check_kettle --hostname\",\n"
    "            \"category\": null,\n"
    "            \"datatype\": \"Icinga\\\\Module\\\\Director\\\\DataType\\\\DataTypeString\",\n"
    "            \"description\": \"the \\\"kettle\\\",\\n\\tin C:\\\\kitchen\",\n"
    "            \"format\": null,\n"
    "            \"settings\": {\n"
    "                \"visibility\": \"visible\"\n"
    "            },\n"
    "            \"uuid\": \"";

static void write_basket(const struct program *const *programs, struct text *ret_text)
{
    text_start(ret_text, 100000);
    basket_write(programs, ret_text);
    assert_true(text_ok(ret_text));
}

static void check_holds(const struct text *text, const char *part)
{
    if (strstr(text_string(text), part) == NULL)
        assert_string_equal(text_string(text), part); /* shows both */
}

static void a_command_has_every_argument_but_no_secret(void **state)
{
    const struct program *programs[] = {&kettle, NULL};
    struct text text;
    (void)state;
    write_basket(programs, &text);
    assert_memory_equal(text_string(&text), expected_arguments, sizeof expected_arguments - 1);
    check_holds(&text, "\"vars\": {\n                \"kettle_hostname\": \"$address$\"\n            },\n");
    assert_null(strstr(text_string(&text), "\"--community\""));
    assert_null(strstr(text_string(&text), "\"--help\""));
    text_done(&text);
}

static void every_argument_has_a_data_field_of_its_kind(void **state)
{
    const struct program *programs[] = {&kettle, NULL};
    struct text text;
    (void)state;
    write_basket(programs, &text);
    check_holds(&text, expected_end);
    check_holds(&text, "\"caption\": \"check_kettle -4\"");
    check_holds(
        &text,
        "DataTypeBoolean\",\n            \"description\": \"IPv4 only\",\n            \"format\": null,\n"
        "            \"settings\": {},");
    check_holds(&text, "DataTypeArray\",\n            \"description\": \"program to run");
    check_holds(&text, "\"datafield_id\": 5,\n                    \"is_required\": \"n\",\n"
                       "                    \"var_filter\": null\n                }\n            ],");
    assert_null(strstr(text_string(&text), "\"6\": {"));
    text_done(&text);
}

static void numbers_of_data_fields_go_on_in_the_next_command(void **state)
{
    const struct program *programs[] = {&explain, &kettle, &explain, &reach, NULL};
    struct text text;
    (void)state;
    write_basket(programs, &text);
    check_holds(&text, "\"fields\": [\n                {\n                    \"datafield_id\": 6,");
    check_holds(&text, "        \"6\": {\n            \"caption\": \"check_kms_reach --ipv6\"");
    assert_null(strstr(text_string(&text), "kettle-explain"));
    text_done(&text);
}

static void a_service_template_comes_with_its_command(void **state)
{
    const struct program *programs[] = {&reach, NULL};
    struct text text;
    (void)state;
    write_basket(programs, &text);
    check_holds(&text, "\"kms-reach-service\": {\n"
                       "            \"check_command\": \"kms_reach\",\n"
                       "            \"check_interval\": 300,\n");
    assert_null(strstr(text_string(&text), "kms-host-service"));
    text_done(&text);
}

/* What an import finds again: these must never change. */
static void an_identity_is_that_of_the_name_alone(void **state)
{
    const struct program *alone[] = {&reach, NULL}, *behind[] = {&kettle, &reach, NULL};
    struct text first, second;
    char identity[60];
    (void)state;
    write_basket(alone, &first);
    write_basket(behind, &second);
    const char *at = text_string(&first);
    for (unsigned i = 0; i < 3; i++) { /* command, service template, data field */
        at = strstr(at, "\"uuid\": \"");
        assert_non_null(at);
        memcpy(identity, at, sizeof identity);
        identity[strlen("\"uuid\": \"") + 36] = '\0';
        assert_int_equal(identity[strlen("\"uuid\": \"") + 14], '8'); /* version */
        assert_non_null(strchr("89ab", identity[strlen("\"uuid\": \"") + 19]));
        check_holds(&second, identity);
        at++;
    }
    text_done(&first);
    text_done(&second);
}

static void a_basket_that_does_not_fit_is_noticed(void **state)
{
    const struct program *programs[] = {&kettle, NULL};
    struct text text;
    (void)state;
    text_start(&text, 500);
    basket_write(programs, &text);
    assert_false(text_ok(&text));
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_has_every_argument_but_no_secret),
        cmocka_unit_test(every_argument_has_a_data_field_of_its_kind),
        cmocka_unit_test(numbers_of_data_fields_go_on_in_the_next_command),
        cmocka_unit_test(a_service_template_comes_with_its_command),
        cmocka_unit_test(an_identity_is_that_of_the_name_alone),
        cmocka_unit_test(a_basket_that_does_not_fit_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
