/* SPDX-License-Identifier: MIT */
/* The documents that come from an option table: --help, manual page, CheckCommand, Nagios command.  A made-up
 * program has what is awkward in each of them. */
#include "options/help.h"
#include "options/icinga.h"
#include "options/manual.h"
#include "options/nagios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct config {
    const char *hostname, *community;
    struct option_texts cups;
    struct known_number port;
    struct option_timeout timeout;
    struct range warning;
    int brew;
    struct rule_wishes rules;
    struct option_secret password, community_secret;
    bool is_boiling, is_ipv4;
    unsigned verbose;
};

static const struct option_choice brews[] = {
    {"tea", 1, "leaves, three minutes"}, {"coffee", 2, NULL}, {"-", 3, ".nothing at all"}, {NULL, 0, NULL}};

static const struct option kettle[] = {
    {OPTION_INTO_TEXT(struct config, hostname), .letter = 'H', .name = "hostname", .placeholder = "HOST",
     .summary = "the kettle: name or address"},
    {OPTION_INTO_NUMBER(struct config, port), .letter = 'p', .name = "port", .placeholder = "PORT",
     .summary = "its port", .initial = "1688", .minimum = 1, .maximum = 65535},
    {OPTION_INTO_FLAG(struct config, is_ipv4), .letter = '4', .summary = "IPv4 only"},
    {OPTION_INTO_SECRET(struct config, password), .name = "password-file", .placeholder = "FILE",
     .summary = "file with the password", .environment = "KETTLE_PASSWORD", .ini_key = "password"},
    {OPTION_INTO_TEXT(struct config, community), .letter = 'C', .name = "community",
     .placeholder = "COMMUNITY", .summary = "the community, seen by everybody in the process list"},
    {OPTION_INTO_SECRET(struct config, community_secret), .name = "community-file", .placeholder = "FILE",
     .summary = "file with the community", .environment = "KETTLE_COMMUNITY", .ini_key = "community"},
    {.kind = OPTION_REFUSED, .letter = 'A', .name = "password", .detail = "use --password-file"},
};

static const struct option pouring[] = {
    {OPTION_INTO_CHOICE(struct config, brew), .name = "brew-the-following-drink", .placeholder = "DRINK",
     .summary = "what to brew \"now\" with \\n and \\backslash, which is a summary long enough to be wrapped",
     .detail = ".A leading dot.  'Quotes' and ~/^` marks.", .initial = "tea", .choices = brews},
    {OPTION_INTO_TEXTS(struct config, cups), .name = "cup", .placeholder = "NAME", .summary = "a cup"},
    {OPTION_INTO_FLAG(struct config, is_boiling), .letter = 'b', .name = "boil", .summary = "boil first"},
};

static const struct option judging[] = {
    {OPTION_INTO_RANGE(struct config, warning), .letter = 'w', .name = "warning", .placeholder = "RANGE",
     .summary = "degrees", .is_low_bad = true},
    {OPTION_INTO_RULES(struct config, rules), .name = "rule", .placeholder = "ID=STATE",
     .summary = "state of a rule whenever it fires"},
    {OPTION_INTO_TIMEOUT(struct config, timeout), .letter = 't', .name = "timeout",
     .placeholder = "DURATION[:STATE]", .summary = "the whole run", .initial = "10s"},
    {OPTION_INTO_COUNTER(struct config, verbose), .letter = 'v', .name = "verbose", .summary = "say more"},
    {.kind = OPTION_EXTRA_OPTS,
     .name = "extra-opts",
     .placeholder = "[SECTION][@FILE]",
     .summary = "options from an ini file"},
    {.kind = OPTION_HELP, .letter = 'h', .name = "help", .summary = "print this help"},
    {.kind = OPTION_VERSION, .letter = 'V', .name = "version", .summary = "print the version"},
};

static const struct option hidden[] = {{.kind = OPTION_REFUSED, .name = "x", .detail = "use nothing"}};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct option_group groups[] = {{"Kettle", kettle, COUNT(kettle), 0},
                                             {"Pouring", pouring, COUNT(pouring), 0},
                                             {"Hidden", hidden, COUNT(hidden), 0},
                                             {"Judging", judging, COUNT(judging), 0}};
