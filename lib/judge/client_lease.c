/* SPDX-License-Identifier: MIT */
/* Time in the client's judge. */
#include "judge/client_lease.h"

enum {
    LEASE_CRITICAL_DAYS = 30,
    GRACE_CRITICAL_DAYS = 3,      /* initial grace */
    ADDITIONAL_CRITICAL_DAYS = 5, /* additional grace of anything but KMS and AD, which is critical at once */
    EVALUATION_WARNING_DAYS = 30,
    EVALUATION_CRITICAL_DAYS = 10,
    TIME_LIMIT_WARNING_DAYS = 30,
    TIME_LIMIT_CRITICAL_DAYS = 7,
    AVMA_WARNING_DAYS = 7,
    AVMA_CRITICAL_DAYS = 2
};

/* Days as a number for ranges; comparisons of whole minutes with days of up to four decimals are exact. */
static double days(uint32_t minutes)
{
    return (double)minutes / MINUTES_A_DAY;
}

static enum state state_by_ranges(const struct lease_record *lease)
{
    double left = days(lease->minutes);
    if (range_alerts(&lease->critical, left))
        return STATE_CRITICAL;
    return range_alerts(&lease->warning, left) ? STATE_WARNING : STATE_OK;
}

static enum urgency urgency_of(enum state state)
{
    return state == STATE_CRITICAL ? URGENCY_DAY : state == STATE_WARNING ? URGENCY_WEEK : URGENCY_NONE;
}

static const char *application_of(const struct license *license)
{
    return application_name(license_application(license));
}

bool client_is_activated_by(const struct license *license, enum volume_activation way)
{
    return license->volume_activation.is_known && license->volume_activation.value == (uint32_t)way;
}

const char *client_missing_code(const struct license *license)
{
    /* Reasons that say that an activation did not happen, and not why. */
    static const uint32_t wrappers[] = {0xC004F009, 0xC004F034, 0xC004F056, 0xC004F074};
    bool is_wrapper =
        !license->reason.is_known || license->reason.value >> 28 == 4 || license->reason.value == 0;
    for (size_t i = 0; i < sizeof wrappers / sizeof wrappers[0]; i++)
        is_wrapper |= license->reason.is_known && license->reason.value == wrappers[i];
    if (!is_wrapper)
        return NULL;
    bool asks_kms = license_channel(license) == CHANNEL_KMS_CLIENT &&
                    !client_is_activated_by(license, VOLUME_ACTIVATION_AD);
    return asks_kms ? "the error of the last attempt is not in this data: it is the first value of event "
                      "12288 (no answer) or 12289 (refused) in the Application log of the machine"
                    : "the error of the last attempt is not in this data: look for event 8198 in the "
                      "Application log of the machine, or read what the activation by hand answers";
}

const char *client_host_words(struct judging *judging, const struct license *license)
{
    const char *host = judging_endpoint(judging, license->kms_name, license->kms_port);
    if (host == NULL || license_channel(license) != CHANNEL_KMS_CLIENT)
        return "";
    const char *origin = license->is_kms_origin_unsaid ? ""
                         : license->is_kms_name_fixed  ? "fixed "
                                                       : "discovered ";
    return report_format(judging->report, ", %sKMS host %s", origin, host);
}

static const struct advice kms_advice = {
    .steps =
        {"on the client, elevated: slmgr.vbs /ato shows the error of this attempt",
         "read events 12288 and 12289 in its Application log: the first value is the code for kms-explain",
         "from its network: nslookup -type=srv _vlmcs._tcp.DOMAIN, Test-NetConnection KMSHOST -Port 1688",
         "wrong or retired host in slmgr.vbs /dlv: slmgr.vbs /ckms, then slmgr.vbs /ato"},
    .step_count = 4,
    .side = "client"};
/* slmgr.vbs /ato is about Windows only. */
static const struct advice office_kms_advice = {
    .steps =
        {"on the client, elevated, in the Office folder: cscript ospp.vbs /act shows the error of this "
         "attempt",
         "read events 12288 and 12289 in its Application log: the first value is the code for kms-explain",
         "from its network: nslookup -type=srv _vlmcs._tcp.DOMAIN, Test-NetConnection KMSHOST -Port 1688",
         "wrong or retired host in cscript ospp.vbs /dstatus: cscript ospp.vbs /remhst, then /act"},
    .step_count = 4,
    .side = "client"};
