# SPDX-License-Identifier: MIT
"""A real Nagios 4 that runs the plugins against the lab with the shipped configuration, and its CGIs."""
import re
import time

import machines
import needs
from cgi_server import USER, CgiServer
from nagios_daemon import Nagios
from nagios_folder import SHIPPED
from nagios_status import STATES

SETTINGS = {"execute_service_checks": 1, "execute_host_checks": 0, "date_format": "iso8601"}
PAGES = f"""\
main_config_file={{folder}}/nagios.cfg
physical_html_path={needs.NAGIOS_PAGES}
url_html_path=/nagios4
use_authentication=0
default_user_name={USER}
authorized_for_system_information={USER}
authorized_for_all_services={USER}
authorized_for_all_hosts={USER}
use_pending_states=1
escape_html_tags=1
show_context_help=0
refresh_rate=3600
result_limit=0
"""
DOMAIN = """\
define host {{
    host_name   {name}
    use         kms-domain
    hostgroups  kms-domains
    _KMS_REACH  -D {name} --dns-server={dns} --expect={expect}
}}
"""
MACHINE = """\
define host {{
    host_name   {name}
    use         {template}
    hostgroups  {group}
    address     {address}
    _KMS_AGENT  --agent=file --input={document}
}}
"""
TEMPLATES = {"host": "kms-host-machine", "server": "kms-server", "desktop": "kms-desktop", "laptop": "kms-laptop"}
HOST_BLOCK = re.compile(r"^define host \{.*?^\}\n", re.MULTILINE | re.DOTALL)


class NagiosWeb:
    """The pages of a Nagios that knows the state of everything."""

    def __init__(self, shop, lab):
        self._nagios = Nagios(self._site(shop, lab), build=shop.folder / "plugins", settings=SETTINGS, shop=shop)
        pages = self._nagios.write("cgi.cfg", PAGES.format(folder=self._nagios.folder))
        self._nagios.start()
        for name in machines.object_names():  # a check of the lab's addresses would find nobody
            self._nagios.command("PROCESS_HOST_CHECK_RESULT", name, 0, "the lab plays this machine")
        shop.settle("states of Nagios", self._late, self._nagios.process)
        self._server = CgiServer(shop.run, pages)

    def __enter__(self):
        self._server.__enter__()
        return self

    def __exit__(self, *_):
        self._server.__exit__()
        self._nagios.close()

    @staticmethod
    def _site(shop, lab):
        """The example of a site with the machines of the lab in the place of its own."""
        parts = [HOST_BLOCK.sub("", (SHIPPED / "kms-site.cfg.example").read_text(encoding="ascii"))]
        for name in machines.DOMAINS:
            parts.append(DOMAIN.format(name=name, dns=lab.dns, expect=",".join(machines.EXPECTED)))
        for machine in machines.MACHINES:
            parts.append(MACHINE.format(name=machine.name, address=machine.address, template=TEMPLATES[machine.kind],
                                        group=f"kms-{machine.kind}s",
                                        document=shop.folder / "documents" / f"{machine.name}.json"))
        return "\n".join(parts)

    def _late(self):
        """What has no state yet, or a soft one, or another one than it should; asks for another check of each."""
        services = self._nagios.services()
        late = []
        for (host, name), state in machines.expected_states().items():
            service = services[host, name]
            if (service.has_run, service.state, service.is_hard) != (True, STATES[state], True):
                late.append(f"{name} of {host}: {service.state} {service.output}")
                self._nagios.command("SCHEDULE_FORCED_SVC_CHECK", host, name, int(time.time()))
        return late

    @property
    def list_url(self):
        return f"{self._server.base}/cgi-bin/nagios4/status.cgi?host=all&style=detail&limit=0"

    @property
    def alert_url(self):
        host, service = machines.ALERT
        return f"{self._server.base}/cgi-bin/nagios4/extinfo.cgi?type=2&host={host}&service={service}"
