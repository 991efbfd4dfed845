/* SPDX-License-Identifier: MIT */
/* One channel of c-ares in the loop: queries go in, answers come out.  Sockets, sending again after silence,
 * TCP for what is cut and the hosts file are the business of c-ares; how long a query may take is that of
 * whoever asks. */
#ifndef TRANSPORT_DNS_CHANNEL_H
#define TRANSPORT_DNS_CHANNEL_H

#include "base/attributes.h"
#include "model/reach.h"
#include "transport/loop.h"
#include "transport/resolver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_channel;
struct dns_query;

enum { DNS_SERVER_TEXT_SIZE = 128 };

struct dns_channel_setup {
    /* "192.0.2.1:53", "[2001:db8::1]:53"; NULL = the servers, search list and hosts file of this machine */
    const char *server;
    bool uses_edns;   /* to a named server */
    int64_t limit_ms; /* what a query may take: the attempts are spread over it */
};

/* A server of this machine, and its text for a setup: that holds the zone of a link-local address too. */
struct dns_channel_server {
    struct dns_server server;
    char text[DNS_SERVER_TEXT_SIZE];
};

/* Called once, from the loop; the answer and the query are gone when it returns.  `server` and `duration_us`
 * of the answer are zero.  DNS_TIMEOUT says that c-ares gave up, which can be early; DNS_NOT_IN_TIME that
 * there was no memory.  It may ask and give up other queries, but not close the channel. */
typedef void dns_query_answered(void *context, struct dns_query *query, const struct dns_answer *answer);

/* NULL when there is no memory or the server is not written as above.  The loop must live longer. */
struct dns_channel *dns_channel_open(struct loop *loop, const struct dns_channel_setup *setup);

/* Accepts NULL.  What is under way is given up. */
void dns_channel_close(struct dns_channel *channel);

/* The servers that the channel asks, at most `maximum` of them; returns their number. */
size_t dns_channel_list_servers(const struct dns_channel *channel, size_t maximum,
                                struct dns_channel_server *ret_servers);

void dns_channel_print_server(const struct dns_server *server, char ret_text[DNS_SERVER_TEXT_SIZE]);

/* Asks for one type of one absolute name; every rcode is an answer.  NULL when there is no memory; then
 * `answered` is not called. */
struct dns_query *dns_channel_ask(struct dns_channel *channel, const char *name, enum dns_type type,
                                  dns_query_answered *answered, void *context);

/* Looks a host up in the hosts file and in DNS with the search list: an answer with addresses. */
struct dns_query *dns_channel_find_host(struct dns_channel *channel, const char *name, bool wants_ipv4,
                                        bool wants_ipv6, dns_query_answered *answered, void *context);

/* The query will not be answered any more, and is gone. */
void dns_query_give_up(struct dns_query *query);

#endif
