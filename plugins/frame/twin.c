/* SPDX-License-Identifier: MIT */
/* Finding the twin and becoming it. */
#include "frame/twin.h"

#include "base/span.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* The folder of the running program; "" where the system does not tell. */
static void find_own_folder(char ret[PATH_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", ret, PATH_SIZE - 1);
    ret[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(ret, '/');
    if (slash != NULL)
        *slash = '\0';
}

/* The lean program in the place of its twin would become itself for ever. */
static bool is_running_program(const char *path)
{
    struct stat own, other;
    return stat("/proc/self/exe", &own) == 0 && stat(path, &other) == 0 && own.st_dev == other.st_dev &&
           own.st_ino == other.st_ino;
}

/* Returns why it cannot be done; NULL = there is no such file. */
static const char *execute(const char *path, char *argv[], struct arena *arena)
{
    if (is_running_program(path))
        return arena_format(arena, "%s is the plugin itself", path);
    execv(path, argv);
    return errno == ENOENT || errno == ENOTDIR ? NULL : arena_format(arena, "%s: %s", path, strerror(errno));
}

const char *twin_become(const char *name, const char *part, char *argv[], struct arena *arena)
{
    char own_folder[PATH_SIZE];
    find_own_folder(own_folder);
    const char *beside = arena_format(arena, "%s/kms-monitoring/%s-%s", own_folder, name, part);
    const char *installed = arena_format(arena, "%s/kms-monitoring/%s-%s", KMS_LIBEXECDIR, name, part);
    const char *fault = own_folder[0] != '\0' ? execute(beside, argv, arena) : NULL;
    const char *other_fault = execute(installed, argv, arena);
    if (fault != NULL || other_fault != NULL)
        return fault != NULL ? fault : other_fault;
    return own_folder[0] != '\0' ? arena_format(arena, "neither %s nor %s", beside, installed)
                                 : arena_format(arena, "no %s", installed);
}
