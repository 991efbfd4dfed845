# SPDX-License-Identifier: MIT
"""A PostgreSQL of our own, unprivileged, that only a socket in its folder leads to.

    with PostgreSQL(folder / "database", "icinga") as database:
        database.create("icinga", "/usr/share/.../schema.sql")
        rows = database.ask("SELECT name1 FROM icinga_objects", "icinga")
"""
import glob
import pathlib
import signal
import subprocess

from daemon_process import Daemon
from installed import PATH
from unprivileged import give, rights

NEEDS = [("postgresql-15", "/usr/lib/postgresql/*/bin/initdb")]
PORT = 5432  # of no network: it is in the name of the socket
PATIENCE = 60  # seconds; a schema is a thousand statements


def newest(name):
    """A program of the newest server that is installed."""
    return max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(pathlib.Path(path).parts[4]))


class PostgreSQL:
    """`folder` is new, and where clients find the socket; `user` may do everything and is not asked for a password."""

    def __init__(self, folder, user):
        self.folder, self.user = pathlib.Path(folder), user
        self._server = None
        self._environment = {"PATH": PATH, "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def __enter__(self):
        self.folder.mkdir(mode=0o700)
        give(self.folder)
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        words = [newest("postgres"), "-D", data, "-p", PORT, "-k", self.folder, "-F", "-c", "listen_addresses="]
        self._server = Daemon(words, self.folder / "output", self.folder, self._environment)
        try:
            self._server.wait_for(self._is_ready, "PostgreSQL")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._server.end(signal.SIGINT)  # without waiting for clients

    def _is_ready(self):
        return (self.folder / f".s.PGSQL.{PORT}").exists() and "ready to accept" in self._server.printed()

    def _run(self, name, *words):
        done = subprocess.run([newest(name), *map(str, words)], cwd=self.folder, env=self._environment, check=False,
                              capture_output=True, encoding="utf-8", timeout=PATIENCE, **rights())
        if done.returncode != 0:
            raise RuntimeError(f"{name} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    def _psql(self, database, *words):
        return self._run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", PORT,
                         "-U", self.user, "-d", database, *words)

    def ask(self, statement, database):
        """The rows of the answer, each a list of words."""
        return [line.split("|") for line in self._psql(database, "-c", statement).splitlines()]

    def create(self, database, schema=None):
        """A database with what a file of statements makes in it."""
        self.ask(f"CREATE DATABASE {database}", "postgres")
        if schema:
            self._psql(database, "-f", schema)
