/* SPDX-License-Identifier: MIT */
/* What check_kms_reach makes of what happened at the addresses of the targets. */
#include "test_reach_cases.h"

#include <errno.h>

/* One address of one host, dead. */
struct failure_case {
    const char *name;
    struct probe probe;
    const char *brief, *code; /* on the first line */
    const char *details;
    const char *details_not;
};

#define BROKEN_OFF(how, bytes, ...)                                                                          \
    .outcome = (how), .connect_us = 2000, .received = (bytes), .answer = {__VA_ARGS__}
#define SAYS(...) PROBE(IPV4(11), ANSWERED(__VA_ARGS__))

/* A dead host alone, beside a living one, and in two places of it. */
static void check_failure(const struct failure_case *one)
{
    struct text says, beside;
    text_start(&says, CHECKED_TEXT_MAXIMUM);
    text_append_format(&says, "port 1688 %s, clients see %s", one->brief, one->code);
    text_start(&beside, CHECKED_TEXT_MAXIMUM);
    text_append_format(&beside, "kms01 %s, 1 of 2 usable, clients see %s", one->brief, one->code);
    struct probe living = FINE(IPV6(0x11));
    const struct reach_case cases[] = {
        {.name = one->name,
         .targets = {TARGET(KMS01, PROBES(one->probe))},
         .are_hosts = true,
         .expected = {.states = "CRITICAL: target=CRITICAL",
                      .says = text_string(&says),
                      .details = one->details,
                      .details_not = one->details_not,
                      .metrics = "targets=1;;;0 targets_usable=0;;1:;0"}},
        {.name = one->name,
         .targets = {TARGET(KMS01, PROBES(one->probe)), LIVE(KMS02, 12)},
         .expected = {.states = "WARNING: srv-missing=OK target=OK target=WARNING target=OK",
                      .says = text_string(&beside),
                      .details = one->details}},
        {.name = one->name,
         .targets = {TARGET(KMS01, PROBES(one->probe, living))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING",
                      .says = one->brief,
                      .details = "another address of it is usable|takes this address first loses time",
                      .details_not = "delete its SRV record"}},
    };
    CHECK_CASES(cases);
    text_done(&says);
    text_done(&beside);
}

#define CHECK_FAILURES(cases)                                                                                \
    for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                             \
    check_failure(&(cases)[i])

static void a_way_that_ends_before_an_answer_has_its_code_and_its_advice(void **state)
{
    const struct failure_case cases[] = {
        {.name = "nobody listens",
         .probe = PROBE(IPV4(11), ENDED(PROBE_REFUSED)),
         .brief = "refused",
         .code = "0x800706BA",
         .details = "192.0.2.11 refused, |nothing listens|sppsvc|kms-host"},
        {.name = "silence before the connection",
         .probe = PROBE(IPV4(11), ENDED(PROBE_FILTERED)),
         .brief = "no answer",
         .code = "0x800706BA",
         .details = "(5.0 s)|Key Management Service (TCP-In)|Test-NetConnection|network"},
        {.name = "a router says that there is no way",
         .probe = PROBE(IPV4(11), ENDED(PROBE_UNREACHABLE), .error = EHOSTUNREACH),
         .brief = "unreachable",
         .code = "0x800706BA",
         .details = "192.0.2.11 unreachable|traceroute|network"},
        {.name = "closed before a byte",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_CLOSED, 0, .kind = BIND_NOTHING)),
         .brief = "open, then closed",
         .code = "0x800706BF",
         .details = "open, then closed before an answer|load balancer"},
        {.name = "closed within an answer",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_CLOSED, 30, .kind = BIND_BROKEN, .fault = "a part")),
         .brief = "open, then closed",
         .code = "0x800706BE",
         .details = "after 30 bytes of an answer"},
        {.name = "closed after the first byte",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_CLOSED, 1, .kind = BIND_BROKEN, .fault = "a part")),
         .brief = "open, then closed",
         .code = "0x800706BE"},
        {.name = "broken off before a byte",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_RESET, 0, .kind = BIND_NOTHING), .error = ECONNRESET),
         .brief = "open, then reset",
         .code = "0x800706BF",
         .details = "open, then broken off before an answer|RPC inspection"},
        {.name = "broken off within an answer",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_RESET, 16, .kind = BIND_BROKEN, .fault = "a part")),
         .brief = "open, then reset",
         .code = "0x800706BE",
         .details = "after 16 bytes of an answer"},
        {.name = "open and silent",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_SILENT, 0, .kind = BIND_NOTHING)),
         .brief = "open but silent",
         .code = "0x800706BF",
         .details = "open, then silence before an answer (5.0 s)|hangs|kms-host"},
        {.name = "open and silent in the middle",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_SILENT, 20, .kind = BIND_BROKEN, .fault = "a part")),
         .brief = "open but silent",
         .code = "0x800706BF",
         .details = "after 20 bytes of an answer (5.0 s)"},
        {.name = "closed after it said who it is",
         .probe =
             PROBE(IPV4(11), BROKEN_OFF(PROBE_CLOSED, 20, .kind = BIND_BANNER, .banner = "220 mail ready")),
         .brief = "another service, not KMS",
         .code = "0x800706C0",
         .details = "it says: 220 mail ready"},
        {.name = "silent after it said who it is",
         .probe = PROBE(IPV4(11), BROKEN_OFF(PROBE_SILENT, 20, .kind = BIND_BANNER, .banner = "SSH-2.0")),
         .brief = "another service, not KMS",
         .code = "0x800706C0",
         .details = "it says: SSH-2.0"},
    };
    (void)state;
    CHECK_FAILURES(cases);
}

