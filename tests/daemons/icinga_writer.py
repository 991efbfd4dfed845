# SPDX-License-Identifier: MIT
"""A real Icinga 2, unprivileged, whose InfluxdbWriter sends what the plugins find out about machines of the lab.
Everything about the writer but the port and the time is its default."""
import contextlib

import documents
import icinga_daemon
from conftest import skip_without
from daemon_process import open_folder, write
from icinga_daemon import SHIPPED, Icinga

WRITER = """
object InfluxdbWriter "influxdb" {{
  port = {port}
  flush_interval = 1s
}}
"""
SERVICE = """
object Host "{name}" {{
  check_command = "dummy"
  {address}
}}
object Service "{service}" {{
  {template}
  host_name = "{name}"
  check_command = "{command}"
  check_interval = 1s
  retry_interval = 1s
  vars.{command}_input = "{folder}/{name}.json"
  {variables}
}}
"""
FLOOR = "vars.kms_host_floor = 25"
# As the service templates have it.
PREVIOUS = 'vars.kms_host_previous = "$service.perfdata$"\n  vars.kms_host_previous_time = "$service.last_check$"'
TEMPLATES = {"kms_host": "kms-host-service", "kms_client": "kms-desktop-client-service"}


@contextlib.contextmanager
def icinga_writing_to(port, machines, commands=None, has_templates=False):
    """`machines`: name to check command.  The first one has an address, the others have none.  `commands`: text of the
    configuration instead of our file, with service templates or without."""
    skip_without(icinga_daemon.NEEDS)
    with open_folder("writer") as folder:
        text = (commands or (SHIPPED / "kms-commands.conf").read_text()) + WRITER.format(port=port)
        for number, (name, command) in enumerate(machines.items()):
            write(folder / f"{name}.json", documents.document(name, "json"))
            template = f'import "{TEMPLATES[command]}"' if has_templates else ""
            variables = [FLOOR, "" if has_templates else PREVIOUS] if command == "kms_host" else []
            text += SERVICE.format(name=name, command=command, service=command.replace("_", "-"), folder=folder,
                                   address='address = "127.0.0.1"' if number == 0 else "", template=template,
                                   variables="\n  ".join(variables))
        with Icinga(folder / "poller", site=text, name="poller", include=""):
            yield
