# SPDX-License-Identifier: MIT
"""The Grafana dashboards: what is checked in is what dashboards.py writes, both show the same, and every metric that
they ask for is a documented one."""
import importlib.util
import itertools
import json
import re
import subprocess
import sys

import pytest

from conftest import ROOT

FOLDER = ROOT / "packaging/grafana"
SCRIPT = FOLDER / "dashboards.py"
NAMES = ["influxdb", "prometheus"]
UNITS = {"short", "s", "percent", "suffix: days"}  # as Grafana calls them


def load_script():
    spec = importlib.util.spec_from_file_location("dashboards", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its data classes look themselves up
    spec.loader.exec_module(module)
    return module


dashboards = load_script()
ASKS = [ask for row in dashboards.ROWS for panel in row.panels for ask in panel.asks]


def text_of(name):
    return (FOLDER / f"kms-monitoring-{name}.json").read_text(encoding="ascii")


def panels_of(name):
    return json.loads(text_of(name))["panels"]


@pytest.mark.parametrize("name", NAMES)
def test_dashboard_is_up_to_date(name):
    written = subprocess.run([sys.executable, str(SCRIPT), name], capture_output=True, text=True, check=True).stdout
    assert text_of(name) == written, "run packaging/grafana/dashboards.py and look at the difference"


def test_another_store_is_a_usage_error():
    done = subprocess.run([sys.executable, str(SCRIPT), "graphite"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "") and "usage" in done.stderr


def documented(command):
    """The labels of PERFORMANCE DATA in the manual."""
    manual = (ROOT / f"packaging/man/check_{command}.1").read_text().replace("\\-", "-")
    section = manual.split(".SH PERFORMANCE DATA", 1)[1].split(".SH", 1)[0]
    labels = {label for line in re.findall(r"^\\fB(.*)\\fR$", section, re.MULTILINE) for label in line.split(", ")}
    has_office = any("..._office" in label for label in labels)
    return labels | ({f"{label}_office" for label in labels} if has_office else set())


@pytest.mark.parametrize("command", ["kms_host", "kms_client", "kms_reach"])
def test_every_metric_is_documented(command):
    asked = {metric for ask in ASKS if ask.command.name == command for metric in ask.metrics}
    assert len(asked) >= 3 and asked - documented(command) == set()


def test_what_the_dashboards_are_for_is_shown():
    asked = {(ask.command.name, metric) for ask in ASKS for metric in ask.metrics}
    assert asked >= {
        *(("kms_host", metric) for metric in ("count", "count_headroom", "requests_failed", "idle")),
        *(("kms_client", metric) for metric in ("lease_days", "products_failing")),
        *(("kms_reach", metric) for metric in ("targets_usable", "time_dns", "time_connect", "time_bind",
                                               "time_probe"))}


def test_both_dashboards_have_the_same_panels():
    def shown_by(name):
        return [{key: value for key, value in panel.items()
                 if key not in ("targets", "datasource", "transformations", "interval")} for panel in panels_of(name)]

    assert shown_by("influxdb") == shown_by("prometheus")


@pytest.mark.parametrize("name", NAMES)
def test_panels_have_places_of_their_own(name):
    panels = panels_of(name)
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    cells = [cell for place in (panel["gridPos"] for panel in panels)
             for cell in itertools.product(range(place["x"], place["x"] + place["w"]),
                                           range(place["y"], place["y"] + place["h"]))]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24
    # Without a gap: every row is full.
    assert len(cells) == 24 * (max(y for _, y in cells) + 1)


def sources_in(value):
    if isinstance(value, dict):
        yield from (source for key, source in value.items() if key == "datasource")
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from sources_in(part)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_bound_to_the_site_where_it_was_made(name):
    dashboard = json.loads(text_of(name))
    assert dashboard["id"] is None and dashboard["uid"] == f"kms-monitoring-{name}"
    assert {json.dumps(source, sort_keys=True) for source in sources_in(dashboard)} == {
        json.dumps({"type": name, "uid": "${datasource}"})}
    assert [variable["name"] for variable in dashboard["templating"]["list"]] == ["datasource", "host"]


@pytest.mark.parametrize("panel", [panel for panel in panels_of("influxdb") if panel["type"] != "row"],
                         ids=lambda panel: panel["title"])
def test_a_panel_is_explained_and_readable(panel):
    # As all texts of ours: what Nagios strips and Markdown reads is not in them.
    assert re.fullmatch(r"[A-Z0-9][^`~$&|'\"<>*\[\]]{60,400}\.", panel["description"]), panel["description"]
    defaults = panel["fieldConfig"]["defaults"]
    values = [step["value"] for step in defaults["thresholds"]["steps"]]
    assert defaults["unit"] in UNITS and values[0] is None and values[1:] == sorted(values[1:])
    assert ("timeFrom" in panel) == (panel["type"] in ("stat", "table"))
    assert ("interval" in panel) == (panel["type"] == "timeseries")


def test_the_readme_names_every_metric_and_panel():
    readme = (FOLDER / "README.md").read_text()
    titles = [panel["title"] for panel in panels_of("influxdb") if panel["type"] != "row"]
    assert [title for title in titles if f"\n| {title} |" not in readme] == []
    metrics = {metric.removesuffix("_office") for ask in ASKS for metric in ask.metrics}
    assert sorted(metric for metric in metrics if f"`{metric}`" not in readme) == []
