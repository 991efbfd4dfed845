# SPDX-License-Identifier: MIT
"""Options as a user types them: what is refused and in which words, what each one changes, and where options may
stand besides the command line."""
import json
import os
import subprocess
import time

import pytest

import documents
from conftest import BUILD
from machine import DAY, client, document, host, host_document, office
from processes import everybody, start_as_nobody  # noqa: F401, everybody is a fixture

HOST, CLIENT = "check_kms_host", "check_kms_client"
PROGRAMS = {HOST: "KMS_HOST", CLIENT: "KMS_CLIENT"}


@pytest.fixture
def files(tmp_path):
    """A folder with the document of a host that counts 26 and of a healthy client."""
    (tmp_path / "host.json").write_text(host_document(host()), encoding="ascii")
    (tmp_path / "client.json").write_text(document(client()), encoding="ascii")
    return tmp_path


def check_host(plugin, *words, rows=None, **settings):
    return plugin(HOST, "--input=-", *words, stdin=host_document(*(rows or [host()]), **settings))


def check_client(plugin, *words, rows=None):
    return plugin(CLIENT, "--input=-", *words, stdin=document(*(rows or [client()])))


# ---- refused options

GOOD = "--input=FILE"
WRONG = [  # program, words, what the sentence must hold
    (HOST, [], ["--agent", "--input"]),
    (CLIENT, [], ["--agent", "--input"]),
    (HOST, ["--agent"], ["--agent", "file", "exec"]),
    (HOST, ["--agent=smoke"], ["--agent", "smoke", "file", "exec"]),
    (HOST, ["--agent=file"], ["--agent", "--input"]),
    (HOST, ["--agent=exec"], ["--agent=exec", "--"]),
    (HOST, ["--agent=exec", "--"], ["--agent=exec", "--"]),
    (HOST, ["--agent=exec", "cat", "x"], ["cat", "--"]),
    (HOST, ["--agent=exec", GOOD, "--", "cat"], ["--input", "exec"]),
    (HOST, [GOOD, "--", "cat"], ["--", "--agent=exec"]),
    (HOST, [GOOD, "surplus"], ["surplus"]),
    (HOST, [GOOD, ""], ["unexpected"]),
    (HOST, ["--input"], ["--input"]),
    (HOST, ["--input="], ["--input", "empty"]),
    (HOST, [GOOD, "-H", ""], ["-H", "empty"]),
    (HOST, [GOOD, "--wraning=30:"], ["--wraning", "did you mean --warning?"]),
    (HOST, [GOOD, "--flor=25"], ["--flor", "did you mean --floor?"]),
    (CLIENT, [GOOD, "--expected=x"], ["--expected", "did you mean --expect?"]),
    (CLIENT, [GOOD, "--floor=25"], ["--floor"]),
    (HOST, [GOOD, "--hostnam=x"], ["--hostnam", "did you mean --hostname?"]),
    (HOST, [GOOD, "--events"], ["--events"]),
    (HOST, [GOOD, "--nothing-like-it"], ["--nothing-like-it", "--help"]),
    (HOST, [GOOD, "-Z"], ["-Z", "--help"]),
    (HOST, [GOOD, "-?"], ["-?", "--help"]),
    (HOST, [GOOD, "-vZ"], ["-Z"]),
    (HOST, [GOOD, "--exit-ok=maybe"], ["--exit-ok"]),
    (HOST, [GOOD, "--help=me"], ["--help"]),
    (HOST, [GOOD, "-w", "25"], ["-w", "25:", "0:25"]),
    (HOST, [GOOD, "-w25"], ["-w", "25:", "0:25"]),
    (HOST, [GOOD, "--critical=25"], ["--critical", "25:", "0:25"]),
    (HOST, [GOOD, "--warning-office=7"], ["--warning-office", "7:", "0:7"]),
    (CLIENT, [GOOD, "-w", "120"], ["-w", "120:", "0:120"]),
    (CLIENT, [GOOD, "-c", "14"], ["-c", "14:", "0:14"]),
    (HOST, [GOOD, "-w=30:"], ["-w", "--warning=VALUE"]),
    (HOST, [GOOD, "-w", ""], ["-w", "empty"]),
    *((HOST, [GOOD, "-w", text], ["-w", text]) for text in ("5:1", "-10", "10x", "1,5:", "1e3:", "0x10:", "abc", "+5:",
                                                            ".5:",
                                                           "5.:", "5::", "@", "~", ":", "5:~", "~:", "@~:", " 5:",
                                                            "5: ", "nan:")
      if text not in ("~:", "@~:")),
    (HOST, [GOOD, "-w", "51:"], ["--warning", "51:", "50"]),
    (HOST, [GOOD, "-c", "50.5:"], ["--critical", "50"]),
    (HOST, [GOOD, "--critical-office=11:"], ["--critical-office", "10"]),
    (HOST, [GOOD, "--warning-office=10.1:20"], ["--warning-office", "10"]),
    (HOST, [GOOD, "--floor=51"], ["--floor", "50"]),
    (HOST, [GOOD, "--floor-office=11"], ["--floor-office", "10"]),
    (HOST, [GOOD, "--floor=-1"], ["--floor", "-1"]),
    (HOST, [GOOD, "--floor=5.5"], ["--floor", "5.5"]),
    (HOST, [GOOD, "--margin=x"], ["--margin", "x"]),
    (HOST, [GOOD, "-t", "0"], ["-t"]),
    (HOST, [GOOD, "-t", "-5"], ["-t"]),
    (HOST, [GOOD, "-t", "10:maybe"], ["-t", "10:maybe"]),
    (HOST, [GOOD, "-t", "10:"], ["-t"]),
    (HOST, [GOOD, "--timeout=1h30m"], ["--timeout", "1h30m"]),
    (HOST, [GOOD, "--timeout=4000d"], ["--timeout"]),
    (HOST, [GOOD, "--timeout-result=bad"], ["--timeout-result", "bad"]),
    (HOST, [GOOD, "--timeout-result=off"], ["--timeout-result", "off"]),
    (HOST, [GOOD, "--rule=cuont=ok"], ["--rule", "cuont", "did you mean count?"]),
    (HOST, [GOOD, "--rule=lease=ok"], ["--rule", "lease"]),
    (HOST, [GOOD, "--rule=count"], ["--rule", "ID=STATE"]),
    (HOST, [GOOD, "--rule=count=bad"], ["--rule", "count", "bad"]),
    (HOST, [GOOD, "--rule=count=ok,"], ["--rule", "empty"]),
    (HOST, [GOOD, "--rule=count=ok,,idle=off"], ["--rule", "empty"]),
    (HOST, [GOOD, "--explain=some"], ["--explain", "full", "short", "none"]),
    (HOST, [GOOD, "--output-format=xml"], ["--output-format", "xml"]),
    (HOST, [GOOD, "--max-output=511"], ["--max-output", "512"]),
    (HOST, [GOOD, "--max-output=4k"], ["--max-output", "4k"]),
    (HOST, [GOOD, "--max-age=0"], ["--max-age"]),
    (HOST, [GOOD, "--max-age=old"], ["--max-age", "old"]),
    (HOST, [GOOD, "--product=office,"], ["--product", "empty"]),
    (CLIENT, [GOOD, "--require=oem"], ["--require", "oem", "kms", "mak"]),
    (CLIENT, [GOOD, "--require=kms,ad"], ["--require"]),
]


