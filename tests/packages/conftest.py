# SPDX-License-Identifier: MIT
"""What the tests of packages share: each package built twice, and a machine that the Debian package is installed on."""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "monitoring-plugins-kms"
IS_ROOT = os.geteuid() == 0
VERSION = re.search(r"^VERSION = (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]

# Each of these would be seen in a package that depends on the person or the place that builds it.
HERE = {"TZ": "America/New_York", "LC_ALL": "C", "umask": 0o022}
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "umask": 0o077, "CFLAGS": "-O0", "MAKEFLAGS": "V=1"}


def run(*words, **options):
    """Runs a command that has to succeed; what it said is in the failure otherwise."""
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)
    assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout[-5000:]}"
    return done.stdout


def package(kind, source, build, surroundings, *words, as_somebody=False):
    """Calls package.sh of a source folder; gives the folder of the packages."""
    surroundings = dict(surroundings)
    umask = surroundings.pop("umask")
    env = {"PATH": os.environ["PATH"], "BUILD": str(build), "HOME": "/nonexistent"} | surroundings
    somebody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if as_somebody and IS_ROOT else {}
    run("/bin/sh", source / "packaging/package.sh", kind, *words, env=env, umask=umask, timeout=600, **somebody)
    return build / "packages"


@dataclasses.dataclass(frozen=True)
class Twice:
    """The packages of two builds, and every folder that no package may name."""
    first: pathlib.Path
    second: pathlib.Path
    folders: tuple


@pytest.fixture(scope="session")
def open_folder():
    """A folder that another account may enter: those of pytest are for one account only."""
    with tempfile.TemporaryDirectory(prefix="kms-packages-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


@pytest.fixture(scope="session")
def elsewhere(open_folder):
    """The tarball of the source, unpacked in a folder with a long name, with other times and another owner."""
    folder = open_folder
    tarball = package("source", ROOT, folder / "tarball", HERE) / f"{NAME}-{VERSION}.tar.gz"
    source = folder / "a-folder-with-a-name-that-is-much-longer-than-that-of-the-other-one" / "source"
    source.mkdir(parents=True)
    run("tar", "-C", source, "--strip-components=1", "-xzf", tarball)
    run("find", source, "-exec", "touch", "-h", "-d", "2031-05-06 07:08:09", "{}", "+")
    if IS_ROOT:
        run("chown", "-R", "nobody:nogroup", source)
    return source


@pytest.fixture(scope="session")
def builds(tmp_path_factory, elsewhere):
    """All four builds as futures: the unit tests of the first one keep a single core busy, the others have the rest."""
    here = {kind: tmp_path_factory.mktemp(kind) for kind in ("deb", "rpm")}
    there = elsewhere / "build"

    def again(kind):
        return package(kind, elsewhere, there, ELSEWHERE, "nocheck", as_somebody=True)

    with ThreadPoolExecutor(1) as with_tests, ThreadPoolExecutor(1) as without:
        yield {
            "folders": (*map(str, here.values()), str(elsewhere), str(ROOT)),
            "deb": (with_tests.submit(package, "deb", ROOT, here["deb"], HERE), without.submit(again, "deb")),
            "rpm": (without.submit(package, "rpm", ROOT, here["rpm"], HERE, "nocheck"), without.submit(again, "rpm")),
        }


@pytest.fixture(scope="session")
def debs(builds):
    """The Debian package: here with its tests, elsewhere without."""
    return Twice(*(build.result() for build in builds["deb"]), builds["folders"])


@pytest.fixture(scope="session")
def rpms(builds):
    """The RPM package, twice without its tests: they are those of the Debian package."""
    return Twice(*(build.result() for build in builds["rpm"]), builds["folders"])


@pytest.fixture(scope="session")
def deb(debs):
    return debs.first / f"{NAME}_{VERSION}-1_{run('dpkg', '--print-architecture').strip()}.deb"


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory, deb):
    """The files of the Debian package."""
    folder = tmp_path_factory.mktemp("unpacked")
    run("dpkg-deb", "-x", deb, folder)
    return folder


