/* SPDX-License-Identifier: MIT */
/* From main to exit. */
#include "frame/plugin.h"

#include "base/text.h"
#include "frame/last_words.h"
#include "frame/output_options.h"
#include "frame/standard_output.h"
#include "options/help.h"
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

static int check(const struct plugin *plugin, const void *config, const struct options_rest *rest,
                 int64_t timeout_ms, bool is_json)
{
    const struct output_config *output_config = config;
    int64_t start = monotonic_ms();
    struct deadline deadline = deadline_in(timeout_ms);
    struct report report;
    struct text output;
    last_words_start(plugin->program->service, plugin->program->name, is_json, timeout_ms,
                     output_timeout_state(output_config));
    report_start(&report, plugin->program->service, plugin->program->name);
    text_start(&output, OUTPUT_MAXIMUM);
    plugin->run(config, rest, deadline, &report);
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

int plugin_run(const struct plugin *plugin, int argc, char *argv[])
{
    const struct program *program = plugin->program;
    const char *const *words = (const char *const *)argv;
    struct arena arena = {0};
    struct options_rest rest = {0};
    struct problem why;
    signal(SIGPIPE, SIG_IGN);
    standard_output_prepare();
    void *config = arena_allocate(&arena, program->config_size);
    if (config == NULL) {
        problem_set_memory(&why);
        return print_usage_error(program, wants_json(argc, words), &why);
    }
    const struct output_config *output_config = config;
    enum options_outcome outcome = options_read(program, &world, argc, words, &arena, config, &rest, &why);
    if (outcome == OPTIONS_READY && !plugin->check_options(config, &rest, &why))
        outcome = OPTIONS_WRONG;
    int code;
    switch (outcome) {
    case OPTIONS_HELP:
    case OPTIONS_VERSION:
        code = print_help(program, outcome);
        break;
    case OPTIONS_WRONG:
        code =
            print_usage_error(program, wants_json(argc, words) || output_config->format == OUTPUT_JSON, &why);
        break;
    case OPTIONS_READY:
    default:
        code = check(plugin, config, &rest,
                     output_config->timeout.duration.is_known ? output_config->timeout.duration.ms
                                                              : plugin->default_timeout_ms(config),
                     output_config->format == OUTPUT_JSON);
        break;
    }
    arena_done(&arena);
    return code;
}