static const struct rule rules[] = {{"count", "too few cups: CRITICAL"}, {"host-license", "none: \\WARNING"}};
static const struct metric_description metrics[] = {{"cups, cups_clean", "", "cups at hand"},
                                                    {"time", "seconds", "the whole run"}};
static const struct option_example examples[] = {{"check_kettle -H k1 --boil", "a kettle"},
                                                 {".hidden | check_kettle -- 'x'", "from a program"}};
static const char *const files[] = {"/dev/kettle", "the kettle itself", NULL};

static const struct program check_kettle = {
    .name = "check_kettle",
    .service = "KETTLE",
    .question = "Is the water hot enough, and are there enough cups for everybody who wants to have tea?",
    .description = "Looks at a kettle.\nTwice.\n\n.Then pours.\n",
    .takes_program = true,
    .groups = groups,
    .group_count = COUNT(groups),
    .config_size = sizeof(struct config),
    .rules = rules,
    .rule_count = COUNT(rules),
    .metrics = metrics,
    .metric_count = COUNT(metrics),
    .examples = examples,
    .example_count = COUNT(examples),
    .files = files};

static const char expected_help[] =
    "check_kettle 1.2.3: Is the water hot enough, and are there enough cups for\n"
    "everybody who wants to have tea?\n"
    "\n"
    "Usage: check_kettle [OPTION]... [-- PROGRAM [ARGUMENT]...]\n"
    "\n"
    "Kettle:\n"
    "  -H, --hostname=HOST         the kettle: name or address\n"
    "  -p, --port=PORT             its port (default 1688)\n"
    "  -4                          IPv4 only\n"
    "      --password-file=FILE    file with the password (or environment\n"
    "                              KETTLE_PASSWORD)\n"
    "  -C, --community=COMMUNITY   the community, seen by everybody in the process\n"
    "                              list\n"
    "      --community-file=FILE   file with the community (or environment\n"
    "                              KETTLE_COMMUNITY)\n"
    "\n"
    "Pouring:\n"
    "      --brew-the-following-drink=DRINK\n"
    "                              what to brew \"now\" with \\n and \\backslash, which\n"
    "                              is a summary long enough to be wrapped (tea,\n"
    "                              coffee or -; default tea)\n"
    "      --cup=NAME              a cup\n"
    "  -b, --boil                  boil first\n"
    "\n"
    "Judging:\n"
    "  -w, --warning=RANGE         degrees\n"
    "      --rule=ID=STATE         state of a rule whenever it fires\n"
    "  -t, --timeout=DURATION[:STATE]\n"
    "                              the whole run (default 10s)\n"
    "  -v, --verbose               say more\n"
    "      --extra-opts[=[SECTION][@FILE]]\n"
    "                              options from an ini file\n"
    "  -h, --help                  print this help\n"
    "  -V, --version               print the version\n"
    "\n"
    "Rules:\n"
    "  count, host-license\n"
    "\n"
    "RANGE is [@][START:][END]: alert outside of START to END, with @ inside of it.\n"
    "Examples: 25: alerts below 25; 10 alerts above 10 and below 0; ~:10 above 10.\n"
    "https://www.monitoring-plugins.org/doc/guidelines.html\n";

