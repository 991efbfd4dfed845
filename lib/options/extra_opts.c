/* SPDX-License-Identifier: MIT */
/* --extra-opts: from [SECTION][@FILE] to the entries of a section. */
#include "options/extra_opts.h"

#include "base/span.h"
#include "options/file.h"

#include <string.h>

enum { FILE_MAXIMUM = 1024 * 1024 };

/* Monitoring Plugins, extra-opts; the later ones are names from the time of the Nagios Plugins. */
const char *const extra_opts_files[] = {"/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
                                        "/usr/local/etc/monitoring-plugins.ini",
                                        "/etc/monitoring-plugins/monitoring-plugins.ini",
                                        "/etc/monitoring-plugins.ini",
                                        "/etc/nagios/plugins.ini",
                                        "/usr/local/nagios/etc/plugins.ini",
                                        "/usr/local/etc/nagios/plugins.ini",
                                        "/etc/opt/nagios/plugins.ini",
                                        "/etc/nagios-plugins.ini",
                                        "/usr/local/etc/nagios-plugins.ini",
                                        "/etc/opt/nagios-plugins.ini",
                                        NULL};

/* The file names that are looked for in each directory of $NAGIOS_CONFIG_PATH. */
static const char *const names_in_path[] = {"monitoring-plugins.ini", "plugins.ini", "nagios-plugins.ini"};

static const char *search_path(const char *directories, struct arena *arena)
{
    for (struct span rest = span_of(directories); rest.bytes != NULL;) {
        struct span directory = span_cut(&rest, ':');
        for (size_t i = 0; directory.length > 0 && i < sizeof names_in_path / sizeof *names_in_path; i++) {
            int length = (int)span_first(directory, INI_LINE_MAXIMUM).length;
            const char *file = arena_format(arena, "%.*s/%s", length, directory.bytes, names_in_path[i]);
            if (file_exists(file))
                return file;
        }
    }
    return NULL;
}

/* NULL when there is none. */
static const char *find_file(const struct options_world *world, struct arena *arena)
{
    const char *named = world->environment("MP_CONFIG_FILE");
    if (named != NULL && *named != '\0')
        return arena_copy(arena, span_of(named));
    const char *found = search_path(world->environment("NAGIOS_CONFIG_PATH"), arena);
    for (size_t i = 0; found == NULL && extra_opts_files[i] != NULL; i++) {
        if (file_exists(extra_opts_files[i]))
            found = extra_opts_files[i];
    }
    return found;
}

static bool read_text(struct extra_opts *opts, struct arena *arena, struct span *ret, struct problem *why)
{
    if (strcmp(opts->file, "-") != 0)
        return file_read(opts->file, opts->file, FILE_MAXIMUM, arena, ret, why);
    opts->file = "stdin";
    return file_read_standard_input(FILE_MAXIMUM, arena, ret, why);
}

bool extra_opts_open(const char *argument, const struct program *program, const struct options_world *world,
                     struct arena *arena, struct extra_opts *ret, struct problem *why)
{
    struct span file = span_of(argument);
    struct span section = span_cut(&file, '@');
    struct span text;
    struct extra_opts opts = {
        .section = section.length == 0 ? program->name : arena_copy(arena, section),
        .file = file.length == 0 ? find_file(world, arena) : file.bytes, /* up to the end of the argument */
    };
    if (opts.file == NULL)
        return problem_set(
            why, PROBLEM_USAGE,
            "--extra-opts: no ini file found, neither by MP_CONFIG_FILE and NAGIOS_CONFIG_PATH nor as "
            "/etc/monitoring-plugins.ini or one of its other names");
    if (!read_text(&opts, arena, &text, why))
        return problem_add_place(why, "--extra-opts");
    opts.ini = ini_over(text);
    *ret = opts;
    return true;
}

enum extra_opts_outcome extra_opts_next(struct extra_opts *extra_opts, struct arena *arena,
                                        struct extra_opts_entry *ret, struct problem *why)
{
    struct ini_item item;
    for (;;) {
        enum ini_outcome outcome = ini_next(&extra_opts->ini, &item, why);
        if (outcome == INI_WRONG) {
            problem_add_place(why, "%s:%u", extra_opts->file, extra_opts->ini.line);
            return EXTRA_OPTS_WRONG;
        }
        if (outcome == INI_END)
            break;
        if (!span_is(item.section, extra_opts->section))
            continue;
        extra_opts->has_section = true;
        if (outcome == INI_SECTION)
            continue;
        *ret = (struct extra_opts_entry) {
            .key = arena_copy(arena, item.key),
            .value = arena_copy(arena, item.value),
            .place = arena_format(arena, "%s:%u", extra_opts->file, item.line),
        };
        return EXTRA_OPTS_ENTRY;
    }
    if (extra_opts->has_section)
        return EXTRA_OPTS_END;
    problem_set(why, PROBLEM_USAGE, "--extra-opts: %s has no section [%.60s]", extra_opts->file,
                extra_opts->section);
    return EXTRA_OPTS_WRONG;
}