static void an_answer_that_is_no_kms_has_its_code_and_its_advice(void **state)
{
    const struct failure_case cases[] = {
        {.name = "RPC without the KMS interface",
         .probe =
             SAYS(.kind = BIND_ACK, .kms = BIND_REFUSED, .decoy = BIND_REFUSED, .result = 2, .reason = 1),
         .brief = "RPC, but not KMS",
         .code = "0x800706B5",
         .details = "does not know the KMS interface|kms-host"},
        {.name = "KMS with another transfer syntax",
         .probe =
             SAYS(.kind = BIND_ACK, .kms = BIND_REFUSED, .decoy = BIND_REFUSED, .result = 2, .reason = 2),
         .brief = "transfer syntax refused",
         .code = "0x800706C2",
         .details = "NDR32|slmgr.vbs /dlv|kms-host"},
        {.name = "a limit of the host",
         .probe = SAYS(.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 2, .reason = 3),
         .brief = "too busy",
         .code = "0x800706BB",
         .details = "a limit of the host"},
        {.name = "refused by the user of the interface",
         .probe = SAYS(.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 1, .reason = 0),
         .brief = "bind refused",
         .code = "0x800706C0",
         .details = "result 1, reason 0"},
        {.name = "a reason that nobody knows",
         .probe = SAYS(.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 2, .reason = 77),
         .brief = "bind refused",
         .code = "0x800706C0",
         .details = "result 2, reason 77"},
        {.name = "only the invented interface is accepted",
         .probe =
             SAYS(.kind = BIND_ACK, .kms = BIND_REFUSED, .decoy = BIND_ACCEPTED, .result = 2, .reason = 1),
         .brief = "RPC, but not KMS",
         .code = "0x800706B5"},
        {.name = "bind_nak, congestion",
         .probe = SAYS(.kind = BIND_NAK, .reject_reason = 1),
         .brief = "too busy",
         .code = "0x800706BB",
         .details = "turns the bind down because it is too busy"},
        {.name = "bind_nak, local limit",
         .probe = SAYS(.kind = BIND_NAK, .reject_reason = 2),
         .brief = "too busy",
         .code = "0x800706BB"},
        {.name = "bind_nak without a reason",
         .probe = SAYS(.kind = BIND_NAK, .reject_reason = 0),
         .brief = "bind turned down",
         .code = "0x800706C0",
         .details = "reason 0"},
        {.name = "bind_nak, version",
         .probe = SAYS(.kind = BIND_NAK, .reject_reason = 4),
         .brief = "bind turned down",
         .code = "0x800706C0",
         .details = "reason 4"},
        {.name = "fault, access denied",
         .probe = SAYS(.kind = BIND_FAULT, .status = 5),
         .brief = "access denied",
         .code = "0x80070005",
         .details = "denies access|Restrict Unauthenticated RPC clients"},
        {.name = "fault, too busy",
         .probe = SAYS(.kind = BIND_FAULT, .status = 0x1C010014),
         .brief = "RPC fault",
         .code = "0x800706BB",
         .details = "RPC fault 0x1C010014"},
        {.name = "fault, unknown interface",
         .probe = SAYS(.kind = BIND_FAULT, .status = 0x1C010003),
         .brief = "RPC fault",
         .code = "0x800706B5",
         .details = "RPC fault 0x1C010003"},
        {.name = "fault with an error of Windows that the catalogue has",
         .probe = SAYS(.kind = BIND_FAULT, .status = 0x6F7),
         .brief = "RPC fault",
         .code = "0x800706F7"},
        {.name = "fault with an error of Windows that the catalogue does not have",
         .probe = SAYS(.kind = BIND_FAULT, .status = 0x721),
         .brief = "RPC fault",
         .code = "0x80070721",
         .details = "RPC fault 0x00000721|RPC inspection"},
        {.name = "fault without a status",
         .probe = SAYS(.kind = BIND_FAULT, .status = 0),
         .brief = "RPC fault",
         .code = "0x800706C0"},
        {.name = "fault that nobody knows",
         .probe = SAYS(.kind = BIND_FAULT, .status = 0x1C00001A),
         .brief = "RPC fault",
         .code = "0x800706C0",
         .details = "0x1C00001A"},
        {.name = "an echo",
         .probe = SAYS(.kind = BIND_ECHO),
         .brief = "echo, not KMS",
         .code = "0x800706C0",
         .details = "our own bytes back"},
        {.name = "TLS",
         .probe = SAYS(.kind = BIND_TLS),
         .brief = "TLS, not KMS",
         .code = "0x800706C0",
         .details = "a TLS server"},
        {.name = "HTTP",
         .probe = SAYS(.kind = BIND_HTTP, .banner = "HTTP/1.1 400 Bad Request"),
         .brief = "HTTP, not KMS",
         .code = "0x800706C0",
         .details = "a web server, not KMS, it says: HTTP/1.1 400 Bad Request"},
        {.name = "a greeting",
         .probe = SAYS(.kind = BIND_BANNER, .banner = "SSH-2.0-OpenSSH_9.2"),
         .brief = "another service, not KMS",
         .code = "0x800706C0",
         .details = "it says: SSH-2.0-OpenSSH_9.2|netstat -abno"},
        {.name = "other bytes",
         .probe = SAYS(.kind = BIND_FOREIGN, .banner = "..MZ.."),
         .brief = "not RPC",
         .code = "0x800706C0",
         .details = "a protocol that is not RPC, begins: ..MZ.."},
        {.name = "other bytes, none of them printable",
         .probe = SAYS(.kind = BIND_FOREIGN),
         .brief = "not RPC",
         .code = "0x800706C0",
         .details_not = "begins"},
        {.name = "a broken answer",
         .probe = SAYS(.kind = BIND_BROKEN, .fault = "an answer to another call"),
         .brief = "broken RPC answer",
         .code = "0x800706C0",
         .details = "no proper RPC answer: an answer to another call"},
        {.name = "an answer of nothing",
         .probe = SAYS(.kind = BIND_NOTHING),
         .brief = "not RPC",
         .code = "0x800706C0"},
    };
    (void)state;
    CHECK_FAILURES(cases);
}

