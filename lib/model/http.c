/* SPDX-License-Identifier: MIT */
/* Words for HTTP. */
#include "model/http.h"

const char *http_login_name(enum http_login login)
{
    switch (login) {
    case HTTP_LOGIN_NONE:
        return "none";
    case HTTP_LOGIN_BASIC:
        return "basic";
    case HTTP_LOGIN_NEGOTIATE:
        return "negotiate";
    case HTTP_LOGIN_NTLM:
        return "NTLM";
    case HTTP_LOGIN_CERTIFICATE:
        return "certificate";
    case HTTP_LOGIN_HEADER:
        return "password header";
    }
    return "none";
}
