/* SPDX-License-Identifier: MIT */
/* The client's judge: one finding for every product, then the questions about source and method. */
#include "judge/judge_client.h"

#include "judge/client_lease.h"
#include "judge/client_source.h"

enum { TAMPER_MINUTES = KMS_LEASE_MINUTES + 60 }; /* what a KMS host can grant, and an hour for rounding */

const struct rule client_rules[CLIENT_RULE_COUNT] = {
    DOCUMENT_RULES,
    [CLIENT_LEASE] = {"lease",
                      "licensed by KMS or AD: WARNING when the last renewal is older than two renewal "
                      "intervals and a day (165 days left at 7 days), CRITICAL below 30 days left"},
    [CLIENT_PERMANENT] = {"permanent", "MAK, OEM, retail and host keys without an end: OK"},
    [CLIENT_GRACE] = {"grace",
                      "initial grace: WARNING, CRITICAL below 3 days. Additional grace: CRITICAL for KMS and "
                      "AD, else WARNING and CRITICAL below 5 days. Extended grace: WARNING"},
    [CLIENT_LICENSE] = {"license",
                        "Unlicensed, Non-genuine grace, Notification: CRITICAL. A status that nobody "
                        "knows, or none: UNKNOWN"},
    [CLIENT_EVALUATION] = {"evaluation",
                           "evaluation editions: WARNING below 30 days, CRITICAL below 10 and when not "
                           "licensed. Other licenses with an end: WARNING below 30 days, CRITICAL "
                           "below 7"},
    [CLIENT_AVMA] = {"avma",
                     "virtual machines activated by their host, with an end: WARNING below 7 days, CRITICAL "
                     "below 2"},
    [CLIENT_ADDON] = {"addon", "an add-on (ESU) with a key that is not licensed: WARNING"},
    [CLIENT_TAMPER] = {"tamper", "a KMS or AD lease longer than 180 days, which no host grants: WARNING"},
    [CLIENT_SOURCE] = {"source",
                       "the KMS host in use is not one of --expect, or is the machine itself: WARNING"},
    [CLIENT_METHOD] = {"method", "the operating system is not activated as --require says: WARNING"},
};

/* What the metrics need, gathered over all products. */
struct client_tally {
    unsigned products, failing;
    struct lease_record worst, worst_aging, worst_by_application[2];
    struct known_number grace_minutes;
};

static bool is_shorter(const struct lease_record *lease, const struct lease_record *worst)
{
    return lease->is_known && (!worst->is_known || lease->minutes < worst->minutes);
}

static void tally_lease(struct client_tally *tally, enum application application,
                        const struct lease_record *lease)
{
    if (is_shorter(lease, &tally->worst))
        tally->worst = *lease;
    if (is_shorter(lease, &tally->worst_by_application[application]))
        tally->worst_by_application[application] = *lease;
    if (lease->has_age && is_shorter(lease, &tally->worst_aging))
        tally->worst_aging = *lease;
}

static void tally_grace(struct client_tally *tally, const struct license *license)
{
    bool is_in_grace = license->status.is_known && license->grace_minutes.is_known &&
                       (license->status.value == LICENSE_INITIAL_GRACE ||
                        license->status.value == LICENSE_ADDITIONAL_GRACE ||
                        license->status.value == LICENSE_NON_GENUINE_GRACE ||
                        license->status.value == LICENSE_EXTENDED_GRACE);
    if (is_in_grace &&
        (!tally->grace_minutes.is_known || license->grace_minutes.value < tally->grace_minutes.value))
        tally->grace_minutes = license->grace_minutes;
}

/* A KMS or AD client in a state that is known to be none of its 180 days. */
static bool is_volume_without_lease(const struct license *license)
{
    return license_channel(license) == CHANNEL_KMS_CLIENT && license->status.is_known &&
           license->status.value != LICENSE_LICENSED && license_status_name(license->status.value) != NULL;
}

