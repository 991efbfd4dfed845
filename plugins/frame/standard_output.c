/* SPDX-License-Identifier: MIT */
/* Writing the result. */
#include "frame/standard_output.h"

#include "base/deadline.h"
#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SAFE_BYTES = 4096, PATIENCE_MS = 2000, FOR_EVER = -1, PAUSE_NS = 500000 };

static bool was_closed;

void standard_output_prepare(void)
{
    was_closed = fcntl(STDOUT_FILENO, F_GETFD) < 0;
    int descriptor;
    do
        descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor > STDERR_FILENO)
        close(descriptor);
}

/* Writes what one write takes; false when nothing more can be written. */
static bool write_some(struct span *left)
{
    ssize_t got = write(STDOUT_FILENO, left->bytes, left->length < PIPE_BUF ? left->length : PIPE_BUF);
    if (got > 0)
        *left = span_from(*left, (size_t)got);
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/* False when the reader took nothing for so long.  A pipe that can be written takes PIPE_BUF bytes at once,
 * so the write that follows does not block. */
static bool wait_until_writable(int patience_ms)
{
    struct pollfd writer = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&writer, 1, patience_ms) != 0;
}

static void wait_until_taken(void)
{
    struct stat about;
    struct deadline patience = deadline_in(PATIENCE_MS);
    int waiting = 0, before = 0;
    if (fstat(STDOUT_FILENO, &about) != 0 || !S_ISFIFO(about.st_mode))
        return;
    while (ioctl(STDOUT_FILENO, FIONREAD, &waiting) == 0 && waiting > 0 && !deadline_has_passed(patience)) {
        struct pollfd reader = {.fd = STDOUT_FILENO};
        if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR) != 0)
            return; /* nobody reads any more */
        if (waiting < before)
            patience = deadline_in(PATIENCE_MS);
        before = waiting;
        nanosleep(&(struct timespec) {.tv_nsec = PAUSE_NS}, NULL);
    }
}

static bool write_all(const char *bytes, size_t length, int patience_ms)
{
    struct span left = {bytes, length};
    while (!was_closed && left.length > 0) {
        if (!wait_until_writable(patience_ms) || !write_some(&left))
            return false;
    }
    if (length > SAFE_BYTES)
        wait_until_taken();
    return !was_closed;
}

bool standard_output_write(const char *bytes, size_t length)
{
    return write_all(bytes, length, FOR_EVER);
}

bool standard_output_hand_over(const char *bytes, size_t length)
{
    return write_all(bytes, length, PATIENCE_MS);
}
