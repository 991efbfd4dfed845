/* SPDX-License-Identifier: MIT */
/* How much of a report is printed. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

#include <stddef.h>

enum explain {
    EXPLAIN_FULL,  /* impact, meaning, cause, every step, side */
    EXPLAIN_SHORT, /* impact, meaning, the first step, side */
    EXPLAIN_NONE   /* impact only */
};

struct report_style {
    enum explain explain;
    unsigned verbosity;    /* 1 and more: the notes of the report too */
    size_t maximum;        /* bytes of the whole text; see nagios_text.h */
    const char *notes_url; /* {code} is replaced by the code on the first line; NULL = none */
};

#endif
