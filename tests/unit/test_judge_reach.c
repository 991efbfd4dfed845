/* SPDX-License-Identifier: MIT */
/* What check_kms_reach makes of all facts together: enough usable targets, time, wishes, metrics. */
#include "test_reach_cases.h"

/* ---- enough targets ---- */

static void a_zone_needs_its_minimum_of_usable_targets(void **state)
{
    const struct reach_case cases[] = {
        {.name = "one of one",
         .targets = {LIVE(KMS01, 11)},
         .expected = {.states = "OK: srv-missing=OK target=OK",
                      .says = "kms01 usable, bind accepted, decoy refused, 12.0 ms",
                      .details = "1 SRV record _vlmcs._tcp: 0 0 1688 kms01.corp.example.com"}},
        {.name = "three of three",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12), LIVE(KMS03, 13)},
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK target=OK",
                      .says = "3 of 3 targets usable",
                      .details = "3 SRV records _vlmcs._tcp"}},
        {.name = "one of three is dead",
         .targets = {LIVE(KMS01, 11), DEAD(KMS02, 12), LIVE(KMS03, 13)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING target=OK",
                      .says = "kms02 refused, 2 of 3 usable, clients see 0x800706BA",
                      .details = "activation works"}},
        {.name = "two of three are dead, the code is said once",
         .targets = {DEAD(KMS01, 11), DEAD(KMS02, 12), LIVE(KMS03, 13)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=WARNING target=WARNING target=OK",
                      .says = "kms01 refused, 1 of 3 usable, clients see 0x800706BA|, kms02 refused",
                      .says_not = "kms02 refused, 1 of 3",
                      .details = "activation works",
                      .details_not = "no client activates"}},
        {.name = "all of three are dead",
         .targets = {DEAD(KMS01, 11), DEAD(KMS02, 12), DEAD(KMS03, 13)},
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=CRITICAL target=CRITICAL "
                                "target=CRITICAL",
                      .says = "0 of 3 targets usable|clients see 0x800706BA|(shown as 0xC004F074)",
                      .details = "no client finds a KMS host here|2026-08-22"}},
        {.name = "RPC unavailable stands for codes that differ",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), ANSWERED(.kind = BIND_TLS)))), DEAD(KMS02, 12)},
         .expected = {.says = "0 of 2 targets usable|clients see 0x800706BA"}},
        {.name = "RPC unavailable stands for codes that differ, in any order",
         .targets = {DEAD(KMS01, 11), TARGET(KMS02, PROBES(PROBE(IPV4(12), ANSWERED(.kind = BIND_TLS))))},
         .expected = {.says = "0 of 2 targets usable|clients see 0x800706BA"}},
        {.name = "without it the code of the first one",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), ANSWERED(.kind = BIND_NAK, .reject_reason = 1)))),
                     TARGET(KMS02, PROBES(PROBE(IPV4(12), ANSWERED(.kind = BIND_TLS))))},
         .expected = {.says = "0 of 2 targets usable|clients see 0x800706BB"}},
        {.name = "two are wanted and two are there",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .minimum = 2,
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK",
                      .metrics = "targets=2;;;0 targets_usable=2;;2:;0 time_connect=0.002000s;;;0 "
                                 "time_bind=0.010000s;;;0 time_probe=0.012000s;;;0"}},
        {.name = "two are wanted and one is dead",
         .targets = {LIVE(KMS01, 11), DEAD(KMS02, 12)},
         .minimum = 2,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=OK target=CRITICAL",
                      .says = "1 of 2 targets usable, 2 wanted, clients see 0x800706BA",
                      .says_not = "0xC004F074",
                      .details = "with less redundancy than wanted"}},
        {.name = "two are wanted and one is published",
         .targets = {LIVE(KMS01, 11)},
         .minimum = 2,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=OK",
                      .says = "1 of 1 targets usable, 2 wanted",
                      .says_not = "clients see",
                      .details = "publish the missing KMS host|lower --min-usable"}},
        {.name = "two are wanted, one is dead, one is left over",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12), DEAD(KMS03, 13)},
         .minimum = 2,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=OK target=WARNING"}},
        {.name = "two are wanted and stale ones do not count",
         .targets = {LIVE(KMS01, 11), STALE(KMS_OLD)},
         .minimum = 2,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=OK srv-stale=CRITICAL"}},
        {.name = "three are wanted, two live, one was not tested",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12), UNTESTED(KMS03, 13)},
         .minimum = 3,
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN target=OK target=OK target=UNKNOWN",
                      .says = "2 of 3 targets usable, 1 not tested, 3 wanted"}},
        {.name = "three are wanted, one lives, one was not tested: too few whatever that one is",
         .targets = {LIVE(KMS01, 11), DEAD(KMS02, 12), UNTESTED(KMS03, 13)},
         .minimum = 3,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=OK target=CRITICAL "
                                "target=UNKNOWN",
                      .says = "1 of 3 targets usable, 3 wanted"}},
        {.name = "two are wanted and live, one was not tested",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12), UNTESTED(KMS03, 13)},
         .minimum = 2,
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK target=OK target=OK target=UNKNOWN"}},
        {.name = "hosts that were named count together",
         .targets = {LIVE(KMS01, 11), DEAD(KMS02, 12)},
         .are_hosts = true,
         .expected = {.states = "WARNING: target=OK target=OK target=WARNING",
                      .says = "kms02.corp.example.com refused, 1 of 2 usable"}},
        {.name = "a name and port that two records name counts once",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .minimum = 2,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=OK srv-duplicate=WARNING",
                      .says = "1 of 1 targets usable, 2 wanted"}},
        {.name = "the minimum holds in each zone",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1))),
                   ZONE("branch.example.com", ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .minimum = 2,
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-missing=OK target=CRITICAL target=OK "
                                "target=OK",
                      .says = "branch.example.com: 1 of 1 targets usable, 2 wanted"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- time ---- */

#define TWO_SPEEDS                                                                                           \
    {                                                                                                        \
        TARGET(KMS01, PROBES(PROBE(IPV4(11), TOOK(2000, 10000)), PROBE(IPV6(0x11), TOOK(90000, 10000)))),    \
            TARGET(KMS02, PROBES(PROBE(IPV4(12), TOOK(3000, 60000)))), DEAD(KMS03, 13)                       \
    }
#define TWO_SPEEDS_STATES(time) "srv-missing=OK target=OK target=OK target=OK target=WARNING" time
#define TWO_SPEEDS_METRICS(limits)                                                                           \
    "targets=3;;;0 targets_usable=2;;1:;0 time_dns=0.004000s;;;0 time_connect=0.090000s;;;0 "                \
    "time_bind=0.060000s;;;0 time_probe=0.100000s;" limits ";0"

static void the_slowest_usable_address_is_compared_with_the_limits(void **state)
{
    const struct reach_case cases[] = {
        {.name = "no limits, no finding",
         .targets = TWO_SPEEDS,
         .dns_us = 4000,
         .expected = {.states = "WARNING: " TWO_SPEEDS_STATES(""), .metrics = TWO_SPEEDS_METRICS(";")}},
        {.name = "within both",
         .targets = TWO_SPEEDS,
         .dns_us = 4000,
         .warning = "0.1",
         .critical = "0.5",
         .expected = {.states = "WARNING: " TWO_SPEEDS_STATES(" time=OK"),
                      .details = "2001:db8:11::11 took 0.100000 s, the slowest usable address",
                      .metrics = TWO_SPEEDS_METRICS("0.1;0.5")}},
        {.name = "over the first",
         .targets = TWO_SPEEDS,
         .warning = "0.05",
         .critical = "0.5",
         .expected = {.states = "WARNING: " TWO_SPEEDS_STATES(" time=WARNING"),
                      .says = "kms01 answers in 0.100 s, limit 0.05"}},
        {.name = "over both",
         .targets = TWO_SPEEDS,
         .warning = "0.05",
         .critical = "0.06",
         .expected = {.states = "CRITICAL: " TWO_SPEEDS_STATES(" time=CRITICAL"),
                      .says = "kms01 answers in 0.100 s, limit 0.06"}},
        {.name = "the critical limit alone",
         .targets = TWO_SPEEDS,
         .critical = "0.06",
         .expected = {.states = "CRITICAL: " TWO_SPEEDS_STATES(" time=CRITICAL")}},
        {.name = "the warning limit alone, an inner range",
         .targets = TWO_SPEEDS,
         .warning = "@0.09:0.11",
         .expected = {.states = "WARNING: " TWO_SPEEDS_STATES(" time=WARNING")}},
        {.name = "a wish",
         .targets = TWO_SPEEDS,
         .warning = "0.05",
         .rules = "time=critical,target=ok",
         .expected = {.states =
                          "CRITICAL: srv-missing=OK target=OK target=OK target=OK target=OK time=CRITICAL"}},
        {.name = "no usable address, no time",
         .targets = {DEAD(KMS01, 11)},
         .warning = "0.05",
         .critical = "0.5",
         .dns_us = 2500,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL",
                      .metrics = "targets=1;;;0 targets_usable=0;;1:;0 time_dns=0.002500s;;;0"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void what_the_end_of_the_run_cuts_off_has_the_state_of_the_option(void **state)
{
    const struct reach_case cases[] = {
        {.name = "UNKNOWN by default",
         .targets = {TOO_LATE(KMS01, 11)},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .says = "kms01: no verdict before the time limit",
                      .details = "--timeout|was not tried"}},
        {.name = "WARNING",
         .targets = {LIVE(KMS01, 11), TOO_LATE(KMS02, 12)},
         .late = STATE_WARNING,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING"}},
        {.name = "CRITICAL",
         .targets = {LIVE(KMS01, 11), TOO_LATE(KMS02, 12)},
         .late = STATE_CRITICAL,
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK target=OK target=CRITICAL"}},
        {.name = "OK",
         .targets = {LIVE(KMS01, 11), TOO_LATE(KMS02, 12)},
         .is_late_ok = true,
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK"}},
        {.name = "all targets",
         .targets = {TOO_LATE(KMS01, 11), TOO_LATE(KMS02, 12)},
         .late = STATE_CRITICAL,
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL target=CRITICAL target=CRITICAL",
                      .says = "0 of 2 targets usable, 2 not tested, 1 wanted"}},
        {.name = "what has a verdict keeps it",
         .targets = {DEAD(KMS01, 11), TOO_LATE(KMS02, 12)},
         .expected = {.states = "WARNING: srv-missing=OK target=UNKNOWN target=WARNING target=UNKNOWN"}},
        {.name = "one address is dead and the other one was not finished",
         .targets = {TARGET(KMS01, PROBES(REFUSED(IPV4(11)), LATE(IPV6(0x11))))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .details = "192.0.2.11 refused|2001:db8:11::11 not finished before the time limit"}},
        {.name = "one address is usable and the other one was not finished",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), LATE(IPV6(0x11))))},
         .late = STATE_WARNING,
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING",
                      .says = "kms01: not every address tried before the time limit"}},
        {.name = "one family is dead and the other one was not looked up in time",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_ANSWERED, DNS_NOT_IN_TIME), PROBES(REFUSED(IPV4(11))))},
         .late = STATE_WARNING,
         .expected = {.states = "WARNING: srv-missing=OK target=WARNING",
                      .says = "kms01: no verdict before the time limit"}},
        {.name = "one family is usable and the other one was not looked up in time",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_ANSWERED, DNS_NOT_IN_TIME), PROBES(FINE(IPV4(11))))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK address=UNKNOWN"}},
        {.name = "the addresses were not known in time, also with named servers",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_NOT_IN_TIME, DNS_NOT_IN_TIME))},
         .has_named_servers = true,
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN"}},
        {.name = "the SRV records were not known in time",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_NOT_IN_TIME)))},
         .late = STATE_CRITICAL,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL"}},
        {.name = "a wish for the rule does not make a verdict",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_NOT_IN_TIME)))},
         .rules = "srv-missing=ok,target=ok",
         .expected = {.states = "UNKNOWN: srv-missing=UNKNOWN"}},
        {.name = "a wish for targets does not, either",
         .targets = {TOO_LATE(KMS01, 11), UNTESTED(KMS02, 12)},
         .rules = "target=ok",
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN target=UNKNOWN target=UNKNOWN"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- rules ---- */

static void a_rule_has_the_state_that_the_user_gives_it(void **state)
{
    const struct reach_case cases[] = {
        {.name = "srv-missing=warning",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
         .rules = "srv-missing=warning",
         .expected = {.states = "WARNING: srv-missing=WARNING", .says = "clients see 0x8007232B"}},
        {.name = "srv-missing=critical also where this machine's servers failed",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_SERVER_FAILURE)))},
         .rules = "srv-missing=critical",
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL"}},
        {.name = "srv-missing=off is no OK",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
         .rules = "srv-missing=off",
         .expected = {.states = "UNKNOWN:", .metrics = "targets=0;;;0 targets_usable=0;;1:;0"}},
        {.name = "srv-stale=ok for a record that is known",
         .targets = {LIVE(KMS01, 11), STALE(KMS_OLD)},
         .rules = "srv-stale=ok",
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK srv-stale=OK"}},
        {.name = "srv-stale=off for a record that is known",
         .targets = {LIVE(KMS01, 11), STALE(KMS_OLD)},
         .rules = "srv-stale=off",
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK"}},
        {.name = "srv-stale=off does not hide that nothing is left",
         .targets = {STALE(KMS_OLD)},
         .rules = "srv-stale=off",
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL",
                      .says = "0 of 1 targets usable|clients see 0x800706BA"}},
        {.name = "srv-stale=off says nothing about a host that is dead in another way",
         .targets = {DEAD(KMS01, 11)},
         .rules = "srv-stale=off",
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL"}},
        {.name = "srv-stale=warning does not, either",
         .targets = {STALE(KMS_OLD)},
         .rules = "srv-stale=warning",
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL srv-stale=WARNING"}},
        {.name = "target=off: the code is still said for the stale one",
         .targets = {DEAD(KMS01, 11), STALE(KMS_OLD), LIVE(KMS02, 12)},
         .rules = "target=off",
         .expected = {.states = "WARNING: srv-missing=OK srv-stale=WARNING",
                      .says = "kms-old has no address, 1 of 3 usable, clients see 0x800706BA"}},
        {.name = "srv-stale=ok: the code is still said for the dead one",
         .targets = {STALE(KMS_OLD), DEAD(KMS01, 11), LIVE(KMS02, 12)},
         .rules = "srv-stale=ok",
         .expected = {.states = "WARNING: srv-missing=OK target=OK srv-stale=OK target=WARNING target=OK",
                      .says = "kms01 refused, 1 of 3 usable, clients see 0x800706BA"}},
        {.name = "target=off: a stale record of an empty zone still says its code",
         .targets = {DEAD(KMS01, 11), STALE(KMS_OLD)},
         .rules = "target=off",
         .expected = {.states = "CRITICAL: srv-missing=OK srv-stale=CRITICAL",
                      .says = "kms-old has no address, 0 of 2 usable, clients see 0x800706BA"}},
        {.name = "target=warning: a stale record of an empty zone still says its code",
         .targets = {STALE(KMS_OLD), STALE(KMS02)},
         .rules = "target=warning",
         .expected = {.states = "CRITICAL: srv-missing=OK target=WARNING srv-stale=CRITICAL "
                                "srv-stale=CRITICAL",
                      .says = "kms-old has no address, 0 of 2 usable, clients see 0x800706BA|kms02 has no"}},
        {.name = "target=warning",
         .targets = {DEAD(KMS01, 11)},
         .rules = "target=warning",
         .expected = {.states = "WARNING: srv-missing=OK target=WARNING"}},
        {.name = "srv-rogue=warning",
         .targets = TWO_LIVE,
         .planned = KMS01,
         .rules = "srv-rogue=warning",
         .expected = {.states = "WARNING: srv-missing=OK target=OK srv-rogue=WARNING target=OK target=OK"}},
        {.name = "srv-rogue=warning for a planned host on another port",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 ":1700",
         .rules = "srv-rogue=warning,srv-expected=off",
         .expected = {.states = "WARNING: srv-missing=OK srv-rogue=WARNING target=OK"}},
        {.name = "srv-rogue=ok does not make a plan of what is not known",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_ANSWERED, DNS_SERVER_FAILURE), PROBES(FINE(IPV4(11))))},
         .planned = "2001:db8:11::11",
         .rules = "srv-rogue=ok",
         .expected = {.states = "UNKNOWN: srv-missing=OK srv-rogue=UNKNOWN target=OK"}},
        {.name = "srv-rogue=off",
         .targets = TWO_LIVE,
         .planned = KMS01,
         .rules = "srv-rogue=off",
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK"}},
        {.name = "srv-expected=critical",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 "," KMS03,
         .rules = "srv-expected=critical",
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-expected=CRITICAL"}},
        {.name = "srv-expected=off",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 "," KMS03,
         .rules = "srv-expected=off",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "srv-duplicate=ok",
         .targets = {LIVE(KMS02, 12), TARGET(KMS02, .port = 1689, PROBES(FINE(IPV4(12))))},
         .rules = "srv-duplicate=ok",
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK srv-duplicate=OK",
                      .says = "2 of 2 targets usable"}},
        {.name = "srv-duplicate=off",
         .targets = {LIVE(KMS02, 12), TARGET(KMS02, .port = 1689, PROBES(FINE(IPV4(12))))},
         .rules = "srv-duplicate=off",
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK"}},
        {.name = "srv-port=unknown",
         .targets = {LIVE(KMS01, 11)},
         .port = 1700,
         .rules = "srv-port=unknown",
         .expected = {.states = "UNKNOWN: srv-missing=OK srv-port=UNKNOWN target=OK"}},
        {.name = "srv-port=off",
         .targets = {LIVE(KMS01, 11)},
         .port = 1700,
         .rules = "srv-port=off",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "address=critical",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), FILTERED(IPV6(0x11))))},
         .rules = "address=critical",
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK address=CRITICAL"}},
        {.name = "address=critical for an alias",
         .targets = {TARGET(KMS01, .asked_a = true, .a = {.alias_of = KMS02}, PROBES(FINE(IPV4(11))))},
         .rules = "address=critical",
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK address=CRITICAL"}},
        {.name = "address=ok does not make a verdict of what was not tried",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), LATE(IPV6(0x11))))},
         .rules = "address=ok",
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK address=UNKNOWN"}},
        {.name = "address=off",
         .targets = {TARGET(KMS01, .asked_a = true, .a = {.alias_of = KMS02},
                            PROBES(FINE(IPV4(11)), FILTERED(IPV4(21)), LATE(IPV4(31))))},
         .rules = "address=off",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "decoy=off",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), EMULATOR)))},
         .rules = "decoy=off",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "standby=critical",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 1)))},
         .targets = {DEAD(KMS01, 11), LIVE(KMS02, 12)},
         .rules = "standby=critical",
         .expected = {.states =
                          "CRITICAL: srv-missing=OK target=OK target=WARNING target=OK standby=CRITICAL"}},
        {.name = "standby=off",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 1)))},
         .targets = {DEAD(KMS01, 11), LIVE(KMS02, 12)},
         .rules = "standby=off",
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=WARNING target=OK"}},
        {.name = "time=off keeps the metrics",
         .targets = {LIVE(KMS01, 11)},
         .warning = "0.001",
         .rules = "time=off",
         .expected = {.states = "OK: srv-missing=OK target=OK",
                      .metrics = "targets=1;;;0 targets_usable=1;;1:;0 time_connect=0.002000s;;;0 "
                                 "time_bind=0.010000s;;;0 time_probe=0.012000s;0.001;;0"}},
        {.name = "a rule that does not fire has no wish",
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .warning = "1",
         .rules = "target=critical,srv-missing=critical,family=critical,decoy=critical,time=critical",
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK time=OK"}},
        {.name = "srv-missing=critical for servers that differ, not for one that is silent",
         .zones = {ZONE(
             "corp.example.com",
             SAID_BY(SERVER(53, DNS_ANSWERED), SERVER(54, DNS_NAME_ERROR), SERVER(55, DNS_TIMEOUT)),
             RECORDS(RECORD(0, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .has_named_servers = true,
         .rules = "srv-missing=critical",
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL srv-missing=OK srv-missing=OK target=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void the_rules_are_those_of_the_contract(void **state)
{
    static const char *const ids[] = {"srv-missing",   "srv-stale", "srv-rogue", "srv-expected",
                                      "srv-duplicate", "srv-port",  "target",    "address",
                                      "family",        "decoy",     "standby",   "time"};
    (void)state;
    assert_int_equal(REACH_RULE_COUNT, sizeof ids / sizeof *ids);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_string_equal(reach_rules[i].id, ids[i]);
        assert_non_null(reach_rules[i].summary);
    }
}

/* ---- whole reports ---- */

static void the_zone_of_the_lab_is_judged_in_one_report(void **state)
{
    const struct reach_case lab = {
        .name = "kms01 fine, kms02 twice, kms-old gone, nas7 a stranger, kms03 missing",
        .zones = {ZONE("corp.example.com", ANSWERING,
                       RECORDS(RECORD(0, 0), RECORD(0, 1), RECORD(10, 2), RECORD(0, 3), RECORD(0, 4)))},
        .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), FINE(IPV6(0x11)))), LIVE(KMS02, 12),
                    TARGET(KMS02, .port = 1689, PROBES(REFUSED(IPV4(12)))), STALE(KMS_OLD),
                    TARGET(NAS7, PROBES(PROBE(IPV4(77), EMULATOR)))},
        .planned = KMS01 "," KMS02 "," KMS03,
        .expected = {
            .states = "CRITICAL: srv-missing=OK target=OK srv-rogue=CRITICAL decoy=WARNING target=OK "
                      "target=OK target=WARNING srv-stale=WARNING target=OK "
                      "srv-duplicate=WARNING srv-expected=WARNING",
            .says = "unexpected KMS host nas7 (192.0.2.77) in DNS, not a genuine Windows RPC service",
            .details = "one of 4 records of the best priority",
            .metrics = "targets=5;;;0 targets_usable=3;;1:;0 time_connect=0.002000s;;;0 "
                       "time_bind=0.010000s;;;0 time_probe=0.012000s;;;0"}};
    (void)state;
    check_case(&lab);
}

/* Longer names than those of the lab, with the longest briefs. */
static void the_code_stands_on_the_first_line_with_names_as_they_are_in_the_field(void **state)
{
#define LONG_ZONE "ad.contoso-industries.example.net"
#define LONG_HOST "srv-fra-kms01." LONG_ZONE
    const struct reach_case cases[] = {
        {.name = "the only target is dead",
         .zones = {ZONE(LONG_ZONE, ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {DEAD(LONG_HOST, 11)},
         .expected = {.says = "srv-fra-kms01 refused, clients see 0x800706BA RPC unavailable"}},
        {.name = "one of two answers with another protocol",
         .zones = {ZONE(LONG_ZONE, ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1)))},
         .targets = {TARGET(LONG_HOST, PROBES(PROBE(IPV4(11), ANSWERED(.kind = BIND_BANNER, .banner = "x")))),
                     LIVE("srv-ham-kms01." LONG_ZONE, 12)},
         .expected = {.says = "srv-fra-kms01 another service, not KMS"}},
        {.name = "all of three are dead",
         .zones = {ZONE(LONG_ZONE, ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1), RECORD(0, 2)))},
         .targets = {DEAD(LONG_HOST, 11), DEAD("srv-ham-kms01." LONG_ZONE, 12),
                     DEAD("srv-muc-kms01." LONG_ZONE, 13)},
         .expected = {.says = "0 of 3 targets usable"}},
        {.name = "a long IPv6 address is dead",
         .zones = {ZONE(LONG_ZONE, ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {TARGET(LONG_HOST,
                            PROBES(FINE(IPV4(11)),
                                   FILTERED(((struct address) {
                                       .is_ipv6 = true, .bytes = {0xFD, 0x12, 0x34, 0x56, 0x78, 0x9A}})))),
                     LIVE(KMS02, 12)},
         .expected = {.says = "IPv6 of srv-fra-kms01 no answer"}},
        {.name = "no record",
         .zones = {ZONE(LONG_ZONE, SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
         .expected = {.says = "no SRV record _vlmcs._tcp (NXDOMAIN)"}},
        {.name = "one of two zones has no record",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_NO_DATA))),
                   ZONE(LONG_ZONE, SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
         .expected = {.says = "no SRV record, clients see 0x8007251D"}},
        {.name = "a host that was named",
         .targets = {DEAD(LONG_HOST, 11)},
         .are_hosts = true,
         .expected = {.says = "port 1688 refused"}},
        {.name = "servers that differ",
         .zones = {ZONE(LONG_ZONE, SAID_BY(SERVER(53, DNS_ANSWERED), SERVER(54, DNS_NAME_ERROR)),
                        RECORDS(RECORD(0, 0)))},
         .targets = {LIVE(LONG_HOST, 11)},
         .has_named_servers = true,
         .expected = {.says = "DNS servers differ: 192.0.2.54 has none"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* What strangers say stays out of the way of the daemon: it is cleaned when it is printed. */
static void foreign_text_is_cleaned_on_its_way_out(void **state)
{
    const struct reach_case input = {
        .name = "a hostile name and a hostile banner",
        .targets = {
            TARGET("kms|$(x)`;" CORP,
                   PROBES(PROBE(IPV4(11), ANSWERED(.kind = BIND_BANNER, .banner = "<b>|$USER1$`\\n"))))}};
    struct report report;
    struct text output;
    (void)state;
    judge_case(&input, &report);
    render(input.name, &report, &output);
    struct span rest = {text_string(&output), output.length}, line = span_cut(&rest, '\n');
    require_equal(input.name, "state", state_name(report_state(&report)), "CRITICAL");
    assert_null(strpbrk(rest.bytes, "`$|<>"));
    assert_int_equal(span_find(line, '`'), line.length);
    assert_int_equal(span_find(span_first(line, span_find(line, '|')), ';'), span_find(line, '|'));
    assert_true(span_contains(rest, "it says: (b)/?USER1?'/n"));
    text_done(&output);
    report_done(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_needs_its_minimum_of_usable_targets),
        cmocka_unit_test(the_slowest_usable_address_is_compared_with_the_limits),
        cmocka_unit_test(what_the_end_of_the_run_cuts_off_has_the_state_of_the_option),
        cmocka_unit_test(a_rule_has_the_state_that_the_user_gives_it),
        cmocka_unit_test(the_rules_are_those_of_the_contract),
        cmocka_unit_test(the_zone_of_the_lab_is_judged_in_one_report),
        cmocka_unit_test(the_code_stands_on_the_first_line_with_names_as_they_are_in_the_field),
        cmocka_unit_test(foreign_text_is_cleaned_on_its_way_out),
    };
    return cmocka_run_group_tests_name("judge_reach", tests, NULL, NULL);
}
