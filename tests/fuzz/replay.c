/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over stored inputs, without a fuzzer: every regular file at or below the given paths, in
 * the order of their names, and every prefix of those up to 2 KiB, because documents arrive cut. */
#include "base/span.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PREFIXES_UP_TO = 2048, PATH_MAXIMUM = 4096, FILE_MAXIMUM = 64 << 20 };

static size_t inputs;

static void give_up(const char *what, const char *path)
{
    fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
    exit(1);
}

/* Each input in memory of its own size, so that a sanitizer sees a read behind its end. */
static void run_one(const char *bytes, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    if (copy == NULL)
        give_up("no memory for", "an input");
    if (length > 0)
        memcpy(copy, bytes, length);
    LLVMFuzzerTestOneInput(copy, length);
    free(copy);
    inputs++;
}

static void run_file(const char *path)
{
    char chunk[16384];
    struct text bytes;
    text_start(&bytes, FILE_MAXIMUM);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        give_up("cannot open", path);
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        text_append_span(&bytes, (struct span) {chunk, got});
    if (ferror(file) || !text_ok(&bytes))
        give_up("cannot read", path);
    fclose(file);
    for (size_t length = 0; length < bytes.length && bytes.length <= PREFIXES_UP_TO; length++)
        run_one(text_string(&bytes), length);
    run_one(text_string(&bytes), bytes.length);
    text_done(&bytes);
}

static void run_path(const char *path, bool follow_link);

static void run_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        give_up("cannot list", folder);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        struct text path;
        text_start(&path, PATH_MAXIMUM);
        text_append_format(&path, "%s/%s", folder, name);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            run_path(text_string(&path), false);
        text_done(&path);
        free(entries[i]);
    }
    free(entries);
}

/* A link is followed when it was named by the user; below a folder it could lead in a circle. */
static void run_path(const char *path, bool follow_link)
{
    struct stat about;
    if ((follow_link ? stat : lstat)(path, &about) != 0)
        give_up("cannot find", path);
    if (S_ISDIR(about.st_mode))
        run_folder(path);
    else if (S_ISREG(about.st_mode))
        run_file(path);
}

int main(int argc, char *argv[])
{
    const char *slash = strrchr(argv[0], '/');
    for (int i = 1; i < argc; i++)
        run_path(argv[i], true);
    printf("%s: %zu inputs replayed\n", slash == NULL ? argv[0] : slash + 1, inputs);
    return inputs == 0 ? 1 : 0;
}
