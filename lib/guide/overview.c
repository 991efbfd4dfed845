/* SPDX-License-Identifier: MIT */
/* The overview, section by section. */
#include "guide/overview.h"

#include "options/roff.h"
#include "options/summary.h"

#include <string.h>

enum { LINE_MAXIMUM = 4000 };

static const char *const description[] = {"Plugins for Nagios and Icinga that watch Microsoft volume "
                                          "activation: whether clients can find and talk to KMS, whether a "
                                          "KMS host can activate them, and whether Windows machines and "
                                          "their Office are activated, renew in time, and if not, why. "
                                          "Every alert that involves an activation code carries the code "
                                          "with its explanation: what it means, the cause, what to do, and "
                                          "on which side.",
                                          "They only read. No activation request is ever sent, no service "
                                          "is started, no setting is changed, and nothing is kept between "
                                          "two runs. No program needs the rights of root.",
                                          NULL};

static const char *const together[] = {
    "check_kms_reach asks DNS for the KMS hosts of a domain and opens a conversation with each of them that "
    "stops before any request. It needs no account and no agent, and sees what clients see: names, "
    "firewalls, forged hosts. It cannot see whether a host would say yes.",
    "check_kms_host and check_kms_client read what a machine says about itself, its document: the output of "
    "the report script kms-report.ps1, of slmgr.vbs, of ospp.vbs, or the same data over an agent. "
    "check_kms_host judges the host key and the count of a KMS host, check_kms_client the products of any "
    "machine, a KMS host among them.",
    "The three answer different questions, and an alert of one explains those of another: a count that "
    "falls has its reason in a record that check_kms_reach calls stale; a client that fails carries the "
    "code that check_kms_host foretold.",
    "kms-explain says about a code what an alert would say, for a colleague who has a code and no alert.",
    "kms-notify makes a page out of what Nagios or Icinga know about an alert, with the lines of the plugin "
    "unbroken, see kms-notify(1).",
    NULL};

static const char *const states[] = {
    "0",
    "OK: compared and in order",
    "1",
    "WARNING: works today, somebody should look within days",
    "2",
    "CRITICAL: somebody is affected, or will be very soon",
    "3",
    "UNKNOWN: nothing could be judged; also usage errors, --help and --version of a plugin. It is never an "
    "OK",
    NULL};

static const char *const files[] = {
    "/usr/lib/nagios/plugins/check_kms_host, check_kms_client, check_kms_reach",
    "the plugins",
    "/usr/libexec/kms-monitoring/",
    "programs that the plugins become when an agent over HTTP or SNMP is asked, and kms-notify",
    "/etc/kms-monitoring/",
    "passwords, communities and certificates of the site, each readable by the account of the monitoring "
    "alone",
    "/etc/nagios-plugins/config/kms.cfg",
    "the commands for Nagios, in the Debian package; elsewhere a line cfg_file names kms-commands.cfg beside "
    "kms-monitoring.cfg",
    "/usr/share/kms-monitoring/nagios/kms-monitoring.cfg",
    "templates for Nagios: the one cfg_file of a site. kms-site.cfg.example beside it shows hosts and "
    "services",
    "/usr/share/kms-monitoring/icinga2/kms-monitoring.conf",
    "commands, templates and apply rules for Icinga 2: the one include of a site. kms-site.conf.example "
    "beside it shows hosts",
    "/usr/share/kms-monitoring/windows/",
    "the scripts for Windows machines, with a README",
    "/usr/share/kms-monitoring/grafana/",
    "dashboards",
    NULL};

static const char *const documents[] = {
    "first-kms-host.md",
    "from nothing to the first checks",
    "clients-through-nrpe-or-ssh.md, through-nsclient.md, through-winrm.md, through-snmp.md, "
    "through-icinga-for-windows.md, through-windows-exporter.md",
    "one page for each way to ask machines",
    "least-privilege.md",
    "which account needs which right",
    "alerts.md",
    "what each alert and each code means, and what to do",
    NULL};

static const char *const variables[] = {
    "MP_CONFIG_FILE, NAGIOS_CONFIG_PATH",
    "where the ini file of --extra-opts is, see the page of each plugin",
    "KMS_NOTIFY_TYPE, KMS_NOTIFY_HOST, KMS_NOTIFY_SERVICE, KMS_NOTIFY_STATE, KMS_NOTIFY_OUTPUT and others",
    "the words of an alert for kms-notify, see its page", NULL};

static void append_paragraphs(struct text *text, const char *const *paragraphs)
{
    for (; *paragraphs != NULL; paragraphs++)
        roff_paragraph(text, *paragraphs);
}

static void append_pairs(struct text *text, const char *const *pairs)
{
    for (; pairs[0] != NULL; pairs += 2)
        roff_term(text, pairs[0], pairs[1]);
}

