/* SPDX-License-Identifier: MIT */
/* Common ground of the judges. */
#include "judge/judging.h"

#include "base/span.h"
#include "base/utc.h"

enum { SHORT_NAME_MAXIMUM = 40 };

struct finding *judging_fire(struct judging *judging, size_t rule, enum state own)
{
    return judging_state(judging, rule, rule_state(judging->wishes, rule, own));
}

struct finding *judging_state(struct judging *judging, size_t rule, enum state state)
{
    if (rule_is_off(judging->wishes, rule))
        return NULL;
    return report_add(judging->report, judging->rules[rule].id, state);
}

bool judging_is_unreadable(const struct license *license, const char *field)
{
    for (struct span rest = span_of(license->unreadable); rest.bytes != NULL;) {
        if (span_is(span_trim(span_cut(&rest, ',')), field))
            return true;
    }
    return false;
}

struct finding *judging_missing(struct judging *judging, size_t rule, const struct license *license,
                                const char *what, const char *field)
{
    struct finding *finding = judging_state(judging, rule, STATE_UNKNOWN);
    if (finding == NULL)
        return NULL;
    const char *fault =
        judging_is_unreadable(license, field) ? "reported without a readable value" : "not reported";
    finding->subject = judging_product(license);
    finding->text = report_format(judging->report, "%s %s, it is needed for a verdict", field, fault);
    finding->headline = report_format(judging->report, "%s: %s %s", what, field, fault);
    finding->impact = "says nothing about activation, the source left out what is needed";
    finding->advice = (struct advice) {
        .steps =
            {"look at the document: is it whole, and does it come from slmgr.vbs /dlv or the report script"},
        .step_count = 1,
        .side = "monitoring"};
    return finding;
}

struct finding *judging_undefined(struct judging *judging, size_t rule, const struct license *license,
                                  const char *what)
{
    struct finding *finding = judging_state(judging, rule, STATE_UNKNOWN);
    if (finding == NULL)
        return NULL;
    finding->subject = judging_product(license);
    finding->text = report_format(judging->report, "LicenseStatus %u has no known meaning",
                                  (unsigned)license->status.value);
    finding->headline = report_format(judging->report, "%s: %s", what, finding->text);
    finding->impact = "cannot be told, the machine reports a state that is not defined";
    finding->advice = (struct advice) {
        .steps = {"on the machine: slmgr.vbs /dlv, compare its License Status with LicenseStatus in WMI"},
        .step_count = 1,
        .side = "monitoring"};
    return finding;
}

void judging_finish(struct report *report)
{
    for (struct finding *finding = report->first; finding != NULL; finding = finding->next) {
        if (finding->state == STATE_OK) {
            finding->impact = NULL;
            finding->urgency = URGENCY_NONE;
            continue;
        }
        if (finding->impact == NULL)
            finding->impact = "none known, the state was asked for with --rule";
        if (finding->urgency == URGENCY_NONE)
            finding->urgency = finding->state == STATE_CRITICAL ? URGENCY_DAY : URGENCY_WEEK;
    }
}

const struct explanation *judging_explain(struct judging *judging, uint32_t code, enum situation situation)
{
    struct explanation explanation;
    activation_code_explain(code, situation, &judging->report->arena, &explanation);
    return report_keep_explanation(judging->report, &explanation);
}

/* Reasons of a product that is fine. */
static bool is_no_fault(uint32_t code)
{
    static const uint32_t codes[] = {0x4004F040, 0x4004F401, 0x4004FC04, 0x4004FC05};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (code == codes[i])
            return true;
    }
    return false;
}

/* False for a code of other keys: what it advises would lead this machine astray, a KMS host to a client key,
 * a KMS client to a MAK. */
static bool is_for(uint32_t code, enum situation situation)
{
    static const char *const words[SITUATION_COUNT][4] = {
        [SITUATION_ANY] = {"oem", "retail", "avma", "any"},
        [SITUATION_EVALUATION] = {"any", "subscription", NULL, NULL},
        [SITUATION_KMS_CLIENT] = {"kms-client", "adba", "any", NULL},
        [SITUATION_KMS_HOST] = {"kms-host", "any", NULL, NULL},
        [SITUATION_LOGIN] = {"monitoring", "any", NULL, NULL},
        [SITUATION_MAK] = {"mak", "any", NULL, NULL}};
    const struct activation_error *error = activation_error_find(code);
    if (error == NULL || activation_error_has_variant(error, situation))
        return true;
    const char *applies_to;
    for (size_t i = 0; (applies_to = activation_error_applies_to(error, i)) != NULL; i++) {
        for (size_t word = 0; word < 4 && words[situation][word] != NULL; word++) {
            if (span_is(span_of(applies_to), words[situation][word]))
                return true;
        }
    }
    return false;
}

