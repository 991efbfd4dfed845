# SPDX-License-Identifier: MIT
"""How the result leaves the plugin: written whole or exit 3, last words on SIGTERM, and both formats as others parse
them."""
import contextlib
import fcntl
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import threading

import pytest

import documents
from conftest import BUILD
from machine import DAY, client, document, host, host_document, office
from processes import end, is_gone, wait_for, wait_for_file

HOST, CLIENT = "check_kms_host", "check_kms_client"


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(document(client()), encoding="ascii")
    return path


@pytest.fixture
def long_report(tmp_path):
    """A document whose report is some 100 kB long, more than a pipe holds."""
    rows = [client(Name=f"Product {index}", ID=str(index), GracePeriodRemaining=20 * DAY) for index in range(600)]
    path = tmp_path / "long.json"
    path.write_text(document(*rows), encoding="ascii")
    return path


def shell(command, *words, **options):
    return subprocess.run(["/bin/sh", "-c", command, "sh", *map(str, words)], capture_output=True, check=False,
                          timeout=20, **options)


# ---- written whole, or exit 3


@pytest.mark.parametrize("words", [[], ["--help"], ["--version"], ["--zzz"], ["--output-format=json"], ["--exit-ok"],
                                   ["--output-format=json", "--zzz"]])
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_a_result_that_does_not_arrive_exits_3(report, words, redirection):
    done = shell(f'"$@" {redirection}', BUILD / CLIENT, f"--input={report}", *words)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "<&-", "<&- 2>&-", "< /dev/null"])
def test_other_closed_streams_change_nothing(report, redirection):
    done = shell(f'"$@" {redirection}', BUILD / CLIENT, f"--input={report}")
    assert (done.returncode, done.stderr) == (0, b"") and done.stdout.startswith(b"KMS_CLIENT OK - "), done


def test_everything_closed_exits_3(report):
    assert shell('"$@" <&- >&- 2>&-', BUILD / CLIENT, f"--input={report}").returncode == 3


@pytest.mark.parametrize("redirection", ["<&-", "</dev/null", "<&- >&-"])
def test_closed_standard_input_is_an_empty_document(redirection):
    done = shell(f'"$@" {redirection}', BUILD / CLIENT, "--input=-")
    assert (done.returncode, done.stderr) == (3, b"")
    assert done.stdout == b"" if ">&-" in redirection else b"is empty" in done.stdout


def test_a_closed_stream_is_not_taken_by_the_document(report):
    """With stdout closed the next file would become descriptor 1 and receive the report."""
    before = report.read_bytes()
    report.chmod(0o600)
    shell('"$@" >&- <&- 2>&-', BUILD / CLIENT, f"--input={report}")
    shell('"$@" >&- <&- 2>&-', BUILD / CLIENT, "--agent=exec", "--", "cat", report)
    assert report.read_bytes() == before


@pytest.mark.parametrize("mode", ["a", "w", "r+"])
def test_into_a_file(report, tmp_path, mode):
    target = tmp_path / "out"
    target.write_text("earlier\n")
    with open(target, mode, encoding="ascii") as out:
        code = subprocess.run([BUILD / CLIENT, f"--input={report}"], stdout=out, check=False).returncode
    assert code == 0 and "KMS_CLIENT OK - WKS-001: " in target.read_text()


def test_a_reader_that_has_left_is_no_crash(report, long_report):
    for path in (report, long_report):
        for words in ([], ["--output-format=json"], ["--max-output=1000000"]):
            reader, writer = os.pipe()
            os.close(reader)
            with subprocess.Popen([BUILD / CLIENT, f"--input={path}", *words], stdout=writer,
                                  stderr=subprocess.PIPE) as child:
                os.close(writer)
                assert (child.stderr.read(), child.wait(timeout=10)) == (b"", 3)


def test_a_reader_that_leaves_early_is_no_crash(long_report):
    done = shell('{ "$@"; echo $? >&2; } | head -c 100', BUILD / CLIENT, f"--input={long_report}",
                 "--output-format=json")
    assert (len(done.stdout), done.stderr) == (100, b"3\n")


