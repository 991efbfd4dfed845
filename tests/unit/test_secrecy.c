/* SPDX-License-Identifier: MIT */
/* A password in a text that somebody else wrote. */
#include "frame/secrecy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_SIZE = 256 };

static void every_spelling_of_a_password_becomes_asterisks(void **state)
{
    static const struct {
        const char *name, *password, *text, *expected;
    } cases[] = {
        {"as it is", "S3cret", "login was S3cret, S3cret", "login was ******, ******"},
        {"nothing to hide", NULL, "login was S3cret", "login was S3cret"},
        {"alone", "S3cret", "S3cret", "******"},
        {"in a longer word", "S3cret", "xS3crety", "x******y"},
        {"another case is another password", "S3cret", "s3CRET", "s3CRET"},
        {"in a Basic login", "S3cret", "Basic YWRtaW46UzNjcmV0 end", "Basic **************** end"},
        {"in JSON", "a\"b\\c", "{\"said\":\"a\\\"b\\\\c\"}", "{\"said\":\"*******\"}"},
        {"in XML", "a<b&c>", "<s>a&lt;b&amp;c&gt;</s>", "<s>****************</s>"},
        {"in a URL", "a b/c+d", "?password=a%20b%2Fc%2Bd&x", "?password=*************&x"},
        {"its begin, where a text was cut", "S3cretPassw0rd", "it was S3cretP..", "it was *******.."},
        {"a short begin is nothing", "S3cretPassw0rd", "S3cre..", "S3cre.."},
        {"a short one only as a whole", "abcd", "abc abcd", "abc ****"},
        {"three characters are hidden", "abc", "abc ab", "*** ab"},
        {"two are in every text", "is", "this is", "this is"},
        {"twice in a row", "S3cret", "S3cretS3cret", "************"},
        {"over itself", "aabaab", "aabaabaab", "******aab"},
        {"beside other bytes", "p\xC3\xA4ssword", "p\xC3\xA4ssword!", "*********!"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_config config = {.user = "admin", .password = {.value = cases[i].password}};
        struct secrecy secrecy = {.count = 0};
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "%s", cases[i].text);
        secrecy_start(&secrecy, &config);
        secrecy_hide(&secrecy, text, strlen(text));
        if (strcmp(text, cases[i].expected) != 0)
            fail_msg("%s: %s, wanted %s", cases[i].name, text, cases[i].expected);
        secrecy_done(&secrecy);
    }
}

static void hiding_ends_with_the_text(void **state)
{
    struct http_config config = {.password = {.value = "S3cretPassw0rd"}};
    struct secrecy secrecy = {.count = 0};
    char text[] = "S3cretPassw0rd";
    (void)state;
    secrecy_start(&secrecy, &config);
    secrecy_hide(&secrecy, text, 8); /* as if it ended there */
    assert_string_equal(text, "********ssw0rd");
    secrecy_hide(&secrecy, text, 0);
    secrecy_done(&secrecy);
    assert_int_equal(secrecy.count, 0);
}

static void secrets_of_one_agent_are_hidden_together(void **state)
{
    static const char *const secrets[] = {"monitoring-only", "authentic \"14\" pass", "private<12>pass",
                                          NULL};
    struct secrecy secrecy = {.count = 0};
    char text[] = "monitoring-only monitor moni authentic \\\"14\\\" pass private&lt;12&gt;pass";
    (void)state;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        secrecy_add(&secrecy, secrets[i]);
    secrecy_hide(&secrecy, text, strlen(text));
    assert_string_equal(text, "*************** ******* moni ********************* *********************");
    secrecy_done(&secrecy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_a_password_becomes_asterisks),
        cmocka_unit_test(hiding_ends_with_the_text),
        cmocka_unit_test(secrets_of_one_agent_are_hidden_together),
    };
    return cmocka_run_group_tests_name("secrecy", tests, NULL, NULL);
}
