/* SPDX-License-Identifier: MIT */
/* Sessions of net-snmp.
 *
 * Versions 1 and 2c work without init_snmp.  Version 3 needs it for its users and keys; by itself it would
 * read snmp.conf and MIB files, make folders for what it wants to keep, and write to standard error. */
#define _DEFAULT_SOURCE /* u_char, in net-snmp's headers */

#include "transport/snmp_session.h"

#include "base/wipe.h"
#include "transport/snmp_failure.h"
#include "transport/snmp_socket.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h> /* before all others of net-snmp */

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/scapi.h>
#include <net-snmp/library/snmpusm.h>

enum { PASSPHRASE_MINIMUM = USM_LENGTH_P_MIN }; /* RFC 3414, 11.2 */

/* ---- a quiet library --------------------------------------------------------------------------------- */

static void silence_library(void)
{
    static bool is_silent;
    if (!is_silent)
        netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    is_silent = true;
}

static void refuse_files(void)
{
    static const int switches[] = {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                                   NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD,
                                   NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
                                   NETSNMP_DS_LIB_DONT_LOAD_HOST_FILES};
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, switches[i], 1);
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_PERSISTENT_DIR, "/dev/null");
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_CONFIGURATION_DIR, "/dev/null");
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIBDIRS, "/dev/null");
    setenv("SNMP_PERSISTENT_DIR", "/dev/null", 1);
    setenv("SNMPCONFPATH", "/dev/null", 1); /* certificates are looked for there whatever else is set */
    setenv("MIBS", "", 1);
    unsetenv("MIBFILES");
}

/* It sets a locale too, which nobody here wants. */
static void start_version_3(void)
{
    static bool is_started;
    if (is_started)
        return;
    is_started = true;
    refuse_files();
    init_snmp("kms-monitoring");
    setlocale(LC_CTYPE, "C");
}

/* ---- who we are -------------------------------------------------------------------------------------- */

static bool explain_protocol(const char *option, const char *name, struct problem *why)
{
    problem_set(why, PROBLEM_USAGE, "was not asked: the net-snmp of this server has no %s=%.40s", option,
                name);
    return problem_advise(why, "use another protocol that both sides have; names of older builds lack the "
                               "SHA-2 and AES-256 families");
}

static bool make_key(const char *which, oid *protocol, size_t protocol_length, const char *passphrase,
                     u_char *key, size_t *key_length, struct problem *why)
{
    size_t length = passphrase != NULL ? strlen(passphrase) : 0;
    if (length < PASSPHRASE_MINIMUM)
        return problem_set(why, PROBLEM_USAGE,
                           "was not asked: the %s pass phrase has fewer than %d characters", which,
                           PASSPHRASE_MINIMUM);
    if (generate_Ku(protocol, (u_int)protocol_length, (const u_char *)passphrase, length, key, key_length) !=
        SNMPERR_SUCCESS)
        return problem_set(why, PROBLEM_USAGE,
                           "was not asked: this server cannot make a key of the %s pass phrase, its policy "
                           "may forbid the protocol",
                           which);
    return true;
}

static bool set_authentication(const struct snmp_target *target, netsnmp_session *session,
                               struct problem *why)
{
    int type = usm_lookup_auth_type(target->authentication);
    if (type < 0)
        return explain_protocol("--authproto", target->authentication, why);
    session->securityAuthProto = sc_get_auth_oid(type, &session->securityAuthProtoLen);
    session->securityAuthKeyLen = USM_AUTH_KU_LEN;
    if (session->securityAuthProto == NULL)
        return explain_protocol("--authproto", target->authentication, why);
    return make_key("authentication", session->securityAuthProto, session->securityAuthProtoLen,
                    target->authentication_passphrase, session->securityAuthKey, &session->securityAuthKeyLen,
                    why);
}

static bool set_privacy(const struct snmp_target *target, netsnmp_session *session, struct problem *why)
{
    int type = usm_lookup_priv_type(target->privacy);
    if (type < 0)
        return explain_protocol("--privproto", target->privacy, why);
    session->securityPrivProto = sc_get_priv_oid(type, &session->securityPrivProtoLen);
    session->securityPrivKeyLen = USM_PRIV_KU_LEN;
    if (session->securityPrivProto == NULL)
        return explain_protocol("--privproto", target->privacy, why);
    return make_key("privacy", session->securityAuthProto, session->securityAuthProtoLen,
                    target->privacy_passphrase, session->securityPrivKey, &session->securityPrivKeyLen, why);
}