def documents():
    """What `make install` copies out of packaging/, relative to the folder of shared data and to that of documents."""
    def names(kind, *patterns):
        return [path for pattern in patterns for path in (ROOT / "packaging" / kind).glob(pattern) if path.is_file()]

    shared = names("icinga2", "*") + names("nagios", "*") + names("windows", "*") + names("grafana", "*.json", "*.md")
    return (sorted(str(path.relative_to(ROOT / "packaging")) for path in shared),
            sorted(path.name for path in names("doc", "*.md")))


def wanted_contents(listed, shared, docs):
    """A list of files of this folder, with the documents in the place of its two lines in brackets."""
    in_shared, in_docs = documents()
    result = set()
    for line in (ROOT / "tests/packages" / listed).read_text().splitlines():
        if line == "[shared]":
            result |= {f"{shared}/{name}" for name in in_shared}
        elif line == "[documents]":
            result |= {f"{docs}/{name}" for name in in_docs}
        elif line and not line.startswith("#"):
            result.add(line)
    return result


class Machine:
    """This machine as the lower layer of another one: whatever is installed there is gone with it."""

    def __init__(self, folder):
        script = """set -e
            mount -t tmpfs none "$1"
            mkdir "$1/upper" "$1/work" "$1/root"
            mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
            mount --rbind /proc "$1/root/proc"
            mount --rbind /dev "$1/root/dev"
            mount -t tmpfs none "$1/root/tmp"
            chmod 1777 "$1/root/tmp"
            echo ready
            exec cat"""
        self.folder = folder
        # A namespace of its own, which lives as long as the pipe to its only process.
        self._keeper = subprocess.Popen(["unshare", "--mount", "sh", "-c", script, "sh", str(folder)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said = self._keeper.stdout.readline()
        self.is_there = self.said == "ready\n"

    def inside(self, *words, text=None):
        """Runs a command there; gives its exit status and what it said."""
        done = subprocess.run(["nsenter", f"--mount=/proc/{self._keeper.pid}/ns/mnt", "chroot", f"{self.folder}/root",
                               *[str(word) for word in words]], input=text, stdout=subprocess.PIPE, timeout=300,
                              stderr=subprocess.STDOUT, check=False, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def put(self, name, data):
        """Writes a file there."""
        code, said = self.inside("sh", "-c", f"cat > {name}", text=data)
        assert code == 0, said

    def changed_files(self):
        """Every file that differs from this machine, but for the notes that dpkg and the index of manuals keep."""
        code, said = self._upper("find", ".", "-mindepth", "1", "!", "-type", "d")
        assert code == 0, said
        return sorted(line[2:] for line in said.splitlines()
                      if not re.match(r"\./(var/lib/dpkg|var/log|var/cache/man|var/cache/debconf)/", line))

    def _upper(self, *words):
        done = subprocess.run(["nsenter", f"--mount=/proc/{self._keeper.pid}/ns/mnt", "sh", "-c",
                               'cd "$0/upper" && exec "$@"', str(self.folder), *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def end(self):
        self._keeper.stdin.close()
        self._keeper.wait(timeout=10)
        self._keeper.stdout.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A Debian with both daemons and without our package."""
    if not IS_ROOT:
        pytest.skip("a package is really installed by root only")
    there = Machine(tmp_path_factory.mktemp("machine"))
    try:
        if not there.is_there:
            pytest.skip(f"no second machine over this one: {there.said.strip()}")
        yield there
    finally:
        there.end()


@pytest.fixture
def empty_root(tmp_path):
    """A root without anything, and dpkg for it."""
    folder = tmp_path / "root"
    for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"):
        (folder / name).mkdir(parents=True)
    (folder / "var/lib/dpkg/status").touch()
    words = ["dpkg", f"--root={folder}", f"--log={tmp_path}/log", "--force-depends", "--force-not-root",
             "--force-script-chrootless"]
    fake = [] if IS_ROOT or not shutil.which("fakeroot") else ["fakeroot"]

    def dpkg(*more):
        return run(*fake, *words, *more)

    return folder, dpkg