/* What clients show instead of a code of RPC; codes of rights are shown as they are. */
static void a_code_that_clients_hide_behind_a_summary_says_so_when_nothing_works(void **state)
{
    const struct reach_case cases[] = {
        {.name = "nothing works",
         .targets = {DEAD(KMS01, 11)},
         .are_hosts = true,
         .expected =
             {.says = "clients see 0x800706BA RPC unavailable, KMS host not reached (shown as 0xC004F074)"}},
        {.name = "another one works",
         .targets = {DEAD(KMS01, 11), LIVE(KMS02, 12)},
         .expected = {.says_not = "0xC004F074"}},
        {.name = "a code of rights",
         .targets = {TARGET(KMS01, PROBES(SAYS(.kind = BIND_FAULT, .status = 5)))},
         .expected = {.says = "clients see 0x80070005", .says_not = "0xC004F074"}},
        {.name = "all of several",
         .targets = {DEAD(KMS01, 11), DEAD(KMS02, 12)},
         .expected = {.says = "0 of 2 targets usable|clients see 0x800706BA|(shown as 0xC004F074)"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- several addresses ---- */

static void one_usable_address_is_enough_and_a_dead_one_warns(void **state)
{
    const struct reach_case cases[] = {
        {.name = "both work",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), FINE(IPV6(0x11))))},
         .expected = {.states = "OK: srv-missing=OK target=OK",
                      .says = "kms01 usable, bind accepted, decoy refused, 12.0 ms",
                      .details = "192.0.2.11 bind accepted, decoy refused, 12.0 ms / 2001:db8:11::11 bind"}},
        {.name = "IPv6 is dead",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), FILTERED(IPV6(0x11))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING",
                      .says = "IPv6 of kms01 no answer, clients see 0x800706BA",
                      .says_not = "192.0.2.11",
                      .details = "another address of it is usable|takes this address first loses time|"
                                 "delete this one A or AAAA record|Test-NetConnection ADDRESS",
                      .details_not = "is the machine up"}},
        {.name = "access is denied at one: that is the host, not the address",
         .targets = {TARGET(
             KMS01, PROBES(FINE(IPV4(11)), PROBE(IPV6(0x11), ANSWERED(.kind = BIND_FAULT, .status = 5))))},
         .expected = {.says = "IPv6 of kms01 access denied, clients see 0x80070005",
                      .details = "Restrict Unauthenticated RPC clients",
                      .details_not = "A or AAAA record"}},
        {.name = "two of three are dead, each is named",
         .targets = {TARGET(KMS01, PROBES(REFUSED(IPV4(11)), FILTERED(IPV4(21)), FINE(IPV6(0x11))))},
         .expected = {.states = "WARNING: srv-missing=OK target=OK address=WARNING address=WARNING",
                      .says = "192.0.2.11 of kms01 refused|192.0.2.21 of kms01 no answer"}},
        {.name = "all are dead: the one that tells most gives the code",
         .targets = {TARGET(KMS01, PROBES(FILTERED(IPV4(11)), PROBE(IPV6(0x11), ANSWERED(.kind = BIND_TLS)),
                                          REFUSED(IPV4(21))))},
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL",
                      .says = "kms01 TLS, not KMS, clients see 0x800706C0",
                      .details = "192.0.2.11 no answer|2001:db8:11::11 a TLS server|192.0.2.21 refused"}},
        {.name = "refused tells more than silence",
         .targets = {TARGET(KMS01, PROBES(FILTERED(IPV4(11)), REFUSED(IPV6(0x11))))},
         .expected = {.says = "kms01 refused"}},
        {.name = "nine addresses, eight of them listed",
         .targets = {TARGET(KMS01,
                            PROBES(FINE(IPV4(1)), FINE(IPV4(2)), FINE(IPV4(3)), FINE(IPV4(4)), FINE(IPV4(5)),
                                   FINE(IPV4(6)), FINE(IPV4(7)), FINE(IPV4(8)), FINE(IPV4(9))))},
         .expected = {.states = "OK: srv-missing=OK target=OK",
                      .details = "192.0.2.8 bind|and 1 more addresses",
                      .details_not = "192.0.2.9"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

static void what_no_route_leads_to_is_not_tested(void **state)
{
    const struct reach_case cases[] = {
        {.name = "one family is no state",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), NO_ROUTE(IPV6(0x11))))},
         .expected = {.states = "OK: srv-missing=OK target=OK family=OK",
                      .says_not = "not tested",
                      .details = "2001:db8:11::11 not tested from here, no IPv6 route"}},
        {.name = "one family, with a wish for it",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), NO_ROUTE(IPV6(0x11))))},
         .rules = "family=warning",
         .expected = {.states = "WARNING: srv-missing=OK target=OK family=WARNING",
                      .says = "IPv6 of kms01 not tested from here"}},
        {.name = "one family, switched off",
         .targets = {TARGET(KMS01, PROBES(FINE(IPV4(11)), NO_ROUTE(IPV6(0x11))))},
         .rules = "family=off",
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "all addresses of the only target",
         .targets = {TARGET(KMS01, PROBES(NO_ROUTE(IPV4(11)), NO_ROUTE(IPV6(0x11))))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .says = "kms01: not tested from here, no route",
                      .says_not = "clients see",
                      .details = "ip route get ADDRESS|monitoring|was not tried",
                      .metrics = "targets=1;;;0 targets_usable=0;;1:;0"}},
        {.name = "all addresses of one target",
         .targets = {LIVE(KMS01, 11), TARGET(KMS02, PROBES(NO_ROUTE(IPV6(0x12))))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=OK target=OK target=UNKNOWN",
                      .says = "kms02: not tested from here, no IPv6 route"}},
        {.name = "all targets",
         .targets = {UNTESTED(KMS01, 11), UNTESTED(KMS02, 12)},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN target=UNKNOWN target=UNKNOWN",
                      .says = "0 of 2 targets usable, 2 not tested, 1 wanted|kms01: not tested"}},
        {.name = "the other family is dead: tried, and unusable",
         .targets = {TARGET(KMS01, PROBES(NO_ROUTE(IPV6(0x11)), REFUSED(IPV4(11))))},
         .expected = {.states = "CRITICAL: srv-missing=OK target=CRITICAL",
                      .says = "kms01 refused",
                      .details = "not tested from here, no IPv6 route / 192.0.2.11 refused"}},
        {.name = "forbidden by this machine",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), ENDED(PROBE_NO_ROUTE), .error = EACCES)))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN",
                      .says = "forbidden by rules of this machine"}},
        {.name = "this machine has no descriptor left",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), ENDED(PROBE_NOT_IN_TIME), .error = EMFILE)))},
         .expected = {.states = "UNKNOWN: srv-missing=OK target=UNKNOWN", .says = "out of descriptors"}},
        {.name = "one dead and one not tested is not the end of activation",
         .targets = {DEAD(KMS01, 11), UNTESTED(KMS02, 12)},
         .expected =
             {.states = "WARNING: srv-missing=OK target=UNKNOWN target=WARNING target=UNKNOWN",
              .says =
                  "kms01 refused, 0 of 2 usable, clients see 0x800706BA|KMS host not reached, 1 not tested",
              .details = "is not known from here",
              .details_not = "no client activates"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- emulators ---- */

static void a_service_that_is_not_that_of_windows_warns(void **state)
{
    const struct reach_case cases[] = {
        {.name = "the decoy is accepted",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), ANSWERED(ACK, .decoy = BIND_ACCEPTED))))},
         .expected = {.states = "WARNING: srv-missing=OK decoy=WARNING target=OK",
                      .says = "nas7 is not a genuine Windows RPC service, possible KMS emulator",
                      .details = "192.0.2.77 accepts an invented interface, Windows refuses it|tell security",
                      .details_not = "association group"}},
        {.name = "the decoy is accepted, and the flag",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), ANSWERED(ACK, .decoy = BIND_ACCEPTED,
                                                                  .has_unasked_multiplexing = true))))},
         .expected = {.details = "Windows refuses it, sets a flag that nobody asked for",
                      .details_not = "association group"}},
        {.name = "all signs of an emulator",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), EMULATOR)))},
         .expected = {.states = "WARNING: srv-missing=OK decoy=WARNING target=OK",
                      .details =
                          "the association group of a known emulator, sets a flag that nobody asked for"}},
        {.name = "the group of an emulator without a decoy",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), ANSWERED(ACK, .has_emulator_group = true))))},
         .depth = UP_TO_BIND,
         .expected = {.states = "WARNING: srv-missing=OK decoy=WARNING target=OK",
                      .details = "accepts the KMS interface, has the association group",
                      .details_not = "invented interface"}},
        {.name = "the group of an emulator that refuses the decoy",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), ANSWERED(ACK, .decoy = BIND_REFUSED,
                                                                  .has_emulator_group = true))))},
         .expected = {.states = "WARNING: srv-missing=OK decoy=WARNING target=OK"}},
        {.name = "the flag alone proves nothing",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), ANSWERED(ACK, .decoy = BIND_REFUSED,
                                                                   .has_unasked_multiplexing = true))))},
         .expected = {.states = "OK: srv-missing=OK target=OK"}},
        {.name = "the second address",
         .targets = {TARGET(NAS7, PROBES(FINE(IPV4(77)), PROBE(IPV6(0x77), EMULATOR)))},
         .expected = {.states = "WARNING: srv-missing=OK decoy=WARNING target=OK",
                      .details = "2001:db8:11::77 accepts an invented interface"}},
        {.name = "both addresses, said once",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), EMULATOR), PROBE(IPV6(0x77), EMULATOR)))},
         .expected = {.states = "WARNING: srv-missing=OK decoy=WARNING target=OK"}},
        {.name = "a wish",
         .targets = {TARGET(NAS7, PROBES(PROBE(IPV4(77), EMULATOR)))},
         .rules = "decoy=critical",
         .expected = {.states = "CRITICAL: srv-missing=OK decoy=CRITICAL target=OK"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

/* ---- depth ---- */

#define CONNECTED .outcome = PROBE_CONNECTED, .connect_us = 1500

static void each_depth_asks_for_what_it_can_see(void **state)
{
    const struct reach_case cases[] = {
        {.name = "TCP: an open port is enough",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), CONNECTED)))},
         .depth = UP_TO_TCP,
         .are_hosts = true,
         .expected = {.states = "OK: target=OK",
                      .says = "port 1688 usable, connection accepted, 1.5 ms",
                      .metrics = "targets=1;;;0 targets_usable=1;;1:;0 time_connect=0.001500s;;;0 "
                                 "time_probe=0.001500s;;;0"}},
        {.name = "TCP: a closed port",
         .targets = {DEAD(KMS01, 11)},
         .depth = UP_TO_TCP,
         .are_hosts = true,
         .expected = {.states = "CRITICAL: target=CRITICAL", .says = "port 1688 refused"}},
        {.name = "bind: an open port is not enough",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), CONNECTED)))},
         .depth = UP_TO_BIND,
         .are_hosts = true,
         .expected = {.states = "CRITICAL: target=CRITICAL"}},
        {.name = "bind: without a word on a decoy",
         .targets = {TARGET(KMS01, PROBES(PROBE(IPV4(11), ANSWERED(ACK))))},
         .depth = UP_TO_BIND,
         .are_hosts = true,
         .expected = {.states = "OK: target=OK",
                      .says = "port 1688 usable, bind accepted, 12.0 ms",
                      .says_not = "decoy",
                      .metrics = "targets=1;;;0 targets_usable=1;;1:;0 time_connect=0.002000s;;;0 "
                                 "time_bind=0.010000s;;;0 time_probe=0.012000s;;;0"}},
    };
    (void)state;
    CHECK_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_that_ends_before_an_answer_has_its_code_and_its_advice),
        cmocka_unit_test(an_answer_that_is_no_kms_has_its_code_and_its_advice),
        cmocka_unit_test(a_code_that_clients_hide_behind_a_summary_says_so_when_nothing_works),
        cmocka_unit_test(one_usable_address_is_enough_and_a_dead_one_warns),
        cmocka_unit_test(what_no_route_leads_to_is_not_tested),
        cmocka_unit_test(a_service_that_is_not_that_of_windows_warns),
        cmocka_unit_test(each_depth_asks_for_what_it_can_see),
    };
    return cmocka_run_group_tests_name("judge_reach_probe", tests, NULL, NULL);
}
