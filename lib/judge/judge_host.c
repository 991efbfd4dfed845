/* SPDX-License-Identifier: MIT */
/* The host's judge: role, license, count, then the settings of the service. */
#include "judge/judge_host.h"

#include "base/span.h"
#include "judge/host_count.h"
#include "judge/host_history.h"
#include "judge/host_presence.h"

#include <stdint.h>

enum {
    RENEWAL_MAXIMUM_MINUTES =
        30000, /* above about 21 days entries age out of the count before they are renewed */
    INTERVAL_MINIMUM_MINUTES = 60,
    KMS_PORT_USUAL = 1688
};

static const uint32_t host_not_activated = 0xC004F041; /* what its clients see */

const struct rule host_rules[HOST_RULE_COUNT] = {
    DOCUMENT_RULES,
    [HOST_ROLE] = {"role", "no host key is active, this is no KMS host: CRITICAL"},
    [HOST_LICENSE] = {"host-license",
                      "the host key is not Licensed: CRITICAL. A further key of the same application "
                      "that is not: WARNING"},
    [HOST_COUNT] = {"count",
                    "below the floor: CRITICAL, below floor and margin: WARNING. Without a floor: below 5 "
                    "CRITICAL, below 30 WARNING"},
    [HOST_COUNT_NONE] = {"count-none", "no client has ever called: WARNING (OK for a standby host)"},
    [HOST_PUBLISHING] = {"publishing", "DNS publishing is off: OK, said"},
    [HOST_PRIORITY] = {"priority", "the service runs with low priority: WARNING"},
    [HOST_INTERVAL] = {"interval", "renewal interval above 30000 minutes, or an interval below 60: WARNING"},
    [HOST_PRESENCE] = {"presence",
                       "the agent sees that service sppsvc does not run, or that another process has the KMS "
                       "port: WARNING. With an agent that knows no licenses, nobody listens: CRITICAL"},
    [HOST_FAILED_SHARE] = {"failed-share",
                           "with --previous: at least 10 requests and 25 % of all failed since the "
                           "previous run: WARNING, CRITICAL when none succeeded"},
    [HOST_IDLE] =
        {"idle", "with --previous: no request for 4 days, or 64 / count days where that is longer: WARNING"},
};

static bool is_host_row(const struct license *license, const struct licensing_service *service)
{
    if (license->is_kms_host.is_known)
        return license->is_kms_host.value;
    /* Windows Vista and Server 2008 keep the KMS properties on the service alone. */
    return license_channel(license) == CHANNEL_KMS_HOST && service->is_kms_host.is_known &&
           service->is_kms_host.value;
}

static void describe_licensed(struct judging *judging, struct finding *finding, const struct license *license)
{
    bool has_end = license->grace_minutes.is_known && license->grace_minutes.value > 0;
    finding->text = has_end ? report_format(judging->report, "Licensed, until %s",
                                            judging_date(judging, license->grace_minutes.value))
                            : "Licensed, permanent";
}

static void describe_unlicensed(struct judging *judging, struct finding *finding,
                                const struct license *license, bool is_further)
{
    struct report *report = judging->report;
    const char *application = application_name(license_application(license));
    const char *name = license_status_name(license->status.value);
    const struct explanation *seen = judging_explain(judging, host_not_activated, SITUATION_KMS_HOST);
    if (seen == NULL)
        return;
    finding->explanation = judging_explain_reason(judging, license, &seen->advice);
    const char *code = judging_code_words(judging, finding->explanation);
    const char *reason = finding->explanation == NULL
                             ? "reason not reported"
                             : report_format(report, "reason 0x%08X", (unsigned)license->reason.value);
    if (finding->explanation == NULL)
        finding->explanation = seen;
    finding->text = report_format(report, "%s, %s, clients see 0xC004F041", name, reason);
    finding->headline =
        is_further ? report_format(report, "a further %s host key is not activated%s", application, code)
                   : report_format(report, "%s host key not activated%s: clients see 0xC004F041", application,
                                   code[0] != '\0' ? code : report_format(report, " (%s)", name));
    finding->impact =
        is_further ? "clients that only this key covers fail, the other key of the host works"
                   : "every client that picks this host fails, other KMS hosts work. Activated clients "
                     "are not touched";
    finding->urgency = is_further ? URGENCY_WEEK : URGENCY_DAY;
}

