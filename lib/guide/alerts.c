/* SPDX-License-Identifier: MIT */
/* The page, from top to bottom. */
#include "guide/alerts.h"

#include "catalog/activation_code.h"
#include "catalog/activation_error.h"
#include "guide/markdown.h"
#include "guide/rule_guide.h"

#include <string.h>

/* Microsoft, "Activation Error Codes for Volume Activation", table 10. */
const uint32_t alerts_published_codes[] = {
    0xC004C001, 0xC004C003, 0xC004C008, 0xC004C020, 0xC004C021, 0xC004F009, 0xC004F00F, 0xC004F014,
    0xC004F02C, 0xC004F038, 0xC004F039, 0xC004F041, 0xC004F042, 0xC004F050, 0xC004F051, 0xC004F074,
    0xC004F06C, 0x80070005, 0x8007232A, 0x8007232B, 0x800706BA, 0x8007251D, 0};

static const char introduction[] =
    "<!-- SPDX-License-Identifier: MIT -->\n<!-- Written by `describe alerts` from the rules and the "
    "catalogue of codes: change those, then run `make docs`. -->\n# What each alert means\n\nAn alert of "
    "these plugins reads from left to right: the service and its state, the machine, the one reason "
    "that\nmatters. Each line below it begins with a state in brackets and the name of a rule. Look the "
    "rule up here, then\nthe code, if there is one.\n\n| word in the alert | what it says |\n| --- | --- "
    "|\n| `impact:` | what breaks, for whom, from when |\n| `code:` | where the code is to be found that "
    "the document does not carry |\n| `cause:` | what usually is behind it |\n| `do:` | the steps, in the "
    "order in which they are worth trying |\n| `side:` | who must act: `client`, `kms-host`, `dns`, "
    "`network`, `microsoft`, or `monitoring`, which is ours |\n\n| state | exit code | here |\n| --- | --- "
    "| --- |\n| OK | 0 | compared and found to be in order |\n| WARNING | 1 | works today, somebody should "
    "look within days |\n| CRITICAL | 2 | somebody is affected, or will be very soon |\n| UNKNOWN | 3 | "
    "nothing could be judged: says nothing about activation, and is never called OK |\n\nThe state of every "
    "rule can be changed with `--rule=NAME=STATE`, `off` leaves it out.\n";

/* An alert of a service whose state is that of the login, with no rule of a plugin behind it. */
struct canary_alert {
    const char *title;
    const char *const *meaning;
    const char *impact;
    const char *const *steps;
};

static const char *const refused_meaning[] = {
    "The login of the monitoring was refused on the canary. All checks with this account are held, so that "
    "they do not lock it: their last results stay as they were and get old. The alert begins with KMS_LOGIN "
    "CRITICAL in Icinga, with CRITICAL: login of the monitoring account in Nagios.",
    "In Icinga it is CRITICAL after a start and after a long outage of the monitoring, too, with the words "
    "held until kms-login-probe has tried the login. That passes within minutes. If not, look why "
    "kms-login-probe is not run.",
    NULL};

static const char *const refused_steps[] = {
    "Read the output of kms-login-probe: rule login says why, with the code if there is one.",
    "Log in once by hand with this account. Expired or locked: renew it where it lives.",
    "Correct the password file on the monitoring server. In Nagios it may be resource.cfg: correct that and "
    "reload.",
    "Force a check of kms-login-probe: Check Now in Icinga, Re-schedule with a forced check in Nagios. By "
    "itself it tries once an hour.",
    "No more: when kms-login is OK, the others go on by themselves at their next interval.",
    NULL};

static const struct canary_alert login_refused = {
    "kms-login is CRITICAL", refused_meaning,
    "Activation goes on without the monitoring. What breaks on these machines meanwhile is seen by nobody.",
    refused_steps};

static const char *const unproven_meaning[] = {
    "The probe could not be asked: the canary is down, its agent does not answer, or its host has no "
    "kms-login-probe. Nothing is known about the login, and no check is held: the account is not protected. "
    "Icinga makes a ticket of it after an hour, Nagios tells nobody.",
    NULL};

