/* SPDX-License-Identifier: MIT */
/* An open hash of what was masked. */
#include "report/mask_table.h"

#include <stdint.h>

enum { SLOTS = 2 * MASK_ENTRIES_MAXIMUM };

struct entry {
    char thing[MASK_ENTRY_LENGTH]; /* in lower case */
    size_t length;                 /* 0: a free slot */
    enum mask_kind kind;
    unsigned number;
    bool is_learned;
};

struct mask_table {
    struct entry entries[SLOTS];
    size_t count;
    unsigned numbers[MASK_ADDRESS + 1][MASK_ENTRY_LENGTH + 1]; /* given so far, by kind and length */
};

/* Words that stand in every document: a machine that is called so is not hidden in running text, because the
 * text would lose its meaning. */
static const char *const document_words[] = {
    "activation",   "ad",           "additional", "address",   "all",          "application", "ato",
    "channel",      "class",        "client",     "command",   "computer",     "configured",  "count",
    "critical",     "current",      "datacenter", "day",       "days",         "description", "disabled",
    "discovered",   "dns",          "domain",     "edition",   "enabled",      "enterprise",  "error",
    "eval",         "evaluation",   "event",      "exit",      "exitcode",     "expiration",  "extended",
    "failed",       "false",        "from",       "gauge",     "genuine",      "grace",       "help",
    "host",         "http",         "https",      "id",        "ids",          "in",          "info",
    "initial",      "installation", "interval",   "ip",        "items",        "key",         "kind",
    "kms",          "license",      "licensed",   "licensing", "lines",        "listening",   "low",
    "machine",      "mak",          "management", "message",   "method",       "microsoft",   "minute",
    "minutes",      "mode",         "name",       "no",        "none",         "normal",      "not",
    "notification", "null",         "object",     "oem",       "office",       "ok",          "on",
    "operating",    "osppsvc",      "partial",    "payload",   "perf",         "perfdata",    "period",
    "pid",          "port",         "priority",   "product",   "professional", "publishing",  "query",
    "reason",       "received",     "remaining",  "renewal",   "requests",     "result",      "retail",
    "running",      "select",       "server",     "service",   "software",     "sppsvc",      "standard",
    "start",        "state",        "status",     "stopped",   "system",       "test",        "time",
    "token",        "total",        "true",       "type",      "unit",         "unknown",     "unlicensed",
    "url",          "value",        "version",    "volume",    "warning",      "windows",     "xml"};

struct mask_table *mask_table_create(struct arena *arena)
{
    return arena_allocate(arena, sizeof(struct mask_table));
}

static size_t slot_of(enum mask_kind kind, struct span thing)
{
    uint32_t hash = 2166136261u + (uint32_t)kind; /* FNV-1a */
    for (size_t i = 0; i < thing.length; i++)
        hash = (hash ^ (unsigned char)ascii_lower(thing.bytes[i])) * 16777619u;
    return hash % SLOTS;
}

/* The entry, or the free slot where it belongs.  There is always a free slot. */
static struct entry *find(struct mask_table *table, enum mask_kind kind, struct span thing)
{
    size_t slot = slot_of(kind, thing);
    for (;; slot = (slot + 1) % SLOTS) {
        struct entry *entry = &table->entries[slot];
        struct span kept = {entry->thing, entry->length};
        if (entry->length == 0 || (entry->kind == kind && span_equal_ignoring_case(kept, thing)))
            return entry;
    }
}

static struct entry *find_or_add(struct mask_table *table, enum mask_kind kind, struct span thing)
{
    thing = span_first(thing, MASK_ENTRY_LENGTH);
    if (thing.length == 0)
        return NULL;
    struct entry *entry = find(table, kind, thing);
    if (entry->length > 0)
        return entry;
    if (table->count == MASK_ENTRIES_MAXIMUM)
        return NULL;
    table->count++;
    *entry =
        (struct entry) {.length = thing.length, .kind = kind, .number = ++table->numbers[kind][thing.length]};
    for (size_t i = 0; i < thing.length; i++)
        entry->thing[i] = ascii_lower(thing.bytes[i]);
    return entry;
}

unsigned mask_table_number(struct mask_table *table, enum mask_kind kind, struct span thing)
{
    const struct entry *entry = find_or_add(table, kind, thing);
    return entry == NULL ? 0 : entry->number;
}

static bool is_document_word(struct span label)
{
    for (size_t i = 0; i < sizeof document_words / sizeof document_words[0]; i++) {
        if (span_is_ignoring_case(label, document_words[i]))
            return true;
    }
    return false;
}

/* Numbers, and what could be one in a document ("1e5"), are no names in running text. */
static bool has_letters(struct span label)
{
    for (size_t i = 0; i < label.length; i++) {
        char letter = ascii_lower(label.bytes[i]);
        if ((letter >= 'a' && letter <= 'z' && letter != 'e') || (unsigned char)letter >= 0x80)
            return true;
    }
    return false;
}

void mask_table_learn(struct mask_table *table, struct span label)
{
    if (label.length < 2 || !has_letters(label) || is_document_word(label))
        return;
    struct entry *entry = find_or_add(table, MASK_LABEL, label);
    if (entry != NULL)
        entry->is_learned = true;
}

bool mask_table_is_learned(struct mask_table *table, struct span word)
{
    word = span_first(word, MASK_ENTRY_LENGTH);
    return word.length > 0 && find(table, MASK_LABEL, word)->is_learned;
}
