# SPDX-License-Identifier: MIT
"""The real Icinga Director, as Debian packages it, with a PostgreSQL of its own.

No web server is needed: its command line does the same."""
import contextlib
import os
import pathlib
import re
import subprocess

import postgresql
from conftest import ROOT, skip_without
from metric_stores import rights, write
from postgresql import PostgreSQL
from real_servers import own_folder

MODULES = pathlib.Path("/usr/share/icingaweb2/modules")
NEEDS = [*postgresql.NEEDS, ("icingacli", "icingacli"), ("icingaweb2-module-director", f"{MODULES}/director")]
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
host = "{{socket}}"
port = "{{port}}"
dbname = "{NAME}"
username = "{NAME}"
password = "none is asked for"
charset = "utf8"
"""


class Director:
    def __init__(self, folder, database):
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                             "ICINGAWEB_CONFIGDIR": str(folder)}
        self._database = database
        self.version = re.search(r"^Version: (.*)$", (MODULES / "director/module.info").read_text(), re.MULTILINE)[1]

    def __call__(self, *words, stdin=""):
        done = subprocess.run(["icingacli", "director", *words], input=stdin, capture_output=True, text=True,
                              check=False, timeout=120, env=self._environment, **rights())
        assert done.returncode == 0 and "ERROR" not in done.stdout + done.stderr, done
        return done.stdout

    def sql(self, text):
        """The words of the answer."""
        return [word for row in self._database.ask(text, NAME) for word in row]

    def basket(self):
        """For this version: before 1.11 without identities, by the command of the document."""
        if tuple(map(int, self.version.split("."))) >= (1, 11):
            return BASKET.read_text()
        document = BASKET.with_suffix(".md").read_text()
        command, = re.findall(r"`(grep .* kms-basket\.json)`", document)
        done = subprocess.run(["sh", "-c", command], cwd=BASKET.parent, capture_output=True, text=True, check=True)
        return done.stdout


@contextlib.contextmanager
def director():
    """With its schema, and nothing else."""
    skip_without(NEEDS)
    with own_folder("director") as folder, PostgreSQL(folder / "database", NAME) as database:
        write(folder / "config.ini", MAIN)
        write(folder / "resources.ini", RESOURCES.format(socket=database.folder, port=postgresql.PORT))
        (folder / "modules/director").mkdir(parents=True)
        write(folder / "modules/director/config.ini", f'[db]\nresource = "{NAME}"\n')
        (folder / "enabledModules").mkdir()
        for module in ("director", "incubator", "reactbundle"):
            (folder / "enabledModules" / module).symlink_to(MODULES / module)
        ours = Director(folder, database)
        database.create(NAME)
        ours.sql("CREATE EXTENSION pgcrypto")
        ours("migration", "run")
        yield ours
