# SPDX-License-Identifier: MIT
"""A process pays only for the transport that it uses: libcurl and its TLS are loaded when an agent over HTTP is asked,
and for nothing else."""
import os
import pathlib
import re
import subprocess

import pytest

import documents
from conftest import BUILD
from http_agents import PASSWORD, asking, certificates, stage  # noqa: F401
from processes import wait_for

LIBRARY = re.compile(r"/(lib[a-z0-9+_-]+)[.-][^/\s]*so|/(lib[a-z0-9+_-]+)\.so")
HEAVY = {"libcurl", "libssl", "libcrypto", "libgnutls", "libgssapi_krb5", "libkrb5", "libnghttp2", "libldap", "libssh2"}


def libraries_in(text):
    return {match[1] or match[2] for match in LIBRARY.finditer(text)}


def loaded_by(program, *words, stdin=b"", env=None):
    """The libraries that the loader opened in this run, and the exit code."""
    done = subprocess.run([BUILD / program, *words], input=stdin, capture_output=True, check=False, timeout=20,
                          env={"LD_DEBUG": "libs", "LC_ALL": "C"} | (env or {}))
    calls = [line for line in done.stderr.decode("ascii", "replace").splitlines() if "calling init" in line]
    return libraries_in("\n".join(calls)), done.returncode


def needs_glibc():
    if "CS_GNU_LIBC_VERSION" not in os.confstr_names:
        pytest.skip("LD_DEBUG is glibc's")


@pytest.mark.parametrize("program", ["check_kms_client", "check_kms_host", "check_kms_reach", "kms-explain"])
def test_program_is_linked_with_no_library_of_http(program):
    linked = subprocess.run(["ldd", BUILD / program], capture_output=True, text=True, check=True).stdout
    assert not libraries_in(linked) & HEAVY, linked


@pytest.mark.parametrize(("program", "machine"), [("check_kms_client", "wks-001"), ("check_kms_host", "kms01")])
def test_a_document_loads_no_library_of_http(program, machine):
    needs_glibc()
    document = documents.document(machine, "json").encode("ascii")
    libraries, code = loaded_by(program, "--agent=file", "--input=-", stdin=document)
    assert code in (0, 1) and "libjansson" in libraries and not libraries & HEAVY, libraries


def test_reach_loads_no_library_of_http(stage):  # noqa: F811
    needs_glibc()
    libraries, code = loaded_by("check_kms_reach", "-H", f"127.0.0.1:{stage.listen().port}")
    assert code == 0 and "libcares" in libraries and not libraries & HEAVY, libraries


def test_an_agent_over_http_loads_libcurl(asking):  # noqa: F811
    """So that the tests above would notice."""
    needs_glibc()
    server = asking.start("nscp", "wks-001")
    libraries, code = loaded_by("check_kms_client", *server.words, f"--ca-cert={asking.certificates.ca_file}",
                                env={"KMS_PASSWORD": PASSWORD})
    assert code == 0 and {"libcurl", "libssl"} <= libraries, libraries


def test_maps_of_a_program_that_waits_for_a_document(tmp_path):
    """What a kernel says of a process that stands in the middle of its work."""
    fifo = tmp_path / "document"
    os.mkfifo(fifo)
    command = [BUILD / "check_kms_client", f"--input={fifo}", "-t", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        with fifo.open("w", encoding="ascii") as document:  # it has opened the other end
            maps = wait_for(lambda: pathlib.Path(f"/proc/{process.pid}/maps").read_text(encoding="ascii"), "maps")
            document.write(documents.document("wks-001", "json"))
        process.communicate(timeout=10)
    assert process.returncode == 0 and "check_kms_client" in maps and not libraries_in(maps) & HEAVY, maps
