/* SPDX-License-Identifier: MIT */
/* What check_kms_reach makes of what DNS says: zones without records, servers that differ, records that do
 * not go together, names without addresses. */
#include "test_reach_cases.h"

#define LEASE_END "2026-08-22" /* MOMENT and 173 days */
#define OUTCOME(how) ZONE("corp.example.com", SAID_BY(SERVER(53, how)))
#define TWO_SERVERS(one, other) ZONE("corp.example.com", SAID_BY(SERVER(53, one), SERVER(54, other)))

/* ---- zones without a target ---- */

static void a_zone_without_records_is_critical_and_says_what_clients_see(void **state)
{
    const struct reach_case cases[] = {
        {.name = "the name does not exist",
         .zones = {OUTCOME(DNS_NAME_ERROR)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "no SRV record _vlmcs._tcp (NXDOMAIN), clients see 0x8007232B",
                      .details = "no SRV record _vlmcs._tcp, asked 192.0.2.53 NXDOMAIN, clients see "
                                 "0x8007232B|without a fixed or cached KMS host|" LEASE_END
                                 "|slmgr.vbs /skms KMSHOST:1688|event 12293|dns",
                      .metrics = "targets=0;;;0 targets_usable=0;;1:;0"}},
        {.name = "the name exists and has no SRV record",
         .zones = {OUTCOME(DNS_NO_DATA)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "no SRV record _vlmcs._tcp (NODATA), clients see 0x8007251D",
                      .details = LEASE_END}},
        {.name = "the server refuses",
         .zones = {OUTCOME(DNS_REFUSED)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "SRV look-up of _vlmcs._tcp failed (REFUSED), clients see 0x8007232D",
                      .details = "clients with the same DNS servers",
                      .details_not = "says nothing about KMS"}},
        {.name = "the server does not know the question",
         .zones = {OUTCOME(DNS_NOT_IMPLEMENTED)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "(NOTIMP), clients see 0x8007232C"}},
        {.name = "the server finds the question malformed",
         .zones = {OUTCOME(DNS_FORMAT_ERROR)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "(FORMERR), clients see 0x80072329"}},
        {.name = "the service is decidedly not available",
         .zones = {ZONE("old.example.com", ANSWERING, .is_declined = true)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "on purpose: no KMS, clients see 0x800706BA|(shown as 0xC004F074)",
                      .details = "its target is .|RFC 2782|take the zone out of this check|" LEASE_END}},
        {.name = "nobody was asked",
         .zones = {ZONE("corp.example.com", .answer_count = 0)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "not asked",
                      .details = "asked nobody|--timeout"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void what_the_resolver_of_this_machine_fails_to_answer_is_unknown(void **state)
{
    const struct reach_case cases[] = {
        {.name = "SERVFAIL",
         .zones = {OUTCOME(DNS_SERVER_FAILURE)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "(SERVFAIL), clients see 0x8007232A",
                      .details = "says nothing about KMS|/etc/resolv.conf|--dns-server=ADDRESS|monitoring"}},
        {.name = "silence",
         .zones = {OUTCOME(DNS_TIMEOUT)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "(no answer in 5.0 s), clients see 0x8007232A"}},
        {.name = "nobody there",
         .zones = {OUTCOME(DNS_UNREACHABLE)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "(unreachable), clients see 0x8007232A"}},
        {.name = "an answer that cannot be read",
         .zones = {OUTCOME(DNS_BAD_ANSWER)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "(unreadable answer), clients see 0x8007251E"}},
        {.name = "an answer with an unusual rcode",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_BAD_ANSWER, .rcode = 9)))},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN", .says = "(unexpected answer, rcode 9)"}},
        {.name = "the run ended first",
         .zones = {OUTCOME(DNS_NOT_IN_TIME)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "no answer before the time limit of the run",
                      .says_not = "clients see",
                      .details = "the answer was not waited for|--timeout"}},
        {.name = "all of its servers failed, each in another way",
         .zones = {TWO_SERVERS(DNS_TIMEOUT, DNS_SERVER_FAILURE)},
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .says = "(SERVFAIL)",
                      .details = "192.0.2.53 no answer in 5.0 s, 192.0.2.54 SERVFAIL"}},
        {.name = "the first one was silent and the second one knows no such name",
         .zones = {TWO_SERVERS(DNS_TIMEOUT, DNS_NAME_ERROR)},
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "(NXDOMAIN)"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void what_named_servers_fail_to_answer_is_critical(void **state)
{
    const struct reach_case cases[] = {
        {.name = "NXDOMAIN",
         .zones = {OUTCOME(DNS_NAME_ERROR)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "0x8007232B"}},
        {.name = "NODATA",
         .zones = {OUTCOME(DNS_NO_DATA)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "0x8007251D"}},
        {.name = "SERVFAIL",
         .zones = {OUTCOME(DNS_SERVER_FAILURE)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .says = "(SERVFAIL), clients see 0x8007232A",
                      .details = "clients of this DNS server find no KMS host|dns",
                      .details_not = "says nothing about KMS"}},
        {.name = "silence",
         .zones = {OUTCOME(DNS_TIMEOUT)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "0x8007232A"}},
        {.name = "nobody there",
         .zones = {OUTCOME(DNS_UNREACHABLE)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "0x8007232A"}},
        {.name = "an answer that cannot be read",
         .zones = {OUTCOME(DNS_BAD_ANSWER)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "0x8007251E"}},
        {.name = "REFUSED",
         .zones = {OUTCOME(DNS_REFUSED)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL", .says = "0x8007232D"}},
        {.name = "the run ended first",
         .zones = {OUTCOME(DNS_NOT_IN_TIME)},
         .has_named_servers = true,
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN",
                      .details = "the answer was not waited for|--timeout",
                      .details_not = "/etc/resolv.conf"}},
        {.name = "both say that there is no such name",
         .zones = {TWO_SERVERS(DNS_NAME_ERROR, DNS_NAME_ERROR)},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL",
                      .details = "asked 192.0.2.53 NXDOMAIN, 192.0.2.54 NXDOMAIN"}},
        {.name = "another port than 53 is said",
         .zones = {ZONE("corp.example.com",
                        SAID_BY({.server = {.address = IPV6(0x35), .port = 5353}, .outcome = DNS_REFUSED}))},
         .has_named_servers = true,
         .expected = {.details = "asked [2001:db8:11::35]:5353 REFUSED"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- several servers, several zones ---- */

#define BOTH_ANSWER SAID_BY(SERVER(53, DNS_ANSWERED), SERVER(54, DNS_ANSWERED))
#define ONE_OF_TWO(how) SAID_BY(SERVER(53, DNS_ANSWERED), SERVER(54, how))

static void servers_that_differ_warn_and_are_named(void **state)
{
    const struct reach_case cases[] = {
        {.name = "both say the same",
         .zones = {ZONE("corp.example.com", BOTH_ANSWER, RECORDS(RECORD_BY(3, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "one lacks a record",
         .zones = {ZONE("corp.example.com", BOTH_ANSWER, RECORDS(RECORD_BY(3, 0), RECORD_BY(1, 1)))},
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=WARNING srv-missing=OK target=OK target=OK target=OK",
                      .says = "DNS servers differ, 192.0.2.54 lacks 1 of 2 SRV records",
                      .details = "0 0 1688 kms02.corp.example.com|repadmin /replsummary"}},
        {.name = "each has a record of its own",
         .zones = {ZONE("corp.example.com", BOTH_ANSWER, RECORDS(RECORD_BY(1, 0), RECORD_BY(2, 1)))},
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=WARNING srv-missing=WARNING srv-missing=OK target=OK "
                                "target=OK target=OK",
                      .says = "192.0.2.53 lacks 1 of 2|192.0.2.54 lacks 1 of 2"}},
        {.name = "one knows no such name",
         .zones = {ZONE("corp.example.com", ONE_OF_TWO(DNS_NAME_ERROR), RECORDS(RECORD_BY(1, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=WARNING srv-missing=OK target=OK",
                      .says = "DNS servers differ: 192.0.2.54 has none, clients see 0x8007232B",
                      .details = "192.0.2.54 says NXDOMAIN|find no KMS host"}},
        {.name = "one has no record",
         .zones = {ZONE("corp.example.com", ONE_OF_TWO(DNS_NO_DATA), RECORDS(RECORD_BY(1, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=WARNING srv-missing=OK target=OK",
                      .says = "clients see 0x8007251D"}},
        {.name = "one says that there is no KMS",
         .zones = {ZONE("corp.example.com", BOTH_ANSWER, RECORDS(RECORD_BY(1, 0)), .is_declined = true)},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=WARNING srv-stale=WARNING srv-missing=OK target=OK",
                      .says = "192.0.2.54 lacks 1 of 1"}},
        {.name = "one is silent, clients ask the other",
         .zones = {ZONE("corp.example.com", ONE_OF_TWO(DNS_TIMEOUT), RECORDS(RECORD_BY(1, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK",
                      .details = "192.0.2.54 no answer in 5.0 s, another server answered"}},
        {.name = "one refuses, clients ask the other",
         .zones = {ZONE("corp.example.com", ONE_OF_TWO(DNS_REFUSED), RECORDS(RECORD_BY(1, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK",
                      .details = "192.0.2.54 REFUSED, another server answered"}},
        {.name = "the first server of this machine failed and the second one answered",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_SERVER_FAILURE), SERVER(54, DNS_ANSWERED)),
                        RECORDS(RECORD_BY(2, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK",
                      .details = "192.0.2.53 SERVFAIL, another server answered"}},
        {.name = "the answers of the thirty-second server have a place",
         .zones = {ZONE("corp.example.com", BOTH_ANSWER, RECORDS(RECORD_BY(0x80000003, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

#define CORP_ZONE ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0)))
#define ALIEN_ZONE(...) ZONE("branch.example.com", __VA_ARGS__)

static void the_worst_of_several_zones_decides_and_is_named(void **state)
{
    const struct reach_case cases[] = {
        {.name = "both are fine",
         .zones = {CORP_ZONE, ALIEN_ZONE(ANSWERING, RECORDS(RECORD(0, 1)))},
         .targets = {LIVE(KMS01, 11), LIVE("kms09.branch.example.com", 19)},
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK target=OK",
                      .says = "corp.example.com: kms01 usable|branch.example.com: kms09 usable",
                      .metrics = "targets=2;;;0 targets_usable=2;;;0 time_connect=0.002000s;;;0 "
                                 "time_bind=0.010000s;;;0 time_probe=0.012000s;;;0"}},
        {.name = "one has no record",
         .zones = {CORP_ZONE, ALIEN_ZONE(SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "CRITICAL: srv-missing=OK srv-missing=CRITICAL target=OK",
                      .says = "branch.example.com: no SRV record, clients see 0x8007232B",
                      .says_not = "corp"}},
        {.name = "one failed and one has no record",
         .zones = {ZONE("lab.example.com", SAID_BY(SERVER(53, DNS_SERVER_FAILURE))),
                   ZONE("dmz.example.com", SAID_BY(SERVER(53, DNS_NO_DATA)))},
         .expected = {.states = "CRITICAL: srv-missing=UNKNOWN srv-missing=CRITICAL",
                      .says = "dmz.example.com: no SRV record, clients see 0x8007251D",
                      .says_not = "lab.example.com"}},
        {.name = "one failed, which is no OK",
         .zones = {CORP_ZONE, ZONE("lab.example.com", SAID_BY(SERVER(53, DNS_SERVER_FAILURE)))},
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "UNKNOWN: srv-missing=OK srv-missing=UNKNOWN target=OK",
                      .says = "lab.example.com: SRV look-up failed (SERVFAIL), clients see 0x8007232A"}},
        {.name = "one of two targets is dead in one and the only one in the other",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1))),
                   ALIEN_ZONE(ANSWERING, RECORDS(RECORD(0, 1)))},
         .targets = {LIVE(KMS01, 11), DEAD(KMS02, 12)},
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-missing=OK target=OK target=CRITICAL",
                      .says = "branch.example.com: kms02.corp.example.com refused, clients see 0x800706BA",
                      .says_not = "0xC004F074"}},
        {.name = "the same dead target is the only one of both, and both are named",
         .zones = {CORP_ZONE, ALIEN_ZONE(ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {DEAD(KMS01, 11)},
         .expected = {.states = "CRITICAL: srv-missing=OK srv-missing=OK target=CRITICAL target=CRITICAL",
                      .says = "branch.example.com: 0 of 1 targets usable|corp.example.com: kms01 refused"}},
        {.name = "the same target is usable in both",
         .zones = {CORP_ZONE, ALIEN_ZONE(ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK target=OK",
                      .says = "branch.example.com: 1 of 1 targets usable|corp.example.com: kms01 usable"}},
        {.name = "a zone and hosts",
         .zones = {CORP_ZONE, {.records = (struct reach_record[]) {RECORD(0, 1)}, .record_count = 1}},
         .targets = {LIVE(KMS01, 11), DEAD("kms09.branch.example.com", 19)},
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK target=CRITICAL",
                      .says = "named hosts: kms09.branch.example.com refused, clients see 0x800706BA"}},
        {.name = "all targets of one are dead",
         .zones = {CORP_ZONE, ALIEN_ZONE(ANSWERING, RECORDS(RECORD(0, 1), RECORD(0, 2)))},
         .targets = {LIVE(KMS01, 11), DEAD("kms08.branch.example.com", 18),
                     DEAD("kms09.branch.example.com", 19)},
         .expected = {.states = "CRITICAL: srv-missing=OK srv-missing=OK target=CRITICAL target=OK "
                                "target=CRITICAL target=CRITICAL",
                      .says = "branch.example.com: 0 of 2 targets usable|clients see 0x800706BA",
                      .says_not = "0xC004F074"}},
        {.name = "one says that there is no KMS",
         .zones = {CORP_ZONE, ZONE("old.example.com", ANSWERING, .is_declined = true)},
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "CRITICAL: srv-missing=OK srv-missing=CRITICAL target=OK",
                      .says = "old.example.com: DNS says on purpose: no KMS, clients see 0x800706BA",
                      .says_not = "0xC004F074"}},
        {.name = "every zone says its code, the first line has room for one",
         .zones = {ZONE("a.example.com", SAID_BY(SERVER(53, DNS_NAME_ERROR))),
                   ZONE("b.example.com", SAID_BY(SERVER(53, DNS_NO_DATA))),
                   ZONE("c.example.com", SAID_BY(SERVER(53, DNS_REFUSED)))},
         .expected = {.details = "clients see 0x8007232B|clients see 0x8007251D|clients see 0x8007232D"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* On the detail lines the zone stands in front of what is said about it, where there are several. */
static void findings_about_zones_name_them(void **state)
{
    const struct reach_case several = {.name = "two zones",
                                       .zones = {CORP_ZONE, ALIEN_ZONE(SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
                                       .targets = {LIVE(KMS01, 11)}};
    const struct reach_case one = {.name = "one zone", .targets = {LIVE(KMS01, 11)}};
    struct report report;
    struct text output;
    (void)state;
    judge_case(&several, &report);
    render(several.name, &report, &output);
    require_words(
        several.name, "the output", text_string(&output),
        "srv-missing: branch.example.com: no SRV record|srv-missing: corp.example.com: 1 SRV record", true);
    text_done(&output);
    report_done(&report);
    judge_case(&one, &report);
    render(one.name, &report, &output);
    require_words(one.name, "the output", text_string(&output), "srv-missing: 1 SRV record", true);
    text_done(&output);
    report_done(&report);
}

/* Priorities 0 to 7 of one host. */
#define EIGHT_RECORDS                                                                                        \
    RECORD(0, 0), RECORD(1, 0), RECORD(2, 0), RECORD(3, 0), RECORD(4, 0), RECORD(5, 0), RECORD(6, 0),        \
        RECORD(7, 0)

static void a_short_list_of_records_is_shown_and_a_long_one_counted(void **state)
{
    const struct reach_case cases[] = {
        {.name = "three",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(1, 0), RECORD(2, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .rules = "srv-duplicate=off",
         .expected = {.details = "3 SRV records _vlmcs._tcp: 0 0 1688|2 0 1688 kms01.corp.example.com"}},
        {.name = "eight",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(EIGHT_RECORDS))},
         .targets = {LIVE(KMS01, 11)},
         .rules = "srv-duplicate=off",
         .expected = {.details = "8 SRV records", .details_not = "7 0 1688"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- names without addresses ---- */

static void a_record_without_an_address_is_stale(void **state)
{
    const struct reach_case cases[] = {
        {.name = "one of three",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12), STALE(KMS_OLD)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=OK srv-stale=WARNING",
                      .says = "kms-old has no address, 2 of 3 usable, clients see 0x800706BA",
                      .says_not = "0xC004F074",
                      .details = "no address (NXDOMAIN), clients see 0x800706BA|delete this one SRV record|"
                                 "activation works|slmgr.vbs /ckms"}},
        {.name = "the name exists without addresses",
         .targets = {LIVE(KMS01, 11), TARGET(KMS_OLD, LOOKED_UP(DNS_NO_DATA, DNS_NO_DATA))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK srv-stale=WARNING",
                      .details = "no address (NODATA)"}},
        {.name = "the only one",
         .targets = {STALE(KMS_OLD)},
         .expected = {.states = "CRITICAL: srv-missing=OK srv-stale=CRITICAL",
                      .says = "kms-old has no address, clients see 0x800706BA|(shown as 0xC004F074)",
                      .details = LEASE_END}},
        {.name = "all of them",
         .targets = {STALE(KMS_OLD), STALE(KMS02)},
         .expected = {.states =
                          "CRITICAL: srv-missing=OK target=CRITICAL srv-stale=CRITICAL srv-stale=CRITICAL",
                      .says = "0 of 2 targets usable|clients see 0x800706BA"}},
        {.name = "named servers say so too",
         .targets = {LIVE(KMS01, 11), STALE(KMS_OLD)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK srv-stale=WARNING"}},
        {.name = "a named host without an address is no stale record",
         .targets = {STALE(KMS01)},
         .are_hosts = true,
         .expected = {.states = "CRITICAL: target=CRITICAL",
                      .says = "port 1688 has no address, clients see 0x800706BA",
                      .details = "no address (NXDOMAIN)|the name is wrong here",
                      .details_not = "SRV record"}},
        {.name = "-4 and the name does not exist",
         .targets = {LIVE(KMS01, 11), TARGET(KMS_OLD, LOOKED_UP_A(DNS_NAME_ERROR))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK srv-stale=WARNING",
                      .details = "no address (NXDOMAIN)"}},
        {.name = "-4 and the name may have an IPv6 address: nothing is to be deleted",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, LOOKED_UP_A(DNS_NO_DATA))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING",
                      .says = "kms02 has no IPv4 address, 1 of 2 usable, clients see 0x800706BA",
                      .details = "no IPv4 address (NODATA)|without -4 and -6",
                      .details_not = "delete"}},
        {.name = "-6 and the name may have an IPv4 address",
         .targets = {TARGET(KMS01, LOOKED_UP_AAAA(DNS_NO_DATA))},
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL",
                      .says = "kms01 has no IPv6 address, clients see 0x800706BA"}},
        {.name = "a record with port 0",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, .port = PORT_ZERO)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING",
                      .says = "kms02:0 has port 0, 1 of 2 usable, clients see 0x800706BA",
                      .details = "nobody can connect to it|delete this record"}},
        {.name = "the only record has port 0",
         .targets = {TARGET(KMS01, .port = PORT_ZERO, PROBES(NO_ROUTE(IPV4(11))))},
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_look_up_that_fails_here_is_unknown_and_at_named_servers_unusable(void **state)
{
    const struct reach_case cases[] = {
        {.name = "at the servers of this machine",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_SERVER_FAILURE, DNS_SERVER_FAILURE))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .says = "kms01: address look-up failed (SERVFAIL)",
                      .says_not = "clients see",
                      .details = "was not tried|monitoring"}},
        {.name = "one of two, at the servers of this machine",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, LOOKED_UP(DNS_TIMEOUT, DNS_UNREACHABLE))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK target=OK target=UNKNOWN",
                      .says = "kms02: address look-up failed (A no answer in 5.0 s, AAAA unreachable)"}},
        {.name = "at named servers",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_REFUSED, DNS_REFUSED))},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL",
                      .says = "kms01 look-up failed, clients see 0x800706BA",
                      .details = "address look-up failed (REFUSED)"}},
        {.name = "one of two, at named servers",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, LOOKED_UP(DNS_SERVER_FAILURE, DNS_TIMEOUT))},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING"}},
        {.name = "no answer for one family is not the lack of an address",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_NO_DATA, DNS_SERVER_FAILURE))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .says = "(A NODATA, AAAA SERVFAIL)"}},
        {.name = "the only known address is dead and the other family is not known",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_SERVER_FAILURE, DNS_ANSWERED),
                            PROBES(FILTERED(IPV6(0x11))))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .says = "kms01: address look-up failed (A SERVFAIL, AAAA answered)",
                      .details = "2001:db8:11::11 no answer|A look-up: SERVFAIL"}},
        {.name = "the same at named servers",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_SERVER_FAILURE, DNS_ANSWERED),
                            PROBES(FILTERED(IPV6(0x11))))},
         .has_named_servers = true,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL", .says = "kms01 no answer"}},
        {.name = "one family is enough, and the other one is said",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_ANSWERED, DNS_SERVER_FAILURE), PROBES(FINE(IPV4(11))))},
         .expected = {.states = "OK: srv-missing=OK target=OK", .details = "AAAA look-up: SERVFAIL"}},
        {.name = "found in the hosts file",
         .targets = {TARGET(KMS01, .is_found = true, LOOKED_UP(DNS_ANSWERED, DNS_ANSWERED),
                            PROBES(FINE(IPV4(11))))},
         .are_hosts = true,
         .expected = {.states = "OK: target=OK"}},
        {.name = "a named host that this machine cannot look up",
         .targets = {TARGET(KMS01, .is_found = true, LOOKED_UP(DNS_SERVER_FAILURE, DNS_SERVER_FAILURE))},
         .are_hosts = true,
         .expected = {.states = "UNKNOWN: target=UNKNOWN",
                      .says = "port 1688: address look-up failed (SERVFAIL)"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- the form of records ---- */

static void an_alias_or_an_address_as_target_is_used_and_warns(void **state)
{
    const struct reach_case cases[] = {
        {.name = "an alias",
         .targets = {TARGET("kms" CORP, .asked_a = true, .a = {.alias_of = KMS01}, PROBES(FINE(IPV4(11))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING",
                      .says = "SRV target kms is an alias",
                      .details = "an alias of kms01.corp.example.com, RFC 2782|slmgr.vbs /sdns"}},
        {.name = "an alias in IPv6 alone",
         .targets = {TARGET("kms" CORP, LOOKED_UP(DNS_NO_DATA, DNS_ANSWERED), .aaaa.alias_of = KMS01,
                            PROBES(FINE(IPV6(0x11))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING"}},
        {.name = "an IPv4 address",
         .targets = {TARGET("192.0.2.11", .is_literal = true, PROBES(FINE(IPV4(11))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING",
                      .says = "SRV target 192.0.2.11 is an IP address",
                      .details = "RFC 2782 wants a host name"}},
        {.name = "an IPv6 address with another port",
         .targets = {TARGET("2001:db8:11::11", .port = 1689, .is_literal = true, PROBES(FINE(IPV6(0x11))))},
         .expected = {.says = "SRV target [2001:db8:11::11]:1689 is an IP address"}},
        {.name = "a dead alias",
         .targets = {LIVE(KMS01, 11), TARGET("kms" CORP, .asked_a = true, .a = {.alias_of = KMS02},
                                             PROBES(REFUSED(IPV4(12))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING address=WARNING",
                      .says = "kms refused|SRV target kms is an alias"}},
        {.name = "a named host may be an alias",
         .targets = {TARGET("kms" CORP, .asked_a = true, .a = {.alias_of = KMS01}, PROBES(FINE(IPV4(11))))},
         .are_hosts = true,
         .expected = {.states = "OK: target=OK"}},
        {.name = "a named host may be an address",
         .targets = {TARGET("192.0.2.11", .is_literal = true, PROBES(FINE(IPV4(11))))},
         .are_hosts = true,
         .expected = {.states = "OK: target=OK",
                      .says = "port 1688 usable, bind accepted, decoy refused, 12.0 ms"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void one_host_in_two_records_warns(void **state)
{
    const struct reach_case cases[] = {
        {.name = "with two ports",
         .targets = {LIVE(KMS02, 12), TARGET(KMS02, .port = 1689, PROBES(FINE(IPV4(12))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=OK srv-duplicate=WARNING",
                      .says = "kms02.corp.example.com has 2 SRV records",
                      .details = "0 0 1688 kms02.corp.example.com, 0 0 1689 kms02.corp.example.com|"
                                 "delete the other record",
                      .metrics = "targets=2;;;0 targets_usable=2;;1:;0 time_connect=0.002000s;;;0 "
                                 "time_bind=0.010000s;;;0 time_probe=0.012000s;;;0"}},
        {.name = "with two priorities, one target",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 0)))},
         .targets = {LIVE(KMS02, 12)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK srv-duplicate=WARNING",
                      .details = "0 0 1688 kms02.corp.example.com, 10 0 1688 kms02.corp.example.com"}},
        {.name = "three times, said once",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 0), RECORD(20, 0)))},
         .targets = {LIVE(KMS02, 12)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK srv-duplicate=WARNING",
                      .says = "has 3 SRV records"}},
        {.name = "in other letters",
         .targets = {LIVE(KMS02, 12), TARGET("KMS02.CORP.example.com", .port = 1689, PROBES(FINE(IPV4(12))))},
         .expected = {.states =
                          "WARNING: srv-missing=OK target=OK target=OK target=OK srv-duplicate=WARNING"}},
        {.name = "one in each of two zones is no duplicate",
         .zones = {CORP_ZONE, ALIEN_ZONE(ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK target=OK"}},
        {.name = "named hosts may be given twice",
         .targets = {LIVE(KMS02, 12), TARGET(KMS02, .port = 1689, PROBES(FINE(IPV4(12))))},
         .are_hosts = true,
         .expected = {.states = "OK: target=OK target=OK target=OK"}},
        {.name = "an old and a new record at two servers is a difference of the servers",
         .zones = {ZONE("corp.example.com", BOTH_ANSWER,
                        RECORDS({.priority = 0, .target = 0, .servers = 1},
                                {.priority = 10, .target = 0, .servers = 2}))},
         .targets = {LIVE(KMS02, 12)},
         .has_named_servers = true,
         .expected = {.states = "WARNING: srv-missing=WARNING srv-missing=WARNING srv-missing=OK target=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void clients_that_live_on_the_standby_warn(void **state)
{
    const struct reach_case cases[] = {
        {.name = "the best one is dead",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 1)))},
         .targets = {DEAD(KMS01, 11), LIVE(KMS02, 12)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=WARNING target=OK standby=WARNING",
                      .says = "kms01 refused, 1 of 2 usable|clients live on the standby, priority 10",
                      .details = "all targets of priority 0 are dead"}},
        {.name = "the best ones are dead, one of them stale",
         .zones = {ZONE("corp.example.com", ANSWERING,
                        RECORDS(RECORD(5, 0), RECORD(5, 1), RECORD(65535, 2)))},
         .targets = {DEAD(KMS01, 11), STALE(KMS_OLD), LIVE(KMS02, 12)},
         .expected = {.states =
                          "WARNING: srv-missing=OK target=OK target=WARNING srv-stale=WARNING target=OK "
                          "standby=WARNING",
                      .details =
                          "all targets of priority 5 are dead, clients live on those of priority 65535"}},
        {.name = "one of the best ones lives",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1), RECORD(10, 2)))},
         .targets = {DEAD(KMS01, 11), LIVE(KMS02, 12), LIVE(KMS03, 13)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=WARNING target=OK target=OK"}},
        {.name = "the best one was not tested",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 1)))},
         .targets = {UNTESTED(KMS01, 11), LIVE(KMS02, 12)},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK target=UNKNOWN target=OK"}},
        {.name = "the standby is dead too",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 1)))},
         .targets = {DEAD(KMS01, 11), DEAD(KMS02, 12)},
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=CRITICAL target=CRITICAL"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_without_records_is_critical_and_says_what_clients_see),
        cmocka_unit_test(what_the_resolver_of_this_machine_fails_to_answer_is_unknown),
        cmocka_unit_test(what_named_servers_fail_to_answer_is_critical),
        cmocka_unit_test(servers_that_differ_warn_and_are_named),
        cmocka_unit_test(the_worst_of_several_zones_decides_and_is_named),
        cmocka_unit_test(findings_about_zones_name_them),
        cmocka_unit_test(a_short_list_of_records_is_shown_and_a_long_one_counted),
        cmocka_unit_test(a_record_without_an_address_is_stale),
        cmocka_unit_test(a_look_up_that_fails_here_is_unknown_and_at_named_servers_unusable),
        cmocka_unit_test(an_alias_or_an_address_as_target_is_used_and_warns),
        cmocka_unit_test(one_host_in_two_records_warns),
        cmocka_unit_test(clients_that_live_on_the_standby_warn),
    };
    return cmocka_run_group_tests_name("judge_reach_dns", tests, NULL, NULL);
}
