/* SPDX-License-Identifier: MIT */
/* What a run of a program costs, as a ratio to another: pairs COUNT BASELINE... -- CANDIDATE...
 * The two take turns, the baseline directly before the candidate, so that a noisy machine hits both alike.  Wall
 * time from start to exit, standard output to /dev/null.  Prints the median of the ratios of the pairs with its
 * quartiles, the medians in milliseconds, and the peak resident size of both in KiB. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { WARM_UP = 10 };

struct cost {
    double ms;
    long peak_kib;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1000000;
}

/* wait4 tells the peak of this child alone; it is in no standard, but in every Unix. */
pid_t wait4(pid_t child, int *status, int options, struct rusage *usage);

static struct cost run(char *words[], posix_spawn_file_actions_t *actions)
{
    struct cost cost = {0};
    struct rusage usage;
    int status;
    pid_t child;
    double start = now_ms();
    if (posix_spawn(&child, words[0], actions, NULL, words, environ) != 0 || wait4(child, &status, 0, &usage) != child) {
        fprintf(stderr, "cannot run %s\n", words[0]);
        exit(1);
    }
    cost.ms = now_ms() - start;
    cost.peak_kib = usage.ru_maxrss;
    if (!WIFEXITED(status)) {
        fprintf(stderr, "%s ended by signal %d\n", words[0], WTERMSIG(status));
        exit(1);
    }
    return cost;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double quantile(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, by_size);
    return values[(size_t)((double)(count - 1) * part)];
}

int main(int argc, char *argv[])
{
    int middle = 2;
    while (middle < argc && strcmp(argv[middle], "--") != 0)
        middle++;
    if (argc < 5 || middle + 1 >= argc) {
        fputs("usage: pairs COUNT BASELINE... -- CANDIDATE...\n", stderr);
        return 2;
    }
    size_t count = (size_t)strtoul(argv[1], NULL, 10);
    argv[middle] = NULL;
    double *ratios = calloc(count, sizeof *ratios), *base = calloc(count, sizeof *base), *own = calloc(count, sizeof *own);
    long base_kib = 0, own_kib = 0;
    posix_spawn_file_actions_t actions;
    if (count == 0 || ratios == NULL || base == NULL || own == NULL)
        return 1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    size_t warm_up = count < WARM_UP ? count : WARM_UP; /* one long run needs no ten others before it */
    for (size_t i = 0; i < count + warm_up; i++) {
        struct cost first = run(argv + 2, &actions), second = run(argv + middle + 1, &actions);
        if (i < warm_up)
            continue;
        size_t at = i - warm_up;
        base[at] = first.ms;
        own[at] = second.ms;
        ratios[at] = second.ms / first.ms;
        base_kib = first.peak_kib > base_kib ? first.peak_kib : base_kib;
        own_kib = second.peak_kib > own_kib ? second.peak_kib : own_kib;
    }
    double low = quantile(ratios, count, 0.25), high = quantile(ratios, count, 0.75);
    printf("%.3f %.3f %.3f %.3f %.3f %ld %ld\n", quantile(ratios, count, 0.5), low, high, quantile(base, count, 0.5),
           quantile(own, count, 0.5), base_kib, own_kib);
    posix_spawn_file_actions_destroy(&actions);
    free(ratios);
    free(base);
    free(own);
    return 0;
}
