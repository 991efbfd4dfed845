# SPDX-License-Identifier: MIT
"""The machines of the lab that are in the pictures."""
import dataclasses
import errno

import documents
from network import Lab

DOMAIN = documents.DOMAIN
BRANCH = "branch.example.com"  # nobody published a KMS host there
KMS_PORT = 1688
EXPECTED = [f"kms0{number}.{DOMAIN}" for number in (1, 2, 3)]
PLUGINS = ["check_kms_host", "check_kms_client", "check_kms_reach"]
ALERT = ("wks-025", "kms-client")  # the one that is drawn in full
CANARY = "srv-001"  # proves the login of the monitoring
STATES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}


@dataclasses.dataclass(frozen=True)
class Machine:
    name: str
    kind: str  # host, server, desktop or laptop
    state: str  # what the plugin says of it

    @property
    def address(self):
        return f"{self.name}.{DOMAIN}"

    @property
    def service(self):
        return "kms-host" if self.kind == "host" else "kms-client"


MACHINES = [
    Machine("kms01", "host", "WARNING"),
    Machine("kms02", "host", "CRITICAL"),
    Machine("kms03", "host", "CRITICAL"),
    Machine("srv-001", "server", "OK"),
    Machine("srv-009", "server", "WARNING"),
    Machine("wks-001", "desktop", "OK"),
    Machine("wks-022", "desktop", "WARNING"),
    Machine("wks-025", "desktop", "CRITICAL"),
    Machine("wks-029", "laptop", "OK"),
]
DOMAINS = {DOMAIN: "CRITICAL", BRANCH: "CRITICAL"}  # the states of their kms-reach


def lab():
    """The lab, not started: its KMS hosts on their own port, as they are in reality, on another where that is taken."""
    class Site(Lab):
        def _set(self):
            try:
                super()._set()
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                self._wanted_port = 0
                super()._set()
    return Site(port=KMS_PORT)


def object_names():
    return [*DOMAINS, *(machine.name for machine in MACHINES)]


def expected_states():
    """The state of every service by (host, service)."""
    states = {(domain, "kms-reach"): state for domain, state in DOMAINS.items()}
    states |= {(machine.name, machine.service): machine.state for machine in MACHINES}
    states |= {(CANARY, "kms-login-probe"): "OK", (CANARY, "kms-login"): "OK"}
    return {key: STATES[state] for key, state in states.items()}


def write_documents(shop):
    """Every machine's document as documents/NAME.json in the workshop."""
    for machine in MACHINES:
        shop.write(f"documents/{machine.name}.json", documents.document(machine.name, "json"))
