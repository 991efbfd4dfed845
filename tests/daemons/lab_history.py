# SPDX-License-Identifier: MIT
"""Days of performance data: what the plugins really print about the lab, repeated at the times at which they would have
run, with counters that grew meanwhile."""
import dataclasses
import re

import documents
from network import Lab

DAYS = 4
FAILING_CHECKS = 2  # before that every license was fine
MINUTE, HOUR, DAY = 60, 3600, 86400
EVERY = {"kms_host": 15 * MINUTE, "kms_client": DAY, "kms_reach": 5 * MINUTE}
SERVICE = {"kms_host": "kms-host", "kms_client": "kms-client", "kms_reach": "kms-reach"}
# What the request counters of a host grow by from one check to the next.
GROWTH = {"kms01": {"requests_total": 4, "requests_failed": 0, "requests_total_office": 1},
          "kms02": {"requests_total": 2, "requests_failed": 1},
          "kms03": {"requests_total": 0, "requests_failed": 1}}


@dataclasses.dataclass(frozen=True)
class Sample:
    """One number of one run, as Icinga hands it to its writers: units are base units, "c" makes a counter."""
    host: str
    command: str
    label: str
    value: float
    unit: str
    time: int

    @property
    def service(self):
        return SERVICE[self.command]


def metrics_of(result):
    """Label to value and unit."""
    return {label: (float(value), unit) for label, text in result.metrics.items()
            for value, unit in re.findall(r"^(-?[\d.]+)([a-z%]*)(?:;|$)", text)}


def run_host(plugin, name, tmp_path):
    document = tmp_path / f"{name}.json"
    document.write_text(documents.document(name, "json"))
    words = ["check_kms_host", f"--input={document}", "-H", name, "--floor=25"]
    first = plugin(*words)
    counters = " ".join(f"{label}={text}" for label, text in first.metrics.items() if label.startswith("requests_"))
    # The document is of that time: an hour ago there was the same count of requests.
    return plugin(*words, f"--previous={counters}", "--previous-time=1772434800")


def run_all(plugin, tmp_path):
    """(host, command) to the metrics of one run on the lab."""
    runs = {(name, "kms_host"): run_host(plugin, name, tmp_path) for name in documents.hosts()}
    for name in documents.clients():
        document = tmp_path / f"{name}.json"
        document.write_text(documents.document(name, "json"))
        runs[name, "kms_client"] = plugin("check_kms_client", f"--input={document}", "-H", name)
    with Lab() as lab:
        for domain in ("healthy.example.com", "onedead.example.com"):
            runs[domain, "kms_reach"] = plugin("check_kms_reach", "-D", domain, f"--dns-server={lab.dns}")
    return {key: metrics_of(result) for key, result in runs.items()}


def value_before(value, host, label, age):
    """What a metric was so many checks ago."""
    if label == "products_failing" and age >= FAILING_CHECKS:
        return 0
    growth = GROWTH.get(host, {}).get(label, 0)
    return max(value - age * growth, 0) if growth else value


def samples_of(runs, end):
    """All samples, oldest first; the last ones are those of the runs themselves."""
    samples = [Sample(host, command, label, value_before(value, host, label, age), unit, end - age * EVERY[command])
               for (host, command), metrics in runs.items() for label, (value, unit) in metrics.items()
               for age in range(DAYS * DAY // EVERY[command])]
    return sorted(samples, key=lambda sample: sample.time)


def decimal(value):
    return f"{value:.6f}".rstrip("0").rstrip(".")


def influx_line(sample):
    """As InfluxdbWriter writes it with its own templates."""
    unit = {"": "", "c": "", "s": 'unit="seconds",'}[sample.unit]
    return (f"{sample.command},hostname={sample.host},service={sample.service},metric={sample.label} "
            f"{unit}value={decimal(sample.value)} {sample.time}")


def points_of(runs, machines):
    """Line protocol up to the value, and the value, of these machines (name to check command)."""
    chosen = {(host, command): metrics for (host, command), metrics in runs.items() if machines.get(host) == command}
    return {influx_line(sample).split("value=")[0]: sample.value for sample in samples_of(chosen, 0)}


def prometheus_line(sample):
    """As Prometheus stores what OTLPMetricsWriter sends, with the resource attributes promoted."""
    unit = {"": "", "c": "", "s": 'unit="seconds",'}[sample.unit]
    labels = (f'{unit}job="icinga/Icinga 2",instance="0123456789abcdef",icinga2_host_name="{sample.host}",'
              f'icinga2_service_name="{sample.service}",icinga2_command_name="{sample.command}",'
              f'perfdata_label="{sample.label}"')
    return f"state_check_perfdata{{{labels}}} {decimal(sample.value)} {sample.time}"
