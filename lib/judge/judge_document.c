/* SPDX-License-Identifier: MIT */
/* Before any judgement. */
#include "judge/judge_document.h"

#include "base/span.h"
#include "base/utc.h"

enum { OLD_DOCUMENT_SECONDS = 2 * 86400 };

enum {
    CLOCK_TOLERANCE_SECONDS = 3600, /* a document from the future by more than this has a wrong clock */
    NETBIOS_NAME_LENGTH = 15        /* what Windows keeps of a longer name in COMPUTERNAME and CSName */
};

const char *document_subject(const struct license_document *document, const char *hostname)
{
    if (hostname != NULL)
        return hostname;
    return document != NULL && document->computer_name != NULL ? document->computer_name : "";
}

static bool is_address(struct span host)
{
    if (span_find(host, ':') < host.length)
        return true;
    for (size_t i = 0; i < host.length; i++) {
        if (!ascii_is_digit(host.bytes[i]) && host.bytes[i] != '.')
            return false;
    }
    return true;
}

static struct span first_label(struct span name)
{
    while (span_starts_with(name, "\\")) /* __SERVER may read \\NAME */
        name = span_from(name, 1);
    return span_first(name, span_find(name, '.'));
}

static bool is_same_machine(const struct license_document *document, const char *hostname)
{
    if (hostname == NULL || document->computer_name == NULL || is_address(span_of(hostname)))
        return true;
    struct span wanted = first_label(span_of(hostname));
    struct span found = first_label(span_of(document->computer_name));
    if (found.length == NETBIOS_NAME_LENGTH)
        wanted = span_first(wanted, NETBIOS_NAME_LENGTH);
    return span_equal_ignoring_case(wanted, found);
}

static const struct advice error_advice = {
    .steps =
        {"run slmgr.vbs /dlv on the machine, with the account of the monitoring, and look at its answer"},
    .step_count = 1,
    .side = "monitoring"};

/* What a code means for our own account, with a step to take in any case. */
static const struct explanation *explain_error(struct judging *judging, uint32_t code)
{
    struct explanation explanation;
    activation_code_explain(code, SITUATION_LOGIN, &judging->report->arena, &explanation);
    if (explanation.advice.step_count == 0)
        explanation.advice = error_advice;
    return report_keep_explanation(judging->report, &explanation);
}

