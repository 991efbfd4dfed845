/* SPDX-License-Identifier: MIT */
/* Sentences about SNMP. */
#define _DEFAULT_SOURCE /* u_char, in net-snmp's headers */

#include "transport/snmp_failure.h"

#include <errno.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h> /* before all others of net-snmp */

#include <net-snmp/net-snmp-includes.h>

const char *snmp_level_name(enum snmp_level level)
{
    switch (level) {
    case SNMP_LEVEL_NONE:
        return "noAuthNoPriv";
    case SNMP_LEVEL_AUTH:
        return "authNoPriv";
    case SNMP_LEVEL_PRIVACY:
        return "authPriv";
    }
    return "?";
}

bool snmp_failure_explain_network(const struct snmp_target *target, int error, struct problem *why)
{
    switch (error) {
    case ECONNREFUSED:
        problem_set(why, PROBLEM_CONNECT, "refused the packet: nothing listens on UDP port %u", target->port);
        return problem_advise(
            why, "does the SNMP agent run, does it listen on this port and not only on its "
                 "loopback address (NET-SNMP: agentaddress in snmpd.conf), does a firewall reject");
    case EMFILE:
    case ENFILE:
        return problem_set(why, PROBLEM_CONNECT, "could not be tried: this server has no descriptor left");
    case ENOMEM:
        return problem_set_memory(why);
    default:
        problem_set(why, PROBLEM_CONNECT, "cannot be reached: %s", strerror(error));
        return problem_advise(why, "look at routes and firewalls between this server and the machine");
    }
}

/* ---- reports ----------------------------------------------------------------------------------------- */

static bool explain_digest(const struct snmp_target *target, struct problem *why)
{
    problem_set(why, PROBLEM_REFUSED,
                "refused the login of user %.64s: wrong authentication pass phrase or protocol",
                target->user);
    return problem_advise(why,
                          "compare --authpasswd-file and --authproto (%s was used) with createUser in the "
                          "snmpd.conf of the agent",
                          target->authentication != NULL ? target->authentication : "none");
}

static bool explain_level(const struct snmp_target *target, struct problem *why)
{
    problem_set(why, PROBLEM_REFUSED, "does not take level %s from user %.64s",
                snmp_level_name(target->level), target->user);
    return problem_advise(why,
                          "createUser of the agent has no %s for this user: give --seclevel=%s, or "
                          "create the user with it",
                          target->level == SNMP_LEVEL_PRIVACY ? "privacy pass phrase" : "pass phrase",
                          target->level == SNMP_LEVEL_PRIVACY ? "authNoPriv" : "noAuthNoPriv");
}

static bool explain_decryption(const struct snmp_target *target, struct problem *why)
{
    problem_set(why, PROBLEM_REFUSED,
                "could not decrypt the request of user %.64s: wrong privacy pass phrase or protocol",
                target->user);
    return problem_advise(why,
                          "compare --privpasswd-file and --privproto (%s was used) with createUser in the "
                          "snmpd.conf of the agent",
                          target->privacy != NULL ? target->privacy : "none");
}

