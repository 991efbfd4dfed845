# SPDX-License-Identifier: MIT
"""A real Icinga 2, unprivileged, in a folder of its own, with our plugins and the shipped configuration as they are
installed.

    node = Icinga(folder, site="object Host ...")
    code, text = node.verify()             # what `icinga2 daemon -C` says
    with node:
        ... node.folder, node.log ...

With an API, checks on demand and pages it is the Node of icinga_node.py."""
import json
import os
import pathlib
import shutil
import subprocess

from daemon_process import Daemon, write
from installed import PATH, program
from unprivileged import account, give, group_name, rights

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("BUILD", "build")
SHIPPED = ROOT / "packaging/icinga2"
NEEDS = [("icinga2-bin", "icinga2"), ("icinga2-common", "/usr/share/icinga2/include/itl")]
PATIENCE = 60  # seconds to read a configuration
PROGRAMS = ["check_kms_client", "check_kms_host", "check_kms_reach"]
PLACES = {"ConfigDir": "conf", "DataDir": "data", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool",
          "InitRunDir": "run", "ZonesDir": "conf/zones.d"}

HEAD = """const PluginDir = "{folder}/plugins"
const PluginContribDir = "{folder}/plugins"
const NodeName = "{name}"
const ZoneName = "{name}"
const TicketSalt = ""
const KmsNotify = "{folder}/libexec/kms-monitoring/kms-notify"
{constants}
include <itl>
include <plugins>
"""
ZONES = """object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
"""
FEATURES = """object CheckerComponent "checker" { }
object NotificationComponent "notification" { }
object FileLogger "log" { severity = "notice"; path = LogDir + "/icinga2.log" }
"""
INCLUDE = 'include "{folder}/icinga2/kms-monitoring.conf"\n'


def quote(text):
    """A string of Icinga's language."""
    return json.dumps(str(text))


def install_programs(folder, build):
    """The plugins, the notification program and the configuration, in the layout of an installation that any account
    may read."""
    twins = sorted(path.relative_to(build) for path in (build / "kms-monitoring").glob("check_kms_*"))
    (folder / "plugins/kms-monitoring").mkdir(parents=True)
    for name in [*PROGRAMS, *twins]:
        shutil.copy(build / name, folder / "plugins" / name)
    own = folder / "libexec/kms-monitoring"
    own.mkdir(parents=True)
    shutil.copy(ROOT / "packaging/notify/kms-notify", own)
    shutil.copytree(SHIPPED, folder / "icinga2")


class Icinga:
    """`constants` stand before the line that includes ours, `site` behind it; `zones` replaces the only zone.  FOLDER
    is the folder of the node, which stays when the daemon has ended."""

    def __init__(self, folder, constants="", site="", zones=ZONES, name="localtest", include=INCLUDE,
                 features=FEATURES, build=BUILD):
        self.folder, self.name = pathlib.Path(folder), name
        self._daemon = None
        self.folder.mkdir(parents=True, exist_ok=True)
        install_programs(self.folder, build)
        for part in ("log", "cache", "spool", "run", "conf", "data"):
            (self.folder / part).mkdir()
        words = {"folder": self.folder, "name": name, "constants": constants}
        text = HEAD.format(**words) + zones + features + include.format(**words) + site
        write(self.folder / "conf/icinga2.conf", text.replace("FOLDER", str(self.folder)))

    def _words(self, *words):
        defines = [f"-D{name}={self.folder / place}" for name, place in PLACES.items()]
        return [program("icinga2"), "daemon", *words, "-c", str(self.folder / "conf/icinga2.conf"), *defines]

    def _environment(self):
        """The programs of the folder bin come first."""
        return {"PATH": f"{self.folder}/bin:{PATH}", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder),
                "ICINGA2_USER": account().pw_name, "ICINGA2_GROUP": group_name()}

    # ---- reading the configuration

    def verify(self):
        """Exit code and output of the daemon that only reads its configuration."""
        give(self.folder)
        done = subprocess.run(self._words("-C"), cwd=self.folder, env=self._environment(), check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              encoding="utf-8", errors="replace", timeout=PATIENCE, **rights())
        return done.returncode, done.stdout

    def validate(self):
        """What Icinga says about its configuration that is not mere information: nothing when all is well."""
        code, text = self.verify()
        said = [line for line in text.splitlines() if " information/" not in line]
        return said if said else [] if code == 0 else [f"exit {code}"]

    # ---- running it

    def __enter__(self):
        give(self.folder)
        self._daemon = Daemon(self._words(), self.folder / "log/start", self.folder, self._environment())
        try:
            self._daemon.wait_for(self._is_ready, "start of Icinga")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._daemon.end()  # the umbrella process, which ends the others and waits for them

    def _is_ready(self):
        return any(line.endswith(": Activated all objects.") for line in self.log)

    def wait_for(self, wanted, what):
        """Polls until the function returns something: the stream of events of this Icinga is often late by 5 s."""
        try:
            return self._daemon.wait_for(wanted, what)
        except RuntimeError as error:
            raise RuntimeError("\n".join([str(error), *self.complaints()])) from None

    # ---- the log

    @property
    def log(self):
        path = self.folder / "log/icinga2.log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def complaints(self):
        return [line for line in self.log if " warning/" in line or "] critical/" in line]
