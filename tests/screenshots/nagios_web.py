# SPDX-License-Identifier: MIT
"""A real Nagios 4 that runs the plugins against the lab with the shipped configuration, and its CGIs."""
import re
import time

import machines
import needs
from cgi_server import USER, CgiServer
MAIN = """\
log_file={here}/nagios.log
cfg_file={here}/{commands}
cfg_file={here}/{shipped}
cfg_file={here}/site.cfg
resource_file={here}/resource.cfg
object_cache_file={here}/objects.cache
precached_object_file={here}/objects.precache
status_file={here}/status.dat
status_update_interval=1
state_retention_file={here}/retention.dat
retain_state_information=0
command_file={here}/rw/nagios.cmd
query_socket={here}/rw/nagios.qh
lock_file={here}/nagios.pid
temp_file={here}/nagios.tmp
temp_path={here}/tmp
log_archive_path={here}/archives
check_result_path={here}/checkresults
check_result_reaper_frequency=1
check_external_commands=1
check_for_updates=0
use_syslog=0
date_format=iso8601
execute_host_checks=0
accept_passive_host_checks=1
enable_notifications=1
enable_flap_detection=0
service_inter_check_delay_method=n
check_workers=2
illegal_macro_output_chars=`~$&|'"<>
"""
PAGES = f"""\
main_config_file={{here}}/nagios.cfg
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
FIELDS = ("has_been_checked", "current_state", "state_type")
HARD = "1"
HOST_BLOCK = re.compile(r"^define host \{.*?^\}\n", re.MULTILINE | re.DOTALL)


class Nagios:
    """The daemon in the folder nagios of the workshop."""

    def __init__(self, shop, lab, shipped):
        self.shop = shop
        self.here = shop.make("nagios")
        shop.make("nagios/rw", "nagios/tmp", "nagios/archives", "nagios/checkresults")
        names = {"commands": "kms-commands.cfg", "shipped": "kms-monitoring.cfg"}
        for name in names.values():
            text = (shipped / name).read_text(encoding="ascii")
            shop.write(f"nagios/{name}", text.replace(needs.NOTIFY, needs.NOBODY_TOLD))
        shop.write("nagios/nagios.cfg", MAIN.format(here=self.here, **names))
        shop.write("nagios/cgi.cfg", PAGES.format(here=self.here))
        shop.write("nagios/resource.cfg", f"$USER1$={shop.folder}/plugins\n", mode=0o600)
        example = (shipped / "kms-site.cfg.example").read_text(encoding="ascii")
        shop.write("nagios/site.cfg", self._site(lab, example))
        program = needs.program("nagios4")
        shop.run([program, "-v", self.here / "nagios.cfg"])
        self._daemon = shop.start("nagios4", [program, self.here / "nagios.cfg"])
        shop.wait("Nagios", (self.here / "rw" / "nagios.cmd").is_fifo, self._daemon)
        for name in machines.object_names():  # a check of the lab's addresses would find nobody
            self._tell(f"PROCESS_HOST_CHECK_RESULT;{name};0;the lab plays this machine")
        shop.settle("states of Nagios", self._late, self._daemon)
        self._server = CgiServer(shop.run, self.here / "cgi.cfg")

    def __enter__(self):
        self._server.__enter__()
        return self

    def __exit__(self, *_):
        self._server.__exit__()
        self.shop.end(self._daemon)

    def _site(self, lab, example):
        """The example of a site with the machines of the lab in the place of its own."""
        parts = [HOST_BLOCK.sub("", example)]
        for name in machines.DOMAINS:
            parts.append(DOMAIN.format(name=name, dns=lab.dns, expect=",".join(machines.EXPECTED)))
        for machine in machines.MACHINES:
            parts.append(MACHINE.format(name=machine.name, address=machine.address, template=TEMPLATES[machine.kind],
                                        group=f"kms-{machine.kind}s",
                                        document=self.shop.folder / "documents" / f"{machine.name}.json"))
        return "\n".join(parts)

    def _tell(self, command):
        with open(self.here / "rw" / "nagios.cmd", "w", encoding="ascii") as pipe:
            pipe.write(f"[{int(time.time())}] {command}\n")

    def _status(self):
        """The fields of every service, by (host, service)."""
        services, fields = {}, None
        for line in (self.here / "status.dat").read_text(encoding="utf-8").splitlines():
            if line.endswith("{"):
                fields = {}
            elif line.strip() == "}" and "service_description" in fields:
                services[fields["host_name"], fields["service_description"]] = fields
            elif "=" in line:
                name, _, value = line.strip().partition("=")
                fields[name] = value
        return services

    def _late(self):
        """What has no state yet, or a soft one, or another one than it should; asks for another check of each."""
        if not (self.here / "status.dat").exists():
            return ["status.dat"]
        status = self._status()
        late = []
        for (host, service), state in machines.expected_states().items():
            seen = status.get((host, service), {})
            if tuple(seen.get(name) for name in FIELDS) != ("1", str(state), HARD):
                late.append(f"{service} of {host}: {seen.get('current_state')} {seen.get('plugin_output')}")
                self._tell(f"SCHEDULE_FORCED_SVC_CHECK;{host};{service};{int(time.time())}")
        return late

    @property
    def list_url(self):
        return f"{self._server.base}/cgi-bin/nagios4/status.cgi?host=all&style=detail&limit=0"

    @property
    def alert_url(self):
        host, service = machines.ALERT
        return f"{self._server.base}/cgi-bin/nagios4/extinfo.cgi?type=2&host={host}&service={service}"
