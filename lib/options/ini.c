/* SPDX-License-Identifier: MIT */
/* The lines of an ini file. */
#include "options/ini.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF" /* Windows' Notepad writes one */

struct ini ini_over(struct span text)
{
    if (span_starts_with(text, BYTE_ORDER_MARK))
        text = span_from(text, sizeof BYTE_ORDER_MARK - 1);
    return (struct ini) {.rest = text};
}

static enum ini_outcome refuse(struct problem *why, const char *reason)
{
    problem_set(why, PROBLEM_USAGE, "%s", reason);
    return INI_WRONG;
}

static enum ini_outcome read_header(struct ini *ini, struct span line, struct ini_item *ret,
                                    struct problem *why)
{
    size_t end = span_find(line, ']');
    if (end == line.length)
        return refuse(why, "a section header without ]");
    if (end + 1 < line.length)
        return refuse(why, "text behind the ] of a section header");
    struct span name = span_trim(span_from(span_first(line, end), 1));
    if (name.length == 0)
        return refuse(why, "a section header without a name");
    ini->section = name;
    *ret = (struct ini_item) {.section = name, .line = ini->line};
    return INI_SECTION;
}

static enum ini_outcome read_entry(const struct ini *ini, struct span line, struct ini_item *ret,
                                   struct problem *why)
{
    struct span value = line;
    struct span key = span_trim(span_cut(&value, '='));
    if (value.bytes == NULL)
        return refuse(why, "a line without = (key=value is needed)");
    if (key.length == 0)
        return refuse(why, "no key before =");
    if (ini->section.length == 0)
        return refuse(why, "an entry before the first section header");
    *ret =
        (struct ini_item) {.section = ini->section, .key = key, .value = span_trim(value), .line = ini->line};
    return INI_ENTRY;
}

enum ini_outcome ini_next(struct ini *ini, struct ini_item *ret, struct problem *why)
{
    while (ini->rest.length > 0) {
        struct span line = span_cut(&ini->rest, '\n');
        ini->line++;
        if (line.length > INI_LINE_MAXIMUM)
            return refuse(why, "a line of more than 4096 bytes");
        if (span_find(line, '\0') < line.length)
            return refuse(why, "a NUL byte");
        line = span_trim(line);
        if (line.length == 0 || line.bytes[0] == '#' || line.bytes[0] == ';')
            continue;
        if (line.bytes[0] == '[')
            return read_header(ini, line, ret, why);
        return read_entry(ini, line, ret, why);
    }
    return INI_END;
}
