# SPDX-License-Identifier: MIT
"""The README shows what the programs print: every command in a ```console block is run, and what stands below it must
be what comes out.  The documents are those that the block makes with tests/lab/documents.py, in a folder of its own.

    $ python3 tests/lab/documents.py NAME [slmgr|json] > FILE    makes a document
    $ python3 tests/lab/documents.py NAME | check_kms_host ...   hands it over on standard input
    $ check_kms_host ... / check_kms_client ... / kms-explain ...
    $ check_kms_reach ...                                        on the network of the lab, shown as on the site it plays
    $ echo $?                                                    the exit code of the command before

The number behind time= is masked.  Text of slmgr.vbs has no time of its own, so dates in its alerts count from today
and are masked, too."""
import json
import re
import shlex
import subprocess

import pytest

import documents
from conftest import BUILD, ROOT, runnable
from network import Lab
from reach_view import on_the_lab, on_the_site, skip_without_ipv6, without_durations

README = ROOT / "README.md"
PROGRAMS = ("check_kms_host", "check_kms_client", "check_kms_reach", "kms-explain")
MAKER = ["python3", "tests/lab/documents.py"]


def blocks():
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return re.findall(r"(?ms)^```console\n(.*?)^```$", text)


def commands(block):
    """The commands of a block, each with the lines that stand below it."""
    parts = re.split(r"(?m)^\$ ", block)
    assert parts[0] == "", f"output before the first command: {parts[0]!r}"
    return [(part.split("\n", 1)[0].replace("\\\n", " "), part.split("\n", 1)[1]) for part in parts[1:]]


def is_ours(block):
    return any(program in block for program in PROGRAMS)


EXAMPLES = [block for block in blocks() if is_ours(block)]


def make(words):
    """The document that the words of documents.py name."""
    assert words[:2] == MAKER and len(words) in (3, 4), f"documents.py NAME [slmgr|json] was expected: {words}"
    return documents.document(words[2], words[3] if len(words) == 4 else "slmgr")


def masked(text, is_dated):
    text = re.sub(r"\btime=\d+\.\d+s", "time=TIME", text)
    return text if is_dated else re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)


def run(words, folder, stdin):
    assert words[0] in PROGRAMS, f"only our programs are run here: {words}"
    done = subprocess.run([BUILD / words[0], *words[1:]], cwd=folder, input=stdin.encode("ascii"), capture_output=True,
                          check=False,
                          timeout=20)
    assert done.stderr == b"", done
    return done


def test_the_readme_has_examples():
    assert README.exists(), "README.md is missing"
    shown = "\n".join(EXAMPLES)
    for program in PROGRAMS:
        assert re.search(rf"(?m)^\$ (.*\| )?{program} ", shown), f"no ```console block of the README shows {program}"


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.split("\n", 1)[0][:60])
def test_example_prints_what_the_readme_shows(tmp_path, block):
    code, is_dated, compared = None, True, 0
    for command, shown in commands(block):
        if command == "echo $?":
            assert shown == f"{code}\n", command
            continue
        source, _, rest = command.partition(" | ")
        words, target = shlex.split(source), None
        if ">" in words:
            words, target = words[:words.index(">")], words[words.index(">") + 1]
        if words[0] != "python3":
            inputs = [word.removeprefix("--input=") for word in words if word.startswith("--input=")]
            for path in [tmp_path / name for name in inputs if name != "-"]:
                assert path.exists(), f"{command}: the block does not make {path.name}"
                is_dated = b"TimeUtc" in path.read_bytes()
            if words[0] == "check_kms_reach":
                skip_without_ipv6(README)
                with Lab() as lab:
                    done = run([on_the_lab(word, lab) for word in words], tmp_path, "")
                code, compared = done.returncode, compared + 1
                printed = on_the_site(done.stdout.decode("ascii"), lab)
                assert without_durations(shown.rstrip("\n")) == printed.rstrip("\n"), command
                continue
            done = run(words, tmp_path, "")
        elif target:
            assert shown == "", f"{command} prints nothing"
            (tmp_path / target).write_text(make(words), encoding="ascii", newline="")
            continue
        else:
            text = make(words)
            is_dated = "TimeUtc" in text
            done = run(shlex.split(rest), tmp_path, text)
        code = done.returncode
        assert masked(shown.rstrip("\n"), is_dated) == masked(done.stdout.decode("ascii").rstrip("\n"),
                                                              is_dated), command
        compared += 1
    assert compared > 0, "the block runs none of our programs"


def other_commands():
    """Commands in indented lines: they need machines that are not here, but their options must be right."""
    text = README.read_text(encoding="utf-8") if README.exists() else ""
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
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    known = set()
    for program in PROGRAMS:
        known |= set(re.findall(r"--[a-z][a-z-]+", subprocess.run([BUILD / program, "--help"], capture_output=True,
                                                                  text=True, check=False).stdout))
    prose = re.sub(r"(?ms)^```.*?^```$|^    .*?$", "", text)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) - known == set()
