/* SPDX-License-Identifier: MIT */
/* What check_kms_reach can be told. */
#include "judge/judge_reach.h"

#include "check_kms_reach/config.h"

#define CONFIG struct check_kms_reach_config

static const struct option_choice depths[] = {
    {"tcp", PROBE_TCP, "connect, nothing is sent: an open port is not yet KMS"},
    {"bind", PROBE_BIND, "RPC bind of the KMS interface"},
    {"decoy", PROBE_DECOY, "the same with an invented interface beside it, which Windows refuses"},
    {NULL, 0, NULL}};

static const struct option targets[] = {
    {OPTION_INTO_TEXTS(CONFIG, domains), .letter = 'D', .name = "domain", .placeholder = "DOMAIN",
     .summary = "ask DNS for the KMS hosts of this domain: SRV of _vlmcs._tcp.DOMAIN",
     .detail = "The name is absolute, no search list is used. Every target that the records name is tried."},
    {OPTION_INTO_TEXTS(CONFIG, hosts), .letter = 'H', .name = "hostname", .placeholder = "HOST[:PORT]",
     .summary = "try this KMS host, as clients do that are fixed to it",
     .detail =
         "A name or an address, an IPv6 address with a port in brackets. A name is looked up as programs of "
         "this machine do it, or as it stands at --dns-server. All of these together count as one zone."},
    {OPTION_INTO_NUMBER(CONFIG, port), .letter = 'p', .name = "port", .placeholder = "PORT",
     .summary = "port of -H where it names none (default 1688); every SRV record must have it",
     .detail = "Without it the port of an SRV record is taken as it is.", .minimum = 1, .maximum = 65535},
    {OPTION_INTO_TEXTS(CONFIG, dns_servers), .name = "dns-server", .placeholder = "ADDRESS[:PORT]",
     .summary = "ask these DNS servers instead of those of this machine",
     .detail = "Name the servers of the clients. Every one is asked for the SRV records, and answers that "
               "differ are a WARNING; one that fails while another answers is listed and changes no state. "
               "Names of targets are asked of one after the other until one answers. Without it the servers "
               "of /etc/resolv.conf are asked in their order, and what they fail to answer is UNKNOWN."},
    {OPTION_INTO_FLAG(CONFIG, is_ipv4_only), .letter = '4', .name = "ipv4", .summary = "IPv4 addresses only"},
    {OPTION_INTO_FLAG(CONFIG, is_ipv6_only), .letter = '6', .name = "ipv6", .summary = "IPv6 addresses only"},
    {OPTION_INTO_CHOICE(CONFIG, depth), .name = "probe", .placeholder = "DEPTH",
     .summary = "how far each address is tried", .initial = "decoy", .choices = depths},
};

static const struct option limits[] = {
    {OPTION_INTO_TEXTS(CONFIG, expected), .name = "expect", .placeholder = "HOST[:PORT]",
     .summary = "the KMS hosts that SRV records may name: another one is CRITICAL, a missing one WARNING",
     .detail = "Whole names or addresses; case and a final dot do not count. A target that is planned by "
               "address may have no other one of that family. Without it any host may be named."},
    {OPTION_INTO_NUMBER(CONFIG, minimum_usable), .name = "min-usable", .placeholder = "N",
     .summary = "CRITICAL when a zone has fewer usable targets", .initial = "1", .minimum = 1,
     .maximum = 1000},
    {OPTION_INTO_RANGE(CONFIG, warning), .letter = 'w', .name = "warning", .placeholder = "RANGE",
     .summary = "seconds of connect and bind at the slowest usable address (no default)"},
    {OPTION_INTO_RANGE(CONFIG, critical), .letter = 'c', .name = "critical", .placeholder = "RANGE",
     .summary = "seconds of connect and bind at the slowest usable address (no default)"},
};

static const struct option_group groups[] = {
    {"What is tried", targets, sizeof targets / sizeof targets[0], 0},
    {"Limits", limits, sizeof limits / sizeof limits[0], 0},
    OUTPUT_GROUP,
};

static const struct metric_description metrics[] = {
    {"targets", "", "names and ports that were found or given, each once"},
    {"targets_usable", "", "those of them that have a usable address"},
    {"time_dns", "s", "from the first question to the last answer of DNS"},
    {"time_connect", "s", "the slowest TCP connection among the usable targets"},
    {"time_bind", "s", "the slowest bind among the usable targets"},
    {"time_probe", "s", "connection and bind together at the slowest usable address, what -w and -c judge"},
    {"time", "s", "duration of the run"},
};

static const struct option_example examples[] = {
    {"check_kms_reach -D corp.example.com",
     "What clients of this domain find, and whether they can talk to it."},
    {"check_kms_reach -D corp.example.com --dns-server=192.0.2.53,192.0.2.54 "
     "--expect=kms01.corp.example.com,kms02.corp.example.com",
     "Through the DNS servers of the clients, with the hosts that are planned: an unknown KMS host is "
     "CRITICAL."},
    {"check_kms_reach -H kms01.corp.example.com", "One host, as clients see it that are fixed to it."},
    {"check_kms_reach -D corp.example.com,branch.example.com --min-usable=2 -w 0.5",
     "Two domains, two usable hosts in each, none slower than half a second."},
};

const struct program check_kms_reach_program = {
    .name = "check_kms_reach",
    .service = "KMS_REACH",
    .question = "Can clients find and talk to KMS: SRV records, names, TCP, RPC bind?",
    .description =
        "Goes the way that a client goes: the SRV records of the domain, the addresses of every target, TCP "
        "port "
        "1688, and the RPC bind of the KMS interface, at every address of every target side by side. An "
        "alert says "
        "which code clients see, what it means and what to do.\n\n"
        "The check only reads. A bind asks whether the interface is there; it calls nothing, registers no "
        "client and "
        "changes no count. So it cannot see whether the host itself is activated, whether its count is high "
        "enough, "
        "which products its key covers, and whether its clock is right: check_kms_host watches that.\n\n"
        "A target or DNS server that stays silent for half of what is left of the run, at most five seconds, "
        "is "
        "unusable.",
    .groups = groups,
    .group_count = sizeof groups / sizeof groups[0],
    .config_size = sizeof(CONFIG),
    .rules = reach_rules,
    .rule_count = REACH_RULE_COUNT,
    .metrics = metrics,
    .metric_count = sizeof metrics / sizeof metrics[0],
    .examples = examples,
    .example_count = sizeof examples / sizeof examples[0],
};
