# SPDX-License-Identifier: MIT
"""The real Icinga Director, as Debian packages it, with a PostgreSQL of its own on loopback.  No web server is needed:
its command line does the same."""
import contextlib
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import ROOT
from metric_stores import find_program, rights, running, write
from real_servers import own_folder

MODULES = pathlib.Path("/usr/share/icingaweb2/modules")
BASKET = ROOT / "packaging/icinga2/kms-basket.json"
NAME = "director"  # of database, user and resource
MAIN = f"""[global]
config_resource = "{NAME}"
module_path = "{MODULES}"
[logging]
log = "none"
"""
RESOURCES = f"""[{NAME}]
type = "db"
db = "pgsql"
host = "127.0.0.1"
port = "{{port}}"
dbname = "{NAME}"
username = "{NAME}"
password = "none is asked for"
charset = "utf8"
"""


class Director:
    def __init__(self, folder, port):
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                             "ICINGAWEB_CONFIGDIR": str(folder)}
        self._port = port
        self.version = re.search(r"^Version: (.*)$", (MODULES / "director/module.info").read_text(), re.MULTILINE)[1]

    def run(self, *words, stdin=""):
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False, timeout=120,
                              env=self._environment, **rights())
        assert done.returncode == 0 and "ERROR" not in done.stdout + done.stderr, done
        return done.stdout

    def sql(self, text, database=NAME):
        words = ["-h", "127.0.0.1", "-p", str(self._port), "-U", NAME, "-d", database, "-qAt", "-c", text]
        return self.run("psql", *words).split()

    def __call__(self, *words, stdin=""):
        return self.run("icingacli", "director", *words, stdin=stdin)

    def basket(self):
        """For this version: before 1.11 without identities, by the command of the document."""
        if tuple(map(int, self.version.split("."))) >= (1, 11):
            return BASKET.read_text()
        document = BASKET.with_suffix(".md").read_text()
        command, = re.findall(r"`(grep .* kms-basket\.json)`", document)
        done = subprocess.run(["sh", "-c", command], cwd=BASKET.parent, capture_output=True, text=True, check=True)
        return done.stdout


def programs():
    find_program("icingacli", "icingacli")
    find_program("psql", "postgresql-client")
    if not (MODULES / "director").is_dir():
        pytest.skip("Icinga Director is not installed (package icingaweb2-module-director)")
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    return found[-1]


@contextlib.contextmanager
def postgresql(folder_of_programs):
    def prepare(folder, ports):
        shutil.rmtree(folder / "data", ignore_errors=True)
        subprocess.run([folder_of_programs / "initdb", "-D", folder / "data", "-U", NAME, "-A", "trust", "-E", "UTF8",
                        "--no-sync"], check=True, capture_output=True, cwd=folder, **rights())
        return [folder_of_programs / "postgres", "-D", folder / "data", "-p", str(ports[0]), "-k", str(folder), "-F",
                "-c", "listen_addresses=127.0.0.1"]

    with running("postgresql", 1, prepare) as server:
        yield server.port


@contextlib.contextmanager
def director():
    """With its schema, and nothing else."""
    with postgresql(programs()) as port, own_folder("director") as folder:
        write(folder / "config.ini", MAIN)
        write(folder / "resources.ini", RESOURCES.format(port=port))
        (folder / "modules/director").mkdir(parents=True)
        write(folder / "modules/director/config.ini", f'[db]\nresource = "{NAME}"\n')
        (folder / "enabledModules").mkdir()
        for module in ("director", "incubator", "reactbundle"):
            (folder / "enabledModules" / module).symlink_to(MODULES / module)
        ours = Director(folder, port)
        ours.sql(f"CREATE DATABASE {NAME}", "postgres")
        ours.sql("CREATE EXTENSION pgcrypto")
        ours("migration", "run")
        yield ours
