# SPDX-License-Identifier: MIT
"""Options about agents over HTTP that do not fit together, secrets and where they come from, and the part that asks."""
import os
import pathlib
import shutil
import socket
import subprocess
import threading

import pytest

from conftest import BUILD

CLIENT, HOST = "check_kms_client", "check_kms_host"
PIN = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
NETWORK = ("nscp", "winrm", "ifw", "exporter")


@pytest.fixture(name="port")
def closed_port():
    with socket.socket() as nobody:  # bound, not listening
        nobody.bind(("127.0.0.1", 0))
        yield str(nobody.getsockname()[1])


@pytest.fixture(name="password")
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text("of the agent\n")
    return f"--password-file={path}"


USAGE = {
    "no host": ("--agent=nscp", "--hostname is missing: --agent=nscp asks over the network"),
    "a port in the host": ("--agent=nscp -H kms01:8443", "the port of an agent is given with --port"),
    "a host that is none": ("--agent=nscp -H kms01..example.com", "--hostname: "),
    "a program": ("--agent=nscp -H kms01 -- true", "a program after -- belongs to --agent=exec, not to nscp"),
    "a document": ("--agent=winrm -H kms01 --input=x", "--input belongs to --agent=file, not to winrm"),
    "trust in a file": ("--input=x --ca-cert=y", "--ca-cert belongs to the agents over the network, not to file"),
    "a port for a file": ("--input=x -p 1", "--port belongs to the agents over the network, not to file"),
    "a command for winrm": ("--agent=winrm -H a --command=b", "--command belongs to --agent=nscp and ifw, not to winrm"),
    "legacy for ifw": ("--agent=ifw -H a --legacy", "--legacy belongs to --agent=nscp, not to ifw"),
    "legacy and a method": ("--agent=nscp -H a --legacy --auth=basic", "--legacy has a login of its own"),
    "a user alone": ("--agent=ifw -H a --user=b", "--user has no password"),
    "basic without a password": ("--agent=winrm -H a --auth=basic --user=b", "a password is missing for the basic login"),
    "basic without a user": ("--agent=winrm -H a --auth=basic", "--user is missing for the basic login"),
    "ntlm without a password": ("--agent=winrm -H a --auth=ntlm --user=b", "a password is missing for the NTLM login"),
    "a login by certificate without one": ("--agent=winrm -H a --auth=certificate", "needs --client-cert"),
    "a user and a ticket": ("--agent=winrm -H a --user=b", "--user belongs to --auth=basic and ntlm"),
    "legacy and a user": ("--agent=nscp -H a --legacy --user=b", "--legacy has a login of its own"),
    "a path with a fragment": ("--agent=nscp -H a --path=/a#b", "--path: blanks, # and special characters"),
    "a cmdlet that is none": ("--agent=ifw -H a --command=a_b", "a cmdlet has letters, digits and hyphens"),
    "a query in the path of ifw": ("--agent=ifw -H a --path=/a?b", "--path: the query is ours"),
    "a number in the place of a name": ("--agent=nscp -H a --tls-name=0x7f.1", "is no host name"),
    "a host that is a number": ("--agent=nscp -H 0x7f.1", "its last part is a number"),
    "a keytab for basic": ("--agent=nscp -H a --keytab=b --auth=basic", "a password is missing"),
    "a key without a certificate": ("--agent=nscp -H a -K b", "--client-cert is missing"),
    "no TLS and a pin": (f"--agent=nscp -H a --plain-http --pin={PIN}", "--plain-http has no TLS"),
    "no TLS and no verification": ("--agent=nscp -H a --plain-http --insecure", "--plain-http has no TLS"),
    "anybody and somebody": ("--agent=nscp -H a --insecure --ca-cert=b", "--insecure trusts anybody"),
    "a short pin": ("--agent=nscp -H a --pin=sha256//abc", "a pin is sha256// and 44 characters of base64"),
    "a pin of another kind": (f"--agent=nscp -H a --pin={PIN.replace('256', '512')}", "a pin is sha256//"),
    "a name that is none": ("--agent=nscp -H a --tls-name=a..b", "--tls-name=a..b is no host name"),
    "a path without a slash": ("--agent=nscp -H a --path=api", "a path begins with /"),
    "port 0": ("--agent=nscp -H a -p 0", "-p: 0 is not a whole number from 1 to 65535"),
    "a password as an argument": ("--agent=nscp -H a --password=b", "a password on the command line is in the process list"),
    "a method that does not exist": ("--agent=nscp -H a --auth=digest", "basic, negotiate, ntlm, certificate"),
}


