# SPDX-License-Identifier: MIT
"""The configuration of a Nagios 4 in a folder of its own: our files as they are shipped, the objects of a site, and
everything else as in Debian's main configuration.

    with NagiosFolder(objects) as nagios:
        code, text = nagios.verify()

See nagios_daemon.py for one that runs."""
import pathlib
import re
import typing

import installed
from workshop import Workshop

SHIPPED = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging/nagios"
NEEDS = [("nagios4-core", "nagios4")]
WORKERS = 2
MAIN = {
    "resource_file": "{folder}/resource.cfg",
    "log_file": "{folder}/nagios.log",
    "object_cache_file": "{folder}/objects.cache",
    "precached_object_file": "{folder}/objects.precache",
    "status_file": "{folder}/status.dat",
    "state_retention_file": "{folder}/retention.dat",
    "command_file": "{folder}/rw/nagios.cmd",
    "query_socket": "{folder}/rw/nagios.qh",
    "lock_file": "{folder}/nagios.pid",
    "temp_file": "{folder}/nagios.tmp",
    "temp_path": "{folder}/tmp",
    "log_archive_path": "{folder}/archives",
    "check_result_path": "{folder}/checkresults",
    "status_update_interval": 1,
    "check_result_reaper_frequency": 1,
    "interval_length": 60,
    "execute_service_checks": 0,
    "service_inter_check_delay_method": "n",
    "check_workers": WORKERS,
    "check_for_updates": 0,
    "use_syslog": 0,
    "retain_state_information": 1,
    "use_retained_program_state": 1,
    "soft_state_dependencies": 0,
    "illegal_object_name_chars": "`~!$%^&*|'\"<>?,()=",
    "illegal_macro_output_chars": "`~$&|'\"<>",
}


class Verdict(typing.NamedTuple):
    """What Nagios says of a configuration."""
    code: int
    text: str

    @property
    def is_clean(self):
        """Whether it was loaded without a warning."""
        counts = re.findall(r"(?m)^Total (?:Warnings|Errors): +(\d+)$", self.text)
        return self.code == 0 and counts == ["0", "0"]


class NagiosFolder:
    """`objects` is the text of a site's own objects; `shipped` are the files of packaging/nagios that it loads, `more`
    are lines for further ones, `resources` those of resource.cfg, and `settings` go over those of MAIN.  All files but
    the further ones are changed by `changes`, a list of (old, new) where every old must be there; {folder} is the
    folder of the daemon.  Pages go into files by the name of their contact, unless the mail command shall stay.  The
    folder is nagios in the workshop `shop`, or in one of its own that goes with it."""

    def __init__(self, objects, *, shipped=("kms-commands.cfg", "kms-monitoring.cfg"), changes=(), resources=(),
                 settings=None, more=(), pages_to_files=True, shop=None):
        self._own_shop = None if shop else Workshop("nagios")
        self.shop = shop or self._own_shop
        self.folder = self.shop.make("nagios")
        self.plugins, self.pages_folder = self.folder / "plugins", self.folder / "pages"
        self.shop.make(*(f"nagios/{name}" for name in ("rw", "tmp", "archives", "checkresults", "pages")))
        self.changes, self.pages_to_files = list(changes), pages_to_files
        self._sources = {name: (SHIPPED / name).read_text(encoding="ascii") for name in shipped}
        self._sources["objects.cfg"] = objects
        self.rewrite()
        lines = [f"cfg_file={self.folder}/{name.removesuffix('.example')}" for name in self._sources]
        lines += [*more, *(f"{name}={value}" for name, value in (MAIN | (settings or {})).items())]
        self.write("nagios.cfg", "\n".join(lines).replace("{folder}", str(self.folder)) + "\n")
        self.write("resource.cfg", "\n".join([f"$USER1$={self.plugins}", *resources]) + "\n", mode=0o640)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._own_shop:
            self._own_shop.close()

    # ---- its files

    def write(self, name, text, mode=0o644):
        """Writes a file below the folder, in the place of what was there, and returns its path."""
        return self.shop.write(f"nagios/{name}", text, mode)

    def document(self, name, text):
        """A document for --input."""
        return self.write(f"documents/{name}", text)

    def script(self, name, text):
        return self.write(name, text, mode=0o755)

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
            self.write(name.removesuffix(".example"), text)

    # ---- what Nagios says of them

    def verify(self):
        """The exit code and the output of `nagios4 -v`."""
        done = self.shop.call([installed.program("nagios4"), "-v", self.folder / "nagios.cfg"])
        return Verdict(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"))