static const struct advice ad_advice = {
    .cause = "usually the machine does not reach a domain controller, or the activation object is gone",
    .steps =
        {"on the client, elevated: slmgr.vbs /ato (Office: cscript ospp.vbs /act) shows the error of this "
         "attempt",
         "nltest /dsgetdc:DOMAIN finds a domain controller", "slmgr.vbs /ao-list lists the activation object",
         "without Active Directory the client falls back to KMS: nslookup -type=srv _vlmcs._tcp.DOMAIN"},
    .step_count = 4,
    .side = "client"};
static const struct advice avma_advice = {
    .cause = "usually the virtual machine was moved to a host that is not activated, or the hosts do not "
             "exchange data",
    .steps = {"the Hyper-V host runs an activated Datacenter edition: slmgr.vbs /dlv there",
              "integration service Data Exchange is enabled for this virtual machine",
              "events: 12309 in the virtual machine, 12310 on the host"},
    .step_count = 3,
    .side = "client"};
static const struct advice activation_advice = {
    .steps = {"on the machine, elevated: slmgr.vbs /ato shows the error of this attempt",
              "without internet by phone: slmgr.vbs /dti, then slmgr.vbs /atp CONFIRMATION-ID"},
    .step_count = 2,
    .side = "client"};
static const struct advice office_activation_advice = {
    .steps = {"on the machine, elevated, in the Office folder: cscript ospp.vbs /act shows the error of this "
              "attempt",
              "see the products and their keys: cscript ospp.vbs /dstatus"},
    .step_count = 2,
    .side = "client"};

const struct advice *client_advice(const struct license *license)
{
    enum license_channel channel = license_channel(license);
    bool is_office = license_application(license) == APPLICATION_OFFICE;
    if (channel == CHANNEL_KMS_CLIENT && client_is_activated_by(license, VOLUME_ACTIVATION_AD))
        return &ad_advice;
    if (channel == CHANNEL_KMS_CLIENT)
        return is_office ? &office_kms_advice : &kms_advice;
    if (channel == CHANNEL_AVMA)
        return &avma_advice;
    return is_office ? &office_activation_advice : &activation_advice;
}

/* The lease of a KMS or AD client with the limits that hold for it. */
static struct lease_record lease_of(const struct license *license, const struct client_limits *limits)
{
    uint32_t renewal = license->renewal_interval.is_known && license->renewal_interval.value > 0
                           ? license->renewal_interval.value
                           : KMS_RENEWAL_MINUTES;
    uint64_t allowed_age = 2 * (uint64_t)renewal + MINUTES_A_DAY;
    uint32_t on_time = allowed_age < KMS_LEASE_MINUTES ? KMS_LEASE_MINUTES - (uint32_t)allowed_age : 0;
    struct lease_record lease = {
        .is_known = true, .minutes = license->grace_minutes.value, .has_cap = true, .has_age = true};
    lease.warning = limits->warning.text[0] != '\0' ? limits->warning : range_from_minimum(days(on_time));
    lease.critical =
        limits->critical.text[0] != '\0' ? limits->critical : range_from_minimum(LEASE_CRITICAL_DAYS);
    return lease;
}

struct lease_record client_no_lease(const struct license *license, const struct client_limits *limits)
{
    struct lease_record lease = lease_of(license, limits);
    lease.minutes = 0;
    lease.has_age = false;
    return lease;
}

