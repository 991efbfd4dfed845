/* SPDX-License-Identifier: MIT */
/* Replies into a file. */
#include "frame/recording.h"

#include "base/text.h"
#include "transport/new_file.h"

#include <stddef.h>

bool recording_start(struct recording *recording, const struct agent_config *config,
                     const struct secrecy *secrecy, struct problem *why)
{
    const char *names[] = {config->hostname, config->http.tls_name, config->http.user};
    const char *file = config->http.record_file;
    if (file == NULL)
        return true;
    if (new_file_exists(file))
        return problem_set(why, PROBLEM_USAGE, "was not asked: the file of --record, %.200s, exists", file);
    recording->file = file;
    recording->secrecy = secrecy;
    mask_start(&recording->mask, names, sizeof names / sizeof names[0]);
    return true;
}

static bool make_file(struct recording *recording, struct problem *why)
{
    if (recording->is_open)
        return true;
    recording->descriptor = new_file_open(recording->file, why);
    recording->is_open = recording->descriptor >= 0;
    return recording->is_open;
}

/* These say how the body came, which is not how it stands here. */
static bool is_about_the_way(struct span line)
{
    return span_starts_with_ignoring_case(line, "Transfer-Encoding:") ||
           span_starts_with_ignoring_case(line, "Content-Length:") ||
           span_starts_with_ignoring_case(line, "Content-Encoding:");
}

static void append_reply(struct text *text, struct span head, struct span body)
{
    for (struct span rest = head; rest.bytes != NULL;) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        if (line.length == 0 || is_about_the_way(line))
            continue;
        text_append_span(text, line);
        text_append(text, "\r\n");
    }
    text_append_format(text, "Content-Length: %zu\r\n\r\n", body.length);
    text_append_span(text, body);
}

static bool write_masked(struct recording *recording, const struct text *reply, struct problem *why)
{
    struct text masked;
    secrecy_hide(recording->secrecy, reply->bytes, reply->length);
    text_start(&masked, MASK_REPLY_MAXIMUM);
    bool is_masked =
        mask_append(&recording->mask, (struct span) {text_string(reply), reply->length}, &masked, why);
    if (is_masked && !text_ok(&masked))
        is_masked = problem_set_memory(why);
    bool is_written = is_masked && make_file(recording, why) &&
                      new_file_write(recording->descriptor, recording->file,
                                     (struct span) {text_string(&masked), masked.length}, why);
    text_done(&masked);
    return is_written;
}

bool recording_add(struct recording *recording, struct span head, const struct http_reply *reply,
                   struct problem *why)
{
    struct text text;
    if (recording->file == NULL)
        return true;
    text_start(&text, MASK_REPLY_MAXIMUM);
    append_reply(&text, head, reply->body);
    bool is_written = text_ok(&text) ? write_masked(recording, &text, why) : problem_set_memory(why);
    text_done(&text);
    return is_written || problem_add_place(why, "answered, but --record");
}

void recording_done(struct recording *recording)
{
    struct problem why;
    if (recording->file == NULL)
        return;
    if (recording->is_open) {
        bool is_closed = new_file_close(recording->descriptor, recording->file, &why);
        (void)is_closed; /* every write was looked at */
    }
    mask_done(&recording->mask);
    *recording = (struct recording) {0};
}
