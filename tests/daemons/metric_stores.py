# SPDX-License-Identifier: MIT
"""The stores that Grafana asks, as Debian packages them: InfluxDB and Prometheus, each on free ports of loopback in a
folder of its own."""
import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

from conftest import ROOT

sys.path.append(str(ROOT / "tests/system"))
from real_servers import find_program, printed_by, rights, running, write  # noqa: E402

DATABASE = "icinga2"
PATIENCE = 20  # seconds for what takes milliseconds


def http(url, data=None):
    """The body of a reply; what the server has to say about an error is in the exception."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, data), timeout=PATIENCE) as reply:
            return reply.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{url}: {error.code} {error.read().decode('utf-8', 'replace')}") from None


# ---- InfluxDB


INFLUXDB = """reporting-disabled = true
bind-address = "127.0.0.1:{backup}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:{http}"
log-enabled = false
"""


class Influx:
    def __init__(self, port):
        self.port = port

    def url(self, path, **words):
        return f"http://127.0.0.1:{self.port}/{path}?{urllib.parse.urlencode({'db': DATABASE, **words})}"

    def write(self, lines):
        http(self.url("write", precision="s"), "\n".join(lines).encode("ascii"))

    def query(self, text, epoch="ms"):
        """The series of one statement, each with name, tags, columns and values."""
        body = http(self.url("query", epoch=epoch), urllib.parse.urlencode({"q": text}).encode("ascii"))
        result, = json.loads(body)["results"]
        assert "error" not in result, f"{text}: {result}"
        return result.get("series", [])

    def points(self, machines):
        """Line protocol up to the value, and the last value, of what is stored of these machines' check commands."""
        found = {}
        for series in self.query("SELECT * FROM " + ", ".join(sorted(set(machines.values())))):
            for row in series["values"]:
                point = dict(zip(series["columns"], row))
                unit = f'unit="{point["unit"]}",' if point.get("unit") else ""
                found[f'{series["name"]},hostname={point["hostname"]},service={point["service"]},'
                      f'metric={point["metric"]} {unit}'] = point["value"]
        return found


@contextlib.contextmanager
def influxdb():
    program = find_program("influxd", "influxdb")

    def prepare(folder, ports):
        text = INFLUXDB.format(folder=folder, http=ports[0], backup=ports[1])
        return [program, "-config", write(folder / "influxdb.conf", text)]

    with running("influxdb", 2, prepare) as server:
        store = Influx(server.port)
        store.query(f"CREATE DATABASE {DATABASE}")
        yield store


# ---- Prometheus


class Prometheus:
    def __init__(self, port):
        self.port = port

    def ask(self, path, **words):
        reply = json.loads(http(f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(words)}"))
        assert reply["status"] == "success", reply
        return reply["data"]

    def query(self, text, when):
        return self.ask("query", query=text, time=when)["result"]

    def query_range(self, text, start, end, step):
        return self.ask("query_range", query=text, start=start, end=end, step=step)["result"]


@contextlib.contextmanager
def prometheus(lines):
    """With a history, in the text form of OpenMetrics."""
    program, tool = find_program("prometheus", "prometheus"), find_program("promtool", "prometheus")

    def prepare(folder, ports):
        history = write(folder / "history.txt", "\n".join([*lines, "# EOF", ""]))
        data = folder / "data"
        data.mkdir(exist_ok=True)
        if rights():
            os.chown(data, rights()["user"], rights()["group"])
        subprocess.run([tool, "tsdb", "create-blocks-from", "openmetrics", history, data], check=True,
                       capture_output=True, cwd=folder, **rights())
        write(folder / "prometheus.yml", "{}\n")
        return [program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={data}",
                "--storage.tsdb.retention.time=30d", f"--web.listen-address=127.0.0.1:{ports[0]}"]

    with running("prometheus", 1, prepare, is_ready=lambda server: "Server is ready" in printed_by(server)) as server:
        yield Prometheus(server.port)
