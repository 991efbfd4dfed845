/* SPDX-License-Identifier: MIT */
/* The ways to fail, and the Win32 error of the RPC runtime (winerror.h) that a client logs for each.  Where
 * no source names it, it is derived from the meaning of the error. */
#include "judge/reach_failure.h"

#define RPC_UNAVAILABLE UINT32_C(0x800706BA)
#define RPC_UNKNOWN_INTERFACE UINT32_C(0x800706B5)
#define RPC_TOO_BUSY UINT32_C(0x800706BB)
#define RPC_CALL_FAILED UINT32_C(0x800706BE)
#define RPC_CALL_NOT_EXECUTED UINT32_C(0x800706BF)
#define RPC_PROTOCOL_ERROR UINT32_C(0x800706C0)
#define RPC_UNSUPPORTED_SYNTAX UINT32_C(0x800706C2)
#define ACCESS_DENIED UINT32_C(0x80070005)

/* C706 chapter 12: p_provider_reason_t, p_reject_reason_t; appendix E: fault status. */
enum { RESULT_PROVIDER_REJECTION = 2 };
enum { REASON_UNKNOWN_INTERFACE = 1, REASON_TRANSFER_SYNTAX = 2, REASON_LOCAL_LIMIT = 3 };
enum { REJECT_CONGESTION = 1, REJECT_LOCAL_LIMIT = 2 };
enum {
    FAULT_ACCESS_DENIED = 0x00000005,
    FAULT_WIN32_MAXIMUM = 0x0000FFFF,
    FAULT_UNKNOWN_INTERFACE = 0x1C010003,
    FAULT_TOO_BUSY = 0x1C010014
};

static const struct target_failure refused = {
    .brief = "refused",
    .text = "refused, nothing listens or a firewall rejects",
    .code = RPC_UNAVAILABLE,
    .advice = {.cause = "service sppsvc is stopped there, KMS listens on another port, or a firewall rejects",
               .steps = {"on the KMS host: slmgr.vbs /dlv shows whether KMS is enabled, and its port",
                         "sc.exe query sppsvc: stopped, then start it, the System log says why it ended",
                         "other port: correct the SRV record",
                         "retired: delete its SRV record, slmgr.vbs /ckms on clients fixed to it"},
               .step_count = 4,
               .side = "kms-host"}};

static const struct target_failure filtered = {
    .brief = "no answer",
    .text = "no answer, a firewall drops the packets or the machine is off",
    .code = RPC_UNAVAILABLE,
    .advice = {
        .cause = "the firewall rule Key Management Service (TCP-In) is off by default, a firewall on the way "
                 "drops the port, or the machine is off",
        .steps = {"is the machine up, and is this still its address",
                  "on the KMS host: enable the firewall rule Key Management Service (TCP-In)",
                  "from a client: Test-NetConnection KMSHOST -Port 1688. Works there: only the way from this "
                  "monitoring server is blocked",
                  "retired: delete its SRV record, cure fixed clients with slmgr.vbs /ckms"},
        .step_count = 4,
        .side = "network"}};

static const struct target_failure unreachable = {
    .brief = "unreachable",
    .text = "unreachable, a router or the own network says so",
    .code = RPC_UNAVAILABLE,
    .advice = {.cause = "no machine has this address now, or no route leads to it",
               .steps = {"is the machine up, and is this still its address: nslookup KMSHOST",
                         "routing between this network and that of the KMS host: traceroute to the address",
                         "retired: delete its SRV record, cure fixed clients with slmgr.vbs /ckms"},
               .step_count = 3,
               .side = "network"}};

static const struct advice cut_advice = {
    .cause =
        "a load balancer or address translation without a living machine behind it, a firewall that inspects "
        "RPC, or a service that is no KMS",
    .steps = {"on the KMS host: netstat -abno (elevated) shows which program owns the port, and slmgr.vbs "
              "/dlv whether "
              "KMS is "
              "enabled",
              "exempt TCP 1688 from RPC inspection, take a load balancer out of the way",
              "restart service Software Protection (sppsvc) on the KMS host"},
    .step_count = 3,
    .side = "network"};

