/* SPDX-License-Identifier: MIT */
/* Judging the count. */
#include "judge/host_count.h"

#include "catalog/activation_code.h"

static const uint32_t count_too_low = 0xC004F038; /* what its clients see */

enum { DESKTOP_MARGIN = 5, OTHER_MARGIN = 2 };

/* The limits that hold, and the words for them. */
struct count_scale {
    unsigned floor; /* what the count is held against */
    bool has_floor, is_standby;
    struct range warning, critical;       /* an empty text = none */
    bool is_own_warning, is_own_critical; /* from the floor, not from -w and -c */
    unsigned cap;
};

unsigned count_cap(enum application application)
{
    return application == APPLICATION_OFFICE ? COUNT_CAP_OFFICE : COUNT_CAP_WINDOWS;
}

bool count_can_meet(const struct range *range, enum application application)
{
    for (unsigned count = 0; count <= count_cap(application); count++) {
        if (!range_alerts(range, count))
            return true;
    }
    return false;
}

static struct count_scale scale_of(enum application application, const struct count_limits *limits)
{
    struct count_scale scale = {.cap = count_cap(application),
                                .has_floor = limits->floor.is_known || application == APPLICATION_OFFICE};
    scale.floor = limits->floor.is_known              ? limits->floor.value
                  : application == APPLICATION_OFFICE ? COUNT_NEED_OFFICE
                                                      : COUNT_NEED_DESKTOPS;
    scale.is_standby = scale.has_floor && scale.floor == 0;
    unsigned margin = limits->margin.is_known              ? limits->margin.value
                      : scale.floor == COUNT_NEED_DESKTOPS ? DESKTOP_MARGIN
                                                           : OTHER_MARGIN;
    unsigned early = scale.floor + margin < scale.cap ? scale.floor + margin : scale.cap;
    scale.warning = limits->warning;
    scale.critical = limits->critical;
    scale.is_own_warning = limits->warning.text[0] == '\0';
    scale.is_own_critical = limits->critical.text[0] == '\0';
    if (scale.is_own_warning && !scale.is_standby)
        scale.warning = range_from_minimum(early);
    if (scale.is_own_critical && !scale.is_standby)
        scale.critical = range_from_minimum(scale.has_floor ? scale.floor : COUNT_NEED_SERVERS);
    return scale;
}

static bool alerts(const struct range *range, unsigned count)
{
    return range->text[0] != '\0' && range_alerts(range, count);
}

/* What a count of clients is enough for: Microsoft's numbers, whatever floor is set. */
static bool serves_everybody(const struct kms_host *host)
{
    bool is_office = host->application == APPLICATION_OFFICE;
    return host->count.value >= (is_office ? (unsigned)COUNT_NEED_OFFICE : (unsigned)COUNT_NEED_DESKTOPS);
}

static bool serves_servers(const struct kms_host *host)
{
    return host->application == APPLICATION_WINDOWS && host->count.value >= COUNT_NEED_SERVERS;
}

/* Who is turned away when the count is too low for somebody. */
static const char *clients_of(const struct kms_host *host)
{
    return serves_servers(host) ? "desktops" : "clients";
}

/* Who needs a count of exactly the floor; NULL when nobody does. */
static const char *who_needs(enum application application, unsigned floor)
{
    if (application == APPLICATION_OFFICE)
        return floor == COUNT_NEED_OFFICE ? "clients" : NULL;
    return floor == COUNT_NEED_DESKTOPS ? "desktops" : floor == COUNT_NEED_SERVERS ? "servers" : NULL;
}

/* "desktops need 25", "floor is 12". */
static const char *need_words(struct judging *judging, enum application application, unsigned floor)
{
    const char *who = who_needs(application, floor);
    return who == NULL ? report_format(judging->report, "floor is %u", floor)
                       : report_format(judging->report, "%s need %u", who, floor);
}

