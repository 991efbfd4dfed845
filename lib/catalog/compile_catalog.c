/* SPDX-License-Identifier: MIT */
/* Turns the two tables of the catalogue into C source on stdout while the project is built:
 *     compile_catalog activation_errors.tsv activation_error_variants.tsv > activation_error_data.c
 * It is also the reader that the tables are proof-read by: whatever an alert could not carry (a text too
 * long, a character that a monitoring daemon drops, a word outside the vocabulary, a code twice) is said as
 * FILE:LINE: sentence, all of them in one run, and nothing is written.
 *
 * This program stands alone: it is made before the library and runs on the machine that builds. */
#include "catalog/activation_error_data.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BRIEF_MAXIMUM = 40, MEANING_MAXIMUM = 90, CAUSE_MAXIMUM = 220, STEP_MAXIMUM = 180 };

/* Some three times of what is there today; more is a mistake or worth a second look at the size of a plugin.
 */
enum { ERRORS_MAXIMUM = 2048, VARIANTS_MAXIMUM = 1024, STRINGS_MAXIMUM = 16384, POOL_MAXIMUM = 1 << 20 };

enum { COLUMNS_MAXIMUM = 16 };

static const char *const severities[] = {"success", "info", "warning", "error", NULL};
static const char *const transients[] = {"yes", "no", "unknown", NULL};
static const char *const sides[] = {"client", "kms-host", "dns", "network", "microsoft", "monitoring", NULL};
static const char *const applications[] = {"mak",        "kms-client", "kms-host", "adba",  "avma",
                                           "token",      "retail",     "oem",      "store", "subscription",
                                           "monitoring", "any",        NULL};
static const char *const situations[] = {[SITUATION_ANY] = "any",
                                         [SITUATION_EVALUATION] = "evaluation",
                                         [SITUATION_KMS_CLIENT] = "kms-client",
                                         [SITUATION_KMS_HOST] = "kms-host",
                                         [SITUATION_LOGIN] = "login",
                                         [SITUATION_MAK] = "mak",
                                         [SITUATION_COUNT] = NULL};

static struct activation_error errors[ERRORS_MAXIMUM];
static struct activation_variant variants[VARIANTS_MAXIMUM];
static size_t error_count, variant_count;

static char pool[POOL_MAXIMUM];
static size_t pool_length, string_count;
static uint32_t strings[STRINGS_MAXIMUM]; /* offsets of what is in the pool */

/* The line being read, for the sentences. */
static struct {
    const char *file;
    size_t line;
} place;
static size_t complaint_count;

static void complain(const char *format, ...) LIKE_PRINTF(1, 2);

static void complain(const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s:%zu: ", place.file, place.line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    complaint_count++;
}

/* The offset of the string in the pool; the same string is kept once. */
static uint32_t pool_keep(const char *string)
{
    size_t size = strlen(string) + 1;
    for (size_t i = 0; i < string_count; i++) {
        if (strcmp(pool + strings[i], string) == 0)
            return strings[i];
    }
    if (string_count == STRINGS_MAXIMUM || size > POOL_MAXIMUM - pool_length) {
        complain("the catalogue is full, raise STRINGS_MAXIMUM or POOL_MAXIMUM");
        return 0;
    }
    uint32_t offset = (uint32_t)pool_length;
    strings[string_count++] = offset;
    memcpy(pool + offset, string, size);
    pool_length += size;
    return offset;
}

static int find_word(const char *const words[], const char *word)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return -1;
}

static uint32_t keep_word(const char *column, const char *const words[], const char *word)
{
    if (find_word(words, word) < 0)
        complain("unknown word for %s: %s", column, word);
    return pool_keep(word);
}

/* What pages and daemons keep of a text: printable ASCII without the characters that Nagios strips, without
 * the bar, and without a backslash that Icinga Web would take for a line break or a tab. */
static uint32_t keep_text(const char *column, const char *text, size_t maximum)
{
    size_t length = strlen(text);
    if (length > maximum)
        complain("%s has %zu characters, at most %zu fit: %s", column, length, maximum, text);
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte > 0x7E)
            complain("%s has the byte 0x%02X, only printable ASCII may stand there", column, byte);
        else if (strchr("`~$&|'\"<>;", byte) != NULL)
            complain("%s has the character %c, which gets lost in pages: %s", column, byte, text);
        else if (byte == '\\' && (at[1] == 'n' || at[1] == 't'))
            complain("%s has a backslash before %c, which is shown as a line break or a tab: %s", column,
                     at[1], text);
        else if (byte == ' ' && (at == text || at[1] == ' ' || at[1] == '\0'))
            complain("%s has a blank too many: %s", column, text);
    }
    return pool_keep(text);
}

/* Takes the part before the separator off the front of *rest; NULL at the end. */
static char *cut(char **rest, const char *separator)
{
    char *part = *rest;
    if (part == NULL)
        return NULL;
    char *end = strstr(part, separator);
    *rest = end == NULL ? NULL : end + strlen(separator);
    if (end != NULL)
        *end = '\0';
    return part;
}