@pytest.mark.parametrize(("program", "words", "held"), WRONG, ids=[" ".join(words) or "nothing" for _, words,
                                                                   _ in WRONG])
def test_wrong_option_is_one_line_that_names_it(plugin, files, program, words, held):
    file = files / ("host.json" if program == HOST else "client.json")
    result = plugin(program, *[f"--input={file}" if word == GOOD else word for word in words])
    assert (result.code, result.err) == (3, ""), result
    assert result.out.count("\n") == 1 and result.out.endswith("\n"), result
    assert result.line.startswith(f"{PROGRAMS[program]} UNKNOWN - "), result
    assert "|" not in result.out and len(result.out) <= 161, result
    assert [word for word in held if word not in result.line] == [], result


@pytest.mark.parametrize("words", [["--output-format=json", "--zzz"], ["--zzz", "--output-format=json"],
                                   ["--output-format", "json", "-w", "25"], ["--output-format=json"]])
def test_wrong_option_honours_the_json_format(plugin, words):
    result = plugin(HOST, *words)
    report = json.loads(result.out)
    assert (result.code, report["state"], report["exit_code"], report["plugin"]) == (3, "UNKNOWN", 3, HOST)
    assert report["summary"] and report["findings"][0]["state"] == "UNKNOWN"


def test_words_after_the_separator_belong_to_the_program(plugin):
    result = plugin(HOST, "--agent=exec", "--zzz", "--", "printf", "--output-format=json")
    assert result.line.startswith("KMS_HOST UNKNOWN - unknown option --zzz"), result


@pytest.mark.parametrize("word", ["--a|b=1", "--input\n=x", "--<script>", "--$(id)", "--`id`", "--\x1b[31m",
                                  "--\xff\xfe", "--" + "z" * 4000])
