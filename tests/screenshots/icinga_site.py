# SPDX-License-Identifier: MIT
"""A real Icinga 2 that runs the plugins against the lab with the shipped configuration, and the database it writes to:
a PostgreSQL of its own, which only a socket in the workshop leads to."""
import time

import machines
import needs

DATABASE = USER = "icinga"
WEB_DATABASE = "icingaweb"  # what people set for themselves in Icinga Web
MAIN = """\
const PluginDir = "{plugins}"
const PluginContribDir = PluginDir
const ManubulonPluginDir = PluginDir
const NodeName = "monitoring"
const ZoneName = NodeName
include <itl>
include <plugins>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object ExternalCommandListener "command" {{ command_path = "{pipe}" }}
object IdoPgsqlConnection "ido" {{
    host = "{socket}"
    user = "{user}"
    database = "{database}"
}}
const KmsNotify = "/bin/true"
include "{shipped}/kms-monitoring.conf"
"""
DOMAIN = """\
object Host "{name}" {{
    import "kms-domain"
    check_command = "dummy"
    vars.kms_roles = [ "reach" ]
    vars.kms_domain = "{name}"
    vars.kms_dns_servers = [ "{dns}" ]
    vars.kms_hosts = [ {expect} ]
}}
"""
MACHINE = """\
object Host "{name}" {{
    import "{template}"
    address = "{address}"
    check_command = "dummy"
    vars.kms_roles = [ "{role}" ]
    vars.kms_reach_host = "{domain}"
    vars.kms_login_canary = "{canary}"
    vars.kms_agent = {{ agent = "file", input = "{document}" }}
{more}}}
"""
FLOOR = "    vars.kms_host_floor = 25\n"
TEMPLATES = {"host": "kms-host-machine", "server": "kms-server", "desktop": "kms-desktop", "laptop": "kms-laptop"}
HOSTS = """
SELECT name1, current_state FROM icinga_hoststatus JOIN icinga_objects ON object_id = host_object_id
WHERE has_been_checked = 1"""
SERVICES = """
SELECT name1, name2, current_state, state_type FROM icinga_servicestatus
JOIN icinga_objects ON object_id = service_object_id WHERE has_been_checked = 1"""


class Database:
    """PostgreSQL in a folder of the workshop."""

    def __init__(self, shop):
        self._shop = shop
        self.socket = shop.make("socket")
        self.socket.chmod(0o700)
        data = shop.folder / "database"
        shop.run([needs.postgres("initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C",
                  "--no-sync"])
        self._server = shop.start("postgres", [needs.postgres("postgres"), "-D", data, "-k", self.socket, "-F",
                                               "-c", "listen_addresses="])
        shop.wait("PostgreSQL", self._is_ready, self._server)
        self.ask(f"CREATE DATABASE {DATABASE}", "postgres")
        self._psql(DATABASE, "-f", needs.ICINGA_SCHEMA)
        self.ask(f"CREATE DATABASE {WEB_DATABASE}")
        self._psql(WEB_DATABASE, "-f", needs.WEB_SCHEMA)

    def _is_ready(self):
        return (self.socket / ".s.PGSQL.5432").exists() and "ready to accept" in self._shop.log(self._server)

    def _psql(self, database, *words):
        command = [needs.postgres("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.socket]
        return self._shop.run([*command, "-U", USER, "-d", database, *words]).decode("utf-8")

    def ask(self, statement, database=DATABASE):
        """The rows of the answer, each a list of words."""
        return [line.split("|") for line in self._psql(database, "-c", statement).splitlines()]

    def end(self):
        self._shop.end(self._server)


class Icinga:
    """The daemon in the folder icinga of the workshop."""

    def __init__(self, shop, lab, shipped):
        self.shop = shop
        here = shop.make("icinga")
        shop.make(*[f"icinga/{name}" for name in ("data", "log", "cache", "spool", "run")])
        self._pipe = here / "run" / "icinga2.cmd"
        self.database = Database(shop)
        shop.copy(shipped, "icinga/shipped")
        shop.write("icinga/icinga2.conf", MAIN.format(
            plugins=shop.folder / "plugins", pipe=self._pipe, socket=self.database.socket, user=USER, database=DATABASE,
            shipped=here / "shipped") + self._site(lab))
        names = {"ConfigDir": "", "DataDir": "data", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool",
                 "InitRunDir": "run"}
        folders = [word for name, folder in names.items() for word in ("-D", f"{name}={here / folder}")]
        command = [needs.program("icinga2"), "daemon", "-c", here / "icinga2.conf", *folders]
        account = {"ICINGA2_USER": shop.account.pw_name, "ICINGA2_GROUP": shop.group_name}
        shop.run([*command, "-C"], account)
        self._daemon = shop.start("icinga2", command, account)
        shop.wait("Icinga", self._pipe.is_fifo, self._daemon)
        shop.settle("states of Icinga", self._late, self._daemon)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shop.end(self._daemon)
        self.database.end()

    def _site(self, lab):
        expect = ", ".join(f'"{name}"' for name in machines.EXPECTED)
        parts = [DOMAIN.format(name=name, dns=lab.dns, expect=expect) for name in machines.DOMAINS]
        for machine in machines.MACHINES:
            parts.append(MACHINE.format(name=machine.name, template=TEMPLATES[machine.kind], address=machine.address,
                                        role=machine.service.removeprefix("kms-"), domain=machines.DOMAIN,
                                        canary=machines.CANARY, more=FLOOR if machine.kind == "host" else "",
                                        document=f"documents/{machine.name}.json"))
        return "".join(parts)

    def _late(self):
        """What has no state yet, or a soft one, or another one than it should; asks for another check of each."""
        hosts = dict(self.database.ask(HOSTS))
        services = {(host, service): state for host, service, *state in self.database.ask(SERVICES)}
        late = []
        with open(self._pipe, "w", encoding="ascii") as pipe:
            now = int(time.time())
            for host in machines.object_names():
                if hosts.get(host) != "0":
                    late.append(f"{host}: {hosts.get(host)}")
                    pipe.write(f"[{now}] SCHEDULE_FORCED_HOST_CHECK;{host};{now}\n")
            for (host, service), state in machines.expected_states().items():
                if services.get((host, service)) != [str(state), "1"]:
                    late.append(f"{service} of {host}: {services.get((host, service))}")
                    pipe.write(f"[{now}] SCHEDULE_FORCED_SVC_CHECK;{host};{service};{now}\n")
        return late