static bool counts_down(uint32_t status)
{
    return license_status_name(status) != NULL && status != LICENSE_UNLICENSED &&
           status != LICENSE_NOTIFICATION;
}

/* The required field that is missing for a verdict on this row; NULL when all are there.  What is licensed in
 * a way that nobody knows may have an end as well. */
static const char *missing_field(const struct license *license)
{
    if (!license->status.is_known)
        return "LicenseStatus";
    if (license->description == NULL)
        return "Description";
    enum license_channel channel = license_channel(license);
    bool is_limited =
        channel == CHANNEL_KMS_CLIENT || channel == CHANNEL_EVALUATION || channel == CHANNEL_TIME_BASED;
    bool may_be_limited = is_limited || judging_is_unreadable(license, "GracePeriodRemaining") ||
                          (channel == CHANNEL_OTHER && license->status.value == LICENSE_LICENSED);
    if (!license->grace_minutes.is_known && counts_down(license->status.value) && may_be_limited)
        return "GracePeriodRemaining";
    return NULL;
}

/* The rule that cannot be answered without the field. */
static enum client_rule rule_in_want(const struct license *license)
{
    if (!license->status.is_known || license->description == NULL)
        return CLIENT_LICENSE;
    enum license_channel channel = license_channel(license);
    bool is_licensed = license->status.value == LICENSE_LICENSED;
    if (channel == CHANNEL_EVALUATION || (is_licensed && channel != CHANNEL_KMS_CLIENT))
        return channel == CHANNEL_AVMA ? CLIENT_AVMA : CLIENT_EVALUATION;
    if (is_licensed)
        return CLIENT_LEASE;
    return license->status.value == LICENSE_NON_GENUINE_GRACE ? CLIENT_LICENSE : CLIENT_GRACE;
}

static const char *permanent_words(enum license_channel channel)
{
    switch (channel) {
    case CHANNEL_MAK:
        return "activated by MAK";
    case CHANNEL_KMS_HOST:
        return "activated by its KMS host key";
    case CHANNEL_OEM:
        return "activated by an OEM license";
    case CHANNEL_RETAIL:
    case CHANNEL_RETAIL_GRACE:
        return "activated by a retail license";
    case CHANNEL_OTHER:
    case CHANNEL_KMS_CLIENT:
    case CHANNEL_AVMA:
    case CHANNEL_EVALUATION:
    case CHANNEL_SUBSCRIPTION:
    case CHANNEL_TIME_BASED:
        break;
    }
    return "activated";
}

static struct finding *judge_permanent(struct judging *judging, const struct license *license)
{
    struct finding *finding = judging_fire(judging, CLIENT_PERMANENT, STATE_OK);
    if (finding == NULL)
        return NULL;
    const char *application = application_name(license_application(license));
    const char *words = permanent_words(license_channel(license));
    finding->subject = judging_product(license);
    if (license_channel(license) == CHANNEL_OTHER) {
        finding->text = report_format(judging->report, "Licensed, permanently, %s", license->description);
        finding->headline = report_format(judging->report, "%s permanently licensed", application);
    } else if (license->grace_minutes.is_known) {
        finding->text = report_format(judging->report, "Licensed, permanently %s, KMS does not apply", words);
        finding->headline = report_format(judging->report, "%s permanently %s", application, words);
    } else {
        finding->text =
            report_format(judging->report, "Licensed, %s, GracePeriodRemaining not reported", words);
        finding->headline = report_format(judging->report, "%s %s", application, words);
    }
    return finding;
}

static const char *impact_of_no_license(struct judging *judging, const struct license *license)
{
    bool is_in_grace = license->status.value == LICENSE_NON_GENUINE_GRACE && license->grace_minutes.is_known;
    if (is_in_grace)
        return report_format(judging->report, "from about %s it shows activation notices",
                             judging_date(judging, license->grace_minutes.value));
    return license_application(license) == APPLICATION_WINDOWS
               ? "the machine keeps running, users see activation notices, personalization is locked"
               : "the product shows activation notices and loses functions";
}

