/* SPDX-License-Identifier: MIT */
/* Writes the documents that come from the option tables: `describe man PROGRAM`, `describe icinga2`,
 * `describe basket`, `describe nagios`.  No transport is linked in. */
#include "check_kms_client/config.h"
#include "check_kms_host/config.h"
#include "check_kms_reach/config.h"
#include "kms-explain/options.h"
#include "options/basket.h"
#include "options/icinga.h"
#include "options/manual.h"
#include "options/nagios.h"

#include <stdio.h>
#include <string.h>

enum { DOCUMENT_MAXIMUM = 1 << 20 };

static const struct program *const programs[] = {&check_kms_host_program, &check_kms_client_program,
                                                 &check_kms_reach_program, &kms_explain_program};

static const struct program *find(const char *name)
{
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (strcmp(programs[i]->name, name) == 0)
            return programs[i];
    }
    return NULL;
}

static int print(struct text *text)
{
    int code = text_ok(text) && fputs(text_string(text), stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1;
    text_done(text);
    return code;
}

int main(int argc, char *argv[])
{
    struct text text;
    text_start(&text, DOCUMENT_MAXIMUM);
    if (argc == 3 && strcmp(argv[1], "man") == 0 && find(argv[2]) != NULL) {
        manual_write(find(argv[2]), KMS_VERSION, &text);
        return print(&text);
    }
    if (argc == 2 && strcmp(argv[1], "basket") == 0) {
        basket_write(programs, sizeof programs / sizeof programs[0], &text);
        return print(&text);
    }
    bool is_icinga = argc == 2 && strcmp(argv[1], "icinga2") == 0,
         is_nagios = argc == 2 && strcmp(argv[1], "nagios") == 0;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (programs[i]->service == NULL)
            continue;
        if (is_icinga)
            icinga_write(programs[i], &text);
        if (is_nagios)
            nagios_write(programs[i], &text);
    }
    if (is_icinga || is_nagios)
        return print(&text);
    text_done(&text);
    fputs("usage: describe man PROGRAM | icinga2 | basket | nagios\n", stderr);
    return 2;
}
