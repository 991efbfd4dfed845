# SPDX-License-Identifier: MIT
"""The queries of the Grafana dashboards, asked of the real stores: both are filled with what the plugins print about
the lab, in the form in which Icinga hands it over, and have to know the same."""
import json
import re
import time

import pytest

import lab_history
from conftest import ROOT
from lab_history import DAY, HOUR
from icinga_writer import icinga_writing_to
from metric_stores import influxdb, prometheus
from processes import wait_for

DASHBOARDS = {name: json.loads((ROOT / f"packaging/grafana/kms-monitoring-{name}.json").read_text())
              for name in ("influxdb", "prometheus")}
SECONDS = {"m": 60, "h": HOUR, "d": DAY}
RANGE = lab_history.DAYS * DAY


def seconds(duration):
    return int(duration[:-1]) * SECONDS[duration[-1]]


def panels(name):
    return {panel["title"]: panel for panel in DASHBOARDS[name]["panels"] if panel["type"] != "row"}


TITLES = sorted(panels("influxdb"))
TARGETS = [(title, index) for title in TITLES for index in range(len(panels("influxdb")[title]["targets"]))]


@pytest.fixture(scope="module")
def end():
    """The time of the last run: the one bucket that is not over yet has its results too."""
    return int(time.time()) - 60


