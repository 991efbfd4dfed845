# SPDX-License-Identifier: MIT
"""What can be said about the scripts for Windows without a Windows machine: they ask for the same fields in the same
way, their brackets and quotes are in pairs, their metrics are those of the contract, the ini can be read."""
import configparser
import re

import pytest

from conftest import ROOT

FOLDER = ROOT / "packaging/windows"
SCRIPTS = sorted(FOLDER.glob("*.ps*1"))
ASKING = ["kms-report.ps1", "kms-textfile.ps1", "kms-capture.ps1", "Invoke-IcingaCheckKms.psm1"]

# The interface that users script against: names and labels of the metrics, as --agent=exporter reads them.
METRICS = {
    "kms_product_info": ["id", "application_id", "name", "description", "partial_product_key", "addon", "kms_host"],
    "kms_product_license_status": ["id"],
    "kms_product_license_status_reason": ["id"],
    "kms_product_grace_period_remaining_minutes": ["id"],
    "kms_product_vl_activation_type": ["id"],
    "kms_product_is_key_management_service_machine": ["id"],
    "kms_product_current_count": ["id"],
    "kms_product_requests_total": ["id", "kind"],
    "kms_service_listening_port": [],
    "kms_service_dns_publishing": [],
    "kms_service_low_priority": [],
    "kms_service_activation_interval_minutes": [],
    "kms_service_renewal_interval_minutes": [],
    "kms_report_timestamp_seconds": [],
}
KINDS = {"total": "Total", "failed": "Failed", "unlicensed": "Unlicensed", "licensed": "Licensed", "oob_grace": "OOBGrace",
         "oot_grace": "OOTGrace", "non_genuine": "NonGenuineGrace", "notification": "Notification"}


def read(name):
    return (FOLDER / name).read_text(encoding="ascii")


def tokens(script):
    """The script without comments and with its strings emptied; code inside of $( ) in strings is not looked at."""
    out, at = [], 0
    while at < len(script):
        byte = script[at]
        if byte == "#" and (at == 0 or script[at - 1] in " \t\n;{("):
            at = script.find("\n", at)
        elif byte in "'\"":
            end = at + 1
            while script[end] != byte or script[end + 1:end + 2] == byte:  # a doubled quote is one
                assert script[end] != "\n", f"a string does not end: {script[at:end]}"
                end += 2 if script[end] == byte or (byte == '"' and script[end] == "`") else 1
            out.append("''")
            at = end + 1
        else:
            out.append(byte)
            at += 1
    return "".join(out)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_brackets_and_quotes_are_in_pairs(path):
    pairs, stack = {")": "(", "]": "[", "}": "{"}, []
    for byte in tokens(path.read_text(encoding="ascii")):
        if byte in "([{":
            stack.append(byte)
        elif byte in pairs:
            assert stack and stack.pop() == pairs[byte], f"{byte} closes nothing"
    assert stack == []


def test_a_missing_bracket_or_quote_is_seen():
    assert tokens("a 'x)' \"y`\"(\" # (\n(b)") == "a '' '' \n(b)"
    with pytest.raises(AssertionError):
        tokens("a = 'x\n")


def shared(name):
    """From the field lists to the end of the function that asks."""
    script = read(name)
    begin = script.index("$productFields = @(")
    end = script.index("\n}\n", script.index("function Get-Rows(")) + 3
    return script[begin:end]


@pytest.mark.parametrize("name", ASKING[1:])
def test_every_script_asks_for_the_same_fields_in_the_same_way(name):
    assert shared(name) == shared("kms-report.ps1")


@pytest.mark.parametrize("name", ASKING)
def test_fields_that_a_script_uses_are_asked_for(name):
    script = read(name)
    lists = [set(re.findall(r"'(\w+)'", part.split(")")[0])) for part in shared(name).split("@(")[1:3]]
    assert len(lists[0]) == 29 and len(lists[1]) == 19
    assert "OA3xOriginalProductKey" not in lists[1]
    for variable, fields in (("product", lists[0]), ("service", lists[1])):
        used = set(re.findall(rf"\${variable}\['(\w+)'\]", script))
        assert used <= fields
    assert set(re.findall(r"Get-Rows '(\w+)'", script)) <= {
        "SoftwareLicensingService", "SoftwareLicensingProduct", "OfficeSoftwareProtectionProduct"}
    assert re.findall(r"-Query [^)]*", script)[0].startswith("-Query $query")