static void read_steps(char *list, uint32_t ret_steps[ACTIVATION_STEPS_MAXIMUM])
{
    size_t count = 0;
    if (*list == '\0')
        return;
    for (char *step; (step = cut(&list, " ;; ")) != NULL; count++) {
        if (*step == '\0')
            complain("an empty step");
        uint32_t offset = keep_text("a step", step, STEP_MAXIMUM);
        if (count < ACTIVATION_STEPS_MAXIMUM)
            ret_steps[count] = offset;
    }
    if (count > ACTIVATION_STEPS_MAXIMUM)
        complain("%zu steps, at most %d fit", count, ACTIVATION_STEPS_MAXIMUM);
}

static void read_advice(char *cause, char *steps, char *side, struct activation_advice *ret)
{
    ret->cause = keep_text("the cause", cause, CAUSE_MAXIMUM);
    read_steps(steps, ret->steps);
    ret->side = keep_word("side", sides, side);
}

static void read_applies_to(char *list, uint32_t ret_words[ACTIVATION_APPLIES_TO_MAXIMUM])
{
    size_t count = 0;
    for (char *word; (word = cut(&list, ",")) != NULL; count++) {
        uint32_t offset = keep_word("applies_to", applications, word);
        for (size_t i = 0; i < count && i < ACTIVATION_APPLIES_TO_MAXIMUM; i++) {
            if (ret_words[i] == offset)
                complain("the word %s twice in applies_to", word);
        }
        if (count < ACTIVATION_APPLIES_TO_MAXIMUM)
            ret_words[count] = offset;
    }
    if (count > ACTIVATION_APPLIES_TO_MAXIMUM)
        complain("%zu words in applies_to, at most %d fit", count, ACTIVATION_APPLIES_TO_MAXIMUM);
}

/* Codes are written in one way, so that the tables can be searched: 0x and eight upper-case hex digits. */
static bool read_code(const char *text, uint32_t *ret)
{
    uint32_t code = 0;
    const char *digits = "0123456789ABCDEF";
    bool is_code = strlen(text) == 10 && text[0] == '0' && text[1] == 'x';
    for (size_t i = 2; is_code && i < 10; i++) {
        const char *digit = strchr(digits, text[i]);
        is_code = digit != NULL;
        code = code << 4 | (is_code ? (uint32_t)(digit - digits) : 0);
    }
    if (!is_code)
        complain("not a code in the form 0xC004F038: %s", text);
    else
        *ret = code;
    return is_code;
}

static uint32_t keep_symbol(const char *symbol)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    if (strcmp(symbol, "-") == 0)
        return 0;
    if (*symbol == '\0' || strspn(symbol, letters) != strlen(symbol))
        complain("not a symbol (letters, digits, _, or - for none): %s", symbol);
    return pool_keep(symbol);
}

static void read_error(char *columns[])
{
    struct activation_error error = {0};
    if (!read_code(columns[0], &error.code))
        return;
    if (error_count > 0 && errors[error_count - 1].code == error.code)
        complain("%s stands there twice", columns[0]);
    else if (error_count > 0 && errors[error_count - 1].code > error.code)
        complain("%s is not in the order of the codes", columns[0]);
    error.symbol = keep_symbol(columns[1]);
    error.severity = keep_word("severity", severities, columns[2]);
    read_applies_to(columns[3], error.applies_to);
    error.transient = keep_word("transient", transients, columns[4]);
    if (*columns[5] == '\0' || *columns[6] == '\0')
        complain("%s has no brief or no meaning", columns[0]);
    error.brief = keep_text("the brief", columns[5], BRIEF_MAXIMUM);
    error.meaning = keep_text("the meaning", columns[6], MEANING_MAXIMUM);
    read_advice(columns[7], columns[8], columns[9], &error.advice);
    if (error_count == ERRORS_MAXIMUM)
        complain("more than %d codes, raise ERRORS_MAXIMUM", ERRORS_MAXIMUM);
    else
        errors[error_count++] = error;
}

static struct activation_error *find_error(uint32_t code)
{
    for (size_t i = 0; i < error_count; i++) {
        if (errors[i].code == code)
            return &errors[i];
    }
    return NULL;
}

/* Variants are ordered by code and situation, so those of one code lie side by side. */
static void read_variant(char *columns[])
{
    static uint32_t last_code;
    static int last_situation;
    uint32_t code;
    if (!read_code(columns[0], &code))
        return;
    struct activation_error *error = find_error(code);
    int situation = find_word(situations, columns[1]);
    if (error == NULL)
        complain("a variant for %s, which is not in the catalogue", columns[0]);
    if (situation <= SITUATION_ANY)
        complain("unknown word for situation: %s", columns[1]);
    if (code < last_code || (code == last_code && situation <= last_situation))
        complain("%s %s stands there twice or is not in order", columns[0], columns[1]);
    last_code = code;
    last_situation = situation;
    if (*columns[2] == '\0' || *columns[3] == '\0')
        complain("%s %s has no cause or no steps", columns[0], columns[1]);
    /* Somebody whose machine is activated by KMS or Active Directory has no such key and should buy none. */
    if (situation == SITUATION_KMS_CLIENT &&
        (strstr(columns[2], "MAK") != NULL || strstr(columns[3], "MAK") != NULL))
        complain("%s kms-client speaks of a MAK", columns[0]);
    struct activation_variant variant = {.situation = (uint32_t)situation};
    read_advice(columns[2], columns[3], columns[4], &variant.advice);
    if (variant_count == VARIANTS_MAXIMUM)
        complain("more than %d variants, raise VARIANTS_MAXIMUM", VARIANTS_MAXIMUM);
    else if (error != NULL) {
        if (error->variant_count++ == 0)
            error->first_variant = (uint32_t)variant_count;
        variants[variant_count++] = variant;
    }
}

