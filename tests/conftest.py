# SPDX-License-Identifier: MIT
"""What all tests in Python share: where the programs are, and how one is run."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
sys.path.insert(0, str(ROOT / "tests" / "lab"))


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
