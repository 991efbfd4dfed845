/* SPDX-License-Identifier: MIT */
/* Options as data.  A program describes itself in one constant table (struct program); from that table come
 * the command line, the ini file of --extra-opts, --help, the manual page, the Icinga 2 CheckCommand and the
 * Nagios command, so that none of them can say something else than the others.
 *
 * An option names the place in the program's configuration that it fills.  The constructors below check at
 * compile time that the place has the right type.  Defaults are written as text and read by the same code as
 * the user's input. */
#ifndef OPTIONS_OPTION_H
#define OPTIONS_OPTION_H

#include "base/attributes.h"
#include "model/known.h"
#include "model/range.h"
#include "model/rule.h"
#include "model/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_HELP,       /* stops reading; nothing is stored */
    OPTION_VERSION,    /* likewise */
    OPTION_EXTRA_OPTS, /* [SECTION][@FILE]; the value is optional; nothing is stored */
    OPTION_FLAG,       /* bool */
    OPTION_COUNTER,    /* unsigned: how often it was given */
    OPTION_TEXT,       /* const char *, NULL = not given; never empty */
    OPTION_TEXTS,      /* struct option_texts: repeatable, each a comma list */
    OPTION_NUMBER,     /* struct known_number, within minimum..maximum */
    OPTION_TIME,       /* struct known_time: seconds since 1970 */
    OPTION_DURATION,   /* struct option_duration: 10, 10s, 500ms, 5m, 24h, 7d; above 0 */
    OPTION_TIMEOUT,    /* struct option_timeout: DURATION[:STATE] */
    OPTION_STATE,      /* struct option_state */
    OPTION_RANGE,      /* struct range; an empty text = not given */
    OPTION_CHOICE,     /* int: the value of the chosen word */
    OPTION_RULES,      /* struct rule_wishes: repeatable comma lists of ID=STATE */
    OPTION_SECRET,     /* struct option_secret: this option names a file; see `secret` below */
    OPTION_REFUSED     /* exists only to say what to use instead (its detail) */
};

enum { OPTION_TEXTS_MAXIMUM = 256 };

struct option_texts {
    const char *items[OPTION_TEXTS_MAXIMUM];
    size_t count;
};

struct option_duration {
    bool is_known;
    int64_t ms;
};

struct option_timeout {
    struct option_duration duration;
    bool has_state;
    enum state state;
};

struct option_state {
    bool is_known;
    enum state state;
};

/* A secret never comes from an argument.  Order: command line (a file's name), ini file (a file's name, or
 * the secret itself under its own key), environment.  One trailing newline is removed; an empty one is an
 * error, but a variable without any content is none at all. */
struct option_secret {
    const char *value;        /* NULL = not given; lives in the arena of the reading */
    bool is_from_environment; /* it may be meant for other checks: never an error where it has no use */
};

struct option_choice {
    const char *word;
    int value;
    const char *summary; /* for the manual; NULL = the word says it */
};

struct option {
    enum option_kind kind;
    char letter;                         /* 0 = none */
    const char *name;                    /* long name, without dashes; NULL = only a letter */
    const char *placeholder;             /* NULL for options without a value */
    const char *summary;                 /* one line of --help, a fragment: "seconds until the run ends" */
    const char *detail;                  /* further sentences for the manual; NULL = none */
    const char *initial;                 /* default as text, NULL = none */
    const struct option_choice *choices; /* OPTION_CHOICE: ends with a NULL word */
    const char *implied;      /* OPTION_CHOICE: the word that the option means without a value; with one it is
                                 --name=WORD, never the next argument.  NULL = a value is required */
    int64_t minimum, maximum; /* OPTION_NUMBER */
    bool is_low_bad;          /* OPTION_RANGE: a bare number is refused, `25:` or `0:25` must be written */
    bool may_be_empty;        /* OPTION_TEXT, OPTION_TIME: empty = not given (a macro without content yet) */
    const char *environment;  /* OPTION_SECRET: the variable */
    const char *ini_key;      /* OPTION_SECRET: the key that holds the secret itself in an ini file */
    size_t offset;            /* into the configuration of its group */
};

/* Compile-time check that `member` of `config` has type `type`, as a zero to be added to an offset. */
#define OPTION_CHECKED(config, member, type)                                                                 \
    (0 * sizeof(struct {                                                                                     \
         _Static_assert(_Generic(&((config *)0)->member, type * : 1, default : 0),                           \
                        "the option stores another type than the member has");                               \
         int unused;                                                                                         \
     }))
