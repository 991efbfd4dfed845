/* SPDX-License-Identifier: MIT */
/* Reports as JSON, through jansson.  A failed allocation inside jansson gives NULL, which every setter passes
 * on, so the tree is built plainly and asked once. */
#include "report/json_text.h"

#include "report/clean.h"
#include "report/first_line.h"

#include <jansson.h>
#include <stdlib.h>

enum { STRING_MAXIMUM = 65536, REAL_DIGITS = 10 };

static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

/* Cleaned like every text of ours, so that no consumer meets a surprise; NULL becomes null. */
static json_t *clean_string(const char *foreign)
{
    if (foreign == NULL)
        return json_null();
    struct text clean;
    text_start(&clean, STRING_MAXIMUM);
    clean_append(&clean, span_of(foreign), false);
    json_t *string = clean.has_no_memory ? NULL : json_string(text_string(&clean));
    text_done(&clean);
    return string;
}

static json_t *plain_string(const char *string)
{
    return string == NULL || string[0] == '\0' ? json_null() : json_string(string);
}

static json_t *code_object(const struct explanation *explanation)
{
    if (explanation == NULL)
        return json_null();
    char code[16];
    snprintf(code, sizeof code, "0x%08X", (unsigned)explanation->code);
    json_t *object = json_object(), *steps = json_array();
    bool is_whole = true;
    for (size_t i = 0; i < explanation->advice.step_count; i++)
        is_whole &= json_array_append_new(steps, json_string(explanation->advice.steps[i])) == 0;
    is_whole &= put(object, "code", json_string(code));
    is_whole &= put(object, "symbol", plain_string(explanation->symbol));
    is_whole &= put(object, "brief", plain_string(explanation->brief));
    is_whole &= put(object, "meaning", plain_string(explanation->meaning));
    is_whole &= put(object, "cause", plain_string(explanation->advice.cause));
    is_whole &= put(object, "steps", steps);
    is_whole &= put(object, "side", plain_string(explanation->advice.side));
    if (!is_whole) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *finding_array(const struct finding *first);

static json_t *finding_object(const struct finding *finding)
{
    json_t *object = json_object();
    bool is_whole = put(object, "rule", json_string(finding->rule));
    is_whole &= put(object, "state", json_string(state_name(finding->state)));
    is_whole &= put(object, "subject", clean_string(finding->subject));
    is_whole &= put(object, "text", clean_string(finding->text));
    is_whole &= put(object, "impact", clean_string(finding->impact));
    is_whole &= put(object, "urgency", plain_string(urgency_name(finding->urgency)));
    is_whole &= put(object, "code", code_object(finding->explanation));
    is_whole &= put(object, "findings", finding_array(finding->first_part));
    if (!is_whole) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *finding_array(const struct finding *first)
{
    json_t *array = json_array();
    for (const struct finding *finding = NULL; (finding = finding_next_worst(first, finding)) != NULL;) {
        if (json_array_append_new(array, finding_object(finding)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *limit(bool is_there, double value)
{
    return is_there ? json_integer((json_int_t)value) : json_null();
}

static json_t *metric_array(const struct report *report)
{
    json_t *array = json_array();
    bool is_whole = array != NULL;
    for (size_t i = 0; i < report->metric_count && is_whole; i++) {
        const struct metric *metric = &report->metrics[i];
        json_t *object = json_object();
        is_whole &= put(object, "label", json_string(metric->label));
        is_whole &=
            put(object, "value",
                metric->decimals == 0 ? json_integer((json_int_t)metric->value) : json_real(metric->value));
        is_whole &= put(object, "unit", plain_string(metric->unit));
        is_whole &= put(object, "warning", plain_string(metric->warning.text));
        is_whole &= put(object, "critical", plain_string(metric->critical.text));
        is_whole &= put(object, "min", limit(metric->has_minimum, metric->minimum));
        is_whole &= put(object, "max", limit(metric->has_maximum, metric->maximum));
        is_whole &= json_array_append_new(array, object) == 0;
    }
    if (!is_whole) {
        json_decref(array);
        return NULL;
    }
    return array;
}

bool json_text_render(const struct report *report, const char *version, struct text *ret_output)
{
    enum state state = report_state(report);
    struct text summary;
    text_start(&summary, STRING_MAXIMUM);
    first_line_append(&summary, report, FIRST_LINE_MAXIMUM);
    json_t *root = json_object();
    bool is_whole = put(root, "plugin", json_string(report->plugin));
    is_whole &= put(root, "version", json_string(version));
    is_whole &= put(root, "state", json_string(state_name(state)));
    is_whole &= put(root, "exit_code", json_integer(state));
    is_whole &= put(root, "summary", json_string(text_string(&summary)));
    is_whole &= put(root, "findings", finding_array(report->first));
    is_whole &= put(root, "metrics", metric_array(report));
    char *line = is_whole
                     ? json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(REAL_DIGITS))
                     : NULL;
    if (line != NULL) {
        text_append(ret_output, line);
        text_append(ret_output, "\n");
    }
    is_whole = line != NULL && !ret_output->has_no_memory;
    free(line);
    json_decref(root);
    text_done(&summary);
    return is_whole;
}
