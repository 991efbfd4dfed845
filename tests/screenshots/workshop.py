# SPDX-License-Identifier: MIT
"""A temporary folder and the processes that work in it: without the rights of root, and gone when it is left.

    with Workshop() as workshop:
        server = workshop.start("server", ["some-server", "--port", str(free_port())])
        workshop.wait("the server", lambda: answers(), server)
"""
import grp
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from needs import PATH

PATIENCE = 60  # seconds; a cold browser on a busy machine needs some of them
STEP = 0.1


class Failure(Exception):
    """A sentence for whoever started the program."""


class Workshop:
    """`folder` belongs to `account`, which is nobody when root started this and ourselves else."""

    def __init__(self, keep=False):
        self.keep = keep
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kms-screenshots-"))
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._processes = []
        self.folder.chmod(0o755)
        self._give(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            self.end(process)
        if self.keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def group_name(self):
        return grp.getgrgid(self.account.pw_gid).gr_name

    # ---- files

    def _give(self, path):
        if os.geteuid() == 0:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def make(self, *names):
        """Folders in the folder."""
        for name in names:
            path = self.folder
            for part in pathlib.PurePath(name).parts:
                path /= part
                if not path.exists():
                    path.mkdir()
                    self._give(path)
        return self.folder / names[-1]

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        self.make(str(pathlib.PurePath(name).parent))
        path.write_text(text, encoding="ascii")
        path.chmod(mode)
        self._give(path)
        return path

    def copy(self, source, name):
        """A file or a whole folder, so that an account without our rights can read it."""
        target = self.folder / name
        self.make(str(pathlib.PurePath(name).parent))
        if pathlib.Path(source).is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
        for path in [target, *target.rglob("*")]:
            self._give(path)
        return target

    # ---- processes

    def _how(self, extra):
        home = {"PATH": PATH, "HOME": str(self.folder), "TMPDIR": str(self.make("tmp")), "LC_ALL": "C.UTF-8",
                "TZ": "UTC"}
        how = {"cwd": self.folder, "env": home | (extra or {}), "start_new_session": True}
        if os.geteuid() == 0:
            how |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return how

    def run(self, command, environment=None, stdin=b""):
        """The standard output of a program that has to end well."""
        try:
            done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, timeout=PATIENCE,
                                  check=False, **self._how(environment))
        except subprocess.TimeoutExpired:
            raise Failure(f"{command[0]}: not done within {PATIENCE} seconds") from None
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

    def log(self, process):
        return (self.folder / "log" / process.name).read_text(encoding="utf-8", errors="replace")

    def settle(self, what, late, process):
        """Waits until nothing is late any more."""
        waiting_for = []

        def is_settled():
            waiting_for[:] = late()
            return not waiting_for

        try:
            self.wait(what, is_settled, process)
        except Failure as failure:
            raise Failure(f"{failure}\nlate: {', '.join(waiting_for)}") from None

    def wait(self, what, condition, process=None):
        """Waits until the condition holds and returns what it said."""
        end = time.monotonic() + PATIENCE
        while not (answer := condition()):
            if process and process.poll() is not None:
                raise Failure(f"{what}: {process.name} ended with {process.returncode}:\n{self.log(process)[-2000:]}")
            if time.monotonic() > end:
                raise Failure(f"{what}: not within {PATIENCE} seconds\n{self.log(process)[-2000:] if process else ''}")
            time.sleep(STEP)
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
