# SPDX-License-Identifier: MIT
"""What may answer instead of an agent, or of a whole answer: UNKNOWN by the rule agent, one clear sentence, in time,
and never a verdict."""
import concurrent.futures

import pytest

from http_agents import (KINDS, asking, assert_refused, certificates, stage)  # noqa: F401

SILENT = {"silent": "silent in the TLS handshake", "silent_after_handshake": "did not answer in time",
          "silent_after_request": "did not answer in time", "half": "was still answering when time ran out, after "}
BAD = {
    "half_then_close": "in the middle of its answer",
    "half_then_cut": "in the middle of its answer",
    "half_then_reset": "closed the connection",
    "close": "closed the connection",
    "close_after_request": "closed the connection without an answer",
    "reset": "closed the connection",
    "reset_after_request": "closed the connection",
    "html_200": "an HTML page: a proxy or another server",
    "html_502": "answered 502 with an HTML page",
    "redirect": "302, a redirection to https://portal.corp.example.com/login",
    "refused_403": "answered 403",
    "not_found": "answered 404",
    "empty": "answered",
    "empty_500": "answered 500",
    "garbage": "does not answer in HTTP",
    "ssh": "does not answer in HTTP",
    "zipped": "compressed",
    "longer_than_announced": "cannot be read",
    "shorter_than_announced": "in the middle of its answer",
    "endless_body": "more than 8 MiB",
    "endless_headers": "more than 64 KiB of headers",
    "plain_on_tls_port": "does not speak TLS",
    "garbage_for_tls": "does not speak TLS",
}
GOOD = ["slow", "no_reason", "chunked"]


@pytest.mark.parametrize("behaviour", BAD)
@pytest.mark.parametrize("kind", KINDS)
def test_no_verdict_from(asking, kind, behaviour):  # noqa: F811
    server = asking.start(kind, "wks-001", behaviour=behaviour)
    result = asking.ask(kind, server)
    assert_refused(result, f"127.0.0.1:{server.port} ", BAD[behaviour])
    assert len(server.connections) == 1 and len(server.logins) <= 1


@pytest.mark.parametrize("behaviour", SILENT)
def test_no_agent_is_waited_for_longer_than_allowed(asking, behaviour):  # noqa: F811
    servers = {kind: asking.start(kind, "wks-001", behaviour=behaviour) for kind in KINDS}
    with concurrent.futures.ThreadPoolExecutor() as pool:  # side by side, because each one waits
        asked = {kind: pool.submit(asking.ask, kind, servers[kind], "-t", "1") for kind in KINDS}
    for kind, future in asked.items():
        result = future.result()
        assert_refused(result, f"127.0.0.1:{servers[kind].port} ", SILENT[behaviour])
        assert 0.9 < float(result.metrics["time"].removesuffix("s")) < 5, result
        assert len(servers[kind].connections) == 1


@pytest.mark.parametrize("behaviour", GOOD)
@pytest.mark.parametrize("kind", KINDS)
def test_right_answers_in_an_unusual_form(asking, kind, behaviour):  # noqa: F811
    server = asking.start(kind, "wks-025", behaviour=behaviour)
    result = asking.ask(kind, server)
    assert result.code == 2 and "0xC004F009" in result.line, result


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_without_a_length_counts_when_it_shows_its_own_end(asking, kind):  # noqa: F811
    """JSON and XML are closed; metrics may be cut at any line and would look whole."""
    result = asking.ask(kind, asking.start(kind, "wks-025", behaviour="without_length"))
    if kind == "exporter":
        assert_refused(result, "without the length")
    else:
        assert result.code == 2 and "0xC004F009" in result.line, result


@pytest.mark.parametrize("kind", KINDS)
def test_a_port_where_nobody_listens(asking, stage, plugin, kind):  # noqa: F811
    server = asking.start(kind)
    port = stage.refusing_port()
    words = [str(port) if word == str(server.port) else word for word in asking.words(kind, server)]
    result = plugin("check_kms_host", *words, f"--ca-cert={asking.certificates.ca_file}", env={"KMS_PASSWORD": "x"})
    assert_refused(result, f"127.0.0.1:{port}")


def test_a_firewall_that_swallows_everything(asking, stage, plugin):  # noqa: F811
    port = stage.swallowing_port()
    result = plugin("check_kms_host", "--agent=exporter", "-H", "127.0.0.1", "-p", str(port), "-t", "500ms")
    assert_refused(result, f"127.0.0.1:{port}")


def test_a_host_name_that_does_not_exist(plugin):
    result = plugin("check_kms_host", "--agent=exporter", "-H", "kms.invalid", "-t", "2")
    assert result.code == 3 and "kms.invalid" in result.line, result