def read_slowly(descriptor, chunk, pause):
    """Reads with a rest after each chunk, as a worker with many plugins does."""
    got = b""
    while True:
        part = os.read(descriptor, chunk)
        if not part:
            return got
        got += part
        select.select([], [], [], pause)


@pytest.mark.parametrize(("words", "chunk", "pause"), [(["--max-output=9000"], 1000, 0.01),
                                                       (["--output-format=json"], 8192, 0.02),
                                                      (["--max-output=1000000"], 16384, 0.02)])
def test_more_than_4096_bytes_arrive_whole_at_a_slow_reader(long_report, words, chunk, pause):
    whole = subprocess.run([BUILD / CLIENT, f"--input={long_report}", *words], stdout=subprocess.PIPE,
                           check=False).stdout
    reader, writer = os.pipe()
    with subprocess.Popen([BUILD / CLIENT, f"--input={long_report}", *words], stdout=writer) as child:
        os.close(writer)
        got = read_slowly(reader, chunk, pause)
        assert child.wait(timeout=10) == 2
    os.close(reader)
    mask = re.compile(rb'time=[0-9.]+s|"value":[0-9.]+,"unit":"s"')
    assert len(got) > 4096 and mask.sub(b"", got) == mask.sub(b"", whole)


def test_the_plugin_stays_until_the_pipe_is_empty(long_report):
    """Nagios Core 4 reads 4096 bytes after a plugin has ended and drops the rest."""
    reader, writer = os.pipe()
    with subprocess.Popen([BUILD / CLIENT, f"--input={long_report}", "--max-output=20000"], stdout=writer) as child:
        os.close(writer)
        got = b""
        while not got.endswith(b"--max-age sets a limit\n"):
            if len(got) < 15000:
                select.select([reader], [], [])
                assert child.poll() is None, f"left with {20000 - len(got)} bytes in the pipe"
            more = os.read(reader, 1000)
            assert more, "the last line never came"
            got += more
        assert child.wait(timeout=10) == 2
    os.close(reader)


def test_a_short_result_does_not_wait_for_its_reader(report):
    reader, writer = os.pipe()
    with subprocess.Popen([BUILD / CLIENT, f"--input={report}"], stdout=writer) as child:
        os.close(writer)
        assert child.wait(timeout=1) == 0
    os.close(reader)


@pytest.mark.parametrize("words", [["--output-format=json"], ["--max-output=1000000"], ["--max-output=9000"]])
def test_a_reader_that_never_reads_does_not_hold_the_plugin_for_ever(long_report, words):
    reader, writer = os.pipe()
    child = subprocess.Popen([BUILD / CLIENT, f"--input={long_report}", *words], stdout=writer)
    os.close(writer)
    try:
        code = child.wait(timeout=4)
    finally:
        child.kill()
        child.wait()
        os.close(reader)
    assert code == (2 if words[0] == "--max-output=9000" else 3)  # 9000 bytes fit into the pipe, they can still be read


def test_a_non_blocking_pipe_gets_everything(long_report):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen([BUILD / CLIENT, f"--input={long_report}", "--output-format=json"], stdout=writer) as child:
        os.close(writer)
        got = read_slowly(reader, 65536, 0.005)
        assert child.wait(timeout=10) == 2
    os.close(reader)
    assert json.loads(got)["exit_code"] == 2


# ---- last words