static void read_line(char *line, size_t column_count, void (*read_row)(char *columns[]))
{
    char *columns[COLUMNS_MAXIMUM], *rest = line;
    size_t count = 0;
    for (char *column; (column = cut(&rest, "\t")) != NULL; count++) {
        if (count < COLUMNS_MAXIMUM)
            columns[count] = column;
    }
    if (count != column_count)
        complain("%zu columns, %zu are wanted", count, column_count);
    else
        read_row(columns);
}

static void read_table(const char *path, const char *header, size_t column_count,
                       void (*read_row)(char *columns[]))
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    place.file = path;
    place.line = 1;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        complain("cannot be opened");
        return;
    }
    for (; (length = getline(&line, &capacity, file)) >= 0; place.line++) {
        if (line[length - 1] == '\n')
            line[--length] = '\0';
        if (strlen(line) != (size_t)length)
            complain("a NUL byte");
        else if (place.line > 1)
            read_line(line, column_count, read_row);
        else if (strcmp(line, header) != 0)
            complain("the first line names other columns than: %s", header);
    }
    if (ferror(file))
        complain("cannot be read");
    else if (place.line == 1)
        complain("the first line is missing");
    free(line);
    fclose(file);
}

/* One string of the pool per line.  A question mark is escaped because two of them could make a trigraph. */
static void write_pool(void)
{
    puts("const char activation_pool[] =");
    for (size_t i = 0; i < string_count; i++) {
        printf("    /* %u */ \"", (unsigned)strings[i]);
        for (const char *at = pool + strings[i]; *at != '\0'; at++)
            printf(*at == '\\' || *at == '?' ? "\\%c" : "%c", *at);
        puts("\\0\"");
    }
    puts("    ;\n");
}

static void write_list(const uint32_t *numbers, size_t count)
{
    putchar('{');
    for (size_t i = 0; i < count; i++)
        printf(i == 0 ? "%u" : ", %u", (unsigned)numbers[i]);
    putchar('}');
}

static void write_advice(const struct activation_advice *advice)
{
    printf("{%u, ", (unsigned)advice->cause);
    write_list(advice->steps, ACTIVATION_STEPS_MAXIMUM);
    printf(", %u}", (unsigned)advice->side);
}

static void write_source(void)
{
    puts("/* Written by compile_catalog from activation_errors.tsv and activation_error_variants.tsv. */");
    puts("#include \"catalog/activation_error_data.h\"\n");
    write_pool();
    printf("const uint32_t activation_situations[SITUATION_COUNT] = {");
    for (int i = 0; i < SITUATION_COUNT; i++)
        printf(i == 0 ? "%u" : ", %u", (unsigned)pool_keep(situations[i]));
    printf("};\n\nconst uint32_t activation_error_total = %zu;\n\n", error_count);
    puts("const struct activation_error activation_errors[] = {");
    for (size_t i = 0; i < error_count; i++) {
        const struct activation_error *error = &errors[i];
        printf("    {0x%08X, %u, %u, %u, %u, %u, ", (unsigned)error->code, (unsigned)error->symbol,
               (unsigned)error->severity, (unsigned)error->transient, (unsigned)error->brief,
               (unsigned)error->meaning);
        write_list(error->applies_to, ACTIVATION_APPLIES_TO_MAXIMUM);
        printf(", ");
        write_advice(&error->advice);
        printf(", %u, %u},\n", (unsigned)error->first_variant, (unsigned)error->variant_count);
    }
    puts("};\n\nconst struct activation_variant activation_variants[] = {");
    for (size_t i = 0; i < variant_count; i++) {
        printf("    {%u, ", (unsigned)variants[i].situation);
        write_advice(&variants[i].advice);
        puts("},");
    }
    if (variant_count == 0)
        puts("    {0}, /* none; C wants one */");
    puts("};");
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fputs("compile_catalog: wants activation_errors.tsv and activation_error_variants.tsv\n", stderr);
        return 2;
    }
    pool_keep(""); /* offset 0 */
    for (int i = 0; i < SITUATION_COUNT; i++)
        pool_keep(situations[i]);
    read_table(argv[1], "code\tsymbol\tseverity\tapplies_to\ttransient\tbrief\tmeaning\tcause\tsteps\tside",
               10, read_error);
    read_table(argv[2], "code\tsituation\tcause\tsteps\tside", 5, read_variant);
    if (complaint_count == 0 && error_count == 0)
        complain("the catalogue is empty");
    if (complaint_count > 0)
        return 1;
    write_source();
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
