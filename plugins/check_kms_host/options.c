/* SPDX-License-Identifier: MIT */
/* What check_kms_host can be told. */
#include "judge/judge_host.h"

#include "check_kms_host/config.h"

#define CONFIG struct check_kms_host_config

static const struct option limits[] = {
    {OPTION_INTO_NUMBER(CONFIG, windows.floor), .name = "floor", .placeholder = "N",
     .summary = "the Windows count that clients of this host need: 25 desktops, 5 servers, 0 standby",
     .detail = "Below it the count is CRITICAL: clients see 0xC004F038. Without a floor a count from 5 to 24 "
               "is WARNING, "
               "because it is enough for servers and not for desktops. A standby host (0) never alerts on "
               "its count.",
     .minimum = 0, .maximum = COUNT_CAP_WINDOWS},
    {OPTION_INTO_NUMBER(CONFIG, windows.margin), .name = "margin", .placeholder = "N",
     .summary = "WARNING below floor plus margin (default 5 for a floor of 25, else 2)", .minimum = 0,
     .maximum = COUNT_CAP_WINDOWS},
    {OPTION_INTO_RANGE(CONFIG, windows.warning), .letter = 'w', .name = "warning", .placeholder = "RANGE",
     .summary = "client count, instead of floor plus margin: 30:",
     .detail = "For Windows, or for Office when it has the only host key. The count is 50 at most (Office "
               "10), so a "
               "higher limit is refused.",
     .is_low_bad = true},
    {OPTION_INTO_RANGE(CONFIG, windows.critical), .letter = 'c', .name = "critical", .placeholder = "RANGE",
     .summary = "client count, instead of the floor: 25:", .is_low_bad = true},
    {OPTION_INTO_NUMBER(CONFIG, office.floor), .name = "floor-office", .placeholder = "N",
     .summary = "the Office count that clients need (default 5)", .minimum = 0, .maximum = COUNT_CAP_OFFICE},
    {OPTION_INTO_NUMBER(CONFIG, office.margin), .name = "margin-office", .placeholder = "N",
     .summary = "WARNING below floor plus margin of Office (default 2)", .minimum = 0,
     .maximum = COUNT_CAP_OFFICE},
    {OPTION_INTO_RANGE(CONFIG, office.warning), .name = "warning-office", .placeholder = "RANGE",
     .summary = "Office count, instead of its floor plus margin", .is_low_bad = true},
    {OPTION_INTO_RANGE(CONFIG, office.critical), .name = "critical-office", .placeholder = "RANGE",
     .summary = "Office count, instead of its floor", .is_low_bad = true},
};

static const struct option memory[] = {
    {OPTION_INTO_TEXT(CONFIG, previous), .name = "previous", .placeholder = "PERFDATA",
     .summary = "performance data of the previous run, for failed requests and idle time",
     .detail = "Nagios: --previous=$SERVICEPERFDATA$ in single quotes. Nothing is kept by the plugin, the "
               "next run may "
               "come from another worker. Empty at the first run.",
     .may_be_empty = true},
    {OPTION_INTO_TEXT(CONFIG, previous_time), .name = "previous-time", .placeholder = "EPOCH",
     .summary = "when that run was, in seconds since 1970",
     .detail =
         "Nagios: --previous-time=$LASTSERVICECHECK$. What is no time is said, and the comparison left out.",
     .may_be_empty = true},
};

static const struct option_group groups[] = {
    AGENT_GROUP(CONFIG, agent),
    AGENT_HTTP_GROUP(CONFIG, agent),
    AGENT_SNMP_GROUP(CONFIG, agent),
    {"Limits", limits, sizeof limits / sizeof limits[0], 0},
    {"Compared with the previous run", memory, sizeof memory / sizeof memory[0], 0},
    OUTPUT_GROUP,
};

static const struct metric_description metrics[] = {
    {"count", "", "clients that called within 30 days, 50 at most"},
    {"count_headroom", "", "count minus the floor, minus 25 when none is given"},
    {"requests_total", "c", "requests since the host was set up"},
    {"requests_failed", "c", "those that were not valid"},
    {"requests_unlicensed, requests_licensed, requests_oob_grace, requests_oot_grace, requests_non_genuine, "
     "requests_notification",
     "c", "requests by the license status that the client reported"},
    {"idle", "s", "time without a request, with --previous"},
    {"..._office", "", "the same for the host key of Office"},
    {"time", "s", "duration of the run"},
};

static const struct option_example examples[] = {
    {"check_kms_host --input=kms01.txt --floor=25",
     "A host for desktops: CRITICAL below 25, WARNING below 30."},
    {"check_kms_host --input=- -H kms01 --floor=5 --margin=1",
     "A host for servers, the document on standard input."},
    {"check_kms_host --agent=exec -H kms01 --floor=25 -- check_nrpe -H kms01 -c kms_report",
     "A report script behind NRPE or NSClient++."},
    {"check_kms_host --input=kms02.json --floor=0", "A standby host."},
    {"check_kms_host --input=kms01.json --floor=25 --previous=requests_total=1680c "
     "--previous-time=1772438400",
     "With the memory that the monitoring system keeps."},
    {"check_kms_host --input=kms01.json -w 35: -c 25: --floor-office=5", "Limits of one's own for Windows."},
    {"check_kms_host --agent=nscp -H kms01 --command=kms_report --user=kms "
     "--password-file=/etc/kms-monitoring/nscp "
     "--ca-cert=/etc/kms-monitoring/ca.pem --floor=25",
     "The report script behind NSClient++: the account needs the right to run commands, and none to send "
     "queries."},
    {"check_kms_host --agent=winrm -H kms01.corp.example.com --auth=basic --user=monitoring "
     "--password-file=/etc/kms-monitoring/winrm --ca-cert=/etc/kms-monitoring/ca.pem",
     "WinRM with a local account where Basic is enabled."},
    {"check_kms_host --agent=snmp-windows -H kms01 --community-file=/etc/kms-monitoring/community",
     "The SNMP service of Windows: whether somebody listens on 1688 and the licensing service runs, no "
     "more."},
};

const struct program check_kms_host_program = {
    .name = "check_kms_host",
    .service = "KMS_HOST",
    .question = "Is this KMS host able to activate clients: its license, its count, its requests?",
    .description = "Judges what a KMS host says about itself: is it one, is its own license in order, does "
                   "its count reach what "
                   "clients need, do requests come and succeed. Windows and Office host keys on one machine "
                   "are judged apart.\n\n"
                   "The check only reads. It never sends an activation request, which would register a "
                   "client and change the "
                   "very count that is watched.",
    .operands = "[-- PROGRAM [ARGUMENT]...]",
    .takes_program = true,
    .groups = groups,
    .group_count = sizeof groups / sizeof groups[0],
    .config_size = sizeof(CONFIG),
    .rules = host_rules,
    .rule_count = HOST_RULE_COUNT,
    .metrics = metrics,
    .metric_count = sizeof metrics / sizeof metrics[0],
    .examples = examples,
    .example_count = sizeof examples / sizeof examples[0],
};
