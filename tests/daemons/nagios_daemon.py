# SPDX-License-Identifier: MIT
"""The real Nagios 4, unprivileged, in a folder of its own: what Debian installs as nagios4, with our programs and our
files as `make install` would lay them out, everything else as in Debian's main configuration.

    with Nagios(objects) as nagios:
        result = nagios.check("kms01", "kms-host")
        ... result.state, result.output, result.details, result.perfdata, nagios.pages("kms-oncall-phone")

Started by root it becomes nobody.  It ends by its process id, and its folder goes with it."""
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
SHIPPED = ROOT / "packaging/nagios"
PROGRAM = "/usr/sbin/nagios4"
DEBIAN_PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")
CLOCK_LAG = 0.05  # seconds
PATIENCE = 20  # seconds for what takes one or two
WORKERS = 2
WORKER_IS_THERE = "wproc: Registry request"  # in the log, once for each
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]

MAIN = """log_file={folder}/nagios.log
{files}
resource_file={folder}/resource.cfg
object_cache_file={folder}/objects.cache
precached_object_file={folder}/objects.precache
status_file={folder}/status.dat
state_retention_file={folder}/retention.dat
command_file={folder}/rw/nagios.cmd
query_socket={folder}/rw/nagios.qh
lock_file={folder}/nagios.pid
temp_file={folder}/nagios.tmp
temp_path={folder}/tmp
log_archive_path={folder}/archives
check_result_path={folder}/checkresults
status_update_interval=1
check_result_reaper_frequency=1
interval_length={interval_length}
execute_service_checks=0
service_inter_check_delay_method=n
check_workers={workers}
check_for_updates=0
use_syslog=0
retain_state_information=1
use_retained_program_state=1
soft_state_dependencies=0
illegal_object_name_chars=`~!$%^&*|'"<>?,()=
illegal_macro_output_chars=`~$&|'"<>
"""


@dataclasses.dataclass(frozen=True)
class Service:
    """One service as Nagios keeps it in status.dat."""
    values: dict

    @property
    def state(self):
        return STATES[int(self.values["current_state"])]

    @property
    def output(self):
        return self.values["plugin_output"]

    @property
    def details(self):
        """The lines behind the first, without the escapes of the file."""
        return re.sub(r"\\(.)", lambda pair: {"n": "\n"}.get(pair[1], pair[1]), self.values["long_plugin_output"])

    @property
    def perfdata(self):
        return self.values["performance_data"]

    @property
    def is_hard(self):
        return self.values["state_type"] == "1"

    @property
    def has_run(self):
        return self.values["has_been_checked"] == "1"

    @property
    def last_check(self):
        return int(self.values["last_check"])

    @property
    def next_check(self):
        return int(self.values["next_check"])


def as_nobody():
    """The words in front of a command that make it nobody's, where we are root."""
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []


