/* SPDX-License-Identifier: MIT */
/* Lines in, a document out. */
#include "payload/script_document.h"

#include "payload/program_error.h"

bool script_document_read(const struct script_reader *reader, struct span text, struct license_document *ret,
                          struct problem *why)
{
    struct license_document *document = reader->document;
    struct script_text script;
    struct script_line line;
    bool has_room = true;
    script_text_start(&script, text, reader->labels);
    while (has_room && script_text_next(&script, &line))
        has_room = line.may_be_cut || reader->read_line(reader->state, &line);
    bool has_memory = script_text_ok(&script);
    script_text_done(&script);
    if (reader->finish != NULL)
        reader->finish(reader->state);
    if (document->license_count == 0)
        program_error_find(text, document);

    if (!has_memory || !arena_ok(&document->arena)) {
        license_document_done(document);
        return problem_set_memory(why);
    }
    if (!has_room) {
        license_document_done(document);
        return problem_set(why, PROBLEM_PROTOCOL, "the output of %s lists more than %d products",
                           reader->script, LICENSE_MAXIMUM);
    }
    *ret = *document;
    return true;
}
