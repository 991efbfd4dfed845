/* SPDX-License-Identifier: MIT */
/* The facts that an operator relies on, code by code: what a code applies to, and what its cause or its steps
 * must say, however the sentences around it are polished. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"
#include "catalog/activation_error.h"

enum { WORDS_MAXIMUM = 12 };

/* The codes that administrators meet, with what they apply to. */
static const struct {
    uint32_t code;
    const char *applies_to[4];
} founding_codes[] = {
    {0xC004C001, {"mak"}},
    {0xC004C003, {"mak"}},
    {0xC004C008, {"kms-host"}},
    {0xC004C020, {"mak"}},
    {0xC004C021, {"mak"}},
    {0xC004F009, {"mak"}},
    {0xC004F00F, {"mak", "kms-client", "kms-host"}},
    {0xC004F014, {"mak", "kms-client"}},
    {0xC004F02C, {"mak", "kms-client"}},
    {0xC004F038, {"kms-client"}},
    {0xC004F039, {"kms-client"}},
    {0xC004F041, {"kms-client"}},
    {0xC004F042, {"kms-client"}},
    {0xC004F050, {"kms-host", "kms-client", "mak"}},
    {0xC004F051, {"mak", "kms-host"}},
    {0xC004F074, {"kms-client"}},
    {0xC004F06C, {"kms-client"}},
    {0x80070005, {"kms-client", "mak", "kms-host"}},
    {0x8007232A, {"kms-host"}},
    {0x8007232B, {"kms-client"}},
    {0x800706BA, {"kms-client"}},
    {0x8007251D, {"kms-client"}},
};

/* Eight more that come up about as often. */
static const uint32_t further_codes[] = {0xC004B100, 0xC004F035, 0xC004F064, 0xC004F065,
                                         0x8004FE21, 0x80092328, 0x8007007B, 0x80070490};

/* What the cause or the steps must say, whatever the case of the letters. */
static const struct {
    uint32_t code;
    const char *words[WORDS_MAXIMUM];
} facts[] = {
    {0xC004C001, {"MAK", "not a valid", "MAK Microsoft gave you", "Activation Center", "verify"}},
    {0xC004C003,
     {"blocked", "new MAK", "Activation Center", "slmgr.vbs /ipk", "slmgr.vbs /ato", "stolen", "expired",
      "another edition", "Azure", "tokens.dat"}},
    {0xC004C008,
     {"KMS host key", "activation limit", "10 times", "six different computers", "Activation Center"}},
    {0xC004C020, {"limited number", "by design", "exceeded", "Activation Center"}},
    {0xC004C021, {"limited number", "by design", "exceeded", "extension", "Activation Center"}},
    {0xC004F009, {"grace", "Notifications", "slmgr.vbs /ato", "Activation Center"}},
    {0xC004F00F,
     {"hardware", "drivers", "MAK", "OOT", "grace period", "online", "by phone", "KMS", "restart",
      "slmgr.vbs /ato"}},
    {0xC004F014, {"no product key", "MAK", "KMS setup key", "\\sources\\Product.ini", "Pid.txt"}},
    {0xC004F02C, {"phone activation", "not valid", "CID", "Confirmation ID"}},
    {0xC004F038,
     {"at least 5", "at least 25", "Windows Server", "Windows client", "Office 5", "more computers",
      "slmgr.vbs /dli", "CMID"}},
    {0xC004F039, {"without an answer", "network", "TCP port 1688", "default", "firewall"}},
    {0xC004F041, {"no valid activation", "online", "by phone"}},
    {0xC004F042,
     {"cannot activate its software", "applications", "operating systems", "KMS host key", "/ckms", "/skms",
      "/ato"}},
    {0xC004F050, {"typo", "beta", "released", "KMS", "spelling", "em dashes"}},
    {0xC004F051, {"blocked", "Microsoft", "new MAK or KMS host key", "install", "activate"}},
    {0xC004F074,
     {"all KMS hosts", "returned an error", "each event ID 12288", "sppsvc", "1688", "SRV", "0xC004F06C"}},
    {0xC004F06C,
     {"clock", "4 hours", "UTC", "time zone", "NTP", "Active Directory", "W32Time", "time of the KMS host"}},
    {0x80070005,
     {"User Account Control", "elevated", "right-click cmd.exe", "run as administrator", "slmgr.vbs", "8229",
      "SELF", "NETWORK SERVICE", "S-1-5-20"}},
    {0x8007232A, {"network", "DNS", "troubleshoot"}},
    {0x8007232B,
     {"SRV", "KMS host is installed", "on by default", "slmgr.vbs /skms", "MAK", "troubleshoot DNS", "24 h"}},
    {0x800706BA, {"firewall", "Key Management Service", "stale SRV", "valid KMS host", "network", "1688"}},
    {0x8007251D, {"SRV", "network connections and DNS"}},
};

static const struct activation_error *find(uint32_t code)
{
    const struct activation_error *error = activation_error_find(code);
    if (error == NULL)
        fail_msg("0x%08X is not in the catalogue", (unsigned)code);
    return error;
}

static bool advice_says(const struct advice *advice, const char *words)
{
    if (advice->cause != NULL && span_contains_ignoring_case(span_of(advice->cause), words))
        return true;
    for (size_t i = 0; i < advice->step_count; i++) {
        if (span_contains_ignoring_case(span_of(advice->steps[i]), words))
            return true;
    }
    return false;
}

static bool is_one_of(const char *word, const char *const words[])
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

static void founding_codes_apply_to_what_they_always_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof founding_codes / sizeof *founding_codes; i++) {
        const struct activation_error *error = find(founding_codes[i].code);
        size_t wanted = 0, count = 0;
        for (; founding_codes[i].applies_to[wanted] != NULL; wanted++)
            continue;
        for (const char *word; (word = activation_error_applies_to(error, count)) != NULL; count++) {
            if (!is_one_of(word, founding_codes[i].applies_to))
                fail_msg("0x%08X applies to %s", (unsigned)founding_codes[i].code, word);
        }
        if (count != wanted)
            fail_msg("0x%08X applies to %zu, not %zu", (unsigned)founding_codes[i].code, count, wanted);
    }
}

static void check_has_advice(uint32_t code)
{
    struct explanation explanation;
    activation_error_explain(find(code), SITUATION_ANY, &explanation);
    if (explanation.advice.cause == NULL || explanation.advice.step_count == 0)
        fail_msg("0x%08X has no cause or no steps", (unsigned)code);
}

static void common_codes_have_cause_and_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof founding_codes / sizeof *founding_codes; i++)
        check_has_advice(founding_codes[i].code);
    for (size_t i = 0; i < sizeof further_codes / sizeof *further_codes; i++)
        check_has_advice(further_codes[i]);
}

static void facts_are_in_cause_or_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        struct explanation explanation;
        activation_error_explain(find(facts[i].code), SITUATION_ANY, &explanation);
        for (size_t j = 0; j < WORDS_MAXIMUM && facts[i].words[j] != NULL; j++) {
            if (!advice_says(&explanation.advice, facts[i].words[j]))
                fail_msg("0x%08X does not say \"%s\"", (unsigned)facts[i].code, facts[i].words[j]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(founding_codes_apply_to_what_they_always_did),
        cmocka_unit_test(common_codes_have_cause_and_steps),
        cmocka_unit_test(facts_are_in_cause_or_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
