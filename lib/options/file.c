/* SPDX-License-Identifier: MIT */
/* Small files. */
#include "options/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHOWN = 200 }; /* bytes of a name in a sentence */

static bool refuse(struct problem *why, const char *name, const char *reason)
{
    return problem_set(why, PROBLEM_USAGE, "cannot read %.*s: %s", (int)SHOWN, name, reason);
}

/* Fills `bytes` as far as the file goes; false with errno set. */
static bool read_all(int descriptor, char *bytes, size_t room, size_t *ret_length)
{
    size_t length = 0;
    while (length < room) {
        ssize_t count = read(descriptor, bytes + length, room - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    *ret_length = length;
    return true;
}

static bool read_open_file(int descriptor, const char *name, size_t maximum, struct arena *arena,
                           struct span *ret, struct problem *why)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return refuse(why, name, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return refuse(why, name, "it is a directory");
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        return refuse(why, name, "it is neither a file nor a pipe");
    bool is_size_known =
        S_ISREG(status.st_mode) && status.st_size > 0 && (uintmax_t)status.st_size <= maximum;
    size_t room =
        (is_size_known ? (size_t)status.st_size : maximum) + 1; /* one more shows what is too large */
    char *bytes = arena_allocate(arena, room + 1);
    size_t length;
    if (bytes == NULL)
        return problem_set_memory(why);
    if (!read_all(descriptor, bytes, room, &length))
        return refuse(why, name, strerror(errno));
    if (length == room)
        return problem_set(why, PROBLEM_USAGE, "%.*s is larger than %zu bytes", (int)SHOWN, name, room - 1);
    *ret = (struct span) {bytes, length};
    return true;
}

bool file_read(const char *path, const char *name, size_t maximum, struct arena *arena, struct span *ret,
               struct problem *why)
{
    /* Without O_NONBLOCK opening a pipe waits for somebody to write into it. */
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return refuse(why, name, strerror(errno));
    int flags = fcntl(descriptor, F_GETFL);
    bool is_read = flags != -1 && fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) != -1;
    if (is_read)
        is_read = read_open_file(descriptor, name, maximum, arena, ret, why);
    else
        refuse(why, name, strerror(errno));
    close(descriptor);
    return is_read;
}

bool file_read_standard_input(size_t maximum, struct arena *arena, struct span *ret, struct problem *why)
{
    return read_open_file(STDIN_FILENO, "standard input", maximum, arena, ret, why);
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
