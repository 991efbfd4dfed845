/* SPDX-License-Identifier: MIT */
/* Replies over SNMP, whatever was asked. */
#include "agents/snmp_answer.h"

#include "model/snmp_oid.h"

/* RFC 3416, 3 (error-status), as RFC 1157 and it name them. */
static const char *const error_names[] = {"noError",
                                          "tooBig",
                                          "noSuchName",
                                          "badValue",
                                          "readOnly",
                                          "genErr",
                                          "noAccess",
                                          "wrongType",
                                          "wrongLength",
                                          "wrongEncoding",
                                          "wrongValue",
                                          "noCreation",
                                          "inconsistentValue",
                                          "resourceUnavailable",
                                          "commitFailed",
                                          "undoFailed",
                                          "authorizationError",
                                          "notWritable",
                                          "inconsistentName"};

static const char *error_name(int error)
{
    size_t count = sizeof error_names / sizeof error_names[0];
    return error >= 0 && (size_t)error < count ? error_names[error] : "an error that nobody knows";
}

bool snmp_answer_is_absent(const struct snmp_binding *binding)
{
    return binding->kind == SNMP_NO_SUCH_OBJECT || binding->kind == SNMP_NO_SUCH_INSTANCE;
}

static const char strange_agent[] = "the agent does not keep to the protocol: see its version and its log, "
                                    "and compare with snmpwalk of the same names";

static bool complain(struct problem *why, const char *what)
{
    problem_set(why, PROBLEM_PROTOCOL, "answered %s", what);
    return problem_advise(why, "%s", strange_agent);
}

bool snmp_answer_explain_type(const char *object, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "answered %s with a value of another type", object);
    return problem_advise(why, "%s", strange_agent);
}

static bool check_order(const struct snmp_oid *before, const struct snmp_binding *binding,
                        struct problem *why)
{
    if (binding->kind == SNMP_END_OF_VIEW || snmp_oid_compare(before, &binding->oid) < 0)
        return true;
    return complain(why, "out of order: a name that does not come after the one before");
}

bool snmp_answer_check(const struct snmp_request *request, const struct snmp_reply *reply,
                       struct problem *why)
{
    bool is_bulk = request->kind == SNMP_GET_BULK;
    if (reply->binding_count == 0)
        return complain(why, "without any value");
    if (!is_bulk && reply->binding_count != request->oid_count)
        return complain(why, "with another number of values than was asked for");
    for (size_t i = 0; i < reply->binding_count; i++) {
        const struct snmp_binding *binding = &reply->bindings[i];
        bool is_get = request->kind == SNMP_GET;
        if (is_get && snmp_oid_compare(&request->oids[i], &binding->oid) != 0)
            return complain(why, "with another name than was asked for");
        const struct snmp_oid *before = !is_bulk ? &request->oids[i]
                                        : i == 0 ? &request->oids[0]
                                                 : &reply->bindings[i - 1].oid;
        if (!is_get && !check_order(before, binding, why))
            return false;
        if (is_bulk && binding->kind == SNMP_END_OF_VIEW)
            return true; /* what follows says the same */
    }
    return true;
}

bool snmp_answer_explain_error(const struct snmp_reply *reply, struct problem *why)
{
    if (reply->error == SNMP_ERROR_AUTHORIZATION) {
        problem_set(why, PROBLEM_REFUSED, "answered authorizationError: this user or community may not read");
        return problem_advise(why, "give the user or community a view and a security level in snmpd.conf "
                                   "that cover what is asked (rouser, rocommunity)");
    }
    problem_set(why, PROBLEM_PROTOCOL, "answered error-status %d (%s)", reply->error,
                error_name(reply->error));
    return problem_advise(why, "look at the log of the agent, and ask the same with snmpwalk");
}
