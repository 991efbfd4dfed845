# SPDX-License-Identifier: MIT
"""Properties of the built programs: a process pays only for the libraries that it uses, and they are hardened."""
import re
import subprocess

import pytest

from conftest import BUILD

DOCUMENTS_ONLY = {"libc", "libjansson"}
PROGRAMS = {"check_kms_host": DOCUMENTS_ONLY, "check_kms_client": DOCUMENTS_ONLY, "kms-explain": DOCUMENTS_ONLY,
            "check_kms_reach": {"libc", "libjansson", "libcares"}}

TWINS = {f"kms-monitoring/{name}-{part}": part for name in ("check_kms_client", "check_kms_host") for part in ("http", "snmp")}
OF_PART = {"http": {"libcurl", "libssl"}, "snmp": {"libnetsnmp"}}


def read_elf(name, *options):
    return subprocess.run(["readelf", "-W", *options, str(BUILD / name)], capture_output=True, text=True, check=True).stdout


def libraries(name):
    printed = subprocess.run(["ldd", str(BUILD / name)], capture_output=True, text=True, check=True).stdout
    return {match.split(".so")[0] for match in re.findall(r"^\s*(lib\S+)", printed, re.MULTILINE)}


@pytest.mark.parametrize("name", PROGRAMS)
def test_only_small_libraries_are_loaded(name):
    assert libraries(name) == PROGRAMS[name]


@pytest.mark.parametrize("name", TWINS)
def test_twins_have_what_the_others_do_without(name):
    loaded = libraries(name)
    assert {"libc", "libjansson", "libcares"} | OF_PART[TWINS[name]] <= loaded
    assert not loaded & ({"libcurl", "libnetsnmp"} - OF_PART[TWINS[name]]), "a part loads what another part needs"


@pytest.mark.parametrize("name", [*PROGRAMS, *TWINS])
def test_programs_are_hardened(name):
    assert re.search(r"Type:\s+DYN", read_elf(name, "-h")), "no position-independent executable"
    assert "GNU_RELRO" in read_elf(name, "-l")
    assert re.search(r"\(FLAGS(_1)?\).*NOW", read_elf(name, "-d")), "the relocations stay writable"
    symbols = read_elf(name, "--dyn-syms")
    assert "__stack_chk_fail" in symbols, "no stack protector"
    assert re.search(r"__\w+_chk\b", symbols), "no fortified calls"


@pytest.mark.parametrize("name", [*PROGRAMS, *TWINS])
def test_no_function_of_ours_takes_the_place_of_one_in_a_library(name):
    exported = [line.split()[-1] for line in read_elf(name, "--dyn-syms").splitlines()
                if re.search(r"\bFUNC\b.*\bDEFAULT\b\s+\d+\s", line)]
    assert [symbol for symbol in exported if symbol not in ("_init", "_fini")] == []


def test_the_catalogue_needs_no_relocation():
    relocations = read_elf("activation_error_data.o", "-r")
    sections = re.findall(r"Relocation section '\.rela?(\.\S+)'", relocations)
    assert [section for section in sections if not section.startswith((".debug", ".eh_frame"))] == [], relocations