static const struct advice silent_advice = {
    .cause =
        "the service behind the port hangs, or something in front accepts connections for a machine that is "
        "gone",
    .steps = {"on the KMS host: netstat -abno (elevated) shows which program owns the port",
              "restart service Software Protection (sppsvc) there",
              "a load balancer or firewall in front: see what it knows of the machine behind it"},
    .step_count = 3,
    .side = "kms-host"};

static const struct advice foreign_advice = {
    .cause = "another service owns the port, a proxy stands in front, or the record names the wrong machine "
             "or port",
    .steps =
        {"see whose machine it is: nslookup KMSHOST, and on it netstat -abno (elevated) shows which program "
         "owns the "
         "port",
         "compare the port with slmgr.vbs /dlv on the KMS host (Listening on Port), correct the SRV record",
         "no KMS host: delete its SRV record"},
    .step_count = 3,
    .side = "kms-host"};

/* It speaks RPC, and not as a KMS host does: for codes without steps in the catalogue. */
static const struct advice odd_advice = {
    .cause = "the RPC service behind the port is no KMS host, or a device on the way changes RPC",
    .steps = {"see whose machine it is: nslookup KMSHOST, and on it netstat -abno (elevated) shows which "
              "program owns the "
              "port",
              "on the KMS host: slmgr.vbs /dlv shows whether KMS is enabled, and Listening on Port",
              "exempt TCP 1688 from RPC inspection"},
    .step_count = 3,
    .side = "kms-host"};

static const struct advice denied_advice = {
    .cause = "the RPC runtime of the host turns this caller away: a policy that restricts unauthenticated "
             "RPC clients, "
             "or an RPC filter",
    .steps = {"on the KMS host: group policy Restrict Unauthenticated RPC clients, and netsh rpc filter show "
              "filter",
              "from a client: slmgr.vbs /ato. Works there: only this monitoring server is turned away"},
    .step_count = 2,
    .side = "kms-host"};

static const struct advice stale_advice = {
    .cause = "the host was retired or renamed, its record stayed",
    .steps = {"retired: delete this one SRV record",
              "clients fixed to it: slmgr.vbs /ckms, then slmgr.vbs /ato",
              "still in service: ipconfig /registerdns there"},
    .step_count = 3,
    .side = "dns"};

static const struct advice family_advice = {
    .cause = "the host has no address of this family. One of the other family was not asked for (-4, -6)",
    .steps = {"nslookup KMSHOST shows which addresses it has",
              "its clients reach it through the other family: run this check without -4 and -6",
              "the address is missing: register it again, ipconfig /registerdns on the KMS host"},
    .step_count = 3,
    .side = "dns"};

static const struct advice port_zero_advice = {
    .cause = "the SRV record was made by hand or by a program that is no KMS host: TCP has no port 0",
    .steps = {"slmgr.vbs /dlv on the KMS host shows the port it listens on, usually 1688",
              "delete this record, and let the host publish: slmgr.vbs /sdns, restart sppsvc there"},
    .step_count = 2,
    .side = "dns"};

static const struct advice name_advice = {
    .cause = "the name is wrong here, gone from DNS, or lacks its domain: it is asked as it stands",
    .steps = {"nslookup KMSHOST, here and on a client: answers may differ",
              "clients that are fixed to this name: slmgr.vbs /ckms, then slmgr.vbs /ato"},
    .step_count = 2,
    .side = "dns"};

static const struct advice look_up_advice = {
    .cause = "the DNS server that was asked does not resolve the name of the target",
    .steps = {"nslookup KMSHOST against each DNS server of the clients, answers may differ",
              "the zone of the name: is it there on this DNS server, or forwarded to one that has it"},
    .step_count = 2,
    .side = "dns"};