static void describe_lease(struct judging *judging, struct finding *finding, const struct license *license,
                           const struct lease_record *lease)
{
    struct report *report = judging->report;
    bool is_by_ad = client_is_activated_by(license, VOLUME_ACTIVATION_AD);
    const char *way = is_by_ad ? "AD" : "KMS", *application = application_of(license);
    const char *left = judging_duration(judging, lease->minutes),
               *end = judging_date(judging, lease->minutes);
    uint32_t age = lease->minutes < KMS_LEASE_MINUTES ? KMS_LEASE_MINUTES - lease->minutes : 0;
    const char *host = is_by_ad ? NULL : judging_endpoint(judging, license->kms_name, license->kms_port);
    const char *renewal =
        age > 0 ? report_format(report, ", last renewal %s ago", judging_duration(judging, age)) : "";
    finding->text = report_format(report, "Licensed by %s%s%s, %s left (until %s)%s", way,
                                  host != NULL ? " at " : "", host != NULL ? host : "", left, end, renewal);
    finding->headline = report_format(report, "%s licensed by %s, %s left", application, way, left);
    if (finding->state == STATE_OK)
        return;
    finding->advice = *client_advice(license);
    if (finding->advice.cause == NULL)
        finding->advice.cause = "the machine was off the network, or its renewals have failed since then";
    finding->missing_code = client_missing_code(license);
    finding->urgency = urgency_of(finding->state);
    if (license->reason.is_known && license->reason.value >> 31 == 1)
        finding->explanation = judging_explain_reason(judging, license, &finding->advice);
    const char *code = judging_code_words(judging, finding->explanation);
    if (lease->minutes == 0) {
        finding->headline =
            report_format(report, "%s lease of %s is over, 0 days left%s", application, way, code);
        finding->impact = "the machine falls into grace now, then shows activation notices";
        return;
    }
    finding->headline =
        report_format(report, "no renewal for %s, %s licensed until %s%s", judging_duration(judging, age),
                      application, end, code[0] != '\0' ? code : report_format(report, " (%s)", left));
    const char *in_count = is_by_ad ? ""
                           : age < KMS_ENTRY_LIFETIME_DAYS * MINUTES_A_DAY
                               ? ". 30 days after its last contact it leaves the count of its KMS host"
                               : ". It has left the count of its KMS host";
    finding->impact = report_format(
        report, "none for the user before %s, then grace and activation notices%s", end, in_count);
}

struct finding *judge_lease(struct judging *judging, const struct license *license,
                            const struct client_limits *limits, struct lease_record *ret_lease)
{
    *ret_lease = lease_of(license, limits);
    enum state own = state_by_ranges(ret_lease);
    if (ret_lease->minutes == 0)
        own = STATE_CRITICAL;
    struct finding *finding = own == STATE_OK ? judging_state(judging, CLIENT_LEASE, STATE_OK)
                                              : judging_fire(judging, CLIENT_LEASE, own);
    if (finding != NULL) {
        finding->subject = judging_product(license);
        describe_lease(judging, finding, license, ret_lease);
    }
    return finding;
}

/* A product that ends on a day, by one of the rules with fixed limits. */
static struct finding *judge_end(struct judging *judging, size_t rule, const struct license *license,
                                 double warning, double critical, struct lease_record *ret_lease)
{
    *ret_lease = (struct lease_record) {.is_known = true,
                                        .minutes = license->grace_minutes.value,
                                        .warning = range_from_minimum(warning),
                                        .critical = range_from_minimum(critical)};
    enum state own = state_by_ranges(ret_lease);
    struct finding *finding =
        own == STATE_OK ? judging_state(judging, rule, STATE_OK) : judging_fire(judging, rule, own);
    if (finding == NULL)
        return NULL;
    finding->subject = judging_product(license);
    finding->urgency = urgency_of(finding->state);
    return finding;
}

static const struct advice evaluation_advice = {
    .cause = "an evaluation edition ends on a day and cannot be activated by KMS",
    .steps = {"time: slmgr.vbs /dlv shows the rearms that are left, slmgr.vbs /rearm and restart uses one",
              "server, convert: DISM /online /Get-TargetEditions, then DISM /online /Set-Edition:EDITION "
              "/ProductKey:YOUR-KEY /AcceptEula, restart",
              "a domain controller or a desktop cannot be converted: replace it or install it anew"},
    .step_count = 3,
    .side = "client"};

static const char *end_of_evaluation(const struct license *license)
{
    return license_application(license) == APPLICATION_WINDOWS
               ? "Windows shuts down every hour (event WLMS 100)"
               : "the product works with reduced functions or not at all";
}

static struct finding *judge_running_evaluation(struct judging *judging, const struct license *license,
                                                struct lease_record *ret_lease)
{
    struct finding *finding = judge_end(judging, CLIENT_EVALUATION, license, EVALUATION_WARNING_DAYS,
                                        EVALUATION_CRITICAL_DAYS, ret_lease);
    if (finding == NULL)
        return NULL;
    struct report *report = judging->report;
    uint32_t minutes = license->grace_minutes.value;
    const char *end = judging_date(judging, minutes), *left = judging_duration(judging, minutes);
    finding->text = report_format(report, "evaluation, %s left (until %s)", left, end);
    finding->headline =
        report_format(report, "%s evaluation ends %s (%s)", application_of(license), end, left);
    finding->impact = report_format(report, "from %s on %s", end, end_of_evaluation(license));
    finding->advice = evaluation_advice;
    return finding;
}