static const char *impact_of_count(const struct kms_host *host)
{
    bool is_office = host->application == APPLICATION_OFFICE;
    if (serves_everybody(host))
        return is_office ? "none on clients yet. Below 5 new Office clients get 0xC004F038"
                         : "none on clients yet. Below 25 new desktops get 0xC004F038, below 5 servers too";
    if (is_office)
        return "Office clients that meet this host get 0xC004F038, they need 5";
    return serves_servers(host)
               ? "none on servers yet. Desktops that meet this host get 0xC004F038, they need 25"
               : "clients that meet this host get 0xC004F038, servers need 5, desktops 25";
}

static const struct advice low_count_advice = {
    .cause =
        "entries leave 30 days after the last contact: some clients call another KMS host, moved to Active "
        "Directory activation, are switched off, or are clones with one client machine ID",
    .steps = {"compare the counts of all KMS hosts: the count is not shared between them",
              "are all SRV records of _vlmcs._tcp wanted ones: a further host takes clients away",
              "clones: compare CMID in slmgr.vbs /dlv, cure with slmgr.vbs /rearm and restart",
              "fewer machines for good: lower the floor, or use Active Directory activation"},
    .step_count = 4,
    .side = "kms-host"};

/* Below the floor, and somebody is turned away. */
static void describe_low(struct judging *judging, struct finding *finding, const struct kms_host *host,
                         const struct count_scale *scale)
{
    struct report *report = judging->report;
    unsigned count = host->count.value;
    const char *application = application_name(host->application), *who = clients_of(host);
    finding->explanation = judging_explain(judging, count_too_low, SITUATION_KMS_HOST);
    if (finding->explanation == NULL)
        return;
    const char *brief = finding->explanation->brief;
    finding->text = report_format(report, "%u of %u needed, cap %u, %s see 0xC004F038", count, scale->floor,
                                  scale->cap, who);
    finding->headline =
        scale->has_floor
            ? report_format(report, "%s count %u, %s: new %s get 0xC004F038 %s%s", application, count,
                            need_words(judging, host->application, scale->floor), who, brief,
                            serves_servers(host) ? ". Servers (need 5) not affected" : "")
            : report_format(report, "%s count %u, servers need 5, desktops 25: new %s get 0xC004F038 %s",
                            application, count, who, brief);
    finding->impact =
        report_format(report,
                      "new or expired %s stay unactivated. Those renewed this week stay licensed until "
                      "about %s",
                      who, judging_date(judging, LEASE_AFTER_A_WEEK_MINUTES));
}

/* No floor is given, and the count is enough for one half of the clients. */
static void describe_half(struct judging *judging, struct finding *finding, const struct kms_host *host,
                          const struct count_scale *scale)
{
    finding->text =
        report_format(judging->report, "%u of %u needed, cap %u, enough for servers, desktops see 0xC004F038",
                      (unsigned)host->count.value, scale->floor, scale->cap);
    finding->headline = report_format(
        judging->report, "%s count %u: enough for servers, not for desktops, set --floor=5 or 25",
        application_name(host->application), (unsigned)host->count.value);
    finding->impact = "desktops that meet this host get 0xC004F038. Servers activate";
    finding->advice = (struct advice) {
        .steps = {"only servers use this host: --floor=5", "desktops use it: --floor=25",
                  "kms-explain 0xC004F038 says what the desktops see and how to raise the count"},
        .step_count = 3,
        .side = "monitoring"};
}

static void describe_thin(struct judging *judging, struct finding *finding, const struct kms_host *host,
                          const struct count_scale *scale)
{
    struct report *report = judging->report;
    unsigned count = host->count.value, margin = count - scale->floor;
    const char *who = who_needs(host->application, scale->floor);
    finding->advice = low_count_advice;
    finding->text = report_format(report, "%u of %u needed, warns below %.0f, cap %u", count, scale->floor,
                                  scale->warning.start, scale->cap);
    finding->headline =
        report_format(report, "%s count %u, %s, margin %u", application_name(host->application), count,
                      need_words(judging, host->application, scale->floor), margin);
    finding->impact =
        who == NULL
            ? impact_of_count(host)
            : report_format(report,
                            "none yet. When %u more machine%s away for 30 days, new %s get 0xC004F038",
                            margin + 1, margin == 0 ? " stays" : "s stay", who);
}

