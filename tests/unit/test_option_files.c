/* SPDX-License-Identifier: MIT */
/* Options from ini files (--extra-opts) and secrets from everywhere, with files in a directory of each test's
 * own. */
#include "options/secret.h"
#include "test_option_kettle.h"

#include "options/extra_opts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];

static int set_up_directory(void **state)
{
    snprintf(directory, sizeof directory, "/tmp/test_option_files.XXXXXX");
    return mkdtemp(directory) == NULL ? -1 : set_up(state);
}

static const char *const file_names[] = {
    "kettle.ini", "plugins.ini", "secret", "other", "monitoring-plugins.ini", "nagios-plugins.ini"};

static int tear_down_directory(void **state)
{
    char path[256];
    for (size_t i = 0; i < COUNT(file_names); i++) {
        snprintf(path, sizeof path, "%s/%s", directory, file_names[i]);
        remove(path);
    }
    return rmdir(directory) != 0 ? -1 : tear_down(state);
}

/* Path of a file in the test's own directory, in one of a few buffers that take turns. */
static const char *path_of(const char *prefix, const char *name)
{
    static char paths[8][256];
    static size_t turn;
    char *path = paths[turn++ % COUNT(paths)];
    snprintf(path, sizeof paths[0], "%s%s/%s", prefix, directory, name);
    return path;
}

static void write_bytes(const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(path_of("", name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *name, const char *content)
{
    write_bytes(name, content, strlen(content));
}

/* A sentence in which % stands for the directory of the test. */
static const char *sentence_of(const char *pattern)
{
    static char sentence[1024];
    size_t length = 0;
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '%')
            length += (size_t)snprintf(sentence + length, sizeof sentence - length, "%s", directory);
        else
            sentence[length++] = *pattern;
    }
    sentence[length] = '\0';
    return sentence;
}

static void an_ini_file_fills_what_the_command_line_leaves(void **state)
{
    (void)state;
    write_file("kettle.ini",
               "[check_kettle]\nhostname = ini host\nport=1\nb=\nverbose=2\n[other]\nport=9\n"
               "[check_kettle]\ntimeout=3:ok\ncup=a\ncup=b, c\nlist=\nrule=count=off,lease=ok\n4=yes\n");
    ACCEPT(path_of("--extra-opts=@", "kettle.ini"));
    assert_string_equal(run.config.kettle.hostname, "ini host");
    assert_int_equal(run.config.kettle.port.value, 1);
    assert_true(run.config.pouring.is_boiling);
    assert_true(run.config.kettle.is_ipv4);
    assert_int_equal(run.config.pouring.verbose, 2);
    assert_int_equal(run.config.pouring.timeout.duration.ms, 3000);
    assert_int_equal(run.config.kettle.cups.count, 3);
    assert_int_equal(run.config.pouring.list, 1);
    assert_int_equal(run.config.pouring.rules.wish[0], RULE_OFF);
}

static void the_command_line_wins_wherever_extra_opts_stands(void **state)
{
    (void)state;
    write_file(
        "kettle.ini",
        "[check_kettle]\nport=1\nverbose=2\ncup=a,b\nrule=count=off,lease=ok\nprevious=x\ntimeout=3:ok\n");
    ACCEPT("--port=2", "-v", "-Cz", "--rule=lease=warning", "--previous=", "-t4",
           path_of("--extra-opts=@", "kettle.ini"));
    assert_int_equal(run.config.kettle.port.value, 2);
    assert_int_equal(run.config.pouring.verbose, 1);
    assert_int_equal(run.config.kettle.cups.count, 1);
    assert_string_equal(run.config.kettle.cups.items[0], "z");
    assert_int_equal(run.config.pouring.rules.wish[0], RULE_OFF);
    assert_int_equal(run.config.pouring.rules.state[2], STATE_WARNING);
    assert_null(run.config.kettle.previous);
    assert_false(run.config.pouring.timeout.has_state);
}