/* Steps of slmgr.vbs that change Windows and not Office. */
static bool is_step_of_windows(const char *step)
{
    static const char *const commands[] = {"slmgr.vbs /ato", "slmgr.vbs /skms",  "slmgr.vbs /ckms",
                                           "slmgr.vbs /ipk", "slmgr.vbs /rearm", "slmgr.vbs /dti",
                                           "slmgr.vbs /atp", "slmgr.vbs /rilc"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (span_contains(span_of(step), commands[i]))
            return true;
    }
    return false;
}

/* For Office: its own first step (ospp.vbs), then what of the catalogue's steps is not about Windows. */
static void make_office_advice(struct advice *advice, const struct advice *own)
{
    struct advice made = {.cause = advice->cause, .side = advice->side};
    if (own->step_count > 0)
        made.steps[made.step_count++] = own->steps[0];
    for (size_t i = 0; i < advice->step_count && made.step_count < ADVICE_STEPS_MAXIMUM; i++) {
        if (!is_step_of_windows(advice->steps[i]))
            made.steps[made.step_count++] = advice->steps[i];
    }
    *advice = made.step_count > 1 ? made : *own;
}

const struct explanation *judging_explain_reason(struct judging *judging, const struct license *license,
                                                 const struct advice *advice)
{
    if (!license->reason.is_known || license->reason.value == 0)
        return NULL;
    struct explanation explanation;
    uint32_t code = license->reason.value;
    enum situation situation = judging_situation(license);
    activation_code_explain(code, situation, &judging->report->arena, &explanation);
    const char *cause = explanation.advice.cause;
    bool fits = !is_no_fault(code) && is_for(code, situation);
    if (!fits || explanation.advice.step_count == 0)
        explanation.advice = *advice;
    else if (license_application(license) == APPLICATION_OFFICE && situation != SITUATION_KMS_HOST)
        make_office_advice(&explanation.advice, advice);
    if (fits && cause != NULL)
        explanation.advice.cause = cause;
    return report_keep_explanation(judging->report, &explanation);
}

const char *judging_code_words(struct judging *judging, const struct explanation *explanation)
{
    if (explanation == NULL || explanation->is_informational)
        return "";
    return report_format(judging->report, ", 0x%08X %s", (unsigned)explanation->code, explanation->brief);
}

const char *judging_duration(struct judging *judging, uint32_t minutes)
{
    if (minutes < 60)
        return report_format(judging->report, "%u minute%s", (unsigned)minutes, minutes == 1 ? "" : "s");
    if (minutes < MINUTES_A_DAY)
        return report_format(judging->report, "%u.%u hours", (unsigned)(minutes / 60),
                             (unsigned)(minutes % 60 * 10 / 60));
    return report_format(judging->report, "%u.%u days", (unsigned)(minutes / MINUTES_A_DAY),
                         (unsigned)(minutes % MINUTES_A_DAY * 10 / MINUTES_A_DAY));
}

const char *judging_date(struct judging *judging, int64_t minutes)
{
    char date[UTC_DATE_SIZE];
    utc_print_date(judging->moment + minutes * 60, date);
    return report_format(judging->report, "%s", date);
}

const char *judging_endpoint(struct judging *judging, const char *name, struct known_number port)
{
    if (name == NULL || name[0] == '\0')
        return NULL;
    bool is_ipv6 = span_contains(span_of(name), ":") && name[0] != '[';
    return report_format(judging->report, "%s%s%s:%u", is_ipv6 ? "[" : "", name, is_ipv6 ? "]" : "",
                         (unsigned)(port.is_known && port.value != 0 ? port.value : 1688));
}

const char *judging_short(struct judging *judging, const char *name)
{
    if (span_of(name).length <= SHORT_NAME_MAXIMUM)
        return name;
    return report_format(judging->report, "%.*s..", SHORT_NAME_MAXIMUM - 2, name);
}

const char *judging_product(const struct license *license)
{
    if (license->name != NULL)
        return license->name;
    return license->description != NULL ? license->description : "product without a name";
}

enum situation judging_situation(const struct license *license)
{
    switch (license_channel(license)) {
    case CHANNEL_KMS_CLIENT:
        return SITUATION_KMS_CLIENT;
    case CHANNEL_KMS_HOST:
        return SITUATION_KMS_HOST;
    case CHANNEL_MAK:
        return SITUATION_MAK;
    case CHANNEL_EVALUATION:
        return SITUATION_EVALUATION;
    case CHANNEL_OTHER:
    case CHANNEL_AVMA:
    case CHANNEL_SUBSCRIPTION:
    case CHANNEL_TIME_BASED:
    case CHANNEL_RETAIL_GRACE:
    case CHANNEL_RETAIL:
    case CHANNEL_OEM:
        break;
    }
    return SITUATION_ANY;
}
