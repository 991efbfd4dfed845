# SPDX-License-Identifier: MIT
"""The process of a daemon without the rights of root, in a folder that it may enter, ended by its process id."""
import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from unprivileged import give, rights

PATIENCE = 20  # seconds for what takes milliseconds
STEP = 0.01


@contextlib.contextmanager
def open_folder(name):
    """A folder that the account may enter: those of pytest are private, and too long for a socket."""
    with tempfile.TemporaryDirectory(prefix=f"kms-{name}.") as folder:
        pathlib.Path(folder).chmod(0o755)
        yield pathlib.Path(folder)


def write(path, text, is_secret=False):
    """A file that the daemon may read, and nobody else if it is a secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if is_secret:
        path.chmod(0o600)
        give(path)
    return path


class Daemon:
    """A process that runs from here to end(); what it prints is in the file `output`."""

    def __init__(self, words, output, folder, environment):
        self._name, self._output = pathlib.Path(words[0]).name, pathlib.Path(output)
        with open(output, "wb") as printed:
            self._process = subprocess.Popen(list(map(str, words)), cwd=folder, env=environment, stdout=printed,
                                             stderr=printed, stdin=subprocess.DEVNULL, start_new_session=True,
                                             **rights())

    def printed(self):
        return self._output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, wanted, what):
        """Polls until the function returns something, and returns that."""
        end = time.monotonic() + PATIENCE
        while not (found := wanted()):
            if self._process.poll() is not None:
                raise RuntimeError(f"no {what}: {self._name} ended with {self._process.returncode}\n{self.printed()}")
            if time.monotonic() > end:
                raise RuntimeError(f"no {what} within {PATIENCE} seconds\n{self.printed()[-2000:]}")
            time.sleep(STEP)
        return found

    def end(self, how=signal.SIGTERM):
        """A daemon ends its own processes and waits for them."""
        self._process.send_signal(how)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)  # with those that it has started
            self._process.wait()
            raise
