/* SPDX-License-Identifier: MIT */
/* A list of watches: a channel has one or two sockets at a time. */
#include "transport/dns_sockets.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/select.h> /* ares.h uses fd_set, and 1.18 does not see to it that it is known */

#include <ares.h>

struct dns_socket {
    struct dns_socket *next;
    struct loop_watch watch;
};

/* An error is found by reading. */
static void on_ready(struct loop_watch *watch, short ready_events)
{
    struct dns_sockets *sockets = watch->context; /* the watch may be gone after the next line */
    sockets->ready(sockets->context, (ready_events & ~POLLOUT) != 0 ? watch->descriptor : ARES_SOCKET_BAD,
                   (ready_events & POLLOUT) != 0 ? watch->descriptor : ARES_SOCKET_BAD);
}

static struct dns_socket *add(struct dns_sockets *sockets, int descriptor)
{
    struct dns_socket *added = calloc(1, sizeof *added);
    if (added == NULL)
        return NULL;
    added->watch = (struct loop_watch) {.descriptor = descriptor, .ready = on_ready, .context = sockets};
    added->next = sockets->first;
    sockets->first = added;
    return added;
}

static void drop(struct dns_sockets *sockets, struct dns_socket **place)
{
    struct dns_socket *dropped = *place;
    *place = dropped->next;
    loop_watch_stop(sockets->loop, &dropped->watch);
    free(dropped);
}

static struct dns_socket **find(struct dns_sockets *sockets, int descriptor)
{
    struct dns_socket **place = &sockets->first;
    while (*place != NULL && (*place)->watch.descriptor != descriptor)
        place = &(*place)->next;
    return place;
}

void dns_sockets_change(void *sockets, int descriptor, int is_read, int is_written)
{
    struct dns_sockets *own = sockets;
    struct dns_socket **place = find(own, descriptor);
    bool is_closed = !is_read && !is_written;
    if (is_closed && *place != NULL)
        drop(own, place);
    if (is_closed)
        return;
    struct dns_socket *changed = *place != NULL ? *place : add(own, descriptor);
    if (changed == NULL)
        return;
    changed->watch.events = (short)((is_read ? POLLIN : 0) | (is_written ? POLLOUT : 0));
    if (!loop_watch_start(own->loop, &changed->watch))
        drop(own, find(own, descriptor));
}

void dns_sockets_done(struct dns_sockets *sockets)
{
    while (sockets->first != NULL)
        drop(sockets, &sockets->first);
}
