/* SPDX-License-Identifier: MIT */
/* Spellings of a password, and asterisks. */
#include "frame/secrecy.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    SHORTEST = 3,    /* whole passwords from this length on */
    BEGINNING = 6,   /* and so much of the begin of a longer one */
    LONGEST_FORM = 6 /* bytes that one byte becomes, as \u00e4 or &quot; */
};

/* RFC 4648, 4; two strings as if they were one, with a colon between them. */
static const char *base64_of_login(const char *user, const char *password, struct arena *arena)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(user) + 1 + strlen(password), written = 0;
    char *login = arena_allocate(arena, length + 1);
    char *text = arena_allocate(arena, (length + 2) / 3 * 4 + 1);
    if (login == NULL || text == NULL)
        return "";
    snprintf(login, length + 1, "%s:%s", user, password);
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = 0;
        for (size_t part = 0; part < 3; part++)
            group = group << 8 | (part < left ? (uint8_t)login[i + part] : 0);
        for (size_t part = 0; part < 4; part++)
            text[written++] = part <= left ? digits[group >> (18 - 6 * part) & 0x3F] : '=';
    }
    return text;
}

/* How one byte is written in a text of some kind; an empty string = as it is. */
typedef void byte_speller(char byte, char ret[LONGEST_FORM + 1]);

static void spell_for_json(char byte, char ret[LONGEST_FORM + 1])
{
    ret[0] = '\0';
    if (byte == '"' || byte == '\\')
        snprintf(ret, LONGEST_FORM + 1, "\\%c", byte);
}

static void spell_for_xml(char byte, char ret[LONGEST_FORM + 1])
{
    const char *entity = byte == '&'   ? "&amp;"
                         : byte == '<' ? "&lt;"
                         : byte == '>' ? "&gt;"
                         : byte == '"' ? "&quot;"
                                       : "";
    snprintf(ret, LONGEST_FORM + 1, "%s", entity);
}

static void spell_for_url(char byte, char ret[LONGEST_FORM + 1])
{
    char letter = ascii_lower(byte);
    bool is_plain = ascii_is_digit(byte) || (letter >= 'a' && letter <= 'z') || strchr("-._~", byte) != NULL;
    ret[0] = '\0';
    if (!is_plain)
        snprintf(ret, LONGEST_FORM + 1, "%%%02X", (unsigned)(uint8_t)byte);
}

static const char *spell(const char *password, byte_speller *speller, struct arena *arena)
{
    size_t length = 0;
    char *text = arena_allocate(arena, strlen(password) * LONGEST_FORM + 1), spelled[LONGEST_FORM + 1];
    for (const char *byte = password; text != NULL && *byte != '\0'; byte++) {
        speller(*byte, spelled);
        if (spelled[0] == '\0')
            text[length++] = *byte;
        for (const char *part = spelled; *part != '\0'; part++)
            text[length++] = *part;
    }
    return text != NULL ? text : "";
}

static void add(struct secrecy *secrecy, const char *form)
{
    for (size_t i = 0; i < secrecy->count; i++) {
        if (strcmp(secrecy->forms[i], form) == 0)
            return;
    }
    if (strlen(form) >= SHORTEST && secrecy->count < SECRECY_FORMS_MAXIMUM)
        secrecy->forms[secrecy->count++] = form;
}

void secrecy_add(struct secrecy *secrecy, const char *secret)
{
    struct arena *arena = &secrecy->arena;
    if (secret == NULL)
        return;
    add(secrecy, secret);
    add(secrecy, spell(secret, spell_for_json, arena));
    add(secrecy, spell(secret, spell_for_xml, arena));
    add(secrecy, spell(secret, spell_for_url, arena));
}

void secrecy_start(struct secrecy *secrecy, const struct http_config *config)
{
    const char *password = config->password.value;
    if (password == NULL)
        return;
    secrecy_add(secrecy, password);
    add(secrecy, base64_of_login(config->user != NULL ? config->user : "", password, &secrecy->arena));
}

static size_t common_length(const char *bytes, size_t length, const char *form)
{
    size_t common = 0;
    while (common < length && form[common] != '\0' && bytes[common] == form[common])
        common++;
    return common;
}

void secrecy_hide(const struct secrecy *secrecy, char *bytes, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        size_t hidden = 0;
        for (size_t i = 0; i < secrecy->count; i++) {
            size_t common = common_length(bytes + at, length - at, secrecy->forms[i]);
            bool is_whole = secrecy->forms[i][common] == '\0';
            if ((is_whole || common >= BEGINNING) && common > hidden)
                hidden = common;
        }
        memset(bytes + at, '*', hidden);
        at += hidden > 0 ? hidden - 1 : 0;
    }
}

void secrecy_done(struct secrecy *secrecy)
{
    arena_wipe(&secrecy->arena);
    *secrecy = (struct secrecy) {0};
}