/* Status 0, 4, 5, or a number that nobody knows. */
static struct finding *judge_not_licensed(struct judging *judging, const struct license *license)
{
    struct report *report = judging->report;
    const char *application = application_name(license_application(license));
    const char *name = license_status_name(license->status.value);
    if (name == NULL)
        return judging_undefined(judging, CLIENT_LICENSE, license, application);
    struct finding *finding = judging_fire(judging, CLIENT_LICENSE, STATE_CRITICAL);
    if (finding == NULL)
        return NULL;
    finding->subject = judging_product(license);
    finding->impact = impact_of_no_license(judging, license);
    finding->urgency = URGENCY_DAY;
    finding->missing_code = client_missing_code(license);
    finding->advice = *client_advice(license);
    finding->explanation = judging_explain_reason(judging, license, &finding->advice);
    const char *in = license->status.value == LICENSE_UNLICENSED ? "is" : "in"; /* is Unlicensed */
    if (finding->explanation == NULL) {
        finding->text =
            report_format(report, "%s%s, reason not reported", name, client_host_words(judging, license));
        finding->headline = report_format(report, "%s %s %s, reason not reported", application, in, name);
        return finding;
    }
    finding->text = report_format(report, "%s%s, reason 0x%08X", name, client_host_words(judging, license),
                                  (unsigned)license->reason.value);
    finding->headline = report_format(report, "%s %s %s%s", application, in, name,
                                      judging_code_words(judging, finding->explanation));
    return finding;
}

static struct finding *judge_licensed(struct judging *judging, const struct license *license,
                                      const struct client_limits *limits, struct lease_record *ret_lease)
{
    bool is_token = client_is_activated_by(license, VOLUME_ACTIVATION_TOKEN);
    switch (license_channel(license)) {
    case CHANNEL_KMS_CLIENT:
        return is_token ? judge_time_limit(judging, license, ret_lease)
                        : judge_lease(judging, license, limits, ret_lease);
    case CHANNEL_EVALUATION:
        return judge_evaluation(judging, license, ret_lease);
    case CHANNEL_AVMA:
        return judge_avma(judging, license, ret_lease);
    case CHANNEL_TIME_BASED:
        return judge_time_limit(judging, license, ret_lease);
    case CHANNEL_OTHER:
    case CHANNEL_KMS_HOST:
    case CHANNEL_MAK:
    case CHANNEL_SUBSCRIPTION:
    case CHANNEL_RETAIL_GRACE:
    case CHANNEL_RETAIL:
    case CHANNEL_OEM:
        break;
    }
    if (license->grace_minutes.is_known && license->grace_minutes.value > 0)
        return judge_time_limit(judging, license, ret_lease);
    return judge_permanent(judging, license);
}

static struct finding *judge_status(struct judging *judging, const struct license *license,
                                    const struct client_limits *limits, struct lease_record *ret_lease)
{
    const char *missing = missing_field(license);
    if (missing != NULL)
        return judging_missing(judging, rule_in_want(license), license,
                               application_name(license_application(license)), missing);
    if (license_channel(license) == CHANNEL_EVALUATION && license_status_name(license->status.value) != NULL)
        return judge_evaluation(judging, license, ret_lease);
    switch (license->status.value) {
    case LICENSE_LICENSED:
        return judge_licensed(judging, license, limits, ret_lease);
    case LICENSE_INITIAL_GRACE:
    case LICENSE_ADDITIONAL_GRACE:
    case LICENSE_EXTENDED_GRACE:
        return judge_grace(judging, license);
    default: /* 0, 4, 5 and whatever else a machine may say */
        return judge_not_licensed(judging, license);
    }
}

static const struct advice addon_advice = {
    .steps = {"activate the add-on with its activation ID: slmgr.vbs /ato ACTIVATION-ID",
              "see both rows: slmgr.vbs /dlv all"},
    .step_count = 2,
    .side = "client"};

