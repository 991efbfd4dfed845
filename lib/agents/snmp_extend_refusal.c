/* SPDX-License-Identifier: MIT */
#include "agents/snmp_extend_refusal.h"

#include "agents/snmp_output.h"

bool snmp_extend_explain_missing(const struct snmp_wishes *wishes, struct problem *why)
{
    problem_set(why, PROBLEM_MISSING, "has no extend %s%s", wishes->extend,
                wishes->is_version_1 ? ", or does not show it" : "");
    return problem_advise(why,
                          "compare --extend with the extend lines of snmpd.conf (upper and lower case "
                          "differ)%s, then restart snmpd",
                          wishes->is_version_1 ? ", and see that the view covers .1.3.6.1.4.1.8072.1.3.2"
                                               : "");
}

bool snmp_extend_explain_absent(const struct snmp_wishes *wishes, const char *name, bool is_first,
                                const struct snmp_binding *binding, struct problem *why)
{
    if (!is_first) {
        problem_set(why, PROBLEM_MISSING, "shows only a part of extend %s: %s is not there", wishes->extend,
                    name);
        return problem_advise(why, "give this user or community a view of all of .1.3.6.1.4.1.8072.1.3.2");
    }
    if (binding->kind == SNMP_NO_SUCH_INSTANCE)
        return snmp_extend_explain_missing(wishes, why);
    problem_set(why, PROBLEM_MISSING,
                "shows nothing of NET-SNMP-EXTEND-MIB: it has no extend, or its view hides them");
    return problem_advise(why,
                          "in snmpd.conf: extend %s PROGRAM, and a view of .1.3.6.1.4.1.8072.1.3.2 for "
                          "this user or community, then restart snmpd",
                          wishes->extend);
}

bool snmp_extend_explain_size(int error, const char *what, struct problem *why)
{
    if (error == SNMP_ERROR_TOO_BIG)
        problem_set(why, PROBLEM_PROTOCOL, "answered tooBig: %s does not fit a reply", what);
    else
        problem_set(why, PROBLEM_PROTOCOL,
                    "answered error-status %d (genErr) to %s: a value above 64 kB looks like this", error,
                    what);
    return problem_advise(
        why, "let the script print several shorter lines, or less: the JSON report has only products "
             "with a key. Else raise the size of messages that the agent sends, and look at its log");
}

bool snmp_extend_explain_line_count(const char *extend, int64_t count, size_t maximum, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "has %lld lines of extend %s, at most %zu are read", (long long)count,
                extend, maximum);
    return problem_advise(why, "compare with snmpwalk of .1.3.6.1.4.1.8072.1.3.2, and let the script print "
                               "the JSON report, which is one line");
}

bool snmp_extend_explain_long_line(size_t length, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "sent a first line of %zu bytes, at most %d are read", length,
                SNMP_OUTPUT_KEPT);
    return problem_advise(why, "let the script print less: the JSON report has only products with a key");
}

bool snmp_extend_explain_other_line(const char *extend, size_t number, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "sent another line of extend %s where line %zu should be", extend,
                number);
    return problem_advise(why, "a view of the agent may hide some lines: give this user or community all of "
                               ".1.3.6.1.4.1.8072.1.3.2, or let the script print the JSON report, which is "
                               "one line");
}

bool snmp_extend_explain_few_lines(const char *extend, size_t sent, size_t count, struct problem *why)
{
    problem_set(why, PROBLEM_PROTOCOL, "sent %zu lines of extend %s, which has %zu", sent, extend, count);
    return problem_advise(why,
                          "an agent may limit the lines that it hands out, and a view may hide some: let "
                          "the script print the JSON report, which is one line");
}

bool snmp_extend_explain_runs(const char *extend, int readings, struct problem *why)
{
    if (readings > 0)
        problem_set(why, PROBLEM_PROTOCOL, "ran extend %s again while its output was read, %d times in a row",
                    extend, readings);
    else
        problem_set(why, PROBLEM_PROTOCOL, "runs extend %s again while its output is read: it keeps none",
                    extend);
    return problem_advise(why,
                          "let the agent keep the output longer, in snmpd.conf: extend -cacheTime 60 %s "
                          "PROGRAM, or print the JSON report, which is one line",
                          extend);
}
