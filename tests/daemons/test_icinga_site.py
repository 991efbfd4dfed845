# SPDX-License-Identifier: MIT
"""Who waits for whom in a real Icinga 2, who is told of what and when, and which services a host gets: all of it by
host variables and the shipped files.  What an alert looks like is in test_icinga.py."""
import sys
import time

import pytest

from conftest import ROOT, skip_without

sys.path.insert(0, str(ROOT / "tests/system"))

import documents  # noqa: E402
import icinga_daemon  # noqa: E402
from daemon_process import open_folder, write  # noqa: E402
from http_agents import certificates, stage  # noqa: E402, F401
from icinga_node import ALL_DAY, USERS, Node  # noqa: E402
from network import Lab  # noqa: E402

PASSWORD, WRONG = "the-right-One:1", "the-wrong-One:2"
MACHINES = {"srv-001": "server", "wks-001": "desktop", "kms01": "host-machine"}


@pytest.fixture(scope="module")
def folder():
    skip_without(icinga_daemon.NEEDS)
    with open_folder("icinga") as top:
        yield top


# ---- the login canary


def test_a_wrong_password_is_one_login_and_one_page(folder, stage, certificates):  # noqa: F811
    """Of one account on three machines, whose checks wait until the canary is let in again."""
    ca = write(folder / "ca.pem", certificates.ca_file.read_text())
    secret = write(folder / "password", WRONG, is_secret=True)
    agents = {name: stage.agent("nscp", name, certificates.server, password=PASSWORD) for name in MACHINES}
    site = USERS + "".join(f"""object Host "{name}" {{
  import "kms-{template}"
  address = "127.0.0.1"
  vars.kms_agent = {{ agent = "nscp"; port = {agents[name].port}; password_file = "{secret}"; ca_cert = "{ca}" }}
  vars.kms_login_canary = "srv-001"
}}
""" for name, template in MACHINES.items())
    held = ["srv-001!kms-client", "wks-001!kms-client", "kms01!kms-host"]
    with Node(folder / "login", constants=ALL_DAY + "const KmsLoginPageAfter = 1s\n", site=site) as node:
        mirror = node.check("srv-001", "kms-login")
        assert (mirror["state"], mirror["output"]) == (
            2, "KMS_LOGIN CRITICAL - srv-001: held until kms-login-probe has tried the login")
        probe = node.check("srv-001", "kms-login-probe")
        assert probe["state"] == 2 and " 403" in probe["output"], probe
        probe = node.services(["srv-001!kms-login-probe"])["srv-001!kms-login-probe"]
        assert probe["state_type"] == 0 and 3000 < probe["next_check"] - probe["last_check"] <= 3600, probe
        mirror = node.check("srv-001", "kms-login")
        assert mirror["output"].startswith("KMS_LOGIN CRITICAL - 127.0.0.1: nothing judged: "), mirror
        assert mirror["state"] == 2 and "held: no machine that is asked with this account" in mirror["output"], mirror
        page = node.wait_for_pages("oncall", 1)[0]
        assert page.startswith("== PROBLEM CRITICAL srv-001/kms-login: ") and " 403" in page.splitlines()[0], page
        assert all(line.strip() in page for line in mirror["output"].splitlines()), page
        assert "after the repair: Check Now on kms-login-probe" in page

        node.switch_checks(True)
        node.ask_for(held, force=False)
        for name in held:
            node.wait_for(lambda name=name: any(f"Skipping check for object '{name}': Dependency failed" in line
                                                for line in node.log), f"held check of {name}")
        assert not any(run > 0 for run in node.runs(held).values())
        for _ in range(3):
            node.check("srv-001", "kms-login")
        assert {name: agent.logins for name, agent in agents.items()} == {"srv-001": [("admin", WRONG)], "wks-001": [],
                                                                          "kms01": []}
        write(secret, PASSWORD, is_secret=True)
        assert node.check("srv-001", "kms-login-probe")["state"] == 0
        mirror = node.check("srv-001", "kms-login")
        assert (mirror["state"], mirror["output"]) == (0, "KMS_LOGIN OK - srv-001: accepted, see kms-login-probe")
        runs = node.runs(held)
        node.ask_for(held, force=False)
        assert all(result["state"] < 3 for result in node.results_after(held, runs).values())
        pages = node.wait_for_pages("oncall", 2)
        assert len(pages) == 2 and pages[1].startswith("== RECOVERY OK srv-001/kms-login: "), pages
        assert not node.pages("tickets")


