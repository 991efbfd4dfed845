# SPDX-License-Identifier: MIT
"""Logins at agents over HTTP: one for each run, never a second try, and no password in any output."""
import os
import threading

import pytest

from http_agents import (KINDS, PASSWORD, WAYS, asking, assert_refused, assert_refused_as_json,  # noqa: F401
                         certificates, stage)

WRONG = "not-The-Password:2"
REFUSED_WITH = {"nscp": "403", "nscp-command": "403", "nscp-legacy": "403", "winrm": "401", "ifw": "401",
                "exporter": "401"}


@pytest.mark.parametrize("form", [(), ("-vv",), ("--output-format=json",)], ids=["plain", "verbose", "json"])
@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_password_is_sent_once_and_shown_nowhere(asking, way, form):  # noqa: F811
    server = asking.start(way)
    result = asking.ask(way, server, *form, password=WRONG)
    if "--output-format=json" in form:
        assert_refused_as_json(result)
    else:
        assert_refused(result, f"answered {REFUSED_WITH[way]}")
    assert server.logins == [(server.agent.user, WRONG)] and len(server.connections) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_refused_login_may_have_a_state_of_its_own(asking, way):  # noqa: F811
    """What a login canary is built on: CRITICAL for a refusal, and for nothing else."""
    server = asking.start(way)
    result = asking.ask(way, server, "--rule=login=critical", password=WRONG)
    assert result.code == 2 and result.details[0].startswith(" \\_ [CRITICAL] login: "), result
    silent = asking.ask(way, asking.start(way, behaviour="html_502"), "--rule=login=critical")
    assert silent.code == 3 and silent.details[0].startswith(" \\_ [UNKNOWN] agent: "), silent


def test_a_busy_machine_is_no_refused_login(asking):  # noqa: F811
    """The quota of WinRM passes within minutes; a canary must not hold back the others for an hour."""
    server = asking.start("winrm", fault=(0x803381A6, "w:QuotaLimit"))
    busy = asking.ask("winrm", server, "--rule=login=critical")
    assert busy.code == 3 and " agent: " in busy.details[0] and "too many operations" in busy.details[0], busy


@pytest.mark.parametrize("way", ["winrm", "ifw", "exporter"])
def test_a_wrong_user_is_sent_once(asking, way):  # noqa: F811
    server = asking.start(way, user="somebody-else")
    assert_refused(asking.ask(way, server), "401")
    assert server.logins == [("monitoring", PASSWORD)]


def test_the_password_of_another_user_of_nsclient(asking):  # noqa: F811
    server = asking.start("nscp", "wks-001", user="poller")
    assert asking.ask("nscp", server, "--user=poller").code == 0
    assert set(server.logins) == {("poller", PASSWORD)}


def test_nsclient_explains_why_it_may_refuse(asking):  # noqa: F811
    server = asking.start("nscp", allows_caller=False)
    assert_refused(asking.ask("nscp", server), "allowed hosts", "403", "60 s")
    assert len(server.requests) == 1


def test_winrm_says_which_methods_are_offered_instead(asking):  # noqa: F811
    server = asking.start("winrm", offers=["Negotiate", "Kerberos"])
    assert_refused(asking.ask("winrm", server, password=WRONG), "login method basic is not offered", "Negotiate")
    assert len(server.logins) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_login_may_be_refused_in_the_middle(asking, kind):  # noqa: F811
    """401 and 403 are final, whatever was answered before."""
    for behaviour in ("refused_401", "refused_403"):
        server = asking.start(kind, behaviour=behaviour)
        assert_refused(asking.ask(kind, server), behaviour[-3:])
        assert len(server.requests) == len(server.connections) == 1


# ---- where the password comes from


def ask_with(asking, *words, env=None):  # noqa: F811
    server = asking.start("nscp", "wks-001")
    result = asking.ask("nscp", server, *words, password=None, env=env)
    assert result.code == 0, result
    assert set(server.logins) == {("admin", PASSWORD)}


def test_password_from_the_environment(asking):  # noqa: F811
    ask_with(asking, env={"KMS_PASSWORD": PASSWORD})


@pytest.mark.parametrize("end", ["", "\n"])
def test_password_from_a_file_which_comes_before_the_environment(asking, tmp_path, end):  # noqa: F811
    (tmp_path / "password").write_text(PASSWORD + end)
    ask_with(asking, f"--password-file={tmp_path}/password", env={"KMS_PASSWORD": WRONG})


def test_password_from_a_pipe_as_a_shell_makes_it(asking, tmp_path):  # noqa: F811
    """--password-file=<(pass show kms)"""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_text(PASSWORD + "\n"), daemon=True)
    writer.start()
    ask_with(asking, f"--password-file={fifo}")
    writer.join(5)
    assert not writer.is_alive()


def test_password_from_an_ini_file_which_comes_before_the_environment(asking, tmp_path):  # noqa: F811
    ini = tmp_path / "monitoring.ini"
    ini.write_text(f"[check_kms_client]\npassword={PASSWORD}\n")
    ini.chmod(0o600)
    ask_with(asking, f"--extra-opts=check_kms_client@{ini}", env={"KMS_PASSWORD": WRONG})


@pytest.mark.parametrize("kind", ["nscp", "ifw", "exporter"])  # WinRM always wants one
def test_an_agent_that_wants_no_login_gets_none(asking, plugin, kind):  # noqa: F811
    server = asking.start(kind, "wks-001", password=None)
    result = plugin("check_kms_client", *server.words, f"--ca-cert={asking.certificates.ca_file}")
    assert result.code == 0 and not server.logins, result
    assert all(request.header("Authorization") is None for request in server.requests)


# ---- the certificate of the client


@pytest.mark.parametrize("kind", KINDS)
def test_login_by_certificate(asking, plugin, kind):  # noqa: F811
    pair = asking.certificates.client
    server = asking.start(kind, "wks-001", password=None, tls={"client_ca": asking.certificates.ca_file})
    result = plugin("check_kms_client", *server.words, "--auth=certificate", "-J", str(pair.certificate),
                    "-K", str(pair.key), f"--ca-cert={asking.certificates.ca_file}")
    assert result.code == 0, result
    assert all(connection.stream.client_certificate for connection in server.connections)


@pytest.mark.parametrize("who", [None, "other_client"])
def test_a_certificate_that_the_agent_does_not_take(asking, plugin, who):  # noqa: F811
    pair = who and getattr(asking.certificates, who)
    server = asking.start("exporter", "wks-001", password=None, tls={"client_ca": asking.certificates.ca_file})
    words = ["-J", str(pair.certificate), "-K", str(pair.key)] if pair else []
    result = plugin("check_kms_client", *server.words, f"--ca-cert={asking.certificates.ca_file}", *words)
    assert_refused(result, "certificate")
    assert not server.requests
