# SPDX-License-Identifier: MIT
"""Our files and plugins in the real Nagios 4: what it loads, what it stores of an alert, and the page that goes out.
Both are in tests/golden/daemons/nagios-*.txt; after a wanted change

    WRITE_GOLDEN=1 python3 -m pytest -q tests/daemons/test_nagios.py && git diff tests/golden

Ports, durations and the time of a page are masked.  Who gets a page and when is in test_nagios_site.py."""
import pathlib
import re
import subprocess
import sys
import time

import pytest

from conftest import BUILD, ROOT, skip_without
from nagios_daemon import NEEDS, Nagios
from nagios_folder import SHIPPED

sys.path.insert(0, str(ROOT / "tests/system"))

import documents  # noqa: E402
import machine  # noqa: E402
from daemon_configs import verify_nagios  # noqa: E402
from golden import compare_with_golden  # noqa: E402
from http_agents import certificates, long_stage  # noqa: E402, F401
from network import Lab  # noqa: E402
from published_codes import PUBLISHED_CODES  # noqa: E402
from reach_view import on_the_site, skip_without_ipv6  # noqa: E402

GOLDEN = ROOT / "tests/golden/daemons"
PASSWORD = "the-Agents;Password$1 (x)"  # a shell would stumble over it
PLANNED = "--expect=" + ",".join(f"kms0{number}.{documents.DOMAIN}" for number in (1, 2, 3))
# The codes that the software began with, from Microsoft's table of activation errors.
STRIPPED = set("`~$&|'\"<>")
EVERYBODY = """
define contact {
    contact_name  reader
    use           kms-contact
    email         reader@example.com
}
define contactgroup {
    contactgroup_name  kms-tickets
    members            reader
}
define contactgroup {
    contactgroup_name  kms-oncall
    members            reader
}
"""
EMPTY_SITE = EVERYBODY + """
define host {
    host_name  somewhere
    use        kms-server
}
define service {
    use            kms-server-client-service
    host_name      somewhere
    check_command  check_kms_client!--input=/dev/null
}
"""


# ---- loading


OBJECTS_OF_DEBIAN = ["cfg_dir=/etc/nagios-plugins/config"] + [
    f"cfg_file=/etc/nagios4/objects/{name}.cfg" for name in ("commands", "contacts", "timeperiods", "templates",
                                                             "localhost")]


@pytest.mark.parametrize("more", [[], OBJECTS_OF_DEBIAN], ids=["alone", "with Debian's"])
@pytest.mark.parametrize("site", ["one machine", "the example", "the example and what is commented out",
                                  "the example without imaging"])
def test_shipped_files_load_without_a_word(site, more):
    shipped = ["kms-commands.cfg", "kms-monitoring.cfg"]
    if not all(pathlib.Path(line.split("=")[1]).exists() for line in more):
        pytest.skip("Debian's objects for Nagios are not installed (package nagios4-common)")
    if more and pathlib.Path("/etc/nagios-plugins/config/kms.cfg").exists():
        shipped.remove("kms-commands.cfg")  # the installed package brings it
    objects = EMPTY_SITE
    if site != "one machine":
        objects = (SHIPPED / "kms-site.cfg.example").read_text(encoding="ascii")
    if site == "the example and what is commented out":
        objects, count = re.subn(r"(?m)^#(define \w+ \{|    \w.*|\})$", r"\1", objects)
        assert count > 5
    if site == "the example without imaging":
        objects, count = re.subn(r"(?m)^    members +corp\.example\.com,kms01\n", "", objects)
        assert count == 1
    verdict = verify_nagios(objects, shipped=shipped, more=more, resources=["$USER5$=x"])
    assert verdict.is_clean and not re.search(r"(?m)^\s*(Warning|Error)", verdict.text), verdict.text


def test_a_mistake_in_a_site_is_seen_by_the_same_check():
    code, text = verify_nagios(EMPTY_SITE.replace("check_kms_client!", "check_kms_clients!"))
    assert code != 0 and "check_kms_clients" in text, text


