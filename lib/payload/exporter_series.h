/* SPDX-License-Identifier: MIT */
/* What windows_exporter and node_exporter say of themselves and of the machine, as far as it helps to judge
 * our own metrics: which collectors worked, when the files of the collector textfile were written, the state
 * of the licensing service, and Windows' genuineness, which is no activation.
 *
 * A collector that failed leaves its series out, and so does one that is not enabled: only its own success
 * tells the two apart.  Sources: windows_exporter, collectors service, license, textfile;  node_exporter,
 * collector textfile. */
#ifndef PAYLOAD_EXPORTER_SERIES_H
#define PAYLOAD_EXPORTER_SERIES_H

#include "base/arena.h"
#include "base/problem.h"
#include "model/known.h"
#include "payload/exposition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exporter_collector {
    bool has_reported, has_failed, has_timed_out;
};

/* Times of files; of several the oldest counts. */
struct exporter_files {
    size_t count;
    bool is_unreadable; /* a time was no time */
    int64_t oldest;     /* seconds since 1970 UTC */
};

/* Of one series for each possible word, the one whose value is 1. */
struct exporter_word {
    const char *word;  /* NULL = none */
    bool is_ambiguous; /* there were two */
};

/* {0} before the first sample. */
struct exporter_series {
    bool is_windows, is_node; /* metrics of this exporter were there */
    struct exporter_collector textfile, service;
    struct exporter_files files, kms_files; /* all; those with kms in their name */
    struct exporter_word service_state, genuine_state;
};

/* Takes what is known of the sample; others are passed over.  Strings live in `arena`. */
void exporter_series_take(struct exporter_series *series, struct arena *arena,
                          const struct exposition_sample *sample);

/* When our metrics were written: the file with kms in its name, else the only file, else unknown. */
struct known_time exporter_series_written(const struct exporter_series *series);

/* "running", "stopped", ...; NULL when not said, or not clearly. */
const char *exporter_series_service_state(const struct exporter_series *series);

/* "genuine", "invalid_license", "tampered", "offline"; NULL likewise. */
const char *exporter_series_genuine_state(const struct exporter_series *series);

/* Why none of our metrics are there, and what to do; returns false. */
bool exporter_series_explain_absence(const struct exporter_series *series, struct problem *why);

#endif
