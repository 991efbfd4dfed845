/* SPDX-License-Identifier: MIT */
/* Any bytes as the performance data of the previous run. */
#include "fuzz_require.h"

#include "model/metric.h"

#include "base/text.h"

static const double untouched = -77.25;

/* A value that is found stands in the bytes with its label in front. */
static void check_label(struct span perfdata, const char *label)
{
    double value = untouched;
    if (!metric_find(perfdata, label, &value)) {
        REQUIRE(value == untouched);
        return;
    }
    REQUIRE(value > -1e31 && value < 1e31);
    struct text plain, quoted;
    text_start(&plain, 100);
    text_start(&quoted, 100);
    text_append_format(&plain, "%s=", label);
    text_append_format(&quoted, "'%s'=", label);
    REQUIRE(span_contains(perfdata, text_string(&plain)) || span_contains(perfdata, text_string(&quoted)));
    text_done(&plain);
    text_done(&quoted);
}

/* Whatever stands in front, an item of our own behind it is found, unless its label is there already. */
static void check_item_behind(struct span perfdata)
{
    static const char item[] = " zzz_of_ours=12.5s;30:;@25:26;0;50 ";
    struct text longer;
    double value = untouched;
    if (span_contains(perfdata, "zzz_of_ours"))
        return;
    text_start(&longer, perfdata.length + sizeof item);
    text_append_span(&longer, perfdata);
    text_append(&longer, item);
    REQUIRE(metric_find((struct span) {longer.bytes, longer.length}, "zzz_of_ours", &value));
    REQUIRE(value == 12.5);
    text_done(&longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const labels[] = {"count", "requests_total", "idle", "time", "a", ""};
    struct span perfdata = {(const char *)data, size};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        check_label(perfdata, labels[i]);
    check_item_behind(perfdata);
    return 0;
}
