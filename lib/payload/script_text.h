/* SPDX-License-Identifier: MIT */
/* What a script printed, line by line, whatever the console made of it.
 *
 * slmgr.vbs and ospp.vbs print one fact per line behind a fixed label.  On the way the lines get CR LF or CR
 * CR LF as line ends, lose their indentation, gain trailing blanks and blank lines, and are broken at the
 * width of the console, in the middle of a word, a number or a label.  Here they are whole again:
 *
 *   - The width is the longest line of the text, trailing blanks not counted.  A line at most five characters
 *     shorter (a lost indentation) is full.  Texts narrower than 30 characters are not wrapped.
 *   - A full line goes on in the next one, unless that is blank or begins with a known label.
 *   - Labels are compared without regard to case and blanks, which a break may have eaten.
 *
 * The last line may be cut when its line end is missing, or when it is full, nothing follows it, and two
 * lines at least have the full width, which shows that a console broke them.  It is handed out with that
 * warning and is not to be trusted. */
#ifndef PAYLOAD_SCRIPT_TEXT_H
#define PAYLOAD_SCRIPT_TEXT_H

#include "base/attributes.h"
#include "base/span.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { SCRIPT_NO_LABEL = 0 };

/* The begin of a line that the script can print, and what it means to the reader; a list ends with NULL. */
struct script_label {
    const char *words;
    int meaning; /* not SCRIPT_NO_LABEL */
};

struct script_line {
    struct span whole; /* trimmed, not empty; valid until the next line is asked for */
    int meaning;
    struct span value; /* what follows the label, trimmed; the whole line when there is no label */
    bool may_be_cut;
};

struct script_text {
    struct span rest;
    const struct script_label *labels;
    size_t width;        /* in characters; 0 hands out the lines as they stand and needs no memory */
    size_t widest_lines; /* how many lines have that width */
    struct text joined;  /* the line at hand, when it had to be joined */
};

/* Reads `bytes`, which must stay; labels are tried in the order of the list.  Ends with script_text_done. */
void script_text_start(struct script_text *script, struct span bytes, const struct script_label *labels);

/* The next line that is not blank; false at the end, or when memory ran out. */
MUST_CHECK bool script_text_next(struct script_text *script, struct script_line *ret);

/* False when memory ran out: lines are missing. */
bool script_text_ok(const struct script_text *script);

void script_text_done(struct script_text *script);

/* True when the words are the same but for blanks and the case of letters. */
bool script_words_are(struct span text, const char *words);

/* True when the text begins with the words, blanks and case ignored; *ret_rest is what follows, trimmed. */
bool script_words_begin(struct span text, const char *words, struct span *ret_rest);

#endif
