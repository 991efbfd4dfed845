/* SPDX-License-Identifier: MIT */
/* Keeps a password out of everything that is shown or written: an agent may send back what it was sent, and a
 * sentence or a note may quote it, cut anywhere. */
#ifndef FRAME_SECRECY_H
#define FRAME_SECRECY_H

#include "base/arena.h"
#include "frame/http_options.h"

#include <stddef.h>

enum { SECRECY_FORMS_MAXIMUM = 5 };

/* All zero: there is nothing to hide. */
struct secrecy {
    struct arena arena;
    const char
        *forms[SECRECY_FORMS_MAXIMUM]; /* the password in the spellings that it is sent and quoted in */
    size_t count;
};

/* Learns the password of the configuration: as it is, in JSON, in XML, in a URL, and in a Basic login. */
void secrecy_start(struct secrecy *secrecy, const struct http_config *config);

/* Overwrites every one of them, and the beginnings of them that a cut has left, with asterisks; the length
 * stays.  Passwords below three characters are not hidden: they would be in every text by chance. */
void secrecy_hide(const struct secrecy *secrecy, char *bytes, size_t length);

/* Wipes what was learned. */
void secrecy_done(struct secrecy *secrecy);

#endif