static struct target_failure ack_failure(struct judging *judging, const struct bind_answer *answer)
{
    bool is_by_provider = answer->result == RESULT_PROVIDER_REJECTION;
    if (is_by_provider && answer->reason == REASON_UNKNOWN_INTERFACE)
        return (struct target_failure) {.brief = "RPC, but not KMS",
                                        .text = "answers RPC and does not know the KMS interface",
                                        .code = RPC_UNKNOWN_INTERFACE};
    if (is_by_provider && answer->reason == REASON_TRANSFER_SYNTAX)
        return (struct target_failure) {.brief = "transfer syntax refused",
                                        .text =
                                            "knows the KMS interface and refuses its transfer syntax NDR32",
                                        .code = RPC_UNSUPPORTED_SYNTAX,
                                        .advice = odd_advice};
    if (is_by_provider && answer->reason == REASON_LOCAL_LIMIT)
        return (struct target_failure) {
            .brief = "too busy",
            .text = "refuses the KMS interface because a limit of the host is reached",
            .code = RPC_TOO_BUSY};
    return (struct target_failure) {.brief = "bind refused",
                                    .text = report_format(judging->report,
                                                          "refuses the KMS interface, result %u, reason %u",
                                                          (unsigned)answer->result, (unsigned)answer->reason),
                                    .code = RPC_PROTOCOL_ERROR};
}

static struct target_failure nak_failure(struct judging *judging, const struct bind_answer *answer)
{
    if (answer->reject_reason == REJECT_CONGESTION || answer->reject_reason == REJECT_LOCAL_LIMIT)
        return (struct target_failure) {
            .brief = "too busy", .text = "turns the bind down because it is too busy", .code = RPC_TOO_BUSY};
    return (struct target_failure) {.brief = "bind turned down",
                                    .text = report_format(judging->report, "turns the bind down, reason %u",
                                                          (unsigned)answer->reject_reason),
                                    .code = RPC_PROTOCOL_ERROR,
                                    .advice = foreign_advice};
}

static struct target_failure fault_failure(struct judging *judging, uint32_t status)
{
    struct target_failure failure = {.brief = "RPC fault", .code = RPC_PROTOCOL_ERROR};
    if (status == FAULT_ACCESS_DENIED)
        return (struct target_failure) {.brief = "access denied",
                                        .text = "the host is up and denies access to its RPC runtime",
                                        .code = ACCESS_DENIED,
                                        .advice = denied_advice};
    if (status == FAULT_TOO_BUSY)
        failure.code = RPC_TOO_BUSY;
    else if (status == FAULT_UNKNOWN_INTERFACE)
        failure.code = RPC_UNKNOWN_INTERFACE;
    else if (status != 0 && status <= FAULT_WIN32_MAXIMUM) {
        failure.code = UINT32_C(0x80070000) | status;
        failure.advice = odd_advice;
    }
    failure.text = report_format(judging->report, "answers the bind with RPC fault 0x%08X", (unsigned)status);
    return failure;
}

/* Something answers that is no DCE/RPC. */
static struct target_failure foreign_failure(struct judging *judging, const struct bind_answer *answer)
{
    struct target_failure failure = {.code = RPC_PROTOCOL_ERROR, .advice = foreign_advice};
    switch (answer->kind) {
    case BIND_ECHO:
        failure.brief = "echo, not KMS";
        failure.text = "sends our own bytes back: an echo service or a proxy, not KMS";
        break;
    case BIND_TLS:
        failure.brief = "TLS, not KMS";
        failure.text = "a TLS server, not KMS";
        break;
    case BIND_HTTP:
        failure.brief = "HTTP, not KMS";
        failure.text = report_format(judging->report, "a web server, not KMS, it says: %s", answer->banner);
        break;
    case BIND_BANNER:
        failure.brief = "another service, not KMS";
        failure.text =
            report_format(judging->report, "another service, not KMS, it says: %s", answer->banner);
        break;
    case BIND_BROKEN:
        failure.brief = "broken RPC answer";
        failure.text = report_format(judging->report, "no proper RPC answer: %s", answer->fault);
        break;
    case BIND_NOTHING:
    case BIND_ACK:
    case BIND_NAK:
    case BIND_FAULT:
    case BIND_FOREIGN:
        failure.brief = "not RPC";
        failure.text =
            answer->banner[0] == '\0'
                ? "answers in a protocol that is not RPC"
                : report_format(judging->report, "answers in a protocol that is not RPC, begins: %s",
                                answer->banner);
        break;
    }
    return failure;
}

