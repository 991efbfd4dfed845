/* SPDX-License-Identifier: MIT */
/* The facts about the way to KMS: what DNS says, which addresses the targets have, and what happened at each.
 * Collected by a survey, judged by judge_reach. */
#ifndef MODEL_REACH_H
#define MODEL_REACH_H

#include "model/address.h"
#include "model/bind_answer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How one question to DNS ended.  The order is that of how much an outcome says: where several servers were
 * asked, the first of these is the one that a client acts on. */
enum dns_outcome {
    DNS_ANSWERED,        /* at least one record of the type */
    DNS_NAME_ERROR,      /* NXDOMAIN: the name does not exist */
    DNS_NO_DATA,         /* the name exists, no record of the type */
    DNS_REFUSED,         /* REFUSED */
    DNS_NOT_IMPLEMENTED, /* NOTIMP */
    DNS_FORMAT_ERROR,    /* FORMERR */
    DNS_SERVER_FAILURE,  /* SERVFAIL */
    DNS_BAD_ANSWER,      /* an answer that cannot be read, or an rcode that has no place here */
    DNS_TIMEOUT,         /* silent for its limit */
    DNS_UNREACHABLE,     /* nobody there: the port is closed or no way leads to the server */
    DNS_NOT_IN_TIME      /* the run ended first */
};

/* Address and port of a DNS server. */
struct dns_server {
    struct address address;
    uint16_t port;
};

/* RFC 2782 */
struct srv_record {
    uint16_t priority, weight, port;
    const char *target; /* without the final dot; "." = the service is decidedly not available */
};

/* What one server said about one name and type. */
struct dns_answer {
    struct dns_server server;
    enum dns_outcome outcome;
    uint8_t rcode; /* of the answer, for DNS_BAD_ANSWER */
    int64_t duration_us;
    const struct srv_record *records; /* of a question for SRV */
    size_t record_count;
    const struct address *addresses; /* of a question for A or AAAA, each once */
    size_t address_count;
    const char *alias_of; /* the name is an alias (CNAME) of this one; NULL = it is not */
};

/* How a connection ended. */
enum probe_outcome {
    PROBE_NOT_IN_TIME, /* the run ended first, or this machine had nothing left to try it with: see error */
    PROBE_NO_ROUTE, /* no way leads from this machine to the address, or its own rules forbid it: not tested
                     */
    PROBE_REFUSED,  /* nobody listens on the port */
    PROBE_UNREACHABLE, /* a router on the way says so */
    PROBE_FILTERED,    /* silence before the connection stood */
    PROBE_CONNECTED,   /* the connection stood, and no more was asked */
    PROBE_CLOSED,      /* the other side closed before a whole answer */
    PROBE_RESET,       /* the other side broke the connection off */
    PROBE_SILENT,      /* the connection stood, and no whole answer came within the limit */
    PROBE_ANSWERED     /* `answer` says what came */
};

/* One address of a target. */
struct probe {
    struct address address;
    enum probe_outcome outcome;
    int error;                 /* errno where there was one, else 0 */
    int64_t limit_ms;          /* how long silence was borne */
    int64_t connect_us;        /* until the connection stood */
    int64_t exchange_us;       /* from then to the whole answer */
    size_t received;           /* bytes */
    struct bind_answer answer; /* PROBE_ANSWERED, and what came before PROBE_CLOSED, RESET, SILENT */
};

/* One name and port to which clients are sent. */
struct reach_target {
    const char *host; /* a name without final dot, or the text of an address */
    uint16_t port;    /* 0 occurs in broken records: nothing is probed */
    bool is_literal;  /* `host` is an address */
    bool is_found; /* by the hosts file or the search list of this machine; then there are no answers below */
    struct dns_answer a, aaaa; /* valid where asked_* */
    bool asked_a, asked_aaaa;
    struct probe *probes; /* one for each address, each address once */
    size_t probe_count;
};

/* A place in a zone that sends clients to a target. */
struct reach_record {
    uint16_t priority, weight;
    size_t target;    /* index into the targets */
    uint32_t servers; /* bit i = answer number i of the zone holds this record */
};

/* A domain, or all targets that were named one by one. */
struct reach_zone {
    const char *domain;               /* NULL = the targets that were named */
    const struct dns_answer *answers; /* one for each server that was asked, in that order; none when named */
    size_t answer_count;              /* at most 32 */
    const struct reach_record *records; /* each once */
    size_t record_count;
    bool is_declined; /* a record with the target "." */
};

enum probe_depth { PROBE_TCP, PROBE_BIND, PROBE_DECOY };

struct reach {
    bool is_own_resolver; /* asked through the DNS servers of this machine, not through named ones */
    bool is_ipv4_wanted, is_ipv6_wanted;
    enum probe_depth depth;
    struct reach_zone *zones;
    size_t zone_count;
    struct reach_target *targets; /* each name and port once, over all zones */
    size_t target_count;
    int64_t dns_us; /* from the first question to the last answer; 0 = nothing was asked */
};

#endif