/* Outside a range of the user's, or below a floor of his that no client asks for. */
static void describe_threshold(struct judging *judging, struct finding *finding, const struct kms_host *host,
                               const struct count_scale *scale, const struct range *range)
{
    struct report *report = judging->report;
    unsigned count = host->count.value;
    finding->advice = low_count_advice;
    finding->text =
        report_format(report, "%u, limit %s, floor %u, cap %u", count, range->text, scale->floor, scale->cap);
    finding->headline = range->has_start && !range->has_end && !range->alerts_inside
                            ? report_format(report, "%s count %u, below the limit of %.0f",
                                            application_name(host->application), count, range->start)
                            : report_format(report, "%s count %u, outside the limits %s",
                                            application_name(host->application), count, range->text);
    finding->impact = impact_of_count(host);
}

static void describe_enough(struct judging *judging, struct finding *finding, const struct kms_host *host,
                            const struct count_scale *scale)
{
    struct report *report = judging->report;
    unsigned count = host->count.value;
    const char *application = application_name(host->application);
    const char *need = need_words(judging, host->application, scale->floor);
    if (scale->is_standby) {
        bool has_limit = scale->warning.text[0] != '\0' || scale->critical.text[0] != '\0';
        finding->text =
            report_format(report, "%u, standby host (floor 0)%s", count, has_limit ? "" : ", never alerts");
        finding->headline = report_format(report, "%s count %u, standby", application, count);
    } else if (count < scale->floor && !serves_everybody(host)) { /* the user's limits allow it */
        finding->text = report_format(report, "%u of %u needed, cap %u, %s see 0xC004F038", count,
                                      scale->floor, scale->cap, clients_of(host));
        finding->headline = report_format(report, "%s count %u, within the limits that were set, though %s",
                                          application, count, need);
    } else if (count == scale->cap) {
        finding->text = report_format(report,
                                      "%u of %u needed, the count is at its cap of %u, which says nothing "
                                      "about requests today",
                                      count, scale->floor, scale->cap);
        finding->headline = report_format(report, "%s count %u (cap), %s", application, count, need);
    } else {
        finding->text = report_format(report, "%u of %u needed, cap %u%s", count, scale->floor, scale->cap,
                                      host->application == APPLICATION_WINDOWS && count == 10
                                          ? " (10 as long as only servers call)"
                                          : "");
        finding->headline = report_format(report, "%s count %u, %s", application, count, need);
    }
}

static bool is_activated(const struct kms_host *host)
{
    return host->license->status.is_known && host->license->status.value == LICENSE_LICENSED;
}

/* A host that is not activated counts nobody: the license is the matter, and has a finding of its own. */
static void describe_consequence(struct judging *judging, struct finding *finding,
                                 const struct kms_host *host, const struct count_scale *scale)
{
    finding->subject = judging_product(host->license);
    finding->text =
        report_format(judging->report,
                      "%u of %u needed, cap %u, clients will see 0xC004F038 when the host key is activated",
                      (unsigned)host->count.value, scale->floor, scale->cap);
    finding->impact = "none of its own, see host-license";
    finding->urgency = URGENCY_DAY;
    finding->advice =
        (struct advice) {.steps = {"activate the host key first, then clients are counted as they call"},
                         .step_count = 1,
                         .side = "kms-host"};
}

