/* SPDX-License-Identifier: MIT */
/* Reading documents from files and pipes, under a deadline. */
#include "transport/document_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 16384 }; /* holds an ordinary document at once */

struct span received_span(const struct received *received)
{
    return (struct span) {received->bytes, received->length};
}

void received_done(struct received *received)
{
    free(received->bytes);
    *received = (struct received) {0};
}

/* Doubles the room when it is full. */
static bool make_room(struct received *received, size_t *room)
{
    if (received->length < *room)
        return true;
    size_t larger = *room == 0 ? FIRST_ROOM : *room * 2;
    char *bytes = realloc(received->bytes, larger);
    if (bytes == NULL)
        return false;
    received->bytes = bytes;
    *room = larger;
    return true;
}

static bool wait_readable(int descriptor, struct deadline deadline, const char *whom, struct problem *why)
{
    struct pollfd watched = {.fd = descriptor, .events = POLLIN};
    int left = deadline_remaining_ms(deadline);
    if (left == 0 || poll(&watched, 1, left) == 0)
        return problem_set(why, PROBLEM_TIMEOUT, "%s was silent until the timeout", whom);
    return true; /* readable, at its end, or interrupted: read says which */
}

bool receive_all(int descriptor, size_t maximum, struct deadline deadline, const char *whom,
                 struct received *received, struct problem *why)
{
    size_t room = 0;
    for (;;) {
        if (!make_room(received, &room))
            return problem_set_memory(why);
        if (!wait_readable(descriptor, deadline, whom, why))
            return false;
        ssize_t got = read(descriptor, received->bytes + received->length, room - received->length);
        if (got == 0)
            return true;
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return problem_set(why, PROBLEM_CONNECT, "cannot read %s: %s", whom, strerror(errno));
        received->length += (size_t)got;
        if (received->length > maximum)
            return problem_set(why, PROBLEM_PROTOCOL, "%s is longer than %zu MiB", whom, maximum >> 20);
    }
}

static bool read_open_file(int descriptor, const char *name, size_t maximum, struct deadline deadline,
                           struct received *ret, struct problem *why)
{
    struct received received = {0};
    struct stat about;
    if (fstat(descriptor, &about) != 0)
        return problem_set(why, PROBLEM_CONNECT, "cannot look at %s: %s", name, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return problem_set(why, PROBLEM_MISSING, "%s is a directory, a document was wanted", name);
    if (!receive_all(descriptor, maximum, deadline, name, &received, why)) {
        received_done(&received);
        return false;
    }
    if (descriptor != STDIN_FILENO && S_ISREG(about.st_mode))
        received.written = (struct known_time) {true, about.st_mtime};
    *ret = received;
    return true;
}

bool document_file_read(const char *name, size_t maximum, struct deadline deadline, struct received *ret,
                        struct problem *why)
{
    if (strcmp(name, "-") == 0)
        return read_open_file(STDIN_FILENO, "standard input", maximum, deadline, ret, why);
    /* Non-blocking so that opening a named pipe without a writer cannot hang; poll waits for one to come. */
    int descriptor = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return problem_set(why, PROBLEM_MISSING, "cannot open %s: %s", name, strerror(errno));
    bool is_read = read_open_file(descriptor, name, maximum, deadline, ret, why);
    close(descriptor);
    return is_read;
}
