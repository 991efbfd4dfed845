/* SPDX-License-Identifier: MIT */
/* The options of kms-explain as a table. */
#include "kms-explain/options.h"

static const struct option_choice lists[] = {
    {"steps", EXPLAIN_LIST_WITH_STEPS, "the codes that come with steps"},
    {"all", EXPLAIN_LIST_ALL, "every code of the catalogue"},
    {NULL, 0, NULL},
};

static const struct option_choice formats[] = {
    {"text", EXPLAIN_TEXT, "for reading; a list has one line per code"},
    {"json", EXPLAIN_JSON, "an array with one object per code; what is absent is null"},
    {"tsv", EXPLAIN_TSV, "a header and one line per code, columns separated by tabs"},
    {"html", EXPLAIN_HTML,
     "one page that needs nothing else, each code under its own anchor, such as #0xC004F038"},
    {NULL, 0, NULL},
};

const struct option_choice explain_applies_to[] = {
    {"mak", 1, "a Multiple Activation Key"},
    {"kms-client", 2, "a machine that a KMS host activates"},
    {"kms-host", 3, "the KMS host itself"},
    {"adba", 4, "activation by Active Directory"},
    {"avma", 5, "automatic activation of virtual machines"},
    {"token", 6, "activation with tokens"},
    {"retail", 7, "a retail key"},
    {"oem", 8, "a key of the manufacturer of the machine"},
    {"store", 9, "a license from the Store"},
    {"subscription", 10, "a subscription"},
    {"monitoring", 11, "the query of the monitoring, not the activation"},
    {"any", 12, "the licensing service, whatever the key"},
    {NULL, 0, NULL},
};

static const struct option selecting[] = {
    {OPTION_INTO_CHOICE(struct explain_config, list), .name = "list", .placeholder = "WHICH",
     .summary = "an overview: the codes with steps, or all",
     .detail =
         "Without a value it means the codes that come with steps.  In the format text it prints one line "
         "per code: the code, its brief text and the side that must act.  It does not go together with "
         "codes on the command line.",
     .choices = lists, .implied = "steps"},
    {OPTION_INTO_TEXT(struct explain_config, search), .name = "search", .placeholder = "TEXT",
     .summary = "only codes with this text anywhere, upper and lower case alike",
     .detail = "Looks at code, symbol, brief, meaning, cause and steps, those of the variants too."},
    {OPTION_INTO_CHOICE(struct explain_config, applies_to), .name = "applies-to", .placeholder = "WORD",
     .summary = "only codes that apply to this kind of activation", .choices = explain_applies_to},
};

static const struct option printing[] = {
    {OPTION_INTO_CHOICE(struct explain_config, format), .name = "format", .placeholder = "FORMAT",
     .summary = "how to print",
     .detail = "Arrays are joined in tsv: words by commas, steps and what follows a cause by two semicolons, "
               "variants by a bar.",
     .choices = formats, .initial = "text"},
    {.kind = OPTION_HELP, .letter = 'h', .name = "help", .summary = "print this help"},
    {.kind = OPTION_VERSION, .letter = 'V', .name = "version", .summary = "print the version"},
};

static const struct option_group groups[] = {
    {.title = "Which codes", .options = selecting, .count = sizeof selecting / sizeof *selecting},
    {.title = "Output", .options = printing, .count = sizeof printing / sizeof *printing},
};

static const struct option_example examples[] = {
    {"kms-explain 0xC004F038", "one code"},
    {"kms-explain -1073418124 8007232b", "a code as WMI prints it, and one as somebody typed it"},
    {"kms-explain --list", "an overview of the codes with steps"},
    {"kms-explain --search 1688 --applies-to kms-client",
     "what a blocked port can look like on a KMS client"},
    {"kms-explain --list=all --format=html", "a page for the web server that notes-url points to"},
};

static const char *const exits[] = {"0",
                                    "every code is known",
                                    "1",
                                    "a code is well formed but unknown (what its bits say is printed), or "
                                    "nothing was found",
                                    "2",
                                    "bad input: one sentence for each on standard error, the other codes are "
                                    "explained all the same; or the output could not be written",
                                    NULL};

const struct program kms_explain_program = {
    .name = "kms-explain",
    .question = "What does this activation code mean, who must act, and how?",
    .description = "Explains activation codes of Windows and Office: what a code means, what usually causes "
                   "it, what to do "
                   "in which order, and on which side. No network is used.\n\n"
                   "A code is eight hex digits, with or without 0x, in upper or lower case; any other string "
                   "of digits is "
                   "decimal, signed or unsigned, as WMI and the event log print it. So 0xC004F074, c004f074, "
                   "3221549172 and "
                   "-1073418124 are the same code.\n\n"
                   "Where the answer depends on what the machine is (a KMS client, a KMS host, a MAK, an "
                   "evaluation edition) "
                   "or on a login of the monitoring that was refused, the answers for these follow the "
                   "general one. Filters "
                   "narrow what is selected: the codes named, the list, or else the whole catalogue. The "
                   "higher exit code "
                   "wins.",
    .operands = "[CODE]...",
    .takes_codes = true,
    .groups = groups,
    .group_count = sizeof groups / sizeof *groups,
    .config_size = sizeof(struct explain_config),
    .examples = examples,
    .example_count = sizeof examples / sizeof *examples,
    .exits = exits,
};