@pytest.mark.parametrize(("words", "sentence"), [
    ("--agent=ifw", "--user is missing: whose password is it"), ("--agent=exporter", "--user is missing: whose password is it"),
    ("--agent=winrm", "--password-file and --user belong to --auth=basic and ntlm"),
    ("--agent=ifw --auth=certificate -J x", "--password-file and --user belong to --auth=basic and ntlm")])
def test_a_password_without_a_user_is_a_usage_error_unless_it_is_in_the_environment(plugin, password, words, sentence):
    for program in (CLIENT, HOST):
        result = plugin(program, *words.split(), "-H", "127.0.0.1", password)
        assert result.code == 3 and sentence in result.line, result
        result = plugin(program, *words.split(), "-H", "127.0.0.1", "-p", "1", env={"KMS_PASSWORD": "of another check"})
        assert result.code == 3 and "--user" not in result.out, result


@pytest.mark.parametrize("name", USAGE)
def test_what_does_not_fit_together_is_a_usage_error(plugin, name):
    words, sentence = USAGE[name]
    for program in (CLIENT, HOST):
        result = plugin(program, *words.split())
        assert result.code == 3 and sentence in result.out, result
        assert result.out.count("\n") == 1 and "|" not in result.out and len(result.out) <= 161, result


def test_a_keytab_belongs_to_negotiate(plugin, password):
    result = plugin(CLIENT, "--agent=nscp", "-H", "a", "--auth=basic", "--keytab=b", password)
    assert result.code == 3 and "--keytab belongs to --auth=negotiate" in result.out, result


def test_a_user_with_a_colon_cannot_log_in_by_basic(plugin, password):
    result = plugin(CLIENT, "--agent=nscp", "-H", "a", "--user=a:b", password)
    assert result.code == 3 and "a name with a colon" in result.out, result


def test_the_exporter_sends_no_password_in_the_clear_unless_that_is_wanted(plugin, password, port):
    words = ["--agent=exporter", "-H", "127.0.0.1", "-p", port, "--user=b", password]
    result = plugin(CLIENT, *words)
    assert result.code == 3 and "the login would be readable on the way" in result.out, result
    for allowed in ("--plain-http", "--insecure", f"--pin={PIN}"):
        assert "refused the connection" in plugin(CLIENT, *words, allowed).line


@pytest.mark.parametrize("agent", NETWORK)
def test_nobody_there(plugin, agent, port, password):
    words = [password] if agent == "nscp" else []
    result = plugin(CLIENT, f"--agent={agent}", "-H", "127.0.0.1", "-p", port, *words)
    assert result.code == 3 and f"at 127.0.0.1:{port} refused the connection" in result.line, result
    assert " \\_ [UNKNOWN] agent: " in result.out
    assert plugin(CLIENT, f"--agent={agent}", "-H", "127.0.0.1", "-p", port, "--rule=agent=critical", *words).code == 2


def test_a_name_without_an_address(plugin):
    result = plugin(CLIENT, "--agent=ifw", "-H", "nobody.invalid", "-t", "5")
    assert result.code == 3, result
    assert "Icinga for Windows at nobody.invalid:5668 was not asked: " in result.line, result


# ---- secrets


