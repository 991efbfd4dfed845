# SPDX-License-Identifier: MIT
"""Processes of tests: whether they have ended, what they wait for, and a start without the rights of root."""
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from conftest import BUILD

NOBODY = 65534


def wait_for(condition, what, seconds=5):
    """Looks until `condition()` is true and returns what it returned."""
    end_time = time.monotonic() + seconds
    while time.monotonic() < end_time:
        value = condition()
        if value:
            return value
        select.select([], [], [], 0.002)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


def wait_for_file(path):
    """The text of a file once its last line is whole."""
    def whole_text():
        text = path.read_text(encoding="ascii") if path.exists() else ""
        return text if text.endswith("\n") else None

    return wait_for(whole_text, f"{path} is written")


def is_running(pid):
    """A process that has ended and waits for being collected does not run."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in "ZX"


def is_gone(pid):
    """True as soon as the process has ended; killing takes effect a moment later."""
    return wait_for(lambda: not is_running(pid), f"{pid} ends", 2)


def end(pids):
    """Ends what a failed test may have left behind; every pid was written by a program of that test."""
    for pid in pids:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass


@pytest.fixture
def everybody():
    """A folder that everybody may enter; those of pytest belong to their user alone."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kms-everybody-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def start_as_nobody(program, *words):
    """Runs a plugin as somebody who may not read everything."""
    rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        return subprocess.run([BUILD / program, *words], capture_output=True, check=False, timeout=20, **rights)
    except PermissionError:
        pytest.skip(f"nobody may not start {BUILD / program}")
