/* SPDX-License-Identifier: MIT */
/* The walk, driven by expat.  A name arrives as "NAMESPACE SEPARATOR NAME"; the separator is no part of a
 * local name, so that the last one counts whatever the namespace holds. */
#include "payload/xml_walk.h"

#include "base/text.h"

#include <string.h>

#include <expat.h>

enum { SEPARATOR = '\n', NAMESPACE_MAXIMUM = 256, NAME_MAXIMUM = 256 };

struct walk {
    XML_Parser parser;
    const struct xml_visitor *visitor;
    void *context;
    struct text text; /* since the last tag */
    size_t depth, elements;
    bool has_failed;
    struct problem *why;
};

/* A namespace and a name of their own, out of expat's one string. */
struct names {
    char space[NAMESPACE_MAXIMUM + 1], name[NAME_MAXIMUM + 1];
};

static size_t separator_of(struct span whole)
{
    size_t at = whole.length;
    while (at > 0 && whole.bytes[at - 1] != SEPARATOR)
        at--;
    return at; /* the first byte of the local name */
}

static bool split(const char *string, struct names *ret)
{
    struct span whole = span_of(string);
    size_t at = separator_of(whole);
    struct span space = span_first(whole, at > 0 ? at - 1 : 0), name = span_from(whole, at);
    if (space.length > NAMESPACE_MAXIMUM || name.length > NAME_MAXIMUM)
        return false;
    memcpy(ret->space, space.bytes, space.length);
    ret->space[space.length] = '\0';
    memcpy(ret->name, name.bytes, name.length);
    ret->name[name.length] = '\0';
    return true;
}

/* Ends the walk; the first reason counts. */
static void stop(struct walk *walk)
{
    walk->has_failed = true;
    XML_StopParser(walk->parser, XML_FALSE);
}

static void refuse(struct walk *walk, const char *words)
{
    if (walk->has_failed)
        return;
    problem_set(walk->why, PROBLEM_PROTOCOL, "the XML cannot be read, line %lu, column %lu: %s",
                (unsigned long)XML_GetCurrentLineNumber(walk->parser),
                (unsigned long)XML_GetCurrentColumnNumber(walk->parser) + 1, words);
    stop(walk);
}

/* A tag ends the text before it. */
static void hand_out_text(struct walk *walk)
{
    struct span text = {walk->text.bytes, walk->text.length};
    if (walk->text.has_no_memory) {
        problem_set_memory(walk->why);
        stop(walk);
    } else if (walk->text.has_overflowed) {
        refuse(walk, "a text is longer than any property of Windows");
    } else if (span_trim(text).length > 0 && !walk->visitor->text(walk->context, text, walk->why)) {
        stop(walk);
    }
    text_cut(&walk->text, 0);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct walk *walk = user;
    struct names names;
    if (!walk->has_failed)
        hand_out_text(walk);
    if (walk->has_failed)
        return;
    walk->depth++;
    if (walk->depth > XML_DEPTH_MAXIMUM) {
        refuse(walk, "it is nested too deeply");
    } else if (++walk->elements > XML_ELEMENTS_MAXIMUM) {
        refuse(walk, "it has more elements than an answer of Windows can have");
    } else if (!split(name, &names)) {
        refuse(walk, "a name is longer than any name of Windows");
    } else {
        struct xml_element element = {names.space, names.name, walk->depth, (const char *const *)attributes};
        if (!walk->visitor->start(walk->context, &element, walk->why))
            stop(walk);
    }
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct walk *walk = user;
    struct names names;
    if (!walk->has_failed)
        hand_out_text(walk);
    if (walk->has_failed || !split(name, &names)) /* it was short enough at its first tag */
        return;
    struct xml_element element = {names.space, names.name, walk->depth, NULL};
    walk->depth--;
    if (!walk->visitor->end(walk->context, &element, walk->why))
        stop(walk);
}