static const char expected_check_command[] =
    "object CheckCommand \"kettle\" {\n"
    "  command = [ PluginContribDir + \"/check_kettle\" ]\n"
    "\n"
    "  arguments = {\n"
    "    \"--hostname\" = {\n"
    "      value = \"$kettle_hostname$\"\n"
    "      set_if = {{ macro(\"$kettle_hostname$\") != \"\" }}\n"
    "      description = \"the kettle: name or address\"\n"
    "    }\n"
    "    \"--port\" = {\n"
    "      value = \"$kettle_port$\"\n"
    "      description = \"its port (default 1688)\"\n"
    "    }\n"
    "    \"-4\" = {\n"
    "      set_if = \"$kettle_4$\"\n"
    "      description = \"IPv4 only\"\n"
    "    }\n"
    "    \"--password-file\" = {\n"
    "      value = \"$kettle_password_file$\"\n"
    "      description = \"file with the password (or environment KETTLE_PASSWORD)\"\n"
    "    }\n"
    "    \"--community-file\" = {\n"
    "      value = \"$kettle_community_file$\"\n"
    "      description = \"file with the community (or environment KETTLE_COMMUNITY)\"\n"
    "    }\n"
    "    \"--brew-the-following-drink\" = {\n"
    "      value = \"$kettle_brew_the_following_drink$\"\n"
    "      description = \"what to brew \\\"now\\\" with \\\\n and \\\\backslash, which is a summary long "
    "enough to be wrapped (tea, coffee or -; default tea)\"\n"
    "    }\n"
    "    \"--cup\" = {\n"
    "      value = \"$kettle_cup$\"\n"
    "      repeat_key = true\n"
    "      description = \"a cup; may be an array\"\n"
    "    }\n"
    "    \"--boil\" = {\n"
    "      set_if = \"$kettle_boil$\"\n"
    "      description = \"boil first\"\n"
    "    }\n"
    "    \"--warning\" = {\n"
    "      value = \"$kettle_warning$\"\n"
    "      description = \"degrees\"\n"
    "    }\n"
    "    \"--rule\" = {\n"
    "      value = \"$kettle_rule$\"\n"
    "      repeat_key = true\n"
    "      description = \"state of a rule whenever it fires; may be an array\"\n"
    "    }\n"
    "    \"--timeout\" = {\n"
    "      value = \"$kettle_timeout$\"\n"
    "      description = \"the whole run (default 10s)\"\n"
    "    }\n"
    "    \"--verbose\" = {\n"
    "      set_if = \"$kettle_verbose$\"\n"
    "      description = \"say more\"\n"
    "    }\n"
    "    \"--\" = {\n"
    "      value = \"$kettle_program$\"\n"
    "      repeat_key = false\n"
    "      order = 99\n"
    "      description = \"program to run and its arguments; an array\"\n"
    "    }\n"
    "  }\n"
    "\n"
    "  env.KETTLE_PASSWORD = \"$kettle_password$\"\n"
    "  env.KETTLE_COMMUNITY = \"$kettle_community$\"\n"
    "\n"
    "  vars.kettle_hostname = {{\n"
    "    var address = macro(\"$address$\")\n"
    "    return address ? address : macro(\"$address6$\")\n"
    "  }}\n"
    "}\n";

static const char expected_nagios_command[] =
    "# check_kettle: Is the water hot enough, and are there enough cups for everybody who wants to have "
    "tea?\n"
    "# $ARG1$ holds the other options.\n"
    "# KETTLE_PASSWORD='$USERn$' in front of the line hands in the secret of --password-file.\n"
    "# KETTLE_COMMUNITY='$USERn$' in front of the line hands in the secret of --community-file.\n"
    "define command {\n"
    "    command_name  check_kettle\n"
    "    command_line  $USER1$/check_kettle --hostname='$HOSTADDRESS$' $ARG1$\n"
    "}\n";

typedef void (*writer)(const struct program *program, struct text *text);

static void write_help(const struct program *program, struct text *text)
{
    help_write(program, "1.2.3", text);
}

static void write_manual(const struct program *program, struct text *text)
{
    manual_write(program, "1.2.3", text);
}

static void check_document(writer write, const struct program *program, const char *expected)
{
    struct text text;
    text_start(&text, 100000);
    write(program, &text);
    assert_true(text_ok(&text));
    assert_string_equal(text_string(&text), expected);
    text_done(&text);
}

static void help_shows_question_usage_and_options_by_group(void **state)
{
    (void)state;
    check_document(write_help, &check_kettle, expected_help);
}

static void help_is_at_most_80_columns_wide(void **state)
{
    struct text help;
    (void)state;
    text_start(&help, 100000);
    help_write(&check_kettle, "1.2.3", &help);
    for (struct span rest = span_of(text_string(&help)); rest.bytes != NULL;) {
        struct span line = span_cut(&rest, '\n');
        assert_in_range(line.length, 0, 80);
        assert_false(line.length > 0 && line.bytes[line.length - 1] == ' ');
    }
    text_done(&help);
}