def test_a_password_out_of_a_pipe_reaches_the_part_that_asks(plugin, tmp_path, port):
    """The lean program must not read it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("of the agent\n"), daemon=True)
    writer.start()
    result = plugin(CLIENT, "--agent=nscp", "-H", "127.0.0.1", "-p", port, f"--password-file={pipe}", "-v")
    writer.join(5)
    assert "login basic as admin" in result.out, result


@pytest.mark.parametrize("content, sentence", [("", "is empty"), ("\n", "is empty"), ("a\0b", "NUL")])
def test_an_unusable_password_file(plugin, tmp_path, content, sentence):
    path = tmp_path / "password"
    path.write_text(content)
    result = plugin(CLIENT, "--agent=nscp", "-H", "a", f"--password-file={path}")
    assert result.code == 3 and sentence in result.out, result


@pytest.mark.parametrize("agent", ["ifw", "exporter"])
def test_a_password_for_other_checks_disturbs_nobody(plugin, agent, port):
    result = plugin(CLIENT, f"--agent={agent}", "-H", "127.0.0.1", "-p", port, "-v", env={"KMS_PASSWORD": "of others"})
    assert "refused the connection" in result.line and "login none" in result.out, result


def test_a_password_of_two_lines_is_refused(plugin, tmp_path):
    path = tmp_path / "password"
    path.write_text("one\nX-Header: two\n")
    result = plugin(CLIENT, "--agent=nscp", "-H", "a", f"--password-file={path}")
    assert result.code == 3 and "the password has a line end" in result.out, result


def test_a_secret_that_never_comes_ends_with_the_time_limit(plugin, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with open(pipe, "r+b", buffering=0):  # open for writing, and silent
        result = plugin(CLIENT, "--agent=nscp", "-H", "127.0.0.1", f"--password-file={pipe}", "-t", "500ms:critical")
    assert result.code == 2 and "the time limit came while reading the secrets" in result.line, result


# ---- the part that asks


def test_the_part_is_found_beside_the_program(tmp_path):
    """A copy of both in another folder works without anything installed."""
    (tmp_path / "kms-monitoring").mkdir()
    shutil.copy(BUILD / CLIENT, tmp_path)
    shutil.copy(BUILD / "kms-monitoring" / f"{CLIENT}-http", tmp_path / "kms-monitoring")
    done = subprocess.run([tmp_path / CLIENT, "--agent=ifw", "-H", "127.0.0.1", "-p", "1"], capture_output=True, text=True,
                          check=False, timeout=20)
    assert "refused the connection" in done.stdout and done.returncode == 3


def test_a_part_that_is_missing_is_named_and_the_rest_works(tmp_path):
    shutil.copy(BUILD / CLIENT, tmp_path)
    words = ["--agent=ifw", "-H", "wks-001"]
    done = subprocess.run([tmp_path / CLIENT, *words], capture_output=True, text=True, check=False, timeout=20)
    first = done.stdout.split("\n", 1)[0]
    assert done.returncode == 3 and "the part for --agent=ifw is not installed" in first, done
    assert f"neither {tmp_path}/kms-monitoring/{CLIENT}-http nor " in done.stdout
    done = subprocess.run([tmp_path / CLIENT, *words, "--rule=agent=warning", "--output-format=json"], capture_output=True,
                          text=True, check=False, timeout=20)
    assert done.returncode == 1 and '"state":"WARNING"' in done.stdout, done
    done = subprocess.run([tmp_path / CLIENT, "--help"], capture_output=True, text=True, check=False, timeout=20)
    assert "--agent" in done.stdout


def test_a_program_in_the_place_of_its_part_does_not_become_itself(tmp_path):
    (tmp_path / "kms-monitoring").mkdir()
    shutil.copy(BUILD / CLIENT, tmp_path)
    (tmp_path / "kms-monitoring" / f"{CLIENT}-http").symlink_to(tmp_path / CLIENT)
    done = subprocess.run([tmp_path / CLIENT, "--agent=ifw", "-H", "wks-001"], capture_output=True, text=True, check=False,
                          timeout=20)
    assert done.returncode == 3 and "is the plugin itself" in done.stdout, done


def test_a_part_that_may_not_be_run_is_named(tmp_path):
    folder = tmp_path / "kms-monitoring"
    folder.mkdir()
    shutil.copy(BUILD / CLIENT, tmp_path)
    (folder / f"{CLIENT}-http").write_text("no program")
    done = subprocess.run([tmp_path / CLIENT, "--agent=ifw", "-H", "wks-001"], capture_output=True, text=True, check=False,
                          timeout=20)
    assert done.returncode == 3 and f"{folder}/{CLIENT}-http: Permission denied" in done.stdout, done


def test_a_closed_standard_output_is_noticed_behind_the_part_too(port):
    done = subprocess.run(["sh", "-c", f'exec "$0" --agent=ifw -H 127.0.0.1 -p {port} --rule=agent=ok >&-',
                           BUILD / CLIENT], capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")


def test_only_the_part_loads_the_libraries(tmp_path, port):
    """The dynamic linker says what it loads."""
    def loaded(*words):
        done = subprocess.run([BUILD / CLIENT, *words], capture_output=True, text=True, check=False, timeout=20,
                              env={"LD_DEBUG": "files", "PATH": os.environ["PATH"]})
        return {name for name in ("libcurl", "libssl", "libexpat", "libcares")
                if any(f"/{name}.so" in line and "calling init" in line for line in done.stderr.splitlines())}

    document = pathlib.Path(tmp_path / "document")
    document.write_text("")
    assert loaded(f"--input={document}") == set()
    assert loaded("--agent=exec", "--", "true") == set()
    assert {"libcurl", "libssl"} <= loaded("--agent=ifw", "-H", "127.0.0.1", "-p", port)


# ---- recording


def test_a_recording_never_touches_a_file_that_exists(plugin, tmp_path, port):
    path = tmp_path / "record"
    path.write_text("kept")
    result = plugin(CLIENT, "--agent=ifw", "-H", "127.0.0.1", "-p", port, f"--record={path}")
    assert result.code == 3 and f"the file of --record, {path}, exists" in result.out, result
    assert path.read_text() == "kept"


def test_a_recording_without_a_reply_leaves_no_file(plugin, tmp_path, port):
    path = tmp_path / "record"
    result = plugin(CLIENT, "--agent=ifw", "-H", "127.0.0.1", "-p", port, f"--record={path}")
    assert "refused the connection" in result.line and not path.exists(), result
