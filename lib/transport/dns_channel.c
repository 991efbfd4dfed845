/* SPDX-License-Identifier: MIT */
/* c-ares in the loop.
 *
 * c-ares calls back while it works: from ares_process_fd, from ares_cancel, and from ares_query when a socket
 * cannot even be opened.  It must not be called again from there.  So a query that comes back is only put
 * aside, and handed over when c-ares has returned to the loop.
 *
 * c-ares cannot cancel a single query.  One that was given up stays there unheard until it ends by itself, or
 * until nobody waits for any query of the channel: then all are cancelled, so that the loop can end. */
#include "transport/dns_channel.h"

#include "base/arena.h"
#include "model/endpoint.h"
#include "transport/dns_answer.h"
#include "transport/library_sockets.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h> /* ares.h uses fd_set, and 1.18 does not see to it that it is known */
#include <sys/socket.h>
#include <sys/time.h>

#define CARES_NO_DEPRECATED /* what replaces ares_query came with 1.28; Debian 12 has 1.18 */
#include <ares.h>

/* With each attempt c-ares waits twice as long.  A named server is asked at 0, 1/8, 3/8 and 7/8 of the limit
 * and never given up before.  Where the machine has up to three servers, all of them are given up twice
 * within the limit: an answer about one family is then used although the other one was met with silence. */
enum { SERVER_PARTS = 8, SERVER_TRIES = 6, MACHINE_PARTS = 10, MACHINE_TRIES = 2, ATTEMPT_MINIMUM_MS = 20 };

enum {
    EDNS_SIZE = 1232,       /* fits every path without fragments (DNS Flag Day 2020) */
    SOCKET_BUFFER = 1 << 18 /* hundreds of queries leave and come back at once */
};

struct dns_query {
    struct dns_channel *channel;
    struct dns_query *next; /* of those that are back */
    enum dns_type type;
    bool wants_ipv4, wants_ipv6;
    bool is_back;
    dns_query_answered *answered; /* NULL = given up */
    void *context;
    struct arena arena; /* of the answer */
    struct dns_answer answer;
};

struct dns_channel {
    struct loop *loop;
    ares_channel handle;
    int attempt_ms;
    struct loop_timer timer;
    struct library_sockets sockets;
    struct dns_query *back, **back_end; /* first come, first served */
    size_t under_way;                   /* queries that c-ares holds */
    size_t awaited;                     /* those of them that were not given up */
};

static void free_query(struct dns_query *query)
{
    arena_done(&query->arena);
    free(query);
}

/* ---- in the loop ------------------------------------------------------------------------------------- */

/* When there is no memory for the timer, the limit of whoever asked remains. */
static void wake_at(struct dns_channel *channel, int64_t at_ms)
{
    channel->timer.at_ms = at_ms;
    if (!loop_timer_start(channel->loop, &channel->timer))
        loop_timer_stop(channel->loop, &channel->timer);
}

/* After everything that c-ares has done. */
static void look_ahead(struct dns_channel *channel)
{
    if (channel->awaited == 0 && channel->under_way > 0)
        ares_cancel(channel->handle);
    struct timeval space, *wait = ares_timeout(channel->handle, NULL, &space);
    if (channel->back != NULL)
        wake_at(channel, 0);
    else if (wait == NULL)
        loop_timer_stop(channel->loop, &channel->timer);
    else /* c-ares rounds down, and would find nothing to do */
        wake_at(channel, monotonic_ms() + (int64_t)wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1);
}

/* Hands over what is back now; what comes back meanwhile waits for the next round of the loop. */
static void hand_over(struct dns_channel *channel)
{
    struct dns_query *query = channel->back;
    channel->back = NULL;
    channel->back_end = &channel->back;
    while (query != NULL) {
        struct dns_query *next = query->next;
        if (query->answered != NULL)
            query->answered(query->context, query, &query->answer);
        free_query(query);
        query = next;
    }
    look_ahead(channel);
}

