/* SPDX-License-Identifier: MIT */
/* Keeps a password out of everything that is shown or written: an agent may send back what it was sent, and a
 * sentence or a note may quote it, cut anywhere. */
#ifndef FRAME_SECRECY_H
#define FRAME_SECRECY_H

#include "base/arena.h"
#include "frame/http_options.h"

#include <stddef.h>

enum { SECRECY_FORMS_MAXIMUM = 15 }; /* at most three secrets of an agent, in five spellings */

/* All zero: there is nothing to hide. */
struct secrecy {
    struct arena arena;
    const char *forms[SECRECY_FORMS_MAXIMUM]; /* the secrets in the spellings they are sent and quoted in */
    size_t count;
};

/* Learns the password of the configuration: as it is, in JSON, in XML, in a URL, and in a Basic login. */
void secrecy_start(struct secrecy *secrecy, const struct http_config *config);

/* Learns one more secret: as it is, in JSON, in XML and in a URL.  NULL is none. */
void secrecy_add(struct secrecy *secrecy, const char *secret);

/* Overwrites every one of them, and the beginnings of them that a cut has left, with asterisks; the length
 * stays.  Passwords below three characters are not hidden: they would be in every text by chance. */
void secrecy_hide(const struct secrecy *secrecy, char *bytes, size_t length);

/* Wipes what was learned. */
void secrecy_done(struct secrecy *secrecy);

#endif
