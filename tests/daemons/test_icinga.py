# SPDX-License-Identifier: MIT
"""Our files and plugins in a real Icinga 2: what it loads, what it stores of an alert, and the page that goes out.
Both are in tests/golden/daemons/icinga-*.txt; after a wanted change

    WRITE_GOLDEN=1 python3 -m pytest -q tests/daemons/test_icinga.py && git diff tests/golden

Ports, durations and the time of a page are masked.  Everything runs from the shipped templates and rules, by host
variables alone.  Who is told when, and who waits for whom, is in test_icinga_site.py."""
import configparser
import contextlib
import os
import pathlib
import re
import shutil
import socket
import sys
import threading

import pytest

from conftest import ROOT, skip_without

sys.path.insert(0, str(ROOT / "tests/system"))

import documents  # noqa: E402
import icinga_daemon  # noqa: E402
import machine  # noqa: E402
from certificates import Certificates  # noqa: E402
from daemon_process import open_folder, write  # noqa: E402
from golden import compare_with_golden  # noqa: E402
from icinga_daemon import INCLUDE, SHIPPED, quote  # noqa: E402
from icinga_node import ALL_DAY, STATES, USERS, Node  # noqa: E402
from network import Lab  # noqa: E402
from published_codes import PUBLISHED_CODES  # noqa: E402
from reach_view import on_the_site, skip_without_ipv6  # noqa: E402
from stage import Stage  # noqa: E402

GOLDEN = ROOT / "tests/golden/daemons"
EXAMPLE = (SHIPPED / "kms-site.conf.example").read_text(encoding="ascii")
PASSWORD = "the-Agents;Password (x)' \\"  # a shell would stumble over it
SECRETIVE = "only-by-Environment:2"
# The codes that the software began with, from Microsoft's table of activation errors.


@pytest.fixture(scope="module")
def folder():
    skip_without(icinga_daemon.NEEDS)
    with open_folder("icinga") as top:
        yield top


# ---- loading

ONE_DOMAIN = 'object Host "corp.example.com" { import "kms-domain"; vars.kms_domain = "corp.example.com" }\n'
DEBIAN = pathlib.Path("/etc/icinga2/conf.d")
MATCHES_NOTHING = re.compile(r"warning/ApplyRule: Apply rule .* \(in .*/kms-\w+\.conf: .*\) for type '(\w+)' does not "
                             r"match anywhere!")


def test_the_example_of_a_site_loads_without_a_word(folder):
    assert not Node(folder / "example", site=EXAMPLE).validate()


def test_the_example_loads_beside_the_configuration_of_debian(folder):
    if not os.access(DEBIAN, os.R_OK):
        pytest.skip("Debian's conf.d is not installed (package icinga2-common), or not for us to read")
    shutil.copytree(DEBIAN, folder / "conf.d")  # of the account nagios, the tests run as another one
    for path in [folder / "conf.d", *(folder / "conf.d").iterdir()]:
        path.chmod(0o755)
    site = f'include_recursive "{folder}/conf.d"\n' + EXAMPLE
    assert not Node(folder / "debian", site=site, application="").validate()


def test_the_example_loads_with_everything_else_of_the_library(folder):
    more = "const ManubulonPluginDir = PluginDir\n" + "".join(
        f"include <{part}>\n" for part in ("plugins-contrib", "manubulon", "windows-plugins", "nscp"))
    assert not Node(folder / "library", include=more + INCLUDE, site=EXAMPLE).validate()


def test_the_files_load_from_the_global_zone_as_well(folder):
    """Every one but kms-monitoring.conf, in the order in which Icinga reads a folder."""
    zones = (SHIPPED / "kms-zones.conf.example").read_text(encoding="ascii")
    node = Node(folder / "global", zones=zones, name="master.example.com", include="")
    for path in SHIPPED.glob("kms-*.conf"):
        if path.name != "kms-monitoring.conf":
            write(node.folder / "conf/zones.d/global-templates" / path.name, path.read_text(encoding="ascii"))
    write(node.folder / "conf/zones.d/branch/kms-site.conf", EXAMPLE)
    assert not node.validate()


