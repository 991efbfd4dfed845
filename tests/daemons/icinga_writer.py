# SPDX-License-Identifier: MIT
"""A real Icinga 2, unprivileged, whose InfluxdbWriter sends what the plugins find out about machines of the lab.  Its
check commands are those that we ship; everything about the writer but the port is its default."""
import contextlib

import documents
from conftest import BUILD, ROOT
from metric_stores import find_program, rights, running, write

FOLDERS = ("DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir", "ConfigDir")
CONFIGURATION = """
const PluginDir = "{build}"
const PluginContribDir = "{build}"
const NodeName = "poller"
const ZoneName = NodeName
include <itl>
include "{commands}"
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
object InfluxdbWriter "influxdb" {{
  port = {port}
  flush_interval = 1s
}}
"""
SERVICE = """
object Host "{name}" {{ check_command = "dummy" }}
object Service "{service}" {{
  host_name = "{name}"
  check_command = "{command}"
  check_interval = 1s
  retry_interval = 1s
  vars.{command}_input = "{folder}/{name}.json"
  vars.{command}_hostname = "{name}"
  {more}
}}
"""
# As the service template of the Director's basket has it.
PREVIOUS = 'vars.kms_host_floor = 25\n  vars.kms_host_previous = "$service.perfdata$"\n' \
           '  vars.kms_host_previous_time = "$service.last_check$"'


@contextlib.contextmanager
def icinga_writing_to(port, machines):
    """`machines`: name to check command."""
    program = find_program("icinga2", "icinga2-bin")

    def prepare(folder, _ports):
        text = CONFIGURATION.format(build=BUILD, commands=ROOT / "packaging/icinga2/kms-commands.conf", port=port)
        for name, command in machines.items():
            write(folder / f"{name}.json", documents.document(name, "json"))
            text += SERVICE.format(name=name, command=command, service=command.replace("_", "-"), folder=folder,
                                   more=PREVIOUS if command == "kms_host" else "")
        account = "nobody:nogroup" if rights() else ""
        names = [f"ICINGA2_{word}={value}" for word, value in zip(("USER", "GROUP"), account.split(":")) if value]
        folders = [f"-D{word}={folder}" for word in FOLDERS]
        main = write(folder / "icinga2.conf", text)
        return ["env", *names, f"HOME={folder}", program, "daemon", "-c", main, *folders]

    with running("icinga2", 0, prepare, is_ready=lambda _server: True) as server:
        yield server
