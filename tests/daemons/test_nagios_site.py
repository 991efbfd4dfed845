# SPDX-License-Identifier: MIT
"""The example of a site in the real Nagios 4: who is paged when, what waits for what, and where the password goes.  Its
machines are played by documents or agents of the lab; minutes are seconds, and the daily page comes after three."""
import contextlib
import json
import pathlib
import re
import sys
import time

import pytest

from conftest import ROOT, skip_without
from nagios_daemon import NEEDS, Nagios

sys.path.insert(0, str(ROOT / "tests/system"))

import machine  # noqa: E402
from http_agents import certificates, stage  # noqa: E402, F401
from network import Lab  # noqa: E402

FILES = ("kms-commands.cfg", "kms-monitoring.cfg", "kms-site.cfg.example")
PASSWORD = "the-Agents;Password$1 (x)"  # a shell would stumble over it
WRONG = "expired;Password$1 (x)"
MACHINES = ["kms01", "kms02", "srv-001", "wks-001", "lap-001"]
CLIENTS = [("srv-001", "kms-client"), ("wks-001", "kms-client"), ("lap-001", "kms-client")]
HOSTS = [("kms01", "kms-host"), ("kms02", "kms-host")]
REACHES = [("corp.example.com", "kms-reach"), ("branch.example.com", "kms-reach")]
PROBE, LOGIN = ("srv-001", "kms-login-probe"), ("srv-001", "kms-login")
ONCALL, TICKETS, LEAD = "kms-oncall-phone", "kms-ticket-system", "kms-team-lead"
OFFICE = re.search(r"(?s)timeperiod_name  kms-office-hours.*?\}", (ROOT / "packaging/nagios/kms-monitoring.cfg")
                   .read_text(encoding="ascii"))[0]
