/* SPDX-License-Identifier: MIT */
/* Writing the result: every case is a child process with a standard output of its own. */
#include "frame/standard_output.h"

#include "base/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 60000,
    LARGE = 300000,
    READABLE = 5000 /* fits into every pipe, more than Nagios reads */
};

/* The two ways to write: for whoever reads, and for a daemon that reads. */
typedef bool write_function(const char *bytes, size_t length);
static write_function *const both_ways[] = {standard_output_write, standard_output_hand_over};

/* How the child ends: what the function said, or that something around it is wrong. */
enum { WAS_WRITTEN = 10, WAS_LOST = 11, IS_STILL_IN_THE_PIPE = 12, IS_WRONG = 13 };

static char text[LARGE];

static int make_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 23);
    return 0;
}

/* In the child: writes and tells by its exit status how it went. */
static void write_and_exit(write_function *write_text, size_t length)
{
    int waiting = 0;
    signal(SIGPIPE, SIG_IGN);
    standard_output_prepare();
    if (!write_text(text, length))
        _exit(WAS_LOST);
    if (length > 4096 && ioctl(STDOUT_FILENO, FIONREAD, &waiting) == 0 && waiting > 0)
        _exit(IS_STILL_IN_THE_PIPE);
    _exit(WAS_WRITTEN);
}

/* A child that writes `length` bytes into a pipe; *ret_reader is the other end. */
static pid_t start_writer(write_function *write_text, size_t length, int flags, int *ret_reader)
{
    int ends[2];
    fflush(NULL);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[1]);
        if (fcntl(STDOUT_FILENO, F_SETFL, flags) != 0)
            _exit(IS_WRONG);
        write_and_exit(write_text, length);
    }
    close(ends[1]);
    *ret_reader = ends[0];
    return child;
}

static void check_end(pid_t child, int expected)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

/* Reads in small pieces until the end and compares. */
static void read_all(int reader, size_t length)
{
    static char received[LARGE + 1];
    size_t got = 0;
    for (;;) {
        size_t piece = sizeof received - got < 500 ? sizeof received - got : 500;
        ssize_t more = read(reader, received + got, piece);
        assert_true(more >= 0);
        if (more == 0)
            break;
        got += (size_t)more;
    }
    close(reader);
    assert_int_equal(got, length);
    assert_memory_equal(received, text, length);
}

static void every_byte_arrives_however_many(void **state)
{
    static const size_t lengths[] = {0, 1, 4096, 4097, 65536, 65537, LARGE};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (size_t way = 0; way < 2; way++) {
            int reader;
            pid_t child = start_writer(both_ways[way], lengths[i], 0, &reader);
            read_all(reader, lengths[i]);
            check_end(child, WAS_WRITTEN);
        }
    }
}

static void every_byte_arrives_through_a_pipe_that_does_not_block(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        int reader;
        pid_t child = start_writer(both_ways[way], LARGE, O_NONBLOCK, &reader);
        read_all(reader, LARGE);
        check_end(child, WAS_WRITTEN);
    }
}

static void wait_until_readable(int reader, int length)
{
    struct deadline patience = deadline_in(PATIENCE_MS);
    int waiting = 0;
    while (ioctl(reader, FIONREAD, &waiting) == 0 && waiting < length) {
        assert_false(deadline_has_passed(patience));
        nanosleep(&(struct timespec) {.tv_nsec = 1000000}, NULL);
    }
}

static void more_than_nagios_reads_is_waited_for(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        int reader;
        pid_t child = start_writer(both_ways[way], READABLE, 0, &reader);
        wait_until_readable(reader, READABLE); /* all of it is in the pipe, the child waits */
        read_all(reader, READABLE);
        check_end(child, WAS_WRITTEN);
    }
}

static void little_output_is_not_waited_for(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        int reader;
        pid_t child = start_writer(both_ways[way], 4096, 0, &reader);
        check_end(child, WAS_WRITTEN); /* nobody has read a byte yet */
        read_all(reader, 4096);
    }
}

