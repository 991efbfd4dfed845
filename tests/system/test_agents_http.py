# SPDX-License-Identifier: MIT
"""Every machine of the lab through every agent: the same verdict and metrics as from the document in a file."""
import json
import re

import pytest

import documents
from http_agents import (KINDS, PASSWORD, WAYS, WRITTEN, Asking, asking, certificates, long_stage,  # noqa: F401
                         program_for, stage)
from nsclient_agent import VERSIONS

MACHINES = [*documents.hosts(), *documents.clients()]
DATE = re.compile(r"\d{4}-\d\d-\d\d")  # agents that tell no time are judged by the clock of the poller
ANY_AGE = "--max-age=3650d"

# machine, words, exit code, what the first line says
CASES = {
    "a-healthy-host": ("kms01", ["--floor=5"], 0, "Windows count 26"),
    "a-host-with-a-low-count": ("kms02", ["--floor=25"], 2, "0xC004F038"),
    "a-host-that-is-not-activated": ("kms03", [], 2, "0xC004F034"),
    "a-healthy-client": ("wks-001", [], 0, "Windows licensed by KMS, 179.7 days left"),
    "a-failing-client": ("wks-025", [], 2, "Windows in Notification, 0xC004F009 "),
}


def requests_of(server):
    """As (method, path) without the query."""
    return [(request.method, request.path) for request in server.requests]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", WAYS)
def test_agent_gives_a_verdict_on(asking, way, case):  # noqa: F811
    machine, words, code, said = CASES[case]
    server = asking.start(way, machine)
    result = asking.ask(way, server, *words)
    assert result.code == code and said in result.line, result
    assert len(server.connections) == 1, server.requests
    if code == 2:
        assert "    cause: " in result.out and "    do: 1. " in result.out, result
    assert server.logins == [(server.agent.user, PASSWORD)] * len(server.requests)


@pytest.mark.parametrize("way", ["nscp", "winrm"])
def test_what_was_found_out_now_is_of_now(asking, way):  # noqa: F811
    """Rows of WMI carry no time, and need none."""
    server = asking.start(way, "wks-001")
    result = asking.ask(way, server, "--max-age=1h")
    assert result.code == 0 and "the document is of" not in result.out, result


def comparable(result):
    """What every agent must agree on."""
    root = json.loads(DATE.sub("DATE", result.out))
    findings = [[finding[key] for key in ("rule", "state", "subject", "urgency")] for finding in root["findings"]]
    codes = [finding["code"] and finding["code"]["code"] for finding in root["findings"]]
    metrics = {metric["label"]: metric for metric in root["metrics"] if metric["label"] != "time"}
    return result.code, root["state"], root["summary"], findings, codes, metrics


@pytest.mark.parametrize("machine", MACHINES)
def test_all_agents_agree_on(plugin, long_stage, certificates, machine):  # noqa: F811
    asking = Asking(plugin, long_stage, certificates)  # noqa: F811
    words = ["--output-format=json"]
    wanted = comparable(plugin(program_for(machine), "--input=-", "-H", "127.0.0.1", *words,
                               stdin=documents.document(machine, "json")))
    assert wanted[0] < 3
    for way in WAYS:
        server = asking.start(way, machine, **({"written": WRITTEN} if way == "exporter" else {}))
        age = [ANY_AGE] if way == "exporter" else []
        assert comparable(asking.ask(way, server, *words, *age)) == wanted, way


@pytest.mark.parametrize(("way", "document"), [("nscp-command", "slmgr"), ("ifw", "slmgr")])
@pytest.mark.parametrize("machine", ["kms01", "wks-025"])
def test_a_script_may_print_the_text_of_slmgr(asking, way, document, machine):  # noqa: F811
    result = asking.ask(way, asking.start(way, machine, document=document))
    assert (result.code, "UNKNOWN" in result.out) == (1 if machine == "kms01" else 2, False), result


# ---- NSClient++


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("command", [(), ("--command=kms_report",)], ids=["by-itself", "by-a-script"])
def test_nsclient_of_every_version(asking, version, command):  # noqa: F811
    server = asking.start("nscp", "wks-025", version=version)
    legacy = ("--legacy",) if VERSIONS[version].api == 0 else ()
    result = asking.ask("nscp", server, *legacy, *command)
    assert result.code == 2 and "0xC004F009" in result.line, result
    assert all(request.path.startswith("/query/" if legacy else "/api/v1/") for request in server.requests)