def test_the_metrics_are_those_of_the_contract():
    script = read("kms-textfile.ps1")
    assert re.findall(r"^Add-Family '(\w+)' '(?:gauge|counter)' '[^']+'$", script, re.MULTILINE) == list(METRICS)
    assert set(re.findall(r"Add-Sample '(\w+)'", script)) == set(METRICS)
    info = script.split("Add-Sample 'kms_product_info' ([ordered]@{", 1)[1].split("})", 1)[0]
    assert re.findall(r"^\s+(\w+) = ", info, re.MULTILINE) == METRICS["kms_product_info"]
    kinds = script.split("$requestKinds = [ordered]@{", 1)[1].split("}", 1)[0]
    assert dict(re.findall(r"(\w+) = 'KeyManagementService(\w+)Requests'", kinds)) == KINDS
    assert "[ordered]@{ id = $product['ID']; kind = $kind }" in script
    for name, labels in METRICS.items():
        samples = re.findall(rf"Add-Sample '{name}' (\S+)", script)
        assert len(samples) == 1
        assert labels in (METRICS["kms_product_info"], ["id", "kind"]) or samples[0] in (
            "$id" if labels else "$none", "([ordered]@{})")


def test_the_file_of_metrics_is_one_that_the_collector_reads():
    script = read("kms-textfile.ps1")
    assert "[Text.UTF8Encoding]::new($false)" in script  # no byte order mark
    assert "Out-File" not in script and "Add-Content" not in script and "`r`n" not in script
    written = script.index("WriteAllText($unfinished")
    assert written < script.index("[IO.File]::Replace($unfinished, $target") < script.index("[IO.File]::Move($unfinished, $target)")
    assert "'kms.prom.unfinished'" in script and "'kms.prom'" in script
    assert r"""Replace('\', '\\').Replace('"', '\"')""" in script
    for line in re.findall(r'Append\("([^"]*)"\)', script):
        assert line.endswith("`n")


def test_the_cmdlet_answers_with_the_line_of_the_report_script():
    report, module = read("kms-report.ps1"), read("Invoke-IcingaCheckKms.psm1")
    begin, end = "    $report = [ordered]@{", "    [Console]::Out.WriteLine($line.ToString())"
    lines = report[report.index(begin):report.index(end)]
    assert lines in module
    assert "Write-IcingaPluginOutput -Output $document" in module and "exit " not in tokens(module)
    assert "New-IcingaCheck" not in module  # would put a state in front of the document
    manifest = read("icinga-powershell-kms.psd1")
    assert "RootModule = 'Invoke-IcingaCheckKms.psm1'" in manifest
    assert "FunctionsToExport = @('Invoke-IcingaCheckKms')" in manifest


def test_the_captures_are_masked_before_they_are_written():
    script = read("kms-capture.ps1")
    writes = re.findall(r"\[IO\.File\]::WriteAllText\(\[IO\.Path\]::Combine\(\$folder, ([^)]*)\), ([^)]*\))", script)
    assert [text for _, text in writes] == ["(Protect-Text $text)", "($provenance -join \"`n\")"]
    displayed = set(re.findall(r"@\('(/\w+)'", script))
    assert displayed == {"/dlv", "/dstatus"}


def test_the_ini_of_nsclient_can_be_read():
    parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=(";",), interpolation=None, strict=True)
    parser.read_string(read("nsclient-kms.ini"))
    assert parser["/modules"]["CheckExternalScripts"] == parser["/modules"]["WEBServer"] == "enabled"
    assert "CheckWMI" not in parser["/modules"]
    assert parser["/settings/external scripts"]["allow arguments"] == "false"
    assert parser["/settings/external scripts"]["allow nasty characters"] == "false"
    commands = parser["/settings/external scripts/scripts"]
    assert list(commands) == ["kms_report"] and commands["kms_report"].endswith('kms-report.ps1"')
    assert "$ARG" not in commands["kms_report"] and "%ARG" not in commands["kms_report"]
    assert parser["/settings/WEB/server"]["allowed hosts"] == "192.0.2.50"
    user = parser["/settings/WEB/server/users/kms"]
    assert parser["/settings/WEB/server/roles"][user["role"]] == "queries.execute"
    assert "password" not in user  # nobody's password is everybody's


def test_the_readme_names_every_file():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted(FOLDER.iterdir()) if path.name != "README.md" and f"`{path.name}`" not in text] == []
