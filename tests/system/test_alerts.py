# SPDX-License-Identifier: MIT
"""The alerts that matter, whole, against the files in tests/golden.  They are an interface: people script against
the first line and read the rest at night.  After a wanted change write them anew and read the difference:

    WRITE_GOLDEN=1 python3 -m pytest -q tests/system/test_alerts.py && git diff tests/golden

Alerts of check_kms_reach come from the network of the lab and are shown as on the site that it plays.
The numbers behind time= and idle= are masked.  Dates count from the TimeUtc of the document; slmgr.vbs text has none,
so there every date is written as its distance from the day of the run."""
import datetime
import re
import shlex
import time

import pytest

import documents
from conftest import ROOT
from golden import compare_with_golden
from machine import DAY, NEVER, OFFICE, client, document, edit, host, host_document, office
from network import Lab
from reach_view import on_the_lab, on_the_site, skip_without_ipv6

GOLDEN = ROOT / "tests/golden"
HOST, CLIENT, REACH = "check_kms_host", "check_kms_client", "check_kms_reach"
SERVICES = {HOST: "KMS_HOST", CLIENT: "KMS_CLIENT", REACH: "KMS_REACH"}
AN_HOUR_AGO = int(time.time()) - 3600
COUNTERS = ("requests_total=1640c requests_failed=1c requests_unlicensed=0c requests_licensed=1580c requests_oob_grace=57c "
            "requests_oot_grace=6c requests_non_genuine=0c requests_notification=19c")
PREVIOUS = [f"--previous={COUNTERS}", f"--previous-time={AN_HOUR_AGO}"]


def slmgr(name, *changes):
    return edit(documents.document(name, "slmgr"), *changes)


def lab(name):
    return documents.document(name, "json")


def busy(**changes):
    return host_document(host(KeyManagementServiceCurrentCount=40, **changes))


def new_host():
    """A host that no client has called yet: nothing is counted."""
    return {key: 0 if key.endswith("Requests") else value for key,
            value in host(KeyManagementServiceCurrentCount=NEVER).items()}


def over(**changes):
    """A license whose grace time is over."""
    return {"LicenseStatus": 5, "LicenseStatusReason": 0xC004F009, "GracePeriodRemaining": 0} | changes


def channel(name):
    return {"Description": f"Windows(R) Operating System, {name} channel", "VLActivationType": 0,
            "DiscoveredKeyManagementServiceMachineName": None}


EVALUATION = channel("TIMEBASED_EVAL") | {"Name": "Windows(R), ServerStandardEval edition"}
ADD_ON = channel("VOLUME_MAK") | {"ID": documents.activation_id(80), "LicenseIsAddon": True,
                                  "Name": "Windows(R), Client-ESU-Year1 add-on for Enterprise"}
SUBSCRIPTION = over() | {"ID": documents.activation_id(81), "ApplicationID": OFFICE,
                         "Description": "Office 16, TIMEBASED_SUB channel",
                         "Name": "Office 16, Office16O365ProPlusR_Subscription5 edition"}
GERMAN = """Softwarelizenzierungsdienst-Version: 10.0.26100.1

Name: Windows(R), Enterprise edition
Beschreibung: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Aktivierungs-ID: 00000000-0000-4000-8000-000000000002
Anwendungs-ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Partieller Product Key: XXXXX
Lizenzstatus: Lizenziert
Ablauf der Volumenaktivierung: 258780 Minute(n) (180 Tag(e))
"""


def zone(name, *words):
    """The words that ask about a domain of the site through its DNS server."""
    return ["-D", f"{name}.example.com", "--dns-server=192.0.2.53", *words]


PLANNED = "--expect=" + ",".join(f"kms0{number}.{documents.DOMAIN}" for number in (1, 2, 3))

