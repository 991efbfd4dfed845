/* SPDX-License-Identifier: MIT */
/* Notes about SNMP. */
#include "frame/snmp_notes.h"

#include "base/text.h"
#include "transport/snmp_failure.h"

#include <string.h>

enum {
    SHOWN_OF_A_VALUE = 200,
    SHOWN_OF_A_REPLY = 60, /* bindings */
    NAME_MAXIMUM = 600
};

/* ---- secrets ----------------------------------------------------------------------------------------- */

void snmp_notes_start(struct snmp_notes *notes, const struct snmp_config *config)
{
    if (config->version != 3)
        secrecy_add(&notes->secrecy, config->community);
    secrecy_add(&notes->secrecy, config->authentication_passphrase.value);
    secrecy_add(&notes->secrecy, config->privacy_passphrase.value);
}

void snmp_notes_done(struct snmp_notes *notes)
{
    secrecy_done(&notes->secrecy);
}

void snmp_notes_hide(const struct snmp_notes *notes, struct problem *why)
{
    secrecy_hide(&notes->secrecy, why->sentence, strlen(why->sentence));
    secrecy_hide(&notes->secrecy, why->advice, strlen(why->advice));
}

/* ---- the conversation -------------------------------------------------------------------------------- */

static void append_name(struct text *line, const struct snmp_oid *name)
{
    for (size_t i = 0; i < name->length; i++)
        text_append_format(line, ".%lu", (unsigned long)name->parts[i]);
}

/* Secrets are hidden before anything is cut; NUL bytes end what is shown. */
static void append_bytes(const struct snmp_notes *notes, struct text *line, struct span bytes)
{
    struct arena arena = {0};
    char *shown = arena_allocate(&arena, bytes.length + 1);
    if (shown != NULL) {
        memcpy(shown, bytes.length > 0 ? bytes.bytes : "", bytes.length);
        secrecy_hide(&notes->secrecy, shown, bytes.length);
        if (bytes.length > SHOWN_OF_A_VALUE)
            shown[SHOWN_OF_A_VALUE] = '\0';
        text_append(line, shown);
    }
    arena_wipe(&arena);
    if (bytes.length > SHOWN_OF_A_VALUE)
        text_append_format(line, " (and %zu bytes more)", bytes.length - SHOWN_OF_A_VALUE);
}

static void append_value(const struct snmp_notes *notes, struct text *line,
                         const struct snmp_binding *binding)
{
    switch (binding->kind) {
    case SNMP_VALUE_NUMBER:
        text_append_format(line, "%lld", (long long)binding->number);
        break;
    case SNMP_VALUE_BYTES:
        append_bytes(notes, line, binding->bytes);
        break;
    case SNMP_VALUE_OID:
        text_append(line, "(a name)");
        break;
    case SNMP_VALUE_NULL:
        text_append(line, "(no value)");
        break;
    case SNMP_NO_SUCH_OBJECT:
        text_append(line, "noSuchObject");
        break;
    case SNMP_NO_SUCH_INSTANCE:
        text_append(line, "noSuchInstance");
        break;
    case SNMP_END_OF_VIEW:
        text_append(line, "endOfMibView");
        break;
    }
}

void snmp_notes_request(const struct snmp_notes *notes, const struct snmp_request *request)
{
    static const char *const kinds[] = {
        [SNMP_GET] = "get", [SNMP_GET_NEXT] = "getnext", [SNMP_GET_BULK] = "getbulk"};
    if (notes->verbosity < 2)
        return;
    for (size_t i = 0; i < request->oid_count; i++) {
        struct text line;
        text_start(&line, NAME_MAXIMUM);
        append_name(&line, &request->oids[i]);
        if (request->kind == SNMP_GET_BULK)
            report_add_note(notes->report, "sent: %s %s, %u rows", kinds[request->kind], text_string(&line),
                            request->repetitions);
        else
            report_add_note(notes->report, "sent: %s %s", kinds[request->kind], text_string(&line));
        text_done(&line);
    }
}

void snmp_notes_reply(const struct snmp_notes *notes, const struct snmp_reply *reply)
{
    if (notes->verbosity < 2)
        return;
    if (reply->error != SNMP_ERROR_NONE)
        report_add_note(notes->report, "received: error %d at value %zu", reply->error, reply->error_index);
    for (size_t i = 0; i < reply->binding_count && i < SHOWN_OF_A_REPLY; i++) {
        struct text line;
        text_start(&line, NAME_MAXIMUM + 2 * SHOWN_OF_A_VALUE);
        append_name(&line, &reply->bindings[i].oid);
        text_append(&line, " = ");
        append_value(notes, &line, &reply->bindings[i]);
        report_add_note(notes->report, "received: %s", text_string(&line));
        text_done(&line);
    }
    if (reply->binding_count > SHOWN_OF_A_REPLY)
        report_add_note(notes->report, "received: and %zu values more",
                        reply->binding_count - SHOWN_OF_A_REPLY);
}

/* ---- who was asked ----------------------------------------------------------------------------------- */

static void append_login(struct text *line, const struct snmp_target *target)
{
    if (target->version != 3) {
        text_append_format(line, "SNMPv%s with a community, in the clear", target->version == 1 ? "1" : "2c");
        return;
    }
    text_append_format(line, "SNMPv3 as %s, %s", target->user, snmp_level_name(target->level));
    if (target->level != SNMP_LEVEL_NONE)
        text_append_format(line, ", %s", target->authentication);
    if (target->level == SNMP_LEVEL_PRIVACY)
        text_append_format(line, " and %s", target->privacy);
}

void snmp_notes_left(const struct snmp_notes *notes, const struct address *address, const struct problem *why)
{
    char text[ADDRESS_TEXT_SIZE];
    address_print(address, text);
    report_add_note(notes->report, "tried: %s %s", text, why->sentence);
}

void snmp_notes_end(const struct snmp_notes *notes, const char *agent, const char *authority,
                    const struct snmp_target *target, size_t requests, int64_t duration_ms)
{
    char address[ADDRESS_TEXT_SIZE] = "no address";
    struct text login;
    text_start(&login, NAME_MAXIMUM);
    append_login(&login, target);
    if (!address_is_unspecified(&target->address))
        address_print(&target->address, address);
    report_add_note(notes->report, "asked: %s at %s (%s), %s, %zu request%s, %lld ms", agent, authority,
                    address, text_string(&login), requests, requests == 1 ? "" : "s", (long long)duration_ms);
    text_done(&login);
}
