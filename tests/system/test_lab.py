# SPDX-License-Identifier: MIT
"""Every machine of the lab in both forms of its document: the state that the lab expects, the same verdict and the
same metrics from slmgr.vbs text and from JSON, and the facts that the first line must carry."""
import json
import re

import pytest

import documents

CLIENTS, HOSTS = documents.clients(), documents.hosts()
FORMS = ["slmgr", "json"]
DATE = re.compile(r"\d{4}-\d\d-\d\d")  # slmgr.vbs text carries no time of its own, so its dates are counted from now

# host, floor, state of the whole: counts are 26, 5 and 0; the Office count of kms01 is at its cap
FLOORS = [("kms01", None, "WARNING"), ("kms01", 5, "OK"), ("kms01", 25, "WARNING"), ("kms01", 0, "OK"),
          ("kms02", None, "WARNING"), ("kms02", 5, "WARNING"), ("kms02", 25, "CRITICAL"), ("kms02", 0, "OK"),
          ("kms03", None, "CRITICAL"), ("kms03", 5, "CRITICAL"), ("kms03", 25, "CRITICAL"), ("kms03", 0, "CRITICAL")]


def check(plugin, name, form, *words):
    program = "check_kms_host" if name in HOSTS else "check_kms_client"
    return plugin(program, "--input=-", "-H", name, *words, stdin=documents.document(name, form))


def verdict(plugin, name, form, *words):
    """What both forms must agree on.  The reason code of a grace period stands in JSON only."""
    report = json.loads(check(plugin, name, form, *words, "--output-format=json").out)
    findings = [[finding[key] for key in ("rule", "state", "subject", "urgency")] for finding in report["findings"]]
    metrics = {metric["label"]: metric for metric in report["metrics"] if metric["label"] != "time"}
    return report["state"], DATE.sub("DATE", report["summary"]), findings, metrics


def test_the_lab_is_complete():
    assert len(CLIENTS) == 40 and len(HOSTS) == 3
    states = [client["expected"].split()[0] for client in CLIENTS.values()]
    assert {state: states.count(state) for state in set(states)} == {"OK": 30, "WARNING": 5, "CRITICAL": 5}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CLIENTS)
def test_client_has_the_expected_state(plugin, name, form):
    result = check(plugin, name, form)
    expected = CLIENTS[name]["expected"].split()[0]
    assert result.code == ["OK", "WARNING", "CRITICAL"].index(expected), result
    assert result.line.startswith(f"KMS_CLIENT {expected} - {name}: Windows ") or \
        result.line.startswith(f"KMS_CLIENT {expected} - {name}: no renewal for "), result


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CLIENTS)
def test_first_line_and_metrics_carry_the_facts_of_the_client(plugin, name, form):
    client, result = CLIENTS[name], check(plugin, name, form)
    status, minutes = int(client["LicenseStatus"]), int(client["GracePeriodRemaining"])
    tenths = minutes * 10 // 1440
    days = f"{tenths // 10}.{tenths % 10}"
    lease = result.metrics.get("lease_days", "none").split(";")[0]
    if client["channel"] == "MAK":
        assert "by MAK" in result.line and "KMS" not in result.line.removeprefix("KMS_CLIENT"), result
        assert lease == "none"
    elif status == 1:
        assert f"{days} days" in result.line, result
        assert lease == days
        age = int(259200 - minutes) * 10 // 1440
        assert result.metrics["lease_age_days"] == f"{age // 10}.{age % 10}"
        way = "by AD" if client["kms"] == "AD" else f"by KMS at {documents.kms_name(client)[0]}.{documents.DOMAIN}:1688"
        assert way in result.details[0], result
    elif status == 5:
        assert f"in Notification, {client['LicenseStatusReason']} " in result.line, result
        assert lease == "0.0"
    else:
        assert f"not activated, {days} days of grace left" in result.line, result
        assert (lease, result.metrics["grace_minutes"]) == ("0.0", str(minutes))
    assert ("lease_age_days" in result.metrics) == (status == 1 and client["channel"] != "MAK")
    assert ("grace_minutes" in result.metrics) == (status in (2, 3, 4, 6))
    assert result.metrics["products"] == "1"
    assert result.metrics["products_failing"] == ("0" if result.code == 0 else "1")
    # The lab knows the error of the last attempt, the document does not: it must not be guessed.
    if client["last_error"] not in ("-", client["LicenseStatusReason"]):
        assert client["last_error"] not in result.out, result


