# SPDX-License-Identifier: MIT
"""Configurations, read by the genuine daemons: `nagios4 -v` and `icinga2 daemon -C`, unprivileged, in a folder of their
own, with what packaging/nagios and packaging/icinga2 hold."""
import os
import subprocess

from conftest import BUILD, ROOT
from processes import NOBODY
from real_servers import PATH, find_program, own_folder, rights, write

NAGIOS, ICINGA = ROOT / "packaging/nagios", ROOT / "packaging/icinga2"
CONTRIB = "/usr/lib/nagios/plugins"


def run(words, folder, environment=None):
    done = subprocess.run(list(map(str, words)), cwd=folder, env=os.environ | {"LC_ALL": "C"} | (environment or {}),
                          check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60, **rights())
    return done.returncode, done.stdout.decode("utf-8", "replace")


def make_folders(folder, *names):
    for name in names:
        (folder / name).mkdir()
        if rights():
            os.chown(folder / name, NOBODY, NOBODY)


def verify_nagios(*objects):
    """Exit code and output of nagios4 -v for the shipped configuration and these texts."""
    program = find_program("nagios4", "nagios4-core")
    with own_folder("nagios") as folder:
        make_folders(folder, "rw", "results", "archives")
        files = [NAGIOS / "kms-commands.cfg", NAGIOS / "kms-monitoring.cfg",
                 write(folder / "site.cfg", "\n".join(objects))]
        resources = write(folder / "resource.cfg", f"$USER1$={CONTRIB}\n")
        copies = [write(folder / f"{number}.cfg", path.read_text()) for number, path in enumerate(files)]
        config = write(folder / "nagios.cfg", "\n".join([
            *(f"cfg_file={path}" for path in copies), f"resource_file={resources}", f"log_file={folder}/nagios.log",
            f"object_cache_file={folder}/objects.cache", f"precached_object_file={folder}/objects.precache",
            f"status_file={folder}/status.dat", f"state_retention_file={folder}/retention.dat",
            f"command_file={folder}/rw/nagios.cmd", f"query_socket={folder}/rw/nagios.qh",
            f"lock_file={folder}/nagios.pid",
            f"temp_file={folder}/nagios.tmp", f"temp_path={folder}", f"check_result_path={folder}/results",
            f"log_archive_path={folder}/archives", "illegal_macro_output_chars=`~$&|'\"<>", "interval_length=60", ""]))
        return run([program, "-v", config], folder)


def verify_icinga(*objects):
    """Exit code and output of icinga2 daemon -C for the shipped configuration and these texts."""
    program = find_program("icinga2", "icinga2-bin")
    main = ICINGA / "kms-monitoring.conf"
    with own_folder("icinga") as folder:
        make_folders(folder, "data", "cache", "log", "spool", "run", "shipped")
        for path in ICINGA.glob("*.conf"):
            write(folder / "shipped" / path.name, path.read_text())
        write(folder / "site.conf", "\n".join(objects))
        config = write(folder / "icinga2.conf", f"""const PluginDir = "{CONTRIB}"
const ManubulonPluginDir = PluginDir
const PluginContribDir = "{BUILD}"
const NodeName = "localtest"
const ZoneName = NodeName
const TicketSalt = ""
include <itl>
include <plugins>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object CheckerComponent "checker" {{ }}
include "{folder}/shipped/{main.name}"
include "{folder}/site.conf"
""")
        user = "nobody" if rights() else str(os.geteuid())
        group = "nogroup" if rights() else str(os.getegid())
        defines = {"DataDir": "data", "CacheDir": "cache", "LogDir": "log", "SpoolDir": "spool", "InitRunDir": "run"}
        words = [f"--define={name}={folder}/{place}" for name, place in defines.items()]
        return run([program, "daemon", "-C", "-c", config, *words], folder,
                   {"ICINGA2_USER": user, "ICINGA2_GROUP": group})
