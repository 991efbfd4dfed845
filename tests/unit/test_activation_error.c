/* SPDX-License-Identifier: MIT */
/* The catalogue as an alert prints it: complete, sorted, short enough, and free of characters that pages
 * lose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/reader.h"
#include "base/span.h"
#include "catalog/activation_code.h"
#include "catalog/activation_error.h"

enum { CATALOGUE_SIZE = 523 };

static const char codes_path[] = "tests/fixtures/catalog/codes.txt";

static const struct activation_error *find(uint32_t code)
{
    const struct activation_error *error = activation_error_find(code);
    if (error == NULL)
        fail_msg("0x%08X is not in the catalogue", (unsigned)code);
    return error;
}

static void every_code_is_there_in_order(void **state)
{
    static char bytes[65536];
    FILE *file = fopen(codes_path, "r");
    (void)state;
    if (file == NULL)
        fail_msg("cannot open %s, run this in the top folder", codes_path);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct reader reader = reader_over((struct span) {bytes, length});
    struct span line;
    bool is_ended;
    size_t count = 0;
    while (reader_line(&reader, &line, &is_ended)) {
        struct problem why;
        uint32_t code = 0;
        if (!activation_code_parse(line, &code, &why))
            fail_msg("%s: %s", codes_path, why.sentence);
        assert_true(count < activation_error_count());
        assert_int_equal(activation_error_code(activation_error_at(count)), code);
        assert_ptr_equal(find(code), activation_error_at(count));
        count++;
    }
    assert_int_equal(count, CATALOGUE_SIZE);
    assert_int_equal(activation_error_count(), CATALOGUE_SIZE);
}

static void codes_that_nobody_described_are_not_found(void **state)
{
    (void)state;
    assert_null(activation_error_find(0xC004B123));
    assert_null(activation_error_find(1));
    assert_null(activation_error_find(0xFFFFFFFF));
}

static void check_text(uint32_t code, const char *column, const char *text, size_t maximum)
{
    if (text == NULL)
        return;
    size_t length = strlen(text);
    if (length == 0 || length > maximum)
        fail_msg("0x%08X: %s has %zu characters, not 1 to %zu: %s", (unsigned)code, column, length, maximum,
                 text);
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20 || text[i] > 0x7E || strchr("`~$&|'\"<>;", text[i]) != NULL)
            fail_msg("0x%08X: %s has a character that gets lost: %s", (unsigned)code, column, text);
        if (text[i] == '\\' && (text[i + 1] == 'n' || text[i + 1] == 't'))
            fail_msg("0x%08X: %s has a backslash before n or t: %s", (unsigned)code, column, text);
    }
    if (text[0] == ' ' || text[length - 1] == ' ' || strstr(text, "  ") != NULL)
        fail_msg("0x%08X: %s has a blank too many: %s", (unsigned)code, column, text);
}

static bool is_one_of(const char *word, const char *const words[])
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

static void check_explanation(const struct explanation *explanation)
{
    static const char *const sides[] = {"client",    "kms-host",   "dns", "network",
                                        "microsoft", "monitoring", NULL};
    const struct advice *advice = &explanation->advice;
    assert_non_null(explanation->brief);
    assert_non_null(explanation->meaning);
    check_text(explanation->code, "symbol", explanation->symbol, 80);
    check_text(explanation->code, "brief", explanation->brief, 40);
    check_text(explanation->code, "meaning", explanation->meaning, 90);
    check_text(explanation->code, "cause", advice->cause, 220);
    assert_in_range(advice->step_count, 0, 5);
    for (size_t i = 0; i < advice->step_count; i++)
        check_text(explanation->code, "a step", advice->steps[i], 180);
    if (advice->side == NULL || !is_one_of(advice->side, sides))
        fail_msg("0x%08X: no side: %s", (unsigned)explanation->code, advice->side);
}

static void every_text_fits_an_alert(void **state)
{
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        for (int situation = 0; situation < SITUATION_COUNT; situation++) {
            struct explanation explanation;
            activation_error_explain(activation_error_at(i), (enum situation)situation, &explanation);
            assert_int_equal(explanation.code, activation_error_code(activation_error_at(i)));
            check_explanation(&explanation);
        }
    }
}

static void briefs_tell_codes_apart(void **state)
{
    (void)state;
    for (size_t i = 1; i < activation_error_count(); i++) {
        struct explanation one, other;
        activation_error_explain(activation_error_at(i - 1), SITUATION_ANY, &one);
        activation_error_explain(activation_error_at(i), SITUATION_ANY, &other);
        if (strcmp(one.brief, other.brief) == 0)
            fail_msg("0x%08X and 0x%08X have the same brief: %s", (unsigned)one.code, (unsigned)other.code,
                     one.brief);
    }
}

static void words_are_of_the_vocabulary(void **state)
{
    static const char *const severities[] = {"success", "info", "warning", "error", NULL};
    static const char *const transients[] = {"yes", "no", "unknown", NULL};
    static const char *const applications[] = {
        "mak", "kms-client", "kms-host",     "adba",       "avma", "token", "retail",
        "oem", "store",      "subscription", "monitoring", "any",  NULL};
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        const struct activation_error *error = activation_error_at(i);
        const char *word;
        assert_true(is_one_of(activation_error_severity(error), severities));
        assert_true(is_one_of(activation_error_transient(error), transients));
        assert_non_null(activation_error_applies_to(error, 0));
        for (size_t j = 0; (word = activation_error_applies_to(error, j)) != NULL; j++)
            assert_true(is_one_of(word, applications));
        assert_null(activation_error_applies_to(error, 1000));
    }
}

static bool is_letter(char byte)
{
    return ascii_lower(byte) >= 'a' && ascii_lower(byte) <= 'z';
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; *at != '\0'; at++) {
        bool begins = at == text || !is_letter(at[-1]);
        if (begins && span_starts_with_ignoring_case(span_of(at), word) && !is_letter(at[length]))
            return true;
    }
    return false;
}

static bool advice_has_word(const struct advice *advice, const char *word)
{
    if (advice->cause != NULL && has_word(advice->cause, word))
        return true;
    for (size_t i = 0; i < advice->step_count; i++) {
        if (has_word(advice->steps[i], word))
            return true;
    }
    return false;
}

static void kms_client_is_never_told_about_a_mak(void **state)
{
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        struct explanation explanation;
        if (!activation_error_has_variant(activation_error_at(i), SITUATION_KMS_CLIENT))
            continue;
        activation_error_explain(activation_error_at(i), SITUATION_KMS_CLIENT, &explanation);
        if (advice_has_word(&explanation.advice, "MAK") ||
            advice_has_word(&explanation.advice, "multiple activation"))
            fail_msg("0x%08X tells a KMS client about a MAK", (unsigned)explanation.code);
        count++;
    }
    assert_true(count > 0);
}

static void variants_replace_cause_steps_and_side_only(void **state)
{
    struct explanation general, special;
    const struct activation_error *error = find(0xC004F009);
    (void)state;
    assert_true(activation_error_has_variant(error, SITUATION_KMS_CLIENT));
    assert_false(activation_error_has_variant(error, SITUATION_ANY));
    assert_false(activation_error_has_variant(error, SITUATION_LOGIN));
    activation_error_explain(error, SITUATION_ANY, &general);
    activation_error_explain(error, SITUATION_KMS_CLIENT, &special);
    assert_string_equal(general.brief, special.brief);
    assert_string_equal(general.meaning, special.meaning);
    assert_string_not_equal(general.advice.cause, special.advice.cause);
    activation_error_explain(error, SITUATION_LOGIN, &special);
    assert_ptr_equal(general.advice.cause, special.advice.cause);
    activation_error_explain(find(0x80070005), SITUATION_LOGIN, &special);
    assert_string_equal(special.advice.side, "monitoring");
}

static void check_origin(uint32_t code, const char *text)
{
    static const char *const origins[] = {"seed",
                                          "original table",
                                          "newer document",
                                          "newer documents",
                                          "newer guidance",
                                          "catalogue",
                                          "this table",
                                          "documented",
                                          "inferred",
                                          "recalled",
                                          "slerror",
                                          "table 10",
                                          "Microsoft lists",
                                          NULL};
    for (size_t i = 0; text != NULL && origins[i] != NULL; i++) {
        if (has_word(text, origins[i]))
            fail_msg("0x%08X speaks of its origin (%s): %s", (unsigned)code, origins[i], text);
    }
}

static void texts_speak_to_the_operator(void **state)
{
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        for (int situation = 0; situation < SITUATION_COUNT; situation++) {
            struct explanation explanation;
            activation_error_explain(activation_error_at(i), (enum situation)situation, &explanation);
            check_origin(explanation.code, explanation.brief);
            check_origin(explanation.code, explanation.meaning);
            check_origin(explanation.code, explanation.advice.cause);
            for (size_t j = 0; j < explanation.advice.step_count; j++)
                check_origin(explanation.code, explanation.advice.steps[j]);
        }
    }
}

static void informational_codes_are_marked(void **state)
{
    struct explanation explanation;
    (void)state;
    for (size_t i = 0; i < activation_error_count(); i++) {
        const struct activation_error *error = activation_error_at(i);
        bool is_fault = strcmp(activation_error_severity(error), "error") == 0;
        activation_error_explain(error, SITUATION_ANY, &explanation);
        if (is_fault == explanation.is_informational)
            fail_msg("0x%08X is %s", (unsigned)explanation.code, activation_error_severity(error));
    }
    activation_error_explain(find(0x4004F040), SITUATION_ANY, &explanation);
    assert_true(explanation.is_informational);
}

static void unknown_codes_say_facility_and_zone(void **state)
{
    static const struct {
        uint32_t code;
        const char *brief, *meaning, *side;
    } cases[] = {
        {0xC004B123, "unknown activation server code", "facility 4, 0xB123", "microsoft"},
        {0xC004CFFE, "unknown clearing house code", "facility 4, 0xCFFE", "microsoft"},
        {0xC004C4FE, "unknown validation code", "facility 4, 0xC4FE", "client"},
        {0xC004DFFE, "unknown security processor code", "facility 4, 0xDFFE", "client"},
        {0xC004EFFE, "unknown token store code", "facility 4, 0xEFFE", "client"},
        {0xC004F0FE, "unknown licensing service code", "facility 4, 0xF0FE", "client"},
        {0xC004F3FE, "unknown token activation code", "facility 4, 0xF3FE", "client"},
        {0xC004F4FE, "unknown Store activation code", "facility 4, 0xF4FE", "client"},
        {0xC004FDFE, "unknown AVMA code", "facility 4, 0xFDFE", "client"},
        {0x803FAFFE, "unknown Store license code", "facility 63, 0xAFFE", "client"},
        {0x80072706, "unknown DNS error 9990", "facility 7, Win32 error 9990, from DNS", "dns"},
        {0x80072AFE, "unknown socket error 11006", "facility 7, Win32 error 11006", "network"},
        {0x80072F9E, "unknown WinHTTP error 12190", "facility 7, Win32 error 12190", "network"},
        {0x80070780, "unknown RPC error 1920", "facility 7, Win32 error 1920", "network"},
        {0x80070FFE, "unknown Win32 error 4094", "facility 7, Win32 error 4094", "client"},
        {0x80041FFE, "unknown WMI error", "0x1FFE", "monitoring"},
        {0xC0000FFE, "unknown NTSTATUS code", "NTSTATUS 0xC0000FFE", "client"},
        {0xD0000FFE, "unknown NTSTATUS code", "NTSTATUS 0xC0000FFE", "client"},
        {0x8024FFFE, "unknown Windows Update code 65534", "facility 36 (Windows Update)", "client"},
        {0x87E1FFFE, "unknown code of facility 2017", "facility 2017", "client"},
        {0x000006BA, "unknown, maybe Win32 error 1722", "0x800706BA", "client"},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct explanation explanation;
        if (activation_error_find(cases[i].code) != NULL)
            fail_msg("0x%08X is known meanwhile, take another one", (unsigned)cases[i].code);
        activation_code_explain(cases[i].code, SITUATION_KMS_CLIENT, &arena, &explanation);
        check_explanation(&explanation);
        assert_int_equal(explanation.code, cases[i].code);
        assert_string_equal(explanation.brief, cases[i].brief);
        if (strstr(explanation.meaning, cases[i].meaning) == NULL)
            fail_msg("0x%08X: \"%s\" does not say \"%s\"", (unsigned)cases[i].code, explanation.meaning,
                     cases[i].meaning);
        assert_string_equal(explanation.advice.side, cases[i].side);
        assert_null(explanation.symbol);
        assert_null(explanation.advice.cause);
        assert_int_equal(explanation.advice.step_count, 0);
    }
    arena_done(&arena);
}

static void known_codes_are_explained_without_the_arena(void **state)
{
    struct explanation explanation;
    struct arena arena = {0};
    (void)state;
    activation_code_explain(0xC004F038, SITUATION_KMS_CLIENT, &arena, &explanation);
    assert_string_equal(explanation.symbol, "SL_E_VL_NOT_ENOUGH_COUNT");
    assert_null(arena.newest);
}

static void check_codes(uint32_t high, uint32_t first, uint32_t step)
{
    struct arena arena = {0};
    for (uint32_t low = first; low <= 0xFFFF; low += step) {
        struct explanation explanation;
        activation_code_explain(high << 16 | low, SITUATION_ANY, &arena, &explanation);
        check_explanation(&explanation);
    }
    assert_true(arena_ok(&arena));
    arena_done(&arena);
}

/* The facilities of activation in full, samples of all others: whatever comes, it fits an alert. */
static void any_code_fits_an_alert(void **state)
{
    static const uint32_t in_full[] = {0x0000, 0x4004, 0x8004, 0x8007, 0x803F,
                                       0xC000, 0xC004, 0xC0EA, 0xD000};
    (void)state;
    for (size_t i = 0; i < sizeof in_full / sizeof *in_full; i++)
        check_codes(in_full[i], 0, 1);
    for (uint32_t high = 0; high <= 0xFFFF; high += 37)
        check_codes(high, high % 251, 1021);
}

static void situations_have_names(void **state)
{
    static const char *const names[SITUATION_COUNT] = {"any",      "evaluation", "kms-client",
                                                       "kms-host", "login",      "mak"};
    (void)state;
    for (int situation = 0; situation < SITUATION_COUNT; situation++)
        assert_string_equal(situation_name((enum situation)situation), names[situation]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_there_in_order),
        cmocka_unit_test(codes_that_nobody_described_are_not_found),
        cmocka_unit_test(every_text_fits_an_alert),
        cmocka_unit_test(briefs_tell_codes_apart),
        cmocka_unit_test(words_are_of_the_vocabulary),
        cmocka_unit_test(kms_client_is_never_told_about_a_mak),
        cmocka_unit_test(variants_replace_cause_steps_and_side_only),
        cmocka_unit_test(texts_speak_to_the_operator),
        cmocka_unit_test(informational_codes_are_marked),
        cmocka_unit_test(unknown_codes_say_facility_and_zone),
        cmocka_unit_test(known_codes_are_explained_without_the_arena),
        cmocka_unit_test(any_code_fits_an_alert),
        cmocka_unit_test(situations_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
