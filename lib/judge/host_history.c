/* SPDX-License-Identifier: MIT */
/* Request counters between two runs.  The counters are cumulative and 32 bits wide; Microsoft documents the
 * total as valid requests and the failed ones apart, and does not say whether one contains the other, so a
 * share is computed over the largest sum and called "at most". */
#include "judge/host_history.h"

#include "base/number.h"

#include <stdint.h>

enum {
    FAILED_MINIMUM = 10, /* fewer failures are no pattern */
    FAILED_SHARE_PERCENT = 25,
    IDLE_DAYS = 4,                /* a long weekend */
    IDLE_DAYS_TIMES_CLIENTS = 64, /* nine renewal intervals of a host with N clients, about */
    SECONDS_A_DAY = 86400
};

enum counter {
    COUNTER_TOTAL,
    COUNTER_FAILED,
    COUNTER_UNLICENSED,
    COUNTER_LICENSED,
    COUNTER_OOB_GRACE,
    COUNTER_OOT_GRACE,
    COUNTER_NON_GENUINE,
    COUNTER_NOTIFICATION,
    COUNTER_COUNT
};

static const char *const labels[2][COUNTER_COUNT] = {
    [APPLICATION_WINDOWS] = {"requests_total", "requests_failed", "requests_unlicensed", "requests_licensed",
                             "requests_oob_grace", "requests_oot_grace", "requests_non_genuine",
                             "requests_notification"},
    [APPLICATION_OFFICE] = {"requests_total_office", "requests_failed_office", "requests_unlicensed_office",
                            "requests_licensed_office", "requests_oob_grace_office",
                            "requests_oot_grace_office", "requests_non_genuine_office",
                            "requests_notification_office"}};

static struct known_number counter_value(const struct kms_requests *requests, enum counter counter)
{
    switch (counter) {
    case COUNTER_TOTAL:
        return requests->total;
    case COUNTER_FAILED:
        return requests->failed;
    case COUNTER_UNLICENSED:
        return requests->unlicensed;
    case COUNTER_LICENSED:
        return requests->licensed;
    case COUNTER_OOB_GRACE:
        return requests->initial_grace;
    case COUNTER_OOT_GRACE:
        return requests->additional_grace;
    case COUNTER_NON_GENUINE:
        return requests->non_genuine;
    case COUNTER_NOTIFICATION:
        return requests->notification;
    case COUNTER_COUNT:
        break;
    }
    return (struct known_number) {0};
}

/* How much each counter grew. */
struct growth {
    bool is_known[COUNTER_COUNT];
    double by[COUNTER_COUNT];
    bool has_reset, has_any, has_moved;
};

static struct growth growth_since(const struct kms_host *host, struct span previous)
{
    struct growth growth = {0};
    for (enum counter counter = COUNTER_TOTAL; counter < COUNTER_COUNT; counter++) {
        struct known_number now = counter_value(host->requests, counter);
        double before;
        if (!now.is_known || !metric_find(previous, labels[host->application][counter], &before))
            continue;
        growth.is_known[counter] = growth.has_any = true;
        growth.by[counter] = now.value - before;
        growth.has_reset |= now.value < before;
        growth.has_moved |= now.value > before;
    }
    return growth;
}

static const char *suffix(const struct kms_host *host)
{
    return host->application == APPLICATION_OFFICE ? "Office " : "";
}

static void say_skipped(struct judging *judging, const struct kms_host *host, enum host_rule rule,
                        const char *why)
{
    struct finding *finding = judging_state(judging, rule, STATE_OK);
    if (finding == NULL)
        return;
    finding->subject = judging_product(host->license);
    finding->text = report_format(judging->report, "not compared with the previous run: %s", why);
}

static void judge_failed_share(struct judging *judging, const struct kms_host *host,
                               const struct growth *growth)
{
    if (!growth->is_known[COUNTER_TOTAL] || !growth->is_known[COUNTER_FAILED]) {
        say_skipped(judging, host, HOST_FAILED_SHARE, "total or failed requests are not in both runs");
        return;
    }
    double by_status = 0;
    bool has_all = true, status_grew = false;
    for (enum counter counter = COUNTER_UNLICENSED; counter < COUNTER_COUNT; counter++) {
        by_status += growth->by[counter];
        has_all &= growth->is_known[counter];
        status_grew |= growth->by[counter] > 0;
    }
    double failed = growth->by[COUNTER_FAILED], all = growth->by[COUNTER_TOTAL];
    bool nothing_succeeded = has_all && !status_grew && all <= failed;
    all = by_status > all ? by_status : all;
    all = failed > all ? failed : all;
    double share = all > 0 ? failed * 100 / all : 0;
    bool fires = failed >= FAILED_MINIMUM && share >= FAILED_SHARE_PERCENT;
    enum state own = !fires ? STATE_OK : nothing_succeeded ? STATE_CRITICAL : STATE_WARNING;
    struct finding *finding = fires ? judging_fire(judging, HOST_FAILED_SHARE, own)
                                    : judging_state(judging, HOST_FAILED_SHARE, STATE_OK);
    if (finding == NULL)
        return;
    struct report *report = judging->report;
    finding->subject = judging_product(host->license);
    finding->text =
        report_format(report, "%.0f of %.0f %srequests failed since the previous run (at most %.0f %%)",
                      failed, all, suffix(host), share);
    if (!fires)
        return;
    finding->headline =
        nothing_succeeded
            ? report_format(report, "no %srequest succeeded since the previous run, %.0f failed",
                            suffix(host), failed)
            : report_format(report, "at most %.0f %% of %srequests failed since the previous run", share,
                            suffix(host));
    finding->impact = "the clients behind these requests do not get activated";
    finding->urgency = nothing_succeeded ? URGENCY_NOW : URGENCY_DAY;
    finding->advice = (struct advice) {.cause = "products that the host key does not cover (0xC004F042), "
                                                "clocks that differ (0xC004F06C), or foreign tools",
                                       .steps = {"on the host, log Key Management Service: the first value "
                                                 "of event 12290 is the code, the third the client",
                                                 "kms-explain CODE says what to do"},
                                       .step_count = 2,
                                       .side = "kms-host"};
}

