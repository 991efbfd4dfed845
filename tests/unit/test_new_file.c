/* SPDX-License-Identifier: MIT */
/* Files that nobody had before. */
#include "transport/new_file.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 256 };

static char folder[] = "/tmp/kms-new-file-XXXXXX";
static char path[PATH_SIZE];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/kms-new-file-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void what_is_written_is_there_for_its_owner_alone(void **state)
{
    struct problem why;
    struct stat about;
    char content[16] = "";
    (void)state;
    assert_false(new_file_exists(path));
    int descriptor = new_file_open(path, &why);
    assert_true(descriptor >= 0);
    assert_true(new_file_exists(path));
    assert_true(new_file_write(descriptor, path, (struct span) {"one\n", 4}, &why));
    assert_true(new_file_write(descriptor, path, (struct span) {"two\n", 4}, &why));
    assert_true(new_file_close(descriptor, path, &why));
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(content, 1, sizeof content, file), 8);
    fclose(file);
    assert_string_equal(content, "one\ntwo\n");
}

static void what_exists_is_not_touched(void **state)
{
    struct problem why;
    (void)state;
    assert_int_equal(symlink("/nowhere/at/all", path), 0);
    assert_true(new_file_exists(path)); /* a link that leads nowhere is something, too */
    assert_int_equal(new_file_open(path, &why), -1);
    assert_non_null(strstr(why.sentence, "File exists"));
}

static void a_full_file_system_is_said(void **state)
{
    struct problem why;
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, SIG_IGN);
    int descriptor = new_file_open(path, &why);
    assert_true(descriptor >= 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit) {2, limit.rlim_max}), 0);
    bool is_written = new_file_write(descriptor, path, (struct span) {"four", 4}, &why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_false(is_written);
    assert_non_null(strstr(why.sentence, "cannot write the file"));
    close(descriptor);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_there_for_its_owner_alone),
        TEST(what_exists_is_not_touched),
        TEST(a_full_file_system_is_said),
    };
    return cmocka_run_group_tests_name("new_file", tests, NULL, NULL);
}
