/* SPDX-License-Identifier: MIT */
/* What check_kms_reach makes of the plan: the hosts that SRV records may name, and their port. */
#include "test_reach_cases.h"

static void a_published_host_that_is_not_planned_is_critical(void **state)
{
    const struct reach_case cases[] = {
        {.name = "without --expect any host may be named",
         .targets = TWO_LIVE,
         .expected = {.states = "OK: srv-missing=OK target=OK target=OK target=OK"}},
        {.name = "by name",
         .targets = TWO_LIVE,
         .planned = KMS01,
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-rogue=CRITICAL target=OK target=OK",
                      .says = "unexpected KMS host nas7 (192.0.2.77) in DNS",
                      .says_not = "clients see",
                      .details = "not in --expect: 0 0 1688 nas7.corp.example.com|tell security|"
                                 "one of 2 records of the best priority|Possible KMS emulator"}},
        {.name = "in other letters, with a final dot",
         .targets = {LIVE(KMS01, 11)},
         .planned = "KMS01.Corp.EXAMPLE.com.",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "by address",
         .targets = TWO_LIVE,
         .planned = "192.0.2.11",
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-rogue=CRITICAL target=OK target=OK",
                      .says = "nas7"}},
        {.name = "by one of several addresses",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), FINE(IPV6(0x11))))},
         .planned = "2001:db8:11:0:0:0:0:11",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "by host and port",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 ":1688",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "by host and another port: not planned, and no stranger",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, .port = 1689, PROBES(FINE(IPV4(12))))},
         .planned = KMS01 ":1688," KMS02 ":1688",
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-rogue=CRITICAL target=OK target=OK "
                                "srv-expected=WARNING",
                      .says = "kms02:1689 published with port 1689, expected with another one",
                      .details_not = "tell security"}},
        {.name = "by address and port",
         .targets = {LIVE(KMS01, 11)},
         .planned = "192.0.2.11:1689",
         .expected = {.states =
                          "CRITICAL: srv-missing=OK srv-rogue=CRITICAL target=OK srv-expected=WARNING"}},
        {.name = "a literal target by address",
         .targets = {TARGET("192.0.2.11", .is_literal = true, PROBES(FINE(IPV4(11))))},
         .planned = "192.0.2.11",
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING"}},
        {.name = "a short name is another name",
         .targets = {LIVE(KMS01, 11)},
         .planned = "kms01",
         .expected = {.states =
                          "CRITICAL: srv-missing=OK srv-rogue=CRITICAL target=OK srv-expected=WARNING"}},
        {.name = "named hosts are not compared",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS02,
         .are_hosts = true,
         .expected = {.states = "OK: target=OK"}},
        {.name = "in two zones, said once",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1))),
                   ZONE("branch.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(0, 1)))},
         .targets = TWO_LIVE,
         .planned = KMS01,
         .expected = {.states =
                          "CRITICAL: srv-missing=OK target=OK srv-missing=OK target=OK srv-rogue=CRITICAL "
                          "target=OK target=OK",
                      .says = "corp.example.com: unexpected KMS host nas7 (192.0.2.77) in DNS"}},
        {.name = "in the second zone alone",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0))),
                   ZONE("branch.example.com", ANSWERING, RECORDS(RECORD(0, 1)))},
         .targets = TWO_LIVE,
         .planned = KMS01,
         .expected = {.says = "branch.example.com: unexpected KMS host nas7.corp.example.com"}},
        {.name = "of the best priority alone",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(10, 0), RECORD(0, 1)))},
         .targets = TWO_LIVE,
         .planned = KMS01,
         .expected = {.details = "every client goes there first"}},
        {.name = "of a worse priority",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0), RECORD(10, 1)))},
         .targets = TWO_LIVE,
         .planned = KMS01,
         .expected = {.details = "when nobody of a better priority answers", .details_not = "at random"}},
        {.name = "whose record is stale: nobody can be sent there",
         .targets = {LIVE(KMS01, 11), STALE(KMS_OLD)},
         .planned = KMS01,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK srv-stale=WARNING"}},
        {.name = "that does not work, which is no proof of an emulator",
         .targets = {LIVE(KMS01, 11), DEAD(NAS7, 77)},
         .planned = KMS01,
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-rogue=CRITICAL target=OK "
                                "target=WARNING",
                      .says = "unexpected KMS host nas7 (192.0.2.77) in DNS",
                      .says_not = "genuine",
                      .details = "It does not work now",
                      .details_not = "Possible KMS emulator"}},
        {.name = "that is an emulator, too",
         .targets = {LIVE(KMS01, 11), TARGET(NAS7, PROBES(PROBE(IPV4(77), EMULATOR)))},
         .planned = KMS01,
         .expected = {.states =
                          "CRITICAL: srv-missing=OK target=OK srv-rogue=CRITICAL decoy=WARNING target=OK "
                          "target=OK",
                      .says = "(192.0.2.77) in DNS, not a genuine Windows RPC service"}},
        {.name = "whose address nobody could tell is not known, neither as planned nor as a stranger",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_SERVER_FAILURE, DNS_NO_DATA))},
         .planned = "192.0.2.11",
         .expected = {.states = "UNKNOWN: srv-missing=OK srv-rogue=UNKNOWN target=UNKNOWN",
                      .says = "kms01 cannot be compared with --expect"}},
        {.name = "whose other family could not be looked up",
         .targets = {TARGET(NAS7, LOOKED_UP(DNS_ANSWERED, DNS_TIMEOUT), PROBES(FINE(IPV4(77))))},
         .planned = "2001:db8:11::11",
         .expected = {.states = "UNKNOWN: srv-missing=OK srv-rogue=UNKNOWN target=OK"}},
        {.name = "whose other family was not wanted",
         .targets = {TARGET(NAS7, LOOKED_UP_A(DNS_ANSWERED), PROBES(FINE(IPV4(77))))},
         .planned = "192.0.2.11,2001:db8:11::11",
         .expected = {.says = "unexpected KMS host nas7"}},
        {.name = "a look-up that failed does not make a stranger of a planned name",
         .targets = {TARGET(KMS01, LOOKED_UP(DNS_SERVER_FAILURE, DNS_NO_DATA))},
         .planned = "192.0.2.99," KMS01,
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void a_planned_host_that_is_not_published_warns(void **state)
{
    const struct reach_case cases[] = {
        {.name = "one of two",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 "," KMS03,
         .expected = {.states = "WARNING: srv-missing=OK target=OK srv-expected=WARNING",
                      .says = "kms03.corp.example.com is not published in DNS",
                      .details = "event 12293|slmgr.vbs /sdns|the others carry its load|kms-host"}},
        {.name = "with its port",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 "," KMS03 ":1700",
         .expected = {.says = "kms03.corp.example.com:1700 is not published"}},
        {.name = "an address",
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 ",2001:db8:11::13",
         .expected = {.says = "2001:db8:11::13 is not published"}},
        {.name = "a dead one is published",
         .targets = {LIVE(KMS01, 11), DEAD(KMS02, 12)},
         .planned = KMS01 "," KMS02,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK target=WARNING"}},
        {.name = "in one of two zones is enough",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0))),
                   ZONE("branch.example.com", ANSWERING, RECORDS(RECORD(0, 1)))},
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .planned = KMS01 "," KMS02,
         .expected = {.states = "OK: srv-missing=OK srv-missing=OK target=OK target=OK"}},
        {.name = "a zone that did not answer may have it",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0))),
                   ZONE("lab.example.com", SAID_BY(SERVER(53, DNS_SERVER_FAILURE)))},
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 "," KMS03,
         .expected = {.states = "UNKNOWN: srv-missing=OK srv-missing=UNKNOWN target=OK"}},
        {.name = "a zone without records does not have it",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0))),
                   ZONE("dmz.example.com", SAID_BY(SERVER(53, DNS_NO_DATA)))},
         .targets = {LIVE(KMS01, 11)},
         .planned = KMS01 "," KMS03,
         .expected = {.states =
                          "CRITICAL: srv-missing=OK srv-missing=CRITICAL target=OK srv-expected=WARNING"}},
        {.name = "without any record that is said, not each host",
         .zones = {ZONE("corp.example.com", SAID_BY(SERVER(53, DNS_NAME_ERROR)))},
         .planned = KMS01 "," KMS03,
         .expected = {.states = "CRITICAL: srv-missing=CRITICAL"}},
        {.name = "a named host is not published",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0))),
                   {.records = (struct reach_record[]) {RECORD(0, 1)}, .record_count = 1}},
         .targets = {LIVE(KMS01, 11), LIVE(KMS02, 12)},
         .planned = KMS01 "," KMS02,
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=OK srv-expected=WARNING"}},
        {.name = "an address whose host could not be looked up may be there",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, LOOKED_UP(DNS_TIMEOUT, DNS_TIMEOUT))},
         .planned = KMS01 "," KMS02 ",192.0.2.12",
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK target=OK target=UNKNOWN"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void the_port_of_the_option_is_that_of_every_record(void **state)
{
    const struct reach_case cases[] = {
        {.name = "the same port",
         .targets = {TARGET(KMS01, .port = 1700, PROBES(FINE(IPV4(11))))},
         .port = 1700,
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "another port",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, .port = 1689, PROBES(FINE(IPV4(12))))},
         .port = 1688,
         .expected = {.states = "CRITICAL: srv-missing=OK target=OK srv-port=CRITICAL target=OK target=OK",
                      .says = "kms02:1689 published with port 1689, expected 1688",
                      .details = "0 0 1689 kms02.corp.example.com|slmgr.vbs /sprt|dns"}},
        {.name = "in two zones, said once",
         .zones = {ZONE("corp.example.com", ANSWERING, RECORDS(RECORD(0, 0))),
                   ZONE("branch.example.com", ANSWERING, RECORDS(RECORD(0, 0)))},
         .targets = {LIVE(KMS01, 11)},
         .port = 1700,
         .expected = {.states = "CRITICAL: srv-missing=OK srv-missing=OK target=OK srv-port=CRITICAL "
                                "target=OK"}},
        {.name = "named hosts have the port that they were named with",
         .targets = {TARGET(KMS01, .port = 1689, PROBES(FINE(IPV4(11))))},
         .port = 1688,
         .are_hosts = true,
         .expected = {.states = "OK: target=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_host_that_is_not_planned_is_critical),
        cmocka_unit_test(a_planned_host_that_is_not_published_warns),
        cmocka_unit_test(the_port_of_the_option_is_that_of_every_record),
    };
    return cmocka_run_group_tests_name("judge_reach_plan", tests, NULL, NULL);
}
