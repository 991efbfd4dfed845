/* SPDX-License-Identifier: MIT */
/* Secrets. */
#include "options/secret.h"

#include "base/span.h"
#include "options/file.h"

#include <string.h>

enum { SECRET_FILE_MAXIMUM = 4096 }; /* longer than any password or community; a wrong file is noticed */

struct secret {
    const struct option *option;
    struct option_secret *place;
    const char *file, *file_place; /* the file's name, and where that name was written */
    const char *value;
};

bool secrets_start(struct secrets *secrets, const struct program *program, void *config, struct arena *arena,
                   struct problem *why)
{
    const struct option_group *group = NULL;
    const struct option *option;
    size_t count = 0;
    for (size_t i = 0; (option = option_at(program, i, NULL)) != NULL; i++)
        count += option->kind == OPTION_SECRET;
    *secrets = (struct secrets) {.items = arena_allocate(arena, count * sizeof *secrets->items)};
    if (secrets->items == NULL)
        return problem_set_memory(why);
    for (size_t i = 0; (option = option_at(program, i, &group)) != NULL; i++) {
        if (option->kind != OPTION_SECRET)
            continue;
        struct secret *secret = &secrets->items[secrets->count++];
        secret->option = option;
        secret->place = option_place(option, group, config);
    }
    return true;
}

const struct option *secrets_find_key(const struct secrets *secrets, const char *key)
{
    for (size_t i = 0; i < secrets->count; i++) {
        const struct option *option = secrets->items[i].option;
        if (option->ini_key != NULL && strcmp(option->ini_key, key) == 0)
            return option;
    }
    return NULL;
}

static struct secret *find(struct secrets *secrets, const struct option *option)
{
    size_t i = 0;
    while (secrets->items[i].option != option)
        i++;
    return &secrets->items[i];
}

void secrets_note_file(struct secrets *secrets, const struct option *option, const char *file,
                       const char *place)
{
    struct secret *secret = find(secrets, option);
    secret->file = file;
    secret->file_place = place;
}

void secrets_note_value(struct secrets *secrets, const struct option *option, const char *value)
{
    find(secrets, option)->value = value;
}

static struct span without_newline(struct span content)
{
    if (content.length > 0 && content.bytes[content.length - 1] == '\n') {
        content.length--;
        if (content.length > 0 && content.bytes[content.length - 1] == '\r')
            content.length--;
    }
    return content;
}

static bool keep(struct secret *secret, struct span content, const char *source, struct arena *arena,
                 struct problem *why)
{
    struct span value = without_newline(content);
    if (value.length == 0)
        return problem_set(why, PROBLEM_USAGE, "the secret in %.200s is empty", source);
    if (span_find(value, '\0') < value.length)
        return problem_set(why, PROBLEM_USAGE, "the secret in %.200s contains a NUL byte", source);
    secret->place->value = arena_copy(arena, value);
    return true;
}

/* Somebody who writes the secret where its file belongs must not find it in an alert: only what looks like a
 * path is shown. */
static const char *name_to_show(const char *file)
{
    bool is_path = file[0] == '/' || (file[0] == '.' && strchr(file, '/') != NULL);
    return is_path ? file : "the file (its name is not shown, it may be the secret)";
}

static bool read_file(struct secret *secret, struct arena *arena, struct problem *why)
{
    const char *name = name_to_show(secret->file);
    struct span content;
    if (file_read(secret->file, name, SECRET_FILE_MAXIMUM, arena, &content, why) &&
        keep(secret, content, name, arena, why))
        return true;
    return problem_add_place(why, "%s", secret->file_place);
}

static bool read_environment(struct secret *secret, const struct options_world *world, struct arena *arena,
                             struct problem *why)
{
    const char *name = secret->option->environment;
    const char *value = name == NULL ? NULL : world->environment(name);
    if (value == NULL || *value == '\0')
        return true;
    secret->place->is_from_environment = true;
    return keep(secret, span_of(value), name, arena, why);
}

bool secrets_read(const struct secrets *secrets, const struct options_world *world, struct arena *arena,
                  struct problem *why)
{
    for (size_t i = 0; i < secrets->count; i++) {
        struct secret *secret = &secrets->items[i];
        if (secret->file != NULL) {
            if (!read_file(secret, arena, why))
                return false;
        } else if (secret->value != NULL) {
            secret->place->value = secret->value;
        } else if (!read_environment(secret, world, arena, why)) {
            return false;
        }
    }
    return true;
}
