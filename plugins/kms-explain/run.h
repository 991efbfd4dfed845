/* SPDX-License-Identifier: MIT */
/* Runs kms-explain: reads the command line, selects, renders, prints. */
#ifndef KMS_EXPLAIN_RUN_H
#define KMS_EXPLAIN_RUN_H

/* The exit code: 0 all known, 1 something unknown or nothing found, 2 bad input or the output is not
 * complete. */
int explain_run(int argc, const char *const argv[]);

#endif
