/* SPDX-License-Identifier: MIT */
/* Any bytes as an ini file: every name and value lies inside of them, is trimmed, and lines only grow. */
#include "fuzz_require.h"

#include "options/ini.h"

static void check_part(struct span text, struct span part, bool may_be_empty)
{
    if (part.length == 0) {
        if (!may_be_empty)
            abort();
        return;
    }
    if (part.bytes < text.bytes || part.bytes + part.length > text.bytes + text.length)
        abort();
    if (part.length > INI_LINE_MAXIMUM || span_trim(part).length != part.length ||
        span_find(part, '\0') < part.length)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    struct ini ini = ini_over(text);
    struct ini_item item;
    struct problem why;
    unsigned line = 0;
    for (;;) {
        switch (ini_next(&ini, &item, &why)) {
        case INI_END:
            return 0;
        case INI_WRONG:
            if (why.kind != PROBLEM_USAGE || why.sentence[0] == '\0' || ini.line <= line)
                abort();
            break;
        case INI_ENTRY:
            check_part(text, item.key, false);
            check_part(text, item.value, true);
            check_part(text, item.section, false);
            if (item.line != ini.line || ini.line <= line)
                abort();
            break;
        case INI_SECTION:
            check_part(text, item.section, false);
            if (item.key.length != 0 || item.line != ini.line || ini.line <= line)
                abort();
            break;
        }
        line = ini.line;
    }
}
