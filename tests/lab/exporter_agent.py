# SPDX-License-Identifier: MIT
"""windows_exporter: its own metrics around those that our scheduled task wrote into its textfile folder.

Sources: windows_exporter, collectors service, license and textfile; Prometheus, text format 0.0.4."""
import time

import cim_rows
from agent import Agent
from http_message import Violation, reply

TEXT = "text/plain; version=0.0.4; charset=utf-8"
FILE_AGE = 60  # seconds since the scheduled task last ran
STATES = ["running", "stopped", "start pending", "stop pending", "continue pending", "pause pending", "paused"]

# Our metrics of one product, and its columns.
PRODUCT_METRICS = {"kms_product_license_status": "LicenseStatus",
                   "kms_product_license_status_reason": "LicenseStatusReason",
                   "kms_product_grace_period_remaining_minutes": "GracePeriodRemaining",
                   "kms_product_vl_activation_type": "VLActivationType",
                   "kms_product_is_key_management_service_machine": "IsKeyManagementServiceMachine",
                   "kms_product_current_count": "KeyManagementServiceCurrentCount"}
SERVICE_METRICS = {"kms_service_listening_port": "KeyManagementServiceListeningPort",
                   "kms_service_dns_publishing": "KeyManagementServiceDnsPublishing",
                   "kms_service_low_priority": "KeyManagementServiceLowPriority",
                   "kms_service_activation_interval_minutes": "VLActivationInterval",
                   "kms_service_renewal_interval_minutes": "VLRenewalInterval"}


def label_value(text):
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def sample(name, value, /, **labels):
    pairs = ",".join(f'{label}="{label_value(text)}"' for label, text in labels.items())
    return f"{name}{{{pairs}}} {value}" if pairs else f"{name} {value}"


def family(name, samples, kind="gauge"):
    """Without samples nothing at all."""
    return [f"# HELP {name} Of the lab.", f"# TYPE {name} {kind}", *samples] if samples else []


def metrics_of(name, rows, columns, labels):
    return [sample(name, int(row[columns]), **labels(row)) for row in rows if row.get(columns) is not None]


def product_info(row):
    host = row.get("KeyManagementServiceMachine") or row.get("DiscoveredKeyManagementServiceMachineName") or ""
    return sample("kms_product_info", 1, id=row["ID"], application_id=row["ApplicationID"], name=row["Name"],
                  description=row["Description"], partial_product_key=row["PartialProductKey"],
                  addon="true" if row["LicenseIsAddon"] else "false", kms_host=host)


def request_samples(rows):
    """Of the machines that count."""
    columns = {kind: f"KeyManagementService{part}Requests" for part, kind in cim_rows.REQUESTS.items()}
    return [sample("kms_product_requests_total", row[column], id=row["ID"], kind=kind) for row in rows
            for kind, column in columns.items() if row.get(column, cim_rows.NONE) != cim_rows.NONE]


def our_metrics(machine, written, generation="windows8"):
    """The file that the scheduled task writes; `written` in seconds since 1970."""
    classes = cim_rows.machine_rows(machine, generation)
    rows = [row for row in classes[cim_rows.PRODUCT] if row["PartialProductKey"]]
    lines = family("kms_product_info", [product_info(row) for row in rows])
    for name, column in PRODUCT_METRICS.items():
        lines += family(name, metrics_of(name, rows, column, lambda row: {"id": row["ID"]}))
    lines += family("kms_product_requests_total", request_samples(rows), "counter")
    for name, column in SERVICE_METRICS.items():
        lines += family(name, metrics_of(name, classes[cim_rows.SERVICE], column, lambda row: {}))
    lines += family("kms_report_timestamp_seconds", [sample("kms_report_timestamp_seconds", f"{written:.10g}")])
    return "\n".join(lines) + "\n"


class ExporterAgent(Agent):
    kind = "exporter"

    def __init__(self, machine, written=None, collectors=("license", "service", "textfile"), failed=(), metrics=None,
                 generation="windows8", **common):
        """`written` is when the task ran; `failed` collectors leave their series out; `metrics` replace ours."""
        super().__init__(machine, generation=generation, **common)
        self.written = time.time() - FILE_AGE if written is None else written
        self.collectors, self.failed = collectors, failed
        self.metrics = our_metrics(machine, self.written, generation) if metrics is None else metrics

    def check_own(self, request):
        if request.method != "GET" or "openmetrics" in (request.header("Accept") or ""):
            raise Violation(f"{request.method} {request.path} with Accept: {request.header('Accept')}")
        if "[" in request.target or any(name != "collect[]" for name, _ in request.arguments):
            raise Violation(f"{request.target}")

    def refuse(self, request):
        return reply("401 Unauthorized", "Unauthorized\n", [("Content-Type", "text/plain; charset=utf-8"),
                                                           ("Www-Authenticate", 'Basic realm="Restricted"')])

    def answer(self, request):
        wanted = [value for name, value in request.arguments if name == "collect[]"] or list(self.collectors)
        unknown = [word for word in wanted if word not in self.collectors]
        if request.path != "/metrics":
            return reply("404 Not Found", "404 page not found\n", [("Content-Type", "text/plain; charset=utf-8")])
        if unknown:
            return reply("400 Bad Request",
                         f"Couldn't create filtered metrics handler: unavailable collector: {unknown[0]}\n",
                         [("Content-Type", "text/plain; charset=utf-8")])
        return reply("200 OK", self.page(wanted), [("Content-Type", TEXT)])

    def page(self, wanted):
        working = [name for name in wanted if name not in self.failed]
        lines = family("windows_exporter_build_info", [sample("windows_exporter_build_info", 1, version="0.30.0")])
        lines += family("windows_exporter_collector_success",
                        [sample("windows_exporter_collector_success", int(name in working), collector=name)
                         for name in wanted])
        if "license" in working:
            lines += family("windows_license_status",
                            [sample("windows_license_status", int(state == "genuine"), state=state)
                             for state in ("genuine", "invalid_license", "last", "offline", "tampered")])
        if "service" in working:
            lines += family("windows_service_state",
                            [sample("windows_service_state", int(state == "running"), name="sppsvc", state=state)
                             for state in STATES])
        text = "\n".join(lines) + "\n"
        if "textfile" in working:
            text = self.metrics + text + "\n".join(family("windows_textfile_mtime_seconds", [
                sample("windows_textfile_mtime_seconds", f"{self.written:.10g}", file="kms.prom")])) + "\n"
        return text