static const char *const unproven_steps[] = {
    "Read the output of kms-login-probe, mostly rule agent, and repair what it says.",
    "Force a check of kms-login-probe then: by itself it is tried again after an hour.",
    "A canary that is often switched off: take a machine that always runs, and no KMS host.", NULL};

static const struct canary_alert login_unproven = {
    "kms-login is UNKNOWN", unproven_meaning,
    "The checks of all other machines go on. A password that expires now can lock the account.",
    unproven_steps};

static bool has_rule(const struct program *program, const struct rule *rule)
{
    for (size_t i = 0; i < program->rule_count; i++) {
        if (strcmp(program->rules[i].id, rule->id) == 0 &&
            strcmp(program->rules[i].summary, rule->summary) == 0)
            return true;
    }
    return false;
}

static size_t count_programs_with(const struct program *const *programs, const struct rule *rule)
{
    size_t count = 0;
    for (; *programs != NULL; programs++)
        count += has_rule(*programs, rule) ? 1 : 0;
    return count;
}

static void append_rule(struct text *text, const struct rule *rule)
{
    const struct rule_guide *guide = rule_guide_find(rule->id);
    text_append(text, "\n### Rule ");
    markdown_code(text, rule->id);
    text_append(text, "\n\n");
    if (guide != NULL)
        markdown_paragraph(text, guide->meaning);
    markdown_item(text, "States", rule->summary);
    if (guide == NULL)
        return;
    markdown_item(text, "Impact", guide->impact);
    markdown_item(text, "First", guide->first);
}

/* The rules that more than one program has, once. */
static void append_shared_rules(struct text *text, const struct program *const *programs)
{
    markdown_heading(text, 2, "Rules of every check that reads what a machine says");
    text_append(text, "Of `check_kms_host` and `check_kms_client` alike.\n");
    for (const struct program *const *program = programs; *program != NULL; program++) {
        for (size_t i = 0; i < (*program)->rule_count; i++) {
            const struct rule *rule = &(*program)->rules[i];
            bool is_first = count_programs_with(programs, rule) == count_programs_with(program, rule);
            if (is_first && count_programs_with(programs, rule) > 1)
                append_rule(text, rule);
        }
    }
}

static void append_canary_alert(struct text *text, const struct canary_alert *alert)
{
    text_append_format(text, "### %s\n\n", alert->title);
    for (const char *const *meaning = alert->meaning; *meaning != NULL; meaning++)
        markdown_paragraph(text, *meaning);
    markdown_item(text, "Impact", alert->impact);
    markdown_item(text, "Side", "monitoring");
    text_append(text, "- **Do:**\n");
    for (size_t i = 0; alert->steps[i] != NULL; i++)
        markdown_step(text, i + 1, alert->steps[i]);
}

/* kms-login and kms-login-probe, which the configurations make out of a plugin. */
static void append_login_canary(struct text *text)
{
    markdown_heading(text, 2, "Alerts of kms-login and kms-login-probe");
    markdown_paragraph(
        text,
        "The login canary: one machine whose login proves the account for all others. They say nothing about "
        "activation. kms-login-probe tries the login every two minutes, and once an hour after a refusal. "
        "kms-login shows what came out and pages; every check with the same account depends on it.");
    append_canary_alert(text, &login_refused);
    text_append_byte(text, '\n');
    append_canary_alert(text, &login_unproven);
}

static void append_own_rules(struct text *text, const struct program *const *programs,
                             const struct program *program)
{
    if (program->rule_count == 0)
        return;
    text_append(text, "\n## Rules of ");
    markdown_code(text, program->name);
    text_append(text, "\n\n");
    markdown_text(text, program->question);
    text_append_byte(text, '\n');
    for (size_t i = 0; i < program->rule_count; i++) {
        if (count_programs_with(programs, &program->rules[i]) == 1)
            append_rule(text, &program->rules[i]);
    }
}