ALWAYS = "\n".join(f"    {day}  00:00-24:00" for day in
                   ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
HEAD = "timeperiod_name  kms-office-hours\n    alias            KMS: office hours\n"
AT_NIGHT = (OFFICE, HEAD + "}")
ON_A_HOLIDAY = (OFFICE, HEAD + ALWAYS + "\n    exclude  kms-always\n}")
BY_DAY = (OFFICE, HEAD + ALWAYS + "\n}")
A_DAY = [(f"notification_interval{blanks}1440", f"notification_interval{blanks}3") for blanks in ("  ", "   ")]
AT_THE_FIRST_CHECK = [(f"max_check_attempts      {count}", "max_check_attempts      1") for count in (3, 4)]


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        yield lab
        lab.settle()
        assert not lab.violations


# ---- the site


def asked_by(how):
    """Changes that give every machine its own way to be asked: how(name)."""
    return [(f"address     {name}.corp.example.com", how(name)) for name in MACHINES]


def reached(lab, corp="healthy", branch="healthy"):
    """Changes that let the two domains of the site be domains of the lab."""
    expected = ",".join(f"kms0{number}.corp.example.com" for number in (1, 2))
    return [(f"-D corp.example.com --dns-server=192.0.2.53 --expect={expected}",
             f"-D {corp}.example.com --dns-server={lab.dns}"),
            ("-D branch.example.com --dns-server=192.0.2.53", f"-D {branch}.example.com --dns-server={lab.dns}")]


def by_document(name):
    return f"address     {name}.corp.example.com\n    _KMS_AGENT  --input={{folder}}/documents/{name}.json"


def fine(name):
    rows = [machine.host(KeyManagementServiceCurrentCount=50)] if name.startswith("kms") else [machine.client()]
    make = machine.host_document if name.startswith("kms") else machine.document
    return make(*rows, name=name.upper())


def broken(name):
    """A machine in Notification."""
    rows = json.loads(fine(name))["SoftwareLicensingProduct"]
    make = machine.host_document if name.startswith("kms") else machine.document
    over = {"LicenseStatus": 5, "LicenseStatusReason": 0xC004F009, "GracePeriodRemaining": 0}
    return make(*[row | over for row in rows], name=name.upper())


def play(nagios, make, *names):
    for name in names:
        nagios.document(f"{name}.json", make(name))


def example(changes, **options):
    skip_without(NEEDS)
    resources = [f"$USER5$={options.pop('password', PASSWORD)}"]
    return Nagios("", shipped=FILES, changes=changes, resources=resources, **options)


@contextlib.contextmanager
def documented_site(lab, *changes, **reach):
    """The site with a document for each machine, all fine."""
    nagios = example([*changes, *asked_by(by_document), *reached(lab, **reach), *AT_THE_FIRST_CHECK, *A_DAY],
                     settings={"interval_length": 1})
    play(nagios, fine, *MACHINES)
    with nagios:
        yield nagios


def switch(nagios, old, new):
    """Other office hours, or another domain, for the daemon that runs."""
    nagios.changes[nagios.changes.index(old)] = new
    nagios.rewrite()
    nagios.reload()


def check_again(nagios, names, after=None):
    """Checks when a day, three seconds here, has gone by since the last page of a service."""
    if after:
        nagios.wait_for_time(int(nagios.service(*after).values["next_notification"]))
    return nagios.check_all(names)


def who_and_what(nagios, contact, count):
    """(type, host/service) of the first pages of a contact, once there are `count`."""
    subjects = nagios.wait_for_subjects(contact, count)
    return sorted(re.match(r"(\S+) \S+ (\S+):", subject).groups() for subject in subjects)


# ---- intervals

ANY_HOUR, OFFICE_HOURS = "kms-always", "kms-office-hours"
INTERVALS = {"kms-reach": (5, 1, 3, ANY_HOUR), "kms-host": (15, 5, 3, ANY_HOUR),
             "kms-login-probe": (2, 60, 1000000, ANY_HOUR), "kms-login": (1, 1, 1, ANY_HOUR)}
CLIENT_INTERVALS = {"srv-001": (360, 60, 4, ANY_HOUR), "wks-001": (1440, 120, 3, OFFICE_HOURS),
                    "lap-001": (1440, 120, 3, OFFICE_HOURS)}


def test_every_service_of_the_example_has_its_intervals():
    nagios = example([])
    try:
        nagios.start()
        cache = (nagios.folder / "objects.cache").read_text(encoding="ascii")
    finally:
        nagios.close()
    seen = set()
    for block in re.findall(r"(?ms)^define service \{\n(.*?)^\t\}$", cache):
        values = dict(line.strip().split("\t", 1) for line in block.splitlines())
        host, service = values["host_name"], values["service_description"]
        numbers = [int(float(values[key])) for key in ("check_interval", "retry_interval", "max_check_attempts")]
        assert (*numbers, values["check_period"]) == (CLIENT_INTERVALS[host] if service == "kms-client" else INTERVALS[service]), (host, service)
        seen.add((host, service))
    assert seen == {*CLIENTS, *HOSTS, *REACHES, PROBE, LOGIN}


# ---- who is paged, and when


def test_pages_wait_for_the_office_and_escalate_after_a_day(lab):
    """A night, the morning after, the day after that, and the night in which all is well again."""
    with documented_site(lab, AT_NIGHT) as nagios:
        play(nagios, broken, *MACHINES)
        services = nagios.check_all([*HOSTS, *CLIENTS])
        assert all(services[name].state == "CRITICAL" and services[name].is_hard for name in [*HOSTS, *CLIENTS])
        assert [nagios.tried_to_page(*name) for name in [("kms02", "kms-host"), *CLIENTS]] == [0, 0, 0, 0]
        # kms01 is wanted around the clock
        assert who_and_what(nagios, ONCALL, 1) == [("PROBLEM", "kms01/kms-host")]

        switch(nagios, AT_NIGHT, BY_DAY)
        check_again(nagios, [("kms02", "kms-host"), *CLIENTS])
        assert who_and_what(nagios, ONCALL, 2) == [("PROBLEM", "kms01/kms-host"), ("PROBLEM", "kms02/kms-host")]
        tickets = [("PROBLEM", f"{name}/kms-client") for name, _ in sorted(CLIENTS)]
        assert who_and_what(nagios, TICKETS, 3) == tickets
        assert nagios.tried_to_page("kms02", "kms-host") == 1 and nagios.subjects(LEAD) == [], "on call alone"

        check_again(nagios, [("kms02", "kms-host"), *CLIENTS], after=("kms02", "kms-host"))
        assert who_and_what(nagios, LEAD, 1) == [("PROBLEM", "kms02/kms-host")]
        assert nagios.tried_to_page("kms02", "kms-host") == 3, "on call and the escalation"

        switch(nagios, BY_DAY, AT_NIGHT)
        check_again(nagios, [("kms02", "kms-host"), *CLIENTS], after=("kms02", "kms-host"))
        assert nagios.tried_to_page("kms02", "kms-host") == 5, "again after a day, at night too"

        play(nagios, fine, *MACHINES)
        check_again(nagios, [*HOSTS, *CLIENTS])
        recovered = [("RECOVERY", "kms01/kms-host"), ("RECOVERY", "kms02/kms-host")]
        assert who_and_what(nagios, ONCALL, 6)[-2:] == recovered
        assert who_and_what(nagios, LEAD, 3)[-1:] == recovered[1:], "kms01 did not get that far"
        assert who_and_what(nagios, TICKETS, 6) == tickets + [("RECOVERY", page) for _, page in tickets], "once each"


def test_a_warning_of_a_host_never_wakes_anybody(lab):
    """Also where machines are imaged around the clock."""
    with documented_site(lab, ON_A_HOLIDAY) as nagios:
        for name, _ in HOSTS:
            count = {"kms01": 26, "kms02": 6}[name]
            nagios.document(f"{name}.json", machine.host_document(machine.host(KeyManagementServiceCurrentCount=count),
                                                                 name=name.upper()))
        services = nagios.check_all(HOSTS)
        assert [services[name].state for name in HOSTS] == ["WARNING", "WARNING"]
        assert nagios.log().count("SERVICE NOTIFICATION") == 0
        switch(nagios, ON_A_HOLIDAY, BY_DAY)
        check_again(nagios, HOSTS)
        assert who_and_what(nagios, ONCALL, 2) == [("PROBLEM", "kms01/kms-host"), ("PROBLEM", "kms02/kms-host")]
        check_again(nagios, HOSTS, after=HOSTS[0])
        assert len(who_and_what(nagios, ONCALL, 4)) == 4 and nagios.subjects(LEAD) == [], "a warning does not escalate"


def test_clients_are_quiet_while_nobody_can_reach_kms(lab):
    with documented_site(lab, BY_DAY, corp="alldead") as nagios:
        play(nagios, broken, "srv-001", "wks-001")
        assert nagios.check(*REACHES[0]).state == "CRITICAL"
        services = nagios.check_all(CLIENTS)
        assert [services[name].state for name in CLIENTS] == ["CRITICAL", "CRITICAL", "OK"], "the checks go on"
        assert all(nagios.tried_to_page(*name) == 0 for name in CLIENTS)
        assert who_and_what(nagios, ONCALL, 1) == [("PROBLEM", "corp.example.com/kms-reach")]

        switch(nagios, *[words for words in zip(reached(lab, "alldead"), reached(lab)) if words[0] != words[1]][0])
        assert nagios.check(*REACHES[0]).state == "OK"
        nagios.check_all(CLIENTS)
        tickets = [("PROBLEM", "srv-001/kms-client"), ("PROBLEM", "wks-001/kms-client")]
        assert who_and_what(nagios, TICKETS, 2) == tickets


# ---- the login canary

HELD = ("CRITICAL: login of the monitoring account, as kms-login-probe of this host found it. While it is "
        "refused all checks with this account are held: renew the account or its password here, then force a check "
        "of kms-login-probe\n\nhost:    srv-001\n")
PLAYED = {"kms01": "kms01", "kms02": "kms02", "srv-001": "srv-008", "wks-001": "wks-001", "lap-001": "wks-002"}


@contextlib.contextmanager
def asked_site(lab, stage, certificates, password, canary_port=None, **options):  # noqa: F811
    """The site with an agent for each machine, which all want PASSWORD; the license of the canary is broken.  It may be
    asked on another port, where nobody is."""
    agents = {name: stage.agent("nscp", PLAYED[name], certificates.server, password=PASSWORD) for name in MACHINES}

    def by_agent(name):
        port = canary_port if canary_port and name == PROBE[0] else agents[name].port
        return ("address     127.0.0.1\n    _KMS_AGENT  --agent=nscp --command=kms_report --ca-cert={folder}/ca.pem "
                f"-p {port}")

    nagios = example([BY_DAY, *asked_by(by_agent), *reached(lab)], password=password, **options)
    nagios.write("ca.pem", pathlib.Path(certificates.ca_file).read_text(encoding="ascii"))
    try:
        yield nagios, agents
    finally:
        nagios.close()


def logins(agents):
    return [login for agent in agents.values() for login in agent.logins]


def test_a_wrong_password_is_tried_once_and_holds_the_others(lab, stage, certificates):  # noqa: F811
    dependents = [*CLIENTS, *HOSTS]
    with asked_site(lab, stage, certificates, WRONG, settings={"interval_length": 1}) as (nagios, agents):
        nagios.start()
        probe = nagios.check(*PROBE)
        assert probe.state == "CRITICAL" and not probe.is_hard and "403" in probe.output, probe
        assert nagios.check(*LOGIN).state == "CRITICAL"
        begin = nagios.wait_for_time(0)
        nagios.command("START_EXECUTING_SVC_CHECKS")
        for name in dependents:
            nagios.command("SCHEDULE_SVC_CHECK", *name, begin)  # not forced
        nagios.wait_for_services("the dependents to be put off", lambda now: all(
            now[name].next_check > begin + 2 for name in dependents) and now[LOGIN].last_check > begin + 2)
        assert not any(nagios.service(*name).has_run for name in dependents)
        assert logins(agents) == [("admin", WRONG)] and agents["srv-001"].logins
        assert who_and_what(nagios, ONCALL, 1) == [("PROBLEM", "srv-001/kms-login")]
        assert nagios.tried_to_page(*LOGIN) == 1 and nagios.tried_to_page(*PROBE) == 0
        assert nagios.pages(ONCALL)[0].startswith(HELD), nagios.pages(ONCALL)

        for agent in agents.values():
            agent.agent.password = WRONG  # the account is as the monitoring knows it
        probe = nagios.check(*PROBE)
        assert probe.state == "OK", "the license of the canary, which is broken, is not its matter"
        nagios.wait_for_services("kms-login to see it", lambda now: now[LOGIN].state == "OK")
        for name in dependents:
            nagios.command("SCHEDULE_SVC_CHECK", *name, int(time.time()))
        nagios.wait_for_services("the dependents to run", lambda now: all(now[name].has_run for name in dependents))
        assert all(agent.logins for agent in agents.values())
        assert ("RECOVERY", "srv-001/kms-login") in who_and_what(nagios, ONCALL, 2)


def test_the_canary_says_unknown_when_it_is_switched_off(lab, stage, certificates):  # noqa: F811
    """Nothing is at stake then, so nothing is held."""
    with asked_site(lab, stage, certificates, PASSWORD, canary_port=stage.refusing_port()) as (nagios, agents):
        nagios.start()
        assert nagios.check(*PROBE).state == "UNKNOWN"
        assert nagios.check(*LOGIN).state == "UNKNOWN"
        nagios.command("START_EXECUTING_SVC_CHECKS")
        nagios.command("SCHEDULE_SVC_CHECK", *HOSTS[0], int(time.time()))
        nagios.wait_for_services("a check that nothing holds", lambda now: now[HOSTS[0]].has_run)
        assert agents["kms01"].logins == [("admin", PASSWORD)]


# ---- secrets, and the shell that there is not

RECORDER = """#!/usr/bin/python3 -I
import json, os, sys
with open(f"/proc/{{os.getppid()}}/cmdline") as parent:
    run = [parent.read().split("\\0"), sys.argv[1:], dict(os.environ)]
with open(f"{folder}/records/{name}.{{os.getpid()}}", "w") as record:
    json.dump(run, record)
os.execv("{real}", ["{real}", *sys.argv[1:]])
"""


class Run:
    """One run of a program as its recorder saw it: the command line of its parent, its words, its environment."""

    def __init__(self, text):
        self.parent, self.words, self.environment = json.loads(text)

    @property
    def is_without_shell(self):
        """A worker started it, and nothing set PWD on the way, which every shell does, also one that became it."""
        return "--worker" in self.parent and "PWD" not in self.environment


def record(nagios, path):
    """Puts a recorder in the place of a program below the folder of the daemon."""
    real = nagios.folder / "real"
    (nagios.folder / "records").mkdir(exist_ok=True)
    (nagios.folder / "records").chmod(0o777)
    real.mkdir(exist_ok=True)
    if not (real / "kms-monitoring").exists():
        (real / "kms-monitoring").symlink_to(nagios.plugins / "kms-monitoring")
    program = nagios.folder / path
    program.rename(real / program.name)
    nagios.script(path, RECORDER.format(folder=nagios.folder, name=program.name, real=real / program.name))


def runs(nagios, name):
    paths = sorted((nagios.folder / "records").glob(f"{name}.*"), key=lambda path: path.stat().st_mtime_ns)
    return [Run(path.read_text(encoding="utf-8")) for path in paths]


def test_the_password_is_in_the_environment_and_in_no_argument(lab, stage, certificates):  # noqa: F811
    with asked_site(lab, stage, certificates, PASSWORD) as (nagios, agents):
        record(nagios, "plugins/check_kms_client")
        record(nagios, "plugins/check_kms_host")
        nagios.start()
        services = nagios.check_all([*CLIENTS, *HOSTS, PROBE])
        seen = runs(nagios, "check_kms_client") + runs(nagios, "check_kms_host")
        assert len(seen) == 6
        for run in seen:
            assert run.is_without_shell, run.parent
            assert run.environment["KMS_PASSWORD"] == PASSWORD
            assert not [word for word in run.words if PASSWORD in word]
        assert set(logins(agents)) == {("admin", PASSWORD)}
        assert all(PASSWORD not in f"{service.output}{service.details}" for service in services.values())
        for name in ("status.dat", "objects.cache", "nagios.log"):
            assert PASSWORD not in (nagios.folder / name).read_text(encoding="utf-8"), name


def test_previous_hands_in_what_was_printed_last_time(lab):
    with documented_site(lab, BY_DAY) as nagios:
        record(nagios, "plugins/check_kms_host")
        first = nagios.check("kms01", "kms-host")
        row = machine.host(KeyManagementServiceCurrentCount=50)
        more = row | {"KeyManagementServiceFailedRequests": row["KeyManagementServiceFailedRequests"] + 31,
                      "KeyManagementServiceTotalRequests": row["KeyManagementServiceTotalRequests"] + 31}
        nagios.document("kms01.json", machine.host_document(more, name="KMS01"))
        second = nagios.check("kms01", "kms-host")
        words = [run.words for run in runs(nagios, "check_kms_host")]
        assert "--previous=" in words[0] and "--previous-time=0" in words[0]
        assert f"--previous={first.perfdata}" in words[1] and f"--previous-time={first.last_check}" in words[1]
        assert "requests_failed=" in first.perfdata
        assert (first.state, second.state) == ("OK", "CRITICAL") and "no request succeeded" in second.output, second
        assert "idle=" in second.perfdata and "not compared" not in first.details + second.details
        assert all(run.is_without_shell for run in runs(nagios, "check_kms_host"))


# What Nagios cleans of the characters that end a word, and what the configuration or Nagios itself sets.
CLEANED = {f"{kind}{what}" for kind in ("SERVICE", "HOST") for what in ("OUTPUT", "ACKAUTHOR", "ACKCOMMENT")}
CLEANED |= {"LONGSERVICEOUTPUT", "LONGHOSTOUTPUT"}
CONFIGURED = {"HOSTNAME", "SERVICEDESC", "HOSTADDRESS", "SERVICENOTESURL", "HOSTNOTESURL", "CONTACTEMAIL"}
OF_NAGIOS = {"NOTIFICATIONTYPE", "SERVICESTATE", "HOSTSTATE", "LONGDATETIME", "SERVICEDURATION",
             "HOSTDURATION"}


def test_notification_commands_quote_nothing_that_can_end_its_word():
    text = (ROOT / "packaging/nagios/kms-monitoring.cfg").read_text(encoding="ascii")
    commands = re.findall(r"(?s)command_name  kms-notify-\w+\n    command_line  (.*?)\n\}", text)
    assert len(commands) == 2
    for command in commands:
        assert set(re.findall(r"\$(\w+)\$", command)) <= CLEANED | CONFIGURED | OF_NAGIOS
        assert not set(re.sub(r"'[^']*'", "", command.replace("\\\n", ""))) & set(";&|<>()$*?`\"\\"), "no shell"


MAIL = """#!/bin/sh
{{ printf '%s\\n' "$@"; echo '--'; cat; }} > {folder}/pages/mail.$$
mv {folder}/pages/mail.$$ {folder}/pages/$3
"""


def test_the_mail_command_starts_no_shell_whatever_a_comment_holds(lab):
    changes = [BY_DAY, *asked_by(by_document), *reached(lab), *AT_THE_FIRST_CHECK]
    nagios = example(changes, pages_to_files=False)
    nagios.script("bin/mail", MAIL.format(folder=nagios.folder))
    record(nagios, "libexec/kms-monitoring/kms-notify")
    play(nagios, fine, *MACHINES)
    play(nagios, broken, "srv-001")
    mail = nagios.folder / "pages/tickets@example.com"
    with nagios:
        service = nagios.check("srv-001")
        nagios.wait("the mail", mail.exists)
        words, _, page = mail.read_text(encoding="ascii").partition("--\n")
        subject = f"PROBLEM CRITICAL srv-001/kms-client: {service.output.removeprefix('KMS_CLIENT CRITICAL - ')}"
        assert words.splitlines() == ["-s", subject, "tickets@example.com"]
        assert page.startswith(f"{service.output}\n{service.details}\n\nhost:    srv-001\n"), page
        mail.unlink()
        owned = nagios.folder / "tmp/owned"
        nagios.command("ACKNOWLEDGE_SVC_PROBLEM", "srv-001", "kms-client", 1, 1, 0, "o'brien",
                       f"it's known'; touch {owned}; echo '$(touch {owned}) `touch {owned}` | <b> & \\n")
        nagios.wait("the mail about the acknowledgement", mail.exists)
        page = mail.read_text(encoding="ascii")
        assert "type:    ACKNOWLEDGEMENT" in page and "author:  obrien" in page and "comment: its known" in page, page
        assert not owned.exists()
        for run in runs(nagios, "kms-notify"):
            assert run.is_without_shell, run.parent
            assert run.words == ["--mail=tickets@example.com"], "no word of the alert is an argument"
            assert run.environment["KMS_NOTIFY_HOST"] == "srv-001"
        assert len(runs(nagios, "kms-notify")) == 2