# name: program, words, document (None: the network of the lab), exit code
ALERTS = {
    "host-count-3": (HOST, [], slmgr("kms01", ("Current count: 26", "Current count: 3")), 2),
    "host-count-3-for-desktops": (HOST, ["-H", "kms02", "--floor=25"],
                                  slmgr("kms02", ("Current count: 5", "Current count: 3")), 2),
    "host-count-5-for-desktops": (HOST, ["-H", "kms02", "--floor=25"], lab("kms02"), 2),
    "host-count-5-without-a-floor": (HOST, ["-H", "kms02"], lab("kms02"), 1),
    "host-thin-margin": (HOST, ["-H", "kms01", "--floor=25"], lab("kms01"), 1),
    "host-count-at-the-cap": (HOST, ["--floor=25"], host_document(host(KeyManagementServiceCurrentCount=50)), 0),
    "host-standby": (HOST, ["--floor=0"], host_document(host(KeyManagementServiceCurrentCount=2)), 0),
    "host-nobody-ever-called": (HOST, [], host_document(new_host()), 1),
    "host-outside-own-limit": (HOST, ["-w", "45:", "-c", "35:"], host_document(host()), 2),
    "host-not-activated": (HOST, ["-H", "kms03"], lab("kms03"), 2),
    "host-without-host-key": (HOST, ["-H", "wks-001"], slmgr("wks-001"), 2),
    "host-key-not-enabled": (HOST, [], host_document(host(IsKeyManagementServiceMachine=0)), 2),
    "host-office-count-low": (HOST, ["--floor=25"], host_document(host(KeyManagementServiceCurrentCount=50),
                                                                 host("office", KeyManagementServiceCurrentCount=4)),
                              2),
    "host-settings": (HOST, ["--floor=25"], host_document(host(KeyManagementServiceCurrentCount=40,
                                                               VLRenewalInterval=43200),
                                                         KeyManagementServiceDnsPublishing=False,
                                                         KeyManagementServiceLowPriority=True), 1),
    "host-requests-fail": (HOST, ["--floor=25", *PREVIOUS], busy(KeyManagementServiceFailedRequests=31), 1),
    "host-no-request-succeeds": (HOST, ["--floor=25", *PREVIOUS],
                                 busy(KeyManagementServiceFailedRequests=31, KeyManagementServiceTotalRequests=1640,
                                      KeyManagementServiceLicensedRequests=1580), 2),
    "host-idle": (HOST, ["--floor=25", f"--previous={COUNTERS} idle=400000s", f"--previous-time={AN_HOUR_AGO}"],
                  busy(KeyManagementServiceFailedRequests=1, KeyManagementServiceTotalRequests=1640,
                       KeyManagementServiceLicensedRequests=1580), 1),
    "client-healthy": (CLIENT, ["-H", "wks-001"], slmgr("wks-001", ("258780 minute(s)", "256320 minute(s)")), 0),
    "client-notification": (CLIENT, ["-H", "wks-025"], slmgr("wks-025"), 2),
    "client-notification-json": (CLIENT, ["-H", "srv-008"], lab("srv-008"), 2),
    "client-never-activated": (CLIENT, ["-H", "wks-024"], lab("wks-024"), 1),
    "client-additional-grace": (CLIENT, ["-H", "wks-027"], slmgr("wks-027"), 2),
    "client-renewal-overdue": (CLIENT, ["-H", "wks-022"], lab("wks-022"), 1),
    "client-20-days-left": (CLIENT, ["-H", "wks-026"], lab("wks-026"), 2),
    "client-ad-20-days-left": (CLIENT, ["-H", "wks-029"], slmgr("wks-029", ("256320 minute(s)", "28800 minute(s)")), 2),
    "client-mak": (CLIENT, ["-H", "wks-030"], slmgr("wks-030"), 0),
    "client-mak-notification": (CLIENT, [], document(client(**over(), **channel("VOLUME_MAK"))), 2),
    "client-not-genuine": (CLIENT, [], document(client(**over(LicenseStatusReason=0xC004F200))), 2),
    "client-without-reason": (CLIENT, [], document(client(LicenseStatus=0, LicenseStatusReason=None,
                                                          GracePeriodRemaining=0)), 2),
    "client-unknown-code": (CLIENT, [], document(client(**over(LicenseStatusReason=0xC004FABC))), 2),
    "client-evaluation-ends": (CLIENT, [], document(client(GracePeriodRemaining=7 * DAY, **EVALUATION)), 2),
    "client-evaluation-over": (CLIENT, [], document(client(**over(LicenseStatusReason=0xC004FC07), **EVALUATION)), 2),
    "client-windows-and-office": (CLIENT, [], document(client(), office(GracePeriodRemaining=160 * DAY)), 1),
    "client-office-notification": (CLIENT, [], document(client(), office(**over())), 2),
    "client-both-in-notification": (CLIENT, [], document(client(**over()), office(**over())), 2),
    "client-add-on": (CLIENT, [], document(client(), client(LicenseStatus=0, LicenseStatusReason=0xC004F034,
                                                            GracePeriodRemaining=0, **ADD_ON)), 1),
    "client-subscription-only": (CLIENT, [], document(client(**SUBSCRIPTION)), 3),
    "client-subscription-besides": (CLIENT, [], document(client(), client(**SUBSCRIPTION)), 0),
    "client-lease-too-long": (CLIENT, [], document(client(GracePeriodRemaining=260000)), 1),
    "client-at-itself": (CLIENT, [], document(client(DiscoveredKeyManagementServiceMachineName="127.0.0.2")), 1),
    "client-at-an-unexpected-host": (CLIENT, ["--expect=kms02.corp.example.com"], document(client()), 1),
    "client-wrong-method": (CLIENT, ["--require=mak"], document(client()), 1),
    "client-without-minutes": (CLIENT, [], document(client(GracePeriodRemaining=None)), 3),
    "client-other-machine": (CLIENT, ["-H", "wks-002"], lab("wks-001"), 3),
    "client-german": (CLIENT, ["-H", "wks-001"], GERMAN, 3),
    "client-error-only": (CLIENT, ["-H", "wks-001"],
                          "Error: 0xC004F014 The Software Licensing Service reported that the product "
                                                     "key is not available\r\n", 3),
    "client-access-denied": (CLIENT, ["-H", "wks-001"],
                             "Error: 0x80070005 Access denied: the requested action requires elevated "
                                                        "privileges.\r\n", 3),
    "reach-corp": (REACH, zone("corp", PLANNED), None, 2),
    "reach-corp-short": (REACH, zone("corp", PLANNED, "--explain=short"), None, 2),
    "reach-healthy": (REACH, zone("healthy"), None, 0),
    "reach-one-dead": (REACH, zone("onedead"), None, 1),
    "reach-all-dead": (REACH, zone("alldead"), None, 2),
    "reach-two-wanted": (REACH, zone("onedead", "--min-usable=3"), None, 2),
    "reach-no-such-name": (REACH, zone("branch"), None, 2),
    "reach-no-record": (REACH, zone("dmz"), None, 2),
    "reach-dns-fails": (REACH, zone("lab"), None, 2),
    "reach-dns-refuses": (REACH, zone("test"), None, 2),
    "reach-declined": (REACH, zone("old"), None, 2),
    "reach-alias": (REACH, zone("alias"), None, 1),
    "reach-literal": (REACH, zone("literal"), None, 1),
    "reach-three-zones": (REACH, zone("healthy", "-D", "onedead.example.com,branch.example.com"), None, 2),
    "reach-named-host-refused": (REACH, ["-H", f"kms02.{documents.DOMAIN}:1689", "--dns-server=192.0.2.53"], None, 2),
    "reach-emulator": (REACH, ["-H", f"nas7.{documents.DOMAIN}:1688", "--dns-server=192.0.2.53"], None, 1),
    "reach-other-port": (REACH, zone("healthy", "-p", "1689"), None, 2),
    "client-no-document": (CLIENT, ["-H", "wks-001"], "NRPE: Command 'kms_report' not defined\n", 3),
}