# ---- alerts


def machine_of(code):
    """A name that does not hold the code itself."""
    return code.replace("0x", "refused-").lower()


def alert_of_code(code):
    """A machine whose license was refused with the code, and the question that it is the answer to."""
    refused = {"LicenseStatus": 5, "LicenseStatusReason": int(code, 16), "GracePeriodRemaining": 0}
    if code == "0xC004C008":  # said of a host key
        return "host", machine.host_document(machine.host(**refused), name=machine_of(code))
    if code.startswith("0xC004C"):  # what Microsoft's activation servers say to a machine with a key of its own
        refused |= {"Description": "Windows(R) Operating System, VOLUME_MAK channel", "VLActivationType": 0,
                    "DiscoveredKeyManagementServiceMachineName": None}
    return "client", machine.document(machine.client(**refused), name=machine_of(code))


# name: (template of the host, template of the service, command and its words)
ALERTS = {
    "client-notification": ("kms-desktop", "kms-desktop-client-service",
                            "check_kms_client!--input={folder}/documents/wks-025.json", "wks-025"),
    "client-healthy": ("kms-laptop", "kms-desktop-client-service",
                       "check_kms_client!--input={folder}/documents/wks-001.txt -w 120:", "wks-001"),
    "host-low-count": ("kms-host-machine", "kms-host-service",
                       "check_kms_host!--input={folder}/documents/kms02.json --floor=$_HOSTKMS_FLOOR$", "kms02"),
    "client-by-a-program": ("kms-server", "kms-server-client-service",
                            "check_kms_client!--agent=exec -- /bin/cat {folder}/documents/srv-008.json", "srv-008"),
    "host-nscp": ("kms-host-machine", "kms-host-service",
                  "ask_host!--agent=nscp {nscp} --pin={pin} --floor=$_HOSTKMS_FLOOR$", "127.0.0.1"),
    "client-winrm": ("kms-server", "kms-server-client-service",
                     "ask_client!--agent=winrm {winrm} --auth=basic --user=monitoring --ca-cert={ca}", "127.0.0.1"),
    "client-ifw": ("kms-server", "kms-server-client-service",
                   "ask_client!--agent=ifw {ifw} --user=monitoring --ca-cert={ca}", "127.0.0.1"),
    "host-exporter": ("kms-host-machine", "kms-host-service",
                      "ask_host!--agent=exporter {exporter} --user=monitoring --ca-cert={ca} --floor=25", "127.0.0.1"),
    "client-login-refused": ("kms-server", "kms-server-client-service",
                             "check_kms_client!--agent=ifw {refusing} --user=monitoring --ca-cert={ca} "
                             "--password-file={folder}/documents/wrong", "127.0.0.1"),
    "reach-corp": ("kms-domain", "kms-reach-service",
                   f"check_kms_reach!-D corp.example.com --dns-server={{dns}} {PLANNED}", "corp.example.com"),
    "reach-healthy": ("kms-domain", "kms-reach-service",
                      "check_kms_reach!-D healthy.example.com --dns-server={dns}", "healthy.example.com"),
    "reach-branch": ("kms-domain", "kms-reach-service",
                     "check_kms_reach!-D branch.example.com --dns-server={dns}", "branch.example.com"),
}
COMMANDS = "\n".join(f"""
define command {{
    command_name  ask_{what}
    command_line  KMS_PASSWORD='$USER5$' $USER1$/check_kms_{what} --hostname='$HOSTADDRESS$' $ARG1$
}}""" for what in ("client", "host"))


def machine_objects(name, host, service, command, address):
    """A host and its service; every alert is paged at the first check."""
    return f"""
define host {{
    host_name  {name}
    use        {host}
    address    {address}
}}
define service {{
    use                 {service}
    host_name           {name}
    max_check_attempts  1
    check_command       {command}
}}
"""


def service_of(template):
    return "kms-client" if "client" in template else template.removesuffix("-service")