static struct target_failure answer_failure(struct judging *judging, const struct bind_answer *answer)
{
    switch (answer->kind) {
    case BIND_ACK:
        return ack_failure(judging, answer);
    case BIND_NAK:
        return nak_failure(judging, answer);
    case BIND_FAULT:
        return fault_failure(judging, answer->status);
    case BIND_NOTHING:
    case BIND_ECHO:
    case BIND_TLS:
    case BIND_HTTP:
    case BIND_BANNER:
    case BIND_FOREIGN:
    case BIND_BROKEN:
        break;
    }
    return foreign_failure(judging, answer);
}

/* Half an answer tells more than the end of the connection: a banner, a web server. */
static bool says_who_it_is(const struct bind_answer *answer)
{
    return answer->kind != BIND_NOTHING && answer->kind != BIND_BROKEN && answer->kind != BIND_FOREIGN &&
           answer->kind != BIND_ACK;
}

static const char *after_bytes(struct judging *judging, const struct probe *probe)
{
    return probe->received == 0
               ? " before an answer"
               : report_format(judging->report, " after %zu bytes of an answer", probe->received);
}

struct target_failure probe_failure(struct judging *judging, const struct probe *probe)
{
    struct report *report = judging->report;
    switch (probe->outcome) {
    case PROBE_REFUSED:
        return refused;
    case PROBE_FILTERED:
        return filtered;
    case PROBE_UNREACHABLE:
        return unreachable;
    case PROBE_ANSWERED:
        return answer_failure(judging, &probe->answer);
    case PROBE_CLOSED:
    case PROBE_RESET:
    case PROBE_SILENT:
        if (says_who_it_is(&probe->answer))
            return answer_failure(judging, &probe->answer);
        if (probe->outcome == PROBE_SILENT)
            return (struct target_failure) {
                .brief = "open but silent",
                .text = report_format(report, "open, then silence%s", after_bytes(judging, probe)),
                .code = RPC_CALL_NOT_EXECUTED,
                .advice = silent_advice};
        return (struct target_failure) {
            .brief = probe->outcome == PROBE_RESET ? "open, then reset" : "open, then closed",
            .text = report_format(report, "open, then %s%s",
                                  probe->outcome == PROBE_RESET ? "broken off" : "closed",
                                  after_bytes(judging, probe)),
            .code = probe->received > 0 ? RPC_CALL_FAILED : RPC_CALL_NOT_EXECUTED,
            .advice = cut_advice};
    case PROBE_NOT_IN_TIME:
    case PROBE_NO_ROUTE:
    case PROBE_CONNECTED:
        break;
    }
    return (struct target_failure) {.brief = "not usable", .text = "not usable", .code = RPC_UNAVAILABLE};
}

struct target_failure failure_without_address(bool is_published)
{
    return (struct target_failure) {.brief = "has no address",
                                    .text = "no address",
                                    .code = RPC_UNAVAILABLE,
                                    .advice = is_published ? stale_advice : name_advice};
}

struct target_failure failure_without_family(bool is_ipv6)
{
    return (struct target_failure) {.brief = is_ipv6 ? "has no IPv6 address" : "has no IPv4 address",
                                    .text = "no address of this family",
                                    .code = RPC_UNAVAILABLE,
                                    .advice = family_advice};
}

struct target_failure failure_of_port_zero(void)
{
    return (struct target_failure) {.brief = "has port 0",
                                    .text = "the record has port 0",
                                    .code = RPC_UNAVAILABLE,
                                    .advice = port_zero_advice};
}

struct target_failure failure_of_look_up(void)
{
    return (struct target_failure) {.brief = "look-up failed",
                                    .text = "the look-up of its address failed",
                                    .code = RPC_UNAVAILABLE,
                                    .advice = look_up_advice};
}
