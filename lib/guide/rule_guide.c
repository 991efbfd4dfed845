/* SPDX-License-Identifier: MIT */
/* The table.  Sentences for somebody on call who has never heard of KMS. */
#include "guide/rule_guide.h"

#include <string.h>

static const struct rule_guide guides[] = {
    /* Of every check that reads a document. */
    {"agent",
     "The machine gave no document: nobody listens, the name has no address, the certificate is not "
     "trusted, the time ran out, or something else than license data came back. The sentence says which.",
     "Nothing is known about the activation of this machine. Activation itself goes on without the "
     "monitoring.",
     "Run the same command by hand with -v. Many machines at once: the monitoring server, its network or a "
     "proxy. One machine: its agent."},
    {"login",
     "The agent answered and refused: a wrong or expired password, a user without the right to ask, or a "
     "monitoring server that is not on its list.",
     "Nothing is known about the activation of this machine. Each further try with a wrong password brings "
     "the account nearer to being locked.",
     "Do not repeat the check. Log in once by hand with this account, then correct the password file or the "
     "right. On the login canary it makes kms-login CRITICAL, which holds all checks with this account: "
     "force a check of kms-login-probe after the repair."},
    {"machine",
     "The document speaks of another machine than the one that was asked for: an address given to somebody "
     "else, a cloned agent, a file in the wrong place.",
     "Nothing is known about the machine that was meant.",
     "Compare the address of the host object with DNS, and the name in the document with the machine."},
    {"age",
     "What the agent serves was written too long ago: a scheduled task or a copy job has stopped, or its "
     "clock is wrong.",
     "The license may have changed since. The alert would look fine for ever without this rule.",
     "Start the task on the machine by hand and read why it failed."},
    {"product",
     "A product that was asked for with --product is not installed, or the document lists no product with a "
     "key.",
     "The product that was to be watched is not watched.",
     "Compare --product with the names that kms-report.ps1 prints. After a removal: take the option away."},
    /* check_kms_host */
    {"role", "No product on the machine has an active KMS host key.",
     "Clients that call this machine get no activation.",
     "Retired on purpose: remove the check and its SRV record. Else install the host key again, or look who "
     "replaced it by a client key."},
    {"host-license", "The host key itself is not activated with Microsoft, or has fallen out of it.",
     "Every client that meets this host fails with 0xC004F041 and takes another one where there is one. "
     "Clients that are activated are not touched.",
     "Elevated prompt on the host: slmgr.vbs /ato. Take its SRV record out of DNS until that works."},
    {"count",
     "The host has seen too few different clients lately for what its clients need: the count is below the "
     "floor or close to it.",
     "New and expired machines that need a higher count stay unactivated with 0xC004F038. Machines that are "
     "activated keep their license until it ends.",
     "Run check_kms_reach: can clients still reach the host? Then compare the counts of all KMS hosts: too "
     "many hosts split the clients among them."},
    {"count-none", "The host has no count at all: not one client has called it since its key was installed.",
     "None until clients are sent to it. A host that should serve clients serves nobody.",
     "Look at its SRV record and at TCP 1688 from a client network. A standby host: --floor=0."},
    {"publishing",
     "The host does not write its own SRV record into DNS. Only said, never a problem by itself.",
     "The record has to be kept by hand.", "Nothing, when the record is kept by hand."},
    {"priority", "The licensing service runs with low priority on this host.",
     "Under load clients may wait until they give up.",
     "slmgr.vbs /spri sets it back to normal. Then restart sppsvc."},
    {"interval",
     "The host tells its clients to renew in an unusual rhythm: so rarely that they can lose their place in "
     "the count, or so often that they load it.",
     "Clients take the rhythm over at their next contact.",
     "slmgr.vbs /sri for the renewal interval, slmgr.vbs /sai for the activation interval, both in minutes."},
    {"presence",
     "Seen from outside: nobody listens on the KMS port, the licensing service does not run, or another "
     "process has the port.",
     "Clients that call this host get no answer, or one of something else than KMS.",
     "On the host: sc.exe query sppsvc, then the firewall rule. Another process on the port: who started "
     "it?"},
    {"failed-share",
     "Many of the requests since the last run of the check were not valid, so the host refused them.",
     "The clients behind these requests do not get activated.",
     "Event 12290 in the log Key Management Service of the host carries the code of each request."},
    {"idle", "No client has called for longer than is usual for this many clients.",
     "None yet. When clients cannot reach the host, the count falls after some weeks.",
     "Run check_kms_reach, then slmgr.vbs /ato on one client. A site that is quiet for a reason: "
     "--rule=idle=ok."},
    /* check_kms_client */
    {"lease",
     "The machine is activated for a limited time, and has not renewed it when it should have, or the end "
     "is near.",
     "None for its user before the end that the alert names. After it, activation notices.",
     "slmgr.vbs /ato on the machine, then event 12288 and 12289 in its Application log. A laptop: when was "
     "it last in the network?"},
    {"permanent", "A license without an end: MAK, retail, OEM or a host key. Only said.", "None.",
     "Nothing."},
    {"grace",
     "The machine is not activated and still in the time in which it may try: new, moved to other hardware, "
     "or its renewal did not come in time.",
     "None for its user until the time is over, then activation notices.",
     "slmgr.vbs /ato on the machine. The code that it prints is the reason."},
    {"license", "The product is not activated: Unlicensed, Notification, or called not genuine.",
     "Windows keeps running and shows notices, Office shows them in a red title bar. See evaluation for "
     "what shuts down.",
     "Act on the code of the alert. Without one: slmgr.vbs /ato, or cscript ospp.vbs /act for Office."},
    {"evaluation",
     "An evaluation edition or another license with an end comes near to it, or has reached it.",
     "Evaluation editions of Windows Server shut down every hour once the time is over.",
     "Plan the conversion to the full edition now. slmgr.vbs /rearm buys time while rearms are left."},
    {"avma", "A virtual machine that its Hyper-V host activates has not renewed in time.",
     "This virtual machine is not activated after the end that the alert names.",
     "Is the Hyper-V host itself activated, and a Datacenter edition? Was the machine moved to another one?"},
    {"addon", "An add-on such as Extended Security Updates has a key and is not activated.",
     "Windows itself is fine. What the add-on pays for, such as security updates, does not come.",
     "slmgr.vbs /ato with the activation ID of the add-on, which the alert names."},
    {"tamper", "The lease is longer than any KMS host or Active Directory grants.",
     "A license question rather than a technical one: the license data may have been tampered with.",
     "Compare the clock (w32tm /query /status), look for scheduled tasks that activate, and tell security "
     "before anything is cleaned up."},
    {"source", "The machine was activated by a KMS host that was not planned, or by itself.",
     "Its license may come from a forged or forgotten host, and it is missing in the count of the right one.",
     "slmgr.vbs /ckms removes a fixed host, then slmgr.vbs /ato. A host that nobody knows: see srv-rogue."},
    {"method", "The machine is activated in another way than planned: MAK instead of KMS, for example.",
     "It uses up keys or falls out of the planned process.",
     "Install the client key of its edition (slmgr.vbs /ipk), or change --require."},
    /* check_kms_reach */
    {"srv-missing",
     "The domain has no record _vlmcs._tcp that leads to a KMS host, or its DNS servers do not answer.",
     "Machines of this domain without a fixed or cached KMS host find none and are not activated.",
     "Ask the DNS servers of the clients by hand: nslookup -type=srv _vlmcs._tcp.DOMAIN. Then publish the "
     "record on the KMS host: slmgr.vbs /sdns, restart sppsvc."},
    {"srv-stale", "A record names a host that has no address any more.",
     "Clients that take this record first lose time. None at all while other records work.",
     "Delete this one record."},
    {"srv-rogue", "A record names a host that nobody planned.",
     "A share of the clients goes there: it may be a forged KMS, or a PC with a host key by mistake. The "
     "count of the planned hosts is split.",
     "Tell security before you touch it. Then delete the record and find out who wrote it."},
    {"srv-expected", "A planned KMS host is in no record.",
     "Clients do not find this host, the others carry its load.",
     "On that host: slmgr.vbs /sdns, restart sppsvc, read event 12293."},
    {"srv-duplicate", "Two records name the same host.",
     "A share of the clients uses the record that is out of date.",
     "Delete the one that is not the host of today: other port, other priority."},
    {"srv-port", "A record names another port than the planned one.",
     "Clients that take this record go to a port where nobody may listen, or the wrong one.",
     "Correct the record. On the host slmgr.vbs /dlv shows its port."},
    {"target", "A KMS host that clients are sent to does not answer as one.",
     "Clients that meet it lose time, and fail when it is the only one.",
     "Refused: the service. No answer: the firewall rule Key Management Service (TCP-In), which is off by "
     "default, or the machine is off. Test-NetConnection KMSHOST -Port 1688 from a client."},
    {"address",
     "One of several addresses of a KMS host is dead, or the record does not name a host but an alias or an "
     "address.",
     "Activation works. Clients that take the dead address first lose time.",
     "Remove the dead address from DNS, or let the service listen there."},
    {"family", "An address could not be tried, because this monitoring server has no way to it. Only said.",
     "Whether clients reach this address is not known.",
     "Run the check from a network that has IPv6 (or IPv4)."},
    {"decoy", "The target accepts a service that does not exist. The RPC of Windows refuses that.",
     "Probably no Windows: a KMS emulator. A question of security and licenses.",
     "Tell security. Find out what machine it is before you remove its record."},
    {"standby", "All targets of the best priority are dead, the reserve serves.",
     "Activation works through the reserve. The next failure stops it.",
     "Repair the targets of the best priority."},
    {"time", "The slowest target took longer to answer than the limit that was set.", "Activation works.",
     "Compare time_connect with time_dns and time_bind: network, DNS or the host."},
};

const struct rule_guide *rule_guide_at(size_t index)
{
    return index < sizeof guides / sizeof guides[0] ? &guides[index] : NULL;
}

const struct rule_guide *rule_guide_find(const char *id)
{
    const struct rule_guide *guide;
    for (size_t i = 0; (guide = rule_guide_at(i)) != NULL; i++) {
        if (strcmp(guide->id, id) == 0)
            return guide;
    }
    return NULL;
}
