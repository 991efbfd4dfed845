# SPDX-License-Identifier: MIT
"""--record: what an agent of the lab answered, masked, in a file that a site may give away."""
import functools

import pytest

import agent_behaviours
import documents
from http_agents import PASSWORD, WAYS, asking, certificates, stage  # noqa: F401


def secrets_of(machine):
    """What must not leave the site: names of machines and of the domain, ids of the machine, the password."""
    client = documents.clients()[machine]
    return [machine, documents.DOMAIN, documents.kms_name(client)[0], client["ClientMachineID"], PASSWORD, "monitoring"]


@pytest.mark.parametrize("way", WAYS)
def test_record_names_nobody(asking, tmp_path, way):  # noqa: F811
    server = asking.start(way, "wks-025")
    result = asking.ask(way, server, f"--record={tmp_path}/replies")
    assert result.code == 2 and "0xC004F009" in result.line, result
    recorded = (tmp_path / "replies").read_bytes()
    assert recorded.count(b"HTTP/1.1 200") == len(server.requests)
    assert all(secret.lower().encode("ascii") not in recorded.lower() for secret in secrets_of("wks-025")), recorded


@pytest.mark.parametrize("way", ["nscp-command", "ifw", "exporter"])  # one reply each, tied to no request
def test_record_is_as_good_as_the_agent(asking, tmp_path, way):  # noqa: F811
    asking.ask(way, asking.start(way, "wks-025"), f"--record={tmp_path}/reply")
    recorded = (tmp_path / "reply").read_bytes()
    replay = functools.partial(agent_behaviours.fixed_and_closed, data=recorded)
    result = asking.ask(way, asking.start(way, "wks-025", behaviour=replay))
    assert result.code == 2 and "0xC004F009" in result.line, result


def test_record_of_a_refusal(asking, tmp_path):  # noqa: F811
    """What could not be read is what a maintainer wants to see most."""
    result = asking.ask("ifw", asking.start("ifw", behaviour="html_502"), f"--record={tmp_path}/reply")
    assert result.code == 3, result
    assert (tmp_path / "reply").read_bytes().startswith(b"HTTP/1.1 502")


def test_record_does_not_overwrite(asking, tmp_path):  # noqa: F811
    (tmp_path / "reply").write_text("of somebody else")
    server = asking.start("ifw")
    result = asking.ask("ifw", server, f"--record={tmp_path}/reply")
    assert result.code == 3 and (tmp_path / "reply").read_text() == "of somebody else", result
    assert not server.requests
