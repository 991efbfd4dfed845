# SPDX-License-Identifier: MIT
"""The pages below packaging/doc: every command is run and prints what the page shows, every piece of configuration is
loaded by the daemon that it is for, and what is not run is listed here.  After a wanted change write the output anew
and read the difference:

    WRITE_EXAMPLES=1 python3 -m pytest -q tests/system/test_documents_commands.py && git diff packaging/doc"""
import json
import os
import re
import shlex
import subprocess

import pytest

import daemon_configs
from conftest import BUILD, ROOT, runnable
from examples import (PROGRAMS, SCENES, Site, commands, configuration, fences, is_shown, masked, snippets)
from http_agents import certificates  # noqa: F401
from reach_view import skip_without_ipv6

FOLDER = ROOT / "packaging/doc"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "alerts.md")  # that one is generated
RUN = [(page, number, text, scene) for page in PAGES
       for number, (language, text, scene) in enumerate(fences(page)) if language == "console"]
KNOWN = {"console", "nagios", "icinga2", "ini", "powershell", "text"}
METRICS_SHOWN = 60  # characters of performance data


def shortened(line):
    """The first metric alone."""
    head, bar, metrics = line.partition(" | ")
    return f"{head}{bar}{metrics.split(' ')[0]} ..." if len(metrics) > METRICS_SHOWN else line


def plausible(text):
    """What the masks of the lab hide, as a reader expects it."""
    text = re.sub(r"(time\w*)=TIME", lambda match: f"{match[1]}=0.002s", text)
    return text.replace("TIME ms", "1.8 ms").replace("DATE", "2027-05-21")


def write_anew(page, number, block):
    """Puts another text into one fence of a page."""
    text = page.read_text(encoding="utf-8")
    parts = re.split(r"(?m)^(```.*)$", text)  # fence lines at odd places
    parts[4 * number + 2] = "\n" + block
    page.write_text("".join(parts), encoding="utf-8")


@pytest.mark.parametrize(("page", "number", "block", "scene"), RUN,
                         ids=[f"{page.stem}-{number}" for page, number, _, _ in RUN])
def test_commands_print_what_the_page_shows(tmp_path, certificates, page, number, block, scene):  # noqa: F811
    skip_without_ipv6(page)
    lines = re.findall(r"(?m)^[$#] .*(?:(?<=\\)\n.*)*", block)
    printed = []
    with Site(tmp_path, certificates, scene, page) as site:
        for command, _ in commands(block):
            printed.append(site.run(command))
    is_right = all(is_shown(masked(shown), masked(text)) for (_, shown), text in zip(commands(block), printed))
    if os.environ.get("WRITE_EXAMPLES") and not is_right:
        write_anew(page, number, "".join(
            line + "\n" + "".join(shortened(plausible(own)) + "\n" for own in text.splitlines())
            for line, text in zip(lines, printed)))
        return
    for (command, shown), text in zip(commands(block), printed):
        assert is_shown(masked(shown), masked(text)), f"{command}\n{text}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_nagios_loads_the_pieces_of_a_page_without_a_warning(page):
    if not snippets(page, "nagios"):
        assert page.name == "README.md"
        return
    verdict = daemon_configs.verify_nagios(*configuration(page, "nagios"))
    assert verdict.is_clean, verdict.text


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_icinga_loads_the_pieces_of_a_page_without_a_warning(page):
    if not snippets(page, "icinga2"):
        assert page == FOLDER / "README.md"
        return
    code, text = daemon_configs.verify_icinga(*configuration(page, "icinga2"))
    told = [line for line in text.splitlines() if re.search(r"\b(warning|critical)/", line)]
    # A rule for machines that this page has none of.
    assert code == 0 and [line for line in told if "does not match anywhere!" not in line] == [], text


def test_a_piece_with_a_mistake_is_refused():
    """The two tests above can fail."""
    code, text = daemon_configs.verify_nagios("define host {\n    host_name  lonely\n    use  no-such-template\n}\n")
    assert code != 0 and "no-such-template" in text, text


def test_icinga_refuses_a_piece_with_a_mistake():
    code, text = daemon_configs.verify_icinga('object Host "lonely" { import "no-such-template" }\n')
    assert code != 0 and "no-such-template" in text, text


CHECK_COMMANDS = [(page, match[1], match[2]) for page in PAGES for text in snippets(page, "nagios")
                  for match in re.finditer(r"(?m)^ *check_command +(check_kms_\w+)!(.*)$", text)]


@pytest.mark.parametrize(("page", "program", "words"), CHECK_COMMANDS,
                         ids=[f"{page.stem}-{program}" for page, program, _ in CHECK_COMMANDS])
