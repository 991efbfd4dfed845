# SPDX-License-Identifier: MIT
"""The site of the lab as a whole: its hosts and ports, its end, and the command that starts and stops it."""
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

import loopback
import network
from conftest import ROOT
from dns_server import Behaviour, Zone
from packets import (A, B2, R2, SERVFAIL, SERVICE, SRV, UNKNOWN, YES, Place, ask, exchange, query, read_ack, tcp, udp)
from processes import is_running, wait_for
from stage import Stage


@pytest.fixture(scope="module")
def lab():
    with network.Lab() as running:
        yield running


@pytest.fixture
def stage():
    with Stage() as running:
        yield running


# ---- the site


def test_the_hosts_of_the_site_behave_as_the_story_goes(lab):
    def results_at(address):
        host = Place(address, lab.port)
        return read_ack(exchange(host, B2)[0]).results

    for address in network.HOSTS["kms01.corp.example.com"][0][:2 if loopback.has_ipv6() else 1]:
        assert results_at(address) == [YES, UNKNOWN]
    assert results_at("127.0.0.12") == results_at("127.0.0.13") == results_at("127.0.0.41") == [YES, UNKNOWN]
    assert results_at("127.0.0.77") == [YES, YES]
    lab.settle()
    assert lab.listener["nas7.corp.example.com"].binds == lab.listener["kms03.corp.example.com"].binds == [B2]
    assert lab.violations == []


def test_nobody_listens_on_the_closed_ports_and_nobody_can(lab):
    for address, port in (("127.0.0.12", lab.closed_port), ("127.0.0.21", lab.port), ("127.0.0.22", lab.port),
                          ("127.0.0.33", lab.port)):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, port), timeout=5)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((address, port))


def test_many_targets_are_healthy_or_mute():
    with network.Lab(targets=5, silent_targets=2) as lab:
        addresses = [ask(lab.dns_server, value[3], A).answers[0][2]
                     for _, _, value in ask(lab.dns_server, f"{SERVICE}.many.example.com", SRV).answers]
        assert len(set(addresses)) == 5
        outcomes = []
        for address in addresses:
            with socket.create_connection((address, lab.port), timeout=5) as client:
                client.sendall(B2)
                client.settimeout(0.1 if address in addresses[:2] else 5)
                try:
                    outcomes.append(len(client.recv(4096)))
                except TimeoutError:
                    outcomes.append(None)
    assert outcomes == [None, None, 84, 84, 84]


def test_a_swallowing_port_never_answers_and_a_refusing_port_refuses(stage):
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", stage.swallowing_port()), timeout=0.2)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", stage.refusing_port()), timeout=5)


def test_everything_is_over_at_once_at_the_end():
    with network.Lab() as lab:
        slow = lab.serve({"example.com": Zone()}, Behaviour(delay=60))
        client, waiting = tcp(lab.listen("endless")), udp(slow)
        client.sendall(B2)
        assert client.recv(100)
        waiting.send(query("a.example.com", A))
        wait_for(lambda: slow.asked, "the question arrives")
        started = time.monotonic()
    elapsed = time.monotonic() - started
    client.close()
    waiting.close()
    assert elapsed < 1, elapsed
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.11", lab.port), timeout=5)
    with pytest.raises(ConnectionRefusedError):
        tcp(lab.dns_server)


# ---- the command

COMMAND = [sys.executable, str(ROOT / "tests" / "lab" / "network.py")]
SEND = """import os, socket, sys
client = socket.create_connection(("127.0.0.12", int(os.environ["KMS_LAB_PORT"])), timeout=5)
client.sendall(bytes.fromhex(sys.argv[1]))
client.shutdown(socket.SHUT_WR)
client.recv(4096)
sys.exit(int(sys.argv[2]))
"""


def run(*words):
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=20, check=False)


def test_a_command_runs_within_the_lab_and_its_exit_code_is_the_end():
    done = run("--", "sh", "-c", 'echo "$KMS_LAB_DNS $KMS_LAB_PORT $KMS_LAB_CLOSED_PORT"; exit 7')
    dns, port, closed_port = done.stdout.split()
    assert (done.returncode, done.stderr) == (7, "")
    assert dns.startswith("127.0.0.1:") and port.isdecimal() and closed_port.isdecimal() and port != closed_port


@pytest.mark.parametrize(("words", "code"), [
    (["--", "true"], 0), (["--many=3:1", "--", "sh", "-c", "exit 3"], 3), (["--", "sh", "-c", "kill -9 $$"], 137),
    (["--", "/nonexistent/command"], 127), (["--"], 2), (["true"], 2), (["--many=3", "--", "true"], 2),
    (["--many=x:1", "--", "true"], 2), (["--", "sh", "-c", "test $0 = --", "--"], 0)])
def test_the_command_line_ends_as_documented(words, code):
    done = run(*words)
    assert (done.returncode, done.stderr != "") == (code, code in (2, 127)), done


@pytest.mark.parametrize(("data", "code", "expected"), [(B2, 0, 0), (R2, 0, 1), (R2, 2, 2)])
def test_a_request_to_a_host_of_the_lab_cannot_end_well(data, code, expected):
    done = run("--", sys.executable, "-c", SEND, data.hex(), str(code))
    assert done.returncode == expected, done
    assert ("not a bind was sent: genuine on 127.0.0.12:" in done.stderr) == (data == R2), done


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_a_command_it_serves_until_it_is_told_to_end(number):
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True) as lab:
        try:
            settings = dict(lab.stdout.readline().strip().split("=") for _ in range(3))
            host, port = settings["KMS_LAB_DNS"].split(":")
            server = Place(host, int(port))
            assert ask(server, f"{SERVICE}.lab.example.com", SRV).rcode == SERVFAIL
            lab.send_signal(number)
            assert lab.wait(5) == 0
        finally:
            lab.kill()
    assert sorted(settings) == ["KMS_LAB_CLOSED_PORT", "KMS_LAB_DNS", "KMS_LAB_PORT"]


def test_a_signal_to_end_is_passed_on_to_the_command():
    with subprocess.Popen([*COMMAND, "--", "sh", "-c", "echo $$; exec sleep 50"], stdout=subprocess.PIPE, text=True) as lab:
        try:
            child = int(lab.stdout.readline())
            lab.send_signal(signal.SIGTERM)
            assert lab.wait(5) == 128 + signal.SIGTERM
            assert not is_running(child)
        finally:
            lab.kill()
            if is_running(child):
                os.kill(child, signal.SIGKILL)
