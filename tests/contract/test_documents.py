# SPDX-License-Identifier: MIT
"""The generated documents are those that are checked in, and the help fits a terminal."""
import json
import re
import shlex
import subprocess

import pytest

from conftest import BUILD, ROOT, runnable

PROGRAMS = ["check_kms_host", "check_kms_client", "check_kms_reach", "kms-explain"]
PLUGINS = PROGRAMS[:3]
READERS = PLUGINS[:2]  # of documents
PAGES = {name: f"packaging/man/{name}.1" for name in PROGRAMS} | {"kms-monitoring": "packaging/man/kms-monitoring.7"}
WRITTEN_BY_HAND = "packaging/man/kms-notify.1"
DOCUMENTS = {path: ["man", name] for name, path in PAGES.items()} | {
    "packaging/icinga2/kms-commands.conf": ["icinga2"], "packaging/icinga2/kms-basket.json": ["basket"],
    "packaging/nagios/kms-commands.cfg": ["nagios"],
    "packaging/doc/alerts.md": ["alerts"]}


def describe(*words):
    return subprocess.run([str(BUILD / "describe"), *words], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_up_to_date(name):
    assert (ROOT / name).read_text() == describe(*DOCUMENTS[name]), "run make docs and look at the difference"


@pytest.mark.parametrize("path", [*PAGES.values(), WRITTEN_BY_HAND])
def test_manual_page_has_no_warning(path):
    done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tascii", str(ROOT / path)],
                          capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_the_page_of_kms_notify_names_every_destination_and_every_variable():
    page = (ROOT / WRITTEN_BY_HAND).read_text().replace("\\-", "-")
    script = (ROOT / "packaging/notify/kms-notify").read_text()
    variables = set(re.findall(r"KMS_NOTIFY_[A-Z]+", script))
    assert len(variables) > 10 and set(re.findall(r"KMS_NOTIFY_[A-Z]+", page)) == variables
    assert set(re.findall(r"--[a-z]+(?==)", page)) == set(re.findall(r"--[a-z]+(?==)", script)) == {"--mail", "--file"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_help_fits_80_columns(plugin, name):
    done = plugin(name, "--help")
    assert done.code == (0 if name == "kms-explain" else 3)
    assert max(map(len, done.out.splitlines())) <= 80


@pytest.mark.parametrize("name", PLUGINS)
def test_every_option_of_the_help_is_in_the_manual_and_the_check_command(name):
    manual = (ROOT / f"packaging/man/{name}.1").read_text().replace("\\-", "-")
    command = (ROOT / "packaging/icinga2/kms-commands.conf").read_text()
    done = subprocess.run([str(BUILD / name), "--help"], capture_output=True, text=True, check=False)
    options = set(re.findall(r"^ +(?:-\w, )?--([a-z0-9-]+)", done.stdout, re.MULTILINE))
    assert len(options) > 10
    assert [option for option in options if f"--{option}" not in manual] == []
    body = command.split(f'"{name.removeprefix("check_")}"', 1)[1].split("object CheckCommand", 1)[0]
    own = options - {"help", "version"}
    listed = {option for option in own if f'"--{option}"' in body}
    # A file on the poller, named by nobody in a command; a secret, handed in by the environment.
    assert own - listed == {"extra-opts"} | (own & {"community"})


def examples(name):
    text = (ROOT / f"packaging/man/{name}.1").read_text()
    section = text.split(".SH EXAMPLES", 1)[1].split(".SH", 1)[0].replace("\\-", "-").replace("\\e", "\\")
    return [line.strip() for line in section.splitlines() if re.match(rf"\s*({name})\b", line)]


@pytest.mark.parametrize("name", READERS)
def test_every_example_passes_the_real_parser(plugin, name, tmp_path):
    found = examples(name)
    assert len(found) >= 5
    for example in found:
        words = shlex.split(example.replace("\\:", ""))[1:]
        with runnable(words, tmp_path) as own_words:
            result = plugin(name, *own_words, env={"PATH": str(tmp_path)})
        assert result.code == 3 and "nothing judged: " in result.line, (example, result)


def help_of(name):
    return subprocess.run([str(BUILD / name), "--help"], capture_output=True, text=True, check=False).stdout


def rules_of(name):
    listed = help_of(name).split("Rules:\n", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"[a-z-]+", listed))


@pytest.mark.parametrize("name", PLUGINS)
def test_every_rule_has_a_section_with_a_meaning_in_the_page_of_alerts(name):
    page = (ROOT / "packaging/doc/alerts.md").read_text()
    for rule in rules_of(name):
        section = page.split(f"\n### Rule `{rule}`\n\n", 1)[1].split("\n#", 1)[0]
        assert re.match(r"[A-Z]", section), section
        assert all(f"- **{word}:** " in section for word in ("States", "Impact", "First")), section
        assert page.count(f"### Rule `{rule}`\n") == 1


def test_the_rules_of_both_readers_of_documents_stand_together_in_the_page_of_alerts():
    page = (ROOT / "packaging/doc/alerts.md").read_text()
    shared = page.split("\nOf `check_kms_host` and `check_kms_client` alike.\n", 1)[1].split("\n## ", 1)[0]
    found = set(re.findall(r"(?m)^### Rule `([a-z-]+)`$", shared))
    assert found == rules_of("check_kms_host") & rules_of("check_kms_client")
    assert found and not found & rules_of("check_kms_reach")


# The rows of "Activation Error Codes for Volume Activation", table 10.
PUBLISHED = ["C004C001", "C004C003", "C004C008", "C004C020", "C004C021", "C004F009", "C004F00F", "C004F014", "C004F02C",
             "C004F038", "C004F039", "C004F041", "C004F042", "C004F050", "C004F051", "C004F074", "C004F06C", "80070005",
             "8007232A", "8007232B", "800706BA", "8007251D"]


def test_every_published_code_stands_first_and_in_full_in_the_page_of_alerts():
    page = (ROOT / "packaging/doc/alerts.md").read_text()
    first = page.split("\n## The codes that Microsoft publishes", 1)[1].split("\n## ", 1)[0]
    sections = dict(re.findall(r"(?ms)^### (0x[0-9A-F]{8}): (.*?)(?=^### |\Z)", first))
    assert list(sections) == [f"0x{code}" for code in PUBLISHED]
    for code, section in sections.items():
        assert all(f"- **{word}:**" in section for word in ("Applies to", "Cause", "Side", "Do")), (code, section)


def test_the_page_of_alerts_has_every_code_of_the_catalogue():
    page = (ROOT / "packaging/doc/alerts.md").read_text()
    listed = json.loads(subprocess.run([str(BUILD / "kms-explain"), "--list=all", "--format=json"], capture_output=True,
                                       text=True, check=True).stdout)
    entries = {entry["code"]: entry for entry in listed}
    table = page.split("\n## All codes\n", 1)[1]
    rows = re.findall(r"(?m)^\| `(0x[0-9A-F]{8})` \| \S.* \| (client|kms-host|dns|network|microsoft|monitoring) \|$", table)
    assert rows == [(code, entry["side"]) for code, entry in entries.items()]
    in_full = re.findall(r"(?m)^### (0x[0-9A-F]{8}): ", page)
    with_steps = [code for code, entry in entries.items() if entry["steps"]]
    assert sorted(in_full) == sorted(with_steps) and len(in_full) > 100


@pytest.mark.parametrize("name", PLUGINS)
def test_the_overview_names_every_rule_and_every_agent(name):
    page = (ROOT / "packaging/man/kms-monitoring.7").read_text().replace("\\-", "-")
    rules = page.split(".SH RULES", 1)[1].split(".SH", 1)[0].split(f"\\fB{name}\\fR\n", 1)[1].split("\n", 1)[0]
    assert set(re.findall(r"[a-z-]+", rules)) == rules_of(name)
    shown = re.search(r"--agent=KIND.*?\((file.*?)\)", help_of(name), re.DOTALL)
    if shown:
        agents = page.split(".SH AGENTS", 1)[1].split(".SH", 1)[0]
        words = re.findall(r"[a-z][a-z-]*", re.sub(r"\bor\b", "", shown[1]))
        assert re.findall(r"(?m)^\\fB([a-z-]+)\\fR$", agents) == words and len(words) == 8


def test_the_overview_names_every_page_and_only_files_that_are_there():
    page = (ROOT / "packaging/man/kms-monitoring.7").read_text().replace("\\-", "-")
    named = page.split(".SH DOCUMENTS", 1)[1].split(".SH", 1)[0]
    pages = {path.name for path in (ROOT / "packaging/doc").glob("*.md")} - {"README.md"}
    assert set(re.findall(r"[a-z0-9-]+\.md", named)) == pages
    files = page.split(".SH FILES", 1)[1].split(".SH", 1)[0]
    shared = re.findall(r"/usr/share/kms-monitoring/([a-z0-9/.-]+)", files)
    assert {name.split("/")[0] for name in shared} == {"nagios", "icinga2", "windows", "grafana"}
    assert [name for name in shared if not (ROOT / "packaging" / name).exists()] == []