FOREIGN = {"client-no-document": {"'"}}  # what the document itself brings


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        yield lab
        lab.settle()
        assert lab.violations == []


def masked(text, is_dated):
    text = re.sub(r"\btime=\d+\.\d+s", "time=TIME", text)
    text = re.sub(r"\bidle=\d+s", "idle=IDLE", text)
    if is_dated:
        return text
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return re.sub(r"\d{4}-\d\d-\d\d",
                  lambda day: f"TODAY+{(datetime.date.fromisoformat(day.group()) - today).days}d", text)


def run_on_lab(plugin, lab, name):
    """The same for check_kms_reach."""
    program, words, _, code = ALERTS[name]
    skip_without_ipv6(GOLDEN / f"{name}.txt")
    result = plugin(program, *[on_the_lab(word, lab) for word in words])
    assert result.code == code, result
    return f"$ {program} {shlex.join(words)}\n{on_the_site(result.out, lab)}exit {result.code}\n", result


def run(plugin, lab, name):
    """The alert as its file holds it, and the result."""
    program, words, text, code = ALERTS[name]
    if text is None:
        return run_on_lab(plugin, lab, name)
    is_dated = "TimeUtc" in text
    for _ in range(2):  # again when midnight came in between
        day = datetime.datetime.now(datetime.timezone.utc).date()
        result = plugin(program, "--input=-", *words, stdin=text)
        output = masked(result.out, is_dated)
        if is_dated or day == datetime.datetime.now(datetime.timezone.utc).date():
            break
    assert result.code == code, result
    command = f"$ {program} --input=- {shlex.join(words)}".rstrip().replace(str(AN_HOUR_AGO), "AN_HOUR_AGO")
    return f"{command}\n{output}exit {result.code}\n", result