static void XMLCALL on_text(void *user, const XML_Char *bytes, int length)
{
    struct walk *walk = user;
    if (!walk->has_failed)
        text_append_span(&walk->text, (struct span) {bytes, (size_t)length});
}

static void XMLCALL on_document_type(void *user, const XML_Char *name, const XML_Char *system,
                                     const XML_Char *public, int has_internal_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_internal_subset;
    refuse(user, "it has a document type (DTD), which no answer of Windows has");
}

static void XMLCALL on_instruction(void *user, const XML_Char *target, const XML_Char *data)
{
    (void)target;
    (void)data;
    refuse(user, "it has a processing instruction, which no answer of Windows has");
}

static void explain(struct walk *walk)
{
    static const struct {
        enum XML_Error error;
        const char *words;
    } reasons[] = {
        {XML_ERROR_NO_ELEMENTS, "it ends before it is closed, it was cut"},
        {XML_ERROR_UNCLOSED_TOKEN, "it ends before it is closed, it was cut"},
        {XML_ERROR_UNCLOSED_CDATA_SECTION, "it ends before it is closed, it was cut"},
        {XML_ERROR_PARTIAL_CHAR, "it ends inside a character, it was cut"},
        {XML_ERROR_TAG_MISMATCH, "a tag closes another element"},
        {XML_ERROR_DUPLICATE_ATTRIBUTE, "an element has the same attribute twice"},
        {XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "something follows its end"},
        {XML_ERROR_UNDEFINED_ENTITY, "it has an entity that XML itself does not have"},
        {XML_ERROR_UNKNOWN_ENCODING, "it is neither UTF-8 nor UTF-16"},
        {XML_ERROR_INCORRECT_ENCODING, "it is not in the encoding that it names"},
        {XML_ERROR_UNBOUND_PREFIX, "it has a prefix without a namespace"},
    };
    enum XML_Error error = XML_GetErrorCode(walk->parser);
    if (error == XML_ERROR_NO_MEMORY && !walk->has_failed) {
        problem_set_memory(walk->why);
        walk->has_failed = true;
    }
    const char *words = "it breaks the syntax, or it was cut";
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].error == error)
            words = reasons[i].words;
    }
    refuse(walk, words);
}

bool xml_walk(struct span bytes, const struct xml_visitor *visitor, void *context, struct problem *why)
{
    if (span_trim(bytes).length == 0)
        return problem_set(why, PROBLEM_PROTOCOL, "the XML cannot be read: there is none");
    if (bytes.length > XML_SIZE_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "the XML is longer than %d bytes", XML_SIZE_MAXIMUM);
    struct walk walk = {
        .parser = XML_ParserCreateNS(NULL, SEPARATOR), .visitor = visitor, .context = context, .why = why};
    if (walk.parser == NULL)
        return problem_set_memory(why);
    text_start(&walk.text, XML_TEXT_MAXIMUM);
    XML_SetUserData(walk.parser, &walk);
    XML_SetElementHandler(walk.parser, on_start, on_end);
    XML_SetCharacterDataHandler(walk.parser, on_text);
    XML_SetStartDoctypeDeclHandler(walk.parser, on_document_type);
    XML_SetProcessingInstructionHandler(walk.parser, on_instruction);
    if (XML_Parse(walk.parser, bytes.bytes, (int)bytes.length, XML_TRUE) != XML_STATUS_OK)
        explain(&walk);
    text_done(&walk.text);
    XML_ParserFree(walk.parser);
    return !walk.has_failed;
}

const char *xml_attribute(const struct xml_element *element, const char *space, const char *name)
{
    for (const char *const *pair = element->attributes; pair != NULL && pair[0] != NULL; pair += 2) {
        struct names names;
        if (split(pair[0], &names) && span_is(span_of(names.space), space) &&
            span_is(span_of(names.name), name))
            return pair[1];
    }
    return NULL;
}

bool xml_is(const struct xml_element *element, const char *space, const char *name)
{
    return span_is(span_of(element->space), space) && span_is(span_of(element->name), name);
}