def test_what_was_typed_cannot_spoil_the_line(plugin, word):
    done = subprocess.run([BUILD / HOST, word.encode("latin-1")], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (3, b"")
    assert done.stdout.count(b"\n") == 1 and len(done.stdout) < 800
    assert not set(done.stdout[:-1]) - set(range(32, 127)) and not set(done.stdout) & set(b"|<>`$"), done.stdout


def test_exit_ok_does_not_hide_a_wrong_option(plugin):
    assert plugin(HOST, "--exit-ok", "--zzz").code == 3


# ---- help and version


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_is_on_standard_output_and_exits_3(plugin, program, word):
    for words in ([word], ["--input=/nonexistent", word], [word, "--agent=exec", "--", "sh"], ["-v", word]):
        result = plugin(program, *words)
        assert result.code == 3 and result.out.startswith(f"{program} "), result
        assert "Usage:" in result.out and "--rule" in result.out
        assert result.out.rstrip().endswith("guidelines.html")


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("word", ["-V", "--version"])
def test_version_is_one_line_and_exits_3(plugin, program, word):
    result = plugin(program, word)
    assert result.code == 3 and result.out.count("\n") == 1
    assert result.line.split()[0] == program


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_after_the_separator_belongs_to_the_program(plugin, program):
    assert "Usage:" not in plugin(program, "--agent=exec", "--", "printf", "%s", "--help").out


# ---- time limit


@pytest.mark.parametrize(("words", "code"), [
    (["-t", "300ms"], 3), (["-t300ms"], 3), (["--timeout=0.3"], 3), (["--timeout=0.3s"], 3), (["--timeout=0.005m"], 3),
    (["-t", "300ms:CRITICAL"], 2), (["-t", "300ms:1"], 1), (["-t", "300ms:ok"], 0), (["-t", "300ms:Warning"], 1),
    (["-t", "300ms", "--timeout-result=critical"], 2), (["-t", "300ms", "--timeout-result=1"], 1),
    (["-t", "300ms:warning", "--timeout-result=critical"], 2), (["-t", "300ms", "--timeout-result=ok"], 0),
    (["-t", "5", "-t", "300ms"], 3),
    (["-t", "300ms:critical", "--rule=agent=warning"], 1), (["-t", "300ms", "--exit-ok"], 0),
])
def test_time_limit_in_every_form(plugin, words, code):
    reader, writer = os.pipe()  # nobody writes, nobody closes
    started = time.monotonic()
    done = subprocess.run([BUILD / CLIENT, "--input=-", *words], stdin=reader, capture_output=True, check=False,
                          timeout=10)
    elapsed = time.monotonic() - started
    os.close(reader), os.close(writer)
    assert (done.returncode, done.stderr) == (code, b""), done
    assert b"standard input was silent until the timeout" in done.stdout
    assert 0.28 < elapsed < 1.3


def test_time_limit_does_not_touch_a_run_that_has_a_verdict(plugin):
    assert check_client(plugin, "-t", "5:critical", "--timeout-result=critical").code == 0


# ---- thresholds, floor, margin


@pytest.mark.parametrize(("words", "count", "code"), [
    ([], 4, 2), ([], 5, 1), ([], 24, 1), ([], 25, 1), ([], 29, 1), ([], 30, 0), ([], 50, 0), ([], 0, 2),
    (["--floor=25"], 24, 2), (["--floor=25"], 25, 1), (["--floor=25"], 29, 1), (["--floor=25"], 30, 0),
    (["--floor=5"], 4, 2), (["--floor=5"], 5, 1), (["--floor=5"], 6, 1), (["--floor=5"], 7, 0), (["--floor=5"], 10, 0),
    (["--floor=12"], 11, 2), (["--floor=12"], 13, 1), (["--floor=12"], 14, 0),
    (["--floor=0"], 0, 0), (["--floor=0"], 3, 0), (["--floor=0", "--margin=5"], 3, 0),
    (["--floor=25", "--margin=0"], 25, 0), (["--floor=25", "--margin=1"], 25, 1), (["--floor=25", "--margin=1"], 26, 0),
    (["--floor=5", "--margin=20"], 24, 1), (["--floor=5", "--margin=20"], 25, 0),
    (["--floor=48", "--margin=5"], 49, 1), (["--floor=48", "--margin=5"], 50, 0), (["--floor=50"], 50, 0),
    (["--floor=50"], 49, 2),
    (["-w", "40:"], 35, 1), (["-w", "40:"], 40, 0), (["-w", "40:"], 4, 2), (["-w", "10:"], 12, 0),
    (["-c", "28:"], 27, 2), (["-c", "28:"], 28, 1), (["-c", "28:"], 30, 0), (["-c", "3:"], 4, 1),
    (["--floor=25", "-w", "26:"], 26, 0), (["--floor=25", "-w", "26:"], 25, 1), (["--floor=25", "-w", "26:"], 24, 2),
    (["--floor=25", "-c", "20:"], 22, 1), (["--floor=25", "-c", "20:"], 19, 2),
    (["-w", "0:40"], 45, 1), (["-w", "@45:50"], 45, 1), (["-w", "@45:50"], 44, 0),
    (["-w", "~:40", "-c", "~:45"], 46, 2),
    (["-w", "50:"], 50, 0), (["-w", "35:", "-w", "30:"], 32, 0),
])
def test_count_against_floor_margin_and_limits(plugin, words, count, code):
    result = check_host(plugin, *words, rows=[host(KeyManagementServiceCurrentCount=count)])
    assert result.code == code, result


@pytest.mark.parametrize(("words", "windows", "office_count", "code"), [
    ([], 50, 4, 2), ([], 50, 6, 1), ([], 50, 7, 0), (["--floor-office=0"], 50, 1, 0), (["--floor-office=8"], 50, 7, 2),
    (["--margin-office=0"], 50, 5, 0), (["--floor-office=8", "--margin-office=5"], 50, 9, 1),
    (["--floor-office=8", "--margin-office=5"], 50, 10, 0), (["--warning-office=9:"], 50, 8, 1),
    (["--critical-office=9:"], 50, 8, 2),
    (["-c", "45:"], 50, 8, 0), (["-c", "45:"], 44, 8, 2),  # -c is for Windows when both are there
    (["-c", "9:"], None, 8, 2), (["-w", "9:"], None, 8, 1), (["-c", "9:", "--critical-office=7:"], None, 8, 0),
    (["--floor=25"], None, 7, 3),  # the Windows key that the floor is for is gone
])
def test_limits_of_office(plugin, words, windows, office_count, code):
    rows = [] if windows is None else [host(KeyManagementServiceCurrentCount=windows)]
    rows.append(host("office", KeyManagementServiceCurrentCount=office_count))
    result = check_host(plugin, *words, rows=rows)
    assert result.code == code, result


def test_below_a_floor_the_text_says_what_clients_see(plugin):
    """Also when a limit of the user's own decided the state."""
    result = check_host(plugin, "--floor=25", "-c", "20:", rows=[host(KeyManagementServiceCurrentCount=18)])
    assert result.code == 2 and "0xC004F038" in result.line, result


@pytest.mark.parametrize(("words", "minutes", "code"), [
    ([], 165 * DAY, 0), ([], 165 * DAY - 1, 1), ([], 30 * DAY, 1), ([], 30 * DAY - 1, 2), ([], 0, 2), ([], 259260, 0),
    ([], 259261, 1),
    (["-w", "120:"], 150 * DAY, 0), (["-w", "120:"], 119 * DAY, 1), (["-w", "120:"], 29 * DAY, 2),
    (["-c", "14:"], 20 * DAY, 1), (["-c", "14:"], 14 * DAY - 1, 2), (["-w", "14:", "-c", "7:"], 20 * DAY, 0),
    (["-w", "~:", "-c", "~:"], 20 * DAY, 0), (["-w", "~:", "-c", "~:"], 0, 2),  # no minutes left is never in order
])
def test_days_of_a_lease_are_compared_in_exact_minutes(plugin, words, minutes, code):
    result = check_client(plugin, *words, rows=[client(GracePeriodRemaining=minutes)])
    assert result.code == code, result


def test_warning_follows_the_renewal_interval(plugin):
    """Two renewals and a day late: 7 days give 165, 14 days give 151."""
    rows = [client(VLRenewalInterval=14 * DAY, GracePeriodRemaining=151 * DAY)]
    assert check_client(plugin, rows=rows).code == 0
    assert check_client(plugin, rows=[rows[0] | {"GracePeriodRemaining": 151 * DAY - 1}]).code == 1


@pytest.mark.parametrize("text", ["25:", "25:50", "@5:20", "~:40", "0:40", "24.5:", "@~:10"])
def test_limits_come_back_as_they_were_written(plugin, text):
    result = check_host(plugin, "-w", text, "-c", text)
    assert result.metrics["count"].split(";")[1:3] == [text, text], result


# ---- lists, products, rules


@pytest.mark.parametrize("words", [["--product=windows,office"], ["--product=windows", "--product=office"],
                                   ["--product=Windows, OFFICE"],
                                   ["--product", "Enterprise", "--product=ProPlus"]])
def test_lists_may_be_repeated_or_written_with_commas(plugin, words):
    result = check_client(plugin, *words, rows=[client(), office()])
    assert (result.code, result.metrics["products"]) == (0, "2"), result


@pytest.mark.parametrize(("words", "code", "products"), [
    (["--product=office"], 3, "0"), (["--product=windows"], 0, "1"), (["--product=windows,visio"], 3, "1"),
    (["--product=KMSCLIENT"], 0, "1")])
def test_every_named_product_must_be_there(plugin, words, code, products):
    result = check_client(plugin, *words)
    assert (result.code, result.metrics["products"]) == (code, products), result


@pytest.mark.parametrize(("words", "code"), [
    (["--expect=kms01.corp.example.com"], 0), (["--expect=KMS01.CORP.EXAMPLE.COM."], 0),
    (["--expect=kms01.corp.example.com:1688"], 0),
    (["--expect=kms01.corp.example.com:1689"], 1), (["--expect=kms02.corp.example.com,kms01.corp.example.com"], 0),
    (["--expect=kms02.corp.example.com", "--expect=kms01.corp.example.com"], 0),
    (["--expect=kms02.corp.example.com"], 1),
    (["--expect=kms01"], 1), (["--require=kms"], 0), (["--require=any"], 0), (["--require=ad"], 1),
    (["--require=MAK"], 1)])
def test_expected_hosts_and_methods(plugin, words, code):
    assert check_client(plugin, *words).code == code


WORDS = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}


