/* SPDX-License-Identifier: MIT */
/* A problem says why something could not be done: a kind for the program, one sentence for the operator (what
 * was wanted, from whom, what came instead).  It travels upward unchanged or with a place put in front.
 * Functions that can fail return false and fill it; whoever stands at the top turns it into a report. */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

enum problem_kind {
    PROBLEM_NONE,
    PROBLEM_USAGE,    /* the user asked for something that cannot be */
    PROBLEM_RESOLVE,  /* a name has no address */
    PROBLEM_CONNECT,  /* nobody could be reached, or a program could not be started */
    PROBLEM_TLS,      /* the other side could not prove who it is */
    PROBLEM_REFUSED,  /* asked and turned away: login, rights; nothing that passes or that all users meet */
    PROBLEM_TIMEOUT,  /* the deadline came first */
    PROBLEM_PROTOCOL, /* an answer came and is not what it should be */
    PROBLEM_MISSING,  /* a file, a row, a field that must be there is not */
    PROBLEM_MEMORY
};

enum { PROBLEM_SENTENCE_SIZE = 512, PROBLEM_ADVICE_SIZE = 512 };

/* Sentence and advice are cut, never overflowed; both may hold foreign text. */
struct problem {
    enum problem_kind kind;
    char sentence[PROBLEM_SENTENCE_SIZE];
    char advice[PROBLEM_ADVICE_SIZE]; /* what to try, where more is known than the kind says; else "" */
    bool has_code;
    uint32_t code; /* of Windows, that the other side gave as its reason */
};

/* Fills *problem, without advice and code, and returns false, so that `return problem_set(...)` ends a
 * function. */
bool problem_set(struct problem *problem, enum problem_kind kind, const char *format, ...) LIKE_PRINTF(3, 4);

/* Puts "PLACE: " in front of the sentence; returns false. */
bool problem_add_place(struct problem *problem, const char *format, ...) LIKE_PRINTF(2, 3);

/* Puts "SUBJECT " in front of a sentence that begins with its verb: "NSClient++ at srv7:8443" "answered 403".
 * Returns false. */
bool problem_add_subject(struct problem *problem, const char *format, ...) LIKE_PRINTF(2, 3);

/* Says what to try, in one or two imperative sentences without a final period; returns false. */
bool problem_advise(struct problem *problem, const char *format, ...) LIKE_PRINTF(2, 3);

/* Adds the code that the other side gave; returns false. */
bool problem_add_code(struct problem *problem, uint32_t code);

/* The sentence for running out of memory; returns false. */
bool problem_set_memory(struct problem *problem);

#endif
