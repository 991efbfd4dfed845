# SPDX-License-Identifier: MIT
"""--agent=exec: a program without a shell, under our deadline, with everything that it may do wrong; wrappers as
people write them around ssh; and a real NRPE server."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

import pytest

import documents
from machine import client, document, edit, host_document, host
from processes import end, is_gone, wait_for, wait_for_file

HOST, CLIENT = "check_kms_host", "check_kms_client"
HEALTHY = documents.document("wks-001", "slmgr")


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(document(client()), encoding="ascii")
    return path


def script(folder, text, name="wrapper.sh"):
    path = folder / name
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)
    return path


def check(plugin, *words, options=(), program=CLIENT, **named):
    return plugin(program, "--agent=exec", *options, "--", *map(str, words), **named)


def run_script(plugin, text, *arguments, **named):
    return check(plugin, "sh", "-c", text, "sh", *arguments, **named)


# ---- words without a shell


def test_the_output_of_the_program_is_the_document(plugin, report):
    assert check(plugin, "cat", report).code == 0
    assert check(plugin, "/bin/cat", report).code == 0
    assert run_script(plugin, 'cat "$1"', report).code == 0


@pytest.mark.parametrize("word", ["two words", "", "$HOME", "$(id)", "`id`", '"quoted"', "it's", "*", "~", "a;b", "a|b",
                                  "a&b", "a>b",
                                  "back\\slash", "\\n", "-", "--", "-H", "--output-format=json", "--help", "#",
                                  "line\nbreak", "\ttab",
                                  "caf\u00e9", "%s", "{code}", "!x", "a,b", "@file"])
def test_every_word_arrives_as_it_was_written(plugin, tmp_path, word):
    seen = tmp_path / "seen"
    keep = script(tmp_path, f'for word do printf "%s\\0" "$word"; done > {seen}\necho nothing\n')
    check(plugin, keep, "first", word, "last")
    assert seen.read_bytes() == b"first\0" + word.encode() + b"\0last\0"


def test_the_program_has_no_standard_input_and_the_environment_of_the_caller(plugin, tmp_path, report):
    seen = tmp_path / "seen"
    text = f'cat > {seen}; echo "$KMS_TEST $0" >> {seen}; cat {report}'
    assert run_script(plugin, text, env={"KMS_TEST": "here"}, stdin="not for the program").code == 0
    assert seen.read_text() == "here sh\n"


def test_only_its_three_streams_are_open_in_the_program(plugin, tmp_path):
    seen = tmp_path / "seen"
    run_script(plugin, f"ls -l /proc/self/fd > {seen}")
    descriptors = re.findall(r" (\d+) -> ", seen.read_text())
    assert [number for number in descriptors if int(number) > 3] == []  # 3 is the folder that ls itself reads


def signal_masks(status):
    return {name: int(mask, 16) for name, mask in re.findall(r"(?m)^Sig(Blk|Ign|Cgt):\s+(\w+)$", status.read_text())}


def test_signals_are_as_a_program_expects_them(plugin, tmp_path):
    """A program that inherits ignored or blocked signals behaves in ways that nobody finds."""
    seen = tmp_path / "seen"
    run_script(plugin, f"cat /proc/self/status > {seen}")
    masks = signal_masks(seen)
    standard = (1 << 31) - 1  # signals 1 to 31; those above belong to the C library and come with the environment
    inherited = signal_masks(pathlib.Path("/proc/self/status"))["Ign"]  # what a shell in the background makes us ignore
    assert masks["Blk"] & standard == 0 and masks["Ign"] & standard & ~inherited == 0


def test_own_process_group(plugin, tmp_path):
    seen = tmp_path / "seen"
    run_script(plugin, f"cut -d' ' -f1,5 /proc/$$/stat > {seen}")
    pid, group = seen.read_text().split()
    assert pid == group != str(os.getpgrp())


# ---- deadline


def ended_at_the_deadline(plugin, text, pids, *options):
    started = time.monotonic()
    result = run_script(plugin, text, options=["-t", "400ms", *options])
    elapsed = time.monotonic() - started
    left = wait_for_file(pids).split()
    try:
        assert 0.35 < elapsed < 1.4, elapsed
        assert all(is_gone(int(pid)) for pid in left)
    finally:
        end(left)
    return result


@pytest.mark.parametrize("text", [
    "echo $$ > {pids}; sleep 50",
    "echo $$ > {pids}; exec sleep 50",
    "sleep 50 & echo $$ $! > {pids}; wait",
    "(sleep 50 & sleep 50 & echo $! > {more}; wait) & echo $$ $! $(while ! cat {more} 2>/dev/null; do :; done) > {pids}; wait",
    "trap '' TERM HUP INT; sleep 50 & echo $$ $! > {pids}; while :; do sleep 50; done",
    "echo half a; echo $$ > {pids}; sleep 50",
    "exec >&- 2>&-; echo $$ > {pids}; sleep 50",
    "exec 2>&-; sleep 50 & echo $$ $! > {pids}; exec >&-; wait",
    "cat {report}; echo $$ > {pids}; sleep 50",
    "echo $$ > {pids}; while :; do echo waiting >&2; sleep 0.05; done",
])
def test_a_silent_program_is_ended_at_the_deadline_with_all_that_it_started(plugin, tmp_path, report, text):
    pids = tmp_path / "pids"
    result = ended_at_the_deadline(plugin, text.format(pids=pids, more=tmp_path / "more", report=report), pids)
    assert result.code == 3 and "sh did not end before the timeout" in result.line, result


def test_the_state_of_the_deadline_can_be_chosen(plugin, tmp_path):
    pids = tmp_path / "pids"
    assert ended_at_the_deadline(plugin, f"echo $$ > {pids}; sleep 50", pids, "--timeout-result=critical").code == 2


def test_what_the_program_said_is_in_the_sentence_of_the_deadline(plugin, tmp_path):
    pids = tmp_path / "pids"
    result = ended_at_the_deadline(plugin, f"echo connecting to wks-001 >&2; echo $$ > {pids}; sleep 50", pids)
    assert "connecting to wks-001" in result.line, result


def test_a_program_that_ends_in_time_is_not_disturbed(plugin, tmp_path, report):
    """It asks for a polite end and still has the time to give it: nothing is ended before the deadline."""
    assert run_script(plugin, f"sleep 0.2; cat {report}", options=["-t", "5"]).code == 0


def test_endless_output_is_bounded(plugin, tmp_path):
    started = time.monotonic()
    result = check(plugin, "yes", "Name: Windows")
    assert result.code == 3 and "more than 8 MiB" in result.line, result
    assert time.monotonic() - started < 5


def test_endless_complaints_do_not_hold_the_program_up(plugin, report):
    assert run_script(plugin, f"head -c 3000000 /dev/zero | tr '\\0' x >&2; cat {report}").code == 0


# ---- failures


@pytest.mark.parametrize(("text", "held"), [
    ("echo 'cannot reach wks-001' >&2; exit 255", ["failed with status 255", "cannot reach wks-001"]),
    ("echo 'CRITICAL - Socket timeout'; exit 2", ["failed with status 2", "CRITICAL - Socket timeout"]),
    ("exit 1", ["failed with status 1", "said nothing"]),
    ("kill -9 $$", ["signal 9"]),
    ("kill -SEGV $$", ["signal 11"]),
    ("echo 'nothing found' >&2", ["printed nothing", "nothing found"]),
    ("printf '\\033[31mred | <b> $x\\n' >&2; exit 7", ["failed with status 7", "red"]),
    ("printf '\\377\\376 caf\\303\\251\\n' >&2; exit 7", ["failed with status 7", "caf?"]),
    ("printf '%0300d\\n' 7 >&2; exit 9", ["failed with status 9", "0000"]),
])
def test_status_and_complaint_are_in_the_sentence(plugin, text, held):
    result = run_script(plugin, text)
    assert result.code == 3 and [word for word in held if word not in result.line] == [], result
    assert len(result.line) <= 160 and result.out.count("|") == 1


@pytest.mark.parametrize(("words", "held"), [
    (["no-such-program-here"], "cannot start no-such-program-here: No such file or directory"),
    (["/no/such/program"], "cannot start /no/such/program: No such file or directory"),
    (["/"], "cannot start /: Permission denied"), (["/etc/passwd"], "cannot start /etc/passwd: Permission denied"),
    ([""], "cannot start")])
def test_a_program_that_cannot_be_started_is_named(plugin, words, held):
    result = check(plugin, *words)
    assert result.code == 3 and held in result.line, result


def test_a_file_that_is_no_program_is_named(plugin, tmp_path):
    path = tmp_path / "text"
    path.write_text("no program\n")
    path.chmod(0o755)
    assert "cannot start" in check(plugin, path).line or "failed with status" in check(plugin, path).line


@pytest.mark.parametrize("status", [1, 2, 3, 255])
def test_a_healthy_document_of_a_program_that_failed_is_not_believed(plugin, report, status):
    result = run_script(plugin, f"cat {report}; exit {status}")
    assert result.code == 3 and f"failed with status {status}" in result.line, result


def test_an_error_document_is_explained_although_the_program_failed(plugin):
    """slmgr.vbs prints its error on standard output; the report script exits 3 with it."""
    for status in (0, 1, 3, 255):
        result = run_script(plugin, f"echo 'Error: 0xC004F014 The product key is not available'; exit {status}")
        assert result.code == 3 and "0xC004F014 no product key installed" in result.line, result
        assert "    do: 1. " in result.out


def test_output_that_is_cut_in_a_line_is_not_read_to_its_end(plugin):
    """The last line has no newline: what it says may be half of the truth."""
    cut = edit(HEALTHY, ("258780 minute(s) (180 day(s))\r\n",
                         "258780 minute(s)\r\n")).split("minute(s)")[0] + "minute(s)"
    result = run_script(plugin, 'printf "%s" "$1"', cut)
    assert result.code == 3 and "GracePeriodRemaining" in result.line, result
    assert run_script(plugin, 'printf "%s\\n" "$1"', cut).code == 0
    cut = documents.document("kms01", "slmgr").split("Current count: 26")[0] + "Current count: 2"
    result = run_script(plugin, 'printf "%s" "$1"', cut, program=HOST)
    assert result.code == 3 and "KeyManagementServiceCurrentCount" in result.line, result


def test_json_needs_no_newline_because_it_is_closed(plugin):
    assert run_script(plugin, 'printf "%s" "$1"', document(client()).strip()).code == 0
    assert run_script(plugin, 'printf "%s" "$1"', document(client()).strip()[:-1]).code == 3


# ---- wrappers as people write them


def test_a_banner_on_standard_error_does_not_matter(plugin, tmp_path, report):
    wrapper = script(tmp_path, f"echo '*** Authorized use only. | All is logged. ***' >&2\ncat {report}\n")
    result = check(plugin, wrapper)
    assert result.code == 0 and "Authorized" not in result.out, result


def test_output_is_whole_only_at_its_end(plugin, tmp_path):
    """A program that ends while what it started still writes: the part that comes late must not be lost."""
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text(HEALTHY, encoding="ascii", newline="")
    second.write_text(HEALTHY.replace("License Status: Licensed", "License Status: Unlicensed"), encoding="ascii", newline="")
    wrapper = script(tmp_path, f"(cat {first}; sleep 0.3; cat {second}) &\nsleep 0.1\n")
    result = check(plugin, wrapper)
    assert result.code == 2 and result.metrics["products"] == "2", result


def test_a_background_process_that_keeps_standard_error_open_is_not_waited_for(plugin, tmp_path, report):
    """The shared connection of ssh (ControlPersist) stays behind with standard error open."""
    pids = tmp_path / "pids"
    wrapper = script(tmp_path, f"sleep 50 >&- &\necho $! > {pids}\ncat {report}\n")
    started = time.monotonic()
    result = check(plugin, wrapper)
    left = wait_for_file(pids).split()
    try:
        assert result.code == 0 and time.monotonic() - started < 2, result
        assert all(is_gone(int(pid)) for pid in left)
    finally:
        end(left)


def test_all_output_of_a_program_that_has_ended_is_read(plugin, tmp_path):
    """Two megabytes in the pipe of a program that ends at once, with a background process behind it."""
    rows = [client(Name=f"Product {index} " + "x" * 1000, ID=str(index)) for index in range(900)]
    path = tmp_path / "large.json"
    path.write_text(document(*rows), encoding="ascii")
    pids = tmp_path / "pids"
    wrapper = script(tmp_path, f"sleep 50 >&- &\necho $! > {pids}\nexec cat {path}\n")
    result = check(plugin, wrapper)
    end(wait_for_file(pids).split())
    assert (result.code, result.metrics["products"]) == (0, "900"), result


def test_ssh_that_is_refused_says_why(plugin, tmp_path):
    wrapper = script(tmp_path, "echo 'monitoring@wks-001: Permission denied (publickey).' >&2\nexit 255\n", "ssh")
    result = check(plugin, wrapper, "wks-001", options=["-H", "wks-001"])
    assert result.line == ("KMS_CLIENT UNKNOWN - wks-001: nothing judged: ssh failed with status 255: "
                           "monitoring@wks-001: Permission denied (publickey)."), result


def test_a_program_is_found_in_the_path(plugin, tmp_path, report):
    script(tmp_path, f"cat {report}\n", "check_fake_nrpe")
    assert check(plugin, "check_fake_nrpe", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}).code == 0


def test_windows_text_in_utf_16_through_a_program(plugin, tmp_path):
    path = tmp_path / "report.txt"
    path.write_bytes(b"\xff\xfe" + HEALTHY.encode("utf-16-le"))
    assert check(plugin, "cat", path).code == 0


def test_another_machine_answers(plugin, report):
    assert check(plugin, "cat", report, options=["-H", "wks-002"]).code == 3


def test_notes_name_the_program(plugin, report):
    result = check(plugin, "cat", report, options=["-v"])
    assert any("asked: program cat, " in line for line in result.details), result


# ---- a real NRPE server

NRPE, CHECK_NRPE = "/usr/sbin/nrpe", "/usr/lib/nagios/plugins/check_nrpe"
DOCUMENTS = {
    "client_text": HEALTHY, "client_json": documents.document("wks-001", "json"),
    "ill_text": documents.document("wks-025", "slmgr"),
    "host_json": documents.document("kms01", "json"), "host_text": documents.document("kms02", "slmgr"),
    "large": host_document(*[host(ID=str(index)) for index in range(40)])}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def nrpe():
    """A server of its own on loopback; yields the words for check_nrpe.  Started by root it runs as nobody."""
    for program in (NRPE, CHECK_NRPE):
        if not os.access(program, os.X_OK):
            pytest.skip(f"{program} is not installed (nagios-nrpe-server, nagios-nrpe-plugin)")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kms-nrpe-"))
    folder.chmod(0o755)
    commands = {name: f"/bin/cat {folder}/{name}" for name in DOCUMENTS} | {
        "failing": "/bin/cat /no/such/report", "unable": "/no/such/program", "silent": "/bin/sleep 50"}
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="ascii", newline="")
        (folder / name).chmod(0o644)
    port = free_port()
    settings = ["log_file=/dev/null", f"pid_file={folder}/nrpe.pid", "server_address=127.0.0.1", f"server_port={port}",
                "allowed_hosts=127.0.0.1", "dont_blame_nrpe=0", "command_timeout=20"]
    if os.geteuid() == 0:
        settings += ["nrpe_user=nobody", "nrpe_group=nogroup"]
    config = folder / "nrpe.cfg"
    config.write_text("\n".join(settings + [f"command[{name}]={line}" for name, line in commands.items()]) + "\n")
    config.chmod(0o644)
    server = subprocess.Popen([NRPE, "-c", config, "-f", "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: answers(port) or server.poll() is not None, "nrpe listens")
        assert server.poll() is None, server.stderr.read()
        assert (folder / "nrpe.pid").read_text().strip() == str(server.pid)
        assert os.stat(f"/proc/{server.pid}").st_uid != 0, "the server runs as root"
        yield [CHECK_NRPE, "-n", "-H", "127.0.0.1", "-p", str(port)]
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stderr.close()
        shutil.rmtree(folder)


def ask(plugin, nrpe, command, *options, program=CLIENT, words=()):
    return check(plugin, *nrpe, *words, "-c", command, program=program, options=options)


@pytest.mark.parametrize(("program", "command", "options", "code"), [
    (CLIENT, "client_text", ["-H", "wks-001"], 0), (CLIENT, "client_json", ["-H", "wks-001"], 0),
    (CLIENT, "ill_text", [], 2),
    (HOST, "host_json", ["-H", "kms01", "--floor=25"], 1), (HOST, "host_text", ["--floor=25"], 2),
    (CLIENT, "client_json", ["-H", "wks-2"], 3)])
def test_nrpe_carries_the_document(plugin, nrpe, program, command, options, code):
    """The same verdict as from the file, byte for byte; most of these are longer than 1 KiB."""
    result = ask(plugin, nrpe, command, *options, program=program)
    direct = plugin(program, "--input=-", *options, stdin=DOCUMENTS[command])
    assert (result.code, result.line, result.details) == (code, direct.line, direct.details), result


def test_nrpe_carries_a_large_document(plugin, nrpe):
    assert len(DOCUMENTS["large"]) > 30000
    assert "Windows count 26" in ask(plugin, nrpe, "large", program=HOST).line


@pytest.mark.parametrize("command", ["client_text", "client_json", "host_json", "host_text", "large"])
def test_old_nrpe_cuts_at_one_kilobyte_and_that_is_not_mistaken(plugin, nrpe, command):
    """The packets of NRPE 2 hold 1023 characters, and check_nrpe puts a newline behind the cut."""
    program = HOST if command in ("host_json", "host_text", "large") else CLIENT
    result = ask(plugin, nrpe, command, "--floor=5" if program == HOST else "-v", program=program, words=["-2"])
    if command == "client_text":  # cut behind everything that is needed: what is left are intervals and caching
        assert len(DOCUMENTS[command]) - 1023 < 150 and result.code == 0, result
    elif command == "host_text":  # the same: the count and the settings are there, some counters are not
        assert result.code == 1 and "Windows count 5" in result.line, result
    else:
        assert result.code == 3 and "the JSON cannot be read" in result.line, result


@pytest.mark.parametrize(("command", "held"), [("failing", "No such report|failed with status|No such file"),
                                               ("unable", "failed with status 3"),
                                               ("never_defined", "Command 'never_defined' not defined")])
def test_nrpe_that_cannot_answer_says_why(plugin, nrpe, command, held):
    result = ask(plugin, nrpe, command, "-H", "wks-001")
    assert result.code == 3 and re.search(held, result.line), result
    assert result.line.startswith("KMS_CLIENT UNKNOWN - wks-001: nothing judged: "), result


def test_nrpe_that_is_silent_is_ended_at_our_deadline(plugin, nrpe):
    started = time.monotonic()
    result = ask(plugin, nrpe, "silent", "-t", "400ms")
    assert result.code == 3 and "did not end before the timeout" in result.line, result
    assert time.monotonic() - started < 1.5


def test_nrpe_that_is_not_there_says_so(plugin, nrpe):
    dead = [*nrpe[:-1], str(free_port())]
    result = ask(plugin, dead, "client_json", "-H", "wks-001")
    assert result.code == 3 and re.search("(?i)refused", result.line), result
