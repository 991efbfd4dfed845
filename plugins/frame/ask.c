/* SPDX-License-Identifier: MIT */
/* Asking: bytes from a transport, facts from a payload reader. */
#include "frame/ask.h"

#include "payload/document.h"
#include "transport/command.h"
#include "transport/document_file.h"

#include <string.h>

static bool read_document(const struct received *received, const char *whom, struct answer *ret,
                          struct problem *why)
{
    struct license_document document;
    if (!document_read(received_span(received), &document, why))
        return problem_add_place(why, "%s", whom);
    *ret = (struct answer) {.document = document, .written = received->written};
    return true;
}

static bool ask_file(const struct agent_config *config, struct deadline deadline, struct answer *ret,
                     struct problem *why)
{
    struct received received;
    if (!document_file_read(config->input, DOCUMENT_MAXIMUM, deadline, &received, why))
        return false;
    bool is_read = read_document(
        &received, strcmp(config->input, "-") == 0 ? "standard input" : config->input, ret, why);
    received_done(&received);
    return is_read;
}

/* The first line that a program printed, for a sentence about its failure. */
static struct span first_line(struct span bytes)
{
    bytes = span_trim(bytes);
    bytes = span_first(bytes, span_find(bytes, '\n'));
    return span_first(span_trim(bytes), 200);
}

/* The program without its folder: the first line is short, and the reason must fit on it. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool explain_failure(const char *name, const struct command_end *end, const struct received *output,
                            bool has_document, struct problem *why)
{
    struct span said =
        end->complaint[0] != '\0' ? span_of(end->complaint) : first_line(received_span(output));
    if (has_document)
        return problem_set(why, PROBLEM_PROTOCOL, "%s printed a document but %s %d%s%s", name,
                           end->was_signalled ? "was ended by signal" : "failed with status", end->status,
                           end->complaint[0] != '\0' ? ": " : "", end->complaint);
    return problem_set(why, PROBLEM_PROTOCOL, "%s %s %d%s%.*s", name,
                       end->was_signalled ? "was ended by signal" : "failed with status", end->status,
                       said.length > 0 ? ": " : " and said nothing", (int)said.length,
                       said.bytes != NULL ? said.bytes : "");
}

static bool ask_program(const struct options_rest *rest, struct deadline deadline, struct report *report,
                        struct answer *ret, struct problem *why)
{
    struct received output;
    struct command_end end;
    const char *name = last_part(rest->words[0]);
    if (!command_run(rest->words, rest->count, DOCUMENT_MAXIMUM, deadline, &output, &end, why))
        return false;
    bool has_failed = end.was_signalled || end.status != 0;
    report_add_note(report, "program: %s %d%s%s", end.was_signalled ? "ended by signal" : "exit status",
                    end.status, end.complaint[0] != '\0' ? ", its last words on standard error: " : "",
                    end.complaint);
    bool is_read = read_document(&output, name, ret, why);
    /* A program that failed may have printed half of what it knows.  Only when all that it printed is the
     * error of slmgr.vbs is that passed on, because its code can be explained. */
    bool is_more_than_error =
        is_read && (ret->document.license_count > 0 || ret->document.error_text == NULL);
    if (has_failed && is_more_than_error) {
        license_document_done(&ret->document);
        is_read = false;
    }
    if (has_failed && !is_read)
        explain_failure(name, &end, &output, is_more_than_error, why);
    else if (!is_read && output.length == 0 && end.complaint[0] != '\0')
        problem_set(why, PROBLEM_PROTOCOL, "%s printed nothing, it said: %s", name, end.complaint);
    received_done(&output);
    return is_read;
}

static bool ask_network(const struct agent_config *config, const struct agent_means *means,
                        struct deadline deadline, unsigned verbosity, struct report *report,
                        struct answer *ret, struct problem *why)
{
    const char *needed = agent_twin(config);
    if (means->part != NULL && strcmp(means->part->name, needed) == 0)
        return means->part->ask(config, deadline, verbosity, report, ret, why);
    problem_set(why, PROBLEM_MISSING, "the part for --agent=%s is not installed: %s", agent_word(config),
                means->missing != NULL ? means->missing : needed);
    return problem_advise(why,
                          "install all files of these plugins: make install or the package puts the part "
                          "where the plugin looks for it");
}

static bool ask_in_its_way(const struct agent_config *config, const struct options_rest *rest,
                           const struct agent_means *means, struct deadline deadline, unsigned verbosity,
                           struct report *report, struct answer *ret, struct problem *why)
{
    int64_t start = monotonic_ms();
    if (agent_twin(config) != NULL)
        return ask_network(config, means, deadline, verbosity, report, ret, why);
    bool is_program = config->kind == AGENT_EXEC;
    bool is_answered =
        is_program ? ask_program(rest, deadline, report, ret, why) : ask_file(config, deadline, ret, why);
    report_add_note(report, "asked: %s %s, %lld ms", is_program ? "program" : "file",
                    is_program ? rest->words[0] : config->input, (long long)(monotonic_ms() - start));
    return is_answered;
}

bool ask(const struct agent_config *config, const struct options_rest *rest, const struct agent_means *means,
         struct deadline deadline, unsigned verbosity, struct report *report, struct answer *ret,
         struct problem *why)
{
    if (!ask_in_its_way(config, rest, means, deadline, verbosity, report, ret, why))
        return false;
    report_add_note(report, "document: %zu product rows, service version %s", ret->document.license_count,
                    ret->document.service.version != NULL ? ret->document.service.version : "not reported");
    return true;
}