#define OPTION_INTO(option_kind, config, member, type)                                                       \
    .kind = (option_kind), .offset = offsetof(config, member) + OPTION_CHECKED(config, member, type)

#define OPTION_INTO_FLAG(config, member) OPTION_INTO(OPTION_FLAG, config, member, bool)
#define OPTION_INTO_COUNTER(config, member) OPTION_INTO(OPTION_COUNTER, config, member, unsigned)
#define OPTION_INTO_TEXT(config, member) OPTION_INTO(OPTION_TEXT, config, member, const char *)
#define OPTION_INTO_TEXTS(config, member) OPTION_INTO(OPTION_TEXTS, config, member, struct option_texts)
#define OPTION_INTO_NUMBER(config, member) OPTION_INTO(OPTION_NUMBER, config, member, struct known_number)
#define OPTION_INTO_TIME(config, member) OPTION_INTO(OPTION_TIME, config, member, struct known_time)
#define OPTION_INTO_DURATION(config, member)                                                                 \
    OPTION_INTO(OPTION_DURATION, config, member, struct option_duration)
#define OPTION_INTO_TIMEOUT(config, member) OPTION_INTO(OPTION_TIMEOUT, config, member, struct option_timeout)
#define OPTION_INTO_STATE(config, member) OPTION_INTO(OPTION_STATE, config, member, struct option_state)
#define OPTION_INTO_RANGE(config, member) OPTION_INTO(OPTION_RANGE, config, member, struct range)
#define OPTION_INTO_CHOICE(config, member) OPTION_INTO(OPTION_CHOICE, config, member, int)
#define OPTION_INTO_RULES(config, member) OPTION_INTO(OPTION_RULES, config, member, struct rule_wishes)
#define OPTION_INTO_SECRET(config, member) OPTION_INTO(OPTION_SECRET, config, member, struct option_secret)

/* Options that belong together under one title.  Groups are shared between programs, so their options store
 * into a struct of their own that lies at `offset` in the program's configuration. */
struct option_group {
    const char *title;
    const struct option *options;
    size_t count;
    size_t offset;
};

/* One line of performance data, for the manual. */
struct metric_description {
    const char *label; /* "count, count_office" */
    const char *unit;  /* "", "s", "days" ... as words */
    const char *meaning;
};

/* One example of the manual.  Contract tests feed its words to the real parser. */
struct option_example {
    const char *command; /* blanks separate words; no shell syntax but a leading "PROGRAM |" */
    const char *meaning;
};

struct program {
    const char *name;        /* check_kms_host */
    const char *service;     /* KMS_HOST: first word of the output; NULL = not a plugin */
    const char *question;    /* the question that it answers, for the first line of --help */
    const char *description; /* paragraphs of the manual, separated by blank lines */
    const char *operands;    /* what follows the options in the usage line; NULL = nothing may */
    bool takes_program;      /* everything after -- is a program and its arguments */
    bool takes_codes;        /* operands are codes: '-' and digits is one, not an option */
    const struct option_group *groups;
    size_t group_count;
    size_t config_size;
    const struct rule *rules; /* for --rule and the manual */
    size_t rule_count;
    const struct metric_description *metrics;
    size_t metric_count;
    const struct option_example *examples;
    size_t example_count;
    const char *const *files; /* pairs of name and meaning for the manual, NULL ends; may be NULL */
    const char *const *exits; /* likewise: exit code and meaning; NULL = the four states of a plugin */
};

/* The options of all groups in order, by number; NULL after the last one. */
const struct option *option_at(const struct program *program, size_t number,
                               const struct option_group **ret_group);

/* The option with this long name or letter ("H"), and its group; NULL when there is none. */
const struct option *option_find(const struct program *program, const char *name,
                                 const struct option_group **ret_group);

/* The first option of a kind; NULL when there is none. */
const struct option *option_of_kind(const struct program *program, enum option_kind kind);

/* True for kinds that take a value (OPTION_EXTRA_OPTS may go without). */
bool option_takes_value(const struct option *option);

/* True for kinds of which every one given counts, each with a comma list. */
bool option_is_list(const struct option *option);

/* Where the option stores, in the program's configuration. */
void *option_place(const struct option *option, const struct option_group *group, void *config);

#endif
