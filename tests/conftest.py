# SPDX-License-Identifier: MIT
"""What all tests in Python share: where the programs are, and how one is run."""
import contextlib
import os
import pathlib
import socket
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
sys.path.insert(0, str(ROOT / "tests" / "lab"))
pytest.register_assert_rewrite("golden")  # its failures show the difference

from installed import missing_packages  # noqa: E402


class Result:
    """How a plugin ended: exit code, output, its first line split at the bar, and the performance data."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("ascii")  # ASCII is part of the contract
        self.err = done.stderr.decode("utf-8", "replace")
        first = self.out.split("\n", 1)[0]
        self.line, _, perfdata = first.partition(" | ")
        self.details = self.out.split("\n")[1:]
        self.metrics = dict(item.split("=", 1) for item in perfdata.split())

    def __repr__(self):
        return f"exit {self.code}\n{self.out}\nstderr: {self.err!r}"


def skip_without(needs):
    """Skips with the packages that are missing of a list of needs, as installed.py has them."""
    missing = missing_packages(needs)
    if missing:
        pytest.skip(f"not installed (packages: {', '.join(missing)})")


@contextlib.contextmanager
def runnable(words, folder):
    """The words of an example for a run here: its files in a folder of the test, agents where nobody listens."""
    def here(word):
        option, _, path = word.partition("=")
        if option == "--input" and path != "-":
            return f"--input={folder}/{path}"
        if path.startswith("/"):
            (folder / "of-the-example").write_text("secret of the example\n")
            return f"{option}={folder}/of-the-example"
        return word

    words = [here(word) for word in words]
    with socket.socket() as nobody:  # bound, not listening
        nobody.bind(("127.0.0.1", 0))
        if any(word.startswith("--agent=") and word not in ("--agent=exec", "--agent=file") for word in words):
            words[words.index("-H") + 1] = "127.0.0.1"
            words = [word for word in words if not word.startswith("--port=")]
            words.append(f"--port={nobody.getsockname()[1]}")
        yield words


@pytest.fixture(scope="session")
def plugin():
    """Runs build/NAME with words; a plugin never writes to standard error."""

    def run(name, *words, stdin=b"", env=None, check_stderr=True, timeout=30):
        clean = {"PATH": os.environ["PATH"], "LC_ALL": "C"} | (env or {})
        data = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8")
        done = subprocess.run([str(BUILD / name), *words], input=data, capture_output=True, env=clean,
                              timeout=timeout, check=False)
        result = Result(done)
        assert not check_stderr or result.err == "", result
        return result

    return run


@pytest.fixture(scope="session")
def build():
    return BUILD


@pytest.fixture(scope="session")
def root():
    return ROOT