def test_a_login_that_was_accepted_long_ago_proves_nothing(folder):
    """After an outage of the monitoring everything is due at once: it waits for the next login of the probe."""
    site = 'object Host "srv-001" { import "kms-server"; vars.kms_login_canary = name }\n'
    with Node(folder / "outage", site=site) as node:
        for age, state in ((3600, 2), (60, 0)):
            then = time.time() - age
            node.post("/v1/actions/process-check-result", {
                "type": "Service", "service": "srv-001!kms-login-probe", "exit_status": 0, "plugin_output": "fine",
                "execution_start": then, "execution_end": then})
            mirror = node.check("srv-001", "kms-login")
            assert mirror["state"] == state, mirror


# ---- a KMS service that is dead


def test_clients_are_no_tickets_while_kms_is_dead_and_their_checks_go_on(folder):
    """Nor does a second group hear of it before its time; and what is still wrong afterwards is told then."""
    document = write(folder / "wks-025.json", documents.document("wks-025", "json"))
    with Lab() as lab:
        site = USERS + f"""
object User "desk" {{ groups = [ "kms-tickets" ]; email = "desk@example.com" }}
object Host "alldead.example.com" {{
  import "kms-domain"
  vars.kms_domain = "alldead.example.com"
  vars.kms_dns_servers = [ "{lab.dns}" ]
}}
object Host "wks-025" {{
  import "kms-desktop"
  vars.kms_agent = {{ agent = "file"; input = "{document}" }}
  vars.kms_reach_host = "alldead.example.com"
}}
"""
        reach, client = "alldead.example.com!kms-reach", "wks-025!kms-client"
        with Node(folder / "dead", constants=ALL_DAY + "const KmsEscalateAfter = 1s\n", site=site) as node:
            assert node.check_until_hard([reach])[reach]["state"] == 2
            assert len(node.wait_for_pages("oncall", 1)) == 1
            result = node.check_until_hard([client])[client]
            assert result["state"] == 2 and not result["vars_after"]["reachable"], result
            assert node.wait_for_pages("manager", 1)[0].startswith("== PROBLEM CRITICAL alldead.example.com/kms-reach:")
            assert not node.pages("tickets")

            node.post("/v1/actions/process-check-result", {"type": "Service", "service": reach, "exit_status": 0,
                                                           "plugin_output": "KMS_REACH OK - repaired"})
            for user in ("oncall", "manager"):
                assert node.wait_for_pages(user, 2)[1].startswith("== RECOVERY OK alldead.example.com/kms-reach: ")
            assert node.check_all([client])[client]["vars_after"]["reachable"]
            assert node.wait_for_pages("tickets", 1)[0].startswith("== PROBLEM CRITICAL wks-025/kms-client: ")
            assert [len(node.pages(user)) for user in ("oncall", "manager", "tickets")] == [2, 2, 1]
            mail = node.wait_for_pages("mail", 1)[0]
            assert mail.startswith("== -s PROBLEM CRITICAL wks-025/kms-client: ") and " desk@example.com\n" in mail
            assert "\nKMS_CLIENT CRITICAL - wks-025: " in mail and "\nservice: kms-client\n" in mail, mail
            assert not node.complaints()
        lab.settle()
        assert not lab.violations


def test_nobody_is_told_outside_of_office_hours_but_at_once_where_machines_are_imaged(folder):
    document = write(folder / "kms03.json", documents.document("kms03", "json"))
    agent = f'vars.kms_agent = {{ agent = "file"; input = "{document}"; hostname = "kms03" }}'
    site = USERS + f"""
object Host "sleeping" {{ import "kms-host-machine"; {agent} }}
object Host "imaging" {{ import "kms-host-machine"; {agent}; vars.kms_imaging_24x7 = true }}
"""
    with Node(folder / "night", constants="const KmsOfficeHours = { }\n", site=site) as node:
        results = node.check_until_hard(["sleeping!kms-host", "imaging!kms-host"])
        assert [result["state"] for result in results.values()] == [2, 2]
        assert node.wait_for_pages("oncall", 1)[0].startswith("== PROBLEM CRITICAL imaging/kms-host: ")

        def held_back():
            return [line.split("'")[1] for line in node.log if line.endswith(": not in timeperiod 'kms-office-hours'")]

        node.wait_for(lambda: "sleeping!kms-host!kms-page" in held_back(), "a page that was held back")
        assert "imaging!kms-host!kms-page-now" not in held_back()
        sent = [line.split("'")[3] for line in node.log if " Sending 'Problem' notification " in line]
        assert sent == ["imaging!kms-host!kms-page-now"] and len(node.pages("oncall")) == 1


# ---- roles and classes

