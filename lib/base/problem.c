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
    problem->advice[0] = '\0';
    problem->has_code = false;
    problem->code = 0;
    return false;
}

static void put_in_front(struct problem *problem, const char *separator, const char *format,
                         va_list arguments)
{
    char whole[2 * PROBLEM_SENTENCE_SIZE + 2];
    vsnprintf(whole, PROBLEM_SENTENCE_SIZE, format, arguments);
    size_t length = strlen(whole);
    snprintf(whole + length, sizeof whole - length, "%s%s", separator, problem->sentence);
    whole[PROBLEM_SENTENCE_SIZE - 1] = '\0';
    memcpy(problem->sentence, whole, PROBLEM_SENTENCE_SIZE);
}

bool problem_add_place(struct problem *problem, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_in_front(problem, ": ", format, arguments);
    va_end(arguments);
    return false;
}

bool problem_add_subject(struct problem *problem, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_in_front(problem, " ", format, arguments);
    va_end(arguments);
    return false;
}

bool problem_advise(struct problem *problem, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->advice, sizeof problem->advice, format, arguments);
    va_end(arguments);
    return false;
}

bool problem_add_code(struct problem *problem, uint32_t code)
{
    problem->has_code = true;
    problem->code = code;
    return false;
}

bool problem_set_memory(struct problem *problem)
{
    return problem_set(problem, PROBLEM_MEMORY, "out of memory");
}
