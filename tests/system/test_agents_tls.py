# SPDX-License-Identifier: MIT
"""Trust in agents over HTTP: verification is on, a pin can replace it, and what is wrong is said in one sentence.
Nothing is sent to an agent that is not trusted."""
import pytest

from http_agents import (KINDS, asking, assert_refused, assert_refused_as_json, certificates, stage)  # noqa: F401

# certificate of the agent, and what the sentence must say
WRONG = {"untrusted": "is not trusted", "self_signed": "self-signed", "other_name": "is for another name",
         "expired": "has expired"}


def pin_of(asking, pair):  # noqa: F811
    return getattr(asking.certificates, pair).pin


@pytest.mark.parametrize("pair", WRONG)
@pytest.mark.parametrize("kind", KINDS)
def test_no_request_goes_to_an_agent_whose_certificate_is(asking, kind, pair):  # noqa: F811
    server = asking.start(kind, pair=pair)
    result = asking.ask(kind, server)
    assert_refused(result, "certificate")
    assert not server.requests and len(server.connections) == 1
    if pair in ("untrusted", "self_signed"):
        assert pin_of(asking, pair) in result.out, result  # to be checked and used


@pytest.mark.parametrize("kind", KINDS)
def test_refusal_of_a_certificate_as_json(asking, kind):  # noqa: F811
    server = asking.start(kind, pair="untrusted")
    result = asking.ask(kind, server, "--output-format=json")
    assert_refused_as_json(result)
    assert pin_of(asking, "untrusted") in result.out.replace("\\/", "/") and not server.requests, result


@pytest.mark.parametrize("pair", ["self_signed", "untrusted", "expired", "other_name"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_pin_alone_is_enough_for_a_certificate_that_is(asking, kind, pair):  # noqa: F811
    server = asking.start(kind, "wks-001", pair=pair)
    result = asking.ask(kind, server, f"--pin={pin_of(asking, pair)}", trust=False)
    assert result.code == 0, result


@pytest.mark.parametrize("kind", KINDS)
def test_the_pin_of_another_key_stops_everything(asking, kind):  # noqa: F811
    server = asking.start(kind, pair="self_signed")
    result = asking.ask(kind, server, f"--pin={pin_of(asking, 'server')}", trust=False)
    assert_refused(result, pin_of(asking, "self_signed"))
    assert not server.requests


def test_with_a_ca_and_a_pin_both_apply(asking):  # noqa: F811
    good, stranger = pin_of(asking, "server"), pin_of(asking, "untrusted")
    assert asking.ask("nscp", asking.start("nscp", "wks-001"), f"--pin={good}").code == 0
    for pair, pin in (("server", stranger), ("untrusted", stranger), ("other_name", pin_of(asking, "other_name"))):
        server = asking.start("nscp", pair=pair)
        assert_refused(asking.ask("nscp", server, f"--pin={pin}"), "")
        assert not server.requests


@pytest.mark.parametrize("kind", KINDS)
def test_the_expected_name_is_another_thing_than_the_address(asking, kind):  # noqa: F811
    """As for the certificate of an Icinga agent: reached by address, named after its node."""
    server = asking.start(kind, "wks-001", pair="other_name", name="files9.corp.example.com")
    result = asking.ask(kind, server, "--tls-name=files9.corp.example.com")
    assert result.code == 0, result
    assert {connection.stream.server_name for connection in server.connections} == {"files9.corp.example.com"}
    assert_refused(asking.ask(kind, server, "--tls-name=files8.corp.example.com"), "files8.corp.example.com")


def test_an_address_is_not_sent_as_a_name(asking):  # noqa: F811
    server = asking.start("nscp", "wks-001")
    asking.ask("nscp", server)
    assert [connection.stream.server_name for connection in server.connections] == [None]


@pytest.mark.parametrize("kind", KINDS)
def test_insecure_trusts_anybody_when_told_so(asking, kind):  # noqa: F811
    server = asking.start(kind, "wks-001", pair="untrusted")
    assert asking.ask(kind, server, "--insecure", trust=False).code == 0


@pytest.mark.parametrize("kind", KINDS)
def test_tls_1_1_is_too_old(asking, kind):  # noqa: F811
    server = asking.start(kind, tls={"is_old": True})
    assert_refused(asking.ask(kind, server), "TLS")
    assert not server.requests


@pytest.mark.parametrize("kind", ["nscp", "winrm", "ifw"])
def test_plain_http_is_never_implied(asking, kind):  # noqa: F811
    server = asking.start(kind, "wks-001", pair=None, behaviour="plain_on_tls_port")
    assert_refused(asking.ask(kind, server), "does not speak TLS")
    server = asking.start(kind, "wks-001", pair=None)
    assert asking.ask(kind, server, "--plain-http", trust=False).code == 0


@pytest.mark.parametrize("kind", ["nscp", "winrm", "ifw"])  # the exporter is asked in plain HTTP then
def test_without_any_trust_the_system_decides(asking, kind):  # noqa: F811
    """The lab's CA is in no system's store."""
    server = asking.start(kind)
    assert_refused(asking.ask(kind, server, trust=False), "certificate", pin_of(asking, "server"))
    assert not server.requests