static void append_head(struct text *text, const char *version)
{
    text_append(
        text, ".\\\" SPDX-License-Identifier: MIT\n.TH \"kms\\-monitoring\" \"7\" \"\" \"kms\\-monitoring ");
    roff_text(text, version);
    text_append(text, "\" \"KMS monitoring\"\n.nh\n.ad l\n"); /* option names stay in one piece */
    roff_macro(text, ".SH NAME");
    roff_text(text, "kms-monitoring");
    text_append(text, " \\- ");
    roff_text(text, "watch Microsoft volume activation with Nagios and Icinga");
    roff_macro(text, ".SH DESCRIPTION");
    append_paragraphs(text, description);
}

static void append_programs(struct text *text, const struct program *const *programs)
{
    roff_macro(text, ".SH PROGRAMS");
    for (; *programs != NULL; programs++)
        roff_term(text, (*programs)->name, (*programs)->question);
    roff_macro(text, ".SH HOW THEY WORK TOGETHER");
    append_paragraphs(text, together);
}

/* The words of --agent, from the first program that has them. */
static void append_agents(struct text *text, const struct program *const *programs)
{
    const struct option *option = NULL;
    for (; *programs != NULL && option == NULL; programs++)
        option = option_find(*programs, "agent", NULL);
    roff_macro(text, ".SH AGENTS");
    roff_paragraph(text, "What check_kms_host and check_kms_client can ask, by the word of --agent:");
    for (const struct option_choice *choice = option != NULL ? option->choices : NULL;
         choice != NULL && choice->word != NULL; choice++)
        roff_term(text, choice->word, choice->summary != NULL ? choice->summary : "");
}

static void append_rules(struct text *text, const struct program *const *programs)
{
    roff_macro(text, ".SH RULES");
    roff_paragraph(
        text, "A finding begins with the name of its rule. --rule=NAME=STATE changes the state of one, the "
              "page of each plugin says when it fires.");
    for (; *programs != NULL; programs++) {
        const struct program *program = *programs;
        struct text names;
        if (program->rule_count == 0)
            continue;
        text_start(&names, LINE_MAXIMUM);
        for (size_t i = 0; i < program->rule_count; i++)
            text_append_format(&names, "%s%s", i > 0 ? ", " : "", program->rules[i].id);
        roff_term(text, program->name, text_string(&names));
        summary_part_done(&names, text);
    }
}

static void append_metrics(struct text *text, const struct program *const *programs)
{
    roff_macro(text, ".SH PERFORMANCE DATA");
    for (; *programs != NULL; programs++) {
        const struct program *program = *programs;
        if (program->metric_count == 0)
            continue;
        text_append(text, ".SS \"");
        roff_text(text, program->name);
        text_append(text, "\"\n");
        for (size_t i = 0; i < program->metric_count; i++)
            roff_term(text, program->metrics[i].label, program->metrics[i].meaning);
    }
}

static bool has_variable(const struct program *program, const char *name)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++) {
        if (option->environment != NULL && strcmp(option->environment, name) == 0)
            return true;
    }
    return false;
}

/* The secrets of all programs, each once: where the first one that has it stands. */
static void append_variables(struct text *text, const struct program *const *programs)
{
    roff_macro(text, ".SH ENVIRONMENT");
    for (const struct program *const *program = programs; *program != NULL; program++) {
        const struct option *option;
        for (size_t i = 0; (option = option_at(*program, i, NULL)) != NULL; i++) {
            struct text meaning;
            const struct program *const *first = programs;
            if (option->environment == NULL)
                continue;
            while (!has_variable(*first, option->environment))
                first++;
            if (first != program)
                continue;
            text_start(&meaning, LINE_MAXIMUM);
            text_append_format(&meaning, "the secret that --%s would read from a file", option->name);
            roff_term(text, option->environment, text_string(&meaning));
            summary_part_done(&meaning, text);
        }
    }
    append_pairs(text, variables);
}

static void append_see_also(struct text *text, const struct program *const *programs)
{
    roff_macro(text, ".SH SEE ALSO");
    for (; *programs != NULL; programs++) {
        roff_bold(text, (*programs)->name);
        text_append(text, "(1),\n");
    }
    roff_bold(text, "kms-notify");
    text_append(text, "(1)\n");
}

void overview_write(const struct program *const *programs, const char *version, struct text *text)
{
    append_head(text, version);
    append_programs(text, programs);
    append_agents(text, programs);
    append_rules(text, programs);
    append_metrics(text, programs);
    roff_macro(text, ".SH EXIT STATUS");
    append_pairs(text, states);
    append_variables(text, programs);
    roff_macro(text, ".SH FILES");
    roff_paragraph(text, "Where the Debian package has them; make install can have put them elsewhere.");
    append_pairs(text, files);
    roff_macro(text, ".SH DOCUMENTS");
    roff_paragraph(
        text, "In the folder of documents of the package, usually /usr/share/doc/monitoring-plugins-kms:");
    append_pairs(text, documents);
    append_see_also(text, programs);
}