@pytest.mark.parametrize("word", [*WORDS, "OK", "Critical"])
def test_rule_gives_its_finding_another_state(plugin, word):
    rows = [host(KeyManagementServiceCurrentCount=3)]
    result = check_host(plugin, f"--rule=count={word}", rows=rows)
    assert result.code == WORDS[word.lower()], result
    assert any(f"[{word.upper()}] count: " in line for line in result.details), result


def test_rule_off_removes_its_findings(plugin):
    rows = [host(KeyManagementServiceCurrentCount=3)]
    result = check_host(plugin, "--rule=count=off", rows=rows)
    assert result.code == 0 and "count: " not in "".join(result.details), result


def test_rules_in_a_list_and_the_last_one_wins(plugin):
    rows = [host(KeyManagementServiceCurrentCount=3)]
    result = check_host(plugin, "--rule=count=ok,priority=critical", "--rule", "count=warning", rows=rows,
                        KeyManagementServiceLowPriority=True)
    assert result.code == 2 and "[WARNING] count" in result.out and "[CRITICAL] priority" in result.out, result


def test_rule_does_not_fire_by_itself(plugin):
    assert check_host(plugin, "--floor=5", "--rule=count=critical,role=critical,idle=critical").code == 0


def test_when_every_rule_is_off_nothing_was_judged(plugin):
    rules = "agent machine age product lease permanent grace license evaluation avma addon tamper source method".split()
    result = check_client(plugin, "--rule=" + ",".join(f"{rule}=off" for rule in rules))
    assert result.code == 3, result


