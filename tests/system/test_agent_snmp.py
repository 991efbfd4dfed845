# SPDX-License-Identifier: MIT
"""SNMP with a genuine snmpd: documents of the lab through `extend` give the same verdicts as from a file, every
version and every pair of protocols, and a sentence for everything that can be wrong."""
import contextlib
import json
import os
import re
import select
import socket
import subprocess
import threading
import time

import pytest

import documents
from conftest import BUILD
from loopback import bind_together, has_ipv6
from machine import client, document
from processes import is_gone, wait_for
from real_servers import find_program, write
from snmp_server import (AUTHENTICATIONS, COMMUNITY, PRIVACIES, snmpd, user_name, user_options, users)

CLIENTS, HOSTS = documents.clients(), documents.hosts()
FORMS = ["slmgr", "json"]
DATE = re.compile(r"\d{4}-\d\d-\d\d")
END_MARK = "KMSEND\n"
KEYLESS = {"PartialProductKey": None}


def rows(count):
    """A healthy machine with many products that have no key, as slmgr.vbs /dlv all lists them."""
    return document(client(), *(client(ID=documents.activation_id(100 + number), **KEYLESS) for number in range(count)))


def in_lines(text):
    return json.dumps(json.loads(text), indent=0) + "\n"


def about(size, shape=str):
    """As many rows as make a text of this many bytes."""
    ten, twenty = len(shape(rows(10))), len(shape(rows(20)))
    return shape(rows(10 + (size - ten) * 10 // (twenty - ten)))


def two_products(states, filler):
    """Far from each other; what differs between two runs is neither the first line nor the number of lines."""
    windows, office = (json.dumps(row) for row in (
        client(LicenseStatus=states[0], ID=documents.activation_id(1)),
        client(LicenseStatus=states[1], ID=documents.activation_id(2))))
    blank = " " * filler + "\n"
    return f'{{"SoftwareLicensingProduct":[\n{windows},\n{blank * 100}{office}\n]}}\n'


SLMGR = documents.document("wks-001", "slmgr")

OUTPUTS = {
    "text": SLMGR,
    "text-marked": SLMGR + END_MARK,
    "kms": document(client()),
    "thirty": about(30_000),
    "thirty-lines": about(30_000, in_lines),
    "ninety-lines": about(90_000, in_lines),
    "hundred": about(90_000),
    "beyond-lines": about(150_000, in_lines),
    "long-second-line": "short\n" + "y" * 70_000 + "\n",
    "empty": "",
    "broken": document(client())[:400] + "\n",
    "long-name-" + "x" * 54: document(client()),
}


def script(folder, name, text):
    path = write(folder / name, "#!/bin/sh\n" + text)
    path.chmod(0o755)
    return f"extend {name} {path}"


def prepare(folder):
    lines = users()
    for name in [*CLIENTS, *HOSTS]:
        for form in FORMS:
            path = folder / f"{name}.{form}"
            text = documents.document(name, form)
            path.write_bytes(text.encode("utf-8"))
            sent = write(folder / f"{name}.{form}.sent", text + END_MARK if form == "slmgr" else text)
            lines.append(f"extend {name}-{form} /bin/cat {sent}")
    for name, text in OUTPUTS.items():
        path = folder / f"output-{name[:20]}"
        path.write_bytes(text.encode("utf-8"))
        lines.append(f"extend {name} /bin/cat {path}")
    whole = folder / "output-kms"
    text = folder / "output-text"
    slowly = f"cat {text}\nfor i in $(seq 150); do echo; sleep 0.002; done\n"
    big = write(folder / "output-few-lines", in_lines(rows(2)))
    changing = f'date +"{{ \\"ComputerName\\": \\"WKS-%N\\","; tail -n +3 {big}\n'
    for name, filler in (("small", 20), ("large", 600)):
        halves = [write(folder / f"{name}-{number}", two_products(states, filler)) for number, states in enumerate([(1, 5), (5, 1)])]
        flips = f"case $(date +%N) in *[13579]) cat {halves[0]};; *) cat {halves[1]};; esac\n"
        lines.append(script(folder, f"flipping-{name}", flips).replace("extend ", "extend -cacheTime -1 "))
    return lines + [
        script(folder, "slow", f"sleep 1\ncat {whole}\n"), script(folder, "stuck", "exec sleep 5\n"),
        script(folder, "failing", f"cat {whole}\nexit 3\n"), script(folder, "silent-failure", "exit 7\n"),
        script(folder, "error-text", "echo cannot open the service database\nexit 1\n"),
        script(folder, "recipe", f"out=$(cat {text}) && printf '%s\\nKMSEND\\n' \"$out\"\n"),
        script(folder, "recipe-failing", f"out=$(cat {text}; exit 3) && printf '%s\\nKMSEND\\n' \"$out\"\n"),
        script(folder, "killed", f"cat {text}\nkill -9 $$\n"),
        script(folder, "line-by-line", f"{slowly}printf KMSEND\nexit 0\n"),
        script(folder, "line-by-line-failing", f"{slowly}printf KMSEND\n"),
        "extend missing-script /nonexistent/kms-report",
        script(folder, "changing", changing).replace("extend ", "extend -cacheTime -1 "),
        f"view few included .1.3.6.1.2.1.1", "rocommunity few-only default -V few"]


@pytest.fixture(scope="module", name="agent")
def running_agent():
    with snmpd(prepare) as server:
        yield server


def ask(plugin, agent, *words, program="check_kms_client", community=COMMUNITY, host="127.0.0.1", **more):
    login = ["-C", community] if community else []
    return plugin(program, "--agent=snmp", "-H", host, f"--port={agent.port}", *login, *words, **more)


def require(result, state, *parts):
    assert result.line.split()[1] == state, result
    for part in parts:
        assert part in result.out, (part, result)


# ---- the lab


def verdict(result):
    """Everything but durations; a document without a time of its own is judged as of now."""
    report = json.loads(DATE.sub("DATE", result.out))
    report["metrics"] = [metric for metric in report["metrics"] if metric["label"] != "time"]
    return result.code, report


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [*CLIENTS, *HOSTS])
def test_a_machine_of_the_lab_is_judged_as_from_its_file(plugin, agent, name, form):
    program = "check_kms_host" if name in HOSTS else "check_kms_client"
    over_snmp = ask(plugin, agent, f"--extend={name}-{form}", "--output-format=json", program=program)
    from_file = plugin(program, "--agent=file", f"--input={agent.folder}/{name}.{form}", "-H", "127.0.0.1",
                       "--output-format=json")
    assert verdict(over_snmp) == verdict(from_file)
    expected = "nothing judged" if name in HOSTS else CLIENTS[name]["expected"].split()[0]
    assert name in HOSTS or json.loads(over_snmp.out)["state"] == expected


# ---- versions and users


@pytest.mark.parametrize("version", ["1", "2c"])
def test_a_community_is_enough_for_the_old_versions(plugin, agent, version):
    require(ask(plugin, agent, "-P", version, "-v"), "OK", f"SNMPv{version} with a community")


def test_the_community_comes_from_a_file_the_environment_or_an_ini_file(plugin, agent, tmp_path):
    secret = write(tmp_path / "community", COMMUNITY + "\n")
    ini = write(tmp_path / "kms.ini", f"[check_kms_client]\ncommunity={COMMUNITY}\n")
    require(ask(plugin, agent, f"--community-file={secret}", community=None), "OK")
    require(ask(plugin, agent, community=None, env={"KMS_COMMUNITY": COMMUNITY}), "OK")
    require(ask(plugin, agent, f"--extra-opts=@{ini}", community=None), "OK")
    require(ask(plugin, agent, "-C", COMMUNITY, community=None, env={"KMS_COMMUNITY": "wrong"}), "OK")


def test_nobody_in_particular_may_ask_with_version_3(plugin, agent, tmp_path):
    require(ask(plugin, agent, *user_options(tmp_path), "-v", community=None), "OK", "SNMPv3 as anybody, noAuthNoPriv")


@pytest.mark.parametrize("authentication", AUTHENTICATIONS)
def test_a_user_proves_who_it_is(plugin, agent, tmp_path, authentication):
    require(ask(plugin, agent, *user_options(tmp_path, authentication), "-v", community=None), "OK",
            f"authNoPriv, {authentication}")


@pytest.mark.parametrize("privacy", PRIVACIES)
@pytest.mark.parametrize("authentication", AUTHENTICATIONS)
def test_every_pair_of_protocols_works(plugin, agent, tmp_path, authentication, privacy):
    require(ask(plugin, agent, *user_options(tmp_path, authentication, privacy), "-v", community=None), "OK",
            f"authPriv, {authentication} and {privacy}")


def test_pass_phrases_come_from_the_environment_too(plugin, agent):
    secrets = {"KMS_AUTH_PASSPHRASE": "authentic-14-pass", "KMS_PRIV_PASSPHRASE": "private-12-pass"}
    words = ["-U", user_name("SHA", "AES"), "-v"]
    require(ask(plugin, agent, *words, community=None, env=secrets), "OK", "authPriv, SHA and AES")


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 on loopback")
def test_an_agent_is_asked_over_ipv6(plugin, agent, tmp_path):
    require(ask(plugin, agent, "-v", host="::1"), "OK", "(::1)")
    require(ask(plugin, agent, *user_options(tmp_path, "SHA", "AES"), community=None, host="::1"), "OK")


def test_the_name_of_this_machine_is_looked_up(plugin, agent):
    require(ask(plugin, agent, host="localhost", community=COMMUNITY), "UNKNOWN", "WKS-001")


# ---- a name with several addresses


@contextlib.contextmanager
def relay(address, agent, *silent):
    """Hands packets on to the agent, on a port where the addresses in `silent` hear and say nothing."""
    bound, *others = bind_together([(name, socket.SOCK_DGRAM) for name in (address, *silent)])
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.connect(("127.0.0.1", agent.port))
    is_over = threading.Event()

    def hand_on():
        peer = None
        while not is_over.is_set():
            for ready in select.select([bound, out], [], [], 0.1)[0]:
                if ready is bound:
                    data, peer = bound.recvfrom(65536)
                    out.send(data)
                elif peer:
                    bound.sendto(out.recv(65536), peer)

    thread = threading.Thread(target=hand_on, daemon=True)
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        is_over.set()
        thread.join(5)
        for each in (bound, out, *others):
            each.close()


def ask_name(folder, addresses, port, *words):
    """A hosts file of its own gives wks-001.example.com these addresses."""
    hosts = write(folder / "hosts", "".join(f"{address} wks-001.example.com\n" for address in addresses))
    alone = [find_program("unshare", "util-linux"), "-rm", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$0" "$@"']
    if subprocess.run([*alone, "true"], capture_output=True, check=False, timeout=20).returncode != 0:
        pytest.skip("this machine allows no namespace of its own")
    done = subprocess.run([*alone, BUILD / "check_kms_client", "--agent=snmp", "-H", "wks-001.example.com", f"--port={port}",
                           "-v", *words], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == "", done
    return done.stdout


FIRST_AND_SECOND = ["127.0.0.21", "127.0.0.22"]


@pytest.mark.parametrize("version", ["2c", "3"])
@pytest.mark.parametrize("is_silent", [True, False], ids=["silent", "refused"])
@pytest.mark.parametrize("speaker", FIRST_AND_SECOND)
def test_the_address_that_answers_is_found(agent, tmp_path, speaker, is_silent, version):
    login = ["-C", COMMUNITY] if version == "2c" else user_options(tmp_path, "SHA-256", "AES-256")
    silent = [address for address in FIRST_AND_SECOND if is_silent and address != speaker]
    with relay(speaker, agent, *silent) as port:
        shown = ask_name(tmp_path, FIRST_AND_SECOND, port, *login, "-t", "2s")
    assert shown.startswith("KMS_CLIENT OK") and f":{port} ({speaker})" in shown, shown


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 on loopback")
def test_the_other_family_is_found(agent, tmp_path):
    for speaker, other in (("127.0.0.1", "::1"), ("::1", "127.0.0.1")):
        for silent in ([other], []):
            with relay(speaker, agent, *silent) as port:
                shown = ask_name(tmp_path, ["::1", "127.0.0.1"], port, "-C", COMMUNITY, "-t", "2s")
            assert shown.startswith("KMS_CLIENT OK") and f":{port} ({speaker})" in shown, shown


def test_a_slow_script_has_the_whole_time_once_the_agent_has_spoken_or_its_share(agent, tmp_path):
    with relay("127.0.0.21", agent) as port:
        shown = ask_name(tmp_path, FIRST_AND_SECOND, port, "-C", COMMUNITY, "--extend=slow", "-t", "6s")
    assert shown.startswith("KMS_CLIENT OK"), shown


def test_the_address_of_the_sentence_is_the_one_that_tells_most(agent, tmp_path):
    start = time.monotonic()
    with relay("127.0.0.22", agent) as port:
        shown = ask_name(tmp_path, FIRST_AND_SECOND, port, "-C", "wrong", "-t", "600ms")
    assert f"snmpd at wks-001.example.com:{port} (127.0.0.22) did not answer" in shown, shown
    with relay("127.0.0.21", agent) as port:
        shown = ask_name(tmp_path, FIRST_AND_SECOND, port, "-C", "wrong", "-t", "600ms")
    assert f"snmpd at wks-001.example.com:{port} (127.0.0.21) did not answer" in shown, shown
    shown = ask_name(tmp_path, FIRST_AND_SECOND, port, "-C", "wrong", "-t", "600ms")
    assert "(127.0.0.22) refused the packet" in shown and "tried: 127.0.0.21 refused" in shown, shown
    assert time.monotonic() - start < 10


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 on loopback")
@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_address_of_ipv6_is_written_with_one_pair_of_brackets(plugin, host):
    result = plugin("check_kms_client", "--agent=snmp", "-H", host, "-C", "x", "-p", "9", "-v")
    assert "snmpd at [::1]:9 refused" in result.line and "asked: snmpd at [::1]:9 (::1)" in result.out, result


# ---- who may not


def test_a_wrong_community_is_silence_that_is_explained(plugin, agent):
    result = ask(plugin, agent, "-t", "600ms", community="wrong")
    require(result, "UNKNOWN", "did not answer", "wrong community", "view", "firewall", "64 kB", "--timeout")
    assert ask(plugin, agent, "-t", "600ms:critical", community="wrong").code == 2


def test_a_view_without_extend_is_said(plugin, agent):
    require(ask(plugin, agent, community="few-only"), "UNKNOWN", "view")


@pytest.mark.parametrize(("changes", "words"), [
    ({"name": "nobody"}, ["does not know the user nobody", "--secname"]),
    ({"auth_passphrase": "authentic-15-pass"}, ["wrong authentication pass phrase or protocol", "SHA-256 was used"]),
    ({"name": user_name("SHA", "AES-256")}, ["wrong authentication pass phrase or protocol"]),
    ({"name": user_name("SHA-256")}, ["does not take level authPriv", "--seclevel=authNoPriv"]),
    ({"priv_passphrase": "private-13-pass"}, ["told its engine id", "privacy pass phrase", "drops what it cannot decrypt"]),
])
def test_what_is_wrong_with_a_user_is_told_apart(plugin, agent, tmp_path, changes, words):
    options = user_options(tmp_path, "SHA-256", "AES-256", **changes)
    require(ask(plugin, agent, *options, "-t", "700ms", community=None), "UNKNOWN", *words)


def test_a_level_below_the_one_that_the_agent_wants_is_refused(plugin, agent, tmp_path):
    options = user_options(tmp_path, "SHA-256", name=user_name("SHA-256", "AES"))
    require(ask(plugin, agent, *options, community=None), "UNKNOWN", "authorizationError", "security level")


def test_an_unknown_context_is_thought_of(plugin, agent, tmp_path):
    options = user_options(tmp_path, "SHA", "AES")
    require(ask(plugin, agent, *options, "-N", "elsewhere", "-t", "700ms", community=None), "UNKNOWN", "--context")


def test_nobody_on_the_port_is_said_at_once(plugin):
    bound, = bind_together([("127.0.0.1", 2)])
    port = bound.getsockname()[1]
    bound.close()
    start = time.monotonic()
    result = plugin("check_kms_client", "--agent=snmp", "-H", "127.0.0.1", f"--port={port}", "-C", COMMUNITY)
    require(result, "UNKNOWN", "nothing listens on UDP port")
    assert time.monotonic() - start < 5


@contextlib.contextmanager
def slow_way(agent, delay):
    """The port of a relay that brings every question to the agent `delay` seconds later."""
    inner, outer = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    inner.bind(("127.0.0.1", 0))
    outer.connect(("127.0.0.1", agent.port))
    ended = threading.Event()

    def carry():
        waiting, client_address = [], None
        while not ended.is_set():
            for ready in select.select([inner, outer], [], [], 0.01)[0]:
                if ready is inner:
                    packet, client_address = inner.recvfrom(65535)
                    waiting.append((time.monotonic() + delay, packet))
                else:
                    inner.sendto(outer.recv(65535), client_address)
            while waiting and waiting[0][0] <= time.monotonic():
                outer.send(waiting.pop(0)[1])

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield inner.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        inner.close()
        outer.close()


def test_answers_that_come_too_late_for_version_3_are_nobody_strange(plugin, agent, tmp_path):
    with slow_way(agent, 0.4) as port:
        words = ["--agent=snmp", "-H", "127.0.0.1", f"--port={port}", "-t", "1200ms", "-e", "3"]
        late = plugin("check_kms_client", *words, *user_options(tmp_path, "SHA", "AES"), "-v")
        require(late, "UNKNOWN", "answered too late", "--retries")
        require(plugin("check_kms_client", *words, "-C", COMMUNITY), "OK")


# ---- outputs


@pytest.mark.parametrize("version", ["1", "2c"])
@pytest.mark.parametrize("name", ["thirty", "thirty-lines", "ninety-lines"])
def test_a_long_output_arrives_whole(plugin, agent, version, name):
    require(ask(plugin, agent, f"--extend={name}", "-P", version, "-v"), "OK")


def test_a_long_output_arrives_encrypted(plugin, agent, tmp_path):
    options = user_options(tmp_path, "SHA-256", "AES-256")
    for name in ("thirty", "ninety-lines"):
        require(ask(plugin, agent, *options, f"--extend={name}", community=None), "OK")


def test_a_line_above_64_kb_is_silence_that_is_explained(plugin, agent):
    require(ask(plugin, agent, "--extend=hundred", "-t", "1s"), "UNKNOWN", "64 kB")


def test_a_line_above_64_kb_is_an_error_of_version_3(plugin, agent, tmp_path):
    options = user_options(tmp_path, "SHA-256", "AES-256")
    require(ask(plugin, agent, *options, "--extend=long-second-line", "-v", community=None), "UNKNOWN", "genErr",
            "one line of the output", "64 kB")


def test_an_output_that_the_agent_cuts_is_never_judged(plugin, agent):
    require(ask(plugin, agent, "--extend=beyond-lines"), "UNKNOWN")


def test_a_slow_script_is_waited_for(plugin, agent):
    require(ask(plugin, agent, "--extend=slow"), "OK")


def test_a_script_that_never_ends_is_silence_that_is_explained(plugin, agent):
    require(ask(plugin, agent, "--extend=stuck", "-t", "500ms"), "UNKNOWN", "did not answer", "script")
    wait_for(lambda: ask(plugin, agent, "-t", "5s").code == 0, "the agent is free again", 20)


@pytest.mark.parametrize(("name", "words"), [
    ("nix", ["has no extend nix", "--extend"]), ("empty", []), ("broken", []), ("failing", ["3"]),
    ("silent-failure", ["7"]), ("error-text", ["cannot open the service database"]), ("missing-script", [])])
def test_a_script_that_does_not_deliver_is_said(plugin, agent, name, words):
    for version in ("1", "2c"):
        require(ask(plugin, agent, f"--extend={name}", "-P", version), "UNKNOWN", *words)


def test_a_text_is_judged_when_its_end_is_proven(plugin, agent):
    require(ask(plugin, agent, "--extend=text-marked"), "OK")
    require(ask(plugin, agent, "--extend=recipe"), "OK")


@pytest.mark.parametrize("name", ["text", "killed", "line-by-line"])
def test_a_text_whose_end_may_be_missing_is_never_judged(plugin, agent, name):
    """A script that is killed has status 0, and so may have one of which snmpd does not read all."""
    result = ask(plugin, agent, f"--extend={name}", "-v")
    require(result, "UNKNOWN", "does not end with the line KMSEND", "kms-report.ps1")
    assert ("stopped reading" in result.out) == (name == "line-by-line"), result


def test_the_recipe_tells_when_the_program_failed(plugin, agent):
    require(ask(plugin, agent, "--extend=recipe-failing"), "UNKNOWN", "failed with status 3")


def test_a_script_that_snmpd_does_not_read_to_its_end_may_fail(plugin, agent):
    result = ask(plugin, agent, "--extend=line-by-line-failing", "-v")
    require(result, "UNKNOWN", "failed with status", "stopped reading", "in one write")


def test_the_longest_name_of_an_extend_works(plugin, agent):
    require(ask(plugin, agent, "--extend=long-name-" + "x" * 54), "OK")


def test_an_output_that_changes_while_it_is_read_is_never_mixed(plugin, agent):
    require(ask(plugin, agent, "--extend=changing"), "UNKNOWN", "again while its output")


@pytest.mark.parametrize("size", ["small", "large"])
def test_two_runs_are_never_mixed(plugin, agent, size):
    """In each of them one product is not licensed."""
    for _ in range(8):
        result = ask(plugin, agent, f"--extend=flipping-{size}")
        assert result.line.split()[1] in (["CRITICAL"] if size == "small" else ["CRITICAL", "UNKNOWN"]), result


# ---- secrets, files, processes


def test_secrets_are_in_no_output(plugin, agent, tmp_path):
    options = user_options(tmp_path, "SHA-256", "AES-256")
    results = [ask(plugin, agent, "-vv"), ask(plugin, agent, "-vv", "--extend=nix"),
               ask(plugin, agent, *options, "-vv", community=None),
               ask(plugin, agent, *options, "-vv", "--output-format=json", community=None)]
    for result in results:
        for secret in (COMMUNITY, "authentic-14-pass", "private-12-pass"):
            assert secret not in result.out
    assert "sent: get .1.3.6.1.4.1.8072.1.3.2" in results[0].out and "received: " in results[2].out


def test_a_secret_is_hidden_before_a_value_is_cut(plugin, tmp_path):
    """Wherever the cut of -vv or of a sentence falls into it."""
    def said(folder):
        return [f"extend at{blanks} /bin/echo {'x' * blanks}{COMMUNITY}" for blanks in range(140, 220, 3)]

    with snmpd(said) as server:
        for blanks in range(140, 220, 3):
            result = ask(plugin, server, "-vv", f"--extend=at{blanks}")
            assert "xxx" in result.out and "xmo" not in result.out, result


def command_line(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as words:
        return words.read().decode().split("\0")


def test_secrets_are_in_no_process_list(agent, tmp_path):
    """While the agent runs a slow script: only -C shows what it is."""
    options = user_options(tmp_path, "SHA-256", "AES-256")
    secrets = [COMMUNITY, "authentic-14-pass", "private-12-pass"]
    for words, env in ((options, {}), (["-P", "2c"], {"KMS_COMMUNITY": COMMUNITY})):
        process = subprocess.Popen([BUILD / "check_kms_client", "--agent=snmp", "-H", "127.0.0.1", f"--port={agent.port}",
                                    "--extend=stuck", "-t", "2s", *words], stdout=subprocess.DEVNULL,
                                   env={"PATH": os.environ["PATH"]} | env)
        wait_for(lambda: "libnetsnmp" in open(f"/proc/{process.pid}/maps").read(), "the twin runs")  # noqa: B023, SIM115
        shown = " ".join(command_line(process.pid))
        assert not any(secret in shown for secret in secrets), shown
        process.wait(20)
        assert is_gone(process.pid)


def traced(tmp_path, *words):
    strace = find_program("strace", "strace")
    log = tmp_path / "calls"
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run([strace, "-f", "-o", log, BUILD / "check_kms_client", *words], capture_output=True, check=False,
                          env={"PATH": os.environ["PATH"], "HOME": str(home)}, timeout=60)
    assert list(home.iterdir()) == []
    return done, log.read_text(errors="replace").splitlines()


@pytest.mark.parametrize("version", ["2c", "3"])
def test_no_file_of_net_snmp_is_read_or_written(agent, tmp_path, version):
    login = ["-C", COMMUNITY] if version == "2c" else user_options(tmp_path, "SHA-256", "AES-256")
    done, calls = traced(tmp_path, "--agent=snmp", "-H", "127.0.0.1", f"--port={agent.port}", *login)
    assert done.returncode == 0 and done.stderr == b"", done
    touched = [call for call in calls if re.search(r"snmp\.conf|/etc/snmp|/share/snmp|/lib/snmp|/mibs|/\.snmp|/MIB", call)]
    assert touched == []
    written = [call for call in calls if re.search(r"\b(mkdir|rename|unlink|creat|symlink|chmod)\w*\(|O_CREAT", call)]
    assert written == []
    assert not any(re.search(r"\bwrite\(2,", call) for call in calls)
    names = [call for call in calls if re.search(r"resolv\.conf|nsswitch|/etc/hosts", call)]
    assert names == [], "an address was looked up"


@pytest.mark.parametrize("version", ["2c", "3"])
def test_the_environment_does_not_make_net_snmp_read_files(agent, tmp_path, version):
    folders = {name: tmp_path / name.lower() for name in ("HOME", "SNMPCONFPATH")}
    for folder in folders.values():
        (folder / "tls").mkdir(parents=True)
        write(folder / "snmp.conf", "defVersion 1\n")
    login = ["-C", COMMUNITY] if version == "2c" else user_options(tmp_path, "SHA-256", "AES-256")
    log = tmp_path / "calls"
    done = subprocess.run([find_program("strace", "strace"), "-f", "-s", "400", "-o", log, BUILD / "check_kms_client",
                           "--agent=snmp", "-H", "127.0.0.1", f"--port={agent.port}", *login], capture_output=True,
                          check=False, env={"PATH": os.environ["PATH"]} | {name: str(path) for name, path in folders.items()},
                          timeout=60)
    assert done.returncode == 0, done
    calls = log.read_text(errors="replace").splitlines()
    assert [call for call in calls for folder in folders.values() if str(folder) in call] == []


# ---- options


@pytest.mark.parametrize(("words", "parts"), [
    ([], ["a community is missing", "--community-file", "KMS_COMMUNITY", "--secname"]),
    (["-P", "3"], ["--secname is missing"]),
    (["-P", "1", "-U", "x"], ["--secname", "--protocol=3"]),
    (["-P", "4"], ["4", "2c"]),
    (["-U", "x", "-C", "y"], ["--community", "version 3"]),
    (["-U", "x", "-L", "authPriv"], ["authentication pass phrase is missing", "KMS_AUTH_PASSPHRASE"]),
    (["-U", "x", "-a", "SHA"], ["authentication pass phrase is missing"]),
    (["-U", "x", "-L", "noAuthNoPriv", "-a", "SHA"], ["--authproto", "noAuthNoPriv"]),
    (["-U", "x", "-L", "noAuthNoPriv", "-x", "AES"], ["--privproto", "noAuthNoPriv"]),
    (["-U", "x", "-a", "ROT13"], ["-a", "ROT13", "SHA-256"]),
    (["-U", "x" * 33], ["--secname", "32"]),
    (["-C", "x", "-L", "authPriv"], ["--seclevel", "version 3"]),
    (["-C", "x", "-N", "y"], ["--context", "version 3"]),
    (["-C", "x", "--extend=" + "y" * 65], ["--extend", "64"]),
    (["-C", "x", "--service-name=y"], ["--service-name", "snmp-windows"]),
    (["-C", "x", "-e", "-1"], ["-e"]),
    (["-C", "x", "--user=y"], ["--user belongs to the agents over HTTP", "snmp"]),
    (["-C", "x", "--input=f"], ["--input"]),
    (["-U", "x", "-A", "visible-pass"], ["-A", "--authpasswd-file", "KMS_AUTH_PASSPHRASE"]),
    (["-U", "x", "--privpasswd=visible-pass"], ["--privpasswd", "--privpasswd-file", "KMS_PRIV_PASSPHRASE"]),
])
def test_options_that_do_not_fit_together_are_refused(plugin, words, parts):
    result = plugin("check_kms_client", "--agent=snmp", "-H", "127.0.0.1", *words)
    assert result.code == 3 and result.out.count("\n") == 1 and len(result.out) <= 161, result
    for part in parts:
        assert part in result.out, (part, result)
    assert "visible-pass" not in result.out


@pytest.mark.parametrize(("environment", "parts"), [
    ({"KMS_AUTH_PASSPHRASE": "short"}, ["authentication pass phrase", "8"]),
    ({"KMS_AUTH_PASSPHRASE": "longenough", "KMS_PRIV_PASSPHRASE": "short"}, ["privacy pass phrase", "8"]),
    ({"KMS_PRIV_PASSPHRASE": "longenough"}, ["authentication pass phrase is missing"]),
])
def test_pass_phrases_that_do_not_fit_are_refused(plugin, environment, parts):
    result = plugin("check_kms_client", "--agent=snmp", "-H", "127.0.0.1", "-U", "x", env=environment)
    assert result.code == 3, result
    for part in parts:
        assert part in result.out, (part, result)


@pytest.mark.parametrize(("words", "part"), [
    (["--agent=winrm", "-C", "x"], "--community belongs to the agents over SNMP"),
    (["--agent=file", "--input=x", "-U", "y"], "--secname belongs to the agents over the network"),
    (["--agent=snmp-windows", "-C", "x", "--extend=y"], "--extend belongs to --agent=snmp"),
])
def test_options_of_snmp_are_refused_elsewhere(plugin, words, part):
    result = plugin("check_kms_client", "-H", "127.0.0.1", *words)
    assert result.code == 3 and part in result.out, result


SECRETS = {"C": "--community-file", "A": "--authpasswd-file", "X": "--privpasswd-file"}
VARIABLES = {"C": "KMS_COMMUNITY", "A": "KMS_AUTH_PASSPHRASE", "X": "KMS_PRIV_PASSPHRASE"}
KEYS = {"C": "community", "A": "authpasswd", "X": "privpasswd"}


@pytest.mark.parametrize(("words", "secrets", "sentence"), [
    ("-U x", "C", "--community-file belongs to versions 1 and 2c"),
    ("-P 3 -U x", "CAX", "--community-file belongs to versions 1 and 2c"),
    ("-C x", "A", "--authpasswd-file belongs to version 3: give --secname too"),
    ("-C x", "X", "--privpasswd-file belongs to version 3: give --secname too"),
    ("", "CAX", "--authpasswd-file belongs to version 3: give --secname too"),
    ("-P 2c", "CA", "--authpasswd-file belongs to version 3: give --secname too"),
    ("-U x -L noAuthNoPriv", "A", "--authpasswd-file has no use at level noAuthNoPriv"),
    ("-U x -L noAuthNoPriv", "X", "--privpasswd-file has no use at level noAuthNoPriv"),
    ("-U x -L authNoPriv", "AX", "--privpasswd-file has no use at level authNoPriv"),
])
def test_secrets_that_make_no_sense_are_refused_unless_only_the_environment_has_them(plugin, tmp_path, words, secrets,
                                                                                     sentence):
    command = ["check_kms_client", "--agent=snmp", "-H", "127.0.0.1", *words.split()]
    write(tmp_path / "secret", "long-enough\n")
    ini = write(tmp_path / "kms.ini", "[check_kms_client]\n" + "".join(f"{KEYS[name]}=long-enough\n" for name in secrets))
    for given in ([f"{SECRETS[name]}={tmp_path}/secret" for name in secrets], [f"--extra-opts=@{ini}"]):
        result = plugin(*command, *given)
        assert result.code == 3 and sentence in result.out, result
        assert result.out.count("\n") == 1 and len(result.out) <= 161, result
    result = plugin(*command, "-p", "9", "-t", "300ms", env={VARIABLES[name]: "long-enough" for name in secrets})
    assert "UDP port 9" in result.out or "did not answer" in result.out, result


def test_secrets_of_snmp_are_refused_by_other_agents(plugin, tmp_path):
    path = write(tmp_path / "secret", "long-enough\n")
    for agent, network in (("file", "the network"), ("exec", "the network"), ("nscp", "SNMP"), ("winrm", "SNMP"),
                           ("ifw", "SNMP"), ("exporter", "SNMP")):
        more = {"file": [f"--input={path}"], "exec": ["--", "cat", str(path)]}.get(agent, [])
        for option in (*(f"{name}={path}" for name in SECRETS.values()), "--retries=1", "--retries=0"):
            result = plugin("check_kms_client", f"--agent={agent}", "-H", "127.0.0.1", option, *more)
            name = option.split("=")[0]
            assert result.code == 3 and f"{name} belongs to the agents over {network}, not to {agent}" in result.out, result
            assert result.out.count("\n") == 1 and len(result.out) <= 161, result
        shared = plugin("check_kms_client", f"--agent={agent}", "-H", "127.0.0.1", "-t", "1s", *more,
                        env={name: "long-enough" for name in VARIABLES.values()})
        assert "belongs to" not in shared.out, shared