bool snmp_failure_explain_report(const struct snmp_target *target, int report, struct problem *why)
{
    if (target->version != 3) {
        problem_set(why, PROBLEM_PROTOCOL, "answered with a report, which this version does not have");
        return problem_advise(why,
                              "does the agent speak this --protocol, does something between the two answer "
                              "in its place");
    }
    switch (report) {
    case SNMPERR_UNKNOWN_USER_NAME:
    case SNMPERR_USM_UNKNOWNSECURITYNAME:
        problem_set(why, PROBLEM_REFUSED, "does not know the user %.64s", target->user);
        return problem_advise(why, "compare --secname with createUser and rouser in the snmpd.conf of the "
                                   "agent, capitals count; snmpd takes a new createUser when it starts");
    case SNMPERR_AUTHENTICATION_FAILURE:
    case SNMPERR_USM_AUTHENTICATIONFAILURE:
        return explain_digest(target, why);
    case SNMPERR_UNSUPPORTED_SEC_LEVEL:
    case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
        return explain_level(target, why);
    case SNMPERR_NOT_IN_TIME_WINDOW:
    case SNMPERR_USM_NOTINTIMEWINDOW:
        problem_set(why, PROBLEM_PROTOCOL, "found the request outside its time window, more than once");
        return problem_advise(why, "restart the SNMP agent. Again: do two agents share one engine id, as "
                                   "cloned machines do, or does its count of starts stand at the maximum");
    case SNMPERR_UNKNOWN_ENG_ID:
    case SNMPERR_USM_UNKNOWNENGINEID:
        problem_set(why, PROBLEM_PROTOCOL, "does not know the engine id that it has told itself");
        return problem_advise(why, "did it restart just now, or do several agents share this address");
    case SNMPERR_DECRYPTION_ERR:
    case SNMPERR_USM_DECRYPTIONERROR:
        return explain_decryption(target, why);
    case SNMPERR_BAD_CONTEXT:
        problem_set(why, PROBLEM_PROTOCOL, "does not know the context %.64s",
                    target->context != NULL ? target->context : "without a name");
        return problem_advise(why, "compare --context with the configuration of the agent");
    case SNMPERR_UNKNOWN_SEC_MODEL:
        problem_set(why, PROBLEM_PROTOCOL, "has no user-based security (USM)");
        return problem_advise(why, "enable SNMPv3 with users on the agent");
    default:
        problem_set(why, PROBLEM_PROTOCOL, "could not be asked with SNMPv3: %.120s",
                    snmp_api_errstring(report));
        return problem_advise(why, "look at the log of the agent, and ask the same with snmpget");
    }
}

bool snmp_failure_explain_sending(int error, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "could not be asked: %.120s", snmp_api_errstring(error));
    return problem_advise(why,
                          "ask the same with snmpget: this server could not make the request or send it");
}

/* ---- silence ----------------------------------------------------------------------------------------- */

static bool explain_noise(const struct snmp_heard *heard, struct problem *why)
{
    if (heard->garbled > 0) {
        problem_set(why, PROBLEM_PROTOCOL, "sent what cannot be read as SNMP of this version");
        return problem_advise(why,
                              "is this the port of the SNMP agent, does it speak this --protocol? A packet "
                              "that came in part looks the same: a firewall or tunnel that cuts large "
                              "packets or loses fragments");
    }
    problem_set(why, PROBLEM_PROTOCOL, "sent what answers none of our questions");
    return problem_advise(why, "is this the port of the SNMP agent, does something between the two answer in "
                               "its place");
}

bool snmp_failure_explain_silence(const struct snmp_target *target, const struct snmp_heard *heard,
                                  struct problem *why)
{
    if (heard->answers > 0) {
        problem_set(why, PROBLEM_TIMEOUT, "answered and then fell silent");
        return problem_advise(why,
                              "a value above 64 kB gets no answer at all, and while a script runs the agent "
                              "answers nobody: is the output short, is the script done within --timeout%s",
                              heard->garbled > 0 ? "? What came last could not be read: does a firewall or "
                                                   "tunnel cut large packets or lose fragments"
                                                 : "");
    }
    if (heard->late > 0) {
        problem_set(why, PROBLEM_TIMEOUT, "answered too late, when the request had been sent again");
        return problem_advise(why,
                              "give fewer --retries or a longer --timeout: each sending has its share of the "
                              "time, and SNMPv3 takes an answer only to the last one");
    }
    if (heard->garbled + heard->strangers > 0)
        return explain_noise(heard, why);
    if (target->version != 3) {
        problem_set(why, PROBLEM_TIMEOUT, "did not answer");
        return problem_advise(why,
                              "these look the same: a wrong community, a view or an address list of the "
                              "agent that leaves this server out, a firewall, a script that needs longer "
                              "than --timeout, an output above 64 kB");
    }
    if (!heard->is_known) {
        problem_set(why, PROBLEM_TIMEOUT, "did not answer the first question of SNMPv3");
        return problem_advise(why, "no login was sent yet: does the agent run, does it speak SNMPv3 on this "
                                   "port, does it or a firewall leave this server out");
    }
    problem_set(why, PROBLEM_TIMEOUT, "told its engine id and did not answer the request of user %.64s",
                target->user);
    return problem_advise(why,
                          "%s%sa script that needs longer than --timeout and an output above 64 kB look "
                          "the same",
                          target->level == SNMP_LEVEL_PRIVACY
                              ? "is the privacy pass phrase or protocol wrong? An agent drops what it cannot "
                                "decrypt; "
                              : "",
                          target->context != NULL ? "does the agent know this --context? " : "");
}
