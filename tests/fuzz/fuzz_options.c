/* SPDX-License-Identifier: MIT */
/* Any bytes as a command line, words separated by NUL.  The first byte chooses what the program takes besides
 * options.  No file is opened: the table has no secret, and --extra-opts is refused. */
#include "fuzz_require.h"

#include "options/read.h"

enum { WORDS_MAXIMUM = 64 };

struct config {
    const char *text, *may_be_empty;
    struct option_texts texts;
    struct known_number number;
    struct known_time time;
    struct option_duration duration;
    struct option_timeout timeout;
    struct option_state state;
    struct range range, low_bad;
    int choice, implied;
    struct rule_wishes rules;
    bool flag;
    unsigned counter;
};

static const struct option_choice words[] = {{"one", 1, NULL}, {"two", 2, NULL}, {NULL, 0, NULL}};

static const struct option options[] = {
    {.kind = OPTION_HELP, .letter = 'h', .name = "help"},
    {.kind = OPTION_VERSION, .letter = 'V', .name = "version"},
    {.kind = OPTION_REFUSED, .letter = 'E', .name = "extra-opts", .detail = "no files here"},
    {OPTION_INTO_TEXT(struct config, text), .letter = 'H', .name = "hostname"},
    {OPTION_INTO_TEXT(struct config, may_be_empty), .letter = 'e', .name = "previous", .may_be_empty = true},
    {OPTION_INTO_TEXTS(struct config, texts), .letter = 'T', .name = "product", .initial = "a,b"},
    {OPTION_INTO_NUMBER(struct config, number), .letter = 'p', .name = "port", .minimum = 1,
     .maximum = 65535},
    {OPTION_INTO_TIME(struct config, time), .letter = 's', .name = "since", .may_be_empty = true},
    {OPTION_INTO_DURATION(struct config, duration), .letter = 'd', .name = "max-age", .initial = "24h"},
    {OPTION_INTO_TIMEOUT(struct config, timeout), .letter = 't', .name = "timeout", .initial = "10s"},
    {OPTION_INTO_STATE(struct config, state), .letter = 'S', .name = "timeout-result"},
    {OPTION_INTO_RANGE(struct config, range), .letter = 'w', .name = "warning"},
    {OPTION_INTO_RANGE(struct config, low_bad), .letter = 'c', .name = "critical", .is_low_bad = true},
    {OPTION_INTO_CHOICE(struct config, choice), .letter = 'C', .name = "auth", .choices = words},
    {OPTION_INTO_CHOICE(struct config, implied), .letter = 'L', .name = "list", .choices = words,
     .implied = "one"},
    {OPTION_INTO_RULES(struct config, rules), .letter = 'r', .name = "rule"},
    {OPTION_INTO_FLAG(struct config, flag), .letter = '4'},
    {OPTION_INTO_COUNTER(struct config, counter), .letter = 'v', .name = "verbose"},
};

static const struct option_group group = {"All", options, sizeof options / sizeof *options, 0};
static const struct rule rules[] = {{"count", ""}, {"host-license", ""}};

static const char *no_environment(const char *name)
{
    (void)name;
    return NULL;
}

/* What a configuration that was accepted promises. */
static void check(const struct config *config, const struct options_rest *rest, int argc)
{
    if (config->text != NULL && *config->text == '\0')
        abort();
    if (config->texts.count == 0 || config->texts.count > OPTION_TEXTS_MAXIMUM)
        abort();
    for (size_t i = 0; i < config->texts.count; i++) {
        struct span item = span_of(config->texts.items[i]);
        if (item.length == 0 || span_trim(item).length != item.length || span_find(item, ',') < item.length)
            abort();
    }
    if (config->number.is_known && (config->number.value < 1 || config->number.value > 65535))
        abort();
    if (!config->duration.is_known || config->duration.ms < 1 || config->timeout.duration.ms < 1)
        abort();
    if (config->choice < 0 || config->choice > 2)
        abort();
    for (size_t i = 0; i < rest->count; i++) {
        if (rest->words[i] == NULL || i >= (size_t)argc)
            abort();
    }
}

/* A range that was accepted is accepted again as it is shown. */
static void check_range(const struct range *range)
{
    struct range again;
    struct problem why;
    if (range->text[0] != '\0' && !range_parse(span_of(range->text), &again, &why))
        abort();
}

static int split(char *bytes, size_t size, const char *argv[WORDS_MAXIMUM])
{
    int argc = 0;
    argv[argc++] = "fuzz";
    for (size_t at = 0; at < size && argc < WORDS_MAXIMUM; at += strlen(bytes + at) + 1)
        argv[argc++] = bytes + at;
    return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct options_world world = {no_environment};
    struct program program = {.name = "fuzz",
                              .groups = &group,
                              .group_count = 1,
                              .config_size = sizeof(struct config),
                              .rules = rules,
                              .rule_count = sizeof rules / sizeof *rules};
    const char *argv[WORDS_MAXIMUM];
    struct arena arena = {0};
    struct config config;
    struct options_rest rest;
    struct problem why = {.kind = PROBLEM_NONE};
    if (size == 0)
        return 0;
    program.takes_program = data[0] % 4 == 1;
    program.takes_codes = data[0] % 4 == 2;
    program.operands = data[0] % 4 >= 2 ? "CODE..." : NULL;
    char *bytes = malloc(size);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data + 1, size - 1);
    bytes[size - 1] = '\0';
    int argc = split(bytes, size - 1, argv);
    options_peek(argc, argv, "auth");
    switch (options_read(&program, &world, argc, argv, &arena, &config, &rest, &why)) {
    case OPTIONS_READY:
        check(&config, &rest, argc);
        check_range(&config.range);
        check_range(&config.low_bad);
        break;
    case OPTIONS_WRONG:
        if (why.kind == PROBLEM_NONE || why.sentence[0] == '\0')
            abort();
        break;
    case OPTIONS_HELP:
    case OPTIONS_VERSION:
        break;
    }
    arena_done(&arena);
    free(bytes);
    return 0;
}
