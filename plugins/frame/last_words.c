/* SPDX-License-Identifier: MIT */
/* The prepared lines and their handler. */
#include "frame/last_words.h"

#include "transport/command.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 512, GRACE_MS = 1000 };

/* The two ways to be ended, each with its state and words. */
enum ending { ENDED_FROM_OUTSIDE, ENDED_BY_THE_CLOCK, ENDING_COUNT };

/* Two sets of lines, so that the handler always finds a whole one while the other is being written. */
static char lines[2][ENDING_COUNT][LINE_SIZE];
static volatile sig_atomic_t current;
static const char *service_name, *plugin_name;
static enum state states[ENDING_COUNT];
static bool wants_json;

static void speak(int signal_number)
{
    enum ending ending = signal_number == SIGALRM ? ENDED_BY_THE_CLOCK : ENDED_FROM_OUTSIDE;
    const char *line = lines[current][ending];
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    command_abandon();
    if (poll(&output, 1, 0) > 0) { /* a reader that does not read must not hold us */
        ssize_t written = write(STDOUT_FILENO, line, strlen(line));
        (void)written;
    }
    _exit((int)states[ending]);
}

static void prepare(char *line, enum ending ending, const char *stage)
{
    static const char *const words[] = {[ENDED_FROM_OUTSIDE] = "ended from outside while",
                                        [ENDED_BY_THE_CLOCK] = "the time limit came while"};
    const char *state = state_name(states[ending]);
    if (wants_json)
        snprintf(line, LINE_SIZE,
                 "{\"plugin\":\"%s\",\"version\":\"%s\",\"state\":\"%s\",\"exit_code\":%d,\"summary\":\"%s "
                 "%s\",\"findings\":[],\"metrics\":[]}\n",
                 plugin_name, KMS_VERSION, state, (int)states[ending], words[ending], stage);
    else
        snprintf(line, LINE_SIZE, "%s %s - %s %s\n", service_name, state, words[ending], stage);
}

void last_words_stage(const char *stage)
{
    int next = 1 - current;
    for (enum ending ending = ENDED_FROM_OUTSIDE; ending < ENDING_COUNT; ending++)
        prepare(lines[next][ending], ending, stage);
    current = next;
}

void last_words_start(const char *service, const char *plugin, bool is_json, int64_t limit_ms,
                      enum state timeout_state)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGALRM};
    struct sigaction action = {.sa_handler = speak};
    sigset_t ours;
    service_name = service;
    plugin_name = plugin;
    wants_json = is_json;
    states[ENDED_FROM_OUTSIDE] = STATE_UNKNOWN;
    states[ENDED_BY_THE_CLOCK] = timeout_state;
    last_words_stage("starting");
    sigfillset(&action.sa_mask);
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
        sigaddset(&ours, signals[i]);
    }
    sigprocmask(SIG_UNBLOCK, &ours, NULL); /* whoever started us may have blocked them */
    alarm((unsigned)((limit_ms + GRACE_MS + 999) / 1000));
}

void last_words_stop(void)
{
    sigset_t all;
    alarm(0);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
}