@pytest.fixture(scope="module")
def runs(plugin, tmp_path_factory):
    return lab_history.run_all(plugin, tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def samples(runs, end):
    return lab_history.samples_of(runs, end)


@pytest.fixture(scope="module")
def influx(samples):
    with influxdb() as store:
        lines = [lab_history.influx_line(sample) for sample in samples]
        for start in range(0, len(lines), 5000):
            store.write(lines[start:start + 5000])
        yield store


@pytest.fixture(scope="module")
def prom(samples):
    with prometheus(["# TYPE state_check_perfdata gauge", *map(lab_history.prometheus_line, samples)]) as store:
        yield store


# ---- as Grafana asks


def fill_in(query, **values):
    for name, value in values.items():
        query = query.replace(f"${{{name}:regex}}", value).replace(f"${name}", value)
    assert not re.search(r"\$\{|\$[A-Za-z_]", query), query
    return query


def ask_influx(store, panel, target, end, host=".*"):
    """Legend (or machine, in a table) to the points (seconds, value)."""
    start = end - (seconds(panel["timeFrom"]) if "timeFrom" in panel else RANGE)
    query = fill_in(target["query"], host=host, __interval=panel.get("interval", "1m"),
                    timeFilter=f"time >= {start * 1000}ms and time <= {(end + 60) * 1000}ms")
    found = {}
    for series in store.query(query):
        tags = series.get("tags", {})
        is_table = target["resultFormat"] == "table"
        legend = tags["hostname"] if is_table else re.sub(r"\$tag_(\w+)", lambda match: tags[match[1]], target["alias"])
        assert series["columns"][0] == "time" and len(series["columns"]) == 2
        if is_table:
            assert series["columns"][1] == "value"  # renamed by the panel
        points = [(when / 1000, value) for when, value in series["values"] if value is not None]
        found.setdefault(legend, []).extend(points)
    return {legend: points for legend, points in found.items() if points}


def ask_prometheus(store, panel, target, end, host=".*"):
    query = fill_in(target["expr"], host=host)
    if target["instant"]:
        result = [(series["metric"], [series["value"]]) for series in store.query(query, end + 30)]
    else:
        # Grafana asks at multiples of the step.
        step = seconds(panel["interval"])
        first = (end - RANGE) // step * step
        result = [(series["metric"], series["values"]) for series in store.query_range(query, first, end + 30, step)]
    found = {}
    for labels, points in result:
        legend = re.sub(r"\{\{(\w+)\}\}", lambda match, labels=labels: labels[match[1]], target["legendFormat"])
        assert legend not in found, f"two series are called {legend}"
        found[legend] = [(float(when), float(value)) for when, value in points]
    return found


class Both:
    """Asks one target of a panel in both stores."""

    def __init__(self, influx, prom, end):
        self.influx, self.prom, self.end = influx, prom, end

    def ask(self, title, index=0, host=".*"):
        panel = {name: panels(name)[title] for name in DASHBOARDS}
        return (ask_influx(self.influx, panel["influxdb"], panel["influxdb"]["targets"][index], self.end, host),
                ask_prometheus(self.prom, panel["prometheus"], panel["prometheus"]["targets"][index], self.end, host))

    def last(self, title, index=0):
        return [{legend: points[-1][1] for legend, points in found.items()} for found in self.ask(title, index)]


@pytest.fixture(scope="module")
def both(influx, prom, end):
    return Both(influx, prom, end)


def values_of(runs, command, label):
    return {host: metrics[label][0] for (host, name), metrics in runs.items() if name == command and label in metrics}


# ---- every query


@pytest.mark.parametrize("title,index", TARGETS)
def test_every_query_returns_data_from_both_stores(both, title, index):
    for found in both.ask(title, index):
        assert found and all(points for points in found.values())


@pytest.mark.parametrize("title,index", TARGETS)
def test_both_stores_know_the_same_series(both, title, index):
    of_influx, of_prometheus = both.ask(title, index)
    assert set(of_influx) == set(of_prometheus)


@pytest.mark.parametrize("title,index", TARGETS)
def test_a_query_is_limited_to_the_chosen_machine(both, title, index):
    for found in both.ask(title, index, host="nobody"):
        # How many machines fail has a number even then.
        assert {value for points in found.values() for _, value in points} <= {0}


# ---- numbers


def test_one_number_panels_say_what_the_plugins_said(both, runs):
    headroom = values_of(runs, "kms_host", "count_headroom")
    failing = [value for value in values_of(runs, "kms_client", "products_failing").values() if value > 0]
    below = [value for value in headroom.values() if value < 0]
    expected = {"Hosts below their need": len(below), "Smallest headroom": min(headroom.values()),
                "Failing machines": len(failing),
                "Shortest lease": min(values_of(runs, "kms_client", "lease_days").values()),
                "Fewest usable targets": min(values_of(runs, "kms_reach", "targets_usable").values()),
                "Slowest probe": max(values_of(runs, "kms_reach", "time_probe").values())}
    assert sorted(expected) == sorted(title for title in TITLES if panels("influxdb")[title]["type"] == "stat")
    assert (len(below), min(headroom.values())) == (2, -25) and len(failing) > 3
    for title, value in expected.items():
        for found in both.ask(title):
            (_, shown), = next(iter(found.values()))
            assert (len(found), shown) == (1, value), title


@pytest.mark.parametrize("title,command,label,is_shown", [
    ("Machines whose license ends first", "kms_client", "lease_days", lambda value: True),
    ("Machines with a failing license", "kms_client", "products_failing", lambda value: value > 0)])
def test_tables_have_a_line_for_every_machine(both, runs, title, command, label, is_shown):
    expected = {host: value for host, value in values_of(runs, command, label).items() if is_shown(value)}
    assert both.last(title) == [expected, expected]


@pytest.mark.parametrize("title,command,labels", [
    ("Count", "kms_host", ["count", "count_office"]),
    ("Headroom", "kms_host", ["count_headroom", "count_headroom_office"]),
    ("Idle", "kms_host", ["idle", "idle_office"]), ("Targets", "kms_reach", ["targets", "targets_usable"]),
    ("Time to the hosts", "kms_reach", ["time_dns", "time_connect", "time_bind", "time_probe"])])
def test_lines_end_with_the_last_result(both, runs, title, command, labels):
    expected = {f"{host} {label}": value for label in labels for host, value in values_of(runs, command, label).items()}
    assert len(expected) >= 4
    assert both.last(title) == [expected, expected]


def test_the_share_of_failed_requests_is_at_most_what_the_plugin_would_say(both):
    for found in both.ask("Failed requests, at most"):
        shares = {legend: points[-1][1] for legend, points in found.items()}
        assert shares == pytest.approx({"kms01 Windows": 0, "kms02 Windows": 50, "kms03 Windows": 100})


def test_requests_grow_by_what_came_within_six_hours(both):
    # Whole buckets: 24 checks of 4 requests.  Prometheus counts from first to last sample and stretches that a little.
    for found in both.ask("Requests"):
        _, value = found["kms01 requests_total"][-2]
        assert value == pytest.approx(96, abs=5)
        assert found["kms02 requests_failed"][-2][1] == pytest.approx(24, abs=2)


def test_machines_are_counted_day_by_day(both, runs, end):
    machines = values_of(runs, "kms_client", "products_failing")
    failing = len([value for value in machines.values() if value > 0])
    for index, before, after in (0, 0, failing), (1, len(machines), len(machines)):
        for found in both.ask("Failing and judged machines", index):
            (_, points), = found.items()
            # None is a number too: the days before have points.
            assert points[-1][1] == after
            earlier = {value for when, value in points if end - 3 * DAY <= when < end - 2 * DAY}
            assert earlier == {before}


def test_the_choice_of_a_machine_offers_all_of_them(influx, prom, runs):
    expected = {host for host, _ in runs}
    query = {name: variable["query"] for name, dashboard in DASHBOARDS.items()
             for variable in dashboard["templating"]["list"] if variable["name"] == "host"}
    assert {value for series in influx.query(query["influxdb"]) for _, value in series["values"]} == expected
    selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query["prometheus"]["query"]).groups()
    assert set(prom.ask(f"label/{label}/values", **{"match[]": selector})) == expected


def test_every_metric_is_printed_by_its_plugin(runs):
    printed = {(command, label) for (_, command), metrics in runs.items() for label in metrics}
    asked = {(command, label) for title in TITLES for target in panels("prometheus")[title]["targets"]
             for command, labels in re.findall(r'command_name="(\w+)", perfdata_label=~?"([\w|]+)"', target["expr"])
             for label in labels.split("|")}
    assert len(asked) > 15 and asked - printed == set()


# ---- as Icinga really writes it


def test_icinga_writes_what_the_dashboards_ask_for(runs):
    machines = {"kms01": "kms_host", "wks-025": "kms_client"}
    expected = lab_history.points_of(runs, machines)
    with influxdb() as store, icinga_writing_to(store.port, machines):
        # The idle time is there from the second run on.
        wait_for(lambda: set(store.points(machines)) >= set(expected), "Icinga has checked all and sent it", 60)
        found = store.points(machines)
    assert set(found) == set(expected)
    steady = {line for line in expected if "metric=time " not in line and "metric=idle" not in line}
    assert {line: found[line] for line in steady} == {line: expected[line] for line in steady}