@pytest.mark.parametrize("name", ALERTS)
def test_alert_is_the_one_that_was_reviewed(plugin, lab, name):
    alert, _ = run(plugin, lab, name)
    path = GOLDEN / f"{name}.txt"
    compare_with_golden(path, alert)


def test_every_golden_file_belongs_to_an_alert():
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == sorted(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_first_line_fits_a_pager(plugin, lab, name):
    _, result = run(plugin, lab, name)
    state = ["OK", "WARNING", "CRITICAL", "UNKNOWN"][result.code]
    assert result.line.startswith(f"{SERVICES[ALERTS[name][0]]} {state} - "), result
    assert len(result.line) <= 160
    assert not set(result.line) & set("`$|<>;~&\"'\\") - FOREIGN.get(name, set())
    assert not result.line.endswith(".."), "the reason is cut"


@pytest.mark.parametrize("name", ALERTS)
def test_every_text_survives_the_stripping_of_nagios(plugin, lab, name):
    """These documents hold none of the characters, so all that stands in the output is ours."""
    _, result = run(plugin, lab, name)
    assert result.out.count("|") == 1
    assert not set(result.out.replace("|", "")) & set("`~$&\"<>'") - FOREIGN.get(name, set())
    assert not re.search(r"\\[nt]", result.out)
    assert result.out.isprintable() or set(result.out) - set(map(chr, range(32, 127))) == {"\n"}
    assert len(result.out) <= 4096
    assert not any(line != line.rstrip() for line in result.out.splitlines())


@pytest.mark.parametrize("name", ALERTS)
def test_findings_say_what_breaks_what_to_do_and_who(plugin, lab, name):
    _, result = run(plugin, lab, name)
    findings = re.split(r"(?m)^ \\_ ", "\n".join(result.details))[1:]
    assert findings
    states = [re.match(r"\[(OK|UNKNOWN|WARNING|CRITICAL)\] [a-z-]+: .", finding).group(1) for finding in findings]
    order = ["CRITICAL", "WARNING", "UNKNOWN", "OK"]
    assert states == sorted(states, key=order.index), "worst first"
    assert states[0] == result.line.split()[1]
    for state, finding in zip(states, findings):
        labels = re.findall(r"(?m)^    ([a-z]+): ", finding)
        if state == "OK":
            assert labels == [], finding
            continue
        assert labels[0] == "impact" and labels[-1] in ("side", "do"), finding
        if "as above for" in finding:
            continue
        side = re.search(r"(?m)^    side: (.*)$", finding).group(1)
        assert side in ("client", "kms-host", "dns", "network", "microsoft", "monitoring"), finding
        steps = re.search(r"(?m)^    do: (.*)$", finding)
        assert steps, f"nothing to do: {finding}"
        numbers = [int(number) for number in re.findall(r"(?:^| )(\d)\. ", steps.group(1))]
        assert numbers == list(range(1, len(numbers) + 1)), steps.group(1)


@pytest.mark.parametrize("name", [name for name in ALERTS if name.startswith("client-") and "mak" not in name])
def test_no_kms_machine_is_told_to_install_a_mak(plugin, lab, name):
    """0xC004F009 and its like have answers that fit a MAK machine only; some codes name both ways."""
    _, result = run(plugin, lab, name)
    if name not in ("client-error-only", "client-access-denied", "client-wrong-method"):
        assert "MAK" not in result.out, result


@pytest.mark.parametrize(("name", "words"), [
    ("host-count-3", ["Windows count 3", "servers need 5, desktops 25", "0xC004F038 KMS count too low"]),
    ("client-healthy", ["KMS_CLIENT OK - wks-001: Windows licensed by KMS, 178.0 days left"]),
    ("client-notification", ["0xC004F009 grace period over"]),
    ("client-mak", ["MAK"]),
    ("client-ad-20-days-left", ["20.0 days"]),
    ("client-evaluation-over", ["evaluation", "0xC004FC07"]),
    ("host-not-activated", ["host key not activated", "0xC004F034"]),
    ("client-add-on", ["add-on", "0xC004F034"]),
])
def test_first_line_is_complete(plugin, lab, name, words):
    _, result = run(plugin, lab, name)
    assert [word for word in words if word not in result.line] == [], result