@pytest.mark.parametrize(("rule", "result_code"), [("agent=ok", 0), ("agent=warning", 1), ("agent=critical", 2),
                                                   ("agent=off", 3)])
def test_an_agent_that_cannot_be_asked_has_its_rule(plugin, rule, result_code):
    result = plugin(CLIENT, "--input=/nonexistent/report.json", f"--rule={rule}")
    assert result.code == result_code, result


def test_rules_machine_and_age_let_a_document_pass(plugin):
    assert check_client(plugin, "-H", "other").code == 3
    assert check_client(plugin, "-H", "other", "--rule=machine=off").code == 0
    assert check_client(plugin, "-H", "other", "--rule=machine=warning").code == 1
    assert check_client(plugin, "--max-age=1h").code == 3
    assert check_client(plugin, "--max-age=1h", "--rule=age=off").code == 0
    assert check_client(plugin, "--max-age=1h", "--rule=age=critical").code == 2


@pytest.mark.parametrize(("name", "code"), [("wks-001", 0), ("WKS-001", 0), ("wks-001.corp.example.com", 0),
                                            ("192.0.2.30", 0),
                                            ("2001:db8::1", 0), ("wks-0", 3), ("wks-0011", 3), ("corp.example.com", 3)])
def test_only_the_first_label_of_the_machine_is_compared(plugin, name, code):
    result = check_client(plugin, "-H", name)
    assert result.code == code and f" - {name}: " in result.line, result


# ---- age


def test_age_by_the_time_in_the_document(plugin, tmp_path):
    path = tmp_path / "report.json"
    fresh = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 5400))
    path.write_text(document(client(), time=fresh), encoding="ascii")
    assert plugin(CLIENT, f"--input={path}", "--max-age=2h").code == 0
    assert plugin(CLIENT, f"--input={path}", "--max-age=1h").code == 3
    future = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
    path.write_text(document(client(), time=future), encoding="ascii")
    assert plugin(CLIENT, f"--input={path}", "--max-age=24h").code == 3