static void add_error(struct judging *judging, const struct license_document *document)
{
    struct finding *finding = judging_fire(judging, RULE_AGENT, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    struct report *report = judging->report;
    bool has_products = document->license_count > 0;
    const char *what = has_products ? "products may be missing, the program ended with an error"
                                    : "nothing but an error of the program";
    const char *verdict = has_products ? "not all products listed" : "nothing judged";
    finding->impact = has_products
                          ? "what the program left out is not watched"
                          : "says nothing about activation, only that the program on the machine failed";
    finding->advice = error_advice;
    if (!document->error.is_known) {
        finding->text = report_format(report, "%s: %s", what, document->error_text);
        finding->headline =
            report_format(report, "%s: the program answered: %s", verdict, document->error_text);
        return;
    }
    finding->explanation = explain_error(judging, document->error.value);
    if (finding->explanation == NULL)
        return;
    finding->text = report_format(report, "%s: 0x%08X", what, (unsigned)document->error.value);
    finding->headline = report_format(report, "%s: the program failed with 0x%08X %s", verdict,
                                      (unsigned)document->error.value, finding->explanation->brief);
}

/* True when the document is of the machine that was meant, or the user does not mind. */
static bool judge_machine(struct judging *judging, const struct license_document *document,
                          const char *hostname)
{
    if (is_same_machine(document, hostname))
        return true;
    struct finding *finding = judging_fire(judging, RULE_MACHINE, STATE_UNKNOWN);
    if (finding == NULL)
        return true;
    finding->text = report_format(judging->report, "the document is from %s, asked for %s",
                                  document->computer_name, hostname);
    finding->headline = report_format(judging->report, "nothing judged: the document is from %s",
                                      judging_short(judging, document->computer_name));
    finding->impact = "says nothing about this machine";
    finding->advice = (struct advice) {.steps = {"compare the address of the host object with the machine "
                                                 "that answers, and --input with its file"},
                                       .step_count = 1,
                                       .side = "monitoring"};
    return finding->state == STATE_OK;
}

/* True when the age is as the user wants it, or the user does not mind. */
static bool judge_age(struct judging *judging, const struct license_document *document, int64_t max_age_ms,
                      struct known_time written, int64_t now)
{
    struct known_time time = document->time.is_known ? document->time : written;
    int64_t age = now - time.seconds;
    if (max_age_ms == 0)
        return true;
    if (time.is_known && age * 1000 <= max_age_ms && age >= -CLOCK_TOLERANCE_SECONDS)
        return true;
    struct finding *finding = judging_fire(judging, RULE_AGE, STATE_UNKNOWN);
    if (finding == NULL)
        return true;
    if (!time.is_known)
        finding->text =
            "the document carries no time (TimeUtc) and is no file, so --max-age cannot be checked";
    else if (age < 0)
        finding->text = "the document is dated in the future, a clock is wrong";
    else
        finding->text = report_format(judging->report, "the document is %s old, --max-age allows %s",
                                      judging_duration(judging, (uint32_t)(age / 60)),
                                      judging_duration(judging, (uint32_t)(max_age_ms / 60000)));
    finding->headline = report_format(judging->report, "nothing judged: %s", finding->text);
    finding->impact = "says nothing about the machine now";
    finding->advice = (struct advice) {
        .steps = {"look at the scheduled task that writes the document, and at the clock of the machine"},
        .step_count = 1,
        .side = "monitoring"};
    return finding->state == STATE_OK;
}

static bool is_named(const char *product, const struct license *license)
{
    struct span wanted = span_of(product);
    if (span_is_ignoring_case(wanted, "windows"))
        return license_application(license) == APPLICATION_WINDOWS;
    if (span_is_ignoring_case(wanted, "office"))
        return license_application(license) == APPLICATION_OFFICE;
    return span_contains_ignoring_case(span_of(license->name), product) ||
           span_contains_ignoring_case(span_of(license->description), product);
}

bool document_selects(const struct document_wishes *wishes, const struct license *license)
{
    for (size_t i = 0; i < wishes->product_count; i++) {
        if (is_named(wishes->products[i], license))
            return true;
    }
    return wishes->product_count == 0;
}

static void judge_selection(struct judging *judging, const struct license_document *document,
                            const struct document_wishes *wishes)
{
    for (size_t i = 0; i < wishes->product_count; i++) {
        bool is_there = false;
        for (size_t row = 0; row < document->license_count; row++) {
            const struct license *license = &document->licenses[row];
            is_there |= license_has_key(license) && is_named(wishes->products[i], license);
        }
        if (is_there)
            continue;
        struct finding *finding = judging_fire(judging, RULE_PRODUCT, STATE_UNKNOWN);
        if (finding == NULL)
            continue;
        finding->text = report_format(
            judging->report, "no product with an installed key matches --product=%s", wishes->products[i]);
        finding->headline = report_format(judging->report, "no product with a key matches %s",
                                          judging_short(judging, wishes->products[i]));
        finding->impact = "the product that was asked for is not watched";
        finding->advice = (struct advice) {
            .steps = {"compare --product with the names that slmgr.vbs /dlv all prints for rows with a key"},
            .step_count = 1,
            .side = "monitoring"};
    }
}

bool judge_document(struct judging *judging, const struct license_document *document,
                    const struct document_wishes *wishes, struct known_time written, int64_t now)
{
    if (!judge_machine(judging, document, wishes->hostname) ||
        !judge_age(judging, document, wishes->max_age_ms, written, now))
        return false;
    if (document->error_text != NULL)
        add_error(judging, document);
    if (document->error_text != NULL && document->license_count == 0)
        return false;
    judge_selection(judging, document, wishes);
    return true;
}

static const char *what_to_try(enum problem_kind kind)
{
    switch (kind) {
    case PROBLEM_TIMEOUT:
        return "run the same command by hand and see how long it takes, then give it that time with "
               "--timeout";
    case PROBLEM_RESOLVE:
    case PROBLEM_CONNECT:
        return "from the monitoring server: does the name resolve, does the other side run, is a firewall on "
               "the way";
    case PROBLEM_TLS:
        return "compare the certificate of the other side with the one that is trusted here";
    case PROBLEM_REFUSED:
        return "look at the rights and the password of the monitoring account, and do not repeat the login "
               "before";
    case PROBLEM_PROTOCOL:
        return "look at the document by hand: it must be what slmgr.vbs /dlv, ospp.vbs /dstatus or the "
               "report script "
               "prints, and nothing else";
    case PROBLEM_NONE:
    case PROBLEM_USAGE:
    case PROBLEM_MISSING:
    case PROBLEM_MEMORY:
        break;
    }
    return "run the same command by hand as the user of the monitoring system";
}

static struct advice advice_for(struct judging *judging, const struct problem *problem)
{
    const char *step = problem->advice[0] != '\0' ? report_format(judging->report, "%s", problem->advice)
                                                  : what_to_try(problem->kind);
    return (struct advice) {.steps = {step}, .step_count = 1, .side = "monitoring"};
}

/* The code that the other side gave as its reason, with what is to be done about this agent. */
static const struct explanation *explain_refusal(struct judging *judging, const struct problem *problem,
                                                 struct advice advice)
{
    struct explanation explanation;
    activation_code_explain(problem->code, SITUATION_LOGIN, &judging->report->arena, &explanation);
    advice.cause = explanation.advice.cause;
    explanation.advice = advice;
    return report_keep_explanation(judging->report, &explanation);
}

void judge_problem(struct judging *judging, const struct problem *problem, enum state timeout_state)
{
    /* The one place where a kind of problem becomes a state: not being able to ask says nothing about the
     * machine. */
    enum state own = problem->kind == PROBLEM_TIMEOUT ? timeout_state : STATE_UNKNOWN;
    bool is_login = problem->kind == PROBLEM_REFUSED && judging->wishes->wish[RULE_LOGIN] != RULE_AS_IT_IS;
    struct finding *finding = judging_fire(judging, is_login ? RULE_LOGIN : RULE_AGENT, own);
    if (finding == NULL)
        return;
    finding->text = report_format(judging->report, "%s", problem->sentence);
    finding->headline = report_format(judging->report, "nothing judged: %s", problem->sentence);
    finding->impact = "says nothing about activation, the machine could not be asked";
    finding->advice = advice_for(judging, problem);
    if (problem->has_code)
        finding->explanation = explain_refusal(judging, problem, finding->advice);
}

static const char *age_words(struct judging *judging, const struct license_document *document,
                             const struct document_wishes *wishes, struct known_time written, int64_t now)
{
    struct known_time time = document->time.is_known ? document->time : written;
    bool is_old = time.is_known && now - time.seconds >= OLD_DOCUMENT_SECONDS;
    if (!is_old || wishes->max_age_ms != 0)
        return NULL;
    char date[UTC_DATE_SIZE];
    utc_print_date(time.seconds, date);
    return report_format(judging->report,
                         "the document is of %s and was judged as of then, --max-age sets a limit", date);
}

static const char *genuine_words(struct judging *judging, const struct license_document *document)
{
    if (document->genuine_state == NULL)
        return NULL;
    return report_format(judging->report, "genuineness of Windows: %s, which says nothing about activation",
                         document->genuine_state);
}

void judge_document_remark(struct judging *judging, const struct license_document *document,
                           const struct document_wishes *wishes, struct known_time written, int64_t now)
{
    const char *age = age_words(judging, document, wishes, written, now);
    const char *genuine = genuine_words(judging, document);
    if (judging->report->first == NULL)
        return;
    if (age != NULL && genuine != NULL)
        judging->report->remark = report_format(judging->report, "%s. %s", age, genuine);
    else
        judging->report->remark = age != NULL ? age : genuine;
}
