/* SPDX-License-Identifier: MIT */
/* Running a program under a deadline.
 *
 * Three pipes: its output, its complaints, and one that exec closes and a failed exec writes errno to, so
 * that "cannot be started" is told apart from "ran and failed". */
#include "transport/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    POLITE_MS = 200, /* between SIGTERM and SIGKILL */
    LOOK_MS = 50,    /* between two looks whether it has ended while its pipes are open */
    PAUSE_MS = 2,    /* the same when they are closed */
    CHUNK_SIZE = 4096
};

enum { PIPE_OUTPUT, PIPE_COMPLAINTS, PIPE_EXEC, PIPE_COUNT };

struct running {
    pid_t child;
    int ends[PIPE_COUNT]; /* our ends, -1 = closed */
    const char *name;
    bool is_over;
    int wait_status; /* valid after finish */
};

static volatile sig_atomic_t abandoned_group; /* the group to end from a signal handler, 0 = none */

void command_abandon(void)
{
    if (abandoned_group > 0)
        kill(-(pid_t)abandoned_group, SIGKILL);
}

/* Where the next byte of the complaint goes. */
struct complaint {
    size_t length;
    bool is_at_start; /* of a line */
};

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static bool open_pipes(int pipes[PIPE_COUNT][2], struct problem *why)
{
    for (int i = 0; i < PIPE_COUNT; i++) {
        if (pipe(pipes[i]) == 0) {
            for (int side = 0; side < 2; side++)
                fcntl(pipes[i][side], F_SETFD, FD_CLOEXEC);
            continue;
        }
        while (i-- > 0) {
            close(pipes[i][0]);
            close(pipes[i][1]);
        }
        return problem_set(why, PROBLEM_CONNECT, "cannot make a pipe: %s", strerror(errno));
    }
    return true;
}

/* In the child: never returns.  `signals` is the mask that the program is to have. */
static void become(char *const words[], int pipes[PIPE_COUNT][2], const sigset_t *signals)
{
    int nothing = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (nothing > STDIN_FILENO) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    dup2(pipes[PIPE_OUTPUT][1], STDOUT_FILENO);
    dup2(pipes[PIPE_COMPLAINTS][1], STDERR_FILENO);
    sigprocmask(SIG_SETMASK, signals, NULL);
    execvp(words[0], words);
    int reason = errno;
    ssize_t written = write(pipes[PIPE_EXEC][1], &reason, sizeof reason);
    _exit(written == (ssize_t)sizeof reason ? 127 : 126);
}

static bool start(char *const words[], struct running *running, struct problem *why)
{
    int pipes[PIPE_COUNT][2];
    if (!open_pipes(pipes, why))
        return false;
    running->name = words[0];
    signal(SIGCHLD, SIG_DFL); /* a daemon's SIG_IGN comes through exec and would take the exit status away */
    /* A signal that ends us finds either no child or a group that it can end with us. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    running->child = fork();
    if (running->child == 0)
        become(words, pipes, &before);
    if (running->child > 0) {
        setpgid(running->child, running->child); /* both sides, whoever comes first */
        abandoned_group = running->child;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    for (int i = 0; i < PIPE_COUNT; i++) {
        close(pipes[i][1]);
        running->ends[i] = pipes[i][0];
    }
    if (running->child < 0) {
        for (int i = 0; i < PIPE_COUNT; i++)
            close_end(&running->ends[i]);
        return problem_set(why, PROBLEM_CONNECT, "cannot start %s: %s", words[0], strerror(errno));
    }
    int reason;
    ssize_t got;
    do
        got = read(running->ends[PIPE_EXEC], &reason, sizeof reason);
    while (got < 0 && errno == EINTR);
    close_end(&running->ends[PIPE_EXEC]);
    if (got == (ssize_t)sizeof reason)
        return problem_set(why, PROBLEM_CONNECT, "cannot start %s: %s", words[0], strerror(reason));
    return true;
}

/* Looks whether the child has ended; true when it has, now or before.  It is not taken off the process table
 * yet, so that its number cannot become that of somebody else's group while we may still signal it. */
static bool has_ended(struct running *running)
{
    siginfo_t about = {0};
    if (!running->is_over && waitid(P_PID, (id_t)running->child, &about, WEXITED | WNOHANG | WNOWAIT) == 0)
        running->is_over = about.si_pid == running->child;
    return running->is_over;
}