REACH, HOST = "kms_reach every 300, again 60, 3 times", "kms_host every 900, again 300, 3 times"
SERVER, DESKTOP = "kms_client every 21600, again 3600, 4 times", "kms_client every 86400, again 7200, 3 times"
PROBE, LOGIN = "kms_client every 120, again 3600, 1000000 times", "dummy every 10, again 10, 1 times"
ALL = "OK WARNING CRITICAL UNKNOWN"
PAGE = f"kms-page: kms-oncall, kms-office-hours, {ALL}"
ESCALATION = "kms-escalation: kms-escalation, kms-office-hours, OK CRITICAL, after 86400"
TICKET = f"kms-ticket: kms-tickets, kms-office-hours, {ALL}"
DESK_TICKETS = ["kms-ticket: kms-tickets, kms-office-hours, OK WARNING CRITICAL",
                "kms-ticket-silent: kms-tickets, kms-office-hours, OK UNKNOWN, after 604800"]
IMAGING = ["kms-page-now: kms-oncall, any hour, OK CRITICAL",
           "kms-page: kms-oncall, kms-office-hours, OK WARNING UNKNOWN",
           "kms-escalation: kms-escalation, any hour, OK CRITICAL, after 86400"]
LOGIN_PAGES = ["kms-page: kms-oncall, kms-office-hours, OK CRITICAL, after 180", ESCALATION,
               "kms-ticket: kms-tickets, kms-office-hours, OK UNKNOWN, after 3600"]
WAITS_FOR_LOGIN = "kms-login: canary!kms-login, check held"
WAITS_FOR_REACH = "kms-reach: domain!kms-reach, check goes on"
WAITS_FOR_HOST = "kms-only-host: only!kms-host, check goes on"
CLIENT = 'vars.kms_reach_host = "domain"; vars.kms_login_canary = "canary"'

# host: (its definition, {service: (how it is checked, who is told, who it waits for)})
MATRIX = {
    "domain": ('import "kms-domain"', {"kms-reach": (REACH, [PAGE, ESCALATION], [])}),
    "imaged-domain": ('import "kms-domain"; vars.kms_imaging_24x7 = true', {"kms-reach": (REACH, IMAGING, [])}),
    "only": ('import "kms-host-machine"; vars.kms_roles += [ "client" ]; vars.kms_only_host = "only"', {
        "kms-host": (HOST, [PAGE, ESCALATION], []), "kms-client": (SERVER, [TICKET], [WAITS_FOR_HOST])}),
    "imaging": ('import "kms-host-machine"; vars.kms_imaging_24x7 = true; vars.kms_login_canary = "canary"', {
        "kms-host": (HOST, IMAGING, [WAITS_FOR_LOGIN])}),
    "server": (f'import "kms-server"; {CLIENT}', {
        "kms-client": (SERVER, [TICKET], [WAITS_FOR_LOGIN, WAITS_FOR_REACH])}),
    "no-class": ('check_command = "dummy"; vars.kms_roles = "client"', {"kms-client": (SERVER, [TICKET], [])}),
    "desktop": (f'import "kms-desktop"; {CLIENT}; vars.kms_only_host = "only"', {
        "kms-client": (DESKTOP, DESK_TICKETS, [WAITS_FOR_LOGIN, WAITS_FOR_HOST, WAITS_FOR_REACH])}),
    "laptop": (f'import "kms-laptop"; {CLIENT}', {
        "kms-client": (DESKTOP, DESK_TICKETS, [WAITS_FOR_LOGIN, WAITS_FOR_REACH])}),
    "imaged-desktop": ('import "kms-desktop"; vars.kms_imaging_24x7 = true', {"kms-client": (DESKTOP, DESK_TICKETS, [])}),
    "imaging-canary": ('import "kms-server"; vars.kms_login_canary = name; vars.kms_imaging_24x7 = true', {
        "kms-client": (SERVER, [TICKET], ["kms-login: imaging-canary!kms-login, check held"]),
        "kms-login-probe": (PROBE, [], []),
        "kms-login": (LOGIN, ["kms-page-now: kms-oncall, any hour, OK CRITICAL, after 180", IMAGING[2],
                              LOGIN_PAGES[2]], [])}),
    "canary": (f'import "kms-server"; {CLIENT}', {
        "kms-client": (SERVER, [TICKET], [WAITS_FOR_LOGIN, WAITS_FOR_REACH]),
        "kms-login-probe": (PROBE, [], []), "kms-login": (LOGIN, LOGIN_PAGES, [])}),
    "everything": ('import "kms-host-machine"; vars.kms_roles += [ "reach", "client" ]; vars.kms_imaging_24x7 = true', {
        "kms-reach": (REACH, IMAGING, []), "kms-host": (HOST, IMAGING, []), "kms-client": (SERVER, [TICKET], [])}),
    "something-else": ('check_command = "dummy"; vars.os = "Windows"', {}),
}


def in_order(states):
    return " ".join(sorted((state.upper() for state in states), key=ALL.split().index))


