# SPDX-License-Identifier: MIT
"""The real Nagios 4, unprivileged, in a folder of its own: what Debian installs as nagios4, with our programs and our
files as `make install` would lay them out; nagios_folder.py has the configuration.

    with Nagios(objects) as nagios:
        result = nagios.check("kms01", "kms-host")
        ... result.state, result.output, result.details, result.perfdata, nagios.pages("kms-oncall-phone")"""
import os
import pathlib
import re
import signal
import time

import installed
import nagios_folder
from nagios_status import services_in
from workshop import Failure

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
CHECK_DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NEEDS = [*nagios_folder.NEEDS, ("monitoring-plugins-basic", CHECK_DUMMY)]
PROGRAMS = ["check_kms_client", "check_kms_host", "check_kms_reach"]
CLOCK_LAG = 0.05  # seconds
WORKER_IS_THERE = "wproc: Registry request"  # in the log, once for each


class Nagios(nagios_folder.NagiosFolder):
    """`build` is where our programs are; `options` are those of NagiosFolder.  Only forced checks run before somebody
    sends START_EXECUTING_SVC_CHECKS, unless the settings say something else."""

    def __init__(self, objects, *, build=BUILD, **options):
        super().__init__(objects, **options)
        self.process = None
        twins = sorted(path.relative_to(build) for path in (build / "kms-monitoring").glob("check_kms_*"))
        for name in [*PROGRAMS, *twins]:
            self.shop.copy(build / name, f"nagios/plugins/{name}")
        self.shop.copy(CHECK_DUMMY, "nagios/plugins/check_dummy")
        self.shop.copy(ROOT / "packaging/notify/kms-notify", "nagios/libexec/kms-monitoring/kms-notify")

    # ---- its life

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def start(self):
        self.process = self.shop.start("nagios4", [installed.program("nagios4"), self.folder / "nagios.cfg"],
                                       {"PATH": f"{self.folder}/bin:/usr/bin:/bin"})
        self.wait("Nagios to start", self._is_up)

    def _is_up(self):
        return (self.folder / "rw/nagios.cmd").is_fifo() and (self.folder / "status.dat").exists()

    def reload(self):
        """Reads the configuration anew, as systemctl reload does; states and the times of pages stay."""
        count = self.log().count(WORKER_IS_THERE) + nagios_folder.WORKERS
        self.process.send_signal(signal.SIGHUP)
        self.wait("new workers", lambda: self.log().count(WORKER_IS_THERE) == count)
        status = self.folder / "status.dat"
        reloaded = time.time()
        self.wait("the states after a reload", lambda: status.stat().st_mtime > reloaded)

    def close(self):
        if self.process:
            self.shop.end(self.process)
            self.process = None
        super().close()

    def wait(self, what, condition):
        """The first true value of condition(), while the daemon runs."""
        try:
            return self.shop.wait(what, condition, self.process)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.log()[-3000:]}") from None

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
        return services_in((self.folder / "status.dat").read_text(encoding="utf-8", errors="replace"))

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
        return self.wait_for_services(f"a check of {wanted}", lambda now: all(
            now[name].last_check >= start and now[name].has_run for name in wanted))

    def wait_for_time(self, second):
        """Waits for a second to begin and returns the one of now.  The clock that Nagios reads may be some milliseconds
        behind, so it is never just begun."""
        return int(self.wait("the time", lambda: (now := time.time()) >= second and now % 1 > CLOCK_LAG and now))

    def wait_for_services(self, what, condition):
        """All services as soon as condition(services) holds."""
        def holds():
            now = self.services()
            return now if condition(now) else None
        return self.wait(what, holds)

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
        self.wait(f"page {count} of {contact}",
                  lambda: len(self._pages(contact)) >= count and self._is_whole(contact))
        return self.subjects(contact)

    def _is_whole(self, contact):
        return (self.pages_folder / contact).read_text(encoding="utf-8").endswith("\n\n")

    def tried_to_page(self, host, service):
        """How often Nagios wrote into its log that somebody is paged for this service."""
        return len(re.findall(rf"SERVICE NOTIFICATION: [^;]*;{re.escape(host)};{re.escape(service)};", self.log()))