def wait_for(condition, what):
    """The first true value of condition(); `what` is said when it does not come."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {PATIENCE} s for {what() if callable(what) else what}"
        time.sleep(0.02)
    return value


class Nagios:
    """`objects` is the text of a site's own objects; `shipped` are the files of packaging/nagios that it loads, `more`
    are lines for further ones.  All but these are changed by `changes`, a list of (old, new) where every old must be
    there; {folder} is the folder of the daemon.  Pages go into files by the name of their contact, unless the mail
    command shall stay.  Only forced checks run before somebody sends START_EXECUTING_SVC_CHECKS."""

    def __init__(self, objects, shipped=("kms-commands.cfg", "kms-monitoring.cfg"), changes=(), resources=(),
                 interval_length=60, more=(), pages_to_files=True):
        for path, package in ((PROGRAM, "nagios4-core"), (DEBIAN_PLUGINS / "check_dummy", "monitoring-plugins-basic")):
            if not os.access(path, os.X_OK):
                pytest.skip(f"{path} is not installed (package {package})")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kms-nagios-"))
        self.pages_folder = self.folder / "pages"
        self.plugins = self.folder / "plugins"
        self.environment = {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "LC_ALL": "C"}
        self.process = None
        for name in ("rw", "tmp", "archives", "checkresults", "pages", "bin", "documents"):
            (self.folder / name).mkdir()
        self._install_programs()
        self.changes, self.pages_to_files = list(changes), pages_to_files
        self._sources = {name: (SHIPPED / name).read_text(encoding="ascii") for name in shipped}
        self._sources["objects.cfg"] = objects
        self.rewrite()
        files = [f"cfg_file={self.folder}/{name.removesuffix('.example')}" for name in self._sources] + list(more)
        main = MAIN.format(folder=self.folder, files="\n".join(files), interval_length=interval_length,
                           workers=WORKERS)
        (self.folder / "nagios.cfg").write_text(main, encoding="ascii")
        resource = self.folder / "resource.cfg"
        resource.write_text("\n".join([f"$USER1$={self.plugins}", *resources]) + "\n", encoding="ascii")
        resource.chmod(0o640)
        self.folder.chmod(0o755)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody:nogroup", self.folder], check=True)

    # ---- what it runs on

    def _install_programs(self):
        """Copies: nobody need not be able to read the folder of the project."""
        twins = self.plugins / "kms-monitoring"
        notify = self.folder / "libexec/kms-monitoring"
        for folder in (self.plugins, twins, notify):
            folder.mkdir(parents=True)
        for name in ("check_kms_host", "check_kms_client", "check_kms_reach"):
            shutil.copy(BUILD / name, self.plugins)
        for path in (BUILD / "kms-monitoring").iterdir():
            shutil.copy(path, twins)
        shutil.copy(DEBIAN_PLUGINS / "check_dummy", self.plugins)
        shutil.copy(ROOT / "packaging/notify/kms-notify", notify)

    def rewrite(self):
        """Writes the files as they are shipped, installed here, with the changes of now."""
        for old, _ in self.changes:
            assert any(old in source for source in self._sources.values()), f"no file has {old!r}"
        for name, text in self._sources.items():
            for old, new in self.changes:
                text = text.replace(old, new)
            text = text.replace("/usr/libexec", f"{self.folder}/libexec").replace("{folder}", str(self.folder))
            if self.pages_to_files:
                text = text.replace("--mail='$CONTACTEMAIL$'", f"--file='{self.pages_folder}/$CONTACTNAME$'")
            (self.folder / name.removesuffix(".example")).write_text(text, encoding="ascii")

    def document(self, name, text):
        """Writes a document for --input and returns its path."""
        path = self.folder / "documents" / name
        path.write_text(text, encoding="utf-8", newline="")
        path.chmod(0o644)
        return path

    def script(self, path, text):
        """Puts a script of the test below the folder, in the place of what was there."""
        path = self.folder / path
        path.write_text(text, encoding="ascii")
        path.chmod(0o755)
        return path

    # ---- its life

    def verify(self):
        """The output of a check of the configuration; (warnings, errors) as Nagios counts them."""
        done = subprocess.run([*as_nobody(), PROGRAM, "-v", self.folder / "nagios.cfg"], capture_output=True, text=True,
                              check=False, env=self.environment, timeout=PATIENCE)
        counts = [re.search(rf"(?m)^Total {word}:\s+(\d+)$", done.stdout) for word in ("Warnings", "Errors")]
        return done.stdout, tuple(int(count[1]) if count else None for count in counts)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        with open(self.folder / "stdout", "wb") as output:
            self.process = subprocess.Popen([*as_nobody(), PROGRAM, self.folder / "nagios.cfg"], stdout=output,
                                            stderr=output, stdin=subprocess.DEVNULL, env=self.environment,
                                            start_new_session=True)
        wait_for(lambda: self._is_up() or self.process.poll() is not None, "Nagios to start")
        assert self.process.poll() is None, (self.folder / "stdout").read_text()

    def _is_up(self):
        return (self.folder / "rw/nagios.cmd").is_fifo() and (self.folder / "status.dat").exists()

    def reload(self):
        """Reads the configuration anew, as systemctl reload does; states and the times of pages stay."""
        count = self.log().count(WORKER_IS_THERE) + WORKERS
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.log().count(WORKER_IS_THERE) == count, lambda: f"new workers: {self.log()[-2000:]}")
        status = self.folder / "status.dat"
        reloaded = time.time()
        wait_for(lambda: status.stat().st_mtime > reloaded, "the states after a reload")

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        path = self.folder / "nagios.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    # ---- commands and results

    def command(self, *words):
        """One external command, as a web interface sends it."""
        with open(self.folder / "rw/nagios.cmd", "w", encoding="ascii") as pipe:
            pipe.write(f"[{int(time.time())}] {';'.join(map(str, words))}\n")

    def services(self):
        """Every service by (host, service) as status.dat has them now."""
        text = (self.folder / "status.dat").read_text(encoding="utf-8", errors="replace")
        found = {}
        for block in re.findall(r"(?ms)^servicestatus \{\n(.*?)^\t\}$", text):
            values = dict(line.strip("\t").split("=", 1) for line in block.splitlines())
            found[values["host_name"], values["service_description"]] = Service(values)
        return found

    def service(self, host, service):
        return self.services()[host, service]

    def check(self, host, service="kms-client"):
        """Forces a check and returns its result."""
        return self.check_all([(host, service)])[host, service]

    def check_all(self, wanted):
        """Forces many checks and returns all services when each of them has a new result."""
        before = self.services()
        latest = max(before[name].last_check for name in wanted)
        start = self.wait_for_time(latest + 1)  # seconds tell one check from the next
        for name in wanted:
            self.command("SCHEDULE_FORCED_SVC_CHECK", *name, start)
        return self.wait_for_services(lambda now: all(now[name].last_check >= start and now[name].has_run
                                                      for name in wanted), f"a check of {wanted}")

    @staticmethod
    def wait_for_time(second):
        """Waits for a second to begin and returns the one of now.  The clock that Nagios reads may be some milliseconds
        behind, so it is never just begun."""
        return int(wait_for(lambda: (now := time.time()) >= second and now % 1 > CLOCK_LAG and now, "the time"))

    def wait_for_services(self, condition, what):
        """All services as soon as condition(services) holds."""
        def holds():
            now = self.services()
            return now if condition(now) else None
        return wait_for(holds, lambda: f"{what}: {self.log()[-3000:]}")

    # ---- pages

    def pages(self, contact):
        """The pages that a contact got so far, each whole, without the line of its subject; see subjects()."""
        return [page.partition("\n")[2] for page in self._pages(contact)]

    def subjects(self, contact):
        return [page.partition("\n")[0] for page in self._pages(contact)]

    def _pages(self, contact):
        path = self.pages_folder / contact
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [page.rstrip("\n") for page in re.split(r"(?m)^== ", text)[1:]]

    def wait_for_subjects(self, contact, count):
        """The subjects of a contact's pages when there are `count` of them."""
        wait_for(lambda: len(self._pages(contact)) >= count and self._is_whole(contact),
                 lambda: f"page {count} of {contact}, who got {self.subjects(contact)}: {self.log()[-3000:]}")
        return self.subjects(contact)

    def _is_whole(self, contact):
        return (self.pages_folder / contact).read_text(encoding="utf-8").endswith("\n\n")

    def tried_to_page(self, host, service):
        """How often Nagios wrote into its log that somebody is paged for this service."""
        return len(re.findall(rf"SERVICE NOTIFICATION: [^;]*;{re.escape(host)};{re.escape(service)};", self.log()))