def test_without_a_machine_only_the_rules_say_that_they_match_nothing(folder):
    """Icinga says so of every rule; nothing else may be said."""
    said = [MATCHES_NOTHING.search(line) for line in Node(folder / "alone").validate()]
    assert all(said) and {match.group(1) for match in said} == {"Service", "Dependency", "Notification"}, said
    said = [MATCHES_NOTHING.search(line) for line in Node(folder / "domain", site=ONE_DOMAIN).validate()]
    assert all(said) and {match.group(1) for match in said} == {"Dependency"}, said


MISTAKES = {
    "key": ('import "kms-desktop"; vars.kms_agent = { agent = "nscp"; pasword_file = "/x" }',
            "Host x: kms_agent has the key pasword_file, which kms_client does not know"),
    "class": ('import "kms-desktop"; vars.kms_class = "dektop"', "Host x: kms_class is dektop, which is none of"),
    "role": ('import "kms-server"; vars.kms_roles = [ "cleint" ]', "Host x: kms_roles has cleint, which is none of"),
    "roles": ('import "kms-server"; vars.kms_roles = "clients"', "Host x: kms_roles has clients, which is none of"),
    "canary": ('import "kms-server"; vars.kms_login_canary = "nobody"',
               "'parent_host_name': Object 'nobody' of type 'Host' does not"),
    "domain": ('import "kms-server"; vars.kms_reach_host = "other"', "'x!kms-client!kms-reach' references a parent"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_host_is_refused(folder, name):
    definition, words = MISTAKES[name]
    site = EXAMPLE + 'object Host "other" { check_command = "dummy" }\nobject Host "x" { ' + definition + " }\n"
    said = "\n".join(Node(folder / f"mistake-{name}", site=site).validate())
    assert words in said, said


def test_dashboards_show_services_that_exist():
    """Panes and dashlets as Icinga Web 2.11 reads them; the names are those of the rules."""
    ini = configparser.ConfigParser(interpolation=None)
    ini.read_string((SHIPPED / "kms-dashboard.ini").read_text(encoding="ascii"))
    panes = [name for name in ini.sections() if "." not in name]
    dashlets = [name for name in ini.sections() if "." in name]
    assert len(panes) == 2 and {name.split(".", 1)[0] for name in dashlets} == set(panes)
    for section in ini.values():
        assert section.name == "DEFAULT" or section["title"].strip('"').startswith("KMS")
    for name in dashlets:
        url = ini[name]["url"]
        assert re.fullmatch(r'"(icingadb/services|monitoring/list/services)\?[!-~]+"', url), url
        assert set(re.findall(r"=(kms-[a-z-]+)", url)) <= {"kms-reach", "kms-host", "kms-login", "kms-"}, url


# ---- alerts

# name: host and service; what the host is; state; whose page
ALERTS = {
    "reach-corp": ("corp.example.com!kms-reach", """import "kms-domain"
        vars.kms_domain = "corp.example.com"
        vars.kms_dns_servers = [ DNS ]
        vars.kms_hosts = [ "kms01.corp.example.com", "kms02.corp.example.com", "kms03.corp.example.com" ]""",
                   "CRITICAL", "oncall"),
    "reach-branch": ("branch.example.com!kms-reach", """import "kms-domain"
        vars.kms_domain = [ "branch.example.com", "healthy.example.com" ]
        vars.kms_dns_servers = DNS""", "CRITICAL", "oncall"),
    "reach-healthy": ("healthy.example.com!kms-reach", """import "kms-domain"
        vars.kms_domain = "healthy.example.com"
        vars.kms_dns_servers = [ DNS ]""", "OK", None),
    "host-thin-margin": ("kms01!kms-host", """import "kms-host-machine"
        vars.kms_host_floor = 25
        vars.kms_agent = { agent = "file"; input = DOCUMENT }""", "WARNING", "oncall"),
    "host-low-count-nscp": ("kms02!kms-host", """import "kms-host-machine"
        vars.kms_host_floor = 25
        vars.kms_agent = { agent = "nscp"; command = "kms_report" } + LOGIN""", "CRITICAL", "oncall"),
    "host-not-activated-winrm": ("kms03!kms-host", """import "kms-host-machine"
        vars.kms_agent = { agent = "winrm"; auth = "basic"; user = "monitoring"; hostname = "localhost" } + LOGIN""",
                                 "CRITICAL", "oncall"),
    "client-notification": ("wks-025!kms-client", """import "kms-desktop"
        vars.kms_agent = { agent = "file"; input = DOCUMENT }""", "CRITICAL", "tickets"),
    "client-by-a-program": ("wks-027!kms-client", """import "kms-desktop"
        vars.kms_agent = { agent = "exec"; program = [ "/bin/cat", DOCUMENT ] }""", "CRITICAL", "tickets"),
    "client-pinned-ifw": ("srv-008!kms-client", """import "kms-server"
        vars.kms_agent = { agent = "ifw"; user = "monitoring" } + LOGIN""", "CRITICAL", "tickets"),
    "client-late-exporter": ("wks-022!kms-client", """import "kms-desktop"
        vars.kms_agent = { agent = "exporter"; user = "monitoring"; max_age = "3650d" } + LOGIN""",
                             "WARNING", "tickets"),
    "client-late-laptop": ("wks-023!kms-client", """import "kms-laptop"
        vars.kms_agent = { agent = "file"; input = DOCUMENT }""", "OK", None),
    "client-healthy": ("wks-001!kms-client", """import "kms-desktop"
        vars.kms_agent = { agent = "nscp" } + LOGIN""", "OK", None),
    "client-other-machine": ("wks-002!kms-client", """import "kms-server"
        vars.kms_agent = { agent = "file"; input = DOCUMENTS + "/wks-001.json" }""", "UNKNOWN", "tickets"),
    "client-password-in-a-variable": ("wks-026!kms-client", """import "kms-desktop"
        vars.kms_agent = { agent = "nscp"; user = "secretive"; ca_cert = CA; port = PORT; password = SECRETIVE }""",
                                      "CRITICAL", "tickets"),
}
AGENTS = {"kms02": "nscp", "kms03": "winrm", "srv-008": "ifw", "wks-022": "exporter", "wks-001": "nscp",
          "wks-026": "nscp"}


def machine_of(code):
    """A name that does not hold the code: its page must say it by itself."""
    return f"seed-{PUBLISHED_CODES.index(code) + 1:02}"


def code_document(code):
    """A machine in Notification for this reason: one that can have it, so that its own cause is told."""
    channel = {"0xC004C001": "VOLUME_MAK", "0xC004C003": "VOLUME_MAK", "0xC004C020": "VOLUME_MAK",
               "0xC004C021": "VOLUME_MAK", "0xC004C008": "VOLUME_KMS_WS22"}.get(code)
    other = {"Description": f"Windows(R) Operating System, {channel} channel", "VLActivationType": 0,
             "DiscoveredKeyManagementServiceMachineName": None} if channel else {}
    return machine.document(machine.client(LicenseStatus=5, LicenseStatusReason=int(code, 16), GracePeriodRemaining=0,
                                           **other), name=machine_of(code))


class Site:
    """The lab, its agents, and the Icinga that watches them."""

    def __init__(self, folder):
        self.folder = folder
        self.lab, self.stage = Lab(), Stage()
        (folder / "certificates").mkdir()
        self.certificates = Certificates(folder / "certificates")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.metrics, self.is_connected = [], threading.Event()
        self.agents = {}

    def __enter__(self):
        with contextlib.ExitStack() as opened:
            opened.callback(self.listener.close)
            opened.enter_context(self.lab)
            opened.enter_context(self.stage)
            self._start()
            opened.callback(self._settle)  # as soon as the node has ended
            opened.enter_context(self.node)
            self._opened = opened.pop_all()
        return self

    def _start(self):
        threading.Thread(target=self._listen, daemon=True).start()
        shared = self.folder / "shared"
        for name in [*documents.hosts(), *documents.clients()]:
            write(shared / f"{name}.json", documents.document(name, "json"))
        for code in PUBLISHED_CODES:
            write(shared / f"{machine_of(code)}.json", code_document(code))
        write(shared / "password", PASSWORD + "\n", is_secret=True)
        write(shared / "ca.pem", self.certificates.ca_file.read_text())
        for name, kind in AGENTS.items():
            login = {"password": SECRETIVE, "user": "secretive"} if name == "wks-026" else {"password": PASSWORD}
            self.agents[name] = self.stage.agent(kind, name, self.certificates.server, **login)
        self.node = Node(self.folder / "node", constants=ALL_DAY, site=self._text(shared))

    def __exit__(self, *_):
        self._opened.close()

    def _settle(self):
        self.stage.settle()
        self.lab.settle()
        assert not self.stage.violations + self.lab.violations

    def _text(self, shared):
        text = USERS
        text += f'object GraphiteWriter "graphite" {{ host = "127.0.0.1"; port = {self.listener.getsockname()[1]} }}\n'
        for service, definition, _, _ in ALERTS.values():
            host = service.partition("!")[0]
            port = str(self.agents[host].port) if host in self.agents else "0"
            login = f'{{ password_file = "{shared}/password"; ca_cert = "{shared}/ca.pem"; port = {port} }}'
            words = {"LOGIN": login, "DOCUMENTS": quote(shared), "DOCUMENT": quote(shared / f"{host}.json"),
                     "DNS": quote(self.lab.dns), "PORT": port, "CA": quote(shared / "ca.pem"),
                     "SECRETIVE": quote(SECRETIVE)}
            for word, value in words.items():
                definition = re.sub(rf"\b{word}\b", lambda _, value=value: value, definition)
            text += f'object Host "{host}" {{\n  {definition}\n  address = "127.0.0.1"\n}}\n'
        for code in PUBLISHED_CODES:
            text += (f'object Host "{machine_of(code)}" {{ import "kms-desktop"; address = "192.0.2.9"; '
                     f'vars.kms_agent = {{ agent = "file"; input = "{shared}/{machine_of(code)}.json" }} }}\n')
        return text

    def _listen(self):
        """Takes what GraphiteWriter sends."""
        try:
            with self.listener.accept()[0] as connection, connection.makefile() as lines:
                self.is_connected.set()
                for line in lines:
                    self.metrics.append(line.split()[:2])
        except OSError:
            pass


@pytest.fixture(scope="module")
def site(folder):
    with Site(folder) as running:
        services = [service for service, _, _, _ in ALERTS.values()]
        codes = [f"{machine_of(code)}!kms-client" for code in PUBLISHED_CODES]
        running.results = running.node.check_until_hard(services + codes)
        pages = [user for _, _, _, user in ALERTS.values() if user]
        running.pages = running.node.wait_for_pages("tickets", pages.count("tickets") + len(codes))
        running.pages += running.node.wait_for_pages("oncall", pages.count("oncall"))
        yield running


def masked(text, site):
    """Without what differs from run to run: also in which second of the clock two checks ran.  Icinga leaves the blank
    that stood before the bar."""
    text = on_the_site(text, site.lab)
    for agent in site.agents.values():
        text = re.sub(rf"\b{agent.port}\b", "PORT", text)
    text = re.sub(r"\b(idle\w*)=\d+s", r"\1=IDLE", text)
    text = text.replace(": requests came since the previous run,", ": no request seen for 0.0 days,")
    text = re.sub(r"DATE \d\d:\d\d:\d\d \+0000", "TIME", text)
    return re.sub(r" +\n", "\n", text)


def page_of(site, service):
    subject = f" {service.replace('!', '/')}: "
    pages = [page for page in site.pages if subject in page.splitlines()[0]]
    assert len(pages) <= 1, pages
    return pages[0] if pages else None


def shown(site, service):
    """What Icinga has of a service, and the page."""
    result = site.results[service]
    text = f"state: {STATES[int(result['state'])]}\n\noutput:\n{result['output']}\n\nperformance data:\n"
    text += "".join(f"{item}\n" for item in result["performance_data"])
    page = page_of(site, service)
    text += f"\npage:\n{page}" if page else "\nno page\n"
    return masked(text, site).rstrip("\n") + "\n"


@pytest.mark.parametrize("name", ALERTS)
def test_alert_and_page_are_those_that_were_reviewed(site, name):
    service, _, state, user = ALERTS[name]
    path = GOLDEN / f"icinga-{name}.txt"
    skip_without_ipv6(path)
    assert STATES[int(site.results[service]["state"])] == state, site.results[service]
    assert bool(user) == bool(page_of(site, service))
    compare_with_golden(path, shown(site, service))


def test_every_golden_file_belongs_to_an_alert():
    found = sorted(path.stem for path in GOLDEN.glob("icinga-*.txt"))
    assert found == sorted(f"icinga-{name}" for name in ALERTS)


def test_icinga_complains_about_nothing_while_it_runs(site):
    assert not site.node.complaints()


@pytest.mark.parametrize("code", PUBLISHED_CODES)
def test_the_page_has_every_word_of_the_plugin_about_a_code(site, plugin, code):
    name = machine_of(code)
    own = plugin("check_kms_client", "--agent=file", f"--input={site.folder}/shared/{name}.json", "-H", name)
    page = page_of(site, f"{name}!kms-client")
    alert, _, fields = page.partition("\nhost:")
    lines = [line.rstrip() for line in alert.splitlines()]
    assert own.code == 2 and lines[1:] == [own.line, *[line for line in own.details if line]], page
    assert code in own.line and code in lines[0], page
    for word in ("impact:", "cause:", "do: 1. ", "side:"):
        assert alert.count(f"    {word}") == 1, page
    assert "left out" not in alert
    assert re.findall(r"(?m)^(\w+):", "host:" + fields) == ["host", "address", "service", "state", "type", "time"], page


def test_a_result_is_what_the_plugin_printed(site, plugin):
    own = plugin("check_kms_client", "--agent=file", f"--input={site.folder}/shared/wks-025.json", "-H", "wks-025")
    result = site.results["wks-025!kms-client"]
    lines = [line.rstrip() for line in result["output"].splitlines()]
    assert lines == [own.line, *[line for line in own.details if line]]
    assert [item.split("=")[0] for item in result["performance_data"]] == list(own.metrics)
    assert result["exit_status"] == own.code


def test_passwords_are_in_no_argument(site):
    """Icinga keeps the command with every result, and its log at this level has every argument list."""
    logged = "\n".join(site.node.log)
    for service in ("wks-026!kms-client", "wks-001!kms-client"):
        host = service.partition("!")[0]
        secret = SECRETIVE if host == "wks-026" else PASSWORD
        assert site.agents[host].logins and {password for _, password in site.agents[host].logins} == {secret}
        command = site.results[service]["command"]
        assert "--port" in command and not any(secret in word for word in command), command
        assert "check_kms_client' '--agent' 'nscp'" in logged and secret not in logged


def test_no_word_of_an_alert_is_an_argument_of_the_page(site):
    started = [line for line in site.node.log if "/kms-notify' " in line and "Running command" in line]
    assert started and all(re.search(r"/kms-notify' '--file=\S+': PID \d+$", line) for line in started), started


def test_metrics_reach_a_writer_under_their_documented_names(site):
    """Carbon gets icinga2.HOST.services.SERVICE.COMMAND.perfdata.LABEL.value.  The writer connects within 10 s of the
    start, and what came before is lost."""
    wanted = {
        "icinga2.wks-025.services.kms-client.kms_client.perfdata.lease_days.value": "0",
        "icinga2.wks-025.services.kms-client.kms_client.perfdata.products_failing.value": "1",
        "icinga2.kms01.services.kms-host.kms_host.perfdata.count.value": "26",
        "icinga2.kms01.services.kms-host.kms_host.perfdata.count_headroom.value": "1",
        "icinga2.kms01.services.kms-host.kms_host.perfdata.requests_total.value": "1680",
        "icinga2.corp_example_com.services.kms-reach.kms_reach.perfdata.targets.value": "5",
        "icinga2.corp_example_com.services.kms-reach.kms_reach.perfdata.targets_usable.value": "3",
    }
    site.node.wait_for(site.is_connected.is_set, "connection of the writer")
    site.node.check_all(["wks-025!kms-client", "kms01!kms-host", "corp.example.com!kms-reach"])
    site.node.wait_for(lambda: not set(wanted) - {name for name, _ in site.metrics}, "metrics")
    assert {name: value for name, value in site.metrics if name in wanted} == wanted
    names = {name.split(".perfdata.")[1] for name, _ in site.metrics if ".kms_reach.perfdata." in name}
    assert {"time_dns.value", "time_connect.value", "time_bind.value", "time_probe.value", "time.value"} <= names


# ---- two nodes


def test_a_satellite_runs_the_plugins_and_holds_the_login_of_its_site(folder):
    """As kms-zones.conf.example has it: the satellite gets hosts from the master, templates and rules from its own
    include line, and mirrors the login probe itself; the master gets the results.  With kms_endpoint the mirror stays
    on the master."""
    zones = (SHIPPED / "kms-zones.conf.example").read_text(encoding="ascii")
    satellite = Node(folder / "satellite", zones=zones, name="satellite.branch.example.com")
    zones = zones.replace('host = "198.51.100.5"', f'host = "127.0.0.1"; port = {satellite.port}')
    master = Node(folder / "master", zones=zones, name="master.example.com")
    shared = folder / "of-the-branch"
    write(shared / "wks-025.json", documents.document("wks-025", "json"))
    machine_there = f"""
  import "kms-desktop"
  vars.kms_agent = {{ agent = "file"; input = "{shared}/wks-025.json"; hostname = "wks-025" }}
  vars.kms_login_canary = name
"""
    write(master.folder / "conf/zones.d/branch/kms-site.conf", f'object Host "wks-025" {{ {machine_there} }}\n')
    write(master.folder / "conf/zones.d/master/kms-site.conf", f"""object Host "wks-125" {{ {machine_there}
  vars.kms_endpoint = "satellite.branch.example.com"
}}
""")
    with satellite, master:
        satellite.wait_for(lambda: satellite.has_service("wks-025!kms-client"), "host from the master")
        assert source_and_state(satellite, "wks-025!kms-login-probe") == (satellite.name, 0)
        assert source_and_state(satellite, "wks-025!kms-login") == (satellite.name, 0)
        assert source_and_state(satellite, "wks-025!kms-client") == (satellite.name, 2)
        of_master = master.wait_for(lambda: master.services(["wks-025!kms-client"], "last_check_result")
                                    ["wks-025!kms-client"]["last_check_result"], "result of the satellite")
        assert of_master["output"].startswith("KMS_CLIENT CRITICAL - wks-025: ")

        master.wait_for(lambda: master.objects("endpoints", "connected")[satellite.name]["connected"], "connection")
        assert source_and_state(master, "wks-125!kms-login-probe") == (satellite.name, 0)
        assert source_and_state(master, "wks-125!kms-login") == (master.name, 0)
        assert source_and_state(master, "wks-125!kms-client") == (satellite.name, 2)
        # The satellite reads what it was sent by restarting itself.
        said = [line for line in master.complaints() + satellite.complaints() if "API client" not in line]
        assert not said


def source_and_state(node, service):
    result = node.check_all([service])[service]
    return result["check_source"], result["state"]