static void judge_license(struct judging *judging, const struct license *license, bool is_further)
{
    struct report *report = judging->report;
    const char *what = report_format(report, "%s host key", application_name(license_application(license)));
    if (!license->status.is_known) {
        judging_missing(judging, HOST_LICENSE, license, what, "LicenseStatus");
        return;
    }
    if (license_status_name(license->status.value) == NULL) {
        judging_undefined(judging, HOST_LICENSE, license, what);
        return;
    }
    bool is_licensed = license->status.value == LICENSE_LICENSED;
    struct finding *finding =
        is_licensed ? judging_state(judging, HOST_LICENSE, STATE_OK)
                    : judging_fire(judging, HOST_LICENSE, is_further ? STATE_WARNING : STATE_CRITICAL);
    if (finding == NULL)
        return;
    finding->subject = judging_product(license);
    if (is_licensed)
        describe_licensed(judging, finding, license);
    else
        describe_unlicensed(judging, finding, license, is_further);
}

/* The host key of one application; false when there is none. */
static bool find_host(const struct license_document *document, const struct document_wishes *wishes,
                      enum application application, struct kms_host *ret_host)
{
    const struct license *first = NULL;
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        if (!license_has_key(license) || license_application(license) != application ||
            !document_selects(wishes, license) || !is_host_row(license, &document->service))
            continue;
        bool is_licensed = license->status.is_known && license->status.value == LICENSE_LICENSED;
        bool has_licensed =
            first != NULL && first->status.is_known && first->status.value == LICENSE_LICENSED;
        if (first == NULL || (is_licensed && !has_licensed))
            first = license;
    }
    if (first == NULL)
        return false;
    *ret_host = (struct kms_host) {.application = application,
                                   .license = first,
                                   .count = first->count,
                                   .is_count_none = first->is_count_none,
                                   .requests = &first->requests};
    /* Only Windows Vista and Server 2008 keep it there, and they have no Office hosts. */
    if (application == APPLICATION_WINDOWS && !first->count.is_known && !first->is_count_none &&
        !first->is_kms_host.is_known) {
        ret_host->count = document->service.count;
        ret_host->is_count_none = document->service.is_count_none;
        ret_host->requests = &document->service.requests;
    }
    return true;
}

static void judge_licenses(struct judging *judging, const struct license_document *document,
                           const struct document_wishes *wishes, const struct kms_host *host)
{
    judge_license(judging, host->license, false);
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        if (license != host->license && license_has_key(license) && document_selects(wishes, license) &&
            license_application(license) == host->application && is_host_row(license, &document->service))
            judge_license(judging, license, true);
    }
}

/* A row with a host key, or without a word about its key, and neither it nor the service says whether it acts
 * as a KMS host. */
static bool may_be_host(const struct license *license, const struct licensing_service *service)
{
    bool has_said = license->is_kms_host.is_known || service->is_kms_host.is_known;
    return !has_said && (license_channel(license) == CHANNEL_KMS_HOST || license->description == NULL);
}

