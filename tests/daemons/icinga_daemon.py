# SPDX-License-Identifier: MIT
"""A real Icinga 2 for tests: unprivileged, in a folder of its own, its API on loopback, ended by its process id.

    node = Icinga(folder, site="object Host ...")
    assert not node.validate()             # the lines in which Icinga complains
    with node:
        result = node.check("wks-025", "kms-client")

Automatic checks are off, by the switch of Icinga that does this for all services at once, so that nothing runs that a
test did not ask for; the configuration under test stays as it is shipped.
"""
import contextlib
import functools
import grp
import http.client
import json
import os
import pathlib
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

import pytest

from conftest import BUILD, ROOT

PATIENCE = 20  # seconds for what takes milliseconds
BINARY = shutil.which("icinga2", path=os.environ.get("PATH", "") + ":/usr/sbin")
PROGRAMS = ["check_kms_client", "check_kms_host", "check_kms_reach"]
TWINS = [f"{program}-{kind}" for program in PROGRAMS[:2] for kind in ("http", "snmp")]
NEEDS_ICINGA = pytest.mark.skipif(not BINARY, reason="icinga2 is not installed (packages icinga2-bin, icinga2-common)")
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]


class Keys:
    """One RSA key and one authority for all nodes of a test run: making keys is what takes time."""

    def __init__(self):
        self._holder = tempfile.TemporaryDirectory(prefix="kms-icinga-keys.")
        self.folder = pathlib.Path(self._holder.name)
        self._openssl("genrsa", "-out", "node.key", "2048")
        self._openssl("req", "-x509", "-new", "-key", "node.key", "-subj", "/CN=Lab Icinga CA", "-days", "2",
                      "-out", "ca.crt", "-addext", "basicConstraints=critical,CA:TRUE")

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=True)

    def install(self, name, certificates):
        """The certificate of a node, its key and its authority, where Icinga looks for them."""
        if not (self.folder / f"{name}.crt").exists():
            self._openssl("req", "-new", "-key", "node.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
            self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "node.key",
                          "-CAcreateserial", "-days", "2", "-out", f"{name}.crt")
        certificates.mkdir(parents=True)
        shutil.copy(self.folder / "node.key", certificates / f"{name}.key")
        shutil.copy(self.folder / f"{name}.crt", certificates)
        shutil.copy(self.folder / "ca.crt", certificates)


@functools.cache
def keys_of_this_run():
    return Keys()


@contextlib.contextmanager
def open_folder():
    """A folder that the account of the daemon may enter: those of pytest are private."""
    with tempfile.TemporaryDirectory(prefix="kms-icinga.") as name:
        pathlib.Path(name).chmod(0o755)
        yield pathlib.Path(name)


def write(path, text, is_secret=False):
    """A file that the daemon may read, and nobody else if it is a secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if is_secret:
        path.chmod(0o600)
        if os.getuid() == 0:
            os.chown(path, account().pw_uid, account().pw_gid)
    return path


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def account():
    """Who runs the daemon: nobody where this is root, else ourselves."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def install_programs(folder):
    """The plugins, the notification program and the configuration of the build, in the layout of an installation that
    any account may read; and a mail(1) that delivers to a file."""
    plugins, own = folder / "plugins", folder / "libexec/kms-monitoring"
    (plugins / "kms-monitoring").mkdir(parents=True)
    own.mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy(BUILD / program, plugins)
    for twin in TWINS:
        shutil.copy(BUILD / "kms-monitoring" / twin, plugins / "kms-monitoring")
    shutil.copy(ROOT / "packaging/notify/kms-notify", own)
    shutil.copytree(ROOT / "packaging/icinga2", folder / "icinga2")
    write(folder / "bin/mail", MAIL.replace("FOLDER", str(folder))).chmod(0o755)


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
ALL_DAY = 'const KmsOfficeHours = { ' + "; ".join(f'{day} = "00:00-24:00"' for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")) + " }\n"
USERS = """
object User "tickets" { groups = [ "kms-tickets" ]; vars.kms_notify_to = "--file=FOLDER/pages/tickets" }
object User "oncall" { groups = [ "kms-oncall" ]; vars.kms_notify_to = [ "--file=FOLDER/pages/oncall" ] }
object User "manager" {
  groups = [ "kms-escalation" ]
  vars.kms_notify_to = [ "--", "/bin/sh", "-c", "{ echo \\"== $$KMS_NOTIFY_SUBJECT\\"; cat; } >> FOLDER/pages/manager" ]
}
"""
MAIL = """#!/bin/sh
{ echo "== $*"; cat; } >> FOLDER/pages/mail
"""
IDLE = 'object IcingaApplication "app" { enable_host_checks = false; enable_service_checks = false }\n'
NODE = """object CheckerComponent "checker" {{ }}
object NotificationComponent "notification" {{ }}
object FileLogger "log" {{ severity = "notice"; path = LogDir + "/icinga2.log" }}
object ApiListener "api" {{ bind_host = "127.0.0.1"; bind_port = {port}; accept_config = true; accept_commands = true }}
object ApiUser "tests" {{ password = "tests"; permissions = [ "*" ] }}
"""
ZONES = """object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
"""
INCLUDE = 'include "{folder}/icinga2/kms-monitoring.conf"\n'