@pytest.mark.parametrize("generation", ["windows7", "vista"])
def test_nsclient_takes_the_columns_that_an_old_windows_has(asking, generation):  # noqa: F811
    server = asking.start("nscp", "wks-001", generation=generation)
    result = asking.ask("nscp", server)
    assert result.code in (0, 1) and "179.7 days left" in result.line, result
    products = [arguments for arguments in (dict(request.arguments) for request in server.requests)
                if "SoftwareLicensingProduct" in arguments["query"]]
    assert len(products) == 1, products


@pytest.mark.parametrize(("generation", "asked"), [("windows7", 2), ("vista", 3)])
def test_nsclient_falls_back_where_the_version_says_nothing(asking, generation, asked):  # noqa: F811
    server = asking.start("nscp", "wks-001", generation=generation, licensing_version="11.5.1.1")
    result = asking.ask("nscp", server)
    assert result.code in (0, 1) and "179.7 days left" in result.line, result
    products = [arguments for arguments in (dict(request.arguments) for request in server.requests)
                if "SoftwareLicensingProduct" in arguments["query"]]
    assert len(products) == asked, products


def test_nsclient_of_an_old_version_is_not_asked_twice_for_what_it_does_not_have(asking):  # noqa: F811
    server = asking.start("nscp", "wks-001", version="0.5.1")
    result = asking.ask("nscp", server)
    assert result.code == 3 and len(server.requests) == 1, result


def test_nsclient_without_wmi_says_which_module_is_missing(asking):  # noqa: F811
    result = asking.ask("nscp", asking.start("nscp", modules=["CheckExternalScripts"]))
    assert result.code == 3 and "CheckWMI" in result.out, result


def test_nsclient_that_refuses_queries_is_explained(asking):  # noqa: F811
    result = asking.ask("nscp", asking.start("nscp", allows_queries=False))
    assert result.code == 3 and "--command" in result.out, result


def test_a_state_of_nsclient_alone_is_no_verdict(asking):  # noqa: F811
    """A script that says OK and prints nothing that could be judged."""
    result = asking.ask("nscp-command", asking.start("nscp", document="OK: all is well", script_state=0))
    assert result.code == 3, result


# ---- WinRM


@pytest.mark.parametrize("batch", [0, 1, 2])
def test_winrm_is_read_to_its_last_item(asking, batch):  # noqa: F811
    """kms01 has two host keys; who stops after the first answer misses the one of Office."""
    server = asking.start("winrm", batch=batch)
    result = asking.ask("winrm", server, "--floor=5")
    assert result.code == 0 and result.metrics["count_office"].startswith("10;"), result
    pulls = [request for request in server.requests if b"/enumeration/Pull<" in request.body]
    assert len(pulls) == (1 if batch == 1 else 0)


@pytest.mark.parametrize("generation", ["windows7", "vista"])
def test_winrm_takes_the_columns_that_an_old_windows_has(asking, generation):  # noqa: F811
    result = asking.ask("winrm", asking.start("winrm", "wks-001", generation=generation))
    assert result.code in (0, 1) and "179.7 days left" in result.line, result


@pytest.mark.parametrize(("fault", "said"), [((5, "w:AccessDenied"), "Remote Management Users"),
                                             ((2150858752, "a:DestinationUnreachable"), "0x80338000"),
                                             ((2150859174, "w:InternalError"), "0x803381A6")])
def test_fault_of_winrm_is_explained_by_its_code(asking, fault, said):  # noqa: F811
    result = asking.ask("winrm", asking.start("winrm", fault=fault))
    assert result.code == 3 and said in result.out and len(result.line) <= 160, result


# ---- Icinga for Windows


@pytest.mark.parametrize("perfdata", [[], [""], ["'count'=26;30:;25: "], ["'a'=1 ", "'b'=2 "]])
@pytest.mark.parametrize("is_powershell_7", [False, True])
def test_icinga_for_windows_of_any_age(asking, perfdata, is_powershell_7):  # noqa: F811
    server = asking.start("ifw", "wks-025", perfdata=perfdata, is_powershell_7=is_powershell_7)
    result = asking.ask("ifw", server)
    assert result.code == 2 and "0xC004F009" in result.line, result
    assert requests_of(server) == [("POST", "/v1/checker")] and server.requests[0].body == b"{}"