static bool set_user(const struct snmp_target *target, netsnmp_session *session, struct problem *why)
{
    static const int levels[] = {[SNMP_LEVEL_NONE] = SNMP_SEC_LEVEL_NOAUTH,
                                 [SNMP_LEVEL_AUTH] = SNMP_SEC_LEVEL_AUTHNOPRIV,
                                 [SNMP_LEVEL_PRIVACY] = SNMP_SEC_LEVEL_AUTHPRIV};
    session->version = SNMP_VERSION_3;
    session->securityModel = SNMP_SEC_MODEL_USM;
    session->securityLevel = levels[target->level];
    session->securityName = (char *)(uintptr_t)target->user;
    session->securityNameLen = strlen(target->user);
    session->contextName = (char *)(uintptr_t)target->context;
    session->contextNameLen = target->context != NULL ? strlen(target->context) : 0;
    return (target->level == SNMP_LEVEL_NONE || set_authentication(target, session, why)) &&
           (target->level != SNMP_LEVEL_PRIVACY || set_privacy(target, session, why));
}

static void set_community(const struct snmp_target *target, netsnmp_session *session)
{
    session->version = target->version == 1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
    session->community = (u_char *)(uintptr_t)target->community;
    session->community_len = strlen(target->community);
}

static void wipe_keys(netsnmp_session *session)
{
    wipe_bytes(session->securityAuthKey, sizeof session->securityAuthKey);
    wipe_bytes(session->securityPrivKey, sizeof session->securityPrivKey);
}

/* ---- the session ------------------------------------------------------------------------------------- */

static bool add_session(const struct snmp_target *target, const struct snmp_session_callbacks *callbacks,
                        netsnmp_session *session, void **ret, struct problem *why)
{
    netsnmp_transport *transport = snmp_socket_open(&target->address, target->port);
    if (transport == NULL)
        return snmp_failure_explain_network(target, errno, why);
    /* On failure the transport is gone too. */
    void *handle = snmp_sess_add(session, transport, NULL, callbacks->packet_read);
    if (handle == NULL)
        return session->s_snmp_errno == SNMPERR_MALLOC || session->s_snmp_errno == 0
                   ? problem_set_memory(why)
                   : snmp_failure_explain_report(target, session->s_snmp_errno, why);
    snmp_sess_session(handle)->flags |= SNMP_FLAGS_DONT_PROBE; /* it would wait for the answer */
    *ret = handle;
    return true;
}

bool snmp_session_open(const struct snmp_target *target, const struct snmp_session_callbacks *callbacks,
                       void **ret, struct problem *why)
{
    netsnmp_session session;
    silence_library();
    if (target->version == 3)
        start_version_3();
    snmp_sess_init(&session);
    session.callback = callbacks->event;
    session.callback_magic = callbacks->context;
    bool is_set = true;
    if (target->version == 3)
        is_set = set_user(target, &session, why);
    else
        set_community(target, &session);
    bool is_open = is_set && add_session(target, callbacks, &session, ret, why);
    wipe_keys(&session);
    return is_open;
}

/* The probe is sent by nobody (RFC 3414, 4), which has to be a user that net-snmp knows. */
static bool add_nobody(void)
{
    if (usm_get_user(NULL, 0, "") != NULL)
        return true;
    struct usmUser *nobody = usm_create_user();
    if (nobody == NULL)
        return false;
    nobody->name = strdup("");
    nobody->secName = strdup("");
    if (nobody->name == NULL || nobody->secName == NULL || usm_add_user(nobody) == NULL) {
        usm_free_user(nobody);
        return false;
    }
    return true;
}

struct snmp_pdu *snmp_session_probe(void)
{
    netsnmp_pdu *probe = add_nobody() ? snmp_pdu_create(SNMP_MSG_GET) : NULL;
    if (probe == NULL)
        return NULL;
    probe->version = SNMP_VERSION_3;
    probe->securityName = strdup("");
    probe->securityNameLen = 0;
    probe->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
    probe->securityModel = SNMP_SEC_MODEL_USM;
    return probe;
}

bool snmp_session_log_in(void *session, struct problem *why)
{
    if (create_user_from_session(snmp_sess_session(session)) == SNMPERR_SUCCESS)
        return true;
    return problem_set(why, PROBLEM_PROTOCOL,
                       "was not asked: this server cannot make the keys for its engine id");
}

/* net-snmp keeps the keys of a user beyond the session; it overwrites them when the user is released. */
static void forget_user(const netsnmp_session *session)
{
    if (session->version != SNMP_VERSION_3 || session->securityEngineIDLen == 0)
        return;
    struct usmUser *user =
        usm_get_user(session->securityEngineID, session->securityEngineIDLen, session->securityName);
    if (user == NULL)
        return;
    usm_remove_user(user);
    user->next = user->prev = NULL;
    usm_free_user(user);
}

void snmp_session_close(void *session)
{
    netsnmp_session *own = session != NULL ? snmp_sess_session(session) : NULL;
    if (own == NULL)
        return;
    forget_user(own);
    wipe_keys(own);
    if (own->community != NULL)
        wipe_bytes(own->community, own->community_len);
    snmp_sess_close(session);
}

void snmp_session_wipe_request(struct snmp_pdu *request)
{
    if (request != NULL && request->community != NULL)
        wipe_bytes(request->community, request->community_len);
}
