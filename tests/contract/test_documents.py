# SPDX-License-Identifier: MIT
"""The generated documents are those that are checked in, and the help fits a terminal."""
import re
import shlex
import subprocess

import pytest

from conftest import BUILD, ROOT, runnable

PROGRAMS = ["check_kms_host", "check_kms_client", "kms-explain"]
PLUGINS = PROGRAMS[:2]
DOCUMENTS = {f"packaging/man/{name}.1": ["man", name] for name in PROGRAMS} | {
    "packaging/icinga2/kms-commands.conf": ["icinga2"], "packaging/icinga2/kms-basket.json": ["basket"],
    "packaging/nagios/kms-commands.cfg": ["nagios"]}


def describe(*words):
    return subprocess.run([str(BUILD / "describe"), *words], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_up_to_date(name):
    assert (ROOT / name).read_text() == describe(*DOCUMENTS[name]), "run make docs and look at the difference"


@pytest.mark.parametrize("name", PROGRAMS)
def test_manual_page_has_no_warning(name):
    done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tascii", str(ROOT / f"packaging/man/{name}.1")],
                          capture_output=True, text=True, check=True)
    assert done.stderr == ""


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


@pytest.mark.parametrize("name", PLUGINS)
def test_every_example_passes_the_real_parser(plugin, name, tmp_path):
    found = examples(name)
    assert len(found) >= 5
    for example in found:
        words = shlex.split(example.replace("\\:", ""))[1:]
        with runnable(words, tmp_path) as own_words:
            result = plugin(name, *own_words, env={"PATH": str(tmp_path)})
        assert result.code == 3 and "nothing judged: " in result.line, (example, result)