static void append_advice(struct text *text, const struct advice *advice)
{
    markdown_item(text, "Cause", advice->cause);
    markdown_item(text, "Side", advice->side);
    if (advice->step_count == 0)
        return;
    text_append(text, "- **Do:**\n");
    for (size_t i = 0; i < advice->step_count; i++)
        markdown_step(text, i + 1, advice->steps[i]);
}

static void append_applies_to(struct text *text, const struct activation_error *error)
{
    const char *word;
    text_append(text, "- **Applies to:**");
    for (size_t i = 0; (word = activation_error_applies_to(error, i)) != NULL; i++)
        text_append_format(text, "%s %s", i > 0 ? "," : "", word);
    text_append_byte(text, '\n');
}

static void append_code(struct text *text, uint32_t code)
{
    const struct activation_error *error = activation_error_find(code);
    struct explanation explanation;
    char name[ACTIVATION_CODE_SIZE];
    if (error == NULL)
        return;
    activation_code_print(code, name);
    activation_error_explain(error, SITUATION_ANY, &explanation);
    text_append_format(text, "\n### %s: ", name);
    markdown_text(text, explanation.brief);
    text_append(text, "\n\n");
    markdown_paragraph(text, explanation.meaning);
    if (explanation.symbol != NULL) {
        text_append(text, "- **Name:** ");
        markdown_code(text, explanation.symbol);
        text_append_byte(text, '\n');
    }
    append_applies_to(text, error);
    append_advice(text, &explanation.advice);
    for (int situation = SITUATION_ANY + 1; situation < SITUATION_COUNT; situation++) {
        if (!activation_error_has_variant(error, (enum situation)situation))
            continue;
        activation_error_explain(error, (enum situation)situation, &explanation);
        text_append(text, "\nIt is another matter ");
        markdown_text(text, situation_sentence((enum situation)situation));
        text_append(text, ":\n\n");
        append_advice(text, &explanation.advice);
    }
}

static bool is_published(uint32_t code)
{
    for (size_t i = 0; alerts_published_codes[i] != 0; i++) {
        if (alerts_published_codes[i] == code)
            return true;
    }
    return false;
}

static bool has_steps(const struct activation_error *error)
{
    struct explanation explanation;
    activation_error_explain(error, SITUATION_ANY, &explanation);
    return explanation.advice.step_count > 0;
}

static void append_codes(struct text *text)
{
    markdown_heading(text, 2, "The codes that Microsoft publishes for volume activation");
    text_append(text, "`kms-explain CODE` prints the same on any machine, without a network.\n");
    for (size_t i = 0; alerts_published_codes[i] != 0; i++)
        append_code(text, alerts_published_codes[i]);
    markdown_heading(text, 2, "Further codes with steps");
    text_append(text, "In the order of the codes.\n");
    for (size_t i = 0; i < activation_error_count(); i++) {
        const struct activation_error *error = activation_error_at(i);
        uint32_t code = activation_error_code(error);
        if (!is_published(code) && has_steps(error))
            append_code(text, code);
    }
}

static void append_row(struct text *text, const struct activation_error *error)
{
    struct explanation explanation;
    char name[ACTIVATION_CODE_SIZE];
    activation_code_print(activation_error_code(error), name);
    activation_error_explain(error, SITUATION_ANY, &explanation);
    text_append(text, "| ");
    markdown_code(text, name);
    text_append(text, " | ");
    markdown_text(text, explanation.brief);
    text_append_format(text, " | %s |\n", explanation.advice.side != NULL ? explanation.advice.side : "");
}

static void append_table(struct text *text)
{
    markdown_heading(text, 2, "All codes");
    text_append_format(text, "%zu codes.\n\n| code | in short | side |\n| --- | --- | --- |\n",
                       activation_error_count());
    for (size_t i = 0; i < activation_error_count(); i++)
        append_row(text, activation_error_at(i));
}

void alerts_write(const struct program *const *programs, struct text *text)
{
    text_append(text, introduction);
    append_shared_rules(text, programs);
    append_login_canary(text);
    for (const struct program *const *program = programs; *program != NULL; program++)
        append_own_rules(text, programs, *program);
    append_codes(text);
    append_table(text);
}
