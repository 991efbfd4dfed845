# SPDX-License-Identifier: MIT
"""What the tests of agents over HTTP share: certificates, a stage, and how each agent is asked."""
import dataclasses
import json

import pytest

import documents
from certificates import Certificates
from stage import Stage

PASSWORD = "lab-Password:1"
WRITTEN = 1772438400  # documents.NOW, in seconds since 1970


@dataclasses.dataclass(frozen=True)
class Way:
    """One way to ask: a kind of agent, what it is on its side, and the words that only this way needs."""
    kind: str
    options: dict = dataclasses.field(default_factory=dict)
    words: tuple = ()
    scheme: str = "basic"


WAYS = {
    "nscp": Way("nscp"),
    "nscp-command": Way("nscp", words=("--command=kms_report",)),
    "nscp-legacy": Way("nscp", {"version": "0.4.4"}, ("--legacy",)),
    "winrm": Way("winrm", words=("--auth=basic", "--user=monitoring")),
    "ifw": Way("ifw", words=("--user=monitoring",)),
    "exporter": Way("exporter", words=("--user=monitoring",)),
}
KINDS = ["nscp", "winrm", "ifw", "exporter"]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def stage():
    """A stage for the servers of a test.  What no client of ours may send fails the test at its end."""
    with Stage() as on_stage:
        yield on_stage
        on_stage.settle()
        assert not on_stage.violations


@pytest.fixture(scope="module")
def long_stage():
    """The same for many tests."""
    with Stage() as on_stage:
        yield on_stage
        on_stage.settle()
        assert not on_stage.violations


def program_for(machine):
    return "check_kms_host" if machine in documents.hosts() else "check_kms_client"


class Asking:
    """Starts agents on a stage and asks them with a plugin."""

    def __init__(self, plugin, stage, certificates):
        self._plugin, self._stage, self.certificates = plugin, stage, certificates

    def start(self, way, machine="kms01", pair="server", password=PASSWORD, **differences):
        """An agent under TLS that wants a login."""
        way = WAYS[way]
        return self._stage.agent(way.kind, machine, pair and getattr(self.certificates, pair),
                                 **({"password": password} | way.options | differences))

    def words(self, way, server):
        return [*server.words, *WAYS[way].words]

    def ask(self, way, server, *words, trust=True, password=PASSWORD, env=None):
        """The plugin that judges this machine asks the server; `trust` gives it the CA of the lab."""
        words = [*self.words(way, server), "-t", "5", *words]
        if trust:
            words.append(f"--ca-cert={self.certificates.ca_file}")
        secret = {"KMS_PASSWORD": password} if password else {}
        result = self._plugin(program_for(server.agent.machine), *words, env=secret | (env or {}))
        assert PASSWORD not in result.out and (not password or password not in result.out), result
        return result


@pytest.fixture
def asking(plugin, stage, certificates):
    return Asking(plugin, stage, certificates)


def report(result):
    return json.loads(result.out)


def assert_refused(result, *words):
    """UNKNOWN by the rule agent, one clear sentence, and nothing that could be taken for a verdict."""
    assert result.code == 3, result
    state = result.line.split(" - ")[0].split()
    assert state[1] == "UNKNOWN" and len(result.line) <= 160, result
    findings = [line for line in result.details if line.startswith(" \\_ ")]
    assert len(findings) == 1 and findings[0].startswith(" \\_ [UNKNOWN] agent: "), result
    for word in words:
        assert word in findings[0] + "\n".join(result.details), result
    assert set(result.metrics) == {"time"}, result


def assert_refused_as_json(result):
    root = report(result)
    assert (result.code, root["exit_code"], root["state"]) == (3, 3, "UNKNOWN"), result
    assert [(finding["rule"], finding["state"]) for finding in root["findings"]] == [("agent", "UNKNOWN")], result
    assert [metric["label"] for metric in root["metrics"]] == ["time"], result