static void judge_known_count(struct judging *judging, const struct kms_host *host,
                              const struct count_scale *scale)
{
    unsigned count = host->count.value;
    bool is_critical = alerts(&scale->critical, count), is_warning = alerts(&scale->warning, count);
    enum state own = is_critical ? STATE_CRITICAL : is_warning ? STATE_WARNING : STATE_OK;
    struct finding *finding = own == STATE_OK ? judging_state(judging, HOST_COUNT, STATE_OK)
                                              : judging_fire(judging, HOST_COUNT, own);
    if (finding == NULL)
        return;
    if (own != STATE_OK && count < scale->floor && !is_activated(host) &&
        !rule_is_off(judging->wishes, HOST_LICENSE)) {
        describe_consequence(judging, finding, host, scale);
        return;
    }
    bool is_own = is_critical ? scale->is_own_critical : scale->is_own_warning;
    bool is_half_enough = !scale->has_floor && serves_servers(host);
    finding->subject = judging_product(host->license);
    finding->urgency = is_critical ? URGENCY_DAY : URGENCY_WEEK;
    if (own == STATE_OK)
        describe_enough(judging, finding, host, scale);
    else if (count < scale->floor && !serves_everybody(host) && is_half_enough && is_own)
        describe_half(judging, finding, host, scale);
    else if (count < scale->floor && !serves_everybody(host))
        describe_low(judging, finding, host, scale);
    else if (is_own && count >= scale->floor)
        describe_thin(judging, finding, host, scale);
    else
        describe_threshold(judging, finding, host, scale, is_critical ? &scale->critical : &scale->warning);
}

static void judge_count_none(struct judging *judging, const struct kms_host *host,
                             const struct count_scale *scale)
{
    struct finding *finding =
        judging_fire(judging, HOST_COUNT_NONE, scale->is_standby ? STATE_OK : STATE_WARNING);
    if (finding == NULL)
        return;
    finding->subject = judging_product(host->license);
    finding->text =
        scale->is_standby ? "no client has ever called, standby host" : "no client has ever called this host";
    finding->headline =
        report_format(judging->report, "no %s client has ever called", application_name(host->application));
    if (finding->state == STATE_OK)
        return;
    finding->impact =
        host->application == APPLICATION_OFFICE
            ? "none on clients of other hosts. This host activates no Office before 5 clients call"
            : "none on clients of other hosts. This host activates no server before 5 clients call, no "
              "desktop before 25";
    finding->urgency = URGENCY_WEEK;
    finding->advice = (struct advice) {
        .steps = {"a new host: is its SRV record published, nslookup -type=srv _vlmcs._tcp.DOMAIN",
                  "is the firewall rule Key Management Service (TCP-In) enabled: it is off by default",
                  "from a client: Test-NetConnection KMSHOST -Port 1688"},
        .step_count = 3,
        .side = "kms-host"};
}

static void add_metrics(struct judging *judging, const struct kms_host *host, const struct count_scale *scale)
{
    bool is_office = host->application == APPLICATION_OFFICE;
    report_add_metric(judging->report, &(struct metric) {.label = is_office ? "count_office" : "count",
                                                         .value = host->count.value,
                                                         .unit = "",
                                                         .warning = scale->warning,
                                                         .critical = scale->critical,
                                                         .has_minimum = true,
                                                         .has_maximum = true,
                                                         .maximum = scale->cap});
    struct metric headroom = {.label = is_office ? "count_headroom_office" : "count_headroom",
                              .value = (double)host->count.value - scale->floor,
                              .unit = ""};
    if (scale->has_floor)
        headroom.critical = range_from_minimum(0);
    report_add_metric(judging->report, &headroom);
}

void judge_count(struct judging *judging, const struct kms_host *host, const struct count_limits *limits)
{
    struct count_scale scale = scale_of(host->application, limits);
    if (host->is_count_none) {
        judge_count_none(judging, host, &scale);
    } else if (!host->count.is_known) {
        judging_missing(judging, HOST_COUNT, host->license, application_name(host->application),
                        "KeyManagementServiceCurrentCount");
    } else {
        judge_known_count(judging, host, &scale);
        add_metrics(judging, host, &scale);
    }
}
