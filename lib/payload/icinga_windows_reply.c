/* SPDX-License-Identifier: MIT */
/* Replies of Icinga for Windows. */
#include "payload/icinga_windows_reply.h"

#include "base/number.h"
#include "base/text.h"
#include "payload/document.h"
#include "payload/strict_json.h"

#include <stddef.h>

enum { EXITCODE_MAXIMUM = 3 };

static const char *const states[] = {"[OK]", "[WARNING]", "[CRITICAL]", "[UNKNOWN]"};

/* The result of the command: its own key, else the only one. */
static json_t *find_result(json_t *root, const char *command)
{
    const char *key;
    json_t *value, *only = NULL;
    json_object_foreach(root, key, value)
    {
        if (span_is_ignoring_case(span_of(key), command))
            return value;
        only = value;
    }
    return json_object_size(root) == 1 && json_is_object(only) ? only : NULL;
}

/* 0, or "0". */
static bool read_exitcode(const json_t *json, uint32_t *ret)
{
    uint64_t exitcode;
    if (json_is_integer(json) && json_integer_value(json) >= 0)
        exitcode = (uint64_t)json_integer_value(json);
    else if (!json_is_string(json) || !number_parse_unsigned(span_of(json_string_value(json)), &exitcode))
        return false;
    if (exitcode > EXITCODE_MAXIMUM)
        return false;
    *ret = (uint32_t)exitcode;
    return true;
}

static bool read_result(json_t *result, struct icinga_windows_reply *reply, struct problem *why)
{
    json_t *text = json_object_get(result, "checkresult");
    if (!json_is_object(result))
        return problem_set(why, PROBLEM_PROTOCOL, "the JSON has no result of the command");
    if (!read_exitcode(json_object_get(result, "exitcode"), &reply->exitcode))
        return problem_set(why, PROBLEM_PROTOCOL,
                           "the JSON has no exitcode from 0 to 3 in the result of the command");
    if (!json_is_string(text))
        return problem_set(why, PROBLEM_PROTOCOL, "the JSON has no checkresult in the result of the command");
    struct span bytes = strict_json_text(text);
    reply->has_result = true;
    reply->text = (struct span) {arena_copy(&reply->arena, bytes), bytes.length};
    return true;
}

static bool read_root(json_t *root, const char *command, struct icinga_windows_reply *reply,
                      struct problem *why)
{
    const json_t *message = json_is_string(root) ? root : json_object_get(root, "message");
    json_t *result = find_result(root, command);
    if (result != NULL)
        return read_result(result, reply, why);
    if (!json_is_string(message))
        return problem_set(why, PROBLEM_PROTOCOL, "the JSON has neither a result of %.80s nor a message",
                           command);
    reply->message = arena_copy(&reply->arena, strict_json_text(message));
    return true;
}

bool icinga_windows_reply_read(struct span body, const char *command, struct icinga_windows_reply *ret,
                               struct problem *why)
{
    struct icinga_windows_reply reply = {0};
    json_t *root = NULL;
    if (body.length > DOCUMENT_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "the reply is too large to be that of a check");
    if (!strict_json_read_any(body, "the JSON of the reply", &root, why))
        return false;
    bool is_read = read_root(root, command, &reply, why);
    json_decref(root);
    if (is_read && !arena_ok(&reply.arena))
        is_read = problem_set_memory(why);
    if (is_read)
        *ret = reply;
    else
        icinga_windows_reply_done(&reply);
    return is_read;
}

void icinga_windows_reply_done(struct icinga_windows_reply *reply)
{
    arena_done(&reply->arena);
    *reply = (struct icinga_windows_reply) {0};
}

/* Takes "[OK]", or "\_ [OK]" of a later line, off the front; false when there is none. */
static bool take_state(struct span *text)
{
    struct span rest = span_trim(*text);
    if (span_starts_with(rest, "\\_"))
        rest = span_trim(span_from(rest, 2));
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (span_starts_with_ignoring_case(rest, states[i])) {
            *text = span_trim(span_from(rest, span_of(states[i]).length));
            return true;
        }
    }
    return false;
}

struct span icinga_windows_headline(struct span text)
{
    take_state(&text);
    struct span line = span_trim(text);
    return span_trim(span_first(line, span_find(line, '\n')));
}

static bool is_json(struct span text)
{
    return span_starts_with(text, "{") || span_starts_with(text, "[");
}

/* The text with a line end, which a result lacks. */
static bool read_lines(struct span text, struct license_document *ret, struct problem *why)
{
    struct text lines;
    text_start(&lines, DOCUMENT_MAXIMUM);
    text_append_span(&lines, text);
    text_append(&lines, "\r\n");
    if (lines.has_no_memory) {
        text_done(&lines);
        return problem_set_memory(why);
    }
    bool is_read = document_read((struct span) {lines.bytes, lines.length}, ret, why);
    text_done(&lines);
    return is_read;
}

/* A text that begins with a state begins with what the framework prints: that is left out, and so is the rest
 * of its line when JSON begins on the next one (text of a script is found among other lines).  Without a
 * state nothing is left out, or a document whose begin is damaged would be read from its second line on. */
bool icinga_windows_document_read(struct span text, struct license_document *ret, struct problem *why)
{
    if (text.length > DOCUMENT_MAXIMUM - 2)
        return problem_set(why, PROBLEM_PROTOCOL, "the document is longer than %d MiB",
                           DOCUMENT_MAXIMUM / (1024 * 1024));
    struct span rest = text;
    if (read_lines(text, ret, why))
        return true;
    if (why->kind == PROBLEM_MEMORY || !take_state(&rest))
        return false;
    struct span second = span_trim(span_from(rest, span_find(rest, '\n')));
    take_state(&second);
    return read_lines(is_json(second) && !is_json(rest) ? second : rest, ret, why);
}
