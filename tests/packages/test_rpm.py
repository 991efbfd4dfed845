# SPDX-License-Identifier: MIT
"""The RPM package, as far as the rpmbuild of Debian can build one."""
import os
import re
import subprocess

import pytest

from conftest import ROOT, VERSION, run, wanted_contents

NAME = "nagios-plugins-kms"


@pytest.fixture(scope="module")
def rpm(rpms):
    found = list(rpms.first.glob("*.rpm"))
    assert [path.name for path in found] == [f"{NAME}-{VERSION}-1.{os.uname().machine}.rpm"]
    return found[0]


@pytest.fixture(scope="module")
def ask(rpm, tmp_path_factory):
    """Asks about the package, with no database of installed ones."""
    database = tmp_path_factory.mktemp("database")
    return lambda *words: run("rpm", "--dbpath", database, "-qp", *words, rpm).splitlines()


def entries(ask):
    """Every entry: mode, owner, group, name; without the links of rpmbuild between a program and its build id."""
    lines = ask("--queryformat", "[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]")
    return [line.split(None, 3) for line in lines if "/.build-id" not in line]


def test_contents(ask):
    """The files are those of the list."""
    folder = f"usr/share/licenses/{NAME}"
    found = {name[1:] + ("/" if mode[0] == "d" else "") for mode, _, _, name in entries(ask)}
    found = {re.sub(rf"^{folder}-{re.escape(VERSION)}", folder, name) for name in found}  # older ones add the version
    files = {name for name in found if not name.endswith("/")} | {
        name for name in found if name.endswith("/") and not any(o != name and o.startswith(name) for o in found)}
    assert files == wanted_contents("rpm-contents.txt", "usr/share/kms-monitoring", f"usr/share/doc/{NAME}")


def test_modes_and_owners(ask):
    """Everything is root's, programs can be run by all, nothing is setuid, setgid or writable by others."""
    for mode, user, group, name in entries(ask):
        is_program = re.match(r"/usr/(bin|lib64|libexec)/", name) and mode[0] == "-"
        wanted = "drwxr-xr-x" if mode[0] == "d" else "-rwxr-xr-x" if is_program else "-rw-r--r--"
        assert (mode, user, group) == (wanted, "root", "root"), name


def test_fields(ask):
    """What a site sees of it, and that nothing runs when it is installed."""
    assert ask("--queryformat", "%{NAME} %{VERSION} %{LICENSE} %{BUILDHOST}") == [f"{NAME} {VERSION} MIT localhost"]
    assert "nagios-common" in ask("--requires")
    assert ask("--scripts") == []


def test_time_is_that_of_the_changelog(ask):
    """No clock: the time of the build and of every file is the one of the last entry."""
    stamp = re.search(r"^ -- .*>  (.*)$", (ROOT / "packaging/debian/changelog").read_text(), re.MULTILINE)[1]
    epoch = int(run("date", "-u", "-d", stamp, "+%s"))
    assert ask("--queryformat", "%{BUILDTIME}") == [str(epoch)]
    assert {int(time) for time in ask("--queryformat", "[%{FILEMTIMES}\n]")} == {epoch}


def test_no_folder_of_the_build(rpm, rpms):
    """No file names the folder that it was built in."""
    forbidden = [folder.encode() for folder in rpms.folders] + [b"packages/rpm/"]
    # The files as they are, in a row.
    archive = subprocess.run(["rpm2cpio", rpm], stdout=subprocess.PIPE, check=True).stdout
    assert b"\x7fELF" in archive and archive.rstrip(b"\0").endswith(b"TRAILER!!!")
    assert not [word for word in forbidden if word in archive]


def test_two_builds_are_the_same_bytes(rpms):
    """Another folder, account, umask, language, time zone, age of the files and CFLAGS of the caller change nothing."""
    first, second = (next(folder.glob("*.rpm")) for folder in (rpms.first, rpms.second))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
