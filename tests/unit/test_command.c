/* SPDX-License-Identifier: MIT */
/* Running programs: real shells that end well, end badly, or never end.  After every case no child, no
 * grandchild and no descriptor is left. */
#include "transport/command.h"

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
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    MAXIMUM = 1 << 20,
    PATIENCE_MS = 60000, /* for what must come, on a machine under load */
    SHORT_MS = 200       /* for what never comes */
};

/* Long enough that a case which waits for it is seen to hang. */
#define FOREVER "1000"

static char folder[64], pid_file[96];

static int make_folder(void **state)
{
    (void)state;
    for (int descriptor = 3; descriptor < 256; descriptor++) /* of whoever started the test */
        close(descriptor);
    snprintf(folder, sizeof folder, "/tmp/test_command.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(pid_file, sizeof pid_file, "%s/pid", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(pid_file);
    return rmdir(folder);
}

static int open_descriptors(void)
{
    int count = 0;
    for (int descriptor = 0; descriptor < 256; descriptor++)
        count += fcntl(descriptor, F_GETFD) >= 0;
    return count;
}

static int descriptors_before;

static int count_descriptors(void **state)
{
    (void)state;
    unlink(pid_file);
    descriptors_before = open_descriptors();
    return 0;
}

static int nothing_is_left(void **state)
{
    int status;
    (void)state;
    pid_t child = waitpid(-1, &status, WNOHANG);
    if (child != -1 || errno != ECHILD) {
        print_error("a child is left: waitpid gave %d\n", (int)child);
        return 1;
    }
    if (open_descriptors() != descriptors_before) {
        print_error("%d descriptors are open, %d were before\n", open_descriptors(), descriptors_before);
        return 1;
    }
    return 0;
}

/* ---- running ---- */

struct run {
    bool is_over;
    struct received output;
    struct command_end end;
    struct problem why;
    int64_t took_ms;
};

static struct run run_words(const char *const *words, size_t maximum, int64_t timeout_ms)
{
    struct run run = {0};
    size_t count = 0;
    while (words[count] != NULL)
        count++;
    int64_t start = monotonic_ms();
    run.is_over =
        command_run(words, count, maximum, deadline_in(timeout_ms), &run.output, &run.end, &run.why);
    run.took_ms = monotonic_ms() - start;
    return run;
}

/* Runs a shell script; $0 is the file into which it may write a process id. */
static struct run run_script(const char *script, size_t maximum, int64_t timeout_ms)
{
    const char *const words[] = {"/bin/sh", "-c", script, pid_file, NULL};
    return run_words(words, maximum, timeout_ms);
}

/* Checks a run that came to its end, and releases its output. */
static void check_run(struct run *run, const char *output, bool was_signalled, int status,
                      const char *complaint)
{
    if (!run->is_over)
        fail_msg("did not run to its end: %s", run->why.sentence);
    if (!span_is(received_span(&run->output), output))
        fail_msg("printed [%.*s], wanted [%s]", (int)run->output.length,
                 run->output.length > 0 ? run->output.bytes : "", output);
    assert_int_equal(run->end.was_signalled, was_signalled);
    assert_int_equal(run->end.status, status);
    assert_string_equal(run->end.complaint, complaint);
    assert_false(run->output.written.is_known);
    received_done(&run->output);
}

static void check_problem(const struct run *run, enum problem_kind kind, const char *sentence)
{
    assert_false(run->is_over);
    assert_string_equal(run->why.sentence, sentence);
    assert_int_equal(run->why.kind, kind);
    assert_null(run->output.bytes);
}

/* ---- other processes ---- */

static void pause_a_little(void)
{
    nanosleep(&(struct timespec) {.tv_nsec = 2000000}, NULL);
}

/* False also for a process that has ended and that its new parent has not collected yet. */
static bool is_running(pid_t process)
{
    char path[64], line[256] = "";
    if (kill(process, 0) != 0)
        return false;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return kill(process, 0) == 0;
    const char *got = fgets(line, sizeof line, file);
    fclose(file);
    const char *behind_name = got == NULL ? NULL : strrchr(line, ')');
    return behind_name == NULL || strncmp(behind_name, ") Z", 3) != 0;
}

static void check_gone(pid_t process)
{
    struct deadline patience = deadline_in(PATIENCE_MS);
    while (is_running(process)) {
        if (deadline_has_passed(patience))
            fail_msg("process %d is still running", (int)process);
        pause_a_little();
    }
}

/* The process id in the file, 0 when there is none yet.  Scripts write it whole and then a newline. */
static pid_t read_pid(void)
{
    char line[32] = "";
    FILE *file = fopen(pid_file, "r");
    if (file == NULL)
        return 0;
    const char *got = fgets(line, sizeof line, file);
    fclose(file);
    return got != NULL && strchr(line, '\n') != NULL ? (pid_t)strtol(line, NULL, 10) : 0;
}

/* Runs a script that never ends, with longer and longer deadlines until it came as far as to write a process
 * id; that is the one which must be gone in the end. */
static struct run run_until_pid(const char *script, pid_t *ret_pid)
{
    struct run run = {0};
    *ret_pid = 0;
    for (int64_t ms = SHORT_MS; *ret_pid == 0 && ms <= PATIENCE_MS; ms *= 3) {
        run = run_script(script, MAXIMUM, ms);
        *ret_pid = read_pid();
        assert_true(run.took_ms >= ms);
        assert_true(run.took_ms < ms + PATIENCE_MS);
    }
    assert_true(*ret_pid > 0);
    return run;
}

/* ---- programs that end ---- */

static void the_output_and_the_exit_status_are_those_of_the_program(void **state)
{
    static const struct {
        const char *script, *output;
        int status;
    } rows[] = {
        {"echo hello", "hello\n", 0},
        {"printf 'no newline'", "no newline", 0},
        {":", "", 0},
        {"exit 3", "", 3},
        {"echo half; exit 255", "half\n", 255},
        {"echo one; echo two >&1; exec echo three", "one\ntwo\nthree\n", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run = run_script(rows[i].script, MAXIMUM, PATIENCE_MS);
        check_run(&run, rows[i].output, false, rows[i].status, "");
    }
}

static void words_reach_the_program_without_a_shell(void **state)
{
    const char *const words[] = {"printf", "%s/", "a b", "$HOME", "; exit 9", "*", "", "'", NULL};
    struct run run = run_words(words, MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "a b/$HOME/; exit 9/*//'/", false, 0, "");
}

static void a_program_that_a_signal_ended_is_told_apart(void **state)
{
    struct run killed = run_script("echo before; kill -KILL $$", MAXIMUM, PATIENCE_MS);
    struct run asked = run_script("kill -TERM $$", MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&killed, "before\n", true, SIGKILL, "");
    check_run(&asked, "", true, SIGTERM, "");
}

static void the_last_line_of_its_complaints_is_kept(void **state)
{
    static const struct {
        const char *script, *complaint;
    } rows[] = {
        {"echo banner >&2; echo >&2; echo error >&2", "error"},
        {"echo error >&2; printf '\\n\\n' >&2", "error"},
        {"printf 'long first line\\nshort' >&2", "short"},
        {"printf 'no newline' >&2", "no newline"},
        {"printf '\\n\\r\\n\\nbehind empty lines\\n' >&2", "behind empty lines"},
        {"printf 'cr\\rlf' >&2", "lf"},
        {"printf '' >&2", ""},
        {"echo '  blanks stay ' >&2", "  blanks stay "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run = run_script(rows[i].script, MAXIMUM, PATIENCE_MS);
        check_run(&run, "", false, 0, rows[i].complaint);
    }
}

static void a_long_complaint_is_cut(void **state)
{
    struct run run = run_script("printf '%01000d' 7 >&2; echo fine", MAXIMUM, PATIENCE_MS);
    (void)state;
    assert_true(run.is_over);
    assert_int_equal(strlen(run.end.complaint), COMMAND_COMPLAINT_SIZE - 1);
    assert_int_equal(run.output.length, 5);
    received_done(&run.output);
}

static void many_complaints_do_not_block_the_program(void **state)
{
    struct run run = run_script("dd if=/dev/zero bs=65536 count=32 2>/dev/null | cat >&2; echo fine", MAXIMUM,
                                PATIENCE_MS);
    (void)state;
    assert_true(run.is_over);
    assert_int_equal(run.end.status, 0);
    assert_int_equal(run.output.length, 5);
    received_done(&run.output);
}

static void standard_input_of_the_program_is_empty(void **state)
{
    struct run run = run_script("cat; echo end", MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "end\n", false, 0, "");
}

static void no_other_descriptor_reaches_the_program(void **state)
{
    struct run run = run_script("for d in 3 4 5 6 7 8 9; do (: >&$d) 2>/dev/null && echo $d; done; exit 0",
                                MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "", false, 0, "");
}

static void the_program_gets_signals_back_that_we_ignore(void **state)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    struct run run = run_script("kill -PIPE $$; echo alive", MAXIMUM, PATIENCE_MS);
    (void)state;
    signal(SIGPIPE, before);
    check_run(&run, "", true, SIGPIPE, "");
}

static void a_daemon_that_ignores_its_children_hides_no_exit_status(void **state)
{
    void (*before)(int) = signal(SIGCHLD, SIG_IGN); /* inherited by us through exec */
    struct run run = run_script("echo done; exit 2", MAXIMUM, PATIENCE_MS / 4);
    (void)state;
    signal(SIGCHLD, before);
    check_run(&run, "done\n", false, 2, "");
}

static void a_program_may_end_long_after_it_closed_its_pipes(void **state)
{
    struct run run =
        run_script("echo done; exec >&- 2>&-; i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; exit 7",
                   MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "done\n", false, 7, "");
}

/* ---- programs that cannot be started ---- */

static void a_missing_program_is_told_apart_from_one_that_failed(void **state)
{
    static const struct {
        const char *program, *sentence;
    } rows[] = {
        {"/nowhere/at/all", "cannot start /nowhere/at/all: No such file or directory"},
        {"no-such-program-in-path", "cannot start no-such-program-in-path: No such file or directory"},
        {"/dev/null", "cannot start /dev/null: Permission denied"},
        {"/", "cannot start /: Permission denied"},
        {"/dev/null/x", "cannot start /dev/null/x: Not a directory"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const words[] = {rows[i].program, "argument", NULL};
        struct run run = run_words(words, MAXIMUM, PATIENCE_MS);
        check_problem(&run, PROBLEM_CONNECT, rows[i].sentence);
    }
    struct run failed = run_script("exit 127", MAXIMUM, PATIENCE_MS);
    check_run(&failed, "", false, 127, "");
}

static void a_failed_run_leaves_the_results_alone(void **state)
{
    const char *const words[] = {"/nowhere/at/all"};
    struct received output, output_before;
    struct command_end end, end_before;
    struct problem why;
    (void)state;
    memset(&output, 0x55, sizeof output);
    memset(&output_before, 0x55, sizeof output_before);
    memset(&end, 0x55, sizeof end);
    memset(&end_before, 0x55, sizeof end_before);
    assert_false(command_run(words, 1, MAXIMUM, deadline_in(PATIENCE_MS), &output, &end, &why));
    assert_memory_equal(&output, &output_before, sizeof output);
    assert_memory_equal(&end, &end_before, sizeof end);
}

/* ---- programs that do not end ---- */

static void a_silent_program_is_ended_at_the_deadline(void **state)
{
    struct run run = run_script("exec sleep " FOREVER, MAXIMUM, SHORT_MS);
    (void)state;
    check_problem(&run, PROBLEM_TIMEOUT, "/bin/sh did not end before the timeout");
    assert_true(run.took_ms >= SHORT_MS);
    assert_true(run.took_ms < PATIENCE_MS);
}

static void its_children_are_ended_with_it(void **state)
{
    pid_t grandchild;
    struct run run = run_until_pid("sleep " FOREVER " & echo $! >\"$0\"; wait", &grandchild);
    (void)state;
    check_problem(&run, PROBLEM_TIMEOUT, "/bin/sh did not end before the timeout");
    check_gone(grandchild);
}

static void programs_that_ignore_the_polite_signal_are_ended_too(void **state)
{
    pid_t grandchild;
    struct run run = run_until_pid(
        "trap '' TERM; sleep " FOREVER " & echo $! >\"$0\"; while :; do wait; done", &grandchild);
    (void)state;
    check_problem(&run, PROBLEM_TIMEOUT, "/bin/sh did not end before the timeout");
    check_gone(grandchild);
}

static void a_program_that_closes_its_pipes_and_sleeps_is_ended(void **state)
{
    pid_t sleeper;
    struct run run = run_until_pid("echo $$ >\"$0\"; exec >&- 2>&-; exec sleep " FOREVER, &sleeper);
    (void)state;
    check_problem(&run, PROBLEM_TIMEOUT, "/bin/sh did not end before the timeout");
    check_gone(sleeper);
}

static void a_timeout_tells_what_the_program_complained_about(void **state)
{
    struct run run;
    int64_t ms = SHORT_MS;
    (void)state;
    do {
        run = run_script("echo 'no route to host' >&2; exec sleep " FOREVER, MAXIMUM, ms);
        assert_false(run.is_over);
        assert_int_equal(run.why.kind, PROBLEM_TIMEOUT);
        ms *= 3;
    } while (strchr(run.why.sentence, ',') == NULL && ms <= PATIENCE_MS);
    assert_string_equal(run.why.sentence,
                        "/bin/sh did not end before the timeout, it said: no route to host");
}

static void a_program_that_complains_without_end_is_ended(void **state)
{
    struct run run = run_script("while :; do echo complaint >&2; done", MAXIMUM, SHORT_MS);
    (void)state;
    assert_false(run.is_over);
    assert_int_equal(run.why.kind, PROBLEM_TIMEOUT);
}

static void a_deadline_that_has_passed_ends_the_program_at_once(void **state)
{
    struct run run = run_script("exec sleep " FOREVER, MAXIMUM, 0);
    (void)state;
    check_problem(&run, PROBLEM_TIMEOUT, "/bin/sh did not end before the timeout");
    assert_true(run.took_ms < PATIENCE_MS);
}

/* ---- what is left behind ---- */

static void output_that_somebody_may_still_write_is_waited_for(void **state)
{
    struct run run = run_script("(sleep 0.2; echo late) & echo early", MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "early\nlate\n", false, 0, "");
}

static void output_that_stays_open_is_not_whole(void **state)
{
    struct run run = run_script("sleep " FOREVER " & echo $! >\"$0\"; echo done", MAXIMUM, 300);
    (void)state;
    check_problem(&run, PROBLEM_TIMEOUT,
                  "/bin/sh has ended, but what it started kept its output open until the timeout");
    pid_t background = read_pid();
    assert_true(background > 0);
    check_gone(background);
}

static void a_background_child_that_keeps_standard_error_open_is_not_waited_for(void **state)
{
    struct run run =
        run_script("sleep " FOREVER " >&- & echo $! >\"$0\"; echo done; exit 4", MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "done\n", false, 4, "");
    assert_true(run.took_ms < PATIENCE_MS);
    pid_t background = read_pid();
    assert_true(background > 0);
    check_gone(background);
}

static void a_background_child_that_closed_the_pipe_is_ended_too(void **state)
{
    struct run run =
        run_script("sleep " FOREVER " >&- 2>&- & echo $! >\"$0\"; echo done", MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "done\n", false, 0, "");
    pid_t background = read_pid();
    assert_true(background > 0);
    check_gone(background);
}

/* ---- how much ---- */

static void output_may_have_exactly_the_maximum(void **state)
{
    struct run whole = run_script("printf 12345", 5, PATIENCE_MS),
               longer = run_script("printf 12345", 4, PATIENCE_MS);
    (void)state;
    check_run(&whole, "12345", false, 0, "");
    check_problem(&longer, PROBLEM_PROTOCOL, "/bin/sh printed more than 0 MiB");
}

static void endless_output_is_given_up_at_the_maximum(void **state)
{
    const char *const words[] = {"cat", "/dev/zero", NULL};
    struct run run = run_words(words, MAXIMUM, PATIENCE_MS);
    (void)state;
    check_problem(&run, PROBLEM_PROTOCOL, "cat printed more than 1 MiB");
    assert_true(run.took_ms < PATIENCE_MS);
}

static void ten_megabytes_arrive_whole(void **state)
{
    enum { LENGTH = 160 * 65536 };
    struct run run =
        run_script("dd if=/dev/zero bs=65536 count=160 2>/dev/null | tr '\\0' x", 16 << 20, PATIENCE_MS);
    (void)state;
    assert_true(run.is_over);
    assert_int_equal(run.output.length, LENGTH);
    for (size_t i = 0; i < LENGTH; i++) {
        if (run.output.bytes[i] != 'x')
            fail_msg("byte %zu is %02x", i, (unsigned char)run.output.bytes[i]);
    }
    received_done(&run.output);
}

/* ---- from a signal handler ---- */

static void abandon(int signal_number)
{
    (void)signal_number;
    command_abandon();
    _exit(42);
}

static void abandoning_ends_the_program_and_its_children(void **state)
{
    struct deadline patience = deadline_in(PATIENCE_MS);
    int status;
    (void)state;
    fflush(NULL);
    pid_t runner = fork();
    assert_true(runner >= 0);
    if (runner == 0) {
        signal(SIGTERM, abandon);
        run_script("sleep " FOREVER " & echo $! >\"$0\"; wait", MAXIMUM, 4 * PATIENCE_MS);
        _exit(1);
    }
    while (read_pid() == 0 && !deadline_has_passed(patience))
        pause_a_little();
    pid_t grandchild = read_pid();
    kill(runner, SIGTERM);
    assert_int_equal(waitpid(runner, &status, 0), runner);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
    assert_true(grandchild > 0);
    check_gone(grandchild);
}

static void abandoning_nothing_hurts_nobody(void **state)
{
    struct run run = run_script("echo done", MAXIMUM, PATIENCE_MS);
    (void)state;
    check_run(&run, "done\n", false, 0, "");
    command_abandon();
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, count_descriptors, nothing_is_left)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_output_and_the_exit_status_are_those_of_the_program),
        CASE(words_reach_the_program_without_a_shell),
        CASE(a_program_that_a_signal_ended_is_told_apart),
        CASE(the_last_line_of_its_complaints_is_kept),
        CASE(a_long_complaint_is_cut),
        CASE(many_complaints_do_not_block_the_program),
        CASE(standard_input_of_the_program_is_empty),
        CASE(no_other_descriptor_reaches_the_program),
        CASE(the_program_gets_signals_back_that_we_ignore),
        CASE(a_daemon_that_ignores_its_children_hides_no_exit_status),
        CASE(a_program_may_end_long_after_it_closed_its_pipes),
        CASE(a_missing_program_is_told_apart_from_one_that_failed),
        CASE(a_failed_run_leaves_the_results_alone),
        CASE(a_silent_program_is_ended_at_the_deadline),
        CASE(its_children_are_ended_with_it),
        CASE(programs_that_ignore_the_polite_signal_are_ended_too),
        CASE(a_program_that_closes_its_pipes_and_sleeps_is_ended),
        CASE(a_timeout_tells_what_the_program_complained_about),
        CASE(a_program_that_complains_without_end_is_ended),
        CASE(a_deadline_that_has_passed_ends_the_program_at_once),
        CASE(output_that_somebody_may_still_write_is_waited_for),
        CASE(output_that_stays_open_is_not_whole),
        CASE(a_background_child_that_keeps_standard_error_open_is_not_waited_for),
        CASE(a_background_child_that_closed_the_pipe_is_ended_too),
        CASE(output_may_have_exactly_the_maximum),
        CASE(endless_output_is_given_up_at_the_maximum),
        CASE(ten_megabytes_arrive_whole),
        CASE(abandoning_ends_the_program_and_its_children),
        CASE(abandoning_nothing_hurts_nobody),
    };
    return cmocka_run_group_tests_name("command", tests, make_folder, remove_folder);
}