static void judge_idle(struct judging *judging, const struct kms_host *host, double idle_seconds)
{
    bool has_clients = host->count.is_known && host->count.value > 0;
    double allowed_days = IDLE_DAYS;
    if (has_clients && IDLE_DAYS_TIMES_CLIENTS / (double)host->count.value > allowed_days)
        allowed_days = IDLE_DAYS_TIMES_CLIENTS / (double)host->count.value;
    bool fires = has_clients && idle_seconds > allowed_days * SECONDS_A_DAY;
    struct finding *finding =
        fires ? judging_fire(judging, HOST_IDLE, STATE_WARNING) : judging_state(judging, HOST_IDLE, STATE_OK);
    if (finding == NULL)
        return;
    struct report *report = judging->report;
    finding->subject = judging_product(host->license);
    const char *last = idle_seconds > 0 ? report_format(report, "no request seen for %.1f days",
                                                        idle_seconds / SECONDS_A_DAY)
                                        : "requests came since the previous run";
    finding->text = has_clients ? report_format(report, "%s, alerts above %.1f days", last, allowed_days)
                                : report_format(report, "%s, not judged while the count is 0 or none", last);
    if (!fires)
        return;
    finding->headline =
        report_format(report, "no %srequest for %.1f days", suffix(host), idle_seconds / SECONDS_A_DAY);
    finding->impact =
        "clients may not reach this host: they stay licensed 180 days after their last renewal, the "
        "count falls after 30";
    finding->advice =
        (struct advice) {.steps = {"from a client network: Test-NetConnection KMSHOST -Port 1688",
                                   "is the SRV record there: nslookup -type=srv _vlmcs._tcp.DOMAIN",
                                   "on a client: slmgr.vbs /ato, then read event 12288"},
                         .step_count = 3,
                         .side = "network"};
}

static void compare(struct judging *judging, const struct kms_host *host, const struct host_limits *limits)
{
    struct span previous = span_of(limits->previous);
    bool is_office = host->application == APPLICATION_OFFICE;
    struct span time = span_of(limits->previous_time);
    uint64_t before = 0;
    struct growth growth = growth_since(host, previous);
    if (time.length == 0) {
        say_skipped(judging, host, HOST_IDLE, "--previous-time is missing");
        return;
    }
    if (!number_parse_unsigned(time, &before)) {
        say_skipped(judging, host, HOST_IDLE, "--previous-time is no number of seconds since 1970");
        return;
    }
    if (before == 0) {
        say_skipped(judging, host, HOST_IDLE, "--previous-time is 0, there was no previous run");
        return;
    }
    int64_t elapsed = before <= (uint64_t)judging->now ? judging->now - (int64_t)before : -1;
    if (elapsed < 0) {
        say_skipped(judging, host, HOST_IDLE, "--previous-time lies in the future");
        return;
    }
    if (!growth.has_any) {
        say_skipped(judging, host, HOST_IDLE, "no request counters in --previous or in the document");
        return;
    }
    if (growth.has_reset) {
        say_skipped(judging, host, HOST_IDLE, "a counter fell, the host was set up anew");
        return;
    }
    double idle = 0;
    if (!growth.has_moved) {
        if (!metric_find(previous, is_office ? "idle_office" : "idle", &idle) || idle < 0)
            idle = 0;
        idle += (double)elapsed;
    }
    judge_failed_share(judging, host, &growth);
    judge_idle(judging, host, idle);
    report_add_metric(
        judging->report,
        &(struct metric) {.label = is_office ? "idle_office" : "idle", .value = idle, .unit = "s"});
}

void judge_history(struct judging *judging, const struct kms_host *host, const struct host_limits *limits)
{
    for (enum counter counter = COUNTER_TOTAL; counter < COUNTER_COUNT; counter++) {
        struct known_number value = counter_value(host->requests, counter);
        if (value.is_known)
            report_add_metric(judging->report, &(struct metric) {.label = labels[host->application][counter],
                                                                 .value = value.value,
                                                                 .unit = "c"});
    }
    if (limits->previous != NULL && limits->previous[0] != '\0')
        compare(judging, host, limits);
}
