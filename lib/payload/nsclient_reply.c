/* SPDX-License-Identifier: MIT */
/* Results of NSClient++. */
#include "payload/nsclient_reply.h"

#include "base/text.h"
#include "payload/document.h"
#include "payload/strict_json.h"

#include <stddef.h>

enum {
    LINES_MAXIMUM = 4096, /* one is usual */
    TEXT_MAXIMUM = DOCUMENT_MAXIMUM
};

static const char *const state_words[] = {[NSCLIENT_OK] = "OK",
                                          [NSCLIENT_WARNING] = "WARNING",
                                          [NSCLIENT_CRITICAL] = "CRITICAL",
                                          [NSCLIENT_UNKNOWN] = "UNKNOWN"};

enum { STATES = sizeof state_words / sizeof state_words[0] };

const char *nsclient_state_word(enum nsclient_state state)
{
    return state_words[state];
}

static bool read_state(json_t *result, enum nsclient_state *ret)
{
    double number = json_is_number(result) ? json_number_value(result) : -1;
    struct span word = strict_json_text(result);
    for (int i = 0; i < STATES; i++) {
        bool is_it = json_is_string(result) ? span_is_ignoring_case(word, state_words[i]) : number == i;
        if (is_it) {
            *ret = (enum nsclient_state)i;
            return true;
        }
    }
    return false;
}

static bool is_filled(const json_t *perf)
{
    return json_string_length(perf) > 0 || json_object_size(perf) > 0 || json_array_size(perf) > 0;
}

static bool append_message(struct text *text, json_t *holder)
{
    json_t *message = json_object_get(holder, "message");
    text_append_span(text, strict_json_text(message));
    return json_is_string(message);
}

/* The messages of all lines, else the one message of 0.4; a result without either says nothing. */
static bool read_text(json_t *result, struct text *text, bool *ret_has_metrics)
{
    json_t *lines = json_object_get(result, "lines"), *line;
    size_t index;
    bool has_metrics = is_filled(json_object_get(result, "perf"));
    if (lines == NULL) {
        *ret_has_metrics = has_metrics;
        return append_message(text, result);
    }
    if (json_array_size(lines) == 0 || json_array_size(lines) > LINES_MAXIMUM)
        return false;
    json_array_foreach(lines, index, line)
    {
        text_append(text, index > 0 ? "\n" : "");
        if (!append_message(text, line))
            return false;
        has_metrics = has_metrics || is_filled(json_object_get(line, "perf"));
    }
    *ret_has_metrics = has_metrics;
    return true;
}

static bool read_result(json_t *result, struct arena *arena, struct text *text, struct nsclient_reply *ret,
                        struct problem *why)
{
    struct nsclient_reply reply = {0};
    json_t *command = json_object_get(result, "command");
    if (!read_state(json_object_get(result, "result"), &reply.state))
        return problem_set(why, PROBLEM_PROTOCOL, "answered with a result that has no state");
    if (!read_text(result, text, &reply.has_metrics))
        return problem_set(why, PROBLEM_PROTOCOL, "answered with a result that has no text, state %s",
                           state_words[reply.state]);
    if (text->has_overflowed)
        return problem_set(why, PROBLEM_PROTOCOL, "answered with more than %d MiB of text",
                           TEXT_MAXIMUM / (1024 * 1024));
    if (json_is_string(command))
        reply.command = arena_copy(arena, strict_json_text(command));
    reply.text = (struct span) {arena_copy(arena, (struct span) {text->bytes, text->length}), text->length};
    if (!text_ok(text) || !arena_ok(arena))
        return problem_set_memory(why);
    *ret = reply;
    return true;
}

/* The one result: the object itself, or the only item of its payload. */
static bool find_result(json_t *root, json_t **ret, struct problem *why)
{
    json_t *payload = json_object_get(root, "payload");
    json_t *result = payload == NULL ? root : json_array_get(payload, 0);
    size_t count = payload == NULL ? 1 : json_array_size(payload);
    if (count > 1)
        return problem_set(why, PROBLEM_PROTOCOL, "answered with %zu results where one belongs", count);
    if (json_object_size(root) == 0 || json_object_size(result) == 0)
        return problem_set(why, PROBLEM_PROTOCOL, "answered without a result: the command gave none");
    if (json_object_get(result, "result") == NULL)
        return problem_set(why, PROBLEM_PROTOCOL, "answered JSON that is no result of a command");
    *ret = result;
    return true;
}

bool nsclient_reply_read(struct span bytes, struct arena *arena, struct nsclient_reply *ret,
                         struct problem *why)
{
    struct span begin = span_trim(bytes);
    if (begin.length == 0)
        return problem_set(why, PROBLEM_PROTOCOL, "answered with nothing");
    if (!span_starts_with(begin, "{"))
        return problem_set(why, PROBLEM_PROTOCOL, "answered with something that is no JSON object");
    json_t *root = NULL;
    if (!strict_json_read(bytes, "answered JSON that", &root, why))
        return false;
    struct text text;
    text_start(&text, TEXT_MAXIMUM);
    json_t *result = NULL;
    bool is_read = find_result(root, &result, why) && read_result(result, arena, &text, ret, why);
    text_done(&text);
    json_decref(root);
    return is_read;
}
