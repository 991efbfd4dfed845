/* SPDX-License-Identifier: MIT */
/* Presence: listening first, then who it is. */
#include "judge/host_presence.h"

static const char no_answer_sockets[] = "neither tcpConnTable nor tcpListenerTable answered";
static const char no_answer_processes[] = "neither hrSWRunTable nor svSvcTable answered";
static const char cut_sockets[] = "neither tcpConnTable nor tcpListenerTable answered to its end";
static const char impact_no_listener[] =
    "clients that pick this host fail, other KMS hosts work. Activated clients are not touched";

static const char *lacking_sockets(const struct presence *presence)
{
    return presence->listening_words != NULL ? cut_sockets : no_answer_sockets;
}

/* One of them may have no words. */
static const char *both_words(struct judging *judging, const struct presence *presence)
{
    const char *listening = presence->listening_words, *running = presence->running_words;
    return report_format(judging->report, "%s%s%s", listening != NULL ? listening : "",
                         listening != NULL && running != NULL ? ", " : "", running != NULL ? running : "");
}

static void judge_present(struct judging *judging, const struct presence *presence)
{
    struct finding *finding = judging_state(judging, HOST_PRESENCE, STATE_OK);
    if (finding == NULL)
        return;
    finding->text =
        report_format(judging->report, "%s: presence only, count unknown", both_words(judging, presence));
    finding->headline = "listening, sppsvc runs: presence only, count unknown";
}

static const struct advice idle_service_advice = {
    .cause = "sppsvc listens only with an active host key: it was replaced or is not activated. Or another "
             "port was set",
    .steps = {"on the host: slmgr.vbs /dlv shows the host key, its license status and the port it listens on",
              "no host key: its owner installs it again, slmgr.vbs /ipk KMS-HOST-KEY, slmgr.vbs /ato",
              "restart the service Software Protection (sppsvc)"},
    .step_count = 3,
    .side = "kms-host"};

static const struct advice no_service_advice = {
    .cause = "the service Software Protection (sppsvc) is stopped, or this machine is no KMS host any more",
    .steps = {"on the host: what does the System log say about the end of sppsvc, then start it: net start "
              "sppsvc",
              "is a host key installed and activated: slmgr.vbs /dlv",
              "until then take its SRV record out of DNS"},
    .step_count = 3,
    .side = "kms-host"};

static void judge_no_listener(struct judging *judging, const struct presence *presence)
{
    struct finding *finding = judging_fire(judging, HOST_PRESENCE, STATE_CRITICAL);
    if (finding == NULL)
        return;
    bool is_running = presence->is_running.is_known && presence->is_running.value;
    finding->text = both_words(judging, presence);
    finding->headline =
        is_running ? "not listening on the KMS port, though sppsvc runs" : "not listening on the KMS port";
    finding->impact = impact_no_listener;
    finding->urgency = URGENCY_DAY;
    finding->advice = is_running ? idle_service_advice : no_service_advice;
}

