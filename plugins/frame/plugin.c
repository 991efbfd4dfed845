/* SPDX-License-Identifier: MIT */
/* From main to exit. */
#include "frame/plugin.h"

#include "base/text.h"
#include "base/wipe.h"
#include "frame/last_words.h"
#include "frame/output_options.h"
#include "frame/standard_output.h"
#include "frame/twin.h"
#include "options/help.h"
#include "options/secret.h"
#include "report/clean.h"
#include "report/json_text.h"
#include "report/nagios_text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { OUTPUT_MAXIMUM = 64 << 20, USAGE_LINE_MAXIMUM = 700 };

static const char *environment(const char *name)
{
    return getenv(name);
}

static const struct options_world world = {.environment = environment};

static bool wants_json(int argc, const char *const argv[])
{
    const char *format = options_peek(argc, argv, "output-format");
    return format != NULL && span_is(span_of(format), "json");
}

/* The last thing that can be said without memory. */
static int say_out_of_memory(const struct program *program)
{
    char line[128];
    int length = snprintf(line, sizeof line, "%s UNKNOWN - out of memory while printing the result\n",
                          program->service);
    if (length > 0 && (size_t)length < sizeof line)
        standard_output_hand_over(line, (size_t)length);
    return STATE_UNKNOWN;
}

/* The report of a run that could not begin. */
static int print_usage_error(const struct program *program, bool is_json, const struct problem *why)
{
    struct text output;
    text_start(&output, OUTPUT_MAXIMUM);
    if (is_json) {
        struct report report;
        report_start(&report, program->service, program->name);
        struct finding *finding = report_add(&report, "usage", STATE_UNKNOWN);
        finding->text = finding->headline = report_format(&report, "%s", why->sentence);
        finding->impact = "nothing was checked";
        finding->urgency = URGENCY_DAY;
        bool is_rendered = json_text_render(&report, KMS_VERSION, &output);
        report_done(&report);
        if (!is_rendered)
            text_cut(&output, 0);
    } else {
        text_append_format(&output, "%s UNKNOWN - ", program->service);
        clean_append_short(&output, span_of(why->sentence), true, USAGE_LINE_MAXIMUM);
        text_append(&output, "\n");
    }
    if (output.length == 0) {
        text_done(&output);
        return say_out_of_memory(program);
    }
    standard_output_write(text_string(&output), output.length);
    text_done(&output);
    return STATE_UNKNOWN;
}

static int print_help(const struct program *program, enum options_outcome outcome)
{
    struct text output;
    text_start(&output, OUTPUT_MAXIMUM);
    if (outcome == OPTIONS_HELP)
        help_write(program, KMS_VERSION, &output);
    else
        text_append_format(&output, "%s %s\n", program->name, KMS_VERSION);
    standard_output_write(text_string(&output), output.length);
    text_done(&output);
    return STATE_UNKNOWN;
}

static bool render(const struct report *report, const struct output_config *config, struct text *output)
{
    struct report_style style = {.explain = (enum explain)config->explain,
                                 .verbosity = config->verbosity,
                                 .maximum = config->max_output.value,
                                 .notes_url = config->notes_url};
    return config->format == OUTPUT_JSON ? json_text_render(report, KMS_VERSION, output)
                                         : nagios_text_render(report, &style, output);
}

/* The clock runs from here on: even a secret may come out of a pipe that stays silent. */
static void start_clock(const struct plugin *plugin, const void *config, struct deadline *ret_deadline)
{
    const struct output_config *output_config = config;
    const struct option_duration *wanted = &output_config->timeout.duration;
    int64_t timeout_ms = wanted->is_known ? wanted->ms : plugin->default_timeout_ms(config);
    *ret_deadline = deadline_in(timeout_ms);
    last_words_start(plugin->program->service, plugin->program->name, output_config->format == OUTPUT_JSON,
                     timeout_ms, output_timeout_state(output_config));
}

static int check(const struct plugin *plugin, const void *config, const struct run_means *means)
{
    const struct output_config *output_config = config;
    int64_t start = monotonic_ms();
    struct report report;
    struct text output;
    report_start(&report, plugin->program->service, plugin->program->name);
    text_start(&output, OUTPUT_MAXIMUM);
    plugin->run(config, means, &report);
    report_add_metric(&report, &(struct metric) {.label = "time",
                                                 .value = (double)(monotonic_ms() - start) / 1000,
                                                 .decimals = 3,
                                                 .unit = "s"});
    int code = (int)report_state(&report);
    last_words_stop();
    if (!render(&report, output_config, &output))
        code = say_out_of_memory(plugin->program);
    else if (!standard_output_hand_over(text_string(&output), output.length))
        code = STATE_UNKNOWN;
    else if (output_config->exit_ok)
        code = STATE_OK;
    text_done(&output);
    report_done(&report);
    return code;
}

/* Others of the same user can read the environment of a process for as long as it runs.  Not for a program
 * that runs others: they may want it. */
static void wipe_environment(const struct program *program)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (option->kind == OPTION_SECRET && option->environment != NULL)
            wipe_string(getenv(option->environment));
    }
}

/* What the command line says, completely.  A program without the part that is needed becomes its twin before
 * it reads a secret: pipes can be read once. */
static enum options_outcome read_options(const struct plugin *plugin, struct run_means *means, int argc,
                                         char *argv[], struct arena *arena, void *config,
                                         struct options_rest *rest, struct problem *why)
{
    struct secrets secrets;
    const char *const *words = (const char *const *)argv;
    enum options_outcome outcome =
        options_read_but_secrets(plugin->program, &world, argc, words, arena, config, rest, &secrets, why);
    if (outcome != OPTIONS_READY)
        return outcome;
    const char *part = plugin->part != NULL ? plugin->part(config) : NULL;
    if (part != NULL && means->agents.part == NULL)
        means->agents.missing = twin_become(plugin->program->name, part, argv, arena);
    start_clock(plugin, config, &means->deadline);
    last_words_stage("reading the secrets");
    outcome = options_read_secrets(&secrets, &world, arena, why);
    if (means->agents.part != NULL)
        wipe_environment(plugin->program);
    if (outcome == OPTIONS_READY && !plugin->check_options(config, rest, why))
        outcome = OPTIONS_WRONG;
    if (outcome != OPTIONS_READY)
        last_words_stop();
    return outcome;
}

int plugin_run(const struct plugin *plugin, const struct agent_part *part, int argc, char *argv[])
{
    const struct program *program = plugin->program;
    bool says_json = wants_json(argc, (const char *const *)argv);
    struct arena arena = {0};
    struct options_rest rest = {0};
    struct run_means means = {.rest = &rest, .agents.part = part};
    struct problem why;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a recording that the system cuts off is an error like any other */
    standard_output_prepare();
    void *config = arena_allocate(&arena, program->config_size);
    if (config == NULL) {
        problem_set_memory(&why);
        return print_usage_error(program, says_json, &why);
    }
    const struct output_config *output_config = config;
    enum options_outcome outcome = read_options(plugin, &means, argc, argv, &arena, config, &rest, &why);
    int code;
    switch (outcome) {
    case OPTIONS_HELP:
    case OPTIONS_VERSION:
        code = print_help(program, outcome);
        break;
    case OPTIONS_WRONG:
        code = print_usage_error(program, says_json || output_config->format == OUTPUT_JSON, &why);
        break;
    case OPTIONS_READY:
    default:
        code = check(plugin, config, &means);
        break;
    }
    arena_wipe(&arena); /* secrets are in it */
    return code;
}