class Site:
    """One Nagios with all alerts, checked once, over a lab with agents and a network."""

    def __init__(self, lab, stage, certificates):
        self.lab = lab
        self.agents = {
            "nscp": stage.agent("nscp", "kms01", certificates.self_signed, password=PASSWORD),
            "winrm": stage.agent("winrm", "wks-025", certificates.server, password=PASSWORD),
            "ifw": stage.agent("ifw", "wks-022", certificates.server, password=PASSWORD),
            "exporter": stage.agent("exporter", "kms02", certificates.server, password=PASSWORD),
            "refusing": stage.agent("ifw", "wks-001", certificates.server, password=PASSWORD),
        }
        words = {name: f"-p {agent.port}" for name, agent in self.agents.items()}
        words |= {"pin": certificates.self_signed.pin, "ca": "{folder}/ca.pem", "dns": lab.dns}
        self.objects = EVERYBODY + COMMANDS
        self.names = []
        for name, (host, service, command, address) in ALERTS.items():
            for word, value in words.items():
                command = command.replace(f"{{{word}}}", value)
            self.objects += machine_objects(name, host, service, command, address)
            self.names.append((name, service_of(service)))
        for code in PUBLISHED_CODES:
            what, _ = alert_of_code(code)
            service = {"client": "kms-server-client-service", "host": "kms-host-service"}[what]
            name = machine_of(code)
            self.objects += machine_objects(name, "kms-server", service,
                                            f"check_kms_{what}!--input={{folder}}/documents/{name}.json", name)
            self.names.append((name, service_of(service)))
        self.nagios = Nagios(self.objects, resources=[f"$USER5$={PASSWORD}"])
        self.nagios.write("ca.pem", pathlib.Path(certificates.ca_file).read_text(encoding="ascii"))
        self.nagios.document("wrong", "not-the-password\n")
        for name in ("wks-025", "srv-008", "kms02"):
            self.nagios.document(f"{name}.json", documents.document(name, "json"))
        self.nagios.document("wks-001.txt", documents.document("wks-001", "slmgr"))
        for code in PUBLISHED_CODES:
            self.nagios.document(f"{machine_of(code)}.json", alert_of_code(code)[1])
        self.services = None

    def run(self):
        self.nagios.start()
        self.services = self.nagios.check_all(self.names)
        wanted = sum(self.services[name].state != "OK" for name in self.names)
        self.nagios.wait_for_subjects("reader", wanted)

    def page(self, name):
        """The subject and the page for a host; None for one that is fine."""
        for subject, page in zip(self.nagios.subjects("reader"), self.nagios.pages("reader")):
            if f" {name}/" in subject:
                return f"{subject}\n{page}"
        return None

    def masked_page(self, page):
        """Headlines are masked a little differently: the subject, and the first line of the alert."""
        subject, _, alert = page.partition("\n")
        return f"{self.masked(subject)}\n{self.masked(alert)}".replace("\n\n", "\n", 1)

    def masked(self, text):
        for agent in self.agents.values():
            text = re.sub(rf"\b{agent.port}\b", "PORT", text)
        text = re.sub(r"(?m)^(time:\s+).*$", r"\1TIME", text)
        return re.sub(r"\bidle=\d+s", "idle=IDLE", on_the_site(text, self.lab))


@pytest.fixture(scope="module")
def site(long_stage, certificates):  # noqa: F811
    skip_without(NEEDS)
    with Lab() as lab:
        site = Site(lab, long_stage, certificates)
        try:
            site.run()
            yield site
        finally:
            site.nagios.close()
        lab.settle()
        assert not lab.violations