static void flags_of_an_ini_file_take_words_of_yes_and_no(void **state)
{
    static const struct {
        const char *value;
        bool is_on, is_wrong;
    } rows[] = {{"", true, false},   {"true", true, false}, {"Yes", true, false},
                {"1", true, false},  {"no", false, false},  {"FALSE", false, false},
                {"0", false, false}, {"on", false, true},   {"2", false, true}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char content[80], expected[200];
        snprintf(content, sizeof content, "[check_kettle]\nboil=%s\n", rows[i].value);
        write_file("kettle.ini", content);
        snprintf(expected, sizeof expected,
                 "%%/kettle.ini:2: boil: %s is not one of true, yes, 1, false, no, 0, or nothing",
                 rows[i].value);
        if (rows[i].is_wrong) {
            REFUSE(sentence_of(expected), path_of("--extra-opts=@", "kettle.ini"));
            continue;
        }
        ACCEPT(path_of("--extra-opts=@", "kettle.ini"));
        assert_int_equal(run.config.pouring.is_boiling, rows[i].is_on);
    }
}

static void errors_of_an_ini_file_name_file_and_line(void **state)
{
    static const struct {
        int line;
        const char *content, *sentence;
    } rows[] = {
        {__LINE__, "[check_kettle]\nwraning=5:\n",
         "%/kettle.ini:2: unknown option wraning, did you mean warning?"},
        {__LINE__, "[check_kettle]\npasswort=geheim\n",
         "%/kettle.ini:2: unknown option passwort, did you mean password?"},
        {__LINE__, "[check_kettle]\npassword geheim==\n",
         "%/kettle.ini:2: unknown option password (--help lists all of them)"},
        {__LINE__, "[check_kettle]\nfridge=1\n",
         "%/kettle.ini:2: unknown option fridge (--help lists all of them)"},
        {__LINE__, "[check_kettle]\n--port=1\n", "%/kettle.ini:2: unknown option --port, did you mean port?"},
        {__LINE__, "[check_kettle]\n\nport=x\n",
         "%/kettle.ini:3: port: x is not a whole number from 1 to 65535"},
        {__LINE__, "[check_kettle]\nport=\n",
         "%/kettle.ini:2: port: the value is empty, it needs a whole number from 1 to 65535"},
        {__LINE__, "[check_kettle]\nw=25\n",
         "%/kettle.ini:2: w: a bare 25 would alert above 25, but low values are bad here: write 25: or 0:25"},
        {__LINE__, "[check_kettle]\nhelp=\n",
         "%/kettle.ini:2: help belongs on the command line, not into a file"},
        {__LINE__, "[check_kettle]\nextra-opts=\n",
         "%/kettle.ini:2: extra-opts belongs on the command line, not into a file"},
        {__LINE__, "[check_kettle]\nA=geheim\n",
         "%/kettle.ini:2: A: others could read it in the process list; use --password-file or "
         "KETTLE_PASSWORD"},
        {__LINE__, "[check_kettle]\npassword=\n", "%/kettle.ini:2: password: the secret is empty"},
        {__LINE__, "[check_kettle]\npassword geheim\n",
         "%/kettle.ini:2: a line without = (key=value is needed)"},
        {__LINE__, "[check_kettle]\nport=1\n[other\n", "%/kettle.ini:3: a section header without ]"},
        {__LINE__, "[other]\nport=1\n", "--extra-opts: %/kettle.ini has no section [check_kettle]"},
        {__LINE__, "", "--extra-opts: %/kettle.ini has no section [check_kettle]"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file("kettle.ini", rows[i].content);
        refuse_at(READ(path_of("--extra-opts=@", "kettle.ini")), sentence_of(rows[i].sentence), rows[i].line);
    }
}

static void a_section_without_entries_is_there(void **state)
{
    (void)state;
    write_file("kettle.ini", "[check_kettle]\n");
    ACCEPT(path_of("--extra-opts=@", "kettle.ini"));
}

static void extra_opts_takes_section_and_file_in_one_or_two_words(void **state)
{
    (void)state;
    write_file("kettle.ini", "[check_kettle]\nport=1\n[big]\nport=2\nhostname=b\n");
    set_environment("MP_CONFIG_FILE", path_of("", "kettle.ini"));
    ACCEPT("--extra-opts");
    assert_int_equal(run.config.kettle.port.value, 1);
    ACCEPT("--extra-opts", "-v");
    assert_int_equal(run.config.kettle.port.value, 1);
    ACCEPT("--extra-opts=");
    assert_int_equal(run.config.kettle.port.value, 1);
    ACCEPT("--extra-opts", "big");
    assert_int_equal(run.config.kettle.port.value, 2);
    ACCEPT("--extra-opts=big");
    assert_int_equal(run.config.kettle.port.value, 2);
    ACCEPT("-Ebig@");
    assert_int_equal(run.config.kettle.port.value, 2);
    ACCEPT("--extra-opts", path_of("big@", "kettle.ini"));
    assert_int_equal(run.config.kettle.port.value, 2);
    ACCEPT("--extra-opts=big", "--extra-opts");
    assert_int_equal(run.config.kettle.port.value, 1);
    assert_string_equal(run.config.kettle.hostname, "b");
    REFUSE(sentence_of("--extra-opts: %/kettle.ini has no section [small]"), "--extra-opts=small");
}

static void the_ini_file_is_searched_for(void **state)
{
    char path[200];
    (void)state;
    snprintf(path, sizeof path, ":/nowhere::%s:", directory);
    set_environment("NAGIOS_CONFIG_PATH", path);
    write_file("nagios-plugins.ini", "[check_kettle]\nport=3\n");
    ACCEPT("--extra-opts");
    assert_int_equal(run.config.kettle.port.value, 3);
    write_file("plugins.ini", "[check_kettle]\nport=2\n");
    ACCEPT("--extra-opts");
    assert_int_equal(run.config.kettle.port.value, 2);
    write_file("monitoring-plugins.ini", "[check_kettle]\nport=1\n");
    ACCEPT("--extra-opts");
    assert_int_equal(run.config.kettle.port.value, 1);
    set_environment("MP_CONFIG_FILE", "");
    ACCEPT("--extra-opts");
    assert_int_equal(run.config.kettle.port.value, 1);
    set_environment("MP_CONFIG_FILE", "/nowhere/at.all");
    REFUSE("--extra-opts: cannot read /nowhere/at.all: No such file or directory", "--extra-opts");
}

static void without_any_ini_file_the_sentence_says_where_it_was_looked_for(void **state)
{
    (void)state;
    for (size_t i = 0; extra_opts_files[i] != NULL; i++) {
        if (access(extra_opts_files[i], F_OK) == 0)
            skip(); /* this machine has an ini file of its own, which would be found */
    }
    REFUSE("--extra-opts: no ini file found, neither by MP_CONFIG_FILE and NAGIOS_CONFIG_PATH nor as "
           "/etc/monitoring-plugins.ini or one of its other names",
           "--extra-opts");
}

static void an_ini_file_that_cannot_be_read_is_an_error(void **state)
{
    static char large[1024 * 1024 + 1];
    (void)state;
    REFUSE(sentence_of("--extra-opts: cannot read %/kettle.ini: No such file or directory"),
           path_of("--extra-opts=@", "kettle.ini"));
    REFUSE(sentence_of("--extra-opts: cannot read %/: it is a directory"), path_of("--extra-opts=@", ""));
    memset(large, '\n', sizeof large);
    write_bytes("kettle.ini", large, sizeof large);
    REFUSE(sentence_of("--extra-opts: %/kettle.ini is larger than 1048576 bytes"),
           path_of("--extra-opts=@", "kettle.ini"));
    write_bytes("kettle.ini", large, sizeof large - 1);
    REFUSE(sentence_of("--extra-opts: %/kettle.ini has no section [check_kettle]"),
           path_of("--extra-opts=@", "kettle.ini"));
}

/* Runs with standard input from a file. */
static enum options_outcome read_with_input(const char *content, const char *word)
{
    write_file("kettle.ini", content);
    int kept = dup(STDIN_FILENO), input = open(path_of("", "kettle.ini"), O_RDONLY);
    assert_true(kept >= 0 && input >= 0);
    assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
    enum options_outcome outcome = READ(word);
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
    close(input);
    return outcome;
}

static void an_ini_file_can_come_from_standard_input(void **state)
{
    (void)state;
    accept_at(read_with_input("[check_kettle]\nport=7\n", "--extra-opts=@-"), __LINE__);
    assert_int_equal(run.config.kettle.port.value, 7);
    refuse_at(read_with_input("[big]\n\nport=x\n", "--extra-opts=big@-"),
              "stdin:3: port: x is not a whole number from 1 to 65535", __LINE__);
}

static void a_secret_is_the_content_of_its_file_without_one_newline(void **state)
{
    static const struct {
        const char *content, *secret;
    } rows[] = {{"geheim", "geheim"},
                {"geheim\n", "geheim"},
                {"geheim\r\n", "geheim"},
                {"geheim\n\n", "geheim\n"},
                {" ge heim \n", " ge heim "},
                {"geheim\r", "geheim\r"},
                {"\n\n", "\n"}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file("secret", rows[i].content);
        ACCEPT("--password-file", path_of("", "secret"));
        assert_string_equal(run.config.kettle.password.value, rows[i].secret);
    }
}

static void the_sources_of_a_secret_have_an_order(void **state)
{
    char ini[1000];
    (void)state;
    write_file("secret", "from command line\n");
    write_file("other", "from file of ini\n");
    set_environment("KETTLE_PASSWORD", "from environment\n");
    set_environment("MP_CONFIG_FILE", path_of("", "kettle.ini"));
    accept_at(READ_NOTHING, __LINE__);
    assert_string_equal(run.config.kettle.password.value, "from environment");
    assert_true(run.config.kettle.password.is_from_environment);
    write_file("kettle.ini", "[check_kettle]\npassword = from ini \n");
    ACCEPT("--extra-opts");
    assert_string_equal(run.config.kettle.password.value, "from ini");
    assert_false(run.config.kettle.password.is_from_environment);
    snprintf(ini, sizeof ini, "[check_kettle]\npassword-file=%s\npassword=from ini\n", path_of("", "other"));
    write_file("kettle.ini", ini);
    ACCEPT("--extra-opts");
    assert_string_equal(run.config.kettle.password.value, "from file of ini");
    ACCEPT("--extra-opts", "--password-file", path_of("", "secret"));
    assert_string_equal(run.config.kettle.password.value, "from command line");
    assert_false(run.config.kettle.password.is_from_environment);
    ACCEPT(path_of("--password-file=", "nowhere"), path_of("--password-file=", "secret"));
    assert_string_equal(run.config.kettle.password.value, "from command line");
}

/* A program that hands its words on must not read a pipe that holds a secret. */
static void secrets_can_be_left_for_later(void **state)
{
    static const struct options_world world = {environment};
    const char *const words[] = {"check_kettle", path_of("--password-file=", "secret")};
    struct secrets secrets;
    (void)state;
    enum options_outcome outcome = options_read_but_secrets(&check_kettle, &world, 2, words, &run.arena,
                                                            &run.config, &run.rest, &secrets, &run.why);
    accept_at(outcome, __LINE__);
    assert_null(run.config.kettle.password.value);
    assert_false(secrets_read(&secrets, &world, &run.arena, &run.why)); /* it was not even looked for */
    write_file("secret", "later\n");
    assert_true(secrets_read(&secrets, &world, &run.arena, &run.why));
    assert_string_equal(run.config.kettle.password.value, "later");
}

static void the_key_of_a_secret_is_not_the_option_of_that_name(void **state)
{
    (void)state;
    write_file("kettle.ini", "[check_kettle]\ncommunity=from ini\n");
    write_file("secret", "from file\n");
    ACCEPT(path_of("--extra-opts=@", "kettle.ini"), "--community=argument");
    assert_string_equal(run.config.kettle.community, "argument");
    assert_string_equal(run.config.kettle.community_secret.value, "from ini");
    ACCEPT(path_of("--extra-opts=@", "kettle.ini"), path_of("--community-file=", "secret"));
    assert_null(run.config.kettle.community);
    assert_string_equal(run.config.kettle.community_secret.value, "from file");
}

static void an_unusable_secret_is_an_error_that_does_not_show_it(void **state)
{
    static char large[4097];
    (void)state;
    memset(large, 's', sizeof large);
    write_file("secret", "");
    REFUSE(sentence_of("--password-file: the secret in %/secret is empty"),
           path_of("--password-file=", "secret"));
    write_file("secret", "\r\n");
    REFUSE(sentence_of("--password-file: the secret in %/secret is empty"),
           path_of("--password-file=", "secret"));
    write_bytes("secret", "ge\0heim\n", 8);
    REFUSE(sentence_of("--password-file: the secret in %/secret contains a NUL byte"),
           path_of("--password-file=", "secret"));
    write_bytes("secret", large, sizeof large);
    REFUSE(sentence_of("--password-file: %/secret is larger than 4096 bytes"),
           path_of("--password-file=", "secret"));
    write_bytes("secret", large, sizeof large - 1);
    ACCEPT(path_of("--password-file=", "secret"));
    assert_int_equal(strlen(run.config.kettle.password.value), 4096);
    REFUSE(sentence_of("--password-file: cannot read %/other: No such file or directory"),
           path_of("--password-file=", "other"));
    REFUSE(sentence_of("--password-file: cannot read %/: it is a directory"),
           path_of("--password-file=", ""));
    REFUSE("--password-file: cannot read /dev/null: it is neither a file nor a pipe",
           "--password-file=/dev/null");
    REFUSE("--password-file: cannot read the file (its name is not shown, it may be the secret): "
           "No such file or directory",
           "--password-file=geheim");
    write_file("kettle.ini", "[check_kettle]\n\npassword-file=/nowhere/at.all\n");
    REFUSE(
        sentence_of("%/kettle.ini:3: password-file: cannot read /nowhere/at.all: No such file or directory"),
        path_of("--extra-opts=@", "kettle.ini"));
    set_environment("KETTLE_PASSWORD", "\n");
    refuse_at(READ_NOTHING, "the secret in KETTLE_PASSWORD is empty", __LINE__);
}

static void a_variable_without_content_is_no_secret(void **state)
{
    (void)state;
    set_environment("KETTLE_PASSWORD", "");
    accept_at(READ_NOTHING, __LINE__);
    assert_null(run.config.kettle.password.value);
}

static void a_secret_can_come_through_a_pipe_and_none_waits_for_one(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path_of("", "secret"), 0600), 0);
    REFUSE(sentence_of("--password-file: the secret in %/secret is empty"),
           path_of("--password-file=", "secret"));
    int both = open(path_of("", "secret"), O_RDWR), reader = open(path_of("", "secret"), O_RDONLY);
    int writer = open(path_of("", "secret"), O_WRONLY);
    assert_true(both >= 0 && reader >= 0 && writer >= 0);
    close(both);
    char path[64];
    snprintf(path, sizeof path, "--password-file=/dev/fd/%d", reader);
    assert_int_equal(write(writer, "geheim\n", 7), 7);
    close(writer);
    ACCEPT(path);
    assert_string_equal(run.config.kettle.password.value, "geheim");
    close(reader);
}

