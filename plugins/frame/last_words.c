/* SPDX-License-Identifier: MIT */
/* The prepared line and its handlers. */
#include "frame/last_words.h"

#include "transport/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { LINE_SIZE = 512, GRACE_MS = 1000 };

/* Two lines, so that the handler always finds a whole one while the other is being written. */
static char lines[2][LINE_SIZE];
static volatile sig_atomic_t current;
static const char *service_name, *plugin_name;
static bool wants_json;

static void speak(int signal_number)
{
    (void)signal_number;
    const char *line = lines[current];
    ssize_t written = write(STDOUT_FILENO, line, strlen(line));
    (void)written;
    command_abandon();
    _exit(3);
}

void last_words_stage(const char *stage)
{
    int next = 1 - current;
    if (wants_json)
        snprintf(lines[next], LINE_SIZE,
                 "{\"plugin\":\"%s\",\"version\":\"%s\",\"state\":\"UNKNOWN\",\"exit_code\":3,\"summary\":"
                 "\"ended from "
                 "outside while %s\",\"findings\":[],\"metrics\":[]}\n",
                 plugin_name, KMS_VERSION, stage);
    else
        snprintf(lines[next], LINE_SIZE, "%s UNKNOWN - ended from outside while %s\n", service_name, stage);
    current = next;
}

void last_words_start(const char *service, const char *plugin, bool is_json, int64_t limit_ms)
{
    struct sigaction action = {.sa_handler = speak};
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGALRM};
    int64_t alarm_ms = limit_ms + GRACE_MS;
    service_name = service;
    plugin_name = plugin;
    wants_json = is_json;
    last_words_stage("starting");
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
    alarm((unsigned)((alarm_ms + 999) / 1000));
}

void last_words_stop(void)
{
    sigset_t all;
    alarm(0);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
}
