# SPDX-License-Identifier: MIT
"""The Debian package: what is in it, that it can be built again to the same bytes, installed, upgraded and removed."""
import os
import pathlib
import re
import stat

import pytest

from conftest import NAME, ROOT, VERSION, run, wanted_contents

CONFFILE = "etc/nagios-plugins/config/kms.cfg"
PROGRAMS = [line for line in (ROOT / "tests/packages/deb-contents.txt").read_text().splitlines()
            if re.match(r"usr/(bin|lib|libexec)/", line)]
SCRIPTS = sorted(path.name for path in (ROOT / "packaging/debian/tests").iterdir() if path.name != "control")


def listing(deb):
    """Every entry of a package: mode as ls writes it, owner, and name without the dot in front; not the root."""
    return [(line.split()[0], line.split()[1], line.split(None, 5)[5].removeprefix("./"))
            for line in run("dpkg-deb", "-c", deb).splitlines() if not line.endswith(" ./")]


def field(deb, name):
    return run("dpkg-deb", "-f", deb, name).strip()


def test_one_version_everywhere():
    """The Makefile has the version; the changelog, the spec and the programs follow."""
    changelog = (ROOT / "packaging/debian/changelog").read_text()
    spec = (ROOT / "packaging/rpm/monitoring-plugins-kms.spec").read_text()
    assert re.match(r"monitoring-plugins-kms \((.*)-\d+\) ", changelog)[1] == VERSION
    assert re.search(r"^Version: +(.*)$", spec, re.MULTILINE)[1] == VERSION
    assert re.search(r"^%changelog\n.* - (.*)-\d+$", spec, re.MULTILINE)[1] == VERSION


def test_source_holds_what_git_knows(elsewhere):
    """A package is built from the tarball, so nothing may be missing or more in it than in the source."""
    if not (ROOT / ".git").exists():
        pytest.skip("what git knows can only be told in a clone")
    known = set(run("git", "-C", ROOT, "ls-files").splitlines())
    packed = {str(path.relative_to(elsewhere)) for path in elsewhere.rglob("*")
              if path.is_file() and not path.is_relative_to(elsewhere / "build")}
    assert packed == {name for name in known if (ROOT / name).is_file()}


def test_contents(deb):
    """The files are those of the list, each once."""
    entries = [name for _, _, name in listing(deb)]
    files = {name for name in entries if not any(other != name and other.startswith(name) for other in entries)}
    assert files == wanted_contents("deb-contents.txt", "usr/share/kms-monitoring",
                                                     f"usr/share/doc/{NAME}")
    assert len(entries) == len(set(entries))


def test_modes_and_owners(deb):
    """Everything is root's, programs can be run by all, nothing is setuid, setgid or writable by others."""
    for mode, owner, name in listing(deb):
        wanted = "drwxr-xr-x" if name.endswith("/") else \
            "-rwxr-xr-x" if name in PROGRAMS else "-rw-r--r--"
        assert (mode, owner) == (wanted, "root/root"), name


def test_no_capabilities(unpacked):
    """Nor does a file have rights of another kind."""
    assert not [path for path in unpacked.rglob("*") if path.is_file() and os.listxattr(path)]


def test_no_script_of_the_package_runs(deb):
    """Installing is copying: no script of a maintainer, one conffile."""
    parts = run("sh", "-c", f"dpkg-deb --ctrl-tarfile '{deb}' | tar -t").split()
    assert set(parts) == {"./", "./conffiles", "./control", "./md5sums"}
    assert run("dpkg-deb", "-I", deb, "conffiles").split() == ["/" + CONFFILE]


def test_conffile_is_the_generated_one(unpacked):
    """Nagios of Debian reads the same commands as a site that names our file."""
    ours = (unpacked / "usr/share/kms-monitoring/nagios/kms-commands.cfg").read_bytes()
    assert (unpacked / CONFFILE).read_bytes() == ours == (ROOT / "packaging/nagios/kms-commands.cfg").read_bytes()


def test_documents_name_the_folders_of_the_package(unpacked):
    """What a daemon loads names no folder that `make install` uses without a packager."""
    loaded = [path for path in unpacked.rglob("*") if path.suffix in (".conf", ".cfg")]
    assert len(loaded) >= 9
    for path in loaded:
        assert "/usr/local" not in path.read_text(), path