@pytest.fixture(scope="module")
def found(folder):
    """The matrix as Icinga has it."""
    site = "".join(f'object Host "{name}" {{ {definition} }}\n' for name, (definition, _) in MATRIX.items())
    with Node(folder / "matrix", site=site) as node:
        yield {kind: node.objects(kind) for kind in ("services", "notifications", "dependencies")}


@pytest.mark.parametrize("host", MATRIX)
def test_a_host_gets_its_services_and_nothing_else(found, host):
    result = {}
    for service in (item for item in found["services"].values() if item["host_name"] == host):
        def belongs(item, service=service):
            host_name = item.get("child_host_name", item.get("host_name"))
            return (host_name, item.get("child_service_name", item.get("service_name"))) == (host, service["name"])

        checked = (f"{service['check_command']} every {service['check_interval']:.0f}, "
                   f"again {service['retry_interval']:.0f}, {service['max_check_attempts']:.0f} times")
        told = [f"{item['name']}: {' '.join(item['user_groups'])}, {item['period'] or 'any hour'}, "
                + in_order(item["states"]) + (f", after {item['times']['begin']:.0f}" if item["times"] else "")
                for item in found["notifications"].values() if belongs(item)]
        waits = [f"{item['name']}: {item['parent_host_name']}!{item['parent_service_name']}, "
                 f"check {'held' if item['disable_checks'] else 'goes on'}"
                 for item in found["dependencies"].values() if belongs(item)]
        result[service["name"]] = (checked, sorted(told), sorted(waits))
    wanted = {name: (checked, sorted(told), sorted(waits)) for name, (checked, told, waits) in MATRIX[host][1].items()}
    assert result == wanted


def test_every_notification_is_sent_once_and_by_the_same_command(found):
    notifications = found["notifications"].values()
    assert notifications and {(item["command"], item["interval"]) for item in notifications} == {("kms-notify", 0)}


def test_a_parent_counts_as_failed_when_it_is_critical_and_then_holds_back_pages(found):
    dependencies = found["dependencies"].values()
    assert dependencies and {(in_order(item["states"]), item["disable_notifications"]) for item in dependencies} == {
        ("OK WARNING UNKNOWN", True)}


OF_THE_AGENT = """
object Host "laptop" { import "kms-laptop"; vars.kms_agent = { agent = "file" } }
object Host "own-laptop" { import "kms-laptop"; vars.kms_agent = { agent = "file"; warning = "90:" } }
object Host "canary" {
  import "kms-server"
  vars.kms_login_canary = name
  vars.kms_agent = { agent = "nscp"; rule = [ "agent=ok", "login=ok" ] }
}
"""


def test_what_a_site_says_of_its_agent_wins_but_for_the_rules_of_the_canary(folder):
    with Node(folder / "agent", site=OF_THE_AGENT) as node:
        found = {name: item["vars"] for name, item in node.objects("services").items()}
    assert found["laptop!kms-client"]["kms_client_warning"] == "120:"
    assert found["own-laptop!kms-client"]["kms_client_warning"] == "90:"
    assert found["canary!kms-client"]["kms_client_rule"] == ["agent=ok", "login=ok"]
    assert found["canary!kms-login-probe"]["kms_client_rule"][0] == "login=critical"


SUBJECTS = {
    "by-address": ('address = "192.0.2.1"; vars.kms_agent = { agent = "nscp" }', None),
    "by-name": ('vars.kms_agent = { agent = "nscp" }', "by-name"),
    "of-a-file": ('address = "192.0.2.1"; vars.kms_agent = { agent = "file"; input = "/x" }', "of-a-file"),
    "of-its-own": ('address = "192.0.2.1"; vars.kms_agent = { agent = "exec"; hostname = "other" }', "other"),
    "of-its-host": ('vars.kms_agent = { agent = "file" }; vars.kms_client_hostname = "other"', None),
}


def test_the_name_that_a_machine_is_asked_by(folder):
    """None: the command does it, by the address or a variable of the host."""
    site = "".join(f'object Host "{name}" {{ import "kms-server"; {definition} }}\n'
                   for name, (definition, _) in SUBJECTS.items())
    with Node(folder / "names", site=site) as node:
        services = node.objects("services", "vars")
    found = {name: services[f"{name}!kms-client"]["vars"].get("kms_client_hostname") for name in SUBJECTS}
    assert found == {name: wanted for name, (_, wanted) in SUBJECTS.items()}


def test_a_laptop_may_be_late_for_sixty_days(found):
    limits = {name: item["vars"].get("kms_client_warning") for name, item in found["services"].items()
              if item["check_command"] == "kms_client"}
    assert {name for name, limit in limits.items() if limit} == {"laptop!kms-client"}
    assert limits["laptop!kms-client"] == "120:"
