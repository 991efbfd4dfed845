/* SPDX-License-Identifier: MIT */
/* One reply: is it safe to mask, where its body begins, and the rules in their order. */
#include "report/mask.h"

#include "report/mask_labels.h"
#include "report/mask_names.h"
#include "report/mask_shapes.h"
#include "report/mask_table.h"
#include "report/mask_view.h"

#include <stdlib.h>
#include <string.h>

enum { ENCODING_SAMPLE = 64 }; /* bytes that show UTF-16 where there is no byte order mark */

static bool is_address(struct span name)
{
    bool has_letters = false;
    for (size_t i = 0; i < name.length; i++)
        has_letters = has_letters || mask_is_letter(name.bytes[i]);
    return !has_letters || span_find(name, ':') < name.length;
}

void mask_start(struct mask *mask, const char *const *names, size_t count)
{
    *mask = (struct mask) {0};
    mask->table = mask_table_create(&mask->arena);
    for (size_t i = 0; i < count && mask->table != NULL; i++) {
        struct span rest = span_trim(span_of(names[i]));
        while (rest.bytes != NULL && !is_address(rest)) {
            struct span label = span_cut(&rest, '.');
            bool is_top = rest.bytes == NULL && label.bytes != names[i]; /* "com" is no name */
            if (!is_top)
                mask_table_learn(mask->table, label);
        }
    }
}

/* Where the body of an HTTP reply begins; 0 for a document. */
static size_t find_body(struct span reply)
{
    if (!span_starts_with(reply, "HTTP/"))
        return 0;
    for (size_t at = 0; at < reply.length;) {
        size_t length = span_find(span_from(reply, at), '\n');
        struct span line = span_trim(span_first(span_from(reply, at), length));
        at += length + 1;
        if (line.length == 0)
            return at < reply.length ? at : reply.length;
    }
    return reply.length;
}

/* Headers under which the bytes of the body are not its characters. */
static bool check_headers(struct span headers, struct problem *why)
{
    static const struct {
        const char *name, *harmless;
    } codings[] = {{"Transfer-Encoding:", "identity"}, {"Content-Encoding:", "identity"}};
    while (headers.bytes != NULL) {
        struct span line = span_trim(span_cut(&headers, '\n'));
        for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++) {
            if (span_starts_with_ignoring_case(line, codings[i].name) &&
                !span_contains_ignoring_case(line, codings[i].harmless))
                return problem_set(
                    why, PROBLEM_PROTOCOL,
                    "cannot be recorded: its body is in chunks or compressed, names in it could "
                    "not be masked");
        }
    }
    return true;
}

/* UTF-16LE by its mark, or by NUL bytes at every second place only. */
static bool is_wide(struct span body)
{
    struct span sample = span_first(body, ENCODING_SAMPLE);
    size_t nuls = 0;
    if (span_starts_with(body, "\xFF\xFE"))
        return true;
    for (size_t i = 0; i < sample.length; i++) {
        if (sample.bytes[i] == '\0' && i % 2 == 0)
            return false;
        nuls += sample.bytes[i] == '\0' ? 1 : 0;
    }
    return nuls > 0 && nuls * 4 >= sample.length;
}

/* UTF-32LE begins with the mark of UTF-16LE and two NUL bytes. */
static bool is_utf_32(struct span body)
{
    return body.length >= 4 && memcmp(body.bytes, "\xFF\xFE\0\0", 4) == 0;
}

static void apply_rules(struct mask_view *view, struct mask_table *table)
{
    mask_headers(view);
    mask_labelled_ids(view);
    mask_shapes(view, table);
    mask_labelled_names(view, table);
    mask_names(view, table);
}

/* A copy of the reply, masked; the caller frees it.  NULL without memory. */
static char *masked_copy(struct mask *mask, struct span reply, size_t body, bool is_body_wide)
{
    struct mask_view view;
    char *copy = malloc(reply.length + 1);
    if (copy == NULL || !mask_view_start(&view, reply, body, is_body_wide)) {
        free(copy);
        return NULL;
    }
    if (reply.length > 0)
        memcpy(copy, reply.bytes, reply.length);
    apply_rules(&view, mask->table);
    mask_view_write(&view, copy);
    mask_view_done(&view);
    return copy;
}

bool mask_append(struct mask *mask, struct span reply, struct text *text, struct problem *why)
{
    if (reply.length > MASK_REPLY_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "cannot be recorded: it is longer than %d bytes",
                           MASK_REPLY_MAXIMUM);
    size_t body = find_body(reply);
    struct span content = span_from(reply, body);
    bool is_body_wide = is_wide(content);
    bool has_nul = span_find(is_body_wide ? span_first(reply, body) : reply, '\0') <
                   (is_body_wide ? body : reply.length);
    if (has_nul || is_utf_32(content) || span_starts_with(content, "\xFE\xFF"))
        return problem_set(why, PROBLEM_PROTOCOL,
                           "cannot be recorded: it is binary or UTF-16BE, names in it could not be masked");
    if (!check_headers(span_first(reply, body), why))
        return false;
    char *copy = mask->table == NULL ? NULL : masked_copy(mask, reply, body, is_body_wide);
    if (copy == NULL)
        return problem_set_memory(why);
    text_append_span(text, (struct span) {copy, reply.length});
    free(copy);
    return true;
}

void mask_done(struct mask *mask)
{
    arena_done(&mask->arena);
    mask->table = NULL;
}
