# SPDX-License-Identifier: MIT
"""Properties of the source: headers that compile alone, license lines, calls that are not used, and texts that
keep their meaning after Nagios has stripped them."""
import os
import re
import subprocess

import pytest

from conftest import ROOT

HEADERS = sorted(path for top in ("lib", "plugins") for path in (ROOT / top).rglob("*.h"))
SOURCES = sorted(path for top in ("lib", "plugins", "packaging", "tests") for path in (ROOT / top).rglob("*.[ch]"))
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|strncpy|strtok|atoi|sscanf|strtoll?|strtoull?|strtod|atol|atof|vsprintf|gmtime|gets|alloca|asprintf|"
                    r"localtime)\s*\(")
STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"')
# Whichever begins first: what looks like a comment in a text is none, and '"' is not the begin of a text.
NO_TEXT = re.compile(r"""("(?:\\.|[^"\\\n])*")|'(?:\\[^'\n]+|\\'|[^'\\\n])'|/\*.*?\*/""", re.DOTALL)


@pytest.mark.parametrize("header", HEADERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_header_compiles_alone(header):
    done = subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Werror",
                           "-fsyntax-only", f"-I{ROOT}/lib", f"-I{ROOT}/plugins", "-x", "c", str(header)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_file_names_its_license():
    scripts = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("packaging/**/*.sh"), *ROOT.glob("packaging/windows/*.ini"),
               *ROOT.glob("packaging/windows/*.ps*1"), ROOT / "Makefile"]
    missing = [str(path.relative_to(ROOT)) for path in [*SOURCES, *scripts]
               if "SPDX-License-Identifier: MIT" not in path.read_text(encoding="utf-8")[:200]]
    assert not missing


def code_of(path):
    """Source without comments and characters ('a'), texts and all."""
    return NO_TEXT.sub(r"\1", path.read_text())


def test_unsafe_calls_are_not_used():
    wrong = [f"{path.relative_to(ROOT)}: {match.group()}" for path in SOURCES if path.parts[-3] != "tests"
             for match in BANNED.finditer(STRING.sub('""', code_of(path)))]
    assert not wrong


def texts_of(path):
    """String literals of a source file, as the program sees them, neighbours joined."""
    joined = re.sub(r'"\s*\n\s*"', "", code_of(path))
    joined = re.sub(r"^\s*#.*$", "", joined, flags=re.MULTILINE)
    return [re.sub(r"\\(.)", r"\1", text) for text in STRING.findall(joined)]


# What foreign documents say, looked for in them.
QUOTED = {"<!doctype html", "<No installed product keys detected>"}
# How JSON that we write and queries of WMI begin: agents read those, pages of Nagios do not.
NO_SENTENCES = ("{", "SELECT ")


@pytest.mark.parametrize("room", ["lib/judge", "lib/model", "lib/transport", "lib/payload", "lib/agents", "lib/report", "plugins/frame"])
def test_sentences_survive_the_stripping_of_nagios(room):
    wrong = [f"{path.name}: {text}" for path in (ROOT / room).glob("*.c") for text in texts_of(path)
             if " " in text and len(text) > 12 and re.search(r"[`~$&|'\"<>]", text) and text not in QUOTED
             and not text.startswith(NO_SENTENCES)]
    assert not wrong


@pytest.mark.parametrize("name", ["value", "read", "words", "secret", "extra_opts", "ini", "file", "nearest"])
def test_sentences_about_options_survive_it_too(name):
    wrong = [text for text in texts_of(ROOT / f"lib/options/{name}.c")
             if " " in text and re.search(r"[`~$&|'\"<>]", text)]
    assert not wrong


POWERSHELL = sorted((ROOT / "packaging/windows").glob("*.ps*1"))


@pytest.mark.parametrize("path", POWERSHELL, ids=lambda path: path.name)
def test_a_script_for_windows_only_reads(path):
    script = path.read_text(encoding="ascii")
    code = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("#"))
    for word in ("Invoke-CimMethod", "Invoke-WmiMethod", "Get-WmiObject", "[wmi", "Start-Service", "Restart-Service",
                 "Stop-Service", "Start-Process", "/ato", "/ipk", "/act", "/rearm", "/skms", "InstallProductKey", "OA3x", "Set-",
                 "Remove-", "New-Object", "Invoke-Expression", "Invoke-WebRequest", "DownloadString", "param(", "Get-ItemProperty",
                 "OriginalProductKey", "sc.exe", "net start"):
        assert word.lower() not in code.lower(), word


def test_the_scripts_for_windows_are_all_there():
    assert [path.name for path in POWERSHELL] == ["Invoke-IcingaCheckKms.psm1", "icinga-powershell-kms.psd1",
                                                  "kms-capture.ps1", "kms-report.ps1", "kms-textfile.ps1"]
