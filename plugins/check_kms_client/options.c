/* SPDX-License-Identifier: MIT */
/* What check_kms_client can be told. */
#include "judge/judge_client.h"

#include "check_kms_client/config.h"

#define CONFIG struct check_kms_client_config

static const struct option_choice methods[] = {{"kms", METHOD_KMS, NULL},
                                               {"ad", METHOD_AD, "Active Directory-based activation"},
                                               {"mak", METHOD_MAK, NULL},
                                               {"any", METHOD_ANY_OF_THEM, "one of these three"},
                                               {NULL, 0, NULL}};

static const struct option limits[] = {
    {OPTION_INTO_RANGE(CONFIG, warning), .letter = 'w', .name = "warning", .placeholder = "RANGE",
     .summary = "days left of a KMS or AD lease (default by the last renewal, 165:)",
     .detail = "Without it the rule lease warns when the last renewal is older than two renewal intervals "
               "and a day, "
               "which is below 165 days left at the usual 7 days. Laptops that are away for long: 120:. "
               "Replaces the "
               "warning limit of this rule only.",
     .is_low_bad = true},
    {OPTION_INTO_RANGE(CONFIG, critical), .letter = 'c', .name = "critical", .placeholder = "RANGE",
     .summary = "days left of a KMS or AD lease (default 30:)", .is_low_bad = true},
    {OPTION_INTO_TEXTS(CONFIG, expected_hosts), .name = "expect", .placeholder = "HOST[:PORT]",
     .summary = "the KMS hosts that the machine may use; another one is WARNING",
     .detail = "The whole name or the address as the machine reports it, case and a final dot do not count. "
               "A machine that does not report its KMS host is not judged by this. A machine "
               "that uses "
               "itself as KMS host is WARNING in any case."},
    {OPTION_INTO_CHOICE(CONFIG, required_method), .name = "require", .placeholder = "METHOD",
     .summary = "how the operating system is to be activated; else WARNING", .choices = methods},
};

static const struct option_group groups[] = {
    AGENT_GROUP(CONFIG, agent),
    AGENT_HTTP_GROUP(CONFIG, agent),
    AGENT_SNMP_GROUP(CONFIG, agent),
    {"Limits", limits, sizeof limits / sizeof limits[0], 0},
    OUTPUT_GROUP,
};

static const struct metric_description metrics[] = {
    {"lease_days", "days",
     "what is left of the shortest license with an end, rounded down; 0.0 when a KMS or AD "
     "client has none; absent when everything is permanent"},
    {"lease_age_days", "days", "time since the last renewal of a running KMS or AD lease"},
    {"lease_days_windows, lease_days_office", "days", "the same as lease_days for each of the two"},
    {"grace_minutes", "minutes", "what is left of the shortest grace period"},
    {"products", "", "products that were judged"},
    {"products_failing", "", "those of them whose license is not OK"},
    {"time", "s", "duration of the run"},
};

static const struct option_example examples[] = {
    {"check_kms_client --input=wks-025.txt",
     "A machine in Notification: exit 2, code and explanation in the alert."},
    {"check_kms_client --input=- -H wks-001", "The document comes on standard input."},
    {"check_kms_client --agent=exec -H wks-001 -- check_nrpe -H wks-001 -c kms_report",
     "A report script behind NRPE or NSClient++."},
    {"check_kms_client --agent=exec -H wks-001 -- ssh wks-001 cscript //NoLogo slmgr.vbs /dlv",
     "The same over SSH."},
    {"check_kms_client --agent=nscp -H srv-001 --password-file=/etc/kms-monitoring/nscp "
     "--pin=sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
     "NSClient++ with its own certificate, which is trusted by its key."},
    {"check_kms_client --agent=winrm -H srv-001.corp.example.com "
     "--keytab=/etc/kms-monitoring/monitoring.keytab --ca-cert=/etc/kms-monitoring/ca.pem",
     "WinRM, nothing installed on the machine, a login by Kerberos."},
    {"check_kms_client --agent=ifw -H wks-001 --user=kms --password-file=/etc/kms-monitoring/ifw "
     "--ca-cert=/var/lib/icinga2/certs/ca.crt",
     "Icinga for Windows with the certificate of the Icinga agent."},
    {"check_kms_client --agent=exporter -H wks-001 --max-age=26h",
     "windows_exporter with the metrics that a scheduled task writes."},
    {"check_kms_client --agent=snmp -H wks-001 -t 30s -U monitoring -a SHA-256 -x AES "
     "--authpasswd-file=/etc/kms-monitoring/auth --privpasswd-file=/etc/kms-monitoring/priv",
     "The output of a script behind extend kms of NET-SNMP, asked with SNMPv3."},
    {"check_kms_client --input=report.json --max-age=26h --product=windows --expect=kms01.corp.example.com,"
     "kms02.corp.example.com",
     "A report that a scheduled task writes once a day, Windows only, with the hosts that are planned."},
    {"check_kms_client --input=report.json --require=ad --rule=method=critical",
     "Everything is to be activated by Active Directory."},
    {"check_kms_client --input=laptop.json -w 120: -c 14:", "A laptop that is away for months."},
};

const struct program check_kms_client_program = {
    .name = "check_kms_client",
    .service = "KMS_CLIENT",
    .question = "Is this machine activated, is its renewal on time, and if not, why?",
    .description = "Judges what a Windows machine says about its licenses: Windows, Office and their "
                   "add-ons, activated by KMS, "
                   "Active Directory, MAK, AVMA, OEM or retail keys, and evaluation editions. An alert "
                   "carries the activation "
                   "code with its meaning, its cause, what to do and on which side.\n\n"
                   "The check only reads. It never activates anything. Mind that a query of the license data "
                   "on the machine may "
                   "wake its licensing service: every few hours is often enough.",
    .operands = "[-- PROGRAM [ARGUMENT]...]",
    .takes_program = true,
    .groups = groups,
    .group_count = sizeof groups / sizeof groups[0],
    .config_size = sizeof(CONFIG),
    .rules = client_rules,
    .rule_count = CLIENT_RULE_COUNT,
    .metrics = metrics,
    .metric_count = sizeof metrics / sizeof metrics[0],
    .examples = examples,
    .example_count = sizeof examples / sizeof examples[0],
};
