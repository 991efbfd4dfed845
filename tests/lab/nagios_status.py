# SPDX-License-Identifier: MIT
"""The services in the status.dat of Nagios 4."""
import dataclasses
import re

STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]


@dataclasses.dataclass(frozen=True)
class Service:
    """One service as Nagios keeps it."""
    values: dict

    @property
    def state(self):
        return STATES[int(self.values["current_state"])]

    @property
    def output(self):
        return self.values["plugin_output"]

    @property
    def details(self):
        """The lines behind the first, without the escapes of the file."""
        return re.sub(r"\\(.)", lambda pair: {"n": "\n"}.get(pair[1], pair[1]), self.values["long_plugin_output"])

    @property
    def perfdata(self):
        return self.values["performance_data"]

    @property
    def is_hard(self):
        return self.values["state_type"] == "1"

    @property
    def has_run(self):
        return self.values["has_been_checked"] == "1"

    @property
    def last_check(self):
        return int(self.values["last_check"])

    @property
    def next_check(self):
        return int(self.values["next_check"])


def services_in(text):
    """Every service by (host, service)."""
    found = {}
    for block in re.findall(r"(?ms)^servicestatus \{\n(.*?)^\t\}$", text):
        values = dict(line.strip("\t").split("=", 1) for line in block.splitlines())
        found[values["host_name"], values["service_description"]] = Service(values)
    return found