static void judge_nothing(struct judging *judging)
{
    struct finding *finding = judging_fire(judging, RULE_PRODUCT, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->text = "no product with an installed key (PartialProductKey)";
    finding->headline = "nothing judged: no product with an installed key";
    finding->impact = "says nothing about this KMS host";
    finding->advice = (struct advice) {
        .steps = {"on the host: slmgr.vbs /dlv, a row with a Partial Product Key must be there"},
        .step_count = 1,
        .side = "monitoring"};
}

static const struct advice role_advice = {
    .cause = "the host key was replaced: an edition upgrade, a new image, or a client key installed over it",
    .steps = {"take its SRV record out of DNS until it is a host again",
              "see what is installed: slmgr.vbs /dlv",
              "the owner of the license installs the host key again: slmgr.vbs /ipk KMS-HOST-KEY, slmgr.vbs "
              "/ato"},
    .step_count = 3,
    .side = "kms-host"};

static const struct advice role_not_enabled_advice = {
    .cause = "usually the key was installed and never activated, or the service was not restarted since",
    .steps =
        {"on the host, elevated: slmgr.vbs /ato, then slmgr.vbs /dlv must show the Key Management Service",
         "restart the service Software Protection (sppsvc)",
         "until then take its SRV record out of DNS, if there is one"},
    .step_count = 3,
    .side = "kms-host"};

static void judge_no_host(struct judging *judging, const struct license *license, bool has_host_key)
{
    struct finding *finding = judging_fire(judging, HOST_ROLE, STATE_CRITICAL);
    if (finding == NULL)
        return;
    finding->subject = judging_product(license);
    finding->text =
        has_host_key ? "a host key is installed, and the Key Management Service is not enabled"
                     : report_format(judging->report, "no KMS host key: %s",
                                     license->description != NULL ? license->description : "no description");
    finding->headline = has_host_key ? "not a KMS host: the host key is not enabled"
                                     : "not a KMS host: no host key is installed";
    finding->impact = "clients that still call this machine fail. Activated clients are not touched";
    finding->urgency = URGENCY_DAY;
    finding->advice = has_host_key ? role_not_enabled_advice : role_advice;
}

/* No row is a KMS host: which of the three reasons? */
static void judge_role(struct judging *judging, const struct license_document *document,
                       const struct document_wishes *wishes)
{
    const struct license *with_key = NULL, *with_host_key = NULL, *unsaid = NULL;
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        if (!license_has_key(license) || !document_selects(wishes, license))
            continue;
        with_key = with_key == NULL ? license : with_key;
        if (license_channel(license) == CHANNEL_KMS_HOST)
            with_host_key = license;
        if (may_be_host(license, &document->service))
            unsaid = license;
    }
    if (unsaid != NULL)
        judging_missing(judging, HOST_ROLE, unsaid, "host key", "IsKeyManagementServiceMachine");
    else if (with_key != NULL)
        judge_no_host(judging, with_host_key != NULL ? with_host_key : with_key, with_host_key != NULL);
    else if (wishes->product_count == 0) /* else said by rule product */
        judge_nothing(judging);
}

/* One application has its host; a host key beside it that does not say whether it acts is none the less
 * needed.
 */
static void judge_unsaid(struct judging *judging, const struct license_document *document,
                         const struct document_wishes *wishes)
{
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        if (license_has_key(license) && document_selects(wishes, license) &&
            license_channel(license) == CHANNEL_KMS_HOST && may_be_host(license, &document->service))
            judging_missing(judging, HOST_ROLE, license, "host key", "IsKeyManagementServiceMachine");
    }
}

static void judge_publishing(struct judging *judging, const struct licensing_service *service)
{
    struct finding *finding = judging_state(judging, HOST_PUBLISHING, STATE_OK);
    bool is_off = service->dns_publishing.is_known && !service->dns_publishing.value;
    if (finding == NULL)
        return;
    if (is_off)
        finding->state = rule_state(judging->wishes, HOST_PUBLISHING, STATE_OK);
    const char *port =
        !service->listening_port.is_known
            ? "port not reported"
            : report_format(judging->report, "port %u",
                            (unsigned)(service->listening_port.value == 0 ? KMS_PORT_USUAL
                                                                          : service->listening_port.value));
    const char *priority = !service->low_priority.is_known ? "priority not reported"
                           : service->low_priority.value   ? "low priority"
                                                           : "normal priority";
    const char *publishing = !service->dns_publishing.is_known ? "not reported"
                             : is_off                          ? "off, its SRV record is kept by hand"
                                                               : "on";
    finding->text = report_format(judging->report, "DNS publishing %s, %s, %s", publishing, port, priority);
    if (finding->state == STATE_OK)
        return;
    finding->headline = "DNS publishing is off";
    finding->impact =
        "the SRV record of this host is not renewed: a scavenged or changed record does not come back";
    finding->advice = (struct advice) {
        .steps = {"on the host: slmgr.vbs /sdns, then restart sppsvc"}, .step_count = 1, .side = "kms-host"};
}

