/* SPDX-License-Identifier: MIT */
/* Performance data of the previous run, read back. */
#include "model/metric.h"

#include "base/number.h"

bool metric_find(struct span perfdata, const char *label, double *ret_value)
{
    for (struct span rest = perfdata; rest.bytes != NULL;) {
        struct span item = span_trim(span_cut(&rest, ' '));
        size_t equals = span_find(item, '=');
        struct span name = span_first(item, equals);
        if (name.length >= 2 && name.bytes[0] == '\'' && name.bytes[name.length - 1] == '\'')
            name = span_first(span_from(name, 1), name.length - 2);
        if (equals == item.length || !span_is(name, label))
            continue;
        struct span value = span_from(item, equals + 1);
        value = span_first(value, span_find(value, ';'));
        while (value.length > 0 && !ascii_is_digit(value.bytes[value.length - 1]))
            value.length--; /* the unit */
        return number_parse_decimal(value, ret_value);
    }
    return false;
}