/* The code with the steps of an add-on: those of the catalogue are about the product below it. */
static const struct explanation *explain_addon(struct judging *judging, const struct license *license)
{
    const struct explanation *explanation = judging_explain_reason(judging, license, &addon_advice);
    if (explanation == NULL)
        return NULL;
    struct explanation own = *explanation;
    own.advice = addon_advice;
    own.advice.cause = explanation->advice.cause;
    return report_keep_explanation(judging->report, &own);
}

static void judge_addon(struct judging *judging, const struct license *license)
{
    if (!license->status.is_known) {
        judging_missing(judging, CLIENT_ADDON, license, "add-on", "LicenseStatus");
        return;
    }
    bool is_licensed = license->status.value == LICENSE_LICENSED;
    struct finding *finding = is_licensed ? judging_state(judging, CLIENT_ADDON, STATE_OK)
                                          : judging_fire(judging, CLIENT_ADDON, STATE_WARNING);
    if (finding == NULL)
        return;
    const char *name = license_status_name(license->status.value);
    finding->subject = judging_product(license);
    finding->text = report_format(judging->report, "add-on, %s", name != NULL ? name : "unknown status");
    if (is_licensed)
        return;
    finding->impact = "the machine misses what the add-on pays for, such as security updates (ESU)";
    finding->urgency = URGENCY_WEEK;
    finding->advice = addon_advice;
    finding->explanation = explain_addon(judging, license);
    if (finding->explanation != NULL)
        finding->text = report_format(judging->report, "%s, reason 0x%08X", finding->text,
                                      (unsigned)license->reason.value);
    finding->headline =
        report_format(judging->report, "add-on %s not licensed%s", judging_short(judging, finding->subject),
                      judging_code_words(judging, finding->explanation));
}

static void list_only(struct judging *judging, const struct license *license)
{
    struct finding *finding = judging_state(judging, RULE_PRODUCT, STATE_OK);
    if (finding == NULL)
        return;
    finding->subject = judging_product(license);
    finding->text = license_channel(license) == CHANNEL_SUBSCRIPTION
                        ? "subscription, listed and not judged"
                        : "grace placeholder of Office, not judged";
}

static void judge_row(struct judging *judging, const struct license *license,
                      const struct client_limits *limits, struct client_tally *tally)
{
    struct lease_record lease = {0};
    struct finding *finding = judge_status(judging, license, limits, &lease);
    enum application application = license_application(license);
    tally->products++;
    tally->failing += finding != NULL && finding->state != STATE_OK;
    if (is_volume_without_lease(license))
        lease = client_no_lease(license, limits);
    tally_lease(tally, application, &lease);
    tally_grace(tally, license);
    if (lease.has_age && lease.minutes > TAMPER_MINUTES)
        judge_tamper(judging, license);
    judge_source(judging, license, limits);
    judge_method(judging, license, limits);
}

/* The KMS host of Windows may stand with the service alone. */
static struct license with_kms_host(const struct license *license, const struct licensing_service *service)
{
    struct license row = *license;
    if (row.kms_name == NULL && license_application(license) == APPLICATION_WINDOWS) {
        row.kms_name = service->kms_name;
        row.kms_port = service->kms_port;
    }
    return row;
}