@contextlib.contextmanager
def running(*words):
    """A plugin whose standard input is silent."""
    reader, writer = os.pipe()
    child = subprocess.Popen([str(word) for word in words], stdin=reader, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    os.close(reader)
    try:
        yield child
    finally:
        os.close(writer)
        if child.poll() is None:
            child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()


def is_waiting(child):
    """The plugin sleeps in poll: it has read its options and set its handlers."""
    state = pathlib.Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    return state == "S" and "check_kms" in os.readlink(f"/proc/{child.pid}/exe")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("format_words", [[], ["--output-format=json"], ["--exit-ok"]])
def test_ended_while_reading_says_so_in_one_line(number, format_words):
    with running(BUILD / HOST, "--input=-", *format_words) as child:
        wait_for(lambda: is_waiting(child), "the plugin waits")
        child.send_signal(number)
        out, err = child.communicate(timeout=2)
    assert (child.returncode, err, out.count(b"\n")) == (3, b"", 1)
    if "json" in "".join(format_words):
        said = json.loads(out)
        assert said.pop("version") and "reading the document" in said.pop("summary")
        assert said == {"plugin": HOST, "state": "UNKNOWN", "exit_code": 3, "findings": [], "metrics": []}
    else:
        assert out.startswith(b"KMS_HOST UNKNOWN - ") and b"reading the document" in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("script", ["echo $$ > {pids}; sleep 60",
                                    "trap '' TERM INT HUP; echo $$ > {pids}; while :; do sleep 60; done",
                                    "sleep 60 & echo $$ $! > {pids}; wait",
                                    "(trap '' TERM; sleep 60) & echo $$ $! > {pids}; echo half a document; wait"])
def test_ended_while_a_program_runs_leaves_nothing_behind(tmp_path, number, script):
    pids = tmp_path / "pids"
    with running(BUILD / CLIENT, "--agent=exec", "--", "sh", "-c", script.format(pids=pids)) as child:
        left = [int(pid) for pid in wait_for_file(pids).split()]
        child.send_signal(number)
        out, err = child.communicate(timeout=2)
    assert (child.returncode, err, out.count(b"\n")) == (3, b"", 1)
    try:
        assert out.startswith(b"KMS_CLIENT UNKNOWN - ") and b"running the program" in out
        assert all(is_gone(pid) for pid in left)
    finally:
        end(left)


def test_a_stopped_plugin_is_not_early_for_its_own_alarm():
    """The alarm is a last resort behind the deadline: the deadline itself gives the better sentence."""
    with running(BUILD / CLIENT, "--input=-", "-t", "400ms") as child:
        out, _ = child.communicate(timeout=5)
    assert b"silent until the timeout" in out and b"ended from outside" not in out


# ---- JSON

STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
SIDES = {"client", "kms-host", "dns", "network", "microsoft", "monitoring"}
CASES = [
    (CLIENT, document(client())), (CLIENT, document(client(), office(GracePeriodRemaining=20 * DAY))),
    (CLIENT, document(client(LicenseStatus=5, LicenseStatusReason=0xC004F009, GracePeriodRemaining=0))),
    (CLIENT, document(client(LicenseStatus=2, LicenseStatusReason=0x4004F00C, GracePeriodRemaining=2 * DAY))),
    (CLIENT, document(client(LicenseStatus=9))), (CLIENT, document()), (CLIENT, "Error: 0xC004F014\n"),
    (CLIENT, "nonsense\n"),
    (CLIENT, document(client(Name='a "quoted" \\ <name> | with; all $ of ` it \u00e9\u2028\n\t\x01'))),
    (CLIENT, documents.document("wks-030", "slmgr")), (CLIENT, documents.document("wks-029", "slmgr")),
    (HOST, documents.document("kms01", "json")), (HOST, documents.document("kms03", "slmgr")),
    (HOST, host_document(host(KeyManagementServiceCurrentCount=50), KeyManagementServiceLowPriority=True)),
    (HOST, "{}"),
]
IDS = [f"{index}-{program}" for index, (program, _) in enumerate(CASES)]


def text(value, may_be_null=False):
    return (value is None and may_be_null) or (isinstance(value, str) and value != "" and value.isprintable())


def keys(value, *names):
    assert list(value) == list(names), value
    return True


def check_code(code):
    assert keys(code, "code", "symbol", "brief", "meaning", "cause", "steps", "side")
    assert re.fullmatch("0x[0-9A-F]{8}", code["code"])
    assert text(code["symbol"], True) and text(code["brief"]) and len(code["brief"]) <= 40
    assert text(code["meaning"]) and len(code["meaning"]) <= 90 and text(code["cause"], True)
    assert isinstance(code["steps"], list) and all(text(step) for step in code["steps"])
    assert code["side"] in SIDES


def check_finding(finding):
    assert keys(finding, "rule", "state", "subject", "text", "impact", "urgency", "code", "findings")
    assert re.fullmatch("[a-z-]+", finding["rule"]) and finding["state"] in STATES
    assert text(finding["subject"], True) and text(finding["text"])
    is_bad = finding["state"] != "OK"
    assert text(finding["impact"], not is_bad), finding
    assert finding["urgency"] in (["now", "day", "week"] if is_bad else [None]), finding
    if finding["code"] is not None:
        check_code(finding["code"])
    for part in finding["findings"]:
        check_finding(part)


def check_metric(metric):
    assert keys(metric, "label", "value", "unit", "warning", "critical", "min", "max")
    assert re.fullmatch("[a-z0-9_]+", metric["label"])
    assert isinstance(metric["value"], (int, float)) and not isinstance(metric["value"], bool)
    assert metric["unit"] in (None, "s", "c", "%")
    for limit in ("warning", "critical"):
        assert metric[limit] is None or range_of(metric[limit])
    for limit in ("min", "max"):
        assert metric[limit] is None or isinstance(metric[limit], int)


@pytest.mark.parametrize(("program", "stdin"), CASES, ids=IDS)
def test_json_has_the_documented_shape(plugin, program, stdin):
    result = plugin(program, "--input=-", "--output-format=json", stdin=stdin)
    assert result.out.count("\n") == 1 and result.out.endswith("}\n")
    report = json.loads(result.out, object_pairs_hook=no_twins)
    assert keys(report, "plugin", "version", "state", "exit_code", "summary", "findings", "metrics")
    assert (report["plugin"], report["exit_code"]) == (program, result.code)
    assert report["state"] == STATES[result.code] and text(report["version"]) and text(report["summary"])
    for finding in report["findings"]:
        check_finding(finding)
    for metric in report["metrics"]:
        check_metric(metric)
    order = {"CRITICAL": 0, "WARNING": 1, "UNKNOWN": 2, "OK": 3}
    ranks = [order[finding["state"]] for finding in report["findings"]]
    assert ranks == sorted(ranks) and report["state"] == report["findings"][0]["state"]
    assert report["metrics"][-1]["label"] == "time"
    assert not set(result.out) & set("|<>`$")


def no_twins(pairs):
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


@pytest.mark.parametrize(("program", "stdin"), CASES, ids=IDS)
def test_both_formats_say_the_same(plugin, program, stdin):
    plain = plugin(program, "--input=-", stdin=stdin)
    report = json.loads(plugin(program, "--input=-", "--output-format=json", stdin=stdin).out)
    assert plain.line.startswith(f"{plain.line.split()[0]} {report['state']} - ")
    said = plain.line.split(" - ", 1)[1]
    assert said == report["summary"] or report["summary"].startswith(said.removesuffix("..")[:60])
    assert sum(line.startswith(" \\_ [") for line in plain.details) == len(report["findings"])
    for line, finding in zip([line for line in plain.details if line.startswith(" \\_ [")], report["findings"]):
        assert line.startswith(f" \\_ [{finding['state']}] {finding['rule']}: ")
        assert finding["text"] in line or finding["text"][:100] in line
    for metric in report["metrics"]:
        shown = plain.metrics[metric["label"]].split(";") + [""] * 4
        value = re.fullmatch("(-?[0-9.]+)(.*)", shown[0])
        if metric["label"] != "time":
            assert float(value.group(1)) == metric["value"]
        assert value.group(2) == (metric["unit"] or "")
        assert shown[1:5] == ["" if metric[key] is None else str(metric[key]) for key in ("warning", "critical", "min",
                                                                                          "max")]


def test_advice_with_a_code_is_in_the_json(plugin):
    report = json.loads(plugin(HOST, "--input=-", "--output-format=json",
                               stdin=host_document(host(KeyManagementServiceCurrentCount=3))).out)
    code = report["findings"][0]["code"]
    assert (code["code"], code["symbol"]) == ("0xC004F038", "SL_E_VL_NOT_ENOUGH_COUNT") and len(code["steps"]) > 1


# ---- performance data

NUMBER = r"-?\d+(?:\.\d+)?"
ITEM = re.compile(rf"([a-z0-9_]+)=({NUMBER})(s|c|%|)(?:;([^; ]*))?(?:;([^; ]*))?(?:;({NUMBER})?)?(?:;({NUMBER})?)?")
RANGE = re.compile(rf"@?(?:(~|{NUMBER}):)?({NUMBER})?")


def range_of(limit):
    """The start and end of a range by the guidelines; an AssertionError when it is none."""
    found = RANGE.fullmatch(limit)
    assert found and limit.strip("@"), limit
    start, end = found.groups()
    low = float("-inf") if start == "~" else float(start) if start else 0.0
    high = float(end) if end else float("inf")
    assert low <= high, limit
    return low, high


@pytest.mark.parametrize(("program", "stdin"), CASES, ids=IDS)
def test_performance_data_parse_again(plugin, program, stdin):
    result = plugin(program, "--input=-", stdin=stdin)
    first = result.out.split("\n", 1)[0]
    assert result.out.count("|") == 1 and first.count(" | ") == 1
    items = first.split(" | ")[1].split(" ")
    labels = [ITEM.fullmatch(item).group(1) for item in items]
    assert len(set(labels)) == len(labels) and labels[-1] == "time"
    for item in items:
        _, value, _, warning, critical, low, high = ITEM.fullmatch(item).groups()
        assert not item.endswith(";")
        for limit in (warning, critical):
            if limit:
                range_of(limit)
        if low and high:
            assert float(low) <= float(high)
        assert not low or float(value) >= float(low)


def test_limits_agree_with_the_state(plugin):
    """What a graph marks as bad is what the plugin called bad."""
    for count in (0, 4, 5, 24, 25, 29, 30, 50):
        for words in ([], ["--floor=25"], ["--floor=5"], ["-w", "40:", "-c", "20:"], ["-w", "@30:50"]):
            result = plugin(HOST, "--input=-", *words,
                            stdin=host_document(host(KeyManagementServiceCurrentCount=count)))
            value, warning, critical = result.metrics["count"].split(";")[:3]
            expected = 2 if alerts(critical, float(value)) else 1 if alerts(warning, float(value)) else 0
            assert result.code == expected, (words, result)


def alerts(limit, value):
    low, high = range_of(limit)
    return (low <= value <= high) == limit.startswith("@")


# ---- whoever starts the plugin


@pytest.mark.parametrize("environment", [{}, {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE"}, {"LC_ALL": "C.UTF-8"},
                                         {"TZ": "Asia/Kolkata"},
                                         {"TZ": "America/New_York", "LC_NUMERIC": "fr_FR.UTF-8"}, {"PATH": ""}])
def test_environment_changes_nothing(environment):
    """Numbers have a point, dates are in UTC, whatever the daemon inherited."""
    data = document(client(GracePeriodRemaining=20 * DAY)).encode()
    outputs = {re.sub(rb"time=\S+", b"", subprocess.run([BUILD / CLIENT, "--input=-"], input=data, capture_output=True,
                                                        check=False,
                                                        env=variables).stdout) for variables in ({"LC_ALL": "C"},
                                                                                                 environment)}
    assert len(outputs) == 1 and b"2026-03-22" in outputs.pop()


def test_many_at_once_do_not_disturb_each_other(report):
    """As a daemon starts them."""
    results = []

    def start():
        results.append(subprocess.run([BUILD / CLIENT, f"--input={report}"], capture_output=True,
                                      check=False).returncode)

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0] * 20


def test_no_file_is_left_open_or_written(report, tmp_path):
    """The plugin keeps no state: its folder and its home are as they were."""
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run([BUILD / CLIENT, f"--input={report}"], cwd=home, env={"HOME": str(home), "TMPDIR": str(home)},
                   check=True,
                   stdout=subprocess.DEVNULL)
    assert list(home.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_neither_network_library_is_loaded(report):
    for program in (HOST, CLIENT):
        done = subprocess.run(["ldd", BUILD / program], capture_output=True, text=True, check=True)
        assert not re.search("curl|netsnmp|cares|crypto", done.stdout), done.stdout


def test_pipe_size_is_what_the_tests_assume():
    reader, writer = os.pipe()
    assert fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ) <= 65536
    os.close(reader), os.close(writer)