static void help_of_a_small_program_has_no_section_about_ranges_or_rules(void **state)
{
    static const struct option option = {
        .kind = OPTION_CHOICE, .name = "list", .summary = "all codes", .choices = brews, .implied = "tea"};
    static const struct option_group group = {"Codes", &option, 1, 0};
    static const struct program explain = {.name = "kettle-explain",
                                           .question = "What does this whistle mean?",
                                           .operands = "WHISTLE...",
                                           .groups = &group,
                                           .group_count = 1};
    (void)state;
    check_document(write_help, &explain,
                   "kettle-explain 1.2.3: What does this whistle mean?\n"
                   "\n"
                   "Usage: kettle-explain [OPTION]... WHISTLE...\n"
                   "\n"
                   "Codes:\n"
                   "      --list[=VALUE]          all codes (tea, coffee or -)\n");
}

static void the_manual_has_its_sections_in_order(void **state)
{
    static const char *const sections[] = {
        "\n.TH \"check_kettle\" \"1\" \"\" \"check_kettle 1.2.3\"",
        "\n.SH NAME\ncheck_kettle \\- Is the water",
        "\n.SH SYNOPSIS\n\\fBcheck_kettle\\fR [OPTION]... [\\-\\- PROGRAM",
        "\n.SH DESCRIPTION\n.PP\nLooks at",
        "\n.SH OPTIONS\n.SS \"Kettle\"\n.TP\n\\fB\\-H, \\-\\-hostname\\fR\\fI=HOST\\fR\n",
        "\n.SH RULES\n",
        "\n.SH PERFORMANCE DATA\n",
        "\n.SH EXIT STATUS\n",
        "\n.SH ENVIRONMENT\n",
        "\n.SH FILES\n",
        "\n.SH EXAMPLES\n"};
    struct text manual;
    (void)state;
    text_start(&manual, 100000);
    manual_write(&check_kettle, "1.2.3", &manual);
    const char *at = text_string(&manual);
    for (size_t i = 0; i < COUNT(sections); i++) {
        const char *found = strstr(at, sections[i]);
        if (found == NULL)
            assert_string_equal(at, sections[i]); /* shows both */
        else
            at = found;
    }
    text_done(&manual);
}

static void the_manual_says_what_the_table_says(void **state)
{
    static const char *const lines[] = {
        "\nits port (default 1688).\nIt is a whole number from 1 to 65535.\n",
        "\nWithout it the secret is taken from the key password of the ini file, else from the environment ",
        "\n.RS\n.TP\n\\fBtea\\fR\nleaves, three minutes\n.TP\n\\fBcoffee\\fR\n",
        "\n.TP\n\\fB\\-\\fR\n\\&.nothing at all\n.RE\n",
        "\nLow values are bad here: write 25: or 0:25",
        "\n\\fBhost\\-license\\fR\nnone: \\(rsWARNING\n",
        "\n\\fBtime\\fR\nthe whole run (seconds)\n",
        "\n\\fB1\\fR\nWARNING\n",
        "\n\\fBMP_CONFIG_FILE\\fR\n",
        "\n\\fB/dev/kettle\\fR\nthe kettle itself\n",
        "\n/etc/monitoring\\-plugins.ini\n",
        "\na kettle:\n.PP\n.RS 4\n.nf\ncheck_kettle \\-H k1 \\-\\-boil\n.fi\n.RE\n",
    };
    struct text manual;
    (void)state;
    text_start(&manual, 100000);
    manual_write(&check_kettle, "1.2.3", &manual);
    for (size_t i = 0; i < COUNT(lines); i++) {
        if (strstr(text_string(&manual), lines[i]) == NULL)
            assert_string_equal(text_string(&manual), lines[i]); /* shows both */
    }
    assert_null(strstr(text_string(&manual), "Hidden"));
    assert_null(strstr(text_string(&manual), "use nothing"));
    text_done(&manual);
}