/* Looks again and again until the child has ended; false when the deadline came first. */
static bool wait_for_end(struct running *running, struct deadline deadline)
{
    while (!has_ended(running)) {
        if (deadline_has_passed(deadline))
            return false;
        nanosleep(&(struct timespec) {.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return true;
}

/* Ends the whole group and collects the child. */
static void finish(struct running *running)
{
    for (int i = 0; i < PIPE_COUNT; i++)
        close_end(&running->ends[i]);
    if (!has_ended(running)) {
        kill(-running->child, SIGTERM);
        wait_for_end(running, deadline_in(POLITE_MS));
    }
    kill(-running->child, SIGKILL); /* what does not listen, and what it left behind */
    abandoned_group = 0;
    while (waitpid(running->child, &running->wait_status, 0) < 0 && errno == EINTR)
        continue;
}

/* One read of a readable end; closes it at its end. */
static void drain(struct running *running, int which, char *chunk, size_t *ret_length)
{
    ssize_t got = read(running->ends[which], chunk, CHUNK_SIZE);
    *ret_length = got > 0 ? (size_t)got : 0;
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
        close_end(&running->ends[which]);
}

static bool keep_output(struct received *output, size_t *room, struct span chunk, size_t maximum,
                        const char *name, struct problem *why)
{
    if (chunk.length == 0)
        return true;
    if (output->length + chunk.length > maximum)
        return problem_set(why, PROBLEM_PROTOCOL, "%s printed more than %zu MiB", name, maximum >> 20);
    if (output->length + chunk.length > *room) {
        size_t larger = *room == 0 ? CHUNK_SIZE * 4 : *room * 2;
        char *bytes = realloc(output->bytes, larger);
        if (bytes == NULL)
            return problem_set_memory(why);
        output->bytes = bytes;
        *room = larger;
    }
    memcpy(output->bytes + output->length, chunk.bytes, chunk.length);
    output->length += chunk.length;
    return true;
}

/* Keeps the last line that is not empty: banners and warnings come first, the error last.  A line begins anew
 * when its first byte comes. */
static void keep_complaint(struct command_end *end, struct complaint *complaint, struct span chunk)
{
    for (size_t i = 0; i < chunk.length; i++) {
        if (chunk.bytes[i] == '\n' || chunk.bytes[i] == '\r') {
            complaint->is_at_start = true;
            continue;
        }
        if (complaint->is_at_start)
            complaint->length = 0;
        complaint->is_at_start = false;
        if (complaint->length + 1 < sizeof end->complaint)
            end->complaint[complaint->length++] = chunk.bytes[i];
    }
    end->complaint[complaint->length] = '\0';
}

static bool is_open(const struct running *running)
{
    return running->ends[PIPE_OUTPUT] >= 0 || running->ends[PIPE_COMPLAINTS] >= 0;
}

/* Waits for something to read.  False when there is nothing more to wait for: the deadline has come, or the
 * child has ended, its output is whole, and what holds its standard error open is something that it left
 * behind (the shared connection of ssh does that).  Output is whole only at its end: somebody may still be
 * writing. */
static bool wait_for_output(struct running *running, struct pollfd watched[2], struct deadline deadline)
{
    for (;;) {
        int left = deadline_remaining_ms(deadline);
        bool is_done = running->is_over && running->ends[PIPE_OUTPUT] < 0;
        int pause = is_done ? 0 : left < LOOK_MS ? left : LOOK_MS;
        if (poll(watched, 2, pause) != 0)
            return true;
        if (is_done || left == 0)
            return false;
        has_ended(running);
    }
}

static bool listen_until_end(struct running *running, size_t maximum, struct deadline deadline,
                             struct received *output, struct command_end *end, struct problem *why)
{
    size_t room = 0;
    struct complaint complaint = {0};
    while (is_open(running)) {
        struct pollfd watched[] = {{.fd = running->ends[PIPE_OUTPUT], .events = POLLIN},
                                   {.fd = running->ends[PIPE_COMPLAINTS], .events = POLLIN}};
        if (!wait_for_output(running, watched, deadline))
            break;
        for (int which = PIPE_OUTPUT; which <= PIPE_COMPLAINTS; which++) {
            char bytes[CHUNK_SIZE];
            struct span chunk = {bytes, 0};
            if (running->ends[which] < 0 || watched[which].revents == 0)
                continue;
            drain(running, which, bytes, &chunk.length);
            if (which == PIPE_COMPLAINTS)
                keep_complaint(end, &complaint, chunk);
            else if (!keep_output(output, &room, chunk, maximum, running->name, why))
                return false;
        }
        if (deadline_has_passed(deadline))
            break;
    }
    bool is_over = wait_for_end(running, deadline);
    if (is_over && running->ends[PIPE_OUTPUT] < 0)
        return true;
    if (is_over)
        return problem_set(why, PROBLEM_TIMEOUT,
                           "%s has ended, but what it started kept its output open until the timeout",
                           running->name);
    return problem_set(why, PROBLEM_TIMEOUT, "%s did not end before the timeout%s%s", running->name,
                       end->complaint[0] != '\0' ? ", it said: " : "", end->complaint);
}

bool command_run(const char *const *words, size_t count, size_t maximum, struct deadline deadline,
                 struct received *ret_output, struct command_end *ret_end, struct problem *why)
{
    struct running running = {.child = -1};
    struct received output = {0};
    struct command_end end = {0};
    char **vector = calloc(count + 1, sizeof *vector);
    if (vector == NULL)
        return problem_set_memory(why);
    for (size_t i = 0; i < count; i++)
        vector[i] = (char *)words[i]; /* execvp takes char *const[] and changes nothing */
    bool is_over =
        start(vector, &running, why) && listen_until_end(&running, maximum, deadline, &output, &end, why);
    if (running.child > 0)
        finish(&running);
    free(vector);
    if (!is_over) {
        received_done(&output);
        return false;
    }
    end.was_signalled = WIFSIGNALED(running.wait_status);
    end.status = end.was_signalled ? WTERMSIG(running.wait_status) : WEXITSTATUS(running.wait_status);
    *ret_output = output;
    *ret_end = end;
    return true;
}