/* Licensed with nothing left, or not licensed: over, or not activated in the first days. */
static struct finding *judge_ended_evaluation(struct judging *judging, const struct license *license,
                                              struct lease_record *ret_lease)
{
    uint32_t status = license->status.value;
    bool has_time = license->grace_minutes.is_known && license->grace_minutes.value > 0 &&
                    status != LICENSE_UNLICENSED && status != LICENSE_NOTIFICATION;
    *ret_lease = (struct lease_record) {.is_known = status == LICENSE_LICENSED,
                                        .warning = range_from_minimum(EVALUATION_WARNING_DAYS),
                                        .critical = range_from_minimum(EVALUATION_CRITICAL_DAYS)};
    struct finding *finding = judging_fire(judging, CLIENT_EVALUATION, STATE_CRITICAL);
    if (finding == NULL)
        return NULL;
    struct report *report = judging->report;
    const char *name = license_status_name(status), *application = application_of(license);
    finding->subject = judging_product(license);
    finding->advice = evaluation_advice;
    finding->explanation = judging_explain_reason(judging, license, &evaluation_advice);
    const char *code = judging_code_words(judging, finding->explanation);
    const char *reason = finding->explanation == NULL
                             ? ""
                             : report_format(report, ", reason 0x%08X", (unsigned)license->reason.value);
    if (has_time) {
        const char *left = judging_duration(judging, license->grace_minutes.value);
        const char *end = judging_date(judging, license->grace_minutes.value);
        finding->text = report_format(report, "evaluation, not activated (%s), %s left (until %s)%s", name,
                                      left, end, reason);
        finding->headline =
            report_format(report, "%s evaluation not activated, %s left%s", application, left, code);
        finding->impact = report_format(report, "from %s on %s", end, end_of_evaluation(license));
        finding->urgency = URGENCY_DAY;
        return finding;
    }
    const char *fault = status == LICENSE_LICENSED ? "over, 0 days left" : "over or not activated";
    finding->text = report_format(report, "evaluation %s (%s)%s", fault, name, reason);
    finding->headline =
        report_format(report, "%s evaluation %s%s, not a KMS fault", application, fault, code);
    finding->impact = end_of_evaluation(license);
    finding->urgency = URGENCY_NOW;
    return finding;
}

struct finding *judge_evaluation(struct judging *judging, const struct license *license,
                                 struct lease_record *ret_lease)
{
    bool is_running = license->status.value == LICENSE_LICENSED && license->grace_minutes.value > 0;
    return is_running ? judge_running_evaluation(judging, license, ret_lease)
                      : judge_ended_evaluation(judging, license, ret_lease);
}

struct finding *judge_time_limit(struct judging *judging, const struct license *license,
                                 struct lease_record *ret_lease)
{
    struct finding *finding = judge_end(judging, CLIENT_EVALUATION, license, TIME_LIMIT_WARNING_DAYS,
                                        TIME_LIMIT_CRITICAL_DAYS, ret_lease);
    if (finding == NULL)
        return NULL;
    struct report *report = judging->report;
    const char *application = application_of(license);
    const char *end = judging_date(judging, license->grace_minutes.value);
    const char *left = judging_duration(judging, license->grace_minutes.value);
    bool is_token = client_is_activated_by(license, VOLUME_ACTIVATION_TOKEN);
    bool is_over = license->grace_minutes.value == 0;
    finding->text = report_format(report, "%s, %s left (until %s)",
                                  is_token ? "Licensed by token" : "Licensed for a limited time", left, end);
    finding->headline = is_over ? report_format(report, "%s license has ended, 0 days left", application)
                                : report_format(report, "%s license ends %s (%s)", application, end, left);
    if (finding->state == STATE_OK)
        return finding;
    finding->impact = report_format(report, "from %s on the product is not activated", end);
    finding->advice = (struct advice) {
        .steps = {is_token ? "renew the certificate that activates this machine before that day"
                           : "renew or replace the license before that day",
                  "see the channel and the end with slmgr.vbs /dlv"},
        .step_count = 2,
        .side = "client"};
    return finding;
}