@pytest.mark.parametrize(("options", "words", "said"), [
    ({"installed": []}, [], "does not have the cmdlet Invoke-IcingaCheckKms"), ({"allowed": []}, [], "403"),
    ({}, ["--command=Invoke-IcingaCheckOther"], "Invoke-IcingaCheckOther"), ({}, ["--path=/v1/other"], "404")])
def test_refusal_of_icinga_for_windows_is_explained(asking, options, words, said):  # noqa: F811
    result = asking.ask("ifw", asking.start("ifw", **options), *words)
    assert result.code == 3 and said in result.out, result


# ---- windows_exporter


def test_exporter_without_a_collector_is_asked_without_the_filter(asking):  # noqa: F811
    server = asking.start("exporter", "wks-025", collectors=["service", "textfile"])
    result = asking.ask("exporter", server)
    assert result.code == 2 and len(server.requests) == 2 and server.requests[1].query == "", result


def test_exporter_whose_collector_failed_is_told_apart_from_one_without_metrics(asking):  # noqa: F811
    failed = asking.ask("exporter", asking.start("exporter", failed=["textfile"]))
    absent = asking.ask("exporter", asking.start("exporter", metrics=""))
    assert failed.code == absent.code == 3 and "failed" in failed.line and failed.line != absent.line, (failed, absent)


def test_genuine_is_not_activated(asking):  # noqa: F811
    """The collector license says genuine; without our metrics that makes no client OK."""
    result = asking.ask("exporter", asking.start("exporter", "wks-001", metrics=""))
    assert result.code == 3 and " OK" not in result.out, result


def test_metrics_of_a_dead_scheduled_task_are_too_old(asking):  # noqa: F811
    server = asking.start("exporter", "wks-001", written=WRITTEN)
    result = asking.ask("exporter", server)
    assert result.code == 3 and "--max-age" in result.out, result
    assert asking.ask("exporter", server, ANY_AGE).code == 0


def test_exporter_is_asked_in_plain_http_unless_trust_is_given(asking):  # noqa: F811
    server = asking.start("exporter", "wks-001", pair=None, password=None)
    result = asking._plugin("check_kms_client", *server.words)
    assert result.code == 0 and not server.logins, result


# ---- what is alike for all


@pytest.mark.parametrize("kind", KINDS)
def test_rule_agent_gives_its_state_to_an_agent_that_cannot_be_asked(asking, kind):  # noqa: F811
    server = asking.start(kind, behaviour="html_502")
    result = asking.ask(kind, server, "--rule=agent=critical")
    assert result.code == 2 and result.line.startswith("KMS_HOST CRITICAL - 127.0.0.1: "), result


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", ["::1", "localhost"])
def test_agent_at(asking, kind, host):  # noqa: F811
    server = asking.start(kind, "wks-025", addresses=("127.0.0.1", "::1"))
    words = [host if word == "127.0.0.1" else word for word in asking.words(kind, server)]
    result = asking._plugin("check_kms_client", *words, "-t", "5", f"--ca-cert={asking.certificates.ca_file}",
                            env={"KMS_PASSWORD": PASSWORD})
    if host == "::1":
        assert result.code == 2 and server.requests[0].header("Host") == f"[::1]:{server.port}", result
    else:  # a document may name the machine: then localhost is another one
        assert result.code in (2, 3) and server.requests[0].header("Host") == f"localhost:{server.port}", result


def test_a_document_of_another_machine_is_no_verdict(asking):  # noqa: F811
    server = asking.start("ifw", "wks-001")
    words = ["localhost" if word == "127.0.0.1" else word for word in asking.words("ifw", server)]
    result = asking._plugin("check_kms_client", *words, f"--ca-cert={asking.certificates.ca_file}",
                            env={"KMS_PASSWORD": PASSWORD})
    assert result.code == 3 and "machine" in result.out and "WKS-001" in result.out, result


@pytest.mark.parametrize("way", WAYS)
def test_verbose_run_shows_who_was_asked_and_no_secret(asking, way):  # noqa: F811
    server = asking.start(way, "wks-001")
    result = asking.ask(way, server, "-vvv", "--max-output=100000")
    assert f"127.0.0.1:{server.port}" in result.out and "KMS_PASSWORD" not in result.out, result
    assert "Authorization" not in result.out and "YWRtaW4" not in result.out, result


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_in_the_environment_is_not_used(asking, stage, kind):  # noqa: F811
    nobody = f"http://127.0.0.1:{stage.refusing_port()}"
    proxies = {name: nobody for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")}
    assert asking.ask(kind, asking.start(kind, "wks-001"), env=proxies).code == 0
