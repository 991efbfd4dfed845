/* SPDX-License-Identifier: MIT */
/* Problems: a kind and a sentence. */
#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool problem_set(struct problem *problem, enum problem_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    problem->kind = kind;
    vsnprintf(problem->sentence, sizeof problem->sentence, format, arguments);
    va_end(arguments);
    return false;
}

bool problem_add_place(struct problem *problem, const char *format, ...)
{
    char whole[2 * PROBLEM_SENTENCE_SIZE + 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(whole, PROBLEM_SENTENCE_SIZE, format, arguments);
    va_end(arguments);
    size_t length = strlen(whole);
    snprintf(whole + length, sizeof whole - length, ": %s", problem->sentence);
    whole[PROBLEM_SENTENCE_SIZE - 1] = '\0';
    memcpy(problem->sentence, whole, PROBLEM_SENTENCE_SIZE);
    return false;
}

bool problem_set_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_MEMORY, "out of memory");
}
