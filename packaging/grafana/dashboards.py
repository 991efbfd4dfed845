#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the Grafana dashboards.  One table of panels, two stores that are asked: InfluxDB, as the writer of Icinga 2
fills it, and Prometheus, as it stores what Icinga 2 sends by OTLP.

    dashboards.py influxdb      prints kms-monitoring-influxdb.json
    dashboards.py prometheus    prints kms-monitoring-prometheus.json
"""
import dataclasses
import json
import sys

GREEN, YELLOW, ORANGE, RED, GREY = "green", "yellow", "orange", "red", "text"
HOUR_MS = 3600 * 1000


@dataclasses.dataclass(frozen=True)
class Command:
    """A check command.  `fresh` is how long its last result counts: three intervals, so that two lost checks do not
    empty a panel.  `bucket` is the shortest time in which every machine has been checked once, where a store has to
    sort results into stretches of time."""
    name: str
    fresh: str
    fresh_ms: int
    bucket: str


HOST = Command("kms_host", "45m", 45 * 60 * 1000, "15m")
CLIENT = Command("kms_client", "3d", 72 * HOUR_MS, "1d")
REACH = Command("kms_reach", "15m", 15 * 60 * 1000, "5m")
GROWTH = "6h"  # requests are few: a shorter time shows noise


@dataclasses.dataclass(frozen=True)
class Ask:
    """What a panel wants to know.  `how` is the name of a method of both stores.

    each      every machine by itself, over time
    least     the smallest value of all machines; greatest: the largest one
    failing   how many machines have a value that is bad: above 0, or below 0 where `is_below`
    judged    how many machines have a value at all
    growth    how much a counter grew in GROWTH, every machine by itself
    share     growth of the first of two counters in percent of the larger growth of both
    latest    the last value of every machine, as a table; bad: only those that are above 0
    """
    how: str
    command: Command
    metrics: tuple
    legend: str = ""  # "" = the name of the machine; that of the metric where all machines are one number
    is_below: bool = False
    is_now: bool = False  # one value instead of one for every point in time

    @property
    def is_of_all(self):
        return self.how in ("least", "greatest", "failing", "judged")

    @property
    def is_table(self):
        return self.how in ("latest", "bad")

    def name(self, machine, metric):
        """The legend, from how a store writes the names of machine and metric."""
        if self.how == "share":
            return f"{machine} {self.legend}"
        if self.is_of_all:
            return self.legend or self.metrics[0]
        return f"{machine} {metric}" if len(self.metrics) > 1 else machine


@dataclasses.dataclass(frozen=True)
class Panel:
    title: str
    kind: str  # stat, timeseries, bars, table
    width: int
    asks: tuple
    unit: str
    description: str
    steps: tuple = ((GREY, None),)  # colours from a value on
    has_lines: bool = False  # the steps are drawn as lines and colour nothing
    column: str = ""  # table: heading of the values
    is_descending: bool = False  # table: largest value first
    maximum: float = None


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    height: int
    panels: tuple


def now(how, command, *metrics, **rest):
    return Ask(how, command, metrics, is_now=True, **rest)


def over_time(how, command, *metrics, **rest):
    return Ask(how, command, metrics, **rest)


DAYS, COUNT, PERCENT, SECONDS = "suffix: days", "short", "percent", "s"

ROWS = (
    Row("At a glance", 4, (
        Panel("Hosts below their need", "stat", 4, (now("failing", HOST, "count_headroom", is_below=True),), COUNT,
              "KMS hosts that count fewer machines than clients need. New clients of such a host get 0xC004F038. Open "
              "the service kms-host of the host: it says which clients, from when, and what to do.",
              ((GREEN, None), (RED, 1))),
        Panel("Smallest headroom", "stat", 4, (now("least", HOST, "count_headroom"),), COUNT,
              "Count minus the floor that the check was given, minus 25 where it was given none. Below 0 clients are "
              "refused. When it sinks, look for machines that call another host, have gone, or are clones.",
              ((RED, None), (YELLOW, 0), (GREEN, 5))),
        Panel("Failing machines", "stat", 4, (now("failing", CLIENT, "products_failing"),), COUNT,
              "Machines with a license that is not OK. Many at once: look at the hosts and at DNS first. Few: the "
              "table below names them, the service kms-client of each says why.",
              ((GREEN, None), (RED, 1))),
        Panel("Shortest lease", "stat", 4, (now("least", CLIENT, "lease_days"),), DAYS,
              "What is left of the license that ends first. A healthy machine renews every 7 days and stays above 165 "
              "days; below 30 somebody has to look at it this week.",
              ((RED, None), (ORANGE, 30), (GREEN, 165))),
        Panel("Fewest usable targets", "stat", 4, (now("least", REACH, "targets_usable"),), COUNT,
              "KMS hosts that clients of a domain find and can talk to, in the domain that has the fewest. 0: no "
              "client there can activate or renew. Open its service kms-reach.",
              ((RED, None), (GREEN, 1))),
        Panel("Slowest probe", "stat", 4, (now("greatest", REACH, "time_probe"),), SECONDS,
              "Connection and bind at the slowest usable address. It has no limit of its own: compare it with last "
              "week. Seconds here point at a firewall, a loaded host, or a long way."))),
    Row("KMS hosts", 8, (
        Panel("Count", "timeseries", 12, (over_time("each", HOST, "count", "count_office"),), COUNT,
              "Machines that called within 30 days. A host counts up to 50 for Windows and 10 for Office. Servers and "
              "Office need 5, desktops need 25: the lines. A flat line at the cap is normal. A slow fall: machines go "
              "elsewhere or have gone. A sudden fall to 0: the host was set up again.",
              ((GREY, None), (YELLOW, 5), (ORANGE, 25)), has_lines=True),
        Panel("Headroom", "timeseries", 12, (over_time("each", HOST, "count_headroom", "count_headroom_office"),),
              COUNT,
              "Count minus the need of the clients of this host. Below the line at 0 they get 0xC004F038. Every host "
              "counts for itself: with several hosts in DNS the clients are spread, and each one has less.",
              ((RED, None), (GREEN, 0)), has_lines=True),
        Panel("Failed requests, at most", "timeseries", 8,
              (over_time("share", HOST, "requests_failed", "requests_total", legend="Windows"),
               over_time("share", HOST, "requests_failed_office", "requests_total_office", legend="Office")), PERCENT,
              "Invalid requests in percent of all, within 6 hours. Whether the total holds the failed ones is not "
              "documented, so it is at most this. A count that is too low does not show here: such requests are "
              "valid. Rising: products that the host key does not cover, a clock that is off, unwanted programs. "
              "Event 12290 on the host has the codes.",
              ((GREY, None), (RED, 25)), has_lines=True, maximum=100),
        Panel("Requests", "bars", 8, (over_time("growth", HOST, "requests_total", "requests_failed"),), COUNT,
              "How many requests came within 6 hours, and how many of them were invalid. One machine that cannot "
              "activate asks every 2 hours, 12 times a day; a renewed one asks once in 7 days."),
        Panel("Idle", "timeseries", 8, (over_time("each", HOST, "idle", "idle_office"),), SECONDS,
              "Time since the last request. It is known only where the check is given its previous result. Days "
              "without a request on a host with many clients: they find another one. Look at kms-reach and at the "
              "SRV records.",
              ((GREY, None), (YELLOW, 4 * 86400)), has_lines=True))),
    Row("Machines", 9, (
        Panel("Lease", "timeseries", 12,
              (over_time("least", CLIENT, "lease_days", legend="shortest lease"),
               over_time("greatest", CLIENT, "lease_age_days", legend="oldest renewal")), DAYS,
              "The license that ends first, and the time since the oldest renewal. Both move by one day a day when a "
              "single machine stays away; look it up in the table. When many stay away, DNS or a host fails: the two "
              "rows around this one show it first.",
              ((GREY, None), (RED, 30), (ORANGE, 165)), has_lines=True),
        Panel("Failing and judged machines", "timeseries", 12,
              (over_time("failing", CLIENT, "products_failing", legend="failing"),
               over_time("judged", CLIENT, "products_failing", legend="judged")), COUNT,
              "Machines with a license that is not OK, and all that could be asked. A machine that cannot be asked is "
              "in neither: when the judged ones get fewer, look for services in state UNKNOWN."),
        Panel("Machines whose license ends first", "table", 12, (now("latest", CLIENT, "lease_days"),), DAYS,
              "Days left for every machine whose license has an end. Machines that are activated for good are not "
              "here. On the machine, elevated: slmgr.vbs /ato shows the error of this attempt.",
              ((RED, None), (ORANGE, 30), (GREEN, 165)), column="days left"),
        Panel("Machines with a failing license", "table", 12, (now("bad", CLIENT, "products_failing"),), COUNT,
              "Products whose license is not OK, by machine. The service kms-client of the machine has the code and "
              "its explanation.",
              ((RED, None),), column="failing products", is_descending=True))),
    Row("The way to the hosts", 8, (
        Panel("Targets", "timeseries", 12, (over_time("each", REACH, "targets", "targets_usable"),), COUNT,
              "KMS hosts that DNS names, and those that can be talked to, by the object that carries the check of a "
              "domain. A gap between the two: a left-over record or a dead host, which clients try in vain.",
              ((RED, None), (GREEN, 1)), has_lines=True),
        Panel("Time to the hosts", "timeseries", 12,
              (over_time("each", REACH, "time_dns", "time_connect", "time_bind", "time_probe"),), SECONDS,
              "DNS, TCP connection, RPC bind, and the last two together at the slowest usable address. Which one grows "
              "says where to look: the DNS servers, the network, or the host."))),
    Row("The checks themselves", 7, (
        Panel("Duration", "timeseries", 24,
              tuple(over_time("greatest", command, "time", legend=command.name) for command in (HOST, CLIENT, REACH)),
              SECONDS,
              "The longest run of each check. Near 10 seconds, or 30 for the agents that start a script, checks end in "
              "UNKNOWN: raise the timeout, or find out why the machine is slow."),)),
)


# ---- stores ---------------------------------------------------------------------------------------------------------


def pattern(metrics):
    return "^({})$".format("|".join(metrics))


class InfluxDB:
    """What InfluxdbWriter of Icinga 2 writes with its own templates: the check command is the measurement, the machine
    the tag hostname, the label of the performance data the tag metric, the number the field value."""
    name, title, plugin = "influxdb", "InfluxDB", "influxdb"
    machine = "hostname"

    def where(self, ask, *metrics):
        metrics = metrics or ask.metrics
        of_metric = (f"\"metric\" = '{metrics[0]}'" if len(metrics) == 1 else f'"metric" =~ /{pattern(metrics)}/')
        return (f'FROM "{ask.command.name}" WHERE {of_metric} AND "hostname" =~ /^${{host:regex}}$/ AND $timeFilter')

    def last_of_each(self, ask, name, bucket=""):
        return f'SELECT last("value") AS "{name}" {self.where(ask)} GROUP BY {bucket}"hostname"'

    def each(self, ask):
        return f'SELECT last("value") {self.where(ask)} GROUP BY time($__interval), "hostname", "metric" fill(none)'

    def of_all(self, ask, function):
        if ask.is_now:
            return f'SELECT {function}("last") FROM ({self.last_of_each(ask, "last")})'
        return f'SELECT {function}("value") {self.where(ask)} GROUP BY time($__interval) fill(none)'

    def least(self, ask):
        return self.of_all(ask, "min")

    def greatest(self, ask):
        return self.of_all(ask, "max")

    def number_of(self, ask, condition):
        inner = self.last_of_each(ask, "last", "" if ask.is_now else "time($__interval), ")
        # None is a number here: without it the line would stay at the last day that had one.
        days = "" if ask.is_now else " AND $timeFilter GROUP BY time($__interval) fill(0)"
        return f'SELECT count("last") FROM ({inner}) WHERE {condition}{days}'

    def failing(self, ask):
        return self.number_of(ask, '"last" < 0' if ask.is_below else '"last" > 0')

    def judged(self, ask):
        return self.number_of(ask, '"last" >= 0')

    def growth_of(self, ask, metrics, *names):
        grown = 'non_negative_difference(last("value"))'
        values = ", ".join(f'{grown} AS "{name}"' for name in names) or grown
        return f'SELECT {values} {self.where(ask, *metrics)} GROUP BY time({GROWTH}), "hostname"'

    def growth(self, ask):
        return f'{self.growth_of(ask, ask.metrics)}, "metric" fill(none)'

    def share(self, ask):
        # Two sources that give a field of the same name: its maximum is that of both.
        failed, total = ask.metrics
        return (f'SELECT 100 * max("failed") / max("requests") FROM '
                f'({self.growth_of(ask, [failed], "failed", "requests")}), '
                f'({self.growth_of(ask, [total], "requests")}) '
                f'WHERE $timeFilter GROUP BY time({GROWTH}), "hostname" fill(none)')

    def latest(self, ask):
        return self.last_of_each(ask, "value")

    def bad(self, ask):
        return f'SELECT "value" FROM ({self.last_of_each(ask, "value")}) WHERE "value" > 0 GROUP BY "hostname"'

    def target(self, ask, query):
        return {"alias": ask.name("$tag_hostname", "$tag_metric"), "query": query, "rawQuery": True,
                "resultFormat": "table" if ask.is_table else "time_series"}

    def interval(self, how, command):
        return GROWTH if how in ("growth", "share") else command.bucket

    def machines(self):
        return f'SHOW TAG VALUES FROM /^({HOST.name}|{CLIENT.name}|{REACH.name})$/ WITH KEY = "hostname"'


class Prometheus:
    """What Prometheus makes of the metric state_check.perfdata, which OTLPMetricsWriter of Icinga 2 sends: every dot an
    underscore; machine and check command are labels because the server was told to promote them."""
    name, title, plugin = "prometheus", "Prometheus", "prometheus"
    metric, machine, command = "state_check_perfdata", "icinga2_host_name", "icinga2_command_name"

    def series(self, ask, *metrics):
        metrics = metrics or ask.metrics
        label = f'="{metrics[0]}"' if len(metrics) == 1 else '=~"{}"'.format("|".join(metrics))
        return f'{self.metric}{{{self.command}="{ask.command.name}", perfdata_label{label}, {self.machine}=~"$host"}}'

    def fresh(self, ask):
        """A value is stored once per check, far less often than Prometheus looks back by itself."""
        return f"last_over_time({self.series(ask)}[{ask.command.fresh}])"

    def each(self, ask):
        return f"max by ({self.machine}, perfdata_label) ({self.fresh(ask)})"

    def least(self, ask):
        return f"min({self.fresh(ask)})"

    def greatest(self, ask):
        return f"max({self.fresh(ask)})"

    def failing(self, ask):
        return f"count({self.fresh(ask)} {'<' if ask.is_below else '>'} 0) or vector(0)"

    def judged(self, ask):
        return f"count({self.fresh(ask)})"

    def growth_of(self, ask, *metrics):
        return f"max by ({self.machine}, perfdata_label) (increase({self.series(ask, *metrics)}[{GROWTH}]))"

    def growth(self, ask):
        return self.growth_of(ask, *ask.metrics)

    def share(self, ask):
        failed, total = (f"max by ({self.machine}) (increase({self.series(ask, metric)}[{GROWTH}]))"
                         for metric in ask.metrics)
        return f"100 * {failed} / (({total} > {failed}) or ({failed} > 0))"

    def latest(self, ask):
        return f"max by ({self.machine}) ({self.fresh(ask)})"

    def bad(self, ask):
        return f"{self.latest(ask)} > 0"

    def target(self, ask, query):
        return {"editorMode": "code", "expr": query, "format": "table" if ask.is_table else "time_series",
                "instant": ask.is_now, "legendFormat": ask.name(f"{{{{{self.machine}}}}}", "{{perfdata_label}}"),
                "range": not ask.is_now}

    def interval(self, how, _command):
        """It looks back from any point in time; only bars must not overlap."""
        return GROWTH if how == "growth" else HOST.bucket

    def machines(self):
        names = "|".join(command.name for command in (HOST, CLIENT, REACH))
        query = f'label_values({self.metric}{{{self.command}=~"{names}"}}, {self.machine})'
        return {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"}


STORES = {store.name: store for store in (InfluxDB(), Prometheus())}


# ---- the dashboard --------------------------------------------------------------------------------------------------


def thresholds(panel):
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in panel.steps]}


def graph(panel):
    """The look of lines or bars; a gap longer than a result counts is left open."""
    fresh_ms = max(ask.command.fresh_ms for ask in panel.asks)
    is_bars = panel.kind == "bars"
    return {"drawStyle": "bars" if is_bars else "line", "fillOpacity": 40 if is_bars else 0,
            "insertNulls": False if is_bars else fresh_ms, "lineWidth": 1 if is_bars else 2, "pointSize": 4,
            "showPoints": "auto", "thresholdsStyle": {"mode": "dashed" if panel.has_lines else "off"}}


def field_defaults(panel):
    is_graph = panel.kind in ("timeseries", "bars")
    defaults = {"color": {"mode": "palette-classic" if is_graph else "thresholds"}, "thresholds": thresholds(panel),
                "unit": panel.unit}
    if is_graph:
        defaults["custom"] = graph(panel)
    if panel.maximum is not None:
        defaults |= {"max": panel.maximum, "min": 0}
    if any(ask.how in ("failing", "bad") for ask in panel.asks) and panel.kind == "stat":
        defaults["noValue"] = "0"
    return defaults


def options(panel):
    if panel.kind == "stat":
        return {"colorMode": "background" if len(panel.steps) > 1 else "value", "graphMode": "none",
                "justifyMode": "auto", "orientation": "auto", "percentChangeColorMode": "standard",
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "showPercentChange": False, "textMode": "value", "wideLayout": True}
    if panel.kind == "table":
        return {"cellHeight": "sm", "frameIndex": 0, "showHeader": True,
                "sortBy": [{"desc": panel.is_descending, "displayName": panel.column}]}
    return {"legend": {"calcs": ["lastNotNull"], "displayMode": "table", "placement": "right", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "none"}}


def as_table(panel, store):
    """Only machine and value stay, with headings that say what they are."""
    value = "Value" if store.name == "prometheus" else "value"
    return [{"id": "organize", "options": {"excludeByName": {"Time": True}, "indexByName": {},
                                           "renameByName": {store.machine: "machine", value: panel.column}}}]


def colored_values(panel):
    return [{"matcher": {"id": "byName", "options": panel.column},
             "properties": [{"id": "custom.cellOptions", "value": {"mode": "basic", "type": "color-background"}}]}]


def panel_json(panel, store, number, place):
    source = {"type": store.plugin, "uid": "${datasource}"}
    targets = [{"datasource": source, "refId": chr(ord("A") + index)} |
               store.target(ask, getattr(store, ask.how)(ask)) for index, ask in enumerate(panel.asks)]
    is_now = all(ask.is_now for ask in panel.asks)
    command = max((ask.command for ask in panel.asks), key=lambda command: command.fresh_ms)
    result = {"datasource": source, "description": panel.description,
              "fieldConfig": {"defaults": field_defaults(panel),
                              "overrides": colored_values(panel) if panel.kind == "table" else []},
              "gridPos": place, "id": number, "options": options(panel), "targets": targets, "title": panel.title,
              "type": "timeseries" if panel.kind == "bars" else panel.kind}
    if is_now:
        result["timeFrom"] = command.fresh
    else:
        result["interval"] = store.interval(panel.asks[0].how, command)
    if panel.kind == "table":
        result["transformations"] = as_table(panel, store)
    return result


def panels(store):
    result, top, number = [], 0, 1
    for row in ROWS:
        result.append({"collapsed": False, "gridPos": {"h": 1, "w": 24, "x": 0, "y": top}, "id": number, "panels": [],
                       "title": row.title, "type": "row"})
        top, left, number = top + 1, 0, number + 1
        for panel in row.panels:
            if left + panel.width > 24:
                top, left = top + row.height, 0
            place = {"h": row.height, "w": panel.width, "x": left, "y": top}
            result.append(panel_json(panel, store, number, place))
            left, number = left + panel.width, number + 1
        top += row.height
    return result


def variables(store):
    return [{"current": {}, "hide": 0, "includeAll": False, "label": "Data source", "multi": False,
             "name": "datasource", "options": [], "query": store.plugin, "refresh": 1, "regex": "",
             "type": "datasource"},
            {"allValue": ".*", "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
             "datasource": {"type": store.plugin, "uid": "${datasource}"}, "hide": 0, "includeAll": True,
             "label": "Machine", "multi": True, "name": "host", "options": [], "query": store.machines(), "refresh": 2,
             "regex": "", "sort": 1, "type": "query"}]


def requirements(store):
    kinds = ("stat", "Stat"), ("table", "Table"), ("timeseries", "Time series")
    return [{"id": "grafana", "name": "Grafana", "type": "grafana", "version": "10.0.0"},
            {"id": store.plugin, "name": store.title, "type": "datasource", "version": "1.0.0"},
            *({"id": kind, "name": name, "type": "panel", "version": ""} for kind, name in kinds)]


def dashboard(store):
    return {"__inputs": [], "__requires": requirements(store), "annotations": {"list": []},
            "description": "Microsoft volume activation by KMS: hosts, machines and the way between them, from the "
                           "performance data of check_kms_host, check_kms_client and check_kms_reach.",
            "editable": True, "fiscalYearStartMonth": 0, "graphTooltip": 1, "id": None, "links": [],
            "panels": panels(store), "refresh": "5m", "schemaVersion": 38, "tags": ["kms"],
            "templating": {"list": variables(store)}, "time": {"from": "now-7d", "to": "now"}, "timepicker": {},
            "timezone": "", "title": f"KMS monitoring ({store.title})", "uid": f"kms-monitoring-{store.name}",
            "version": 1, "weekStart": ""}


def render(name):
    return json.dumps(dashboard(STORES[name]), indent=2) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] not in [[name] for name in STORES]:
        sys.exit(f"usage: dashboards.py {'|'.join(STORES)}")
    sys.stdout.write(render(sys.argv[1]))
