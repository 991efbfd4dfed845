/* SPDX-License-Identifier: MIT */
/* Series of the exporter itself. */
#include "payload/exporter_series.h"

#include "payload/exposition_value.h"

#include <stddef.h>

static const char licensing_service[] = "sppsvc";

static struct exporter_collector *find_collector(struct exporter_series *series, struct span name)
{
    if (span_is(name, "textfile"))
        return &series->textfile;
    return span_is(name, "service") ? &series->service : NULL;
}

/* windows_exporter_collector_success{collector="textfile"} 1 */
static void take_success(struct exporter_series *series, struct arena *arena,
                         const struct exposition_sample *sample)
{
    struct exporter_collector *collector = find_collector(series, exposition_label(sample, "collector"));
    (void)arena;
    if (collector == NULL)
        return;
    collector->has_reported = true;
    collector->has_failed |= sample->value != 1;
}

/* windows_exporter_collector_timeout{collector="textfile"} 0 */
static void take_timeout(struct exporter_series *series, struct arena *arena,
                         const struct exposition_sample *sample)
{
    struct exporter_collector *collector = find_collector(series, exposition_label(sample, "collector"));
    (void)arena;
    if (collector != NULL)
        collector->has_timed_out |= sample->value != 0;
}

/* node_textfile_scrape_error 0 */
static void take_scrape_error(struct exporter_series *series, struct arena *arena,
                              const struct exposition_sample *sample)
{
    (void)arena;
    series->textfile.has_reported = true;
    series->textfile.has_failed |= sample->value != 0;
}

static void add_file(struct exporter_files *files, double value)
{
    int64_t seconds;
    if (!exposition_value_is_time(value, &seconds))
        files->is_unreadable = true;
    else if (files->count == 0 || seconds < files->oldest)
        files->oldest = seconds;
    files->count++;
}

/* The part of a path of either kind of system that names the file. */
static struct span base_name(struct span path)
{
    size_t begin = path.length;
    while (begin > 0 && path.bytes[begin - 1] != '/' && path.bytes[begin - 1] != '\\')
        begin--;
    return span_from(path, begin);
}

/* windows_textfile_mtime_seconds{file="kms.prom"} 1.7724384e+09 */
static void take_mtime(struct exporter_series *series, struct arena *arena,
                       const struct exposition_sample *sample)
{
    (void)arena;
    series->textfile.has_reported = true;
    add_file(&series->files, sample->value);
    if (span_contains_ignoring_case(base_name(exposition_label(sample, "file")), "kms"))
        add_file(&series->kms_files, sample->value);
}

static void take_word(struct exporter_word *word, struct arena *arena, const struct exposition_sample *sample)
{
    struct span state = span_trim(exposition_label(sample, "state"));
    if (sample->value == 0)
        return;
    if (sample->value != 1 || state.length == 0 || word->word != NULL)
        word->is_ambiguous = true;
    else
        word->word = arena_copy(arena, state);
}

/* windows_service_state{name="sppsvc",state="running"} 1; older builds change the case of the name. */
static void take_service_state(struct exporter_series *series, struct arena *arena,
                               const struct exposition_sample *sample)
{
    if (span_is_ignoring_case(exposition_label(sample, "name"), licensing_service))
        take_word(&series->service_state, arena, sample);
}

/* windows_license_status{state="genuine"} 1 */
static void take_genuine_state(struct exporter_series *series, struct arena *arena,
                               const struct exposition_sample *sample)
{
    take_word(&series->genuine_state, arena, sample);
}

void exporter_series_take(struct exporter_series *series, struct arena *arena,
                          const struct exposition_sample *sample)
{
    static const struct {
        const char *name;
        void (*take)(struct exporter_series *series, struct arena *arena,
                     const struct exposition_sample *sample);
    } takers[] = {
        {"windows_exporter_collector_success", take_success},
        {"node_scrape_collector_success", take_success},
        {"windows_exporter_collector_timeout", take_timeout},
        {"windows_textfile_scrape_error", take_scrape_error},
        {"node_textfile_scrape_error", take_scrape_error},
        {"windows_textfile_mtime_seconds", take_mtime},
        {"node_textfile_mtime_seconds", take_mtime},
        {"windows_service_state", take_service_state},
        {"windows_license_status", take_genuine_state},
    };
    series->is_windows |= span_starts_with(sample->name, "windows_");
    series->is_node |= span_starts_with(sample->name, "node_");
    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++) {
        if (span_is(sample->name, takers[i].name)) {
            takers[i].take(series, arena, sample);
            return;
        }
    }
}

struct known_time exporter_series_written(const struct exporter_series *series)
{
    const struct exporter_files *files = series->kms_files.count > 0 ? &series->kms_files : &series->files;
    bool is_ours = series->kms_files.count > 0 || series->files.count == 1;
    if (!is_ours || files->is_unreadable)
        return (struct known_time) {0};
    return (struct known_time) {.is_known = true, .seconds = files->oldest};
}

static const char *clear_word(const struct exporter_word *word)
{
    return word->is_ambiguous ? NULL : word->word;
}

const char *exporter_series_service_state(const struct exporter_series *series)
{
    bool has_worked = !series->service.has_failed && !series->service.has_timed_out;
    return has_worked ? clear_word(&series->service_state) : NULL;
}

const char *exporter_series_genuine_state(const struct exporter_series *series)
{
    return clear_word(&series->genuine_state);
}

struct absence {
    const char *reason, *advice;
};

static struct absence absence_of(const struct exporter_series *series)
{
    if (series->textfile.has_timed_out)
        return (struct absence) {"the collector textfile timed out",
                                 "look at the log of the exporter, and at the folder of its .prom files"};
    if (series->textfile.has_failed)
        return (struct absence) {
            "the collector textfile failed",
            "look at the log of the exporter: a .prom file must be UTF-8 (not the UTF-16 of a redirection in "
            "PowerShell), without timestamps, and its last line must end with a line feed"};
    if (series->kms_files.count > 0)
        return (struct absence) {"the collector textfile has read a file of KMS that holds none",
                                 "run the scheduled task that writes it, and look into the file"};
    if (series->textfile.has_reported)
        return (struct absence) {
            "the collector textfile works, but the scheduled task has not written kms.prom",
            "look at the last result of the task, and whether it writes into the folder that the collector "
            "reads"};
    if (series->is_windows || series->is_node)
        return (struct absence) {"the collector textfile is not enabled",
                                 "enable the collector textfile of the exporter, and let the scheduled task "
                                 "write kms.prom into its folder"};
    return (struct absence) {
        "these are not the metrics of windows_exporter or node_exporter",
        "compare host, port and --path with those of the exporter: another one may listen there"};
}

bool exporter_series_explain_absence(const struct exporter_series *series, struct problem *why)
{
    struct absence absence = absence_of(series);
    const char *state = exporter_series_genuine_state(series);
    if (state == NULL)
        problem_set(why, PROBLEM_MISSING, "no kms_ metrics: %s", absence.reason);
    else
        problem_set(why, PROBLEM_MISSING,
                    "no kms_ metrics: %s (it calls Windows %.20s: that is genuineness, not activation)",
                    absence.reason, state);
    return problem_advise(why, "%s", absence.advice);
}
