# SPDX-License-Identifier: MIT
"""A temporary folder and the processes that work in it: without the rights of root, and gone when it is left.

    with Workshop("example") as workshop:
        server = workshop.start("server", ["some-server", "--port", str(free_port())])
        workshop.wait("the server", lambda: answers(), server)
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from installed import PATH
from unprivileged import account, give, group_name, rights

PATIENCE = 60  # seconds; a cold browser on a busy machine needs some of them
STEP = 0.02
ASKING_STEP = 0.1  # where a look makes work for the process


class Failure(Exception):
    """A sentence for whoever started the program."""


class Workshop:
    """`folder`, which has `name` in its own, belongs to the account of daemons."""

    def __init__(self, name, keep=False):
        self.keep = keep
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"kms-{name}-"))
        self.account, self.group_name = account(), group_name()
        self._processes = []
        self.folder.chmod(0o755)
        give(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(list(self._processes)):
            self.end(process)
        if self.keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- files

    def make(self, *names):
        """Folders in the folder."""
        for name in names:
            path = self.folder
            for part in pathlib.PurePath(name).parts:
                path /= part
                if not path.exists():
                    path.mkdir()
                    give(path)
        return self.folder / names[-1]

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        self.make(str(pathlib.PurePath(name).parent))
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        give(path)
        return path

    def copy(self, source, name):
        """A file or a whole folder, so that an account without our rights can read it."""
        target = self.folder / name
        self.make(str(pathlib.PurePath(name).parent))
        if pathlib.Path(source).is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
        give(target)
        return target

    # ---- processes

    def _how(self, extra):
        home = {"PATH": PATH, "HOME": str(self.folder), "TMPDIR": str(self.make("tmp")), "LC_ALL": "C.UTF-8",
                "TZ": "UTC"}
        return {"cwd": self.folder, "env": home | (extra or {}), "start_new_session": True, **rights()}

    def call(self, command, environment=None, stdin=b""):
        """A program that has ended, however it did: its exit code and what it printed."""
        try:
            return subprocess.run([str(word) for word in command], input=stdin, capture_output=True, timeout=PATIENCE,
                                  check=False, **self._how(environment))
        except subprocess.TimeoutExpired:
            raise Failure(f"{command[0]}: not done within {PATIENCE} seconds") from None

    def run(self, command, environment=None, stdin=b""):
        """The standard output of a program that has to end well."""
        done = self.call(command, environment, stdin)
        if done.returncode != 0:
            words = (done.stdout + done.stderr).decode("utf-8", "replace")[-2000:]
            raise Failure(f"{command[0]} ended with {done.returncode}:\n{words}")
        return done.stdout

    def start(self, name, command, environment=None):
        """A process that runs until the end; what it prints goes to log/NAME."""
        with open(self.make("log") / name, "wb") as log:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=subprocess.STDOUT, **self._how(environment))
        process.name = name
        self._processes.append(process)
        return process

    def end(self, process, how=signal.SIGTERM):
        """Ends a process and all that it started in its session, by their group."""
        for end in (how, signal.SIGKILL):
            try:
                os.killpg(process.pid, end)
                process.wait(10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                pass
        process.wait()
        if process in self._processes:
            self._processes.remove(process)

    def log(self, process):
        return (self.folder / "log" / process.name).read_text(encoding="utf-8", errors="replace")

    def settle(self, what, late, process):
        """Waits until nothing is late any more."""
        waiting_for = []

        def is_settled():
            waiting_for[:] = late()
            return not waiting_for

        try:
            self.wait(what, is_settled, process, ASKING_STEP)
        except Failure as failure:
            raise Failure(f"{failure}\nlate: {', '.join(waiting_for)}") from None

    def wait(self, what, condition, process=None, step=STEP):
        """Waits until the condition holds and returns what it said."""
        end = time.monotonic() + PATIENCE
        while not (answer := condition()):
            if process and process.poll() is not None:
                raise Failure(f"{what}: {process.name} ended with {process.returncode}:\n{self.log(process)[-2000:]}")
            if time.monotonic() > end:
                raise Failure(f"{what}: not within {PATIENCE} seconds\n{self.log(process)[-2000:] if process else ''}")
            time.sleep(step)
        return answer


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def listens(port):
    """Whether somebody accepts connections there."""
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0
