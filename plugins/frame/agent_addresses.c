/* SPDX-License-Identifier: MIT */
/* Looking the machine up. */
#include "frame/agent_addresses.h"

#include "model/reach.h"

#include <string.h>

static bool explain_name(const struct agent_addresses *addresses, enum dns_outcome outcome,
                         struct problem *why)
{
    static const char *const words[] = {
        [DNS_NAME_ERROR] = "the name does not exist in DNS",
        [DNS_NO_DATA] = "the name has no address",
        [DNS_REFUSED] = "the DNS server refuses to answer",
        [DNS_NOT_IMPLEMENTED] = "the DNS server cannot answer",
        [DNS_FORMAT_ERROR] = "the DNS server does not understand the question",
        [DNS_SERVER_FAILURE] = "the DNS server has failed",
        [DNS_BAD_ANSWER] = "the DNS answer cannot be read",
        [DNS_TIMEOUT] = "the DNS server is silent",
        [DNS_UNREACHABLE] = "the DNS server cannot be reached",
        [DNS_NOT_IN_TIME] = "DNS did not answer in time",
    };
    /* A silent server has a verdict; only the deadline has the state of --timeout-result. */
    problem_set(why, outcome == DNS_NOT_IN_TIME ? PROBLEM_TIMEOUT : PROBLEM_RESOLVE, "was not asked: %s",
                words[outcome]);
    return problem_advise(why, "%s", addresses->advice);
}

static void take_answer(void *context, const struct dns_answer *answer)
{
    struct agent_addresses *addresses = context;
    size_t count = answer->outcome == DNS_ANSWERED ? answer->address_count : 0;
    if (addresses->is_over)
        return;
    if (count == 0) {
        explain_name(addresses, answer->outcome == DNS_ANSWERED ? DNS_NO_DATA : answer->outcome,
                     addresses->why);
        addresses->found(addresses->context, false);
        return;
    }
    addresses->count = count < AGENT_ADDRESSES_MAXIMUM ? count : AGENT_ADDRESSES_MAXIMUM;
    memcpy(addresses->items, answer->addresses, addresses->count * sizeof *addresses->items);
    addresses->found(addresses->context, true);
}

void agent_addresses_find(struct agent_addresses *addresses, const struct endpoint *host)
{
    if (host->is_address) {
        addresses->items[0] = host->address;
        addresses->count = 1;
        addresses->found(addresses->context, true);
        return;
    }
    if (!resolver_open(addresses->loop, NULL, 0, addresses->deadline, &addresses->resolver, addresses->why)) {
        addresses->found(addresses->context, false);
        return;
    }
    resolver_find_host(addresses->resolver, host->host, true, true, take_answer, addresses);
}

bool agent_addresses_explain_delay(const struct agent_addresses *addresses, struct problem *why)
{
    return explain_name(addresses, DNS_NOT_IN_TIME, why);
}

void agent_addresses_done(struct agent_addresses *addresses)
{
    addresses->is_over = true; /* closing answers what is open */
    resolver_close(addresses->resolver);
    addresses->resolver = NULL;
}