static void judge_priority(struct judging *judging, const struct licensing_service *service)
{
    if (!service->low_priority.is_known || !service->low_priority.value)
        return;
    struct finding *finding = judging_fire(judging, HOST_PRIORITY, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->text = "the Key Management Service runs with low priority";
    finding->headline = "KMS priority is low";
    finding->impact = "under load the service may starve and leave clients without an answer";
    finding->advice =
        (struct advice) {.steps = {"on the host: slmgr.vbs /spri"}, .step_count = 1, .side = "kms-host"};
}

static const char *minutes_words(struct judging *judging, struct known_number minutes)
{
    return minutes.is_known ? report_format(judging->report, "%u minutes", (unsigned)minutes.value)
                            : "not reported";
}

/* 0 is none: the shortest that can be set is 15. */
static bool is_below(struct known_number minutes)
{
    return minutes.is_known && minutes.value > 0 && minutes.value < INTERVAL_MINIMUM_MINUTES;
}

static void judge_interval(struct judging *judging, const struct licensing_service *service,
                           const struct license *license)
{
    struct known_number renewal =
        license->renewal_interval.is_known ? license->renewal_interval : service->renewal_interval;
    struct known_number activation =
        license->activation_interval.is_known ? license->activation_interval : service->activation_interval;
    bool is_long = renewal.is_known && renewal.value > RENEWAL_MAXIMUM_MINUTES;
    if (!is_long && !is_below(renewal) && !is_below(activation))
        return;
    struct finding *finding = judging_fire(judging, HOST_INTERVAL, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->subject = judging_product(license);
    finding->text = report_format(judging->report, "activation interval %s, renewal interval %s",
                                  minutes_words(judging, activation), minutes_words(judging, renewal));
    finding->headline = is_long ? report_format(judging->report, "renewal interval %u minutes is too long",
                                                (unsigned)renewal.value)
                                : "an activation or renewal interval is below 60 minutes";
    finding->impact = is_long
                          ? "clients leave the count after 30 days, before they renew: the count collapses"
                          : "needless load and a flood of events on the host";
    finding->advice = (struct advice) {
        .steps = {"set the usual ones on the host: slmgr.vbs /sai 120, slmgr.vbs /sri 10080"},
        .step_count = 1,
        .side = "kms-host"};
}

/* An agent that sees services says whether the one behind KMS runs.  On clients it starts when it is needed;
 * on a KMS host nothing listens while it is stopped. */
static void judge_presence(struct judging *judging, const struct licensing_service *service,
                           const char *service_state)
{
    if (service_state == NULL || span_is_ignoring_case(span_of(service_state), "running"))
        return;
    struct finding *finding = judging_fire(judging, HOST_PRESENCE, STATE_WARNING);
    if (finding == NULL)
        return;
    bool has_port = service->listening_port.is_known && service->listening_port.value != 0;
    finding->text =
        report_format(judging->report, "service sppsvc (Software Protection) is %s", service_state);
    finding->headline = report_format(judging->report, "service sppsvc is %s", service_state);
    finding->impact =
        report_format(judging->report, "nothing answers clients on port %u while it does not run",
                      has_port ? (unsigned)service->listening_port.value : KMS_PORT_USUAL);
    finding->advice = (struct advice) {
        .steps =
            {"on the host: is the start mode of sppsvc automatic, what does the System log say about its "
             "end, then start it: net start sppsvc",
             "check_kms_reach shows whether clients get through"},
        .step_count = 2,
        .side = "kms-host"};
}

static bool is_given(const struct range *range)
{
    return range->text[0] != '\0';
}

/* A limit that cannot be compared must not end in OK. */
static void say_not_compared(struct judging *judging, const char *sentence)
{
    struct finding *finding = judging_state(judging, HOST_COUNT, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->text = finding->headline = sentence;
    finding->impact = "the count that was asked for is not watched";
    finding->advice = (struct advice) {
        .steps = {"see the host keys of this machine: slmgr.vbs /dlv all",
                  "limits of Office are --floor-office, --warning-office and --critical-office"},
        .step_count = 2,
        .side = "monitoring"};
}

/* -w and -c are for the only key there is. */
static void use_general(struct judging *judging, const char *option, const struct range *general,
                        struct range *range)
{
    if (is_given(range) || !is_given(general))
        return;
    if (count_can_meet(general, APPLICATION_OFFICE))
        *range = *general;
    else
        say_not_compared(judging, report_format(judging->report,
                                                "--%s=%s can never be met: the Office count is %d at most",
                                                option, general->text, COUNT_CAP_OFFICE));
}

static bool selects_windows(const struct license_document *document, const struct document_wishes *wishes)
{
    for (size_t i = 0; i < document->license_count; i++) {
        const struct license *license = &document->licenses[i];
        if (license_has_key(license) && license_application(license) == APPLICATION_WINDOWS &&
            document_selects(wishes, license))
            return true;
    }
    return wishes->product_count == 0;
}

/* --floor says that Windows clients need this host: a Windows host key that was lost, while that of Office is
 * still there, must not end in OK. */
static void judge_no_windows(struct judging *judging, const struct license_document *document,
                             const struct document_wishes *wishes, struct known_number floor)
{
    if (floor.is_known && floor.value > 0 && selects_windows(document, wishes))
        say_not_compared(judging, "no Windows host key is active, --floor cannot be compared");
}

static void judge_one(struct judging *judging, const struct license_document *document,
                      const struct document_wishes *wishes, const struct host_limits *limits,
                      const struct kms_host *host, bool is_only)
{
    struct count_limits scale = limits->by_application[host->application];
    const struct count_limits *general = &limits->by_application[APPLICATION_WINDOWS];
    if (is_only && host->application == APPLICATION_OFFICE) {
        use_general(judging, "warning", &general->warning, &scale.warning);
        use_general(judging, "critical", &general->critical, &scale.critical);
    }
    judge_licenses(judging, document, wishes, host); /* first: without it the count helps nobody */
    judge_count(judging, host, &scale);
    judge_history(judging, host, limits);
}

void judge_host(struct judging *judging, const struct license_document *document,
                const struct document_wishes *wishes, const struct host_limits *limits)
{
    struct kms_host hosts[2];
    bool has_host[2] = {false, false};
    if (document->presence.was_looked_for) {
        judge_host_presence(judging, &document->presence, limits);
        return;
    }
    for (enum application application = APPLICATION_WINDOWS; application <= APPLICATION_OFFICE; application++)
        has_host[application] = find_host(document, wishes, application, &hosts[application]);
    if (!has_host[APPLICATION_WINDOWS] && !has_host[APPLICATION_OFFICE]) {
        judge_role(judging, document, wishes);
        return;
    }
    bool is_only = has_host[APPLICATION_WINDOWS] != has_host[APPLICATION_OFFICE];
    for (enum application application = APPLICATION_WINDOWS; application <= APPLICATION_OFFICE;
         application++) {
        if (has_host[application])
            judge_one(judging, document, wishes, limits, &hosts[application], is_only);
    }
    if (!has_host[APPLICATION_WINDOWS])
        judge_no_windows(judging, document, wishes, limits->by_application[APPLICATION_WINDOWS].floor);
    judge_unsaid(judging, document, wishes);
    judge_publishing(judging, &document->service);
    judge_priority(judging, &document->service);
    enum application first = has_host[APPLICATION_WINDOWS] ? APPLICATION_WINDOWS : APPLICATION_OFFICE;
    judge_interval(judging, &document->service, hosts[first].license);
    judge_presence(judging, &document->service, document->service_state);
}