@pytest.mark.parametrize("name", ALERTS)
def test_alert_and_page_are_the_ones_that_were_reviewed(site, name):
    path = GOLDEN / f"nagios-{name}.txt"
    skip_without_ipv6(path)
    service = site.services[name, service_of(ALERTS[name][1])]
    stored = site.masked(f"{service.output} | {service.perfdata}\n{service.details}")
    line, perfdata = stored.partition("\n")[0].split(" | ")
    page = site.page(name)
    text = (f"# state\n{service.state}\n# first line\n{line}\n# long output\n{stored.partition(chr(10))[2]}\n"
            f"# performance data\n{perfdata}\n# page\n{site.masked_page(page) if page else 'none'}\n")
    compare_with_golden(path, text)


def test_every_golden_file_belongs_to_an_alert():
    assert sorted(path.stem for path in GOLDEN.glob("nagios-*")) == sorted(f"nagios-{name}" for name in ALERTS)


def direct(nagios, program, *words):
    """The output of the plugin itself, without its performance data."""
    done = subprocess.run([BUILD / program, *words], capture_output=True, text=True, check=False, cwd=nagios.folder)
    first, newline, rest = done.stdout.partition("\n")
    return (first.partition(" | ")[0] + newline + rest).rstrip("\n")


def alert_in(page):
    """The part of a page that the plugin printed: behind the subject, before the fields."""
    return re.split(r"\n\nhost: +", page.partition("\n")[2])[0]


@pytest.mark.parametrize("code", PUBLISHED_CODES)
def test_page_for_a_code_is_the_whole_alert(site, code):
    """Nothing is stripped, every line is there, and the code is said where a phone shows it."""
    program = f"check_kms_{alert_of_code(code)[0]}"
    name = machine_of(code)
    printed = direct(site.nagios, program, f"--input={site.nagios.folder}/documents/{name}.json", "-H", name)
    page = site.page(name)
    assert alert_in(page) == printed
    assert not set(printed) & STRIPPED
    assert code in page.partition("\n")[0], "the subject names the code"
    for label in ("impact", "cause", "do", "side"):
        assert re.search(rf"(?m)^    {label}: .", page), page


def test_seed_codes_are_those_of_the_catalogue():
    done = subprocess.run([BUILD / "kms-explain", *PUBLISHED_CODES], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and len(set(PUBLISHED_CODES)) == 22


def test_page_of_an_alert_is_what_the_plugin_prints(site):
    for name, program in (("client-notification", "check_kms_client"), ("host-low-count", "check_kms_host")):
        command, address = ALERTS[name][2:]
        words = command.partition("!")[2].replace("{folder}", str(site.nagios.folder)).replace("$_HOSTKMS_FLOOR$", "25")
        assert alert_in(site.page(name)) == direct(site.nagios, program, *words.split(), "-H", address)


def test_healthy_machines_page_nobody(site):
    assert site.services["client-healthy", "kms-client"].state == "OK"
    assert site.page("client-healthy") is None and site.page("reach-healthy") is None


def test_a_host_that_a_site_checks_is_paged_as_such():
    skip_without(NEEDS)
    objects = EMPTY_SITE.replace("    use        kms-server\n", """    use                 kms-server
    max_check_attempts  1
    check_command       down
""") + """
define command {
    command_name  down
    command_line  $USER1$/check_dummy 2 'no route'
}
"""
    with Nagios(objects) as nagios:
        nagios.command("SCHEDULE_FORCED_HOST_CHECK", "somewhere", int(time.time()))
        assert nagios.wait_for_subjects("reader", 1) == ["PROBLEM DOWN somewhere/host: CRITICAL: no route"]
        assert nagios.pages("reader")[0].startswith("CRITICAL: no route\n\nhost:    somewhere\naddress: somewhere\n")


def test_the_password_is_used_and_stored_nowhere(site):
    assert site.agents["nscp"].logins and all(password == PASSWORD for _, password in site.agents["nscp"].logins)
    for name in ("status.dat", "objects.cache", "nagios.log", "retention.dat"):
        path = site.nagios.folder / name
        assert not path.exists() or PASSWORD not in path.read_text(encoding="utf-8"), name
    assert all(PASSWORD not in page for page in site.nagios.pages("reader"))