static void the_manual_escapes_what_roff_would_take_for_its_own(void **state)
{
    static const char *const lines[] = {
        "\nwhat to brew \\(dqnow\\(dq with \\(rsn and \\(rsbackslash, which",
        "\n\\&.A leading dot.  \\(aqQuotes\\(aq and \\(ti/\\(ha\\(ga marks.\n",
        "\n.PP\n\\&.Then pours.\n",
        "\n\\&.hidden | check_kettle \\-\\- \\(aqx\\(aq\n",
    };
    struct text manual;
    (void)state;
    text_start(&manual, 100000);
    manual_write(&check_kettle, "1.2.3", &manual);
    const char *page = text_string(&manual);
    for (size_t i = 0; i < COUNT(lines); i++) {
        if (strstr(page, lines[i]) == NULL)
            assert_string_equal(page, lines[i]); /* shows both */
    }
    page = strstr(page, "\n.SH NAME");
    for (const char *at = page; *at != '\0'; at++)
        assert_false(*at == '-' && at[-1] != '\\');
    text_done(&manual);
}

static void groff_reads_the_manual_without_a_warning(void **state)
{
    char path[] = "/tmp/test_option_documents.XXXXXX", command[200], warnings[1000];
    struct text manual;
    (void)state;
    if (system("command -v groff >/dev/null") != 0)
        skip(); /* not installed: nobody to ask */
    text_start(&manual, 100000);
    manual_write(&check_kettle, "1.2.3", &manual);
    int page = mkstemp(path);
    assert_true(page >= 0);
    assert_int_equal(write(page, manual.bytes, manual.length), manual.length);
    close(page);
    text_done(&manual);
    snprintf(command, sizeof command, "groff -man -ww -z %s 2>&1", path);
    FILE *groff = popen(command, "r");
    assert_non_null(groff);
    warnings[fread(warnings, 1, sizeof warnings - 1, groff)] = '\0';
    int status = pclose(groff);
    unlink(path);
    assert_string_equal(warnings, "");
    assert_int_equal(status, 0);
}

static void the_check_command_passes_every_option_but_no_secret(void **state)
{
    (void)state;
    check_document(icinga_write, &check_kettle, expected_check_command);
}

static void the_nagios_command_names_the_host(void **state)
{
    static const struct program plain = {
        .name = "check_cup", .service = "CUP", .question = "Is there a cup?"};
    (void)state;
    check_document(nagios_write, &check_kettle, expected_nagios_command);
    check_document(nagios_write, &plain,
                   "# check_cup: Is there a cup?\n"
                   "# $ARG1$ holds the other options.\n"
                   "define command {\n"
                   "    command_name  check_cup\n"
                   "    command_line  $USER1$/check_cup $ARG1$\n"
                   "}\n");
}

static void a_program_that_is_no_plugin_has_no_command(void **state)
{
    struct program explain = check_kettle;
    (void)state;
    explain.service = NULL;
    check_document(icinga_write, &explain, "");
    check_document(nagios_write, &explain, "");
}

static void a_document_that_does_not_fit_is_noticed(void **state)
{
    static const writer writers[] = {write_help, write_manual, icinga_write, nagios_write};
    (void)state;
    for (size_t i = 0; i < COUNT(writers); i++) {
        struct text text;
        text_start(&text, 100);
        writers[i](&check_kettle, &text);
        assert_false(text_ok(&text));
        assert_int_equal(text.length, 100);
        text_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_shows_question_usage_and_options_by_group),
        cmocka_unit_test(help_is_at_most_80_columns_wide),
        cmocka_unit_test(help_of_a_small_program_has_no_section_about_ranges_or_rules),
        cmocka_unit_test(the_manual_has_its_sections_in_order),
        cmocka_unit_test(the_manual_says_what_the_table_says),
        cmocka_unit_test(the_manual_escapes_what_roff_would_take_for_its_own),
        cmocka_unit_test(groff_reads_the_manual_without_a_warning),
        cmocka_unit_test(the_check_command_passes_every_option_but_no_secret),
        cmocka_unit_test(the_nagios_command_names_the_host),
        cmocka_unit_test(a_program_that_is_no_plugin_has_no_command),
        cmocka_unit_test(a_document_that_does_not_fit_is_noticed),
    };
    return cmocka_run_group_tests_name("option documents", tests, NULL, NULL);
}