static void judge_not_seen(struct judging *judging, const struct presence *presence)
{
    struct finding *finding = judging_fire(judging, HOST_PRESENCE, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->text = both_words(judging, presence);
    finding->headline = "listening on the KMS port, but sppsvc is not seen";
    finding->impact = "what answers clients may be no KMS host, and then they do not activate";
    finding->urgency = URGENCY_WEEK;
    finding->advice = (struct advice) {
        .cause = "another program listens, or the service has another name in the language of this Windows",
        .steps = {"on the host: netstat -ano shows the process id of the listener, tasklist its name",
                  "another language: give the display name of the service with --service-name",
                  "check_kms_reach shows what answers on the port"},
        .step_count = 3,
        .side = "kms-host"};
}

static void judge_other_listener(struct judging *judging, const struct presence *presence)
{
    struct finding *finding = judging_fire(judging, HOST_PRESENCE, STATE_WARNING);
    if (finding == NULL)
        return;
    bool is_beside = presence->is_listener_licensing.value;
    finding->text =
        report_format(judging->report, "%s: %s",
                      is_beside ? "a process listens beside sppsvc.exe" : "the listener is not sppsvc.exe",
                      both_words(judging, presence));
    finding->headline = is_beside ? "another process beside sppsvc listens on the KMS port"
                                  : "another process than sppsvc listens on the KMS port";
    finding->impact = "what answers clients is not the KMS of Windows, it may be a forged one";
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {
        .steps = {"on the host: whose is the process, tasklist /svc shows its services",
                  "remove what does not belong there, then restart the service Software Protection (sppsvc)"},
        .step_count = 2,
        .side = "kms-host"};
}

static void judge_loopback(struct judging *judging, const struct presence *presence)
{
    struct finding *finding = judging_fire(judging, HOST_PRESENCE, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->headline = "listens on its loopback address only: no client reaches it";
    finding->text =
        report_format(judging->report, "%s, seen: %s", finding->headline, both_words(judging, presence));
    finding->impact = impact_no_listener;
    finding->urgency = URGENCY_DAY;
    finding->advice = (struct advice) {
        .cause = "another program listens there, a forwarding of ports for example, or sppsvc is bound to it",
        .steps = {"on the host: netstat -ano shows the process id of the listener, tasklist its name",
                  "slmgr.vbs /dlv shows the port on which sppsvc listens",
                  "check_kms_reach from another machine shows whether the port answers"},
        .step_count = 3,
        .side = "kms-host"};
}

/* Without sppsvc there is no KMS, whoever listens. */
static void judge_stopped(struct judging *judging, const struct presence *presence)
{
    struct finding *finding = judging_fire(judging, HOST_PRESENCE, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->text = report_format(judging->report, "%s, and %s", both_words(judging, presence),
                                  lacking_sockets(presence));
    finding->headline = "sppsvc is not seen, whether the KMS port is open is unknown";
    finding->impact = impact_no_listener;
    finding->urgency = URGENCY_DAY;
    finding->advice = no_service_advice;
}

static void judge_unknown(struct judging *judging, const struct presence *presence)
{
    struct report *report = judging->report;
    struct finding *finding = judging_state(judging, HOST_PRESENCE, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    bool lacks_sockets = !presence->is_listening.is_known, lacks_processes = !presence->is_running.is_known;
    const char *lacking = report_format(report, "%s%s%s", lacks_sockets ? lacking_sockets(presence) : "",
                                        lacks_sockets && lacks_processes ? ", " : "",
                                        lacks_processes ? no_answer_processes : "");
    const char *known = both_words(judging, presence);
    finding->text = report_format(report, "%s%s%s", lacking, known[0] != '\0' ? ", seen: " : "", known);
    finding->headline = report_format(report, "presence unknown: %s", lacking);
    finding->impact = "says nothing about this KMS host, the agent left out what is needed";
    finding->advice = (struct advice) {
        .steps = {"compare with snmpwalk: the view of this community must cover .1.3.6.1.2.1 and "
                  ".1.3.6.1.4.1.77",
                  "use an agent that knows licenses, see --agent"},
        .step_count = 2,
        .side = "monitoring"};
}

static bool is_given(const struct count_limits *limits)
{
    return limits->warning.text[0] != '\0' || limits->critical.text[0] != '\0' ||
           (limits->floor.is_known && limits->floor.value > 0);
}

static void judge_no_count(struct judging *judging)
{
    struct finding *finding = judging_state(judging, HOST_COUNT, STATE_UNKNOWN);
    if (finding == NULL)
        return;
    finding->text = "this agent knows no count: the floor or limit that was given cannot be compared";
    finding->headline = "the count cannot be compared, this agent knows none";
    finding->impact = "the count that was asked for is not watched";
    finding->advice = (struct advice) {
        .steps = {"leave out the floor and the limits of the count, or use an agent that knows licenses, see "
                  "--agent"},
        .step_count = 1,
        .side = "monitoring"};
}

void judge_host_presence(struct judging *judging, const struct presence *presence,
                         const struct host_limits *limits)
{
    bool knows_listening = presence->is_listening.is_known, knows_running = presence->is_running.is_known;
    if (knows_listening && !presence->is_listening.value)
        judge_no_listener(judging, presence);
    else if (knows_listening &&
             (presence->has_foreign_listener ||
              (presence->is_listener_licensing.is_known && !presence->is_listener_licensing.value)))
        judge_other_listener(judging, presence);
    else if (knows_listening && presence->is_loopback_only)
        judge_loopback(judging, presence);
    else if (knows_listening && knows_running && presence->is_running.value)
        judge_present(judging, presence);
    else if (knows_listening && knows_running)
        judge_not_seen(judging, presence);
    else if (knows_running && !presence->is_running.value)
        judge_stopped(judging, presence);
    else
        judge_unknown(judging, presence);
    if (is_given(&limits->by_application[APPLICATION_WINDOWS]) ||
        is_given(&limits->by_application[APPLICATION_OFFICE]))
        judge_no_count(judging);
}