def test_fields(deb):
    """What a site sees of it before it installs."""
    assert field(deb, "Package") == NAME
    assert field(deb, "Version").startswith(VERSION + "-")
    assert field(deb, "Section") == "net"
    assert field(deb, "Enhances") == "icinga2, monitoring-plugins, nagios4"


def test_dependencies_are_the_libraries_of_the_programs(deb, unpacked):
    """Every library that a program loads stands in Depends, and nothing else does."""
    needed = set()
    for name in PROGRAMS:
        if (unpacked / name).read_bytes()[:4] != b"\x7fELF":
            continue
        sonames = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", unpacked / name))
        assert sonames
        resolved = dict(re.findall(r"^\s*(\S+) => (\S+)", run("ldd", unpacked / name), re.MULTILINE))
        needed |= {os.path.realpath(resolved[soname]) for soname in sonames if soname in resolved}
    # Debian 12 knows a library below /lib under the name /lib or /usr/lib.
    owners = set()
    for path in needed:
        owner = run("sh", "-c", f"dpkg -S {path} 2>/dev/null || dpkg -S {path.removeprefix('/usr')}")
        owners.add(owner.split(":")[0])
    assert owners == {item.split()[0] for item in field(deb, "Depends").split(", ")}


def test_network_libraries_are_loaded_by_twins_only(unpacked):
    """A check without an agent does not pay for libcurl and net-snmp."""
    for name in PROGRAMS:
        if (unpacked / name).read_bytes()[:4] == b"\x7fELF":
            said = run("readelf", "-d", unpacked / name)
            assert ("libcurl" in said) == name.endswith("-http"), name
            assert ("libnetsnmp" in said) == name.endswith("-snmp"), name


@pytest.mark.parametrize("name", [name for name in PROGRAMS if not name.endswith("kms-notify")])
def test_hardening(unpacked, name):
    """Position independent, all symbols bound before the program runs, no place of libraries of its own, stripped."""
    said = run("readelf", "-W", "-h", "-d", "-l", "-S", unpacked / name)
    assert re.search(r"Type: +DYN", said)
    assert "BIND_NOW" in said and "GNU_RELRO" in said
    assert re.search(r"GNU_STACK.* RW ", said)
    assert "RPATH" not in said and "RUNPATH" not in said and ".debug_info" not in said


def test_no_folder_of_the_build(debs, tmp_path):
    """Neither a program nor its debugging data names the folder that it was built in."""
    forbidden = [folder.encode() for folder in debs.folders] + [b"packages/deb/"]
    packages = sorted(debs.first.glob("*.deb"))
    assert len(packages) == 2
    for package in packages:
        run("dpkg-deb", "-R", package, tmp_path / package.name)
    # Debugging data is compressed in its sections.
    for path in tmp_path.rglob("*.debug"):
        run("objcopy", "--decompress-debug-sections", path)
    looked_at = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"lib/judge/judge_client.c" in path.read_bytes() for path in looked_at if path.suffix == ".debug")
    for path in looked_at:
        data = path.read_bytes()
        assert not [word for word in forbidden if word in data], path


def test_two_builds_are_the_same_bytes(debs):
    """Another folder, account, umask, language, time zone, age of the files and CFLAGS of the caller change nothing."""
    first, second = (sorted(folder.glob("*.deb")) for folder in (debs.first, debs.second))
    assert [path.name for path in first] == [path.name for path in second] and len(first) == 2
    for one, other in zip(first, second):
        assert one.read_bytes() == other.read_bytes(), run("sh", "-c", f"cmp '{one}' '{other}' | head; true")


def test_lintian(debs, deb):
    """Neither errors nor warnings; what is overridden has a reason beside it."""
    changes = next(debs.first.glob("*.changes"))
    words = ["--allow-root"] if os.geteuid() == 0 else []
    said = run("lintian", *words, "--fail-on", "none", "--tag-display-limit", "0", changes)
    assert not re.findall(r"^[EW]: .*", said, re.MULTILINE)
    overrides = (ROOT / f"packaging/debian/{NAME}.lintian-overrides").read_text().splitlines()
    assert len(overrides) == 2 and overrides[0].startswith("# ")


