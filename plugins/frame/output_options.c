/* SPDX-License-Identifier: MIT */
/* The options that every plugin has. */
#include "frame/output_options.h"

#include "report/nagios_text.h"
#include "report/style.h"

static const struct option_choice formats[] = {{"nagios", OUTPUT_NAGIOS, "text and performance data"},
                                               {"json", OUTPUT_JSON, "the whole result tree on one line"},
                                               {NULL, 0, NULL}};

static const struct option_choice explanations[] = {
    {"full", EXPLAIN_FULL, "impact, meaning, cause, every step, side"},
    {"short", EXPLAIN_SHORT, "impact, meaning, the first step, side"},
    {"none", EXPLAIN_NONE, "impact only"},
    {NULL, 0, NULL}};

const struct option output_options[OUTPUT_OPTION_COUNT] = {
    {.kind = OPTION_HELP, .letter = 'h', .name = "help", .summary = "print this help and exit with 3"},
    {.kind = OPTION_VERSION,
     .letter = 'V',
     .name = "version",
     .summary = "print the version and exit with 3"},
    {OPTION_INTO_COUNTER(struct output_config, verbosity), .letter = 'v', .name = "verbose",
     .summary = "add who was asked and how long it took, twice: the conversation too",
     .detail = "Stands after the findings, which are always printed. What is secret is left out."},
    {OPTION_INTO_TIMEOUT(struct output_config, timeout), .letter = 't', .name = "timeout",
     .placeholder = "DURATION[:STATE]",
     .summary = "time limit of the whole run: 10, 10s, 500ms (default 10s, some agents 30s)",
     .detail = "All stages together. STATE is that of --timeout-result."},
    {OPTION_INTO_STATE(struct output_config, timeout_result), .name = "timeout-result",
     .placeholder = "STATE",
     .summary = "state when the time limit ends the run before there is a verdict (default UNKNOWN)"},
    {OPTION_INTO_RULES(struct output_config, wishes), .name = "rule", .placeholder = "ID=STATE",
     .summary = "state of a rule whenever it fires: ok, warning, critical, unknown or off",
     .detail =
         "Replaces the one or two states that the rule has of its own; off removes its findings. The rules "
         "are "
         "listed under RULES. When every rule that applies is off, the "
         "result is UNKNOWN: nothing was judged."},
    {.kind = OPTION_EXTRA_OPTS,
     .name = "extra-opts",
     .placeholder = "[SECTION][@FILE]",
     .summary = "read options from an ini file",
     .detail =
         "The section is the name of the program when none is given. Options of the command line come after "
         "those of the file and win."},
    {OPTION_INTO_CHOICE(struct output_config, format), .name = "output-format", .placeholder = "FORMAT",
     .summary = "form of the output", .initial = "nagios", .choices = formats},
    {OPTION_INTO_CHOICE(struct output_config, explain), .name = "explain", .placeholder = "AMOUNT",
     .summary = "how much of the explanation stands in the detail lines", .initial = "full",
     .choices = explanations},
    {OPTION_INTO_TEXT(struct output_config, notes_url), .name = "notes-url", .placeholder = "TEMPLATE",
     .summary = "last detail line, {code} becomes the code of the alert, 0xC004F038",
     .detail = "Without a code in the alert the line is left out."},
    {OPTION_INTO_NUMBER(struct output_config, max_output), .name = "max-output", .placeholder = "BYTES",
     .summary = "leave out detail lines beyond this size",
     .detail = "Whole lines, from the end, the worst findings stay. Performance data are never cut. Nagios "
               "reads 4096 "
               "bytes for certain. The json format is not limited.",
     .initial = "4096", .minimum = NAGIOS_TEXT_MINIMUM, .maximum = 1 << 20},
    {OPTION_INTO_FLAG(struct output_config, exit_ok), .name = "exit-ok",
     .summary = "the same output, but always exit with 0"},
};

enum state output_timeout_state(const struct output_config *config)
{
    if (config->timeout_result.is_known)
        return config->timeout_result.state;
    return config->timeout.has_state ? config->timeout.state : STATE_UNKNOWN;
}
