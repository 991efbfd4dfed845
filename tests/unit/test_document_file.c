/* SPDX-License-Identifier: MIT */
/* Reading documents from files and pipes: whole or not at all, and never later than the deadline. */
#include "transport/document_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    MAXIMUM = 1 << 20,
    PATIENCE_MS = 60000, /* for what must come, on a machine under load */
    SHORT_MS = 50        /* for what never comes */
};

static char folder[64];
static int saved_input = -1;

/* The path of a file in the folder of this test; valid until the next call. */
static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_document_file.XXXXXX");
    saved_input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"document", "fifo"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    if (saved_input >= 0)
        close(saved_input);
    return rmdir(folder);
}

/* Standard input as it was when the tests began. */
static int restore_input(void **state)
{
    (void)state;
    return saved_input >= 0 && dup2(saved_input, STDIN_FILENO) != STDIN_FILENO;
}

static bool read_within(const char *name, int64_t ms, struct received *ret, struct problem *why)
{
    return document_file_read(name, MAXIMUM, deadline_in(ms), ret, why);
}

/* Fails unless reading gives this problem and leaves the result alone. */
static void check_problem(const char *name, int64_t ms, enum problem_kind kind, const char *sentence)
{
    struct received received, before;
    struct problem why = {0};
    memset(&received, 0x55, sizeof received);
    memset(&before, 0x55, sizeof before);
    assert_false(read_within(name, ms, &received, &why));
    assert_string_equal(why.sentence, sentence);
    assert_int_equal(why.kind, kind);
    assert_memory_equal(&received, &before, sizeof received);
}

static void check_received(const struct received *received, const char *bytes, size_t length)
{
    assert_int_equal(received_span(received).length, length);
    assert_memory_equal(received_span(received).bytes, bytes, length);
}

static void a_regular_file_is_read_whole_with_its_time(void **state)
{
    static const struct timespec times[2] = {{.tv_sec = 1700000001}, {.tv_sec = 1700000000}};
    struct received received;
    struct problem why;
    (void)state;
    write_file("document", "a\0b\r\n\xff", 6);
    assert_int_equal(utimensat(AT_FDCWD, path_of("document"), times, 0), 0);
    assert_true(read_within(path_of("document"), PATIENCE_MS, &received, &why));
    check_received(&received, "a\0b\r\n\xff", 6);
    assert_true(received.written.is_known);
    assert_int_equal(received.written.seconds, 1700000000);
    received_done(&received);
}

static void an_empty_file_is_an_empty_document(void **state)
{
    struct received received;
    struct problem why;
    (void)state;
    write_file("document", "", 0);
    assert_true(read_within(path_of("document"), PATIENCE_MS, &received, &why));
    assert_int_equal(received.length, 0);
    received_done(&received);
    received_done(&received);
}

static void a_file_may_have_exactly_the_maximum(void **state)
{
    char *bytes = malloc(MAXIMUM + 1), sentence[200];
    struct received received;
    struct problem why;
    (void)state;
    for (size_t i = 0; i <= MAXIMUM; i++)
        bytes[i] = (char)(i % 251);
    write_file("document", bytes, MAXIMUM);
    assert_true(read_within(path_of("document"), PATIENCE_MS, &received, &why));
    check_received(&received, bytes, MAXIMUM);
    received_done(&received);
    write_file("document", bytes, MAXIMUM + 1);
    snprintf(sentence, sizeof sentence, "%s is longer than 1 MiB", path_of("document"));
    check_problem(path_of("document"), PATIENCE_MS, PROBLEM_PROTOCOL, sentence);
    free(bytes);
}

static void a_device_without_an_end_is_too_long(void **state)
{
    (void)state;
    check_problem("/dev/zero", PATIENCE_MS, PROBLEM_PROTOCOL, "/dev/zero is longer than 1 MiB");
}

static void a_directory_is_no_document(void **state)
{
    char sentence[200];
    (void)state;
    snprintf(sentence, sizeof sentence, "%s is a directory, a document was wanted", folder);
    check_problem(folder, PATIENCE_MS, PROBLEM_MISSING, sentence);
}

static void a_missing_file_is_named(void **state)
{
    char sentence[200];
    (void)state;
    snprintf(sentence, sizeof sentence, "cannot open %s: %s", path_of("nothing"),
             "No such file or directory");
    check_problem(path_of("nothing"), PATIENCE_MS, PROBLEM_MISSING, sentence);
}

static void a_named_pipe_without_a_writer_is_given_up_at_the_deadline(void **state)
{
    char sentence[200];
    (void)state;
    assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
    snprintf(sentence, sizeof sentence, "%s was silent until the timeout", path_of("fifo"));
    check_problem(path_of("fifo"), SHORT_MS, PROBLEM_TIMEOUT, sentence);
    unlink(path_of("fifo"));
}

