/* SPDX-License-Identifier: MIT */
/* A list of watches: a library has one or two sockets at a time. */
#include "transport/library_sockets.h"

#include <poll.h>
#include <stdlib.h>

struct library_socket {
    struct library_socket *next;
    struct loop_watch watch;
};

/* An error is found by reading. */
static void on_ready(struct loop_watch *watch, short ready_events)
{
    struct library_sockets *sockets = watch->context; /* the watch may be gone after the next line */
    sockets->ready(sockets->context, (ready_events & ~POLLOUT) != 0 ? watch->descriptor : LIBRARY_SOCKET_NONE,
                   (ready_events & POLLOUT) != 0 ? watch->descriptor : LIBRARY_SOCKET_NONE);
}

static struct library_socket *add(struct library_sockets *sockets, int descriptor)
{
    struct library_socket *added = calloc(1, sizeof *added);
    if (added == NULL)
        return NULL;
    added->watch = (struct loop_watch) {.descriptor = descriptor, .ready = on_ready, .context = sockets};
    added->next = sockets->first;
    sockets->first = added;
    return added;
}

static void drop(struct library_sockets *sockets, struct library_socket **place)
{
    struct library_socket *dropped = *place;
    *place = dropped->next;
    loop_watch_stop(sockets->loop, &dropped->watch);
    free(dropped);
}

static struct library_socket **find(struct library_sockets *sockets, int descriptor)
{
    struct library_socket **place = &sockets->first;
    while (*place != NULL && (*place)->watch.descriptor != descriptor)
        place = &(*place)->next;
    return place;
}

void library_sockets_change(void *sockets, int descriptor, int is_read, int is_written)
{
    struct library_sockets *own = sockets;
    struct library_socket **place = find(own, descriptor);
    bool is_closed = !is_read && !is_written;
    if (is_closed && *place != NULL)
        drop(own, place);
    if (is_closed)
        return;
    struct library_socket *changed = *place != NULL ? *place : add(own, descriptor);
    if (changed == NULL)
        return;
    changed->watch.events = (short)((is_read ? POLLIN : 0) | (is_written ? POLLOUT : 0));
    if (!loop_watch_start(own->loop, &changed->watch))
        drop(own, find(own, descriptor));
}

void library_sockets_done(struct library_sockets *sockets)
{
    while (sockets->first != NULL)
        drop(sockets, &sockets->first);
}
