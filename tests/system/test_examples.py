# SPDX-License-Identifier: MIT
"""The README shows what the programs print: every command in a ```console block is run, on the site that the lab plays,
and what stands below it must be what comes out.  How is in examples.py.

    $ python3 tests/lab/documents.py NAME [slmgr|json] > FILE    makes a document of the lab
    $ echo $?                                                    the exit code of the command before

Text of slmgr.vbs has no time of its own, so dates in its alerts count from today and are masked."""
import json
import re
import shlex
import subprocess

import pytest

from conftest import BUILD, ROOT, runnable
from examples import PROGRAMS, Site, commands, is_shown, masked, snippets
from http_agents import certificates  # noqa: F401
from reach_view import skip_without_ipv6

README = ROOT / "README.md"
EXAMPLES = [block for block in snippets(README, "console") if any(program in block for program in PROGRAMS)]


def test_the_readme_has_examples():
    assert README.exists(), "README.md is missing"
    shown = "\n".join(EXAMPLES)
    for program in PROGRAMS:
        assert re.search(rf"(?m)^\$ (.*\| )?{program} ", shown), f"no ```console block of the README shows {program}"


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.split("\n", 1)[0][:60])
def test_example_prints_what_the_readme_shows(tmp_path, certificates, block):  # noqa: F811
    if "check_kms_reach" in block:
        skip_without_ipv6(README)
    compared = 0
    with Site(tmp_path, certificates) as site:
        for command, shown in commands(block):
            printed = site.run(command)
            keeps_dates = site.has_dates_of_its_own(command)
            assert is_shown(masked(shown, keeps_dates), masked(printed, keeps_dates)), f"{command}\n{printed}"
            compared += any(program in command for program in PROGRAMS)
    assert compared > 0, "the block runs none of our programs"


def other_commands():
    """Commands in indented lines: they need machines that are not here, but their options must be right."""
    text = README.read_text(encoding="utf-8")
    return re.findall(r"(?m)^    ((?:check_kms_host|check_kms_client|check_kms_reach) .*)$", text)


@pytest.mark.parametrize("command", other_commands())
def test_other_commands_of_the_readme_pass_the_parser(tmp_path, command):
    words = shlex.split(command)
    if "--" in words:
        words = words[:words.index("--")] + ["--", "/bin/false"]
    with runnable(words, tmp_path) as words:
        done = subprocess.run([BUILD / words[0], "--output-format=json", *words[1:]], cwd=tmp_path,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=20)
    assert [finding["rule"] for finding in json.loads(done.stdout)["findings"]] != ["usage"], done.stdout


def test_every_option_and_rule_that_the_readme_names_exists():
    text = README.read_text(encoding="utf-8")
    known = set()
    for program in PROGRAMS:
        known |= set(re.findall(r"--[a-z][a-z-]+", subprocess.run([BUILD / program, "--help"], capture_output=True,
                                                                  text=True, check=False).stdout))
    prose = re.sub(r"(?ms)^```.*?^```$|^    .*?$", "", text)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) - known == set()
