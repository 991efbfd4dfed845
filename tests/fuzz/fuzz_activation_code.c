/* SPDX-License-Identifier: MIT */
/* Whatever somebody types as a code: it is refused with a sentence, or it is a code that prints and reads
 * back as itself and has an explanation that fits an alert. */
#include "fuzz_require.h"

#include "base/arena.h"
#include "catalog/activation_code.h"
#include "catalog/activation_error.h"

static void check_code(uint32_t code)
{
    char text[ACTIVATION_CODE_SIZE];
    struct problem why;
    uint32_t again;
    activation_code_print(code, text);
    REQUIRE(activation_code_parse(span_of(text), &again, &why) && again == code);
    for (int situation = 0; situation < SITUATION_COUNT; situation++) {
        struct arena arena = {0};
        struct explanation explanation;
        activation_code_explain(code, (enum situation)situation, &arena, &explanation);
        REQUIRE(explanation.code == code && strlen(explanation.brief) <= 40 &&
                strlen(explanation.meaning) <= 90);
        REQUIRE(explanation.advice.side != NULL && explanation.advice.step_count <= ADVICE_STEPS_MAXIMUM);
        arena_done(&arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problem why = {.kind = PROBLEM_NONE};
    uint32_t code = 0;
    if (activation_code_parse((struct span) {(const char *)data, size}, &code, &why))
        check_code(code);
    else
        REQUIRE(why.kind == PROBLEM_USAGE && why.sentence[0] != '\0');
    return 0;
}