struct finding *judge_avma(struct judging *judging, const struct license *license,
                           struct lease_record *ret_lease)
{
    struct report *report = judging->report;
    const char *application = application_of(license);
    if (!license->grace_minutes.is_known || license->grace_minutes.value == 0) {
        struct finding *finding = judging_state(judging, CLIENT_AVMA, STATE_OK);
        if (finding != NULL) {
            finding->subject = judging_product(license);
            finding->text = "Licensed by its Hyper-V host (AVMA)";
            finding->headline = report_format(report, "%s licensed by its Hyper-V host", application);
        }
        return finding;
    }
    struct finding *finding =
        judge_end(judging, CLIENT_AVMA, license, AVMA_WARNING_DAYS, AVMA_CRITICAL_DAYS, ret_lease);
    if (finding == NULL)
        return NULL;
    const char *end = judging_date(judging, license->grace_minutes.value);
    const char *left = judging_duration(judging, license->grace_minutes.value);
    finding->text =
        report_format(report, "Licensed by its Hyper-V host (AVMA), %s left (until %s)", left, end);
    finding->headline = report_format(report, "%s licensed by its Hyper-V host, %s left", application, left);
    if (finding->state == STATE_OK)
        return finding;
    finding->impact = report_format(report, "from %s on this virtual machine is not activated", end);
    finding->advice = avma_advice;
    return finding;
}

static const char *cause_of_grace(uint32_t status, bool is_volume)
{
    if (status == LICENSE_INITIAL_GRACE)
        return "since it was set up no activation has succeeded";
    if (status != LICENSE_ADDITIONAL_GRACE)
        return NULL;
    return is_volume ? "180 days have passed without a renewal, or the hardware changed"
                     : "usually the hardware changed";
}

struct finding *judge_grace(struct judging *judging, const struct license *license)
{
    uint32_t status = license->status.value;
    bool is_volume = license_channel(license) == CHANNEL_KMS_CLIENT;
    uint32_t critical_days = status == LICENSE_INITIAL_GRACE      ? GRACE_CRITICAL_DAYS
                             : status == LICENSE_ADDITIONAL_GRACE ? ADDITIONAL_CRITICAL_DAYS
                                                                  : 0;
    bool is_short =
        license->grace_minutes.is_known && license->grace_minutes.value < critical_days * MINUTES_A_DAY;
    bool is_critical = is_short || (status == LICENSE_ADDITIONAL_GRACE && is_volume);
    struct finding *finding =
        judging_fire(judging, CLIENT_GRACE, is_critical ? STATE_CRITICAL : STATE_WARNING);
    if (finding == NULL)
        return NULL;
    struct report *report = judging->report;
    const char *name = license_status_name(status), *application = application_of(license);
    finding->subject = judging_product(license);
    finding->urgency = is_critical ? URGENCY_NOW : URGENCY_DAY;
    finding->advice = *client_advice(license);
    if (finding->advice.cause == NULL)
        finding->advice.cause = cause_of_grace(status, is_volume);
    finding->missing_code = client_missing_code(license);
    finding->explanation = judging_explain_reason(judging, license, &finding->advice);
    const char *code = judging_code_words(judging, finding->explanation);
    const char *reason = finding->explanation == NULL
                             ? ""
                             : report_format(report, ", reason 0x%08X", (unsigned)license->reason.value);
    const char *why = code[0] != '\0' ? code : report_format(report, " (%s)", name);
    const char *host = client_host_words(judging, license);
    if (!license->grace_minutes.is_known) {
        finding->text = report_format(report, "%s, time left not reported%s%s", name, host, reason);
        finding->headline = report_format(report, "%s not activated%s", application, why);
        finding->impact = "when the grace period is over the machine shows activation notices";
        return finding;
    }
    const char *left = judging_duration(judging, license->grace_minutes.value);
    const char *end = judging_date(judging, license->grace_minutes.value);
    finding->text = report_format(report, "%s, %s left (until %s)%s%s", name, left, end, host, reason);
    finding->headline = report_format(report, "%s not activated, %s of grace left%s", application, left, why);
    finding->impact = report_format(report, "from about %s it shows activation notices", end);
    return finding;
}
