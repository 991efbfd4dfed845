/* SPDX-License-Identifier: MIT */
/* The options about agents over HTTP: who we are, who the other side must be, and what it is asked for.  They
 * are those of every program that asks a machine; none of them makes a program load an HTTP library. */
#ifndef FRAME_HTTP_OPTIONS_H
#define FRAME_HTTP_OPTIONS_H

#include "base/attributes.h"
#include "base/problem.h"
#include "model/http.h"
#include "options/option.h"

#include <stdbool.h>
#include <stddef.h>

struct http_config {
    const char *user;
    struct option_secret password;
    int login; /* --auth: enum http_login; HTTP_LOGIN_NONE = not given */
    const char *keytab_file;
    const char *ca_file, *certificate_file, *key_file;
    struct option_texts pins;
    const char *tls_name;
    bool is_unverified, is_plain;
    const char *path, *command;
    bool is_legacy;
    const char *record_file;
};

enum { HTTP_OPTION_COUNT = 16 };
extern const struct option http_options[HTTP_OPTION_COUNT];

/* The group for a program's table; `config` is its configuration, `member` the http_config in it. */
#define HTTP_GROUP(config, member)                                                                           \
    {                                                                                                        \
        "Agents over HTTP", http_options, HTTP_OPTION_COUNT, offsetof(config, member)                        \
    }

/* What an agent makes of options that are not given. */
struct http_habits {
    const char *agent;     /* the word of --agent, for sentences */
    enum http_login login; /* when neither --auth nor a password is given */
    const char *user;      /* NULL = it must be given */
    bool is_plain;         /* where nothing about TLS is said */
    bool takes_cmdlet;     /* --command is one of PowerShell, and --path has no query */
    bool takes_command;    /* --command */
    bool takes_legacy;     /* --legacy */
};

/* Completes the configuration and refuses what does not fit together: a user without a password, trust in
 * nobody and somebody at once, a password that would travel in the clear without anybody wanting it. */
MUST_CHECK bool http_options_complete(struct http_config *config, const struct http_habits *habits,
                                      struct problem *why);

/* The long name of an option that was given although this agent has no use for it; NULL when there is none.
 * A password does not count: it may come from the environment of all checks, and without a name it is not
 * used by agents that have no usual one. */
const char *http_options_given(const struct http_config *config);

#endif