def test_age_by_the_time_of_the_file(plugin, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(documents.document("wks-001", "slmgr"), encoding="ascii")
    assert plugin(CLIENT, f"--input={path}", "--max-age=1m").code == 0
    os.utime(path, (time.time() - 7200, time.time() - 7200))
    assert plugin(CLIENT, f"--input={path}", "--max-age=3h").code == 0
    assert plugin(CLIENT, f"--input={path}", "--max-age=1h").code == 3


def test_standard_input_has_no_age(plugin):
    result = plugin(CLIENT, "--input=-", "--max-age=1h", stdin=documents.document("wks-001", "slmgr"))
    assert result.code == 3 and "TimeUtc" in result.line, result


# ---- output


def test_exit_ok_changes_the_exit_code_only(plugin):
    rows = [host(KeyManagementServiceCurrentCount=3)]
    result = check_host(plugin, "--exit-ok", rows=rows)
    assert (result.code, result.line.split()[1]) == (0, "CRITICAL")
    report = json.loads(check_host(plugin, "--exit-ok", "--output-format=json", rows=rows).out)
    assert (report["state"], report["exit_code"]) == ("CRITICAL", 2)


def test_explain_says_less_on_request(plugin):
    rows = [host(KeyManagementServiceCurrentCount=3)]
    full, short, none = (check_host(plugin, f"--explain={word}", rows=rows) for word in ("full", "short", "none"))
    assert check_host(plugin, rows=rows).details == full.details
    for result in (full, short, none):
        assert "0xC004F038 KMS count too low" in result.line and "    impact: " in result.out
    assert " 2. " in full.out and "cause: " in full.out and "side: kms-host" in full.out
    assert " 1. " in short.out and " 2. " not in short.out and "cause: " not in short.out and "side: kms-host" in short.out
    assert "do: " not in none.out and "cause: " not in none.out and "side: " not in none.out


@pytest.mark.parametrize(("rows", "line"), [([client(LicenseStatus=5, LicenseStatusReason=0xC004F009,
                                                     GracePeriodRemaining=0)],
                                            "notes: https://wiki.example.com/kms/0xC004F009?x=0xC004F009#top"),
                                           ([client()], None), ([client(GracePeriodRemaining=20 * DAY)], None)])
def test_notes_url_is_the_last_line_and_only_with_a_code(plugin, rows, line):
    result = check_client(plugin, "--notes-url=https://wiki.example.com/kms/{code}?x={code}#top", "-v", rows=rows)
    if line:
        assert result.details[-2:] == [line, ""], result
    else:
        assert "wiki.example.com" not in result.out, result


def test_verbose_says_who_was_asked_after_the_findings(plugin, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(document(client()), encoding="ascii")
    plain = plugin(CLIENT, f"--input={path}")
    for words in (["-v"], ["-vv"], ["-v", "-v"], ["--verbose", "--verbose"], ["-vvv"]):
        result = plugin(CLIENT, f"--input={path}", *words)
        assert result.line == plain.line and result.details[:1] == plain.details[:1], result
        assert str(path) in "".join(result.details[1:]) and " ms" in result.out, result
        assert result.out.count("|") == 1


def test_max_output_leaves_out_whole_lines_from_the_end(plugin):
    rows = [client(Name=f"Product {index}", ID=str(index),
                   GracePeriodRemaining=(20 if index == 30 else 178) * DAY) for index in range(60)]
    whole = check_client(plugin, "--max-output=1000000", rows=rows)
    assert len(whole.out) > 4096 and "more lines" not in whole.out
    for size in (512, 513, 700, 1000, 4096, 5000):
        result = check_client(plugin, f"--max-output={size}", rows=rows)
        assert len(result.out) <= size or result.out.count("\n") == 1, result
        assert result.out.split("time=")[0] == whole.out.split("time=")[0]  # performance data are never cut
        shown, (last, remark) = result.details[:-3], result.details[-3:-1]
        assert all(line == other for line, other in zip(shown, whole.details))
        assert remark == whole.details[-2] and "was judged as of then" in remark  # stays, like the runbook
        left = len(whole.details) - 2 - len(shown)
        assert last == f"({left} more lines, see --max-output)", last
    default = check_client(plugin, rows=rows)
    assert len(default.out) <= 4096 and default.details[0].startswith(" \\_ [CRITICAL]")
    assert json.loads(check_client(plugin, "--output-format=json", "--max-output=512", rows=rows).out)["findings"][59]


# ---- previous run

COUNTERS = ("requests_total=1640c requests_failed=1c requests_unlicensed=0c requests_licensed=1580c requests_oob_grace=57c "
            "requests_oot_grace=6c requests_non_genuine=0c requests_notification=19c")
UNCHANGED = {"KeyManagementServiceTotalRequests": 1640, "KeyManagementServiceFailedRequests": 1,
             "KeyManagementServiceLicensedRequests": 1580}


def check_again(plugin, previous, *words, rows=None, ago=3600):
    """A run of now whose previous one was some seconds ago."""
    return check_host(plugin, f"--previous={previous}", f"--previous-time={int(time.time()) - ago}", *words,
                      rows=rows or [host(KeyManagementServiceCurrentCount=40)])


def idle_of(result, label="idle"):
    assert result.metrics[label].endswith("s"), result
    return int(result.metrics[label].removesuffix("s"))


def test_an_empty_previous_run_is_the_first_run(plugin):
    plain = check_host(plugin, "--floor=5")
    result = check_host(plugin, "--floor=5", "--previous=", "--previous-time=")
    assert (result.code, result.details) == (0, plain.details), result
    assert "idle" not in result.metrics


@pytest.mark.parametrize("words", [[f"--previous={COUNTERS}"], [f"--previous={COUNTERS}", "--previous-time=0"],
                                   [f"--previous={COUNTERS}", "--previous-time="],
                                   [f"--previous={COUNTERS}", "--previous-time=4102444800"],
                                   ["--previous=garbage | ;;; =", "--previous-time=1772434800"],
                                   ["--previous=requests_total=many", "--previous-time=1772434800"],
                                   [f"--previous={COUNTERS.replace('1640', '99999')}", "--previous-time=1772434800"]])
def test_a_previous_run_that_cannot_be_compared_is_said_and_skipped(plugin, words):
    result = check_host(plugin, "--floor=5", *words)
    assert result.code == 0 and "not compared with the previous run: " in result.out, result
    assert "idle" not in result.metrics


@pytest.mark.parametrize(("previous", "changes", "idle"), [
    (COUNTERS, {}, 0),                 # a counter grew
    (COUNTERS + " idle=1000s", {}, 0),
    (COUNTERS, UNCHANGED, 3600),       # none grew, and nothing is known from before
    (COUNTERS + " idle=1000s", UNCHANGED, 4600),
    ("'idle'=1000s;;;0 " + COUNTERS, UNCHANGED, 4600),
    ("requests_total=1680c", {}, 3600),
])
def test_idle_time_is_carried_from_run_to_run(plugin, previous, changes, idle):
    result = check_again(plugin, previous, rows=[host(KeyManagementServiceCurrentCount=40, **changes)])
    assert 0 <= idle_of(result) - idle <= (2 if idle else 0), result


def test_the_perfdata_of_a_run_are_the_memory_of_the_next(plugin):
    rows = [host(KeyManagementServiceCurrentCount=40), host("office")]
    first = check_host(plugin, "--floor=5", rows=rows)
    second = check_again(plugin, first.out.split("\n")[0].split(" | ")[1], "--floor=5", rows=rows)
    third = check_again(plugin, second.out.split("\n")[0].split(" | ")[1], "--floor=5", rows=rows)
    for label in ("idle", "idle_office"):
        assert 3600 <= idle_of(second, label) <= 3602 and 7200 <= idle_of(third, label) <= 7204
    assert "not compared" not in second.out + third.out


@pytest.mark.parametrize(("count", "days", "code"), [(40, 4, 1), (16, 4, 1), (8, 8, 1), (1, 64, 1), (0, 400, 0)])
def test_idle_limit_is_longer_for_small_sites(plugin, count, days, code):
    """4 days, or 64 days divided by the count where that is longer; without a count there is no limit."""
    rows = [host(**UNCHANGED | {"KeyManagementServiceCurrentCount": count})]
    limit = days * 86400
    shorter, longer = (check_again(plugin, f"{COUNTERS} idle={limit - 3600 + more}s", "--floor=0",
                                   rows=rows) for more in (-60, 60))
    assert (shorter.code, longer.code) == (0, code), longer


@pytest.mark.parametrize(("total", "failed", "licensed", "code"), [
    (40, 9, 31, 0),      # fewer than ten failures
    (41, 10, 41, 0),     # 24.4 %
    (40, 10, 40, 1),     # 25 %
    (0, 10, 0, 2),       # nothing but failures, the total does not contain them
    (10, 10, 0, 2),      # the same where it does
    (11, 10, 0, 1),      # one more than the failures: something may have succeeded
    (10, 10, 1, 1),
])
def test_share_of_failed_requests(plugin, total, failed, licensed, code):
    row = host(KeyManagementServiceCurrentCount=40, KeyManagementServiceTotalRequests=1640 + total,
               KeyManagementServiceFailedRequests=1 + failed, KeyManagementServiceLicensedRequests=1580 + licensed)
    result = check_again(plugin, COUNTERS, rows=[row])
    assert result.code == code, result


# ---- ini files


def ini(folder, text, name="monitoring-plugins.ini"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def with_ini(plugin, files, text, *words, env=None, stdin=b""):
    path = ini(files, text)
    return plugin(HOST, *[word.replace("FILE", str(path)) for word in words], env=env, stdin=stdin)


def section(files, name="check_kms_host", **options):
    lines = [f"input={files}/host.json"] + [f"{key.replace('_', '-')}={value}" for key, value in options.items()]
    return f"[{name}]\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("words", [["--extra-opts=@FILE"], ["--extra-opts=check_kms_host@FILE"],
                                   ["--extra-opts", "@FILE"],
                                   ["--extra-opts", "check_kms_host@FILE"]])
def test_extra_opts_with_a_file(plugin, files, words):
    result = with_ini(plugin, files, section(files, floor=5), *words)
    assert result.code == 0 and result.metrics["count"].startswith("26;7:;5:;"), result


@pytest.mark.parametrize("words", [["--extra-opts"], ["--extra-opts="], ["--extra-opts=check_kms_host"],
                                   ["--extra-opts", "-v"],
                                   ["--extra-opts", "check_kms_host"], ["--extra-opts", "--exit-ok"]])
def test_extra_opts_finds_the_file(plugin, files, words):
    path = ini(files, section(files, floor=5))
    result = plugin(HOST, *words, env={"MP_CONFIG_FILE": str(path)})
    assert result.code == 0 and result.metrics["count"].startswith("26;7:;5:;"), result


@pytest.mark.parametrize("name", ["monitoring-plugins.ini", "plugins.ini", "nagios-plugins.ini"])
def test_extra_opts_searches_the_path(plugin, files, name):
    (files / "first").mkdir()
    ini(files, section(files, floor=5), name)
    result = plugin(HOST, "--extra-opts", env={"NAGIOS_CONFIG_PATH": f"{files}/nowhere::{files}/first:{files}"})
    assert result.code == 0, result


def test_extra_opts_search_has_an_order(plugin, files):
    named, found = ini(files, section(files, floor=5), "named.ini"), files / "path"
    found.mkdir()
    ini(found, section(files, floor=25))
    ini(found, section(files, floor=0), "plugins.ini")
    both = {"MP_CONFIG_FILE": str(named), "NAGIOS_CONFIG_PATH": str(found)}
    assert plugin(HOST, "--extra-opts", env=both).metrics["count"].startswith("26;7:;5:;")
    del both["MP_CONFIG_FILE"]
    assert plugin(HOST, "--extra-opts", env=both).metrics["count"].startswith("26;30:;25:;")


def test_extra_opts_with_another_section(plugin, files):
    text = section(files, floor=5) + section(files, "kms hosts", floor=0)
    result = with_ini(plugin, files, text, "--extra-opts=kms hosts@FILE")
    assert result.metrics["count"].startswith("26;;;0;"), result


def test_extra_opts_from_standard_input(plugin, files):
    result = plugin(HOST, "--extra-opts=@-", stdin=section(files, floor=5))
    assert result.code == 0, result


def test_the_command_line_wins_over_the_file(plugin, files):
    text = section(files, floor=5, rule="count=critical", warning="40:")
    result = with_ini(plugin, files, text, "--floor=25", "--extra-opts=@FILE", "--rule=count=ok", "-w", "10:")
    assert result.code == 0 and result.metrics["count"].startswith("26;10:;25:;"), result
    result = with_ini(plugin, files, text, "--extra-opts=@FILE", "--floor=25")
    assert result.code == 2 and result.metrics["count"].startswith("26;40:;25:;"), result


def test_several_extra_opts_are_read_in_their_order(plugin, files):
    text = section(files, "a", floor=5) + section(files, "b", floor=0)
    result = with_ini(plugin, files, text, "--extra-opts=a@FILE", "--extra-opts=b@FILE")
    assert result.metrics["count"].startswith("26;;;0;"), result


def test_everything_that_may_stand_in_a_file(plugin, files):
    text = f"""\ufeff# a comment
; another one

[other]
floor=nonsense

[check_kms_host]
  input = {files}/host.json   \r
floor=25\t
exit-ok=
rule=priority=critical
verbose=
[other]
broken=1
[check_kms_host]
rule=count=warning
v=
  # indented comment
"""
    result = with_ini(plugin, files, text, "--extra-opts=@FILE")
    assert (result.code, result.line.split()[1]) == (0, "WARNING"), result
    assert "asked: file" in result.out


def test_no_quoting_and_no_continuation_in_a_file(plugin, files):
    result = with_ini(plugin, files, section(files, hostname='"kms01"', notes_url="a; b # c"), "--extra-opts=@FILE")
    assert result.code == 3 and 'asked for' in result.out, result  # the quotes belong to the name
    result = with_ini(plugin, files, f"[check_kms_host]\ninput={files}/host.json\n  x y\n", "--extra-opts=@FILE")
    assert result.code == 3 and ":3:" in result.line, result


@pytest.mark.parametrize(("text", "line", "held"), [
    ("[check_kms_host]\ninput=x\nflor=25\n", 3, ["flor", "floor"]),
    ("[check_kms_host]\n\n# c\nfloor=99\n", 4, ["floor", "99"]),
    ("[check_kms_host]\nwarning=25\n", 2, ["warning", "25:"]),
    ("[check_kms_host]\nno equals sign\n", 2, ["="]),
    ("[check_kms_host\nfloor=5\n", 1, ["]"]),
    ("[check_kms_host]\n=5\n", 2, ["="]),
    ("[]\nfloor=5\n", 1, ["name"]),
    ("floor=5\n[check_kms_host]\n", 1, ["section"]),
    ("[check_kms_host]\nhelp=\n", 2, ["help"]),
    ("[check_kms_host]\nextra-opts=x\n", 2, ["extra-opts"]),
    ("[check_kms_host]\nrule=cuont=ok\n", 2, ["cuont", "count"]),
    ("[check_kms_host]\nexit-ok=perhaps\n", 2, ["exit-ok", "perhaps"]),
    ("[check_kms_host]\ninput=\n", 2, ["input", "empty"]),
    ("[other]\n" + "x" * 5000 + "=1\n", 2, ["4096"]),
])
def test_a_mistake_in_a_file_names_file_and_line(plugin, files, text, line, held):
    result = with_ini(plugin, files, text, "--extra-opts=@FILE")
    assert result.code == 3 and result.out.count("\n") == 1, result
    assert f"{files}/monitoring-plugins.ini:{line}: " in result.line, result
    assert [word for word in held if word not in result.line.split(f":{line}: ")[1]] == [], result


@pytest.mark.parametrize(("words", "held"), [
    (["--extra-opts=nobody@FILE"], ["nobody", "section"]), (["--extra-opts=@/nonexistent.ini"], ["/nonexistent.ini"]),
    (["--extra-opts=@/"], ["directory"]), (["--extra-opts"], ["no ini file found"]),
    (["--extra-opts=x@"], ["no ini file found"])])
def test_a_file_that_cannot_be_used_is_named(plugin, files, words, held):
    result = with_ini(plugin, files, section(files), *words)
    assert result.code == 3 and result.out.count("\n") == 1 and "--extra-opts" in result.line, result
    assert [word for word in held if word not in result.line] == [], result


def test_a_file_that_may_not_be_read_is_named(everybody):
    path = ini(everybody, "[check_kms_host]\nfloor=5\n")
    path.chmod(0)
    done = start_as_nobody(HOST, f"--extra-opts=@{path}")
    assert done.returncode == 3 and b"Permission denied" in done.stdout and b"monitoring-plugins.ini" in done.stdout, done


def test_a_pipe_without_writer_as_file_does_not_hang(plugin, files):
    os.mkfifo(files / "pipe.ini")
    assert plugin(HOST, f"--extra-opts=@{files}/pipe.ini", timeout=5).code == 3


@pytest.mark.parametrize("when", ["yesterday", "-5", "$LASTSERVICECHECK$", ""])
def test_unreadable_previous_time_is_said_and_hides_nothing(plugin, when):
    """A macro that was not expanded must not take the verdict away."""
    result = plugin("check_kms_host", "--input=-", "--floor=25", "--previous=requests_total=1c", f"--previous-time={when}",
                    stdin=documents.document("kms02", "json"))
    assert result.code == 2 and "not compared with the previous run" in result.out, result
