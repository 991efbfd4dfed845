/* SPDX-License-Identifier: MIT */
/* License facts as metrics: what a scheduled task writes with our script, and what windows_exporter or
 * node_exporter shows of it in the text format of Prometheus.
 *
 *     kms_product_info{id="...",name="...",description="...",partial_product_key="...",...} 1
 *     kms_product_license_status{id="..."} 1
 *     kms_service_listening_port 1688
 *     kms_report_timestamp_seconds 1.7724384e+09
 *
 * A product is a kms_product_info and the other series with its id, case and braces ignored, in any order.
 * Each product must have its license status; other series may be missing, and then the fact is unknown.  So
 * is a value that is no whole number in the range of its property, whose name is noted in `unreadable`. */
#ifndef PAYLOAD_KMS_METRICS_H
#define PAYLOAD_KMS_METRICS_H

#include "base/attributes.h"
#include "base/problem.h"
#include "base/span.h"
#include "model/known.h"
#include "model/license.h"

#include <stdbool.h>

/* Reads one page of metrics that is whole: the format has no end of its own, so that the caller must know
 * that nothing was cut off.  *ret_written is when the file was written from which the exporter has our
 * metrics.  On failure nothing is touched but *why, which names what is missing or contradicts itself.  On
 * success the caller releases *ret with license_document_done. */
MUST_CHECK bool kms_metrics_read(struct span bytes, struct license_document *ret,
                                 struct known_time *ret_written, struct problem *why);

#endif