@pytest.mark.parametrize("name", CLIENTS)
def test_both_forms_agree_about_the_client(plugin, name):
    assert verdict(plugin, name, "slmgr") == verdict(plugin, name, "json")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "floor", "state"), FLOORS)
def test_host_has_the_expected_state(plugin, name, floor, state, form):
    result = check(plugin, name, form, *([] if floor is None else [f"--floor={floor}"]))
    assert result.code == ["OK", "WARNING", "CRITICAL"].index(state), result
    assert result.line.startswith(f"KMS_HOST {state} - {name}: "), result


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", HOSTS)
def test_first_line_and_metrics_carry_the_facts_of_the_host(plugin, name, form):
    result = check(plugin, name, form, "--floor=25")
    for key in HOSTS[name]["keys"]:
        suffix = "" if key["application"] == "windows" else "_office"
        cap, floor, early = (50, 25, 30) if key["application"] == "windows" else (10, 5, 7)
        assert result.metrics["count" + suffix] == f"{key['count']};{early}:;{floor}:;0;{cap}"
        assert result.metrics["count_headroom" + suffix] == f"{key['count'] - floor};;0:"
        for field, label in (("Total", "total"), ("Failed", "failed"), ("Unlicensed", "unlicensed"),
                             ("Licensed", "licensed"),
                             ("OOBGrace", "oob_grace"), ("OOTGrace", "oot_grace"), ("NonGenuineGrace", "non_genuine"),
                             ("Notification", "notification")):
            assert result.metrics[f"requests_{label}{suffix}"] == f"{key['requests'][field]}c"
        if key["status"] != 1:
            assert key["reason"] in result.out and "0xC004F041" in result.out, result
    windows = HOSTS[name]["keys"][0]
    if windows["status"] == 1:
        assert f"Windows count {windows['count']}" in result.line, result
    if windows["status"] == 1 and windows["count"] < 25:
        assert "0xC004F038" in result.line, result
    assert any("DNS publishing on, port 1688, normal priority" in line for line in result.details), result


@pytest.mark.parametrize("floor", [None, 0, 5, 25])
@pytest.mark.parametrize("name", HOSTS)
def test_both_forms_agree_about_the_host(plugin, name, floor):
    words = [] if floor is None else [f"--floor={floor}"]
    assert verdict(plugin, name, "slmgr", *words) == verdict(plugin, name, "json", *words)


def test_a_host_key_that_is_not_activated_is_the_first_thing_that_is_said(plugin):
    """Its count is 0 for that reason, and no count would help before it is activated."""
    result = check(plugin, "kms03", "json")
    assert "host key not activated" in result.line and "0xC004F034" in result.line, result


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", HOSTS)
def test_a_kms_host_is_activated_by_its_own_key(plugin, name, form):
    """A host is a machine with a license, too; its key has no lease that could end."""
    result = plugin("check_kms_client", "--input=-", "-H", name, stdin=documents.document(name, form))
    assert result.code == (2 if name == "kms03" else 0), result
    assert "lease_days" not in result.metrics


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CLIENTS)
def test_no_client_is_a_kms_host(plugin, name, form):
    result = plugin("check_kms_host", "--input=-", "-H", name, stdin=documents.document(name, form))
    assert (result.code, "not a KMS host" in result.line) == (2, True), result