static void work(void *context, int readable, int writable)
{
    struct dns_channel *channel = context;
    ares_process_fd(channel->handle, readable, writable);
    hand_over(channel);
}

static void on_time(struct loop_timer *timer)
{
    work(timer->context, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* ---- opening ----------------------------------------------------------------------------------------- */

/* Every choice is made here, so that no file of this machine needs to be read for it. */
static int open_for_server(const struct dns_channel_setup *setup, struct ares_options *options, int mask,
                           ares_channel *ret_handle)
{
    char lookups[] = "b", no_file[] = "/dev/null";
    options->flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
                     (setup->uses_edns ? ARES_FLAG_EDNS : 0);
    options->ndots = 1;
    options->ednspsz = EDNS_SIZE;
    options->lookups = lookups;
    options->resolvconf_path = no_file;
    options->socket_send_buffer_size = options->socket_receive_buffer_size = SOCKET_BUFFER;
    mask |= ARES_OPT_FLAGS | ARES_OPT_NDOTS | ARES_OPT_EDNSPSZ | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF |
            ARES_OPT_SERVERS | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST | ARES_OPT_NOROTATE |
            ARES_OPT_SOCK_SNDBUF | ARES_OPT_SOCK_RCVBUF;
    int status = ares_init_options(ret_handle, options, mask);
    if (status == ARES_SUCCESS) {
        status = ares_set_servers_ports_csv(*ret_handle, setup->server);
        if (status != ARES_SUCCESS)
            ares_destroy(*ret_handle);
    }
    return status;
}

struct dns_channel *dns_channel_open(struct loop *loop, const struct dns_channel_setup *setup)
{
    struct dns_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return NULL;
    bool is_named = setup->server != NULL;
    int64_t attempt_ms = setup->limit_ms / (is_named ? SERVER_PARTS : MACHINE_PARTS);
    channel->attempt_ms = attempt_ms < ATTEMPT_MINIMUM_MS ? ATTEMPT_MINIMUM_MS : (int)attempt_ms;
    channel->loop = loop;
    channel->back_end = &channel->back;
    channel->timer = (struct loop_timer) {.due = on_time, .context = channel};
    channel->sockets = (struct library_sockets) {.loop = loop, .ready = work, .context = channel};
    struct ares_options options = {.timeout = channel->attempt_ms,
                                   .tries = is_named ? SERVER_TRIES : MACHINE_TRIES,
                                   .sock_state_cb = library_sockets_change,
                                   .sock_state_cb_data = &channel->sockets};
    int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    if (!is_named) { /* HOSTALIASES of the environment must not decide who is asked */
        options.flags = ARES_FLAG_NOALIASES;
        mask |= ARES_OPT_FLAGS;
    }
    int status = is_named ? open_for_server(setup, &options, mask, &channel->handle)
                          : ares_init_options(&channel->handle, &options, mask);
    if (status != ARES_SUCCESS) {
        free(channel);
        return NULL;
    }
    return channel;
}

void dns_channel_close(struct dns_channel *channel)
{
    if (channel == NULL)
        return;
    ares_destroy(channel->handle);
    library_sockets_done(&channel->sockets);
    loop_timer_stop(channel->loop, &channel->timer);
    for (struct dns_query *query = channel->back, *next; query != NULL; query = next) {
        next = query->next;
        free_query(query);
    }
    free(channel);
}

/* ---- the servers ------------------------------------------------------------------------------------- */

static struct address address_from(bool is_ipv6, const void *bytes)
{
    struct address address = {.is_ipv6 = is_ipv6};
    memcpy(address.bytes, bytes, is_ipv6 ? ADDRESS_IPV6_SIZE : ADDRESS_IPV4_SIZE);
    return address;
}

void dns_channel_print_server(const struct dns_server *server, char ret_text[DNS_SERVER_TEXT_SIZE])
{
    char address[ADDRESS_TEXT_SIZE];
    address_print(&server->address, address);
    snprintf(ret_text, DNS_SERVER_TEXT_SIZE, server->address.is_ipv6 ? "[%s]:%u" : "%s:%u", address,
             server->port);
}

/* Before 1.24 c-ares knows no zones: it leaves such servers out. */
static void take_texts(const struct dns_channel *channel, size_t count, struct dns_channel_server *servers)
{
#if ARES_VERSION >= 0x011800
    char *list = ares_get_servers_csv(channel->handle);
    struct span rest = span_of(list);
    for (size_t i = 0; i < count && rest.bytes != NULL; i++) {
        struct span text = span_cut(&rest, ',');
        if (text.length > 0 && text.length < DNS_SERVER_TEXT_SIZE)
            snprintf(servers[i].text, DNS_SERVER_TEXT_SIZE, "%.*s", (int)text.length, text.bytes);
    }
    ares_free_string(list);
#else
    (void)channel, (void)count, (void)servers;
#endif
}

size_t dns_channel_list_servers(const struct dns_channel *channel, size_t maximum,
                                struct dns_channel_server *ret_servers)
{
    struct ares_addr_port_node *nodes = NULL;
    size_t count = 0;
    if (ares_get_servers_ports(channel->handle, &nodes) != ARES_SUCCESS)
        return 0;
    for (const struct ares_addr_port_node *node = nodes; node != NULL && count < maximum; node = node->next) {
        struct dns_channel_server *server = &ret_servers[count++];
        server->server.address = address_from(node->family == AF_INET6, &node->addr);
        server->server.port = node->udp_port != 0 ? (uint16_t)node->udp_port : DNS_PORT;
        dns_channel_print_server(&server->server, server->text);
    }
    ares_free_data(nodes);
    take_texts(channel, count, ret_servers);
    return count;
}

/* ---- queries ----------------------------------------------------------------------------------------- */

/* Of a query that ended without a message, and of a host that was looked up.  Between 1.20 and 1.32 c-ares
 * says ETIMEOUT also when every attempt met a closed port: then there was no timeout. */
static enum dns_outcome outcome_of(int status, int timeouts)
{
    switch (status) {
    case ARES_ENODATA:
        return DNS_NO_DATA;
    case ARES_ENOTFOUND:
    case ARES_EBADNAME: /* no name of DNS at all */
        return DNS_NAME_ERROR;
    case ARES_EREFUSED:
        return DNS_REFUSED;
    case ARES_ENOTIMP:
        return DNS_NOT_IMPLEMENTED;
    case ARES_EFORMERR:
        return DNS_FORMAT_ERROR;
    case ARES_ESERVFAIL:
        return DNS_SERVER_FAILURE;
    case ARES_EBADRESP:
        return DNS_BAD_ANSWER;
    case ARES_ETIMEOUT:
        return timeouts > 0 ? DNS_TIMEOUT : DNS_UNREACHABLE;
    case ARES_ENOMEM:
        return DNS_NOT_IN_TIME;
    default: /* ECONNREFUSED; later versions: a link-local server without its zone */
        return DNS_UNREACHABLE;
    }
}

/* Puts it aside for hand_over.  Nobody waits for one that was given up, or whose channel is closed. */
static void come_back(struct dns_query *query, int status)
{
    struct dns_channel *channel = query->channel;
    channel->under_way--;
    if (query->answered != NULL)
        channel->awaited--;
    if (query->answered == NULL || status == ARES_EDESTRUCTION) {
        free_query(query);
        return;
    }
    if (!arena_ok(&query->arena))
        query->answer = (struct dns_answer) {.outcome = DNS_NOT_IN_TIME};
    query->is_back = true;
    *channel->back_end = query;
    channel->back_end = &query->next;
}

static void on_message(void *context, int status, int timeouts, unsigned char *bytes, int length)
{
    struct dns_query *query = context;
    if (bytes == NULL)
        query->answer.outcome = outcome_of(status, timeouts);
    else if (query->answered != NULL)
        dns_answer_read((struct span) {(const char *)bytes, (size_t)length}, query->type, &query->arena,
                        &query->answer);
    come_back(query, status);
}

/* Each address of a wanted family once. */
static void take_addresses(struct dns_query *query, const struct ares_addrinfo *found)
{
    size_t maximum = 0, count = 0;
    for (const struct ares_addrinfo_node *node = found->nodes; node != NULL; node = node->ai_next)
        maximum++;
    struct address *addresses = arena_allocate(&query->arena, maximum * sizeof *addresses);
    for (const struct ares_addrinfo_node *node = found->nodes; node != NULL && addresses != NULL;
         node = node->ai_next) {
        bool is_ipv6 = node->ai_family == AF_INET6;
        if (is_ipv6 ? !query->wants_ipv6 : node->ai_family != AF_INET || !query->wants_ipv4)
            continue;
        addresses[count] = address_from(
            is_ipv6, is_ipv6 ? (const void *)&((const struct sockaddr_in6 *)node->ai_addr)->sin6_addr
                             : (const void *)&((const struct sockaddr_in *)node->ai_addr)->sin_addr);
        size_t same = 0;
        while (!address_equal(&addresses[same], &addresses[count]))
            same++;
        count += same == count;
    }
    query->answer.outcome = count > 0 ? DNS_ANSWERED : DNS_NO_DATA;
    query->answer.addresses = addresses;
    query->answer.address_count = count;
}

static void on_addresses(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    struct dns_query *query = context;
    if (status == ARES_SUCCESS && found != NULL)
        take_addresses(query, found);
    else
        query->answer.outcome = outcome_of(status, timeouts);
    ares_freeaddrinfo(found);
    come_back(query, status);
}

static struct dns_query *new_query(struct dns_channel *channel, dns_query_answered *answered, void *context)
{
    struct dns_query *query = calloc(1, sizeof *query);
    if (query == NULL)
        return NULL;
    query->channel = channel;
    query->answered = answered;
    query->context = context;
    channel->under_way++;
    channel->awaited++;
    return query;
}

/* Cheaper than look_ahead, which goes through all queries, when hundreds are asked. */
static void wake_for_new_query(struct dns_channel *channel)
{
    int64_t at_ms = channel->back != NULL ? 0 : monotonic_ms() + channel->attempt_ms;
    if (channel->timer.place == 0 || channel->timer.at_ms > at_ms)
        wake_at(channel, at_ms);
}

struct dns_query *dns_channel_ask(struct dns_channel *channel, const char *name, enum dns_type type,
                                  dns_query_answered *answered, void *context)
{
    struct dns_query *query = new_query(channel, answered, context);
    if (query == NULL)
        return NULL;
    query->type = type;
    ares_query(channel->handle, name, 1 /* Internet */, (int)type, on_message, query);
    wake_for_new_query(channel);
    return query;
}

struct dns_query *dns_channel_find_host(struct dns_channel *channel, const char *name, bool wants_ipv4,
                                        bool wants_ipv6, dns_query_answered *answered, void *context)
{
    struct dns_query *query = new_query(channel, answered, context);
    if (query == NULL)
        return NULL;
    query->wants_ipv4 = wants_ipv4;
    query->wants_ipv6 = wants_ipv6;
    struct ares_addrinfo_hints hints = {
        .ai_family = wants_ipv4 == wants_ipv6 ? AF_UNSPEC
                     : wants_ipv6             ? AF_INET6
                                              : AF_INET,
        .ai_socktype = SOCK_STREAM,
    };
    ares_getaddrinfo(channel->handle, name, NULL, &hints, on_addresses, query);
    wake_for_new_query(channel);
    return query;
}

void dns_query_give_up(struct dns_query *query)
{
    struct dns_channel *channel = query->channel;
    query->answered = NULL;
    if (query->is_back)
        return; /* hand_over releases it */
    channel->awaited--;
    if (channel->awaited == 0)
        look_ahead(channel);
}
