/* SPDX-License-Identifier: MIT */
/* What the command line of kms-explain can ask for. */
#ifndef KMS_EXPLAIN_OPTIONS_H
#define KMS_EXPLAIN_OPTIONS_H

#include "options/option.h"

enum explain_format { EXPLAIN_TEXT, EXPLAIN_JSON, EXPLAIN_TSV, EXPLAIN_HTML };
enum explain_list { EXPLAIN_LIST_NOTHING, EXPLAIN_LIST_WITH_STEPS, EXPLAIN_LIST_ALL };

struct explain_config {
    int list;           /* enum explain_list */
    const char *search; /* NULL = no filter */
    int applies_to;     /* the value of a row of explain_applies_to; 0 = no filter */
    int format;         /* enum explain_format */
};

/* The words of the catalogue for what a code applies to; ends with a NULL word. */
extern const struct option_choice explain_applies_to[];

extern const struct program kms_explain_program;

#endif