#define TEST_WITH_FILES(name) cmocka_unit_test_setup_teardown(name, set_up_directory, tear_down_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITH_FILES(an_ini_file_fills_what_the_command_line_leaves),
        TEST_WITH_FILES(the_command_line_wins_wherever_extra_opts_stands),
        TEST_WITH_FILES(flags_of_an_ini_file_take_words_of_yes_and_no),
        TEST_WITH_FILES(errors_of_an_ini_file_name_file_and_line),
        TEST_WITH_FILES(a_section_without_entries_is_there),
        TEST_WITH_FILES(extra_opts_takes_section_and_file_in_one_or_two_words),
        TEST_WITH_FILES(the_ini_file_is_searched_for),
        TEST_WITH_FILES(without_any_ini_file_the_sentence_says_where_it_was_looked_for),
        TEST_WITH_FILES(an_ini_file_that_cannot_be_read_is_an_error),
        TEST_WITH_FILES(an_ini_file_can_come_from_standard_input),
        TEST_WITH_FILES(a_secret_is_the_content_of_its_file_without_one_newline),
        TEST_WITH_FILES(the_sources_of_a_secret_have_an_order),
        TEST_WITH_FILES(secrets_can_be_left_for_later),
        TEST_WITH_FILES(the_key_of_a_secret_is_not_the_option_of_that_name),
        TEST_WITH_FILES(an_unusable_secret_is_an_error_that_does_not_show_it),
        TEST_WITH_FILES(a_variable_without_content_is_no_secret),
        TEST_WITH_FILES(a_secret_can_come_through_a_pipe_and_none_waits_for_one),
    };
    return cmocka_run_group_tests_name("option files", tests, NULL, NULL);
}