class Icinga:
    """`constants` stand before the line that includes ours, `site` behind it; `zones` replaces the only zone,
    `application` the object that switches automatic checks off.  FOLDER is the folder of the node."""

    def __init__(self, folder, constants="", site="", zones=ZONES, name="localtest", include=INCLUDE,
                 application=IDLE):
        self.folder, self.name = pathlib.Path(folder), name
        self.port = free_port()
        self._process = self._api = None
        self.folder.mkdir(parents=True, exist_ok=True)
        install_programs(self.folder)
        for part in ("log", "cache", "spool", "run", "conf", "data", "pages"):
            (self.folder / part).mkdir()
        keys_of_this_run().install(name, self.folder / "data/certs")
        self._ca = self.folder / "data/certs/ca.crt"
        words = {"folder": self.folder, "name": name, "constants": constants, "port": self.port}
        text = HEAD.format(**words) + zones + application + NODE.format(**words) + include.format(**words)
        (self.folder / "conf/icinga2.conf").write_text(text + site.replace("FOLDER", str(self.folder)))

    # ---- running it

    def _own(self):
        """Everything belongs to the account of the daemon; the folder may be entered by it."""
        if os.getuid() == 0:
            user = account()
            for place, folders, files in os.walk(self.folder):
                for name in (".", *folders, *files):
                    os.chown(os.path.join(place, name), user.pw_uid, user.pw_gid, follow_symlinks=False)

    def command(self, *words):
        """An argument list and an environment for icinga2 on this folder."""
        drop = []
        if os.getuid() == 0:
            drop = ["setpriv", f"--reuid={account().pw_uid}", f"--regid={account().pw_gid}", "--clear-groups"]
        places = {"ConfigDir": "conf", "DataDir": "data", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool",
                  "InitRunDir": "run", "ZonesDir": "conf/zones.d"}
        group = grp.getgrgid(account().pw_gid).gr_name
        environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "LC_ALL": "C", "TZ": "UTC",
                       "HOME": str(self.folder),
                       "ICINGA2_USER": account().pw_name, "ICINGA2_GROUP": group}
        defines = [f"-D{name}={self.folder / place}" for name, place in places.items()]
        return [*drop, BINARY, *words, *defines], environment

    def validate(self, dump_objects=False):
        """What Icinga says about its configuration that is not mere information: nothing when all is well."""
        self._own()
        words, environment = self.command("daemon", "-C", "-c", str(self.folder / "conf/icinga2.conf"),
                                          *(["--dump-objects"] if dump_objects else []))
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        said = [line for line in (done.stdout + done.stderr).splitlines() if " information/" not in line]
        return said if said else [] if done.returncode == 0 else [f"exit {done.returncode}"]

    def __enter__(self):
        self._own()
        words, environment = self.command("daemon", "-c", str(self.folder / "conf/icinga2.conf"))
        with open(self.folder / "log/start", "wb") as said:
            self._process = subprocess.Popen(words, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        try:
            self._wait_for_api()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()  # the umbrella process, which ends the others and waits for them
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def _wait_for_api(self):
        end = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            try:
                self.get("/v1/status/IcingaApplication")
                return
            except OSError:
                self._api = None
                time.sleep(0.02)
        raise AssertionError((self.folder / "log/start").read_text())

    # ---- the API

    def _connect(self):
        context = ssl.create_default_context(cafile=self._ca)
        context.check_hostname = False  # the certificate is that of the node
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE)

    HEADERS = {"Accept": "application/json", "Authorization": "Basic dGVzdHM6dGVzdHM="}  # tests:tests

    def _ask(self, method, path, body=None, override=None):
        self._api = self._api or self._connect()
        headers = self.HEADERS | ({"X-HTTP-Method-Override": override} if override else {})
        self._api.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self._api.getresponse()
        data = json.loads(answer.read())
        assert answer.status == 200, (path, body, data)
        return data["results"]

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, body):
        return self._ask("POST", path, body)

    def objects(self, kind, *attributes, **query):
        """The objects of a kind as a dictionary from their names to the attributes."""
        query |= {"attrs": list(attributes)} if attributes else {}
        found = self._ask("POST", f"/v1/objects/{kind}", query, override="GET")
        return {item["name"]: item["attrs"] for item in found}

    # ---- checks

    def ask_for(self, names, force=True):
        """Tells Icinga to check services now; with force even where something holds them back."""
        body = {"type": "Service", "filter": "service.__name in names", "filter_vars": {"names": list(names)},
                "force": force, "next_check": int(time.time())}
        assert len(self.post("/v1/actions/reschedule-check", body)) == len(names), names

    def switch_checks(self, is_on):
        """Automatic checks of services: on, Icinga runs them when they are due."""
        self.post("/v1/objects/icingaapplications/app", {"attrs": {"enable_service_checks": is_on}})

    def services(self, names, *attributes):
        return self.objects("services", *attributes, filter="service.__name in names",
                            filter_vars={"names": list(names)})

    def has_service(self, name):
        """False too while the daemon reads a configuration that was sent to it."""
        try:
            return name in self.objects("services", "name")
        except (OSError, http.client.HTTPException):
            self._api = None
            return False

    def wait_for(self, wanted, what):
        """Polls until the function returns something: the stream of events of this Icinga is often late by 5 s."""
        end = time.monotonic() + PATIENCE
        while not (found := wanted()):
            assert time.monotonic() < end, f"no {what}: {self.complaints()}"
            time.sleep(0.01)
        return found

    def results_after(self, names, runs):
        """The next result of each service; `runs` are the times of the last ones."""
        def new_results():
            found = self.services(names, "last_check", "last_check_result")
            return found if all(found[name]["last_check"] > runs[name] for name in names) else None

        found = self.wait_for(new_results, f"result of {names}")
        return {name: found[name]["last_check_result"] for name in names}

    def runs(self, names):
        return {name: attributes["last_check"] for name, attributes in self.services(names, "last_check").items()}

    def check_all(self, names):
        """Runs services once and returns their results by name."""
        runs = self.runs(names)
        self.ask_for(names)
        return self.results_after(names, runs)

    def check(self, host, service):
        return self.check_all([f"{host}!{service}"])[f"{host}!{service}"]

    def check_until_hard(self, names):
        """Runs services as often as it takes until their state is certain; the results of the last run."""
        attempts = self.services(names, "max_check_attempts")
        for _ in range(max(int(attempts[name]["max_check_attempts"]) for name in names)):
            found = self.check_all(names)
        states = self.services(names, "state_type")
        assert all(states[name]["state_type"] == 1 for name in names), states
        return found

    # ---- pages

    def wait_for_pages(self, user, count):
        """The pages of a user, when there are as many as that.  Icinga sends them beside its other work, and one by
        one: a page is in the file in whole or not at all."""
        path, end = self.folder / "pages" / user, time.monotonic() + PATIENCE
        while len(found := self.pages(user)) < count:
            assert time.monotonic() < end, f"{len(found)} pages of {count} in {path}"
            time.sleep(0.01)
        return found

    def pages(self, user):
        path = self.folder / "pages" / user
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [f"== {page}" for page in text.split("== ")[1:]]

    # ---- the log

    @property
    def log(self):
        path = self.folder / "log/icinga2.log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def complaints(self):
        return [line for line in self.log if " warning/" in line or "] critical/" in line]


def quote(text):
    """A string of Icinga's language."""
    return json.dumps(str(text))