static void a_daemon_that_reads_nothing_is_given_up_and_a_pager_is_not(void **state)
{
    int pager, daemon, full_reader;
    int64_t start = monotonic_ms();
    pid_t to_pager = start_writer(standard_output_write, LARGE, 0, &pager);
    pid_t to_daemon = start_writer(standard_output_hand_over, LARGE, 0, &daemon);
    pid_t fits = start_writer(standard_output_hand_over, READABLE, 0, &full_reader);
    (void)state;
    check_end(to_daemon, WAS_LOST);
    close(daemon);
    check_end(fits, IS_STILL_IN_THE_PIPE);
    read_all(full_reader, READABLE);
    assert_true(monotonic_ms() - start >= 2000);
    assert_true(monotonic_ms() - start < PATIENCE_MS);
    assert_int_equal(waitpid(to_pager, NULL, WNOHANG), 0); /* began first and still waits */
    read_all(pager, LARGE);
    check_end(to_pager, WAS_WRITTEN);
}

static void a_reader_that_went_away_means_loss(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        int reader;
        pid_t child = start_writer(both_ways[way], LARGE, 0, &reader);
        wait_until_readable(reader, READABLE);
        close(reader);
        check_end(child, WAS_LOST);
    }
}

static void a_full_device_means_loss(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            int full = open("/dev/full", O_WRONLY);
            if (full < 0)
                _exit(IS_WRONG);
            dup2(full, STDOUT_FILENO);
            write_and_exit(both_ways[way], 10);
        }
        check_end(child, WAS_LOST);
    }
}

static void a_closed_output_means_loss(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(STDOUT_FILENO);
            write_and_exit(both_ways[way], 10);
        }
        check_end(child, WAS_LOST);
    }
}

static void a_file_takes_everything(void **state)
{
    (void)state;
    for (size_t way = 0; way < 2; way++) {
        char name[] = "/tmp/test_standard_output.XXXXXX";
        int file = mkstemp(name);
        assert_true(file >= 0);
        unlink(name);
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            dup2(file, STDOUT_FILENO);
            write_and_exit(both_ways[way], LARGE);
        }
        check_end(child, WAS_WRITTEN);
        assert_int_equal(lseek(file, 0, SEEK_SET), 0);
        read_all(file, LARGE);
    }
}

static void no_later_file_takes_the_place_of_a_standard_descriptor(void **state)
{
    (void)state;
    for (unsigned closed = 0; closed < 8; closed++) {
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            for (int descriptor = 0; descriptor < 3; descriptor++) {
                if ((closed >> descriptor & 1) != 0)
                    close(descriptor);
            }
            standard_output_prepare();
            int next = open("/dev/null", O_RDONLY);
            _exit(next > STDERR_FILENO && fcntl(0, F_GETFD) >= 0 && fcntl(1, F_GETFD) >= 0 &&
                          fcntl(2, F_GETFD) >= 0
                      ? WAS_WRITTEN
                      : IS_WRONG);
        }
        check_end(child, WAS_WRITTEN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_arrives_however_many),
        cmocka_unit_test(every_byte_arrives_through_a_pipe_that_does_not_block),
        cmocka_unit_test(more_than_nagios_reads_is_waited_for),
        cmocka_unit_test(little_output_is_not_waited_for),
        cmocka_unit_test(a_daemon_that_reads_nothing_is_given_up_and_a_pager_is_not),
        cmocka_unit_test(a_reader_that_went_away_means_loss),
        cmocka_unit_test(a_full_device_means_loss),
        cmocka_unit_test(a_closed_output_means_loss),
        cmocka_unit_test(a_file_takes_everything),
        cmocka_unit_test(no_later_file_takes_the_place_of_a_standard_descriptor),
    };
    return cmocka_run_group_tests_name("standard_output", tests, make_text, NULL);
}
