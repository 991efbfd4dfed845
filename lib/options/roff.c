/* SPDX-License-Identifier: MIT */
/* Roff. */
#include "options/roff.h"

static bool is_line_start(const struct text *text)
{
    return text->length == 0 || text->bytes[text->length - 1] == '\n';
}

void roff_end_line(struct text *text)
{
    if (!is_line_start(text))
        text_append_byte(text, '\n');
}

void roff_macro(struct text *text, const char *line)
{
    roff_end_line(text);
    text_append_format(text, "%s\n", line);
}

/* groff_char(7): these bytes come out as typographic marks unless they are named. */
static const char *name_of(char byte)
{
    switch (byte) {
    case '\\':
        return "\\(rs";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '"':
        return "\\(dq";
    default:
        return NULL;
    }
}

void roff_text(struct text *text, const char *string)
{
    for (; *string != '\0'; string++) {
        const char *name = name_of(*string);
        if (is_line_start(text) && (*string == ' ' || *string == '\n'))
            continue;
        if (is_line_start(text) && *string == '.')
            text_append(text, "\\&");
        if (name != NULL)
            text_append(text, name);
        else
            text_append_byte(text, *string == '\n' ? ' ' : *string);
    }
}

static void append_face(struct text *text, const char *face, const char *string)
{
    text_append(text, face);
    roff_text(text, string);
    text_append(text, "\\fR");
}

void roff_bold(struct text *text, const char *string)
{
    append_face(text, "\\fB", string);
}

void roff_italic(struct text *text, const char *string)
{
    append_face(text, "\\fI", string);
}

void roff_paragraph(struct text *text, const char *string)
{
    roff_macro(text, ".PP");
    roff_text(text, string);
    roff_end_line(text);
}

void roff_term(struct text *text, const char *term, const char *meaning)
{
    roff_macro(text, ".TP");
    roff_bold(text, term);
    roff_end_line(text);
    roff_text(text, meaning);
    roff_end_line(text);
}
