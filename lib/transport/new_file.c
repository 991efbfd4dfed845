/* SPDX-License-Identifier: MIT */
/* New files. */
#include "transport/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool new_file_exists(const char *name)
{
    struct stat about;
    return lstat(name, &about) == 0;
}

int new_file_open(const char *name, struct problem *why)
{
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
    if (descriptor < 0)
        problem_set(why, PROBLEM_MISSING, "cannot make the file %.200s: %s", name, strerror(errno));
    return descriptor;
}

static bool refuse(const char *name, int error, struct problem *why)
{
    return problem_set(why, PROBLEM_MISSING, "cannot write the file %.200s: %s", name, strerror(error));
}

bool new_file_write(int descriptor, const char *name, struct span bytes, struct problem *why)
{
    while (bytes.length > 0) {
        ssize_t written = write(descriptor, bytes.bytes, bytes.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return refuse(name, written < 0 ? errno : ENOSPC, why);
        bytes = span_from(bytes, (size_t)written);
    }
    return true;
}

bool new_file_close(int descriptor, const char *name, struct problem *why)
{
    return close(descriptor) == 0 || errno == EINTR || refuse(name, errno, why);
}