def test_options_of_a_piece_for_nagios_pass_the_parser(tmp_path, page, program, words):
    words = words.replace("$USER1$", daemon_configs.CONTRIB).replace("$HOSTADDRESS$", "wks-001").replace(
        "$_SERVICEKMS_RULES$", "--rule=login=critical")
    words = [program, *([] if program == "check_kms_reach" else ["-H", "wks-001"]), *shlex.split(words)]
    if "--" in words:
        words = words[:words.index("--")] + ["--", "/bin/false"]
    if program == "check_kms_reach":
        words = [word.replace("192.0.2.53", "127.0.0.1:9") for word in words]  # nobody is there
    with runnable(words, tmp_path) as words:
        done = subprocess.run([BUILD / words[0], "--output-format=json", *words[1:]], cwd=tmp_path,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    assert [finding["rule"] for finding in json.loads(done.stdout)["findings"]] != ["usage"], done.stdout


def known_rules():
    """Every rule that a plugin lists in its help."""
    found = set()
    for program in ("check_kms_host", "check_kms_client", "check_kms_reach"):
        text = subprocess.run([BUILD / program, "--help"], capture_output=True, text=True, check=False).stdout
        found |= set(re.findall(r"[a-z-]+", text.split("Rules:\n", 1)[1].split("\n\n", 1)[0]))
    return found


def rules_named(text):
    """The rules that stand behind --rule in a text: --rule=lease=ok,grace=ok."""
    lists = re.findall(r"--rule=([a-z=,-]+)", text)
    return {item.split("=")[0] for words in lists for item in words.split(",") if "=" in item}


def options_of(program):
    done = subprocess.run([BUILD / program, "--help"], capture_output=True, text=True, check=False)
    return set(re.findall(r"--([a-z][a-z-]+)", done.stdout))


def test_keys_of_kms_agent_are_options():
    """Icinga takes any key; one that is no option would be passed to nobody, without a word."""
    known = options_of("check_kms_host") & options_of("check_kms_client") | {"program"}
    found = 0
    for page in PAGES:
        for text in snippets(page, "icinga2"):
            for agent in re.findall(r"(?s)vars\.kms_agent = \{(.*?)\n  \}", text):
                keys = re.findall(r"(?m)^ *(\w+) = ", agent)
                assert {key.replace("_", "-") for key in keys} <= known, f"{page.name}: {keys}"
                found += 1
    assert found >= 9


# ---- what is in the pages


def headings(page):
    """What links call the headings of a page."""
    titles = re.findall(r"(?m)^#+ (.*)$", page.read_text())
    return [re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles]


def test_the_pages_are_all_in_the_index_and_all_links_lead_somewhere():
    index = (FOLDER / "README.md").read_text()
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", index)) == {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
    for page in FOLDER.glob("*.md"):
        for link, place in re.findall(r"\]\(([^)#]*)(#[^)]+)?\)", page.read_text()):
            target = FOLDER / (link or page.name)
            assert target.exists(), f"{page.name} leads to {link}"
            assert not place or place[1:] in headings(target), f"{page.name} leads to {link}{place}"


def test_every_page_of_an_agent_has_both_daemons_commands_and_failures():
    pages = [page for page in PAGES if page.name.startswith(("through-", "clients-"))]
    assert len(pages) == 6
    for page in pages:
        found = fences(page)
        languages = [language for language, _, _ in found]
        assert {"nagios", "icinga2", "console"} <= set(languages), page.name
        assert any(scene for _, _, scene in found), f"{page.name} shows no failure"
        assert "not confirmed" in page.read_text(), page.name


def test_every_fence_is_of_a_known_kind_and_only_commands_have_scenes():
    for page in PAGES:
        for language, text, scene in fences(page):
            assert language in KNOWN, f"{page.name}: {language or 'a fence without a language'}"
            assert scene is None or language == "console", page.name
            assert language == "console" or not re.search(r"(?m)^[$#] ", text), f"{page.name}: nobody runs {text}"
        assert page.read_text().count("<!-- lab: ") == len([scene for _, _, scene in fences(page) if scene])
    assert {scene for page in PAGES for _, _, scene in fences(page) if scene} == set(SCENES)


# What nobody runs here, by its first word.
NOT_RUN = {
    "powershell": {"Restart-Service", "Get-NetTCPConnection", "New-NetFirewallRule", "powershell.exe", "$certificate",
                   "New-Item", "winrm", "Add-LocalGroupMember", "ktpass", "Import-Module", "Invoke-IcingaCheckKms",
                   "Restart-IcingaForWindows", "Get-Content"},
    "text": {"cscript",  # on Windows
             "sudo",  # needs the account of the site
             "ssh-keyscan",  # and a machine that answers SSH
             # lines of files: nagios.cfg, icinga2.conf, authorized_keys, snmpd.conf; options of windows_exporter
             "PATH=$PATH:/usr/lib/nagios/plugins", "cfg_file", "include", "restrict,command", "extend", "createUser",
             "rouser", "--collectors.enabled"}}


def lines_not_run():
    for page in PAGES:
        for language in NOT_RUN:
            text = re.sub(r"(?m)^  ", "", page.read_text())  # fences within lists, too
            for box in re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text):
                yield from ((page, language, line) for line in box.splitlines() if line)


def test_what_is_not_run_is_on_the_list():
    """A command of ours never hides there, and nothing is on the list that no page has."""
    seen = {language: set() for language in NOT_RUN}
    for page, language, line in lines_not_run():
        word = line.split()[0]
        word = word if word.startswith("PATH=") else word.split("=")[0]
        assert word in NOT_RUN[language], f"{page.name}: {line} is run by nobody"
        seen[language].add(word)
        assert not any(program in line for program in PROGRAMS), f"{page.name}: {line}"
    assert seen == NOT_RUN


def test_every_option_and_rule_that_a_page_names_exists():
    known = {"--collectors", "--mail", "--file"}  # of windows_exporter and kms-notify
    for program in PROGRAMS:
        known |= {f"--{name}" for name in options_of(program)}
    for page in PAGES:
        prose = re.sub(r"(?ms)^ *```.*?^ *```$", "", page.read_text())
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) - known == set(), page.name
    for page in [*PAGES, ROOT / "README.md"]:
        assert rules_named(page.read_text()) <= known_rules(), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_prose_has_120_columns_and_is_ascii(page):
    text = page.read_text(encoding="ascii")
    prose = re.sub(r"(?ms)^ *```.*?^ *```$", "", text)
    assert [line for line in prose.splitlines() if len(line) > 120 and not line.startswith("|")] == []
    assert "SPDX-License-Identifier: MIT" in text[:100]
