/* SPDX-License-Identifier: MIT */
/* Writes the documents that come from the tables of options, rules and codes: `describe man PROGRAM`,
 * `describe man kms-monitoring`, and `describe DOCUMENT`.  No transport is linked in. */
#include "check_kms_client/config.h"
#include "check_kms_host/config.h"
#include "check_kms_reach/config.h"
#include "guide/alerts.h"
#include "guide/overview.h"
#include "kms-explain/options.h"
#include "options/basket.h"
#include "options/icinga.h"
#include "options/manual.h"
#include "options/nagios.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DOCUMENT_MAXIMUM = 1 << 20 };

static const struct program *const programs[] = {&check_kms_host_program, &check_kms_client_program,
                                                 &check_kms_reach_program, &kms_explain_program, NULL};

static void write_icinga(struct text *text)
{
    for (size_t i = 0; programs[i] != NULL; i++)
        icinga_write(programs[i], text);
}

static void write_nagios(struct text *text)
{
    for (size_t i = 0; programs[i] != NULL; i++)
        nagios_write(programs[i], text);
}

static void write_basket(struct text *text)
{
    basket_write(programs, text);
}

static void write_alerts(struct text *text)
{
    alerts_write(programs, text);
}

static const struct {
    const char *name;
    void (*write)(struct text *text);
} documents[] = {
    {"alerts", write_alerts}, {"basket", write_basket}, {"icinga2", write_icinga}, {"nagios", write_nagios}};

static bool write_manual(const char *name, struct text *text)
{
    if (strcmp(name, "kms-monitoring") == 0) {
        overview_write(programs, KMS_VERSION, text);
        return true;
    }
    for (size_t i = 0; programs[i] != NULL; i++) {
        if (strcmp(programs[i]->name, name) == 0) {
            manual_write(programs[i], KMS_VERSION, text);
            return true;
        }
    }
    return false;
}

static bool write_document(const char *name, struct text *text)
{
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        if (strcmp(documents[i].name, name) == 0) {
            documents[i].write(text);
            return true;
        }
    }
    return false;
}

int main(int argc, char *argv[])
{
    struct text text;
    text_start(&text, DOCUMENT_MAXIMUM);
    bool is_known = argc == 3   ? strcmp(argv[1], "man") == 0 && write_manual(argv[2], &text)
                    : argc == 2 ? write_document(argv[1], &text)
                                : false;
    int code = 2;
    if (is_known)
        code = text_ok(&text) && fputs(text_string(&text), stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1;
    else
        fputs("usage: describe man PROGRAM | man kms-monitoring | alerts | basket | icinga2 | nagios\n",
              stderr);
    text_done(&text);
    return code;
}