/* A child that writes `length` bytes in small pieces, the byte number modulo 251 each. */
static pid_t start_writer(int descriptor, const char *name, size_t length)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0)
        return child;
    if (name != NULL)
        descriptor = open(name, O_WRONLY);
    for (size_t at = 0; at < length;) {
        char piece[777];
        size_t size = length - at < sizeof piece ? length - at : sizeof piece;
        for (size_t i = 0; i < size; i++)
            piece[i] = (char)((at + i) % 251);
        if (write(descriptor, piece, size) != (ssize_t)size)
            _exit(1);
        at += size;
    }
    _exit(0);
}

static void check_written(pid_t writer, const struct received *received, size_t length)
{
    int status;
    assert_int_equal(received->length, length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(received->bytes[i], (char)(i % 251));
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_int_equal(status, 0);
}

static void a_named_pipe_is_read_until_its_writer_has_done(void **state)
{
    struct received received;
    struct problem why;
    (void)state;
    assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
    pid_t writer = start_writer(-1, path_of("fifo"), 200000);
    assert_true(read_within(path_of("fifo"), PATIENCE_MS, &received, &why));
    check_written(writer, &received, 200000);
    assert_false(received.written.is_known);
    received_done(&received);
    unlink(path_of("fifo"));
}

static void standard_input_is_read_from_a_pipe(void **state)
{
    struct received received;
    struct problem why;
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid_t writer = start_writer(ends[1], NULL, 200000);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_true(read_within("-", PATIENCE_MS, &received, &why));
    check_written(writer, &received, 200000);
    assert_false(received.written.is_known);
    received_done(&received);
}

static void standard_input_has_no_time_even_from_a_file(void **state)
{
    struct received received;
    struct problem why;
    (void)state;
    write_file("document", "abc", 3);
    int descriptor = open(path_of("document"), O_RDONLY);
    assert_true(descriptor >= 0);
    dup2(descriptor, STDIN_FILENO);
    close(descriptor);
    assert_true(read_within("-", PATIENCE_MS, &received, &why));
    check_received(&received, "abc", 3);
    assert_false(received.written.is_known);
    received_done(&received);
}

static void a_silent_standard_input_is_given_up_at_the_deadline(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(write(ends[1], "{\"half\":", 8), 8);
    check_problem("-", SHORT_MS, PROBLEM_TIMEOUT, "standard input was silent until the timeout");
    close(ends[1]);
}

static void a_directory_as_standard_input_is_no_document(void **state)
{
    int descriptor = open(folder, O_RDONLY);
    (void)state;
    assert_true(descriptor >= 0);
    dup2(descriptor, STDIN_FILENO);
    close(descriptor);
    check_problem("-", PATIENCE_MS, PROBLEM_MISSING, "standard input is a directory, a document was wanted");
}

static void a_closed_standard_input_cannot_be_read(void **state)
{
    (void)state;
    close(STDIN_FILENO);
    check_problem("-", PATIENCE_MS, PROBLEM_CONNECT, "cannot look at standard input: Bad file descriptor");
}

static void a_deadline_that_has_passed_reads_nothing(void **state)
{
    char sentence[200];
    (void)state;
    write_file("document", "abc", 3);
    snprintf(sentence, sizeof sentence, "%s was silent until the timeout", path_of("document"));
    check_problem(path_of("document"), 0, PROBLEM_TIMEOUT, sentence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_regular_file_is_read_whole_with_its_time),
        cmocka_unit_test(an_empty_file_is_an_empty_document),
        cmocka_unit_test(a_file_may_have_exactly_the_maximum),
        cmocka_unit_test(a_device_without_an_end_is_too_long),
        cmocka_unit_test(a_directory_is_no_document),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_named_pipe_without_a_writer_is_given_up_at_the_deadline),
        cmocka_unit_test(a_named_pipe_is_read_until_its_writer_has_done),
        cmocka_unit_test_teardown(standard_input_is_read_from_a_pipe, restore_input),
        cmocka_unit_test_teardown(standard_input_has_no_time_even_from_a_file, restore_input),
        cmocka_unit_test_teardown(a_silent_standard_input_is_given_up_at_the_deadline, restore_input),
        cmocka_unit_test_teardown(a_directory_as_standard_input_is_no_document, restore_input),
        cmocka_unit_test_teardown(a_closed_standard_input_cannot_be_read, restore_input),
        cmocka_unit_test(a_deadline_that_has_passed_reads_nothing),
    };
    return cmocka_run_group_tests_name("document_file", tests, make_folder, remove_folder);
}