static void judge_nothing(struct judging *judging, unsigned listed, unsigned addons, bool has_selection)
{
    struct finding *finding = judging_fire(judging, RULE_PRODUCT, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    const char *where = has_selection ? " under --product" : "";
    finding->text = report_format(judging->report, "%s%s",
                                  listed > 0   ? "only subscription or placeholder rows, which are not judged"
                                  : addons > 0 ? "only add-on rows, none for an operating system or Office"
                                               : "no product with an installed key (PartialProductKey)",
                                  where);
    finding->headline = report_format(judging->report, "nothing judged: %s", finding->text);
    finding->impact = "says nothing about activation";
    finding->advice = listed + addons > 0
                          ? (struct advice) {.steps = {"let the document and --product cover a product with "
                                                       "a key of its own, such as Windows"},
                                             .step_count = 1,
                                             .side = "monitoring"}
                          : (struct advice) {.steps = {"on the machine: slmgr.vbs /dlv, a row with a Partial "
                                                       "Product Key must be there",
                                                       "no key at all: install the key of this edition, then "
                                                       "slmgr.vbs /ato"},
                                             .step_count = 2,
                                             .side = "client"};
}

static double tenths_of_days(uint32_t minutes)
{
    return (double)(minutes * (uint64_t)10 / MINUTES_A_DAY) / 10;
}

static void add_lease_metric(struct report *report, const char *label, const struct lease_record *lease)
{
    if (!lease->is_known)
        return;
    report_add_metric(report, &(struct metric) {.label = label,
                                                .value = tenths_of_days(lease->minutes),
                                                .decimals = 1,
                                                .unit = "",
                                                .warning = lease->warning,
                                                .critical = lease->critical,
                                                .has_minimum = true,
                                                .has_maximum = lease->has_cap,
                                                .maximum = KMS_LEASE_MINUTES / MINUTES_A_DAY});
}

static void add_count_metric(struct report *report, const char *label, uint32_t value)
{
    report_add_metric(report, &(struct metric) {.label = label, .value = value, .unit = ""});
}

static void add_metrics(struct report *report, const struct client_tally *tally)
{
    add_lease_metric(report, "lease_days", &tally->worst);
    if (tally->worst_aging.is_known) {
        uint32_t minutes = tally->worst_aging.minutes;
        uint32_t age = minutes < KMS_LEASE_MINUTES ? KMS_LEASE_MINUTES - minutes : 0;
        report_add_metric(
            report, &(struct metric) {
                        .label = "lease_age_days", .value = tenths_of_days(age), .decimals = 1, .unit = ""});
    }
    add_lease_metric(report, "lease_days_windows", &tally->worst_by_application[APPLICATION_WINDOWS]);
    add_lease_metric(report, "lease_days_office", &tally->worst_by_application[APPLICATION_OFFICE]);
    if (tally->grace_minutes.is_known)
        add_count_metric(report, "grace_minutes", tally->grace_minutes.value);
    add_count_metric(report, "products", tally->products);
    add_count_metric(report, "products_failing", tally->failing);
}

/* An agent that knows processes and sockets sees nothing of a license. */
static void judge_no_licenses(struct judging *judging)
{
    struct finding *finding = judging_state(judging, RULE_PRODUCT, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->text = "this agent has no license data, it sees only whether a KMS host listens";
    finding->headline = "nothing judged: this agent has no license data";
    finding->impact = "says nothing about activation";
    finding->advice =
        (struct advice) {.steps = {"use an agent that knows licenses, see --agent. check_kms_host can use "
                                   "this one for the presence of a KMS host"},
                         .step_count = 1,
                         .side = "monitoring"};
}

void judge_client(struct judging *judging, const struct license_document *document,
                  const struct document_wishes *wishes, const struct client_limits *limits)
{
    struct client_tally tally = {0};
    unsigned listed = 0, addons = 0;
    if (document->presence.was_looked_for) {
        judge_no_licenses(judging);
        return;
    }
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        if (!license_has_key(license) || !document_selects(wishes, license))
            continue;
        if (license_is_listed_only(license)) {
            list_only(judging, license);
            listed++;
        } else if (license_is_addon(license)) {
            judge_addon(judging, license);
            addons++;
        } else {
            struct license row = with_kms_host(license, &document->service);
            judge_row(judging, &row, limits, &tally);
        }
    }
    if (tally.products == 0 && (wishes->product_count == 0 || listed + addons > 0))
        judge_nothing(judging, listed, addons, wishes->product_count > 0);
    add_metrics(judging->report, &tally);
}
