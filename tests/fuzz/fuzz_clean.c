/* SPDX-License-Identifier: MIT */
/* Any bytes as foreign text on its way out. */
#include "fuzz_require.h"

#include "report/clean.h"

static void check_clean(const struct text *clean, bool is_first_line)
{
    const char *bytes = text_string(clean);
    REQUIRE(strlen(bytes) == clean->length);
    for (size_t i = 0; i < clean->length; i++) {
        REQUIRE(bytes[i] >= ' ' && bytes[i] <= '~');
        REQUIRE(strchr("`$|<>", bytes[i]) == NULL);
        REQUIRE(bytes[i] != ';' || !is_first_line);
        REQUIRE(bytes[i] != '\\' || (bytes[i + 1] != 'n' && bytes[i + 1] != 't'));
        REQUIRE(bytes[i] != ' ' || (i > 0 && bytes[i + 1] != ' ' && bytes[i + 1] != '\0'));
    }
}

static void check_short(struct span foreign, const struct text *clean, bool is_first_line, size_t maximum)
{
    struct text cut;
    text_start(&cut, foreign.length + 2);
    clean_append_short(&cut, foreign, is_first_line, maximum);
    check_clean(&cut, is_first_line);
    REQUIRE(cut.length <= maximum);
    if (clean->length <= maximum) {
        REQUIRE(strcmp(text_string(&cut), text_string(clean)) == 0);
    } else {
        REQUIRE(span_starts_with((struct span) {cut.bytes + cut.length - 2, 2}, ".."));
        text_cut(&cut, cut.length - 2);
        REQUIRE(span_starts_with(span_of(clean->bytes), text_string(&cut)));
    }
    text_done(&cut);
}

static void check_line(struct span foreign, bool is_first_line)
{
    struct text clean, again, behind;
    text_start(&clean, foreign.length);
    clean_append(&clean, foreign, is_first_line);
    REQUIRE(text_ok(&clean)); /* never longer than what came in */
    check_clean(&clean, is_first_line);
    text_start(&again, foreign.length);
    clean_append(&again, span_of(text_string(&clean)), is_first_line);
    REQUIRE(strcmp(text_string(&again), text_string(&clean)) == 0);
    text_start(&behind, foreign.length + 1);
    text_append(&behind, "(");
    clean_append(&behind, foreign, is_first_line);
    REQUIRE(strcmp(text_string(&behind) + 1, text_string(&clean)) == 0);
    check_short(foreign, &clean, is_first_line, 2);
    check_short(foreign, &clean, is_first_line, 40);
    text_done(&clean);
    text_done(&again);
    text_done(&behind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span foreign = {(const char *)data, size};
    check_line(foreign, false);
    check_line(foreign, true);
    return 0;
}