def everything(root):
    """Every file and folder of a root but what dpkg keeps for itself."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*")
                  if not str(path.relative_to(root)).startswith("var"))


def newer(deb, folder, version, change):
    """The same package with another version and another conffile."""
    tree = folder / f"newer-{version}"
    run("dpkg-deb", "-R", deb, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE))
    conffile = tree / CONFFILE
    conffile.write_text(conffile.read_text() + change)
    run("dpkg-deb", "--root-owner-group", "-b", tree, folder / f"{version}.deb")
    return folder / f"{version}.deb"


def test_installed_and_removed(deb, empty_root):
    """A root is as empty after purging as it was before, and after removing but for the conffile."""
    root, dpkg = empty_root
    dpkg("-i", deb)
    assert (root / "etc/kms-monitoring").is_dir()
    for name in PROGRAMS:
        assert stat.S_IMODE((root / name).stat().st_mode) == 0o755, name
    dpkg("-r", NAME)
    folders = [str(folder) for folder in pathlib.Path(CONFFILE).parents if str(folder) != "."]
    assert everything(root) == sorted([CONFFILE, *folders])
    dpkg("-P", NAME)
    assert everything(root) == []


def test_upgrade_brings_a_new_conffile(deb, empty_root, tmp_path):
    """Whoever changed nothing gets the new commands without a question."""
    root, dpkg = empty_root
    dpkg("-i", deb)
    dpkg("-i", newer(deb, tmp_path, "99", "# of the next version\n"))
    assert "# of the next version\n" in (root / CONFFILE).read_text()
    assert [path.name for path in (root / CONFFILE).parent.iterdir()] == ["kms.cfg"]


def test_upgrade_keeps_a_changed_conffile(deb, empty_root, tmp_path):
    """What a site wrote stays through upgrading and removing, and only purging takes it."""
    root, dpkg = empty_root
    dpkg("-i", deb)
    with open(root / CONFFILE, "a", encoding="ascii") as file:
        file.write("# of the site\n")
    dpkg("--force-confdef", "--force-confold", "-i", newer(deb, tmp_path, "99", "# of the next version\n"))
    text = (root / CONFFILE).read_text()
    assert "# of the site\n" in text and "# of the next version" not in text
    dpkg("-r", NAME)
    assert (root / CONFFILE).read_text() == text
    dpkg("-P", NAME)
    assert everything(root) == []


def test_secrets_of_the_site_stay(deb, empty_root):
    """A package never takes what it did not bring."""
    root, dpkg = empty_root
    dpkg("-i", deb)
    (root / "etc/kms-monitoring/nscp").write_text("secret\n")
    dpkg("-P", NAME)
    assert everything(root) == ["etc", "etc/kms-monitoring", "etc/kms-monitoring/nscp"]


def test_scripts_are_listed():
    """autopkgtest runs every script, and can start each."""
    control = (ROOT / "packaging/debian/tests/control").read_text()
    assert sorted(" ".join(re.findall(r"^Tests: (.*)$", control, re.MULTILINE)).split()) == SCRIPTS
    for name in SCRIPTS:
        assert os.access(ROOT / "packaging/debian/tests" / name, os.X_OK), name


@pytest.fixture(scope="module")
def installed(machine, deb):
    """A machine with the package and the scripts of autopkgtest."""
    assert machine.changed_files() == []
    machine.put("/tmp/package.deb", deb.read_bytes())
    code, said = machine.inside("dpkg", "-i", "/tmp/package.deb")
    assert code == 0, said
    machine.inside("mkdir", "/tmp/tests")
    for name in SCRIPTS:
        machine.put(f"/tmp/tests/{name}", (ROOT / "packaging/debian/tests" / name).read_bytes())
    return machine


@pytest.mark.parametrize("name", SCRIPTS)
def test_autopkgtest(installed, name):
    """The scripts pass where the package is installed, and say something on the way."""
    code, said = installed.inside("sh", f"/tmp/tests/{name}")
    assert code == 0 and said.count("ok: ") >= 3, said


def test_scripts_leave_nothing_and_purging_either(installed):
    """After the scripts and after purging there is no file that was not there before."""
    code, said = installed.inside("dpkg", "-P", NAME)
    assert code == 0, said
    there = [name for name in installed.changed_files() if installed.inside("test", "-e", f"/{name}")[0] == 0]
    assert there == []


def test_scripts_fail_without_the_package(installed):
    """None of them passes where there is nothing to test."""
    for name in SCRIPTS:
        code, said = installed.inside("sh", f"/tmp/tests/{name}")
        assert code != 0, f"{name}: {said}"
